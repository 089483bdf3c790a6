//! The work that is timed, the same for everyone: seeds of one shape, trained on x² with Adam.

use crate::failure::Failure;
use relulab_net::{Activation, Formula, Initialisation, Loss, Sampler, Shape};
use relulab_train::{Optimiser, Precision, Recipe, Regime, TrainingData, Unobserved, VectorUnit, train};
use serde::Serialize;
use std::time::{Duration, Instant};

/// Samples per step.
const BATCH: usize = 64;
/// Step size of Adam.
const LEARNING_RATE: f64 = 0.01;
/// What is learnt; the peers' script learns the same.
const TARGET: &str = "x^2";

/// How much of the work is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Workload {
    /// Networks of each shape.
    pub seeds: u64,
    /// Optimiser steps of each network.
    pub steps: u64,
    /// Samples per step.
    pub batch: usize,
}

/// One timed training of all seeds of a shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Training {
    /// Wall time.
    pub elapsed: Duration,
    /// Median over networks of the loss on the last batch; networks without a finite loss are left out.
    pub median_loss: Option<f64>,
}

impl Workload {
    /// `seeds` networks of each shape, `steps` steps each.
    pub fn new(seeds: u64, steps: u64) -> Self {
        Self { seeds, steps, batch: BATCH }
    }

    /// Floating-point operations of training one network, a multiply-add counted as two.
    ///
    /// *Algorithm*: a weight matrix takes part in three products (forward, gradient of the weights, gradient of the
    /// inputs, which the first layer does not need), a bias in one addition forward and one backward:
    /// batch · steps · \[2 (3 Σ nᵢ₋₁nᵢ − n₀n₁) + 2 Σ nᵢ\], i from 1 to the output layer. Random numbers, the activation,
    /// the loss and Adam are not counted, so that nobody can shine by doing more of them.
    pub fn operations_per_network(&self, shape: &Shape) -> f64 {
        let layers = || shape.layers().map(|layer| (layer.n_in as f64, layer.n_out as f64));
        let products: f64 = layers().map(|(n_in, n_out)| n_in * n_out).sum();
        let first = layers().next().map_or(0.0, |(n_in, n_out)| n_in * n_out);
        let units: f64 = layers().map(|(_, n_out)| n_out).sum();
        self.batch as f64 * self.steps as f64 * (2.0 * (3.0 * products - first) + 2.0 * units)
    }

    /// Trains all seeds of a shape on the threads of the current pool.
    ///
    /// # Errors
    /// When the work does not fit the shape, which must have one input and one output.
    pub fn train(&self, shape: &Shape, study_seed: u64, unit: VectorUnit) -> Result<Training, Failure> {
        let formula = Formula::parse(TARGET, shape.input_dim()).map_err(Failure::input)?;
        let recipe = Recipe {
            activation: Activation::Relu,
            loss: Loss::Mse,
            optimiser: Optimiser::adam(LEARNING_RATE),
            initialisation: Initialisation::TorchLinear,
            data: TrainingData::Fresh { sampler: Sampler::Normal, formula, batch: self.batch },
            steps: self.steps,
            precision: Precision::F32,
            regime: Regime::default(),
            checkpoints: Vec::new(),
        };
        let seeds: Vec<u64> = (0..self.seeds).collect();
        let start = Instant::now();
        let trained = train(&recipe, shape, study_seed, &seeds, unit, &Unobserved).map_err(Failure::input)?;
        let elapsed = start.elapsed();
        let losses = trained.iter().map(|network| network.training_loss).filter(|loss| loss.is_finite());
        Ok(Training { elapsed, median_loss: median(losses.collect()) })
    }
}

/// The median; `None` of nothing.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let (low, high) = (values.len().checked_sub(1)? / 2, values.len() / 2);
    Some(f64::midpoint(values[low], values[high]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(hidden: &str) -> Shape {
        Shape::parse_hidden(hidden, 1, 1).unwrap()
    }

    #[test]
    fn operations_agree_with_a_count_by_hand() {
        let one_sample = Workload { seeds: 1, steps: 1, batch: 1 };
        // 1→16→1: products 16 + 16; 2 (3·32 − 16) = 160; units 17.
        assert_eq!(one_sample.operations_per_network(&shape("16")), 160.0 + 34.0);
        // 1→5→7→4→1: products 5 + 35 + 28 + 4 = 72; 2 (216 − 5) = 422; units 17.
        assert_eq!(one_sample.operations_per_network(&shape("5,7,4")), 422.0 + 34.0);
        // No hidden layer: forward and the gradient of one weight, one bias.
        assert_eq!(one_sample.operations_per_network(&shape("linear")), 4.0 + 2.0);
        let full = Workload::new(256, 3000);
        assert_eq!(full.operations_per_network(&shape("16")), 64.0 * 3000.0 * 194.0);
    }

    /// Counts the operations of a naive loop, one by one.
    #[test]
    fn operations_agree_with_a_naive_loop() {
        let workload = Workload { seeds: 1, steps: 3, batch: 2 };
        for hidden in ["linear", "1", "32,32", "2,3,1,4"] {
            let mut count = 0;
            for _sample in 0..workload.steps as usize * workload.batch {
                for (index, layer) in shape(hidden).layers().enumerate() {
                    for _output in 0..layer.n_out {
                        count += 2; // The bias, and its gradient.
                        for _input in 0..layer.n_in {
                            count += 4; // The weight, and its gradient: a multiply-add each.
                            count += if index > 0 { 2 } else { 0 }; // The gradient of the input.
                        }
                    }
                }
            }
            assert_eq!(workload.operations_per_network(&shape(hidden)), f64::from(count), "{hidden}");
        }
    }

    #[test]
    fn medians() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn the_work_learns_something() {
        let workload = Workload::new(5, 300);
        let training = workload.train(&shape("8"), 0, VectorUnit::widest()).unwrap();
        // The variance of x² under N(0,1) is 2: a network that learnt is far below.
        assert!(training.median_loss.unwrap() < 1.0);
        assert!(training.elapsed > Duration::ZERO);
    }
}
