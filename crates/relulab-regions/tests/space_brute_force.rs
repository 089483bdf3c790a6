//! Small integer networks against Fourier-Motzkin elimination in rationals: an oracle without vertices or edges.
//!
//! Integer weights bring all degenerate cases: equal and parallel units, many hyperplanes through a point, units that
//! vanish all over a cell, dead layers, vertices on the box, first layers of low rank.

use proptest::prelude::*;
use relulab_exact::{Number, Rational, Sign};
use relulab_net::{Activation, Network, Shape};
use relulab_regions::line::{LineDomain, Workspace};
use relulab_regions::space::{self, Budget, SpaceDomain, SpaceError};
use std::collections::{BTreeSet, HashSet};

/// Constant, then slopes.
type Form = Vec<Rational>;

/// Whether all forms can be positive at once.
fn can_all_be_positive(mut forms: Vec<Form>) -> bool {
    let dim = forms.first().map_or(0, |form| form.len() - 1);
    for input in (1..=dim).rev() {
        let (mut lower, mut upper, mut rest) = (Vec::new(), Vec::new(), BTreeSet::new());
        for form in forms {
            match form[input].exact_sign() {
                Sign::Positive => lower.push(form),
                Sign::Negative => upper.push(form),
                Sign::Zero => drop(rest.insert(scaled(form))),
            }
        }
        for low in &lower {
            for up in &upper {
                let sum = low.iter().zip(up).map(|(a, b)| b.clone() * &low[input] - a.clone() * &up[input]);
                rest.insert(scaled(sum.collect()));
            }
        }
        forms = rest.into_iter().collect();
    }
    forms.iter().all(|form| form[0].exact_sign() == Sign::Positive)
}

/// The form divided by the magnitude of its first entry that is not zero.
fn scaled(form: Form) -> Form {
    let Some(first) = form.iter().find(|entry| !entry.is_zero()) else { return form };
    let size = first.clone().max(-first.clone());
    form.into_iter().map(|entry| entry / &size).collect()
}

/// All patterns of full-dimensional regions with their maps, and their numbers layer by layer.
fn brute_force(network: &Network, sides: Option<(f64, f64)>) -> (HashSet<Vec<bool>>, HashSet<Vec<Form>>, Vec<u64>) {
    let exact = |value: f64| Rational::from_f64(value).unwrap();
    let dim = network.shape().input_dim();
    let leak = exact(if let Activation::LeakyRelu { slope } = network.activation() { slope } else { 0.0 });
    let unit_form = |input: usize| -> Form { (0..=dim).map(|k| Rational::from(i64::from(k == input))).collect() };
    let mut domain = Vec::new();
    for (input, (lower, upper)) in sides.iter().flat_map(|sides| (1..=dim).map(move |input| (input, *sides))) {
        let mut above = unit_form(input);
        above[0] = -exact(lower);
        let mut below: Form = unit_form(input).into_iter().map(|entry| -entry).collect();
        below[0] = exact(upper);
        domain.extend([above, below]);
    }
    let inputs: Vec<Form> = (1..=dim).map(unit_form).collect();
    let mut cells: Vec<(Vec<bool>, Vec<Form>, Vec<Form>)> = vec![(Vec::new(), domain, inputs)];
    let mut per_layer = Vec::new();
    let n_layers = network.shape().depth() + 1;
    for (index, layer) in network.shape().layers().enumerate() {
        let mut next = Vec::new();
        for (pattern, constraints, below) in cells {
            let mut open = vec![(pattern, constraints, Vec::new())];
            for unit in 0..layer.n_out {
                let mut form = vec![Rational::zero(); dim + 1];
                form[0] = exact(network.parameters()[layer.biases.start + unit]);
                for (input, values) in below.iter().enumerate() {
                    let weight = exact(network.parameters()[layer.weights.start + unit * layer.n_in + input]);
                    form = form.into_iter().zip(values).map(|(sum, x)| sum + weight.clone() * x).collect();
                }
                if index + 1 == n_layers {
                    open.iter_mut().for_each(|(_, _, outputs)| outputs.push(form.clone()));
                    continue;
                }
                let negated: Form = form.iter().map(|entry| -entry.clone()).collect();
                let off: Form = form.iter().map(|entry| entry.clone() * &leak).collect();
                let vanishes = form.iter().all(Rational::is_zero);
                open = open
                    .into_iter()
                    .flat_map(|(pattern, constraints, above)| {
                        [(true, &form, &form), (false, &negated, &off)]
                            .into_iter()
                            .filter_map(move |(on, sign, value)| {
                                let (mut pattern, mut constraints, mut above) =
                                    (pattern.clone(), constraints.clone(), above.clone());
                                if on || !vanishes {
                                    constraints.push(sign.clone());
                                }
                                pattern.push(on);
                                above.push(value.clone());
                                can_all_be_positive(constraints.clone()).then_some((pattern, constraints, above))
                            })
                            .collect::<Vec<_>>()
                    })
                    .collect();
            }
            next.extend(open);
        }
        cells = next;
        per_layer.push(cells.len() as u64);
    }
    per_layer.pop();
    let maps = cells.iter().map(|(_, _, outputs)| outputs.clone()).collect();
    (cells.into_iter().map(|(pattern, _, _)| pattern).collect(), maps, per_layer)
}

/// Small networks with small integer parameters, many of them zero.
fn networks() -> impl Strategy<Value = (Network, Option<(f64, f64)>)> {
    let shapes = prop_oneof![
        Just((1, vec![3, 3])),
        Just((2, vec![5])),
        Just((2, vec![3, 3])),
        Just((2, vec![2, 2, 2])),
        Just((3, vec![4])),
        Just((3, vec![3, 2])),
        Just((3, vec![2, 2, 1])),
        Just((4, vec![3, 1])),
    ];
    let domains = prop_oneof![Just(None), Just(Some((-1.0, 1.0))), Just(Some((0.0, 2.0))), Just(Some((-0.3, 0.7)))];
    (shapes, domains, any::<bool>(), 1..3_usize, 1..4_i32).prop_flat_map(
        |((dim, hidden), domain, leaky, outputs, size)| {
            let shape = Shape::new(dim, hidden, outputs).unwrap();
            prop::collection::vec(-size..=size, shape.n_params()).prop_map(move |parameters| {
                let activation = if leaky { Activation::LeakyRelu { slope: 0.5 } } else { Activation::Relu };
                let parameters = parameters.into_iter().map(f64::from).collect();
                (Network::new(shape.clone(), activation, parameters).unwrap(), domain)
            })
        },
    )
}

/// The cube with these sides, or the whole space.
fn domain_of(network: &Network, sides: Option<(f64, f64)>) -> SpaceDomain {
    sides.map_or(SpaceDomain::whole(), |(lower, upper)| {
        SpaceDomain::cube(network.shape().input_dim(), lower, upper).unwrap()
    })
}

#[test]
fn rays_shared_by_cuts_that_need_rationals_keep_their_length() {
    // Three lines through the origin and, twice, a fourth: rays are made exact between two uses of their length.
    let weights = [[0.0, 1.0], [1.0, 1.0], [1.0, -1.0], [1.0, 0.0], [1.0, 0.0]];
    let mut parameters: Vec<f64> = weights.into_iter().flatten().collect();
    parameters.extend([0.0, 0.0, 0.0, 1.0, 1.0]);
    parameters.extend([0.0; 6]);
    let network = Network::new(Shape::new(2, vec![5], 1).unwrap(), Activation::Relu, parameters).unwrap();
    let counts = space::count(&network, &SpaceDomain::whole(), Budget::UNLIMITED, 1).unwrap();
    assert_eq!(counts.activation_regions.exact(), Some(10));
}

#[test]
fn searches_that_end_early_bound_what_they_leave() {
    let shape = Shape::new(3, vec![12, 12], 1).unwrap();
    let number = |index: usize| ((index * 7919 + 11) % 1009) as f64 / 504.5 - 1.0;
    let parameters: Vec<f64> = (0..shape.n_params()).map(number).collect();
    for activation in [Activation::Relu, Activation::LeakyRelu { slope: 0.125 }] {
        let network = Network::new(shape.clone(), activation, parameters.clone()).unwrap();
        for domain in [SpaceDomain::cube(3, -2.0, 2.0).unwrap(), SpaceDomain::whole()] {
            let whole = space::count(&network, &domain, Budget::UNLIMITED, 1).unwrap();
            let exact = whole.activation_regions.exact().unwrap();
            assert!(exact > 500, "{exact}");
            let mut widest = u128::MAX;
            for budget in [1, 200, 600] {
                let part = space::count(&network, &domain, Budget::regions(budget), 2).unwrap();
                assert_eq!(part, space::count(&network, &domain, Budget::regions(budget), 1).unwrap());
                let bounds = part.activation_regions;
                assert!(!part.complete || bounds.exact() == Some(exact), "{part:?}");
                assert!(bounds.lower <= exact && exact <= bounds.upper && bounds.upper <= widest, "{part:?} {exact}");
                widest = bounds.upper;
            }
            assert!(!space::count(&network, &domain, Budget::regions(1), 2).unwrap().complete);
        }
    }
}

#[test]
fn a_thousand_splits_above_each_other_fit_on_the_stack() {
    let n = 1900;
    let mut parameters: Vec<f64> = (0..n).flat_map(|_| [1.0, 0.0]).collect();
    parameters.extend((0..n).map(|unit| -f64::from(unit)));
    parameters.extend(vec![0.0; 1901]);
    let network = Network::new(Shape::new(2, vec![n as usize], 1).unwrap(), Activation::Relu, parameters).unwrap();
    let counts = space::count(&network, &SpaceDomain::whole(), Budget::UNLIMITED, 2).unwrap();
    assert_eq!(counts.activation_regions.exact(), Some(1901));
}

#[test]
fn bad_input_is_refused() {
    let network = |dim: usize, activation| {
        let shape = Shape::new(dim, vec![2], 1).unwrap();
        let parameters = vec![1.0; shape.n_params()];
        Network::new(shape, activation, parameters).unwrap()
    };
    for (lower, upper) in [(1.0, 1.0), (2.0, 1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
        assert!(matches!(SpaceDomain::cube(2, lower, upper), Err(SpaceError::Domain { input: 0, .. })));
    }
    let count = |network: &Network, domain: &SpaceDomain| space::count(network, domain, Budget::UNLIMITED, 1);
    let square = SpaceDomain::cube(2, 0.0, 1.0).unwrap();
    let relu = Activation::Relu;
    assert_eq!(count(&network(3, relu), &square), Err(SpaceError::Sides { sides: 2, inputs: 3 }));
    let mut parameters = vec![0.0; 99 * 99 + 99 + 100];
    (0..99).for_each(|unit| parameters[unit * 100] = 1.0);
    let wide = Network::new(Shape::new(99, vec![99], 1).unwrap(), relu, parameters).unwrap();
    assert_eq!(count(&wide, &SpaceDomain::whole()), Err(SpaceError::Rank(99)));
    let smooth = count(&network(2, Activation::Tanh), &square);
    assert_eq!(smooth, Err(SpaceError::Activation(Activation::Tanh)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn integer_networks_match_elimination((network, sides) in networks()) {
        let domain = domain_of(&network, sides);
        let (patterns, maps, per_layer) = brute_force(&network, sides);
        let complex = space::enumerate(&network, &domain, true, 1).unwrap();
        prop_assert_eq!(&complex.counts.per_layer, &per_layer);
        prop_assert_eq!(complex.regions.len(), patterns.len());
        let found: HashSet<Vec<bool>> = complex.regions.iter().map(|region| region.pattern.clone()).collect();
        prop_assert_eq!(found, patterns);
        prop_assert_eq!(complex.distinct_affine_functions, maps.len());
        prop_assert!(complex.closed_connected_pieces <= complex.open_connected_pieces);
        prop_assert!(complex.distinct_affine_functions <= complex.closed_connected_pieces);
        let counts = space::count(&network, &domain, Budget::UNLIMITED, 2).unwrap();
        prop_assert_eq!(counts.activation_regions.exact(), Some(complex.regions.len() as u128));
        prop_assert_eq!(&counts.per_layer, &per_layer);
        if let Some((lower, upper)) = sides {
            let (total, error) = complex.total_volume();
            let volume = (upper - lower).powi(network.shape().input_dim() as i32);
            prop_assert!((total - volume).abs() <= error + 1e-14 * volume, "{} ± {}", total, error);
        }
        if network.shape().input_dim() == 1 {
            let interval = sides.map_or(LineDomain::WHOLE, |(a, b)| LineDomain::interval(a, b).unwrap());
            let line = Workspace::new().count(&network, interval).unwrap();
            prop_assert_eq!(line.activation_regions, complex.regions.len());
            prop_assert_eq!(line.connected_pieces, complex.open_connected_pieces);
            prop_assert_eq!(line.connected_pieces, complex.closed_connected_pieces);
            prop_assert_eq!(line.distinct_affine_functions, complex.distinct_affine_functions);
        }
    }

    #[test]
    fn budgets_end_in_honest_bounds((network, sides) in networks(), budget in 1..40_u64) {
        let domain = domain_of(&network, sides);
        let whole = space::count(&network, &domain, Budget::UNLIMITED, 1).unwrap();
        let exact = whole.activation_regions.exact().unwrap();
        let part = space::count(&network, &domain, Budget::regions(budget), 2).unwrap();
        prop_assert!(part.activation_regions.lower <= exact && exact <= part.activation_regions.upper);
        prop_assert_eq!(part.complete, part.units.is_some());
        prop_assert!(!part.complete || part.activation_regions.exact() == Some(exact));
    }
}
