//! An upper bound of a pre-activation from one multiplier per unit before it.
//!
//! With z = W σ(z') + b for every unit, any multipliers a turn a pre-activation into
//!
//! Σ (c σ(z) − a z) + Σ a b + c₀ x, where c = Wᵀ a, over all units before it and the inputs x.
//!
//! So it is at most the sum of the largest values of the terms, each over its own range; they are piecewise linear, so
//! these are at the ends or at 0. Intervals (a = 0), linear relaxation (a = c times a slope) and the linear program of
//! all triangles (a from its duals) are choices of a, and whatever a is, the bound holds: nothing has to be believed.
//!
//! *Reference*: Dvijotham et al. 2018.

use super::Ranges;
use crate::relaxation::dense::Dense;
use crate::relaxation::{InputBox, Side};
use relulab_exact::{Dyadic, Sign};

/// The unit whose pre-activation is bounded, and from which side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Goal {
    pub layer: usize,
    pub unit: usize,
    pub side: Side,
}

impl Goal {
    /// What is maximised is this times the pre-activation.
    pub fn sign(self) -> f64 {
        if self.side == Side::Maximum { 1.0 } else { -1.0 }
    }
}

/// A bound and how much of it is charged for rounding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Charged {
    pub bound: f64,
    pub error: f64,
}

/// The factor of a sum of so many products, doubled to cover the roundings of the bound itself.
fn gamma(n_terms: usize) -> f64 {
    (n_terms as f64 + 8.0) * f64::EPSILON
}

/// Coefficients in the values that enter a layer, and the sizes of the sums that they are.
struct Coefficients {
    values: Vec<f64>,
    sizes: Vec<f64>,
}

/// Σ multiplier · weight over a layer's units.
fn coefficients(network: &Dense, layer: usize, multipliers: impl Iterator<Item = (usize, f64)>) -> Coefficients {
    let this = &network.layers[layer];
    let (mut values, mut sizes) = (vec![0.0; this.n_in], vec![0.0; this.n_in]);
    for (unit, multiplier) in multipliers.filter(|(_, multiplier)| *multiplier != 0.0) {
        for ((value, size), weight) in values.iter_mut().zip(&mut sizes).zip(this.row(unit)) {
            let term = multiplier * weight;
            *value += term;
            *size += term.abs();
        }
    }
    Coefficients { values, sizes }
}

/// The slope of the line above (positive coefficient) or below a unit's activation over its range.
pub(super) fn slope((lower, upper): (f64, f64), leak: f64, coefficient: f64) -> f64 {
    if lower >= 0.0 {
        1.0
    } else if upper <= 0.0 {
        leak
    } else if coefficient > 0.0 {
        chord_slope((lower, upper), leak)
    } else if upper >= -lower {
        1.0
    } else {
        leak
    }
}

/// The slope of the chord of the activation over a range around zero.
pub(super) fn chord_slope((lower, upper): (f64, f64), leak: f64) -> f64 {
    ((upper - leak * lower) / (upper - lower)).clamp(leak, 1.0)
}

/// The bound that multipliers prove, in f64 with every rounding charged.
///
/// *Shapes*: `multipliers` and `ranges` have one row per layer before the goal's, one entry per unit.
pub(super) fn evaluate(
    network: &Dense,
    domain: &InputBox,
    ranges: &Ranges,
    goal: Goal,
    multipliers: &[Vec<f64>],
) -> Charged {
    evaluate_with(network, domain, ranges, goal, |layer, unit, _| multipliers[layer][unit])
}

/// The bound of linear relaxation, and its multipliers: each unit's coefficient times the slope of the line above or
/// below its activation.
///
/// *Reference*: Zhang et al. 2018 (CROWN).
pub(super) fn relax(network: &Dense, domain: &InputBox, ranges: &Ranges, goal: Goal) -> (Charged, Vec<Vec<f64>>) {
    let mut multipliers: Vec<Vec<f64>> =
        network.layers[..goal.layer].iter().map(|layer| vec![0.0; layer.n_out]).collect();
    let bound = evaluate_with(network, domain, ranges, goal, |layer, unit, coefficient| {
        let multiplier = coefficient * slope(ranges[layer][unit], network.leak, coefficient);
        multipliers[layer][unit] = multiplier;
        multiplier
    });
    (bound, multipliers)
}

/// A sum in f64 beside what its roundings can amount to.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    value: f64,
    /// Magnitudes of the terms, and how many there are.
    size: f64,
    n_terms: usize,
    /// Errors of the terms themselves.
    error: f64,
}

impl Sum {
    fn add(&mut self, value: f64, size: f64, error: f64) {
        self.value += value;
        self.size += size;
        self.error += error;
        // A term is made of no more than three roundings beside its own addition.
        self.n_terms += 4;
    }

    fn charged(self) -> Charged {
        let rounding = gamma(self.n_terms);
        let error = self.error * (1.0 + rounding) + rounding * self.size + self.n_terms as f64 * f64::MIN_POSITIVE;
        let bound = (self.value + error).next_up();
        Charged { bound: if bound.is_nan() { f64::INFINITY } else { bound }, error: 2.0 * error }
    }
}

/// [`evaluate`] with a multiplier for each layer, unit and coefficient, asked for from the last layer down.
fn evaluate_with(
    network: &Dense,
    domain: &InputBox,
    ranges: &Ranges,
    goal: Goal,
    mut multiplier: impl FnMut(usize, usize, f64) -> f64,
) -> Charged {
    let bias = goal.sign() * network.layers[goal.layer].biases[goal.unit];
    let mut sum = Sum::default();
    sum.add(bias, bias.abs(), 0.0);
    let mut above = coefficients(network, goal.layer, std::iter::once((goal.unit, goal.sign())));
    let mut n_above = 1;
    for layer in (0..goal.layer).rev() {
        let this = &network.layers[layer];
        let mut multipliers = vec![0.0; this.n_out];
        for unit in 0..this.n_out {
            let (coefficient, size) = (above.values[unit], above.sizes[unit]);
            let multiplier = multiplier(layer, unit, coefficient);
            if size == 0.0 && multiplier == 0.0 {
                continue;
            }
            multipliers[unit] = multiplier;
            let (lower, upper) = ranges[layer][unit];
            let term = |z: f64| coefficient * activated(z, network.leak) - multiplier * z;
            let mut largest = term(lower).max(term(upper));
            if lower < 0.0 && upper > 0.0 {
                largest = largest.max(0.0);
            }
            let (reach, bias) = (lower.abs().max(upper.abs()), multiplier * this.biases[unit]);
            let uncertain = gamma(n_above) * size + n_above as f64 * f64::MIN_POSITIVE;
            sum.add(largest, (coefficient.abs() + multiplier.abs()) * reach, uncertain * reach);
            sum.add(bias, bias.abs(), 0.0);
        }
        above = coefficients(network, layer, multipliers.into_iter().enumerate());
        n_above = this.n_out;
    }
    for (input, (coefficient, size)) in above.values.iter().zip(&above.sizes).enumerate() {
        let (lower, upper) = (domain.lower()[input], domain.upper()[input]);
        let reach = lower.abs().max(upper.abs());
        let uncertain = gamma(n_above) * size + n_above as f64 * f64::MIN_POSITIVE;
        let largest = if *coefficient > 0.0 { coefficient * upper } else { coefficient * lower };
        sum.add(largest, coefficient.abs() * reach, if *size > 0.0 { uncertain * reach } else { 0.0 });
    }
    sum.charged()
}

/// The bound of plain intervals: what no multipliers prove.
pub(super) fn evaluate_intervals(network: &Dense, domain: &InputBox, ranges: &Ranges, goal: Goal) -> Charged {
    let this = &network.layers[goal.layer];
    let bias = goal.sign() * this.biases[goal.unit];
    let mut sum = Sum::default();
    sum.add(bias, bias.abs(), 0.0);
    for (input, weight) in this.row(goal.unit).iter().enumerate().filter(|(_, weight)| **weight != 0.0) {
        let (lower, upper) = match goal.layer.checked_sub(1) {
            None => (domain.lower()[input], domain.upper()[input]),
            Some(before) => {
                let (lower, upper) = ranges[before][input];
                (activated(lower, network.leak), activated(upper, network.leak))
            }
        };
        let weight = goal.sign() * weight;
        let (a, b) = (weight * lower, weight * upper);
        sum.add(a.max(b), a.abs().max(b.abs()), 0.0);
    }
    sum.charged()
}

/// The activation.
pub(super) fn activated(z: f64, leak: f64) -> f64 {
    if z > 0.0 { z } else { leak * z }
}

/// The same bound exactly; `None` where a range or a multiplier is not finite.
pub(super) fn evaluate_exactly(
    network: &Dense,
    domain: &InputBox,
    ranges: &Ranges,
    goal: Goal,
    multipliers: &[Vec<f64>],
) -> Option<Dyadic> {
    let exact = Dyadic::from_f64;
    let leak = exact(network.leak)?;
    let mut sum = exact(goal.sign() * network.layers[goal.layer].biases[goal.unit])?;
    let mut above = exact_coefficients(network, goal.layer, std::iter::once((goal.unit, goal.sign())))?;
    for layer in (0..goal.layer).rev() {
        for (unit, (coefficient, multiplier)) in above.iter().zip(&multipliers[layer]).enumerate() {
            if coefficient.is_zero() && *multiplier == 0.0 {
                continue;
            }
            let (multiplier, (lower, upper)) = (exact(*multiplier)?, ranges[layer][unit]);
            let term = |z: f64| {
                let z = exact(z)?;
                let value = if z.sign() == Sign::Positive { z.clone() } else { &z * &leak };
                Some(coefficient * &value - &multiplier * &z)
            };
            let mut largest = term(lower)?.max(term(upper)?);
            if lower < 0.0 && upper > 0.0 {
                largest = largest.max(Dyadic::zero());
            }
            sum = sum + largest + &multiplier * &exact(network.layers[layer].biases[unit])?;
        }
        above = exact_coefficients(network, layer, multipliers[layer].iter().copied().enumerate())?;
    }
    for (coefficient, (lower, upper)) in above.iter().zip(domain.lower().iter().zip(domain.upper())) {
        let end = if coefficient.sign() == Sign::Positive { upper } else { lower };
        sum = sum + coefficient * &exact(*end)?;
    }
    Some(sum)
}

/// Σ multiplier · weight over a layer's units, exactly.
fn exact_coefficients(
    network: &Dense,
    layer: usize,
    multipliers: impl Iterator<Item = (usize, f64)>,
) -> Option<Vec<Dyadic>> {
    let this = &network.layers[layer];
    let mut sums = vec![Dyadic::zero(); this.n_in];
    for (unit, multiplier) in multipliers.filter(|(_, multiplier)| *multiplier != 0.0) {
        let multiplier = Dyadic::from_f64(multiplier)?;
        for (sum, weight) in sums.iter_mut().zip(this.row(unit)).filter(|(_, weight)| **weight != 0.0) {
            *sum = std::mem::take(sum) + &multiplier * &Dyadic::from_f64(*weight)?;
        }
    }
    Some(sums)
}
