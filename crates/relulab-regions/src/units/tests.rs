use super::*;
use crate::relaxation::Side;
use proptest::prelude::*;
use relulab_exact::Number;
use relulab_net::{Activation, Shape};

/// Small networks with dyadic parameters, many of them equal or zero.
fn networks() -> impl Strategy<Value = Network> {
    let activation = prop_oneof![Just(Activation::Relu), Just(Activation::LeakyRelu { slope: 0.25 })];
    (1..4_usize, prop::collection::vec(1..6_usize, 0..4), activation).prop_flat_map(
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

const SMALL: Effort = Effort { parts: 300, pivots: 500, tighten: false };

fn exact(end: &RangeEnd) -> Rational {
    match end {
        RangeEnd::Exact(value) => value.clone(),
        other => panic!("{other:?}"),
    }
}

/// Whether the proved range holds the exact one.
fn check_end(end: &RangeEnd, truth: &Rational, side: Side) -> Result<(), TestCaseError> {
    let RangeEnd::Between { attained, bound } = end else { panic!("{end:?}") };
    let (attained, bound) = (Rational::from_f64(*attained).unwrap(), Rational::from_f64(*bound).unwrap());
    match side {
        Side::Maximum => prop_assert!(attained <= *truth && *truth <= bound, "{truth} in [{attained}, {bound}]"),
        Side::Minimum => prop_assert!(bound <= *truth && *truth <= attained, "{truth} in [{bound}, {attained}]"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The enumeration is the oracle of the proofs; the checker agrees; and claims beyond the truth are refused.
    #[test]
    fn proofs_agree_with_enumeration(network in networks(), tighten: bool) {
        let domain = InputBox::cube(network.shape().input_dim(), -1.0, 1.5).unwrap();
        let place = UnitDomain::Box(domain.clone());
        let truth = report(&network, &place, Method::Enumerate, SMALL, 1).unwrap();
        let found = report(&network, &place, Method::Prove, Effort { tighten, ..SMALL }, 2).unwrap();
        for (found, truth) in found.layers.iter().flatten().zip(truth.layers.iter().flatten()) {
            if found.status != ProvedStatus::Unknown {
                prop_assert_eq!(found.status, truth.status);
            }
            check_end(&found.minimum, &exact(&truth.minimum), Side::Minimum)?;
            check_end(&found.maximum, &exact(&truth.maximum), Side::Maximum)?;
        }
        let certificate = found.certificate.as_ref().unwrap();
        prop_assert_eq!(verify(&network, &domain, certificate), Ok(found.statuses()));
        for (place, lemma) in certificate.lemmas.iter().enumerate() {
            let truth = &truth.layers[lemma.layer][lemma.unit];
            let beyond = match lemma.side {
                Side::Maximum => exact(&truth.maximum).to_f64() - 1e-6,
                Side::Minimum => exact(&truth.minimum).to_f64() + 1e-6,
            };
            let mut forged = certificate.clone();
            forged.lemmas[place].bound = beyond;
            forged.lemmas.truncate(place + 1);
            prop_assert_eq!(
                verify(&network, &domain, &forged),
                Err(CertificateFault::Bound { lemma: place, claimed: beyond })
            );
        }
        let again = report(&network, &place, Method::Prove, Effort { tighten, ..SMALL }, 1).unwrap();
        prop_assert_eq!(again, found);
    }
}

/// |x| − |x| through hidden units: the sum is zero, which only exact numbers can say.
#[test]
fn exact_ties_are_decided() {
    let shape = Shape::new(1, vec![2, 3], 1).unwrap();
    let mut parameters = vec![1.0, -1.0, 0.1, -0.1];
    parameters.extend([1.0, 0.0, -1.0, 0.0, 0.3, -0.3, 0.0, 0.0, 0.0]);
    parameters.extend([1.0, 1.0, 1.0, 0.0]);
    let network = Network::new(shape, Activation::Relu, parameters).unwrap();
    let domain = UnitDomain::Box(InputBox::cube(1, -1.0, 1.0).unwrap());
    for method in [Method::Enumerate, Method::Prove] {
        let found = report(&network, &domain, method, Effort::default(), 1).unwrap();
        let statuses: Vec<_> = found.layers[1].iter().map(|unit| unit.status).collect();
        assert_eq!(statuses[..2], [ProvedStatus::Linear, ProvedStatus::Dead], "{method:?}");
    }
}

#[test]
fn the_whole_space_is_enumerated_or_refused() {
    let shape = Shape::new(2, vec![2], 1).unwrap();
    let parameters = vec![1.0, 0.0, 0.0, 0.0, 0.0, 0.5, 1.0, 1.0, -3.0];
    let network = Network::new(shape, Activation::Relu, parameters).unwrap();
    let found = report(&network, &UnitDomain::Whole, Method::Auto, Effort::default(), 1).unwrap();
    assert_eq!(found.layers[0][0].minimum, RangeEnd::Unbounded);
    assert_eq!(found.layers[0][1].status, ProvedStatus::Linear);
    assert_eq!(found.layers[1][0].minimum, RangeEnd::Exact(Rational::from_f64(-2.5).unwrap()));
    // Twenty inputs are within reach when units look in one direction, not when they look in twenty.
    let narrow = Network::new(Shape::new(20, vec![1], 1).unwrap(), Activation::Relu, vec![1.0; 23]).unwrap();
    let found = report(&narrow, &UnitDomain::Whole, Method::Auto, Effort::default(), 1).unwrap();
    assert_eq!(found.statuses(), [[ProvedStatus::Unstable], [ProvedStatus::Linear]]);
    let mut parameters = vec![0.0; 20 * 20 + 20 + 21];
    (0..20).for_each(|unit| parameters[unit * 21] = 1.0);
    let wide = Network::new(Shape::new(20, vec![20], 1).unwrap(), Activation::Relu, parameters).unwrap();
    let refused = report(&wide, &UnitDomain::Whole, Method::Auto, Effort::default(), 1);
    assert_eq!(refused, Err(ReportError::Space(SpaceError::Rank(20))));
    let smooth = Network::new(Shape::new(1, vec![1], 1).unwrap(), Activation::Tanh, vec![1.0; 4]).unwrap();
    assert!(matches!(
        report(&smooth, &UnitDomain::Whole, Method::Auto, Effort::default(), 1),
        Err(ReportError::Unit(UnitError::Activation(_)))
    ));
}

/// Twenty inputs are too many to enumerate, and one point is a box too.
#[test]
fn many_inputs_and_single_points() {
    let n = 20;
    let shape = Shape::new(n, vec![2], 1).unwrap();
    let mut parameters = vec![1.0; n];
    parameters.extend(vec![-1.0; n]);
    parameters.extend([30.0, -5.0, 1.0, 1.0, 0.0]);
    let network = Network::new(shape, Activation::Relu, parameters).unwrap();
    let status = |low, high| {
        let domain = UnitDomain::Box(InputBox::cube(n, low, high).unwrap());
        let found = report(&network, &domain, Method::Auto, Effort::default(), 1).unwrap();
        (found.layers[0][0].status, found.layers[0][1].status)
    };
    assert_eq!(status(-1.0, 1.0), (ProvedStatus::Linear, ProvedStatus::Unstable));
    assert_eq!(status(-0.25, -0.25), (ProvedStatus::Linear, ProvedStatus::Zero));
}

/// Parameters near the end of the range of f64: nothing finite can be proved, and nothing wrong is.
#[test]
fn overflow_proves_nothing() {
    let shape = Shape::new(1, vec![2, 1], 1).unwrap();
    let huge = 1e308;
    let network =
        Network::new(shape, Activation::Relu, vec![huge, -huge, huge, 0.0, huge, -huge, huge, 1.0, 0.0]).unwrap();
    let domain = InputBox::cube(1, -10.0, 10.0).unwrap();
    let effort = Effort { parts: 4, pivots: 100, tighten: true };
    let found = report(&network, &UnitDomain::Box(domain.clone()), Method::Prove, effort, 1).unwrap();
    assert!(matches!(found.layers[1][0].maximum, RangeEnd::Between { bound: f64::INFINITY, .. }));
    assert_eq!(verify(&network, &domain, found.certificate.as_ref().unwrap()), Ok(found.statuses()));
}

#[test]
fn forged_certificates_are_refused() {
    let shape = Shape::new(1, vec![1], 1).unwrap();
    let network = Network::new(shape, Activation::Relu, vec![1.0, 0.0, 1.0, 0.0]).unwrap();
    let domain = InputBox::cube(1, -1.0, 1.0).unwrap();
    let lemma = |proof| Lemma { layer: 0, unit: 0, side: Side::Maximum, bound: 1.0, proof };
    let check = |lemmas: Vec<Lemma>, shown| verify(&network, &domain, &Certificate { lemmas, shown });
    let parts = |nodes: &[PartNode]| LemmaProof::Parts(nodes.to_vec());
    let cut = |at| PartNode::Cut { input: 0, at };
    assert!(check(vec![lemma(parts(&[PartNode::Leaf]))], vec![]).is_ok());
    assert!(check(vec![lemma(parts(&[cut(0.0), PartNode::Leaf, PartNode::Leaf]))], vec![]).is_ok());
    for nodes in [&[][..], &[cut(0.0), PartNode::Leaf], &[cut(2.0)], &[PartNode::Leaf, PartNode::Leaf]] {
        assert_eq!(check(vec![lemma(parts(nodes))], vec![]), Err(CertificateFault::Form(0)));
    }
    assert_eq!(check(vec![lemma(LemmaProof::Multipliers(vec![vec![1.0]]))], vec![]), Err(CertificateFault::Form(0)));
    // Without lemmas about its inputs nothing finite can be said of the second layer.
    let later = Lemma { layer: 1, ..lemma(parts(&[PartNode::Leaf])) };
    assert!(matches!(check(vec![later], vec![]), Err(CertificateFault::Bound { lemma: 0, .. })));
    let nowhere = Lemma { unit: 1, ..lemma(parts(&[PartNode::Leaf])) };
    assert!(matches!(check(vec![nowhere], vec![]), Err(CertificateFault::Unit(UnitError::Unit { .. }))));
    let shown = |at: f64| vec![Shown { layer: 0, unit: 0, side: Side::Maximum, at: vec![at] }];
    assert!(check(vec![], shown(0.5)).is_ok());
    for at in [0.0, -0.5, 2.0, f64::NAN] {
        assert_eq!(check(vec![], shown(at)), Err(CertificateFault::Point(0)));
    }
}
