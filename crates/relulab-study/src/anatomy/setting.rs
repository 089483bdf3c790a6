//! How the paper trains, as one value that experiments vary.

use crate::check::{CheckError, Context};
use relulab_net::{Activation, EvaluationSet, Initialisation, Loss, Network, Sampler, Shape, Target};
use relulab_train::{Optimiser, Precision, Recipe, Regime, Trained, TrainingData};

/// Steps of the paper's enumeration.
pub const LONG: u64 = 3000;
/// Steps of its other experiments.
pub const SHORT: u64 = 2000;
/// Samples per step.
pub const BATCH: usize = 64;
/// Step size of Adam.
const LEARNING_RATE: f64 = 0.01;

/// The paper's training: Adam at 0.01, 64 fresh N(0,1)^d samples a step, mean squared error, f32, PyTorch's
/// initialisation.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The function to learn.
    pub target: Target,
    /// Activation of the hidden units.
    pub activation: Activation,
    /// The update rule.
    pub optimiser: Optimiser,
    /// Optimiser steps.
    pub steps: u64,
    /// Steps after which parameters are kept.
    pub checkpoints: Vec<u64>,
}

impl Setting {
    /// The paper's setting for a named target or formula.
    ///
    /// # Errors
    /// When the target does not parse.
    pub fn of(target: &str, input_dim: usize, steps: u64) -> Result<Self, CheckError> {
        let target = Target::parse(target, input_dim).map_err(CheckError::because)?;
        let optimiser = Optimiser::adam(LEARNING_RATE);
        Ok(Self { target, activation: Activation::Relu, optimiser, steps, checkpoints: Vec::new() })
    }

    /// The engine's recipe.
    pub fn recipe(&self) -> Recipe {
        Recipe {
            activation: self.activation,
            loss: Loss::Mse,
            optimiser: self.optimiser,
            initialisation: Initialisation::TorchLinear,
            data: TrainingData::Fresh {
                sampler: Sampler::Normal,
                formula: self.target.formula().clone(),
                batch: BATCH,
            },
            steps: self.steps,
            precision: Precision::F32,
            regime: Regime::default(),
            checkpoints: self.checkpoints.clone(),
        }
    }

    /// A shape with this target's inputs and one output, from hidden widths as in `5,7,4`.
    ///
    /// # Errors
    /// When the text is no list of widths.
    pub fn shape(&self, hidden: &str) -> Result<Shape, CheckError> {
        Shape::parse_hidden(hidden, self.target.input_dim(), 1).map_err(CheckError::because)
    }

    /// Trains seeds 0 to `n_seeds` of a shape.
    ///
    /// # Errors
    /// When the recipe does not fit, or the run is to stop.
    pub fn train(&self, shape: &Shape, n_seeds: u64, context: &Context<'_>) -> Result<Vec<Trained>, CheckError> {
        context.train(&self.recipe(), shape, n_seeds)
    }

    /// The network of parameters; `None` when they are not finite.
    pub fn network(&self, shape: &Shape, parameters: &[f64]) -> Option<Network> {
        Network::new(shape.clone(), self.activation, parameters.to_vec()).ok()
    }

    /// The 1000 fixed N(0,1)^d samples on which units are observed and matrices taken, and the target's values there.
    ///
    /// *Shapes*: inputs n × d, labels n.
    ///
    /// # Errors
    /// When there are no samples of this dimension.
    pub fn samples(&self) -> Result<(Vec<f64>, Vec<f64>), CheckError> {
        let set = EvaluationSet::observation_samples(self.target.input_dim()).map_err(CheckError::because)?;
        let labels = set.rows().map(|x| self.target.eval(x)).collect();
        Ok((set.points().to_vec(), labels))
    }

    /// A grid over [−half, half]^d with the target's values.
    ///
    /// *Shapes*: inputs n × d, labels n.
    ///
    /// # Errors
    /// When there is no grid of this dimension.
    pub fn grid(&self, half: f64) -> Result<(Vec<f64>, Vec<f64>), CheckError> {
        let set = EvaluationSet::uniform(-half, half, self.target.input_dim()).map_err(CheckError::because)?;
        let labels = set.rows().map(|x| self.target.eval(x)).collect();
        Ok((set.points().to_vec(), labels))
    }
}
