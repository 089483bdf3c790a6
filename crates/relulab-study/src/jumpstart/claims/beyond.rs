//! What the paper does not ask: what else trains deep thin networks, what a parameter buys, and which settings matter.

use super::measured;
use super::moons::gain;
use crate::check::rule::Rule;
use crate::check::{Book, Evidence, View};
use crate::jumpstart::ARCHITECTURES;
use crate::jumpstart::cell::{BEST, LAST, PARTS, score};
use crate::jumpstart::efficiency::{PAIRS, TASKS, case_of as efficiency_case};
use crate::jumpstart::grid::{Grid, Success, dense_variants};
use crate::jumpstart::moons::PUBLISHED;
use crate::jumpstart::weights::{self, AGGREGATIONS, CELLS, MARGINS, POWERS, PUBLISHED_POWER, TIES};

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Against what a practitioner would try (ours)");
    baselines(book, evidence);
    book.section("The penalty's settings (ours)");
    settings(book, evidence);
}

fn baselines(book: &mut Book, evidence: &Evidence) {
    let grid = |variant| Grid::new(&evidence.readings, ARCHITECTURES[0], variant);
    let jumpstart = grid(PUBLISHED[1]);
    for variant in dense_variants().into_iter().filter(|variant| !PUBLISHED.contains(variant)) {
        let other = grid(variant);
        let (text, ours, theirs) = match variant.strip_suffix("+both") {
            Some(remedy) => {
                (format!("jumpstart with {} trains deeper than jumpstart alone", words(remedy)), other, jumpstart)
            }
            None => (format!("jumpstart trains deeper than {}", words(variant)), jumpstart, other),
        };
        // The last epoch is what a practitioner gets who does not keep the best.
        for (epoch, at_best) in [("best", true), ("last", false)] {
            let success = Success { at_best, ..Success::PAPER };
            book.judge(
                format!("{text}, at the {epoch} epoch"),
                "not compared",
                Rule::Positive,
                vec![gain(&ours, &theirs, &success)],
            );
        }
    }
}

/// What a change to the baseline is called.
fn words(variant: &str) -> &str {
    match variant {
        "leaky_relu" => "LeakyReLU",
        "he" => "He initialisation",
        "orthogonal" => "orthogonal initialisation",
        "batch_norm" => "batch norm",
        "residual" => "residual connections",
        "slow" => "a tenth of the step size",
        "mirrored" => "mirrored pairs",
        other => other,
    }
}

/// Deep and thin against shallow and wide, with as many units.
pub fn efficiency(book: &mut Book, evidence: &Evidence) {
    for [deep, shallow] in PAIRS {
        let mut views = Vec::new();
        for task in TASKS {
            // Labels that mean nothing can only be learnt by heart.
            let part = usize::from(task != "random");
            for which in [BEST, LAST] {
                let quantity = score(part, which);
                let [a, b] = [deep, shallow].map(|shape| efficiency_case(task, PUBLISHED[1], shape));
                views.push(evidence.paired(
                    format!("{task}, {} {which}, jumpstart", PARTS[part]),
                    "efficiency",
                    (&a, &quantity),
                    (&b, &quantity),
                    |deep, shallow| deep - shallow,
                ));
            }
        }
        // The harder task comes first: MOONS is learnt without error by all of these.
        views.rotate_left(2);
        book.judge(
            format!(
                "{}×{} does better than {}×{} (here dense, on points in the plane)",
                deep[0], deep[1], shallow[0], shallow[1]
            ),
            "better",
            Rule::Positive,
            measured(views),
        );
        book.remark("the paper's networks are convolutions on CIFAR-10, which are not in the engine");
    }
}

fn settings(book: &mut Book, evidence: &Evidence) {
    let readings = evidence.of("weights");
    let median = |case: &str| readings.sample(case, &score(0, BEST)).median();
    let published = |cell| weights::case_of(cell, AGGREGATIONS[0], PUBLISHED_POWER, MARGINS[0], TIES[0]);
    let best_of = |words: &str, others: &dyn Fn([usize; 2]) -> Vec<String>| {
        let parts: Vec<bool> = CELLS
            .into_iter()
            .filter_map(|cell| {
                let ours = median(&published(cell))?;
                Some(others(cell).iter().filter_map(|case| median(case)).all(|theirs| ours >= theirs))
            })
            .collect();
        View::parts(words, &parts, format!("weights: all cases: {}", score(0, BEST)))
    };
    let of = |cell, aggregation: &str, power| weights::case_of(cell, aggregation, power, MARGINS[0], TIES[0]);
    book.judge(
        "no other λ of the grid, from a hundredth of the published one to a thousand times it, trains better",
        "1e-4 is used",
        Rule::Parts,
        vec![best_of("median training accuracy of the best epoch, each cell a part", &|cell| {
            POWERS.map(|power| of(cell, AGGREGATIONS[0], power)).to_vec()
        })],
    );
    book.judge(
        "no other aggregation at any λ of the grid trains better",
        "the sum of squares is used",
        Rule::Parts,
        vec![best_of("median training accuracy of the best epoch, each cell a part", &|cell| {
            AGGREGATIONS[1..].iter().flat_map(|aggregation| POWERS.map(|power| of(cell, aggregation, power))).collect()
        })],
    );
    book.judge(
        "no other margin and no other rule for ties trains better",
        "margin 1, ties in equal shares",
        Rule::Parts,
        vec![best_of("median training accuracy of the best epoch, each cell a part", &|cell| {
            let case = |margin, ties: &str| weights::case_of(cell, AGGREGATIONS[0], PUBLISHED_POWER, margin, ties);
            let margins = MARGINS[1..].iter().map(|&margin| case(margin, TIES[0]));
            margins.chain(TIES[1..].iter().map(|ties| case(MARGINS[0], ties))).collect()
        })],
    );
}
