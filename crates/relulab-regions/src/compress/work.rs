//! A network on which the steps are taken, one at a time, all parameters exact and within f64.

use super::fold::{self, Linear};
use super::{Change, CompressError, Kept, Reason};
use crate::canonical::exact_network::{ExactNetwork, add_product, exact, positive_ratio};
use crate::relaxation::{InputBox, NetworkBounds, ProvedStatus};
use relulab_exact::{Number, Rational, Sign};
use relulab_net::{Network, Shape};

/// What is known of a unit.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    /// Its place in its layer of the original network.
    pub number: Option<usize>,
    /// The slope of its activation over the box, where that is the same throughout.
    pub slope: Option<Rational>,
    /// Between which numbers its pre-activation lies over the box, where that is known.
    pub range: Option<(Rational, Rational)>,
}

/// The network and what is known of its units.
pub(super) struct Work {
    pub network: ExactNetwork,
    /// Of each hidden layer that is left: its place in the original network, and its units.
    pub hidden: Vec<(usize, Vec<Unit>)>,
    domain: Option<Vec<(Rational, Rational)>>,
}

/// Whether f64 holds a number exactly.
pub(super) fn fits(number: &Rational) -> bool {
    Rational::from_f64(number.to_f64()).as_ref() == Some(number)
}

impl Work {
    /// The network as it is; `None` when its activation is not piecewise linear.
    pub fn of(network: &Network, domain: Option<&InputBox>, bounds: Option<&NetworkBounds>) -> Option<Self> {
        let exact_network = ExactNetwork::of(network)?;
        let unit = |layer: usize, unit: usize| {
            let bounds = bounds.map(|bounds| &bounds.layers[layer][unit]);
            let slope = bounds.and_then(|bounds| match bounds.status() {
                ProvedStatus::Zero => Some(Rational::zero()),
                ProvedStatus::Dead => Some(exact_network.leak.clone()),
                ProvedStatus::Linear => Some(Rational::from(1)),
                ProvedStatus::Unstable | ProvedStatus::Unknown => None,
            });
            let range = bounds.and_then(|bounds| {
                Rational::from_f64(bounds.minimum.lower).zip(Rational::from_f64(bounds.maximum.upper))
            });
            Unit { number: Some(unit), slope, range }
        };
        let widths = network.shape().hidden().iter().enumerate();
        let hidden = widths.map(|(layer, width)| (layer, (0..*width).map(|index| unit(layer, index)).collect()));
        let ends = |domain: &InputBox| {
            domain.lower().iter().zip(domain.upper()).map(|(lower, upper)| (exact(*lower), exact(*upper))).collect()
        };
        Some(Self { hidden: hidden.collect(), domain: domain.map(ends), network: exact_network })
    }

    /// Takes steps until none applies.
    pub fn reduce(&mut self) -> (Vec<Change>, Vec<Kept>) {
        let mut changes = Vec::new();
        loop {
            let (n_before, mut kept) = (changes.len(), Vec::new());
            for layer in (0..self.hidden.len()).rev() {
                self.drop_units(layer, &mut changes, &mut kept);
                self.merge_units(layer, &mut changes, &mut kept);
            }
            let mut layer = 0;
            while layer < self.hidden.len() {
                if !self.fold_layer(layer, &mut changes, &mut kept) {
                    self.replace_linear(layer, &mut changes, &mut kept);
                    layer += 1;
                }
            }
            if changes.len() == n_before {
                return (changes, kept);
            }
        }
    }

    fn remove(&mut self, layer: usize, unit: usize) -> Option<usize> {
        self.network.layers[layer].rows.remove(unit);
        self.network.layers[layer].biases.remove(unit);
        for row in &mut self.network.layers[layer + 1].rows {
            row.remove(unit);
        }
        self.hidden[layer].1.remove(unit).number
    }

    /// Drops what is zero, silent or constant.
    fn drop_units(&mut self, layer: usize, changes: &mut Vec<Change>, kept: &mut Vec<Kept>) {
        for unit in (0..self.hidden[layer].1.len()).rev() {
            let place = self.hidden[layer].0;
            let slope = &self.hidden[layer].1[unit].slope;
            let why = if slope.as_ref().is_some_and(Rational::is_zero) {
                Reason::Zero
            } else if self.network.layers[layer + 1].rows.iter().all(|row| row[unit].is_zero()) {
                Reason::Silent
            } else if self.network.layers[layer].rows[unit].iter().all(Rational::is_zero) {
                let value = self.network.activate(self.network.layers[layer].biases[unit].clone());
                let next = &mut self.network.layers[layer + 1];
                let mut biases = next.biases.clone();
                for (row, bias) in next.rows.iter().zip(&mut biases) {
                    add_product(bias, &row[unit], &value);
                }
                if !biases.iter().all(fits) {
                    let units = vec![self.hidden[layer].1[unit].number];
                    kept.push(Kept { layer: place, units, step: "fold a constant unit into the next biases" });
                    continue;
                }
                next.biases = biases;
                Reason::Constant
            } else {
                continue;
            };
            let unit = self.remove(layer, unit);
            changes.push(Change::Dropped { layer: place, unit, why });
        }
    }

    /// Merges units whose rows are positive multiples of each other.
    fn merge_units(&mut self, layer: usize, changes: &mut Vec<Change>, kept: &mut Vec<Kept>) {
        let mut unit = self.hidden[layer].1.len();
        while unit > 0 {
            unit -= 1;
            let this = &self.network.layers[layer];
            let full = |unit: usize| [this.rows[unit].as_slice(), std::slice::from_ref(&this.biases[unit])].concat();
            let row = full(unit);
            let twins = (0..unit).filter_map(|other| Some((other, positive_ratio(&row, &full(other))?)));
            let place = self.hidden[layer].0;
            for (other, ratio) in twins.collect::<Vec<_>>() {
                // Either of the two may stand for both.
                let inverse = Rational::from(1) / &ratio;
                let way =
                    [(unit, other, ratio), (other, unit, inverse)].into_iter().find_map(|(gone, stays, ratio)| {
                        let column = self.network.layers[layer + 1].rows.iter().map(|row| {
                            let mut sum = row[stays].clone();
                            add_product(&mut sum, &ratio, &row[gone]);
                            fits(&sum).then_some(sum)
                        });
                        Some((gone, stays, column.collect::<Option<Vec<Rational>>>()?))
                    });
                let numbers = [unit, other].map(|unit| self.hidden[layer].1[unit].number);
                let Some((gone, stays, column)) = way else {
                    kept.push(Kept { layer: place, units: numbers.to_vec(), step: "merge parallel units" });
                    continue;
                };
                for (row, weight) in self.network.layers[layer + 1].rows.iter_mut().zip(column) {
                    row[stays] = weight;
                }
                let into = self.hidden[layer].1[stays].number;
                let gone = self.remove(layer, gone);
                changes.push(Change::Merged { layer: place, unit: gone, into });
                break;
            }
        }
    }

    /// Makes a layer part of the next, when all its units are linear.
    fn fold_layer(&mut self, layer: usize, changes: &mut Vec<Change>, kept: &mut Vec<Kept>) -> bool {
        let (place, units) = &self.hidden[layer];
        let everyone: Vec<usize> = (0..units.len()).collect();
        if units.is_empty() || units.iter().any(|unit| unit.slope.is_none()) {
            return false;
        }
        let numbers: Vec<Option<usize>> = units.iter().map(|unit| unit.number).collect();
        let Linear { matrix, constant } = self.linear(layer, &everyone);
        let biases: Vec<Rational> =
            self.network.layers[layer + 1].biases.iter().zip(&constant).map(|(b, c)| b.clone() + c).collect();
        if !matrix.iter().flatten().chain(&biases).all(fits) {
            kept.push(Kept { layer: *place, units: numbers, step: "fold a linear layer into the next" });
            return false;
        }
        changes.push(Change::LayerFolded { layer: *place, units: numbers });
        self.network.layers[layer + 1].rows = matrix;
        self.network.layers[layer + 1].biases = biases;
        self.network.layers.remove(layer);
        self.hidden.remove(layer);
        true
    }

    /// Replaces linear units by as many as the rank of their joint effect.
    fn replace_linear(&mut self, layer: usize, changes: &mut Vec<Change>, kept: &mut Vec<Kept>) {
        let (place, units) = (self.hidden[layer].0, &self.hidden[layer].1);
        let linear: Vec<usize> = (0..units.len()).filter(|unit| units[*unit].slope.is_some()).collect();
        let Some(inputs) = self.input_ranges(layer) else { return };
        let effect = self.linear(layer, &linear);
        let rank = fold::rank(&effect.matrix);
        if linear.is_empty() || rank >= linear.len() {
            return;
        }
        let numbers: Vec<Option<usize>> = linear.iter().map(|unit| units[*unit].number).collect();
        let rows: Vec<Vec<Rational>> =
            linear.iter().map(|unit| self.network.layers[layer].rows[*unit].clone()).collect();
        let next = &self.network.layers[layer + 1];
        let Some(found) = fold::replace(&effect, &rows, &inputs, &next.biases) else {
            kept.push(Kept { layer: place, units: numbers, step: "replace linear units by fewer" });
            return;
        };
        for unit in linear.into_iter().rev() {
            self.remove(layer, unit);
        }
        let next = &mut self.network.layers[layer + 1];
        next.biases = found.next_biases;
        for (row, added) in next.rows.iter_mut().zip(found.outgoing) {
            row.extend(added);
        }
        for ((row, bias), range) in found.rows.into_iter().zip(found.biases).zip(found.ranges) {
            self.network.layers[layer].rows.push(row);
            self.network.layers[layer].biases.push(bias);
            self.hidden[layer].1.push(Unit { number: None, slope: Some(Rational::from(1)), range: Some(range) });
        }
        changes.push(Change::Replaced { layer: place, units: numbers, by: rank });
    }

    /// The joint effect of linear units on the next layer's pre-activations.
    fn linear(&self, layer: usize, units: &[usize]) -> Linear {
        let (this, next) = (&self.network.layers[layer], &self.network.layers[layer + 1]);
        let n_in = this.rows.first().map_or(0, Vec::len);
        let mut matrix = vec![vec![Rational::zero(); n_in]; next.rows.len()];
        let mut constant = vec![Rational::zero(); next.rows.len()];
        for &unit in units {
            let slope = self.hidden[layer].1[unit].slope.clone().unwrap_or_default();
            for ((row, sums), constant) in next.rows.iter().zip(&mut matrix).zip(&mut constant) {
                let factor = row[unit].clone() * &slope;
                sums.iter_mut().zip(&this.rows[unit]).for_each(|(sum, weight)| add_product(sum, &factor, weight));
                add_product(constant, &factor, &this.biases[unit]);
            }
        }
        Linear { matrix, constant }
    }

    /// Between which numbers the inputs of a layer lie over the box.
    fn input_ranges(&self, layer: usize) -> Option<Vec<(Rational, Rational)>> {
        let Some(before) = layer.checked_sub(1) else { return self.domain.clone() };
        let activated = |unit: &Unit| {
            let (lower, upper) = unit.range.clone()?;
            Some((self.network.activate(lower), self.network.activate(upper)))
        };
        self.hidden[before].1.iter().map(activated).collect()
    }

    /// The network that is left; where a layer has lost all units, nothing before it matters.
    pub fn into_network(mut self, original: &Network) -> Result<Network, CompressError> {
        let input_dim = original.shape().input_dim();
        if let Some(empty) = self.hidden.iter().rposition(|(_, units)| units.is_empty()) {
            self.network.layers.drain(..=empty);
            if let Some(first) = self.network.layers.first_mut() {
                first.rows.iter_mut().for_each(|row| *row = vec![Rational::zero(); input_dim]);
            }
        }
        let mut widths: Vec<usize> = self.network.layers.iter().map(|layer| layer.rows.len()).collect();
        let output_dim = widths.pop().unwrap_or(0);
        let numbers = self.network.layers.iter().flat_map(|layer| layer.rows.iter().flatten().chain(&layer.biases));
        let parameters = numbers.map(Rational::to_f64).collect();
        Ok(Network::new(Shape::new(input_dim, widths, output_dim)?, original.activation(), parameters)?)
    }
}

/// The smallest power of two that is not below a number, or 0 for numbers up to 0.
pub(super) fn power_of_two_above(number: &Rational) -> Rational {
    if number.exact_sign() != Sign::Positive {
        return Rational::zero();
    }
    let two = Rational::from(2);
    let mut power = Rational::from(1);
    while power < *number {
        power = power * &two;
    }
    while power.clone() / &two >= *number {
        power = power / &two;
    }
    power
}
