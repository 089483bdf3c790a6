//! The trait that lets an algorithm be written once and run in bounded f64 and again in rationals.

use crate::{NumberVector, Sign};
use std::cmp::Ordering;
use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A real number whose sign is either certain or openly uncertain.
///
/// An algorithm that is generic over `Number` asks for signs and stops at the first `None`. Its caller then runs it
/// again with [`crate::Rational`], which never answers `None`.
pub trait Number:
    Clone
    + Debug
    + Default
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + for<'a> Add<&'a Self, Output = Self>
    + for<'a> Sub<&'a Self, Output = Self>
    + for<'a> Mul<&'a Self, Output = Self>
    + for<'a> Div<&'a Self, Output = Self>
{
    /// Many such numbers, stored as their arithmetic likes it.
    type Vector: NumberVector<Number = Self>;

    /// Zero, exactly; also the default.
    fn zero() -> Self {
        Self::default()
    }

    /// The exact value of a finite `f64`; `None` when it is infinite or NaN.
    fn from_f64(value: f64) -> Option<Self>;

    /// Whether the vector kernels may be given these parameters.
    ///
    /// Bounded arithmetic refuses parameters so small or large that products could leave the range of f64.
    fn accepts(parameters: &[f64]) -> bool;

    /// The sign, if it is certain.
    fn sign(&self) -> Option<Sign>;

    /// The nearest or a near `f64`; equal numbers of an exact kind have equal approximations, and order is kept.
    fn approximate(&self) -> f64;

    /// A bound of the distance between this number and the real number that it stands for; zero for exact kinds.
    fn uncertainty(&self) -> f64;

    /// How far the sign is from being uncertain: |value| / uncertainty, infinite for exact kinds.
    fn margin(&self) -> f64;

    /// The order of two numbers, if it is certain.
    fn compare(&self, other: &Self) -> Option<Ordering> {
        (self.clone() - other).sign().map(Ordering::from)
    }
}
