//! Training losses: means over points, without ½.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What training minimises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// Mean squared error over points and outputs.
    Mse,
    /// Mean absolute error over points and outputs; the derivative at a zero residual is 0.
    Absolute,
    /// Binary cross-entropy of logits over points and outputs; labels in [0, 1].
    BinaryCrossEntropy,
    /// Softmax cross-entropy over points; the label is a class index, stored as one-hot rows.
    SoftmaxCrossEntropy,
}

/// The text does not name a loss.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("loss \"{0}\": expected mse, absolute, binary_cross_entropy or softmax_cross_entropy")]
pub struct ParseLossError(pub String);

impl Loss {
    /// Loss of one point: `outputs` and `labels` both have the output dimension (labels one-hot for softmax).
    pub fn value(self, outputs: &[f64], labels: &[f64]) -> f64 {
        let n = outputs.len() as f64;
        let pairs = outputs.iter().zip(labels);
        match self {
            Self::Mse => pairs.map(|(o, y)| (o - y) * (o - y)).sum::<f64>() / n,
            Self::Absolute => pairs.map(|(o, y)| (o - y).abs()).sum::<f64>() / n,
            Self::BinaryCrossEntropy => {
                pairs.map(|(o, y)| o.max(0.0) - o * y + libm::log1p(libm::exp(-o.abs()))).sum::<f64>() / n
            }
            Self::SoftmaxCrossEntropy => {
                let top = outputs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let log_sum = top + libm::log(outputs.iter().map(|o| libm::exp(o - top)).sum());
                pairs.map(|(o, y)| y * (log_sum - o)).sum()
            }
        }
    }

    /// Whether the labels are classes rather than real values.
    pub fn is_classification(self) -> bool {
        matches!(self, Self::BinaryCrossEntropy | Self::SoftmaxCrossEntropy)
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mse => "mse",
            Self::Absolute => "absolute",
            Self::BinaryCrossEntropy => "binary_cross_entropy",
            Self::SoftmaxCrossEntropy => "softmax_cross_entropy",
        })
    }
}

impl FromStr for Loss {
    type Err = ParseLossError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "mse" => Self::Mse,
            "absolute" | "mae" => Self::Absolute,
            "binary_cross_entropy" | "bce" => Self::BinaryCrossEntropy,
            "softmax_cross_entropy" | "ce" => Self::SoftmaxCrossEntropy,
            _ => return Err(ParseLossError(text.to_owned())),
        })
    }
}
