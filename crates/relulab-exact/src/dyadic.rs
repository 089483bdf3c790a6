//! Exact dyadic rationals: integers times powers of two, without the cost of fractions.

use crate::{Rational, Sign};
use dashu_int::IBig;
use dashu_ratio::RBig;
use std::cmp::Ordering;
use std::ops::{Add, Mul, Neg, Sub};

/// mantissa · 2^exponent, of any size.
///
/// Every finite `f64` is one, and sums and products of dyadics are dyadics. Unlike a [`Rational`] it needs no
/// greatest common divisor, so long sums of products of `f64` are several times faster.
///
/// ```
/// use relulab_exact::Dyadic;
/// let tenth = Dyadic::from_f64(0.1).unwrap();
/// let sum = tenth.clone() + &tenth * &Dyadic::from_f64(2.0).unwrap();
/// // 0.3 is not three times 0.1, for the numbers that f64 stores.
/// assert!(sum > Dyadic::from_f64(0.3).unwrap());
/// assert_eq!((sum.to_f64_below(), sum.to_f64_above()), (0.30000000000000004_f64.next_down(), 0.30000000000000004));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Dyadic {
    mantissa: IBig,
    exponent: i64,
}

impl Dyadic {
    /// Zero.
    pub fn zero() -> Self {
        Self::default()
    }

    /// The exact value of a finite `f64`; `None` when it is infinite or NaN.
    pub fn from_f64(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        let bits = value.to_bits();
        let (biased, fraction) = ((bits >> 52) & 0x7ff, bits & ((1 << 52) - 1));
        let (mantissa, exponent) =
            if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased as i64 - 1075) };
        if mantissa == 0 {
            return Some(Self::zero());
        }
        let spare = mantissa.trailing_zeros();
        let mantissa = IBig::from(mantissa >> spare);
        Some(Self { mantissa: if value < 0.0 { -mantissa } else { mantissa }, exponent: exponent + i64::from(spare) })
    }

    /// Whether this is zero.
    pub fn is_zero(&self) -> bool {
        self.mantissa.is_zero()
    }

    /// The sign, which is always known.
    pub fn sign(&self) -> Sign {
        Sign::from(self.mantissa.cmp(&IBig::ZERO))
    }

    /// The same number as a [`Rational`].
    pub fn to_rational(&self) -> Rational {
        let shift = usize::try_from(self.exponent.unsigned_abs()).unwrap_or(usize::MAX);
        if self.exponent >= 0 {
            Rational::from_parts(RBig::from(self.mantissa.clone() << shift))
        } else {
            Rational::from_parts(RBig::from(self.mantissa.clone()) / RBig::from(IBig::ONE << shift))
        }
    }

    /// The largest `f64` that is not above this number; −∞ below the range.
    pub fn to_f64_below(&self) -> f64 {
        let nearest = self.to_rational().to_f64();
        let exceeds = |value: f64| Self::from_f64(value).map_or(value > 0.0, |value| value > *self);
        if exceeds(nearest) { nearest.next_down() } else { nearest }
    }

    /// The smallest `f64` that is not below this number; ∞ above the range.
    pub fn to_f64_above(&self) -> f64 {
        -(-self.clone()).to_f64_below()
    }
}

impl Add for Dyadic {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        if self.is_zero() {
            return other;
        }
        if other.is_zero() {
            return self;
        }
        let (coarse, fine) = if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        let shift = usize::try_from(coarse.exponent - fine.exponent).unwrap_or(usize::MAX);
        Self { mantissa: (coarse.mantissa << shift) + fine.mantissa, exponent: fine.exponent }
    }
}

impl Sub for Dyadic {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Neg for Dyadic {
    type Output = Self;

    fn neg(self) -> Self {
        Self { mantissa: -self.mantissa, exponent: self.exponent }
    }
}

impl Mul for &Dyadic {
    type Output = Dyadic;

    fn mul(self, other: Self) -> Dyadic {
        Dyadic { mantissa: &self.mantissa * &other.mantissa, exponent: self.exponent + other.exponent }
    }
}

impl PartialEq for Dyadic {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Dyadic {}

impl PartialOrd for Dyadic {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Dyadic {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.clone() - other.clone()).sign().into()
    }
}

impl From<&Dyadic> for Rational {
    fn from(value: &Dyadic) -> Self {
        value.to_rational()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Number;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn arithmetic_is_that_of_rationals(a in any::<f64>(), b in any::<f64>(), c in -1e9..1e9_f64) {
            prop_assume!(a.is_finite() && b.is_finite());
            let [a, b, c] = [a, b, c].map(|value| (Dyadic::from_f64(value).unwrap(), Rational::from_f64(value).unwrap()));
            prop_assert_eq!(a.0.to_rational(), a.1.clone());
            let (dyadic, rational) = (&a.0 * &c.0 + b.0.clone() - c.0, a.1.clone() * &c.1 + &b.1 - &c.1);
            prop_assert_eq!(dyadic.to_rational(), rational.clone());
            prop_assert_eq!(dyadic.sign(), rational.exact_sign());
            prop_assert_eq!(a.0.cmp(&b.0), a.1.cmp(&b.1));
            let (below, above) = (dyadic.to_f64_below(), dyadic.to_f64_above());
            prop_assert!(below == above || below.next_up() == above);
            prop_assert!(below == f64::NEG_INFINITY || Rational::from_f64(below).unwrap() <= rational);
            prop_assert!(above == f64::INFINITY || Rational::from_f64(above).unwrap() >= rational);
        }

        #[test]
        fn every_finite_f64_survives_the_round_trip(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            let exact = Dyadic::from_f64(value).unwrap();
            prop_assert_eq!((exact.to_f64_below(), exact.to_f64_above()), (value, value));
        }
    }
}
