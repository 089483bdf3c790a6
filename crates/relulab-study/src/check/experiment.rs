//! An experiment: jobs by name, each a function of the name, the seed and the scale.

use super::error::CheckError;
use super::reading::Readings;
use relulab_net::Shape;
use relulab_train::{Observer, Recipe, Start, Trained, VectorUnit, train, train_from};
use std::sync::atomic::{AtomicBool, Ordering};

/// How much is spent on a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// A few seeds and a sample of the shapes: minutes, wide intervals.
    Quick,
    /// Everything.
    Full,
}

impl Scale {
    /// One of two numbers.
    pub fn pick<T>(self, quick: T, full: T) -> T {
        match self {
            Self::Quick => quick,
            Self::Full => full,
        }
    }
}

/// What a job may know besides its name.
pub struct Context<'a> {
    /// How much to spend.
    pub scale: Scale,
    /// Seed of the whole check: with shape and seed index it keys the random streams of every network.
    pub study_seed: u64,
    /// The vector unit, which does not change any result.
    pub unit: VectorUnit,
    /// Raised when the run is to stop.
    pub cancel: &'a AtomicBool,
}

impl Observer for Context<'_> {
    fn may_go_on(&self) -> bool {
        !self.cancel.load(Ordering::Relaxed)
    }

    fn wants_state(&self) -> bool {
        true
    }
}

impl Context<'_> {
    /// Trains seeds 0 to `n_seeds` of a shape.
    ///
    /// # Errors
    /// When the recipe does not fit the shape, or the run is to stop.
    pub fn train(&self, recipe: &Recipe, shape: &Shape, n_seeds: u64) -> Result<Vec<Trained>, CheckError> {
        let seeds: Vec<u64> = (0..n_seeds).collect();
        self.train_seeds(recipe, shape, &seeds)
    }

    /// Trains the given seeds of a shape.
    ///
    /// # Errors
    /// As for [`Self::train`].
    pub fn train_seeds(&self, recipe: &Recipe, shape: &Shape, seeds: &[u64]) -> Result<Vec<Trained>, CheckError> {
        let trained = train(recipe, shape, self.study_seed, seeds, self.unit, self).map_err(CheckError::because)?;
        self.unless_cancelled(trained)
    }

    /// Trains from given parameters or states.
    ///
    /// # Errors
    /// As for [`Self::train`].
    pub fn train_from(&self, recipe: &Recipe, shape: &Shape, starts: &[Start]) -> Result<Vec<Trained>, CheckError> {
        let trained =
            train_from(recipe, shape, self.study_seed, starts, self.unit, self).map_err(CheckError::because)?;
        self.unless_cancelled(trained)
    }

    /// A value, unless the run is to stop.
    ///
    /// # Errors
    /// When it is.
    pub fn unless_cancelled<T>(&self, value: T) -> Result<T, CheckError> {
        if self.may_go_on() { Ok(value) } else { Err(CheckError::Interrupted) }
    }
}

/// A list of jobs that leave readings.
pub trait Experiment: Sync {
    /// Its name: part of file names and of the evidence of claims; lower case with hyphens.
    fn name(&self) -> &'static str;

    /// What it asks, in one sentence.
    fn question(&self) -> &'static str;

    /// Names of its jobs, distinct, in order.
    fn jobs(&self, scale: Scale) -> Vec<String>;

    /// About how many seconds one job takes a thread, for the estimate of the time left.
    fn seconds(&self, _job: &str, _scale: Scale) -> f64 {
        1.0
    }

    /// Does one job. The readings depend on the job, the seed and the scale alone.
    ///
    /// # Errors
    /// When an engine refuses, or the run is to stop.
    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError>;
}
