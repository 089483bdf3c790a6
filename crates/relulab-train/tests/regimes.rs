//! Gradients of every regime against a naive implementation, and that against finite differences.

mod naive;

use naive::{Objective, Points};
use proptest::prelude::*;
use relulab_net::{Activation, Initialisation, Loss, Shape};
use relulab_train::{
    Aggregation, Axes, Batching, Jumpstart, Layout, Optimiser, Precision, Recipe, Regime, Start, Structure, Ties,
    Trained, TrainingData, Unobserved, VectorUnit, train_from, working_memory,
};
use std::sync::Arc;

const AXES: [Axes; 3] = [Axes::Units, Axes::Points, Axes::Both];
const AGGREGATIONS: [Aggregation; 4] =
    [Aggregation::SumOfSquares, Aggregation::OneNorm, Aggregation::TwoNorm, Aggregation::Mean];
const LOSSES: [Loss; 4] = [Loss::Mse, Loss::Absolute, Loss::BinaryCrossEntropy, Loss::SoftmaxCrossEntropy];
const STRUCTURES: [Structure; 2] = [Structure::Dense, Structure::Convolution];

fn points(shape: &Shape, loss: Loss, n_points: usize) -> Points {
    let outputs = shape.output_dim();
    let label = |k: usize| match loss {
        Loss::Mse | Loss::Absolute => libm::cos(2.9 * k as f64),
        Loss::SoftmaxCrossEntropy => f64::from(u8::from(k / outputs % outputs == k % outputs)),
        Loss::BinaryCrossEntropy => (k * 7 % 3 % 2) as f64,
    };
    Points {
        inputs: (0..n_points * shape.input_dim()).map(|k| libm::sin(1.3 * k as f64)).collect(),
        labels: (0..n_points * outputs).map(label).collect(),
    }
}

fn recipe(regime: Regime, activation: Activation, loss: Loss, points: &Points, n_points: usize) -> Recipe {
    let (inputs, labels) = (points.inputs.clone(), points.labels.clone());
    Recipe {
        activation,
        loss,
        optimiser: Optimiser::Sgd { learning_rate: 1.0, momentum: 0.0 },
        initialisation: Initialisation::GlorotUniform,
        data: TrainingData::Fixed {
            points: Arc::new(relulab_train::Points { inputs, labels, n_points }),
            batching: Batching::Full,
        },
        steps: 1,
        precision: Precision::F64,
        regime,
        checkpoints: vec![0],
    }
}

fn run(recipe: &Recipe, shape: &Shape, start: Start) -> Trained {
    train_from(recipe, shape, 5, &[start], VectorUnit::widest(), &Unobserved).unwrap().remove(0)
}

/// Largest difference between a step of the engine and the naive gradient, and between the values.
fn error_of(regime: &Regime, shape: &Shape, activation: Activation, loss: Loss, n_points: usize, start: Start) -> f64 {
    let points = points(shape, loss, n_points);
    let trained = run(&recipe(regime.clone(), activation, loss, &points, n_points), shape, start);
    let objective = Objective {
        structure: regime.structure,
        shape,
        activation,
        loss,
        jumpstart: regime.jumpstart,
        points: &points,
    };
    let first = &trained.checkpoints[0].1;
    let gradient = objective.gradient(first);
    let moved = first.iter().zip(&trained.parameters).map(|(a, b)| a - b);
    let worst = moved.zip(&gradient).map(|(moved, g)| (moved - g).abs() / (1.0 + g.abs())).fold(0.0, f64::max);
    let value = objective.value(first);
    worst.max((value - trained.training_loss).abs() / (1.0 + value.abs()))
}

fn jumpstart(axes: Axes, aggregation: Aggregation, ties: Ties, on_outputs: bool) -> Regime {
    Regime::jumpstart(Jumpstart { axes, aggregation, ties, margin: 0.7, weight: 0.3, on_outputs })
}

#[test]
fn every_penalty_on_both_structures() {
    for structure in STRUCTURES {
        for (hidden, outputs) in [(vec![5, 7, 4], 3), (vec![1, 2, 3, 1], 1), (vec![19, 17], 1), (vec![], 2)] {
            let shape = Shape::new(2, hidden, outputs).unwrap();
            for axes in AXES {
                for aggregation in AGGREGATIONS {
                    for ties in [Ties::First, Ties::Average] {
                        for on_outputs in [false, true] {
                            let regime = Regime { structure, ..jumpstart(axes, aggregation, ties, on_outputs) };
                            let error = error_of(&regime, &shape, Activation::Relu, Loss::Mse, 37, Start::drawn(3));
                            assert!(error < 1e-12, "{shape} {regime:?}: {error:e}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn every_loss_and_activation_across_samples() {
    let shape = Shape::new(2, vec![5, 7, 4], 3).unwrap();
    for structure in STRUCTURES {
        for loss in LOSSES {
            for name in ["relu", "leaky_relu:0.1", "gelu", "tanh", "sigmoid", "softplus"] {
                for penalised in [false, true] {
                    let penalty = jumpstart(Axes::Both, Aggregation::SumOfSquares, Ties::Average, true);
                    let regime = if penalised { penalty } else { Regime::across_samples() };
                    let regime = Regime { structure, ..regime };
                    let error = error_of(&regime, &shape, name.parse().unwrap(), loss, 85, Start::drawn(1));
                    assert!(error < 1e-12, "{structure:?} {loss} {name}: {error:e}");
                }
            }
        }
    }
}

/// A layer that is dead on some or all points makes all their pre-activations above equal: whole layers tie.
#[test]
fn ties_are_shared_or_go_to_the_first() {
    for structure in STRUCTURES {
        let shape = Shape::new(2, vec![4, 3, 5], 1).unwrap();
        let regime = |ties| Regime { structure, ..jumpstart(Axes::Both, Aggregation::SumOfSquares, ties, false) };
        let drawn = drawn_parameters(&regime(Ties::First), &shape);
        for dead in [1, 2, 4] {
            let mut start = drawn.clone();
            // The biases of the first layer follow its eight weights.
            (8..12).take(dead).for_each(|k| start[k] = -20.0);
            for ties in [Ties::First, Ties::Average] {
                let start = Start::at(0, start.clone());
                let error = error_of(&regime(ties), &shape, Activation::Relu, Loss::Mse, 40, start);
                assert!(error < 1e-12, "{structure:?} {ties:?} {dead}: {error:e}");
            }
        }
    }
}

/// The drawn parameters of a seed.
fn drawn_parameters(regime: &Regime, shape: &Shape) -> Vec<f64> {
    let points = points(shape, Loss::Mse, 3);
    run(&recipe(regime.clone(), Activation::Relu, Loss::Mse, &points, 3), shape, Start::drawn(9)).checkpoints[0]
        .1
        .clone()
}

#[test]
fn the_naive_gradient_is_that_of_finite_differences() {
    let shape = Shape::new(2, vec![4, 3], 2).unwrap();
    let data = points(&shape, Loss::Mse, 11);
    for structure in STRUCTURES {
        for axes in AXES {
            for aggregation in AGGREGATIONS {
                let regime = Regime { structure, ..jumpstart(axes, aggregation, Ties::First, true) };
                let at = drawn_parameters(&regime, &shape);
                let objective = Objective {
                    structure,
                    shape: &shape,
                    activation: Activation::Relu,
                    loss: Loss::Mse,
                    jumpstart: regime.jumpstart,
                    points: &data,
                };
                let gradient = objective.gradient(&at);
                for (k, derivative) in gradient.iter().enumerate() {
                    let value = |step: f64| {
                        let mut moved = at.clone();
                        moved[k] += step;
                        objective.value(&moved)
                    };
                    let difference = (value(1e-6) - value(-1e-6)) / 2e-6;
                    assert!((difference - derivative).abs() < 1e-7, "{regime:?} {k}: {difference} for {derivative}");
                }
            }
        }
    }
}

#[test]
fn a_plateau_has_no_slope() {
    // One unit, pre-activations exactly at −1 and 1: both deficits are 0, and so are their derivatives.
    let shape = Shape::new(1, vec![1], 1).unwrap();
    let data = Points { inputs: vec![-1.0, 1.0], labels: vec![0.0, 0.0] };
    for aggregation in AGGREGATIONS {
        let jumpstart =
            Jumpstart { axes: Axes::Units, aggregation, margin: 1.0, weight: 1.0, ..Jumpstart::published() };
        let recipe = recipe(Regime::jumpstart(jumpstart), Activation::Relu, Loss::Mse, &data, 2);
        let trained = run(&recipe, &shape, Start::at(0, vec![1.0, 0.0, 0.0, 0.0]));
        assert_eq!((trained.parameters, trained.training_loss), (vec![1.0, 0.0, 0.0, 0.0], 0.0));
    }
}

#[test]
fn a_random_tie_goes_to_one_place_and_not_always_the_same() {
    // All weights 0 and bias ½: three units tie at every point. Points are pushed up and down at one unit each.
    let shape = Shape::new(1, vec![3], 1).unwrap();
    let data = Points { inputs: vec![0.0; 64], labels: vec![0.0; 64] };
    let weight = 64.0;
    let jumpstart = Jumpstart {
        axes: Axes::Points,
        aggregation: Aggregation::OneNorm,
        ties: Ties::Random,
        weight,
        ..Jumpstart::published()
    };
    let recipe = recipe(Regime::jumpstart(jumpstart), Activation::Relu, Loss::Mse, &data, 64);
    let start = vec![0.0, 0.0, 0.0, 0.5, 0.5, 0.5, 0.0, 0.0, 0.0, 0.0];
    let moved = |seed: u64| -> Vec<f64> {
        run(&recipe, &shape, Start::at(seed, start.clone())).parameters[3..6].iter().map(|b| (b - 0.5) / 32.0).collect()
    };
    let ups = moved(0);
    // 64 points go up somewhere and down somewhere: the sum is 0, and single units differ.
    assert!(ups.iter().all(|ups| *ups == ups.round()) && ups.iter().sum::<f64>() == 0.0, "{ups:?}");
    assert!(ups.iter().any(|ups| *ups != 0.0) && moved(1) != moved(2), "{ups:?}");
}

#[test]
fn every_vector_unit_gives_the_same_bits() {
    let units: Vec<VectorUnit> =
        [VectorUnit::Avx512, VectorUnit::Avx2, VectorUnit::Portable].into_iter().filter(|u| u.is_available()).collect();
    if units.len() < 3 {
        println!("only {units:?} here: the other units are not compared");
    }
    for structure in STRUCTURES {
        for hidden in [vec![5, 18, 4], vec![3; 12]] {
            let shape = Shape::new(2, hidden, 2).unwrap();
            let data = points(&shape, Loss::BinaryCrossEntropy, 85);
            for ties in [Ties::First, Ties::Average, Ties::Random] {
                for precision in [Precision::F32, Precision::F64] {
                    let regime = Regime { structure, ..jumpstart(Axes::Both, Aggregation::TwoNorm, ties, true) };
                    let base = recipe(regime, Activation::Relu, Loss::BinaryCrossEntropy, &data, 85);
                    let recipe = Recipe { optimiser: Optimiser::adam(0.01), steps: 30, precision, ..base };
                    let runs: Vec<Vec<Trained>> = units
                        .iter()
                        .map(|&unit| {
                            let starts: Vec<Start> = (0..3).map(Start::drawn).collect();
                            train_from(&recipe, &shape, 5, &starts, unit, &Unobserved).unwrap()
                        })
                        .collect();
                    assert!(runs[0][0].training_loss.is_finite() && runs[0][0].parameters != runs[0][1].parameters);
                    assert!(runs.iter().all(|run| *run == runs[0]), "{structure:?} {ties:?} {precision:?}");
                }
            }
        }
    }
}

/// The layouts draw the same parameters and samples, and differ by rounding only.
#[test]
fn ties_in_a_smaller_last_batch_leave_no_trace() {
    // Thin and deep: in most of these networks a layer is dead, and above it every point ties with every other.
    let shape = Shape::new(2, vec![2; 20], 1).unwrap();
    let data = points(&shape, Loss::BinaryCrossEntropy, 85);
    let regime = jumpstart(Axes::Both, Aggregation::SumOfSquares, Ties::Average, false);
    let base = recipe(regime, Activation::Relu, Loss::BinaryCrossEntropy, &data, 85);
    let TrainingData::Fixed { points, .. } = &base.data else { panic!("the recipe's points are fixed") };
    let trained = |unit: VectorUnit, precision: Precision, seed: u64| {
        let data = TrainingData::Fixed { points: Arc::clone(points), batching: Batching::Shuffled(64) };
        let recipe = Recipe { data, optimiser: Optimiser::adam(0.01), steps: 20, precision, ..base.clone() };
        train_from(&recipe, &shape, 5, &[Start::drawn(seed)], unit, &Unobserved).unwrap().remove(0)
    };
    for precision in [Precision::F32, Precision::F64] {
        for seed in 0..6 {
            let expected = trained(VectorUnit::Portable, precision, seed);
            for unit in [VectorUnit::Avx2, VectorUnit::Avx512].into_iter().filter(|unit| unit.is_available()) {
                assert_eq!(trained(unit, precision, seed), expected, "{unit}, {precision:?}, seed {seed}");
            }
        }
    }
}

#[test]
fn layouts_agree() {
    let shape = Shape::new(2, vec![6, 5], 1).unwrap();
    let data = points(&shape, Loss::Mse, 50);
    for batching in [Batching::Full, Batching::Shuffled(16), Batching::InOrder(20)] {
        let base = recipe(Regime::default(), Activation::Tanh, Loss::Mse, &data, 50);
        let TrainingData::Fixed { points, .. } = &base.data else { unreachable!() };
        let fixed = TrainingData::Fixed { points: Arc::clone(points), batching };
        let networks = Recipe { data: fixed, optimiser: Optimiser::adam(0.01), steps: 60, ..base };
        let samples = Recipe { regime: Regime::across_samples(), ..networks.clone() };
        let [one, other] = [&networks, &samples].map(|recipe| run(recipe, &shape, Start::drawn(4)));
        assert_eq!(one.checkpoints, other.checkpoints);
        let differences = one.parameters.iter().zip(&other.parameters).map(|(a, b)| (a - b).abs());
        assert!(differences.fold(0.0, f64::max) < 1e-9);
    }
}

#[test]
fn depth_150_stays_finite() {
    let data = relulab_net::moons().unwrap().train;
    for structure in STRUCTURES {
        let shape = Shape::new(2, vec![3; 150], 1).unwrap();
        let points = Points { inputs: data.inputs().to_vec(), labels: data.labels().to_vec() };
        let regime = Regime { structure, ..Regime::jumpstart(Jumpstart::published()) };
        let base = recipe(regime, Activation::Relu, Loss::BinaryCrossEntropy, &points, 85);
        let recipe = Recipe { optimiser: Optimiser::adam(0.01), steps: 200, precision: Precision::F32, ..base };
        let trained = run(&recipe, &shape, Start::drawn(0));
        assert!(trained.training_loss.is_finite() && trained.parameters.iter().all(|value| value.is_finite()));
    }
}

#[test]
fn memory_is_that_of_the_layers() {
    // 85 points fill 96 lanes; a further hidden layer of 10 units has 110 parameters, four f64 each in training.
    let (lanes, of_parameters) = (96 * size_of::<f64>(), 110 * 4 * size_of::<f64>());
    let rounding = 4 * 64;
    let bytes = |regime: &Regime, depth: usize| {
        let shape = Shape::new(2, vec![10; depth], 1).unwrap();
        let data = points(&shape, Loss::BinaryCrossEntropy, 85);
        let base = recipe(regime.clone(), Activation::Relu, Loss::BinaryCrossEntropy, &data, 85);
        let recipe = Recipe { optimiser: Optimiser::adam(0.01), ..base };
        working_memory(&recipe, &shape, VectorUnit::widest()).unwrap()
    };
    let growth = |regime: &Regime| bytes(regime, 21) - bytes(regime, 20);
    let plain = growth(&Regime::across_samples());
    assert!(plain.abs_diff(10 * lanes + of_parameters) <= rounding, "{plain}");
    // Jumpstart keeps pre-activations too, and a little for each unit and layer.
    let penalised = growth(&jumpstart(Axes::Both, Aggregation::SumOfSquares, Ties::Average, false));
    let more = penalised - plain;
    assert!((10 * lanes..12 * lanes).contains(&more), "{more}");
    // In the other layout every number is a vector of networks.
    let networks = growth(&Regime::default());
    let f64_lanes = VectorUnit::widest().f32_lanes() / 2;
    assert!(networks >= of_parameters * f64_lanes, "{networks}");
}

#[test]
fn bad_regimes_are_refused() {
    let shape = Shape::new(3, vec![2], 1).unwrap();
    let data = points(&shape, Loss::Mse, 2);
    let refuse = |regime: Regime| {
        let recipe = recipe(regime, Activation::Relu, Loss::Mse, &data, 2);
        train_from(&recipe, &shape, 0, &[Start::drawn(0)], VectorUnit::Portable, &Unobserved).unwrap_err().to_string()
    };
    let with = |weight, margin| Regime::jumpstart(Jumpstart { weight, margin, ..Jumpstart::published() });
    assert!(refuse(with(-1.0, 1.0)).contains("jumpstart weight -1"));
    assert!(refuse(with(1.0, f64::NAN)).contains("jumpstart margin NaN"));
    assert!(refuse(Regime { layout: Layout::Networks, ..with(1.0, 1.0) }).contains("samples"));
    assert!(refuse(Regime { structure: Structure::Convolution, ..Regime::across_samples() }).contains("2 inputs"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn any_shape(
        input_dim in 1..6_usize,
        hidden in prop::collection::vec(1..12_usize, 0..6),
        output_dim in 1..5_usize,
        n_points in 1..50_usize,
        axes in 0..3_usize,
        aggregation in 0..4_usize,
        loss in 0..4_usize,
        seed in 0..1000_u64,
    ) {
        let shape = Shape::new(input_dim, hidden, output_dim).unwrap();
        let regime = jumpstart(AXES[axes], AGGREGATIONS[aggregation], Ties::Average, false);
        let error = error_of(&regime, &shape, Activation::Relu, LOSSES[loss], n_points, Start::drawn(seed));
        prop_assert!(error < 1e-12, "{error:e}");
    }
}
