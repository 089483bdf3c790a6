//! A network's result is bit-identical whatever else is trained, on any vector unit and any number of threads.

use relulab_net::{Activation, Formula, Initialisation, Loss, Sampler, Shape};
use relulab_train::{
    Batching, Observer, Optimiser, Outcome, Points, Precision, Recipe, Regime, Start, Trained, TrainingData,
    Unobserved, VectorUnit, train, train_from,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

fn recipe(activation: &str, precision: Precision, formula: &str, input_dim: usize) -> Recipe {
    Recipe {
        activation: activation.parse::<Activation>().unwrap(),
        loss: Loss::Mse,
        optimiser: Optimiser::adam(0.01),
        initialisation: Initialisation::TorchLinear,
        data: TrainingData::Fresh {
            sampler: Sampler::Normal,
            formula: Formula::parse(formula, input_dim).unwrap(),
            batch: 50,
        },
        steps: 60,
        precision,
        regime: Regime::default(),
        checkpoints: vec![0, 30],
    }
}

fn run(recipe: &Recipe, shape: &Shape, seeds: &[u64], unit: VectorUnit) -> Vec<Trained> {
    train(recipe, shape, 11, seeds, unit, &Unobserved).unwrap()
}

fn units() -> Vec<VectorUnit> {
    [VectorUnit::Avx512, VectorUnit::Avx2, VectorUnit::Portable].into_iter().filter(|u| u.is_available()).collect()
}

#[test]
fn every_vector_unit_gives_the_same_bits() {
    let units = units();
    if units.len() < 3 {
        println!("only {units:?} here: the other units are not compared");
    }
    let shapes = [vec![16], vec![5, 7, 4], vec![4, 4, 4, 4], vec![1, 2, 3, 1], vec![], vec![19, 3]];
    for hidden in shapes {
        for precision in [Precision::F32, Precision::F64] {
            for activation in ["relu", "leaky_relu", "gelu", "tanh", "sigmoid", "softplus"] {
                let shape = Shape::new(2, hidden.clone(), 1).unwrap();
                let recipe = recipe(activation, precision, "sin(3*x1) + exp(x2) * abs(x1)^1.5", 2);
                let seeds: Vec<u64> = (0..19).collect();
                let first = run(&recipe, &shape, &seeds, units[0]);
                assert!(
                    first.iter().all(|one| one.outcome == Outcome::Finished && one.parameters != one.checkpoints[0].1)
                );
                for &unit in &units[1..] {
                    assert_eq!(first, run(&recipe, &shape, &seeds, unit), "{shape} {activation} {precision:?} {unit}");
                }
            }
        }
    }
}

#[test]
fn neighbours_and_threads_do_not_matter() {
    let shape = Shape::new(1, vec![5, 7, 4], 1).unwrap();
    let recipe = recipe("relu", Precision::F32, "x^2", 1);
    let unit = VectorUnit::widest();
    let seeds: Vec<u64> = (0..40).collect();
    let together = run(&recipe, &shape, &seeds, unit);
    for seed in [0, 17, 39] {
        assert_eq!(together[seed as usize], run(&recipe, &shape, &[seed], unit)[0]);
    }
    let reversed: Vec<u64> = seeds.iter().rev().copied().collect();
    let mut backwards = run(&recipe, &shape, &reversed, unit);
    backwards.reverse();
    assert_eq!(together, backwards);
    for threads in [1, 3, 5] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(together, pool.install(|| run(&recipe, &shape, &seeds, unit)));
    }
    assert_ne!(together[0].parameters, together[1].parameters);
}

#[test]
fn minibatches_walk_through_every_point_once_an_epoch() {
    // Point i is the i-th unit vector with label 1. From zero parameters at a tiny rate η, each visit in a minibatch
    // of size B moves weight i by 2η/B, so the weights count the visits: 18 points in batches of 6, 2 in the last.
    let n_points = 20;
    let mut inputs = vec![0.0; n_points * n_points];
    (0..n_points).for_each(|i| inputs[i * n_points + i] = 1.0);
    let points = Arc::new(Points { inputs, labels: vec![1.0; n_points], n_points });
    let shape = Shape::new(n_points, vec![], 1).unwrap();
    let rate = 1e-9;
    let mut last_batches = Vec::new();
    for seed in 0..20 {
        let recipe = Recipe {
            optimiser: Optimiser::Sgd { learning_rate: rate, momentum: 0.0 },
            data: TrainingData::Fixed { points: Arc::clone(&points), batching: Batching::Shuffled(6) },
            steps: 4,
            ..recipe("relu", Precision::F64, "x", 1)
        };
        let start = Start::at(seed, vec![0.0; n_points + 1]);
        let run = train_from(&recipe, &shape, 3, &[start], VectorUnit::widest(), &Unobserved).unwrap();
        let visits = |size: f64| {
            let moved = 2.0 * rate / size;
            let weights = run[0].parameters[..n_points].iter().enumerate();
            weights.filter(|(_, w)| (*w - moved).abs() < 1e-6 * moved).map(|(i, _)| i).collect::<Vec<_>>()
        };
        assert_eq!((visits(6.0).len(), visits(2.0).len()), (18, 2));
        last_batches.push(visits(2.0));
    }
    last_batches.sort();
    last_batches.dedup();
    assert!(last_batches.len() > 10, "networks shuffle differently: {last_batches:?}");
}

#[test]
fn divergence_is_an_outcome() {
    let shape = Shape::new(1, vec![4, 4], 1).unwrap();
    let mut recipe = recipe("relu", Precision::F32, "1e20*x", 1);
    recipe.optimiser = Optimiser::Sgd { learning_rate: 1e6, momentum: 0.9 };
    for one in run(&recipe, &shape, &[0, 1, 2], VectorUnit::widest()) {
        assert!(matches!(one.outcome, Outcome::Diverged { step } if step <= 10), "{:?}", one.outcome);
        assert!(!one.training_loss.is_finite());
    }
}

#[test]
fn an_observer_can_stop_training() {
    struct StopAt(AtomicU64);
    impl Observer for StopAt {
        fn may_go_on(&self) -> bool {
            self.0.fetch_add(1, Ordering::Relaxed) < 1
        }
    }
    let mut recipe = recipe("relu", Precision::F32, "x", 1);
    recipe.steps = 10_000;
    let shape = Shape::new(1, vec![2], 1).unwrap();
    let stop = StopAt(AtomicU64::new(0));
    let stopped = train(&recipe, &shape, 0, &[0], VectorUnit::widest(), &stop).unwrap();
    assert_eq!(stopped[0].outcome, Outcome::Interrupted { step: 512 });
}

#[test]
fn training_learns() {
    let shape = Shape::new(1, vec![16], 1).unwrap();
    let mut recipe = recipe("relu", Precision::F32, "x^2", 1);
    recipe.steps = 3000;
    let seeds: Vec<u64> = (0..16).collect();
    let mut losses: Vec<f64> =
        run(&recipe, &shape, &seeds, VectorUnit::widest()).iter().map(|t| t.training_loss).collect();
    losses.sort_by(f64::total_cmp);
    assert!(losses[8] < 0.02, "{losses:?}");
}

#[test]
fn bad_recipes_are_refused() {
    let shape = Shape::new(1, vec![2], 1).unwrap();
    let refuse = |change: fn(&mut Recipe)| {
        let mut recipe = recipe("relu", Precision::F32, "x", 1);
        change(&mut recipe);
        train(&recipe, &shape, 0, &[0], VectorUnit::Portable, &Unobserved).unwrap_err().to_string()
    };
    assert!(refuse(|r| r.steps = 0).contains("0 steps"));
    assert!(refuse(|r| r.optimiser = Optimiser::adam(-1.0)).contains("learning rate -1"));
    assert!(refuse(|r| r.optimiser = Optimiser::Sgd { learning_rate: 0.1, momentum: 1.0 }).contains("momentum 1"));
    assert!(
        refuse(|r| {
            r.data = TrainingData::Fresh {
                sampler: Sampler::Normal,
                formula: Formula::parse("x1+x2", 2).unwrap(),
                batch: 4,
            };
        })
        .contains("2 inputs")
    );
    let recipe = recipe("relu", Precision::F32, "x", 1);
    assert!(train(&recipe, &shape, 0, &[], VectorUnit::Portable, &Unobserved).is_err());
}
