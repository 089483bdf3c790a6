//! Section 5.1: the four panels, and random labels.

use super::{SMALL_LOSS, Seed, decades, property, word};
use crate::check::rule::{Expected, Rule};
use crate::check::{Book, Evidence, Sample, Verdict, View};
use crate::narrow::panels::{RADII, REGIMES, WIDTHS, case_of};
use crate::narrow::random_labels;

const NAME: &str = "panels";
const KKT: &str = "kkt";
const RANDOM: &str = "random-labels";
/// The gradient of half the sum of squares is some hundreds long at the start; below this a point is taken as nearly stationary.
const NEARLY_STATIONARY: f64 = 1e-2;
/// The width 2n/d.
const CRITICAL: usize = WIDTHS[2];
/// The radius that is no constraint.
const FREE: f64 = RADII[5];

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Synthetic data (section 5.1, figure 4)");
    losses(book, evidence);
    singular_values(book, evidence);
    training(book, evidence);
    book.section("Random labels (section 5 and appendix H.6)");
    labels(book, evidence);
}

/// Whether the median loss of a cell is small, for every cell.
fn cells(
    convention: &str,
    evidence: &Evidence,
    regime: &str,
    widths: &[usize],
    radii: &[f64],
    holds: impl Fn(f64) -> bool,
) -> View {
    let readings = evidence.of(NAME);
    let cells = widths.iter().flat_map(|width| radii.iter().map(move |radius| case_of(*width, *radius, regime)));
    let medians = cells.filter_map(|case| readings.sample(&case, "loss").median());
    let values = medians.map(|loss| f64::from(u8::from(holds(loss)))).collect();
    View::new(convention, Sample::new(values), format!("{NAME}: regime={regime}: loss"))
}

fn is_small(loss: f64) -> bool {
    loss <= SMALL_LOSS
}

fn losses(book: &mut Book, evidence: &Evidence) {
    let ours = |convention: &str, widths: &[usize], radii: &[f64]| {
        cells(convention, evidence, REGIMES[0], widths, radii, is_small)
    };
    let solved = |convention: &str, is_wide: bool| {
        let readings = evidence.of(KKT);
        let cases = readings.cases().filter(|case| {
            let seed = Seed { readings: &readings, case, seed: 0 };
            let wide = || Some(seed.number("width")? * seed.number("d")? >= 2.0 * seed.number("n")?);
            wide() == Some(is_wide) && word(case, "ratio").as_deref() == Some("1")
        });
        let values = cases.filter_map(|case| readings.sample(case, "loss").median());
        let values = values.map(|loss| f64::from(u8::from(is_small(loss)))).collect();
        View::new(convention, Sample::new(values), format!("{KKT}: ratio=1: loss"))
    };
    book.judge(
        "our regime always finds a low-cost solution, for any ε and regardless of the width",
        "small everywhere (no numbers are legible)",
        Rule::Parts,
        vec![
            ours("all cells, median loss at most 0.1 of the labels' variance", &WIDTHS, &RADII),
            ours("widths ≥ 2n/d", &WIDTHS[2..], &RADII),
            ours("widths ≥ 2n/d and ε ≥ 10", &WIDTHS[2..], &RADII[3..]),
            solved("fewer points, widths ≥ 2n/d, solved by constrained Newton steps instead of descent", true),
            solved("fewer points, widths < 2n/d, solved so", false),
        ],
    );
    book.judge(
        "regular unconstrained training fails when the network is narrow",
        "fails",
        Rule::Parts,
        vec![
            cells("m = n/2d and n/d: median loss above 0.1", evidence, REGIMES[1], &WIDTHS[..2], &[FREE], |l| {
                !is_small(l)
            }),
            cells("m = 2n/d", evidence, REGIMES[1], &[CRITICAL], &[FREE], |loss| !is_small(loss)),
        ],
    );
    book.remark("with m = n/2d there are fewer weights than points, so nothing can fit: compare with our regime below");
    book.judge(
        "our regime performs well there",
        "low cost",
        Rule::Parts,
        vec![ours("m = n/2d and n/d, unconstrained: median loss at most 0.1", &WIDTHS[..2], &[FREE])],
    );
    book.judge(
        "the regular regime in a ball fails when ε and width become small",
        "fails",
        Rule::Parts,
        vec![
            cells(
                "ε ≤ 1, m ≤ 2n/d: median loss above 0.1",
                evidence,
                REGIMES[1],
                &WIDTHS[..3],
                &RADII[..3],
                |l| !is_small(l),
            ),
            cells("ε ≤ 1, all widths", evidence, REGIMES[1], &WIDTHS, &RADII[..3], |loss| !is_small(loss)),
        ],
    );
    let better = |convention: &str, widths: &[usize], radii: &[f64]| {
        let pairs = widths.iter().flat_map(|width| {
            radii.iter().map(move |radius| (case_of(*width, *radius, REGIMES[0]), case_of(*width, *radius, REGIMES[1])))
        });
        decades(format!("log₁₀ of the regular loss over ours: {convention}"), evidence, NAME, "loss", pairs)
    };
    book.judge(
        "our regime significantly outperforms the regular one on narrow networks",
        "lower loss",
        Rule::Positive,
        vec![
            better("m ≤ 2n/d, unconstrained", &WIDTHS[..3], &[FREE]),
            better("m = 2n/d, unconstrained", &[CRITICAL], &[FREE]),
            better("m = n/d, unconstrained", &[WIDTHS[1]], &[FREE]),
            better("m = n/2d, unconstrained", &[WIDTHS[0]], &[FREE]),
            better("m ≤ 2n/d, ε ≤ 1", &WIDTHS[..3], &RADII[..3]),
            better("all cells", &WIDTHS, &RADII),
        ],
    );
}

fn singular_values(book: &mut Book, evidence: &Evidence) {
    // Positive where ours is larger.
    let larger = |convention: &str, width: usize, quantity: &str| {
        let pair = (case_of(width, FREE, REGIMES[1]), case_of(width, FREE, REGIMES[0]));
        decades(format!("log₁₀ of our {quantity} over the regular one: {convention}"), evidence, NAME, quantity, [pair])
    };
    book.judge(
        "when narrow, the regular regime ends at a more singular Jacobian than ours",
        "smaller λ_min",
        Rule::Positive,
        vec![
            larger("m = 2n/d, unconstrained", CRITICAL, "lambda_min"),
            larger("m = n/d, where J has n columns", WIDTHS[1], "lambda_min"),
            larger("m = n/2d: the least of its md singular values", WIDTHS[0], "sigma_min"),
        ],
    );
    book.judge(
        "our regime ends at a Jacobian of full rank",
        "not an issue",
        Rule::Property,
        vec![property(
            "m ≥ 2n/d: λ_min above 10⁻⁶ of the largest",
            evidence,
            NAME,
            "lambda_min",
            |seed, least| {
                let fits = word(seed.case, "regime")? == REGIMES[0] && seed.number("width")? >= CRITICAL as f64;
                fits.then_some(least > NEARLY_SINGULAR * seed.other("sigma_max")?)
            },
        )],
    );
}

/// Share of the largest singular value below which the smallest would stop descent.
const NEARLY_SINGULAR: f64 = 1e-6;

fn training(book: &mut Book, evidence: &Evidence) {
    let stationary = |convention: &str, radii: &[f64]| {
        property(convention, evidence, NAME, "stationarity", |seed, value| {
            let is_in = radii.contains(&seed.number("radius")?) && seed.number("width")? >= CRITICAL as f64;
            (is_in && word(seed.case, "regime")? == REGIMES[0]).then_some(value <= NEARLY_STATIONARY)
        })
    };
    book.judge(
        "projected descent converges to a KKT point with a proper step size",
        "empirically",
        Rule::Property,
        vec![
            stationary("m ≥ 2n/d: ‖θ − P(θ − η∇)‖/η at most 0.01 after 10,000 steps at the best of nine sizes", &RADII),
            stationary("ε ≥ 10", &RADII[3..]),
            stationary("ε ≤ 1", &RADII[..3]),
        ],
    );
    let within = |convention: &str, regime: &'static str| {
        property(convention, evidence, NAME, "distance by radius", |seed, share| {
            (seed.number("radius")? == FREE && word(seed.case, "regime")? == regime).then_some(share < 1.0)
        })
    };
    book.judge(
        "ε = 1000 is no constraint",
        "degenerates into an unconstrained problem",
        Rule::Property,
        vec![within("our weights end inside", REGIMES[0]), within("regular ones do", REGIMES[1])],
    );
}

fn labels(book: &mut Book, evidence: &Evidence) {
    let against = |convention: &str, labels: &str, widths: &[usize], other: &str| {
        let pairs = widths.iter().map(|width| {
            (random_labels::case_of(labels, *width, "ours-1000"), random_labels::case_of(labels, *width, other))
        });
        decades(format!("log₁₀ of its loss over ours: {convention}"), evidence, RANDOM, "loss", pairs)
    };
    for (other, words) in [("descent", "gradient descent"), ("adam", "Adam")] {
        book.judge(
            format!(
                "on random labels our regime reaches a lower training loss than {words} at the same number of steps"
            ),
            "lower loss than SGD's",
            Rule::Positive,
            vec![
                against("signs, m ≤ 2n/d", "signs", &WIDTHS[..3], other),
                against("numbers, m ≤ 2n/d", "numbers", &WIDTHS[..3], other),
                against("signs, m ≥ 2n/d", "signs", &WIDTHS[2..], other),
            ],
        );
    }
    let learnt = |width: usize| {
        let case = random_labels::case_of("signs", width, "ours-1000");
        evidence.view(format!("share of right signs, m = {width}"), RANDOM, &case, "accuracy")
    };
    book.judge(
        "2n/d neurons learn random labels",
        "all of them",
        Rule::Single(Expected::AtLeast(1.0)),
        vec![learnt(CRITICAL), learnt(WIDTHS[1])],
    );
    book.declare(
        "random-labelled CIFAR-10: lower training error",
        "appendix H.6",
        Verdict::NotTestable,
        "the appendix is not public, and the product carries no CIFAR",
        None,
    );
}
