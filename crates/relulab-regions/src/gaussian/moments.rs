//! Truncated moments of the normal distribution with bounds of their rounding errors.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// Relative error allowed to one step of the recurrence and to the special functions: four units in the last place.
pub(super) const ROUNDING: f64 = 4.0 * f64::EPSILON;

/// An end of a piece, with the values of the normal distribution there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Boundary {
    /// Where it is.
    pub x: f64,
    /// φ(x).
    density: f64,
    /// Relative error of `density`: that of x², amplified by the exponential.
    density_error: f64,
    /// P(X > |x|).
    tail: f64,
}

impl Boundary {
    /// The boundary at `x`, which may be infinite.
    pub fn at(x: f64) -> Self {
        if x.is_infinite() {
            return Self { x, density: 0.0, density_error: 0.0, tail: 0.0 };
        }
        Self {
            x,
            density: density(x),
            density_error: ROUNDING * (1.0 + x * x),
            tail: 0.5 * libm::erfc(x.abs() * FRAC_1_SQRT_2),
        }
    }
}

/// φ(x), the density of N(0,1).
pub(super) fn density(x: f64) -> f64 {
    libm::exp(-0.5 * x * x) / (2.0 * PI).sqrt()
}

/// Moments ∫ xᵏ φ over one piece, k = 0, 1, …, each with a bound of its error.
#[derive(Clone, Debug, Default)]
pub(super) struct Moments {
    values: Vec<(f64, f64)>,
}

impl Moments {
    /// Computes the first `n` moments between two boundaries.
    ///
    /// *Algorithm*: M₀ is a difference of upper tails on one side of 0, or 1 minus both; M₁ = φ(a) − φ(b); then the
    /// recurrence by parts, in which every error is carried along.
    pub fn compute(&mut self, left: &Boundary, right: &Boundary, n: usize) {
        let mass = if left.x >= 0.0 {
            left.tail - right.tail
        } else if right.x <= 0.0 {
            right.tail - left.tail
        } else {
            1.0 - left.tail - right.tail
        };
        let straddles = f64::from(u8::from(left.x < 0.0 && right.x > 0.0));
        let tails = left.tail * (1.0 + left.x_squared()) + right.tail * (1.0 + right.x_squared());
        self.values.clear();
        self.values.push((mass, ROUNDING * (straddles + tails)));
        let (mut left_term, mut right_term) = (left.density, right.density);
        for k in 1..n {
            let (below, below_error) = if k >= 2 { self.values[k - 2] } else { (0.0, 0.0) };
            let factor = (k - 1) as f64;
            let value = factor * below + (left_term - right_term);
            let error = factor * below_error
                + left_term.abs() * (left.density_error + k as f64 * ROUNDING)
                + right_term.abs() * (right.density_error + k as f64 * ROUNDING)
                + ROUNDING * value.abs();
            self.values.push((value, error));
            left_term = left.times_x(left_term);
            right_term = right.times_x(right_term);
        }
    }

    /// The moments with the bounds of their errors.
    pub fn iter(&self) -> impl Iterator<Item = &(f64, f64)> {
        self.values.iter()
    }
}

impl Boundary {
    /// x² where that matters, 0 at infinity.
    fn x_squared(&self) -> f64 {
        if self.x.is_infinite() { 0.0 } else { self.x * self.x }
    }

    /// x · `term`, 0 where the density has already won.
    fn times_x(&self, term: f64) -> f64 {
        if term == 0.0 { 0.0 } else { self.x * term }
    }
}
