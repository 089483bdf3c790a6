//! Permutations that bring the weights of one network close to those of another.

use crate::assignment;
use crate::symmetry::Symmetry;
use relulab_net::{Layer, Shape};

/// Most sweeps over the layers; every change makes the distance smaller, so the sweeps end well before.
const MAX_SWEEPS: usize = 1000;

/// A change of layer must reduce the squared distance by more than this share of the squared norms.
const LEAST_GAIN: f64 = 1e-13;

/// The permutation of each hidden layer of `other` that makes the parameters closest to `reference`.
///
/// Exact for one hidden layer. For more, a local optimum: no single layer can be improved.
///
/// *Algorithm*: coordinate descent. With its neighbours fixed, the best permutation of a layer is an assignment whose
/// gains are scalar products of incoming weights, biases and outgoing weights. It starts from three places, and the
/// best end is kept: the identity; layers matched from the first to the last by incoming weights alone; and from the
/// last to the first by outgoing weights alone. The second finds a permuted copy exactly.
///
/// *Reference*: Ainsworth, Hayase and Srinivasa 2023, *Git Re-Basin*, algorithm 1; the starts are ours.
pub(crate) fn match_weights(shape: &Shape, reference: &[f64], other: &[f64]) -> Vec<Vec<usize>> {
    let layers: Vec<Layer> = shape.layers().collect();
    let matching = Matching { shape, layers, reference, other };
    let identity: Vec<Vec<usize>> = shape.hidden().iter().map(|width| (0..*width).collect()).collect();
    if shape.depth() == 0 {
        return identity;
    }
    let mut forward = identity.clone();
    for layer in 0..shape.depth() {
        forward[layer] = matching.best(&forward, layer, true, false);
    }
    let mut backward = identity.clone();
    for layer in (0..shape.depth()).rev() {
        backward[layer] = matching.best(&backward, layer, false, true);
    }
    let ends = [identity, forward, backward].map(|start| matching.descend(start));
    let [first, rest @ ..] = ends;
    rest.into_iter().fold(
        first,
        |best, end| {
            if matching.agreement(&end) > matching.agreement(&best) { end } else { best }
        },
    )
}

/// Two networks of one shape as they are matched.
struct Matching<'a> {
    shape: &'a Shape,
    layers: Vec<Layer>,
    reference: &'a [f64],
    other: &'a [f64],
}

impl Matching<'_> {
    /// Improves one layer after the other until nothing changes.
    fn descend(&self, mut permutation: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
        let norms = |parameters: &[f64]| parameters.iter().map(|value| value * value).sum::<f64>();
        let least_gain = LEAST_GAIN * (norms(self.reference) + norms(self.other));
        for _ in 0..MAX_SWEEPS {
            let mut is_changed = false;
            for layer in 0..permutation.len() {
                let gains = self.gains(&permutation, layer, true, true);
                let better = assignment::least_cost(&negated(&gains), permutation[layer].len());
                let total = |units: &[usize]| -> f64 {
                    units.iter().enumerate().map(|(i, j)| gains[i * units.len() + j]).sum()
                };
                if total(&better) > total(&permutation[layer]) + least_gain {
                    permutation[layer] = better;
                    is_changed = true;
                }
            }
            if !is_changed {
                break;
            }
        }
        permutation
    }

    /// The best permutation of a layer while the others stay.
    fn best(&self, permutation: &[Vec<usize>], layer: usize, incoming: bool, outgoing: bool) -> Vec<usize> {
        let gains = self.gains(permutation, layer, incoming, outgoing);
        assignment::least_cost(&negated(&gains), permutation[layer].len())
    }

    /// Gain in agreement when unit i of the layer is unit j of the other network.
    fn gains(&self, permutation: &[Vec<usize>], layer: usize, incoming: bool, outgoing: bool) -> Vec<f64> {
        let (own, next) = (&self.layers[layer], &self.layers[layer + 1]);
        let below = |unit: usize| if layer > 0 { permutation[layer - 1][unit] } else { unit };
        let above = |unit: usize| permutation.get(layer + 1).map_or(unit, |units| units[unit]);
        let mut gains = Vec::with_capacity(own.n_out * own.n_out);
        for i in 0..own.n_out {
            for j in 0..own.n_out {
                let mut gain = 0.0;
                if incoming {
                    gain += self.reference[own.biases.start + i] * self.other[own.biases.start + j];
                    for column in 0..own.n_in {
                        gain += self.reference[own.weights.start + i * own.n_in + column]
                            * self.other[own.weights.start + j * own.n_in + below(column)];
                    }
                }
                if outgoing {
                    for row in 0..next.n_out {
                        gain += self.reference[next.weights.start + row * next.n_in + i]
                            * self.other[next.weights.start + above(row) * next.n_in + j];
                    }
                }
                gains.push(gain);
            }
        }
        gains
    }

    /// Scalar product of the reference with the permuted other network; larger is closer.
    fn agreement(&self, permutation: &[Vec<usize>]) -> f64 {
        let mut symmetry = Symmetry::identity(self.shape);
        symmetry.permutation = permutation.to_vec();
        let moved = symmetry.apply_to_parameters(self.shape, self.other);
        self.reference.iter().zip(&moved).map(|(a, b)| a * b).sum()
    }
}

fn negated(gains: &[f64]) -> Vec<f64> {
    gains.iter().map(|gain| -gain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symmetry::tests::random_network;
    use proptest::prelude::*;
    use relulab_net::Activation;

    fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
    }

    proptest! {
        #[test]
        fn one_hidden_layer_is_solved(width in 1..6_usize, seed in 0..500_u64) {
            let shape = Shape::new(2, vec![width], 2).unwrap();
            let a = random_network(&shape, Activation::Tanh, seed);
            let b = random_network(&shape, Activation::Tanh, seed + 1000);
            let mut symmetry = Symmetry::identity(&shape);
            let mut distance = |units: &[usize]| {
                symmetry.permutation[0] = units.to_vec();
                squared_distance(a.parameters(), &symmetry.apply_to_parameters(&shape, b.parameters()))
            };
            let ours = distance(&match_weights(&shape, a.parameters(), b.parameters())[0]);
            let mut best = f64::INFINITY;
            assignment::for_each_permutation(width, |units| best = best.min(distance(units)));
            prop_assert!(ours <= best + 1e-12);
        }

        #[test]
        fn no_swap_of_two_units_of_a_deep_network_helps(seed in 0..100_u64) {
            let shape = Shape::new(1, vec![3, 4, 3], 1).unwrap();
            let a = random_network(&shape, Activation::Tanh, seed);
            let b = random_network(&shape, Activation::Tanh, seed + 1000);
            let mut symmetry = Symmetry::identity(&shape);
            symmetry.permutation = match_weights(&shape, a.parameters(), b.parameters());
            let distance = |symmetry: &Symmetry| {
                squared_distance(a.parameters(), &symmetry.apply_to_parameters(&shape, b.parameters()))
            };
            let ours = distance(&symmetry);
            for layer in 0..3 {
                for unit in 1..shape.hidden()[layer] {
                    let mut swapped = symmetry.clone();
                    swapped.permutation[layer].swap(unit - 1, unit);
                    prop_assert!(ours <= distance(&swapped) + 1e-10);
                }
            }
        }
    }
}
