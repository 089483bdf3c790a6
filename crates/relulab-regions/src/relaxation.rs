//! What hidden units and outputs do over a box, proved without enumerating regions.
//!
//! Three steps, each only for what the one before left open: interval arithmetic, linear relaxation, and branch and
//! bound over halves of the box. All is f64 with every rounding charged to the bound; a bound whose sign the charge
//! leaves open is evaluated again in exact numbers. Each bound comes with a [`BoundProof`], which [`verify`] checks in
//! exact arithmetic by code of its own, and each extremum with a point that shows how far the bound is from it.
//!
//! ```
//! use relulab_net::{Activation, Network, Shape};
//! use relulab_regions::relaxation::{InputBox, ProvedStatus, UnitBudget, bound_units, verify};
//! // relu(x + 2) is linear and relu(x − 2) dead on [−1, 1].
//! let shape = Shape::new(1, vec![2], 1)?;
//! let network = Network::new(shape, Activation::Relu, vec![1.0, 1.0, 2.0, -2.0, 1.0, 1.0, 0.0])?;
//! let domain = InputBox::cube(1, -1.0, 1.0)?;
//! let found = bound_units(&network, &domain, UnitBudget::default())?;
//! assert_eq!(found.layers[0][0].status(), ProvedStatus::Linear);
//! assert_eq!(found.layers[0][1].status(), ProvedStatus::Dead);
//! verify(&network, &domain, &found.layers[0][1].maximum.proof)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub(crate) mod dense;
mod input_box;
pub(crate) mod pass;
mod search;
mod verify;

pub use input_box::InputBox;
pub use verify::{BoundProof, Choice, ProofFault, ProofNode, verify, verify_all};

use relulab_net::Network;

/// Why units cannot be bounded.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum UnitError {
    /// The activation is smooth.
    #[error("the activation {0} is not piecewise linear: expected relu or leaky_relu")]
    Activation(relulab_net::Activation),
    /// The box has other dimensions than the network's input.
    #[error("a box of {found} inputs for a network with {expected}")]
    Dim {
        /// Inputs of the box.
        found: usize,
        /// Inputs of the network.
        expected: usize,
    },
    /// Different numbers of lower and upper ends.
    #[error("{lower} lower and {upper} upper ends of a box")]
    Ends {
        /// Lower ends.
        lower: usize,
        /// Upper ends.
        upper: usize,
    },
    /// An interval is inverted or not finite.
    #[error("input {input} from {lower} to {upper}: expected finite ends, the lower one first")]
    Interval {
        /// The input, from 0.
        input: usize,
        /// Lower end.
        lower: f64,
        /// Upper end.
        upper: f64,
    },
    /// There is no such unit.
    #[error("unit {unit} of layer {layer}: there is none")]
    Unit {
        /// Layer, from 0.
        layer: usize,
        /// Unit, from 0.
        unit: usize,
    },
}

/// How much work may go into one bound: numbers of boxes, so that the result does not depend on the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitBudget {
    /// Boxes per bound while the sign of the extremum is open.
    pub boxes_to_decide: usize,
    /// Boxes per bound to bring it close to the extremum once the sign is known.
    pub boxes_to_tighten: usize,
}

impl Default for UnitBudget {
    fn default() -> Self {
        Self { boxes_to_decide: 256, boxes_to_tighten: 1 }
    }
}

/// One side of a unit's range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The largest pre-activation.
    Maximum,
    /// The smallest.
    Minimum,
}

/// What is proved of a unit over a box; for an output, of its sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProvedStatus {
    /// The pre-activation is never > 0.
    Dead,
    /// The pre-activation is never < 0.
    Linear,
    /// The pre-activation is 0 everywhere.
    Zero,
    /// The pre-activation takes both signs; points show it.
    Unstable,
    /// Neither proved nor refuted within the budget.
    Unknown,
}

/// An extremum between two bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Extremum {
    /// Not above the exact extremum.
    pub lower: f64,
    /// Not below the exact extremum.
    pub upper: f64,
    /// A point of the box where the pre-activation shows the inner bound: that of a maximum from below, of a minimum
    /// from above.
    pub at: Vec<f64>,
    /// The proof of the outer bound.
    pub proof: BoundProof,
}

/// The bounds of one unit.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitBounds {
    /// Its smallest pre-activation.
    pub minimum: Extremum,
    /// Its largest pre-activation.
    pub maximum: Extremum,
}

impl UnitBounds {
    /// What the bounds prove.
    pub fn status(&self) -> ProvedStatus {
        match (self.maximum.upper <= 0.0, self.minimum.lower >= 0.0) {
            (true, true) => ProvedStatus::Zero,
            (true, false) => ProvedStatus::Dead,
            (false, true) => ProvedStatus::Linear,
            (false, false) if self.maximum.lower > 0.0 && self.minimum.upper < 0.0 => ProvedStatus::Unstable,
            (false, false) => ProvedStatus::Unknown,
        }
    }
}

/// The bounds of all units and outputs, and the work that they took.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkBounds {
    /// Layer by layer, the outputs last.
    pub layers: Vec<Vec<UnitBounds>>,
    /// Boxes that were relaxed.
    pub boxes: usize,
    /// Bounds that were evaluated again in exact numbers because rounding left their sign open.
    pub exact_fallbacks: usize,
}

/// Bounds the pre-activation of every hidden unit, and every output, over a box.
///
/// *Errors*: when the activation is not piecewise linear or the box does not fit.
///
/// *Algorithm*: see the module; branch and bound takes the part with the worst bound first and halves it across the
/// input that its linear form depends on most.
///
/// *Reference*: Zhang et al. 2018 for the relaxation.
///
/// # Errors
/// As said above.
pub fn bound_units(network: &Network, domain: &InputBox, budget: UnitBudget) -> Result<NetworkBounds, UnitError> {
    let dense = dense::Dense::of(network)?;
    check_dim(network, domain)?;
    Ok(search::bound_all(&dense, domain, budget))
}

pub(crate) fn check_dim(network: &Network, domain: &InputBox) -> Result<(), UnitError> {
    let (found, expected) = (domain.dim(), network.shape().input_dim());
    if found == expected { Ok(()) } else { Err(UnitError::Dim { found, expected }) }
}

pub(crate) fn check_unit(network: &Network, layer: usize, unit: usize) -> Result<(), UnitError> {
    let width = network.shape().widths().skip(1).nth(layer).unwrap_or(0);
    if unit < width { Ok(()) } else { Err(UnitError::Unit { layer, unit }) }
}

#[cfg(test)]
mod tests;
