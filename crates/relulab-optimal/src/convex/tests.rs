use super::*;
use proptest::prelude::*;
use relulab_net::{Dataset, Purpose, RandomStream, reference};

fn lower(solution: &Solution) -> f64 {
    solution.lower_bound.expect("all patterns give a lower bound")
}

fn normal_data(n: usize, d: usize, seed: u64) -> Dataset {
    let mut stream = RandomStream::new(seed, Purpose::Bootstrap);
    let inputs = (0..n * d).map(|_| stream.normal()).collect();
    let labels = (0..n).map(|_| stream.normal()).collect();
    Dataset::new(inputs, d, labels, 1).unwrap()
}

/// The objective, as the library's evaluator sees the network.
fn objective(solution: &Solution, data: &Dataset, ridge: f64) -> f64 {
    let network = &solution.network;
    let errors = data.rows().map(|(x, y)| (reference::forward(network, x)[0] - y[0]).powi(2)).sum::<f64>();
    let decay = network.parameters().iter().map(|weight| weight * weight).sum::<f64>();
    0.5 * (errors + ridge * decay)
}

#[test]
fn one_point_is_a_soft_threshold() {
    for (y, ridge, expected) in [(2.0, 0.5, 2.0 * 0.5 - 0.125), (-2.0, 0.5, 2.0 * 0.5 - 0.125), (0.3, 0.5, 0.045)] {
        let data = Dataset::new(vec![1.0], 1, vec![y], 1).unwrap();
        let found = solve(&data, &Plan { biases: false, ..Plan::new(ridge) }).unwrap();
        assert!((found.objective - expected).abs() < 1e-7 && lower(&found) <= expected, "{found:?}");
        assert_eq!(found.width, usize::from(ridge < f64::abs(y)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// For the unit vectors as points, |νᵀ(u)₊| ≤ β means ‖ν₊‖ ≤ β and ‖ν₋‖ ≤ β: the optimum has a closed form.
    #[test]
    fn unit_vectors_have_a_closed_form(labels in prop::collection::vec(-2.0..2.0_f64, 4), ridge in 0.05..1.5_f64) {
        let inputs = (0..16).map(|at| f64::from(u8::from(at % 5 == 0))).collect();
        let data = Dataset::new(inputs, 4, labels.clone(), 1).unwrap();
        let found = solve(&data, &Plan { biases: false, ..Plan::new(ridge) }).unwrap();
        let length = |sign: f64| labels.iter().map(|y| (sign * y).max(0.0).powi(2)).sum::<f64>().sqrt();
        let square: f64 = labels.iter().map(|y| y * y).sum();
        let cut = |sign: f64| (length(sign) - ridge).max(0.0).powi(2);
        let expected = 0.5 * (square - cut(1.0) - cut(-1.0));
        prop_assert!(lower(&found) <= expected + 1e-12 && expected <= found.objective + 1e-12);
        prop_assert!(found.objective - lower(&found) < 1e-6 * expected.max(1e-3), "{found:?} {expected}");
    }

    /// No network beats the lower bound, whatever its width; the printed one has the printed objective.
    #[test]
    fn no_network_is_below_the_bound(
        seed in 0..1000_u64,
        ridge in 0.02..0.5_f64,
        units in prop::collection::vec((-2.0..2.0_f64, -2.0..2.0_f64, -2.0..2.0_f64, -2.0..2.0_f64), 1..6),
    ) {
        let data = normal_data(8, 2, seed);
        let found = solve(&data, &Plan::new(ridge)).unwrap();
        prop_assert!(found.objective - lower(&found) <= 1e-6 * found.objective, "{found:?}");
        let seen = objective(&found, &data, ridge);
        prop_assert!(seen <= found.objective && found.objective < seen + 1e-12);
        // Any other network, at its best scale.
        let other: f64 = {
            let f = |x: &[f64]| units.iter().map(|(a, b, c, v)| v * (a * x[0] + b * x[1] + c).max(0.0)).sum::<f64>();
            let cost = units.iter().map(|(a, b, c, v)| (a * a + b * b + c * c).sqrt() * v.abs()).sum::<f64>();
            let (mut fy, mut ff) = (0.0, 0.0);
            for (x, y) in data.rows() {
                fy += f(x) * y[0];
                ff += f(x) * f(x);
            }
            let scale = ((fy - ridge * cost) / ff).max(0.0);
            data.rows().map(|(x, y)| 0.5 * (scale * f(x) - y[0]).powi(2)).sum::<f64>() + ridge * scale * cost
        };
        prop_assert!(lower(&found) <= other);
    }
}

#[test]
fn degenerate_data_are_no_exception() {
    // Copies with different labels, points on a line, and one at the origin.
    let inputs = vec![0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, -1.0, -1.0];
    let data = Dataset::new(inputs, 2, vec![1.0, 0.0, 2.0, -1.0, 4.0, 0.5], 1).unwrap();
    for biases in [true, false] {
        let found = solve(&data, &Plan { biases, ..Plan::new(0.05) }).unwrap();
        assert!(found.objective - lower(&found) < 1e-6 * found.objective, "{found:?}");
    }
    let zeros = Dataset::new(vec![1.0, 2.0], 1, vec![0.0; 2], 1).unwrap();
    let found = solve(&zeros, &Plan::new(0.1)).unwrap();
    assert_eq!((found.objective, found.width, found.lower_bound), (0.0, 0, Some(0.0)));
}

#[test]
fn sampled_patterns_only_give_an_upper_bound() {
    let data = normal_data(12, 2, 3);
    let all = solve(&data, &Plan::new(0.1)).unwrap();
    let mut last = f64::INFINITY;
    for count in [1, 10, 2000] {
        let plan = Plan { patterns: Patterns::Sampled(count), seed: 5, ..Plan::new(0.1) };
        let found = solve(&data, &plan).unwrap();
        assert!(found.lower_bound.is_none() && found.n_patterns <= all.n_patterns);
        assert!(found.objective >= lower(&all) && found.objective <= last * (1.0 + 1e-6));
        last = found.objective;
    }
    // Two thousand random units meet every pattern that matters here.
    assert!(last - lower(&all) < 1e-3 * last, "{last} {all:?}");
}

#[test]
fn bad_problems_are_refused_in_one_line() {
    let data = normal_data(5, 2, 1);
    let told = |data: &Dataset, plan: &Plan| solve(data, plan).unwrap_err().to_string();
    assert!(told(&data, &Plan::new(0.0)).contains("ridge 0: expected a positive number"));
    assert!(told(&data, &Plan::new(f64::NAN)).contains("ridge NaN"));
    assert!(told(&data, &Plan { patterns: Patterns::Sampled(0), ..Plan::new(1.0) }).contains("0 sampled patterns"));
    assert!(told(&normal_data(5, 14, 1), &Plan::new(1.0)).contains("15 inputs, the bias counted"));
    assert!(told(&normal_data(200, 5, 1), &Plan::new(1.0)).contains("200 points in 6 dimensions"));
    let two = Dataset::new(vec![1.0; 2], 1, vec![1.0; 4], 2).unwrap();
    assert!(told(&two, &Plan::new(1.0)).contains("2 labels per point"));
}
