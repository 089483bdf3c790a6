//! f64 with a rigorous forward error bound.

use crate::{BoundedVector, Number, Sign};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Half the distance from 1 to the next `f64`: the relative error of one rounding to nearest.
pub(crate) const UNIT_ROUNDOFF: f64 = f64::EPSILON / 2.0;

/// Added to a bound wherever a product or quotient may have underflowed; larger than the sum of all such losses in
/// one operation.
pub(crate) const UNDERFLOW: f64 = f64::MIN_POSITIVE;

/// Factor that makes up for the roundings made while a bound of one operation is itself computed.
pub(crate) const INFLATION: f64 = 1.0 + 16.0 * UNIT_ROUNDOFF;

/// Parameters accepted by the vector kernels are zero or at least this large in magnitude, and at most its inverse.
///
/// With such weights no product in [`BoundedVector`] underflows below its error bound.
pub(crate) const SMALLEST_PARAMETER: f64 = f64::from_bits((1023 - 500) << 52);

/// Parameters looked at between two questions whether one has been refused.
const ACCEPTED_AT_ONCE: usize = 64;

/// An `f64` and a bound of its distance to the real number that it stands for.
///
/// *Algorithm*: running error analysis. Each operation adds the propagated bounds of its operands and the rounding
/// of its own result, and rounds the sum outwards. Additions take the exact rounding error (Knuth's two-sum), and a
/// factor that is exactly zero gives exactly zero, so what is computed without rounding is known to be exact. An
/// overflow, a NaN, or a division by a number that may be zero makes the bound infinite, never wrong.
///
/// *Reference*: Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., section 3.3.
///
/// ```
/// use relulab_exact::{Bounded, Sign};
/// let third = Bounded::exact(1.0) / Bounded::exact(3.0);
/// assert_eq!(third.sign(), Some(Sign::Positive));
/// assert_eq!((third + third + third - Bounded::exact(1.0)).sign(), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bounded {
    value: f64,
    error: f64,
}

impl Bounded {
    /// Zero, exactly.
    pub const ZERO: Self = Self { value: 0.0, error: 0.0 };

    /// A number known exactly; its bound is infinite when it is not finite.
    pub fn exact(value: f64) -> Self {
        Self::new(value, 0.0)
    }

    /// A number known up to `error`; whatever is not finite, or has no bound ≥ 0, gets an infinite bound.
    #[inline]
    pub fn new(value: f64, error: f64) -> Self {
        if value.is_finite() && error >= 0.0 {
            Self { value, error }
        } else {
            Self { value: 0.0, error: f64::INFINITY }
        }
    }

    /// The computed value.
    pub fn value(self) -> f64 {
        self.value
    }

    /// The bound of |value − true value|.
    pub fn error(self) -> f64 {
        self.error
    }

    /// Whether this is known to be zero.
    #[inline]
    pub fn is_exact_zero(self) -> bool {
        self.value == 0.0 && self.error == 0.0
    }

    /// The sign, if it is certain.
    #[inline]
    pub fn sign(self) -> Option<Sign> {
        if self.value > self.error {
            Some(Sign::Positive)
        } else if -self.value > self.error {
            Some(Sign::Negative)
        } else if self.is_exact_zero() {
            Some(Sign::Zero)
        } else {
            None
        }
    }
}

impl Number for Bounded {
    type Vector = BoundedVector;

    fn from_f64(value: f64) -> Option<Self> {
        value.is_finite().then(|| Self::exact(value))
    }

    fn accepts(parameters: &[f64]) -> bool {
        // No early end within a part: so the compiler may take several numbers at a time.
        parameters.chunks(ACCEPTED_AT_ONCE).all(|part| {
            part.iter().fold(true, |accepted, value| {
                let size = value.abs();
                accepted & ((size == 0.0) | (SMALLEST_PARAMETER..=1.0 / SMALLEST_PARAMETER).contains(&size))
            })
        })
    }

    #[inline]
    fn sign(&self) -> Option<Sign> {
        Self::sign(*self)
    }

    #[inline]
    fn approximate(&self) -> f64 {
        self.value
    }

    #[inline]
    fn uncertainty(&self) -> f64 {
        self.error
    }

    #[inline]
    fn margin(&self) -> f64 {
        if self.error == 0.0 { f64::INFINITY } else { self.value.abs() / self.error }
    }
}

impl Neg for Bounded {
    type Output = Self;

    #[inline]
    fn neg(self) -> Self {
        Self { value: -self.value, error: self.error }
    }
}

impl Add for Bounded {
    type Output = Self;

    #[inline]
    fn add(self, other: Self) -> Self {
        let sum = self.value + other.value;
        let part = sum - self.value;
        let rounding = (self.value - (sum - part)) + (other.value - part);
        let error = self.error + other.error;
        // Sums underflow exactly, so a bound of zero is the truth here.
        Self::new(sum, if error == 0.0 { rounding.abs() } else { (error + rounding.abs()) * INFLATION })
    }
}

impl Sub for Bounded {
    type Output = Self;

    #[inline]
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Bounded {
    type Output = Self;

    #[inline]
    fn mul(self, other: Self) -> Self {
        if self.is_exact_zero() || other.is_exact_zero() {
            return Self::ZERO;
        }
        let product = self.value * other.value;
        let propagated = self.value.abs() * other.error + other.value.abs() * self.error + self.error * other.error;
        Self::new(product, (propagated + UNIT_ROUNDOFF * product.abs()) * INFLATION + UNDERFLOW)
    }
}

impl Div for Bounded {
    type Output = Self;

    #[inline]
    fn div(self, other: Self) -> Self {
        let smallest = (other.value.abs() - other.error) * (1.0 - 2.0 * UNIT_ROUNDOFF);
        if smallest <= 0.0 {
            return Self::new(0.0, f64::INFINITY);
        }
        if self.is_exact_zero() {
            return Self::ZERO;
        }
        // |a'/b' − a/b| = |(a' − a) − (a/b)(b' − b)| / |b'| for the true a', b'.
        let quotient = self.value / other.value;
        let propagated = (self.error + (quotient.abs() + UNDERFLOW) * other.error) / smallest;
        Self::new(quotient, (propagated + UNIT_ROUNDOFF * quotient.abs()) * INFLATION + UNDERFLOW)
    }
}

macro_rules! by_reference {
    ($($operation:ident $method:ident),*) => {$(
        impl $operation<&Self> for Bounded {
            type Output = Self;

            #[inline]
            fn $method(self, other: &Self) -> Self {
                $operation::$method(self, *other)
            }
        }
    )*};
}
by_reference!(Add add, Sub sub, Mul mul, Div div);
