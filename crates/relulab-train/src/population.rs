//! Training a population: many networks, in groups that fill the lanes of the vector unit.

use crate::group::Group;
use crate::lanes::{Element, Simd, Task, VectorUnit};
use crate::ledger::Ledger;
use crate::philox::Key;
use crate::recipe::{Precision, Recipe, RecipeError};
use crate::regime::Layout;
use crate::solo::Solo;
use crate::start::{OptimiserState, Start};
use crate::trainee::Trainee;
use crate::watch::{OBSERVED_EVERY, Observer};
use rayon::prelude::*;
use relulab_net::Shape;

/// A network after training.
#[derive(Clone, Debug, PartialEq)]
pub struct Trained {
    /// Seed index within the study.
    pub seed: u64,
    /// How training ended.
    pub outcome: Outcome,
    /// Final parameters, in the order of the flat vector; not finite where training diverged.
    pub parameters: Vec<f64>,
    /// Optimiser steps done before training ended or diverged.
    pub steps: u64,
    /// What was minimised, loss and penalty, on the batch of the last step, before its update.
    pub training_loss: f64,
    /// Completed steps and parameters, ascending, of those of the recipe's checkpoints that were reached.
    pub checkpoints: Vec<(u64, Vec<f64>)>,
    /// State of the optimiser at the end, where the observer wants it.
    pub state: Option<OptimiserState>,
    /// In the mirrored regime under plain gradient descent, ‖θ − P(θ − η∇)‖/η of the last step, with P the projection
    /// onto the sets that weights are kept in: 0 at a stationary point.
    pub stationarity: Option<f64>,
}

/// How the training of one network ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All steps were done.
    Finished,
    /// The loss of this step (counted from 1) was the first that is not a finite number.
    Diverged {
        /// The step.
        step: u64,
    },
    /// A [`Watcher`](crate::Watcher) found it trained enough.
    Stopped {
        /// Completed steps.
        step: u64,
    },
    /// Training was told to stop before this many steps were done; nothing of it may be kept.
    Interrupted {
        /// Completed steps.
        step: u64,
    },
}

/// Trains one network of `shape` for each seed index, all cores sharing the work.
///
/// The result for a seed depends on the recipe, `study_seed`, the shape and the seed index alone: not on the other
/// seeds, the number of threads or the vector unit.
///
/// # Errors
/// When the recipe does not fit the shape or there are no seeds.
pub fn train(
    recipe: &Recipe,
    shape: &Shape,
    study_seed: u64,
    seeds: &[u64],
    unit: VectorUnit,
    observer: &dyn Observer,
) -> Result<Vec<Trained>, RecipeError> {
    let starts: Vec<Start> = seeds.iter().map(|&seed| Start::drawn(seed)).collect();
    train_from(recipe, shape, study_seed, &starts, unit, observer)
}

/// As [`train`], from given parameters, or from the middle of an earlier run, where a start says so.
///
/// A run that goes on from the parameters, state and steps of an earlier one ends in the same bits as one that was
/// never interrupted.
///
/// # Errors
/// Those of [`train`], and when a start does not fit the shape, the optimiser or the number of steps.
pub fn train_from(
    recipe: &Recipe,
    shape: &Shape,
    study_seed: u64,
    starts: &[Start],
    unit: VectorUnit,
    observer: &dyn Observer,
) -> Result<Vec<Trained>, RecipeError> {
    recipe.check(shape)?;
    if starts.is_empty() {
        return Err(RecipeError::NoSeeds);
    }
    starts.iter().try_for_each(|start| start.check(recipe, shape))?;
    let lanes = match (recipe.regime.layout, recipe.precision) {
        (Layout::Samples, _) => 1,
        (Layout::Networks, Precision::F32) => unit.f32_lanes(),
        (Layout::Networks, Precision::F64) => unit.f32_lanes() / 2,
    };
    // A group shares its step counters.
    let alike = starts.chunk_by(|one, next| one.steps() == next.steps());
    let groups: Vec<&[Start]> = alike.flat_map(|starts| starts.chunks(lanes)).collect();
    let trained: Vec<Vec<Trained>> = groups
        .into_par_iter()
        .map(|starts| unit.run(TrainGroup { recipe, shape, study_seed, starts, observer }))
        .collect();
    Ok(trained.into_iter().flatten().collect())
}

/// Bytes that training takes for as many networks as train together: parameters, gradient, moments of the optimiser and
/// working memory, counted after one step. Points that many networks share are not in it.
///
/// # Errors
/// When the recipe does not fit the shape.
pub fn working_memory(recipe: &Recipe, shape: &Shape, unit: VectorUnit) -> Result<usize, RecipeError> {
    recipe.check(shape)?;
    let starts = [Start::drawn(0)];
    let observer = &crate::watch::Unobserved;
    Ok(unit.run(WorkingMemory(TrainGroup { recipe, shape, study_seed: 0, starts: &starts, observer })))
}

struct WorkingMemory<'a>(TrainGroup<'a>);

impl Task for WorkingMemory<'_> {
    type Output = usize;

    #[inline(always)]
    fn run<F32: Simd<Elem = f32>, F64: Simd<Elem = f64>>(self) -> usize {
        match self.0.recipe.precision {
            Precision::F32 => self.0.bytes::<F32>(),
            Precision::F64 => self.0.bytes::<F64>(),
        }
    }
}

struct TrainGroup<'a> {
    recipe: &'a Recipe,
    shape: &'a Shape,
    study_seed: u64,
    starts: &'a [Start],
    observer: &'a dyn Observer,
}

impl Task for TrainGroup<'_> {
    type Output = Vec<Trained>;

    #[inline(always)]
    fn run<F32: Simd<Elem = f32>, F64: Simd<Elem = f64>>(self) -> Vec<Trained> {
        match self.recipe.precision {
            Precision::F32 => self.train::<F32>(),
            Precision::F64 => self.train::<F64>(),
        }
    }
}

impl TrainGroup<'_> {
    /// The key of a network: study seed, shape and seed index.
    fn keys(&self) -> Vec<Key> {
        let widths: Vec<u64> = self.shape.widths().map(|width| width as u64).collect();
        self.starts
            .iter()
            .map(|start| {
                let depth = self.shape.depth() as u64;
                Key::derive([self.study_seed, depth].into_iter().chain(widths.iter().copied()).chain([start.seed]))
            })
            .collect()
    }

    #[inline(always)]
    fn train<V: Simd>(&self) -> Vec<Trained> {
        match self.recipe.regime.layout {
            Layout::Networks => self.follow(self.group::<V>()),
            Layout::Samples => self.follow(Solo::<V>::new(self.recipe, self.shape, self.keys()[0], &self.starts[0])),
        }
    }

    /// Bytes after one step.
    #[inline(always)]
    fn bytes<V: Simd>(&self) -> usize {
        #[inline(always)]
        fn after_a_step<V: Simd>(mut trainee: impl Trainee<V>) -> usize {
            trainee.step(0);
            trainee.bytes()
        }
        match self.recipe.regime.layout {
            Layout::Networks => after_a_step(self.group::<V>()),
            Layout::Samples => after_a_step(Solo::<V>::new(self.recipe, self.shape, self.keys()[0], &self.starts[0])),
        }
    }

    /// Trains until everything has ended.
    #[inline(always)]
    fn follow<V: Simd>(&self, mut trainee: impl Trainee<V>) -> Vec<Trained> {
        let first = self.starts[0].steps_done;
        let seeds: Vec<u64> = self.starts.iter().map(|start| start.seed).collect();
        let mut watcher = self.observer.watcher(&seeds);
        let mut ledger = Ledger::new(self.recipe, self.starts, self.observer.wants_state(), watcher.is_some());
        ledger.keep_checkpoint(first, &trainee);
        for step in first..self.recipe.steps {
            let loss = trainee.step(step);
            ledger.end_diverged(step, loss, &trainee);
            if ledger.all_ended() {
                break;
            }
            ledger.note_last_step(step, loss);
            ledger.keep_checkpoint(step + 1, &trainee);
            if let Some(watcher) = &mut watcher
                && (step + 1).is_multiple_of(watcher.every().max(1))
                && step + 1 < self.recipe.steps
            {
                ledger.end_stopped(step + 1, loss, &trainee, watcher.as_mut());
                if ledger.all_ended() {
                    break;
                }
            }
            if (step + 1).is_multiple_of(OBSERVED_EVERY) && !self.observer.may_go_on() {
                ledger.interrupt(step + 1);
                break;
            }
        }
        ledger.finish(&trainee)
    }

    /// The group at its start.
    #[inline(always)]
    fn group<V: Simd>(&self) -> Group<'_, V> {
        let mut group = Group::<V>::new(self.recipe, self.shape, &self.keys());
        group.moments.set_steps(self.starts[0].steps().1);
        for (lane, start) in self.starts.iter().enumerate() {
            for (vector, &value) in group.parameters.iter_mut().zip(start.parameters.iter().flatten()) {
                vector.set_lane(lane, V::Elem::from_f64(value));
            }
            if let Some(state) = &start.state {
                group.moments.restore(lane, state);
            }
        }
        group
    }
}
