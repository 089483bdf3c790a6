//! Training a population: many networks, in groups that fill the lanes of the vector unit.

use crate::group::Group;
use crate::lanes::{Element, Simd, Task, VectorUnit};
use crate::philox::Key;
use crate::recipe::{Precision, Recipe, RecipeError};
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
    /// Loss on the batch of the last step, before its update.
    pub training_loss: f64,
    /// Completed steps and parameters, in the order of the recipe's checkpoints.
    pub checkpoints: Vec<(u64, Vec<f64>)>,
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
    /// Training was told to stop before this many steps were done; nothing of it may be kept.
    Interrupted {
        /// Completed steps.
        step: u64,
    },
}

/// Told of the progress of training; lets the caller stop it.
pub trait Observer: Sync {
    /// Called every [`OBSERVED_EVERY`] steps of a group; returning false stops it.
    fn may_go_on(&self) -> bool {
        true
    }
}

/// An observer that never stops anything.
pub struct Unobserved;

impl Observer for Unobserved {}

/// Steps between two questions to the observer.
pub const OBSERVED_EVERY: u64 = 256;

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
    let starts: Vec<Start> = seeds.iter().map(|&seed| Start { seed, parameters: None }).collect();
    train_from(recipe, shape, study_seed, &starts, unit, observer)
}

/// The seed of a network and, unless its initialisation is to be drawn, its first parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// Seed index within the study: it names the network's random streams.
    pub seed: u64,
    /// First parameters, in the order of the flat vector; rounded to the recipe's precision.
    pub parameters: Option<Vec<f64>>,
}

/// As [`train`], from given parameters where a start has them.
///
/// # Errors
/// Those of [`train`], and when the number of given parameters does not fit the shape.
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
    let expected = shape.n_params();
    if let Some(got) = starts.iter().filter_map(|s| s.parameters.as_ref()).map(Vec::len).find(|&n| n != expected) {
        return Err(RecipeError::Dimension { what: "parameters", expected, got });
    }
    let lanes = match recipe.precision {
        Precision::F32 => unit.f32_lanes(),
        Precision::F64 => unit.f32_lanes() / 2,
    };
    let groups: Vec<Vec<Trained>> = starts
        .par_chunks(lanes)
        .map(|starts| unit.run(TrainGroup { recipe, shape, study_seed, starts, observer }))
        .collect();
    Ok(groups.into_iter().flatten().collect())
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
        let mut group = Group::<V>::new(self.recipe, self.shape, &self.keys());
        for (lane, start) in self.starts.iter().enumerate() {
            for (vector, &value) in group.parameters.iter_mut().zip(start.parameters.iter().flatten()) {
                vector.set_lane(lane, V::Elem::from_f64(value));
            }
        }
        let mut trained: Vec<Trained> = self
            .starts
            .iter()
            .map(|start| Trained {
                seed: start.seed,
                outcome: Outcome::Finished,
                parameters: Vec::new(),
                steps: self.recipe.steps,
                training_loss: f64::NAN,
                checkpoints: Vec::new(),
            })
            .collect();
        let all = u32::MAX >> (32 - self.starts.len());
        let mut diverged = 0;
        self.keep_checkpoint(0, &group, &mut trained);
        for step in 0..self.recipe.steps {
            let loss = group.step(step);
            // A finite number minus itself is 0; infinities and NaN give NaN, which is not greater than −1.
            let finite = V::mask_bits(loss.sub(loss).gt(V::constant(-1.0)));
            let broken = !finite & all & !diverged;
            if broken != 0 {
                for (lane, one) in trained.iter_mut().enumerate().filter(|(lane, _)| broken >> lane & 1 == 1) {
                    one.outcome = Outcome::Diverged { step: step + 1 };
                    one.steps = step;
                    one.training_loss = loss.lane(lane).to_f64();
                }
                diverged |= broken;
                if diverged == all {
                    break;
                }
            }
            if step + 1 == self.recipe.steps {
                for (lane, one) in trained.iter_mut().enumerate().filter(|(lane, _)| diverged >> lane & 1 == 0) {
                    one.training_loss = loss.lane(lane).to_f64();
                }
            }
            self.keep_checkpoint(step + 1, &group, &mut trained);
            if (step + 1).is_multiple_of(OBSERVED_EVERY) && !self.observer.may_go_on() {
                for one in &mut trained {
                    one.outcome = Outcome::Interrupted { step: step + 1 };
                    one.steps = step + 1;
                }
                break;
            }
        }
        for (lane, one) in trained.iter_mut().enumerate() {
            one.parameters = lane_parameters(&group.parameters, lane);
        }
        trained
    }

    fn keep_checkpoint<V: Simd>(&self, completed: u64, group: &Group<'_, V>, trained: &mut [Trained]) {
        if self.recipe.checkpoints.contains(&completed) {
            for (lane, one) in trained.iter_mut().enumerate() {
                one.checkpoints.push((completed, lane_parameters(&group.parameters, lane)));
            }
        }
    }
}

fn lane_parameters<V: Simd>(parameters: &[V], lane: usize) -> Vec<f64> {
    parameters.iter().map(|vector| vector.lane(lane).to_f64()).collect()
}
