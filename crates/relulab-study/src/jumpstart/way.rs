//! Ways to train: the paper's architectures and penalties, and what a practitioner would try instead.

use crate::check::CheckError;
use relulab_net::{Activation, Initialisation, Loss};
use relulab_train::{Axes, Jumpstart, Mirrored, Optimiser, Precision, Recipe, Regime, Structure};

use super::task::Task;

/// The paper's architectures: plain dense layers as its text has them, and the convolution of its published code.
pub const ARCHITECTURES: [&str; 2] = ["dense", "convolution"];
/// Adam as in the paper's experiment, but for the step size.
const PUBLISHED: Optimiser = Optimiser::Adam { learning_rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
/// The smaller step size that a practitioner would try.
const SLOW_RATE: f64 = 0.001;

/// Everything about training but shape, task and number of epochs.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// Activation of the hidden units.
    pub activation: Activation,
    /// How parameters are drawn.
    pub initialisation: Initialisation,
    /// The update rule.
    pub optimiser: Optimiser,
    /// Structure and penalties.
    pub regime: Regime,
}

impl Way {
    /// The paper's baseline: ReLU, Glorot uniform, Adam.
    fn baseline(architecture: &str) -> Result<Self, CheckError> {
        let structure = match architecture {
            "dense" => Structure::Dense,
            "convolution" => Structure::Convolution,
            _ => return Err(CheckError::because(format!("no architecture is called {architecture}"))),
        };
        Ok(Self {
            activation: Activation::Relu,
            initialisation: Initialisation::GlorotUniform,
            optimiser: PUBLISHED,
            regime: Regime { structure, ..Regime::across_samples() },
        })
    }

    /// An architecture with changes to the baseline, joined by `+`: `baseline` for none; `units`, `points` or `both`
    /// for the published penalty on these; `leaky_relu`, `he`, `orthogonal`, `batch_norm`, `residual`, `mirrored`, and
    /// `slow` for a tenth of the step size.
    ///
    /// # Errors
    /// For other names.
    pub fn named(architecture: &str, variant: &str) -> Result<Self, CheckError> {
        let mut way = Self::baseline(architecture)?;
        for change in variant.split('+') {
            let penalty = |axes| Some(Jumpstart { axes, ..Jumpstart::published() });
            match change {
                "baseline" => {}
                "units" => way.regime.jumpstart = penalty(Axes::Units),
                "points" => way.regime.jumpstart = penalty(Axes::Points),
                "both" => way.regime.jumpstart = penalty(Axes::Both),
                "leaky_relu" => way.activation = Activation::LeakyRelu { slope: Activation::DEFAULT_LEAKY_SLOPE },
                "he" => way.initialisation = Initialisation::KaimingUniform,
                "orthogonal" => way.initialisation = Initialisation::Orthogonal,
                "batch_norm" => way.regime.batch_norm = true,
                "residual" => way.regime.residual = true,
                "mirrored" => way.regime.mirrored = Some(Mirrored { radius: None, ..Mirrored::published(1.0) }),
                "slow" => way.optimiser = slow(way.optimiser),
                _ => return Err(CheckError::because(format!("no way to train is called {change}"))),
            }
        }
        Ok(way)
    }

    /// The dense baseline with a given penalty.
    ///
    /// # Errors
    /// Never: dense is an architecture.
    pub fn penalised(jumpstart: Jumpstart) -> Result<Self, CheckError> {
        let mut way = Self::baseline(ARCHITECTURES[0])?;
        way.regime.jumpstart = Some(jumpstart);
        Ok(way)
    }

    /// The recipe for a task and a number of epochs, a step each.
    pub fn recipe(&self, task: &Task, epochs: u64) -> Recipe {
        Recipe {
            activation: self.activation,
            loss: Loss::BinaryCrossEntropy,
            optimiser: self.optimiser,
            initialisation: self.initialisation,
            data: task.data(),
            steps: epochs,
            precision: Precision::F32,
            regime: self.regime.clone(),
            checkpoints: vec![0],
        }
    }
}

/// The same with the smaller step size.
fn slow(optimiser: Optimiser) -> Optimiser {
    match optimiser {
        Optimiser::Adam { beta1, beta2, epsilon, .. } => {
            Optimiser::Adam { learning_rate: SLOW_RATE, beta1, beta2, epsilon }
        }
        Optimiser::Sgd { momentum, .. } => Optimiser::Sgd { learning_rate: SLOW_RATE, momentum },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_joined() {
        let way = Way::named("convolution", "he+points").unwrap();
        assert_eq!(way.initialisation, Initialisation::KaimingUniform);
        assert_eq!(way.regime.structure, Structure::Convolution);
        assert_eq!(way.regime.jumpstart, Some(Jumpstart { axes: Axes::Points, ..Jumpstart::published() }));
        assert_eq!(Way::named("dense", "baseline").unwrap().regime, Regime::across_samples());
        assert_eq!(Way::named("dense", "both").unwrap(), Way::penalised(Jumpstart::published()).unwrap());
        assert!(Way::named("sparse", "both").is_err() && Way::named("dense", "luck").is_err());
    }
}
