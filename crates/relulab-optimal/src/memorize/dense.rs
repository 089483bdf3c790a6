//! The leaf that calls the linear algebra library. Nothing here is part of a proof: what it returns may be wrong, and
//! then there is no proof.

use faer::linalg::matmul::matmul;
use faer::linalg::solvers::{Llt, SolveCore};
use faer::linalg::triangular_inverse::invert_lower_triangular;
use faer::{Accum, Conj, Mat, MatMut, MatRef, Par, Side};

/// A Aᵀ, row-major; A is n × k, row-major.
pub(super) fn gram(a: &[f64], k: usize) -> Vec<f64> {
    let n = a.len() / k.max(1);
    let a = MatRef::from_row_major_slice(a, n, k);
    let mut out = vec![0.0; n * n];
    matmul(MatMut::from_row_major_slice_mut(&mut out, n, n), Accum::Replace, a, a.transpose(), 1.0, Par::Seq);
    out
}

/// The Cholesky factor L of a symmetric matrix.
pub(super) struct Factor(Llt<f64>);

impl Factor {
    /// Factors an n × n matrix; `None` when it is not positive definite, up to rounding.
    pub(super) fn of(matrix: &[f64], n: usize) -> Option<Self> {
        MatRef::from_row_major_slice(matrix, n, n).llt(Side::Lower).ok().map(Self)
    }

    /// The solution of L Lᵀ t = b.
    pub(super) fn solve(&self, b: &[f64]) -> Vec<f64> {
        let mut t = b.to_vec();
        let n = t.len();
        self.0.solve_in_place_with_conj(Conj::No, MatMut::from_column_major_slice_mut(&mut t, n, 1));
        t
    }

    /// L⁻¹, row-major, with zeros above the diagonal.
    pub(super) fn inverse(&self) -> Vec<f64> {
        let lower = self.0.L();
        let n = lower.nrows();
        let mut inverse = Mat::<f64>::zeros(n, n);
        invert_lower_triangular(inverse.as_mut(), lower, Par::Seq);
        let mut out = vec![0.0; n * n];
        for column in 0..n {
            for row in column..n {
                out[row * n + column] = inverse[(row, column)];
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_solve_and_invert() {
        let (n, k) = (9, 12);
        let a: Vec<f64> = (0..n * k).map(|i| libm::sin((i * i) as f64)).collect();
        let matrix = gram(&a, k);
        let factor = Factor::of(&matrix, n).unwrap();
        let b: Vec<f64> = (0..n).map(|i| i as f64).collect();
        let (t, x) = (factor.solve(&b), factor.inverse());
        for i in 0..n {
            let product: f64 = (0..n).map(|j| matrix[i * n + j] * t[j]).sum();
            assert!((product - b[i]).abs() < 1e-10);
            // Σ X M Xᵀ is the identity.
            for j in 0..n {
                let entry: f64 = (0..n)
                    .flat_map(|p| (0..n).map(move |q| (p, q)))
                    .map(|(p, q)| x[i * n + p] * matrix[p * n + q] * x[j * n + q])
                    .sum();
                assert!((entry - f64::from(u8::from(i == j))).abs() < 1e-10);
            }
        }
        assert!(Factor::of(&[1.0, 2.0, 2.0, 1.0], 2).is_none());
        assert!(Factor::of(&[f64::NAN; 4], 2).is_none());
    }
}
