//! The tables of a trace.

use super::text;
use crate::escape::escape_text;
use crate::html::Table;
use relulab_study::trace::{TraceFigure, TraceSummary};

/// Every figure at every checkpoint.
pub(super) fn checkpoints(summary: &TraceSummary) -> String {
    let steps: Vec<String> = summary.plan.at.iter().map(|step| format!("step {step}")).collect();
    let heads: Vec<&str> = std::iter::once("median [95 %]").chain(steps.iter().map(String::as_str)).collect();
    let mut table = Table::new("numbers", "Medians over seeds with 95 % intervals", &heads);
    for figure in TraceFigure::ALL {
        let cells: Vec<_> = summary.plan.at.iter().map(|&step| summary.figure(step, figure.name)).collect();
        if cells.iter().all(Option::is_none) {
            continue;
        }
        let cells = cells.into_iter().map(|cell| cell.map_or_else(String::new, |numbers| escape_text(&text(numbers))));
        table.row(std::iter::once(escape_text(figure.meaning)).chain(cells).collect());
    }
    table.finish()
}

/// The stop rules, and every two of them.
pub(super) fn stops(summary: &TraceSummary) -> String {
    if summary.stops.is_empty() {
        return "<p class=\"nothing\">No stop rule was compared.</p>".to_owned();
    }
    let heads = ["rule", "stopped", "as by looks", "steps", "saved", "loss [−5, 5]", "loss [−3, 3]", "loss N(0,1)"];
    let caption = "Training with the rule against all steps; losses are ratios per seed, above 1 is worse";
    let mut table = Table::new("numbers", caption, &heads);
    let losses = ["uniform5", "uniform3", "normal"];
    for stop in &summary.stops {
        let mut cells = vec![
            escape_text(&stop.rule),
            format!("{} of {}", stop.stopped, summary.finished),
            format!("{} of {}", stop.agree, summary.finished),
            escape_text(&text(&stop.steps)),
            escape_text(&text(&stop.saved)),
        ];
        cells.extend(losses.map(|loss| stop.loss_ratio.get(loss).map_or_else(String::new, |x| escape_text(&text(x)))));
        table.row(cells);
    }
    let mut markup = table.finish();
    let heads = ["rule", "against", "saved, difference", "loss [−5, 5]", "loss [−3, 3]", "loss N(0,1)"];
    let mut table = Table::new("numbers", "One rule against another on the same seeds", &heads);
    for pair in &summary.stop_pairs {
        let mut cells =
            vec![escape_text(&pair.rule), escape_text(&pair.against), escape_text(&text(&pair.saved_difference))];
        cells.extend(losses.map(|loss| pair.loss_ratio.get(loss).map_or_else(String::new, |x| escape_text(&text(x)))));
        table.row(cells);
    }
    if !table.is_empty() {
        markup.push_str(&table.finish());
    }
    markup
}
