//! Singular values, condition numbers and pseudo-inverses.

use crate::ConstructError;
use crate::scalar::Scalar;
use faer::MatRef;

/// How well a matrix determines what it is solved for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conditioning {
    /// Largest singular value.
    pub largest: f64,
    /// Smallest of the min(rows, columns) singular values; near 0 it is rounding.
    pub smallest: f64,
    /// Singular values above max(rows, columns) · ε · largest, with ε of the precision of the computation.
    pub rank: usize,
    /// Smallest of those.
    pub smallest_in_rank: f64,
}

impl Conditioning {
    /// largest / smallest: what the paper calls the condition number, infinite for a singular matrix.
    pub fn full(self) -> f64 {
        if self.smallest > 0.0 { self.largest / self.smallest } else { f64::INFINITY }
    }

    /// Condition numbers and rank of a row-major matrix of finite numbers, without its singular vectors.
    pub(crate) fn of_matrix<T: Scalar>(matrix: &[T], rows: usize, columns: usize) -> Result<Self, ConstructError> {
        let failure = ConstructError::SingularValues { rows, columns };
        if matrix.len() != rows * columns || matrix.is_empty() || matrix.iter().any(|value| !value.widen().is_finite())
        {
            return Err(failure);
        }
        let values = MatRef::from_row_major_slice(matrix, rows, columns).singular_values().map_err(|_| failure)?;
        Ok(Self::of(&values, rows, columns))
    }

    fn of<T: Scalar>(values: &[T], rows: usize, columns: usize) -> Self {
        let widened = || values.iter().map(|value| value.widen());
        let largest = widened().fold(0.0, f64::max);
        let threshold = rows.max(columns) as f64 * T::epsilon() * largest;
        let in_rank = || widened().filter(|value| *value > threshold);
        let smallest_in_rank = in_rank().fold(f64::INFINITY, f64::min);
        Self {
            largest,
            smallest: widened().fold(f64::INFINITY, f64::min),
            rank: in_rank().count(),
            smallest_in_rank: if smallest_in_rank.is_finite() { smallest_in_rank } else { 0.0 },
        }
    }

    /// The condition number on the numerical range of the matrix; infinite for the zero matrix.
    pub fn in_rank(self) -> f64 {
        if self.smallest_in_rank > 0.0 { self.largest / self.smallest_in_rank } else { f64::INFINITY }
    }
}

/// The thin singular value decomposition M = U S Vᵀ.
pub(crate) struct SingularValues<T> {
    rows: usize,
    columns: usize,
    /// rows × k, column after column.
    left: Vec<T>,
    values: Vec<T>,
    /// columns × k, column after column.
    right: Vec<T>,
}

impl<T: Scalar> SingularValues<T> {
    /// Decomposes a row-major matrix of finite numbers.
    pub fn new(matrix: &[T], rows: usize, columns: usize) -> Result<Self, ConstructError> {
        let failure = ConstructError::SingularValues { rows, columns };
        if matrix.len() != rows * columns || matrix.is_empty() || matrix.iter().any(|value| !value.widen().is_finite())
        {
            return Err(failure);
        }
        let matrix = MatRef::from_row_major_slice(matrix, rows, columns);
        let decomposition = matrix.thin_svd().map_err(|_| failure)?;
        let k = rows.min(columns);
        let list = |matrix: MatRef<'_, T>, length: usize| -> Vec<T> {
            (0..k).flat_map(|column| (0..length).map(move |row| matrix[(row, column)])).collect()
        };
        let values = decomposition.S().column_vector();
        Ok(Self {
            rows,
            columns,
            left: list(decomposition.U(), rows),
            values: (0..k).map(|i| values[i]).collect(),
            right: list(decomposition.V(), columns),
        })
    }

    /// Condition numbers and rank.
    pub fn conditioning(&self) -> Conditioning {
        Conditioning::of(&self.values, self.rows, self.columns)
    }

    /// Singular values, largest first.
    pub fn values(&self) -> impl Iterator<Item = f64> + '_ {
        self.values.iter().map(|value| value.widen())
    }

    /// The shortest x with the least ‖M x − y‖ when singular values ≤ `threshold` · largest count as 0.
    pub fn solve(&self, y: &[T], threshold: f64) -> Vec<T> {
        let zero = T::round(0.0);
        let least = threshold * self.values().fold(0.0, f64::max);
        let mut x = vec![zero; self.columns];
        let columns = self.left.chunks_exact(self.rows).zip(self.right.chunks_exact(self.columns));
        for ((left, right), value) in columns.zip(&self.values) {
            if value.widen() > least {
                let product = left.iter().zip(y).fold(zero, |sum, (u, y)| sum + *u * *y);
                let factor = product * T::round(1.0 / value.widen());
                x.iter_mut().zip(right).for_each(|(x, v)| *x += factor * *v);
            }
        }
        x
    }

    /// V S⁻¹ Uᵀ for a matrix of full rank, columns × rows, row-major.
    pub fn pseudo_inverse(&self) -> Vec<T> {
        let mut inverse = vec![T::round(0.0); self.columns * self.rows];
        let columns = self.left.chunks_exact(self.rows).zip(self.right.chunks_exact(self.columns));
        for ((left, right), value) in columns.zip(&self.values) {
            for (row, v) in inverse.chunks_exact_mut(self.rows).zip(right) {
                let factor = *v * T::round(1.0 / value.widen());
                row.iter_mut().zip(left).for_each(|(entry, u)| *entry += factor * *u);
            }
        }
        inverse
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagonal_matrix_has_known_singular_values() {
        let matrix: [f64; 6] = [3.0, 0.0, 0.0, -4.0, 0.0, 0.0];
        let singular = SingularValues::new(&matrix, 3, 2).unwrap();
        let conditioning = singular.conditioning();
        assert!((conditioning.largest - 4.0).abs() < 1e-14 && (conditioning.smallest - 3.0).abs() < 1e-14);
        assert_eq!(conditioning.rank, 2);
        let x = singular.solve(&[6.0, 8.0, 100.0], 0.0);
        assert!((x[0] - 2.0).abs() < 1e-14 && (x[1] + 2.0).abs() < 1e-14);
        let inverse = singular.pseudo_inverse();
        assert!((inverse[0] - 1.0 / 3.0).abs() < 1e-14 && (inverse[4] + 0.25).abs() < 1e-14);
    }

    #[test]
    fn rank_deficiency_shows_in_both_precisions() {
        let exact = [1.0, 2.0, 2.0, 4.0, 3.0, 6.0];
        let rank = |conditioning: Conditioning| conditioning.rank;
        assert_eq!(rank(SingularValues::new(&exact, 3, 2).unwrap().conditioning()), 1);
        let single: Vec<f32> = exact.iter().map(|value| *value as f32).collect();
        let conditioning = SingularValues::new(&single, 3, 2).unwrap().conditioning();
        assert_eq!(rank(conditioning), 1);
        assert!(conditioning.full() > 1e6 && (conditioning.in_rank() - 1.0).abs() < 1e-6);
        // Without the vectors the well-determined values are the same.
        let alone = Conditioning::of_matrix(&single, 3, 2).unwrap();
        assert!((alone.largest / conditioning.largest - 1.0).abs() < 1e-6 && alone.rank == 1);
        assert!(Conditioning::of_matrix(&[f64::NAN], 1, 1).is_err());
        assert!(SingularValues::new(&[f64::NAN], 1, 1).is_err());
        assert!(SingularValues::<f64>::new(&[], 0, 0).is_err());
        assert_eq!(SingularValues::new(&[0.0], 1, 1).unwrap().conditioning().in_rank(), f64::INFINITY);
    }
}
