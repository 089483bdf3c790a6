use super::*;
use crate::canonical::tests::networks;
use crate::canonical::{CanonicalVerdict, compare};
use crate::compress::compress;
use proptest::prelude::*;
use relulab_net::{Activation, Shape};

fn network(hidden: &[usize], activation: Activation, parameters: &[f64]) -> Network {
    let input_dim = 1;
    Network::new(Shape::new(input_dim, hidden.to_vec(), 1).unwrap(), activation, parameters.to_vec()).unwrap()
}

fn relu(hidden: &[usize], parameters: &[f64]) -> Network {
    network(hidden, Activation::Relu, parameters)
}

fn verdict(a: &Network, b: &Network, domain: Option<&InputBox>) -> Verdict {
    equal(a, b, domain, EqualBudget::default()).unwrap()
}

/// The method by which two networks are equal, its certificate checked.
fn method(a: &Network, b: &Network, domain: Option<&InputBox>) -> Method {
    match verdict(a, b, domain) {
        Verdict::Equal(certificate) => {
            assert_eq!(verify(a, b, domain, &certificate), Ok(()));
            certificate.method()
        }
        other => panic!("{other:?}"),
    }
}

fn witness(a: &Network, b: &Network, domain: Option<&InputBox>) -> Witness {
    match verdict(a, b, domain) {
        Verdict::Different(witness) => {
            let pair = [a, b].map(|network| ExactNetwork::of(network).unwrap());
            assert_eq!(pair[0].forward(&witness.x), witness.a);
            assert_eq!(pair[1].forward(&witness.x), witness.b);
            assert_ne!(witness.a, witness.b);
            *witness
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn depth_slope_and_sign_do_not_matter() {
    // |x| by two ReLU units, by one LeakyReLU unit of slope 1/2 and x, and as |x| itself through a second layer.
    let two = relu(&[2], &[1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 0.0]);
    let leaky = network(&[2], Activation::LeakyRelu { slope: 0.5 }, &[1.0, -1.0, 0.0, 0.0, 2.0, 2.0, 0.0]);
    let deep = relu(&[2, 1], &[1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0]);
    assert_eq!(method(&two, &leaky, None), Method::FormsEverywhere);
    // That the second layer's unit is never negative, neither form nor relaxation knows on the whole space.
    assert_eq!(method(&two, &deep, None), Method::Regions);
    assert_eq!(method(&leaky, &deep, None), Method::Regions);
    let domain = InputBox::cube(1, -2.0, 3.0).unwrap();
    assert_eq!(method(&two, &deep, Some(&domain)), Method::FormsOverBox);
}

#[test]
fn equal_on_a_box_and_different_outside() {
    // relu(x + 2) is x + 2 on [−1, 1]; the difference begins at −2.
    let bent = relu(&[1], &[1.0, 2.0, 1.0, 0.0]);
    let straight = relu(&[], &[1.0, 2.0]);
    let inside = InputBox::cube(1, -1.0, 1.0).unwrap();
    assert_eq!(method(&bent, &straight, Some(&inside)), Method::FormsOverBox);
    let touching = InputBox::cube(1, -2.0, 1.0).unwrap();
    assert_eq!(method(&bent, &straight, Some(&touching)), Method::FormsOverBox);
    let beyond = InputBox::cube(1, -2.0 - 1e-9, 1.0).unwrap();
    let found = witness(&bent, &straight, Some(&beyond));
    assert!(found.point().is_some_and(|point| point[0] < -2.0 && beyond.contains(&point)));
    witness(&bent, &straight, None);
}

#[test]
fn a_hat_between_two_neighbours_of_f64_is_seen() {
    // A hat over the gap between 1 and the next f64, so 0 at every f64: the exact point is given instead.
    let gap = f64::EPSILON;
    let (left, right) = (1.0, 1.0 + gap);
    // relu(x − l) − relu(3x − 3r + gap) + 2 relu(x − r) rises with slope 1 and falls with slope 2.
    let hat = relu(&[3], &[1.0, 3.0, 1.0, -left, -(3.0 + 2.0 * gap), -right, 1.0, -1.0, 2.0, 0.0]);
    let flat = relu(&[], &[0.0, 0.0]);
    let found = witness(&hat, &flat, None);
    assert_eq!(found.point(), None);
    assert!(exact(left) < found.x[0] && found.x[0] < exact(right));
    assert!(found.a[0] > Rational::zero());
}

#[test]
fn regions_decide_what_forms_do_not() {
    // max(x, y) two ways: y + relu(x − y) and x + relu(y − x); max(max(x, y), 0) by nesting either way.
    let shape = Shape::new(2, vec![3, 2], 1).unwrap();
    // Layer 1: x − y, y, −y. Layer 2: y + relu(x − y), and nothing. Output: relu of it.
    let a = Network::new(
        shape.clone(),
        Activation::Relu,
        [
            [1.0, -1.0, 0.0, 1.0, 0.0, -1.0].as_slice(),
            &[0.0; 3],
            &[1.0, 1.0, -1.0, 0.0, 0.0, 0.0],
            &[0.0; 2],
            &[1.0, 1.0],
            &[0.0],
        ]
        .concat(),
    )
    .unwrap();
    let b = Network::new(
        shape,
        Activation::Relu,
        [
            [-1.0, 1.0, 1.0, 0.0, -1.0, 0.0].as_slice(),
            &[0.0; 3],
            &[1.0, 1.0, -1.0, 0.0, 0.0, 0.0],
            &[0.0; 2],
            &[1.0, 1.0],
            &[0.0],
        ]
        .concat(),
    )
    .unwrap();
    let domain = InputBox::cube(2, -1.0, 1.0).unwrap();
    // max(x, y) = y + relu(x − y) = x + relu(y − x) is one form, so even the nested kinks are the same.
    assert_eq!(method(&a, &b, Some(&domain)), Method::FormsEverywhere);
    // relu(max(x, y)) = max(relu(x), relu(y)) is not.
    let other = Network::new(
        Shape::new(2, vec![2, 2], 1).unwrap(),
        Activation::Relu,
        [[1.0, 0.0, 0.0, 1.0].as_slice(), &[0.0; 2], &[1.0, -1.0, 0.0, 1.0], &[0.0; 2], &[1.0, 1.0], &[0.0]].concat(),
    )
    .unwrap();
    assert_eq!(method(&a, &other, Some(&domain)), Method::Regions);
    assert_eq!(method(&a, &other, None), Method::Regions);
    let budget = EqualBudget { regions: 2, ..EqualBudget::default() };
    assert_eq!(equal(&a, &other, None, budget), Ok(Verdict::Unknown(Obstacle::Budget(2))));
}

#[test]
fn one_ulp_is_a_difference() {
    let parameters = [0.3_f64, -0.7, 0.1, 0.2, 1.1, 0.9, -0.4];
    for changed in 0..parameters.len() {
        let mut other = parameters;
        other[changed] = other[changed].next_up();
        witness(&relu(&[2], &parameters), &relu(&[2], &other), None);
    }
}

#[test]
fn forged_certificates_are_refused() {
    let two = relu(&[2], &[1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 0.0]);
    let deep = relu(&[2, 1], &[1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0]);
    let domain = InputBox::cube(1, -2.0, 3.0).unwrap();
    let Verdict::Equal(certificate) = verdict(&two, &deep, Some(&domain)) else { panic!() };
    let check = |certificate: &Certificate| verify(&two, &deep, Some(&domain), certificate);
    assert_eq!(check(&certificate), Ok(()));
    assert_eq!(verify(&two, &deep, None, &certificate), Err(CertificateFault::Unbounded));
    let mut unproved = certificate.clone();
    unproved.proofs[1].clear();
    assert_eq!(check(&unproved), Err(CertificateFault::Role { network: 1, layer: 1, unit: 0 }));
    let mut dead = certificate.clone();
    dead.roles[1][1][0] = Role::Stable(Stable::Dead);
    assert_eq!(check(&dead), Err(CertificateFault::Role { network: 1, layer: 1, unit: 0 }));
    let mut constant = certificate.clone();
    constant.roles[0][0][0] = Role::Constant;
    assert_eq!(check(&constant), Err(CertificateFault::Role { network: 0, layer: 0, unit: 0 }));
    let mut flipped = certificate.clone();
    flipped.roles[0][0][0] = Role::Kink { atom: 0, factor: Rational::from(-1) };
    assert_eq!(check(&flipped), Err(CertificateFault::Role { network: 0, layer: 0, unit: 0 }));
    let mut circular = certificate.clone();
    circular.atoms[0] = Form::term(Place::Atom(0), Rational::from(1));
    assert_eq!(check(&circular), Err(CertificateFault::Order(0)));
    let mut short = certificate.clone();
    short.roles[1].pop();
    assert_eq!(check(&short), Err(CertificateFault::Layers(1)));
    let other = relu(&[2, 1], &[1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0]);
    assert_eq!(verify(&two, &other, Some(&domain), &certificate), Err(CertificateFault::Output(0)));

    let Verdict::Equal(certificate) = verdict(&two, &deep, None) else { panic!() };
    assert_eq!(verify(&two, &deep, None, &certificate), Ok(()));
    let miscounted = Certificate { regions: certificate.regions.map(|count| count + 1), ..*certificate.clone() };
    assert_eq!(verify(&two, &deep, None, &miscounted), Err(CertificateFault::Regions));
    assert_eq!(verify(&two, &other, None, &certificate), Err(CertificateFault::Regions));
}

#[test]
fn pairs_that_do_not_fit_are_refused() {
    let tanh = network(&[1], Activation::Tanh, &[1.0, 0.0, 1.0, 0.0]);
    let line = relu(&[], &[1.0, 2.0]);
    let of = |a, b, domain| equal(a, b, domain, EqualBudget::default()).unwrap_err().to_string();
    assert!(of(&tanh, &line, None).contains("tanh is not piecewise linear"));
    let plane = Network::new(Shape::new(2, vec![], 1).unwrap(), Activation::Relu, vec![0.0; 3]).unwrap();
    assert_eq!(of(&plane, &line, None), "networks with 2 and 1 inputs: expected the same number");
    let pair = Network::new(Shape::new(1, vec![], 2).unwrap(), Activation::Relu, vec![0.0; 4]).unwrap();
    assert_eq!(of(&pair, &line, None), "networks with 2 and 1 outputs: expected the same number");
    let square = InputBox::cube(2, 0.0, 1.0).unwrap();
    assert_eq!(of(&line, &line, Some(&square)), "a box of 2 inputs for a network with 1");
}

/// A box in which an input has no room leaves a function of the others.
#[test]
fn a_box_may_be_flat() {
    let sum = Network::new(
        Shape::new(2, vec![2], 1).unwrap(),
        Activation::Relu,
        vec![1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
    )
    .unwrap();
    let first =
        Network::new(Shape::new(2, vec![1], 1).unwrap(), Activation::Relu, vec![1.0, 0.0, 0.5, 1.0, 0.0]).unwrap();
    let flat = InputBox::new(vec![-1.0, 0.5], vec![1.0, 0.5]).unwrap();
    assert_eq!(method(&sum, &first, Some(&flat)), Method::FormsEverywhere);
    let thick = InputBox::new(vec![-1.0, 0.5], vec![1.0, 0.75]).unwrap();
    witness(&sum, &first, Some(&thick));
}

/// Another network with the same function: a layer's units turned, scaled by powers of two, the first one split in
/// two halves, a unit and its mirror image added that cancel on the positive side, and a silent one.
fn scrambled(original: &Network, layer: usize, exponents: &[i32], turn: usize) -> Network {
    let layers: Vec<_> = original.shape().layers().collect();
    let parameters = original.parameters();
    let mut hidden = original.shape().hidden().to_vec();
    let width = hidden[layer];
    hidden[layer] += 2;
    let shape = Shape::new(original.shape().input_dim(), hidden, original.shape().output_dim()).unwrap();
    let mut scrambled = Vec::new();
    for (index, part) in layers.iter().enumerate() {
        let rows = parameters[part.weights.clone()].chunks(part.n_in).map(<[f64]>::to_vec);
        let mut rows: Vec<Vec<f64>> = rows.collect();
        let mut biases = parameters[part.biases.clone()].to_vec();
        let scale = |unit: usize| 2.0_f64.powi(exponents[unit % exponents.len()]);
        if index == layer {
            rows.rotate_left(turn % width);
            biases.rotate_left(turn % width);
            rows.push(rows[0].clone());
            rows.push(vec![1.5; part.n_in]);
            biases.extend([biases[0], -0.25]);
            for (unit, (row, bias)) in rows.iter_mut().zip(&mut biases).enumerate() {
                row.iter_mut().chain([bias]).for_each(|value| *value *= scale(unit));
            }
        } else if index == layer + 1 {
            for row in &mut rows {
                row.rotate_left(turn % width);
                row[0] /= 2.0;
                row.extend([row[0], 0.0]);
                row.iter_mut().enumerate().for_each(|(unit, weight)| *weight /= scale(unit));
            }
        }
        scrambled.extend(rows.into_iter().flatten().chain(biases));
    }
    Network::new(shape, original.activation(), scrambled).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn disguises_are_seen_through(
        original in networks(), exponents in prop::collection::vec(-3..4_i32, 1..5), turn in 0..4_usize, place in 0..4_usize,
    ) {
        let depth = original.shape().depth();
        prop_assume!(depth > 0);
        let other = scrambled(&original, place % depth, &exponents, turn);
        prop_assert_eq!(method(&original, &other, None), Method::FormsEverywhere);
        prop_assert_eq!(method(&other, &original, None), Method::FormsEverywhere);
    }

    /// What the canonical form sees, the forms in common kinks see too.
    #[test]
    fn more_is_seen_than_by_the_canonical_form(a in networks(), b in networks()) {
        let same_ends = a.shape().input_dim() == b.shape().input_dim() && a.shape().output_dim() == b.shape().output_dim();
        if same_ends && compare(&a, &b) == CanonicalVerdict::Equal {
            prop_assert_eq!(method(&a, &b, None), Method::FormsEverywhere);
        }
    }

    #[test]
    fn compressions_are_equal(original in networks()) {
        let domain = InputBox::cube(original.shape().input_dim(), -1.0, 2.0).unwrap();
        let smaller = compress(&original, Some(&domain), UnitBudget::default()).unwrap().network;
        method(&original, &smaller, Some(&domain));
        let everywhere = compress(&original, None, UnitBudget::default()).unwrap().network;
        prop_assert_eq!(method(&original, &everywhere, None), Method::FormsEverywhere);
    }

    /// A constant added to an output, or a unit that only acts beyond the box.
    #[test]
    fn changes_are_seen_where_they_are(original in networks(), at in 2..5_i32) {
        let mut parameters = original.parameters().to_vec();
        *parameters.last_mut().unwrap() += 0.125;
        let shifted = Network::new(original.shape().clone(), original.activation(), parameters).unwrap();
        witness(&original, &shifted, None);

        let depth = original.shape().depth();
        prop_assume!(depth > 0 && original.activation() == Activation::Relu);
        // The first layer gets a unit relu(x₁ − at) that every unit of the second layer listens to.
        let mut hidden = original.shape().hidden().to_vec();
        hidden[0] += 1;
        let shape = Shape::new(original.shape().input_dim(), hidden, original.shape().output_dim()).unwrap();
        let mut widened = Vec::new();
        for (index, layer) in original.shape().layers().enumerate() {
            let (weights, biases) = (&original.parameters()[layer.weights], &original.parameters()[layer.biases]);
            for row in weights.chunks(layer.n_in) {
                widened.extend_from_slice(row);
                widened.extend((index == 1).then_some(1.0));
            }
            if index == 0 {
                widened.push(1.0);
                widened.extend(std::iter::repeat_n(0.0, layer.n_in - 1));
            }
            widened.extend_from_slice(biases);
            widened.extend((index == 0).then_some(f64::from(-at)));
        }
        let widened = Network::new(shape, Activation::Relu, widened).unwrap();
        let domain = InputBox::cube(original.shape().input_dim(), -2.0, 2.0).unwrap();
        method(&original, &widened, Some(&domain));
        // Outside it may be hidden by later layers, but an answer is found, and is right.
        match verdict(&original, &widened, None) {
            Verdict::Equal(certificate) => prop_assert_eq!(verify(&original, &widened, None, &certificate), Ok(())),
            Verdict::Different(_) => drop(witness(&original, &widened, None)),
            Verdict::Unknown(obstacle) => prop_assert!(false, "{}", obstacle),
        }
    }

    /// Any two small networks are decided, the same way round both ways, and rightly at random points.
    #[test]
    fn small_pairs_are_decided(a in networks(), b in networks(), points in prop::collection::vec(-9..10_i64, 16)) {
        let same_ends = a.shape().input_dim() == b.shape().input_dim() && a.shape().output_dim() == b.shape().output_dim();
        prop_assume!(same_ends);
        let domain = InputBox::cube(a.shape().input_dim(), -3.0, 3.0).unwrap();
        for domain in [None, Some(&domain)] {
            let [forth, back] = [verdict(&a, &b, domain), verdict(&b, &a, domain)];
            match (&forth, &back) {
                (Verdict::Equal(certificate), Verdict::Equal(_)) => {
                    prop_assert_eq!(verify(&a, &b, domain, certificate), Ok(()));
                    for point in points.chunks_exact(a.shape().input_dim()) {
                        let point: Vec<Rational> = point.iter().map(|n| Rational::from(*n) / Rational::from(3)).collect();
                        let outputs = [&a, &b].map(|network| ExactNetwork::of(network).unwrap().forward(&point));
                        prop_assert_eq!(&outputs[0], &outputs[1]);
                    }
                }
                (Verdict::Different(_), Verdict::Different(_)) => {}
                other => prop_assert!(false, "{:?}", other),
            }
        }
    }
}
