//! Decisions: signs that are certain, the margin that they had, and the stop at the first that is not.

use relulab_exact::{Number, NumberVector, Sign};
use std::cmp::Ordering;

/// A sign could not be decided in this kind of number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Uncertain;

/// Takes decisions and remembers the smallest margin met.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judge {
    /// Smallest |value| / bound of all numbers whose sign was asked for; at most 1 only after an uncertain one.
    pub margin: f64,
}

impl Default for Judge {
    fn default() -> Self {
        Self { margin: f64::INFINITY }
    }
}

impl Judge {
    /// The sign of a number.
    #[inline]
    pub fn sign(&mut self, number: &impl Number) -> Result<Sign, Uncertain> {
        self.margin = self.margin.min(number.margin());
        number.sign().ok_or(Uncertain)
    }

    /// The signs of all entries of a vector.
    pub fn signs(&mut self, numbers: &impl NumberVector, signs: &mut Vec<Sign>) -> Result<(), Uncertain> {
        self.margin = numbers.signs(signs, self.margin);
        if self.margin > 1.0 { Ok(()) } else { Err(Uncertain) }
    }

    /// The order of two numbers.
    #[inline]
    pub fn compare<N: Number>(&mut self, left: &N, right: &N) -> Result<Ordering, Uncertain> {
        self.sign(&(left.clone() - right)).map(Ordering::from)
    }
}
