//! Lossless compression: the same function with fewer units, over a box or on the whole space.
//!
//! Every step is exact, and so is its result: a network holds f64, and a step whose parameters would have to be
//! rounded is not taken. What would have gone is listed as [`Kept`], so nothing is lost in silence either way. Over a
//! box, that a unit is dead or linear rests on proofs ([`crate::relaxation`]), which come with the result.
//!
//! | Step | Holds |
//! |---|---|
//! | drop a unit that nothing listens to, or that is 0 throughout | everywhere; over the box |
//! | fold a unit without inputs into the next biases | everywhere |
//! | merge units whose rows are positive multiples of each other | everywhere |
//! | fold a layer whose units are all linear into the next | over the box |
//! | replace linear units by as many as the rank of their joint effect, with biases that keep them active | over the box |

mod fold;
mod work;

use crate::relaxation::{BoundProof, InputBox, NetworkBounds, ProvedStatus, UnitBudget, UnitError, bound_units};
use relulab_net::{Network, NetworkError, ShapeError};
use work::Work;

/// One step that was taken. Layers and units are those of the original network, from 0; a unit that an earlier step
/// has made has no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A unit was dropped.
    Dropped {
        /// Its layer.
        layer: usize,
        /// The unit.
        unit: Option<usize>,
        /// Why it could go.
        why: Reason,
    },
    /// A unit was merged into a parallel one of its layer.
    Merged {
        /// Their layer.
        layer: usize,
        /// The unit that went.
        unit: Option<usize>,
        /// The unit that now stands for both.
        into: Option<usize>,
    },
    /// Units that are linear over the box were replaced by fewer, or by none.
    Replaced {
        /// Their layer.
        layer: usize,
        /// The units that went.
        units: Vec<Option<usize>>,
        /// How many came instead: the rank of their joint effect on the next layer.
        by: usize,
    },
    /// A layer whose units are all linear over the box became part of the next.
    LayerFolded {
        /// The layer.
        layer: usize,
        /// Its units.
        units: Vec<Option<usize>>,
    },
}

/// Why a unit can be dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Its activation is 0 over the whole box.
    Zero,
    /// All its outgoing weights are 0.
    Silent,
    /// All its weights are 0, so it is a constant.
    Constant,
}

/// A step that would have been right but whose parameters f64 does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The layer of the original network, from 0.
    pub layer: usize,
    /// The units that stay.
    pub units: Vec<Option<usize>>,
    /// The step that was not taken.
    pub step: &'static str,
}

/// A compressed network and the account of what was done.
#[derive(Clone, Debug, PartialEq)]
pub struct Compression {
    /// The smaller network: the same function, exactly, over the box or everywhere.
    pub network: Network,
    /// The steps in order.
    pub changes: Vec<Change>,
    /// What stays only because f64 cannot hold the result.
    pub kept: Vec<Kept>,
    /// The proofs, over the box and of the original network, of the bounds that the steps rest on.
    pub proofs: Vec<BoundProof>,
    /// Units of which nothing was proved within the budget.
    pub n_unknown: usize,
}

/// Why a network cannot be compressed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CompressError {
    /// The activation is not piecewise linear, or the box does not fit.
    #[error(transparent)]
    Unit(#[from] UnitError),
    /// The result is not a network, which cannot happen to a network within its limits.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// The same for its parameters.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

/// Removes what a network does not need, exactly.
///
/// *Algorithm*: the steps of the module's table, layer by layer, until none applies. `budget` is for the proofs over
/// the box and plays no part without one.
///
/// # Errors
/// When the activation is not piecewise linear or the box does not fit the network.
///
/// ```
/// use relulab_net::{Activation, Network, Shape};
/// use relulab_regions::{compress::compress, relaxation::UnitBudget};
/// // relu(x) + relu(2x) = 3 relu(x)
/// let shape = Shape::new(1, vec![2], 1)?;
/// let network = Network::new(shape, Activation::Relu, vec![1.0, 2.0, 0.0, 0.0, 1.0, 1.0, 0.0])?;
/// let found = compress(&network, None, UnitBudget::default())?;
/// assert_eq!(found.network.parameters(), [1.0, 0.0, 3.0, 0.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn compress(
    network: &Network,
    domain: Option<&InputBox>,
    budget: UnitBudget,
) -> Result<Compression, CompressError> {
    let bounds = domain.map(|domain| bound_units(network, domain, budget)).transpose()?;
    let mut work =
        Work::of(network, domain, bounds.as_ref()).ok_or_else(|| UnitError::Activation(network.activation()))?;
    let (changes, kept) = work.reduce();
    let depth = network.shape().depth();
    let n_unknown = bounds.iter().flat_map(|bounds| bounds.layers[..depth].iter().flatten());
    let n_unknown = n_unknown.filter(|bounds| bounds.status() == ProvedStatus::Unknown).count();
    let proofs = bounds.map_or_else(Vec::new, |bounds| used_proofs(bounds, depth));
    Ok(Compression { network: work.into_network(network)?, changes, kept, proofs, n_unknown })
}

/// The proofs of all units that are dead, linear or zero over the box.
fn used_proofs(bounds: NetworkBounds, depth: usize) -> Vec<BoundProof> {
    let mut proofs = Vec::new();
    for bounds in bounds.layers.into_iter().take(depth).flatten() {
        let status = bounds.status();
        if matches!(status, ProvedStatus::Dead | ProvedStatus::Zero) {
            proofs.push(bounds.maximum.proof);
        }
        if matches!(status, ProvedStatus::Linear | ProvedStatus::Zero) {
            proofs.push(bounds.minimum.proof);
        }
    }
    proofs
}

#[cfg(test)]
mod tests;
