//! Losses as data: what they are worth, what pulls at a fit, and what a multiplier proves.
//!
//! A loss ℓ(v; y) of an output v is convex in v. Its *pull* at v is p = −ℓ′(v), and for any p
//!
//! > ℓ(v) ≥ D(p) − p v for all v, with D(p) = min ℓ(v) + p v,
//!
//! which is an equality at the pull of v. D is concave, and finite on the closure of all pulls only.

use serde::{Deserialize, Serialize};

/// Distances below which the absolute loss is rounded off, for labels of order one.
const SMOOTHINGS: [f64; 6] = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6];

/// Pulls of the logistic loss at points far on their right side, below which they may be dropped.
const DROPPED_PULLS: [f64; 5] = [1e-13, 1e-9, 1e-8, 1e-7, 1e-6];
/// Curvature that the solver gives a loss where it is linear.
const LEAST_CURVATURE: f64 = 1e-4;
/// The same for the logistic loss, which is curved everywhere, far from the kink hardly.
const LEAST_SPREAD: f64 = 1e-9;

/// p (1 − p) for a pull p or −p of the logistic loss: its curvature there.
pub(super) fn spread(pull: f64) -> f64 {
    let size = pull.abs();
    size * (1.0 - size)
}

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
    /// ln (1 + e^v) − y v for labels y of 0 and 1.
    Logistic,
}

impl Loss {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Squared => "squared",
            Self::Absolute => "absolute",
            Self::Huber(_) => "huber",
            Self::Logistic => "logistic",
        }
    }

    /// In words, as in "has a mean … below".
    pub fn words(self) -> String {
        match self {
            Self::Squared => "squared error".to_owned(),
            Self::Absolute => "absolute error".to_owned(),
            Self::Huber(threshold) => format!("Huber loss (½ r² up to {threshold:?}, linear beyond)"),
            Self::Logistic => "logistic loss".to_owned(),
        }
    }

    /// The same loss of residuals that have been divided by `scale`, up to a factor.
    pub(super) fn scaled(self, scale: f64) -> Self {
        match self {
            Self::Huber(threshold) => Self::Huber(threshold / scale),
            other => other,
        }
    }

    /// Whether shifted labels ask for shifted outputs and no more, so that the loss is one of residuals v − y.
    pub(super) fn is_of_residuals(self) -> bool {
        self != Self::Logistic
    }

    /// Whether a label is one that the loss has a meaning for.
    pub(super) fn allows(self, label: f64) -> bool {
        self != Self::Logistic || label == 0.0 || label == 1.0
    }

    /// The loss of an output v.
    pub(crate) fn value(self, output: f64, label: f64) -> f64 {
        let size = (output - label).abs();
        match self {
            Self::Logistic => {
                let margin = if label == 1.0 { output } else { -output };
                (-margin).max(0.0) + (-margin.abs()).exp().ln_1p()
            }
            Self::Squared => size * size,
            Self::Absolute => size,
            Self::Huber(threshold) if size <= threshold => 0.5 * size * size,
            Self::Huber(threshold) => threshold * (size - 0.5 * threshold),
        }
    }

    /// The pull at an output v.
    pub(crate) fn pull(self, output: f64, label: f64) -> f64 {
        let residual = output - label;
        match self {
            // 1 / (1 + e^m) for the margin m, towards the label.
            Self::Logistic if label == 1.0 => 1.0 / (1.0 + output.exp()),
            Self::Logistic => -1.0 / (1.0 + (-output).exp()),
            Self::Squared => -2.0 * residual,
            Self::Absolute if residual == 0.0 => 0.0,
            Self::Absolute => -residual.signum(),
            Self::Huber(threshold) => (-residual).clamp(-threshold, threshold),
        }
    }

    /// The second derivative at an output v, where there is one.
    pub(super) fn curvature(self, output: f64, label: f64) -> f64 {
        match self {
            Self::Logistic => spread(self.pull(output, label)),
            Self::Squared => 2.0,
            Self::Absolute => 0.0,
            Self::Huber(threshold) => f64::from(u8::from((output - label).abs() <= threshold)),
        }
    }

    /// Losses with curvature, of which the last is this one or almost.
    pub(super) fn stages(self) -> Vec<Self> {
        match self {
            Self::Absolute => SMOOTHINGS.map(Self::Huber).to_vec(),
            other => vec![other],
        }
    }

    /// The pull at an output v, of the absolute loss rounded off below the distance `smoothing`, and of the logistic loss without
    /// pulls below it.
    pub(super) fn smooth_pull(self, output: f64, label: f64, smoothing: f64) -> f64 {
        match self {
            Self::Absolute if smoothing > 0.0 => ((label - output) / smoothing).clamp(-1.0, 1.0),
            Self::Logistic if self.pull(output, label).abs() < smoothing => 0.0,
            other => other.pull(output, label),
        }
    }

    /// What hints try one after the other, for labels of order one: how far the loss is rounded off, or pulls are dropped.
    pub(super) fn smoothings(self) -> &'static [f64] {
        match self {
            Self::Squared | Self::Huber(_) => &[0.0],
            Self::Absolute => &SMOOTHINGS[SMOOTHINGS.len() - 1..],
            Self::Logistic => &DROPPED_PULLS,
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

    /// The least curvature that the solver gives it, which keeps its steps finite.
    pub(super) fn least_curvature(self) -> f64 {
        if self == Self::Logistic { LEAST_SPREAD } else { LEAST_CURVATURE }
    }

    /// The magnitude at which pulls are often and may stay, if there is one.
    pub(super) fn largest_pull(self) -> Option<f64> {
        match self {
            Self::Squared | Self::Logistic => None,
            Self::Absolute => Some(1.0),
            Self::Huber(threshold) => Some(threshold),
        }
    }
}
