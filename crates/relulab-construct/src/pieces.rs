//! The exact counts of a network's pieces, by the engine of its dimension, where they are not too many.

use crate::error::ConstructError;
use relulab_net::Network;
use relulab_regions::line::{LineDomain, Workspace};
use relulab_regions::plane::{PlaneComplex, PlaneDomain};
use relulab_regions::space::{self, Budget, MAX_SPACE_DIM, SpaceDomain};

/// Activation regions up to which a construction's pieces are counted.
pub const MAX_COUNTED_REGIONS: u64 = 50_000;

/// The four counts of a network on its whole domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PieceCount {
    /// Full-dimensional sets with constant on/off pattern.
    pub activation_regions: u64,
    /// Sets with one affine map, joined over facets.
    pub open_connected_pieces: u64,
    /// The same, joined over any shared point.
    pub closed_connected_pieces: u64,
    /// Different affine maps.
    pub distinct_affine_functions: u64,
}

/// Counts the pieces of a network exactly; `None` where there may be more than `max_regions` regions, or more inputs
/// than the engines take.
///
/// # Errors
/// When the engines refuse the network.
pub fn count_pieces(network: &Network, max_regions: u64) -> Result<Option<PieceCount>, ConstructError> {
    if network.shape().input_dim() == 1 {
        let counts = Workspace::new().count(network, LineDomain::WHOLE)?;
        return Ok(Some(PieceCount {
            activation_regions: counts.activation_regions as u64,
            open_connected_pieces: counts.connected_pieces as u64,
            closed_connected_pieces: counts.connected_pieces as u64,
            distinct_affine_functions: counts.distinct_affine_functions as u64,
        }));
    }
    if !is_small(network, max_regions)? {
        return Ok(None);
    }
    if network.shape().input_dim() == 2 {
        let complex = PlaneComplex::new(network, PlaneDomain::WHOLE)?;
        let pieces = complex.pieces();
        return Ok(Some(PieceCount {
            activation_regions: complex.counts().activation_regions,
            open_connected_pieces: pieces.open_connected_pieces as u64,
            closed_connected_pieces: pieces.closed_connected_pieces as u64,
            distinct_affine_functions: pieces.distinct_affine_functions as u64,
        }));
    }
    let complex = space::enumerate(network, &SpaceDomain::whole(), false, 1)?;
    Ok(Some(PieceCount {
        activation_regions: complex.regions.len() as u64,
        open_connected_pieces: complex.open_connected_pieces as u64,
        closed_connected_pieces: complex.closed_connected_pieces as u64,
        distinct_affine_functions: complex.distinct_affine_functions as u64,
    }))
}

/// The on/off patterns of all activation regions; `None` as for [`count_pieces`].
pub(crate) fn patterns(network: &Network, max_regions: u64) -> Result<Option<Vec<Vec<bool>>>, ConstructError> {
    if network.shape().input_dim() == 1 {
        let regions = Workspace::new().regions_exact(network, LineDomain::WHOLE)?;
        return Ok(Some(regions.into_iter().map(|region| region.pattern).collect()));
    }
    if !is_small(network, max_regions)? {
        return Ok(None);
    }
    if network.shape().input_dim() == 2 {
        let complex = PlaneComplex::new(network, PlaneDomain::WHOLE)?;
        let n_units = network.shape().n_units();
        let pattern = |cell| (0..n_units).map(|unit| complex.is_on(cell, unit)).collect();
        return Ok(Some((0..complex.n_cells()).map(pattern).collect()));
    }
    let complex = space::enumerate(network, &SpaceDomain::whole(), false, 1)?;
    Ok(Some(complex.regions.into_iter().map(|region| region.pattern).collect()))
}

/// Whether a network with two inputs or more has at most so many activation regions.
fn is_small(network: &Network, max_regions: u64) -> Result<bool, ConstructError> {
    if network.shape().input_dim() > MAX_SPACE_DIM {
        return Ok(false);
    }
    let counts = space::count(network, &SpaceDomain::whole(), Budget::regions(max_regions), 1)?;
    Ok(counts.complete)
}
