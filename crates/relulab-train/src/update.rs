//! One optimiser step on all parameters of a group.

use crate::lanes::{Element, Outlined, Simd};
use crate::recipe::Optimiser;
use crate::start::OptimiserState;

/// Moments of the optimiser, one vector per parameter.
pub(crate) struct Moments<V> {
    /// Steps done.
    steps: u64,
    first: Vec<V>,
    second: Vec<V>,
}

/// First moments smaller than this are set to zero in f32, on every path: a dead unit's moments would otherwise decay
/// into subnormal numbers, which slow a processor several-fold. With ε = 1e-8 such a moment moves nothing.
const TINY_FIRST_F32: f64 = 1e-18;
/// The same for second moments, and for the buffer of gradient descent with momentum.
const TINY_SECOND_F32: f64 = 1e-33;
/// [`TINY_FIRST_F32`] in f64.
const TINY_FIRST_F64: f64 = 1e-100;
/// [`TINY_SECOND_F32`] in f64.
const TINY_SECOND_F64: f64 = 1e-200;

#[inline(always)]
fn tiny<V: Simd>() -> (f64, f64) {
    if V::Elem::IS_DOUBLE { (TINY_FIRST_F64, TINY_SECOND_F64) } else { (TINY_FIRST_F32, TINY_SECOND_F32) }
}

/// √v for v ≥ 0 that is 0 or normal; in f32 within 3e-7 of it, by Newton's iteration for 1/√v from a first guess in the
/// exponent bits. Division and square root of whole vectors are slow enough to matter: once a parameter and step.
#[inline(always)]
fn roots<V: Simd, const N: usize>(v: [V; N]) -> [V; N] {
    if V::Elem::IS_DOUBLE {
        return v.map(V::sqrt);
    }
    let half = v.map(|v| v.mul(V::constant(0.5)));
    let mut inverse =
        v.map(|v| V::from_bits(V::bits_sub(V::splat_bits(0x5F37_59DF), V::shift_right::<1>(v.to_bits()))));
    for _ in 0..3 {
        for k in 0..N {
            let correction = half[k].mul(inverse[k]).neg_mul_add(inverse[k], V::constant(1.5));
            inverse[k] = inverse[k].mul(correction);
        }
    }
    std::array::from_fn(|k| v[k].mul(inverse[k]))
}

/// 1/x for normal x > 0; in f32 within 3e-7 of it, by Newton's iteration from a first guess in the bits.
#[inline(always)]
fn reciprocals<V: Simd, const N: usize>(x: [V; N]) -> [V; N] {
    if V::Elem::IS_DOUBLE {
        return x.map(|x| V::constant(1.0).div(x));
    }
    let mut inverse = x.map(|x| V::from_bits(V::bits_sub(V::splat_bits(0x7EF3_11C7), x.to_bits())));
    for _ in 0..3 {
        for k in 0..N {
            let error = x[k].neg_mul_add(inverse[k], V::constant(1.0));
            inverse[k] = inverse[k].mul_add(error, inverse[k]);
        }
    }
    inverse
}

impl<V: Simd> Moments<V> {
    #[inline(always)]
    pub(crate) fn new(n_params: usize, optimiser: Optimiser) -> Self {
        let second = if matches!(optimiser, Optimiser::Adam { .. }) { n_params } else { 0 };
        Self { steps: 0, first: vec![V::zero(); n_params], second: vec![V::zero(); second] }
    }

    /// Bytes of all moments.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&self.first[..]) + size_of_val(&self.second[..])
    }

    /// Steps done.
    pub(crate) fn set_steps(&mut self, steps: u64) {
        self.steps = steps;
    }

    /// Replaces the moments of one network; a state without second moments leaves them at 0.
    pub(crate) fn restore(&mut self, lane: usize, state: &OptimiserState) {
        let moments = [(&mut self.first, &state.first), (&mut self.second, &state.second)];
        for (vectors, values) in moments {
            for (vector, &value) in vectors.iter_mut().zip(values) {
                vector.set_lane(lane, V::Elem::from_f64(value));
            }
        }
    }

    /// The state of one network.
    pub(crate) fn state(&self, lane: usize) -> OptimiserState {
        let of = |vectors: &[V]| vectors.iter().map(|vector| vector.lane(lane).to_f64()).collect();
        OptimiserState { steps: self.steps, first: of(&self.first), second: of(&self.second) }
    }

    /// Replaces the moments of a network whose parameters lie one after the other in the lanes.
    pub(crate) fn restore_flat(&mut self, state: &OptimiserState) {
        for (vectors, values) in [(&mut self.first, &state.first), (&mut self.second, &state.second)] {
            for (element, &value) in V::elements_mut(vectors).iter_mut().zip(values) {
                *element = V::Elem::from_f64(value);
            }
        }
    }

    /// The state of such a network with so many parameters.
    pub(crate) fn state_flat(&self, n_params: usize) -> OptimiserState {
        let of = |vectors: &[V]| V::elements(vectors).iter().take(n_params).map(|element| element.to_f64()).collect();
        OptimiserState { steps: self.steps, first: of(&self.first), second: of(&self.second) }
    }

    /// Applies one step and clears the gradient.
    #[inline(always)]
    fn apply(&mut self, optimiser: Optimiser, parameters: &mut [V], gradient: &mut [V]) {
        self.steps += 1;
        match optimiser {
            Optimiser::Adam { learning_rate, beta1, beta2, epsilon } => {
                let exponent = self.steps as f64;
                let step_size = V::constant(learning_rate / (1.0 - libm::pow(beta1, exponent)));
                let root_scale = V::constant(1.0 / (1.0 - libm::pow(beta2, exponent)).sqrt());
                let adam = Adam {
                    step_size,
                    root_scale,
                    epsilon: V::constant(epsilon),
                    keep: [V::constant(beta1), V::constant(beta2)],
                    new: [V::constant(1.0 - beta1), V::constant(1.0 - beta2)],
                    tiny: [V::constant(tiny::<V>().0), V::constant(tiny::<V>().1)],
                };
                let n = parameters.len();
                let mut at = 0;
                while at + TOGETHER <= n {
                    adam.step::<TOGETHER>(at, parameters, gradient, [&mut self.first, &mut self.second]);
                    at += TOGETHER;
                }
                while at < n {
                    adam.step::<1>(at, parameters, gradient, [&mut self.first, &mut self.second]);
                    at += 1;
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

/// Vectors whose long chains of operations run side by side.
const TOGETHER: usize = 4;

/// What a step of Adam multiplies with.
#[derive(Clone, Copy)]
struct Adam<V> {
    step_size: V,
    root_scale: V,
    epsilon: V,
    /// β₁ and β₂.
    keep: [V; 2],
    /// 1 − β₁ and 1 − β₂.
    new: [V; 2],
    tiny: [V; 2],
}

impl<V: Simd> Adam<V> {
    /// Moves N vectors of parameters, and clears their gradient.
    #[inline(always)]
    fn step<const N: usize>(&self, at: usize, parameters: &mut [V], gradient: &mut [V], [m, v]: [&mut [V]; 2]) {
        let (parameters, gradient) = (&mut parameters[at..at + N], &mut gradient[at..at + N]);
        let (m, v) = (&mut m[at..at + N], &mut v[at..at + N]);
        let mut first = [V::zero(); N];
        let mut second = [V::zero(); N];
        for k in 0..N {
            let g = gradient[k];
            first[k] = g.mul_add(self.new[0], m[k].mul(self.keep[0]));
            second[k] = g.mul(self.new[1]).mul_add(g, v[k].mul(self.keep[1]));
            first[k] = first[k].keep(self.tiny[0].not_gt(first[k].abs()));
            second[k] = second[k].keep(self.tiny[1].not_gt(second[k]));
            (m[k], v[k], gradient[k]) = (first[k], second[k], V::zero());
        }
        let roots = roots(second);
        let inverses = reciprocals(roots.map(|root| root.mul_add(self.root_scale, self.epsilon)));
        for k in 0..N {
            parameters[k] = first[k].mul(self.step_size).neg_mul_add(inverses[k], parameters[k]);
        }
    }
}

/// [`Moments::apply`] as a function of its own.
pub(crate) struct Update<'a, V: Simd> {
    pub moments: &'a mut Moments<V>,
    pub optimiser: Optimiser,
    pub parameters: &'a mut [V],
    pub gradient: &'a mut [V],
}

impl<V: Simd> Outlined for Update<'_, V> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.moments.apply(self.optimiser, self.parameters, self.gradient);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::P32;

    #[test]
    fn roots_and_reciprocals_are_close() {
        for k in -110..110 {
            for fraction in 0..500 {
                let x = (1.0 + f64::from(fraction) / 500.0) * f64::from(k).exp2();
                let x = f64::from(x as f32);
                let relative = |got: P32<1>, exact: f64| (f64::from(got.lane(0)) / exact - 1.0).abs();
                assert!(relative(roots([P32::constant(x)])[0], x.sqrt()) < 3e-7, "{x}");
                assert!(relative(reciprocals([P32::constant(x)])[0], 1.0 / x) < 3e-7, "{x}");
            }
        }
        assert_eq!(roots([P32::<1>::constant(0.0)])[0].lane(0), 0.0);
        assert!(roots([P32::<1>::constant(f64::NAN)])[0].lane(0).is_nan());
        assert!(!reciprocals([P32::<1>::constant(f64::NAN)])[0].lane(0).is_finite());
    }
}
