//! Findings over all shapes of a target, for one loss: range, variance, the extremes, mirrored pairs.

use super::losses::{Losses, finite, log_loss};
use super::table::Table;
use crate::plan::EnumeratePlan;
use crate::statistics::{CounterRng, median, percentile_interval, share_between_groups, weighted_median};
use crate::summary::{Estimate, Findings, MirroredPairs, RankedShape};
use rayon::prelude::*;
use std::collections::HashMap;

/// Shapes listed as best and as worst.
const N_EXTREMES: usize = 20;
/// Bootstrap replicates of the median ratio of mirrored pairs.
const N_REPLICATES: usize = 400;
/// Names the random stream of those replicates.
const MIRROR_STREAM: u64 = 0x6d69_7272_6f72;

/// What one loss says over all shapes.
pub(super) fn findings(plan: &EnumeratePlan, target: usize, table: &Table<'_>, losses: &Losses) -> Findings {
    let logs: Vec<Vec<f64>> = losses
        .runs
        .chunks(losses.n_seeds)
        .map(|runs| runs.iter().filter(|loss| loss.is_finite()).map(|&loss| log_loss(loss)).collect())
        .collect();
    let mut order: Vec<usize> = (0..table.shapes.len()).filter(|&shape| losses.medians[shape].is_finite()).collect();
    order.sort_by(|&a, &b| losses.medians[a].total_cmp(&losses.medians[b]));
    let ranked = |&shape: &usize| RankedShape { shape: table.shapes[shape].clone(), median: losses.medians[shape] };
    Findings {
        n_infinite_runs: losses.runs.iter().filter(|loss| !loss.is_finite()).count(),
        n_infinite_medians: losses.medians.len() - order.len(),
        range_single: range(&losses.runs),
        range_median: range(&losses.medians),
        variance_between_shapes: share_between_groups(logs.iter().map(Vec::as_slice)),
        best: order.iter().take(N_EXTREMES).map(ranked).collect(),
        worst: order.iter().rev().take(N_EXTREMES).map(ranked).collect(),
        mirrored_pairs: mirrored_pairs(plan, target, table, &losses.medians),
    }
}

/// Largest finite loss divided by the smallest.
fn range(losses: &[f64]) -> Option<f64> {
    let finite_losses = || losses.iter().copied().filter(|loss| loss.is_finite());
    let most = finite_losses().reduce(f64::max)?;
    finite(most / finite_losses().reduce(f64::min)?)
}

/// Every shape that ends wider than it begins, against its mirror image where the plan has that too.
///
/// Equal medians count as half a win. The interval of the median ratio resamples pairs.
fn mirrored_pairs(plan: &EnumeratePlan, target: usize, table: &Table<'_>, medians: &[f64]) -> MirroredPairs {
    let places: HashMap<&[usize], usize> =
        table.shapes.iter().enumerate().map(|(place, shape)| (shape.as_slice(), place)).collect();
    let (mut wins, mut ratios) = (0.0, Vec::new());
    for (shape, &wide_last) in table.shapes.iter().zip(medians) {
        if shape.first() >= shape.last() {
            continue;
        }
        let mirrored: Vec<usize> = shape.iter().rev().copied().collect();
        let Some(&place) = places.get(mirrored.as_slice()) else { continue };
        let wide_first = medians[place];
        // Equal medians include two that are infinite or 0, whose quotient would be none.
        if wide_last == wide_first {
            wins += 0.5;
            ratios.push(1.0);
        } else {
            wins += f64::from(u8::from(wide_last < wide_first));
            ratios.push(wide_first / wide_last);
        }
    }
    ratios.sort_unstable_by(f64::total_cmp);
    let n_pairs = ratios.len();
    let replicate = |index: usize| {
        let mut stream = CounterRng::new(&[plan.study_seed, MIRROR_STREAM, target as u64, index as u64]);
        let mut counts = vec![0usize; n_pairs];
        for _ in 0..n_pairs {
            counts[stream.index(n_pairs)] += 1;
        }
        weighted_median(&ratios, |pair| counts[pair]).unwrap_or(f64::NAN)
    };
    let replicates: Vec<f64> = (0..N_REPLICATES).into_par_iter().map(replicate).collect();
    MirroredPairs {
        n_pairs,
        wide_last_wins: (n_pairs > 0).then(|| wins / n_pairs as f64),
        median_ratio: Estimate { value: median(&ratios).and_then(finite), ci95: percentile_interval(replicates) },
    }
}
