//! Eigenvalues and eigenvectors of a named matrix, sorted into tiers.

use crate::dense;
use crate::error::CurvatureError;
use crate::hessian::MatrixKind;
use crate::matrix::SymmetricMatrix;
use relulab_net::Shape;

/// Where |λ| passes from one tier to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    steep: f64,
    moderate: f64,
    weak: f64,
}

impl Default for Thresholds {
    /// 0.1, 1e-3, 1e-6: the cuts of the anatomy paper, section 3.
    fn default() -> Self {
        Self { steep: 0.1, moderate: 1e-3, weak: 1e-6 }
    }
}

impl Thresholds {
    /// Thresholds in descending order: |λ| > steep, > moderate, > weak, and the rest zero.
    ///
    /// # Errors
    /// When they do not descend, or are not positive and finite.
    pub fn new(steep: f64, moderate: f64, weak: f64) -> Result<Self, CurvatureError> {
        let expected = "positive finite thresholds in descending order";
        for (name, value, floor) in [
            ("steep threshold", steep, moderate),
            ("moderate threshold", moderate, weak),
            ("weak threshold", weak, 0.0),
        ] {
            if !(value.is_finite() && value > floor) {
                return Err(CurvatureError::Argument { name, value, expected });
            }
        }
        Ok(Self { steep, moderate, weak })
    }

    /// The tier of an eigenvalue.
    pub fn tier(&self, eigenvalue: f64) -> Tier {
        let size = eigenvalue.abs();
        if size > self.steep {
            Tier::Steep
        } else if size > self.moderate {
            Tier::Moderate
        } else if size > self.weak {
            Tier::Weak
        } else {
            Tier::Zero
        }
    }

    /// The three cuts, descending.
    pub fn values(&self) -> [f64; 3] {
        [self.steep, self.moderate, self.weak]
    }
}

/// How strongly the loss bends along an eigenvector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tier {
    /// |λ| above the first threshold.
    Steep,
    /// Above the second.
    Moderate,
    /// Above the third.
    Weak,
    /// At most the third.
    Zero,
}

impl Tier {
    /// All tiers, steepest first.
    pub const ALL: [Self; 4] = [Self::Steep, Self::Moderate, Self::Weak, Self::Zero];

    /// The word for it.
    pub fn name(self) -> &'static str {
        ["steep", "moderate", "weak", "zero"][self as usize]
    }
}

/// Eigenvalues per tier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TierCounts {
    /// Steep eigenvalues.
    pub steep: usize,
    /// Moderate eigenvalues.
    pub moderate: usize,
    /// Weak eigenvalues.
    pub weak: usize,
    /// Eigenvalues called zero.
    pub zero: usize,
}

/// All eigenvalues and eigenvectors of one matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Spectrum {
    kind: MatrixKind,
    values: Vec<f64>,
    vectors: Vec<f64>,
}

impl Spectrum {
    /// The spectrum of a matrix.
    ///
    /// # Errors
    /// When an entry is not finite or the iteration does not converge.
    pub fn of(kind: MatrixKind, matrix: &SymmetricMatrix) -> Result<Self, CurvatureError> {
        let (values, vectors) = dense::eigen(matrix)?;
        Ok(Self::from_parts(kind, values, vectors))
    }

    pub(crate) fn from_parts(kind: MatrixKind, values: Vec<f64>, vectors: Vec<f64>) -> Self {
        Self { kind, values, vectors }
    }

    /// Which matrix this is the spectrum of.
    pub fn kind(&self) -> MatrixKind {
        self.kind
    }

    /// Number of eigenvalues.
    pub fn dim(&self) -> usize {
        self.values.len()
    }

    /// Eigenvalues, ascending.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The unit eigenvector of an eigenvalue.
    pub fn vector(&self, index: usize) -> &[f64] {
        let dim = self.dim();
        &self.vectors[index * dim..(index + 1) * dim]
    }

    /// Places of the eigenvalues of one tier, ascending.
    pub fn of_tier(&self, tier: Tier, thresholds: &Thresholds) -> Vec<usize> {
        (0..self.dim()).filter(|&index| thresholds.tier(self.values[index]) == tier).collect()
    }

    /// Eigenvalues per tier.
    pub fn counts(&self, thresholds: &Thresholds) -> TierCounts {
        let mut counts = TierCounts::default();
        for value in &self.values {
            *match thresholds.tier(*value) {
                Tier::Steep => &mut counts.steep,
                Tier::Moderate => &mut counts.moderate,
                Tier::Weak => &mut counts.weak,
                Tier::Zero => &mut counts.zero,
            } += 1;
        }
        counts
    }

    /// Steep eigenvalues as a fraction of all.
    pub fn functional_fraction(&self, thresholds: &Thresholds) -> f64 {
        self.counts(thresholds).steep as f64 / self.dim() as f64
    }

    /// Share of each affine layer in the squared length of an eigenvector; the shares sum to 1.
    ///
    /// # Errors
    /// When the shape has another number of parameters.
    pub fn participation(&self, index: usize, shape: &Shape) -> Result<Vec<f64>, CurvatureError> {
        if shape.n_params() != self.dim() {
            return Err(CurvatureError::ParameterCount { expected: self.dim(), got: shape.n_params() });
        }
        let vector = self.vector(index);
        let layers = shape.layers();
        Ok(layers.map(|layer| vector[layer.weights.start..layer.biases.end].iter().map(|x| x * x).sum()).collect())
    }

    /// Mean share of each affine layer in the eigenvectors of a tier; `None` when the tier is empty.
    ///
    /// # Errors
    /// When the shape has another number of parameters.
    pub fn tier_participation(
        &self,
        tier: Tier,
        thresholds: &Thresholds,
        shape: &Shape,
    ) -> Result<Option<Vec<f64>>, CurvatureError> {
        let members = self.of_tier(tier, thresholds);
        let mut mean = vec![0.0; shape.depth() + 1];
        for &index in &members {
            for (mean, share) in mean.iter_mut().zip(self.participation(index, shape)?) {
                *mean += share / members.len() as f64;
            }
        }
        Ok((!members.is_empty()).then_some(mean))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_of_a_known_matrix() {
        let diagonal = [-0.5, 1e-2, 1e-4, 0.0, 1e-7, 0.1, 3.0];
        let matrix = SymmetricMatrix::from_upper(7, |i, j| if i == j { diagonal[i] } else { 0.0 });
        let spectrum = Spectrum::of(MatrixKind::PatternHessian, &matrix).unwrap();
        let thresholds = Thresholds::default();
        assert_eq!(spectrum.counts(&thresholds), TierCounts { steep: 2, moderate: 2, weak: 1, zero: 2 });
        assert_eq!(spectrum.functional_fraction(&thresholds), 2.0 / 7.0);
        let shape = Shape::new(1, vec![2], 1).unwrap();
        let shares = spectrum.tier_participation(Tier::Steep, &thresholds, &shape).unwrap().unwrap();
        assert!((shares[0] - 0.5).abs() < 1e-12 && (shares[1] - 0.5).abs() < 1e-12);
        assert!(Thresholds::new(0.1, 0.2, 1e-6).is_err());
        assert!(Thresholds::new(f64::NAN, 0.2, 1e-6).is_err());
    }
}
