//! Made-up networks and data, and finite differences.
#![allow(dead_code, reason = "every test file uses a part of this")]

use relulab_curvature::Objective;
use relulab_net::{Activation, Loss, Shape, reference};

/// A network with data.
pub struct Sample {
    pub shape: Shape,
    pub activation: Activation,
    pub loss: Loss,
    pub parameters: Vec<f64>,
    pub inputs: Vec<f64>,
    pub labels: Vec<f64>,
}

impl Sample {
    /// A sample whose numbers are quotients of small integers, different for every seed.
    pub fn new(shape: Shape, activation: &str, loss: Loss, n_points: usize, seed: usize) -> Self {
        let o = shape.output_dim();
        let number = |index: usize| ((index * 7919 + 13 + seed * 331) % 1009) as f64 / 1009.0 - 0.5;
        let input = |index: usize| ((index * 104_729 + 71 + seed * 137) % 4001) as f64 / 4001.0 * 4.0 - 2.0;
        let label = |index: usize| match loss {
            Loss::Mse | Loss::Absolute => ((index * 15_485_863 + 5) % 2003) as f64 / 2003.0 * 2.0 - 1.0,
            Loss::BinaryCrossEntropy => ((index * 31 + seed) % 7) as f64 / 6.0,
            Loss::SoftmaxCrossEntropy => f64::from(u8::from(index % o == (index / o * 5 + seed) % o)),
        };
        Self {
            parameters: (0..shape.n_params()).map(|index| 2.0 * number(index)).collect(),
            inputs: (0..n_points * shape.input_dim()).map(input).collect(),
            labels: (0..n_points * o).map(label).collect(),
            activation: activation.parse().unwrap(),
            shape,
            loss,
        }
    }

    pub fn objective(&self) -> Objective<'_> {
        Objective::new(&self.shape, self.activation, self.loss, &self.inputs, &self.labels).unwrap()
    }

    /// Loss and gradient by the naive evaluator.
    pub fn reference(&self, parameters: &[f64]) -> (f64, Vec<f64>) {
        reference::loss_and_gradient(&self.shape, self.activation, self.loss, parameters, &self.inputs, &self.labels)
    }
}

/// Central differences of a vector function, one row per variable.
pub fn differences(at: &[f64], function: impl Fn(&[f64]) -> Vec<f64>) -> Vec<Vec<f64>> {
    let step = 1e-5;
    (0..at.len())
        .map(|i| {
            let mut moved = at.to_vec();
            moved[i] += step;
            let above = function(&moved);
            moved[i] -= 2.0 * step;
            above.iter().zip(function(&moved)).map(|(above, below)| (above - below) / (2.0 * step)).collect()
        })
        .collect()
}

/// Gradient of one point's loss in its outputs, by differences with extrapolation.
pub fn loss_derivative(loss: Loss, outputs: &[f64], labels: &[f64]) -> Vec<f64> {
    let value = |outputs: &[f64]| loss.value(outputs, labels);
    let slope = |i: usize, step: f64| {
        let mut moved = outputs.to_vec();
        moved[i] += step;
        let above = value(&moved);
        moved[i] -= 2.0 * step;
        (above - value(&moved)) / (2.0 * step)
    };
    (0..outputs.len()).map(|i| (4.0 * slope(i, 1e-3) - slope(i, 2e-3)) / 3.0).collect()
}

/// Fails unless two lists agree.
pub fn assert_close(got: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(got.len(), expected.len());
    for (i, (got, expected)) in got.iter().zip(expected).enumerate() {
        assert!((got - expected).abs() <= tolerance, "entry {i}: {got} instead of {expected}");
    }
}
