//! From readings to figures: the only place that knows how experiments name their cases and quantities.
//!
//! A case is a list of `name=value` words. An experiment may add words to its cases later, and a figure takes the case
//! with the words that it needs; of several, the one with the most steps. What is absent is not drawn.

mod dimension;
mod networks;
mod training;

pub use dimension::dimension;
pub use networks::{activations, construction, dead};
pub use training::{cloud, connectivity, spectra, transition, walks};

use crate::check::seed_summary::SeedSummary;
use relulab_study::check::Readings;
use std::collections::BTreeMap;

/// Readings by experiment.
pub type ByExperiment = BTreeMap<String, Readings>;

/// The value of a word in a case.
fn word<'a>(case: &'a str, name: &str) -> Option<&'a str> {
    case.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
}

/// The same as a number.
fn number(case: &str, name: &str) -> Option<f64> {
    word(case, name)?.parse().ok()
}

/// The case that has all words: of several the one with the most steps, then the one with the fewest words.
fn case_with<'a>(readings: &'a Readings, words: &[&str]) -> Option<&'a str> {
    let has_all = |case: &&str| words.iter().all(|wanted| case.split(' ').any(|word| word == *wanted));
    let steps = |case: &str| number(case, "steps").unwrap_or(0.0);
    let shorter = |a: &str, b: &str| b.split(' ').count().cmp(&a.split(' ').count());
    readings.cases().filter(has_all).max_by(|a, b| steps(a).total_cmp(&steps(b)).then_with(|| shorter(a, b)))
}

/// The distinct values of a word over all cases, in their sorted order.
fn values_of<'a>(readings: &'a Readings, name: &str) -> Vec<&'a str> {
    let mut values: Vec<&str> = readings.cases().filter_map(|case| word(case, name)).collect();
    values.sort_unstable();
    values.dedup();
    values
}

/// All quantities of a case that are a prefix and a number, in the order of the numbers.
fn numbered(readings: &Readings, case: &str, prefix: &str) -> Vec<(f64, SeedSummary)> {
    let places = readings.quantities(case).filter_map(|quantity| {
        let place: f64 = quantity.strip_prefix(prefix)?.parse().ok()?;
        Some((place, SeedSummary::of(&readings.sample(case, quantity))?))
    });
    let mut places: Vec<(f64, SeedSummary)> = places.filter(|(place, _)| place.is_finite()).collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    places
}

/// The named words of a case for readers: `target linear, 3,000 steps`.
fn described(case: &str, names: &[&str]) -> String {
    let words = names.iter().filter_map(|name| {
        let value = word(case, name)?;
        Some(match *name {
            "steps" => format!("{} steps", value.parse().map_or(value.to_owned(), crate::number::count)),
            "optimiser" => value.to_owned(),
            name => format!("{name} {value}"),
        })
    });
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_found_by_their_words() {
        let mut readings = Readings::default();
        for case in
            ["k=1 target=a steps=20", "k=16 target=a steps=20", "k=16 target=a steps=3", "k=16 target=a x=1 steps=20"]
        {
            readings.push(case, 0, "loss at=10", 1.0);
            readings.push(case, 0, "loss at=2", 2.0);
            readings.push(case, 0, "loss at=end", 3.0);
        }
        let case = case_with(&readings, &["k=16", "target=a"]).unwrap();
        assert_eq!(case, "k=16 target=a steps=20");
        assert_eq!(case_with(&readings, &["k=2"]), None);
        let places: Vec<f64> = numbered(&readings, case, "loss at=").iter().map(|(place, _)| *place).collect();
        assert_eq!(places, [2.0, 10.0]);
        assert_eq!(described(case, &["target", "steps"]), "target a, 20 steps");
        assert_eq!(values_of(&readings, "k"), ["1", "16"]);
    }
}
