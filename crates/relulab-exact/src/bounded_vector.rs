//! Vectors of error-bounded f64, stored as values and bounds apart so that the kernels run on vector units.

use crate::bounded::{Bounded, INFLATION, SMALLEST_PARAMETER, UNDERFLOW, UNIT_ROUNDOFF};
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

/// A factor of a sum of products.
#[derive(Clone, Copy, Debug, Default)]
struct Term {
    /// Its place among the factors.
    input: usize,
    /// Its value.
    factor: f64,
    /// Its share in the bound, to be multiplied by the magnitude of the weight.
    share: f64,
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
        dispatch::affine(self, weights_by_input, constants, factors);
    }

    fn evaluate(&mut self, slopes: &Self, intercepts: &Self, at: &Bounded) {
        dispatch::evaluate(self, slopes, intercepts, *at);
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
/// A factor's share is kept above [`SMALLEST_PARAMETER`], so that no product with an accepted weight underflows.
#[inline(always)]
fn affine(result: &mut BoundedVector, weights_by_input: &[f64], constants: &[f64], factors: &BoundedVector) {
    let n = constants.len();
    let BoundedVector { values, errors, terms } = result;
    values.clear();
    values.extend_from_slice(constants);
    errors.clear();
    errors.resize(n, 0.0);
    if n == 1 {
        (values[0], errors[0]) = affine_single(constants[0], weights_by_input, factors);
        return;
    }
    let n_terms = collect_terms(terms, factors);
    if n == 0 || n_terms == 0 {
        return;
    }
    let terms = &mut terms[..n_terms];
    let gamma = 2.0 * (n_terms as f64 + 4.0) * UNIT_ROUNDOFF;
    for term in terms.iter_mut() {
        term.share = share(term.factor, term.share, gamma);
    }
    let mut start = 0;
    while start < n {
        let weights = &weights_by_input[start..];
        let (values, errors) = (&mut values[start..], &mut errors[start..]);
        start += match n - start {
            16.. => sum_block::<16>(values, errors, weights, n, terms, gamma),

            8.. => sum_block::<8>(values, errors, weights, n, terms, gamma),
            4.. => sum_block::<4>(values, errors, weights, n, terms, gamma),
            2.. => sum_block::<2>(values, errors, weights, n, terms, gamma),
            _ => sum_block::<1>(values, errors, weights, n, terms, gamma),
        };
    }
}

/// Number of partial sums of a single output, whatever the vector unit.
const N_LANES: usize = 8;

/// The same for one output, whose weights are contiguous: eight partial sums, no branch.
#[inline(always)]
fn affine_single(constant: f64, weights: &[f64], factors: &BoundedVector) -> (f64, f64) {
    let n = factors.values.len().min(factors.errors.len()).min(weights.len());
    let gamma = 2.0 * (n as f64 + 4.0) * UNIT_ROUNDOFF;
    let (weights, values, errors) = (&weights[..n], &factors.values[..n], &factors.errors[..n]);
    let (mut sums, mut bounds, mut shares) = ([0.0; N_LANES], [0.0; N_LANES], [0.0; N_LANES]);
    let whole = n - n % N_LANES;
    let mut start = 0;
    while start < whole {
        let (weights, values, errors) =
            (&weights[start..][..N_LANES], &values[start..][..N_LANES], &errors[start..][..N_LANES]);
        for lane in 0..N_LANES {
            let share = share(values[lane], errors[lane], gamma);
            sums[lane] += weights[lane] * values[lane];
            bounds[lane] += weights[lane].abs() * share;
            shares[lane] += share;
        }
        start += N_LANES;
    }
    for index in whole..n {
        let share = share(values[index], errors[index], gamma);
        sums[index - whole] += weights[index] * values[index];
        bounds[index - whole] += weights[index].abs() * share;
        shares[index - whole] += share;
    }
    if together(shares) == 0.0 {
        return (constant, 0.0);
    }
    (constant + together(sums), gamma * constant.abs() + together(bounds))
}

/// Sum of all partial sums, in a fixed order.
#[inline(always)]
fn together(lanes: [f64; N_LANES]) -> f64 {
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}

/// A factor's share in the bound; zero only for a factor that is exactly zero.
#[inline(always)]
fn share(factor: f64, error: f64, gamma: f64) -> f64 {
    let size = factor.abs();
    let share = (error + gamma * size) * (1.0 + gamma);
    let share = if share > SMALLEST_PARAMETER { share } else { SMALLEST_PARAMETER };
    // A bound that is not a number must stay one.
    let share = if share.is_nan() { f64::INFINITY } else { share };
    if size + error == 0.0 { 0.0 } else { share }
}

/// Puts the factors that are not exactly zero first, with their errors as shares; returns how many there are.
#[inline(always)]
fn collect_terms(terms: &mut Vec<Term>, factors: &BoundedVector) -> usize {
    let n = factors.values.len().min(factors.errors.len());
    terms.resize(n.max(terms.len()), Term::default());
    let mut n_terms = 0;
    for (input, (&factor, &share)) in factors.values.iter().zip(&factors.errors).enumerate() {
        // Written always and kept or not, since the branch could not be predicted.
        terms[n_terms] = Term { input, factor, share };
        n_terms += usize::from(factor != 0.0 || share != 0.0);
    }
    n_terms
}

/// Adds all terms to the first `B` sums, which hold their constants, and returns `B`.
#[inline(always)]
fn sum_block<const B: usize>(
    values: &mut [f64],
    errors: &mut [f64],
    weights: &[f64],
    stride: usize,
    terms: &[Term],
    gamma: f64,
) -> usize {
    let (mut sums, mut bounds) = ([0.0; B], [0.0; B]);
    for k in 0..B {
        sums[k] = values[k];
        bounds[k] = gamma * values[k].abs();
    }
    for term in terms {
        let row = &weights[term.input * stride..][..B];
        for k in 0..B {
            sums[k] += row[k] * term.factor;
            bounds[k] += row[k].abs() * term.share;
        }
    }
    values[..B].copy_from_slice(&sums);
    errors[..B].copy_from_slice(&bounds);
    B
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
        affine(result: &mut BoundedVector, weights_by_input: &[f64], constants: &[f64], factors: &BoundedVector) -> ();
        evaluate(result: &mut BoundedVector, slopes: &BoundedVector, intercepts: &BoundedVector, at: Bounded) -> ();
        signs(signs: &mut [Sign], values: &[f64], errors: &[f64]) -> f64;
    }
}
