//! Networks trained by gradient descent, to begin a search with.

use super::search::Problem;
use crate::failure::Failure;
use relulab_net::{Activation, Initialisation, Loss, Network, Shape};
use relulab_optimal::space;
use relulab_train::{Batching, Optimiser, Points, Precision, Recipe, Regime, TrainingData, Unobserved, VectorUnit};
use std::sync::Arc;

/// Step size of Adam.
const LEARNING_RATE: f64 = 0.01;
/// Steps of Adam.
const STEPS: u64 = 3000;

/// So many networks of the problem's form, trained on its data; those that diverged are left out.
///
/// For the Huber loss, which the engine does not know, they are trained for squared errors.
///
/// # Errors
/// When the recipe does not fit.
pub fn networks(problem: &Problem, n: u64, seed: u64, unit: VectorUnit) -> Result<Vec<Network>, Failure> {
    if n == 0 {
        return Ok(Vec::new());
    }
    let shape = Shape::new(problem.input_dim(), vec![problem.width()], 1).map_err(Failure::input)?;
    let points = Points { inputs: problem.x().to_vec(), labels: problem.y().to_vec(), n_points: problem.y().len() };
    let recipe = Recipe {
        activation: Activation::Relu,
        loss: match problem.loss() {
            space::Loss::Squared | space::Loss::Huber(_) => Loss::Mse,
            space::Loss::Absolute => Loss::Absolute,
            space::Loss::Logistic => Loss::BinaryCrossEntropy,
        },
        optimiser: Optimiser::adam(LEARNING_RATE),
        initialisation: Initialisation::TorchLinear,
        data: TrainingData::Fixed { points: Arc::new(points), batching: Batching::Full },
        steps: STEPS,
        precision: Precision::F64,
        regime: Regime::default(),
        checkpoints: Vec::new(),
    };
    let seeds: Vec<u64> = (0..n).collect();
    let trained = relulab_train::train(&recipe, &shape, seed, &seeds, unit, &Unobserved).map_err(Failure::input)?;
    let network = |parameters| Network::new(shape.clone(), Activation::Relu, parameters).ok();
    Ok(trained.into_iter().filter_map(|one| network(one.parameters)).collect())
}
