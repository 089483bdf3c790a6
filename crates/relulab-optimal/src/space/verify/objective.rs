//! The loss of a network on data, in exact numbers.

use super::super::certificate::{Data, Units};
use relulab_exact::{Dyadic, Rational, Sign};

/// The mean squared error of a network, rounded up to the smallest f64 that is not below it; infinite where lists do not
/// fit each other or a number is not finite.
///
/// *Algorithm*: weights, inputs and labels are dyadic rationals, so outputs and the sum of squared errors are too, and
/// nothing is rounded before the end.
pub fn mean_squared_error(network: &Units, data: &Data) -> f64 {
    exact(network, data).unwrap_or(f64::INFINITY)
}

fn exact(network: &Units, data: &Data) -> Option<f64> {
    let all = |list: &[f64]| list.iter().map(|value| Dyadic::from_f64(*value)).collect::<Option<Vec<_>>>();
    let fits = data.dim > 0
        && !data.y.is_empty()
        && data.x.len() == data.y.len() * data.dim
        && network.weights.iter().all(|row| row.len() == data.dim)
        && network.biases.len() == network.weights.len()
        && network.outputs.len() == network.weights.len();
    if !fits {
        return None;
    }
    let weights = network.weights.iter().map(|row| all(row)).collect::<Option<Vec<_>>>()?;
    let (biases, outputs) = (all(&network.biases)?, all(&network.outputs)?);
    let output_bias = Dyadic::from_f64(network.output_bias)?;
    let (x, y) = (all(&data.x)?, all(&data.y)?);
    let mut sum = Dyadic::zero();
    for (x, y) in x.chunks_exact(data.dim).zip(y) {
        let mut error = output_bias.clone() - y;
        for ((weights, bias), output) in weights.iter().zip(&biases).zip(&outputs) {
            let before = weights.iter().zip(x).fold(bias.clone(), |sum, (weight, x)| sum + weight * x);
            if before.sign() == Sign::Positive {
                error = error + output * &before;
            }
        }
        sum = sum + &error * &error;
    }
    let mean = sum.to_rational() / &Rational::from(data.y.len() as i64);
    let nearest = mean.to_f64();
    let is_below = Dyadic::from_f64(nearest).is_some_and(|nearest| nearest.to_rational() < mean);
    Some(if is_below { nearest.next_up() } else { nearest })
}
