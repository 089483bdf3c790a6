//! Vectors of numbers and the few kernels that networks need of them.

use crate::{Number, Rational, Sign};
use std::fmt::Debug;

/// A vector of [`Number`]s.
///
/// The kernels take weights *by input*: the weights that leave input `i` are contiguous, so that row `i` of
/// `weights_by_input` is column `i` of the usual out × in matrix.
pub trait NumberVector: Clone + Debug + Default {
    /// The kind of number stored.
    type Number: Number;

    /// Number of entries.
    fn len(&self) -> usize;

    /// Whether there are no entries.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes this a vector of `len` exact zeros.
    fn reset(&mut self, len: usize);

    /// Entry `index`, which must be below [`len`](Self::len).
    fn get(&self, index: usize) -> Self::Number;

    /// Replaces entry `index`, which must be below [`len`](Self::len).
    fn set(&mut self, index: usize, value: Self::Number);

    /// Sets this to `constants` + Σᵢ `factors`ᵢ · (row i of `weights_by_input`).
    ///
    /// *Shapes*: `constants` has the length n of the result and `weights_by_input` n numbers for each factor. All
    /// must be [accepted](Number::accepts); factors that are exactly zero cost nothing and leave exact results exact.
    fn affine(&mut self, weights_by_input: &[f64], constants: &[f64], factors: &Self);

    /// Two of these at once, with the same weights: the first without constants, the second with them.
    ///
    /// *Shapes*: as for [`affine`](Self::affine); both factors have the same length.
    fn affine_pair(results: [&mut Self; 2], weights_by_input: &[f64], constants: &[f64], factors: [&Self; 2]);

    /// Sets this to `slopes` · `at` + `intercepts`, entry by entry.
    ///
    /// *Shapes*: `slopes` and `intercepts` have the same length, which the result takes.
    fn evaluate(&mut self, slopes: &Self, intercepts: &Self, at: &Self::Number);

    /// Sets this to the entries of `source` where `on` is true, and to `leak` times them elsewhere.
    ///
    /// *Shapes*: `source` and `on` have the same length, which the result takes.
    fn activate(&mut self, source: &Self, on: &[bool], leak: &Self::Number);

    /// Writes the sign of every entry and returns the smallest of `least` and all [margins](Number::margin).
    ///
    /// The signs are certain if that is above 1, and must not be used otherwise.
    fn signs(&self, signs: &mut Vec<Sign>, least: f64) -> f64;
}

impl NumberVector for Vec<Rational> {
    type Number = Rational;

    fn len(&self) -> usize {
        Vec::len(self)
    }

    fn reset(&mut self, len: usize) {
        self.clear();
        self.resize(len, Rational::zero());
    }

    fn get(&self, index: usize) -> Rational {
        self[index].clone()
    }

    fn set(&mut self, index: usize, value: Rational) {
        self[index] = value;
    }

    fn affine(&mut self, weights_by_input: &[f64], constants: &[f64], factors: &Self) {
        let exact = |value: &f64| Rational::from_f64(*value).unwrap_or_else(Rational::zero);
        self.clear();
        self.extend(constants.iter().map(exact));
        for (factor, weights) in factors.iter().zip(weights_by_input.chunks(constants.len().max(1))) {
            if factor.is_zero() {
                continue;
            }
            for (sum, weight) in self.iter_mut().zip(weights) {
                if *weight != 0.0 {
                    *sum = std::mem::take(sum) + exact(weight) * factor;
                }
            }
        }
    }

    fn affine_pair(results: [&mut Self; 2], weights_by_input: &[f64], constants: &[f64], factors: [&Self; 2]) {
        let [first, second] = results;
        first.affine(weights_by_input, &vec![0.0; constants.len()], factors[0]);
        second.affine(weights_by_input, constants, factors[1]);
    }

    fn evaluate(&mut self, slopes: &Self, intercepts: &Self, at: &Rational) {
        self.clear();
        self.extend(slopes.iter().zip(intercepts).map(|(slope, intercept)| slope.clone() * at + intercept));
    }

    fn activate(&mut self, source: &Self, on: &[bool], leak: &Rational) {
        self.clear();
        self.extend(source.iter().zip(on).map(|(entry, on)| if *on { entry.clone() } else { entry.clone() * leak }));
    }

    fn signs(&self, signs: &mut Vec<Sign>, least: f64) -> f64 {
        signs.clear();
        signs.extend(self.iter().map(Rational::exact_sign));
        least
    }
}
