//! How good networks are on points: losses and errors.

use super::trial::ACTIVATION;
use crate::check::Context;
use relulab_net::{Dataset, Loss, Shape};
use relulab_train::Networks;

/// Mean loss and error of each network. The error of numbers is their mean squared error; that of classes, the share of points whose
/// largest output is not their class. Networks that are not finite have an infinite loss and the worst error.
pub fn scores(
    context: &Context<'_>,
    shape: &Shape,
    loss: Loss,
    data: &Dataset,
    parameters: &[Vec<f64>],
) -> Vec<(f64, f64)> {
    let is_finite = |one: &Vec<f64>| one.iter().all(|value| value.is_finite());
    let finite: Vec<&[f64]> = parameters.iter().filter(|one| is_finite(one)).map(Vec::as_slice).collect();
    let networks = Networks { shape, activation: ACTIVATION, parameters: &finite };
    let mut outputs = networks.outputs(data.inputs(), context.unit).into_iter();
    let worst = if loss == Loss::Mse { f64::INFINITY } else { 1.0 };
    let of = |one: &Vec<f64>| {
        if !is_finite(one) {
            return (f64::INFINITY, worst);
        }
        outputs.next().map_or((f64::INFINITY, worst), |outputs| score(loss, data, &outputs))
    };
    parameters.iter().map(of).collect()
}

/// Mean loss and error of outputs.
fn score(loss: Loss, data: &Dataset, outputs: &[f64]) -> (f64, f64) {
    let n = data.n_points() as f64;
    let (mut total, mut wrong) = (0.0, 0.0);
    for ((_, labels), outputs) in data.rows().zip(outputs.chunks(data.output_dim())) {
        total += loss.value(outputs, labels);
        wrong += f64::from(u8::from(largest(outputs) != largest(labels)));
    }
    if loss == Loss::Mse { (total / n, total / n) } else { (total / n, wrong / n) }
}

/// Place of the first largest number.
fn largest(values: &[f64]) -> usize {
    let best = |best: usize, (place, value): (usize, &f64)| if *value > values[best] { place } else { best };
    values.iter().enumerate().fold(0, best)
}
