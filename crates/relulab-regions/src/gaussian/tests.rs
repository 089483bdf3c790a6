//! Closed forms, quadrature of another kind, and the tails.

use super::*;
use crate::line::LineFunction;
use proptest::prelude::*;
use std::f64::consts::PI;

/// Tanh-sinh quadrature of one smooth stretch: doubly exponential, so independent of both methods under test.
fn tanh_sinh(integrand: impl Fn(f64) -> f64, left: f64, right: f64) -> f64 {
    let (middle, half) = (0.5 * (left + right), 0.5 * (right - left));
    let step = 1.0 / 32.0;
    let point = |k: i32| {
        let u = step * f64::from(k);
        let inner = 0.5 * PI * u.sinh();
        let weight = 0.5 * PI * u.cosh() / inner.cosh().powi(2);
        weight * integrand(middle + half * inner.tanh())
    };
    half * step * (-110..=110).map(point).sum::<f64>()
}

/// The expected error by tanh-sinh on short stretches between all kinks and breaks.
fn oracle(function: &LineFunction, breaks: &[f64], coefficients: &[Vec<f64>]) -> f64 {
    let mut ends: Vec<f64> = function.breakpoints().iter().chain(breaks).copied().collect();
    ends.extend((-156..=156).map(|k| f64::from(k) / 4.0));
    ends.retain(|end| end.abs() <= 39.0);
    ends.sort_by(f64::total_cmp);
    let stretch = |pair: &[f64]| {
        let middle = 0.5 * (pair[0] + pair[1]);
        let piece = function.breakpoints().partition_point(|kink| *kink <= middle);
        let target = &coefficients[breaks.partition_point(|end| *end <= middle)];
        let error = |x: f64| {
            let value = function.slopes()[piece] * x + function.intercepts()[piece];
            value - target.iter().rev().fold(0.0, |sum, c| sum * x + c)
        };
        tanh_sinh(|x| error(x).powi(2) * (-0.5 * x * x).exp() / (2.0 * PI).sqrt(), pair[0], pair[1])
    };
    ends.windows(2).filter(|pair| pair[0] < pair[1]).map(stretch).sum()
}

/// Σ kᵢ relu(x − bᵢ) + c as a line function.
fn hinges(constant: f64, hinges: &[(f64, f64)]) -> LineFunction {
    let mut hinges = hinges.to_vec();
    hinges.sort_by(|a, b| a.0.total_cmp(&b.0));
    hinges.dedup_by(|a, b| a.0 == b.0);
    let (mut slopes, mut intercepts) = (vec![0.0], vec![constant]);
    for (index, (at, kink)) in hinges.iter().enumerate() {
        slopes.push(slopes[index] + kink);
        intercepts.push(intercepts[index] - kink * at);
    }
    LineFunction::from_parts(1, hinges.iter().map(|hinge| hinge.0).collect(), slopes, intercepts).unwrap()
}

/// The expected error of one function against one target.
fn expected(function: &LineFunction, breaks: &[f64], coefficients: &[Vec<f64>]) -> f64 {
    GaussianIntegrator::new().squared_error(function, 0, breaks, coefficients).unwrap()
}

#[track_caller]
fn assert_close(got: f64, exact: f64, relative: f64) {
    assert!((got - exact).abs() <= relative * exact.abs(), "got {got:e}, expected {exact:e}");
}

#[test]
fn closed_forms() {
    let zero = hinges(0.0, &[]);
    assert_close(expected(&zero, &[], &[vec![0.0, 0.0, 1.0]]), 3.0, 1e-14);
    assert_close(expected(&zero, &[], &[vec![1.0, 2.0]]), 5.0, 1e-14);
    assert_close(expected(&zero, &[0.0], &[vec![0.0, -1.0], vec![0.0, 1.0]]), 1.0, 1e-14);
    assert_close(expected(&zero, &[], &[vec![0.0, 0.0, 0.0, 0.0, 0.0, 1.0]]), 945.0, 1e-14);
    // E[relu(X)²] = 1/2, E[(relu(X) − X²)²] = 1/2 − 4/√(2π) + 3.
    assert_close(expected(&hinges(0.0, &[(0.0, 1.0)]), &[], &[vec![]]), 0.5, 1e-14);
    let exact = 3.5 - 4.0 / (2.0 * PI).sqrt();
    assert_close(expected(&hinges(0.0, &[(0.0, 1.0)]), &[], &[vec![0.0, 0.0, 1.0]]), exact, 1e-14);
    // The function equals the target.
    let ramp = hinges(-1.0, &[(0.5, 2.0)]);
    assert_eq!(expected(&ramp, &[0.5], &[vec![-1.0], vec![-2.0, 2.0]]), 0.0);
}

#[test]
fn far_hinges_keep_their_digits() {
    // E[relu(X − a)²] = (1 + a²) Q(a) − a φ(a), which cancels; for large a it is φ(a) (2/a³ − 12/a⁵ + 90/a⁷ − …).
    for a in [25.0_f64, 30.0, 35.0] {
        let mut series = 0.0;
        let mut term = 2.0 / a.powi(3);
        for n in 0..12 {
            series += term;
            // Coefficients (−1)ⁿ (2n + 2)! / (2ⁿ n!) from integrating y² exp(−a y) (−y²/2)ⁿ/n!.
            term *= -f64::from((2 * n + 3) * (2 * n + 4)) / (2.0 * f64::from(n + 1) * a * a);
        }
        let exact = series * (-0.5 * a * a).exp() / (2.0 * PI).sqrt();
        for slope in [1.0, 1e-40, 1e40] {
            assert_close(expected(&hinges(0.0, &[(a, slope)]), &[], &[vec![]]), exact * slope * slope, 1e-12);
        }
        let mirrored = LineFunction::from_parts(1, vec![-a], vec![-1.0, 0.0], vec![-a, 0.0]).unwrap();
        assert_close(expected(&mirrored, &[], &[vec![]]), exact, 1e-12);
    }
}

#[test]
fn steep_needles_keep_their_digits() {
    // A triangle of height 1 and half-width h at m: E = φ(m) · 2h/3 · (1 + (m² − 1) h²/20 + …).
    for (m, h) in [(0.0_f64, 1e-6), (1.5, 1e-7), (-30.0, 1e-6), (30.0, 1e-6)] {
        let s = 1.0 / h;
        let (a, b) = (m - h, m + h);
        let function =
            LineFunction::from_parts(1, vec![a, m, b], vec![0.0, s, -s, 0.0], vec![0.0, -a * s, b * s, 0.0]).unwrap();
        let exact = (-0.5 * m * m).exp() / (2.0 * PI).sqrt() * 2.0 * h / 3.0;
        // The intercepts themselves are rounded: slope · ε is the error of the function's own values.
        assert_close(expected(&function, &[], &[vec![]]), exact, 1e-7);
    }
}

#[test]
fn bad_targets_are_refused() {
    let function = hinges(0.0, &[]);
    let mut integrator = GaussianIntegrator::new();
    let mut error = |output, breaks: &[f64], pieces: usize| {
        integrator.squared_error(&function, output, breaks, &vec![vec![0.0]; pieces]).unwrap_err()
    };
    assert_eq!(error(1, &[], 1), GaussianError::Output { output: 1, output_dim: 1 });
    assert_eq!(error(0, &[], 2), GaussianError::PieceCount { breaks: 0, pieces: 2 });
    assert_eq!(error(0, &[1.0, 0.0], 3), GaussianError::Order { index: 1 });
    assert_eq!(error(0, &[f64::NAN], 2), GaussianError::Order { index: 0 });
}

proptest! {
    #[test]
    fn random_functions_match_tanh_sinh(
        constant in -3.0..3.0_f64,
        kinks in prop::collection::vec(
            (prop_oneof![4 => -4.0..4.0_f64, 1 => -35.0..35.0_f64, 1 => 1.0..1.000_001_f64], -2.0..2.0_f64), 0..16),
        steep in prop_oneof![Just(1.0), Just(1e8), Just(1e-8)],
        breaks in prop::collection::vec(-5.0..5.0_f64, 0..3),
        coefficients in prop::collection::vec(prop::collection::vec(-2.0..2.0_f64, 0..6), 3),
    ) {
        let kinks: Vec<(f64, f64)> = kinks.into_iter().map(|(at, kink)| (at, kink * steep)).collect();
        let function = hinges(constant, &kinks);
        let mut breaks = breaks;
        breaks.sort_by(f64::total_cmp);
        let coefficients = &coefficients[..breaks.len() + 1];
        let (got, exact) = (expected(&function, &breaks, coefficients), oracle(&function, &breaks, coefficients));
        prop_assert!((got - exact).abs() <= 1e-10 * exact, "got {got:e}, expected {exact:e}");
    }
}
