//! What `relulab train` found: the document in `train.json` and on stdout.

use crate::train::census::CensusLook;
use crate::train::examiner::Marks;
use crate::train::kept::{self, Kept};
use crate::train::plan::TrainPlan;
use relulab_study::statistics::{median, quantile};
use relulab_study::summary::Quantiles;
use relulab_study::trace::StopRule;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// The whole document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Version of relulab.
    pub relulab: String,
    /// Where the files are; only on stdout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// The plan's hash.
    pub plan_hash: String,
    /// The plan.
    pub plan: TrainPlan,
    /// Parameters of each network.
    pub params: usize,
    /// One entry per seed, ascending.
    pub networks: Vec<NetworkEntry>,
    /// Quantiles over seeds.
    pub summary: Summary,
}

/// One network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkEntry {
    /// Its file; absent when training diverged.
    pub file: Option<String>,
    /// Seed index.
    pub seed: u64,
    /// `finished`, `stopped` or `diverged`.
    pub outcome: String,
    /// Why it stopped before the last step, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Optimiser steps done.
    pub steps: u64,
    /// What is known of it.
    #[serde(flatten)]
    pub marks: Marks,
    /// Networks kept on the way.
    pub checkpoints: Vec<Checkpoint>,
    /// What units, points and layers did on the way, where that was looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub census: Vec<CensusLook>,
}

/// One network kept on the way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Completed steps.
    pub step: u64,
    /// Its file.
    pub file: String,
}

/// All seeds together; a network without a finite number counts as worst wherever networks are ordered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Networks trained to the last step.
    pub finished: usize,
    /// Networks that the stop rule found trained enough before.
    #[serde(default)]
    pub stopped: usize,
    /// Networks whose loss stopped being a number.
    pub diverged: usize,
    /// Finished networks whose output is constant.
    pub collapsed: usize,
    /// Quantiles of every figure that applies, by name.
    pub figures: BTreeMap<String, FigureSummary>,
    /// The best network.
    pub best: Option<Best>,
}

/// One figure over all seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FigureSummary {
    /// Median and quartiles.
    #[serde(flatten)]
    pub quantiles: Quantiles,
    /// Largest.
    pub max: Option<f64>,
    /// Seed of the best network by this figure.
    pub best_seed: u64,
}

/// The best network and by what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Best {
    /// The figure that decides: `normal` for a target, `training_loss` for data, so that the test stays a test.
    pub by: String,
    /// Its seed.
    pub seed: u64,
    /// Its file.
    pub file: String,
}

/// A figure by which networks are compared.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Its name in files and on screen.
    pub name: &'static str,
    /// Whether more is better.
    pub more_is_better: bool,
    value: fn(&Marks) -> Option<f64>,
}

impl Figure {
    /// All figures, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::loss("uniform5", |marks| marks.uniform5),
        Self::loss("uniform3", |marks| marks.uniform3),
        Self::loss("normal", |marks| marks.normal),
        Self::loss("training_loss", |marks| marks.training_loss),
        Self::loss("stationarity", |marks| marks.stationarity),
        Self::loss("test_loss", |marks| marks.test_loss),
        Self::accuracy("train_accuracy", |marks| marks.train_accuracy),
        Self::accuracy("test_accuracy", |marks| marks.test_accuracy),
    ];

    const fn loss(name: &'static str, value: fn(&Marks) -> Option<f64>) -> Self {
        Self { name, more_is_better: false, value }
    }

    const fn accuracy(name: &'static str, value: fn(&Marks) -> Option<f64>) -> Self {
        Self { name, more_is_better: true, value }
    }

    /// Quantiles over networks; `None` when no network has a number.
    fn summary(self, networks: &[NetworkEntry]) -> Option<FigureSummary> {
        // Oriented so that less is better and a missing number is worst.
        let sign = if self.more_is_better { -1.0 } else { 1.0 };
        let oriented = |entry: &NetworkEntry| (self.value)(&entry.marks).map_or(f64::INFINITY, |value| sign * value);
        let mut ordered: Vec<(f64, u64)> = networks.iter().map(|entry| (oriented(entry), entry.seed)).collect();
        ordered.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let &(best, best_seed) = ordered.first().filter(|first| first.0.is_finite())?;
        let values: Vec<f64> = ordered.into_iter().map(|pair| pair.0).collect();
        let back = |value: f64| value.is_finite().then_some(sign * value);
        let at = |share| quantile(&values, share).and_then(back);
        let (lower, upper, last) = (at(0.25), at(0.75), values.last().copied().and_then(back));
        let (q25, q75, min, max) =
            if self.more_is_better { (upper, lower, last, back(best)) } else { (lower, upper, back(best), last) };
        let quantiles = Quantiles { median: median(&values).and_then(back), q25, q75, min };
        Some(FigureSummary { quantiles, max, best_seed })
    }
}

impl NetworkEntry {
    /// The entry of a network; `marks` are those of its examination, if it could be examined.
    pub fn new(kept: &Kept, marks: Option<Marks>, is_fresh: bool, rule: StopRule) -> Self {
        let mut marks = marks.unwrap_or_default();
        marks.stationarity = kept.stationarity;
        if is_fresh {
            marks.training_loss = kept.training_loss;
        }
        let checkpoint = |&step: &u64| Checkpoint { step, file: kept::checkpoint_file(kept.seed, step) };
        Self {
            file: kept.parameters.as_ref().map(|_| kept::network_file(kept.seed)),
            seed: kept.seed,
            outcome: kept.outcome().to_owned(),
            reason: kept.is_stopped().then(|| rule.reason()),
            steps: kept.steps,
            marks,
            checkpoints: kept.checkpoints.iter().map(checkpoint).collect(),
            census: kept.census.clone(),
        }
    }
}

impl Document {
    /// The document of a plan whose networks are all done.
    pub fn new(plan: &TrainPlan, params: usize, networks: Vec<NetworkEntry>) -> Self {
        let summary = Summary::of(&networks, plan.deciding());
        Self {
            relulab: env!("CARGO_PKG_VERSION").to_owned(),
            folder: None,
            plan_hash: plan.hash(),
            plan: plan.clone(),
            params,
            networks,
            summary,
        }
    }

    /// The document for stdout: every file with the folder's path.
    pub fn located(mut self, folder: &Path) -> Self {
        let locate = |file: &mut String| *file = folder.join(&*file).display().to_string();
        for entry in &mut self.networks {
            entry.file.iter_mut().for_each(locate);
            entry.checkpoints.iter_mut().for_each(|checkpoint| locate(&mut checkpoint.file));
        }
        self.summary.best.iter_mut().for_each(|best| locate(&mut best.file));
        self.folder = Some(folder.display().to_string());
        self
    }

    /// Every file that must be in the folder.
    pub fn files(&self) -> impl Iterator<Item = String> {
        self.networks.iter().flat_map(|entry| {
            let last = entry.file.clone().unwrap_or_else(|| kept::divergence_file(entry.seed));
            entry.checkpoints.iter().map(|checkpoint| checkpoint.file.clone()).chain([last])
        })
    }
}

impl Summary {
    fn of(networks: &[NetworkEntry], deciding: &str) -> Self {
        let count = |outcome: &str| networks.iter().filter(|entry| entry.outcome == outcome).count();
        let summaries =
            Figure::ALL.into_iter().filter_map(|figure| Some((figure.name.to_owned(), figure.summary(networks)?)));
        let figures: BTreeMap<String, FigureSummary> = summaries.collect();
        let best = figures.get(deciding).map(|figure| Best {
            by: deciding.to_owned(),
            seed: figure.best_seed,
            file: kept::network_file(figure.best_seed),
        });
        Self {
            finished: count(kept::FINISHED),
            stopped: count(kept::STOPPED),
            diverged: count(kept::DIVERGED),
            collapsed: networks.iter().filter(|entry| entry.marks.collapsed == Some(true)).count(),
            figures,
            best,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::kept::Ending;

    fn entry(seed: u64, loss: Option<f64>, accuracy: Option<f64>) -> NetworkEntry {
        let parameters = loss.map(|_| Vec::new());
        let ending = if loss.is_some() { Ending::Finished } else { Ending::Diverged };
        let kept = Kept {
            seed,
            ending,
            steps: 1,
            training_loss: None,
            stationarity: None,
            parameters,
            checkpoints: vec![0],
            census: Vec::new(),
        };
        let marks = Marks { training_loss: loss, test_accuracy: accuracy, ..Marks::default() };
        NetworkEntry::new(&kept, Some(marks), false, StopRule::None)
    }

    #[test]
    fn what_has_no_number_counts_as_worst() {
        let losses = [Some(4.0), Some(1.0), None, Some(2.0), Some(3.0)];
        let accuracies = [Some(0.5), Some(0.9), None, Some(0.7), Some(0.8)];
        let pairs = losses.into_iter().zip(accuracies).enumerate();
        let networks: Vec<NetworkEntry> = pairs.map(|(k, (l, a))| entry(k as u64, l, a)).collect();
        let summary = Summary::of(&networks, "training_loss");
        assert_eq!((summary.finished, summary.diverged), (4, 1));
        // The five losses in order: 1, 2, 3, 4, ∞.
        let loss = &summary.figures["training_loss"];
        let expected = Quantiles { median: Some(3.0), q25: Some(2.0), q75: Some(4.0), min: Some(1.0) };
        assert_eq!((&loss.quantiles, loss.max, loss.best_seed), (&expected, None, 1));
        // The five accuracies in order: none, 0.5, 0.7, 0.8, 0.9.
        let accuracy = &summary.figures["test_accuracy"];
        let expected = Quantiles { median: Some(0.7), q25: Some(0.5), q75: Some(0.8), min: None };
        assert_eq!((&accuracy.quantiles, accuracy.max, accuracy.best_seed), (&expected, Some(0.9), 1));
        assert_eq!(summary.best.unwrap().file, "seed-0001.safetensors");
        assert!(!summary.figures.contains_key("normal"));
    }

    #[test]
    fn without_any_number_there_is_no_best() {
        let networks = [entry(0, None, None), entry(1, None, None)];
        let summary = Summary::of(&networks, "training_loss");
        assert!(summary.best.is_none() && summary.figures.is_empty() && summary.diverged == 2);
    }
}
