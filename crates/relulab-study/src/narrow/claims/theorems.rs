//! Section 4: the two theorems, and what the paper says of their assumptions.

use super::{Seed, property};
use crate::check::rule::{Expected, Rule, Statistic};
use crate::check::{Book, Evidence, Sample, Verdict, View};
use crate::narrow::kkt::{MARGIN, SMALLEST};
use crate::narrow::panels::REGIMES;
use relulab_net::Activation;

const KKT: &str = "kkt";
const PANELS: &str = "panels";
/// Mean squared error below which a network fits: what f64 leaves where output weights are 10³ times the labels.
const NO_LOSS: f64 = 1e-15;
/// Share of the largest singular value below which the smallest counts as 0.
const SINGULAR: f64 = 1e-10;
/// Radii that count as small: those at which the activation is nearly linear in the weights' movement.
const SMALL_RADIUS: f64 = 1.0;

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Expressivity (section 4.2)");
    assumptions(book);
    rank(book, evidence);
    first_theorem(book, evidence);
    book.section("Trainability (section 4.3)");
    second_theorem(book, evidence);
    constraints(book, evidence);
}

/// Assumption 2 and the letter m.
fn assumptions(book: &mut Book) {
    let named = [Activation::Sigmoid, Activation::Softplus, Activation::Tanh];
    let zeros: Vec<bool> = named.iter().map(|activation| activation.value(0.0) == 0.0).collect();
    book.declare(
        "assumption 2, a zero set of {0}, covers sigmoid, softplus and tanh",
        "all three",
        if zeros.iter().all(|is_zero| *is_zero) { Verdict::Reproduced } else { Verdict::SelfContradictory },
        "sigmoid is ½ at 0 and softplus ln 2; neither has a zero",
        Some(View::exact(
            "of the three, those that are 0 at 0, evaluated",
            zeros.iter().filter(|is_zero| **is_zero).count() as f64,
            "computed",
        )),
    );
    book.declare(
        "m is the number of neurons in theorem 1 and of pairs in eq. (6), and both are asked for m ≥ 2n/d",
        "one m",
        Verdict::SelfContradictory,
        "2n/d neurons are n/d pairs, 2n/d pairs are 4n/d neurons; here m is neurons",
        Some(View::exact("neurons for each m of eq. (6)", 2.0, "counted")),
    );
}

/// Full rank at the start.
fn rank(book: &mut Book, evidence: &Evidence) {
    let at_start = |convention: &str, regime: &'static str, most_width: f64, least_width: f64, full: bool| {
        property(convention, evidence, PANELS, "lambda_min at 0", |seed: &Seed<'_>, least| {
            let width = seed.number("width")?;
            let fits = super::word(seed.case, "regime")? == regime && (least_width..=most_width).contains(&width);
            fits.then_some((least > SINGULAR * seed.other("sigma_max at 0")?) == full)
        })
    };
    book.judge(
        "the Jacobian has full rank at the mirrored start, m ≥ 2n/d",
        "with probability 1",
        Rule::Property,
        vec![at_start("smallest singular value above 10⁻¹⁰ of the largest", REGIMES[0], f64::INFINITY, 40.0, true)],
    );
    book.judge(
        "it has full rank at the regular start too",
        "with probability 1",
        Rule::Property,
        vec![at_start("m ≥ 2n/d", REGIMES[1], f64::INFINITY, 40.0, true)],
    );
    book.judge(
        "at the mirrored start fewer than 2n/d neurons are not enough for that",
        "not said: half of them are copies",
        Rule::Property,
        vec![at_start("m = n/d and m = n/2d: smallest singular value 0", REGIMES[0], 20.0, 0.0, false)],
    );
}

/// Whether a case has a width that the theorems ask for.
fn is_wide_enough(seed: &Seed<'_>) -> Option<bool> {
    Some(seed.number("width")? * seed.number("d")? >= 2.0 * seed.number("n")?)
}

fn first_theorem(book: &mut Book, evidence: &Evidence) {
    // Per case, whether one of its starts ends without loss.
    let readings = evidence.of(KKT);
    let found = |is_small: bool, is_tied: bool| -> Sample {
        let cases = readings.cases().filter(|case| {
            let seed = Seed { readings: &readings, case, seed: 0 };
            is_wide_enough(&seed) == Some(true)
                && seed.number("radius").is_some_and(|radius| radius <= SMALL_RADIUS) == is_small
                && (super::word(case, "ratio").as_deref() == Some("1")) == is_tied
        });
        let best = cases.filter_map(|case| readings.sample(case, "loss").quantile(0.0));
        Sample::new(best.map(|loss| f64::from(u8::from(loss <= NO_LOSS))).collect())
    };
    let evidence_of = format!("{KKT}: loss");
    book.judge(
        "with m ≥ 2n/d neurons there is a network without loss in every small ball around the mirrored start",
        "with probability 1",
        Rule::Parts,
        vec![
            View::new("one start of every case with ε ≤ 1, κ = 1: loss below 10⁻¹⁵", found(true, true), &evidence_of),
            View::new("the same, κ = ∞", found(true, false), &evidence_of),
            View::new("larger balls, κ = 1", found(false, true), &evidence_of),
        ],
    );
    let inside = |convention: &str, is_small: bool| {
        property(convention, evidence, KKT, "loss", |seed, loss| {
            let counts = is_wide_enough(seed)?
                && seed.other("is stationary")? > 0.5
                && seed.other("is inside")? > 0.5
                && (seed.number("radius")? <= SMALL_RADIUS) == is_small;
            counts.then_some(loss <= NO_LOSS)
        })
    };
    book.judge(
        "every stationary point strictly inside the ball, output weights not 0, is without loss",
        "for every small enough ε",
        Rule::Property,
        vec![
            inside("verified points with ε ≤ 1: loss below 10⁻¹⁵", true),
            inside("verified points with larger ε", false),
        ],
    );
    book.judge(
        "around the regular start training fails in small balls",
        "fails",
        Rule::Single(Expected::AtLeast(super::SMALL_LOSS)),
        vec![small_balls(evidence, "widths ≥ 2n/d, ε = 0.01: loss", 40.0), small_balls(evidence, "all widths", 0.0)],
    );
}

/// Losses of the regular regime in the smallest ball.
fn small_balls(evidence: &Evidence, convention: &str, least_width: f64) -> View {
    let readings = evidence.of(PANELS);
    let of = |case: &str| {
        let seed = Seed { readings: &readings, case, seed: 0 };
        super::word(case, "regime").as_deref() == Some(REGIMES[1])
            && seed.number("radius") == Some(0.01)
            && seed.number("width").is_some_and(|width| width >= least_width)
    };
    let cases = readings.cases().filter(|case| of(case));
    let losses = cases.flat_map(|case| readings.sample(case, "loss").values().to_vec()).collect();
    View::new(convention, Sample::new(losses), format!("{PANELS}: radius=0.01 regime=regular: loss"))
}

fn second_theorem(book: &mut Book, evidence: &Evidence) {
    let bound = |convention: &str, ratio: &'static str, is_wide: bool| {
        property(convention, evidence, KKT, "loss", |seed, loss| {
            let radius = seed.number("radius")?;
            let counts = is_wide_enough(seed)? == is_wide
                && seed.other("is stationary")? > 0.5
                && radius <= SMALL_RADIUS
                && super::word(seed.case, "ratio")? == ratio;
            counts.then_some(loss <= radius * radius)
        })
    };
    book.judge(
        "every KKT point of the constrained problem has a loss of O(ε²)",
        "O(ε²)",
        Rule::Property,
        vec![
            bound("verified points, ε ≤ 1, κ = 1, m ≥ 2n/d: loss ≤ ε² (labels of variance 1)", "1", true),
            bound("the same, κ = ∞", "inf", true),
        ],
    );
    book.judge(
        "how the loss at KKT points falls with ε: the fitted exponent",
        "2 or more",
        Rule::Aggregate(Statistic::Median, Expected::AtLeast(2.0)),
        vec![exponents(evidence, "slope of ln loss against ln ε for each start, where the loss is not 0", "1")],
    );
    book.remark(
        "points without loss, up to rounding, have no exponent: where all are, the bound holds and says too little",
    );
    let zero = property(
        "verified points, ε ≤ 1, m ≥ 2n/d: loss below 10⁻¹⁵",
        evidence,
        KKT,
        "loss",
        |seed, loss| {
            let counts = is_wide_enough(seed)? && seed.other("is stationary")? > 0.5;
            (counts && seed.number("radius")? <= SMALL_RADIUS).then_some(loss <= NO_LOSS)
        },
    );
    book.judge("stronger than O(ε²): every KKT point found has no loss at all", "not said", Rule::Property, vec![zero]);
}

/// Slopes over radii, one for each κ, width and start, of the verified points that have a loss.
pub fn exponents(evidence: &Evidence, convention: &str, ratio: &str) -> View {
    let readings = evidence.of(KKT);
    let mut points: std::collections::BTreeMap<(String, u64), Vec<(f64, f64)>> = std::collections::BTreeMap::new();
    for case in readings.cases().filter(|case| super::word(case, "ratio").as_deref() == Some(ratio)) {
        for (index, loss) in readings.values(case, "loss") {
            let seed = Seed { readings: &readings, case, seed: index };
            let is_verified = seed.other("is stationary").is_some_and(|is| is > 0.5);
            let Some(radius) = seed.number("radius").filter(|radius| *radius <= SMALL_RADIUS) else { continue };
            if is_verified && loss > NO_LOSS && is_wide_enough(&seed) == Some(true) {
                let family = format!("{:?} {:?}", seed.number("n"), seed.number("width"));
                points.entry((family, index)).or_default().push((radius.ln(), loss.ln()));
            }
        }
    }
    let slopes = points.values().filter_map(|points| slope(points)).collect();
    View::new(convention, Sample::new(slopes), format!("{KKT}: loss"))
}

/// The slope of a line by least squares; `None` for fewer than two places.
pub fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let n = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0 / n, y + point.1 / n));
    let (xx, xy) = points.iter().fold((0.0, 0.0), |(xx, xy), point| {
        let (dx, dy) = (point.0 - x, point.1 - y);
        (xx + dx * dx, xy + dx * dy)
    });
    (xx > 0.0).then(|| xy / xx)
}

/// What κ = 1 means, and where output weights end.
fn constraints(book: &mut Book, evidence: &Evidence) {
    let is_ours = |seed: &Seed<'_>| super::word(seed.case, "regime").as_deref() == Some(REGIMES[0]);
    let equal = property(
        "κ = 1: share of runs at whose end the largest and the smallest output weight are the same",
        evidence,
        PANELS,
        "largest output weight",
        |seed, most| is_ours(seed).then_some(most == seed.other("least output weight")?),
    );
    let share = equal.sample.mean();
    book.declare(
        "with κ = 1 and ζ = 0.001, v never touches the boundary of its set",
        "never",
        match share {
            None => Verdict::NotTestable,
            Some(share) if share > 0.0 => Verdict::SelfContradictory,
            Some(_) => Verdict::Reproduced,
        },
        "with κ = 1 the set is a ray, all vⱼ are equal, and each of its points is on its boundary",
        share.map(|share| View::exact(equal.convention, share, equal.evidence)),
    );
    book.judge(
        "apart from that, v stays above ζ",
        "never touches",
        Rule::Property,
        vec![property(
            "least output weight at the end above 0.001",
            evidence,
            PANELS,
            "least output weight",
            |seed, least| is_ours(seed).then_some(least > (1.0 + MARGIN) * SMALLEST),
        )],
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Readings;

    #[test]
    fn planted_exponents_are_found() {
        assert_eq!(slope(&[(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]), Some(2.0));
        assert_eq!(slope(&[(1.0, 1.0)]), None);
        let mut readings = Readings::default();
        for radius in [0.01, 0.1, 1.0, 10.0] {
            for (width, factor) in [(4, 0.0), (8, 3.0)] {
                let case = crate::narrow::kkt::case_of(40, width, radius, "1");
                for seed in 0..3 {
                    readings.push(&case, seed, "loss", factor * radius * radius);
                    readings.push(&case, seed, "is stationary", f64::from(u8::from(seed < 2)));
                }
            }
        }
        let evidence = Evidence { readings: [(KKT.to_owned(), readings)].into() };
        let view = exponents(&evidence, "", "1");
        assert_eq!(view.sample.len(), 2);
        assert!(view.sample.values().iter().all(|slope| (slope - 2.0).abs() < 1e-12));
    }
}
