//! The paper's theorems, in its order, judged from readings.

mod compiled;
mod death;
mod global_training;
mod line;
mod sawtooth;
mod shallow;
mod size;
mod zonotope;

use crate::check::{Book, Claim, Evidence, Readings, Sample, View};

/// All claims.
pub fn claims(evidence: &Evidence) -> Vec<Claim> {
    let mut book = Book::new("T");
    compiled::enter(&mut book, evidence);
    line::enter(&mut book, evidence);
    sawtooth::enter(&mut book, evidence);
    size::enter(&mut book, evidence);
    shallow::enter(&mut book, evidence);
    zonotope::enter(&mut book, evidence);
    global_training::enter(&mut book, evidence);
    death::enter(&mut book, evidence);
    book.finish()
}

/// Whether two quantities of every case and seed stand in a relation, as parts of one statement.
fn relation(
    convention: impl Into<String>,
    evidence: &Evidence,
    experiment: &str,
    cases: impl Fn(&str) -> bool,
    (one, two): (&str, &str),
    holds: impl Fn(f64, f64) -> bool,
) -> View {
    let readings = evidence.of(experiment);
    let holds = |a: f64, b: f64| f64::from(u8::from(holds(a, b)));
    let of = |case: &str| readings.paired((case, one), (case, two), holds).values().to_vec();
    let values = readings.cases().filter(|case| cases(case)).flat_map(of).collect();
    View::new(convention, Sample::new(values), format!("{experiment}: all cases: {one} with {two}"))
}

/// Whether a quantity has a property in every case and seed; the property also sees the case.
fn property(
    convention: impl Into<String>,
    evidence: &Evidence,
    experiment: &str,
    quantity: &str,
    holds: impl Fn(&str, f64) -> Option<bool>,
) -> View {
    let readings: Readings = evidence.of(experiment);
    let mut values = Vec::new();
    for case in readings.cases() {
        let found = readings.values(case, quantity).filter_map(|(_, value)| holds(case, value));
        values.extend(found.map(|holds| f64::from(u8::from(holds))));
    }
    View::new(convention, Sample::new(values), format!("{experiment}: all cases: {quantity}"))
}

/// A number in a case, as in `n=2 m=3`.
fn number(case: &str, name: &str) -> Option<f64> {
    crate::anatomy::case::setting(case, name).ok()
}

/// A word in a case.
fn word(case: &str, name: &str) -> Option<String> {
    crate::anatomy::case::setting(case, name).ok()
}
