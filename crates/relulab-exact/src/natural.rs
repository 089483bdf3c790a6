//! Exact natural numbers of any size, for counts that outgrow every machine word.

use dashu_int::UBig;
use std::fmt;
use std::ops::{Add, Mul};

/// A natural number of any size; it cannot overflow.
///
/// ```
/// use relulab_exact::Natural;
/// assert_eq!((Natural::from(u128::MAX) + Natural::one()).to_string(), "340282366920938463463374607431768211456");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Natural(UBig);

impl Natural {
    /// Zero.
    pub fn zero() -> Self {
        Self(UBig::ZERO)
    }

    /// One.
    pub fn one() -> Self {
        Self(UBig::ONE)
    }

    /// The number of ways to choose `chosen` of `of` things; zero when there are not so many.
    pub fn binomial(of: usize, chosen: usize) -> Self {
        if chosen > of {
            return Self::zero();
        }
        Self::binomials(of).nth(chosen.min(of - chosen)).unwrap_or_default()
    }

    /// C(of, 0), C(of, 1), … up to C(of, of).
    pub fn binomials(of: usize) -> impl Iterator<Item = Self> {
        // The product of k consecutive numbers is divisible by k!, so every division is exact.
        let next = move |before: &(usize, UBig)| {
            let (k, product) = before;
            (*k < of).then(|| (k + 1, product * UBig::from(of - k) / UBig::from(k + 1)))
        };
        std::iter::successors(Some((0, UBig::ONE)), next).map(|(_, product)| Self(product))
    }

    /// This number multiplied by itself `exponent` times; anything to the power 0 is one.
    #[must_use]
    pub fn power(&self, exponent: usize) -> Self {
        Self(self.0.pow(exponent))
    }

    /// The number as `u128`, if it fits.
    pub fn to_u128(&self) -> Option<u128> {
        u128::try_from(&self.0).ok()
    }

    /// The nearest `f64`; infinite when the number exceeds the range.
    pub fn to_f64(&self) -> f64 {
        self.0.to_f64().value()
    }
}

impl From<u128> for Natural {
    fn from(value: u128) -> Self {
        Self(UBig::from(value))
    }
}

impl From<usize> for Natural {
    fn from(value: usize) -> Self {
        Self(UBig::from(value))
    }
}

impl fmt::Display for Natural {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Add for Natural {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Mul for Natural {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self(self.0 * other.0)
    }
}

impl std::iter::Sum for Natural {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::zero(), Add::add)
    }
}

impl std::iter::Product for Natural {
    fn product<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::one(), Mul::mul)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binomials_obey_pascals_triangle() {
        for of in 1..40 {
            for chosen in 1..=of + 1 {
                let above = Natural::binomial(of - 1, chosen - 1) + Natural::binomial(of - 1, chosen);
                assert_eq!(Natural::binomial(of, chosen), above);
            }
            assert_eq!(Natural::binomials(of).count(), of + 1);
            assert_eq!(Natural::binomials(of).sum::<Natural>(), Natural::from(2_usize).power(of));
        }
    }

    #[test]
    fn size_is_not_bounded() {
        let large = Natural::from(2_usize).power(128);
        assert_eq!(large.to_u128(), None);
        assert_eq!(large.to_f64(), 2.0_f64.powi(128));
        assert_eq!(Natural::from(2_usize).power(2000).to_f64(), f64::INFINITY);
        assert_eq!(Natural::from(7_usize).to_u128(), Some(7));
    }
}
