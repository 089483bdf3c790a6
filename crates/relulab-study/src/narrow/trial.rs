//! One way to train on fixed points, up to the size of its steps; and the search for that size.

use crate::check::{CheckError, Context};
use relulab_net::{Activation, Dataset, Initialisation, Loss, Shape};
use relulab_train::{Batching, Mirrored, Optimiser, Points, Precision, Recipe, Regime, Start, Trained, TrainingData};
use std::sync::Arc;

/// How parameters follow a gradient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Plain gradient descent; in the mirrored regime, projected.
    Descent,
    /// Adam with its usual constants.
    Adam,
}

/// A way to train, up to the size of its steps.
#[derive(Clone, Debug)]
pub struct Trial {
    /// What is minimised.
    pub loss: Loss,
    /// How.
    pub rule: Rule,
    /// With which constraints; without, a plain dense network with biases.
    pub mirrored: Option<Mirrored>,
    /// On which points.
    pub points: Arc<Points>,
    /// How each step takes its samples.
    pub batching: Batching,
}

/// Activation of all networks of the check: the paper's.
pub const ACTIVATION: Activation = Activation::Tanh;

impl Trial {
    /// Gradient descent on all points at every step, for squared errors.
    pub fn descent(mirrored: Option<Mirrored>, data: &Dataset) -> Self {
        let points = Arc::new(points_of(data));
        Self { loss: Loss::Mse, rule: Rule::Descent, mirrored, points, batching: Batching::Full }
    }

    /// The engine's recipe. The size of steps is that for the mean loss that the engine minimises.
    pub fn recipe(&self, rate: f64, steps: u64) -> Recipe {
        Recipe {
            activation: ACTIVATION,
            loss: self.loss,
            optimiser: match self.rule {
                Rule::Descent => Optimiser::Sgd { learning_rate: rate, momentum: 0.0 },
                Rule::Adam => Optimiser::adam(rate),
            },
            initialisation: Initialisation::LecunNormal,
            data: TrainingData::Fixed { points: Arc::clone(&self.points), batching: self.batching },
            steps,
            precision: Precision::F32,
            regime: self.mirrored.map_or_else(Regime::across_samples, Regime::mirrored),
            checkpoints: Vec::new(),
        }
    }

    /// Trains one seed.
    ///
    /// # Errors
    /// When the recipe does not fit the shape, or the run is to stop.
    pub fn train(
        &self,
        context: &Context<'_>,
        shape: &Shape,
        rate: f64,
        steps: u64,
        seed: u64,
    ) -> Result<Trained, CheckError> {
        one(context.train_seeds(&self.recipe(rate, steps), shape, &[seed])?)
    }

    /// Trains one seed for a while with steps of one size and then for another while with a tenth of it; keeps the
    /// parameters after the given numbers of steps and after the first while.
    ///
    /// # Errors
    /// As for [`Self::train`].
    pub fn train_down(
        &self,
        context: &Context<'_>,
        shape: &Shape,
        rate: f64,
        [steps, last]: [u64; 2],
        (seed, checkpoints): (u64, &[u64]),
    ) -> Result<Trained, CheckError> {
        let recipe = Recipe { checkpoints: checkpoints.to_vec(), ..self.recipe(rate, steps) };
        let first = one(context.train_seeds(&recipe, shape, &[seed])?)?;
        let mut kept = first.checkpoints.clone();
        kept.push((steps, first.parameters.clone()));
        let is_finite = first.parameters.iter().all(|value| value.is_finite());
        let Some(state) = first.state.clone().filter(|_| is_finite && first.steps == steps) else {
            return Ok(Trained { checkpoints: kept, ..first });
        };
        let start = Start::after(seed, steps, first.parameters, state);
        let recipe = self.recipe(FINER * rate, steps + last);
        let second = one(context.train_from(&recipe, shape, &[start])?)?;
        Ok(Trained { checkpoints: kept, ..second })
    }
}

/// What steps are multiplied by in the last phase.
const FINER: f64 = 0.1;

/// The only one.
fn one(trained: Vec<Trained>) -> Result<Trained, CheckError> {
    trained.into_iter().next().ok_or_else(|| CheckError::because("nothing was trained"))
}

/// The points of a dataset as the engine takes them.
pub fn points_of(data: &Dataset) -> Points {
    Points { inputs: data.inputs().to_vec(), labels: data.labels().to_vec(), n_points: data.n_points() }
}

/// The size of steps with the lowest score; scores that are no numbers count as infinite, and the first of several
/// equal ones is taken.
pub fn best(scores: &[(f64, f64)]) -> f64 {
    let number = |score: f64| if score.is_nan() { f64::INFINITY } else { score };
    let mut best = (f64::NAN, f64::INFINITY);
    for &(rate, score) in scores {
        if best.0.is_nan() || number(score) < best.1 {
            best = (rate, number(score));
        }
    }
    best.0
}

/// Sizes from `10^from` to `10^to` by half-decades, exponents doubled.
pub fn half_decades(from: i32, to: i32) -> Vec<f64> {
    (from..=to).map(|twice| libm::pow(10.0, f64::from(twice) / 2.0)).collect()
}
