//! A hundred optimiser steps agree with PyTorch's; `scripts/torch_fixture.py` made the numbers.

use relulab_net::{Activation, Initialisation, Loss, Shape};
use relulab_train::{
    Batching, Optimiser, Outcome, Points, Precision, Recipe, Regime, Start, TrainingData, Unobserved, VectorUnit,
    train_from,
};
use serde_json::Value;
use std::sync::Arc;

const F64_TOLERANCE: f64 = 1e-9;
const F32_TOLERANCE: f64 = 1e-4;

fn parameter(index: usize) -> f64 {
    ((index * 7919 + 13) % 1009) as f64 / 1009.0 - 0.5
}

fn data_input(index: usize) -> f64 {
    ((index * 104_729 + 71) % 4001) as f64 / 4001.0 * 4.0 - 2.0
}

fn data_label(index: usize) -> f64 {
    ((index * 15_485_863 + 5) % 2003) as f64 / 2003.0 * 2.0 - 1.0
}

fn labels(loss: Loss, rows: usize, outputs: usize) -> Vec<f64> {
    (0..rows * outputs)
        .map(|at| {
            let (row, k) = (at / outputs, at % outputs);
            match loss {
                Loss::SoftmaxCrossEntropy => f64::from(u8::from(row * 31 % 7 % outputs == k)),
                Loss::BinaryCrossEntropy => ((row * 31 + k) % 7 % 2) as f64,
                _ => data_label(at),
            }
        })
        .collect()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

#[test]
fn a_hundred_steps_agree_with_pytorch() {
    let text = include_str!("fixtures/torch_adam.json");
    let fixture: Value = serde_json::from_str(text).unwrap();
    let steps = fixture["steps"].as_u64().unwrap();
    let batch = fixture["batch"].as_u64().unwrap() as usize;
    let cases = fixture["cases"].as_array().unwrap();
    assert!(cases.len() >= 9);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let widths: Vec<usize> = numbers(&case["widths"]).iter().map(|w| *w as usize).collect();
        let (input_dim, output_dim) = (widths[0], widths[widths.len() - 1]);
        let shape = Shape::new(input_dim, widths[1..widths.len() - 1].to_vec(), output_dim).unwrap();
        let loss: Loss = case["loss"].as_str().unwrap().parse().unwrap();
        let n_points = steps as usize * batch;
        let points = Points {
            inputs: (0..n_points * input_dim).map(data_input).collect(),
            labels: labels(loss, n_points, output_dim),
            n_points,
        };
        let mut recipe = Recipe {
            activation: case["activation"].as_str().unwrap().parse::<Activation>().unwrap(),
            loss,
            optimiser: match case["optimiser"].as_str().unwrap() {
                "adam" => Optimiser::adam(0.01),
                _ => Optimiser::Sgd { learning_rate: 0.02, momentum: 0.9 },
            },
            initialisation: Initialisation::TorchLinear,
            data: TrainingData::Fixed { points: Arc::new(points), batching: Batching::InOrder(batch) },
            steps,
            precision: Precision::F64,
            regime: Regime::default(),
            checkpoints: Vec::new(),
        };
        let start = Start::at(0, (0..shape.n_params()).map(parameter).collect());
        for (precision, key) in [(Precision::F64, "f64"), (Precision::F32, "f32")] {
            recipe.precision = precision;
            let run = train_from(&recipe, &shape, 0, std::slice::from_ref(&start), VectorUnit::widest(), &Unobserved);
            let trained = run.unwrap().remove(0);
            assert_eq!(trained.outcome, Outcome::Finished);
            let expected = numbers(&case[key]["parameters"]);
            let mut errors: Vec<f64> = expected.iter().zip(&trained.parameters).map(|(a, b)| (a - b).abs()).collect();
            errors.sort_by(f64::total_cmp);
            let loss_error = (trained.training_loss - case[key]["loss"].as_f64().unwrap()).abs();
            match precision {
                Precision::F64 => {
                    let worst = errors[errors.len() - 1];
                    assert!(worst < F64_TOLERANCE && loss_error < F64_TOLERANCE, "{name}: {worst:e}, {loss_error:e}");
                }
                Precision::F32 => {
                    let median = errors[errors.len() / 2];
                    assert!(median < F32_TOLERANCE && loss_error < F32_TOLERANCE, "{name}: {median:e}, {loss_error:e}");
                }
            }
        }
    }
}
