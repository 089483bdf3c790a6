//! The two precisions in which a construction is computed.

use std::fmt::Debug;
use std::ops::{Add, Mul, Sub};

/// f64, or f32 to see what single precision does.
pub(crate) trait Scalar:
    faer::traits::RealField + Copy + Debug + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self>
{
    /// Distance from 1 to the next number.
    fn epsilon() -> f64;

    /// The nearest number.
    fn round(value: f64) -> Self;

    /// The number as f64, exactly.
    fn widen(self) -> f64;
}

impl Scalar for f64 {
    fn epsilon() -> f64 {
        f64::EPSILON
    }

    fn round(value: f64) -> Self {
        value
    }

    fn widen(self) -> f64 {
        self
    }
}

impl Scalar for f32 {
    fn epsilon() -> f64 {
        f64::from(f32::EPSILON)
    }

    fn round(value: f64) -> Self {
        value as Self
    }

    fn widen(self) -> f64 {
        f64::from(self)
    }
}
