//! Why a construction cannot start.

use relulab_net::{FormulaError, NetworkError, ShapeError};
use relulab_regions::line::LineError;
use relulab_regions::plane::PlaneError;
use relulab_regions::space::SpaceError;

/// What is wrong with the arguments of a construction.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ConstructError {
    /// The network must have one output.
    #[error("a network with {0} outputs: construction needs one")]
    Outputs(usize),
    /// The points are not rows of the network's inputs.
    #[error("{numbers} numbers do not fill points with {input_dim} inputs")]
    Points {
        /// How many numbers came.
        numbers: usize,
        /// Inputs of the network.
        input_dim: usize,
    },
    /// The target has another number of values than there are points.
    #[error("{values} target values for {points} points")]
    TargetValues {
        /// Values.
        values: usize,
        /// Points.
        points: usize,
    },
    /// The basis is for another number of inputs.
    #[error("a basis of functions of {basis} inputs for a network with {network}")]
    BasisInputs {
        /// Inputs of the basis.
        basis: usize,
        /// Inputs of the network.
        network: usize,
    },
    /// There is no basis function, or too many.
    #[error("{0} basis functions: expected 1 to {max}", max = crate::basis::MAX_FUNCTIONS)]
    BasisSize(usize),
    /// The basis functions are dependent on the points.
    #[error("only {rank} of {functions} basis functions are independent on the {points} points")]
    DependentBasis {
        /// Numerical rank.
        rank: usize,
        /// Number of functions.
        functions: usize,
        /// Number of points.
        points: usize,
    },
    /// A number is NaN or infinite.
    #[error("{what} number {index} is {value}: expected finite numbers")]
    NotFinite {
        /// Where it is.
        what: &'static str,
        /// Its place, from 0.
        index: usize,
        /// The number.
        value: f64,
    },
    /// A threshold or tolerance is negative or not finite.
    #[error("{what} {value}: expected a finite number ≥ 0")]
    Threshold {
        /// Which one.
        what: &'static str,
        /// Its value.
        value: f64,
    },
    /// The singular value iteration failed.
    #[error("the singular values of a {rows} × {columns} matrix were not found")]
    SingularValues {
        /// Rows.
        rows: usize,
        /// Columns.
        columns: usize,
    },
    /// Breakpoints and slopes that do not fit together.
    #[error("{slopes} slopes for {breakpoints} breakpoints: expected one slope more than breakpoints")]
    Pieces {
        /// Number of slopes.
        slopes: usize,
        /// Number of breakpoints.
        breakpoints: usize,
    },
    /// Breakpoints out of order, or equal slopes on both sides of one.
    #[error("breakpoint {index} at {at}: expected increasing breakpoints with different slopes on both sides")]
    Breakpoint {
        /// Its place, from 0.
        index: usize,
        /// Where it is.
        at: f64,
    },
    /// More breakpoints than the search for the smallest network decides.
    #[error("{0} breakpoints: expected at most {max}", max = crate::cpwl::MAX_BREAKPOINTS)]
    TooManyBreakpoints(usize),
    /// A text that is no rational number.
    #[error("\"{0}\": expected an integer, a decimal or a fraction such as -3, 0.25 or 1/3")]
    NotANumber(String),
    /// A parameter that f64 does not hold, even after scaling.
    #[error(
        "a weight of unit {unit} in layer {layer} needs more digits than f64 has: simpler fractions would be exact"
    )]
    NotRepresentable {
        /// Layer, from 1; the one after the last hidden layer holds the outputs.
        layer: usize,
        /// Unit, from 0.
        unit: usize,
    },
    /// A sawtooth without folds or without slopes.
    #[error("a sawtooth needs at least one fold with at least one slope")]
    EmptySawtooth,
    /// The height of a sawtooth is not positive.
    #[error("height {0}: expected a positive number")]
    Height(String),
    /// A breakpoint of a fold out of order.
    #[error("breakpoint {at} of fold {fold}: expected breakpoints that ascend strictly between 0 and the height")]
    FoldBreakpoint {
        /// The fold, from 1.
        fold: usize,
        /// The breakpoint.
        at: String,
    },
    /// Folds with different numbers of slopes.
    #[error("fold {fold} has {width} slopes, the first has {first}: expected the same width in all folds")]
    FoldWidths {
        /// The fold, from 1.
        fold: usize,
        /// Its slopes.
        width: usize,
        /// Slopes of the first fold.
        first: usize,
    },
    /// A zonotope without generators or without inputs.
    #[error("a zonotope needs at least one generator and one input")]
    EmptyZonotope,
    /// A generator that is zero or of another dimension.
    #[error("generator {index}: expected {input_dim} numbers, not all of them zero")]
    Generator {
        /// The generator, from 1.
        index: usize,
        /// Dimension of the first one.
        input_dim: usize,
    },
    /// A function of several variables without pieces, sets or variables.
    #[error("{0}: expected at least one")]
    EmptyPiecewise(&'static str),
    /// Pieces with different numbers of slopes.
    #[error("piece {index} has {slopes} slopes, piece 0 has {expected}")]
    PieceSlopes {
        /// The piece, from 0.
        index: usize,
        /// Its slopes.
        slopes: usize,
        /// Slopes of the first piece.
        expected: usize,
    },
    /// A formula names a piece that does not exist.
    #[error("piece {index} does not exist: expected 0 to {last}", last = pieces - 1)]
    NoSuchPiece {
        /// The piece.
        index: usize,
        /// Number of pieces.
        pieces: usize,
    },
    /// Saving depth would take too large a sum of maxima.
    #[error("to save depth takes a sum of more maxima than the limit: save units instead")]
    TooManyTerms,
    /// A compiled network differs from its function: an error of this crate that its proof has found.
    #[error("the compiled network differs from the function: please report this")]
    Differs,
    /// A basis formula that does not parse.
    #[error("basis: {0}")]
    Formula(#[from] FormulaError),
    /// The parameters do not make a network.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The widths do not make a shape.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// The network has no exact line function.
    #[error(transparent)]
    Line(#[from] LineError),
    /// The network has no exact planar complex.
    #[error(transparent)]
    Plane(#[from] PlaneError),
    /// The network's regions cannot be found.
    #[error(transparent)]
    Space(#[from] SpaceError),
}

/// Refuses numbers that are NaN or infinite.
pub(crate) fn check_finite(what: &'static str, values: &[f64]) -> Result<(), ConstructError> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(ConstructError::NotFinite { what, index, value: values[index] }),
        None => Ok(()),
    }
}
