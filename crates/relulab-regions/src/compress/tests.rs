use super::*;
use crate::canonical::exact_network::ExactNetwork;
use crate::canonical::tests::networks;
use crate::relaxation::verify;
use proptest::prelude::*;
use relulab_exact::Rational;
use relulab_net::{Activation, Shape};

/// Outputs of a network at a rational point.
fn outputs(network: &Network, point: &[Rational]) -> Vec<Rational> {
    ExactNetwork::of(network).unwrap().forward(point)
}

proptest! {
    #[test]
    fn the_function_stays_the_same(network in networks(), shares in prop::collection::vec(0..=12_i64, 16)) {
        let dim = network.shape().input_dim();
        let domain = InputBox::cube(dim, -1.0, 2.0).unwrap();
        let over_box = compress(&network, Some(&domain), UnitBudget::default()).unwrap();
        let everywhere = compress(&network, None, UnitBudget::default()).unwrap();
        prop_assert!(over_box.network.shape().n_units() <= network.shape().n_units());
        for shares in shares.chunks_exact(dim) {
            let inside: Vec<Rational> = shares.iter().map(|n| Rational::from(n - 4) / Rational::from(4)).collect();
            prop_assert_eq!(outputs(&over_box.network, &inside), outputs(&network, &inside));
            let anywhere: Vec<Rational> = shares.iter().map(|n| Rational::from(7 * (n - 6)) / Rational::from(3)).collect();
            prop_assert_eq!(outputs(&everywhere.network, &anywhere), outputs(&network, &anywhere));
        }
        for proof in &over_box.proofs {
            prop_assert_eq!(verify(&network, &domain, proof), Ok(()));
        }
        let again = compress(&over_box.network, Some(&domain), UnitBudget::default()).unwrap();
        prop_assert!(again.network.shape().n_units() <= over_box.network.shape().n_units());
    }
}

fn network(input_dim: usize, hidden: &[usize], parameters: &[f64]) -> Network {
    let shape = Shape::new(input_dim, hidden.to_vec(), 1).unwrap();
    Network::new(shape, Activation::Relu, parameters.to_vec()).unwrap()
}

#[test]
fn linear_units_become_as_many_as_their_rank() {
    // Three linear units and a kink over [0, 1]: one linear unit is enough.
    let parameters = [1.0, 2.0, -1.0, 1.0, 1.0, 0.0, 4.0, -0.5, 1.0, 0.5, 1.0, 1.0, 0.25];
    let wide = network(1, &[4], &parameters);
    let domain = InputBox::cube(1, 0.0, 1.0).unwrap();
    let found = compress(&wide, Some(&domain), UnitBudget::default()).unwrap();
    assert_eq!(found.network.shape().hidden(), [2]);
    let units = vec![Some(0), Some(1), Some(2)];
    assert_eq!(found.changes, [Change::Replaced { layer: 0, units, by: 1 }]);
    for n in 0..=8 {
        let point = [Rational::from(n) / Rational::from(8)];
        assert_eq!(outputs(&found.network, &point), outputs(&wide, &point));
    }
}

#[test]
fn what_f64_cannot_hold_stays() {
    // Merging would need 1 + 2⁻⁶⁰, which is no f64 number, either way.
    let tiny = 2.0_f64.powi(-60);
    let parallel = network(1, &[2], &[1.0, 1.0, 0.0, 0.0, 1.0, tiny, 0.0]);
    let found = compress(&parallel, None, UnitBudget::default()).unwrap();
    assert_eq!(found.network, parallel);
    assert_eq!(found.kept, [Kept { layer: 0, units: vec![Some(1), Some(0)], step: "merge parallel units" }]);
}

#[test]
fn a_network_without_effect_becomes_a_constant() {
    // Both units are dead over the box, and what follows is the constant 3 · relu(2) + 1.
    let dead = network(1, &[2, 1], &[1.0, -1.0, -2.0, -2.0, 5.0, 5.0, 2.0, 3.0, 1.0]);
    let domain = InputBox::cube(1, -1.0, 1.0).unwrap();
    let found = compress(&dead, Some(&domain), UnitBudget::default()).unwrap();
    assert_eq!(
        (found.network.shape().to_string().as_str(), found.network.parameters()),
        ("1→1", [0.0, 7.0].as_slice())
    );
    assert_eq!(compress(&dead, None, UnitBudget::default()).unwrap().network, dead);
}
