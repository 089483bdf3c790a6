//! Section 5: whether each new element is useful, and the step to deeper networks.

use super::decades;
use crate::check::rule::{Expected, Rule, Statistic};
use crate::check::{Book, Evidence};
use crate::narrow::ablations::{RADII, WIDTHS, case_of};

const NAME: &str = "ablations";

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Ingredients (section 5)");
    let against = |convention: &str, variant: &str, with: &str, widths: &[usize], radii: &[f64]| {
        let pairs = widths.iter().flat_map(|width| {
            radii.iter().map(move |radius| (case_of(with, *width, *radius), case_of(variant, *width, *radius)))
        });
        decades(format!("log₁₀ of the loss without over the loss with: {convention}"), evidence, NAME, "loss", pairs)
    };
    let everywhere = |variant: &str, with: &str| {
        vec![
            against("widths n/d and 2n/d, ε = 1 and 100", variant, with, &WIDTHS, &RADII),
            against("ε = 1", variant, with, &WIDTHS, &RADII[..1]),
            against("ε = 100", variant, with, &WIDTHS, &RADII[1..]),
            against("2n/d, ε = 1", variant, with, &WIDTHS[1..], &RADII[..1]),
            against("2n/d, ε = 100", variant, with, &WIDTHS[1..], &RADII[1..]),
        ]
    };
    for (variant, element) in [
        ("no-mirrored-start", "the mirrored start"),
        ("no-pairs", "the pairwise structure"),
        ("no-projection", "the projection onto the ball"),
    ] {
        book.judge(
            format!("{element} is useful: the loss is higher without it"),
            "useful",
            Rule::Positive,
            everywhere(variant, "ours"),
        );
    }
    for (variant, kappa) in [("ratio-10", "10"), ("ratio-inf", "∞")] {
        book.judge(
            format!("κ = 1 costs nothing against κ = {kappa}: the loss is not lower with the latter"),
            "κ = 1 is used throughout",
            Rule::Aggregate(Statistic::Median, Expected::AtLeast(0.0)),
            everywhere(variant, "ours"),
        );
    }
    book.section("Extension to deep networks (section 4.4 and appendix G)");
    book.judge(
        "the regime helps on the last hidden layer of a deeper network (experimental)",
        "possible to extend",
        Rule::Positive,
        everywhere("deep-regular", "deep-ours"),
    );
}
