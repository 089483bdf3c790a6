//! Section 3: how many units fewer layers need for the pieces of the hard functions.

use super::{number, property, relation};
use crate::check::rule::{Expected, Rule, Statistic};
use crate::check::{Book, Evidence, Sample, View};
use crate::theory::least_units::PieceBound;
use crate::theory::sawtooth_pieces::{case_of, least_units};

const NAME: &str = "sawtooth-pieces";
/// Folds of the corollary's functions that are counted: k² of them, of width k.
const COROLLARY: [usize; 2] = [2, 3];

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Hard functions: size of shallower networks");
    shallow(book, evidence);
    for (bound, words) in [
        (PieceBound::Paper, "by the paper's bound on pieces, 2ᵏ⁻¹ (w₁ + 1) w₂ ⋯ wₖ, and the pieces counted"),
        (PieceBound::Sharp, "by Π (wᵢ + 1), and the pieces counted"),
    ] {
        book.judge(
            match bound {
                PieceBound::Paper => "with k′ ≤ k hidden layers the composition takes at least ½k′w^(k/k′) − 1 units",
                PieceBound::Sharp => "by a sharper bound on pieces it takes at least k′((wᵏ)^(1/k′) − 1)",
            },
            if bound == PieceBound::Paper { "½k′w^(k/k′) − 1" } else { "not said" },
            Rule::Parts,
            vec![at_every_depth(evidence, bound, words)],
        );
    }
    book.judge(
        "a function of k² hidden layers and size k³ takes at least ½kᵏ⁺¹ − 1 units with at most k hidden layers",
        "½kᵏ⁺¹ − 1",
        Rule::Parts,
        vec![
            corollary(evidence, PieceBound::Paper, "k = 2 and 3, pieces counted, the paper's bound on pieces"),
            corollary(evidence, PieceBound::Sharp, "k = 2 and 3, pieces counted, the sharper bound on pieces"),
        ],
    );
}

/// One hidden layer, where the least number of units is decided.
fn shallow(book: &mut Book, evidence: &Evidence) {
    book.judge(
        "with one hidden layer the composition takes at least ½wᵏ − 1 units",
        "½wᵏ − 1",
        Rule::Parts,
        vec![property(
            "the smallest network of one hidden layer, decided exactly",
            evidence,
            NAME,
            "least shallow units",
            |case, units| Some(units >= 0.5 * power(case)? - 1.0),
        )],
    );
    let readings = evidence.of(NAME);
    let ratios = readings.cases().flat_map(|case| {
        let bound = power(case).map(|power| 0.5 * power - 1.0).filter(|bound| *bound > 0.0);
        let found: Vec<f64> = readings.values(case, "least shallow units").map(|(_, units)| units).collect();
        found.into_iter().filter_map(move |units| Some(units / bound?)).collect::<Vec<_>>()
    });
    book.judge(
        "the least number of units of one hidden layer over the bound ½wᵏ − 1: how far it is from the truth",
        "1 or more",
        Rule::Aggregate(Statistic::Median, Expected::AtLeast(1.0)),
        vec![View::new(
            "the smallest network of one hidden layer, decided exactly",
            Sample::new(ratios.collect()),
            format!("{NAME}: all cases: least shallow units"),
        )],
    );
    book.judge(
        "one hidden layer takes one unit per breakpoint and no fewer: pieces − 1, since the first slope is 0",
        "not said",
        Rule::Parts,
        vec![relation(
            "decided exactly",
            evidence,
            NAME,
            |_| true,
            ("least shallow units", "pieces"),
            |a, b| a == b - 1.0,
        )],
    );
}

/// wᵏ.
fn power(case: &str) -> Option<f64> {
    Some(number(case, "w")?.powf(number(case, "k")?).round())
}

/// For every instance and every number of layers up to its own, whether no fewer units than the formula says will do.
fn at_every_depth(evidence: &Evidence, bound: PieceBound, convention: &str) -> View {
    let readings = evidence.of(NAME);
    let mut values = Vec::new();
    for case in readings.cases() {
        let Some((power, folds)) = power(case).zip(number(case, "k")) else { continue };
        for layers in 1..=folds as usize {
            let of_layers = layers as f64;
            let root = power.powf(1.0 / of_layers);
            let formula = match bound {
                PieceBound::Paper => 0.5 * of_layers * root - 1.0,
                PieceBound::Sharp => of_layers * (root - 1.0),
            };
            let found = readings.values(case, &least_units(bound, layers));
            values.extend(found.map(|(_, units)| f64::from(u8::from(units >= formula))));
        }
    }
    View::new(convention, Sample::new(values), format!("{NAME}: all cases: least units"))
}

/// The same for k² folds of width k and at most k layers, beside ½kᵏ⁺¹ − 1.
fn corollary(evidence: &Evidence, bound: PieceBound, convention: &str) -> View {
    let readings = evidence.of(NAME);
    let mut values = Vec::new();
    for k in COROLLARY {
        let formula = 0.5 * (k as f64).powf(k as f64 + 1.0) - 1.0;
        let case = case_of(k, k * k, "equispaced");
        for layers in 1..=k {
            let found = readings.values(&case, &least_units(bound, layers));
            values.extend(found.map(|(_, units)| f64::from(u8::from(units >= formula))));
        }
    }
    let cases = COROLLARY.map(|k| case_of(k, k * k, "equispaced")).join(", ");
    View::new(convention, Sample::new(values), format!("{NAME}: {cases}: least units"))
}
