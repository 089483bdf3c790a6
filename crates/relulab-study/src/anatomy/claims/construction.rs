//! Section 8: the naive pseudo-inverse and targeted construction.

use crate::anatomy::construction::{DIRECTIONS, DISTANCES, PAPER, STARTS, case_of, line_name, naive_case_of, start_of};
use crate::anatomy::setting::{LONG, SHORT};
use crate::check::rule::{Expected, Rule};
use crate::check::{Book, Evidence, Sample, Verdict, View};

/// The experiment.
const NAME: &str = "construction";
/// Most iterations that the paper reports.
const MOST_ITERATIONS: f64 = 7.0;

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Construction: the naive pseudo-inverse");
    naive(book, evidence);
    book.section("Construction: the projected system");
    targeted(book, evidence);
    book.section("Construction: iterations");
    iterations(book, evidence);
}

fn views(evidence: &Evidence, quantity: &str) -> Vec<View> {
    [
        (SHORT, "samples", "f32", "tiny", "2000 steps, 1000 samples, f32, hardly any singular value dropped"),
        (SHORT, "samples", "f32", "rounding", "the same, singular values below rounding dropped"),
        (SHORT, "samples", "f64", "tiny", "2000 steps, 1000 samples, f64"),
        (LONG, "samples", "f32", "tiny", "3000 steps, 1000 samples, f32"),
        (SHORT, "grid", "f32", "tiny", "2000 steps, grid over [−5,5], f32"),
        (SHORT, "grid", "f32", "rounding", "the same, singular values below rounding dropped"),
    ]
    .map(|(steps, points, precision, cut, text)| {
        evidence.view(text, NAME, &naive_case_of("16", steps, points, PAPER, precision, cut), quantity)
    })
    .into_iter()
    .filter(|view| !view.sample.is_empty())
    .collect()
}

fn naive(book: &mut Book, evidence: &Evidence) {
    let single = |paper: f64| Rule::Single(Expected::Number(paper));
    let mut conditions = views(evidence, "cond J");
    conditions.extend(
        views(evidence, "cond of what is inverted")
            .into_iter()
            .map(|view| View { convention: format!("{}, of what is inverted", view.convention), ..view }),
    );
    book.judge("condition number of the Jacobian", "25,000,000", single(25e6), conditions);
    book.judge("largest amplification", "130,000×", single(130_000.0), views(evidence, "amplification"));
    book.judge("|Δθ| for 2x+1 → 2.1x+1.05", "59", single(59.0), views(evidence, "step"));
    book.judge("|θ|", "4.2", single(4.2), views(evidence, "length of the parameters"));
    book.judge("|Δθ| / |θ|", "14×", single(14.0), views(evidence, "step over parameters"));
    book.judge(
        "59 / 4.2 is 14",
        "14",
        Rule::Exact(14.0, 0),
        vec![View::exact("arithmetic", 59.0 / 4.2, "the paper's own numbers")],
    );
    let worse = [(SHORT, "samples", "f32"), (SHORT, "samples", "f64"), (LONG, "samples", "f32")].map(
        |(steps, points, precision)| {
            let case = naive_case_of("16", steps, points, PAPER, precision, "tiny");
            evidence.paired(
                format!("{steps} steps, {points}, {precision}: log10 of the function error after over before"),
                NAME,
                (&case, "function error"),
                (&case, "function error before"),
                |after, before| (after / before).log10(),
            )
        },
    );
    book.judge(
        "the naive step fails catastrophically: the function is farther from the target than before",
        "fails",
        Rule::Positive,
        worse.to_vec(),
    );
}

fn targeted(book: &mut Book, evidence: &Evidence) {
    let of = |quantity: &str| -> Vec<View> {
        [
            ("16", SHORT, "samples", "2000 steps, 1000 samples"),
            ("16", LONG, "samples", "3000 steps, 1000 samples"),
            ("16", SHORT, "grid", "2000 steps, grid over [−5,5]"),
            ("5,7,4", LONG, "samples", "[5,7,4], 3000 steps"),
        ]
        .map(|(hidden, steps, points, text)| {
            evidence.view(text, NAME, &case_of(hidden, steps, points, PAPER, "none"), quantity)
        })
        .into_iter()
        .filter(|view| !view.sample.is_empty())
        .collect()
    };
    let mut conditions = of("cond A");
    conditions.extend(
        of("cond AAᵀ").into_iter().map(|view| View { convention: format!("AAᵀ: {}", view.convention), ..view }),
    );
    book.judge("condition number of the projected system", "2.4", Rule::Single(Expected::Number(2.4)), conditions);
    let case = case_of("16", SHORT, "samples", PAPER, "none");
    let plain = naive_case_of("16", SHORT, "samples", PAPER, "f32", "tiny");
    let double = naive_case_of("16", SHORT, "samples", PAPER, "f64", "tiny");
    let ratio = |naive: &str, text: &str| {
        evidence.paired(text, NAME, (naive, "cond J"), (&case, "cond A"), |naive, ours| (naive / ours).log10())
    };
    book.judge(
        "the projected system is ten million times better conditioned (log10 of the ratio)",
        "7",
        Rule::Single(Expected::Number(7.0)),
        vec![ratio(&plain, "f32"), ratio(&double, "f64")],
    );
    book.judge(
        "25 million over 2.4 is ten million (log10)",
        "7.0",
        Rule::Exact(7.0, 1),
        vec![View::exact("arithmetic", (25e6f64 / 2.4).log10(), "the paper's own numbers")],
    );
    let radius = |tolerance: &str| {
        evidence.view(
            format!("largest change that one step makes within {tolerance}, least of four directions"),
            NAME,
            &start_of("16", SHORT, "samples"),
            &format!("radius {tolerance}"),
        )
    };
    let direction = |name: &str| {
        evidence.view(
            format!("within 10 %, direction {name}"),
            NAME,
            &start_of("16", SHORT, "samples"),
            &format!("radius 10 % {name}"),
        )
    };
    book.judge(
        "a single step works accurately within about 3 units",
        "~3",
        Rule::Single(Expected::Number(3.0)),
        vec![
            radius("10 %"),
            radius("5 %"),
            radius("20 %"),
            direction("slope+"),
            direction("slope-"),
            direction("intercept+"),
            direction("intercept-"),
        ],
    );
}

/// A quantity over all lines of all distances.
fn over_lines(evidence: &Evidence, hidden: &str, steps: u64, damping: &str, most: f64, quantity: &str) -> Sample {
    let lines = DISTANCES.into_iter().filter(|distance| *distance <= most).flat_map(|distance| {
        DIRECTIONS.map(|(direction, _)| {
            let aim = line_name(direction, distance);
            evidence.sample(NAME, &case_of(hidden, steps, "samples", &aim, damping), quantity)
        })
    });
    Sample::new(lines.flat_map(|sample| sample.values().to_vec()).collect())
}

fn iterations(book: &mut Book, evidence: &Evidence) {
    book.declare(
        "the table of iterations: 3, 4, 5, 5, 7",
        "five rows",
        Verdict::NotTestable,
        "the targets of its rows are missing from the source; the next rows test its summary on our own targets",
        None,
    );
    let within = |sample: Sample| sample.map(|steps| f64::from(u8::from(steps <= MOST_ITERATIONS)));
    let mut parts = Vec::new();
    for (hidden, steps) in STARTS {
        for damping in ["none", "halving"] {
            let sample = over_lines(evidence, hidden, steps, damping, f64::INFINITY, "steps to 0.002");
            if !sample.is_empty() {
                parts.push(View::new(
                    format!("[{hidden}], {steps} steps, damping {damping}, lines at distance 0.1 to 30"),
                    within(sample),
                    format!("{NAME}: start={hidden}: steps to 0.002"),
                ));
            }
        }
    }
    let near = over_lines(evidence, "16", SHORT, "none", 3.0, "steps to 0.002");
    parts.push(View::new(
        "[16], 2000 steps, no damping, lines within distance 3",
        within(near),
        format!("{NAME}: lines"),
    ));
    book.judge(
        "any target line is reached within 7 iterations with an error below 0.002",
        "3–7 iterations, < 0.002",
        Rule::Property,
        parts,
    );
    let steps = over_lines(evidence, "16", SHORT, "none", f64::INFINITY, "steps to 0.002");
    book.judge(
        "iterations to 0.002 over all lines",
        "3–7",
        Rule::Single(Expected::Between(3.0, 7.0)),
        vec![
            View::new("[16], 2000 steps, no damping", steps, format!("{NAME}: lines")),
            View::new(
                "[16], 3000 steps, no damping",
                over_lines(evidence, "16", LONG, "none", f64::INFINITY, "steps to 0.002"),
                format!("{NAME}: lines"),
            ),
        ],
    );
    let other = |aim: &str| {
        evidence.view(
            format!("to {aim}, no damping"),
            NAME,
            &case_of("16", SHORT, "samples", aim, "none"),
            "steps to 0.002",
        )
    };
    book.judge(
        "any target at all: reversals and parabolas too, within 7 iterations",
        "any target",
        Rule::Single(Expected::AtMost(MOST_ITERATIONS)),
        ["-2*x-1", "-2*x+1", "2*x-1", "0", "x^2", "x^2-x"].map(other).to_vec(),
    );
    let digits = over_lines(evidence, "16", SHORT, "none", f64::INFINITY, "digits per step");
    book.judge(
        "each iteration gains 1–2 orders of magnitude",
        "1–2",
        Rule::Single(Expected::Between(1.0, 2.0)),
        vec![View::new("to 1e-10, all lines, [16], 2000 steps", digits, format!("{NAME}: digits per step"))],
    );
    let order = over_lines(evidence, "16", SHORT, "none", f64::INFINITY, "order");
    book.judge(
        "the rate matches Newton's method (order 2)",
        "2",
        Rule::Single(Expected::Between(1.8, 2.2)),
        vec![View::new("fitted order of convergence, all lines, [16], 2000 steps", order, format!("{NAME}: order"))],
    );
    book.remark(
        "1–2 digits in every iteration is a constant factor, which Newton's rate is not: the two statements differ",
    );
    let lines = |quantity: &str| over_lines(evidence, "16", SHORT, "none", f64::INFINITY, quantity);
    let outside = lines("outside the basis");
    book.judge(
        "it does not fix the function: what is left lies outside the lines (RMSE left at least 10 times the error inside)",
        "limited",
        Rule::Parts,
        vec![View::parts(
            format!(
                "medians over all lines: RMSE {} outside, {} inside",
                crate::check::rule::short(outside.median().unwrap_or(f64::NAN)),
                crate::check::rule::short(lines("inside the basis").median().unwrap_or(f64::NAN)),
            ),
            &[outside.median() > lines("inside the basis").median().map(|inside| 10.0 * inside)],
            format!("{NAME}: outside the basis"),
        )],
    );
    let grown = |distance: f64| {
        let aim = line_name("both-", distance);
        let case = case_of("16", SHORT, "samples", &aim, "none");
        evidence.paired(
            format!("both coefficients moved by {distance}: log10 of the RMSE outside the lines, after over before"),
            NAME,
            (&case, "outside the basis"),
            (&case, "outside the basis before"),
            |after, before| (after / before).log10(),
        )
    };
    book.judge(
        "it reaches the closest achievable line without overhead: the part outside the lines does not grow",
        "closest achievable",
        Rule::Single(Expected::AtMost(0.0)),
        vec![grown(3.0), grown(0.1), grown(1.0), grown(10.0), grown(30.0)],
    );
}
