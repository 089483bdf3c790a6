//! A network in exact numbers, whose layers may lose units.

use relulab_exact::{Number, Rational, Sign};
use relulab_net::{Activation, Network};

/// One affine layer: a row of weights and a bias per unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExactLayer {
    pub rows: Vec<Vec<Rational>>,
    pub biases: Vec<Rational>,
}

/// The layers of a network with a piecewise linear activation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExactNetwork {
    pub layers: Vec<ExactLayer>,
    /// Slope of the activation below zero.
    pub leak: Rational,
}

/// The exact value of a parameter, which a network has checked to be finite.
pub(crate) fn exact(value: f64) -> Rational {
    Rational::from_f64(value).unwrap_or_else(Rational::zero)
}

/// Adds `factor` times `term`, at no cost where that is zero.
pub(crate) fn add_product(sum: &mut Rational, factor: &Rational, term: &Rational) {
    if !factor.is_zero() && !term.is_zero() {
        *sum = std::mem::take(sum) + factor.clone() * term;
    }
}

impl ExactNetwork {
    /// The layers of a network; `None` when its activation is not piecewise linear.
    pub fn of(network: &Network) -> Option<Self> {
        let leak = match network.activation() {
            Activation::Relu => 0.0,
            Activation::LeakyRelu { slope } => slope,
            _ => return None,
        };
        let numbers = |range: std::ops::Range<usize>| {
            network.parameters()[range].iter().copied().map(exact).collect::<Vec<Rational>>()
        };
        let layer = |layer: relulab_net::Layer| ExactLayer {
            rows: numbers(layer.weights).chunks(layer.n_in).map(<[Rational]>::to_vec).collect(),
            biases: numbers(layer.biases),
        };
        Some(Self { layers: network.shape().layers().map(layer).collect(), leak: exact(leak) })
    }

    /// The activation.
    pub fn activate(&self, z: Rational) -> Rational {
        if z.exact_sign() == Sign::Positive { z } else { z * &self.leak }
    }

    /// Outputs at a point.
    pub fn forward(&self, point: &[Rational]) -> Vec<Rational> {
        let mut values = point.to_vec();
        for (index, layer) in self.layers.iter().enumerate() {
            let sums = layer.rows.iter().zip(&layer.biases).map(|(row, bias)| {
                let mut sum = bias.clone();
                row.iter().zip(&values).for_each(|(weight, value)| add_product(&mut sum, weight, value));
                if index + 1 == self.layers.len() { sum } else { self.activate(sum) }
            });
            values = sums.collect();
        }
        values
    }
}

/// The factor c > 0 with `row` = c · `other`, if there is one; rows are weights followed by the bias.
pub(crate) fn positive_ratio(row: &[Rational], other: &[Rational]) -> Option<Rational> {
    let pivot = other.iter().position(|entry| !entry.is_zero())?;
    let ratio = row.get(pivot)?.clone() / &other[pivot];
    let is_multiple = || row.iter().zip(other).all(|(entry, other)| *entry == other.clone() * &ratio);
    (row.len() == other.len() && ratio.exact_sign() == Sign::Positive && is_multiple()).then_some(ratio)
}
