//! Losses as data: what they are worth, what pulls at a fit, and what a multiplier proves.
//!
//! A loss ℓ(v; y) of an output v is convex in v. Its *pull* at v is p = −ℓ′(v), and for any p
//!
//! > ℓ(v) ≥ D(p) − p v for all v, with D(p) = min ℓ(v) + p v,
//!
//! which is an equality at the pull of v. D is concave, and finite on the closure of all pulls only.

use serde::{Deserialize, Serialize};

/// Distances below which the absolute loss is rounded off, for labels of order one.
const SMOOTHINGS: [f64; 7] = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7];

/// What is minimised, as a mean over the data.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// (v − y)².
    Squared,
    /// |v − y|.
    Absolute,
    /// ½ (v − y)² up to a distance δ, and δ |v − y| − ½ δ² beyond.
    Huber(f64),
}

impl Loss {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Squared => "squared",
            Self::Absolute => "absolute",
            Self::Huber(_) => "huber",
        }
    }

    /// In words, as in "has a mean … below".
    pub fn words(self) -> String {
        match self {
            Self::Squared => "squared error".to_owned(),
            Self::Absolute => "absolute error".to_owned(),
            Self::Huber(threshold) => format!("Huber loss (½ r² up to {threshold:?}, linear beyond)"),
        }
    }

    /// The same loss of residuals that have been divided by `scale`, up to a factor.
    pub(super) fn scaled(self, scale: f64) -> Self {
        match self {
            Self::Huber(threshold) => Self::Huber(threshold / scale),
            other => other,
        }
    }

    /// The loss at a residual v − y.
    pub(super) fn value(self, residual: f64) -> f64 {
        let size = residual.abs();
        match self {
            Self::Squared => size * size,
            Self::Absolute => size,
            Self::Huber(threshold) if size <= threshold => 0.5 * size * size,
            Self::Huber(threshold) => threshold * (size - 0.5 * threshold),
        }
    }

    /// The pull at a residual v − y.
    pub(super) fn pull(self, residual: f64) -> f64 {
        match self {
            Self::Squared => -2.0 * residual,
            Self::Absolute if residual == 0.0 => 0.0,
            Self::Absolute => -residual.signum(),
            Self::Huber(threshold) => (-residual).clamp(-threshold, threshold),
        }
    }

    /// The second derivative at a residual v − y, where there is one.
    pub(super) fn curvature(self, residual: f64) -> f64 {
        match self {
            Self::Squared => 2.0,
            Self::Absolute => 0.0,
            Self::Huber(threshold) => f64::from(u8::from(residual.abs() <= threshold)),
        }
    }

    /// Losses with curvature, of which the last is this one or almost.
    pub(super) fn stages(self) -> Vec<Self> {
        match self {
            Self::Absolute => SMOOTHINGS.map(Self::Huber).to_vec(),
            other => vec![other],
        }
    }

    /// The pull at a residual v − y, of the loss that is rounded off below the distance `smoothing`.
    pub(super) fn smooth_pull(self, residual: f64, smoothing: f64) -> f64 {
        match self {
            Self::Absolute if smoothing > 0.0 => (-residual / smoothing).clamp(-1.0, 1.0),
            other => other.pull(residual),
        }
    }

    /// The last of the distances below which the solver rounds the loss off.
    pub(super) fn smoothing(self) -> f64 {
        if self == Self::Absolute { SMOOTHINGS[SMOOTHINGS.len() - 1] } else { 0.0 }
    }

    /// Whether its quadratic model is the loss itself.
    pub(super) fn is_quadratic(self) -> bool {
        self == Self::Squared
    }

    /// The largest pull, if there is one.
    pub(super) fn largest_pull(self) -> Option<f64> {
        match self {
            Self::Squared => None,
            Self::Absolute => Some(1.0),
            Self::Huber(threshold) => Some(threshold),
        }
    }
}
