//! Initial distributions of weights and biases, by name.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How the parameters of a layer are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Initialisation {
    /// PyTorch's `Linear` default: weights and biases U(±1/√fan_in).
    TorchLinear,
    /// He et al. 2015, weights U(±√(6/fan_in)), biases 0.
    KaimingUniform,
    /// He et al. 2015, weights N(0, 2/fan_in), biases 0.
    KaimingNormal,
    /// Glorot and Bengio 2010, weights U(±√(6/(fan_in+fan_out))), biases 0.
    GlorotUniform,
    /// Glorot and Bengio 2010, weights N(0, 2/(fan_in+fan_out)), biases 0.
    GlorotNormal,
    /// LeCun et al. 1998, weights U(±√(3/fan_in)), biases 0.
    LecunUniform,
    /// LeCun et al. 1998, weights N(0, 1/fan_in), biases 0.
    LecunNormal,
    /// Saxe, McClelland and Ganguli 2014: rows, or columns where they are fewer, orthogonal and of length √2, the gain that
    /// ReLU calls for; biases 0. Drawn from N(0, 1) and then made orthogonal.
    Orthogonal,
}

/// A centred distribution of one parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distribution {
    /// Always 0.
    Zero,
    /// Uniform on [−limit, limit).
    Uniform {
        /// Half-width of the interval.
        limit: f64,
    },
    /// Normal with mean 0.
    Normal {
        /// Standard deviation.
        deviation: f64,
    },
}

/// The text does not name an initialisation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("initialisation \"{0}\": expected one of {names}", names = Initialisation::names())]
pub struct ParseInitialisationError(pub String);

impl Initialisation {
    /// All initialisations, in the order in which they are documented.
    pub const ALL: [Self; 8] = [
        Self::TorchLinear,
        Self::KaimingUniform,
        Self::KaimingNormal,
        Self::GlorotUniform,
        Self::GlorotNormal,
        Self::LecunUniform,
        Self::LecunNormal,
        Self::Orthogonal,
    ];

    fn names() -> String {
        Self::ALL.map(|one| one.to_string()).join(", ")
    }

    /// Distribution of each weight of a layer, before an orthogonal matrix is made orthogonal.
    pub fn weights(self, fan_in: usize, fan_out: usize) -> Distribution {
        let fan_in = fan_in as f64;
        let fan_sum = fan_in + fan_out as f64;
        match self {
            Self::TorchLinear => Distribution::Uniform { limit: (1.0 / fan_in).sqrt() },
            Self::KaimingUniform => Distribution::Uniform { limit: (6.0 / fan_in).sqrt() },
            Self::KaimingNormal => Distribution::Normal { deviation: (2.0 / fan_in).sqrt() },
            Self::GlorotUniform => Distribution::Uniform { limit: (6.0 / fan_sum).sqrt() },
            Self::GlorotNormal => Distribution::Normal { deviation: (2.0 / fan_sum).sqrt() },
            Self::LecunUniform => Distribution::Uniform { limit: (3.0 / fan_in).sqrt() },
            Self::LecunNormal => Distribution::Normal { deviation: (1.0 / fan_in).sqrt() },
            Self::Orthogonal => Distribution::Normal { deviation: 1.0 },
        }
    }

    /// Distribution of each bias of a layer.
    pub fn biases(self, fan_in: usize) -> Distribution {
        match self {
            Self::TorchLinear => Distribution::Uniform { limit: (1.0 / fan_in as f64).sqrt() },
            _ => Distribution::Zero,
        }
    }
}

impl fmt::Display for Initialisation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TorchLinear => "torch_linear",
            Self::KaimingUniform => "kaiming_uniform",
            Self::KaimingNormal => "kaiming_normal",
            Self::GlorotUniform => "glorot_uniform",
            Self::GlorotNormal => "glorot_normal",
            Self::LecunUniform => "lecun_uniform",
            Self::LecunNormal => "lecun_normal",
            Self::Orthogonal => "orthogonal",
        })
    }
}

impl FromStr for Initialisation {
    type Err = ParseInitialisationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|one| one.to_string() == text)
            .ok_or_else(|| ParseInitialisationError(text.to_owned()))
    }
}
