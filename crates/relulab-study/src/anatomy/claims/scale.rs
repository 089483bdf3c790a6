//! The paper's open question on scale, answered: tiers at a thousand to a million parameters.

use crate::anatomy::scale::{LEARNING_RATES, POINTS, SIZES, TARGETS, case_of};
use crate::check::rule::{Expected, Rule, Statistic};
use crate::check::{Book, Evidence, View};

/// The experiment.
const NAME: &str = "scale";

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Scale: from a thousand to a million parameters");
    let of = |params: usize, quantity: &str| -> Vec<View> {
        let rates = LEARNING_RATES.iter().rev();
        rates
            .flat_map(|rate| TARGETS.iter().rev().map(move |target| (rate, target)))
            .map(|(rate, target)| {
                let text = format!("{target}, Adam at {rate}, two hidden layers");
                evidence.view(text, NAME, &case_of(params, target, rate), quantity)
            })
            .filter(|view| !view.sample.is_empty())
            .collect()
    };
    let last = POINTS[POINTS.len() - 1];
    for (params, width) in SIZES {
        let steep = of(params, &format!("gauss-newton steep n={last}"));
        if steep.is_empty() {
            continue;
        }
        book.judge(
            format!("{params} parameters ([{width},{width}]): 3–4 steep directions, as at k = 16 (Gauss-Newton)"),
            "requires verification",
            Rule::Single(Expected::Between(3.0, 4.0)),
            steep,
        );
        let hessian = of(params, "hessian steep");
        if !hessian.is_empty() {
            book.judge(
                format!("{params} parameters: 3–4 steep directions (pattern Hessian by Lanczos, at most 16 counted)"),
                "requires verification",
                Rule::Single(Expected::Between(3.0, 4.0)),
                hessian,
            );
        }
        book.judge(
            format!("{params} parameters: gaps separate the tiers (Gauss-Newton eigenvalues within a factor 3 of the cut 0.1)"),
            "requires verification",
            Rule::Single(Expected::AtMost(0.0)),
            of(params, "gauss-newton around the steep cut"),
        );
        book.judge(
            format!("{params} parameters: the steep tier carries the curvature (share of the trace at least 0.95)"),
            "requires verification",
            Rule::Aggregate(Statistic::Median, Expected::AtLeast(0.95)),
            of(params, "gauss-newton share of the trace in the steep tier"),
        );
    }
}
