//! Why a convex program cannot be set up or solved.

use super::patterns::MAX_PATTERNS;
use relulab_regions::space::{MAX_SPACE_DIM, SpaceError};

/// Why there is no solution.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ConvexError {
    /// More than one label per point.
    #[error("the data have {0} labels per point: expected one")]
    Outputs(usize),
    /// The ridge is no positive number.
    #[error("ridge {0}: expected a positive number")]
    Ridge(f64),
    /// No pattern would be sampled.
    #[error("0 sampled patterns: expected at least 1")]
    NoPatterns,
    /// Too many dimensions to enumerate patterns.
    #[error(
        "{0} inputs, the bias counted: all patterns are enumerated up to {MAX_SPACE_DIM}; sampled ones give a bound"
    )]
    Dimension(usize),
    /// Too many patterns to enumerate.
    #[error(
        "{n_points} points in {dim} dimensions, the bias counted, can have {bound} patterns: expected at most \
             {MAX_PATTERNS}; sampled ones give a bound"
    )]
    TooMany {
        /// Number of points.
        n_points: usize,
        /// Dimensions.
        dim: usize,
        /// Largest number of patterns.
        bound: u128,
    },
    /// The arrangement cannot be enumerated.
    #[error(transparent)]
    Arrangement(#[from] SpaceError),
    /// The network has more units or inputs than networks may have.
    #[error(transparent)]
    Shape(#[from] relulab_net::ShapeError),
    /// A weight is beyond the range of f64.
    #[error(transparent)]
    Network(#[from] relulab_net::NetworkError),
    /// The cone program's solver gave up.
    #[error("the solver of the cone program ended with \"{0}\"")]
    Solver(String),
}
