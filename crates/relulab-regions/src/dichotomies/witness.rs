//! A half-space for every cell: a point strictly inside, in rationals.

use super::{Dichotomy, PointSet};
use crate::space::LeafVisitor;
use relulab_exact::{Bounded, Dyadic, Number, Rational, Sign};

/// Turns cells into dichotomies and shows them.
pub(super) struct Witnesses<'a, F> {
    pub points: &'a PointSet,
    pub show: &'a F,
}

impl<F: Fn(Dichotomy) + Sync> LeafVisitor for Witnesses<'_, F> {
    fn leaf(&self, positive: Vec<bool>, inside: &[f64], exact: &mut dyn FnMut() -> Vec<Rational>) {
        let half_space = if self.separates(inside, &positive) {
            inside.iter().map(|value| Rational::from_f64(*value).unwrap_or_default()).collect()
        } else {
            exact()
        };
        (self.show)(Dichotomy { positive, half_space });
    }
}

impl<F> Witnesses<'_, F> {
    /// Whether a half-space given in f64 picks exactly these points and has none on its boundary that need not be there.
    fn separates(&self, half_space: &[f64], positive: &[bool]) -> bool {
        self.points.rows().zip(positive).all(|(row, positive)| {
            let wanted = if *positive { Sign::Positive } else { Sign::Negative };
            let is_origin = row.iter().all(|value| *value == 0.0);
            is_origin || sign(row, half_space) == Some(wanted)
        })
    }
}

/// The sign of a scalar product, exactly.
fn sign(row: &[f64], half_space: &[f64]) -> Option<Sign> {
    let terms = || row.iter().zip(half_space);
    let bounded = terms().fold(Bounded::ZERO, |sum, (a, b)| sum + Bounded::exact(*a) * Bounded::exact(*b));
    bounded.sign().or_else(|| {
        let mut sum = Dyadic::zero();
        for (a, b) in terms() {
            sum = sum + &Dyadic::from_f64(*a)? * &Dyadic::from_f64(*b)?;
        }
        Some(sum.sign())
    })
}
