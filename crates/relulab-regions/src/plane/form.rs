//! Affine forms and homogeneous points in f64 with bounds, and the sign of one at the other.

use relulab_exact::Bounded;

/// Factor that makes up for the roundings made while a bound is itself computed.
pub(super) const INFLATION: f64 = 1.0 + 16.0 * HALF_ULP;

/// Relative error of one rounding.
pub(super) const HALF_ULP: f64 = f64::EPSILON / 2.0;

/// Added to every bound against products that underflow.
pub(super) const UNDERFLOW: f64 = f64::MIN_POSITIVE;

/// The form a·x + b·y + c.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Form {
    /// a, b, c.
    pub value: [f64; 3],
    /// Bounds of their errors.
    pub error: [f64; 3],
}

impl Form {
    /// A form of three bounded coefficients.
    #[inline]
    pub fn new(coefficients: [Bounded; 3]) -> Self {
        Self { value: coefficients.map(Bounded::value), error: coefficients.map(Bounded::error) }
    }

    /// A form whose coefficients are exact.
    pub fn exact(value: [f64; 3]) -> Self {
        Self { value, error: [0.0; 3] }
    }

    /// Whether a coefficient is known to be zero.
    #[inline]
    fn vanishes(&self, index: usize) -> bool {
        self.value[index] == 0.0 && self.error[index] == 0.0
    }

    /// The sign of a form known to be constant: the sign of c where that is certain.
    pub fn constant_sign(&self) -> Option<i8> {
        if !(self.vanishes(0) && self.vanishes(1)) {
            return None;
        }
        if self.vanishes(2) {
            return Some(0);
        }
        let certain = self.value[2].abs() > self.error[2];
        certain.then_some(if self.value[2] > 0.0 { 1 } else { -1 })
    }

    /// The point where two forms vanish, as their cross product.
    ///
    /// Its weight is positive where the second form falls along the first line, walked with the first form's positive
    /// side to the left.
    #[inline]
    pub fn cross(&self, other: &Self) -> HomogeneousPoint {
        let mut point = HomogeneousPoint::default();
        for k in 0..3 {
            let (i, j) = ((k + 1) % 3, (k + 2) % 3);
            let (first, second) = (self.value[i] * other.value[j], self.value[j] * other.value[i]);
            let spread = |left: &Self, a: usize, right: &Self, b: usize| {
                left.value[a].abs() * right.error[b] + left.error[a] * (right.value[b].abs() + right.error[b])
            };
            let propagated = spread(self, i, other, j) + spread(self, j, other, i);
            point.at[k] = first - second;
            point.error[k] = (propagated + 3.0 * HALF_ULP * (first.abs() + second.abs())) * INFLATION + UNDERFLOW;
            let is_zero = (self.vanishes(i) || other.vanishes(j)) && (self.vanishes(j) || other.vanishes(i));
            if is_zero {
                (point.at[k], point.error[k]) = (0.0, 0.0);
            }
        }
        point
    }

    /// The direction in which this form is constant, with its positive side to the right.
    pub fn direction(&self) -> HomogeneousPoint {
        HomogeneousPoint { at: [-self.value[1], self.value[0], 0.0], error: [self.error[1], self.error[0], 0.0] }
    }

    /// The value at a point times its weight, and a bound of its error.
    #[inline]
    pub fn evaluate(&self, point: &HomogeneousPoint) -> (f64, f64) {
        let ([a, b, c], [x, y, w]) = (self.value, point.at);
        let products = [a * x, b * y, c * w];
        let value = products[0] + products[1] + products[2];
        let mut error = 0.0;
        for (k, product) in products.iter().enumerate() {
            error += self.value[k].abs() * point.error[k] + self.error[k] * (point.at[k].abs() + point.error[k]);
            error += 3.0 * HALF_ULP * product.abs();
        }
        (value, error * INFLATION + UNDERFLOW)
    }

    /// Whether every product in the value at a point has a factor known to be zero.
    pub fn is_zero_at(&self, point: &HomogeneousPoint) -> bool {
        (0..3).all(|k| self.vanishes(k) || (point.at[k] == 0.0 && point.error[k] == 0.0))
    }
}

/// A point times a positive weight, which is its third coordinate; a direction where that is zero.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct HomogeneousPoint {
    pub at: [f64; 3],
    pub error: [f64; 3],
}

impl HomogeneousPoint {
    /// A point with exact coordinates.
    pub fn exact(at: [f64; 3]) -> Self {
        Self { at, error: [0.0; 3] }
    }

    /// The opposite vector.
    #[inline]
    pub fn reversed(self) -> Self {
        Self { at: self.at.map(|part| -part), error: self.error }
    }
}
