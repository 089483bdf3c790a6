//! What is timed: single cells of the MOONS study, and all of them.

use crate::failure::Failure;
use rayon::prelude::*;
use relulab_net::{Activation, Initialisation, Loss, Shape, moons};
use relulab_train::{
    Batching, Jumpstart, Optimiser, Points, Precision, Recipe, Regime, Structure, TrainingData, Unobserved, VectorUnit,
    train, working_memory,
};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Widths of the study.
pub const WIDTHS: [usize; 9] = [1, 2, 3, 4, 5, 10, 15, 20, 25];
/// Depths of the study.
pub const DEPTHS: [usize; 24] =
    [1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150];
/// Epochs of the study.
pub const STUDY_STEPS: u64 = 5000;
/// Adam as in the study.
const ADAM: Optimiser = Optimiser::Adam { learning_rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

/// What is trained and how, but for the shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Dense, or the published convolution.
    pub structure: Structure,
    /// Whether with the published penalty.
    pub penalised: bool,
}

impl Kind {
    /// In the order in which they are measured.
    pub const ALL: [Self; 4] = [
        Self { structure: Structure::Dense, penalised: false },
        Self { structure: Structure::Dense, penalised: true },
        Self { structure: Structure::Convolution, penalised: false },
        Self { structure: Structure::Convolution, penalised: true },
    ];

    /// Its structure in documents and for the peers.
    pub fn structure_name(self) -> &'static str {
        match self.structure {
            Structure::Dense => "dense",
            Structure::Convolution => "convolution",
        }
    }

    /// What is done, in words.
    pub fn title(self) -> String {
        format!("{}, {}", self.structure_name(), if self.penalised { "jumpstart" } else { "baseline" })
    }
}

/// MOONS, ready to train on.
pub struct Moons {
    points: Arc<Points>,
    unit: VectorUnit,
    study_seed: u64,
}

impl Moons {
    /// The training points of MOONS.
    ///
    /// # Errors
    /// Never: the points are finite.
    pub fn new(unit: VectorUnit, study_seed: u64) -> Result<Self, Failure> {
        let train = moons().map_err(Failure::input)?.train;
        let (inputs, labels) = (train.inputs().to_vec(), train.labels().to_vec());
        Ok(Self { points: Arc::new(Points { inputs, labels, n_points: train.n_points() }), unit, study_seed })
    }

    /// Inputs, row-major.
    pub fn inputs(&self) -> &[f64] {
        &self.points.inputs
    }

    /// Labels.
    pub fn labels(&self) -> &[f64] {
        &self.points.labels
    }

    /// Trains one cell on this thread.
    ///
    /// # Errors
    /// When the shape is outside the limits.
    pub fn train(&self, kind: Kind, width: usize, depth: usize, steps: u64) -> Result<Duration, Failure> {
        let (shape, recipe) = self.cell(kind, width, depth, steps)?;
        let start = Instant::now();
        train(&recipe, &shape, self.study_seed, &[0], self.unit, &Unobserved).map_err(Failure::input)?;
        Ok(start.elapsed())
    }

    /// Bytes that training one cell takes.
    ///
    /// # Errors
    /// When the shape is outside the limits.
    pub fn bytes(&self, kind: Kind, width: usize, depth: usize) -> Result<usize, Failure> {
        let (shape, recipe) = self.cell(kind, width, depth, 1)?;
        working_memory(&recipe, &shape, self.unit).map_err(Failure::input)
    }

    fn cell(&self, kind: Kind, width: usize, depth: usize, steps: u64) -> Result<(Shape, Recipe), Failure> {
        let shape = Shape::new(2, vec![width; depth], 1).map_err(Failure::input)?;
        let recipe = Recipe {
            activation: Activation::Relu,
            loss: Loss::BinaryCrossEntropy,
            optimiser: ADAM,
            initialisation: Initialisation::GlorotUniform,
            data: TrainingData::Fixed { points: Arc::clone(&self.points), batching: Batching::Full },
            steps,
            precision: Precision::F32,
            regime: Regime {
                structure: kind.structure,
                jumpstart: kind.penalised.then(Jumpstart::published),
                ..Regime::across_samples()
            },
            checkpoints: Vec::new(),
        };
        Ok((shape, recipe))
    }

    /// Trains all cells of a structure for a few steps, with and without penalty, all threads sharing the work; returns
    /// the time that all steps of the study would take.
    ///
    /// # Errors
    /// Never: the shapes are valid.
    pub fn study(&self, structure: Structure, steps: u64) -> Result<Duration, Failure> {
        let mut cells: Vec<(usize, usize, bool)> = Vec::new();
        for width in WIDTHS {
            for depth in DEPTHS {
                cells.extend([(width, depth, false), (width, depth, true)]);
            }
        }
        // The longest first, so that no thread is left alone with one at the end.
        cells.sort_by_key(|&(width, depth, _)| std::cmp::Reverse(width * width * depth));
        let start = Instant::now();
        cells.par_iter().with_max_len(1).try_for_each(|&(width, depth, penalised)| {
            self.train(Kind { structure, penalised }, width, depth, steps).map(drop)
        })?;
        Ok(start.elapsed().mul_f64(STUDY_STEPS as f64 / steps as f64))
    }

    /// Floating-point operations of training one cell, a multiply-add counted as two.
    ///
    /// *Algorithm*: as for the engine's benchmark, each weight takes part in three products (two in the first layer)
    /// and each bias in two additions; a convolution's second position sees half of its kernel. Penalty and Adam are not
    /// counted, so that nobody can shine by doing more of them.
    pub fn operations(&self, kind: Kind, width: usize, depth: usize, steps: u64) -> f64 {
        let (w, layers) = (width as f64, depth as f64);
        let (first, inner, last, units) = match kind.structure {
            Structure::Dense => (2.0 * w, w * w, w, w),
            Structure::Convolution => (3.0 * w, 3.0 * w * w, 2.0 * w, 2.0 * w),
        };
        let products = first + (layers - 1.0) * inner + last;
        self.points.n_points as f64 * steps as f64 * (2.0 * (3.0 * products - first) + 2.0 * (layers * units + 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_study_is_about_ten_to_the_thirteen_operations() {
        let moons = Moons::new(VectorUnit::widest(), 0).unwrap();
        let mut total = 0.0;
        for width in WIDTHS {
            for depth in DEPTHS {
                total += 2.0 * moons.operations(Kind::ALL[0], width, depth, STUDY_STEPS);
            }
        }
        assert!((0.9e13..1.1e13).contains(&total), "{total:e}");
        assert_eq!(moons.inputs().len(), 2 * moons.labels().len());
    }
}
