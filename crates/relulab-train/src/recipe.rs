//! How a population is trained: everything but the shapes and the seeds, as one immutable value.

use crate::regime::Regime;
use relulab_net::{Activation, Formula, Initialisation, Loss, Sampler};
use std::sync::Arc;

/// Everything that decides how a network of a given shape and seed is trained.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// Activation of the hidden units.
    pub activation: Activation,
    /// What is minimised.
    pub loss: Loss,
    /// The update rule.
    pub optimiser: Optimiser,
    /// How parameters are drawn.
    pub initialisation: Initialisation,
    /// Where samples come from.
    pub data: TrainingData,
    /// Number of optimiser steps.
    pub steps: u64,
    /// Number format of parameters, activations and gradients.
    pub precision: Precision,
    /// What the network is made of and how its parameters move, beyond all this.
    pub regime: Regime,
    /// Numbers of completed steps after which the parameters are kept (0 is the start).
    pub checkpoints: Vec<u64>,
}

/// Number format of training. Evaluation is always in f64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// 32-bit floats.
    F32,
    /// 64-bit floats.
    F64,
}

/// An update rule and its constants.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "name", rename_all = "lowercase")]
pub enum Optimiser {
    /// Kingma and Ba 2015, in the form that PyTorch computes.
    Adam {
        /// Step size.
        learning_rate: f64,
        /// Decay of the first moment.
        beta1: f64,
        /// Decay of the second moment.
        beta2: f64,
        /// Added to the root of the second moment.
        epsilon: f64,
    },
    /// Stochastic gradient descent with heavy-ball momentum: b ← μ b + g, θ ← θ − η b.
    Sgd {
        /// Step size η.
        learning_rate: f64,
        /// Momentum μ; 0 is plain gradient descent.
        momentum: f64,
    },
}

impl Optimiser {
    /// Adam with the usual constants.
    pub fn adam(learning_rate: f64) -> Self {
        Self::Adam { learning_rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
    }
}

/// Where training samples come from.
#[derive(Clone, Debug)]
pub enum TrainingData {
    /// New inputs at every step, labelled by a formula.
    Fresh {
        /// Distribution of the inputs.
        sampler: Sampler,
        /// The function to learn.
        formula: Formula,
        /// Samples per step.
        batch: usize,
    },
    /// A fixed set of points.
    Fixed {
        /// The points.
        points: Arc<Points>,
        /// How each step takes its samples from them.
        batching: Batching,
    },
}

/// How the steps of training walk through a fixed set of points; the last minibatch of an epoch may be smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Batching {
    /// All points at every step.
    Full,
    /// Minibatches of this size, in an order shuffled anew for every network and epoch.
    Shuffled(usize),
    /// Minibatches of this size, in the order of the points.
    InOrder(usize),
}

impl Batching {
    /// Samples per step, of `n_points` in all.
    pub fn size(self, n_points: usize) -> usize {
        match self {
            Self::Full => n_points,
            Self::Shuffled(size) | Self::InOrder(size) => size.min(n_points),
        }
    }
}

/// Labelled points, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    /// n × input dimension.
    pub inputs: Vec<f64>,
    /// n × output dimension; class labels are one-hot.
    pub labels: Vec<f64>,
    /// Number of points.
    pub n_points: usize,
}

/// Why a recipe cannot train a shape.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RecipeError {
    /// No steps.
    #[error("0 steps: expected at least 1")]
    NoSteps,
    /// No samples per step.
    #[error("batch size 0: expected at least 1")]
    EmptyBatch,
    /// A constant of the optimiser is outside its range.
    #[error("{name} {value}: expected {expected}")]
    Constant {
        /// Which one.
        name: &'static str,
        /// Its value.
        value: f64,
        /// Its range, in words.
        expected: &'static str,
    },
    /// The data do not fit the shape.
    #[error("the data have {got} {what}: the shape has {expected}")]
    Dimension {
        /// `inputs` or `outputs`.
        what: &'static str,
        /// What the shape has.
        expected: usize,
        /// What the data have.
        got: usize,
    },
    /// A regime beyond the standard one, with networks in the lanes.
    #[error("this regime puts samples into the lanes: expected the layout \"samples\"")]
    NeedsSamples,
    /// More channels than a dense network of the same function could have units.
    #[error("{width} channels: expected at most {}", relulab_net::conventions::MAX_WIDTH / crate::structure::POSITIONS)]
    Channels {
        /// The channels.
        width: usize,
    },
    /// Residual connections around an activation that may be negative.
    #[error("residual connections: expected the activation relu, not {activation}")]
    ResidualActivation {
        /// The activation.
        activation: Activation,
    },
    /// Mirrored pairs of something else than plain dense layers.
    #[error("mirrored: expected plain dense layers, without convolution, batch norm or residual connections")]
    MirroredLayers,
    /// A last hidden layer that has no pairs.
    #[error("mirrored: the last hidden layer has {width} units; expected an even number, for pairs")]
    NoPairs {
        /// Its width.
        width: usize,
    },
    /// No seeds.
    #[error("no seeds: expected at least 1")]
    NoSeeds,
    /// A start after the last step.
    #[error("{done} steps are done: expected fewer than the {steps} of the recipe")]
    NothingLeft {
        /// Steps done.
        done: u64,
        /// Steps of the recipe.
        steps: u64,
    },
    /// The optimiser has no second moments and the state does.
    #[error("the state has second moments: gradient descent has none")]
    ForeignState,
    /// A moment that no optimiser can have.
    #[error("the state holds {value}: expected finite numbers, and second moments of at least 0")]
    Moment {
        /// The number.
        value: f64,
    },
}

impl Recipe {
    /// Samples per optimiser step.
    pub fn batch(&self) -> usize {
        match &self.data {
            TrainingData::Fresh { batch, .. } => *batch,
            TrainingData::Fixed { points, batching } => batching.size(points.n_points),
        }
    }

    /// Checks the recipe against a shape.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn check(&self, shape: &relulab_net::Shape) -> Result<(), RecipeError> {
        if self.steps == 0 {
            return Err(RecipeError::NoSteps);
        }
        if self.batch() == 0 {
            return Err(RecipeError::EmptyBatch);
        }
        self.optimiser.check()?;
        self.regime.check(shape, self.activation)?;
        let (inputs, outputs) = match &self.data {
            TrainingData::Fresh { formula, .. } => (formula.input_dim(), 1),
            TrainingData::Fixed { points, .. } => {
                (points.inputs.len() / points.n_points.max(1), points.labels.len() / points.n_points.max(1))
            }
        };
        if inputs != shape.input_dim() {
            return Err(RecipeError::Dimension { what: "inputs", expected: shape.input_dim(), got: inputs });
        }
        if outputs != shape.output_dim() {
            return Err(RecipeError::Dimension { what: "outputs", expected: shape.output_dim(), got: outputs });
        }
        Ok(())
    }
}

impl Optimiser {
    fn check(self) -> Result<(), RecipeError> {
        let check = |name, value: f64, inside: bool, expected| {
            if inside && value.is_finite() { Ok(()) } else { Err(RecipeError::Constant { name, value, expected }) }
        };
        let unit = "a number from 0 to below 1";
        match self {
            Self::Adam { learning_rate, beta1, beta2, epsilon } => {
                check("learning rate", learning_rate, learning_rate > 0.0, "a positive number")?;
                check("beta1", beta1, (0.0..1.0).contains(&beta1), unit)?;
                check("beta2", beta2, (0.0..1.0).contains(&beta2), unit)?;
                check("epsilon", epsilon, epsilon > 0.0, "a positive number")
            }
            Self::Sgd { learning_rate, momentum } => {
                check("learning rate", learning_rate, learning_rate > 0.0, "a positive number")?;
                check("momentum", momentum, (0.0..1.0).contains(&momentum), unit)
            }
        }
    }
}
