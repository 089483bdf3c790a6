//! Scaling symmetries, the null space of Gauss-Newton and its causes.

mod sample;

use proptest::prelude::*;
use relulab_curvature::{
    CurvatureEngine, MatrixKind, Objective, ObservedUnits, Spectrum, UnitStatus, attribute_null_space, scaling_tangents,
};
use relulab_net::{Activation, Loss, Shape};
use sample::Sample;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn scaling_tangents_obey_their_identity(
        widths in prop::collection::vec(1..6_usize, 1..4), d in 1..3_usize, o in 1..3_usize, n in 1..30_usize,
        leaky in any::<bool>(), loss in 0..3_usize, seed in 0..100_usize,
    ) {
        let loss = [Loss::Mse, Loss::BinaryCrossEntropy, Loss::SoftmaxCrossEntropy][loss];
        let activation = if leaky { "leaky_relu:0.2" } else { "relu" };
        let sample = Sample::new(Shape::new(d, widths, o).unwrap(), activation, loss, n, seed);
        let tangents = scaling_tangents(&sample.objective(), &sample.parameters).unwrap();
        prop_assert_eq!(tangents.len(), sample.shape.n_units());
        for tangent in tangents {
            prop_assert!(tangent.gauss_newton_norm < 1e-12);
            prop_assert!(tangent.identity_error < 1e-12, "{:?}", tangent);
        }
    }

    #[test]
    fn shares_sum_to_one_and_known_causes_are_null(
        widths in prop::collection::vec(1..7_usize, 1..3), d in 1..3_usize, leaky in any::<bool>(),
        shift in -3.0..3.0_f64, seed in 0..100_usize,
    ) {
        let activation = if leaky { "leaky_relu:0.2" } else { "relu" };
        let mut sample = Sample::new(Shape::new(d, widths, 1).unwrap(), activation, Loss::Mse, 40, seed);
        // Large biases make units dead or linear.
        let first = sample.shape.layers().next().unwrap();
        for unit in first.biases.clone().step_by(2) {
            sample.parameters[unit] += shift;
        }
        let objective = sample.objective();
        let matrix = CurvatureEngine::new(objective).matrix(MatrixKind::GaussNewton, &sample.parameters).unwrap();
        let spectrum = Spectrum::of(MatrixKind::GaussNewton, &matrix).unwrap();
        let null = attribute_null_space(&objective, &sample.parameters, &spectrum, 1e-10).unwrap();
        let explained: usize = null.dimensions.iter().sum();
        prop_assert!(explained <= null.eigenvalues.len(), "{:?}", null);
        for shares in &null.shares {
            let sum = shares.scaling + shares.dead + shares.linear + shares.duplicate + shares.remainder;
            prop_assert!((sum - 1.0).abs() < 1e-9);
        }
        // All causes lie in the null space, so the shares add up to their dimensions.
        let total: f64 = null.shares.iter().map(|shares| 1.0 - shares.remainder).sum();
        prop_assert!((total - explained as f64).abs() < 1e-6, "{total} {explained}");
    }
}

#[test]
fn a_network_with_every_cause() {
    // Units: dead, linear, linear, two with one pattern, one with its own.
    let w = [1.0, 1.0, 0.5, 1.0, 2.0, -1.0];
    let b = [-9.0, 9.0, 7.0, 0.1, 0.22, 0.55];
    let v = [0.3, 0.2, -0.4, 1.0, 0.5, -0.7];
    let parameters: Vec<f64> = w.iter().chain(&b).chain(&v).copied().chain([0.1]).collect();
    let inputs: Vec<f64> = (-15..16).map(|i| f64::from(i) / 5.0).collect();
    let labels: Vec<f64> = inputs.iter().map(|x| x * x).collect();
    let shape = Shape::new(1, vec![6], 1).unwrap();
    let objective = Objective::new(&shape, Activation::Relu, Loss::Mse, &inputs, &labels).unwrap();
    let units = ObservedUnits::of(&objective, &parameters).unwrap();
    assert_eq!(units.with_status(0, UnitStatus::Dead), [0]);
    assert_eq!(units.with_status(0, UnitStatus::Linear), [1, 2]);
    let matrix = CurvatureEngine::new(objective).matrix(MatrixKind::GaussNewton, &parameters).unwrap();
    let spectrum = Spectrum::of(MatrixKind::GaussNewton, &matrix).unwrap();
    let null = attribute_null_space(&objective, &parameters, &spectrum, 1e-9).unwrap();
    // Functions: affine (2) + two per pattern (2 patterns) = 6 of 19 parameters matter, all others are explained:
    // 6 scalings, 2 more of the dead unit, 2 shifts and 1 exchange of the linear pair, 2 exchanges of the duplicates.
    assert_eq!(null.eigenvalues.len(), 13);
    assert_eq!(null.dimensions, [6, 2, 3, 2]);
    assert!(null.mean.remainder < 1e-9 && (null.mean.scaling - 6.0 / 13.0).abs() < 1e-9);
}

#[test]
fn smooth_networks_have_no_known_causes() {
    let sample = Sample::new(Shape::new(1, vec![3], 1).unwrap(), "tanh", Loss::Mse, 30, 0);
    assert!(scaling_tangents(&sample.objective(), &sample.parameters).unwrap().is_empty());
    let matrix = CurvatureEngine::new(sample.objective()).curvature(&sample.parameters).unwrap().hessian;
    let spectrum = Spectrum::of(MatrixKind::PatternHessian, &matrix).unwrap();
    assert!(attribute_null_space(&sample.objective(), &sample.parameters, &spectrum, 1e-9).is_err());
}
