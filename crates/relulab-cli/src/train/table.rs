//! The document as a small table for readers.

use crate::train::document::{Document, Figure, NetworkEntry};
use relulab_net::Shape;
use relulab_report::number::{human, human_or_absent};
use relulab_study::NormalMethod;
use relulab_study::statistics::quantile;
use std::fmt::Write;

/// Width of the column of names.
const NAME_WIDTH: usize = 24;
/// Width of a column of numbers.
const NUMBER_WIDTH: usize = 12;

/// The table; `shape` is that of the networks.
pub fn of(document: &Document, shape: &Shape) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write(&mut text, document, shape);
    text
}

fn write(text: &mut String, document: &Document, shape: &Shape) -> std::fmt::Result {
    let plan = &document.plan;
    let n = document.networks.len();
    let widths: Vec<String> = shape.widths().map(|width| width.to_string()).collect();
    writeln!(
        text,
        "{n} network{} {} ({} parameters each) on {}, {} steps",
        if n == 1 { "" } else { "s" },
        widths.join("→"),
        document.params,
        plan.subject(),
        plan.setting.steps
    )?;
    if let Some(data) = &plan.data {
        writeln!(text, "{} points to train on, {} held out", data.n_train, data.n_test)?;
    }
    if let Some(search) = &plan.search
        && let Some((rate, loss)) = search.best()
    {
        let (n, last) = (search.rates.len(), search.rates.last().copied().unwrap_or(rate));
        writeln!(
            text,
            "step size {rate}, the best of {n} from {} to {last}: {} {} after {} steps (median of {})",
            search.rates.first().copied().unwrap_or(rate),
            search.by,
            human(loss),
            search.search_steps,
            search.search_seeds
        )?;
    }
    let columns = ["median", "q25", "q75", "min", "max", "best seed"];
    write!(text, "\n{:NAME_WIDTH$}", "over seeds")?;
    columns.iter().try_for_each(|column| write!(text, "{column:>NUMBER_WIDTH$}"))?;
    writeln!(text)?;
    for figure in Figure::ALL {
        let Some(summary) = document.summary.figures.get(figure.name) else { continue };
        let quantiles = &summary.quantiles;
        write!(text, "{:NAME_WIDTH$}", name(figure, document))?;
        for value in [quantiles.median, quantiles.q25, quantiles.q75, quantiles.min, summary.max] {
            write!(text, "{:>NUMBER_WIDTH$}", human_or_absent(value))?;
        }
        writeln!(text, "{:>NUMBER_WIDTH$}", summary.best_seed)?;
    }
    if !plan.stop.is_none() {
        let mut steps: Vec<f64> = document.networks.iter().map(|entry| entry.steps as f64).collect();
        steps.sort_by(f64::total_cmp);
        write_row(text, "steps", &steps)?;
    }
    let units = shape.n_units();
    for (name, count) in [("dead units", dead as Count), ("linear units", linear as Count)] {
        let mut counts: Vec<f64> = document.networks.iter().filter_map(count).map(f64::from).collect();
        counts.sort_by(f64::total_cmp);
        if units == 0 || counts.is_empty() {
            continue;
        }
        write_row(text, &format!("{name} of {units}"), &counts)?;
    }
    let summary = &document.summary;
    let stopped = if plan.stop.is_none() { String::new() } else { format!("{} stopped, ", summary.stopped) };
    let (finished, diverged, collapsed) = (summary.finished, summary.diverged, summary.collapsed);
    writeln!(text, "\n{finished} finished, {stopped}{diverged} diverged, {collapsed} collapsed")?;
    if !plan.stop.is_none() {
        writeln!(text, "stopped: {}", plan.stop.reason())?;
    }
    if let Some(best) = &summary.best {
        writeln!(text, "best by {}: seed {}, {}", best.by, best.seed, best.file)?;
    }
    if let Some(folder) = &document.folder {
        writeln!(text, "networks and train.json: {folder}")?;
    }
    Ok(())
}

/// Median, quartiles and extremes of ascending numbers.
fn write_row(text: &mut String, name: &str, ascending: &[f64]) -> std::fmt::Result {
    write!(text, "{name:NAME_WIDTH$}")?;
    for share in [0.5, 0.25, 0.75, 0.0, 1.0] {
        write!(text, "{:>NUMBER_WIDTH$}", quantile(ascending, share).map_or_else(String::new, human))?;
    }
    writeln!(text)
}

type Count = fn(&NetworkEntry) -> Option<u32>;

fn dead(entry: &NetworkEntry) -> Option<u32> {
    entry.marks.dead
}

fn linear(entry: &NetworkEntry) -> Option<u32> {
    entry.marks.linear
}

/// The figure's name, and for the expected loss how it was found.
fn name(figure: Figure, document: &Document) -> String {
    let method = document.networks.iter().find_map(|entry| entry.marks.normal_method);
    match method {
        Some(method) if figure.name == "normal" => {
            let method = if method == NormalMethod::Exact { "exact" } else { "100,000 points" };
            format!("normal ({method})")
        }
        _ => figure.name.to_owned(),
    }
}
