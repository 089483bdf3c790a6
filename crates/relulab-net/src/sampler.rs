//! The distribution of fresh training inputs.

use crate::stream::RandomStream;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Where fresh training inputs come from; every coordinate is drawn independently.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Sampler {
    /// N(0,1) in every coordinate.
    Normal,
    /// Uniform on [lo, hi) in every coordinate.
    Box {
        /// Lower end.
        lo: f64,
        /// Upper end.
        hi: f64,
    },
}

/// The text does not name a sampler.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("sampler \"{0}\": expected normal, or box:LO,HI with finite LO < HI")]
pub struct ParseSamplerError(pub String);

impl Sampler {
    /// One coordinate, from the next numbers of a stream.
    pub fn draw(self, stream: &mut RandomStream) -> f64 {
        match self {
            Self::Normal => stream.normal(),
            Self::Box { lo, hi } => lo + (hi - lo) * stream.uniform(),
        }
    }
}

impl fmt::Display for Sampler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Normal => f.write_str("normal"),
            Self::Box { lo, hi } => write!(f, "box:{lo},{hi}"),
        }
    }
}

impl FromStr for Sampler {
    type Err = ParseSamplerError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || ParseSamplerError(text.to_owned());
        if text.eq_ignore_ascii_case("normal") {
            return Ok(Self::Normal);
        }
        let (lo, hi) = text.strip_prefix("box:").and_then(|ends| ends.split_once(',')).ok_or_else(refuse)?;
        let end = |end: &str| end.trim().parse::<f64>().map_err(|_| refuse());
        let (lo, hi) = (end(lo)?, end(hi)?);
        if lo < hi && (hi - lo).is_finite() { Ok(Self::Box { lo, hi }) } else { Err(refuse()) }
    }
}

impl TryFrom<String> for Sampler {
    type Error = ParseSamplerError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Sampler> for String {
    fn from(sampler: Sampler) -> Self {
        sampler.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Purpose;
    use proptest::prelude::*;

    #[test]
    fn bad_texts_are_refused() {
        for text in ["", "norm", "box", "box:", "box:1", "box:2,1", "box:1,1", "box:nan,1", "box:-inf,1", "box:0,1,2"] {
            assert!(text.parse::<Sampler>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn texts_and_json_read_back(lo in -1e3..1e3_f64, size in 1e-3..1e3_f64) {
            for sampler in [Sampler::Normal, Sampler::Box { lo, hi: lo + size }] {
                prop_assert_eq!(sampler.to_string().parse::<Sampler>().unwrap(), sampler);
                let json = serde_json::to_string(&sampler).unwrap();
                prop_assert_eq!(serde_json::from_str::<Sampler>(&json).unwrap(), sampler);
            }
            let drawn = Sampler::Box { lo, hi: lo + size }.draw(&mut RandomStream::new(1, Purpose::Observation));
            prop_assert!((lo..=lo + size).contains(&drawn));
        }
    }
}
