//! Section 4: zonotopes.

use super::{number, property, relation};
use crate::check::rule::Rule;
use crate::check::{Book, Evidence, Sample, Verdict, View};
use crate::theory::zonotope_pieces::least_units;

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
    book.judge(
        "it has k + 1 hidden layers and size 2m + wk",
        "2m + wk",
        Rule::Parts,
        vec![property("all instances", evidence, NAME, "units", |case, units| {
            Some(units == 2.0 * number(case, "m")? + number(case, "w")? * number(case, "k")?)
        })],
    );
    book.judge(
        "no network of its shape has more pieces than Π Σ_{j≤n} C(wᵢ, j)",
        "not said",
        Rule::Parts,
        vec![all(("pieces", "most regions of the shape"), counted, |a, b| a <= b)],
    );
    book.judge(
        "on a line through the origin it has 2wᵏ pieces, and 2 more where w is even and k ≥ 2",
        "not said",
        Rule::Parts,
        vec![all(("pieces on a line", "pieces on a line by formula"), counted, |a, b| a == b)],
    );
    book.judge(
        "so k′ ≤ k hidden layers take at least k′((2wᵏ)^(1/k′) − 1) units, whatever the dimension",
        "not said",
        Rule::Parts,
        vec![shallower(evidence)],
    );
}

/// For every instance and number of layers, whether no fewer units than the formula says have the pieces on a line.
fn shallower(evidence: &Evidence) -> View {
    let readings = evidence.of(NAME);
    let mut values = Vec::new();
    for case in readings.cases() {
        let Some((w, k)) = number(case, "w").zip(number(case, "k")) else { continue };
        for layers in 1..=k as usize {
            let of_layers = layers as f64;
            let formula = of_layers * ((2.0 * w.powf(k)).powf(1.0 / of_layers) - 1.0);
            let found = readings.values(case, &least_units(layers));
            values.extend(found.map(|(_, units)| f64::from(u8::from(units >= formula))));
        }
    }
    View::new(
        "by Π (wᵢ + 1), and the pieces counted on a line",
        Sample::new(values),
        format!("{NAME}: all cases: least units"),
    )
}
