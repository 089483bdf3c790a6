//! Algorithm 1: what it finds, how much it enumerates, and what training finds beside it.

use super::{property, relation};
use crate::check::Scale;
use crate::check::rule::{Expected, Rule, Statistic, short};
use crate::check::{Book, Evidence, Sample, View};
use crate::theory::{certified, dichotomies, programs};

const DICHOTOMIES: &str = "dichotomies";
const PROGRAMS: &str = "programs";
const CERTIFIED: &str = "certified";
/// Excess over the certified loss up to which a trained network counts as optimal.
const SAME_LOSS: f64 = 1e-3;
/// A loss below which a network fits its points: their values are of order one and come in f64.
const NO_LOSS: f64 = 1e-20;
/// Relative difference up to which two losses are the same optimum.
const SAME_OPTIMUM: f64 = 1e-9;

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Global training of one hidden layer (algorithm 1): what it finds");
    optima(book, evidence);
    trained(book, evidence);
    book.section("Global training of one hidden layer (algorithm 1): what it costs");
    cells(book, evidence);
    cost(book, evidence);
}

/// The certificates, and sizes below which nothing fits.
fn optima(book: &mut Book, evidence: &Evidence) {
    let closed = |experiment: &str, words: &str| {
        property(words, evidence, experiment, "gap is closed", |_, closed| Some(closed > 0.5))
    };
    book.judge(
        "a network with one hidden layer can be trained to global optimality",
        "exact",
        Rule::Parts,
        vec![
            closed(CERTIFIED, "points of sawtooths: certificates confirmed by separate code, gap below 1e-9"),
            closed(PROGRAMS, "noise: the same search"),
        ],
    );
    book.judge(
        "its enumeration finds the same optimum as the certified search",
        "exact",
        Rule::Parts,
        vec![relation(
            "noise: losses equal to 1 in 10⁹",
            evidence,
            PROGRAMS,
            |_| true,
            ("loss by programs", "loss by search"),
            |one, two| (one - two).abs() <= SAME_OPTIMUM * two,
        )],
    );
    let fits = |convention: &str, quantity: &str, holds: fn(bool, f64) -> bool| {
        property(convention, evidence, CERTIFIED, quantity, move |case, value| {
            let of = |name| crate::anatomy::case::setting::<usize>(case, name).ok();
            Some(holds(of("units")? >= 1 << of("k")?, value))
        })
    };
    book.judge(
        "the points of k folds of the tent map, 2ᵏ pieces, are fitted by 2ᵏ units of one hidden layer and by no fewer",
        "at least 2ᵏ⁻¹ − 1",
        Rule::Parts,
        vec![
            fits("with fewer, a proved lower bound above 0", "proved lower bound", |is_enough, bound| {
                is_enough || bound > NO_LOSS
            }),
            fits("with as many, a certified loss of 0", "loss", |is_enough, loss| !is_enough || loss <= NO_LOSS),
        ],
    );
    book.remark("the theorem's bound is for the whole line; here 2ᵏ − 1 kinks and a first slope lie on [0, 1]");
}

/// Trained networks beside the certified ones.
fn trained(book: &mut Book, evidence: &Evidence) {
    let readings = evidence.of(CERTIFIED);
    let instances = certified::instances(Scale::Full).into_iter().chain(certified::instances(Scale::Quick));
    let mut beaten = Vec::new();
    let mut found = Vec::new();
    for (folds, points, units) in instances {
        let case = certified::case_of(folds, points, units);
        let losses = readings.sample(&case, "trained loss");
        let of = |quantity: &str| readings.sample(&case, quantity).values().first().copied();
        let Some((best, bound)) = of("loss").zip(of("proved lower bound")) else { continue };
        beaten.extend(losses.values().iter().map(|loss| f64::from(u8::from(*loss >= bound))));
        if bound > NO_LOSS && !losses.is_empty() {
            found.push((folds, points, units, best, losses, case));
        }
    }
    book.judge(
        "no trained network has a smaller loss than the proved lower bound",
        "the bound holds",
        Rule::Parts,
        vec![View::new("every seed of every instance", Sample::new(beaten), format!("{CERTIFIED}: all cases"))],
    );
    for (folds, points, units, best, losses, case) in found {
        let reached = losses.map(|loss| f64::from(u8::from(loss <= best * (1.0 + SAME_LOSS))));
        book.judge(
            format!(
                "Adam finds the optimum of {units} unit{} on {points} points of {folds} folds of the tent map",
                if units == 1 { "" } else { "s" }
            ),
            "not said",
            Rule::Property,
            vec![View::new(
                "loss within 0.1 % of the certified one",
                reached,
                format!("{CERTIFIED}: {case}: trained loss"),
            )],
        );
        let median = losses.median().unwrap_or(f64::NAN);
        let least = losses.values()[0];
        let ratio = |loss: f64| short(loss / best);
        let words = format!(
            "certified {}; the median of {} is {} times that, the best {} times",
            short(best),
            losses.len(),
            ratio(median),
            ratio(least)
        );
        book.remark(words);
    }
}

/// How many dichotomies points have.
fn cells(book: &mut Book, evidence: &Evidence) {
    book.judge(
        "D points in general position have 2 Σ_{i≤n} C(D−1, i) half-space dichotomies",
        "O(Dⁿ)",
        Rule::Parts,
        vec![relation(
            "counted exactly as cells of the points' hyperplanes",
            evidence,
            DICHOTOMIES,
            |_| true,
            ("dichotomies", "dichotomies by formula"),
            |a, b| a == b,
        )],
    );
    for n in 1..=3 {
        let sizes = dichotomies::instances(Scale::Full).into_iter().filter(|(dim, _)| *dim == n);
        let of = |points: usize| evidence.sample(DICHOTOMIES, &dichotomies::case_of(n, points), "dichotomies");
        let view = growth(
            sizes.map(|(_, points)| (points, of(points))).collect(),
            format!("{DICHOTOMIES}: n={n}: dichotomies"),
        );
        if !view.sample.is_empty() {
            book.judge(
                format!("dichotomies of D points in {n} dimension{} grow as Dⁿ", if n == 1 { "" } else { "s" }),
                format!("exponent {n}"),
                Rule::Aggregate(Statistic::Median, Expected::Number(f64::from(n as u32))),
                vec![view],
            );
        }
    }
}

/// How many convex programs there are, and how many relaxations a search takes.
fn cost(book: &mut Book, evidence: &Evidence) {
    let counted = |case: &str, programs: f64| {
        let of = |name| crate::anatomy::case::setting::<usize>(case, name).ok();
        let (points, units) = (of("points")?, of("units")?);
        let choices = relulab_exact::Natural::binomial(4 * (points - 2) + units - 1, units);
        Some(programs == choices.to_f64())
    };
    book.judge(
        "one convex program per choice of signs and dichotomies: at most 2ʷ Dⁿʷ up to a constant",
        "O(2ʷ Dⁿʷ)",
        Rule::Parts,
        vec![property(
            "n = 1: C(4(D − 2) + w − 1, w) programs, since units are unordered and equal ones merge",
            evidence,
            PROGRAMS,
            "programs",
            counted,
        )],
    );
    for width in 1..=3 {
        let exponent = f64::from(width as u32);
        let view = of_width(evidence, width, "programs", |_| true);
        if !view.sample.is_empty() {
            book.judge(
                format!("programs of algorithm 1 for w = {width}, n = 1 grow as Dⁿʷ"),
                format!("exponent {width}"),
                Rule::Aggregate(Statistic::Median, Expected::Number(exponent)),
                vec![view],
            );
        }
        // A search that was given up has fewer relaxations than it needs.
        let is_closed =
            |case: &str| evidence.sample(PROGRAMS, case, "gap is closed").share(|one| one > 0.5) == Some(1.0);
        let view = of_width(evidence, width, "relaxations", is_closed);
        if !view.sample.is_empty() {
            book.judge(
                format!("relaxations of the certified search for w = {width}, n = 1 grow no faster, even for noise"),
                "not said",
                Rule::Aggregate(Statistic::Median, Expected::AtMost(exponent)),
                vec![view],
            );
        }
    }
}

/// The growth of a quantity for one number of units, over the cases that count.
fn of_width(evidence: &Evidence, width: usize, quantity: &str, counts: impl Fn(&str) -> bool) -> View {
    let sizes = programs::instances(Scale::Full).into_iter().filter(|(_, units)| *units == width);
    let of = |(points, _): (usize, usize)| {
        let case = programs::case_of(points, width);
        (points, if counts(&case) { evidence.sample(PROGRAMS, &case, quantity) } else { Sample::default() })
    };
    growth(sizes.map(of).collect(), format!("{PROGRAMS}: units={width}: {quantity}"))
}

/// log₂ of the growth over the last doubling for which there are numbers.
fn growth(sizes: Vec<(usize, Sample)>, evidence: String) -> View {
    let of = |points: usize| sizes.iter().find(|size| size.0 == points)?.1.median();
    let exponents = sizes.iter().rev().filter_map(|(points, few)| Some((of(2 * points)? / few.median()?).log2()));
    let last = exponents.take(1).collect();
    View::new("log₂ of the growth when the points are doubled, the largest pair counted", Sample::new(last), evidence)
}
