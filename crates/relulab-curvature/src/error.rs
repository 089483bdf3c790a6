//! Why curvature could not be computed.

/// Why curvature could not be computed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CurvatureError {
    /// There is no data.
    #[error("no data points")]
    NoData,
    /// Inputs or labels do not fill whole points.
    #[error("{name}: {got} numbers: expected {n_points} points × {dim}")]
    DataSize {
        /// "inputs" or "labels".
        name: &'static str,
        /// Numbers given.
        got: usize,
        /// Points.
        n_points: usize,
        /// Numbers per point.
        dim: usize,
    },
    /// A number of the data is NaN or infinite.
    #[error("{name}: number {index} is {value}: expected finite numbers")]
    DataNotFinite {
        /// "inputs" or "labels".
        name: &'static str,
        /// Place of the number.
        index: usize,
        /// The number.
        value: f64,
    },
    /// The number of parameters does not fit the shape.
    #[error("{got} parameters: expected {expected}")]
    ParameterCount {
        /// What the shape needs.
        expected: usize,
        /// What came.
        got: usize,
    },
    /// A parameter is NaN or infinite.
    #[error("parameter {index} is {value}: expected a finite number")]
    ParameterNotFinite {
        /// Its place.
        index: usize,
        /// Its value.
        value: f64,
    },
    /// A matrix has an entry that is NaN or infinite; the parameters are too large for f64.
    #[error("entry ({row}, {column}) of the matrix is not finite: the parameters are too large")]
    MatrixNotFinite {
        /// Its row.
        row: usize,
        /// Its column.
        column: usize,
    },
    /// A product with a vector is not finite; the parameters are too large for f64.
    #[error("a product of the matrix with a vector is not finite: the parameters are too large")]
    ProductNotFinite,
    /// The eigenvalue iteration did not converge.
    #[error("no convergence for the eigenvalues of a {dim} × {dim} matrix")]
    NoConvergence {
        /// Size of the matrix.
        dim: usize,
    },
    /// More eigenvalues were asked for than there are.
    #[error("{k} eigenvalues of a {dim} × {dim} matrix: expected 1 to {dim}")]
    TooMany {
        /// How many were asked for.
        k: usize,
        /// Size of the matrix.
        dim: usize,
    },
    /// A vector has the wrong length.
    #[error("a vector of {got} numbers: expected {expected}")]
    VectorLength {
        /// Length expected.
        expected: usize,
        /// Length given.
        got: usize,
    },
    /// A dense matrix would be too large; use the matrix-free operators.
    #[error("a dense matrix of {dim} × {dim}: expected at most {limit}; use matrix-free products")]
    TooLarge {
        /// Size asked for.
        dim: usize,
        /// Largest size.
        limit: usize,
    },
    /// The method needs another kind of network.
    #[error("{method} needs {needs}")]
    Unsupported {
        /// The method.
        method: &'static str,
        /// What it needs.
        needs: &'static str,
    },
    /// An argument is outside its range.
    #[error("{name} is {value}: expected {expected}")]
    Argument {
        /// Its name.
        name: &'static str,
        /// Its value.
        value: f64,
        /// Its range, in words.
        expected: &'static str,
    },
}
