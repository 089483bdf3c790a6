//! Dense symmetric matrices.

/// A symmetric matrix, both triangles stored.
#[derive(Clone, Debug, PartialEq)]
pub struct SymmetricMatrix {
    dim: usize,
    values: Vec<f64>,
}

impl SymmetricMatrix {
    /// The zero matrix.
    pub fn zero(dim: usize) -> Self {
        Self { dim, values: vec![0.0; dim * dim] }
    }

    /// The matrix with the given upper triangle: `entry(i, j)` is asked for i ≤ j only.
    pub fn from_upper(dim: usize, mut entry: impl FnMut(usize, usize) -> f64) -> Self {
        let mut matrix = Self::zero(dim);
        for i in 0..dim {
            for j in i..dim {
                matrix.values[i * dim + j] = entry(i, j);
            }
        }
        matrix.mirror();
        matrix
    }

    /// Number of rows, and of columns.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// All entries.
    ///
    /// *Shapes*: dim × dim, row-major.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// One row, which is also one column.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.dim..(i + 1) * self.dim]
    }

    /// The entry in row i and column j.
    pub fn at(&self, i: usize, j: usize) -> f64 {
        self.values[i * self.dim + j]
    }

    /// Sum of the diagonal.
    pub fn trace(&self) -> f64 {
        (0..self.dim).map(|i| self.at(i, i)).sum()
    }

    /// Square root of the sum of squares of all entries.
    pub fn frobenius_norm(&self) -> f64 {
        norm(&self.values)
    }

    /// The product with a vector.
    pub fn times(&self, vector: &[f64]) -> Vec<f64> {
        (0..self.dim).map(|i| dot(self.row(i), vector)).collect()
    }

    /// All entries, for code that fills the upper triangle and then calls [`Self::mirror`].
    pub(crate) fn values_mut(&mut self) -> &mut [f64] {
        &mut self.values
    }

    /// Copies the upper triangle to the lower one.
    pub(crate) fn mirror(&mut self) {
        for i in 1..self.dim {
            for j in 0..i {
                self.values[i * self.dim + j] = self.values[j * self.dim + i];
            }
        }
    }
}

/// Lanes of the sums below: partial sums that a vector unit can keep side by side.
const LANES: usize = 8;

/// Σ a b, in [`LANES`] partial sums.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    let (a, b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let tail: f64 = a.remainder().iter().zip(b.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a.zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    tail + sums.iter().sum::<f64>()
}

/// Euclidean length.
pub(crate) fn norm(vector: &[f64]) -> f64 {
    dot(vector, vector).sqrt()
}

/// `y += factor · x`.
pub(crate) fn add_scaled(y: &mut [f64], factor: f64, x: &[f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += factor * x;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upper_triangle_is_mirrored() {
        let matrix = SymmetricMatrix::from_upper(3, |i, j| (10 * i + j) as f64);
        assert_eq!(matrix.row(2), [2.0, 12.0, 22.0]);
        assert_eq!(matrix.trace(), 33.0);
        assert_eq!(matrix.times(&[1.0, 0.0, 0.0]), [0.0, 1.0, 2.0]);
    }

    #[test]
    fn dot_products_of_every_length() {
        for n in 0..40 {
            let a: Vec<f64> = (0..n).map(f64::from).collect();
            assert_eq!(dot(&a, &a), a.iter().map(|x| x * x).sum::<f64>());
        }
    }
}
