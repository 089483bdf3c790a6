//! The loss of a network on data, in exact numbers.

use super::super::certificate::{Data, Units};
use super::super::loss::Loss;
use crate::elementary::softplus;
use relulab_exact::{Bounded, Dyadic, Rational, Sign};

/// The mean loss of a network, rounded up to the smallest f64 that is not below it (the logistic loss, to one that is hardly
/// above); infinite where lists do not fit each other or a number is not finite.
///
/// *Algorithm*: weights, inputs and labels are dyadic rationals, so outputs are too. So is the sum of the losses, and nothing
/// is rounded before the end, but for the logistic loss, whose terms are enclosed.
pub fn mean_loss(loss: Loss, network: &Units, data: &Data) -> f64 {
    let mean = || {
        let errors = errors(network, data)?;
        if loss == Loss::Logistic { logistic_mean(&errors, &data.y) } else { exact_mean(loss, errors) }
    };
    mean().unwrap_or(f64::INFINITY)
}

/// Outputs less labels.
fn errors(network: &Units, data: &Data) -> Option<Vec<Dyadic>> {
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
    let error = |(x, y): (&[Dyadic], Dyadic)| {
        let mut error = output_bias.clone() - y;
        for ((weights, bias), output) in weights.iter().zip(&biases).zip(&outputs) {
            let before = weights.iter().zip(x).fold(bias.clone(), |sum, (weight, x)| sum + weight * x);
            if before.sign() == Sign::Positive {
                error = error + output * &before;
            }
        }
        error
    };
    Some(x.chunks_exact(data.dim).zip(y).map(error).collect())
}

/// The mean of ln (1 + e^(−m)) over the margins m, from enclosures.
fn logistic_mean(errors: &[Dyadic], labels: &[f64]) -> Option<f64> {
    let mut sum = Bounded::ZERO;
    for (error, label) in errors.iter().zip(labels) {
        let output = error.clone() + Dyadic::from_f64(*label)?;
        let against = if *label == 1.0 { -output } else { output };
        let (low, high) = (against.to_f64_below(), against.to_f64_above());
        sum = sum + softplus(Bounded::new(low, high - low));
    }
    let mean = sum / Bounded::exact(errors.len() as f64);
    let above = (mean.value() + mean.error()).next_up();
    above.is_finite().then_some(above)
}

fn exact_mean(loss: Loss, errors: Vec<Dyadic>) -> Option<f64> {
    let n = errors.len();
    let mut sum = Dyadic::zero();
    for error in errors {
        sum = sum + of_error(loss, error)?;
    }
    let mean = sum.to_rational() / &Rational::from(n as i64);
    let nearest = mean.to_f64();
    let is_below = Dyadic::from_f64(nearest).is_some_and(|nearest| nearest.to_rational() < mean);
    Some(if is_below { nearest.next_up() } else { nearest })
}

/// The loss at a residual.
fn of_error(loss: Loss, error: Dyadic) -> Option<Dyadic> {
    let size = if error.sign() == Sign::Negative { -error } else { error };
    let half = Dyadic::from_f64(0.5)?;
    Some(match loss {
        Loss::Squared => &size * &size,
        Loss::Absolute => size,
        Loss::Huber(threshold) => {
            let threshold = Dyadic::from_f64(threshold)?;
            if size <= threshold { &half * &(&size * &size) } else { &threshold * &(size - &half * &threshold) }
        }
        Loss::Logistic => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_exact_and_rounded_up() {
        let slope = Units { weights: vec![vec![1.0, 0.0]], biases: vec![0.0], outputs: vec![2.0], output_bias: 1.0 };
        // Outputs 1, 3, 7 with residuals 0, −2, 4.
        let data = Data { dim: 2, x: vec![-1.0, 9.0, 1.0, 0.0, 3.0, -5.0], y: vec![1.0, 5.0, 3.0] };
        assert_eq!(mean_loss(Loss::Absolute, &slope, &data), 2.0);
        let third = mean_loss(Loss::Squared, &slope, &data);
        assert!(third == 20.0 / 3.0 || third == (20.0_f64 / 3.0).next_up());
        assert_eq!(mean_loss(Loss::Huber(2.0), &slope, &data), f64::from(2 + 6) / 3.0 + f64::EPSILON);
        assert_eq!(mean_loss(Loss::Squared, &slope, &Data { dim: 3, ..data }), f64::INFINITY);
    }
}
