//! Records sorted into the places of their plan.

use super::AnalysisError;
use crate::jobs::JobList;
use crate::plan::EnumeratePlan;
use crate::record::Record;
use crate::shard::shape_text;
use std::collections::HashMap;
use std::ops::Range;

/// All records of a plan by target, shape and seed.
pub(super) struct Table<'a> {
    /// Hidden widths in plan order.
    pub shapes: Vec<Vec<usize>>,
    /// Depths with the places of their shapes.
    pub depths: Vec<(usize, Range<usize>)>,
    pub n_seeds: usize,
    pub targets: Vec<TargetRuns<'a>>,
}

/// The records of one target.
pub(super) struct TargetRuns<'a> {
    pub name: String,
    pub n_seeds: usize,
    /// Shape by shape in plan order, seed by seed.
    pub runs: Vec<&'a Record>,
    /// The extra seeds of depth 1.
    pub extra: Vec<&'a Record>,
}

impl TargetRuns<'_> {
    /// The runs of a range of shapes.
    pub(super) fn runs_of(&self, shapes: &Range<usize>) -> &[&Record] {
        &self.runs[shapes.start * self.n_seeds..shapes.end * self.n_seeds]
    }
}

impl<'a> Table<'a> {
    pub(super) fn of(plan: &EnumeratePlan, records: &'a [Record]) -> Result<Self, AnalysisError> {
        let jobs = JobList::of(plan);
        let shapes: Vec<Vec<usize>> = jobs.shapes().iter().collect();
        let n_seeds = plan.seeds as usize;
        let n_main = shapes.len() * n_seeds;
        let n_slots = n_main + jobs.extra_seeds().len();
        let place_of_shape: HashMap<&[usize], usize> =
            shapes.iter().enumerate().map(|(place, shape)| (shape.as_slice(), place)).collect();
        let place_of_target: HashMap<&str, usize> =
            plan.targets.iter().enumerate().map(|(place, target)| (target.as_str(), place)).collect();

        let mut slots: Vec<Vec<Option<&Record>>> = vec![vec![None; n_slots]; plan.targets.len()];
        for record in records {
            let slot = || {
                let target = *place_of_target.get(record.target.as_str())?;
                let shape = *place_of_shape.get(record.shape.as_slice())?;
                let seed = record.seed as usize;
                if seed < n_seeds {
                    return Some((target, shape * n_seeds + seed));
                }
                let is_extra = record.depth() == 1 && seed - n_seeds < n_slots - n_main;
                is_extra.then_some((target, n_main + seed - n_seeds))
            };
            match slot().map(|(target, place)| &mut slots[target][place]) {
                Some(empty @ None) => *empty = Some(record),
                _ => {
                    return Err(AnalysisError::Unexpected {
                        target: record.target.clone(),
                        shape: shape_text(&record.shape),
                        seed: record.seed,
                    });
                }
            }
        }
        let total = n_slots * plan.targets.len();
        if records.len() < total {
            return Err(AnalysisError::Incomplete { missing: total - records.len(), total });
        }
        let targets = slots
            .into_iter()
            .zip(&plan.targets)
            .map(|(slots, name)| {
                let mut runs: Vec<&Record> = slots.into_iter().flatten().collect();
                let extra = runs.split_off(n_main.min(runs.len()));
                TargetRuns { name: name.clone(), n_seeds, runs, extra }
            })
            .collect();
        let depths = jobs.shapes().depths().map(|(depth, range, _)| (depth, range)).collect();
        Ok(Self { shapes, depths, n_seeds, targets })
    }
}
