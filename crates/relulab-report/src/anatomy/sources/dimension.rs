//! Readings of the dimension sweep: depth 1 against the best shape of each depth, chosen on other seeds.

use super::{ByExperiment, number, values_of, word};
use crate::anatomy::dimension::{Budget, DimensionSweep};
use crate::anatomy::paper;
use crate::check::seed_summary::SeedSummary;
use crate::loss_view::LossView;
use relulab_study::check::{Readings, Sample};
use std::collections::{BTreeMap, BTreeSet};

/// Losses shown: far outside the training data, and under their distribution.
const VIEWS: [LossView; 2] = [LossView::Uniform5, LossView::Normal];
/// Targets in the order of the paper; others come after them.
const TARGETS: [&str; 2] = ["quadratic", "interaction"];
/// The budget that the paper trained.
const PAPERS_NEURONS: usize = 16;

/// Losses by seed of one shape.
type BySeed = BTreeMap<u64, f64>;
/// Shapes of one dimension, budget and depth.
type Shapes = Vec<BySeed>;

/// One sweep per target and loss.
pub fn dimension(all: &ByExperiment) -> Vec<DimensionSweep> {
    let Some(readings) = all.get("dimension") else { return Vec::new() };
    let mut sweeps = Vec::new();
    let mut targets = values_of(readings, "target");
    targets.sort_by_key(|target| TARGETS.iter().position(|known| known == target).unwrap_or(TARGETS.len()));
    for target in targets {
        for view in VIEWS {
            let budgets = budgets(readings, target, view);
            if !budgets.is_empty() {
                sweeps.push(DimensionSweep { budgets, target: target.to_owned(), view });
            }
        }
    }
    sweeps
}

fn budgets(readings: &Readings, target: &str, view: LossView) -> Vec<Budget> {
    // Steps depend on the budget, so they belong to the key; thinner shapes of a larger one may share its sum.
    let mut all: BTreeMap<(usize, usize), BTreeMap<(usize, usize), Shapes>> = BTreeMap::new();
    for case in readings.cases().filter(|case| word(case, "target") == Some(target)) {
        let (Some(d), Some(shape)) = (number(case, "d"), word(case, "shape")) else { continue };
        let widths: Option<Vec<usize>> = shape.split(',').map(|width| width.parse().ok()).collect();
        let Some(widths) = widths else { continue };
        let key = (widths.iter().sum(), number(case, "steps").unwrap_or(0.0) as usize);
        let losses: BySeed = readings.values(case, view.key()).collect();
        all.entry(key).or_default().entry((d as usize, widths.len())).or_default().push(losses);
    }
    let mut budgets = Vec::new();
    for ((neurons, _), shapes) in all {
        let dimensions: BTreeSet<usize> = shapes.keys().filter(|(_, depth)| *depth == 1).map(|key| key.0).collect();
        let depths: BTreeSet<usize> = shapes.keys().map(|key| key.1).filter(|depth| *depth > 1).collect();
        let curve = |depth: usize| -> Vec<(f64, SeedSummary)> {
            let ratio = |d: usize| {
                let shallow = shapes.get(&(d, 1))?.first()?;
                let sample = ratios(shallow, shapes.get(&(d, depth))?);
                Some((d as f64, SeedSummary::with_interval(&sample)?))
            };
            dimensions.iter().filter_map(|d| ratio(*d)).collect()
        };
        let curves: Vec<(String, Vec<(f64, SeedSummary)>)> = depths
            .iter()
            .map(|depth| (name_of(*depth), curve(*depth)))
            .filter(|(_, points)| !points.is_empty())
            .collect();
        // Depth-1 shapes of other sums are there only to match parameters.
        if curves.len() < 2 {
            continue;
        }
        let is_papers = neurons == PAPERS_NEURONS && view == LossView::Uniform5;
        let papers = [(1.0, paper::RATIOS_1D, target == "quadratic"), (2.0, paper::RATIOS_2D, true)];
        let papers = papers.into_iter().filter(|(_, _, is_target)| is_papers && *is_target);
        let papers = papers.flat_map(|(d, ratios, _)| ratios.map(|(depth, ratio)| (name_of(depth), d, ratio)));
        budgets.push(Budget { name: format!("{neurons} neurons"), depths: curves, paper: papers.collect() });
    }
    budgets
}

fn name_of(depth: usize) -> String {
    format!("depth {depth}")
}

/// Depth 1 divided by a deeper shape, seed by seed; the shape has the best median on the seeds of the other parity.
fn ratios(shallow: &BySeed, deep: &[BySeed]) -> Sample {
    let median = |losses: &BySeed, parity: u64| {
        let chosen = losses.iter().filter(|(seed, _)| **seed % 2 == parity).map(|(_, loss)| *loss);
        Sample::new(chosen.collect()).median().unwrap_or(f64::INFINITY)
    };
    let best = |parity: u64| deep.iter().min_by(|a, b| median(a, parity).total_cmp(&median(b, parity)));
    let chosen = [best(1), best(0)];
    let paired = shallow.iter().filter_map(|(seed, loss)| {
        let other = chosen[(seed % 2) as usize]?.get(seed)?;
        let ratio = loss / other;
        // Two failures are equal.
        Some(if ratio.is_nan() { 1.0 } else { ratio })
    });
    Sample::new(paired.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deeper_shape_is_chosen_on_other_seeds() {
        let by_seed = |values: [f64; 4]| -> BySeed { (0..).zip(values).collect() };
        let shallow = by_seed([8.0; 4]);
        // The first shape is lucky on even seeds: chosen there, it is scored on odd ones.
        let deep = [by_seed([1.0, 4.0, 1.0, 4.0]), by_seed([2.0, 2.0, 2.0, 2.0])];
        assert_eq!(ratios(&shallow, &deep).values(), [2.0, 2.0, 4.0, 4.0]);
        assert!(ratios(&shallow, &[]).is_empty());
    }
}
