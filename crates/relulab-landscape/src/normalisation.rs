//! Canonical scales: one representative of each class of networks that differ by positive scales of units.

use crate::LandscapeError;
use crate::symmetry::Symmetry;
use relulab_net::{Network, Shape};
use std::fmt;

/// Most sweeps over the units of a deep network while its norms are balanced.
const MAX_BALANCING_SWEEPS: usize = 500;

/// Norms count as balanced when no scale changes by more than this, relatively, in a sweep.
const BALANCE_TOLERANCE: f64 = 1e-14;

/// Scales stay between this and its inverse, so that no chain of units drives parameters out of range.
const SMALLEST_SCALE: f64 = 1e-60;

/// How the positive scale of each hidden unit is fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Normalisation {
    /// Scales stay as they are.
    None,
    /// Incoming weights and bias together have norm 1; the size goes to the outgoing weights.
    UnitIncoming,
    /// Incoming weights and bias together have the norm of the outgoing weights: the smallest network with this
    /// function among its rescalings, and where weight decay would lead.
    Balanced,
}

impl fmt::Display for Normalisation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::UnitIncoming => "unit_incoming",
            Self::Balanced => "balanced",
        })
    }
}

impl Normalisation {
    /// The network at canonical scale; its function is the same.
    ///
    /// *Algorithm*: unit norms from the first hidden layer to the last. Balancing is coordinate descent on Σ of
    /// squared parameters, which is convex in the logarithms of the scales: one sweep suffices for one hidden layer.
    /// A unit without incoming, or for balance without outgoing, weights keeps its scale.
    ///
    /// # Errors
    /// When the activation is neither ReLU nor LeakyReLU and there is something to scale.
    pub fn apply(self, network: &Network) -> Result<Network, LandscapeError> {
        self.symmetry(network).apply(network)
    }

    /// The scales that bring a network to canonical scale.
    pub(crate) fn symmetry(self, network: &Network) -> Symmetry {
        let shape = network.shape();
        let mut symmetry = Symmetry::identity(shape);
        match self {
            Self::None => {}
            Self::UnitIncoming => {
                for layer in 0..shape.depth() {
                    scale_layer(&mut symmetry, network, layer, |incoming, _| 1.0 / incoming);
                }
            }
            Self::Balanced => {
                for _ in 0..MAX_BALANCING_SWEEPS {
                    let mut largest_change: f64 = 0.0;
                    for layer in 0..shape.depth() {
                        let change = scale_layer(&mut symmetry, network, layer, |incoming, outgoing| {
                            if outgoing > 0.0 { (outgoing / incoming).sqrt() } else { 1.0 }
                        });
                        largest_change = largest_change.max(change);
                    }
                    if shape.depth() <= 1 || largest_change <= BALANCE_TOLERANCE {
                        break;
                    }
                }
            }
        }
        symmetry
    }
}

/// Multiplies the scales of a layer by a function of the present norms; returns the largest relative change.
fn scale_layer(symmetry: &mut Symmetry, network: &Network, layer: usize, factor: impl Fn(f64, f64) -> f64) -> f64 {
    let shape = network.shape();
    let scaled = symmetry.apply_to_parameters(shape, network.parameters());
    let mut largest_change: f64 = 0.0;
    for unit in 0..shape.hidden()[layer] {
        let incoming = norm(&incoming(shape, &scaled, layer, unit));
        if incoming > 0.0 {
            let factor = factor(incoming, norm(&outgoing(shape, &scaled, layer, unit)));
            let scale = (symmetry.scales[layer][unit] * factor).clamp(SMALLEST_SCALE, 1.0 / SMALLEST_SCALE);
            largest_change = largest_change.max((scale / symmetry.scales[layer][unit] - 1.0).abs());
            symmetry.scales[layer][unit] = scale;
        }
    }
    largest_change
}

fn norm(vector: &[f64]) -> f64 {
    vector.iter().fold(0.0, |norm: f64, value| norm.hypot(*value))
}

/// Weights and, last, the bias of a hidden unit.
pub(crate) fn incoming(shape: &Shape, parameters: &[f64], layer: usize, unit: usize) -> Vec<f64> {
    shape.layers().nth(layer).map_or_else(Vec::new, |layer| {
        let start = layer.weights.start + unit * layer.n_in;
        let mut row = parameters[start..start + layer.n_in].to_vec();
        row.push(parameters[layer.biases.start + unit]);
        row
    })
}

/// The weights with which the next layer takes a hidden unit.
pub(crate) fn outgoing(shape: &Shape, parameters: &[f64], layer: usize, unit: usize) -> Vec<f64> {
    shape.layers().nth(layer + 1).map_or_else(Vec::new, |next| {
        (0..next.n_out).map(|row| parameters[next.weights.start + row * next.n_in + unit]).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symmetry::tests::{random_network, random_symmetry};
    use relulab_net::Activation;

    fn norms(network: &Network) -> Vec<(f64, f64)> {
        let (shape, parameters) = (network.shape(), network.parameters());
        (0..shape.depth())
            .flat_map(|layer| (0..shape.hidden()[layer]).map(move |unit| (layer, unit)))
            .map(|(layer, unit)| {
                (norm(&incoming(shape, parameters, layer, unit)), norm(&outgoing(shape, parameters, layer, unit)))
            })
            .collect()
    }

    #[test]
    fn norms_are_as_promised_and_rescaled_networks_agree() {
        for hidden in [vec![5], vec![4, 3, 5]] {
            let shape = Shape::new(2, hidden, 3).unwrap();
            let network = random_network(&shape, Activation::Relu, 7);
            let mut rescaling = random_symmetry(&shape, 8);
            rescaling.permutation = Symmetry::identity(&shape).permutation;
            let rescaled = rescaling.apply(&network).unwrap();
            for normalisation in [Normalisation::UnitIncoming, Normalisation::Balanced] {
                let ours = normalisation.apply(&network).unwrap();
                for (incoming, outgoing) in norms(&ours) {
                    let expected = if normalisation == Normalisation::Balanced { outgoing } else { 1.0 };
                    assert!((incoming - expected).abs() < 1e-9 * expected, "{normalisation}");
                }
                let again = normalisation.apply(&rescaled).unwrap();
                for (a, b) in ours.parameters().iter().zip(again.parameters()) {
                    assert!((a - b).abs() < 1e-9 * (1.0 + a.abs()), "{normalisation}");
                }
            }
        }
    }

    #[test]
    fn units_without_weights_keep_their_scale() {
        let shape = Shape::new(1, vec![2], 1).unwrap();
        let network = Network::new(shape, Activation::Relu, vec![0.0, 2.0, 0.0, 0.0, 3.0, 0.0, 1.0]).unwrap();
        assert_eq!(Normalisation::Balanced.apply(&network).unwrap(), network);
        let unit = Normalisation::UnitIncoming.apply(&network).unwrap();
        assert_eq!(unit.parameters(), [0.0, 1.0, 0.0, 0.0, 3.0, 0.0, 1.0]);
    }
}
