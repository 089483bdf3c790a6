//! The search for few units of many inputs: cells held by linear programs in rationals instead of their vertices.
//!
//! A box in twenty dimensions has a million corners, but three units cut it into eight cells at most.

use super::ceiling::Ceiling;
use super::tableau::Tableau;
use super::{RegionCount, SpaceCounts, UnitStatus};
use crate::layers::AffineLayers;
use relulab_exact::{Number, Rational};
use relulab_net::RandomStream;

/// The search for all cells, or one random descent.
///
/// *Algorithm*: unit by unit, two linear programs per cell tell whether a form takes both signs there. A form is affine
/// on a cell, whose interior is not empty, so it is positive inside as soon as it is somewhere on its closure. Every
/// program begins where the one of the cell above has ended.
#[derive(Debug)]
pub(crate) struct Search<'a> {
    layers: &'a AffineLayers,
    ceiling: &'a Ceiling,
    dim: usize,
    leak: Rational,
    limit: u64,
    coins: Option<&'a mut RandomStream>,
    n_splits: usize,
    per_layer: Vec<u64>,
    /// For every unit of every layer, whether it is positive, and negative, somewhere.
    seen: Vec<Vec<[bool; 2]>>,
    n_signs: u64,
    unexplored: RegionCount,
}

impl<'a> Search<'a> {
    /// A search that has not begun.
    pub fn new(layers: &'a AffineLayers, ceiling: &'a Ceiling, dim: usize, limit: Option<u64>) -> Self {
        Self {
            layers,
            ceiling,
            dim,
            leak: exact(layers.leak),
            limit: limit.unwrap_or(u64::MAX),
            coins: None,
            n_splits: 0,
            per_layer: vec![0; layers.hidden().len()],
            seen: layers.hidden().iter().map(|layer| vec![[false; 2]; layer.biases.len()]).collect(),
            n_signs: 0,
            unexplored: RegionCount { lower: 0, upper: 0 },
        }
    }

    /// Looks for all cells.
    pub fn count(mut self, sides: &[(f64, f64)]) -> SpaceCounts {
        self.layer(Tableau::of_box(sides), &inputs(self.dim), 0);
        let found = u128::from(self.per_layer.last().copied().unwrap_or(1));
        let complete = self.unexplored.upper == 0;
        let status = |seen: &[bool; 2]| match seen {
            [true, true] => UnitStatus::Unstable,
            [true, false] => UnitStatus::StablyActive,
            [false, true] => UnitStatus::StablyInactive,
            [false, false] => UnitStatus::IdenticallyZero,
        };
        SpaceCounts {
            activation_regions: RegionCount {
                lower: found + self.unexplored.lower,
                upper: self.unexplored.upper.saturating_add(found),
            },
            per_layer: self.per_layer,
            complete,
            min_margin: f64::INFINITY,
            exact_fallbacks: self.n_signs,
            units: complete.then(|| self.seen.iter().map(|layer| layer.iter().map(status).collect()).collect()),
        }
    }

    /// Goes down once, a coin at every split; returns the number of leaves for which the one met stands.
    pub fn descend(mut self, sides: &[(f64, f64)], coins: &'a mut RandomStream) -> f64 {
        self.coins = Some(coins);
        self.layer(Tableau::of_box(sides), &inputs(self.dim), 0);
        (self.n_splits as f64).exp2()
    }

    /// Takes a cell into a layer whose inputs are the forms `below`.
    fn layer(&mut self, cell: Tableau, below: &[Vec<Rational>], index: usize) {
        let Some(layer) = self.layers.hidden().get(index) else { return };
        let n = layer.biases.len();
        let form = |unit: usize| {
            let mut form = vec![Rational::zero(); self.dim + 1];
            form[0] = exact(layer.biases[unit]);
            for (input, below) in below.iter().enumerate() {
                let weight = layer.weights_by_input[input * n + unit];
                if weight != 0.0 {
                    let weight = exact(weight);
                    for (sum, entry) in form.iter_mut().zip(below).filter(|(_, entry)| !entry.is_zero()) {
                        *sum = std::mem::take(sum) + weight.clone() * entry;
                    }
                }
            }
            form
        };
        let forms: Vec<Vec<Rational>> = (0..n).map(form).collect();
        self.unit(cell, &forms, &mut Vec::with_capacity(n), index);
    }

    /// Splits a cell by the units of a layer beyond those that are decided.
    fn unit(&mut self, mut cell: Tableau, forms: &[Vec<Rational>], on: &mut Vec<bool>, index: usize) {
        if self.per_layer.last().is_some_and(|found| *found >= self.limit) {
            let upper = self.ceiling.regions(index, forms.len() - on.len(), self.dim);
            self.unexplored.lower += 1;
            self.unexplored.upper = self.unexplored.upper.saturating_add(upper);
            return;
        }
        let Some(form) = forms.get(on.len()) else {
            self.per_layer[index] += 1;
            let after: Vec<Vec<Rational>> = forms.iter().zip(&*on).map(|(form, on)| self.activate(form, *on)).collect();
            self.layer(cell, &after, index + 1);
            return;
        };
        let opposite: Vec<Rational> = form.iter().map(|entry| -entry.clone()).collect();
        self.n_signs += 2;
        let is_positive = cell.raise(form);
        let mut above = cell.clone();
        let is_negative = cell.raise(&opposite);
        let seen = &mut self.seen[index][on.len()];
        *seen = [seen[0] | is_positive, seen[1] | is_negative];
        let n_decided = on.len();
        if !(is_positive && is_negative) {
            on.push(is_positive);
            self.unit(cell, forms, on, index);
            on.truncate(n_decided);
            return;
        }
        self.n_splits += 1;
        let chosen = self.coins.as_mut().map(|coins| coins.bits() & 1 == 1);
        if chosen != Some(false) {
            above.demand(form);
            on.push(true);
            self.unit(above, forms, on, index);
            on.truncate(n_decided);
        }
        if chosen != Some(true) {
            cell.demand(&opposite);
            on.push(false);
            self.unit(cell, forms, on, index);
            on.truncate(n_decided);
        }
    }

    /// A form after the activation.
    fn activate(&self, form: &[Rational], is_on: bool) -> Vec<Rational> {
        match (is_on, self.layers.leak == 0.0) {
            (true, _) => form.to_vec(),
            (false, true) => vec![Rational::zero(); form.len()],
            (false, false) => form.iter().map(|entry| entry.clone() * &self.leak).collect(),
        }
    }
}

/// The forms of the inputs themselves.
fn inputs(dim: usize) -> Vec<Vec<Rational>> {
    let form = |input: usize| (0..=dim).map(|place| Rational::from(i64::from(place == input + 1))).collect();
    (0..dim).map(form).collect()
}

/// The number, exactly; parameters are finite.
fn exact(value: f64) -> Rational {
    Rational::from_f64(value).unwrap_or_else(Rational::zero)
}
