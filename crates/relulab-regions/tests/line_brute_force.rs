//! Every on/off pattern tried one by one in rationals: an oracle that shares no step with interval splitting.

use proptest::prelude::*;
use relulab_exact::{Number, Rational, Sign};
use relulab_net::{Activation, Network, Shape, reference};
use relulab_regions::bounds::max_regions_on_the_line;
use relulab_regions::line::{LineDomain, LineFunction, Workspace};
use std::collections::HashSet;

/// An affine form: slope and intercept.
type Form = (Rational, Rational);

/// The interval of one pattern and the affine maps on it.
#[derive(Clone, Debug)]
struct Found {
    lower: Option<Rational>,
    upper: Option<Rational>,
    maps: Vec<Form>,
}

/// All patterns whose region has an interior, from left to right.
fn brute_force(network: &Network) -> Vec<Found> {
    let n_units = network.shape().n_units();
    let mut found: Vec<Found> = (0..1_u32 << n_units).filter_map(|pattern| region(network, pattern)).collect();
    found.sort_by(|a, b| match (&a.lower, &b.lower) {
        (Some(a), Some(b)) => a.cmp(b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    });
    found
}

/// The region of one pattern: the interval where on units are > 0 and off units ≤ 0, up to its ends.
fn region(network: &Network, pattern: u32) -> Option<Found> {
    let exact = |value: f64| Rational::from_f64(value).unwrap();
    let leak = exact(if let Activation::LeakyRelu { slope } = network.activation() { slope } else { 0.0 });
    let (mut lower, mut upper): (Option<Rational>, Option<Rational>) = (None, None);
    let mut below: Vec<Form> = vec![(Rational::from(1), Rational::zero())];
    let mut bit = 0;
    let n_layers = network.shape().depth() + 1;
    for (index, layer) in network.shape().layers().enumerate() {
        let mut above = Vec::new();
        for unit in 0..layer.n_out {
            let mut slope = Rational::zero();
            let mut intercept = exact(network.parameters()[layer.biases.start + unit]);
            for (input, (s, c)) in below.iter().enumerate() {
                let weight = exact(network.parameters()[layer.weights.start + unit * layer.n_in + input]);
                slope = slope + weight.clone() * s;
                intercept = intercept + weight * c;
            }
            if index + 1 == n_layers {
                above.push((slope, intercept));
                continue;
            }
            let on = pattern >> bit & 1 == 1;
            bit += 1;
            // on: slope x + intercept > 0; off: ≤ 0.
            match (slope.exact_sign(), on) {
                (Sign::Zero, _) => {
                    if (intercept.exact_sign() == Sign::Positive) != on {
                        return None;
                    }
                }
                (sign, on) => {
                    let root = -intercept.clone() / &slope;
                    if (sign == Sign::Positive) == on {
                        lower = Some(lower.map_or(root.clone(), |end| end.max(root)));
                    } else {
                        upper = Some(upper.map_or(root.clone(), |end| end.min(root)));
                    }
                }
            }
            above.push(if on { (slope, intercept) } else { (slope * &leak, intercept * &leak) });
        }
        below = above;
    }
    let has_interior = lower.as_ref().zip(upper.as_ref()).is_none_or(|(lower, upper)| lower < upper);
    has_interior.then_some(Found { lower, upper, maps: below })
}

/// Compares all counts and the exact function with the oracle.
fn check(network: &Network) {
    let found = brute_force(network);
    assert!(found.first().is_some_and(|first| first.lower.is_none()));
    assert!(found.windows(2).all(|pair| pair[0].upper.is_some() && pair[0].upper == pair[1].lower));
    let mut pieces = vec![found[0].clone()];
    for next in &found[1..] {
        if pieces[pieces.len() - 1].maps != next.maps {
            pieces.push(next.clone());
        }
    }
    let distinct: HashSet<_> = pieces.iter().map(|piece| piece.maps.clone()).collect();

    let mut workspace = Workspace::new();
    let mut function = LineFunction::default();
    let counts = workspace.trace(network, LineDomain::WHOLE, &mut function).unwrap();
    assert_eq!(counts.activation_regions, found.len());
    assert_eq!(counts.connected_pieces, pieces.len());
    assert_eq!(counts.distinct_affine_functions, distinct.len());
    assert_eq!(counts.fell_back, counts.margin <= 1.0, "{counts:?}");
    let last = workspace.regions_per_layer().last().copied().unwrap_or(1);
    assert_eq!(last, counts.activation_regions);
    assert!(max_regions_on_the_line(network.shape().hidden()).unwrap() >= found.len() as u128);

    let exact = workspace.trace_exact(network, LineDomain::WHOLE).unwrap();
    let breakpoints: Vec<Rational> = pieces[1..].iter().map(|piece| piece.lower.clone().unwrap()).collect();
    assert_eq!(exact.breakpoints(), breakpoints);
    let maps = pieces.iter().flat_map(|piece| piece.maps.clone());
    let (slopes, intercepts): (Vec<_>, Vec<_>) = maps.unzip();
    assert_eq!(exact.slopes(), slopes);
    assert_eq!(exact.intercepts(), intercepts);

    for x in [-7.25, -1.0, -0.3, 0.0, 0.4, 1.0, 3.0, 11.5] {
        for (output, value) in reference::forward(network, &[x]).into_iter().enumerate() {
            let scale = network.parameters().iter().fold(1.0_f64, |sum, weight| sum + weight.abs()) * 16.0;
            let tolerance = f64::EPSILON * scale.powi(network.shape().depth() as i32 + 1);
            assert!((function.value(x, output).unwrap() - value).abs() <= tolerance, "at {x}");
        }
    }
}

/// Shapes of at most eight hidden units.
fn shapes() -> impl Strategy<Value = Shape> {
    (prop::collection::vec(1..5_usize, 0..5), 1..3_usize).prop_filter_map("at most eight units", |(hidden, outputs)| {
        (hidden.iter().sum::<usize>() <= 8).then(|| Shape::new(1, hidden, outputs).unwrap())
    })
}

/// Networks whose parameters come from `parameter`.
fn networks(parameter: impl Strategy<Value = f64> + Clone) -> impl Strategy<Value = Network> {
    let activation = prop_oneof![
        3 => Just(Activation::Relu),
        1 => prop_oneof![Just(0.0), Just(0.25), Just(0.01)].prop_map(|slope| Activation::LeakyRelu { slope }),
    ];
    (shapes(), activation).prop_flat_map(move |(shape, activation)| {
        prop::collection::vec(parameter.clone(), shape.n_params())
            .prop_map(move |parameters| Network::new(shape.clone(), activation, parameters).unwrap())
    })
}

proptest! {
    #[test]
    fn small_integer_networks_match(network in networks((-2..=2_i32).prop_map(f64::from))) {
        check(&network);
    }

    #[test]
    fn f32_networks_match(network in networks((-2.0..2.0_f32).prop_map(f64::from))) {
        check(&network);
    }

    #[test]
    fn networks_with_f64_tenths_match(network in networks((-9..=9_i32).prop_map(|k| f64::from(k) / 10.0))) {
        check(&network);
    }

    #[test]
    fn networks_of_wild_magnitudes_match(network in networks(prop_oneof![
        Just(0.0), -1e-30..1e-30_f64, -1e30..1e30_f64, (0..9_u64).prop_map(f64::from_bits), Just(1e-200), Just(-1e200)
    ])) {
        let found = brute_force(&network);
        let counts = Workspace::new().count(&network, LineDomain::WHOLE).unwrap();
        prop_assert_eq!(counts.activation_regions, found.len());
    }
}
