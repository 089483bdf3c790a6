//! The frontier as a table for the terminal.

use relulab_study::summary::{DepthSummary, Frontier, Summary, ThreeWays};
use std::fmt::Write;

/// A view of one loss: its key, its meaning, and how to reach it.
type View = (&'static str, &'static str, fn(&ThreeWays<Frontier>) -> Option<&Frontier>);

const VIEWS: [View; 5] = [
    ("uniform5", "mean squared error on [-5,5]^d, mostly extrapolation", |losses| Some(&losses.uniform5)),
    ("uniform3", "mean squared error on [-3,3]^d", |losses| Some(&losses.uniform3)),
    ("normal", "expected squared error under N(0,1)^d", |losses| Some(&losses.normal)),
    ("test", "mean loss on the held-out folds", |losses| losses.test_loss.as_ref()),
    ("training", "mean loss on the training folds", |losses| losses.training_loss.as_ref()),
];

/// One table per target and loss.
pub fn text(summary: &Summary) -> String {
    let mut out = String::new();
    let mut targets: Vec<&str> = Vec::new();
    for depth in &summary.depths {
        if targets.last() != Some(&depth.target.as_str()) {
            targets.push(&depth.target);
        }
    }
    for target in targets {
        let depths: Vec<&DepthSummary> = summary.depths.iter().filter(|depth| depth.target == target).collect();
        for (key, meaning, view) in VIEWS {
            if depths.iter().any(|depth| view(&depth.losses).is_some_and(|frontier| frontier.best_single.is_some())) {
                // Writing to a string does not fail.
                let _ = table(&mut out, target, key, meaning, &depths, view);
            }
        }
    }
    out
}

fn table(
    out: &mut String,
    target: &str,
    key: &str,
    meaning: &str,
    depths: &[&DepthSummary],
    view: fn(&ThreeWays<Frontier>) -> Option<&Frontier>,
) -> std::fmt::Result {
    writeln!(out, "{target}, {key}: {meaning}; ratios are depth 1 over this depth, above 1 means that depth helps")?;
    writeln!(
        out,
        "depth  shapes  best single (shape)           best median (shape)           selected [95 %]                 ratio single  ratio selected [95 %]"
    )?;
    for depth in depths {
        let Some(frontier) = view(&depth.losses) else { continue };
        let with_shape = |value: Option<f64>, shape: &[usize]| format!("{} {}", number(value), widths(shape));
        let ratios = &frontier.ratio_to_depth1;
        writeln!(
            out,
            "{:>5}  {:>6}  {:<28}  {:<28}  {:<30}  {:>12}  {}",
            depth.depth,
            depth.n_shapes,
            with_shape(frontier.best_single, &frontier.best_single_shape),
            with_shape(frontier.best_median, &frontier.best_median_shape),
            interval(frontier.selected.value, frontier.selected.ci95),
            number(ratios.best_single),
            interval(ratios.selected.value, ratios.selected.ci95),
        )?;
    }
    writeln!(out)
}

fn widths(shape: &[usize]) -> String {
    let text = shape.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
    if text.len() > 18 { format!("({}…)", &text[..17]) } else { format!("({text})") }
}

fn interval(value: Option<f64>, ends: Option<[f64; 2]>) -> String {
    match ends {
        Some([low, high]) => format!("{} [{}, {}]", number(value), number(Some(low)), number(Some(high))),
        None => number(value),
    }
}

/// Three significant digits; a dash where there is no number.
fn number(value: Option<f64>) -> String {
    match value {
        None => "-".to_owned(),
        Some(0.0) => "0".to_owned(),
        Some(x) if (1e-3..1e4).contains(&x.abs()) => {
            let digits = (2 - x.abs().log10().floor() as i32).max(0) as usize;
            format!("{x:.digits$}")
        }
        Some(x) => format!("{x:.2e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits() {
        let cases =
            [(None, "-"), (Some(0.0), "0"), (Some(1.5), "1.50"), (Some(0.0123), "0.0123"), (Some(123.4), "123")];
        for (value, expected) in cases {
            assert_eq!(number(value), expected);
        }
        assert_eq!(number(Some(1.234e-7)), "1.23e-7");
        assert_eq!(number(Some(5.0e6)), "5.00e6");
    }
}
