//! Section 3: the hard functions, their pieces and their size.

use super::{number, property, relation, word};
use crate::check::rule::{Expected, Rule, Statistic};
use crate::check::{Book, Evidence, Sample, View};

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

    book.section("Hard functions: bounds on pieces and size");
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
    let shallow = |holds: fn(f64, f64) -> bool, convention: &str| {
        property(convention, evidence, NAME, "least shallow units", move |case, units| {
            Some(holds(units, number(case, "w")?.powf(number(case, "k")?)))
        })
    };
    book.judge(
        "with one hidden layer the composition takes at least ½wᵏ − 1 units",
        "½wᵏ − 1",
        Rule::Parts,
        vec![shallow(
            |units, power| units >= 0.5 * power - 1.0,
            "the smallest network of one hidden layer, decided exactly",
        )],
    );
    let looseness = |evidence: &Evidence| {
        let readings = evidence.of(NAME);
        let values = readings.cases().flat_map(|case| {
            let power = number(case, "w").zip(number(case, "k")).map(|(w, k)| w.powf(k));
            let found: Vec<f64> = readings.values(case, "least shallow units").map(|(_, units)| units).collect();
            let least = power.map(|power| 0.5 * power - 1.0).filter(|bound| *bound > 0.0);
            found.into_iter().filter_map(move |units| Some(units / least?)).collect::<Vec<_>>()
        });
        Sample::new(values.collect())
    };
    book.judge(
        "how many times the bound ½wᵏ − 1 that is",
        "1 or more",
        Rule::Aggregate(Statistic::Median, Expected::AtLeast(1.0)),
        vec![View::new(
            "the smallest network of one hidden layer over the bound",
            looseness(evidence),
            format!("{NAME}: all cases: least shallow units"),
        )],
    );
    book.judge(
        "one hidden layer takes one unit per breakpoint and no fewer: pieces − 1, since the first slope is 0",
        "not said",
        Rule::Parts,
        vec![relation("decided exactly", evidence, NAME, any, ("least shallow units", "pieces"), |a, b| a == b - 1.0)],
    );
    let corollary = |k: f64| 0.5 * k * k.powf(k * k / k) - 1.0 == 0.5 * k.powf(k + 1.0) - 1.0;
    book.judge(
        "a function of k² hidden layers and size k³ takes at least ½kᵏ⁺¹ − 1 units with k hidden layers",
        "½kᵏ⁺¹ − 1",
        Rule::Parts,
        vec![View::parts(
            "arithmetic: w = k in the bound ½k′w^(K/k′) − 1 with K = k² and k′ = k, for k = 2 to 6",
            &[2.0, 3.0, 4.0, 5.0, 6.0].map(corollary),
            "the paper's own formula",
        )],
    );
}
