//! A box of inputs.

use super::UnitError;

/// A closed box: per input a lower and an upper end, which may be equal.
#[derive(Clone, Debug, PartialEq)]
pub struct InputBox {
    lower: Vec<f64>,
    upper: Vec<f64>,
}

impl InputBox {
    /// The box with these ends.
    ///
    /// # Errors
    /// When the numbers of ends differ, an end is not finite, or a lower end is above its upper end.
    pub fn new(lower: Vec<f64>, upper: Vec<f64>) -> Result<Self, UnitError> {
        if lower.len() != upper.len() {
            return Err(UnitError::Ends { lower: lower.len(), upper: upper.len() });
        }
        for (input, (lower, upper)) in lower.iter().zip(&upper).enumerate() {
            if !(lower <= upper && lower.is_finite() && upper.is_finite()) {
                return Err(UnitError::Interval { input, lower: *lower, upper: *upper });
            }
        }
        Ok(Self { lower, upper })
    }

    /// The same interval in each of `dim` inputs.
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn cube(dim: usize, lower: f64, upper: f64) -> Result<Self, UnitError> {
        Self::new(vec![lower; dim], vec![upper; dim])
    }

    /// Number of inputs.
    pub fn dim(&self) -> usize {
        self.lower.len()
    }

    /// Lower ends.
    pub fn lower(&self) -> &[f64] {
        &self.lower
    }

    /// Upper ends.
    pub fn upper(&self) -> &[f64] {
        &self.upper
    }

    /// Whether a point lies inside or on the boundary.
    pub fn contains(&self, point: &[f64]) -> bool {
        let inside = |((lower, upper), x): ((&f64, &f64), &f64)| lower <= x && x <= upper;
        point.len() == self.dim() && self.lower.iter().zip(&self.upper).zip(point).all(inside)
    }

    /// The point in the middle, up to rounding.
    pub(crate) fn middle(&self) -> Vec<f64> {
        (0..self.dim()).map(|axis| self.middle_of(axis)).collect()
    }

    /// The middle of one side; it lies in the box, whatever is rounded.
    pub(crate) fn middle_of(&self, axis: usize) -> f64 {
        (0.5 * self.lower[axis] + 0.5 * self.upper[axis]).clamp(self.lower[axis], self.upper[axis])
    }

    /// Both parts, or `None` when the cut does not lie strictly inside.
    pub(crate) fn split(&self, axis: usize, at: f64) -> Option<[Self; 2]> {
        let (lower, upper) = (*self.lower.get(axis)?, *self.upper.get(axis)?);
        if !(lower < at && at < upper) {
            return None;
        }
        let (mut left, mut right) = (self.clone(), self.clone());
        left.upper[axis] = at;
        right.lower[axis] = at;
        Some([left, right])
    }
}
