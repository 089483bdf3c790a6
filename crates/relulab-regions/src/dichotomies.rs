//! Dichotomies of a finite set of points by half-spaces: the cells of its dual arrangement.
//!
//! A half-space {x : w·x + b > 0} picks some of the points. The sets that can be picked with no point on the boundary
//! are the cells into which the hyperplanes w·xᵢ + b = 0 cut the space of all (w, b), which is what the first layer of a
//! ReLU network does to its inputs; so the search for regions in [`space`](crate::space) finds them, with the same exact
//! signs. Duplicates, collinear points and lattices need no special care.
//!
//! With an offset b, points on the boundary add nothing: lowering b a little keeps all points that are inside and moves
//! those on the boundary out, so every set {i : w·xᵢ + b > 0} is also picked strictly. Without an offset that is
//! different, and only strict dichotomies are listed; a point at the origin is then on every boundary.
//!
//! In general position there are 2 Σ_{i<D} C(n − 1, i) dichotomies, D being the number of coordinates of (w, b).
//!
//! *Reference*: Cover, *Geometrical and statistical properties of systems of linear inequalities* (1965), theorem 1.
//!
//! ```
//! use relulab_regions::dichotomies::{PointSet, dichotomies};
//! // Four points in the plane: all sets but the two diagonals.
//! let square = PointSet::new(&[0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0], 2, true)?;
//! let found = dichotomies(&square, 1)?;
//! assert_eq!(found.len(), 14);
//! assert!(found.iter().all(|one| one.positive != [true, false, false, true]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod completeness;
mod conic;
mod witness;

pub use completeness::{Completeness, CompletenessFault, Neighbour, prove, verify};

use crate::space::{self, Budget, MAX_SPACE_DIM, SpaceDomain, SpaceError};
use relulab_exact::Rational;
use relulab_net::{Activation, Network, NetworkError, Shape, ShapeError};
use std::sync::Mutex;
use witness::Witnesses;

/// Points in some dimension, for half-spaces with or without an offset.
#[derive(Clone, Debug, PartialEq)]
pub struct PointSet {
    /// The points, row-major, each followed by a 1 where half-spaces have an offset.
    rows: Vec<f64>,
    /// Coordinates of a half-space.
    n_coordinates: usize,
    network: Network,
}

/// One way to divide the points.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dichotomy {
    /// For every point, whether it is inside the half-space.
    pub positive: Vec<bool>,
    /// Such a half-space: w, then b where there is one. No point is on its boundary, but the origin where there is none.
    pub half_space: Vec<Rational>,
}

/// Why points have no dichotomies.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DichotomyError {
    /// No points, or not as many numbers as whole points have.
    #[error("{numbers} numbers: expected points with {dim} coordinates each")]
    Shape {
        /// Numbers that came.
        numbers: usize,
        /// Coordinates per point.
        dim: usize,
    },
    /// A coordinate is NaN or infinite.
    #[error("point {point}: expected finite numbers")]
    NotFinite {
        /// The point, from 0.
        point: usize,
    },
    /// More points or dimensions than the search can hold.
    #[error(transparent)]
    Size(#[from] SpaceError),
    /// More points than a layer may have units.
    #[error("too many points: {0}")]
    Points(#[from] ShapeError),
}

impl PointSet {
    /// Points of `dim` coordinates, one after the other.
    ///
    /// # Errors
    /// When there are none, their numbers do not fill whole points, one is not finite, or there are too many.
    pub fn new(points: &[f64], dim: usize, has_offset: bool) -> Result<Self, DichotomyError> {
        if dim == 0 || points.is_empty() || !points.len().is_multiple_of(dim) {
            return Err(DichotomyError::Shape { numbers: points.len(), dim });
        }
        let n_coordinates = dim + usize::from(has_offset);
        if n_coordinates > MAX_SPACE_DIM {
            return Err(SpaceError::InputDim(n_coordinates).into());
        }
        let offset: &[f64] = if has_offset { &[1.0] } else { &[] };
        let rows: Vec<f64> = points.chunks_exact(dim).flat_map(|point| [point, offset].concat()).collect();
        let n_points = points.len() / dim;
        let shape = Shape::new(n_coordinates, vec![n_points], 1)?;
        // Units w·xᵢ + b of the inputs (w, b); what the output does with them does not matter.
        let mut parameters = rows.clone();
        parameters.resize(shape.n_params(), 0.0);
        let network = Network::new(shape, Activation::Relu, parameters).map_err(|error| match error {
            NetworkError::NotFinite { index, .. } => DichotomyError::NotFinite { point: index / n_coordinates },
            NetworkError::WrongCount { .. } => DichotomyError::Shape { numbers: points.len(), dim },
        })?;
        Ok(Self { rows, n_coordinates, network })
    }

    /// Number of points.
    pub fn n_points(&self) -> usize {
        self.rows.len() / self.n_coordinates
    }

    /// The points, each with a 1 at its end where half-spaces have an offset.
    fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.rows.chunks_exact(self.n_coordinates)
    }
}

/// How many dichotomies there are; memory is proportional to the number of points.
///
/// # Errors
/// When there are too many points or dimensions.
pub fn count(points: &PointSet, n_threads: usize) -> Result<u128, DichotomyError> {
    let counts = space::count(&points.network, &SpaceDomain::whole(), Budget::UNLIMITED, n_threads)?;
    Ok(counts.activation_regions.lower)
}

/// Shows every dichotomy once, in any order and from several threads; memory is proportional to the number of points.
///
/// # Errors
/// When there are too many points or dimensions.
pub fn for_each(points: &PointSet, n_threads: usize, show: impl Fn(Dichotomy) + Sync) -> Result<(), DichotomyError> {
    space::visit_leaves(&points.network, n_threads, &Witnesses { points, show: &show })?;
    Ok(())
}

/// All dichotomies in the order of their sets; the result does not depend on `n_threads`.
///
/// # Errors
/// When there are too many points or dimensions.
pub fn dichotomies(points: &PointSet, n_threads: usize) -> Result<Vec<Dichotomy>, DichotomyError> {
    let list = Mutex::new(Vec::new());
    for_each(points, n_threads, |one| {
        if let Ok(mut list) = list.lock() {
            list.push(one);
        }
    })?;
    let mut list = list.into_inner().unwrap_or_default();
    list.sort_unstable();
    Ok(list)
}

#[cfg(test)]
mod tests;
