//! Why two networks cannot be compared, or a set of solutions not analysed.

use crate::AlignmentMethod;
use crate::optimal_barrier::MAX_BARRIER_UNITS;
use relulab_net::{Activation, NetworkError, Shape};

/// What is wrong with the arguments of a landscape analysis.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LandscapeError {
    /// The networks have different shapes.
    #[error("the networks have different shapes, {0} and {1}")]
    Shapes(Shape, Shape),
    /// The networks have different activations.
    #[error("the networks have different activations, {0} and {1}")]
    Activations(Activation, Activation),
    /// The points do not fit the networks.
    #[error("the data have {inputs} inputs and {labels} labels per point, and the networks are {shape}")]
    Data {
        /// Inputs per point.
        inputs: usize,
        /// Labels per point.
        labels: usize,
        /// The networks' shape.
        shape: Shape,
    },
    /// Positive scales change the function of units whose activation is not positively homogeneous.
    #[error(
        "units with the activation {0} cannot be rescaled without changing the function: expected relu or leaky_relu"
    )]
    NotScalable(Activation),
    /// The units of a layer are not a permutation.
    #[error("hidden layer {layer}: its units are not a permutation")]
    NotAPermutation {
        /// The hidden layer, from 0.
        layer: usize,
    },
    /// A scale that is not positive would change the function.
    #[error("a unit's scale is {0}: expected a finite number > 0")]
    Scale(f64),
    /// A method for one hidden layer met another depth.
    #[error("alignment {method} needs exactly one hidden layer, and the networks have {depth}")]
    Depth {
        /// The method.
        method: AlignmentMethod,
        /// Hidden layers that there are.
        depth: usize,
    },
    /// Too many units for all permutations.
    #[error("{0} hidden units: all permutations are compared for at most {MAX_BARRIER_UNITS}")]
    TooManyUnits(usize),
    /// The loss is not a polynomial in t between finitely many places.
    #[error("no exact barrier: {0}; sample the path instead")]
    NotExact(&'static str),
    /// A path needs points on it.
    #[error("{0} sampled points on the path: expected at least 2, its ends")]
    SampledPoints(usize),
    /// An alignment or a vector that belongs to other networks.
    #[error("{what}: {got} entries, expected {expected}")]
    Length {
        /// What was given.
        what: &'static str,
        /// Its length.
        got: usize,
        /// The length that fits.
        expected: usize,
    },
    /// There are too few solutions.
    #[error("{0} solutions: expected at least 2")]
    TooFew(usize),
    /// A subsample that the cloud cannot give.
    #[error("subsamples of {size} solutions: expected 2 to {n}")]
    SubsampleSize {
        /// The size asked for.
        size: usize,
        /// Number of solutions.
        n: usize,
    },
    /// A number that is NaN or infinite.
    #[error("{what} holds {value}: expected finite numbers")]
    NotFinite {
        /// Where it is.
        what: &'static str,
        /// The number.
        value: f64,
    },
    /// A direction has no length.
    #[error("the direction is zero")]
    ZeroDirection,
    /// The vectors of the tiers are not orthonormal.
    #[error("the vectors of the tiers are not orthonormal: the product of numbers {first} and {second} is {product}")]
    NotOrthonormal {
        /// Place of the one vector among all, from 0.
        first: usize,
        /// Place of the other.
        second: usize,
        /// Their scalar product.
        product: f64,
    },
    /// The eigenvalue iteration did not converge.
    #[error("the eigenvalues of a {0} × {0} matrix were not found")]
    Eigenvalues(usize),
    /// The transformed parameters do not make a network.
    #[error(transparent)]
    Network(#[from] NetworkError),
}
