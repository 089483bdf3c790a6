//! Integrals over boxes in several dimensions, the check that regions fill their box, and estimates.

mod reference;

use proptest::prelude::*;
use relulab_exact::{Number, Rational};
use relulab_net::{Activation, Network, Shape};
use relulab_regions::plane::{PlaneComplex, PlaneDomain, PlaneMonomial};
use relulab_regions::space::{self, Budget, SpaceDomain, SpaceError, SpaceIntegrand, SpaceMonomial};

/// x₀² − x₀ x_{d−1} / 2 + 1/4.
fn reference_target(dim: usize) -> Vec<SpaceMonomial> {
    let monomial = |coefficient, inputs: &[usize]| {
        let mut powers = vec![0; dim];
        inputs.iter().for_each(|input| powers[*input] += 1);
        SpaceMonomial { coefficient, powers }
    };
    vec![monomial(1.0, &[0, 0]), monomial(-0.5, &[0, dim - 1]), monomial(0.25, &[])]
}

/// The exact integral, after a look at whether the bounded one agrees.
#[track_caller]
fn integrate(network: &Network, domain: &SpaceDomain, integrand: SpaceIntegrand<'_>) -> Rational {
    let exact = space::exact_integral(network, domain, integrand, 2).unwrap();
    let bounded = space::integral(network, domain, integrand, 2).unwrap();
    let distance = Rational::from_f64(bounded.value()).unwrap() - &exact;
    let distance = distance.clone().max(-distance);
    assert!(distance <= Rational::from_f64(bounded.error()).unwrap(), "{bounded:?} for {exact}");
    assert!(bounded.error() <= 1e-6 * exact.to_f64().abs().max(1.0), "{bounded:?}");
    assert_eq!(space::integral(network, domain, integrand, 1).unwrap(), bounded);
    exact
}

#[test]
fn reference_integrals_match_to_the_last_digit() {
    let Some(entries) = reference::entries() else { return };
    for (entry, network) in entries.iter().filter(|(entry, _)| !entry["box"].is_null()) {
        let dim = entry["d"].as_u64().unwrap() as usize;
        let end: f64 = entry["box"][1].as_str().unwrap().parse().unwrap();
        let domain = SpaceDomain::cube(dim, -end, end).unwrap();
        let context = format!("{} on [-{end}, {end}]", entry["file"]);
        let integral = integrate(network, &domain, SpaceIntegrand::Output(0));
        if let Some(expected) = entry["int_f0"].as_str() {
            assert_eq!(integral.to_string(), expected, "{context}");
        }
        let target = reference_target(dim);
        let error = integrate(network, &domain, SpaceIntegrand::SquaredError(0, &target));
        let expected = entry["int_sq_err_f"].as_f64().unwrap();
        assert!((error.to_f64() / expected - 1.0).abs() < 1e-14, "{context}");
        let filled = space::completeness(network, &domain, 2).unwrap();
        assert!(filled.holds(), "{context}: {filled:?}");
        assert_eq!(entry["activation_regions"], filled.regions, "{context}");
        if !entry["interior_facets"].is_null() {
            assert_eq!(entry["interior_facets"], filled.interior_facets, "{context}");
        }
    }
}

/// Σ|xᵢ| + bias, in so many inputs.
fn absolute(inputs: usize, bias: f64) -> Network {
    let units = 2 * inputs;
    let shape = Shape::new(inputs, vec![units], 1).unwrap();
    let mut parameters = vec![0.0; shape.n_params()];
    for unit in 0..units {
        parameters[unit * inputs + unit / 2] = if unit % 2 == 0 { 1.0 } else { -1.0 };
    }
    let start = units * inputs + units;
    parameters[start..start + units].fill(1.0);
    parameters[start + units] = bias;
    Network::new(shape, Activation::Relu, parameters).unwrap()
}

#[test]
fn integrals_by_hand() {
    for dim in 1..=4_i64 {
        let network = absolute(dim as usize, 0.5);
        let domain = SpaceDomain::cube(dim as usize, -1.0, 2.0).unwrap();
        // ∫|x| over [−1, 2] is 5/2 and the other sides have length 3.
        let power = |n: i64| (0..n).fold(Rational::from(1), |product, _| product * Rational::from(3));
        let half = Rational::from(1) / Rational::from(2);
        let sum = Rational::from(dim) * Rational::from(5) * &half * power(dim - 1);
        let integral = integrate(&network, &domain, SpaceIntegrand::Output(0));
        assert_eq!(integral, sum + half * power(dim));
        // Σ|xᵢ| + 1/2 − (x₀ + 1/2) is the sum over the others and |x₀| − x₀, which is 2|x₀| on [−1, 0].
        let target = [(1.0, 1), (0.5, 0)].map(|(coefficient, power)| {
            let mut powers = vec![0; dim as usize];
            powers[0] = power;
            SpaceMonomial { coefficient, powers }
        });
        if dim == 1 {
            let error = integrate(&network, &domain, SpaceIntegrand::SquaredError(0, &target));
            assert_eq!(error, Rational::from(4) / Rational::from(3));
        }
    }
    let linear = Network::new(Shape::new(3, vec![], 1).unwrap(), Activation::Relu, vec![1.0, 2.0, 3.0, 4.0]).unwrap();
    let domain = SpaceDomain::cube(3, 0.0, 2.0).unwrap();
    assert_eq!(integrate(&linear, &domain, SpaceIntegrand::Output(0)), Rational::from(80));
}

#[test]
fn what_cannot_be_integrated_is_said() {
    let network = absolute(2, 0.0);
    let square = SpaceDomain::cube(2, 0.0, 1.0).unwrap();
    fn integral(network: &Network, domain: &SpaceDomain, integrand: SpaceIntegrand<'_>) -> SpaceError {
        space::integral(network, domain, integrand, 1).unwrap_err()
    }
    assert_eq!(integral(&network, &SpaceDomain::whole(), SpaceIntegrand::Output(0)), SpaceError::Unbounded);
    assert_eq!(integral(&network, &square, SpaceIntegrand::Output(1)), SpaceError::Output { output: 1, outputs: 1 });
    for (coefficient, powers) in [(1.0, vec![1]), (f64::NAN, vec![1, 1])] {
        let target = [SpaceMonomial { coefficient: 1.0, powers: vec![0, 0] }, SpaceMonomial { coefficient, powers }];
        assert_eq!(integral(&network, &square, SpaceIntegrand::SquaredError(0, &target)), SpaceError::Target(1));
    }
    assert_eq!(space::completeness(&network, &SpaceDomain::whole(), 1).unwrap_err(), SpaceError::Unbounded);
    let few = space::enumerate_within(&network, &square, false, 0, 1).unwrap_err();
    assert_eq!(few, SpaceError::TooManyRegions(0));
    assert_eq!(space::enumerate_within(&network, &square, false, 1, 1).unwrap().regions.len(), 1);
}

#[test]
fn descents_through_an_even_tree_are_all_right() {
    for dim in 1..=5 {
        let network = absolute(dim, 0.0);
        for domain in [SpaceDomain::whole(), SpaceDomain::cube(dim, -1.0, 1.0).unwrap()] {
            let estimate = space::estimate(&network, &domain, 8, 3).unwrap();
            assert_eq!((estimate.mean, estimate.standard_error), (f64::from(1 << dim), 0.0));
        }
    }
}

/// Parameters between −1 and 1, multiples of a step.
fn network(dim: usize, hidden: &[usize], seed: u64, step: f64) -> Network {
    let shape = Shape::new(dim, hidden.to_vec(), 1).unwrap();
    let mut state = seed | 1;
    let parameters = (0..shape.n_params()).map(|_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (((state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0) / step).round() * step
    });
    let parameters = parameters.collect();
    Network::new(shape, Activation::Relu, parameters).unwrap()
}

#[test]
fn estimates_are_near() {
    for (dim, hidden) in [(2, vec![12, 12]), (3, vec![8, 8]), (4, vec![7, 6])] {
        let network = network(dim, &hidden, 5, 1.0 / 4096.0);
        for domain in [SpaceDomain::whole(), SpaceDomain::cube(dim, -1.0, 1.0).unwrap()] {
            let regions = space::count(&network, &domain, Budget::UNLIMITED, 1).unwrap().activation_regions;
            let regions = regions.exact().unwrap() as f64;
            let estimate = space::estimate(&network, &domain, 400, 1).unwrap();
            assert!((estimate.mean - regions).abs() < 4.0 * estimate.standard_error, "{regions} for {estimate:?}");
            assert!(estimate.standard_error < 0.5 * regions && estimate.upper as f64 >= regions, "{estimate:?}");
            assert_eq!(space::estimate(&network, &domain, 400, 1).unwrap(), estimate);
        }
    }
}

/// The network behind a linear map from more inputs: x ↦ f(A x) with the entries of A in −1, 0, 1.
fn widened(network: &Network, inputs: usize) -> Network {
    let shape = network.shape();
    let (n_in, n_out) = (shape.input_dim(), shape.hidden()[0]);
    let entry = |row: usize, column: usize| {
        if column < n_in { f64::from(row == column) } else { (column * 7 + row * 5) as f64 % 3.0 - 1.0 }
    };
    let mut parameters = Vec::new();
    for unit in 0..n_out {
        let row = &network.parameters()[unit * n_in..(unit + 1) * n_in];
        parameters.extend((0..inputs).map(|column| (0..n_in).map(|k| row[k] * entry(k, column)).sum::<f64>()));
    }
    parameters.extend_from_slice(&network.parameters()[n_in * n_out..]);
    Network::new(Shape::new(inputs, shape.hidden().to_vec(), 1).unwrap(), Activation::Relu, parameters).unwrap()
}

#[test]
fn twenty_inputs_and_few_units() {
    let small = network(3, &[5, 4], 9, 1.0 / 64.0);
    let wide = widened(&small, 20);
    let whole = |network: &Network| space::count(network, &SpaceDomain::whole(), Budget::UNLIMITED, 2).unwrap();
    let expected = whole(&small);
    assert_eq!(whole(&wide).per_layer, expected.per_layer);
    // The image of this box under the map is larger than any place where the small network has a vertex.
    let domain = SpaceDomain::cube(20, -1e6, 1e6).unwrap();
    let counts = space::count(&wide, &domain, Budget::UNLIMITED, 2).unwrap();
    assert_eq!((counts.per_layer, counts.units), (expected.per_layer, expected.units));
    let bounded = space::count(&wide, &domain, Budget::regions(3), 2).unwrap();
    let (bounds, exact) = (bounded.activation_regions, expected.activation_regions.exact().unwrap());
    assert!(!bounded.complete && bounds.lower <= exact && exact <= bounds.upper && bounds.lower >= 3, "{bounds:?}");
    let estimate = space::estimate(&wide, &domain, 100, 1).unwrap();
    assert!((estimate.mean - exact as f64).abs() < 4.0 * estimate.standard_error, "{exact} for {estimate:?}");

    let three = network(20, &[3], 2, 1.0 / 64.0);
    let counts = space::count(&three, &SpaceDomain::cube(20, -5.0, 5.0).unwrap(), Budget::UNLIMITED, 1).unwrap();
    assert_eq!(counts.activation_regions.exact(), Some(8));
    assert_eq!(whole(&three).activation_regions.exact(), Some(8));
    assert_eq!(space::enumerate(&three, &SpaceDomain::whole(), false, 1).unwrap().distinct_affine_functions, 8);
    let large = network(300, &[33], 2, 1.0 / 64.0);
    let error = space::count(&large, &SpaceDomain::cube(300, 0.0, 1.0).unwrap(), Budget::UNLIMITED, 1).unwrap_err();
    assert_eq!(error, SpaceError::ProgramUnits { inputs: 300, units: 33 });
    assert_eq!(space::estimate(&large, &SpaceDomain::whole(), 1, 0).unwrap_err(), SpaceError::Rank(300));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    /// The plane's integrals come from another algorithm.
    #[test]
    fn integrals_agree_with_those_of_the_plane(seed in any::<u64>(), step in prop_oneof![Just(0.5), Just(1.0 / 256.0)]) {
        let network = network(2, &[5, 4], seed, step);
        let complex = PlaneComplex::new(&network, PlaneDomain::square(-1.0, 1.0).unwrap()).unwrap();
        let domain = SpaceDomain::cube(2, -1.0, 1.0).unwrap();
        prop_assert_eq!(integrate(&network, &domain, SpaceIntegrand::Output(0)), complex.exact_integral(0).unwrap());
        let terms = [(1.5, [3, 0]), (-0.5, [1, 1]), (0.25, [0, 0])];
        let plane = terms.map(|(coefficient, powers)| PlaneMonomial { coefficient, powers });
        let space = terms.map(|(coefficient, powers)| SpaceMonomial { coefficient, powers: powers.to_vec() });
        prop_assert_eq!(
            integrate(&network, &domain, SpaceIntegrand::SquaredError(0, &space)),
            complex.exact_squared_error(0, &plane).unwrap()
        );
        prop_assert!(space::completeness(&network, &domain, 1).unwrap().holds());
    }
}
