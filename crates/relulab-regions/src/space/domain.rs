//! Where networks are looked at.

use super::SpaceError;

/// Where a network is looked at: a box, or the whole space.
#[derive(Clone, Debug, PartialEq)]
pub struct SpaceDomain {
    sides: Option<Vec<(f64, f64)>>,
}

impl SpaceDomain {
    /// The whole space; some of its regions are unbounded.
    pub fn whole() -> Self {
        Self { sides: None }
    }

    /// The box with these lower and upper ends, one pair per input.
    ///
    /// # Errors
    /// When an end is not finite, or a lower end is not below its upper end.
    pub fn cuboid(sides: Vec<(f64, f64)>) -> Result<Self, SpaceError> {
        let bad = |(lower, upper): &(f64, f64)| !(lower.is_finite() && upper.is_finite() && lower < upper);
        match sides.iter().position(bad) {
            Some(input) => Err(SpaceError::Domain { input, lower: sides[input].0, upper: sides[input].1 }),
            None => Ok(Self { sides: Some(sides) }),
        }
    }

    /// The box with the same ends for each of `n_inputs` inputs.
    ///
    /// # Errors
    /// As for [`cuboid`](Self::cuboid).
    pub fn cube(n_inputs: usize, lower: f64, upper: f64) -> Result<Self, SpaceError> {
        Self::cuboid(vec![(lower, upper); n_inputs])
    }

    /// The ends of a box, `None` for the whole space.
    pub fn sides(&self) -> Option<&[(f64, f64)]> {
        self.sides.as_deref()
    }
}
