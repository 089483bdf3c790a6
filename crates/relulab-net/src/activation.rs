//! Activation functions and their derivatives, in f64.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The function applied to every hidden unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Activation {
    /// max(z, 0).
    Relu,
    /// z for z > 0, else slope · z.
    LeakyRelu {
        /// Slope on the negative side, in [0, 1).
        slope: f64,
    },
    /// z Φ(z) with the exact normal distribution function.
    Gelu,
    /// Hyperbolic tangent.
    Tanh,
    /// 1 / (1 + e^−z).
    Sigmoid,
    /// ln(1 + e^z).
    Softplus,
}

/// The text does not name an activation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "activation \"{0}\": expected relu, leaky_relu, leaky_relu:SLOPE (0 ≤ SLOPE < 1), gelu, tanh, sigmoid or softplus"
)]
pub struct ParseActivationError(pub String);

impl Activation {
    /// The slope that `leaky_relu` has when none is given (the default of PyTorch and of the anatomy paper).
    pub const DEFAULT_LEAKY_SLOPE: f64 = 0.01;

    /// σ(z).
    pub fn value(self, z: f64) -> f64 {
        match self {
            Self::Relu => z.max(0.0),
            Self::LeakyRelu { slope } => {
                if z > 0.0 {
                    z
                } else {
                    slope * z
                }
            }
            Self::Gelu => z * normal_cdf(z),
            Self::Tanh => libm::tanh(z),
            Self::Sigmoid => sigmoid(z),
            Self::Softplus => z.max(0.0) + libm::log1p(libm::exp(-z.abs())),
        }
    }

    /// σ'(z), with the convention of [`crate::conventions`] at kinks.
    pub fn derivative(self, z: f64) -> f64 {
        match self {
            Self::Relu => f64::from(u8::from(z > 0.0)),
            Self::LeakyRelu { slope } => {
                if z > 0.0 {
                    1.0
                } else {
                    slope
                }
            }
            Self::Gelu => normal_cdf(z) + z * libm::exp(-0.5 * z * z) / (2.0 * std::f64::consts::PI).sqrt(),
            Self::Tanh => {
                let t = libm::tanh(z);
                1.0 - t * t
            }
            Self::Sigmoid => {
                let s = sigmoid(z);
                s * (1.0 - s)
            }
            Self::Softplus => sigmoid(z),
        }
    }

    /// Whether networks with this activation are piecewise linear.
    pub fn is_piecewise_linear(self) -> bool {
        matches!(self, Self::Relu | Self::LeakyRelu { .. })
    }
}

fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

fn sigmoid(z: f64) -> f64 {
    if z >= 0.0 {
        1.0 / (1.0 + libm::exp(-z))
    } else {
        let e = libm::exp(z);
        e / (1.0 + e)
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Relu => f.write_str("relu"),
            Self::LeakyRelu { slope } => write!(f, "leaky_relu:{slope}"),
            Self::Gelu => f.write_str("gelu"),
            Self::Tanh => f.write_str("tanh"),
            Self::Sigmoid => f.write_str("sigmoid"),
            Self::Softplus => f.write_str("softplus"),
        }
    }
}

impl FromStr for Activation {
    type Err = ParseActivationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || ParseActivationError(text.to_owned());
        Ok(match text.to_ascii_lowercase().as_str() {
            "relu" => Self::Relu,
            "leaky_relu" | "leakyrelu" => Self::LeakyRelu { slope: Self::DEFAULT_LEAKY_SLOPE },
            "gelu" => Self::Gelu,
            "tanh" => Self::Tanh,
            "sigmoid" => Self::Sigmoid,
            "softplus" => Self::Softplus,
            other => {
                let slope = other.strip_prefix("leaky_relu:").or_else(|| other.strip_prefix("leakyrelu:"));
                let slope: f64 = slope.ok_or_else(refuse)?.parse().map_err(|_| refuse())?;
                if !(0.0..1.0).contains(&slope) {
                    return Err(refuse());
                }
                Self::LeakyRelu { slope }
            }
        })
    }
}

impl TryFrom<String> for Activation {
    type Error = ParseActivationError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Activation> for String {
    fn from(activation: Activation) -> Self {
        activation.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_match_central_differences() {
        for name in ["relu", "leaky_relu:0.1", "gelu", "tanh", "sigmoid", "softplus"] {
            let activation: Activation = name.parse().unwrap();
            assert_eq!(activation.to_string(), name);
            for z in [-9.3, -2.0, -0.4, 0.3, 1.7, 8.0] {
                let step = 1e-5;
                let difference = (activation.value(z + step) - activation.value(z - step)) / (2.0 * step);
                assert!((difference - activation.derivative(z)).abs() < 1e-9, "{name} at {z}");
            }
        }
    }

    #[test]
    fn kinks_follow_the_conventions() {
        assert_eq!(Activation::Relu.derivative(0.0), 0.0);
        assert_eq!(Activation::LeakyRelu { slope: 0.25 }.derivative(0.0), 0.25);
    }

    #[test]
    fn bad_names_are_refused() {
        for name in ["", "rely", "leaky_relu:1", "leaky_relu:-0.1", "leaky_relu:x", "leaky_relu:nan"] {
            assert!(name.parse::<Activation>().is_err(), "{name}");
        }
    }
}
