//! Advice for people: what is supported, how well, and what is not decided.

use relulab_study::advice::{Counsel, Finding, LossName, Measured, Predicted, Supported};
use relulab_study::check::rule::short;

/// Rows of a finding that are shown.
const ROWS: usize = 8;

/// All findings, and what they agree on.
pub fn of(counsel: &Counsel<'_>) -> String {
    let question = &counsel.question;
    let mut out = String::new();
    for finding in &counsel.findings {
        out += &section(finding, counsel);
        out.push('\n');
    }
    if counsel.findings.is_empty() {
        out += &format!("There is no evidence for {} inputs.\n", question.input_dim);
    } else if counsel.findings.iter().filter(|finding| finding.exact).count() > 1 {
        out += &match &counsel.supported_by_all[..] {
            [] => "No shape is supported by all of these: it depends on the target.\n".to_owned(),
            shapes => format!("Supported by all of these: {}.\n", list(shapes)),
        };
    }
    out
}

fn section(finding: &Finding, counsel: &Counsel<'_>) -> String {
    let question = &counsel.question;
    let Finding { target, input_dim, neurons, n_tried, n_seeds, steps, source, .. } = finding;
    let mut out = String::new();
    if !finding.exact {
        out += &format!(
            "{target}: nothing was trained with {} neurons and {}; the nearest evidence is of {neurons} and {}.\n",
            question.neurons,
            inputs(question.input_dim),
            inputs(*input_dim)
        );
        if let Some(predicted) = &finding.predicted {
            out += &expectation(predicted, question.neurons);
        }
    }
    out += &format!(
        "{target}, {}, {neurons} neurons: {n_tried} shapes, {n_seeds} seeds each, {steps} steps ({source})\n",
        inputs(*input_dim)
    );
    let loss = question.loss;
    let n = finding.supported.len();
    out += &if finding.separated {
        format!("  One shape is ahead: its {} interval is below all others.\n", loss.text())
    } else {
        format!("  The data do not separate these {n} of {n_tried} shapes: their {} intervals meet.\n", loss.text())
    };
    out += &table(&finding.supported[..n.min(ROWS)]);
    if n > ROWS {
        let rest: Vec<Vec<usize>> = finding.supported[ROWS..].iter().take(ROWS).map(|one| one.shape.clone()).collect();
        let more = if n > 2 * ROWS { format!(" and {} more", n - 2 * ROWS) } else { String::new() };
        out += &format!("  also {}{more}\n", list(&rest));
    }
    out + &against_single_layer(finding, loss) + &gain_of_depth(finding)
}

/// The single layer: supported, or how far behind.
fn against_single_layer(finding: &Finding, loss: LossName) -> String {
    let Some((single, best)) = finding.single_layer.as_ref().zip(finding.supported.first()) else {
        return String::new();
    };
    if finding.supported.iter().any(|one| one.shape == single.shape) {
        return "  The single layer, the simplest, is among them.\n".to_owned();
    }
    let of = |one: &Supported| if loss == LossName::Normal { one.normal.value() } else { one.uniform5.value() };
    format!("  The single layer is not: {} times the best median.\n", short(of(single) / of(best)))
}

/// Whether depth helps, without the flattery of choosing the best of many.
fn gain_of_depth(finding: &Finding) -> String {
    let (Some(value), Some([low, high])) = (finding.gain_of_depth.value, finding.gain_of_depth.ci95) else {
        return String::new();
    };
    let verdict = if low > 1.0 {
        "depth helps"
    } else if high < 1.0 {
        "depth costs"
    } else {
        "not decided"
    };
    format!(
        "  Seed by seed, against the deeper shape that is best on the other half of the seeds, the single layer's loss is \
         {} [{}, {}] times as large: {verdict}.\n",
        short(value),
        short(low),
        short(high)
    )
}

fn expectation(predicted: &Predicted, neurons: usize) -> String {
    let Predicted { shapes, typical_factor, r2, spearman, n_cells } = predicted;
    let shown: Vec<String> =
        shapes.iter().take(ROWS).map(|(shape, gain)| format!("{} ({})", widths(shape), short(*gain))).collect();
    let more = if shapes.len() > ROWS { format!(" and {} more", shapes.len() - ROWS) } else { String::new() };
    format!(
        "  Expected of {neurons} neurons, as loss over that of the single layer: {}{more}.\n  This is a rule fitted to \
         {n_cells} budgets and dimensions; on those left out it is off by a factor of {}, R² {}, rank correlation {}; \
         it does not separate the shapes listed.\n",
        shown.join(", "),
        short(*typical_factor),
        short(*r2),
        short(*spearman)
    )
}

fn table(rows: &[Supported]) -> String {
    let cells: Vec<[String; 3]> = std::iter::once(["shape", "normal [95 %]", "uniform5 [95 %]"].map(str::to_owned))
        .chain(rows.iter().map(|one| [widths(&one.shape), interval(one.normal), interval(one.uniform5)]))
        .collect();
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (first, second) = (width(0), width(1));
    cells
        .iter()
        .map(|[shape, normal, uniform5]| format!("  {shape:<first$}  {normal:<second$}  {uniform5}\n"))
        .collect()
}

fn interval(measured: Measured) -> String {
    match (measured.median, measured.ci95) {
        (Some(median), Some([low, high])) => format!("{} [{}, {}]", short(median), short(low), short(high)),
        (Some(median), None) => short(median),
        (None, _) => "not finite".to_owned(),
    }
}

fn list(shapes: &[Vec<usize>]) -> String {
    shapes.iter().map(|shape| widths(shape)).collect::<Vec<_>>().join(" · ")
}

fn widths(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join(",")
}

fn inputs(n: usize) -> String {
    if n == 1 { "1 input".to_owned() } else { format!("{n} inputs") }
}
