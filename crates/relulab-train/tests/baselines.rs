//! Batch norm, residual connections, orthogonal starts and unrolled networks, against a naive network.

use relulab_net::{Activation, Initialisation, Loss, Shape, reference};
use relulab_train::{
    BATCH_NORM_EPSILON, Batching, Jumpstart, Optimiser, Points, Precision, Recipe, Regime, Structure, TrainingData,
    Unobserved, VectorUnit, train,
};
use std::sync::Arc;

/// Outputs of a whole batch, one number at a time, from the documented order of parameters.
fn outputs(
    regime: &Regime,
    shape: &Shape,
    activation: Activation,
    parameters: &[f64],
    inputs: &[f64],
) -> Vec<Vec<f64>> {
    let mut rest = parameters;
    let mut take = |n: usize| {
        let (taken, others) = rest.split_at(n);
        rest = others;
        taken
    };
    let mut h: Vec<Vec<f64>> = inputs.chunks(shape.input_dim()).map(<[f64]>::to_vec).collect();
    let widths: Vec<usize> = shape.widths().skip(1).collect();
    for (index, &width) in widths.iter().enumerate() {
        let is_last = index + 1 == widths.len();
        let taps = if regime.structure == Structure::Convolution && !is_last { 2 } else { 1 };
        let n_in = h[0].len() / taps;
        let (weights, biases) = (take(width * taps * n_in), take(width));
        let (scales, shifts) =
            if regime.batch_norm && !is_last { (take(width), take(width)) } else { (&[][..], &[][..]) };
        let mut z: Vec<Vec<f64>> = h
            .iter()
            .map(|x| {
                let mut z = Vec::new();
                for p in 0..taps {
                    for j in 0..width {
                        let mut sum = biases[j];
                        for k in 0..taps - p {
                            for i in 0..n_in {
                                sum += weights[(j * taps + k) * n_in + i] * x[(p + k) * n_in + i];
                            }
                        }
                        z.push(sum);
                    }
                }
                z
            })
            .collect();
        for j in 0..scales.len() {
            let places: Vec<(usize, usize)> =
                (0..z.len()).flat_map(|s| (0..taps).map(move |p| (s, p * width + j))).collect();
            let n = places.len() as f64;
            let mean = places.iter().map(|&(s, u)| z[s][u]).sum::<f64>() / n;
            let variance = places.iter().map(|&(s, u)| (z[s][u] - mean).powi(2)).sum::<f64>() / n;
            for (s, u) in places {
                z[s][u] = (z[s][u] - mean) / (variance + BATCH_NORM_EPSILON).sqrt() * scales[j] + shifts[j];
            }
        }
        if is_last {
            return z;
        }
        for (x, z) in h.iter_mut().zip(z) {
            let skips = regime.residual && index > 0 && x.len() == z.len();
            let new = z.iter().map(|&z| activation.value(z));
            *x = if skips { new.zip(&*x).map(|(a, b)| a + b).collect() } else { new.collect() };
        }
    }
    h
}

fn data(shape: &Shape, n: usize) -> Points {
    let inputs = (0..n * shape.input_dim()).map(|k| libm::sin(1.3 * k as f64 + 0.2)).collect();
    let labels = (0..n * shape.output_dim()).map(|k| libm::cos(2.9 * k as f64)).collect();
    Points { inputs, labels, n_points: n }
}

fn recipe(regime: Regime, activation: Activation, points: &Points) -> Recipe {
    Recipe {
        activation,
        loss: Loss::Mse,
        optimiser: Optimiser::Sgd { learning_rate: 1.0, momentum: 0.0 },
        initialisation: Initialisation::LecunNormal,
        data: TrainingData::Fixed { points: Arc::new(points.clone()), batching: Batching::Full },
        steps: 1,
        precision: Precision::F64,
        regime,
        checkpoints: vec![0],
    }
}

fn regimes() -> Vec<(Regime, Activation)> {
    let tanh = Activation::Tanh;
    let mut all = Vec::new();
    for structure in [Structure::Dense, Structure::Convolution] {
        for (batch_norm, residual) in [(true, false), (false, true), (true, true)] {
            let regime = Regime { structure, batch_norm, residual, ..Regime::across_samples() };
            all.push((regime, if residual { Activation::Relu } else { tanh }));
        }
    }
    all
}

#[test]
fn gradients_are_those_of_finite_differences() {
    let shape = Shape::new(2, vec![4, 4, 3, 3], 2).unwrap();
    let points = data(&shape, 37);
    for (regime, activation) in regimes() {
        let recipe = recipe(regime.clone(), activation, &points);
        let trained = train(&recipe, &shape, 5, &[1], VectorUnit::widest(), &Unobserved).unwrap().remove(0);
        let first = &trained.checkpoints[0].1;
        let mut n_kinks = 0;
        let value = |parameters: &[f64]| -> f64 {
            let outputs = outputs(&regime, &shape, activation, parameters, &points.inputs);
            let losses = outputs.iter().zip(points.labels.chunks(2)).map(|(o, y)| Loss::Mse.value(o, y));
            losses.sum::<f64>() / outputs.len() as f64
        };
        assert!((value(first) - trained.training_loss).abs() < 1e-12, "{regime}");
        for k in 0..first.len() {
            let at = |step: f64| {
                let mut moved = first.clone();
                moved[k] += step;
                value(&moved)
            };
            let gradient = first[k] - trained.parameters[k];
            let [left, right] = [-1e-6, 1e-6].map(|step| (at(step) - value(first)) / step);
            if (left - right).abs() > 1e-4 {
                // Biases begin at 0, so a relu that hears of nothing sits on its kink.
                n_kinks += 1;
                continue;
            }
            let difference = (at(1e-6) - at(-1e-6)) / 2e-6;
            assert!((difference - gradient).abs() < 1e-7, "{regime} {k}: {difference} for {gradient}");
        }
        assert!(4 * n_kinks <= first.len(), "{regime}: {n_kinks} of {} on a kink", first.len());
    }
}

#[test]
fn unrolled_networks_compute_the_same() {
    let shape = Shape::new(2, vec![4, 4, 4, 3], 2).unwrap();
    let points = data(&shape, 30);
    for (regime, activation) in regimes() {
        let recipe = Recipe { steps: 5, ..recipe(regime.clone(), activation, &points) };
        let recipe = Recipe { optimiser: Optimiser::adam(0.05), ..recipe };
        let trained = train(&recipe, &shape, 5, &[1], VectorUnit::widest(), &Unobserved).unwrap().remove(0);
        let unrolled = regime.unroll(&shape, activation, &trained.parameters, &points.inputs).unwrap();
        let expected = outputs(&regime, &shape, activation, &trained.parameters, &points.inputs);
        for (x, expected) in points.inputs.chunks(2).zip(expected) {
            let got = reference::forward(&unrolled.network, x);
            assert!(got.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-10), "{regime}: {got:?} {expected:?}");
        }
        let census = unrolled.census(&points.inputs);
        assert_eq!(census.len(), 4);
        for (layer, width) in census.iter().zip(shape.hidden()) {
            assert_eq!(layer.dead_units + layer.linear_units + layer.nonlinear_units, *width, "{regime}");
            assert_eq!(layer.dead_points + layer.linear_points + layer.nonlinear_points, 30, "{regime}");
        }
    }
}

#[test]
fn every_vector_unit_gives_the_same_bits() {
    let units: Vec<VectorUnit> =
        [VectorUnit::Avx512, VectorUnit::Avx2, VectorUnit::Portable].into_iter().filter(|u| u.is_available()).collect();
    let shape = Shape::new(2, vec![5, 5, 3], 1).unwrap();
    let points = data(&shape, 85);
    for (regime, activation) in regimes() {
        for precision in [Precision::F32, Precision::F64] {
            let regime = Regime { jumpstart: Some(Jumpstart::published()), ..regime.clone() };
            let recipe = Recipe {
                steps: 20,
                precision,
                optimiser: Optimiser::adam(0.01),
                ..recipe(regime, activation, &points)
            };
            let runs: Vec<_> =
                units.iter().map(|&unit| train(&recipe, &shape, 5, &[0, 1], unit, &Unobserved).unwrap()).collect();
            assert!(runs[0][0].training_loss.is_finite());
            assert!(runs.iter().all(|run| *run == runs[0]), "{} {precision:?}", recipe.regime);
        }
    }
}

#[test]
fn orthogonal_starts_keep_lengths() {
    let shape = Shape::new(3, vec![3], 3).unwrap();
    let points = data(&shape, 4);
    for regime in [Regime::default(), Regime::across_samples()] {
        let base = recipe(regime, Activation::Relu, &points);
        let recipe = Recipe { initialisation: Initialisation::Orthogonal, ..base };
        let trained = train(&recipe, &shape, 0, &[7], VectorUnit::widest(), &Unobserved).unwrap().remove(0);
        let w = &trained.checkpoints[0].1[..9];
        for x in [[1.0, 0.0, 0.0], [0.3, -2.0, 0.5]] {
            let image: f64 = w.chunks(3).map(|row| row.iter().zip(&x).map(|(w, x)| w * x).sum::<f64>().powi(2)).sum();
            let length: f64 = x.iter().map(|x| x * x).sum();
            assert!((image - 2.0 * length).abs() < 1e-5, "{image} {length}");
        }
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let shape = Shape::new(2, vec![4, 3], 1).unwrap();
    let points = data(&shape, 4);
    let refuse = |regime: &str, activation: &str| {
        let recipe = recipe(regime.parse().unwrap(), activation.parse().unwrap(), &points);
        train(&recipe, &shape, 0, &[0], VectorUnit::Portable, &Unobserved).unwrap_err().to_string()
    };
    assert!(refuse("residual", "tanh").contains("expected the activation relu, not tanh"));
    assert!(refuse("mirrored", "relu").contains("3 units; expected an even number"));
    assert!(refuse("mirrored+batch_norm", "relu").contains("without convolution"));
    assert!(refuse("mirrored:radius=0", "relu").contains("mirrored radius 0"));
    assert!(refuse("mirrored:smallest=-1", "relu").contains("mirrored smallest -1"));
    assert!(
        refuse("mirrored:ratio=0.5", "relu").contains("mirrored ratio 0.5: expected a finite number of at least 1")
    );
}
