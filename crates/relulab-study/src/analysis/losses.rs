//! One loss of one target as numbers: by run, sorted by shape, and its medians.

use super::table::{Table, TargetRuns};
use crate::plan::EnumeratePlan;
use crate::record::Record;
use crate::statistics::median;
use crate::summary::ThreeWays;
use rayon::prelude::*;

/// Losses below this are taken as this before their logarithm: a loss of exactly 0 has none.
const LOG_FLOOR: f64 = 1e-30;

/// A loss that records hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LossName {
    Uniform5,
    Uniform3,
    Normal,
    Test,
    Training,
}

impl LossName {
    /// The losses that a plan's records hold.
    pub(super) fn of_plan(plan: &EnumeratePlan) -> &'static [Self] {
        if plan.data.is_some() {
            &[Self::Test, Self::Training]
        } else {
            &[Self::Uniform5, Self::Uniform3, Self::Normal]
        }
    }

    /// Its name in the summary.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Uniform5 => "uniform5",
            Self::Uniform3 => "uniform3",
            Self::Normal => "normal",
            Self::Test => "test_loss",
            Self::Training => "training_loss",
        }
    }

    /// The loss of a run; infinite when it has no finite one.
    fn of(self, record: &Record) -> f64 {
        let loss = match self {
            Self::Uniform5 => record.uniform5,
            Self::Uniform3 => record.uniform3,
            Self::Normal => record.normal,
            Self::Test => record.test_loss,
            Self::Training => record.training_loss,
        };
        loss.filter(|loss| loss.is_finite()).unwrap_or(f64::INFINITY)
    }

    /// Puts a value in its place.
    pub(super) fn put<T>(self, ways: &mut ThreeWays<T>, value: T) {
        match self {
            Self::Uniform5 => ways.uniform5 = value,
            Self::Uniform3 => ways.uniform3 = value,
            Self::Normal => ways.normal = value,
            Self::Test => ways.test_loss = Some(value),
            Self::Training => ways.training_loss = Some(value),
        }
    }
}

/// One loss of all runs of a target.
pub(super) struct Losses {
    pub n_seeds: usize,
    /// Shape by shape, seed by seed.
    pub runs: Vec<f64>,
    /// Shape by shape, ascending.
    pub ascending: Vec<f64>,
    /// The seed to which each number of `ascending` belongs.
    pub seeds: Vec<u32>,
    /// By shape.
    pub medians: Vec<f64>,
    /// The extra seeds of depth 1.
    pub extra: Vec<f64>,
}

impl Losses {
    pub(super) fn of(table: &Table<'_>, target: &TargetRuns<'_>, name: LossName) -> Self {
        let n_seeds = table.n_seeds;
        let runs: Vec<f64> = target.runs.iter().map(|record| name.of(record)).collect();
        let mut ascending = runs.clone();
        let mut seeds: Vec<u32> = (0..runs.len()).map(|run| (run % n_seeds) as u32).collect();
        ascending.par_chunks_mut(n_seeds).zip(seeds.par_chunks_mut(n_seeds)).for_each(|(values, seeds)| {
            let by_seed = values.to_vec();
            seeds.sort_unstable_by(|&a, &b| by_seed[a as usize].total_cmp(&by_seed[b as usize]).then(a.cmp(&b)));
            for (value, &seed) in values.iter_mut().zip(&*seeds) {
                *value = by_seed[seed as usize];
            }
        });
        let medians = ascending.chunks(n_seeds).map(|values| median(values).unwrap_or(f64::INFINITY)).collect();
        let extra = target.extra.iter().map(|record| name.of(record)).collect();
        Self { n_seeds, runs, ascending, seeds, medians, extra }
    }

    /// Ascending losses of a shape.
    pub(super) fn ascending_of(&self, shape: usize) -> &[f64] {
        &self.ascending[shape * self.n_seeds..(shape + 1) * self.n_seeds]
    }

    /// Seeds of a shape, in the order of its ascending losses.
    pub(super) fn seeds_of(&self, shape: usize) -> &[u32] {
        &self.seeds[shape * self.n_seeds..(shape + 1) * self.n_seeds]
    }
}

/// log10 of a loss, for arithmetic.
pub(super) fn log_loss(loss: f64) -> f64 {
    loss.max(LOG_FLOOR).log10()
}

/// A number for JSON: `None` unless it is finite.
pub(super) fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}
