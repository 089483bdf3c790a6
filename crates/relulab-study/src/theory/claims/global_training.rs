//! Algorithm 1: the size of its enumeration, and the place for what global training measures.

use super::relation;
use crate::check::Scale;
use crate::check::rule::{Expected, Rule, Statistic};
use crate::check::{Book, Evidence, Sample, Verdict, View};
use crate::theory::dichotomies::{case_of, instances};

const NAME: &str = "dichotomies";

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Global training of one hidden layer (algorithm 1)");
    book.judge(
        "D points in general position have 2 Σ_{i≤n} C(D−1, i) half-space dichotomies",
        "O(Dⁿ)",
        Rule::Parts,
        vec![relation(
            "counted exactly as cells of the points' hyperplanes",
            evidence,
            NAME,
            |_| true,
            ("dichotomies", "dichotomies by formula"),
            |a, b| a == b,
        )],
    );
    for n in 1..=3 {
        let of = |points: usize| evidence.sample(NAME, &case_of(n, points), "dichotomies").median();
        let doublings = instances(Scale::Full).into_iter().filter(|(dim, _)| *dim == n).filter_map(|(_, points)| {
            let (few, many) = (of(points)?, of(2 * points)?);
            Some((many / few).log2())
        });
        let exponents: Vec<f64> = doublings.collect();
        if exponents.is_empty() {
            continue;
        }
        let last = exponents.last().copied().unwrap_or(f64::NAN);
        book.judge(
            format!("dichotomies of points in {n} dimension{} grow as Dⁿ", if n == 1 { "" } else { "s" }),
            format!("exponent {n}"),
            Rule::Aggregate(Statistic::Median, Expected::Number(f64::from(n as u32))),
            vec![View::new(
                "log₂ of the growth when the points are doubled, the largest pair counted",
                Sample::new(vec![last]),
                format!("{NAME}: n={n}: dichotomies"),
            )],
        );
    }
    // Global training has a crate of its own; its measured times belong here as an experiment beside `dichotomies`.
    for (text, paper) in [
        ("algorithm 1 finds the global optimum of a network with one hidden layer", "exact"),
        ("the time of algorithm 1 is O(2ʷ Dⁿʷ poly(D, n, w))", "exponent nw in D"),
    ] {
        book.declare(text, paper, Verdict::NotTestable, "global training is not part of this check yet", None);
    }
}
