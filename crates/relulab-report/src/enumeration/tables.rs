//! The tables of the report.

use crate::figure::correlation::feature_label;
use crate::findings::estimate;
use crate::html::Table;
use crate::loss_view::LossView;
use crate::number::{ABSENT, coefficient, count, hidden_text, human, human_or_absent, median_count, percent};
use crate::svg::Px;
use relulab_study::summary::{Correlation, CorrelationRow, DepthSummary, Estimate, RankedShape, ShapeSummary};
use std::collections::HashMap;

/// The frontier's numbers, a row per depth.
pub(crate) fn depths(depths: &[&DepthSummary], view: LossView) -> String {
    let heads = [
        "depth",
        "shapes",
        "runs",
        "best single",
        "best median",
        "median of medians",
        "selected [95 %]",
        "ratio [95 %]",
        "tries: matched ratio [95 %]",
    ];
    let mut table = Table::new("numbers", "", &heads);
    for depth in depths {
        let frontier = view.value_of(&depth.losses);
        let ratio = &frontier.ratio_to_depth1;
        let matched: Vec<String> = ratio
            .matched
            .iter()
            .filter_map(|one| Some(format!("{}: {}", count(one.tries), estimate(one.value?, one.ci95))))
            .collect();
        table.row(vec![
            depth.depth.to_string(),
            count(depth.n_shapes),
            count(depth.n_runs),
            loss_and_shape(frontier.best_single, &frontier.best_single_shape),
            loss_and_shape(frontier.best_median, &frontier.best_median_shape),
            human_or_absent(frontier.median_of_medians),
            loss_estimate(&frontier.selected),
            ratio.selected.value.map_or(ABSENT.to_owned(), |value| estimate(value, ratio.selected.ci95)),
            if matched.is_empty() { ABSENT.to_owned() } else { matched.join("<br/>") },
        ]);
    }
    table.finish()
}

/// The correlation coefficients, a row per feature; `None` when there is none.
pub(super) fn correlations(rows: &[CorrelationRow]) -> Option<String> {
    let has_pieces = rows.iter().any(|row| row.given_pieces.is_some());
    let mut heads = vec!["feature", "runs: Pearson", "runs: Spearman", "medians: Pearson", "medians: Spearman"];
    if has_pieces {
        heads.extend(["given pieces: Pearson", "given pieces: Spearman"]);
    }
    let mut table = Table::new("numbers heat", "Correlation with log10 loss", &heads);
    for row in rows {
        let none = Correlation::default();
        let given = has_pieces.then(|| row.given_pieces.as_ref().unwrap_or(&none));
        let values = [&row.single, &row.median].into_iter().chain(given).flat_map(|c| [c.pearson, c.spearman]);
        let name = crate::escape::escape_text(&feature_label(&row.feature));
        table.row(std::iter::once(name).chain(values.map(heat_cell)).collect());
    }
    (!table.is_empty()).then(|| table.finish())
}

/// A ranking of shapes with pictures of their widths; columns that would be empty in every shape are left out.
pub(super) fn ranking(
    caption: &str,
    ranked: &[RankedShape],
    shapes: &HashMap<&[usize], &ShapeSummary>,
    view: LossView,
) -> String {
    if ranked.is_empty() {
        return format!("<p class=\"nothing\">{caption}: no shape has a finite median.</p>");
    }
    // Beside the median: heading, and the cell of a shape.
    type Column<'a> = (&'a str, &'a dyn Fn(&ShapeSummary) -> Option<String>);
    let beside = view.companion();
    let head = |view: LossView| format!("{} loss", view.word());
    let (own_head, beside_head) = (head(view), beside.map(head).unwrap_or_default());
    let all: [Column; 5] = [
        (beside_head.as_str(), &|shape| beside?.of(&shape.losses)?.median.map(human)),
        ("test accuracy", &|shape| shape.test_accuracy_median.map(percent)),
        ("training accuracy", &|shape| shape.train_accuracy_median.map(percent)),
        ("params", &|shape| Some(shape.params.to_string())),
        ("pieces", &|shape| shape.pieces_median.map(median_count)),
    ];
    let present: Vec<Column> =
        all.into_iter().filter(|(_, cell)| shapes.values().any(|shape| cell(shape).is_some())).collect();
    let median = if beside.is_some() { own_head.as_str() } else { "median" };
    let heads: Vec<&str> =
        ["", "shape", "widths", median].into_iter().chain(present.iter().map(|(head, _)| *head)).collect();
    let mut table = Table::new("numbers ranking", caption, &heads);
    for (place, one) in ranked.iter().enumerate() {
        let known = shapes.get(one.shape.as_slice());
        let mut cells = vec![(place + 1).to_string(), shape_code(&one.shape), glyph(&one.shape), human(one.median)];
        cells.extend(
            present.iter().map(|(_, cell)| known.and_then(|shape| cell(shape)).unwrap_or_else(|| ABSENT.to_owned())),
        );
        table.row(cells);
    }
    table.finish()
}

/// A picture of a shape: a bar per layer, its height the width of the layer.
pub(super) fn glyph(widths: &[usize]) -> String {
    const HEIGHT: f64 = 18.0;
    const PITCH: f64 = 5.0;
    let widest = widths.iter().copied().max().unwrap_or(1).max(1) as f64;
    let bars: String = widths
        .iter()
        .enumerate()
        .map(|(place, width)| {
            let height = (HEIGHT * *width as f64 / widest).max(1.5);
            format!("M{} {}v{}h3.5v{}z", Px(PITCH * place as f64), Px(HEIGHT), Px(-height), Px(height))
        })
        .collect();
    let width = Px(PITCH * widths.len().max(1) as f64);
    format!(
        "<svg class=\"glyph\" aria-hidden=\"true\" width=\"{width}\" height=\"{HEIGHT}\"><path d=\"{bars}\"/></svg>"
    )
}

/// A number, large, above what it counts.
pub(super) fn tile(value: &str, words: &str) -> String {
    format!("<div class=\"tile\"><b>{value}</b><span>{words}</span></div>")
}

/// A percentage that may be absent.
pub(super) fn percent_or_absent(fraction: Option<f64>) -> String {
    fraction.map_or(ABSENT.to_owned(), percent)
}

/// A shape as code that may break after its commas.
fn shape_code(shape: &[usize]) -> String {
    format!("<code>{}</code>", hidden_text(shape).replace(',', ",<wbr/>"))
}

/// A loss above the shape that reaches it.
fn loss_and_shape(loss: Option<f64>, shape: &[usize]) -> String {
    match loss {
        Some(loss) => format!("{}<br/>{}", human(loss), shape_code(shape)),
        None => ABSENT.to_owned(),
    }
}

fn loss_estimate(estimate: &Estimate) -> String {
    match (estimate.value, estimate.ci95) {
        (None, _) => ABSENT.to_owned(),
        (Some(value), None) => human(value),
        (Some(value), Some([low, high])) => {
            format!("{}<br/><small>[{}, {}]</small>", human(value), human(low), human(high))
        }
    }
}

fn heat_cell(value: Option<f64>) -> String {
    match value.filter(|value| value.is_finite()) {
        None => ABSENT.to_owned(),
        Some(value) => {
            let class = if value < 0.0 { "negative" } else { "positive" };
            // The share of colour in the cell: half of the coefficient keeps the text readable.
            let share = (50.0 * value.abs().min(1.0)).round();
            format!("<td class=\"{class}\" style=\"--share:{share}%\">{}</td>", coefficient(value))
        }
    }
}
