//! One step of plain gradient descent moves the parameters by the gradient of the naive f64 reference.

use proptest::prelude::*;
use relulab_net::{Activation, Initialisation, Loss, Shape, reference};
use relulab_train::{
    Batching, Optimiser, Points, Precision, Recipe, Regime, TrainingData, Unobserved, VectorUnit, train,
};
use std::sync::Arc;

const ACTIVATIONS: [&str; 6] = ["relu", "leaky_relu:0.1", "gelu", "tanh", "sigmoid", "softplus"];
const LOSSES: [Loss; 4] = [Loss::Mse, Loss::Absolute, Loss::BinaryCrossEntropy, Loss::SoftmaxCrossEntropy];

fn gradient_error(shape: &Shape, activation: Activation, loss: Loss, n_points: usize, seed: u64) -> f64 {
    let inputs: Vec<f64> = (0..n_points * shape.input_dim()).map(|k| libm::sin(1.3 * k as f64 + seed as f64)).collect();
    let outputs = shape.output_dim();
    let labels: Vec<f64> = (0..n_points * outputs)
        .map(|k| match loss {
            Loss::Mse | Loss::Absolute => libm::cos(2.9 * k as f64),
            _ => f64::from(u8::from(k / outputs % outputs == k % outputs)),
        })
        .collect();
    let points = Points { inputs: inputs.clone(), labels: labels.clone(), n_points };
    let recipe = Recipe {
        activation,
        loss,
        optimiser: Optimiser::Sgd { learning_rate: 1.0, momentum: 0.0 },
        initialisation: Initialisation::LecunNormal,
        data: TrainingData::Fixed { points: Arc::new(points), batching: Batching::Full },
        steps: 1,
        precision: Precision::F64,
        regime: Regime::default(),
        checkpoints: vec![0],
    };
    let trained = train(&recipe, shape, 5, &[seed], VectorUnit::widest(), &Unobserved).unwrap().remove(0);
    let start = &trained.checkpoints[0].1;
    let (value, gradient) = reference::loss_and_gradient(shape, activation, loss, start, &inputs, &labels);
    let worst = start.iter().zip(&trained.parameters).zip(&gradient);
    worst.fold((value - trained.training_loss).abs(), |worst, ((a, b), g)| worst.max((a - b - g).abs()))
}

#[test]
fn every_activation_and_loss() {
    for (input_dim, hidden, output_dim) in [
        (1, vec![16], 1),
        (2, vec![5, 7, 4], 3),
        (3, vec![], 2),
        (1, vec![1, 2, 3, 4, 4, 3, 2, 1], 1),
        (5, vec![9, 33], 2),
    ] {
        let shape = Shape::new(input_dim, hidden, output_dim).unwrap();
        for name in ACTIVATIONS {
            for loss in LOSSES {
                let error = gradient_error(&shape, name.parse().unwrap(), loss, 37, 3);
                assert!(error < 1e-12, "{shape} {name} {loss}: {error:e}");
            }
        }
    }
}

#[test]
fn wide_deep_and_many_outputs() {
    for (input_dim, hidden, output_dim) in
        [(2048, vec![3], 1), (2, vec![2048], 2), (1, vec![3; 200], 1), (2, vec![4], 1000), (7, vec![130, 65], 3)]
    {
        let shape = Shape::new(input_dim, hidden, output_dim).unwrap();
        let error = gradient_error(&shape, Activation::Tanh, Loss::Mse, 9, 1);
        assert!(error < 1e-11, "{shape}: {error:e}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn any_shape(
        input_dim in 1..6_usize,
        hidden in prop::collection::vec(1..12_usize, 0..6),
        output_dim in 1..5_usize,
        n_points in 1..50_usize,
        activation in 0..6_usize,
        loss in 0..4_usize,
        seed in 0..1000_u64,
    ) {
        let shape = Shape::new(input_dim, hidden, output_dim).unwrap();
        let activation = ACTIVATIONS[activation].parse().unwrap();
        let error = gradient_error(&shape, activation, LOSSES[loss], n_points, seed);
        prop_assert!(error < 1e-12, "{error:e}");
    }
}
