//! One network at one step of its training: everything that a trace measures there.

use crate::record::NormalMethod;
use relulab_curvature::TierCounts;
use serde::{Deserialize, Serialize};

/// What is measured of one network after some steps; a number that does not exist or is not finite is `None`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckpointRow {
    /// Seed index.
    pub seed: u64,
    /// Completed steps.
    pub step: u64,
    /// Eigenvalues of the pattern Hessian per tier.
    pub hessian: TierRow,
    /// Eigenvalues of the Gauss-Newton matrix per tier.
    pub gauss_newton: TierRow,
    /// Mean squared error on the points of these matrices.
    pub sample_loss: Option<f64>,
    /// Length of its gradient.
    pub gradient_norm: Option<f64>,
    /// Mean squared error on the uniform set over [−5,5]^d.
    pub uniform5: Option<f64>,
    /// The same over [−3,3]^d.
    pub uniform3: Option<f64>,
    /// Expected squared error under N(0,1)^d.
    pub normal: Option<f64>,
    /// How `normal` was found.
    pub normal_method: Option<NormalMethod>,
    /// Root of `uniform3`: the error of the function.
    pub function_error: Option<f64>,
    /// Distance of the parameters from the last ones.
    pub distance: Option<f64>,
    /// The same as a share of the length of the last ones.
    pub relative_distance: Option<f64>,
    /// Units observed dead on the observation samples.
    pub dead: u32,
    /// Units observed dead on the first few of them.
    pub dead_small: u32,
    /// Distance in the space of parameters to the next change of an activation pattern (or a lower bound of it), where
    /// the activation has patterns and units to change.
    pub flip_radius: Option<f64>,
    /// Whether that distance is exact.
    pub flip_exact: bool,
    /// Movement to the next checkpoint.
    pub movement: Option<Movement>,
}

/// Eigenvalues per tier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierRow {
    /// |λ| above the first threshold.
    pub steep: u32,
    /// Above the second.
    pub moderate: u32,
    /// Above the third.
    pub weak: u32,
    /// The rest.
    pub zero: u32,
}

/// Where the movement between two checkpoints went, in eigenvectors of the pattern Hessian at the first of them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Movement {
    /// Steps at the second checkpoint.
    pub to_step: u64,
    /// Squared length of the displacement.
    pub squared_length: f64,
    /// Its squared length in the steep, moderate, weak and zero tiers.
    pub per_tier: [f64; 4],
    /// Number of dimensions of the tiers.
    pub dimensions: [u32; 4],
}

impl From<TierCounts> for TierRow {
    fn from(counts: TierCounts) -> Self {
        let [steep, moderate, weak, zero] =
            [counts.steep, counts.moderate, counts.weak, counts.zero].map(|count| count as u32);
        Self { steep, moderate, weak, zero }
    }
}

impl TierRow {
    /// The four counts, steepest first.
    pub fn counts(self) -> [u32; 4] {
        [self.steep, self.moderate, self.weak, self.zero]
    }
}

impl Movement {
    /// Share of each tier in the squared displacement; `None` when nothing moved.
    pub fn shares(&self) -> Option<[f64; 4]> {
        (self.squared_length > 0.0).then(|| self.per_tier.map(|part| part / self.squared_length))
    }
}
