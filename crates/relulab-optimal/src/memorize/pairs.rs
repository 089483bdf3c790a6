//! The network on its way: pairs of units that begin alike and move apart.

use super::certificate::CertificateNetwork;
use super::frame::Frame;
use super::points::Points;
use rayon::prelude::*;
use relulab_net::{Activation, RandomStream};

/// The units of all pairs, with equal output weights up to sign.
#[derive(Clone, Debug)]
pub(super) struct Pairs {
    activation: Activation,
    /// Inputs per point.
    input_dim: usize,
    /// Number of pairs.
    n_pairs: usize,
    /// Input weights and bias of every unit, the first of every pair before the second of every pair.
    weights: Vec<f64>,
    /// Output weight of the first of each pair; the second has its negative.
    pub(super) output_weight: f64,
}

/// What the pairs do at the points, in plain f64.
#[derive(Clone, Debug)]
pub(super) struct Response {
    /// The network's values.
    pub(super) outputs: Vec<f64>,
    /// n × pairs, row-major: the slope of each output when a pair moves apart.
    pub(super) slopes: Vec<f64>,
}

impl Pairs {
    /// Pairs of equal units, normal in white coordinates with variance `gain`²/rank, so that pre-activations have
    /// variance `gain`².
    ///
    /// A ReLU pair does nothing for the points on which it is off, and a point on which all are off cannot be fitted. So
    /// the second ReLU pair is the negative of the first: each point has one of them.
    pub(super) fn draw(
        n_pairs: usize,
        activation: Activation,
        frame: &Frame,
        gain: f64,
        stream: &mut RandomStream,
    ) -> Self {
        let rank = frame.rank();
        let scale = gain / (rank as f64).sqrt();
        let mut white = Vec::new();
        let mut weights: Vec<f64> = (0..n_pairs)
            .flat_map(|pair| {
                white = if activation == Activation::Relu && pair == 1 {
                    white.iter().map(|weight: &f64| -weight).collect()
                } else {
                    (0..rank).map(|_| scale * stream.normal()).collect()
                };
                frame.to_weights(&white)
            })
            .collect();
        let input_dim = weights.len() / n_pairs.max(1) - 1;
        weights.extend_from_within(..);
        Self { activation, input_dim, n_pairs, weights, output_weight: 1.0 / (2.0 * n_pairs as f64).sqrt() }
    }

    /// Moves every pair apart.
    ///
    /// *Shapes*: `by` is pairs × rank in white coordinates, row-major.
    pub(super) fn move_apart(&mut self, frame: &Frame, by: &[f64]) {
        let (first, second) = self.weights.split_at_mut(self.n_pairs * (self.input_dim + 1));
        let units = first.chunks_exact_mut(self.input_dim + 1).zip(second.chunks_exact_mut(self.input_dim + 1));
        for ((one, other), by) in units.zip(by.chunks_exact(frame.rank())) {
            for ((one, other), change) in one.iter_mut().zip(other).zip(frame.to_weights(by)) {
                *one += change;
                *other -= change;
            }
        }
    }

    /// Values and slopes at the points.
    pub(super) fn response(&self, points: &Points) -> Response {
        let rows: Vec<(f64, Vec<f64>)> =
            (0..points.len()).into_par_iter().map(|i| self.response_at(points.input(i))).collect();
        Response {
            outputs: rows.iter().map(|(output, _)| *output).collect(),
            slopes: rows.into_iter().flat_map(|(_, slopes)| slopes).collect(),
        }
    }

    fn response_at(&self, input: &[f64]) -> (f64, Vec<f64>) {
        let at = |unit: usize| {
            let weights = &self.weights[unit * (self.input_dim + 1)..][..self.input_dim + 1];
            let sum: f64 = weights.iter().zip(input).map(|(w, x)| w * x).sum();
            sum + weights[self.input_dim]
        };
        let mut output = 0.0;
        let slopes = (0..self.n_pairs).map(|pair| {
            let (one, other) = (at(pair), at(pair + self.n_pairs));
            output += self.activation.value(one) - self.activation.value(other);
            self.output_weight * (self.activation.derivative(one) + self.activation.derivative(other))
        });
        let slopes = slopes.collect();
        (self.output_weight * output, slopes)
    }

    /// The same network, unit by unit.
    pub(super) fn network(&self) -> CertificateNetwork {
        let units = || self.weights.chunks_exact(self.input_dim + 1);
        let outputs = [self.output_weight, -self.output_weight];
        CertificateNetwork {
            activation: self.activation,
            hidden_weights: units().flat_map(|unit| &unit[..self.input_dim]).copied().collect(),
            hidden_biases: units().map(|unit| unit[self.input_dim]).collect(),
            output_weights: outputs.into_iter().flat_map(|weight| vec![weight; self.n_pairs]).collect(),
            output_bias: 0.0,
        }
    }
}
