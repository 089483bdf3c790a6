//! From readings to figures: the only place that knows how the theory's experiments name their cases.

use super::ByExperiment;
use super::gap::{Gap, Kind};
use super::graph::Graphs;
use super::zonotope::Cells;
use crate::check::seed_summary::SeedSummary;
use relulab_study::check::{Readings, Sample};
use std::collections::BTreeMap;

/// The value of a word in a case.
fn word<'a>(case: &'a str, name: &str) -> Option<&'a str> {
    case.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
}

/// One quantity in the order of its places.
fn places(readings: &Readings, case: &str, quantity: &str) -> Vec<f64> {
    readings.values(case, quantity).map(|(_, value)| value).collect()
}

/// Graphs of sawtooths.
pub fn graphs(all: &ByExperiment) -> Option<Graphs> {
    let readings = all.get("pictures")?;
    let mut folds = Vec::new();
    let mut width = 0;
    for case in readings.cases().filter(|case| case.starts_with("graph=")) {
        width = word(case, "w")?.parse().ok()?;
        let corners = places(readings, case, "x").into_iter().zip(places(readings, case, "y"));
        folds.push((word(case, "k")?.parse().ok()?, corners.collect()));
    }
    folds.sort_by_key(|(folds, _)| *folds);
    (!folds.is_empty()).then_some(Graphs { width, folds })
}

/// Cells over a zonotope.
pub fn cells(all: &ByExperiment) -> Option<Cells> {
    let readings = all.get("pictures")?;
    let mut setting = String::new();
    let mut cells = Vec::new();
    for case in readings.cases().filter(|case| case.starts_with("cells=")) {
        setting = format!("{} generators, {} layer of {} above", word(case, "m")?, word(case, "k")?, word(case, "w")?);
        let of = |quantity: &str| places(readings, case, quantity);
        let corners = of("x").into_iter().zip(of("y")).zip(of("value"));
        cells.push(corners.map(|((x, y), value)| (x, y, value)).collect());
    }
    (!cells.is_empty()).then_some(Cells { cells, setting })
}

/// Distances by kind of network and number of units.
pub fn gap(all: &ByExperiment) -> Option<Gap> {
    let readings = all.get("shallow")?;
    let mut distances: BTreeMap<usize, BTreeMap<String, BTreeMap<usize, Vec<f64>>>> = BTreeMap::new();
    for case in readings.cases() {
        let folds: usize = word(case, "k")?.parse().ok()?;
        let widths: Vec<usize> = word(case, "shape")?.split(',').filter_map(|width| width.parse().ok()).collect();
        let kind = match widths.len() {
            1 => "one hidden layer".to_owned(),
            layers if layers == folds && widths[0] == 2 => "the sawtooth's own shape".to_owned(),
            layers => format!("{layers} hidden layers"),
        };
        let by_units = distances.entry(folds).or_default().entry(kind).or_default();
        by_units.entry(widths.iter().sum()).or_default().extend(readings.sample(case, "distance").values());
    }
    let kinds = |kinds: BTreeMap<String, BTreeMap<usize, Vec<f64>>>| -> Vec<Kind> {
        let mut curves: Vec<Kind> = Vec::new();
        for (name, by_units) in kinds {
            let summary = |values: &Vec<f64>| SeedSummary::of(&Sample::new(values.clone()));
            let medians = by_units.iter().filter_map(|(units, values)| Some((*units as f64, summary(values)?)));
            let best = by_units.iter().map(|(units, values)| {
                (*units as f64, SeedSummary::exact(values.iter().copied().fold(f64::INFINITY, f64::min)))
            });
            curves.extend([(name.clone(), medians.collect()), (format!("{name}, best"), best.collect())]);
        }
        curves
    };
    let folds: Vec<(usize, Vec<Kind>)> =
        distances.into_iter().map(|(folds, by_kind)| (folds, kinds(by_kind))).collect();
    (!folds.is_empty()).then_some(Gap { folds })
}
