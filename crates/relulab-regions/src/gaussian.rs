//! Expected squared error of a piecewise linear function under N(0,1), in closed form where that is accurate.
//!
//! On a piece the error is a polynomial p, so E = Σ ∫ p² φ. The integral is Σ qₖ Mₖ with the coefficients q of p² and
//! the truncated moments Mₖ = (k−1) Mₖ₋₂ + aᵏ⁻¹ φ(a) − bᵏ⁻¹ φ(b). That sum cancels on short pieces and in the tails,
//! so its rounding error is bounded beside it, and where the bound is too large the piece is integrated by
//! Gauss-Legendre quadrature instead, whose terms are all positive.

mod moments;
mod quadrature;

use crate::line::LineFunction;
use moments::{Boundary, Moments};

/// A closed form is taken when its rounding error is below this share of its own value …
const MOMENT_TOLERANCE: f64 = 1e-11;

/// … or below this share of what the pieces before it have added up to.
const NEGLIGIBLE_SHARE: f64 = f64::EPSILON;

/// Why an expected error cannot be computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GaussianError {
    /// The function has no such output.
    #[error("output {output} of a function with {output_dim} outputs")]
    Output {
        /// The output asked for.
        output: usize,
        /// How many there are.
        output_dim: usize,
    },
    /// The target's breaks and pieces do not fit together.
    #[error("{breaks} breaks and {pieces} pieces: expected one more piece than breaks")]
    PieceCount {
        /// Number of breaks.
        breaks: usize,
        /// Number of coefficient lists.
        pieces: usize,
    },
    /// The target's breaks do not ascend.
    #[error("break {index} of the target is below the one before it, or not a number")]
    Order {
        /// Its place.
        index: usize,
    },
}

/// Computes expected errors and keeps the memory for it.
#[derive(Clone, Debug, Default)]
pub struct GaussianIntegrator {
    /// Coefficients of f − t on one piece, ascending powers.
    difference: Vec<f64>,
    /// Coefficients of the square, and of the square of the absolute values.
    square: Vec<(f64, f64)>,
    moments: Moments,
}

impl GaussianIntegrator {
    /// An integrator without memory yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// E[(f(X) − t(X))²] for X ~ N(0,1), where t is a piecewise polynomial.
    ///
    /// The relative error is that of the data: about 1e-11 or better unless f and t agree to many digits everywhere.
    /// The result is infinite or NaN when the error itself leaves the range of f64.
    ///
    /// *Shapes*: `function` is a function on the whole line; `coefficients` (ascending powers) has one more entry
    /// than `breaks`. At the breaks themselves the target's value does not matter.
    ///
    /// # Errors
    /// When the output does not exist or the target's parts do not fit together.
    ///
    /// *Reference*: Gaussian moments by parts; nodes of Legendre's polynomial of degree 16.
    pub fn squared_error(
        &mut self,
        function: &LineFunction,
        output: usize,
        breaks: &[f64],
        coefficients: &[Vec<f64>],
    ) -> Result<f64, GaussianError> {
        let output_dim = function.output_dim();
        if output >= output_dim {
            return Err(GaussianError::Output { output, output_dim });
        }
        if coefficients.len() != breaks.len() + 1 {
            return Err(GaussianError::PieceCount { breaks: breaks.len(), pieces: coefficients.len() });
        }
        let ascends = |index: &usize| breaks[*index] >= if *index == 0 { f64::NEG_INFINITY } else { breaks[index - 1] };
        if let Some(index) = (0..breaks.len()).find(|index| !ascends(index)) {
            return Err(GaussianError::Order { index });
        }
        let kinks = function.breakpoints();
        let (mut piece, mut part) = (0, 0);
        let mut left = Boundary::at(f64::NEG_INFINITY);
        let mut total = 0.0;
        loop {
            let kink = kinks.get(piece).copied().unwrap_or(f64::INFINITY);
            let target_break = breaks.get(part).copied().unwrap_or(f64::INFINITY);
            let end = kink.min(target_break);
            if end > left.x {
                let right = Boundary::at(end);
                let place = piece * output_dim + output;
                self.set_difference(function.slopes()[place], function.intercepts()[place], &coefficients[part]);
                total += self.integrate(&left, &right, total);
                left = right;
            }
            if piece == kinks.len() && part == breaks.len() {
                return Ok(total);
            }
            // A side whose pieces are used up has its next boundary at infinity: advance the other one.
            if part == breaks.len() || (piece < kinks.len() && kink <= target_break) {
                piece += 1;
            } else {
                part += 1;
            }
        }
    }

    /// Writes slope · x + intercept − t.
    fn set_difference(&mut self, slope: f64, intercept: f64, target: &[f64]) {
        self.difference.clear();
        self.difference.extend(target.iter().map(|coefficient| -coefficient));
        self.difference.resize(target.len().max(2), 0.0);
        self.difference[0] += intercept;
        self.difference[1] += slope;
        while self.difference.len() > 1 && self.difference.last() == Some(&0.0) {
            self.difference.pop();
        }
    }

    /// ∫ p² φ between two boundaries, `total` being the sum over the pieces before.
    fn integrate(&mut self, left: &Boundary, right: &Boundary, total: f64) -> f64 {
        let degree = self.difference.len() - 1;
        self.square.clear();
        self.square.resize(2 * degree + 1, (0.0, 0.0));
        for (i, a) in self.difference.iter().enumerate() {
            for (b, (square, absolute)) in self.difference.iter().zip(&mut self.square[i..]) {
                *square += a * b;
                *absolute += (a * b).abs();
            }
        }
        self.moments.compute(left, right, self.square.len());
        let (mut value, mut error) = (0.0, 0.0);
        for ((square, absolute), (moment, moment_error)) in self.square.iter().zip(self.moments.iter()) {
            value += square * moment;
            error += absolute * (moment_error + moments::ROUNDING * moment.abs());
        }
        error *= 1.0 + degree as f64;
        if error <= MOMENT_TOLERANCE * value || error <= NEGLIGIBLE_SHARE * total {
            value.max(0.0)
        } else {
            quadrature::integrate_square(&self.difference, left.x, right.x)
        }
    }
}

#[cfg(test)]
mod tests;
