//! The jumpstart penalty as data: units and points that cross no kink are pushed over one.
//!
//! *Reference*: Riera, Rey, Serra, Puertas and Pujol, "Training Thinner and Deeper Neural Networks: Jumpstart
//! Regularization" (CPAIOR 2022), equations (3)-(12), with the signs of the authors' code.

use crate::recipe::RecipeError;
use serde::{Deserialize, Serialize};

/// A penalty λ·P on the pre-activations g of hidden layers.
///
/// Along each axis, a maximum and a minimum of g are taken: of a *unit* over the points of the batch, of a *point* over
/// the units of a layer (of a position, in a convolution). Each pair has the deficit
///
/// s = ½ max(0, margin − max g) + ½ max(0, margin + min g),
///
/// which is 0 where both sides of the kink are reached by the margin. At a deficit of exactly 0 on one side that side
/// has the derivative 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Jumpstart {
    /// What must cross the kink.
    pub axes: Axes,
    /// How deficits become one number.
    pub aggregation: Aggregation,
    /// Which of several equal extremes takes the derivative.
    pub ties: Ties,
    /// How far beyond the kink.
    pub margin: f64,
    /// λ.
    pub weight: f64,
    /// Whether the outputs are penalised too, as hidden layers are.
    pub on_outputs: bool,
}

/// What must cross the kink.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axes {
    /// Each unit for some point.
    Units,
    /// Each point at some unit of each layer.
    Points,
    /// Both.
    Both,
}

/// How deficits become one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregation {
    /// Σ s²: the authors' Keras code, which the paper calls the 1-norm.
    SumOfSquares,
    /// Σ s.
    OneNorm,
    /// √Σ s², over all layers and axes at once; its derivative at 0 is 0.
    TwoNorm,
    /// The mean of s over all layers and axes at once.
    Mean,
}

/// Which of several equal extremes takes the derivative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    /// The first in order of points or units, as PyTorch's maximum along a dimension.
    First,
    /// All, in equal shares, as TensorFlow's.
    Average,
    /// One, drawn anew for every extreme and step.
    Random,
}

impl Aggregation {
    /// Whether deficits add up as they are, not squared.
    pub(crate) fn is_linear(self) -> bool {
        matches!(self, Self::OneNorm | Self::Mean)
    }
}

impl Axes {
    /// Whether units must cross.
    pub fn has_units(self) -> bool {
        matches!(self, Self::Units | Self::Both)
    }

    /// Whether points must cross.
    pub fn has_points(self) -> bool {
        matches!(self, Self::Points | Self::Both)
    }
}

impl Jumpstart {
    /// The penalty of the MOONS experiments: both axes, sum of squares, margin 1, λ = 1e-4.
    pub fn published() -> Self {
        Self {
            axes: Axes::Both,
            aggregation: Aggregation::SumOfSquares,
            ties: Ties::Average,
            margin: 1.0,
            weight: 1e-4,
            on_outputs: false,
        }
    }

    pub(crate) fn check(&self) -> Result<(), RecipeError> {
        for (name, value) in [("jumpstart weight", self.weight), ("jumpstart margin", self.margin)] {
            if !(value.is_finite() && value >= 0.0) {
                return Err(RecipeError::Constant { name, value, expected: "a finite number of at least 0" });
            }
        }
        Ok(())
    }
}
