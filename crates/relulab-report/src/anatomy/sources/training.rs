//! Readings of spectra, training, walks, paths and clouds of 1→16→1 networks.

use super::{ByExperiment, case_with, described, number, numbered, values_of};
use crate::anatomy::cloud::{Cloud, Prepared};
use crate::anatomy::connectivity::{Connectivity, Paths};
use crate::anatomy::spectra::{MatrixSpectra, Spectra};
use crate::anatomy::tier::TIERS;
use crate::anatomy::transition::{MatrixCounts, Transition};
use crate::anatomy::walks::{WalkSet, Walks};
use crate::check::seed_summary::SeedSummary;

/// Matrices: prefix of their quantities, and their name for readers.
const MATRICES: [(&str, &str); 2] = [("hessian", "Pattern Hessian"), ("gauss-newton", "Gauss-Newton matrix")];
/// Targets in one dimension, in the paper's order.
const TARGETS: [&str; 3] = ["linear", "absolute", "quadratic"];
/// Alignments drawn, of all that are measured: more curves than these hide each other.
const METHODS: [&str; 4] = ["raw", "normalised", "greedy", "greedy+normalised"];
/// Preparations drawn.
const PREPARATIONS: [&str; 5] = ["raw", "normalised", "greedy", "greedy+normalised", "weights+normalised"];

/// Spectra by number of units.
pub fn spectra(all: &ByExperiment) -> Option<Spectra> {
    let readings = all.get("spectra")?;
    let mut units: Vec<usize> = values_of(readings, "k").iter().filter_map(|k| k.parse().ok()).collect();
    units.sort_unstable();
    let cases: Vec<(usize, &str)> =
        units.iter().filter_map(|k| Some((*k, case_with(readings, &[&format!("k={k}"), "target=linear"])?))).collect();
    let column = |prefix: &str, case: &str| -> Vec<SeedSummary> {
        numbered(readings, case, &format!("{prefix} eigenvalue ")).into_iter().map(|(_, size)| size).collect()
    };
    let matrices = MATRICES.map(|(prefix, name)| MatrixSpectra {
        matrix: name.to_owned(),
        columns: cases.iter().map(|(k, case)| (*k, column(prefix, case))).filter(|c| !c.1.is_empty()).collect(),
    });
    let matrices: Vec<MatrixSpectra> = matrices.into_iter().filter(|matrix| !matrix.columns.is_empty()).collect();
    let setting = format!("1→k→1 networks ({})", described(cases.last()?.1, &["target", "steps"]));
    (!matrices.is_empty()).then_some(Spectra { matrices, setting })
}

/// Counts by tier during training.
pub fn transition(all: &ByExperiment) -> Option<Transition> {
    let readings = all.get("dynamics")?;
    let case = case_with(readings, &["shape=16", "target=linear", "optimiser=adam"])
        .or_else(|| case_with(readings, &["shape=16", "target=linear"]))?;
    let matrices = MATRICES.map(|(prefix, name)| MatrixCounts {
        matrix: name.to_owned(),
        is_papers: prefix == "hessian",
        tiers: TIERS.map(|tier| numbered(readings, case, &format!("{prefix} {tier} step="))),
    });
    let matrices: Vec<MatrixCounts> =
        matrices.into_iter().filter(|matrix| matrix.tiers.iter().any(|tier| !tier.is_empty())).collect();
    let setting = format!("1→16→1 networks ({})", described(case, &["target", "optimiser", "steps"]));
    (!matrices.is_empty()).then_some(Transition { matrices, setting })
}

/// Walks by tier, for every number of steps.
pub fn walks(all: &ByExperiment) -> Option<Walks> {
    let readings = all.get("walks")?;
    let mut cases: Vec<&str> = readings.cases().filter(|case| case.contains("k=16 target=linear")).collect();
    cases.sort_by(|a, b| number(a, "steps").unwrap_or(0.0).total_cmp(&number(b, "steps").unwrap_or(0.0)));
    let sets = cases.into_iter().map(|case| {
        let tier = |tier: &str| numbered(readings, case, &format!("loss tier={tier} at="));
        let setting = described(case, &["target", "steps"]);
        WalkSet { setting, tiers: TIERS.map(tier), dead: tier("dead-parameters") }
    });
    let sets: Vec<WalkSet> = sets.filter(|set| set.tiers.iter().any(|tier| !tier.is_empty())).collect();
    (!sets.is_empty()).then_some(Walks { sets })
}

/// Losses on straight paths, by target and alignment.
pub fn connectivity(all: &ByExperiment) -> Option<Connectivity> {
    let readings = all.get("connectivity")?;
    let mut setting = String::new();
    let mut paths = |target: &str| {
        let target_word = format!("target={target}");
        let methods = METHODS.iter().filter_map(|method| {
            let case = case_with(readings, &["k=16", &target_word, &format!("method={method}")])?;
            setting = described(case, &["steps"]);
            Some(((*method).to_owned(), numbered(readings, case, "loss at=")))
        });
        let methods = methods.filter(|(_, points)| !points.is_empty()).collect();
        Paths { target: target.to_owned(), methods }
    };
    let mut targets: Vec<Paths> = TARGETS.iter().map(|target| paths(target)).collect();
    targets.retain(|paths| !paths.methods.is_empty());
    (!targets.is_empty()).then_some(Connectivity { targets, setting })
}

/// Components and variance by preparation and sample size.
pub fn cloud(all: &ByExperiment) -> Option<Cloud> {
    let readings = all.get("cloud")?;
    let mut sizes: Vec<usize> = values_of(readings, "n").iter().filter_map(|n| n.parse().ok()).collect();
    sizes.sort_unstable();
    let mut setting = String::new();
    let mut prepared = |name: &str| {
        let mut curve = |quantity: &str| -> Vec<(f64, SeedSummary)> {
            let places = sizes.iter().filter_map(|n| {
                let words = ["k=16", "target=linear", &format!("preparation={name}"), &format!("n={n}")];
                let case = case_with(readings, &words)?;
                setting = format!("1→16→1 networks ({})", described(case, &["target", "steps"]));
                Some((*n as f64, SeedSummary::of(&readings.sample(case, quantity))?))
            });
            places.collect()
        };
        Prepared { name: name.to_owned(), components: curve("components95"), variance: curve("total variance") }
    };
    let mut preparations: Vec<Prepared> = PREPARATIONS.iter().map(|name| prepared(name)).collect();
    preparations.retain(|one| !one.components.is_empty());
    (!preparations.is_empty()).then_some(Cloud { preparations, setting })
}
