//! The exact planar complex of a ReLU or LeakyReLU network with two inputs, over a rectangle or the whole plane.
//!
//! [`count()`] counts regions in memory that grows with the depth of the subdivision; [`PlaneComplex`] holds all of it:
//! vertices, edges, cells, their affine maps, and from these pieces, unit status, extremes, integrals and level sets.
//!
//! *Algorithm*: depth first over cells. On a cell of the first l − 1 layers all pre-activations of layer l are affine;
//! the units whose sign changes on it split it one after the other, and each part keeps the list of those that still
//! cross it. A vertex is the meeting of two lines, each the zero set of a unit's form on a cell around it or a side of
//! the domain, so that it can be computed again in rationals. A sign is taken from f64 where the error bound allows,
//! and from rationals otherwise; zero is a sign of its own, and nothing is perturbed.
//!
//! The whole plane is a square whose half width R is larger than every number that occurs: what lies on its sides is
//! at + R · rate, and signs are those of the leading part that is not zero.
//!
//! Cells meet face to face. A pre-activation is continuous, so where it cuts through an edge it cuts through the cells
//! on both sides of it: no vertex lies inside another cell's edge, and V − E + F = 1.
//!
//! ```
//! use relulab_net::{Activation, Network, Shape};
//! use relulab_regions::plane::{self, PlaneComplex, PlaneDomain};
//! // |x| + |y|
//! let parameters = [1.0, 0.0, -1.0, 0.0, 0.0, 1.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0];
//! let network = Network::new(Shape::new(2, vec![4], 1)?, Activation::Relu, parameters.to_vec())?;
//! let counts = plane::count(&network, PlaneDomain::WHOLE, 1)?;
//! assert_eq!((counts.activation_regions, counts.vertices), (4, 1));
//!
//! let complex = PlaneComplex::new(&network, PlaneDomain::square(-1.0, 1.0)?)?;
//! assert_eq!(complex.pieces().distinct_affine_functions, 4);
//! assert_eq!(complex.exact_integral(0).map(|integral| integral.to_string()), Some("4".to_owned()));
//! assert_eq!(complex.level_set(0, 0.5).segments.len(), 4);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod certainty;
mod columns;
mod complex;
mod count;
mod cursor;
mod decision;
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
pub use decision::{Choice, DecisionEdge, DecisionPart, DecisionRegions};
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
