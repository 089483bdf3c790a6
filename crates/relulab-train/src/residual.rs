//! Losses of a chunk of samples and their derivatives in the outputs.

use crate::elementary::{exp, log, sigmoid, softplus};
use crate::lanes::{Outlined, Simd};
use relulab_net::Loss;

/// A chunk of network outputs and labels: value (k, s) lies at `k·stride + s`.
#[derive(Clone, Copy)]
pub(crate) struct Outputs<V> {
    pub outputs: *mut V,
    pub labels: *const V,
    pub n_outputs: usize,
    pub n_samples: usize,
    pub stride: usize,
}

/// Adds the summed loss of the chunk to `total` and replaces the outputs by their derivatives times `scale`.
/// The caller divides the total by points (and outputs) and puts that division into `scale` too.
///
/// # Safety
/// The pointers are valid for the given counts.
#[inline(always)]
unsafe fn replace_by_derivative<V: Simd>(loss: Loss, o: Outputs<V>, scale: V, total: V) -> V {
    if loss == Loss::SoftmaxCrossEntropy {
        // SAFETY: passed on.
        return unsafe { softmax(o, scale, total) };
    }
    let mut total = total;
    let doubled = scale.add(scale);
    for k in 0..o.n_outputs {
        for s in 0..o.n_samples {
            let at = k * o.stride + s;
            // SAFETY: passed on.
            let (output, label) = unsafe { (*o.outputs.add(at), *o.labels.add(at)) };
            let derivative = match loss {
                Loss::Mse => {
                    let residual = output.sub(label);
                    total = residual.mul_add(residual, total);
                    residual.mul(doubled)
                }
                Loss::Absolute => {
                    let residual = output.sub(label);
                    total = total.add(residual.abs());
                    let positive = scale.keep(residual.gt(V::zero()));
                    positive.sub(scale.keep(V::zero().gt(residual)))
                }
                _ => {
                    total = total.add(output.neg_mul_add(label, softplus(output)));
                    sigmoid(output).sub(label).mul(scale)
                }
            };
            // SAFETY: passed on.
            unsafe { *o.outputs.add(at) = derivative };
        }
    }
    total
}

/// Softmax cross-entropy: log Σ exp − Σ label · output, for labels that sum to 1.
#[inline(always)]
unsafe fn softmax<V: Simd>(o: Outputs<V>, scale: V, total: V) -> V {
    let mut total = total;
    for s in 0..o.n_samples {
        // SAFETY: passed on.
        unsafe {
            let mut top = *o.outputs.add(s);
            for k in 1..o.n_outputs {
                top = top.max(*o.outputs.add(k * o.stride + s));
            }
            let mut sum = V::zero();
            for k in 0..o.n_outputs {
                sum = sum.add(exp((*o.outputs.add(k * o.stride + s)).sub(top)));
            }
            let log_sum = top.add(log(sum));
            for k in 0..o.n_outputs {
                let at = k * o.stride + s;
                let (output, label) = (*o.outputs.add(at), *o.labels.add(at));
                total = label.mul_add(log_sum.sub(output), total);
                *o.outputs.add(at) = exp(output.sub(log_sum)).sub(label).mul(scale);
            }
        }
    }
    total
}

/// [`replace_by_derivative`] as a function of its own.
pub(crate) struct Residual<V> {
    pub loss: Loss,
    pub outputs: Outputs<V>,
    pub share: V,
    pub total: V,
}

impl<V: Simd> Outlined for Residual<V> {
    type Output = V;

    #[inline(always)]
    fn run(self) -> V {
        // SAFETY: whoever made the outputs vouches for their pointers.
        unsafe { replace_by_derivative(self.loss, self.outputs, self.share, self.total) }
    }
}
