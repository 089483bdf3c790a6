//! Trains what is still to be trained of a population, keeps it, and examines all of it.

use crate::failure::Failure;
use crate::train::document::NetworkEntry;
use crate::train::examiner::Examiner;
use crate::train::folder::Folder;
use crate::train::kept::{Keeper, Kept};
use crate::train::progress::Progress;
use rayon::prelude::*;
use relulab_net::Shape;
use relulab_study::trace::{StopPoints, StopRule, Stopper};
use relulab_train::{OBSERVED_EVERY, Observer, Precision, Recipe, VectorUnit, Watcher};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A population: how it is trained and examined.
pub struct Population {
    /// The shape of every network.
    pub shape: Shape,
    /// How they are trained.
    pub recipe: Recipe,
    /// How they are examined.
    pub examiner: Examiner,
    /// The vector unit to run on.
    pub unit: VectorUnit,
    /// When networks stop before the last step.
    pub stop: StopRule,
    /// What that is judged on.
    pub stop_points: StopPoints,
}

/// How the work on a population ended.
pub enum Ending {
    /// Every network is on disk.
    Finished(Vec<NetworkEntry>),
    /// Interrupted, with so many networks on disk.
    Interrupted {
        /// Networks on disk.
        done: usize,
    },
}

impl Population {
    /// What applies the stop rule.
    ///
    /// # Errors
    /// When the rule cannot look at such networks.
    pub fn stopper(&self) -> Result<Stopper<'_>, Failure> {
        let stopper = Stopper::new(self.stop, &self.shape, self.recipe.activation, &self.stop_points, self.unit);
        stopper.map_err(|error| Failure::at("--stop", error))
    }

    /// Does what is left of the plan in `folder`, until `interrupt` is raised.
    ///
    /// # Errors
    /// When a file of the folder cannot be read, is damaged or cannot be written.
    pub fn complete(&self, folder: &Folder, interrupt: &AtomicBool) -> Result<Ending, Failure> {
        let keeper = Keeper { folder, shape: &self.shape };
        let mut all = Vec::new();
        let mut missing = Vec::new();
        for seed in 0..folder.plan().seeds {
            match keeper.read(seed)? {
                Some(kept) => all.push(kept),
                None => missing.push(seed),
            }
        }
        let progress = Progress::new(missing.len() as u64, self.recipe.steps);
        let stop = AtomicBool::new(false);
        let stopper = self.stopper()?;
        let groups: Result<Vec<Vec<Kept>>, Failure> = missing
            .par_chunks(self.lanes())
            .map(|seeds| {
                let observer = GroupObserver {
                    stops: [interrupt, &stop],
                    stopper: &stopper,
                    progress: &progress,
                    n_networks: seeds.len() as u64,
                    told: AtomicU64::new(0),
                };
                let kept = self.train(&keeper, seeds, &observer);
                if kept.is_err() {
                    stop.store(true, Ordering::Relaxed);
                }
                observer.finish(self.recipe.steps);
                kept
            })
            .collect();
        drop(progress);
        all.extend(groups?.into_iter().flatten());
        if (all.len() as u64) < folder.plan().seeds {
            return Ok(Ending::Interrupted { done: all.len() });
        }
        all.sort_by_key(|kept| kept.seed);
        Ok(Ending::Finished(self.examine(&all)))
    }

    /// Trains one group of seeds; empty when it was interrupted.
    fn train(&self, keeper: &Keeper<'_>, seeds: &[u64], observer: &GroupObserver<'_>) -> Result<Vec<Kept>, Failure> {
        if observer.is_stopped() {
            return Ok(Vec::new());
        }
        let study_seed = keeper.folder.plan().study_seed;
        let trained = relulab_train::train(&self.recipe, &self.shape, study_seed, seeds, self.unit, observer);
        let trained = trained.map_err(Failure::input)?;
        trained.into_iter().filter_map(|one| keeper.write(one).transpose()).collect()
    }

    fn examine(&self, all: &[Kept]) -> Vec<NetworkEntry> {
        let is_fresh = matches!(self.examiner, Examiner::Target(_));
        let group = |group: &[Kept]| {
            let parameters: Vec<&[f64]> = group.iter().filter_map(|kept| kept.parameters.as_deref()).collect();
            let mut marks = if parameters.is_empty() {
                Vec::new().into_iter()
            } else {
                self.examiner.examine(&self.shape, &parameters).into_iter()
            };
            let entry = |kept: &Kept| {
                let marks = kept.parameters.as_ref().and_then(|_| marks.next());
                NetworkEntry::new(kept, marks, is_fresh, self.stop)
            };
            group.iter().map(entry).collect::<Vec<_>>()
        };
        all.par_chunks(self.lanes()).flat_map_iter(group).collect()
    }

    /// Networks that train together at the price of one.
    fn lanes(&self) -> usize {
        match self.recipe.precision {
            Precision::F32 => self.unit.f32_lanes(),
            Precision::F64 => self.unit.f32_lanes() / 2,
        }
    }
}

/// Passes the steps of a group to the progress, and a raised flag to the group.
struct GroupObserver<'a> {
    stops: [&'a AtomicBool; 2],
    stopper: &'a Stopper<'a>,
    progress: &'a Progress,
    n_networks: u64,
    /// Steps of each network that the progress has been told of.
    told: AtomicU64,
}

impl GroupObserver<'_> {
    fn is_stopped(&self) -> bool {
        self.stops.iter().any(|stop| stop.load(Ordering::Relaxed))
    }

    /// Tells the progress of the steps that it has not been told of.
    fn finish(&self, steps: u64) {
        self.progress.add(steps.saturating_sub(self.told.load(Ordering::Relaxed)) * self.n_networks);
    }
}

impl Observer for GroupObserver<'_> {
    fn may_go_on(&self) -> bool {
        self.told.fetch_add(OBSERVED_EVERY, Ordering::Relaxed);
        self.progress.add(OBSERVED_EVERY * self.n_networks);
        !self.is_stopped()
    }

    fn watcher(&self, seeds: &[u64]) -> Option<Box<dyn Watcher + '_>> {
        self.stopper.watcher(seeds.len())
    }
}
