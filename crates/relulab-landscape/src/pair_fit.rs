//! The best positive scale that brings one unit close to another.

use crate::roots::real_roots;

/// Where the infimum lies at scale 0 or ∞, the scale that is used is this or its inverse.
const EXTREME_SCALE: f64 = 1.0 / (1_u64 << 50) as f64;

/// The scale s > 0 that minimises ‖u − s u′‖² + ‖v − v′/s‖².
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PairFit {
    /// The best scale.
    pub scale: f64,
    /// The squared distance at that scale.
    pub squared_distance: f64,
}

impl PairFit {
    /// Fits unit (u′, v′) to unit (u, v), where u are incoming weights with the bias and v outgoing weights.
    ///
    /// *Algorithm*: half the derivative times s³ is ‖u′‖²s⁴ − (u·u′)s³ + (v·v′)s − ‖v′‖², with at most three positive
    /// roots. It is negative near 0 and positive near ∞ unless u′ or v′ is zero, so the best of its roots is the
    /// minimum. Without u′ or v′ the equation is linear, and the infimum may lie at s = 0 or ∞; a far scale stands for
    /// it, which changes nothing but the zero vector.
    pub fn new(u: &[f64], v: &[f64], u_other: &[f64], v_other: &[f64]) -> Self {
        let (quartic, linear) = (dot(u_other, u_other), dot(v_other, v_other));
        let (cubic, slope) = (dot(u, u_other), dot(v, v_other));
        let distance = |scale: f64| {
            let incoming: f64 = u.iter().zip(u_other).map(|(a, b)| (a - scale * b) * (a - scale * b)).sum();
            let outgoing: f64 = v.iter().zip(v_other).map(|(a, b)| (a - b / scale) * (a - b / scale)).sum();
            incoming + outgoing
        };
        let fit = |scale: f64| Self { scale, squared_distance: distance(scale) };
        let candidates: Vec<f64> = match (quartic > 0.0, linear > 0.0) {
            (false, false) => vec![1.0],
            (false, true) => vec![if slope > 0.0 { linear / slope } else { 1.0 / EXTREME_SCALE }],
            (true, false) => vec![if cubic > 0.0 { cubic / quartic } else { EXTREME_SCALE }],
            (true, true) => {
                let polynomial = [-linear, slope, 0.0, -cubic, quartic];
                let largest = polynomial.iter().fold(0.0, |largest: f64, c| largest.max(c.abs()));
                // Cauchy's bound of all roots.
                let bound = 1.0 + largest / quartic;
                real_roots(&polynomial, 0.0, bound).into_iter().map(|root| root.middle()).collect()
            }
        };
        let usable = candidates.into_iter().filter(|scale| *scale > 0.0 && scale.is_finite()).map(fit);
        usable.min_by(|a, b| a.squared_distance.total_cmp(&b.squared_distance)).unwrap_or_else(|| fit(1.0))
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rescaled_units_have_distance_zero() {
        let fit = PairFit::new(&[3.0, -6.0], &[0.5, 1.0], &[1.0, -2.0], &[1.5, 3.0]);
        assert!((fit.scale - 3.0).abs() < 1e-12 && fit.squared_distance < 1e-24);
    }

    #[test]
    fn units_without_weights_are_fitted_at_the_infimum() {
        assert_eq!(PairFit::new(&[1.0], &[2.0], &[0.0], &[0.0]).squared_distance, 5.0);
        assert_eq!(PairFit::new(&[1.0], &[2.0], &[0.0], &[4.0]), PairFit { scale: 2.0, squared_distance: 1.0 });
        assert_eq!(PairFit::new(&[1.0], &[2.0], &[4.0], &[0.0]), PairFit { scale: 0.25, squared_distance: 4.0 });
        assert!((PairFit::new(&[1.0], &[2.0], &[0.0], &[-4.0]).squared_distance - 5.0).abs() < 1e-12);
        assert!((PairFit::new(&[1.0], &[2.0], &[-4.0], &[0.0]).squared_distance - 5.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn no_scale_on_a_fine_grid_is_better(
            u in prop::array::uniform3(-2.0..2.0_f64), v in prop::array::uniform2(-2.0..2.0_f64),
            w in prop::array::uniform3(-2.0..2.0_f64), z in prop::array::uniform2(-2.0..2.0_f64),
        ) {
            let ours = PairFit::new(&u, &v, &w, &z);
            for k in -400..400 {
                let scale = libm::exp2(f64::from(k) / 40.0);
                let incoming: f64 = u.iter().zip(&w).map(|(a, b)| (a - scale * b).powi(2)).sum();
                let outgoing: f64 = v.iter().zip(&z).map(|(a, b)| (a - b / scale).powi(2)).sum();
                prop_assert!(ours.squared_distance <= (incoming + outgoing) * (1.0 + 1e-12));
            }
        }
    }
}
