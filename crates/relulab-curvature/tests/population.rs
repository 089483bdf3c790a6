//! The population Hessian against differences of the expected loss, by quadrature.

mod sample;

use relulab_curvature::{CurvatureEngine, NormalObjective, Objective};
use relulab_net::{Activation, Loss, Network, PiecewisePolynomial, Shape, Target, reference};

/// Beyond this N(0,1) has less mass than rounding.
const RANGE: f64 = 12.0;
/// Width of a panel of the quadrature.
const PANEL: f64 = 0.25;

/// Nodes and weights of Gauss-Legendre quadrature on [−1, 1], by Newton's method.
fn legendre(n: usize) -> Vec<(f64, f64)> {
    (0..n)
        .map(|i| {
            let mut x = libm::cos(std::f64::consts::PI * (i as f64 + 0.75) / (n as f64 + 0.5));
            let mut slope = 1.0;
            for _ in 0..50 {
                let (mut before, mut now) = (1.0, x);
                for k in 2..=n {
                    let next = ((2 * k - 1) as f64 * x * now - (k - 1) as f64 * before) / k as f64;
                    (before, now) = (now, next);
                }
                slope = n as f64 * (x * now - before) / (x * x - 1.0);
                x -= now / slope;
            }
            (x, 2.0 / ((1.0 - x * x) * slope * slope))
        })
        .collect()
}

/// Expected squared error by quadrature between all kinks and breaks.
fn expected_loss(network: &Network, target: &PiecewisePolynomial, rule: &[(f64, f64)]) -> f64 {
    let k = network.shape().n_units();
    let parameters = network.parameters();
    let mut cuts: Vec<f64> = (0..k).map(|i| -parameters[k + i] / parameters[i]).collect();
    cuts.extend(target.breaks());
    cuts.retain(|cut| cut.abs() < RANGE);
    cuts.extend([-RANGE, RANGE]);
    cuts.sort_by(f64::total_cmp);
    let mut sum = 0.0;
    for ends in cuts.windows(2) {
        let panels = ((ends[1] - ends[0]) / PANEL).ceil().max(1.0);
        let half = 0.5 * (ends[1] - ends[0]) / panels;
        for panel in 0..panels as usize {
            let middle = ends[0] + half * (2 * panel + 1) as f64;
            for (node, weight) in rule {
                let x = middle + half * node;
                let residual = reference::forward(network, &[x])[0] - target.eval(x);
                let density = libm::exp(-0.5 * x * x) / (2.0 * std::f64::consts::PI).sqrt();
                sum += half * weight * density * residual * residual;
            }
        }
    }
    sum
}

#[test]
fn population_hessian_matches_differences_of_the_expected_loss() {
    let rule = legendre(12);
    for (text, activation) in [("absolute", "relu"), ("x^2", "leaky_relu:0.2"), ("step(x-0.3)*x^3", "relu")] {
        let target = Target::parse(text, 1).unwrap().formula().piecewise_polynomial().unwrap();
        let sample = sample::Sample::new(Shape::new(1, vec![4], 1).unwrap(), activation, Loss::Mse, 1, 8);
        let loss = |moves: &[(usize, f64)]| {
            let mut parameters = sample.parameters.clone();
            moves.iter().for_each(|(i, step)| parameters[*i] += step);
            let network = Network::new(sample.shape.clone(), sample.activation, parameters).unwrap();
            expected_loss(&network, &target, &rule)
        };
        let network = Network::new(sample.shape.clone(), sample.activation, sample.parameters.clone()).unwrap();
        let ours = NormalObjective::new(target.clone()).curvature(&network).unwrap();
        assert!((ours.loss - loss(&[])).abs() < 1e-12);
        let p = sample.parameters.len();
        let mut kinks = 0.0_f64;
        for i in 0..p {
            let slope = |h: f64| (loss(&[(i, h)]) - loss(&[(i, -h)])) / (2.0 * h);
            let expected = (4.0 * slope(1e-3) - slope(2e-3)) / 3.0;
            assert!((ours.gradient[i] - expected).abs() < 1e-9, "{text} {i}");
            for j in i..p {
                let second = |h: f64| {
                    let at = |a: f64, b: f64| loss(&[(i, a * h), (j, b * h)]);
                    (at(1.0, 1.0) - at(1.0, -1.0) - at(-1.0, 1.0) + at(-1.0, -1.0)) / (4.0 * h * h)
                };
                let expected = (4.0 * second(1e-3) - second(2e-3)) / 3.0;
                let entry = ours.population_hessian.at(i, j);
                assert!((entry - expected).abs() < 1e-6, "{text} ({i},{j}): {entry} {expected}");
                kinks = kinks.max((entry - ours.pattern_hessian.at(i, j)).abs());
            }
        }
        assert!(kinks > 1e-3, "the kinks matter");
    }
}

#[test]
fn a_fine_grid_with_normal_weights_converges_to_the_expected_pattern_hessian() {
    // Quantiles of N(0,1) as data: equal weights, so the sample is the distribution up to O(1/n).
    let n = 20_000;
    let cdf = |x: f64| 0.5 * libm::erfc(-x / 2.0_f64.sqrt());
    let inputs: Vec<f64> = (0..n)
        .map(|i| {
            let (mut low, mut high) = (-9.0, 9.0);
            for _ in 0..60 {
                let middle = 0.5 * (low + high);
                if cdf(middle) < (i as f64 + 0.5) / f64::from(n) { low = middle } else { high = middle }
            }
            low
        })
        .collect();
    let labels: Vec<f64> = inputs.iter().map(|x| x.abs()).collect();
    let sample = sample::Sample::new(Shape::new(1, vec![5], 1).unwrap(), "relu", Loss::Mse, 1, 3);
    let objective = Objective::new(&sample.shape, Activation::Relu, Loss::Mse, &inputs, &labels).unwrap();
    let curvature = CurvatureEngine::new(objective).curvature(&sample.parameters).unwrap();
    let target = Target::parse("absolute", 1).unwrap().formula().piecewise_polynomial().unwrap();
    let network = Network::new(sample.shape.clone(), Activation::Relu, sample.parameters.clone()).unwrap();
    let expected = NormalObjective::new(target).curvature(&network).unwrap();
    sample::assert_close(curvature.hessian.values(), expected.pattern_hessian.values(), 2e-3);
    sample::assert_close(curvature.gauss_newton.values(), expected.gauss_newton.values(), 2e-3);
}

#[test]
fn extreme_networks_stay_finite_and_others_are_refused() {
    let target = Target::parse("absolute", 1).unwrap().formula().piecewise_polynomial().unwrap();
    let objective = NormalObjective::new(target);
    let network = |shape: Shape, activation, parameters: Vec<f64>| Network::new(shape, activation, parameters).unwrap();
    let line = |parameters| network(Shape::new(1, vec![2], 1).unwrap(), Activation::Relu, parameters);
    for parameters in
        [vec![0.0; 7], vec![1e-300, 1.0, 1.0, 50.0, 1.0, -1.0, 0.0], vec![0.0, -1.0, 1.0, 0.0, 1.0, 1.0, 1.0]]
    {
        let curvature = objective.curvature(&line(parameters)).unwrap();
        assert!(curvature.population_hessian.values().iter().all(|value| value.is_finite()));
    }
    let deep = Shape::new(1, vec![1, 1], 1).unwrap();
    assert!(objective.curvature(&network(deep, Activation::Relu, vec![0.0; 6])).is_err());
    assert!(objective.curvature(&network(Shape::new(1, vec![1], 1).unwrap(), Activation::Tanh, vec![0.0; 4])).is_err());
}
