//! The vector units of a processor, found at run time.

use super::{Simd, portable};
use std::fmt;
use std::str::FromStr;

/// A vector unit that the engine can run on. All give the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VectorUnit {
    /// 512-bit vectors.
    Avx512,
    /// 256-bit vectors with fused multiply-add.
    Avx2,
    /// Plain arrays, on any processor.
    Portable,
}

/// The text does not name a vector unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("vector unit \"{0}\": expected avx512, avx2 or portable")]
pub struct UnknownVectorUnit(pub String);

/// Work that is written once for every vector type.
pub(crate) trait Task {
    type Output;
    fn run<F32: Simd<Elem = f32>, F64: Simd<Elem = f64>>(self) -> Self::Output;
}

impl VectorUnit {
    /// The widest unit that this processor has.
    pub fn widest() -> Self {
        [Self::Avx512, Self::Avx2].into_iter().find(|unit| unit.is_available()).unwrap_or(Self::Portable)
    }

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Avx512 => "avx512",
            Self::Avx2 => "avx2",
            Self::Portable => "portable",
        }
    }

    /// Whether this processor has the unit.
    pub fn is_available(self) -> bool {
        match self {
            Self::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => {
                is_x86_feature_detected!("avx2")
                    && is_x86_feature_detected!("fma")
                    && is_x86_feature_detected!("popcnt")
                    && is_x86_feature_detected!("bmi1")
                    && is_x86_feature_detected!("bmi2")
                    && is_x86_feature_detected!("lzcnt")
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                Self::Avx2.is_available()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512vl")
            }
            #[cfg(not(target_arch = "x86_64"))]
            _ => false,
        }
    }

    /// Number of f32 lanes: how many networks of one shape train together.
    pub fn f32_lanes(self) -> usize {
        match self {
            Self::Avx512 | Self::Portable => 16,
            Self::Avx2 => 8,
        }
    }

    /// Runs a task on this unit, or on the portable one where the processor lacks it.
    pub(crate) fn run<T: Task>(self, task: T) -> T::Output {
        match self {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the features that `run_avx512` needs have just been detected.
            Self::Avx512 if self.is_available() => unsafe { run_avx512(task) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the features that `run_avx2` needs have just been detected.
            Self::Avx2 if self.is_available() => unsafe { run_avx2(task) },
            _ => task.run::<portable::P32<16>, portable::P64<8>>(),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma,popcnt,bmi1,bmi2,lzcnt")]
fn run_avx512<T: Task>(task: T) -> T::Output {
    task.run::<super::avx512::F32x16, super::avx512::F64x8>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,popcnt,bmi1,bmi2,lzcnt")]
fn run_avx2<T: Task>(task: T) -> T::Output {
    task.run::<super::avx2::F32x8, super::avx2::F64x4>()
}

impl fmt::Display for VectorUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for VectorUnit {
    type Err = UnknownVectorUnit;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "avx512" => Self::Avx512,
            "avx2" => Self::Avx2,
            "portable" => Self::Portable,
            _ => return Err(UnknownVectorUnit(text.to_owned())),
        })
    }
}
