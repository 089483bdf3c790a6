//! Regimes: what a network is made of and how its parameters move, beyond shape, loss and optimiser, as plain data.

use crate::jumpstart::Jumpstart;
use crate::recipe::RecipeError;
use crate::structure::Structure;
use relulab_net::Shape;
use serde::{Deserialize, Serialize};

/// What a network is made of and how its parameters move, beyond shape, loss and optimiser.
///
/// The default is the standard regime: a dense network that follows the gradient of its loss, many seeds at once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Regime {
    /// What fills the lanes of the vector unit.
    pub layout: Layout,
    /// What the layers are.
    pub structure: Structure,
    /// A penalty on units and points that cross no kink.
    pub jumpstart: Option<Jumpstart>,
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

    /// Whether the layout must be [`Layout::Samples`].
    pub fn needs_samples(&self) -> bool {
        self.structure != Structure::Dense || self.jumpstart.is_some()
    }

    /// Number of parameters of a network of this shape.
    pub fn n_params(&self, shape: &Shape) -> usize {
        self.structure.n_params(shape)
    }

    /// Checks the regime against a shape.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub(crate) fn check(&self, shape: &Shape) -> Result<(), RecipeError> {
        if self.layout == Layout::Networks && self.needs_samples() {
            return Err(RecipeError::NeedsSamples);
        }
        self.structure.check(shape)?;
        self.jumpstart.map_or(Ok(()), |jumpstart| jumpstart.check())
    }
}
