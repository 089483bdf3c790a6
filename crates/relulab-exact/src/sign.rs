//! The three-valued sign: zero is a state of its own.

use std::ops::{Mul, Neg};

/// The sign of a real number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Sign {
    /// Less than zero.
    Negative = 0,
    /// Exactly zero.
    Zero = 1,
    /// Greater than zero.
    Positive = 2,
}

impl Sign {
    /// The sign of an `f64`, taken as an exact number; `None` for NaN.
    pub fn of(value: f64) -> Option<Self> {
        value.partial_cmp(&0.0).map(Self::from)
    }

    /// Whether one sign is negative and the other positive.
    #[inline]
    pub fn is_opposite(self, other: Self) -> bool {
        // Of all pairs of the numbers 0, 1 and 2 only 0 and 2 differ in just the upper bit; no branch to predict.
        (self as u8 ^ other as u8) == Self::Positive as u8
    }
}

impl From<std::cmp::Ordering> for Sign {
    fn from(ordering: std::cmp::Ordering) -> Self {
        match ordering {
            std::cmp::Ordering::Less => Self::Negative,
            std::cmp::Ordering::Equal => Self::Zero,
            std::cmp::Ordering::Greater => Self::Positive,
        }
    }
}

impl From<Sign> for std::cmp::Ordering {
    fn from(sign: Sign) -> Self {
        match sign {
            Sign::Negative => Self::Less,
            Sign::Zero => Self::Equal,
            Sign::Positive => Self::Greater,
        }
    }
}

impl Neg for Sign {
    type Output = Self;

    fn neg(self) -> Self {
        match self {
            Self::Negative => Self::Positive,
            Self::Zero => Self::Zero,
            Self::Positive => Self::Negative,
        }
    }
}

impl Mul for Sign {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        match other {
            Self::Negative => -self,
            Self::Zero => Self::Zero,
            Self::Positive => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Sign::{Negative, Positive, Zero};

    #[test]
    fn signs_multiply_like_numbers() {
        for a in [-2.0, -0.0, 0.0, 3.0] {
            assert_eq!(Sign::of(-a), Sign::of(a).map(Neg::neg));
            for b in [-1.5, 0.0, 7.0] {
                assert_eq!(Sign::of(a * b), Sign::of(a).zip(Sign::of(b)).map(|(a, b)| a * b));
                assert_eq!(Sign::of(a).zip(Sign::of(b)).map(|(a, b)| a.is_opposite(b)), Some(a * b < 0.0));
            }
        }
        assert_eq!(Sign::of(f64::NAN), None);
        assert!(Negative < Zero && Zero < Positive);
    }
}
