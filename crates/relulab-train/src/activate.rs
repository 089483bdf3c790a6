//! Activations other than ReLU, as a pass of their own over pre-activations.

use crate::elementary::{normal_cdf, normal_density, sigmoid, softplus, tanh};
use crate::lanes::{Outlined, Simd};
use relulab_net::Activation;

/// Replaces pre-activations by activations, and writes the derivatives beside them.
#[inline(always)]
fn apply<V: Simd>(activation: Activation, values: &mut [V], derivatives: &mut [V]) {
    let one = V::constant(1.0);
    let both = values.iter_mut().zip(derivatives.iter_mut());
    match activation {
        Activation::Relu => {
            for (value, derivative) in both {
                *derivative = one.keep(value.gt(V::zero()));
                *value = V::zero().max(*value);
            }
        }
        Activation::LeakyRelu { slope } => {
            let slope = V::constant(slope);
            for (value, derivative) in both {
                let factor = V::select(value.gt(V::zero()), one, slope);
                *derivative = factor;
                *value = value.mul(factor);
            }
        }
        Activation::Gelu => {
            for (value, derivative) in both {
                let z = *value;
                let cdf = normal_cdf(z);
                *derivative = normal_density(z).mul_add(z, cdf);
                *value = z.mul(cdf);
            }
        }
        Activation::Tanh => {
            for (value, derivative) in both {
                let t = tanh(*value);
                *derivative = t.neg_mul_add(t, one);
                *value = t;
            }
        }
        Activation::Sigmoid => {
            for (value, derivative) in both {
                let s = sigmoid(*value);
                *derivative = s.neg_mul_add(s, s);
                *value = s;
            }
        }
        Activation::Softplus => {
            for (value, derivative) in both {
                let z = *value;
                *derivative = sigmoid(z);
                *value = softplus(z);
            }
        }
    }
}

/// [`apply`] as a function of its own.
pub(crate) struct Activate<'a, V> {
    pub activation: Activation,
    pub values: &'a mut [V],
    pub derivatives: &'a mut [V],
}

impl<V: Simd> Outlined for Activate<'_, V> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        apply(self.activation, self.values, self.derivatives);
    }
}
