//! The frontier as tables for the terminal: one per target and loss.

use relulab_study::summary::{DepthSummary, Frontier, ShapeSummary, Summary, ThreeWays};

/// One way to look at a target: which loss, and what it means.
struct View {
    key: &'static str,
    meaning: &'static str,
    of: fn(&ThreeWays<Frontier>) -> Option<&Frontier>,
}

const VIEWS: [View; 4] = [
    View {
        key: "uniform5",
        meaning: "mean squared error on [-5,5]^d, mostly extrapolation",
        of: |losses| Some(&losses.uniform5),
    },
    View { key: "uniform3", meaning: "mean squared error on [-3,3]^d", of: |losses| Some(&losses.uniform3) },
    View { key: "normal", meaning: "expected squared error under N(0,1)^d", of: |losses| Some(&losses.normal) },
    View { key: "test", meaning: "mean loss on the held-out folds", of: |losses| losses.test_loss.as_ref() },
];

/// One line of a table.
struct Row<'a> {
    depth: &'a DepthSummary,
    frontier: &'a Frontier,
    /// The shape with the best median.
    best: Option<&'a ShapeSummary>,
}

/// A column: its title and how its cells are made.
struct Column {
    title: &'static str,
    cell: fn(&Row) -> String,
    /// Whether numbers of this kind exist for a row at all; a column without any is left out.
    exists: fn(&Row) -> bool,
}

const COLUMNS: [Column; 10] = [
    Column { title: "depth", cell: |row| row.depth.depth.to_string(), exists: |_| true },
    Column { title: "shapes", cell: |row| row.depth.n_shapes.to_string(), exists: |_| true },
    Column {
        title: "best single",
        cell: |row| with_shape(row.frontier.best_single, &row.frontier.best_single_shape),
        exists: |_| true,
    },
    Column {
        title: "best median",
        cell: |row| with_shape(row.frontier.best_median, &row.frontier.best_median_shape),
        exists: |_| true,
    },
    Column {
        title: "its training loss",
        cell: |row| number(training_loss(row)),
        exists: |row| row.best.is_some_and(|best| best.losses.training_loss.is_some()),
    },
    Column {
        title: "its accuracy test/training",
        cell: |row| {
            let of = |accuracy: fn(&ShapeSummary) -> Option<f64>| number(row.best.and_then(accuracy));
            format!("{}/{}", of(|best| best.test_accuracy_median), of(|best| best.train_accuracy_median))
        },
        exists: |row| row.best.is_some_and(|best| best.test_accuracy_median.is_some()),
    },
    Column {
        title: "selected [95 %]",
        cell: |row| interval(row.frontier.selected.value, row.frontier.selected.ci95),
        exists: |_| true,
    },
    Column {
        title: "ratio: single",
        cell: |row| number(row.frontier.ratio_to_depth1.best_single),
        exists: |row| row.frontier.ratio_to_depth1.best_single.is_some(),
    },
    Column {
        title: "selected [95 %]",
        cell: |row| {
            let ratio = &row.frontier.ratio_to_depth1.selected;
            interval(ratio.value, ratio.ci95)
        },
        exists: |row| row.frontier.ratio_to_depth1.selected.value.is_some(),
    },
    Column {
        title: "equal tries [95 %]",
        cell: |row| match row.frontier.ratio_to_depth1.matched.last() {
            Some(matched) => format!("{}, best of {}", interval(matched.value, matched.ci95), matched.tries),
            None => number(None),
        },
        exists: |row| !row.frontier.ratio_to_depth1.matched.is_empty(),
    },
];

/// Between two columns.
const GAP: &str = "  ";
/// A shape is shown up to this many characters.
const SHAPE_CHARACTERS: usize = 18;

/// One table per target and loss.
pub fn text(summary: &Summary) -> String {
    let mut out = String::new();
    for depths in summary.depths.chunk_by(|a, b| a.target == b.target) {
        for view in VIEWS {
            let rows: Vec<Row> = depths.iter().filter_map(|depth| Row::of(summary, depth, &view)).collect();
            if rows.iter().any(|row| row.frontier.best_single.is_some()) {
                let target = &depths[0].target;
                let ratios = if rows.iter().any(|row| row.frontier.ratio_to_depth1.best_single.is_some()) {
                    "; ratios are depth 1 over this depth, above 1 means that depth helps"
                } else {
                    ""
                };
                out += &format!("{target}, {}: {}{ratios}\n{}\n", view.key, view.meaning, table(&rows));
            }
        }
    }
    out
}

impl<'a> Row<'a> {
    fn of(summary: &'a Summary, depth: &'a DepthSummary, view: &View) -> Option<Self> {
        let frontier = (view.of)(&depth.losses)?;
        let is_best = |shape: &&ShapeSummary| shape.target == depth.target && shape.shape == frontier.best_median_shape;
        Some(Self { depth, frontier, best: summary.shapes.iter().find(is_best) })
    }
}

/// Lines of aligned columns: the first two to the right, the others to the left.
fn table(rows: &[Row]) -> String {
    let columns: Vec<Vec<String>> = COLUMNS
        .iter()
        .filter(|column| rows.iter().any(|row| (column.exists)(row)))
        .map(|column| std::iter::once(column.title.to_owned()).chain(rows.iter().map(column.cell)).collect())
        .collect();
    let widths: Vec<usize> =
        columns.iter().map(|cells| cells.iter().map(|cell| cell.chars().count()).max().unwrap_or(0)).collect();
    let mut out = String::new();
    for line in 0..=rows.len() {
        let cells: Vec<String> = columns
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(column, (cells, &width))| match column {
                0 | 1 => format!("{:>width$}", cells[line]),
                _ => format!("{:<width$}", cells[line]),
            })
            .collect();
        out += cells.join(GAP).trim_end();
        out.push('\n');
    }
    out
}

fn training_loss(row: &Row) -> Option<f64> {
    row.best?.losses.training_loss.as_ref()?.median
}

fn with_shape(value: Option<f64>, shape: &[usize]) -> String {
    if value.is_some() { format!("{} {}", number(value), widths(shape)) } else { number(None) }
}

fn widths(shape: &[usize]) -> String {
    let text = shape.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
    if text.len() > SHAPE_CHARACTERS { format!("({}…)", &text[..SHAPE_CHARACTERS - 1]) } else { format!("({text})") }
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

    #[test]
    fn long_shapes_are_cut() {
        assert_eq!(widths(&[5, 7, 4]), "(5,7,4)");
        assert_eq!(widths(&[1; 24]), "(1,1,1,1,1,1,1,1,1…)");
    }
}
