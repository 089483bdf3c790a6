//! Regimes: what a network is made of and how its parameters move, beyond shape, loss and optimiser, as plain data.

mod text;

use crate::jumpstart::Jumpstart;
use crate::mirrored::Mirrored;
use crate::recipe::RecipeError;
use crate::structure::{Stage, Structure};
use relulab_net::{Activation, Shape};
use serde::{Deserialize, Serialize};

pub use text::ParseRegimeError;

/// Added to a variance before its root is taken, in batch norm; Keras' default, as the MOONS experiments were Keras'.
pub const BATCH_NORM_EPSILON: f64 = 1e-3;

/// What a network is made of and how its parameters move, beyond shape, loss and optimiser.
///
/// The default is the standard regime: a dense network that follows the gradient of its loss, many seeds at once. As
/// text, the parts of a regime are joined by `+`: `jumpstart`, `convolution+jumpstart:weight=1e-3,ties=first`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Regime {
    /// What fills the lanes of the vector unit.
    pub layout: Layout,
    /// What the layers are.
    pub structure: Structure,
    /// Whether each channel of a hidden layer is brought to mean 0 and variance 1 over the batch, scaled and shifted,
    /// before its activation. Scales begin at 1 and shifts at 0; they follow the biases of their layer.
    pub batch_norm: bool,
    /// Whether a hidden layer adds its inputs to its activations, where there are as many. Only for ReLU.
    pub residual: bool,
    /// A penalty on units and points that cross no kink.
    pub jumpstart: Option<Jumpstart>,
    /// The last hidden layer in mirrored pairs, its weights kept in simple sets. Only for plain dense layers.
    pub mirrored: Option<Mirrored>,
}

/// What fills the lanes of the vector unit. Sums run in different orders, so the layout is part of what decides a
/// result; samples and first parameters are the same in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Networks: sixteen seeds of one shape go through the same instructions. Best for many seeds of a small shape, and
    /// only for the standard regime.
    #[default]
    Networks,
    /// Samples of one network's batch. Best for few seeds of a deep shape; every regime runs in it.
    Samples,
}

impl Regime {
    /// The standard regime with samples in the lanes.
    pub fn across_samples() -> Self {
        Self { layout: Layout::Samples, ..Self::default() }
    }

    /// Jumpstart on dense layers.
    pub fn jumpstart(jumpstart: Jumpstart) -> Self {
        Self { jumpstart: Some(jumpstart), ..Self::across_samples() }
    }

    /// Mirrored pairs.
    pub fn mirrored(mirrored: Mirrored) -> Self {
        Self { mirrored: Some(mirrored), ..Self::across_samples() }
    }

    /// Whether this is a plain dense network that follows the gradient of its loss, in either layout.
    pub fn is_standard(&self) -> bool {
        *self == Self { layout: self.layout, ..Self::default() }
    }

    /// Whether parameters are those of a dense network of the same shape.
    pub fn is_dense(&self) -> bool {
        self.structure == Structure::Dense && !self.batch_norm && !self.residual
    }

    /// Number of parameters of a network of this shape.
    pub fn n_params(&self, shape: &Shape) -> usize {
        self.stages(shape).last().map_or(0, |stage| stage.biases.end)
    }

    /// The affine layers of a shape.
    pub(crate) fn stages(&self, shape: &Shape) -> Vec<Stage> {
        self.structure.stages(shape, self.batch_norm)
    }

    /// Whether hidden layer `index` adds its inputs to its activations.
    pub(crate) fn skips(&self, stages: &[Stage], index: usize) -> bool {
        self.residual && index > 0 && index + 1 < stages.len() && stages[index - 1].units() == stages[index].units()
    }

    /// Checks the regime against a shape and an activation.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub(crate) fn check(&self, shape: &Shape, activation: Activation) -> Result<(), RecipeError> {
        if self.layout == Layout::Networks && !self.is_standard() {
            return Err(RecipeError::NeedsSamples);
        }
        self.structure.check(shape)?;
        if self.residual && activation != Activation::Relu {
            return Err(RecipeError::ResidualActivation { activation });
        }
        if let Some(jumpstart) = &self.jumpstart {
            jumpstart.check()?;
        }
        match &self.mirrored {
            None => Ok(()),
            Some(_) if !self.is_dense() => Err(RecipeError::MirroredLayers),
            Some(mirrored) => mirrored.check(shape),
        }
    }
}
