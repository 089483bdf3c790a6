use super::*;
use proptest::prelude::*;
use relulab_exact::Dyadic;
use relulab_net::{Activation, Shape, reference};

/// Small networks with dyadic parameters, many of them equal or zero.
fn networks() -> impl Strategy<Value = Network> {
    let activation = prop_oneof![Just(Activation::Relu), Just(Activation::LeakyRelu { slope: 0.25 })];
    (1..4_usize, prop::collection::vec(1..5_usize, 0..4), activation).prop_flat_map(
        |(input_dim, hidden, activation)| {
            let shape = Shape::new(input_dim, hidden, 2).unwrap();
            prop::collection::vec(
                prop_oneof![(-4..=4_i32).prop_map(|n| f64::from(n) / 2.0), -2.0..2.0_f64],
                shape.n_params(),
            )
            .prop_map(move |parameters| Network::new(shape.clone(), activation, parameters).unwrap())
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn bounds_hold_and_their_proofs_check(network in networks(), seeds in prop::collection::vec(0.0..1.0_f64, 60)) {
        let domain = InputBox::cube(network.shape().input_dim(), -1.0, 1.5).unwrap();
        let budget = UnitBudget { boxes_to_decide: 32, boxes_to_tighten: 8 };
        let found = bound_units(&network, &domain, budget).unwrap();
        for point in seeds.chunks_exact(network.shape().input_dim()) {
            let point: Vec<f64> = point.iter().map(|share| -1.0 + 2.5 * share).collect();
            let values = reference::pre_activations(network.shape(), network.activation(), network.parameters(), &point);
            for (layer, bounds) in values.iter().zip(&found.layers) {
                for (value, bounds) in layer.iter().zip(bounds) {
                    let slack = 1e-12;
                    prop_assert!(bounds.minimum.lower <= value + slack && value - slack <= bounds.maximum.upper);
                }
            }
        }
        for bounds in found.layers.iter().flatten() {
            for extremum in [&bounds.minimum, &bounds.maximum] {
                prop_assert!(extremum.lower <= extremum.upper);
                prop_assert!(domain.contains(&extremum.at));
                prop_assert_eq!(verify(&network, &domain, &extremum.proof), Ok(()));
                // A bound that is better than the truth cannot be proved.
                let mut proof = extremum.proof.clone();
                proof.bound = match proof.side {
                    Side::Maximum => extremum.lower - 1e-9 - extremum.lower.abs() * 1e-9,
                    Side::Minimum => extremum.upper + 1e-9 + extremum.upper.abs() * 1e-9,
                };
                prop_assert!(verify(&network, &domain, &proof).is_err());
            }
        }
    }
}

/// |x| − |x| through hidden units: the sum is zero, which only exact numbers can say.
#[test]
fn exact_ties_are_decided() {
    let shape = Shape::new(1, vec![2, 3], 1).unwrap();
    let mut parameters = vec![1.0, -1.0, 0.1, -0.1];
    // Rows: the tie 0.3 h₁ + 0.3 h₂ ≥ 0, its negative, and nothing at all.
    parameters.extend([0.3, 0.3, -0.3, -0.3, 0.0, 0.0]);
    parameters.extend([0.0; 3]);
    parameters.extend([1.0, 1.0, 1.0, 0.0]);
    let network = Network::new(shape, Activation::Relu, parameters).unwrap();
    let domain = InputBox::cube(1, -1.0, 1.0).unwrap();
    let found = bound_units(&network, &domain, UnitBudget::default()).unwrap();
    let statuses: Vec<ProvedStatus> = found.layers[1].iter().map(UnitBounds::status).collect();
    assert_eq!(statuses, [ProvedStatus::Linear, ProvedStatus::Dead, ProvedStatus::Zero]);
    for bounds in found.layers.iter().flatten() {
        verify(&network, &domain, &bounds.minimum.proof).unwrap();
        verify(&network, &domain, &bounds.maximum.proof).unwrap();
    }
}

/// Parameters near the end of the range of f64: nothing finite can be proved, and nothing wrong is.
#[test]
fn overflow_proves_nothing() {
    let shape = Shape::new(1, vec![2, 1], 1).unwrap();
    let huge = 1e308;
    let network =
        Network::new(shape, Activation::Relu, vec![huge, -huge, huge, 0.0, huge, -huge, huge, 1.0, 0.0]).unwrap();
    let domain = InputBox::cube(1, -10.0, 10.0).unwrap();
    let found = bound_units(&network, &domain, UnitBudget { boxes_to_decide: 4, boxes_to_tighten: 1 }).unwrap();
    let maximum = &found.layers[1][0].maximum;
    assert_eq!(maximum.upper, f64::INFINITY);
    assert_eq!(verify(&network, &domain, &maximum.proof), Ok(()));
    let forged = BoundProof { bound: huge, ..maximum.proof.clone() };
    assert!(matches!(verify(&network, &domain, &forged), Err(ProofFault::Bound { .. })));
}

#[test]
fn forged_proofs_are_refused() {
    let shape = Shape::new(1, vec![1], 1).unwrap();
    let network = Network::new(shape, Activation::Relu, vec![1.0, 0.0, 1.0, 0.0]).unwrap();
    let domain = InputBox::cube(1, -1.0, 1.0).unwrap();
    let proof = |bound: f64, tree: Vec<ProofNode>| BoundProof { layer: 1, unit: 0, side: Side::Maximum, bound, tree };
    let leaf = || ProofNode::Leaf { choices: vec![Choice { relaxed: true, steep: true }] };
    let cut = |at: f64| ProofNode::Cut { input: 0, at };
    let check = |proof: &BoundProof| verify(&network, &domain, proof);
    assert_eq!(check(&proof(1.0, vec![leaf()])), Ok(()));
    assert_eq!(check(&proof(1.0, vec![cut(0.0), leaf(), leaf()])), Ok(()));
    assert_eq!(check(&proof(1.0, vec![cut(0.0), leaf()])), Err(ProofFault::Tree(2)));
    assert_eq!(check(&proof(1.0, vec![cut(1.0), leaf(), leaf()])), Err(ProofFault::Tree(0)));
    assert_eq!(check(&proof(1.0, vec![leaf(), leaf()])), Err(ProofFault::Tree(1)));
    assert_eq!(check(&proof(1.0, vec![])), Err(ProofFault::Tree(0)));
    assert_eq!(check(&proof(1.0, vec![ProofNode::Leaf { choices: vec![] }])), Err(ProofFault::Tree(0)));
    assert!(matches!(check(&proof(0.9, vec![leaf()])), Err(ProofFault::Bound { node: 0, .. })));
    let nowhere = BoundProof { unit: 1, ..proof(1.0, vec![leaf()]) };
    assert!(matches!(check(&nowhere), Err(ProofFault::Unit(UnitError::Unit { .. }))));
    assert_eq!(Dyadic::from_f64(f64::NAN), None);
}

#[test]
fn bad_boxes_are_refused() {
    assert!(InputBox::new(vec![0.0], vec![0.0, 1.0]).is_err());
    assert!(InputBox::cube(2, 1.0, -1.0).unwrap_err().to_string().starts_with("input 0 from 1 to -1"));
    assert!(InputBox::cube(2, f64::NAN, 1.0).is_err());
    let shape = Shape::new(2, vec![1], 1).unwrap();
    let smooth = Network::new(shape, Activation::Tanh, vec![0.0; 5]).unwrap();
    let domain = InputBox::cube(2, 0.0, 1.0).unwrap();
    assert!(matches!(bound_units(&smooth, &domain, UnitBudget::default()), Err(UnitError::Activation(_))));
    let narrow = InputBox::cube(1, 0.0, 1.0).unwrap();
    let shape = Shape::new(2, vec![1], 1).unwrap();
    let network = Network::new(shape, Activation::Relu, vec![0.0; 5]).unwrap();
    assert_eq!(bound_units(&network, &narrow, UnitBudget::default()), Err(UnitError::Dim { found: 1, expected: 2 }));
}
