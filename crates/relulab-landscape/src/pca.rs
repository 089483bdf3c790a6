//! Variances along principal components, by the smaller of the two symmetric matrices.

use crate::LandscapeError;
use faer::{Mat, Side};

/// Scalar products of all pairs of rows after their mean is taken away.
#[derive(Clone, Debug)]
pub(crate) struct Gram {
    n: usize,
    products: Vec<f64>,
}

impl Gram {
    /// The matrix of rows of one length.
    pub fn new(rows: &[Vec<f64>]) -> Self {
        let centred = centred(rows);
        let n = rows.len();
        let mut products = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..=i {
                let product = dot(&centred[i], &centred[j]);
                products[i * n + j] = product;
                products[j * n + i] = product;
            }
        }
        Self { n, products }
    }

    /// Variances of a subset of the rows around its own mean, largest first.
    ///
    /// *Algorithm*: rows and columns of the submatrix lose their means, which centres the vectors themselves.
    pub fn variances(&self, subset: &[usize]) -> Result<Vec<f64>, LandscapeError> {
        let m = subset.len();
        let entry = |i: usize, j: usize| self.products[subset[i] * self.n + subset[j]];
        let means: Vec<f64> = (0..m).map(|i| (0..m).map(|j| entry(i, j)).sum::<f64>() / m as f64).collect();
        let mean = means.iter().sum::<f64>() / m as f64;
        eigenvalues(m, m.saturating_sub(1), |i, j| (entry(i, j) - means[i] - means[j] + mean) / (m - 1) as f64)
    }
}

/// Variances of rows along their principal components, largest first; sums of squares are divided by n − 1.
///
/// *Shapes*: n rows of one length p give min(n − 1, p) variances.
///
/// *Algorithm*: eigenvalues of the n × n matrix of scalar products when n ≤ p, else of the p × p covariance.
pub(crate) fn variances(rows: &[Vec<f64>]) -> Result<Vec<f64>, LandscapeError> {
    let (n, p) = (rows.len(), rows.first().map_or(0, Vec::len));
    if n <= p {
        return Gram::new(rows).variances(&(0..n).collect::<Vec<_>>());
    }
    let centred = centred(rows);
    let mut covariance = vec![0.0; p * p];
    for row in &centred {
        for i in 0..p {
            for j in 0..=i {
                covariance[i * p + j] += row[i] * row[j] / (n - 1) as f64;
            }
        }
    }
    eigenvalues(p, p.min(n.saturating_sub(1)), |i, j| covariance[i.max(j) * p + i.min(j)])
}

/// The `count` largest eigenvalues of a positive semidefinite matrix, largest first, rounding below zero removed.
fn eigenvalues(size: usize, count: usize, entry: impl Fn(usize, usize) -> f64) -> Result<Vec<f64>, LandscapeError> {
    if size == 0 {
        return Ok(Vec::new());
    }
    let matrix = Mat::from_fn(size, size, entry);
    if (0..size).any(|i| (0..=i).any(|j| !matrix[(i, j)].is_finite())) {
        return Err(LandscapeError::Eigenvalues(size));
    }
    let mut values = matrix.self_adjoint_eigenvalues(Side::Lower).map_err(|_| LandscapeError::Eigenvalues(size))?;
    values.sort_by(|a, b| b.total_cmp(a));
    values.truncate(count);
    values.iter_mut().for_each(|value| *value = value.max(0.0));
    Ok(values)
}

fn centred(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let p = rows.first().map_or(0, Vec::len);
    let mut mean = vec![0.0; p];
    for row in rows {
        mean.iter_mut().zip(row).for_each(|(mean, value)| *mean += value / rows.len() as f64);
    }
    rows.iter().map(|row| row.iter().zip(&mean).map(|(value, mean)| value - mean).collect()).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Asserts that lists agree up to rounding.
    fn assert_near(ours: &[f64], expected: &[f64]) {
        assert_eq!(ours.len(), expected.len());
        for (ours, expected) in ours.iter().zip(expected) {
            assert!((ours - expected).abs() < 1e-12 * (1.0 + expected), "{ours} {expected}");
        }
    }

    #[test]
    fn axis_crosses_have_known_variances() {
        // ±aₖ along axis k: six points around 0, so the variances are 2aₖ²/5.
        let sizes = [3.0, 2.0, 1.0];
        for p in [3, 10] {
            let rows: Vec<Vec<f64>> = (0..6)
                .map(|i| {
                    let mut row = vec![7.0; p];
                    row[i / 2] += if i % 2 == 0 { sizes[i / 2] } else { -sizes[i / 2] };
                    row
                })
                .collect();
            let ours = variances(&rows).unwrap();
            assert_eq!(ours.len(), p.min(5));
            assert_near(&ours[..3], &[18.0 / 5.0, 8.0 / 5.0, 2.0 / 5.0]);
            assert!(ours[3..].iter().all(|variance| *variance < 1e-12));
        }
    }

    proptest! {
        #[test]
        fn both_matrices_give_the_same(numbers in prop::collection::vec(-2.0..2.0_f64, 30)) {
            let tall: Vec<Vec<f64>> = numbers.chunks(3).map(<[f64]>::to_vec).collect();
            let small = variances(&tall).unwrap();
            let large = Gram::new(&tall).variances(&(0..10).collect::<Vec<_>>()).unwrap();
            assert_near(&small, &large[..3]);
            prop_assert!(large[3..].iter().all(|variance| *variance < 1e-12));
            let spread: f64 = centred(&tall).iter().map(|row| dot(row, row)).sum::<f64>() / 9.0;
            prop_assert!((small.iter().sum::<f64>() - spread).abs() < 1e-12 * (1.0 + spread));
        }

        #[test]
        fn subsets_are_centred_on_their_own_mean(numbers in prop::collection::vec(-2.0..2.0_f64, 40)) {
            let rows: Vec<Vec<f64>> = numbers.chunks(5).map(<[f64]>::to_vec).collect();
            let subset = [6, 1, 3, 4];
            let chosen: Vec<Vec<f64>> = subset.iter().map(|i| rows[*i].clone()).collect();
            assert_near(&Gram::new(&rows).variances(&subset).unwrap(), &variances(&chosen).unwrap());
        }
    }
}
