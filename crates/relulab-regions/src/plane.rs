//! The exact planar complex of a ReLU or LeakyReLU network with two inputs, over a rectangle or the whole plane.

mod certainty;
mod columns;
mod complex;
mod count;
mod cursor;
mod domain;
mod exact;
mod extent;
mod form;
mod integral;
mod ledger;
mod level;
mod pieces;
mod walk;

pub use complex::{Edge, PlaneComplex};
pub use count::PlaneCounts;
pub use domain::{ExactPoint, PlaneDomain};
pub use extent::{Extent, Extents, InputNorm, UnitStatus};
pub use integral::{PlaneMonomial, PlanePolynomial};
pub use level::{LevelSegment, LevelSet};
pub use pieces::PieceCounts;

use crate::layers::AffineLayers;
use relulab_net::Network;

/// Why a network has no planar complex.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PlaneError {
    /// The network does not have two inputs.
    #[error("a network with {0} inputs is not a function on the plane")]
    InputDim(usize),
    /// The activation is smooth, so there are no linear pieces.
    #[error("the activation {0} is not piecewise linear: expected relu or leaky_relu")]
    Activation(relulab_net::Activation),
    /// An interval of the rectangle is empty, inverted or not finite.
    #[error("the interval [{lower}, {upper}]: expected finite ends, the lower one first")]
    Domain {
        /// Lower end as given.
        lower: f64,
        /// Upper end as given.
        upper: f64,
    },
}

/// Counts the activation regions of a network, with `n_threads` threads.
///
/// The counts are the same for any number of threads; only memory proportional to depth is used.
///
/// # Errors
/// When the network does not have two inputs or its activation is not piecewise linear.
pub fn count(network: &Network, domain: PlaneDomain, n_threads: usize) -> Result<PlaneCounts, PlaneError> {
    Ok(count::count(&load(network)?, domain, n_threads))
}

impl PlaneComplex {
    /// The complex of a network on a domain.
    ///
    /// # Errors
    /// As for [`count()`].
    pub fn new(network: &Network, domain: PlaneDomain) -> Result<Self, PlaneError> {
        Ok(Self::build(load(network)?, domain))
    }
}

/// Checks a network and takes over its parameters.
fn load(network: &Network) -> Result<AffineLayers, PlaneError> {
    if network.shape().input_dim() != 2 {
        return Err(PlaneError::InputDim(network.shape().input_dim()));
    }
    let mut layers = AffineLayers::default();
    if !layers.load(network) {
        return Err(PlaneError::Activation(network.activation()));
    }
    Ok(layers)
}
