//! Polynomials in one variable as lists of coefficients, from the constant term up.

/// The value at t (Horner's rule).
pub(crate) fn value(polynomial: &[f64], t: f64) -> f64 {
    polynomial.iter().rev().fold(0.0, |value, coefficient| value * t + coefficient)
}

/// The derivative.
pub(crate) fn derivative(polynomial: &[f64]) -> Vec<f64> {
    polynomial.iter().enumerate().skip(1).map(|(power, coefficient)| power as f64 * coefficient).collect()
}

/// Adds `(constant + slope · t) · factor` to `sum`, which grows to the degree that it needs.
pub(crate) fn add_linear_multiple(sum: &mut Vec<f64>, constant: f64, slope: f64, factor: &[f64]) {
    if sum.len() < factor.len() + 1 {
        sum.resize(factor.len() + 1, 0.0);
    }
    for (power, coefficient) in factor.iter().enumerate() {
        sum[power] += constant * coefficient;
        sum[power + 1] += slope * coefficient;
    }
}

/// Adds `scale · factor²` to `sum`, which is long enough.
pub(crate) fn add_square(sum: &mut [f64], scale: f64, factor: &[f64]) {
    for (i, a) in factor.iter().enumerate() {
        for (j, b) in factor.iter().enumerate() {
            sum[i + j] += scale * a * b;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_is_that_of_the_values() {
        let factor = [1.0, -2.0, 0.5];
        let mut sum = vec![3.0];
        add_linear_multiple(&mut sum, 4.0, -1.0, &factor);
        let mut square = vec![0.0; 5];
        add_square(&mut square, 2.0, &factor);
        for t in [-1.5, 0.0, 0.25, 2.0] {
            assert_eq!(value(&sum, t), 3.0 + (4.0 - t) * value(&factor, t));
            assert_eq!(value(&square, t), 2.0 * value(&factor, t).powi(2));
        }
        assert_eq!(derivative(&factor), [-2.0, 1.0]);
    }
}
