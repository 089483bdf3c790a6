//! A trace as a small table for readers.

use relulab_report::number::ABSENT;
use relulab_report::trace::{findings, short};
use relulab_study::trace::TraceSummary;
use std::fmt::Write;

/// Width of a column.
const WIDTH: usize = 11;

/// What is shown of every checkpoint: a heading and a figure's name.
const COLUMNS: [(&str, &str); 10] = [
    ("steep", "steep"),
    ("moderate", "moderate"),
    ("weak", "weak"),
    ("zero", "zero"),
    ("uniform5", "uniform5"),
    ("uniform3", "uniform3"),
    ("normal", "normal"),
    ("distance", "distance"),
    ("dead", "dead"),
    ("gradient", "gradient_norm"),
];

/// Medians at every checkpoint, then what was found in sentences.
pub fn of(summary: &TraceSummary) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write(&mut text, summary);
    text
}

fn write(text: &mut String, summary: &TraceSummary) -> std::fmt::Result {
    let plan = &summary.plan;
    let (seeds, params) = (plan.seeds, summary.params);
    writeln!(text, "{seeds} seeds of {params} parameters each on {}, {} steps\n", plan.target, plan.steps)?;
    write!(text, "{:>WIDTH$}", "medians at")?;
    COLUMNS.iter().try_for_each(|(heading, _)| write!(text, "{heading:>WIDTH$}"))?;
    writeln!(text)?;
    for checkpoint in &summary.checkpoints {
        write!(text, "{:>WIDTH$}", checkpoint.step)?;
        for (_, name) in COLUMNS {
            let median = checkpoint.figures.get(name).and_then(|spread| spread.median);
            write!(text, "{:>WIDTH$}", median.map_or_else(|| ABSENT.to_owned(), short))?;
        }
        writeln!(text)?;
    }
    writeln!(text)?;
    findings(summary).iter().try_for_each(|sentence| writeln!(text, "{sentence}"))
}
