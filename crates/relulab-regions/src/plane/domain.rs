//! Where a network with two inputs is looked at.

use super::PlaneError;
use super::exact::{ExactForm, cross, exact};
use super::form::{Form, HomogeneousPoint};
use relulab_exact::{Bounded, Number, Rational};

/// A rectangle, or the whole plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaneDomain {
    ends: Option<[[f64; 2]; 2]>,
}

/// Number of sides, and of corners, of a domain.
pub(crate) const N_SIDES: u8 = 4;

/// Inner normals of the sides, counterclockwise from the lower one.
const NORMALS: [[f64; 2]; N_SIDES as usize] = [[0.0, 1.0], [-1.0, 0.0], [0.0, -1.0], [1.0, 0.0]];

/// For every corner the end (0 lower, 1 upper) of each coordinate; corner k begins side k.
const CORNERS: [[usize; 2]; N_SIDES as usize] = [[0, 0], [1, 0], [1, 1], [0, 1]];

impl PlaneDomain {
    /// The whole plane: its outer cells reach to infinity.
    pub const WHOLE: Self = Self { ends: None };

    /// The rectangle of all points between the ends in each coordinate, lower end first.
    ///
    /// # Errors
    /// When an end is not finite, or a lower end is not below its upper end.
    pub fn rectangle(first: [f64; 2], second: [f64; 2]) -> Result<Self, PlaneError> {
        for [lower, upper] in [first, second] {
            if !(lower.is_finite() && upper.is_finite() && lower < upper) {
                return Err(PlaneError::Domain { lower, upper });
            }
        }
        Ok(Self { ends: Some([first, second]) })
    }

    /// The square of all points whose coordinates are between `lower` and `upper`.
    ///
    /// # Errors
    /// As for [`rectangle`](Self::rectangle).
    pub fn square(lower: f64, upper: f64) -> Result<Self, PlaneError> {
        Self::rectangle([lower, upper], [lower, upper])
    }

    /// The ends in each coordinate, `None` for the whole plane.
    pub fn ends(self) -> Option<[[f64; 2]; 2]> {
        self.ends
    }

    /// Whether bounded arithmetic may be used with these ends.
    pub(crate) fn is_accepted(self) -> bool {
        self.ends.is_none_or(|ends| ends.iter().all(|ends| Bounded::accepts(ends)))
    }

    /// Corner `index`, counterclockwise from the lower left; on the plane the direction in which it lies.
    pub(crate) fn corner(self, index: u8) -> HomogeneousPoint {
        let [x_end, y_end] = CORNERS[usize::from(index)];
        match self.ends {
            Some([first, second]) => HomogeneousPoint::exact([first[x_end], second[y_end], 1.0]),
            None => HomogeneousPoint::exact([signed(x_end), signed(y_end), 0.0]),
        }
    }

    /// The side that begins at corner `index`: a form that is positive inside.
    ///
    /// On the plane the sides are those of a square of half width R, where R exceeds every number that occurs; then
    /// the form lacks its constant, which is R.
    pub(crate) fn side(self, index: u8) -> Form {
        let [a, b] = NORMALS[usize::from(index)];
        let [x_end, y_end] = CORNERS[usize::from(index)];
        let constant = match self.ends {
            // One of the two products is zero and the other a copy, so nothing is rounded.
            Some([first, second]) => -(a * first[x_end] + b * second[y_end]),
            None => 0.0,
        };
        Form::exact([a, b, constant])
    }

    /// Where the line of a form meets a side, which must not be parallel to it.
    pub(crate) fn meeting(self, side: u8, form: &ExactForm) -> ExactPoint {
        let meeting = cross(&self.side(side).value.map(exact), form);
        let over_weight = |part: &Rational| part.clone() / &meeting[2];
        let at = [over_weight(&meeting[0]), over_weight(&meeting[1])];
        let rate = match self.ends {
            Some(_) => [Rational::zero(), Rational::zero()],
            None => [-over_weight(&form[1]), over_weight(&form[0])],
        };
        ExactPoint { at, rate }
    }

    /// Corner `index` in rationals.
    pub(crate) fn exact_corner(self, index: u8) -> ExactPoint {
        let corner = CORNERS[usize::from(index)];
        match self.ends {
            Some(ends) => ExactPoint {
                at: [exact(ends[0][corner[0]]), exact(ends[1][corner[1]])],
                rate: [Rational::zero(), Rational::zero()],
            },
            None => ExactPoint { at: [Rational::zero(), Rational::zero()], rate: corner.map(|end| exact(signed(end))) },
        }
    }
}

/// −1 for the lower end, 1 for the upper one.
fn signed(end: usize) -> f64 {
    if end == 0 { -1.0 } else { 1.0 }
}

/// The point `at` + R · `rate` in rationals, where R is larger than every number that occurs.
///
/// The rate is zero for points of the plane; others lie where an edge leaves for infinity.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ExactPoint {
    /// The constant part of the coordinates.
    pub at: [Rational; 2],
    /// The part proportional to R.
    pub rate: [Rational; 2],
}

impl ExactPoint {
    /// A point of the plane.
    pub(crate) fn finite(at: [Rational; 2]) -> Self {
        Self { at, rate: [Rational::zero(), Rational::zero()] }
    }

    /// Whether this is a point of the plane.
    pub fn is_finite(&self) -> bool {
        self.rate.iter().all(Rational::is_zero)
    }
}
