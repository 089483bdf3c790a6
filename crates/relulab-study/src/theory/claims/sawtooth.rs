//! Section 3: the hard functions, and bounds on pieces.

use super::{number, property, relation, word};
use crate::check::rule::Rule;
use crate::check::{Book, Evidence};

const NAME: &str = "sawtooth-pieces";

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Hard functions: pieces (section 3)");
    let power = |case: &str| Some(number(case, "w")?.powf(number(case, "k")?).round());
    let of = |parameters: &'static str, quantity: &str, words: &str| {
        property(format!("{words}, {parameters} breakpoints"), evidence, NAME, quantity, |case, pieces| {
            (word(case, "parameters")? == parameters).then_some(pieces == power(case)?)
        })
    };
    book.judge(
        "the composition of k folds of width w has wᵏ pieces",
        "wᵏ",
        Rule::Parts,
        vec![
            of("equispaced", "pieces inside", "on [0, M]"),
            of("random", "pieces inside", "on [0, M]"),
            of("equispaced", "pieces", "on the whole line"),
        ],
    );
    let any = |_: &str| true;
    book.judge(
        "on the whole line there are wᵏ + 1 pieces, and one more where w is even and k ≥ 2",
        "not said",
        Rule::Parts,
        vec![relation("all instances", evidence, NAME, any, ("pieces", "pieces by formula"), |a, b| a == b)],
    );
    book.judge(
        "the family is smoothly parametrised: every choice of breakpoints has as many pieces",
        "all parameters",
        Rule::Parts,
        vec![relation(
            "random breakpoints, on the whole line",
            evidence,
            NAME,
            |case| case.contains("random"),
            ("pieces", "pieces by formula"),
            |a, b| a == b,
        )],
    );
    book.judge(
        "it has k hidden layers of width w: size wk",
        "wk",
        Rule::Parts,
        vec![property("all instances", evidence, NAME, "units", |case, units| {
            Some(units == number(case, "w")? * number(case, "k")?)
        })],
    );

    book.section("Hard functions: bounds on pieces");
    let bounded = |bound: fn(f64, f64) -> f64| {
        property("sawtooths, on the whole line", evidence, NAME, "pieces", move |case, pieces| {
            Some(pieces <= bound(number(case, "w")?, number(case, "k")?))
        })
    };
    book.judge(
        "a network has at most 2ᵏ⁻¹ (w₁ + 1) w₂ ⋯ wₖ pieces",
        "2ᵏ⁻¹ (w₁ + 1) w₂ ⋯ wₖ",
        Rule::Parts,
        vec![bounded(|w, k| 2.0_f64.powf(k - 1.0) * (w + 1.0) * w.powf(k - 1.0))],
    );
    book.judge(
        "a network of size s with k hidden layers has at most (2s/k)ᵏ pieces",
        "(2s/k)ᵏ",
        Rule::Parts,
        vec![bounded(|w, k| (2.0 * w).powf(k))],
    );
    book.judge(
        "a network has at most Π (wᵢ + 1) pieces, which is sharper",
        "not said",
        Rule::Parts,
        vec![relation("sawtooths", evidence, NAME, any, ("pieces", "most pieces of the shape"), |a, b| a <= b)],
    );
}
