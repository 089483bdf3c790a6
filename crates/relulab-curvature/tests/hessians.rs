//! Hessians against finite differences of the naive gradient, and fast path against general method.

mod sample;

use proptest::prelude::*;
use relulab_curvature::{CurvatureEngine, MatrixKind, Objective};
use relulab_net::{Activation, Loss, Shape, reference};
use sample::Sample;

/// Step of the central differences below.
const STEP: f64 = 1e-5;

#[test]
fn hessians_match_differences_of_the_reference_gradient() {
    for (shape, activations) in [
        (Shape::new(1, vec![5], 1).unwrap(), vec!["relu", "leaky_relu:0.1", "tanh"]),
        (Shape::new(2, vec![], 3).unwrap(), vec!["relu"]),
        (Shape::new(2, vec![3, 4, 3], 1).unwrap(), vec!["relu", "leaky_relu:0.2", "gelu", "softplus"]),
        (Shape::new(3, vec![4, 3], 2).unwrap(), vec!["relu", "sigmoid", "gelu", "tanh"]),
    ] {
        for activation in activations {
            for loss in [Loss::Mse, Loss::Absolute, Loss::BinaryCrossEntropy, Loss::SoftmaxCrossEntropy] {
                let sample = Sample::new(shape.clone(), activation, loss, 9, 3);
                let curvature = CurvatureEngine::new(sample.objective()).curvature(&sample.parameters).unwrap();
                let gradient = |parameters: &[f64]| sample.reference(parameters).1;
                let (value, expected) = sample.reference(&sample.parameters);
                assert!((curvature.loss - value).abs() < 1e-13);
                sample::assert_close(&curvature.gradient, &expected, 1e-13);
                for i in 0..shape.n_params() {
                    let mut moved = sample.parameters.clone();
                    moved[i] += STEP;
                    let above = gradient(&moved);
                    moved[i] -= 2.0 * STEP;
                    let below = gradient(&moved);
                    for j in 0..shape.n_params() {
                        let difference = (above[j] - below[j]) / (2.0 * STEP);
                        let entry = curvature.hessian.at(i, j);
                        assert!(
                            (difference - entry).abs() < 2e-8,
                            "{shape} {activation} {loss} ({i},{j}): {difference} {entry}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn without_hidden_units_the_hessian_is_twice_the_moment_matrix() {
    let shape = Shape::new(1, vec![], 1).unwrap();
    let sample = Sample::new(shape, "relu", Loss::Mse, 50, 1);
    let n = 50.0;
    let moment = |power: i32| sample.inputs.iter().map(|x| x.powi(power)).sum::<f64>() / n;
    let hessian = CurvatureEngine::new(sample.objective()).curvature(&sample.parameters).unwrap().hessian;
    sample::assert_close(hessian.values(), &[2.0 * moment(2), 2.0 * moment(1), 2.0 * moment(1), 2.0], 1e-14);
}

#[test]
fn gauss_newton_is_the_product_of_jacobians() {
    for loss in [Loss::Mse, Loss::BinaryCrossEntropy, Loss::SoftmaxCrossEntropy, Loss::Absolute] {
        let sample = Sample::new(Shape::new(2, vec![4, 3], 2).unwrap(), "gelu", loss, 7, 5);
        let engine = CurvatureEngine::new(sample.objective());
        let gauss_newton = engine.matrix(MatrixKind::GaussNewton, &sample.parameters).unwrap();
        let p = gauss_newton.dim();
        let mut expected = vec![0.0; p * p];
        for (input, label) in sample.inputs.chunks(2).zip(sample.labels.chunks(2)) {
            let outputs = |parameters: &[f64]| {
                reference::pre_activations(&sample.shape, sample.activation, parameters, input).pop().unwrap()
            };
            let jacobian = sample::differences(&sample.parameters, outputs);
            let at = outputs(&sample.parameters);
            let curved = sample::differences(&at, |outputs| sample::loss_derivative(loss, outputs, label));
            for i in 0..p {
                for j in 0..p {
                    for a in 0..2 {
                        for b in 0..2 {
                            expected[i * p + j] += jacobian[i][a] * curved[a][b] * jacobian[j][b] / 7.0;
                        }
                    }
                }
            }
        }
        sample::assert_close(gauss_newton.values(), &expected, 1e-7);
        assert!(loss != Loss::Absolute || gauss_newton.frobenius_norm() == 0.0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn fast_path_agrees_with_the_general_method(
        seed in 0..1000_usize, k in 1..20_usize, n in 1..400_usize, leaky in any::<bool>(), zeros in any::<bool>(),
    ) {
        let activation = if leaky { "leaky_relu:0.3" } else { "relu" };
        let mut sample = Sample::new(Shape::new(1, vec![k], 1).unwrap(), activation, Loss::Mse, n, seed);
        if zeros {
            sample.parameters[0] = 0.0;
            sample.inputs[0] = 0.0;
            sample.parameters[k + k / 2] = 0.0;
        }
        let fast = CurvatureEngine::new(sample.objective()).curvature(&sample.parameters).unwrap();
        let general = CurvatureEngine::general(sample.objective()).curvature(&sample.parameters).unwrap();
        let size = 1.0 + general.hessian.frobenius_norm();
        sample::assert_close(fast.hessian.values(), general.hessian.values(), 1e-13 * size);
        sample::assert_close(fast.gauss_newton.values(), general.gauss_newton.values(), 1e-13 * size);
        sample::assert_close(&fast.gradient, &general.gradient, 1e-13 * size);
        prop_assert!((fast.loss - general.loss).abs() <= 1e-13 * size);
    }
}

#[test]
fn bad_parameters_are_refused() {
    let sample = Sample::new(Shape::new(1, vec![3], 1).unwrap(), "relu", Loss::Mse, 4, 0);
    let engine = CurvatureEngine::new(sample.objective());
    assert!(engine.curvature(&[0.0; 9]).is_err());
    assert!(engine.curvature(&[f64::NAN; 10]).is_err());
    assert!(engine.matrix(MatrixKind::PopulationHessian, &sample.parameters).is_err());
    assert!(engine.spectra(MatrixKind::GaussNewton, &[0.0; 15]).is_err());
    assert!(engine.spectra(MatrixKind::GaussNewton, &[1e200; 10]).is_err());
    let wide = Shape::new(100, vec![100], 1).unwrap();
    let (inputs, labels) = ([0.0; 100], [0.0]);
    let objective = Objective::new(&wide, Activation::Relu, Loss::Mse, &inputs, &labels).unwrap();
    assert!(CurvatureEngine::new(objective).curvature(&vec![0.0; wide.n_params()]).is_err());
}
