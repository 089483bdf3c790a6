//! Exact rational numbers.

use crate::{Number, Sign};
use dashu_base::Signed;
use dashu_ratio::RBig;
use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// An exact rational number of any size.
///
/// Every finite `f64` is one (a dyadic rational), so networks can be studied without any rounding.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rational(RBig);

impl Rational {
    /// Zero.
    pub fn zero() -> Self {
        Self(RBig::ZERO)
    }

    /// The number that the library computed.
    pub(crate) fn from_parts(value: RBig) -> Self {
        Self(value)
    }

    /// Whether this is zero.
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// The sign, which is always known.
    pub fn exact_sign(&self) -> Sign {
        if self.0.is_zero() {
            Sign::Zero
        } else if self.0.is_positive() {
            Sign::Positive
        } else {
            Sign::Negative
        }
    }

    /// The smallest positive odd integer by which this number becomes a dyadic rational, the kind that `f64` stores.
    pub fn odd_denominator(&self) -> Self {
        let denominator = self.0.denominator();
        Self(RBig::from(denominator >> denominator.trailing_zeros().unwrap_or(0)))
    }

    /// The nearest `f64`, ties to even; infinite when the number exceeds the range.
    pub fn to_f64(&self) -> f64 {
        self.0.to_f64().value()
    }
}

/// Division by zero has no value; this crate gives zero, so that no caller can be brought to panic by data.
///
/// Algorithms divide only by numbers whose sign they have just found not to be zero.
fn divide(numerator: RBig, denominator: &RBig) -> RBig {
    if denominator.is_zero() { RBig::ZERO } else { numerator / denominator }
}

impl From<i64> for Rational {
    fn from(value: i64) -> Self {
        Self(RBig::from(value))
    }
}

impl fmt::Display for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Number for Rational {
    type Vector = Vec<Self>;

    fn from_f64(value: f64) -> Option<Self> {
        RBig::try_from(value).ok().map(Self)
    }

    fn accepts(parameters: &[f64]) -> bool {
        parameters.iter().all(|value| value.is_finite())
    }

    fn sign(&self) -> Option<Sign> {
        Some(self.exact_sign())
    }

    fn approximate(&self) -> f64 {
        self.to_f64()
    }

    fn uncertainty(&self) -> f64 {
        0.0
    }

    fn margin(&self) -> f64 {
        f64::INFINITY
    }

    fn compare(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Neg for Rational {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Add for Rational {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Add<&Self> for Rational {
    type Output = Self;

    fn add(self, other: &Self) -> Self {
        Self(self.0 + &other.0)
    }
}

impl Sub for Rational {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Sub<&Self> for Rational {
    type Output = Self;

    fn sub(self, other: &Self) -> Self {
        Self(self.0 - &other.0)
    }
}

impl Mul for Rational {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self(self.0 * other.0)
    }
}

impl Mul<&Self> for Rational {
    type Output = Self;

    fn mul(self, other: &Self) -> Self {
        Self(self.0 * &other.0)
    }
}

impl Div for Rational {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        Self(divide(self.0, &other.0))
    }
}

impl Div<&Self> for Rational {
    type Output = Self;

    fn div(self, other: &Self) -> Self {
        Self(divide(self.0, &other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dyadics_are_exact() {
        let tenth = Rational::from_f64(0.1).unwrap();
        assert_eq!(tenth.to_string(), "3602879701896397/36028797018963968");
        assert_eq!(tenth.to_f64(), 0.1);
        assert_ne!(tenth * Rational::from(10), Rational::from(1));
        assert_eq!(Rational::from_f64(f64::NAN), None);
        assert_eq!(Rational::from_f64(f64::INFINITY), None);
        assert_eq!(Rational::from_f64(-0.0), Some(Rational::zero()));
    }

    #[test]
    fn odd_denominators_leave_dyadics() {
        for (numerator, denominator, odd) in [(1, 12, 3), (-5, 8, 1), (0, 7, 1), (6, 45, 15)] {
            let number = Rational::from(numerator) / Rational::from(denominator);
            assert_eq!(number.odd_denominator(), Rational::from(odd));
        }
    }

    #[test]
    fn division_by_zero_does_not_panic() {
        assert_eq!(Rational::from(3) / Rational::zero(), Rational::zero());
    }

    proptest! {
        #[test]
        fn every_finite_f64_survives_the_round_trip(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            let exact = Rational::from_f64(value).unwrap();
            prop_assert_eq!(exact.to_f64(), value);
            prop_assert_eq!(Some(exact.exact_sign()), Sign::of(value));
        }

        #[test]
        fn arithmetic_obeys_the_field_axioms(a in -1e3..1e3_f64, b in -1e-3..1e3_f64, c in 1e-3..1e6_f64) {
            let [a, b, c] = [a, b, c].map(|value| Rational::from_f64(value).unwrap());
            prop_assert_eq!((a.clone() + &b) * &c, a.clone() * &c + b.clone() * &c);
            prop_assert_eq!(a.clone() / &c * &c, a.clone());
            prop_assert_eq!(a.compare(&b), (a - &b).sign().map(Ordering::from));
        }
    }
}
