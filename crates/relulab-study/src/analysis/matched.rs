//! Matched tries: the best of T runs at one depth against the best of T runs at depth 1.
//!
//! The best of 6,435 × 16 runs against the best of 16 is no contest; at equal T it is one. The figure is the expected
//! smallest loss of T runs drawn without replacement from all runs of the depth. The interval comes from replicates
//! that resample, with replacement, the seeds of every shape separately: the shapes are what they are, the seeds are a
//! sample. When T is near the number of runs the bootstrap, like the figure itself, rests on few runs.

use super::losses::{Losses, finite};
use crate::statistics::{BestOf, CounterRng, percentile_interval};
use crate::summary::Matched;
use rayon::prelude::*;
use std::ops::Range;

/// Bootstrap replicates.
const N_REPLICATES: usize = 200;
/// The smallest T, where there are that many runs.
const FIRST_TRIES: usize = 16;
/// Each T is this many times the one before.
const TRIES_FACTOR: usize = 4;
/// Names the random stream of the replicates.
const MATCHED_STREAM: u64 = 0x006d_6174_6368_6564;

/// The runs of a depth, and the seeds that were trained of each of its shapes.
pub(super) struct Pool {
    ascending: Vec<f64>,
    /// Place in `ascending` of each run, shape by shape.
    places: Vec<u32>,
    n_per_shape: usize,
}

/// The expected best at every T: of the runs, and of each replicate.
pub(super) struct Best {
    tries: Vec<usize>,
    expected: Vec<f64>,
    replicates: Vec<Vec<f64>>,
}

impl Pool {
    /// The runs of a range of shapes; of depth 1, with its extra seeds.
    pub(super) fn of(losses: &Losses, depth: usize, shapes: &Range<usize>) -> Self {
        let mut runs = losses.runs[shapes.start * losses.n_seeds..shapes.end * losses.n_seeds].to_vec();
        let mut n_per_shape = losses.n_seeds;
        if depth == 1 {
            runs.extend(&losses.extra);
            n_per_shape += losses.extra.len();
        }
        let mut order: Vec<u32> = (0..runs.len() as u32).collect();
        order.sort_unstable_by(|&a, &b| runs[a as usize].total_cmp(&runs[b as usize]).then(a.cmp(&b)));
        let mut places = vec![0; runs.len()];
        for (place, &run) in order.iter().enumerate() {
            places[run as usize] = place as u32;
        }
        Self { ascending: order.iter().map(|&run| runs[run as usize]).collect(), places, n_per_shape }
    }

    /// Number of runs.
    pub(super) fn len(&self) -> usize {
        self.ascending.len()
    }

    /// The expected best at each of the given tries (none above [`Pool::len`]), with replicates keyed by `key`.
    pub(super) fn best(&self, tries: &[usize], key: &[u64]) -> Best {
        let best_of: Vec<BestOf> = tries.iter().filter_map(|&tries| BestOf::new(self.len(), tries)).collect();
        let expected = best_of.iter().map(|best| best.expected(&self.ascending, |_| 1)).collect();
        let replicate = |index: usize| {
            let mut stream = CounterRng::new(&[key, &[MATCHED_STREAM, index as u64]].concat());
            let mut counts = vec![0u16; self.len()];
            for shape in self.places.chunks(self.n_per_shape) {
                for _ in shape {
                    counts[shape[stream.index(shape.len())] as usize] += 1;
                }
            }
            best_of.iter().map(|best| best.expected(&self.ascending, |place| usize::from(counts[place]))).collect()
        };
        let tries = tries.to_vec();
        Best { tries, expected, replicates: (0..N_REPLICATES).into_par_iter().map(replicate).collect() }
    }
}

/// T = 16, 64, 256, … as far as both sides have so many runs; where one has fewer than 16, all of its runs.
pub(super) fn tries(n_runs: usize, n_runs_depth1: usize) -> Vec<usize> {
    let most = n_runs.min(n_runs_depth1);
    if most < FIRST_TRIES {
        return (most > 0).then_some(most).into_iter().collect();
    }
    std::iter::successors(Some(FIRST_TRIES), |tries| tries.checked_mul(TRIES_FACTOR))
        .take_while(|&tries| tries <= most)
        .collect()
}

/// The comparisons of a depth with depth 1, for every T of `here` (of which `depth1` has all).
pub(super) fn compare(here: &Best, depth1: &Best) -> Vec<Matched> {
    let one = |(index, &tries): (usize, &usize)| {
        let index1 = depth1.tries.iter().position(|&other| other == tries)?;
        let replicates = depth1.replicates.iter().zip(&here.replicates);
        Some(Matched {
            tries,
            value: finite(depth1.expected[index1] / here.expected[index]),
            ci95: percentile_interval(replicates.map(|(one, here)| one[index1] / here[index]).collect()),
        })
    };
    here.tries.iter().enumerate().filter_map(one).collect()
}
