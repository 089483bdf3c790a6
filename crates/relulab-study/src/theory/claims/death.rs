//! Dead units before training: theory beside simulation. The paper has no such theorem; its networks do die.

use crate::anatomy::initial_death::{case_of, first_layer_case, probability, second_layer_case, share};
use crate::check::rule::{Expected, Rule, Statistic, short};
use crate::check::{Book, Evidence};

const NAME: &str = "initial-death";
/// Where a unit is looked at: 64 or 1000 samples of N(0,1), or the whole line.
const PLACES: [(&str, &str); 3] =
    [("64", "on 64 samples of N(0,1)"), ("1000", "on 1000 samples of N(0,1)"), ("line", "on the whole line, exactly")];

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Dead units before training (ours)");
    let simulated = case_of("8,8", 1, "relu");
    for (layer, theory) in [(1, first_layer_case(1)), (2, second_layer_case(8))] {
        for (place, words) in PLACES {
            let Some(expected) = evidence.sample(NAME, &theory, &probability(place)).mean() else { continue };
            let view =
                evidence.view(format!("simulated networks [8,8], {words}"), NAME, &simulated, &share(place, layer));
            if view.sample.is_empty() {
                continue;
            }
            book.judge(
                format!("probability that a unit of layer {layer} of [8,8] is dead at the start, {words}"),
                format!("theory: {}", short(expected)),
                Rule::Aggregate(Statistic::Mean, Expected::Number(expected)),
                vec![view],
            );
        }
    }
}
