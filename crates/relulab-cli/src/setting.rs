//! Options that say how networks are trained, whatever their shapes and data, and what they resolve to.

use crate::failure::Failure;
use clap::{Args, ValueEnum};
use relulab_net::{Activation, Initialisation, Loss, Sampler};
use relulab_train::{Optimiser, Precision, Recipe, Regime, TrainingData};
use serde::{Deserialize, Serialize};

/// Samples per step, unless others are asked for.
const DEFAULT_BATCH: usize = 64;
/// Most samples per step.
pub const MAX_BATCH: usize = 1 << 20;
/// Step size of both optimisers, unless another is asked for.
const DEFAULT_LEARNING_RATE: f64 = 0.01;

/// How networks are trained, as typed.
#[derive(Args, Debug)]
pub struct SettingArguments {
    /// Activation of the hidden units: relu, leaky_relu:SLOPE, gelu, tanh, sigmoid or softplus.
    #[arg(long, default_value = "relu", value_name = "NAME")]
    activation: Activation,
    /// What training minimises: mse, absolute, binary_cross_entropy or softmax_cross_entropy [default: mse, or
    /// softmax_cross_entropy when the labels are classes].
    #[arg(long, value_name = "NAME")]
    loss: Option<Loss>,
    /// The update rule.
    #[arg(long, value_enum, default_value_t = OptimiserName::Adam, value_name = "NAME")]
    optimiser: OptimiserName,
    /// Step size of the optimiser [default: 0.01].
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    learning_rate: Option<f64>,
    /// Momentum of sgd [default: 0].
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    momentum: Option<f64>,
    /// How parameters are drawn: torch_linear, kaiming_uniform, kaiming_normal, glorot_uniform, glorot_normal,
    /// lecun_uniform, lecun_normal or orthogonal.
    #[arg(long, default_value = "torch_linear", value_name = "NAME")]
    initialisation: Initialisation,
    /// Samples per step [default: 64].
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    batch: Option<usize>,
    /// Take all points of the data file at every step.
    #[arg(long, conflicts_with = "batch")]
    full_batch: bool,
    /// Distribution of the inputs on which a target is learnt: normal or box:LO,HI [default: normal].
    #[arg(long, value_name = "NAME")]
    sampler: Option<Sampler>,
    /// Optimiser steps.
    #[arg(long, default_value_t = 3000, value_name = "N", allow_negative_numbers = true)]
    steps: u64,
    /// Number format of training; evaluation is always in f64.
    #[arg(long, value_enum, default_value_t = PrecisionName::F32, value_name = "NAME")]
    precision: PrecisionName,
}

/// The optimisers by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OptimiserName {
    /// Adam with β = 0.9, 0.999 and ε = 1e-8.
    Adam,
    /// Stochastic gradient descent, with momentum if asked for.
    Sgd,
}

/// The number formats by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum PrecisionName {
    /// 32-bit floats.
    F32,
    /// 64-bit floats.
    F64,
}

/// How networks are trained, resolved: every choice is made, nothing is left to a default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// Activation of the hidden units.
    pub activation: Activation,
    /// What training minimises.
    pub loss: Loss,
    /// The update rule and its constants.
    pub optimiser: Optimiser,
    /// How parameters are drawn.
    pub initialisation: Initialisation,
    /// Samples per step; absent when each step takes all points.
    pub batch: Option<usize>,
    /// Distribution of fresh inputs; absent for a data file.
    pub sampler: Option<Sampler>,
    /// Optimiser steps.
    pub steps: u64,
    /// Number format of training.
    pub precision: Precision,
    /// What networks are made of and how their parameters move. The standard regime is written without this entry.
    #[serde(default, skip_serializing_if = "Setting::is_default")]
    pub regime: Regime,
}

impl SettingArguments {
    /// The loss, if one was asked for.
    pub fn loss(&self) -> Option<Loss> {
        self.loss
    }

    /// Makes every choice; `loss` is the one that the data call for, and `fresh` says that a formula labels new
    /// samples.
    ///
    /// # Errors
    /// When a number is outside its range, or two options contradict each other.
    pub fn resolve(&self, loss: Loss, fresh: bool) -> Result<Setting, Failure> {
        if fresh && self.full_batch {
            return Err(Failure::at("--full-batch", "a target has no last point; it needs --data"));
        }
        if !fresh && self.sampler.is_some() {
            return Err(Failure::at("--sampler", "a data file has its own inputs; it needs --target"));
        }
        if self.steps == 0 {
            return Err(Failure::at("--steps", "0: expected at least 1"));
        }
        let batch = match self.batch {
            _ if self.full_batch => None,
            None => Some(DEFAULT_BATCH),
            Some(batch) if (1..=MAX_BATCH).contains(&batch) => Some(batch),
            Some(batch) => return Err(Failure::at("--batch", format!("{batch}: expected 1 to {MAX_BATCH}"))),
        };
        Ok(Setting {
            activation: self.activation,
            loss,
            optimiser: self.optimiser()?,
            initialisation: self.initialisation,
            batch,
            sampler: fresh.then(|| self.sampler.unwrap_or(Sampler::Normal)),
            steps: self.steps,
            precision: match self.precision {
                PrecisionName::F32 => Precision::F32,
                PrecisionName::F64 => Precision::F64,
            },
            regime: Regime::default(),
        })
    }

    fn optimiser(&self) -> Result<Optimiser, Failure> {
        let learning_rate = self.learning_rate.unwrap_or(DEFAULT_LEARNING_RATE);
        if !(learning_rate.is_finite() && learning_rate > 0.0) {
            return Err(Failure::at("--learning-rate", format!("{learning_rate}: expected a positive number")));
        }
        match (self.optimiser, self.momentum) {
            (OptimiserName::Adam, None) => Ok(Optimiser::adam(learning_rate)),
            (OptimiserName::Adam, Some(_)) => Err(Failure::at("--momentum", "adam has none: add --optimiser sgd")),
            (OptimiserName::Sgd, momentum) => {
                let momentum = momentum.unwrap_or(0.0);
                if !(0.0..1.0).contains(&momentum) {
                    return Err(Failure::at("--momentum", format!("{momentum}: expected a number from 0 to below 1")));
                }
                Ok(Optimiser::Sgd { learning_rate, momentum })
            }
        }
    }
}

impl Setting {
    fn is_default(regime: &Regime) -> bool {
        *regime == Regime::default()
    }

    /// The engine's recipe for these data.
    pub fn recipe(&self, data: TrainingData, checkpoints: Vec<u64>) -> Recipe {
        Recipe {
            activation: self.activation,
            loss: self.loss,
            optimiser: self.optimiser,
            initialisation: self.initialisation,
            data,
            steps: self.steps,
            precision: self.precision,
            regime: self.regime.clone(),
            checkpoints,
        }
    }
}
