//! Theorem 2.2: functions of one variable.

use super::{number, property, word};
use crate::check::rule::{Expected, Rule, Statistic};
use crate::check::{Book, Evidence, View};

const NAME: &str = "line-units";
/// The output bias: the paper's definition has none, its proof needs one.
const BIASES: [(&str, &str); 2] = [
    ("without an output bias, as in the paper's definition", "units without output bias"),
    ("with an output bias, as in the paper's proof", "units with output bias"),
];

/// A property of units and pieces, over functions with at least two pieces, or with one.
fn views(evidence: &Evidence, kinds: &[&str], one_piece: bool, holds: impl Fn(f64, f64) -> bool) -> Vec<View> {
    let of = |(convention, quantity): (&str, &str)| {
        property(convention, evidence, NAME, quantity, |case, units| {
            let pieces = number(case, "p")?;
            let is_meant = kinds.contains(&word(case, "slopes")?.as_str()) && (pieces < 2.0) == one_piece;
            is_meant.then(|| holds(units, pieces))
        })
    };
    BIASES.map(of).to_vec()
}

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Functions of one variable (theorem 2.2)");
    let all = ["generic", "coarse", "flat-end"];
    book.judge(
        "a function with p ≥ 2 pieces is a network of one hidden layer with at most p units",
        "at most p",
        Rule::Parts,
        views(evidence, &all, false, |units, pieces| units <= pieces),
    );
    book.remark(
        "the smallest network is decided exactly; the paper's proof uses the bias that its definition excludes",
    );
    book.judge(
        "no network of one hidden layer has fewer than p − 1 units",
        "at least p − 1",
        Rule::Parts,
        views(evidence, &all, false, |units, pieces| units >= pieces - 1.0),
    );
    book.judge(
        "where the first or the last slope is 0, p − 1 units suffice",
        "p − 1",
        Rule::Parts,
        views(evidence, &["flat-end"], false, |units, pieces| units == pieces - 1.0),
    );
    let mut one = views(evidence, &["generic"], true, |units, pieces| units <= pieces);
    one.reverse();
    book.judge("the theorem holds at p = 1 too: a line is one unit", "1 unit", Rule::Parts, one);
    book.remark("a unit has a kink: a line with a slope takes two");
    let excess = |quantity: &str, convention: &str| {
        let readings = evidence.of(NAME);
        let generic = readings.cases().filter(|case| {
            number(case, "p").is_some_and(|pieces| pieces >= 2.0) && word(case, "slopes").as_deref() == Some("generic")
        });
        let of = |case: &str| {
            let pieces = number(case, "p").unwrap_or(f64::NAN);
            readings.values(case, quantity).map(move |(_, units)| units - pieces).collect::<Vec<_>>()
        };
        let values = generic.flat_map(of).collect();
        View::new(convention, crate::check::Sample::new(values), format!("{NAME}: generic slopes: {quantity}"))
    };
    book.judge(
        "units less pieces of a function with generic slopes, without an output bias",
        "0 (p units)",
        Rule::Aggregate(Statistic::Median, Expected::Number(0.0)),
        vec![
            excess("units without output bias", "without an output bias, as in the paper's definition"),
            excess("units with output bias", "with an output bias"),
        ],
    );
}
