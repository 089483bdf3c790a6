//! Trains what is still to be trained of a population, keeps it, and examines all of it.

use crate::failure::Failure;
use crate::train::census::{Census, CensusWatcher};
use crate::train::document::NetworkEntry;
use crate::train::examiner::Examiner;
use crate::train::folder::Folder;
use crate::train::kept::{Keeper, Kept};
use crate::train::progress::Progress;
use rayon::prelude::*;
use relulab_net::Shape;
use relulab_study::trace::{StopPoints, StopRule, Stopper};
use relulab_train::{
    Layout, OBSERVED_EVERY, Observer, Points, Precision, Recipe, RecipeError, Trained, TrainingData, VectorUnit,
    Watcher,
};
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
    /// Steps between two looks at what units and points do, if anybody wants them.
    pub census: Option<u64>,
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
    /// Checks that the shape can be trained so, kept and examined.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn check(&self) -> Result<(), Failure> {
        let regime = &self.recipe.regime;
        self.recipe.check(&self.shape).map_err(|error| match error {
            RecipeError::NeedsSamples
            | RecipeError::Channels { .. }
            | RecipeError::ResidualActivation { .. }
            | RecipeError::MirroredLayers
            | RecipeError::NoPairs { .. } => Failure::at("--regime", error),
            RecipeError::Constant { name, .. } if name.starts_with("jumpstart") || name.starts_with("mirrored") => {
                Failure::at("--regime", error)
            }
            _ => Failure::input(error),
        })?;
        self.kept_shape()?;
        if regime.batch_norm && self.points().is_none() {
            return Err(Failure::at("--regime", "batch_norm takes its statistics from fixed points; it needs --data"));
        }
        if !regime.is_dense() && !self.stop.is_none() {
            return Err(Failure::at("--stop", format!("it looks at dense networks, not at the regime {regime}")));
        }
        Ok(())
    }

    /// The shape of the networks as they are kept: dense.
    ///
    /// # Errors
    /// When it is beyond the limits.
    pub fn kept_shape(&self) -> Result<Shape, Failure> {
        self.recipe.regime.unrolled_shape(&self.shape).map_err(|error| Failure::at("--regime", error))
    }

    /// The points trained on, where they are fixed.
    pub fn points(&self) -> Option<&Points> {
        match &self.recipe.data {
            TrainingData::Fixed { points, .. } => Some(points),
            TrainingData::Fresh { .. } => None,
        }
    }

    /// A network as it is kept. One that is not finite stays as it is: nobody keeps it.
    fn unrolled(&self, parameters: Vec<f64>) -> Result<Vec<f64>, Failure> {
        let regime = &self.recipe.regime;
        if regime.is_dense() || parameters.iter().any(|value| !value.is_finite()) {
            return Ok(parameters);
        }
        let inputs = self.points().map_or(&[][..], |points| &points.inputs);
        let unrolled = regime.unroll(&self.shape, self.recipe.activation, &parameters, inputs);
        Ok(unrolled.map_err(Failure::input)?.network.parameters().to_vec())
    }

    /// The loss by which networks are compared; `None` where it is no number.
    ///
    /// # Errors
    /// When the network cannot be unrolled.
    pub fn deciding_loss(&self, parameters: Vec<f64>) -> Result<Option<f64>, Failure> {
        let parameters = self.unrolled(parameters)?;
        if parameters.iter().any(|value| !value.is_finite()) {
            return Ok(None);
        }
        let marks = self.examiner.examine(&self.kept_shape()?, &[&parameters]).into_iter().next();
        let loss = marks.and_then(|marks| match self.examiner {
            Examiner::Target(_) => marks.normal,
            Examiner::Data(_) => marks.training_loss,
        });
        Ok(loss)
    }

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
        let shape = self.kept_shape()?;
        let keeper = Keeper { folder, shape: &shape };
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
                    census: self.census.map(|every| Census::new(self, every)),
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
        Ok(Ending::Finished(self.examine(&shape, &all)))
    }

    /// Trains one group of seeds; empty when it was interrupted.
    fn train(&self, keeper: &Keeper<'_>, seeds: &[u64], observer: &GroupObserver<'_>) -> Result<Vec<Kept>, Failure> {
        if observer.is_stopped() {
            return Ok(Vec::new());
        }
        let study_seed = keeper.folder.plan().study_seed;
        let trained = relulab_train::train(&self.recipe, &self.shape, study_seed, seeds, self.unit, observer);
        let trained = trained.map_err(Failure::input)?;
        let keep = |mut one: Trained| {
            let census = observer.census.as_ref().map(|census| census.take(&one)).unwrap_or_default();
            one.parameters = self.unrolled(one.parameters)?;
            for (_, parameters) in &mut one.checkpoints {
                *parameters = self.unrolled(std::mem::take(parameters))?;
            }
            keeper.write(one, census)
        };
        trained.into_iter().filter_map(|one| keep(one).transpose()).collect()
    }

    fn examine(&self, shape: &Shape, all: &[Kept]) -> Vec<NetworkEntry> {
        let is_fresh = matches!(self.examiner, Examiner::Target(_));
        let group = |group: &[Kept]| {
            let parameters: Vec<&[f64]> = group.iter().filter_map(|kept| kept.parameters.as_deref()).collect();
            let mut marks = if parameters.is_empty() {
                Vec::new().into_iter()
            } else {
                self.examiner.examine(shape, &parameters).into_iter()
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
    pub fn lanes(&self) -> usize {
        match (self.recipe.regime.layout, self.recipe.precision) {
            (Layout::Samples, _) => 1,
            (Layout::Networks, Precision::F32) => self.unit.f32_lanes(),
            (Layout::Networks, Precision::F64) => self.unit.f32_lanes() / 2,
        }
    }
}

/// Passes the steps of a group to the progress, and a raised flag to the group.
struct GroupObserver<'a> {
    stops: [&'a AtomicBool; 2],
    stopper: &'a Stopper<'a>,
    census: Option<Census<'a>>,
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
        match &self.census {
            Some(census) => Some(Box::new(CensusWatcher::new(census, self.stopper.watcher(seeds.len())))),
            None => self.stopper.watcher(seeds.len()),
        }
    }
}
