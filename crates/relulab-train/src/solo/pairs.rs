//! The mirrored regime in training: gradients in pairs, and projections after each step.

use crate::lanes::Element;
use crate::mirrored::Mirrored;
use crate::projection::{project_onto_ball, project_onto_ratio};
use crate::recipe::Optimiser;
use crate::structure::Stage;

/// The mirrored layer of a network in training.
pub(super) struct Pairs {
    mirrored: Mirrored,
    hidden: Stage,
    output: Stage,
    /// The input weights at the start.
    centre: Vec<f64>,
    /// The parameters before the step under way.
    before: Vec<f64>,
    /// Step size, where a step is one of plain gradient descent.
    rate: Option<f64>,
    /// ‖θ − P(θ − η∇)‖/η of the last step, each pair of output weights counted once.
    pub stationarity: Option<f64>,
}

impl Pairs {
    /// The last two stages of a network that began at `first`.
    pub(super) fn new(mirrored: Mirrored, stages: &[Stage], first: &[f64], optimiser: Optimiser) -> Option<Self> {
        let [.., hidden, output] = stages else { return None };
        let rate = match optimiser {
            Optimiser::Sgd { learning_rate, momentum: 0.0 } => Some(learning_rate),
            _ => None,
        };
        Some(Self {
            mirrored,
            hidden: hidden.clone(),
            output: output.clone(),
            centre: first[hidden.weights.clone()].to_vec(),
            before: Vec::new(),
            rate,
            stationarity: None,
        })
    }

    /// Makes the gradient that of the constrained parameters: output weights are v and −v, biases are fixed.
    pub(super) fn pair<E: Element>(&mut self, parameters: &[E], gradient: &mut [E]) {
        self.before.clear();
        self.before.extend(parameters[..self.output.biases.end].iter().map(|value| value.to_f64()));
        for biases in [&self.hidden.biases, &self.output.biases] {
            gradient[biases.clone()].fill(E::from_f64(0.0));
        }
        if self.mirrored.is_paired {
            for row in gradient[self.output.weights.clone()].chunks_exact_mut(self.hidden.n_out) {
                let (plus, minus) = row.split_at_mut(self.hidden.n_out / 2);
                for (plus, minus) in plus.iter_mut().zip(minus) {
                    let of_pair = plus.to_f64() - minus.to_f64();
                    (*plus, *minus) = (E::from_f64(of_pair), E::from_f64(-of_pair));
                }
            }
        }
    }

    /// Brings the parameters back into their sets after a step.
    pub(super) fn project<E: Element>(&mut self, parameters: &mut [E]) {
        if let Some(radius) = self.mirrored.radius {
            let weights = &mut parameters[self.hidden.weights.clone()];
            let mut point: Vec<f64> = weights.iter().map(|value| value.to_f64()).collect();
            project_onto_ball(&mut point, &self.centre, radius);
            weights.iter_mut().zip(point).for_each(|(weight, value)| *weight = E::from_f64(value));
        }
        let half = self.hidden.n_out / 2;
        if self.mirrored.is_paired {
            let ratio = self.mirrored.ratio.unwrap_or(f64::INFINITY);
            for row in parameters[self.output.weights.clone()].chunks_exact_mut(self.hidden.n_out) {
                let (plus, minus) = row.split_at_mut(half);
                let mut sizes: Vec<f64> = plus.iter().map(|value| value.to_f64()).collect();
                project_onto_ratio(&mut sizes, self.mirrored.smallest, ratio);
                for ((plus, minus), size) in plus.iter_mut().zip(minus).zip(sizes) {
                    (*plus, *minus) = (E::from_f64(size), E::from_f64(-size));
                }
            }
        }
        let outputs = &self.output.weights;
        let is_copy = |index: usize| {
            self.mirrored.is_paired && outputs.contains(&index) && (index - outputs.start) % (2 * half) >= half
        };
        self.stationarity = self.rate.map(|rate| {
            let moved = self.before.iter().zip(parameters.iter()).enumerate().filter(|(index, _)| !is_copy(*index));
            moved.map(|(_, (a, b))| (a - b.to_f64()) * (a - b.to_f64())).sum::<f64>().sqrt() / rate
        });
    }
}
