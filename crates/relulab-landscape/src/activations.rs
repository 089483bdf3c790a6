//! Activations of hidden units on points, and their correlations between two networks.

use relulab_net::Network;

/// Values after every layer on all points: one list per hidden layer, and the outputs last.
///
/// *Shapes*: `inputs` is n × input dimension; every list is n × width, row-major.
pub(crate) fn forward(network: &Network, inputs: &[f64]) -> Vec<Vec<f64>> {
    let (shape, parameters, activation) = (network.shape(), network.parameters(), network.activation());
    let mut all: Vec<Vec<f64>> = Vec::new();
    for (l, layer) in shape.layers().enumerate() {
        let below = if l == 0 { inputs } else { &all[l - 1] };
        let mut values = Vec::with_capacity(below.len() / layer.n_in * layer.n_out);
        for point in below.chunks_exact(layer.n_in) {
            for unit in 0..layer.n_out {
                let start = layer.weights.start + unit * layer.n_in;
                let products = parameters[start..start + layer.n_in].iter().zip(point).map(|(w, h)| w * h);
                let z = parameters[layer.biases.start + unit] + products.sum::<f64>();
                values.push(if l < shape.depth() { activation.value(z) } else { z });
            }
        }
        all.push(values);
    }
    all
}

/// The outputs on all points.
///
/// *Shapes*: `inputs` is n × input dimension, the result n × output dimension, row-major.
pub(crate) fn outputs(network: &Network, inputs: &[f64]) -> Vec<f64> {
    forward(network, inputs).pop().unwrap_or_default()
}

/// Pearson's correlation of every unit of one layer with every unit of another, 0 where a unit is constant.
///
/// *Shapes*: both are n × width; the result is width × width, rows for units of `first`.
pub(crate) fn correlations(first: &[f64], second: &[f64], width: usize) -> Vec<f64> {
    let (first, second) = (standardised(first, width), standardised(second, width));
    let mut correlations = Vec::with_capacity(width * width);
    for a in &first {
        for b in &second {
            correlations.push(a.iter().zip(b).map(|(a, b)| a * b).sum());
        }
    }
    correlations
}

/// Every unit's values minus their mean, at norm 1; all zeros for a constant unit.
fn standardised(values: &[f64], width: usize) -> Vec<Vec<f64>> {
    let n = (values.len() / width.max(1)).max(1) as f64;
    (0..width)
        .map(|unit| {
            let own = || values.iter().skip(unit).step_by(width);
            let first = own().next().copied().unwrap_or(0.0);
            if own().all(|value| *value == first) {
                return vec![0.0; own().len()];
            }
            let mean = own().sum::<f64>() / n;
            let norm = own().map(|value| (value - mean) * (value - mean)).sum::<f64>().sqrt();
            own().map(|value| if norm > 0.0 { (value - mean) / norm } else { 0.0 }).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symmetry::tests::random_network;
    use relulab_net::{Activation, Shape, reference};

    #[test]
    fn outputs_are_those_of_the_reference() {
        let network = random_network(&Shape::new(2, vec![3, 4], 2).unwrap(), Activation::Tanh, 3);
        let inputs: Vec<f64> = (0..10).map(|i| libm::sin(f64::from(i))).collect();
        let expected: Vec<f64> = inputs.chunks(2).flat_map(|x| reference::forward(&network, x)).collect();
        assert_eq!(outputs(&network, &inputs), expected);
    }

    #[test]
    fn correlations_have_known_values() {
        // Units: t, −t and a constant, on t = 0, 1, 2; against t², 5 and t.
        let first = [0.0, 0.0, 1.0, 1.0, -1.0, 1.0, 2.0, -2.0, 1.0];
        let second = [0.0, 5.0, 0.0, 1.0, 5.0, 1.0, 4.0, 5.0, 2.0];
        let r = 4.0 / (2.0_f64 * (26.0 / 3.0)).sqrt();
        let expected = [r, 0.0, 1.0, -r, 0.0, -1.0, 0.0, 0.0, 0.0];
        for (ours, expected) in correlations(&first, &second, 3).iter().zip(expected) {
            assert!((ours - expected).abs() < 1e-14);
        }
    }
}
