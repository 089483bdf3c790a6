//! Section 3: how likely layers and points are dead before training, and what becomes of networks with a dead layer.

use super::measured;
use crate::check::rule::{Expected, Rule, Statistic, short};
use crate::check::{Book, Evidence, Readings, Sample, Verdict, View};
use crate::jumpstart::ARCHITECTURES;
use crate::jumpstart::cell::{BEST, census, score};
use crate::jumpstart::grid::{Grid, HALFWAY};
use crate::jumpstart::initial_death::{DEPTHS, WIDTHS, case_of};
use crate::jumpstart::moons::PUBLISHED;

const NAME: &str = "initial-death";
/// The width at which the two formulas differ most.
const LARGEST_WIDTH: usize = WIDTHS[WIDTHS.len() - 1];
/// Above the share of the larger class, 44 of 85 points, and below everything that a network can learn.
const ABOVE_GUESSING: f64 = 0.52;

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Death, stagnation and jumpstarting (section 3)");
    let readings = evidence.of(NAME);
    misprint(book, &readings);
    formulas(book, &readings);
    book.judge(
        "the thinner its layers or the deeper a network, the likelier it has a dead layer before training",
        "more likely",
        Rule::Parts,
        vec![monotonicity(&readings)],
    );
    book.judge(
        "the probability q that a point does not activate a unit is larger than the probability p that a unit is dead",
        "q is significant, unlike p",
        Rule::Parts,
        vec![relation(&readings, "every width and depth, means over layers", "unit off q", "unit death p")],
    );
    fates(book, evidence);
}

/// The probability that the text gives for one layer and the one that it prints for all of them exclude each other.
fn misprint(book: &mut Book, readings: &Readings) {
    let mut because =
        "a layer of n units is dead with probability pⁿ, says the same sentence, so it is 1 − Π(1 − pⁿ)".to_owned();
    let depth = DEPTHS.into_iter().rev().find(|&depth| !is_absent(readings, LARGEST_WIDTH, depth));
    let view = depth.map(|depth| {
        let case = case_of(LARGEST_WIDTH, depth);
        let mean = |quantity: &str| readings.sample(&case, quantity).mean().map_or(String::new(), short);
        because += &format!(
            "; of networks of width {LARGEST_WIDTH} and depth {depth}, a share of {} has a dead layer, where pⁿ gives {} and \
             the printed formula {}",
            mean("some dead layer"),
            mean("formula"),
            mean("formula as printed")
        );
        View::new("simulated", readings.sample(&case, "some dead layer"), format!("{NAME}: {case}"))
    });
    book.declare(
        "at least one layer is dead with probability 1 − Π(1 − p)ⁿ",
        "1 − Π(1 − p)ⁿ",
        Verdict::SelfContradictory,
        because,
        view,
    );
}

fn formulas(book: &mut Book, readings: &Readings) {
    let view = |words: &str, simulated: &str, formula: &str| {
        let parts: Vec<bool> = shapes(readings)
            .filter_map(|(width, depth)| {
                let case = case_of(width, depth);
                let expected = Expected::Number(readings.sample(&case, formula).mean()?);
                let judged = Rule::Aggregate(Statistic::Mean, expected).judge(&readings.sample(&case, simulated));
                Some(judged.verdict == Verdict::Reproduced)
            })
            .collect();
        View::parts(words, &parts, format!("{NAME}: all cases: {simulated} with {formula}"))
    };
    book.judge(
        "at least one layer is dead with probability 1 − Π(1 − pⁿ), as the paper means it",
        "1 − Π(1 − pⁿ)",
        Rule::Parts,
        vec![
            view("p over all layers, each width and depth a part", "some dead layer", "formula"),
            view("p of the first layer for all of them", "some dead layer", "formula with p of layer 1"),
            view("p of each layer above layers that are alive", "some dead layer", "formula above living layers"),
        ],
    );
    book.remark("layers do not die independently: above a dead layer every layer is dead");
    book.judge(
        "a point is dead in at least one layer with probability 1 − Π(1 − qⁿ) (the paper prints (1 − q)ⁿ)",
        "1 − Π(1 − qⁿ)",
        Rule::Parts,
        vec![
            view("q over all layers, each width and depth a part", "dead points", "point formula"),
            view("q of the first layer for all of them", "dead points", "point formula with q of layer 1"),
            view("as printed", "dead points", "point formula as printed"),
        ],
    );
}

/// Widths and depths that were simulated.
fn shapes(readings: &Readings) -> impl Iterator<Item = (usize, usize)> {
    let all = WIDTHS.into_iter().flat_map(|width| DEPTHS.map(|depth| (width, depth)));
    all.filter(|&(width, depth)| !is_absent(readings, width, depth))
}

fn is_absent(readings: &Readings, width: usize, depth: usize) -> bool {
    readings.sample(&case_of(width, depth), "some dead layer").is_empty()
}

/// Whether one quantity is above another, at every width and depth.
fn relation(readings: &Readings, words: &str, above: &str, below: &str) -> View {
    let of = |(width, depth)| {
        let case = case_of(width, depth);
        Some(readings.sample(&case, above).mean()? > readings.sample(&case, below).mean()?)
    };
    let parts: Vec<bool> = shapes(readings).filter_map(of).collect();
    View::parts(words, &parts, format!("{NAME}: all cases: {above} with {below}"))
}

/// Whether the share of networks with a dead layer grows with depth and falls with width, between neighbours.
fn monotonicity(readings: &Readings) -> View {
    let share = |width, depth| readings.sample(&case_of(width, depth), "some dead layer").mean();
    let mut parts = Vec::new();
    for width in WIDTHS {
        let by_depth: Vec<f64> = DEPTHS.into_iter().filter_map(|depth| share(width, depth)).collect();
        parts.extend(by_depth.windows(2).map(|pair| pair[0] <= pair[1]));
    }
    for depth in DEPTHS {
        let by_width: Vec<f64> = WIDTHS.into_iter().filter_map(|width| share(width, depth)).collect();
        parts.extend(by_width.windows(2).map(|pair| pair[0] >= pair[1]));
    }
    View::parts(
        "neighbouring widths and depths, each pair a part",
        &parts,
        format!("{NAME}: all cases: some dead layer"),
    )
}

/// What became of networks that began with a dead layer.
fn fates(book: &mut Book, evidence: &Evidence) {
    let fate = |architecture: &str, variant: &str, holds: &dyn Fn(f64) -> bool| {
        let grid = Grid::new(&evidence.readings, architecture, variant);
        let readings = evidence.of(grid.experiment);
        let mut values = Vec::new();
        for width in grid.widths() {
            for depth in grid.depths(width) {
                let case = crate::jumpstart::moons::case_of(architecture, variant, width, depth);
                let dead = (case.as_str(), census("dead", "layers", "start"));
                let best = score(0, BEST);
                let pairs = readings.paired((dead.0, &dead.1), (&case, &best), |dead, accuracy| {
                    if dead > 0.0 { f64::from(u8::from(holds(accuracy))) } else { f64::NAN }
                });
                // Networks without a dead layer are none of this; a sample has them at infinity.
                values.extend(pairs.values().iter().filter(|value| value.is_finite()));
            }
        }
        let source = format!("{}: architecture={architecture} variant={variant}: all cells", grid.experiment);
        let words = format!("{architecture}, networks with a dead layer at the start");
        View::new(words, Sample::new(values), source)
    };
    book.judge(
        "if a layer dies, training stops: without penalty, a network with a dead layer never does better than one class \
         for all points",
        "training stops",
        Rule::Property,
        measured(ARCHITECTURES.map(|a| fate(a, PUBLISHED[0], &|accuracy| accuracy < ABOVE_GUESSING)).to_vec()),
    );
    book.judge(
        "jumpstart reverses it: a network with a dead layer at the start trains",
        "reverse neurons which die or become linear",
        Rule::Property,
        measured(ARCHITECTURES.map(|a| fate(a, PUBLISHED[1], &|accuracy| accuracy >= HALFWAY)).to_vec()),
    );
}
