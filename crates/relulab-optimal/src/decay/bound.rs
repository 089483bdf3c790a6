//! From multipliers to a proven lower bound.

use super::multipliers::range;
use super::part::Part;
use super::problem::Ground;
use crate::convex::dual::pull;
use crate::elementary::entropy;
use crate::space::Loss;
use rayon::prelude::*;
use relulab_exact::{Bounded, Dyadic};

/// Which networks and which objective, beside data and width.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub loss: Loss,
    pub decay: f64,
    pub output_bias: bool,
}

impl Terms {
    /// Whether multipliers are ones that may prove something.
    pub fn allow(&self, labels: &[f64], multipliers: &[f64]) -> bool {
        let is_in_range = |(p, label): (&f64, &f64)| {
            let [low, high] = range(self.loss, *label);
            p.is_finite() && (low..=high).contains(p)
        };
        let exact = |p: &f64| Dyadic::from_f64(*p).unwrap_or_default();
        multipliers.len() == labels.len()
            && multipliers.iter().zip(labels).all(is_in_range)
            && (!self.output_bias || multipliers.iter().map(exact).fold(Dyadic::zero(), |sum, p| sum + p).is_zero())
    }

    /// No network has a smaller mean loss and decay if its units pull no more than `largest` at these multipliers, which must be
    /// [allowed](Self::allow).
    ///
    /// *Algorithm*: all are multiplied by one number t ≤ 1, so that no pull is above nβ: ranges and a sum of zero stay.
    pub fn bound(&self, labels: &[f64], multipliers: &[f64], largest: f64) -> f64 {
        let n = Bounded::exact(labels.len() as f64);
        let most = n * Bounded::exact(self.decay);
        let ratio = Bounded::exact((most.value() - most.error()).next_down()) / Bounded::exact(largest);
        // Without a pull, nothing is scaled.
        let t = if largest == 0.0 { 1.0 } else { (ratio.value() - ratio.error()).next_down().min(1.0) };
        if t.is_nan() || t <= 0.0 {
            return 0.0;
        }
        // With a sum of zero, any number may be subtracted from all labels.
        let centre = if self.output_bias { labels.iter().sum::<f64>() / labels.len() as f64 } else { 0.0 };
        let worth = |(p, label): (&f64, &f64)| {
            let p = Bounded::exact(*p) * Bounded::exact(t);
            let y = Bounded::exact(*label) - Bounded::exact(centre);
            match self.loss {
                Loss::Squared => p * (y - p * Bounded::exact(0.25)),
                Loss::Absolute => p * y,
                Loss::Huber(_) => p * (y - p * Bounded::exact(0.5)),
                Loss::Logistic => {
                    // The entropy is concave: between two numbers it is least at one of them.
                    let size = p.value().abs();
                    let ends = [(size - p.error()).max(0.0), (size + p.error()).next_up().min(1.0)].map(entropy);
                    let [low, high] = ends.map(|end| end.value() - end.error());
                    Bounded::exact(low.min(high).next_down())
                }
            }
        };
        let sum = multipliers.iter().zip(labels).map(worth).fold(Bounded::ZERO, |sum, worth| sum + worth);
        let mean = sum / n;
        (mean.value() - mean.error()).next_down().max(0.0)
    }
}

/// For every pattern of a part an upper bound of how much units with positive and negative output weights pull; zero where
/// they are not allowed.
pub(super) fn pulls(ground: &Ground, part: &Part, multipliers: &[f64]) -> Vec<[f64; 2]> {
    let allowed = part.allowed(ground.patterns.len());
    ground
        .patterns
        .par_iter()
        .zip(allowed)
        .map(|(pattern, allowed)| {
            if allowed == [false; 2] {
                return [0.0; 2];
            }
            let both = pull(&ground.rows, pattern, multipliers).both;
            [0, 1].map(|sign| if allowed[sign] { both[sign] } else { 0.0 })
        })
        .collect()
}

/// The objective below which no network of a part is, by multipliers that nobody has to believe; 0 where they prove nothing.
pub(super) fn bound(terms: &Terms, ground: &Ground, part: &Part, multipliers: &[f64]) -> f64 {
    let labels = &ground.rows.labels;
    if !terms.allow(labels, multipliers) {
        return 0.0;
    }
    let largest = pulls(ground, part, multipliers).into_iter().flatten().fold(0.0, f64::max);
    terms.bound(labels, multipliers, largest)
}
