//! The loss of a network on data, in exact numbers.

use crate::line::certificate::Units;
use relulab_exact::{Dyadic, Rational, Sign};

/// The mean squared error of a network, rounded up to the smallest f64 that is not below it.
///
/// Infinite where a number is not finite, a list is too short, or there are no data.
///
/// *Algorithm*: weights, inputs and labels are dyadic rationals, so outputs and the sum of squared errors are too, and
/// nothing is rounded before the end.
pub fn mean_squared_error(network: &Units, x: &[f64], y: &[f64]) -> f64 {
    let exact = |list: &[f64]| list.iter().map(|value| Dyadic::from_f64(*value)).collect::<Option<Vec<_>>>();
    let parts = (exact(&network.weights), exact(&network.biases), exact(&network.outputs), exact(x), exact(y));
    let (Some(weights), Some(biases), Some(outputs), Some(x), Some(y)) = parts else { return f64::INFINITY };
    let Some(output_bias) = Dyadic::from_f64(network.output_bias) else { return f64::INFINITY };
    if x.is_empty() || x.len() != y.len() || biases.len() != weights.len() || outputs.len() != weights.len() {
        return f64::INFINITY;
    }
    let mut sum = Dyadic::zero();
    for (x, y) in x.iter().zip(&y) {
        let mut error = output_bias.clone() - y.clone();
        for ((weight, bias), output) in weights.iter().zip(&biases).zip(&outputs) {
            let before = weight * x + bias.clone();
            if before.sign() == Sign::Positive {
                error = error + output * &before;
            }
        }
        sum = sum + &error * &error;
    }
    let mean = sum.to_rational() / &Rational::from(x.len() as i64);
    let nearest = mean.to_f64();
    let is_below = Dyadic::from_f64(nearest).is_some_and(|nearest| nearest.to_rational() < mean);
    if is_below { nearest.next_up() } else { nearest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_rounded_up() {
        let absolute =
            Units { weights: vec![1.0, -1.0], biases: vec![0.0; 2], outputs: vec![1.0; 2], output_bias: 0.0 };
        assert_eq!(mean_squared_error(&absolute, &[-2.0, 0.0, 3.0], &[2.0, 0.0, 3.0]), 0.0);
        // One error of 1 in three data: 1/3 is not an f64.
        let third = mean_squared_error(&absolute, &[-2.0, 0.0, 3.0], &[2.0, 1.0, 3.0]);
        assert!(third >= 1.0 / 3.0 && third <= (1.0_f64 / 3.0).next_up());
        assert!(Rational::from(3) * &Dyadic::from_f64(third).unwrap().to_rational() > Rational::from(1));
        assert_eq!(mean_squared_error(&absolute, &[f64::NAN], &[0.0]), f64::INFINITY);
    }
}
