//! How fast coefficient errors fall from step to step.

use relulab_construct::Construction;

/// Errors below this are rounding and say nothing about the order.
const ROUNDING_FLOOR: f64 = 1e-13;
/// Errors above this are too far away for an asymptotic order.
const ASYMPTOTIC: f64 = 1.0;
/// Digits per step are counted down to this error.
const DIGITS_END: f64 = 1e-10;

/// The largest coefficient error before the first step and after each.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    errors: Vec<f64>,
    /// Euclidean lengths of the errors, which damping compares.
    lengths: Vec<f64>,
}

impl Path {
    /// The path of a construction.
    pub fn of(made: &Construction) -> Self {
        let all =
            || std::iter::once(&made.initial_errors).chain(made.iterations.iter().map(|step| &step.coefficient_errors));
        let largest = |errors: &Vec<f64>| errors.iter().fold(0.0, |most: f64, error| most.max(error.abs()));
        Self { errors: all().map(largest).collect(), lengths: all().map(|errors| super::norm(errors)).collect() }
    }

    /// A path from errors alone.
    #[cfg(test)]
    pub fn from_errors(errors: &[f64]) -> Self {
        Self { errors: errors.to_vec(), lengths: errors.to_vec() }
    }

    /// The errors, the initial one first.
    pub fn errors(&self) -> &[f64] {
        &self.errors
    }

    /// The first step after which the error is at most `tolerance`.
    pub fn steps_to(&self, tolerance: f64) -> Option<usize> {
        self.errors.iter().position(|error| *error <= tolerance)
    }

    /// Whether every step makes the error shorter.
    pub fn always_falls(&self) -> bool {
        self.lengths.windows(2).all(|pair| pair[1] < pair[0])
    }

    /// The order of convergence: 1 for a constant factor per step, 2 for Newton's method.
    ///
    /// *Algorithm*: the slope of ln e(k+1) against ln e(k) by least squares, over steps that begin below 1 and end
    /// above rounding; `None` for fewer than two such steps.
    pub fn order(&self) -> Option<f64> {
        let pairs: Vec<(f64, f64)> = self
            .errors
            .windows(2)
            .filter(|pair| pair[0] < ASYMPTOTIC && pair[1] > ROUNDING_FLOOR && pair[1] < pair[0])
            .map(|pair| (pair[0].ln(), pair[1].ln()))
            .collect();
        let n = pairs.len() as f64;
        let (x, y) = pairs.iter().fold((0.0, 0.0), |(x, y), pair| (x + pair.0 / n, y + pair.1 / n));
        let (xx, xy) = pairs.iter().fold((0.0, 0.0), |(xx, xy), pair| {
            let (dx, dy) = (pair.0 - x, pair.1 - y);
            (xx + dx * dx, xy + dx * dy)
        });
        (pairs.len() > 1 && xx > 0.0).then(|| xy / xx)
    }

    /// Decimal digits gained per step on the way to 10⁻¹⁰; `None` when it is never reached, or without a step.
    pub fn digits_per_step(&self) -> Option<f64> {
        let steps = self.steps_to(DIGITS_END).filter(|steps| *steps > 0)?;
        let end = self.errors[steps].max(ROUNDING_FLOOR);
        Some((self.errors[0] / end).log10() / steps as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_orders_are_found() {
        let newton = Path::from_errors(&[10.0, 0.5, 0.25, 0.0625, 0.00390625, 1.52587890625e-5, 0.0]);
        assert!((newton.order().unwrap() - 2.0).abs() < 1e-12);
        let linear = Path::from_errors(&[0.5, 0.05, 0.005, 0.0005, 0.00005]);
        assert!((linear.order().unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(linear.steps_to(0.002), Some(3));
        assert_eq!(linear.digits_per_step(), None);
        let whole = Path::from_errors(&[1.0, 1e-5, 1e-10]);
        assert!((whole.digits_per_step().unwrap() - 5.0).abs() < 1e-12);
        assert!(whole.always_falls() && !Path::from_errors(&[1.0, 2.0]).always_falls());
        assert_eq!(Path::from_errors(&[0.5, 0.1]).order(), None);
        assert_eq!(Path::from_errors(&[0.0]).digits_per_step(), None);
    }
}
