//! Networks trained by gradient descent, to begin a search with.

use crate::failure::Failure;
use relulab_net::{Activation, Initialisation, Loss, Network, Shape};
use relulab_optimal::line::{Problem, Units};
use relulab_train::{Batching, Optimiser, Points, Precision, Recipe, TrainingData, Unobserved, VectorUnit};
use std::sync::Arc;

/// Step size of Adam.
const LEARNING_RATE: f64 = 0.01;
/// Steps of Adam.
const STEPS: u64 = 3000;

/// So many networks of the problem's form, trained on its data; those that diverged are left out.
///
/// # Errors
/// When the recipe does not fit.
pub fn networks(problem: &Problem, n: u64, seed: u64, unit: VectorUnit) -> Result<Vec<Units>, Failure> {
    if n == 0 {
        return Ok(Vec::new());
    }
    let shape = Shape::new(1, vec![problem.width()], 1).map_err(Failure::input)?;
    let points = Points { inputs: problem.x().to_vec(), labels: problem.y().to_vec(), n_points: problem.x().len() };
    let recipe = Recipe {
        activation: Activation::Relu,
        loss: Loss::Mse,
        optimiser: Optimiser::adam(LEARNING_RATE),
        initialisation: Initialisation::TorchLinear,
        data: TrainingData::Fixed { points: Arc::new(points), batching: Batching::Full },
        steps: STEPS,
        precision: Precision::F64,
        checkpoints: Vec::new(),
    };
    let seeds: Vec<u64> = (0..n).collect();
    let trained = relulab_train::train(&recipe, &shape, seed, &seeds, unit, &Unobserved).map_err(Failure::input)?;
    let network = |parameters| Network::new(shape.clone(), Activation::Relu, parameters).ok();
    Ok(trained.into_iter().filter_map(|one| Units::of(&network(one.parameters)?)).collect())
}
