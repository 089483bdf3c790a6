//! Targets are reached from many starts, steps agree with the formula, and failures are named.

use super::*;
use relulab_net::{Activation, Purpose, RandomStream, Shape, Target};

fn random_network(hidden: Vec<usize>, seed: u64) -> Network {
    let shape = Shape::new(1, hidden, 1).unwrap();
    let mut stream = RandomStream::new(seed, Purpose::Bootstrap);
    let parameters = (0..shape.n_params()).map(|_| stream.normal()).collect();
    Network::new(shape, Activation::Relu, parameters).unwrap()
}

fn grid() -> Vec<f64> {
    (0..81).map(|i| f64::from(i) / 20.0 - 2.0).collect()
}

fn values(target: &str) -> Vec<f64> {
    let target = Target::parse(target, 1).unwrap();
    grid().iter().map(|x| target.eval(&[*x])).collect()
}

#[test]
fn lines_and_parabolas_are_reached_from_many_starts() {
    for (basis, target) in
        [(Basis::affine(1), "2*x+1"), (Basis::affine(1), "-5*x-3"), (Basis::polynomial(1, 2), "x^2-x")]
    {
        let basis = basis.unwrap();
        for seed in 0..8 {
            let made =
                construct(&random_network(vec![12], seed), &basis, &grid(), &values(target), &Settings::default());
            let made = made.unwrap();
            assert!(matches!(made.outcome, Outcome::Converged { .. }), "{target} {seed}: {:?}", made.outcome);
            // An independent look at the coefficients: the difference is orthogonal to every basis function.
            let outputs = Linearisation::<f64>::new(&made.network, &grid()).outputs;
            let difference = subtract(&outputs, &values(target));
            let matrix = basis.matrix(&grid());
            for function in 0..basis.n_functions() {
                let rows = matrix.chunks_exact(basis.n_functions()).zip(&difference);
                let product: f64 = rows.map(|(row, difference)| row[function] * difference).sum();
                assert!(product.abs() < 1e-7, "{product}");
            }
            let error = made.function_error;
            assert!(error.in_basis < 1e-8 && made.unrepresented < 1e-12);
            assert!((error.total - error.in_basis.hypot(error.outside_basis)).abs() < 1e-12);
        }
    }
}

#[test]
fn a_linear_model_needs_one_step() {
    let network = random_network(vec![], 1);
    let basis = Basis::affine(1).unwrap();
    let made = construct(&network, &basis, &grid(), &values("2*x+1"), &Settings::default()).unwrap();
    assert_eq!(made.outcome, Outcome::Converged { iterations: 1 });
    let moved = made.network.parameters();
    assert!((moved[0] - 2.0).abs() < 1e-12 && (moved[1] - 1.0).abs() < 1e-12);
    let iteration = &made.iterations[0];
    assert!((iteration.step_length - norm(&subtract(moved, network.parameters()))).abs() < 1e-12);
    // J = B, so A = P B is the identity.
    assert!((iteration.projected.full() - 1.0).abs() < 1e-12 && iteration.flips == 0);
    assert!(made.function_error.total < 1e-12);
}

#[test]
fn the_step_solves_the_linearised_problem_with_least_length() {
    // Against the formula Aᵀ(AAᵀ)⁻¹r with the inverse of a 2 × 2 matrix written out.
    let (network, basis) = (random_network(vec![6], 3), Basis::affine(1).unwrap());
    let settings = Settings { max_iterations: 1, damping: Damping::None, ..Settings::default() };
    let made = construct(&network, &basis, &grid(), &values("2*x+1"), &settings).unwrap();
    let start = Linearisation::<f64>::new(&network, &grid());
    let projection = Projection::new(&basis, &grid()).unwrap();
    let p = network.parameters().len();
    let a = projection.times(&start.jacobian, p);
    let r: Vec<f64> = made.initial_errors.iter().map(|error| -error).collect();
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    let (first, second) = a.split_at(p);
    let (g11, g12, g22) = (dot(first, first), dot(first, second), dot(second, second));
    let determinant = g11 * g22 - g12 * g12;
    let (c1, c2) = ((g22 * r[0] - g12 * r[1]) / determinant, (g11 * r[1] - g12 * r[0]) / determinant);
    for i in 0..p {
        let expected = network.parameters()[i] + c1 * first[i] + c2 * second[i];
        assert!((made.network.parameters()[i] - expected).abs() < 1e-9 * (1.0 + expected.abs()));
    }
    let (trace, root) = (g11 + g22, ((g11 - g22).powi(2) + 4.0 * g12 * g12).sqrt());
    let condition = (trace + root) / (trace - root);
    assert!((made.iterations[0].gram_condition() / condition - 1.0).abs() < 1e-6);
}

#[test]
fn what_cannot_be_done_is_said() {
    let basis = Basis::affine(1).unwrap();
    let dead = Network::new(Shape::new(1, vec![1], 1).unwrap(), Activation::Relu, vec![0.0, -1.0, 1.0, 0.0]).unwrap();
    let made = construct(&dead, &basis, &grid(), &values("x"), &Settings::default()).unwrap();
    assert_eq!(made.outcome, Outcome::Singular { iterations: 0, rank: 1 });
    assert_eq!(made.network, dead);
    let network = random_network(vec![4], 1);
    let fail = |x: &[f64], y: &[f64]| construct(&network, &basis, x, y, &Settings::default()).unwrap_err();
    assert!(matches!(fail(&[], &[]), ConstructError::Points { .. }));
    assert!(matches!(fail(&[1.0, 2.0], &[1.0]), ConstructError::TargetValues { values: 1, points: 2 }));
    assert!(matches!(fail(&[1.0, f64::NAN], &[1.0, 1.0]), ConstructError::NotFinite { .. }));
    let plane = Basis::affine(2).unwrap();
    assert!(construct(&network, &plane, &grid(), &values("x"), &Settings::default()).is_err());
}

#[test]
fn damping_never_lets_the_error_rise() {
    let basis = Basis::polynomial(1, 3).unwrap();
    for seed in 0..6 {
        let network = random_network(vec![4, 4], seed);
        let made = construct(&network, &basis, &grid(), &values("10*x^3"), &Settings::default()).unwrap();
        let errors = made.iterations.iter().map(|iteration| norm(&iteration.coefficient_errors));
        let mut last = norm(&made.initial_errors);
        for error in errors {
            assert!(error < last);
            last = error;
        }
    }
}
