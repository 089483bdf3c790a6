//! Vectors of error-bounded f64, stored as values and bounds apart so that the kernels run on vector units.

use crate::NumberVector;
use crate::bounded::{Bounded, INFLATION, SMALLEST_PARAMETER, UNDERFLOW, UNIT_ROUNDOFF};

/// A vector of [`Bounded`] numbers.
///
/// *Algorithm*: sums of products use one a-priori bound for the whole sum, γ Σ|wᵢ||hᵢ| + Σ|wᵢ|eᵢ, which needs a second
/// sum beside that of the values and no operation per rounding. No fused multiply-add is used, so every vector unit
/// gives the same bits.
///
/// *Reference*: Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., section 3.1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BoundedVector {
    values: Vec<f64>,
    errors: Vec<f64>,
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
}

/// See [`NumberVector::affine`].
///
/// With n factors that are not exactly zero, the computed sum is within γ_{n+1} (|b| + Σ|wᵢhᵢ|) of the exact sum of
/// the computed factors. Twice that γ, and 1 + γ on the propagated bounds, also cover the roundings of the bound.
/// A factor's share is kept above [`SMALLEST_PARAMETER`], so that no product with an accepted weight underflows.
#[inline(always)]
fn affine(result: &mut BoundedVector, weights_by_input: &[f64], constants: &[f64], factors: &BoundedVector) {
    let n = constants.len();
    let BoundedVector { values, errors } = result;
    values.clear();
    values.extend_from_slice(constants);
    errors.clear();
    errors.resize(n, 0.0);
    let is_zero = |value: f64, error: f64| value == 0.0 && error == 0.0;
    let terms = factors.values.iter().zip(&factors.errors).filter(|(value, error)| !is_zero(**value, **error)).count();
    if n == 0 || terms == 0 {
        return;
    }
    let gamma = 2.0 * (terms as f64 + 4.0) * UNIT_ROUNDOFF;
    for (error, constant) in errors.iter_mut().zip(constants) {
        *error = gamma * constant.abs();
    }
    let shares = factors.values.iter().zip(&factors.errors);
    for ((&factor, &error), weights) in shares.zip(weights_by_input.chunks_exact(n)) {
        if is_zero(factor, error) {
            continue;
        }
        let share = ((error + gamma * factor.abs()) * (1.0 + gamma)).max(SMALLEST_PARAMETER);
        for ((value, error), weight) in values.iter_mut().zip(errors.iter_mut()).zip(weights) {
            *value += weight * factor;
            *error += weight.abs() * share;
        }
    }
}

/// See [`NumberVector::evaluate`].
#[inline(always)]
fn evaluate(result: &mut BoundedVector, slopes: &BoundedVector, intercepts: &BoundedVector, at: Bounded) {
    let n = slopes.values.len().min(intercepts.values.len());
    let (at, at_error) = (at.value(), at.error());
    let at_is_zero = at == 0.0 && at_error == 0.0;
    let floor = if at_is_zero { 0.0 } else { UNDERFLOW };
    let BoundedVector { values, errors } = result;
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

/// The kernels compiled for several vector units, one chosen at run time.
mod dispatch {
    use super::{Bounded, BoundedVector};

    macro_rules! kernels {
        ($($name:ident($($argument:ident: $kind:ty),*));* $(;)?) => {
            #[cfg(target_arch = "x86_64")]
            mod avx512 {
                use super::*;
                $(#[target_feature(enable = "avx512f")]
                pub(super) fn $name(result: &mut BoundedVector, $($argument: $kind),*) {
                    super::super::$name(result, $($argument),*);
                })*
            }

            #[cfg(target_arch = "x86_64")]
            mod avx2 {
                use super::*;
                $(#[target_feature(enable = "avx2")]
                pub(super) fn $name(result: &mut BoundedVector, $($argument: $kind),*) {
                    super::super::$name(result, $($argument),*);
                })*
            }

            $(#[inline]
            pub(super) fn $name(result: &mut BoundedVector, $($argument: $kind),*) {
                #[cfg(target_arch = "x86_64")]
                {
                    if std::arch::is_x86_feature_detected!("avx512f") {
                        // SAFETY: the feature that the function needs has just been detected.
                        return unsafe { avx512::$name(result, $($argument),*) };
                    }
                    if std::arch::is_x86_feature_detected!("avx2") {
                        // SAFETY: the feature that the function needs has just been detected.
                        return unsafe { avx2::$name(result, $($argument),*) };
                    }
                }
                super::$name(result, $($argument),*);
            })*
        };
    }

    kernels! {
        affine(weights_by_input: &[f64], constants: &[f64], factors: &BoundedVector);
        evaluate(slopes: &BoundedVector, intercepts: &BoundedVector, at: Bounded);
    }
}
