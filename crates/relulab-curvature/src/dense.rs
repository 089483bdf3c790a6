//! The leaf that calls the linear algebra library: symmetric eigenvalues, singular values, matrix products.

use crate::error::CurvatureError;
use crate::matrix::SymmetricMatrix;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{self, ComputeEigenvectors, SelfAdjointEvdParams};
use faer::{Accum, Auto, Col, MatMut, MatRef, Par, Spec};

/// Eigenvalues of symmetric matrices of one size, with the memory for it.
pub(crate) struct EigenSolver {
    dim: usize,
    memory: MemBuffer,
    values: Col<f64>,
}

impl EigenSolver {
    /// A solver for matrices of this size.
    pub(crate) fn new(dim: usize) -> Self {
        let parameters = <SelfAdjointEvdParams as Auto<f64>>::auto();
        let need =
            evd::self_adjoint_evd_scratch::<f64>(dim.max(1), ComputeEigenvectors::Yes, Par::Seq, Spec::new(parameters));
        Self { dim, memory: MemBuffer::new(need), values: Col::zeros(dim) }
    }

    /// Eigenvalues in ascending order; with `vectors`, also unit eigenvectors, one after the other.
    ///
    /// *Shapes*: `matrix` dim × dim, `vectors` dim × dim with one eigenvector per row.
    pub(crate) fn solve(&mut self, matrix: &[f64], vectors: Option<&mut [f64]>) -> Result<Vec<f64>, CurvatureError> {
        let dim = self.dim;
        if dim == 0 {
            return Ok(Vec::new());
        }
        if let Some(place) = matrix.iter().position(|value| !value.is_finite()) {
            return Err(CurvatureError::MatrixNotFinite { row: place / dim, column: place % dim });
        }
        let matrix = MatRef::from_column_major_slice(matrix, dim, dim);
        let vectors = vectors.map(|vectors| MatMut::from_column_major_slice_mut(vectors, dim, dim));
        let stack = MemStack::new(&mut self.memory);
        let parameters = Spec::new(<SelfAdjointEvdParams as Auto<f64>>::auto());
        evd::self_adjoint_evd(matrix, self.values.as_diagonal_mut(), vectors, Par::Seq, stack, parameters)
            .map_err(|_| CurvatureError::NoConvergence { dim })?;
        Ok(self.values.iter().copied().collect())
    }
}

/// Eigenvalues of one symmetric matrix, ascending, without eigenvectors.
pub(crate) fn eigenvalues(matrix: &SymmetricMatrix) -> Result<Vec<f64>, CurvatureError> {
    EigenSolver::new(matrix.dim()).solve(matrix.values(), None)
}

/// Eigenvalues (ascending) and unit eigenvectors (one per row) of one symmetric matrix.
pub(crate) fn eigen(matrix: &SymmetricMatrix) -> Result<(Vec<f64>, Vec<f64>), CurvatureError> {
    let mut vectors = vec![0.0; matrix.values().len()];
    let values = EigenSolver::new(matrix.dim()).solve(matrix.values(), Some(&mut vectors))?;
    Ok((values, vectors))
}

/// A row-major matrix, or its transpose, inside a slice.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    values: &'a [f64],
    rows: usize,
    columns: usize,
    transposed: bool,
}

impl<'a> View<'a> {
    /// rows × columns, row-major.
    pub(crate) fn new(values: &'a [f64], rows: usize, columns: usize) -> Self {
        Self { values: &values[..rows * columns], rows, columns, transposed: false }
    }

    /// The transpose.
    pub(crate) fn transposed(self) -> Self {
        Self { transposed: !self.transposed, ..self }
    }

    fn as_matrix(self) -> MatRef<'a, f64> {
        let matrix = MatRef::from_row_major_slice(self.values, self.rows, self.columns);
        if self.transposed { matrix.transpose() } else { matrix }
    }
}

/// `out = A B`, or `out += A B` if `add`; `out` row-major.
pub(crate) fn multiply(out: &mut [f64], a: View<'_>, b: View<'_>, add: bool) {
    let (a, b) = (a.as_matrix(), b.as_matrix());
    let out = MatMut::from_row_major_slice_mut(&mut out[..a.nrows() * b.ncols()], a.nrows(), b.ncols());
    let accumulate = if add { Accum::Add } else { Accum::Replace };
    faer::linalg::matmul::matmul(out, accumulate, a, b, 1.0, Par::Seq);
}

/// All singular values of a matrix of finite numbers.
pub(crate) fn singular_values(matrix: View<'_>) -> Result<Vec<f64>, CurvatureError> {
    let dim = matrix.rows.min(matrix.columns);
    matrix.as_matrix().singular_values().map_err(|_| CurvatureError::NoConvergence { dim })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eigenvectors_rebuild_the_matrix() {
        for dim in [0, 1, 2, 7, 40] {
            let matrix = SymmetricMatrix::from_upper(dim, |i, j| libm::sin((i * i + 3 * j * j + 1) as f64));
            let (values, vectors) = eigen(&matrix).unwrap();
            let without_vectors = eigenvalues(&matrix).unwrap();
            for i in 0..dim {
                assert!((values[i] - without_vectors[i]).abs() < 1e-13 * dim as f64);
                for j in 0..dim {
                    let entry: f64 = (0..dim).map(|k| values[k] * vectors[k * dim + i] * vectors[k * dim + j]).sum();
                    assert!((entry - matrix.at(i, j)).abs() < 1e-13 * dim as f64);
                }
            }
        }
    }

    #[test]
    fn bad_entries_are_refused() {
        let matrix = SymmetricMatrix::from_upper(2, |i, j| if i == j { 1.0 } else { f64::NAN });
        assert_eq!(eigen(&matrix), Err(CurvatureError::MatrixNotFinite { row: 0, column: 1 }));
    }

    #[test]
    fn products_with_transposes() {
        let (a, b) = ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1.0, 0.0, 2.0, 1.0, 0.0, 3.0]);
        let mut out = [1.0; 4];
        multiply(&mut out, View::new(&a, 2, 3), View::new(&b, 3, 2), false);
        assert_eq!(out, [5.0, 11.0, 14.0, 23.0]);
        multiply(&mut out, View::new(&a, 3, 2).transposed(), View::new(&b, 3, 2), true);
        assert_eq!(out, [12.0, 29.0, 24.0, 45.0]);
    }
}
