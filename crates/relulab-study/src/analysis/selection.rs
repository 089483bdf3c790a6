//! The selection-corrected figure: a shape chosen on half of the seeds, scored on the other half.
//!
//! The best median of many shapes flatters: the minimum of 6,435 noisy numbers is mostly noise. Choosing on one half of
//! the seeds and scoring on the other removes that, because the score's noise had no part in the choice.
//!
//! *Value*: the median score over [`N_HALVINGS`] random halvings. *Interval*: the central 95 % of as many replicates,
//! each a fresh halving whose two halves are resampled with replacement separately, so that no seed is ever on both
//! sides. A replicate varies like a score on half of the seeds, so the interval is on the wide side.

use super::losses::Losses;
use crate::plan::EnumeratePlan;
use crate::statistics::{CounterRng, median, percentile_interval, weighted_median};
use crate::summary::Estimate;
use rayon::prelude::*;
use std::ops::Range;

/// Random halvings, and as many bootstrap replicates.
pub(super) const N_HALVINGS: usize = 200;

/// Names the random stream of the halvings.
const HALVING_STREAM: u64 = 0x6861_6c76_6573;

/// How often each seed counts, when choosing and when scoring.
#[derive(Clone, Debug)]
pub(super) struct Halving {
    choosing: Vec<usize>,
    scoring: Vec<usize>,
}

/// The scores of one depth: one per halving, and one per bootstrap replicate.
#[derive(Clone, Debug, Default)]
pub(super) struct Scores {
    halvings: Vec<f64>,
    replicates: Vec<f64>,
}

/// The halvings of a study, common to all its depths: first the plain ones, then the resampled ones.
pub(super) fn halvings(plan: &EnumeratePlan) -> Vec<Halving> {
    let n_seeds = plan.seeds as usize;
    if n_seeds < 2 {
        return Vec::new();
    }
    let draw = |index: usize| {
        let mut stream = CounterRng::new(&[plan.study_seed, HALVING_STREAM, index as u64]);
        let mut seeds: Vec<usize> = (0..n_seeds).collect();
        stream.shuffle(&mut seeds);
        let (choosing, scoring) = seeds.split_at(n_seeds / 2);
        let mut counts = |half: &[usize]| {
            let mut counts = vec![0; n_seeds];
            for &seed in half {
                let seed = if index < N_HALVINGS { seed } else { half[stream.index(half.len())] };
                counts[seed] += 1;
            }
            counts
        };
        Halving { choosing: counts(choosing), scoring: counts(scoring) }
    };
    (0..2 * N_HALVINGS).map(draw).collect()
}

/// Scores the shapes of one depth.
pub(super) fn scores(losses: &Losses, shapes: &Range<usize>, halvings: &[Halving]) -> Scores {
    let mut all: Vec<f64> = halvings.par_iter().map(|halving| score(losses, shapes, halving)).collect();
    let replicates = all.split_off(all.len() / 2);
    Scores { halvings: all, replicates }
}

/// The median on the scoring half of the shape with the smallest median on the choosing half (the first of equals).
fn score(losses: &Losses, shapes: &Range<usize>, halving: &Halving) -> f64 {
    let median_on = |shape: usize, counts: &[usize]| {
        let seeds = losses.seeds_of(shape);
        let weight = |place: usize| counts[seeds[place] as usize];
        weighted_median(losses.ascending_of(shape), weight).unwrap_or(f64::INFINITY)
    };
    let mut best = (f64::INFINITY, shapes.start);
    for shape in shapes.clone() {
        let chosen = median_on(shape, &halving.choosing);
        if chosen < best.0 {
            best = (chosen, shape);
        }
    }
    median_on(best.1, &halving.scoring)
}

impl Scores {
    /// The selection-corrected loss.
    pub(super) fn estimate(&self) -> Estimate {
        estimate(self.halvings.clone(), self.replicates.clone())
    }

    /// The selection-corrected loss of `depth1` divided by this one; the interval is that of replicates' ratios.
    pub(super) fn ratio_from(&self, depth1: &Self) -> Estimate {
        let ratios = |ones: &[f64], here: &[f64]| ones.iter().zip(here).map(|(one, here)| one / here).collect();
        let value = |scores: &Self| scores.estimate().value;
        Estimate {
            value: value(depth1).zip(value(self)).map(|(one, here)| one / here).filter(|ratio| ratio.is_finite()),
            ci95: percentile_interval(ratios(&depth1.replicates, &self.replicates)),
        }
    }
}

fn estimate(mut scores: Vec<f64>, replicates: Vec<f64>) -> Estimate {
    scores.sort_unstable_by(f64::total_cmp);
    Estimate { value: median(&scores).filter(|value| value.is_finite()), ci95: percentile_interval(replicates) }
}

/// [`score`] on explicit lists of losses: the oracle of a test.
#[cfg(test)]
pub(super) fn naive_score(losses: &Losses, shapes: &Range<usize>, halving: &Halving) -> f64 {
    let median_on = |shape: usize, counts: &[usize]| {
        let runs = &losses.runs[shape * losses.n_seeds..(shape + 1) * losses.n_seeds];
        let mut list: Vec<f64> =
            runs.iter().zip(counts).flat_map(|(&loss, &count)| std::iter::repeat_n(loss, count)).collect();
        list.sort_by(f64::total_cmp);
        median(&list).unwrap()
    };
    let best = shapes
        .clone()
        .min_by(|&a, &b| median_on(a, &halving.choosing).total_cmp(&median_on(b, &halving.choosing)).then(a.cmp(&b)));
    median_on(best.unwrap(), &halving.scoring)
}
