//! A linear model with an intercept, by ridge regression on standardised features.

use crate::cholesky::solve;

/// The penalty, as a share of the number of rows: enough to decide between features that are nearly the same, too
/// little to be seen in a fit of independent ones.
const RIDGE: f64 = 1e-6;

/// A fitted model.
#[derive(Clone, Debug, PartialEq)]
pub struct Linear {
    intercept: f64,
    weights: Vec<f64>,
}

impl Linear {
    /// Fits values on rows of features; `None` when there are fewer rows than features and the intercept, or a number is
    /// not finite.
    ///
    /// *Algorithm*: features are centred and scaled to deviation 1; the normal equations with the ridge on their
    /// diagonal are solved by Cholesky's decomposition. A feature that does not vary has weight 0.
    pub fn fit(rows: &[Vec<f64>], values: &[f64]) -> Option<Self> {
        let n_features = rows.first()?.len();
        let n = rows.len() as f64;
        if rows.len() <= n_features || rows.len() != values.len() {
            return None;
        }
        if rows.iter().flatten().chain(values).any(|value| !value.is_finite()) {
            return None;
        }
        let mean_value = values.iter().sum::<f64>() / n;
        let means: Vec<f64> = (0..n_features).map(|j| rows.iter().map(|row| row[j]).sum::<f64>() / n).collect();
        let scales: Vec<f64> = (0..n_features)
            .map(|j| (rows.iter().map(|row| (row[j] - means[j]).powi(2)).sum::<f64>() / n).sqrt())
            .map(|deviation| if deviation > 0.0 { 1.0 / deviation } else { 0.0 })
            .collect();
        let mut gram: Vec<Vec<f64>> = (0..n_features).map(|i| vec![0.0; i + 1]).collect();
        let mut right = vec![0.0; n_features];
        for (row, value) in rows.iter().zip(values) {
            let z: Vec<f64> = (0..n_features).map(|j| (row[j] - means[j]) * scales[j]).collect();
            for i in 0..n_features {
                right[i] += z[i] * (value - mean_value);
                for j in 0..=i {
                    gram[i][j] += z[i] * z[j];
                }
            }
        }
        for (i, row) in gram.iter_mut().enumerate() {
            row[i] += RIDGE * n;
        }
        let solution = solve(gram, right)?;
        let weights: Vec<f64> = solution.iter().zip(&scales).map(|(weight, scale)| weight * scale).collect();
        let intercept = mean_value - weights.iter().zip(&means).map(|(weight, mean)| weight * mean).sum::<f64>();
        Some(Self { intercept, weights })
    }

    /// The value predicted for a row.
    pub fn predict(&self, row: &[f64]) -> f64 {
        self.intercept + self.weights.iter().zip(row).map(|(weight, value)| weight * value).sum::<f64>()
    }

    /// The weight of every feature.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn planted_weights_are_found(
            rows in prop::collection::vec(prop::collection::vec(-5.0f64..5.0, 3), 12..40),
            weights in prop::collection::vec(-2.0f64..2.0, 3),
        ) {
            let value = |row: &Vec<f64>| 0.5 + row.iter().zip(&weights).map(|(x, w)| x * w).sum::<f64>();
            let values: Vec<f64> = rows.iter().map(value).collect();
            let model = Linear::fit(&rows, &values).unwrap();
            for (row, value) in rows.iter().zip(&values) {
                prop_assert!((model.predict(row) - value).abs() < 1e-3);
            }
            // Residuals of any fit are nearly orthogonal to every feature.
            let noisy: Vec<f64> = values.iter().enumerate().map(|(i, v)| v + ((i * 7919) % 13) as f64).collect();
            let model = Linear::fit(&rows, &noisy).unwrap();
            for j in 0..3 {
                let product: f64 = rows.iter().zip(&noisy).map(|(row, v)| row[j] * (v - model.predict(row))).sum();
                prop_assert!(product.abs() < 1e-2 * rows.len() as f64);
            }
        }
    }

    #[test]
    fn constant_and_repeated_features_do_no_harm() {
        let rows: Vec<Vec<f64>> = (0..9).map(|i| vec![f64::from(i), f64::from(i), 4.0]).collect();
        let values: Vec<f64> = (0..9).map(|i| 3.0 * f64::from(i) - 1.0).collect();
        let model = Linear::fit(&rows, &values).unwrap();
        assert!((model.predict(&[10.0, 10.0, 4.0]) - 29.0).abs() < 1e-3);
        assert!((model.weights()[0] - 1.5).abs() < 1e-3 && model.weights()[2] == 0.0);
        assert_eq!(Linear::fit(&rows[..3], &values[..3]), None);
        assert_eq!(Linear::fit(&[], &[]), None);
    }
}
