//! Matrix-free products, Jacobians and JJᵀ against dense matrices.

mod sample;

use proptest::prelude::*;
use rayon::prelude::*;
use relulab_curvature::{
    CurvatureEngine, CurvatureOperator, GramRows, Jacobian, LanczosOptions, MatrixKind, Spectrum, SymmetricOperator,
    gauss_newton_eigenvalues, gram_matrix, lanczos, loss_and_gradient,
};
use relulab_net::{Loss, Purpose, RandomStream, Shape, reference};
use sample::Sample;

const ACTIVATIONS: [&str; 6] = ["relu", "leaky_relu:0.2", "gelu", "tanh", "sigmoid", "softplus"];
const LOSSES: [Loss; 4] = [Loss::Mse, Loss::Absolute, Loss::BinaryCrossEntropy, Loss::SoftmaxCrossEntropy];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn products_are_those_of_the_dense_matrices(
        widths in prop::collection::vec(1..6_usize, 0..4), d in 1..4_usize, o in 1..4_usize, n in 1..40_usize,
        activation in 0..6_usize, loss in 0..4_usize, seed in 0..100_usize,
    ) {
        let shape = Shape::new(d, widths, o).unwrap();
        let sample = Sample::new(shape, ACTIVATIONS[activation], LOSSES[loss], n, seed);
        let p = sample.parameters.len();
        let vector: Vec<f64> = (0..p).map(|i| libm::sin((3 * i + seed) as f64)).collect();
        let engine = CurvatureEngine::new(sample.objective());
        for kind in [MatrixKind::PatternHessian, MatrixKind::GaussNewton] {
            let matrix = engine.matrix(kind, &sample.parameters).unwrap();
            let operator = CurvatureOperator::new(kind, sample.objective(), &sample.parameters).unwrap();
            let mut product = vec![f64::NAN; p];
            operator.apply(&vector, &mut product).unwrap();
            sample::assert_close(&product, &matrix.times(&vector), 1e-12 * (1.0 + matrix.frobenius_norm()));
        }
        let (value, gradient) = loss_and_gradient(&sample.objective(), &sample.parameters).unwrap();
        let (expected_value, expected) = sample.reference(&sample.parameters);
        prop_assert!((value - expected_value).abs() < 1e-12 * (1.0 + expected_value));
        sample::assert_close(&gradient, &expected, 1e-12);
    }

    #[test]
    fn jacobians_give_gram_and_gauss_newton(
        widths in prop::collection::vec(1..5_usize, 0..3), o in 1..4_usize, n in 1..12_usize,
        activation in 0..6_usize, loss in 0..4_usize, seed in 0..100_usize,
    ) {
        let sample = Sample::new(Shape::new(2, widths, o).unwrap(), ACTIVATIONS[activation], LOSSES[loss], n, seed);
        let objective = sample.objective();
        let jacobian = Jacobian::of(&objective, &sample.parameters).unwrap();
        prop_assert_eq!(jacobian.n_rows(), n * o);
        let gram = gram_matrix(&objective, &sample.parameters, GramRows::Outputs).unwrap();
        for a in 0..n * o {
            for b in 0..n * o {
                let product: f64 = jacobian.row(a).iter().zip(jacobian.row(b)).map(|(a, b)| a * b).sum();
                prop_assert!((gram.at(a, b) - product).abs() < 1e-11);
            }
        }
        let matrix = CurvatureEngine::new(objective).matrix(MatrixKind::GaussNewton, &sample.parameters).unwrap();
        let dense = Spectrum::of(MatrixKind::GaussNewton, &matrix).unwrap();
        let values = gauss_newton_eigenvalues(&objective, &sample.parameters).unwrap();
        let skipped = dense.dim() - values.len();
        prop_assert!(dense.values()[..skipped].iter().all(|value| value.abs() < 1e-12 * (1.0 + matrix.trace())));
        sample::assert_close(&values, &dense.values()[skipped..], 1e-12 * (1.0 + matrix.trace()));
    }
}

#[test]
fn jacobian_rows_match_differences() {
    let sample = Sample::new(Shape::new(2, vec![4, 3], 2).unwrap(), "relu", Loss::Mse, 5, 1);
    let jacobian = Jacobian::of(&sample.objective(), &sample.parameters).unwrap();
    for (s, input) in sample.inputs.chunks(2).enumerate() {
        let outputs = |parameters: &[f64]| {
            reference::pre_activations(&sample.shape, sample.activation, parameters, input).pop().unwrap()
        };
        for (i, difference) in sample::differences(&sample.parameters, outputs).iter().enumerate() {
            for (r, difference) in difference.iter().enumerate() {
                assert!((jacobian.row(2 * s + r)[i] - difference).abs() < 1e-9);
            }
        }
    }
}

#[test]
fn lanczos_finds_the_top_of_a_hessian_and_threads_do_not_matter() {
    let sample = Sample::new(Shape::new(2, vec![8, 8], 1).unwrap(), "relu", Loss::Mse, 700, 2);
    let objective = sample.objective();
    let matrix = CurvatureEngine::new(objective).matrix(MatrixKind::PatternHessian, &sample.parameters).unwrap();
    let mut exact = Spectrum::of(MatrixKind::PatternHessian, &matrix).unwrap().values().to_vec();
    exact.sort_by(|a, b| b.abs().total_cmp(&a.abs()));
    let run = |threads| {
        let operator = CurvatureOperator::new(MatrixKind::PatternHessian, objective, &sample.parameters).unwrap();
        let mut stream = RandomStream::new(1, Purpose::Bootstrap);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| lanczos(&operator, 6, &LanczosOptions::default(), &mut stream).unwrap())
    };
    let pairs = run(1);
    assert!(pairs.converged);
    sample::assert_close(&pairs.values, &exact[..6], 1e-7 * exact[0].abs());
    assert_eq!(pairs, run(2));
}

#[test]
fn bad_vectors_are_refused() {
    let sample = Sample::new(Shape::new(1, vec![2], 1).unwrap(), "relu", Loss::Mse, 3, 0);
    let operator = CurvatureOperator::new(MatrixKind::GaussNewton, sample.objective(), &sample.parameters).unwrap();
    assert!(operator.apply(&[0.0; 6], &mut [0.0; 7]).is_err());
    assert!(CurvatureOperator::new(MatrixKind::GaussNewton, sample.objective(), &[0.0; 3]).is_err());
    assert!(CurvatureOperator::new(MatrixKind::PopulationHessian, sample.objective(), &sample.parameters).is_err());
}

#[test]
fn later_and_simultaneous_products_have_the_same_bits() {
    for (activation, kind) in
        [("relu", MatrixKind::PatternHessian), ("tanh", MatrixKind::PatternHessian), ("gelu", MatrixKind::GaussNewton)]
    {
        let sample = Sample::new(Shape::new(2, vec![9, 7], 2).unwrap(), activation, Loss::SoftmaxCrossEntropy, 700, 3);
        let operator = CurvatureOperator::new(kind, sample.objective(), &sample.parameters).unwrap();
        let vector: Vec<f64> = (0..sample.parameters.len()).map(|i| libm::sin(i as f64)).collect();
        let product = |_: usize| {
            let mut out = vec![f64::NAN; vector.len()];
            operator.apply(&vector, &mut out).unwrap();
            out
        };
        let first = product(0);
        assert_eq!(product(1), first);
        let together: Vec<Vec<f64>> = (0..16).into_par_iter().map(product).collect();
        assert!(together.iter().all(|image| *image == first));
        let dense = CurvatureEngine::new(sample.objective()).matrix(kind, &sample.parameters).unwrap();
        sample::assert_close(&first, &dense.times(&vector), 1e-11 * (1.0 + dense.frobenius_norm()));
    }
}
