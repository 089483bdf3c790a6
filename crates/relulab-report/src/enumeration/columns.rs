//! The numbers of all shapes as compact JSON columns, which the page's script reads.

use super::TargetView;
use crate::escape::escape_script_json;
use crate::loss_view::LossView;
use crate::number::{DATA_DIGITS, HOVER_DIGITS, hidden_text, json as number};
use crate::palette::sequential_json;
use relulab_study::summary::ShapeSummary;
use std::collections::HashMap;

/// The data of all targets: one list of shapes, and per target an index into it and columns of numbers.
///
/// Quartiles and minima, which are shown only on hovering, have fewer digits than what is plotted.
pub(super) fn json(targets: &[TargetView], views: &[LossView]) -> String {
    let mut places: HashMap<&[usize], usize> = HashMap::new();
    let mut shapes: Vec<String> = Vec::new();
    let mut blocks = Vec::new();
    for target in targets {
        let mut index = Vec::with_capacity(target.shapes.len());
        for shape in &target.shapes {
            let place = *places.entry(&shape.shape).or_insert_with(|| {
                shapes.push(format!("\"{}\"", hidden_text(&shape.shape)));
                shapes.len() - 1
            });
            index.push(place);
        }
        blocks.push(target_json(target, &index, views));
    }
    let losses: Vec<String> = views
        .iter()
        .map(|view| {
            let label = serde_json::Value::from(view.label());
            format!("{{\"key\":\"{}\",\"word\":\"{}\",\"label\":{label}}}", view.key(), view.word())
        })
        .collect();
    escape_script_json(&format!(
        "{{\"ramp\":{},\"losses\":[{}],\"shapes\":[{}],\"targets\":[{}]}}",
        sequential_json(),
        losses.join(","),
        shapes.join(","),
        blocks.join(",\n")
    ))
}

fn target_json(target: &TargetView, index: &[usize], views: &[LossView]) -> String {
    let name = serde_json::Value::from(target.name);
    let mut fields = vec![format!("\"name\":{name}")];
    // The usual case, every shape in order, needs no index.
    if index.iter().enumerate().any(|(place, shape)| place != *shape) {
        fields.push(format!("\"index\":{index:?}"));
    }
    let mut column = |key: &str, digits: usize, of: &dyn Fn(&ShapeSummary) -> Option<f64>| {
        let numbers: Vec<String> = target.shapes.iter().map(|shape| number(of(shape), digits)).collect();
        // A column without any number, such as the pieces above one dimension, is left out.
        if numbers.iter().any(|number| number != "null") {
            fields.push(format!("\"{key}\":[{}]", numbers.join(",")));
        }
    };
    column("params", DATA_DIGITS, &|shape| Some(shape.params as f64));
    column("pieces", DATA_DIGITS, &|shape| shape.pieces_median);
    column("dead", DATA_DIGITS, &|shape| Some(shape.dead_median));
    column("collapsed", DATA_DIGITS, &|shape| Some(shape.collapsed));
    column("test_accuracy", DATA_DIGITS, &|shape| shape.test_accuracy_median);
    column("train_accuracy", DATA_DIGITS, &|shape| shape.train_accuracy_median);
    for view in views {
        let of = |shape: &ShapeSummary| view.value_of(&shape.losses);
        let key = |quantile: &str| format!("{}_{quantile}", view.key());
        column(&key("median"), DATA_DIGITS, &|shape| of(shape).median);
        column(&key("q25"), HOVER_DIGITS, &|shape| of(shape).q25);
        column(&key("q75"), HOVER_DIGITS, &|shape| of(shape).q75);
        column(&key("min"), HOVER_DIGITS, &|shape| of(shape).min);
    }
    format!("{{\"n\":{},{}}}", target.shapes.len(), fields.join(",\n"))
}
