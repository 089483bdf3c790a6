//! A canonical form under permutation and positive scaling of units, in exact numbers.
//!
//! Two networks with the same form are the same function on the whole space. Networks with different forms may be the
//! same function all the same, so that is never called "different".

pub(crate) mod exact_network;

use exact_network::{ExactNetwork, add_product, positive_ratio};
use relulab_exact::{Rational, Sign};
use relulab_net::Network;

/// What forms can say about two networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CanonicalVerdict {
    /// The same function on the whole space: one becomes the other by dropping units without effect, folding constant
    /// ones, merging parallel ones, positive scaling and permutation.
    Equal,
    /// The forms differ, which says nothing about the functions.
    Unknown,
}

/// A network brought to its canonical form.
///
/// *Algorithm*: until nothing changes, drop units that nothing listens to, fold units without inputs into the next
/// biases, and merge units whose rows are positive multiples of each other. Then, from the first layer on, scale each
/// row so that its entries' magnitudes add up to 1, which multiplies what the next layer takes from it, and sort the
/// units by their rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalForm {
    network: ExactNetwork,
}

impl CanonicalForm {
    /// The form of a network; `None` when its activation is not piecewise linear.
    pub fn of(network: &Network) -> Option<Self> {
        let mut network = ExactNetwork::of(network)?;
        while drop_silent(&mut network) | fold_constant(&mut network) | merge_parallel(&mut network) {}
        forget_before_constants(&mut network);
        normalise(&mut network);
        Some(Self { network })
    }

    /// Number of units in each hidden layer that is left.
    pub fn hidden(&self) -> Vec<usize> {
        self.network.layers.iter().rev().skip(1).rev().map(|layer| layer.rows.len()).collect()
    }
}

/// Compares the forms of two networks; networks with smooth activations are never known to be equal.
///
/// ```
/// use relulab_net::{Activation, Network, Shape};
/// use relulab_regions::canonical::{CanonicalVerdict, compare};
/// let network = |parameters: [f64; 7]| {
///     Network::new(Shape::new(1, vec![2], 1).unwrap(), Activation::Relu, parameters.to_vec()).unwrap()
/// };
/// // Both units exchanged, the first one three times as large.
/// let (a, b) = (network([1.0, -2.0, 0.5, 1.0, 3.0, 6.0, 0.0]), network([-2.0, 3.0, 1.0, 1.5, 6.0, 1.0, 0.0]));
/// assert_eq!(compare(&a, &b), CanonicalVerdict::Equal);
/// ```
pub fn compare(a: &Network, b: &Network) -> CanonicalVerdict {
    match (CanonicalForm::of(a), CanonicalForm::of(b)) {
        (Some(a), Some(b)) if a == b => CanonicalVerdict::Equal,
        _ => CanonicalVerdict::Unknown,
    }
}

/// Removes a hidden unit, and the column that listened to it.
fn remove(network: &mut ExactNetwork, layer: usize, unit: usize) {
    network.layers[layer].rows.remove(unit);
    network.layers[layer].biases.remove(unit);
    for row in &mut network.layers[layer + 1].rows {
        row.remove(unit);
    }
}

/// Drops units with outgoing weights of zero, last layer first.
fn drop_silent(network: &mut ExactNetwork) -> bool {
    let mut any = false;
    for layer in (0..network.layers.len() - 1).rev() {
        for unit in (0..network.layers[layer].rows.len()).rev() {
            if network.layers[layer + 1].rows.iter().all(|row| row[unit].is_zero()) {
                remove(network, layer, unit);
                any = true;
            }
        }
    }
    any
}

/// Folds units whose weights are all zero into the biases of the next layer.
fn fold_constant(network: &mut ExactNetwork) -> bool {
    let mut any = false;
    for layer in 0..network.layers.len() - 1 {
        for unit in (0..network.layers[layer].rows.len()).rev() {
            if network.layers[layer].rows[unit].iter().all(Rational::is_zero) {
                let value = network.activate(network.layers[layer].biases[unit].clone());
                let next = &mut network.layers[layer + 1];
                for (row, bias) in next.rows.iter().zip(&mut next.biases) {
                    add_product(bias, &row[unit], &value);
                }
                remove(network, layer, unit);
                any = true;
            }
        }
    }
    any
}

/// Merges units whose rows, biases included, are positive multiples of each other.
fn merge_parallel(network: &mut ExactNetwork) -> bool {
    let mut any = false;
    for layer in 0..network.layers.len() - 1 {
        let mut unit = network.layers[layer].rows.len();
        while unit > 0 {
            unit -= 1;
            let this = &network.layers[layer];
            let full = |unit: usize| [this.rows[unit].as_slice(), std::slice::from_ref(&this.biases[unit])].concat();
            let row = full(unit);
            let twin = (0..unit).find_map(|other| Some((other, positive_ratio(&row, &full(other))?)));
            if let Some((other, ratio)) = twin {
                for row in &mut network.layers[layer + 1].rows {
                    let share = row[unit].clone();
                    add_product(&mut row[other], &ratio, &share);
                }
                remove(network, layer, unit);
                any = true;
            }
        }
    }
    any
}

/// Where a layer has lost all units, nothing before it matters.
fn forget_before_constants(network: &mut ExactNetwork) {
    let hidden = network.layers.len() - 1;
    if let Some(empty) = network.layers[..hidden].iter().rposition(|layer| layer.rows.is_empty()) {
        network.layers.drain(..=empty);
    }
}

/// Scales and sorts, first layer first.
fn normalise(network: &mut ExactNetwork) {
    for layer in 0..network.layers.len() - 1 {
        let [this, next] = &mut network.layers[layer..layer + 2] else { return };
        let scales: Vec<Rational> = this
            .rows
            .iter()
            .zip(&this.biases)
            .map(|(row, bias)| {
                let size = |entry: &Rational| {
                    if entry.exact_sign() == Sign::Negative { -entry.clone() } else { entry.clone() }
                };
                row.iter().chain([bias]).fold(Rational::zero(), |sum, entry| sum + size(entry))
            })
            .collect();
        for ((row, bias), scale) in this.rows.iter_mut().zip(&mut this.biases).zip(&scales) {
            row.iter_mut().chain([bias]).for_each(|entry| *entry = std::mem::take(entry) / scale);
        }
        for row in &mut next.rows {
            row.iter_mut().zip(&scales).for_each(|(weight, scale)| *weight = std::mem::take(weight) * scale);
        }
        let mut order: Vec<usize> = (0..this.rows.len()).collect();
        order.sort_by(|a, b| (&this.rows[*a], &this.biases[*a]).cmp(&(&this.rows[*b], &this.biases[*b])));
        this.rows = order.iter().map(|unit| this.rows[*unit].clone()).collect();
        this.biases = order.iter().map(|unit| this.biases[*unit].clone()).collect();
        for row in &mut next.rows {
            *row = order.iter().map(|unit| row[*unit].clone()).collect();
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
