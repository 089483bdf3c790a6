//! Vectors of error-bounded f64, stored as values and bounds apart so that the kernels run on vector units.

use crate::bounded::{Bounded, INFLATION, UNDERFLOW, UNIT_ROUNDOFF};
use crate::sums::{self, N_LANES, Term};
use crate::{NumberVector, Sign};

/// A vector of [`Bounded`] numbers.
///
/// *Algorithm*: sums of products use one a-priori bound for the whole sum, γ Σ|wᵢ||hᵢ| + Σ|wᵢ|eᵢ, which needs a second
/// sum beside that of the values and no operation per rounding. No fused multiply-add is used, so every vector unit
/// gives the same bits.
///
/// *Reference*: Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., section 3.1.
#[derive(Clone, Debug, Default)]
pub struct BoundedVector {
    values: Vec<f64>,
    errors: Vec<f64>,
    /// Scratch of [`affine`]: the factors that are not exactly zero.
    terms: Vec<Term>,
}

impl NumberVector for BoundedVector {
    type Number = Bounded;

    fn len(&self) -> usize {
        self.values.len()
    }

    fn reset(&mut self, len: usize) {
        for part in [&mut self.values, &mut self.errors] {
            part.clear();
            part.resize(len, 0.0);
        }
    }

    #[inline]
    fn get(&self, index: usize) -> Bounded {
        Bounded::new(self.values[index], self.errors[index])
    }

    #[inline]
    fn set(&mut self, index: usize, value: Bounded) {
        self.values[index] = value.value();
        self.errors[index] = value.error();
    }

    fn affine(&mut self, weights_by_input: &[f64], constants: &[f64], factors: &Self) {
        affine(self, weights_by_input, constants, factors);
    }

    fn evaluate(&mut self, slopes: &Self, intercepts: &Self, at: &Bounded) {
        dispatch::evaluate(self, slopes, intercepts, *at);
    }

    fn activate(&mut self, source: &Self, on: &[bool], leak: &Bounded) {
        self.reset(source.len().min(on.len()));
        if !leak.is_exact_zero() {
            for (index, on) in on.iter().enumerate().take(self.len()) {
                self.set(index, if *on { source.get(index) } else { source.get(index) * leak });
            }
            return;
        }
        for (target, source) in [(&mut self.values, &source.values), (&mut self.errors, &source.errors)] {
            for ((target, source), on) in target.iter_mut().zip(source).zip(on) {
                // A mask instead of a branch, which could not be predicted.
                *target = f64::from_bits(source.to_bits() & u64::from(*on).wrapping_neg());
            }
        }
    }

    fn signs(&self, signs: &mut Vec<Sign>) -> f64 {
        signs.clear();
        signs.resize(self.len(), Sign::Zero);
        dispatch::signs(signs, &self.values, &self.errors)
    }
}

/// See [`NumberVector::affine`].
///
/// With n factors that are not exactly zero, the computed sum is within γ_{n+1} (|b| + Σ|wᵢhᵢ|) of the exact sum of
/// the computed factors. Twice that γ, and 1 + γ on the propagated bounds, also cover the roundings of the bound.
fn affine(result: &mut BoundedVector, weights_by_input: &[f64], constants: &[f64], factors: &BoundedVector) {
    let n = constants.len();
    let BoundedVector { values, errors, terms } = result;
    values.clear();
    values.extend_from_slice(constants);
    errors.clear();
    errors.resize(n, 0.0);
    if n == 1 {
        let gamma = gamma(factors.len());
        let (sum, bound, shares) = sums::single(weights_by_input, &factors.values, &factors.errors, gamma);
        if shares != 0.0 {
            values[0] += sum;
            errors[0] = gamma * constants[0].abs() + bound;
        }
        return;
    }
    let n_terms = collect_terms(terms, factors);
    if n_terms == 0 {
        return;
    }
    let terms = &mut terms[..n_terms];
    let gamma = gamma(n_terms);
    for term in terms.iter_mut() {
        term.share = sums::share(term.factor, term.share, gamma);
    }
    for (error, constant) in errors.iter_mut().zip(constants) {
        *error = gamma * constant.abs();
    }
    sums::add_terms(values, errors, weights_by_input, terms);
}

/// The factor of a sum of `n_terms` products and a constant, see [`affine`].
fn gamma(n_terms: usize) -> f64 {
    2.0 * (n_terms as f64 + 4.0) * UNIT_ROUNDOFF
}

/// Puts the factors that are not exactly zero first, with their errors as shares; returns how many there are.
fn collect_terms(terms: &mut Vec<Term>, factors: &BoundedVector) -> usize {
    let n = factors.values.len().min(factors.errors.len());
    terms.resize(n.max(terms.len()), Term::default());
    let mut n_terms = 0;
    for (input, (&factor, &share)) in factors.values.iter().zip(&factors.errors).enumerate() {
        // Written always and kept or not, since the branch could not be predicted.
        terms[n_terms] = Term { input, factor, share };
        n_terms += usize::from((factor != 0.0) | (share != 0.0));
    }
    n_terms
}

/// See [`NumberVector::evaluate`].
#[inline(always)]
fn evaluate(result: &mut BoundedVector, slopes: &BoundedVector, intercepts: &BoundedVector, at: Bounded) {
    let n = slopes.values.len().min(intercepts.values.len());
    let (at, at_error) = (at.value(), at.error());
    let at_is_zero = at == 0.0 && at_error == 0.0;
    let floor = if at_is_zero { 0.0 } else { UNDERFLOW };
    let BoundedVector { values, errors, .. } = result;
    values.resize(n, 0.0);
    errors.resize(n, 0.0);
    let (slope_values, slope_errors) = (&slopes.values[..n], &slopes.errors[..n]);
    let (intercept_values, intercept_errors) = (&intercepts.values[..n], &intercepts.errors[..n]);
    let (values, errors) = (&mut values[..n], &mut errors[..n]);
    for i in 0..n {
        let (slope, slope_error) = (slope_values[i], slope_errors[i]);
        let product = slope * at;
        let value = product + intercept_values[i];
        let propagated = (slope.abs() + slope_error) * at_error + slope_error * at.abs() + intercept_errors[i];
        let rounding = UNIT_ROUNDOFF * (product.abs() + value.abs());
        let underflow = if slope.abs() + slope_error > 0.0 { floor } else { 0.0 };
        values[i] = value;
        errors[i] = (propagated + rounding) * INFLATION + underflow;
    }
}

/// |value| / error; infinite for exact numbers, zero where nothing is known.
#[inline(always)]
fn margin(value: f64, error: f64) -> f64 {
    let size = value.abs();
    let margin = if error == 0.0 { f64::INFINITY } else { size / error };
    // NaN in either part fails the comparison; an infinite value says nothing.
    if size <= f64::MAX && error >= 0.0 { margin } else { 0.0 }
}

/// See [`NumberVector::signs`]; `signs` has as many entries as the vector.
#[inline(always)]
fn signs(signs: &mut [Sign], values: &[f64], errors: &[f64]) -> f64 {
    let n = signs.len().min(values.len()).min(errors.len());
    let (signs, values, errors) = (&mut signs[..n], &values[..n], &errors[..n]);
    let mut least = [f64::INFINITY; N_LANES];
    let whole = n - n % N_LANES;
    let mut start = 0;
    while start < whole {
        let (values, errors) = (&values[start..][..N_LANES], &errors[start..][..N_LANES]);
        for lane in 0..N_LANES {
            let margin = margin(values[lane], errors[lane]);
            least[lane] = if margin < least[lane] { margin } else { least[lane] };
        }
        start += N_LANES;
    }
    for index in whole..n {
        let margin = margin(values[index], errors[index]);
        least[index - whole] = if margin < least[index - whole] { margin } else { least[index - whole] };
    }
    for (sign, value) in signs.iter_mut().zip(values) {
        let below = if *value < 0.0 { Sign::Negative } else { Sign::Zero };
        *sign = if *value > 0.0 { Sign::Positive } else { below };
    }
    least.into_iter().fold(f64::INFINITY, f64::min)
}

/// The kernels compiled for several vector units, one chosen at run time.
mod dispatch {
    use super::{Bounded, BoundedVector, Sign};

    macro_rules! kernels {
        ($($name:ident($($argument:ident: $kind:ty),*) -> $result:ty);* $(;)?) => {
            #[cfg(target_arch = "x86_64")]
            mod avx512 {
                use super::*;
                $(#[target_feature(enable = "avx512f")]
                pub(super) fn $name($($argument: $kind),*) -> $result {
                    super::super::$name($($argument),*)
                })*
            }

            #[cfg(target_arch = "x86_64")]
            mod avx2 {
                use super::*;
                $(#[target_feature(enable = "avx2")]
                pub(super) fn $name($($argument: $kind),*) -> $result {
                    super::super::$name($($argument),*)
                })*
            }

            $(#[inline]
            pub(super) fn $name($($argument: $kind),*) -> $result {
                #[cfg(target_arch = "x86_64")]
                {
                    if std::arch::is_x86_feature_detected!("avx512f") {
                        // SAFETY: the feature that the function needs has just been detected.
                        return unsafe { avx512::$name($($argument),*) };
                    }
                    if std::arch::is_x86_feature_detected!("avx2") {
                        // SAFETY: the feature that the function needs has just been detected.
                        return unsafe { avx2::$name($($argument),*) };
                    }
                }
                super::$name($($argument),*)
            })*
        };
    }

    kernels! {
        evaluate(result: &mut BoundedVector, slopes: &BoundedVector, intercepts: &BoundedVector, at: Bounded) -> ();
        signs(signs: &mut [Sign], values: &[f64], errors: &[f64]) -> f64;
    }
}
