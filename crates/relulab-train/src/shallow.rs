//! The backward pass of one hidden ReLU layer with one output, in a single sweep.
//!
//! With output weights v and output deltas e, the hidden bias gradient is v_j Σ_s e_s [h_js > 0], and the weight
//! gradient v_j Σ_s e_s x_is [h_js > 0]. The factor v_j is taken out of the sums and applied once a batch, so no hidden
//! delta is ever formed or stored.

use crate::dense::Extent;
use crate::lanes::Simd;

/// Units that are swept together.
const UNITS: usize = 4;

/// Where the sums of a sweep go.
#[derive(Clone, Copy)]
pub(crate) struct Gradients<V> {
    /// Hidden weights, n_out × n_in, still without the factor v.
    pub weights: *mut V,
    /// Hidden biases, still without the factor v.
    pub biases: *mut V,
    /// Output weights.
    pub output_weights: *mut V,
    /// Output bias.
    pub output_bias: *mut V,
}

/// Adds a chunk to the sums: inputs `x`, hidden activations `h`, output deltas `e`. The extent is that of the hidden
/// layer.
///
/// # Safety
/// As for `dense`.
#[inline(always)]
pub(crate) unsafe fn sweep<V: Simd>(extent: Extent, x: *const V, h: *const V, e: *const V, to: Gradients<V>) {
    unsafe {
        let mut bias = *to.output_bias;
        for s in 0..extent.n_samples {
            bias = bias.add(*e.add(s));
        }
        *to.output_bias = bias;
        let mut j = 0;
        while j + UNITS <= extent.n_out {
            sweep_units::<V, UNITS>(extent, j, x, h, e, to);
            j += UNITS;
        }
        while j < extent.n_out {
            sweep_units::<V, 1>(extent, j, x, h, e, to);
            j += 1;
        }
    }
}

#[inline(always)]
unsafe fn sweep_units<V: Simd, const J: usize>(
    extent: Extent,
    first: usize,
    x: *const V,
    h: *const V,
    e: *const V,
    to: Gradients<V>,
) {
    unsafe {
        let (d, stride) = (extent.n_in, extent.stride);
        let mut outputs = [V::zero(); J];
        let mut biases = [V::zero(); J];
        let mut weights = [V::zero(); J];
        for j in 0..J {
            outputs[j] = *to.output_weights.add(first + j);
            biases[j] = *to.biases.add(first + j);
            weights[j] = *to.weights.add((first + j) * d);
        }
        for s in 0..extent.n_samples {
            let (delta, input) = (*e.add(s), *x.add(s));
            for j in 0..J {
                let activation = *h.add((first + j) * stride + s);
                let on = activation.gt(V::zero());
                outputs[j] = delta.mul_add(activation, outputs[j]);
                biases[j] = biases[j].add_where(on, delta);
                weights[j] = weights[j].mul_add_where(on, delta, input);
            }
        }
        for j in 0..J {
            *to.output_weights.add(first + j) = outputs[j];
            *to.biases.add(first + j) = biases[j];
            *to.weights.add((first + j) * d) = weights[j];
        }
        for i in 1..d {
            for j in 0..J {
                weights[j] = *to.weights.add((first + j) * d + i);
            }
            for s in 0..extent.n_samples {
                let (delta, input) = (*e.add(s), *x.add(i * stride + s));
                for j in 0..J {
                    let on = (*h.add((first + j) * stride + s)).gt(V::zero());
                    weights[j] = weights[j].mul_add_where(on, delta, input);
                }
            }
            for j in 0..J {
                *to.weights.add((first + j) * d + i) = weights[j];
            }
        }
    }
}

/// Applies the factor v to the sums of a whole batch.
///
/// # Safety
/// As for [`sweep`]; `v` holds the output weights.
#[inline(always)]
pub(crate) unsafe fn apply_output_weights<V: Simd>(n_in: usize, n_hidden: usize, v: *const V, to: Gradients<V>) {
    unsafe {
        for j in 0..n_hidden {
            let factor = *v.add(j);
            *to.biases.add(j) = (*to.biases.add(j)).mul(factor);
            for i in 0..n_in {
                let at = to.weights.add(j * n_in + i);
                *at = (*at).mul(factor);
            }
        }
    }
}
