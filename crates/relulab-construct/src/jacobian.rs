//! The derivative of one output in every parameter, point by point, in either precision.

use crate::scalar::Scalar;
use relulab_net::Network;

/// Outputs of a network on points, and their derivatives.
#[derive(Clone, Debug)]
pub(crate) struct Linearisation<T> {
    /// One output per point.
    pub outputs: Vec<T>,
    /// Points × parameters, row-major.
    pub jacobian: Vec<T>,
    /// Points × hidden units: whether the pre-activation is > 0.
    pub pattern: Vec<bool>,
}

impl<T: Scalar> Linearisation<T> {
    /// Linearises a network with one output at its parameters, which are rounded to T first, like the points.
    ///
    /// *Shapes*: `inputs` is n × input dimension.
    ///
    /// *Algorithm*: one backward pass per point; every sum and product is one of T. An activation is evaluated in f64
    /// and rounded.
    pub fn new(network: &Network, inputs: &[f64]) -> Self {
        let (shape, activation) = (network.shape(), network.activation());
        let parameters: Vec<T> = network.parameters().iter().map(|value| T::round(*value)).collect();
        let layers: Vec<_> = shape.layers().collect();
        let n_points = inputs.len() / shape.input_dim();
        let zero = T::round(0.0);
        let mut all = Self {
            outputs: Vec::with_capacity(n_points),
            jacobian: vec![zero; n_points * parameters.len()],
            pattern: Vec::with_capacity(n_points * shape.n_units()),
        };
        for (x, gradient) in inputs.chunks_exact(shape.input_dim()).zip(all.jacobian.chunks_exact_mut(parameters.len()))
        {
            // Values below each layer, and the slopes of the units that gave them.
            let mut below: Vec<Vec<T>> = vec![x.iter().map(|x| T::round(*x)).collect()];
            let mut slopes: Vec<Vec<T>> = vec![Vec::new()];
            for (l, layer) in layers.iter().enumerate() {
                let rows = parameters[layer.weights.clone()].chunks_exact(layer.n_in);
                let z: Vec<T> = rows
                    .zip(&parameters[layer.biases.clone()])
                    .map(|(row, bias)| row.iter().zip(&below[l]).fold(*bias, |sum, (w, h)| sum + *w * *h))
                    .collect();
                if l + 1 == layers.len() {
                    all.outputs.push(z[0]);
                } else {
                    all.pattern.extend(z.iter().map(|z| z.widen() > 0.0));
                    slopes.push(z.iter().map(|z| T::round(activation.derivative(z.widen()))).collect());
                    below.push(z.iter().map(|z| T::round(activation.value(z.widen()))).collect());
                }
            }
            let mut delta = vec![T::round(1.0)];
            for (l, layer) in layers.iter().enumerate().rev() {
                let mut delta_below = vec![zero; layer.n_in];
                for (unit, own) in delta.iter().enumerate() {
                    gradient[layer.biases.start + unit] = *own;
                    let start = layer.weights.start + unit * layer.n_in;
                    for column in 0..layer.n_in {
                        gradient[start + column] = *own * below[l][column];
                        delta_below[column] += *own * parameters[start + column];
                    }
                }
                delta = delta_below.iter().zip(&slopes[l]).map(|(delta, slope)| *delta * *slope).collect();
            }
        }
        all
    }

    /// Number of units and points whose on/off state differs.
    pub fn flips(&self, other: &Self) -> usize {
        self.pattern.iter().zip(&other.pattern).filter(|(a, b)| a != b).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use relulab_net::{Activation, Purpose, RandomStream, Shape, reference};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn derivatives_match_central_differences(
            hidden in prop::collection::vec(1..5_usize, 0..4), seed in 0..1000_u64,
            name in prop::sample::select(vec!["relu", "leaky_relu", "tanh", "gelu"])
        ) {
            let shape = Shape::new(2, hidden, 1).unwrap();
            let activation: Activation = name.parse().unwrap();
            let mut stream = RandomStream::new(seed, Purpose::Bootstrap);
            let parameters: Vec<f64> = (0..shape.n_params()).map(|_| stream.normal()).collect();
            let inputs: Vec<f64> = (0..6).map(|_| stream.normal()).collect();
            let at = |parameters: Vec<f64>| Network::new(shape.clone(), activation, parameters).unwrap();
            let network = at(parameters.clone());
            let ours = Linearisation::<f64>::new(&network, &inputs);
            let single = Linearisation::<f32>::new(&network, &inputs);
            for (point, x) in inputs.chunks(2).enumerate() {
                prop_assert!((ours.outputs[point] - reference::forward(&network, x)[0]).abs() < 1e-12 * 1e3);
                for i in 0..parameters.len() {
                    let step = 1e-6;
                    let moved = |shift: f64| {
                        let mut moved = parameters.clone();
                        moved[i] += shift;
                        reference::forward(&at(moved), x)[0]
                    };
                    let derivative = ours.jacobian[point * parameters.len() + i];
                    let difference = (moved(step) - moved(-step)) / (2.0 * step);
                    // A kink within the step spoils the difference, not the derivative.
                    let curvature = (moved(step) + moved(-step) - 2.0 * moved(0.0)).abs() / step;
                    prop_assert!((derivative - difference).abs() <= 1e-6 * (1.0 + derivative.abs()) + curvature);
                    let rounded = f64::from(single.jacobian[point * parameters.len() + i]);
                    if single.pattern == ours.pattern {
                        prop_assert!((derivative - rounded).abs() <= 1e-3 * (1.0 + derivative.abs()));
                    }
                }
            }
        }
    }
}
