//! A part of the box with what is known of the units on it: the one rule that search and checker share.

use super::Ranges;
use super::lagrangian::{Charged, Goal, evaluate, evaluate_exactly, evaluate_intervals, relax};
use crate::relaxation::dense::Dense;
use crate::relaxation::{InputBox, Side};
use relulab_exact::Dyadic;

/// A part of the box, and ranges of the pre-activations of the layers before some layer.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub domain: InputBox,
    pub ranges: Ranges,
}

/// How a bound was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    Intervals,
    Relaxation,
}

/// A bound and the multipliers that prove it.
#[derive(Clone, Debug)]
pub(super) struct Bounded {
    pub bound: f64,
    pub multipliers: Vec<Vec<f64>>,
    pub rule: Rule,
    /// Whether the sign needed exact numbers.
    pub is_exact: bool,
}

impl Part {
    /// The whole box, with what is known on it.
    pub fn new(domain: InputBox, ranges: Ranges) -> Self {
        Self { domain, ranges }
    }

    /// Both parts on the two sides of a cut, with ranges of their own; `None` when the cut is not inside.
    pub fn cut(&self, network: &Dense, input: usize, at: f64) -> Option<[Self; 2]> {
        let halves = self.domain.split(input, at)?;
        Some(halves.map(|domain| {
            let mut part = Self { domain, ranges: self.ranges.clone() };
            part.tighten(network);
            part
        }))
    }

    /// Bounds every unit that switches here anew, layer by layer.
    fn tighten(&mut self, network: &Dense) {
        for layer in 0..self.ranges.len() {
            for unit in 0..self.ranges[layer].len() {
                for side in [Side::Maximum, Side::Minimum] {
                    let (lower, upper) = self.ranges[layer][unit];
                    if lower < 0.0 && upper > 0.0 {
                        let bound = self.best_bound(network, Goal { layer, unit, side });
                        self.ranges[layer][unit] = match side {
                            Side::Maximum => (lower, upper.min(bound)),
                            Side::Minimum => (lower.max(-bound), upper),
                        };
                    }
                }
            }
        }
    }

    /// Whether linear relaxation has the finite ranges that it needs.
    fn is_relaxable(&self, goal: Goal) -> bool {
        goal.layer > 0 && self.ranges[..goal.layer].iter().flatten().all(|(l, u)| l.is_finite() && u.is_finite())
    }

    /// The better of intervals and linear relaxation.
    fn best_bound(&self, network: &Dense, goal: Goal) -> f64 {
        let plain = evaluate_intervals(network, &self.domain, &self.ranges, goal).bound;
        if plain <= 0.0 || !self.is_relaxable(goal) {
            return plain;
        }
        plain.min(relax(network, &self.domain, &self.ranges, goal).0.bound)
    }

    /// What multipliers prove here, in f64 with roundings charged.
    pub fn evaluate(&self, network: &Dense, goal: Goal, multipliers: &[Vec<f64>]) -> Charged {
        evaluate(network, &self.domain, &self.ranges, goal, multipliers)
    }

    /// What multipliers prove here, exactly.
    pub fn evaluate_exactly(&self, network: &Dense, goal: Goal, multipliers: &[Vec<f64>]) -> Option<Dyadic> {
        evaluate_exactly(network, &self.domain, &self.ranges, goal, multipliers)
    }

    /// What multipliers prove here: in f64, and exactly where roundings leave open whether it is positive.
    pub fn decide(&self, network: &Dense, goal: Goal, multipliers: &[Vec<f64>]) -> (f64, bool) {
        self.settled(network, goal, multipliers, self.evaluate(network, goal, multipliers))
    }

    /// The same for what is already evaluated.
    fn settled(&self, network: &Dense, goal: Goal, multipliers: &[Vec<f64>], charged: Charged) -> (f64, bool) {
        let Charged { bound, error } = charged;
        if bound > 0.0 && bound - error <= 0.0 {
            let exact = self.evaluate_exactly(network, goal, multipliers);
            return (exact.map_or(bound, |exact| bound.min(exact.to_f64_above())), true);
        }
        (bound, false)
    }

    /// The bound of the rule: the better of intervals and linear relaxation.
    pub fn bound(&self, network: &Dense, goal: Goal) -> Bounded {
        let plain = evaluate_intervals(network, &self.domain, &self.ranges, goal);
        let relaxed = self.is_relaxable(goal).then(|| relax(network, &self.domain, &self.ranges, goal));
        let (rule, charged, multipliers) = match relaxed {
            Some((charged, multipliers)) if charged.bound < plain.bound => (Rule::Relaxation, charged, multipliers),
            _ => {
                let zeros = network.layers[..goal.layer].iter().map(|layer| vec![0.0; layer.n_out]);
                (Rule::Intervals, plain, zeros.collect())
            }
        };
        let (bound, is_exact) = self.settled(network, goal, &multipliers, charged);
        Bounded { bound, multipliers, rule, is_exact }
    }
}
