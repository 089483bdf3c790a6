//! From readings to what figures draw: how the experiments name their cases.

use super::ByExperiment;
use crate::check::seed_summary::SeedSummary;
use relulab_study::check::{Readings, Sample};

/// The value of a word in a case.
pub fn word<'a>(case: &'a str, name: &str) -> Option<&'a str> {
    case.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
}

/// The readings of an experiment, if there are any.
pub fn of<'a>(all: &'a ByExperiment, experiment: &str) -> Option<&'a Readings> {
    all.get(experiment).filter(|readings| !readings.is_empty())
}

/// The numbers of a word over all cases, ascending.
pub fn numbers(readings: &Readings, name: &str) -> Vec<f64> {
    let mut numbers: Vec<f64> = readings.cases().filter_map(|case| word(case, name)?.parse().ok()).collect();
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    numbers
}

/// The values of a word over all cases, sorted.
pub fn words<'a>(readings: &'a Readings, name: &str) -> Vec<&'a str> {
    let mut words: Vec<&str> = readings.cases().filter_map(|case| word(case, name)).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Median, quartiles and interval, with numbers of at most `least` drawn as `least`, so that they have a place on a
/// logarithmic axis.
pub fn summary(sample: &Sample, least: f64) -> Option<SeedSummary> {
    SeedSummary::with_interval(&sample.map(|value| value.max(least)))
}

/// What labels, a table or images are called above a panel.
pub fn name_of_data(data: &str) -> &str {
    match data {
        "signs" => "labels ±1",
        "numbers" => "labels N(0, 1)",
        "breast-cancer" => "breast cancer",
        "mnist" => "MNIST",
        "fashion-mnist" => "Fashion-MNIST",
        "random" => "MNIST, random labels",
        other => other,
    }
}

/// What a way to train is called in legends.
pub fn name_of_way(way: &str) -> String {
    match way {
        "ours-1" => "pairs, ε = 1",
        "ours-10" => "pairs, ε = 10",
        "ours-1000" => "pairs, ε = 1000",
        "ours-equal" => "pairs, κ = 1",
        "descent" => "descent",
        "adam" => "Adam",
        other => other,
    }
    .to_owned()
}
