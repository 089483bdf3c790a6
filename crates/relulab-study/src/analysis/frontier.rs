//! The best of every depth by several rules, for one loss.

use super::losses::{Losses, finite, log_loss};
use super::matched::{self, Pool};
use super::selection::{halvings, scores};
use super::table::Table;
use crate::plan::EnumeratePlan;
use crate::statistics::median;
use crate::summary::{Frontier, Matched, Ratios};
use std::collections::BTreeSet;
use std::ops::Range;

/// Bins of a histogram in one decade; the edges of all histograms lie on the same grid.
const BINS_PER_DECADE: f64 = 10.0;

/// The frontier of every depth of the plan, in order.
pub(super) fn frontiers(plan: &EnumeratePlan, target: usize, table: &Table<'_>, losses: &Losses) -> Vec<Frontier> {
    let halvings = halvings(plan);
    let all_scores: Vec<_> = table.depths.iter().map(|(_, range)| scores(losses, range, &halvings)).collect();
    let mut frontiers: Vec<Frontier> = table.depths.iter().map(|(_, range)| best(table, losses, range)).collect();
    for (frontier, scores) in frontiers.iter_mut().zip(&all_scores) {
        frontier.selected = scores.estimate();
    }
    // Depths ascend, so depth 1 is the first or absent.
    let Some((1, _)) = table.depths.first() else { return frontiers };
    let matched = matched_tries(plan, target, table, losses);
    let (first, scores1) = (frontiers[0].clone(), &all_scores[0]);
    for ((here, scores), matched) in frontiers.iter_mut().zip(&all_scores).zip(matched) {
        let ratio = |one: Option<f64>, here: Option<f64>| one.zip(here).and_then(|(one, here)| finite(one / here));
        here.ratio_to_depth1 = Ratios {
            best_single: ratio(first.best_single, here.best_single),
            best_median: ratio(first.best_median, here.best_median),
            selected: scores.ratio_from(scores1),
            matched,
        };
    }
    frontiers
}

/// Every depth at matched tries with the first, which is depth 1.
fn matched_tries(plan: &EnumeratePlan, target: usize, table: &Table<'_>, losses: &Losses) -> Vec<Vec<Matched>> {
    let pools: Vec<Pool> = table.depths.iter().map(|(depth, range)| Pool::of(losses, *depth, range)).collect();
    let tries: Vec<Vec<usize>> = pools.iter().map(|pool| matched::tries(pool.len(), pools[0].len())).collect();
    let all_tries: BTreeSet<usize> = tries.iter().flatten().copied().collect();
    let key = |depth: usize| [plan.study_seed, target as u64, depth as u64];
    let depth1 = pools[0].best(&all_tries.into_iter().collect::<Vec<_>>(), &key(1));
    let depths = table.depths.iter().zip(&pools).zip(&tries);
    depths.map(|(((depth, _), pool), tries)| matched::compare(&pool.best(tries, &key(*depth)), &depth1)).collect()
}

/// The figures that need no resampling.
fn best(table: &Table<'_>, losses: &Losses, shapes: &Range<usize>) -> Frontier {
    let smallest = |value: &dyn Fn(usize) -> f64| {
        let place = shapes.clone().min_by(|&a, &b| value(a).total_cmp(&value(b)))?;
        finite(value(place)).map(|value| (value, table.shapes[place].clone()))
    };
    let single = smallest(&|shape| losses.ascending_of(shape)[0]);
    let by_median = smallest(&|shape| losses.medians[shape]);
    let mut medians = losses.medians[shapes.clone()].to_vec();
    medians.sort_unstable_by(f64::total_cmp);
    let n_finite = medians.partition_point(|median| median.is_finite());
    Frontier {
        best_single: single.as_ref().map(|best| best.0),
        best_single_shape: single.map(|best| best.1).unwrap_or_default(),
        best_median: by_median.as_ref().map(|best| best.0),
        best_median_shape: by_median.map(|best| best.1).unwrap_or_default(),
        median_of_medians: median(&medians).and_then(finite),
        histogram: histogram(&medians[..n_finite]),
        n_infinite: medians.len() - n_finite,
        ..Frontier::default()
    }
}

/// Counts ascending finite losses in bins of log10 loss, from the first that is filled to the last.
fn histogram(ascending: &[f64]) -> Vec<(f64, f64, usize)> {
    let bin = |loss: f64| (log_loss(loss) * BINS_PER_DECADE).floor() as i64;
    let (Some(&least), Some(&most)) = (ascending.first(), ascending.last()) else { return Vec::new() };
    let first = bin(least);
    let mut counts = vec![0; (bin(most) - first) as usize + 1];
    for &loss in ascending {
        counts[(bin(loss) - first) as usize] += 1;
    }
    let edge = |offset: usize| (first + offset as i64) as f64 / BINS_PER_DECADE;
    counts.into_iter().enumerate().map(|(offset, count)| (edge(offset), edge(offset + 1), count)).collect()
}
