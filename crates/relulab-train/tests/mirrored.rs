//! The mirrored regime: its start, its steps against a naive projected gradient, and its sets.

use relulab_net::{Activation, Initialisation, Loss, Network, Shape, reference};
use relulab_train::{
    Batching, Mirrored, Optimiser, Points, Precision, Recipe, Regime, Trained, TrainingData, Unobserved, VectorUnit,
    project_onto_ball, project_onto_ratio, train,
};
use std::sync::Arc;

const RATE: f64 = 0.05;

fn data() -> Points {
    // No two points are near each other, and all together lie in no plane.
    let inputs = (0..3 * 40).map(|k| 2.0 * libm::sin(0.37 * (k * k) as f64 + 0.2)).collect();
    Points { inputs, labels: (0..40).map(|k| 3.0 * libm::cos(2.9 * k as f64)).collect(), n_points: 40 }
}

fn run(mirrored: Mirrored, hidden: &[usize], steps: u64, optimiser: Optimiser, regime: Regime) -> Trained {
    let recipe = Recipe {
        activation: Activation::Tanh,
        loss: Loss::Mse,
        optimiser,
        initialisation: Initialisation::LecunNormal,
        data: TrainingData::Fixed { points: Arc::new(data()), batching: Batching::Full },
        steps,
        precision: Precision::F64,
        regime: Regime { mirrored: Some(mirrored), ..regime },
        checkpoints: vec![0, steps - 1],
    };
    train(&recipe, &shape(hidden), 3, &[2], VectorUnit::widest(), &Unobserved).unwrap().remove(0)
}

fn shape(hidden: &[usize]) -> Shape {
    Shape::new(3, hidden.to_vec(), 1).unwrap()
}

fn variants() -> Vec<Mirrored> {
    let published = Mirrored::published(0.4);
    let ratios = [Some(1.0), Some(1.5), None];
    let mut all: Vec<Mirrored> = ratios.iter().map(|&ratio| Mirrored { ratio, ..published }).collect();
    all.push(Mirrored { radius: None, ratio: Some(3.0), smallest: 0.2, ..published });
    all.push(Mirrored { begins_mirrored: false, ..published });
    all.push(Mirrored { begins_mirrored: false, is_paired: false, ..published });
    all
}

const SGD: Optimiser = Optimiser::Sgd { learning_rate: RATE, momentum: 0.0 };

#[test]
fn a_mirrored_network_begins_at_zero() {
    for hidden in [vec![6], vec![5, 8]] {
        let trained = run(Mirrored::published(1.0), &hidden, 1, SGD, Regime::across_samples());
        let network = Network::new(shape(&hidden), Activation::Tanh, trained.checkpoints[0].1.clone()).unwrap();
        for x in data().inputs.chunks(3) {
            assert!(reference::forward(&network, x)[0].abs() < 1e-15);
        }
    }
}

/// One step from a point on the way, naively: gradient, step, exact projections.
#[test]
fn steps_are_those_of_projected_gradient_descent() {
    let shape = shape(&[6]);
    let Points { inputs, labels, .. } = data();
    for mirrored in variants() {
        let trained = run(mirrored, &[6], 30, SGD, Regime::across_samples());
        let (start, before) = (&trained.checkpoints[0].1, &trained.checkpoints[1].1);
        let (loss, g) = reference::loss_and_gradient(&shape, Activation::Tanh, Loss::Mse, before, &inputs, &labels);
        assert!((loss - trained.training_loss).abs() < 1e-12);
        let mut expected = before.clone();
        (0..18).for_each(|k| expected[k] -= RATE * g[k]);
        project_onto_ball(&mut expected[..18], &start[..18], mirrored.radius.unwrap_or(f64::INFINITY));
        if mirrored.is_paired {
            let mut v: Vec<f64> = (24..27).map(|k| before[k] - RATE * (g[k] - g[k + 3])).collect();
            project_onto_ratio(&mut v, mirrored.smallest, mirrored.ratio.unwrap_or(f64::INFINITY));
            (0..3).for_each(|k| (expected[24 + k], expected[27 + k]) = (v[k], -v[k]));
        } else {
            (24..30).for_each(|k| expected[k] -= RATE * g[k]);
        }
        let error = expected.iter().zip(&trained.parameters).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(error < 1e-12, "{mirrored:?}: {error:e}");
        let counted = if mirrored.is_paired { 0..27 } else { 0..30 };
        let moved: f64 = counted.map(|k| (before[k] - expected[k]).powi(2)).sum();
        assert!((trained.stationarity.unwrap() - moved.sqrt() / RATE).abs() < 1e-9, "{mirrored:?}");
    }
}

#[test]
fn weights_stay_in_their_sets() {
    for optimiser in [SGD, Optimiser::adam(0.05)] {
        for (hidden, regime) in [(vec![6], "samples"), (vec![5, 8], "samples"), (vec![4, 6], "jumpstart:weight=0.1")] {
            for mirrored in variants() {
                let trained = run(mirrored, &hidden, 200, optimiser, regime.parse().unwrap());
                let layers: Vec<_> = shape(&hidden).layers().collect();
                let [.., input, output] = layers.as_slice() else { unreachable!() };
                let of = |parameters: &[f64], range: &std::ops::Range<usize>| parameters[range.clone()].to_vec();
                let (w, w0) = (of(&trained.parameters, &input.weights), of(&trained.checkpoints[0].1, &input.weights));
                let distance: f64 = w.iter().zip(&w0).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                assert!(distance <= mirrored.radius.unwrap_or(f64::INFINITY) * (1.0 + 1e-12));
                assert!(of(&trained.parameters, &input.biases).iter().all(|bias| *bias == 0.0));
                let v = of(&trained.parameters, &output.weights);
                let (plus, minus) = v.split_at(v.len() / 2);
                if mirrored.is_paired {
                    assert!(plus.iter().zip(minus).all(|(a, b)| *a == -b && *a >= mirrored.smallest));
                    let most = plus.iter().copied().fold(0.0, f64::max);
                    let least = plus.iter().copied().fold(f64::INFINITY, f64::min);
                    assert!(most <= least * mirrored.ratio.unwrap_or(f64::INFINITY) * (1.0 + 1e-12));
                }
                assert_eq!(trained.stationarity.is_some(), optimiser == SGD);
            }
        }
    }
}

#[test]
fn the_regime_memorises() {
    // 40 samples in 3 dimensions: 30 units have 90 input weights.
    let mirrored = Mirrored { radius: Some(100.0), ratio: None, ..Mirrored::published(1.0) };
    let optimiser = Optimiser::Sgd { learning_rate: 0.3, momentum: 0.0 };
    let first = run(mirrored, &[30], 1, optimiser, Regime::across_samples());
    let last = run(mirrored, &[30], 6000, optimiser, Regime::across_samples());
    assert!(last.training_loss < 0.05 * first.training_loss, "{} {}", first.training_loss, last.training_loss);
}
