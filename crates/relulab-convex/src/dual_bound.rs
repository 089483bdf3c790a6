//! Bounds of a linear program from multipliers, in rationals and without a solver.

use crate::{LinearProgram, Row};
use relulab_exact::{Number, Rational, Sign};

/// A claim with its proof: a linear program has no feasible point with a value below `bound`.
///
/// Multipliers may come from anywhere; only whether they prove the claim counts. A program whose objective is zero and
/// whose bound is positive has no feasible point at all.
#[derive(Clone, Debug, PartialEq)]
pub struct DualBound {
    /// One number per row.
    pub multipliers: Vec<f64>,
    /// The lower bound.
    pub bound: f64,
}

/// Why multipliers do not prove a bound.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DualFault {
    /// They do not fit the program, are not finite, or press against an end that a row does not have.
    #[error("the multipliers prove no bound")]
    Vacuous,
    /// What they prove is weaker.
    #[error("the multipliers prove {proved}, less than the claimed {claimed}")]
    Weaker {
        /// The bound that they prove, rounded.
        proved: f64,
        /// The bound of the claim.
        claimed: f64,
    },
}

impl DualBound {
    /// Checks the claim, exactly.
    ///
    /// # Errors
    /// When the multipliers prove nothing, or less than is claimed.
    pub fn verify(&self, program: &LinearProgram) -> Result<(), DualFault> {
        let proved = bound(program, &self.multipliers).ok_or(DualFault::Vacuous)?;
        let claimed = Rational::from_f64(self.bound).ok_or(DualFault::Vacuous)?;
        if claimed <= proved { Ok(()) } else { Err(DualFault::Weaker { proved: proved.to_f64(), claimed: self.bound }) }
    }
}

/// The lower bound that multipliers prove, exactly; `None` where they prove none.
///
/// *Shapes*: one multiplier per row.
pub fn bound(program: &LinearProgram, multipliers: &[f64]) -> Option<Rational> {
    if multipliers.len() != program.rows().len() {
        return None;
    }
    let mut reduced = program.objective().iter().map(|cost| Rational::from_f64(*cost)).collect::<Option<Vec<_>>>()?;
    let mut sum = Rational::zero();
    for (multiplier, Row { coefficients, lower, upper }) in multipliers.iter().zip(program.rows()) {
        let multiplier = Rational::from_f64(*multiplier)?;
        if multiplier.is_zero() {
            continue;
        }
        for (variable, coefficient) in coefficients {
            let slot = &mut reduced[*variable];
            *slot = std::mem::take(slot) - multiplier.clone() * &Rational::from_f64(*coefficient)?;
        }
        sum = sum + smallest(&multiplier, *lower, *upper)?;
    }
    for (cost, (lower, upper)) in reduced.iter().zip(program.variables()) {
        sum = sum + smallest(cost, *lower, *upper)?;
    }
    Some(sum)
}

/// The smallest value of factor · r over an interval; `None` for −∞.
fn smallest(factor: &Rational, lower: f64, upper: f64) -> Option<Rational> {
    match factor.exact_sign() {
        Sign::Zero => Some(Rational::zero()),
        Sign::Positive => Some(Rational::from_f64(lower)? * factor),
        Sign::Negative => Some(Rational::from_f64(upper)? * factor),
    }
}
