//! Second derivatives: of activations, and of losses in the outputs.

use relulab_net::{Activation, Loss};

/// φ(0), the density of N(0,1) at its mode.
pub(crate) const NORMAL_MODE: f64 = 0.398_942_280_401_432_7;

/// σ''(z); 0 for piecewise linear activations, at their kink too.
pub fn activation_second_derivative(activation: Activation, z: f64) -> f64 {
    match activation {
        Activation::Relu | Activation::LeakyRelu { .. } => 0.0,
        Activation::Gelu => (2.0 - z * z) * NORMAL_MODE * libm::exp(-0.5 * z * z),
        Activation::Tanh => {
            let t = libm::tanh(z);
            -2.0 * t * (1.0 - t * t)
        }
        Activation::Sigmoid => {
            let s = Activation::Sigmoid.value(z);
            s * (1.0 - s) * (1.0 - 2.0 * s)
        }
        Activation::Softplus => {
            let s = Activation::Sigmoid.value(z);
            s * (1.0 - s)
        }
    }
}

/// The loss of one point seen from its outputs, scaled by a weight (1/n for a mean over points).
pub(crate) struct OutputLoss {
    pub(crate) loss: Loss,
    pub(crate) weight: f64,
    /// Softmax probabilities of the point looked at.
    probabilities: Vec<f64>,
}

impl OutputLoss {
    pub(crate) fn new(loss: Loss, weight: f64) -> Self {
        Self { loss, weight, probabilities: Vec::new() }
    }

    fn set_softmax(&mut self, outputs: &[f64]) {
        let top = outputs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        self.probabilities.clear();
        self.probabilities.extend(outputs.iter().map(|output| libm::exp(output - top)));
        let sum: f64 = self.probabilities.iter().sum();
        self.probabilities.iter_mut().for_each(|probability| *probability /= sum);
    }

    /// The loss itself.
    pub(crate) fn value(&self, outputs: &[f64], labels: &[f64]) -> f64 {
        self.weight * self.loss.value(outputs, labels)
    }

    /// First derivatives in the outputs.
    pub(crate) fn derivative(&mut self, outputs: &[f64], labels: &[f64], out: &mut [f64]) {
        let scale = self.weight / outputs.len() as f64;
        match self.loss {
            Loss::Mse => {
                for ((out, o), y) in out.iter_mut().zip(outputs).zip(labels) {
                    *out = 2.0 * scale * (o - y);
                }
            }
            Loss::Absolute => {
                for ((out, o), y) in out.iter_mut().zip(outputs).zip(labels) {
                    *out = if o == y { 0.0 } else { scale * (o - y).signum() };
                }
            }
            Loss::BinaryCrossEntropy => {
                for ((out, &o), y) in out.iter_mut().zip(outputs).zip(labels) {
                    *out = scale * (Activation::Sigmoid.value(o) - y);
                }
            }
            Loss::SoftmaxCrossEntropy => {
                self.set_softmax(outputs);
                let label_sum: f64 = labels.iter().sum();
                for ((out, q), y) in out.iter_mut().zip(&self.probabilities).zip(labels) {
                    *out = self.weight * (label_sum * q - y);
                }
            }
        }
    }

    /// The Hessian in the outputs times a vector, written over the vector.
    pub(crate) fn times_hessian(&mut self, outputs: &[f64], labels: &[f64], vector: &mut [f64]) {
        let scale = self.weight / outputs.len() as f64;
        match self.loss {
            Loss::Mse => vector.iter_mut().for_each(|v| *v *= 2.0 * scale),
            Loss::Absolute => vector.fill(0.0),
            Loss::BinaryCrossEntropy => {
                for (v, &o) in vector.iter_mut().zip(outputs) {
                    *v *= scale * logistic_variance(o);
                }
            }
            Loss::SoftmaxCrossEntropy => {
                self.set_softmax(outputs);
                let label_sum: f64 = labels.iter().sum();
                let mean: f64 = self.probabilities.iter().zip(&*vector).map(|(q, v)| q * v).sum();
                for (v, q) in vector.iter_mut().zip(&self.probabilities) {
                    *v = self.weight * label_sum * q * (*v - mean);
                }
            }
        }
    }

    /// A square matrix S with SᵀS = the Hessian in the outputs.
    ///
    /// *Shapes*: `out` o × o, row-major.
    ///
    /// *Algorithm*: diagonal for all losses but softmax, where row r of S is √(qᵣ) (eᵣ − q): the covariance
    /// diag(q) − qqᵀ as a mean of squared deviations.
    pub(crate) fn factor(&mut self, outputs: &[f64], labels: &[f64], out: &mut [f64]) {
        let n = outputs.len();
        let scale = self.weight / n as f64;
        out.fill(0.0);
        match self.loss {
            Loss::Mse => out.iter_mut().step_by(n + 1).for_each(|s| *s = (2.0 * scale).sqrt()),
            Loss::Absolute => {}
            Loss::BinaryCrossEntropy => {
                for (s, &o) in out.iter_mut().step_by(n + 1).zip(outputs) {
                    *s = (scale * logistic_variance(o)).sqrt();
                }
            }
            Loss::SoftmaxCrossEntropy => {
                self.set_softmax(outputs);
                let label_sum: f64 = labels.iter().sum();
                for (r, row) in out.chunks_exact_mut(n).enumerate() {
                    let root = (self.weight * label_sum * self.probabilities[r]).sqrt();
                    for (s, q) in row.iter_mut().zip(&self.probabilities) {
                        *s = -root * q;
                    }
                    row[r] += root;
                }
            }
        }
    }
}

/// s(1−s) for the logistic s of a logit, without cancellation.
fn logistic_variance(logit: f64) -> f64 {
    Activation::Sigmoid.value(logit) * Activation::Sigmoid.value(-logit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn activations_match_central_differences() {
        for name in ["relu", "leaky_relu:0.1", "gelu", "tanh", "sigmoid", "softplus"] {
            let activation: Activation = name.parse().unwrap();
            for z in [-5.3, -1.0, -0.4, 0.3, 1.7, 4.0] {
                let step = 1e-5;
                let difference = (activation.derivative(z + step) - activation.derivative(z - step)) / (2.0 * step);
                assert!((difference - activation_second_derivative(activation, z)).abs() < 1e-9, "{name} at {z}");
            }
        }
    }

    #[test]
    fn output_hessians_match_their_factors_and_differences() {
        let (outputs, labels) = ([0.3, -1.2, 0.8], [0.2, 0.5, 0.3]);
        for loss in [Loss::Mse, Loss::Absolute, Loss::BinaryCrossEntropy, Loss::SoftmaxCrossEntropy] {
            let mut output_loss = OutputLoss::new(loss, 0.25);
            let mut factor = [0.0; 9];
            output_loss.factor(&outputs, &labels, &mut factor);
            for i in 0..3 {
                let mut column = [0.0; 3];
                column[i] = 1.0;
                output_loss.times_hessian(&outputs, &labels, &mut column);
                let step = 1e-5;
                let mut derivative = |shift: f64| {
                    let (mut moved, mut out) = (outputs, [0.0; 3]);
                    moved[i] += shift;
                    output_loss.derivative(&moved, &labels, &mut out);
                    out
                };
                let (above, below) = (derivative(step), derivative(-step));
                for j in 0..3 {
                    let from_factor: f64 = (0..3).map(|r| factor[3 * r + i] * factor[3 * r + j]).sum();
                    assert!((from_factor - column[j]).abs() < 1e-15, "{loss}");
                    assert!(((above[j] - below[j]) / (2.0 * step) - column[j]).abs() < 1e-9, "{loss}");
                }
            }
        }
    }
}
