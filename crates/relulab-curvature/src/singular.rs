//! The ends of the singular values of a matrix.

use crate::dense;
use crate::error::CurvatureError;
use crate::matrix::SymmetricMatrix;

/// Share of the largest eigenvalue of a Gram matrix below which its smallest one says too little of a singular value:
/// rounding leaves it five digits at this size.
const LOST_IN_SQUARES: f64 = 1e-11;

/// The largest singular value, and the smallest of the min(rows, columns) that a matrix has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SingularRange {
    /// The smallest.
    pub smallest: f64,
    /// The largest.
    pub largest: f64,
}

impl SingularRange {
    /// The range of a matrix; zeros for one without entries.
    ///
    /// *Shapes*: `matrix` is rows × columns, row-major.
    ///
    /// *Algorithm*: the eigenvalues of the Gram matrix of the shorter side. Where the smallest may have been lost by
    /// squaring, all singular values are computed directly.
    ///
    /// # Errors
    /// When an entry is not finite, or an iteration does not converge.
    pub fn of(matrix: &[f64], rows: usize, columns: usize) -> Result<Self, CurvatureError> {
        if rows == 0 || columns == 0 {
            return Ok(Self { smallest: 0.0, largest: 0.0 });
        }
        if let Some(place) = matrix.iter().position(|value| !value.is_finite()) {
            return Err(CurvatureError::MatrixNotFinite { row: place / columns, column: place % columns });
        }
        let side = rows.min(columns);
        let mut gram = SymmetricMatrix::zero(side);
        let matrix_view = dense::View::new(matrix, rows, columns);
        let (one, other) = if rows <= columns {
            (matrix_view, matrix_view.transposed())
        } else {
            (matrix_view.transposed(), matrix_view)
        };
        dense::multiply(gram.values_mut(), one, other, false);
        let squares = dense::eigenvalues(&gram)?;
        let (smallest, largest) = (squares[0], squares[side - 1]);
        if smallest > LOST_IN_SQUARES * largest {
            return Ok(Self { smallest: smallest.sqrt(), largest: largest.sqrt() });
        }
        let values = dense::singular_values(matrix_view)?;
        let ends = values.iter().fold((f64::INFINITY, 0.0), |(low, high), value| (value.min(low), value.max(high)));
        Ok(Self { smallest: ends.0, largest: ends.1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Singular values by rotations of pairs of columns until all are orthogonal (Hestenes): slow, and its own oracle.
    fn by_rotations(matrix: &[f64], rows: usize, columns: usize) -> Vec<f64> {
        let mut vectors: Vec<Vec<f64>> = if rows >= columns {
            (0..columns).map(|j| (0..rows).map(|i| matrix[i * columns + j]).collect()).collect()
        } else {
            matrix.chunks(columns).map(<[f64]>::to_vec).collect()
        };
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        for _ in 0..40 {
            for p in 0..vectors.len() {
                for q in p + 1..vectors.len() {
                    let (a, b, c) =
                        (dot(&vectors[p], &vectors[p]), dot(&vectors[q], &vectors[q]), dot(&vectors[p], &vectors[q]));
                    let angle = 0.5 * libm::atan2(2.0 * c, a - b);
                    let (sine, cosine) = libm::sincos(angle);
                    for k in 0..vectors[p].len() {
                        let (x, y) = (vectors[p][k], vectors[q][k]);
                        (vectors[p][k], vectors[q][k]) = (cosine * x + sine * y, cosine * y - sine * x);
                    }
                }
            }
        }
        let mut values: Vec<f64> = vectors.iter().map(|vector| dot(vector, vector).sqrt()).collect();
        values.sort_by(f64::total_cmp);
        values
    }

    #[test]
    fn ends_agree_with_rotations() {
        for (rows, columns) in [(1, 1), (5, 3), (3, 5), (9, 9), (12, 30)] {
            let matrix: Vec<f64> = (0..rows * columns).map(|k| libm::sin((k * k + 1) as f64)).collect();
            let expected = by_rotations(&matrix, rows, columns);
            let range = SingularRange::of(&matrix, rows, columns).unwrap();
            assert!((range.smallest - expected[0]).abs() < 1e-12 * range.largest, "{range:?} {expected:?}");
            assert!((range.largest - expected[expected.len() - 1]).abs() < 1e-12 * range.largest);
        }
    }

    #[test]
    fn small_singular_values_survive() {
        // Diagonal in rotated coordinates: 1 and 1e-11, whose square is lost beside 1.
        let (s, c) = libm::sincos(0.7);
        let matrix = [c, 1e-11 * s, -s, 1e-11 * c];
        let range = SingularRange::of(&matrix, 2, 2).unwrap();
        assert!((range.smallest - 1e-11).abs() < 1e-15, "{range:?}");
        // Two equal rows.
        let range = SingularRange::of(&[1.0, 2.0, 3.0, 1.0, 2.0, 3.0], 2, 3).unwrap();
        assert!(range.smallest < 1e-15 && (range.largest - libm::sqrt(28.0)).abs() < 1e-14);
    }

    #[test]
    fn what_is_not_finite_is_refused() {
        assert!(SingularRange::of(&[1.0, f64::NAN], 1, 2).is_err());
        assert_eq!(SingularRange::of(&[], 0, 2), Ok(SingularRange { smallest: 0.0, largest: 0.0 }));
    }
}
