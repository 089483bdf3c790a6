//! The plane of widths and depths: which networks of a way to train learnt, and how deep they can be.

use super::baselines;
use super::cell::{BEST, LAST, score};
use super::moons::{DEPTHS, PUBLISHED, SINGLE_AXES, WIDTHS, case_of};
use crate::check::{Readings, Sample};
use std::collections::BTreeMap;

/// Training accuracy from which a network counts as trained: halfway between guessing and no error. The paper names no
/// number; its heatmap runs from black at 0.5 to light at 1.
pub const HALFWAY: f64 = 0.75;
/// The same, more strictly: above what a straight line between the classes reaches.
pub const BEYOND_A_LINE: f64 = 0.9;
/// The same, most strictly: at most one of the 85 points wrong.
pub const ALMOST_ALL: f64 = 0.98;

/// All networks that were trained one way.
#[derive(Clone, Copy, Debug)]
pub struct Grid<'a> {
    readings: Option<&'a Readings>,
    /// The experiment that the readings are of.
    pub experiment: &'static str,
    /// Dense, or the convolution.
    pub architecture: &'a str,
    /// The way to train.
    pub variant: &'a str,
}

/// What makes a network count as trained, and a depth as trainable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Success {
    /// 0: accuracy on the points trained on; 1: on those held out.
    pub part: usize,
    /// Whether it is that of the best epoch or that of the last.
    pub at_best: bool,
    /// The least accuracy.
    pub accuracy: f64,
    /// Whether every smaller depth must be trainable too.
    pub unbroken: bool,
}

impl Success {
    /// As the paper's heatmap is read here: training accuracy of the best epoch, at the largest depth of all.
    pub const PAPER: Self = Self { part: 0, at_best: true, accuracy: HALFWAY, unbroken: false };

    /// The quantity that decides.
    pub fn quantity(&self) -> String {
        score(self.part, if self.at_best { BEST } else { LAST })
    }

    /// In words.
    pub fn words(&self) -> String {
        let epoch = if self.at_best { "best" } else { "last" };
        let part = if self.part == 0 { "training" } else { "validation" };
        let depths = if self.unbroken { ", at all depths up to it" } else { "" };
        format!("{part} accuracy of the {epoch} epoch at least {}{depths}", self.accuracy)
    }
}

impl<'a> Grid<'a> {
    /// The networks of a way to train, from the experiment that has it.
    pub fn new(all: &'a BTreeMap<String, Readings>, architecture: &'a str, variant: &'a str) -> Self {
        let experiment = if PUBLISHED.contains(&variant) {
            "moons"
        } else if SINGLE_AXES.contains(&variant) {
            "axes"
        } else {
            "baselines"
        };
        Self { readings: all.get(experiment), experiment, architecture, variant }
    }

    /// One quantity of one cell over its seeds.
    pub fn sample(&self, width: usize, depth: usize, quantity: &str) -> Sample {
        let case = case_of(self.architecture, self.variant, width, depth);
        self.readings.map(|readings| readings.sample(&case, quantity)).unwrap_or_default()
    }

    /// The widths that were trained.
    pub fn widths(&self) -> Vec<usize> {
        WIDTHS.into_iter().filter(|&width| !self.depths(width).is_empty()).collect()
    }

    /// The depths that were trained at a width.
    pub fn depths(&self, width: usize) -> Vec<usize> {
        let quantity = score(0, BEST);
        DEPTHS.into_iter().filter(|&depth| !self.sample(width, depth, &quantity).is_empty()).collect()
    }

    /// For every seed, the largest of some depths that it trains to; 0 where it trains to none.
    pub fn largest_depths(&self, width: usize, among: &[usize], success: &Success) -> BTreeMap<u64, usize> {
        let Some(readings) = self.readings else { return BTreeMap::new() };
        let mut by_seed: BTreeMap<u64, (usize, bool)> = BTreeMap::new();
        for &depth in among {
            let case = case_of(self.architecture, self.variant, width, depth);
            for (seed, accuracy) in readings.values(&case, &success.quantity()) {
                let (largest, is_unbroken) = by_seed.entry(seed).or_insert((0, true));
                let succeeds = accuracy >= success.accuracy;
                if succeeds && (*is_unbroken || !success.unbroken) {
                    *largest = depth;
                }
                *is_unbroken &= succeeds;
            }
        }
        by_seed.into_iter().map(|(seed, (largest, _))| (seed, largest)).collect()
    }

    /// The same as a sample, among all depths.
    pub fn trainable(&self, width: usize, success: &Success) -> Sample {
        let largest = self.largest_depths(width, &self.depths(width), success);
        Sample::new(largest.into_values().map(|depth| depth as f64).collect())
    }

    /// By width, a function of the largest depths of this way and of another, seed by seed, among the depths that both
    /// were trained at.
    pub fn compared<T>(
        &self,
        other: &Self,
        success: &Success,
        function: impl Fn(usize, usize) -> T,
    ) -> BTreeMap<usize, BTreeMap<u64, T>> {
        let mut by_width = BTreeMap::new();
        for width in self.widths() {
            let depths = other.depths(width);
            let common: Vec<usize> = self.depths(width).into_iter().filter(|depth| depths.contains(depth)).collect();
            if common.is_empty() {
                continue;
            }
            let theirs = other.largest_depths(width, &common, success);
            let ours = self.largest_depths(width, &common, success);
            let both = ours.into_iter().filter_map(|(seed, a)| Some((seed, function(a, *theirs.get(&seed)?))));
            by_width.insert(width, both.collect());
        }
        by_width
    }
}

/// All changes to the baseline that were tried on dense networks, the baseline and the paper's penalty first.
pub fn dense_variants() -> Vec<&'static str> {
    [&PUBLISHED[..], &baselines::VARIANTS, &baselines::MIRRORED].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(accuracies: &[(usize, f64)], variant: &str) -> Readings {
        let mut readings = Readings::default();
        for (depth, accuracy) in accuracies {
            let case = case_of("dense", variant, 3, *depth);
            for seed in 0..2 {
                readings.push(&case, seed, &score(0, BEST), accuracy - 0.2 * seed as f64);
            }
        }
        readings
    }

    #[test]
    fn largest_depths_by_seed() {
        let mut moons = readings(&[(1, 1.0), (5, 0.8), (10, 1.0), (20, 0.6)], "baseline");
        moons.extend(readings(&[(1, 1.0), (5, 1.0), (20, 1.0)], "both").iter());
        let all = BTreeMap::from([("moons".to_owned(), moons)]);
        let grid = Grid::new(&all, "dense", "baseline");
        assert_eq!((grid.widths(), grid.depths(3)), (vec![3], vec![1, 5, 10, 20]));
        assert_eq!(grid.trainable(3, &Success::PAPER).values(), [10.0, 10.0]);
        let unbroken = Success { unbroken: true, ..Success::PAPER };
        assert_eq!(grid.trainable(3, &unbroken).values(), [1.0, 10.0]);
        let strict = Success { accuracy: 0.9, ..Success::PAPER };
        assert_eq!(grid.trainable(3, &strict).values(), [0.0, 10.0]);
        // Among the common depths 1, 5 and 20.
        let both = Grid::new(&all, "dense", "both");
        let gains = both.compared(&grid, &strict, |a, b| a as i64 - b as i64);
        assert_eq!(gains[&3], BTreeMap::from([(0, 19), (1, 0)]));
        assert!(Grid::new(&all, "dense", "units").widths().is_empty());
    }
}
