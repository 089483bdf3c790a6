//! One optimiser step on all parameters of a group.

use crate::lanes::{Element, Simd};
use crate::recipe::Optimiser;

/// Moments of the optimiser, one vector per parameter.
pub(crate) struct Moments<V> {
    first: Vec<V>,
    second: Vec<V>,
}

/// Moments smaller than this are set to zero, on every path: a dead unit's moments would otherwise decay into
/// subnormal numbers, which slow a processor several-fold. With ε = 1e-8 such a moment moves nothing.
#[inline(always)]
fn tiny<V: Simd>() -> (f64, f64) {
    if V::Elem::IS_DOUBLE { (1e-100, 1e-200) } else { (1e-18, 1e-33) }
}

impl<V: Simd> Moments<V> {
    #[inline(always)]
    pub(crate) fn new(n_params: usize, optimiser: Optimiser) -> Self {
        let second = if matches!(optimiser, Optimiser::Adam { .. }) { n_params } else { 0 };
        Self { first: vec![V::zero(); n_params], second: vec![V::zero(); second] }
    }

    /// Applies step number `step` (from 1) and clears the gradient.
    #[inline(always)]
    pub(crate) fn apply(&mut self, optimiser: Optimiser, step: u64, parameters: &mut [V], gradient: &mut [V]) {
        match optimiser {
            Optimiser::Adam { learning_rate, beta1, beta2, epsilon } => {
                let exponent = step as f64;
                let step_size = V::constant(learning_rate / (1.0 - libm::pow(beta1, exponent)));
                let root_scale = V::constant(1.0 / (1.0 - libm::pow(beta2, exponent)).sqrt());
                let epsilon = V::constant(epsilon);
                let (keep1, new1) = (V::constant(beta1), V::constant(1.0 - beta1));
                let (keep2, new2) = (V::constant(beta2), V::constant(1.0 - beta2));
                let (tiny1, tiny2) = (V::constant(tiny::<V>().0), V::constant(tiny::<V>().1));
                let moments = self.first.iter_mut().zip(self.second.iter_mut());
                for ((parameter, g), (m, v)) in parameters.iter_mut().zip(gradient.iter_mut()).zip(moments) {
                    let first = g.mul_add(new1, m.mul(keep1));
                    let second = g.mul(new2).mul_add(*g, v.mul(keep2));
                    let first = V::select(tiny1.gt(first.abs()), V::zero(), first);
                    let second = V::select(tiny2.gt(second), V::zero(), second);
                    *m = first;
                    *v = second;
                    let denominator = second.sqrt().mul_add(root_scale, epsilon);
                    *parameter = first.mul(step_size).div(denominator).neg_mul_add(V::constant(1.0), *parameter);
                    *g = V::zero();
                }
            }
            Optimiser::Sgd { learning_rate, momentum } => {
                let (rate, momentum) = (V::constant(learning_rate), V::constant(momentum));
                let tiny = V::constant(tiny::<V>().1);
                for ((parameter, g), m) in parameters.iter_mut().zip(gradient.iter_mut()).zip(&mut self.first) {
                    let buffer = m.mul_add(momentum, *g);
                    let buffer = V::select(tiny.gt(buffer.abs()), V::zero(), buffer);
                    *m = buffer;
                    *parameter = buffer.neg_mul_add(rate, *parameter);
                    *g = V::zero();
                }
            }
        }
    }
}
