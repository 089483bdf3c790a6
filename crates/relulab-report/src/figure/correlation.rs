//! Rank correlations of the shape's features with log10 loss, for all losses beside each other.

use crate::axis::{Axis, Frame};
use crate::figure::Figure;
use crate::legend;
use crate::loss_view::LossView;
use crate::number::coefficient;
use crate::panel::{Line, Marker, Panel, Series};
use crate::scale::{Scale, Spread};
use crate::svg::{Anchor, Svg};
use relulab_study::summary::CorrelationRow;
use std::collections::BTreeMap;

const WIDTH: f64 = 1040.0;
const ROW: f64 = 34.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 48.0;
const MARKERS: [Marker; 3] = [Marker::Disc, Marker::Square, Marker::Diamond];
/// Distance between the losses of one feature, as a share of the row.
const PITCH: f64 = 0.24;

/// Draws Spearman's coefficients over medians of one target, a row per feature.
pub fn correlation(target: &str, views: &[LossView], rows: &BTreeMap<String, Vec<CorrelationRow>>) -> Figure {
    let features = feature_order(views, rows);
    let height = TOP + ROW * features.len().max(1) as f64 + BOTTOM;
    let frame = Frame { left: 176.0, right: WIDTH - 24.0, top: TOP, bottom: height - BOTTOM };
    let mut svg = Svg::new();
    let y = Axis::new(Scale::between(Spread::Linear, 0.0, features.len().max(1) as f64), "").ticks(Vec::new());
    let x = Axis::new(Scale::between(Spread::Linear, -1.0, 1.0), "Spearman's correlation with log10 median loss");
    let panel = Panel { frame, x, y, title: String::new() };
    panel.draw(&mut svg);
    panel.vertical_rule(&mut svg, 0.0);
    let series = |(place, view): (usize, &LossView)| Series {
        name: view.label().to_owned(),
        colour: place,
        marker: MARKERS[place % MARKERS.len()],
        line: Line::None,
        shift: 0.0,
        points: Vec::new(),
    };
    let keys: Vec<Series> = views.iter().enumerate().map(series).collect();
    legend::draw(&mut svg, &keys, frame.left, frame.right, 16.0);

    for (row, feature) in features.iter().enumerate() {
        let middle = features.len() as f64 - row as f64 - 0.5;
        if let Some((_, y)) = panel.place(0.0, middle) {
            svg.text("label", Anchor::End, (frame.left - 12.0, y + 4.0), &feature_label(feature));
        }
        for (place, view) in views.iter().enumerate() {
            let value = rows
                .get(view.key())
                .and_then(|rows| rows.iter().find(|row| row.feature == *feature))
                .and_then(|row| row.median.spearman);
            let Some(value) = value else { continue };
            let height = middle + PITCH * (0.5 * (views.len() as f64 - 1.0) - place as f64);
            let (Some(from), Some(to)) = (panel.place(0.0, height), panel.place(value, height)) else { continue };
            svg.open("g", &[("class", &format!("c{place}"))]);
            svg.text_element("title", &format!("{feature}, {}: {}", view.label(), coefficient(value)));
            svg.line("interval", from, to);
            MARKERS[place % MARKERS.len()].draw(&mut svg, to, Marker::RADIUS);
            svg.close();
        }
    }
    Figure::new(
        "correlation",
        format!("What goes with the loss of {target}"),
        "Rank correlation of each feature of a shape with the logarithm of its median loss, over all shapes. To the \
         left: more of the feature goes with a smaller loss."
            .to_owned(),
        (WIDTH, height),
        svg,
    )
}

/// The features of all losses, in the order of their first appearance.
fn feature_order(views: &[LossView], rows: &BTreeMap<String, Vec<CorrelationRow>>) -> Vec<String> {
    let mut features: Vec<String> = Vec::new();
    for row in views.iter().filter_map(|view| rows.get(view.key())).flatten() {
        if !features.contains(&row.feature) {
            features.push(row.feature.clone());
        }
    }
    features
}

/// A feature's name for readers.
pub(crate) fn feature_label(feature: &str) -> String {
    match feature {
        "params" => "parameters".to_owned(),
        "product" => "last width × bottleneck".to_owned(),
        "pieces" => "linear pieces".to_owned(),
        other => other.replace('_', " "),
    }
}
