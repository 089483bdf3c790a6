//! The density of eigenvalues of large operators, estimated from random starting vectors.

use crate::error::CurvatureError;
use crate::lanczos::Recurrence;
use crate::operator::SymmetricOperator;
use crate::trace::{Estimate, check_probes};
use relulab_net::RandomStream;

/// Estimated eigenvalue distribution: for each probe, a quadrature rule with as many nodes as Lanczos steps.
///
/// It resolves eigenvalues that stand out and the overall shape, down to [`Self::resolution`], and cannot count
/// those below: use [`crate::gauss_newton_eigenvalues`] for that.
#[derive(Clone, Debug, PartialEq)]
pub struct SpectralDensity {
    dim: usize,
    probes: Vec<Vec<(f64, f64)>>,
    resolution: f64,
}

impl SpectralDensity {
    /// Stochastic Lanczos quadrature with normal probes.
    ///
    /// # Errors
    /// When there are no probes or steps, or a product fails.
    ///
    /// *Reference*: Ubaru, Chen, Saad 2017, *Fast estimation of tr(f(A)) via stochastic Lanczos quadrature*;
    /// Ghorbani, Krishnan, Xiao 2019, *An investigation into neural net optimization via Hessian eigenvalue density*.
    pub fn estimate(
        operator: &impl SymmetricOperator,
        n_probes: usize,
        n_steps: usize,
        stream: &mut RandomStream,
    ) -> Result<Self, CurvatureError> {
        check_probes(n_probes, 1)?;
        check_probes(n_steps, 1)?;
        let dim = operator.dim();
        let mut probes = Vec::with_capacity(n_probes);
        let mut resolution = 0.0_f64;
        for _ in 0..n_probes {
            let mut recurrence = Recurrence::new((0..dim).map(|_| stream.normal()).collect());
            for _ in 0..n_steps.min(dim) {
                if !recurrence.step(operator, None)? {
                    break;
                }
            }
            let (values, vectors) = recurrence.eigen()?;
            let steps = values.len();
            let weight = |i: usize| vectors[i * steps] * vectors[i * steps];
            let heaviest = (0..steps).max_by(|&i, &j| weight(i).total_cmp(&weight(j))).unwrap_or(0);
            // A complete basis leaves nothing over.
            let next = if steps == dim { 0.0 } else { recurrence.off_diagonal[steps - 1] };
            resolution = resolution.max((next * vectors[heaviest * steps + steps - 1]).abs());
            probes.push(values.iter().enumerate().map(|(i, value)| (*value, weight(i))).collect());
        }
        Ok(Self { dim, probes, resolution })
    }

    /// How far off the bulk of the eigenvalues may be: the largest residual, over probes, of the heaviest node.
    ///
    /// Networks have most of their eigenvalues near 0, and the node that stands for them lies this far from an
    /// eigenvalue at most. Counts above a smaller threshold mean nothing.
    pub fn resolution(&self) -> f64 {
        self.resolution
    }

    /// Nodes and weights of each probe; the weights of a probe sum to 1.
    pub fn probes(&self) -> &[Vec<(f64, f64)>] {
        &self.probes
    }

    /// Σ f(λ) over all eigenvalues.
    pub fn sum_of(&self, f: impl Fn(f64) -> f64) -> Estimate {
        let samples: Vec<f64> = self
            .probes
            .iter()
            .map(|nodes| self.dim as f64 * nodes.iter().map(|(node, weight)| weight * f(*node)).sum::<f64>())
            .collect();
        Estimate::of(&samples)
    }

    /// Number of eigenvalues λ with |λ| > threshold.
    pub fn count_above(&self, threshold: f64) -> Estimate {
        self.sum_of(|node| f64::from(u8::from(node.abs() > threshold)))
    }

    /// The density at x, each node widened to a normal distribution of this standard deviation; it integrates to 1.
    pub fn at(&self, x: f64, width: f64) -> Estimate {
        let normaliser = crate::second_derivative::NORMAL_MODE / (width * self.dim as f64);
        self.sum_of(|node| {
            let z = (x - node) / width;
            normaliser * libm::exp(-0.5 * z * z)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SymmetricMatrix;
    use relulab_net::Purpose;

    #[test]
    fn a_spectrum_of_three_values_is_found() {
        let values = [0.0, 1.0, 5.0];
        let matrix = SymmetricMatrix::from_upper(300, |i, j| if i == j { values[i % 3] } else { 0.0 });
        let mut stream = RandomStream::new(6, Purpose::Bootstrap);
        let density = SpectralDensity::estimate(&matrix, 20, 10, &mut stream).unwrap();
        for nodes in density.probes() {
            assert_eq!(nodes.len(), 3);
            assert!((nodes.iter().map(|node| node.1).sum::<f64>() - 1.0).abs() < 1e-12);
        }
        for (threshold, expected) in [(3.0, 100.0), (0.5, 200.0)] {
            let count = density.count_above(threshold);
            assert!((count.value - expected).abs() < 5.0 * count.standard_error, "{count:?}");
        }
        assert!(density.resolution() < 1e-12, "three values are found exactly in three steps");
        let coarse = SpectralDensity::estimate(&matrix, 3, 2, &mut stream).unwrap();
        assert!(coarse.resolution() > 0.1);
        let peak = density.at(5.0, 0.01).value;
        assert!((peak * 0.01 / 0.3989 - 1.0 / 3.0).abs() < 0.05);
        assert!(density.at(2.5, 0.01).value < 1e-12);
        assert!(SpectralDensity::estimate(&matrix, 0, 10, &mut stream).is_err());
    }
}
