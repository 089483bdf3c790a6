//! One naive evaluator in f64: the oracle that every fast path is tested against.

use crate::{Activation, Loss, Network, Shape};

/// Outputs of a network at one input.
///
/// *Shapes*: `input` has the input dimension; the result has the output dimension.
pub fn forward(network: &Network, input: &[f64]) -> Vec<f64> {
    let mut layers = pre_activations(network.shape(), network.activation(), network.parameters(), input);
    layers.pop().unwrap_or_default()
}

/// Pre-activations of every affine layer at one input; the last entry is the output.
pub fn pre_activations(shape: &Shape, activation: Activation, parameters: &[f64], input: &[f64]) -> Vec<Vec<f64>> {
    let mut values = input.to_vec();
    let mut all = Vec::new();
    for layer in shape.layers() {
        let weights = &parameters[layer.weights.clone()];
        let biases = &parameters[layer.biases.clone()];
        let z: Vec<f64> = (0..layer.n_out)
            .map(|j| {
                let row = &weights[j * layer.n_in..(j + 1) * layer.n_in];
                biases[j] + row.iter().zip(&values).map(|(w, h)| w * h).sum::<f64>()
            })
            .collect();
        values = z.iter().map(|&z| activation.value(z)).collect();
        all.push(z);
    }
    all
}

/// Mean loss over points and its gradient in every parameter, by backpropagation one point at a time.
///
/// *Shapes*: `inputs` is n × input dimension and `labels` n × output dimension, both row-major.
pub fn loss_and_gradient(
    shape: &Shape,
    activation: Activation,
    loss: Loss,
    parameters: &[f64],
    inputs: &[f64],
    labels: &[f64],
) -> (f64, Vec<f64>) {
    let n = inputs.len() / shape.input_dim();
    let layers: Vec<_> = shape.layers().collect();
    let mut total = 0.0;
    let mut gradient = vec![0.0; parameters.len()];
    for (input, label) in inputs.chunks(shape.input_dim()).zip(labels.chunks(shape.output_dim())) {
        let z = pre_activations(shape, activation, parameters, input);
        let outputs = &z[layers.len() - 1];
        total += loss.value(outputs, label) / n as f64;
        let mut delta: Vec<f64> = loss_derivative(loss, outputs, label).iter().map(|d| d / n as f64).collect();
        for (l, layer) in layers.iter().enumerate().rev() {
            let below: Vec<f64> =
                if l == 0 { input.to_vec() } else { z[l - 1].iter().map(|&z| activation.value(z)).collect() };
            let mut delta_below = vec![0.0; layer.n_in];
            for j in 0..layer.n_out {
                gradient[layer.biases.start + j] += delta[j];
                for i in 0..layer.n_in {
                    gradient[layer.weights.start + j * layer.n_in + i] += delta[j] * below[i];
                    delta_below[i] += delta[j] * parameters[layer.weights.start + j * layer.n_in + i];
                }
            }
            if l > 0 {
                delta = delta_below.iter().zip(&z[l - 1]).map(|(d, &z)| d * activation.derivative(z)).collect();
            }
        }
    }
    (total, gradient)
}

/// Derivative of the loss of one point in each output.
fn loss_derivative(loss: Loss, outputs: &[f64], labels: &[f64]) -> Vec<f64> {
    let n = outputs.len() as f64;
    let pairs = outputs.iter().zip(labels);
    match loss {
        Loss::Mse => pairs.map(|(o, y)| 2.0 * (o - y) / n).collect(),
        Loss::Absolute => pairs.map(|(o, y)| if o == y { 0.0 } else { (o - y).signum() / n }).collect(),
        Loss::BinaryCrossEntropy => pairs.map(|(o, y)| (Activation::Sigmoid.value(*o) - y) / n).collect(),
        Loss::SoftmaxCrossEntropy => {
            let top = outputs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let exps: Vec<f64> = outputs.iter().map(|o| libm::exp(o - top)).collect();
            let sum: f64 = exps.iter().sum();
            let label_sum: f64 = labels.iter().sum();
            exps.iter().zip(labels).map(|(e, y)| label_sum * e / sum - y).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradient_matches_central_differences() {
        let shape = Shape::new(2, vec![3, 4], 3).unwrap();
        let parameters: Vec<f64> = (0..shape.n_params()).map(|i| libm::sin(1.7 * i as f64 + 0.3)).collect();
        let inputs: Vec<f64> = (0..10).map(|i| libm::cos(2.3 * i as f64)).collect();
        for loss in [Loss::Mse, Loss::Absolute, Loss::BinaryCrossEntropy, Loss::SoftmaxCrossEntropy] {
            let labels: Vec<f64> = (0..15).map(|i| f64::from(u8::from(i % 3 == (i / 3) % 3))).collect();
            for activation in ["relu", "leaky_relu", "gelu", "tanh", "sigmoid", "softplus"] {
                let activation: Activation = activation.parse().unwrap();
                let (_, gradient) = loss_and_gradient(&shape, activation, loss, &parameters, &inputs, &labels);
                for i in 0..parameters.len() {
                    let step = 1e-6;
                    let at = |shift: f64| {
                        let mut moved = parameters.clone();
                        moved[i] += shift;
                        loss_and_gradient(&shape, activation, loss, &moved, &inputs, &labels).0
                    };
                    let difference = (at(step) - at(-step)) / (2.0 * step);
                    assert!((difference - gradient[i]).abs() < 1e-8, "{loss} {activation} parameter {i}");
                }
            }
        }
    }
}
