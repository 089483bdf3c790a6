use super::*;
use exact_network::exact;
use proptest::prelude::*;
use relulab_net::{Activation, Shape};

/// Networks with small dyadic parameters, so that many units are parallel, constant or silent.
pub(crate) fn networks() -> impl Strategy<Value = Network> {
    let activation = prop_oneof![Just(Activation::Relu), Just(Activation::LeakyRelu { slope: 0.25 })];
    (1..3_usize, prop::collection::vec(1..5_usize, 0..4), 1..3_usize, activation).prop_flat_map(
        |(input_dim, hidden, output_dim, activation)| {
            let shape = Shape::new(input_dim, hidden, output_dim).unwrap();
            prop::collection::vec((-3..=3_i32).prop_map(|n| f64::from(n) / 2.0), shape.n_params())
                .prop_map(move |parameters| Network::new(shape.clone(), activation, parameters).unwrap())
        },
    )
}

/// A hidden layer's units exchanged and scaled by powers of two, which f64 does exactly.
fn disguised(network: &Network, layer: usize, exponents: &[i32], turn: usize) -> Network {
    let layers: Vec<_> = network.shape().layers().collect();
    let mut parameters = network.parameters().to_vec();
    let width = network.shape().hidden()[layer];
    let (this, next) = (&layers[layer], &layers[layer + 1]);
    for unit in 0..width {
        let (from, scale) = ((unit + turn) % width, 2.0_f64.powi(exponents[unit % exponents.len()]));
        for input in 0..this.n_in {
            parameters[this.weights.start + unit * this.n_in + input] =
                scale * network.parameters()[this.weights.start + from * this.n_in + input];
        }
        parameters[this.biases.start + unit] = scale * network.parameters()[this.biases.start + from];
        for output in 0..next.n_out {
            parameters[next.weights.start + output * next.n_in + unit] =
                network.parameters()[next.weights.start + output * next.n_in + from] / scale;
        }
    }
    Network::new(network.shape().clone(), network.activation(), parameters).unwrap()
}

proptest! {
    #[test]
    fn disguises_are_seen_through(
        network in networks(), exponents in prop::collection::vec(-3..4_i32, 1..5), turn in 0..4_usize, place in 0..4_usize,
    ) {
        let depth = network.shape().depth();
        prop_assume!(depth > 0);
        let other = disguised(&network, place % depth, &exponents, turn);
        prop_assert_eq!(compare(&network, &other), CanonicalVerdict::Equal);
    }

    #[test]
    fn the_form_is_the_same_function(network in networks(), points in prop::collection::vec(-9..10_i64, 12)) {
        let form = CanonicalForm::of(&network).unwrap();
        let whole = ExactNetwork::of(&network).unwrap();
        for point in points.chunks_exact(network.shape().input_dim()) {
            let point: Vec<Rational> = point.iter().map(|n| Rational::from(*n) / Rational::from(3)).collect();
            prop_assert_eq!(form.network.forward(&point), whole.forward(&point));
        }
    }

    #[test]
    fn equal_forms_are_equal_functions(a in networks(), b in networks(), x in -5..5_i32) {
        let same_ends = a.shape().input_dim() == b.shape().input_dim() && a.shape().output_dim() == b.shape().output_dim();
        if same_ends && compare(&a, &b) == CanonicalVerdict::Equal {
            let point = vec![exact(f64::from(x) / 4.0); a.shape().input_dim()];
            let outputs = [&a, &b].map(|network| ExactNetwork::of(network).unwrap().forward(&point));
            prop_assert_eq!(&outputs[0], &outputs[1]);
        }
    }
}

#[test]
fn different_constants_and_activations_are_not_equal() {
    let network = |activation, bias| {
        Network::new(Shape::new(1, vec![1], 1).unwrap(), activation, vec![1.0, 0.0, 1.0, bias]).unwrap()
    };
    let relu = network(Activation::Relu, 0.0);
    assert_eq!(compare(&relu, &relu), CanonicalVerdict::Equal);
    assert_eq!(compare(&relu, &network(Activation::Relu, 1.0)), CanonicalVerdict::Unknown);
    assert_eq!(compare(&relu, &network(Activation::LeakyRelu { slope: 0.5 }, 0.0)), CanonicalVerdict::Unknown);
    assert_eq!(compare(&network(Activation::Tanh, 0.0), &network(Activation::Tanh, 0.0)), CanonicalVerdict::Unknown);
}
