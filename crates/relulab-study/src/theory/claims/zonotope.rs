//! Section 4: zonotopes.

use super::relation;
use crate::check::rule::Rule;
use crate::check::{Book, Evidence, Verdict};

const NAME: &str = "zonotope-pieces";

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Zonotopes (section 4)");
    let all = |quantities: (&str, &str), convention: &str, holds: fn(f64, f64) -> bool| {
        relation(convention, evidence, NAME, |_| true, quantities, holds)
    };
    let counted = "counted exactly, generators in general position";
    let (theorem, proof) = ("pieces in the theorem", "pieces in the proof");
    let differ = all((theorem, proof), "the two formulas side by side", |a, b| a != b);
    let share = differ.sample.mean().unwrap_or(0.0);
    book.declare(
        "the paper prints two counts of the pieces of a sawtooth over a zonotope",
        "(m−1)ⁿ⁻¹ wᵏ and Σ_{i<n} C(m−1, i) wᵏ",
        if differ.sample.is_empty() {
            Verdict::NotTestable
        } else if share > 0.0 {
            Verdict::SelfContradictory
        } else {
            Verdict::Reproduced
        },
        format!("they differ in {:.0} % of the instances", 100.0 * share),
        Some(differ),
    );
    for (quantity, formula) in [(theorem, "(m−1)ⁿ⁻¹ wᵏ"), (proof, "Σ_{i<n} C(m−1, i) wᵏ")] {
        book.judge(
            format!("the number of pieces is {formula}"),
            formula,
            Rule::Parts,
            vec![all(("pieces", quantity), counted, |a, b| a == b)],
        );
        book.judge(
            format!("the number of pieces is at least {formula}"),
            formula,
            Rule::Parts,
            vec![all(("pieces", quantity), counted, |a, b| a >= b)],
        );
    }
    book.judge(
        "the number of pieces is 2 Σ_{i<n} C(m−1, i) wᵏ, and the flat far field where w is even and k ≥ 2",
        "not said: twice the second formula",
        Rule::Parts,
        vec![all(("pieces", "pieces by our formula"), counted, |a, b| a == b)],
    );
}
