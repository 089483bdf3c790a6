//! Vectors of error-bounded f64, stored as values and bounds apart so that the kernels run on vector units.

use crate::bounded::{Bounded, INFLATION, UNDERFLOW, UNIT_ROUNDOFF};
use crate::sums::{self, N_LANES, Pair, Term};
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
    /// Scratch of [`affine_pair`].
    pair: PairScratch,
}

/// Scratch of [`affine_pair`].
#[derive(Clone, Debug, Default)]
struct PairScratch {
    /// The inputs at which a factor of either kind is not exactly zero.
    inputs: Vec<u32>,
    /// Shares of all inputs in the bounds, of both kinds.
    shares: [Vec<f64>; 2],
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

    fn affine_pair(results: [&mut Self; 2], weights_by_input: &[f64], constants: &[f64], factors: [&Self; 2]) {
        affine_pair(results, weights_by_input, constants, factors);
    }

    fn evaluate(&mut self, slopes: &Self, intercepts: &Self, at: &Bounded) {
        dispatch::evaluate(self, slopes, intercepts, *at);
    }

    fn activate(&mut self, source: &Self, on: &[bool], leak: &Bounded) {
        let len = source.len().min(on.len());
        self.values.resize(len, 0.0);
        self.errors.resize(len, 0.0);
        if leak.is_exact_zero() {
            dispatch::rectify(self, source, on);
            return;
        }
        for (index, on) in on.iter().enumerate().take(len) {
            self.set(index, if *on { source.get(index) } else { source.get(index) * leak });
        }
    }

    fn signs(&self, signs: &mut Vec<Sign>, least: f64) -> f64 {
        signs.resize(self.len(), Sign::Zero);
        if dispatch::signs(signs, &self.values, &self.errors, least) {
            return least;
        }
        least.min(dispatch::least_margin(&self.values, &self.errors))
    }
}

/// See [`NumberVector::affine`].
///
/// With n factors that are not exactly zero, the computed sum is within γ_{n+1} (|b| + Σ|wᵢhᵢ|) of the exact sum of
/// the computed factors. Twice that γ, and 1 + γ on the propagated bounds, also cover the roundings of the bound.
fn affine(result: &mut BoundedVector, weights_by_input: &[f64], constants: &[f64], factors: &BoundedVector) {
    let n = constants.len();
    let BoundedVector { values, errors, terms, .. } = result;
    values.clear();
    values.extend_from_slice(constants);
    errors.clear();
    errors.resize(n, 0.0);
    if n == 1 {
        let gamma = sums::gamma(factors.len());
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
    let gamma = sums::gamma(n_terms);
    for term in terms.iter_mut() {
        term.share = sums::share(term.factor, term.share, gamma);
    }
    for (error, constant) in errors.iter_mut().zip(constants) {
        *error = gamma * constant.abs();
    }
    sums::add_terms(values, errors, weights_by_input, terms);
}

/// See [`NumberVector::affine_pair`]; the same bits as two calls of [`affine`], but each weight is read once.
fn affine_pair(
    results: [&mut BoundedVector; 2],
    weights_by_input: &[f64],
    constants: &[f64],
    factors: [&BoundedVector; 2],
) {
    let n = constants.len();
    let n_inputs = factors[0].len().min(factors[1].len());
    let [first, second] = results;
    if n == 1 {
        let gamma = sums::gamma(n_inputs);
        let pairs = factors.map(|factors| (&factors.values[..n_inputs], &factors.errors[..n_inputs]));
        let sums = sums::single_pair(weights_by_input, pairs, gamma);
        for ((result, constant), (sum, bound, shares)) in [first, second].into_iter().zip([0.0, constants[0]]).zip(sums)
        {
            result.reset(1);
            let has_terms = shares != 0.0;
            result.values[0] = if has_terms { constant + sum } else { constant };
            result.errors[0] = if has_terms { gamma * constant.abs() + bound } else { 0.0 };
        }
        return;
    }
    let PairScratch { inputs, shares } = &mut first.pair;
    let pairs = factors.map(|factors| (&factors.values[..n_inputs], &factors.errors[..n_inputs]));
    let gammas = sums::collect_pair(pairs, shares, inputs);
    for result in [&mut first.values, &mut first.errors, &mut second.values, &mut second.errors] {
        result.resize(n, 0.0);
    }
    first.values.fill(0.0);
    first.errors.fill(0.0);
    second.values.copy_from_slice(constants);
    for (error, constant) in second.errors.iter_mut().zip(constants) {
        *error = gammas[1] * constant.abs();
    }
    let pair =
        Pair { inputs, factors: factors.map(|factors| &factors.values[..n_inputs]), shares: [&shares[0], &shares[1]] };
    sums::add_pair(
        [&mut first.values, &mut second.values],
        [&mut first.errors, &mut second.errors],
        weights_by_input,
        pair,
    );
}

/// The entries of `source` that are on, and exact zeros elsewhere.
#[inline(always)]
fn rectify(result: &mut BoundedVector, source: &BoundedVector, on: &[bool]) {
    for (target, source) in [(&mut result.values, &source.values), (&mut result.errors, &source.errors)] {
        for ((target, source), on) in target.iter_mut().zip(source).zip(on) {
            // A mask instead of a branch, which could not be predicted.
            *target = f64::from_bits(source.to_bits() & u64::from(*on).wrapping_neg());
        }
    }
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

/// Writes the signs of all numbers, and tells whether all margins are certainly above `least`.
///
/// That takes no division: where |value| exceeds the rounded product of `least` and the bound, the margin is not below
/// `least`; and as `least` is above 1, or nothing has been looked at yet, |value| exceeds the bound.
#[inline(always)]
fn signs(signs: &mut [Sign], values: &[f64], errors: &[f64], least: f64) -> bool {
    let n = signs.len().min(values.len()).min(errors.len());
    let (signs, values, errors) = (&mut signs[..n], &values[..n], &errors[..n]);
    let mut all_above = true;
    for index in 0..n {
        let (value, error) = (values[index], errors[index]);
        let size = value.abs();
        // NaN fails every comparison.
        all_above &= (size <= f64::MAX) & ((size > least * error) | (error == 0.0));
        let below = if value < 0.0 { Sign::Negative } else { Sign::Zero };
        signs[index] = if value > 0.0 { Sign::Positive } else { below };
    }
    all_above
}

/// The smallest margin.
#[inline(always)]
fn least_margin(values: &[f64], errors: &[f64]) -> f64 {
    let n = values.len().min(errors.len());
    let (values, errors) = (&values[..n], &errors[..n]);
    let mut least = [f64::INFINITY; N_LANES];
    for index in 0..n {
        let margin = margin(values[index], errors[index]);
        let lane = &mut least[index % N_LANES];
        *lane = if margin < *lane { margin } else { *lane };
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
        rectify(result: &mut BoundedVector, source: &BoundedVector, on: &[bool]) -> ();
        signs(signs: &mut [Sign], values: &[f64], errors: &[f64], least: f64) -> bool;
        least_margin(values: &[f64], errors: &[f64]) -> f64;
    }
}
