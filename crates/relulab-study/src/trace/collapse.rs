//! The collapse of the steep tier: when it is over, and how sharp it is.

use serde::{Deserialize, Serialize};

/// Shares of the drop between which its width is measured.
const FROM_SHARE: f64 = 0.9;
const TO_SHARE: f64 = 0.1;

/// The number of steep eigenvalues at one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SteepCount {
    /// Completed steps.
    pub step: u64,
    /// Steep eigenvalues of the pattern Hessian.
    pub steep: u32,
}

/// The drop of the number of steep eigenvalues from the first look to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collapse {
    /// Steep eigenvalues at the first look.
    pub from: u32,
    /// Steep eigenvalues at the last look.
    pub to: u32,
    /// The first look at which there are no more of them than at the last.
    pub step: u64,
    /// Steps from the first look at which at most 90 % of the drop are left to the first with at most 10 %; `None`
    /// without a drop.
    pub width: Option<u64>,
}

impl Collapse {
    /// The collapse in a series of looks with ascending steps; `None` without any.
    ///
    /// Steps are known as finely as the looks lie.
    pub fn of(looks: &[SteepCount]) -> Option<Self> {
        let (from, to) = (looks.first()?.steep, looks.last()?.steep);
        // The last look itself qualifies, so every search ends.
        let first_at_most = |bound: f64| looks.iter().find(|look| f64::from(look.steep) <= bound).map(|look| look.step);
        let drop = f64::from(from) - f64::from(to);
        let left = |share: f64| first_at_most(f64::from(to) + share * drop);
        let width =
            if drop > 0.0 { left(TO_SHARE).zip(left(FROM_SHARE)).map(|(end, start)| end - start) } else { None };
        Some(Self { from, to, step: first_at_most(f64::from(to))?, width })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(counts: &[u32]) -> Vec<SteepCount> {
        counts.iter().enumerate().map(|(k, &steep)| SteepCount { step: 10 * k as u64, steep }).collect()
    }

    #[test]
    fn a_drop_has_a_step_and_a_width() {
        // The drop is 20: 90 % of it are left at 22, 10 % at 6.
        let collapse = Collapse::of(&looks(&[24, 24, 23, 22, 15, 7, 6, 5, 4, 6, 4])).unwrap();
        assert_eq!(collapse, Collapse { from: 24, to: 4, step: 80, width: Some(30) });
        let sudden = Collapse::of(&looks(&[24, 24, 4, 4])).unwrap();
        assert_eq!((sudden.step, sudden.width), (20, Some(0)));
    }

    #[test]
    fn without_a_drop_there_is_no_width() {
        let level = Collapse::of(&looks(&[4, 5, 4])).unwrap();
        assert_eq!((level.step, level.width), (0, None));
        let rise = Collapse::of(&looks(&[4, 5, 9])).unwrap();
        assert_eq!((rise.step, rise.width), (0, None));
        assert_eq!(Collapse::of(&[]), None);
    }
}
