//! Upper bounds of numbers ≥ 0, rounded upwards at every operation.

use std::iter::Sum;
use std::ops::{Add, Mul};

/// An `f64` that is at least the real number ≥ 0 it stands for; infinite where nothing is known.
///
/// *Algorithm*: each operation rounds to nearest and then goes to the next `f64` above, which is at least the exact
/// result, also where that underflows.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(crate) struct Above(f64);

impl Above {
    /// Zero.
    pub(crate) const ZERO: Self = Self(0.0);

    /// The magnitude of a number, exactly; infinite for NaN.
    pub(crate) fn of(value: f64) -> Self {
        if value.is_nan() { Self(f64::INFINITY) } else { Self(value.abs()) }
    }

    /// A count, exactly.
    pub(crate) fn count(n: usize) -> Self {
        Self(n as f64)
    }

    /// The bound.
    pub(crate) fn get(self) -> f64 {
        self.0
    }

    /// Its square root.
    pub(crate) fn sqrt(self) -> Self {
        Self(self.0.sqrt().next_up())
    }

    /// Its quotient by a number > 0, and infinite if that is not positive.
    pub(crate) fn over(self, divisor: f64) -> Self {
        if divisor > 0.0 { Self::of((self.0 / divisor).next_up()) } else { Self(f64::INFINITY) }
    }

    /// The larger of two.
    pub(crate) fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }

    /// A bound of the Euclidean norm of these numbers.
    pub(crate) fn norm(values: impl IntoIterator<Item = f64>) -> Self {
        values.into_iter().map(|value| Self::of(value) * Self::of(value)).sum::<Self>().sqrt()
    }
}

impl Add for Above {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::of((self.0 + other.0).next_up())
    }
}

impl Mul for Above {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        match self.0 * other.0 {
            0.0 if self.0 == 0.0 || other.0 == 0.0 => Self::ZERO,
            product => Self::of(product.next_up()),
        }
    }
}

impl Sum for Above {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::ZERO, Add::add)
    }
}

/// The share by which k roundings in a row are off at most, k u / (1 − k u) with u = ε/2, and half as much again.
pub(crate) fn roundings(k: usize) -> Above {
    // 2 k u ≥ 1.5 k u / (1 − k u) as long as k u ≤ ¼.
    let share = k as f64 * f64::EPSILON;
    if share <= 0.5 { Above::of(share) } else { Above(f64::INFINITY) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use relulab_exact::{Number, Rational};

    fn exact(value: f64) -> Rational {
        Rational::from_f64(value).unwrap()
    }

    proptest! {
        #[test]
        fn every_operation_rounds_upwards(a in 0.0..1e3_f64, b in 1e-3..1e3_f64) {
            let [x, y] = [a, b].map(Above::of);
            prop_assert!(exact((x + y).get()) >= exact(a) + exact(b));
            prop_assert!(exact((x * y).get()) >= exact(a) * exact(b));
            prop_assert!(exact(x.over(b).get()) >= exact(a) / exact(b));
            let root = exact(x.sqrt().get());
            prop_assert!(root.clone() * &root >= exact(a));
        }
    }

    #[test]
    fn what_is_not_known_is_infinite() {
        assert_eq!(Above::of(f64::NAN).get(), f64::INFINITY);
        assert_eq!((Above::ZERO * Above(f64::INFINITY)).get(), f64::INFINITY);
        assert_eq!(Above::of(1.0).over(0.0).get(), f64::INFINITY);
        assert!((Above::of(1e-200) * Above::of(1e-200)).get() > 0.0);
        assert!((5.0..5.000_001).contains(&Above::norm([3.0, -4.0]).get()));
        assert!(roundings(usize::MAX).get().is_infinite());
    }
}
