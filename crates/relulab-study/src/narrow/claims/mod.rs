//! The paper's statements, in its order, judged from readings.

mod ablations;
mod generalisation;
mod panels;
mod theorems;

use crate::anatomy::case;
use crate::check::{Book, Claim, Evidence, Readings, Sample, View};

/// Loss, as a share of the labels' variance of 1, below which the paper's colours would call a loss small; the paper gives
/// no number.
pub(super) const SMALL_LOSS: f64 = 0.1;

/// All claims.
pub fn claims(evidence: &Evidence) -> Vec<Claim> {
    let mut book = Book::new("N");
    theorems::enter(&mut book, evidence);
    panels::enter(&mut book, evidence);
    ablations::enter(&mut book, evidence);
    generalisation::enter(&mut book, evidence);
    book.finish()
}

/// A number in a case, as in `width=40`.
fn number(case: &str, name: &str) -> Option<f64> {
    case::setting(case, name).ok()
}

/// A word in a case.
fn word(case: &str, name: &str) -> Option<String> {
    case::setting(case, name).ok()
}

/// What a function says of every seed of the cases that it is asked about: the value of one quantity and a look at others.
fn property(
    convention: impl Into<String>,
    evidence: &Evidence,
    experiment: &str,
    quantity: &str,
    holds: impl Fn(&Seed<'_>, f64) -> Option<bool>,
) -> View {
    let readings = evidence.of(experiment);
    let mut values = Vec::new();
    for case in readings.cases() {
        for (seed, value) in readings.values(case, quantity) {
            let seed = Seed { readings: &readings, case, seed };
            values.extend(holds(&seed, value).map(|holds| f64::from(u8::from(holds))));
        }
    }
    View::new(convention, Sample::new(values), format!("{experiment}: {quantity}"))
}

/// One seed of one case.
struct Seed<'a> {
    readings: &'a Readings,
    case: &'a str,
    seed: u64,
}

impl Seed<'_> {
    /// Another quantity of the same seed.
    fn other(&self, quantity: &str) -> Option<f64> {
        self.readings.values(self.case, quantity).find(|(seed, _)| *seed == self.seed).map(|(_, value)| value)
    }

    /// A number of the case.
    fn number(&self, name: &str) -> Option<f64> {
        number(self.case, name)
    }
}

/// log₁₀(b/a) of a quantity, seed by seed, pooled over pairs of cases: positive where the first of a pair is smaller.
fn decades(
    convention: impl Into<String>,
    evidence: &Evidence,
    experiment: &str,
    quantity: &str,
    pairs: impl IntoIterator<Item = (String, String)>,
) -> View {
    let readings = evidence.of(experiment);
    let mut values = Vec::new();
    for (a, b) in pairs {
        let ratio = |a: f64, b: f64| libm::log10(b.max(LEAST) / a.max(LEAST));
        // A network that diverged has lost by as much as can be.
        let finite = |a: f64, b: f64| ratio(a.min(MOST), b.min(MOST));
        values.extend(readings.paired((&a, quantity), (&b, quantity), finite).values());
    }
    View::new(convention, Sample::new(values), format!("{experiment}: {quantity}, by seed"))
}

/// Losses below this are all the same: what f32 leaves of labels of variance 1.
const LEAST: f64 = 1e-12;
/// And above this, all as bad.
const MOST: f64 = 1e12;
