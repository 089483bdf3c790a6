//! Equality that only regions can show: max(relu(u), relu(v)) = relu(max(u, v)), for many pairs of forms u and v.

use proptest::prelude::*;
use relulab_net::{Activation, Network, Shape};
use relulab_regions::equal::{EqualBudget, Method, Obstacle, Verdict, equal, verify};
use relulab_regions::relaxation::InputBox;
use relulab_regions::space::{self, Budget, SpaceDomain};
use std::time::Instant;

/// A form: weights, then the bias.
type Row = Vec<f64>;

/// One hidden layer after the other, rows with their biases last, and the output row.
fn network(input_dim: usize, layers: &[Vec<Row>]) -> Network {
    let widths: Vec<usize> = layers.iter().map(Vec::len).collect();
    let shape = Shape::new(input_dim, widths[..widths.len() - 1].to_vec(), widths[widths.len() - 1]).unwrap();
    let weights = |rows: &Vec<Row>| rows.iter().flat_map(|row| row[..row.len() - 1].to_vec()).collect::<Vec<f64>>();
    let biases = |rows: &Vec<Row>| rows.iter().map(|row| row[row.len() - 1]).collect::<Vec<f64>>();
    let parameters = layers.iter().flat_map(|rows| [weights(rows), biases(rows)].concat()).collect();
    Network::new(shape, Activation::Relu, parameters).unwrap()
}

/// A row with entries at some places of so many, and no bias.
fn sparse(n_in: usize, entries: &[(usize, f64)]) -> Row {
    let mut row = vec![0.0; n_in + 1];
    entries.iter().for_each(|(place, value)| row[*place] = *value);
    row
}

/// Both ways to compute Σ max(relu(u), relu(v)) over neighbouring forms, and both side by side.
fn ways(forms: &[Row]) -> [Network; 3] {
    let (dim, n) = (forms[0].len() - 1, forms.len() / 2);
    // relu(u), relu(v); then relu(relu(u) − relu(v)) + relu(v).
    let outer_first = forms.to_vec();
    let outer_second: Vec<Row> = (0..n)
        .flat_map(|p| [sparse(2 * n, &[(2 * p, 1.0), (2 * p + 1, -1.0)]), sparse(2 * n, &[(2 * p + 1, 1.0)])])
        .collect();
    // relu(u − v), relu(v), relu(−v); then relu(relu(u − v) + v).
    let minus = |a: &Row, b: &Row| a.iter().zip(b).map(|(a, b)| a - b).collect::<Row>();
    let inner_first: Vec<Row> = forms
        .chunks(2)
        .flat_map(|pair| [minus(&pair[0], &pair[1]), pair[1].clone(), minus(&vec![0.0; dim + 1], &pair[1])])
        .collect();
    let inner_second: Vec<Row> =
        (0..n).map(|p| sparse(3 * n, &[(3 * p, 1.0), (3 * p + 1, 1.0), (3 * p + 2, -1.0)])).collect();
    let ones = |n_in: usize| vec![[vec![1.0; n_in], vec![0.0]].concat()];
    let a = network(dim, &[outer_first.clone(), outer_second.clone(), ones(2 * n)]);
    let b = network(dim, &[inner_first.clone(), inner_second.clone(), ones(n)]);
    let beside = |rows: &[Row], before: usize, after: usize| {
        let widen = |row: &Row| {
            let (weights, bias) = row.split_at(row.len() - 1);
            [&vec![0.0; before][..], weights, &vec![0.0; after], bias].concat()
        };
        rows.iter().map(widen).collect::<Vec<Row>>()
    };
    let second = [beside(&outer_second, 0, 3 * n), beside(&inner_second, 2 * n, 0)].concat();
    let both = network(dim, &[[outer_first, inner_first].concat(), second, ones(3 * n)]);
    [a, b, both]
}

fn forms(dim: usize, n_pairs: usize) -> impl Strategy<Value = Vec<Row>> {
    let number = (-200..=200_i32).prop_map(|n| f64::from(n) / 128.0);
    prop::collection::vec(prop::collection::vec(number, dim + 1), 2 * n_pairs)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// The regions of a difference are those that the engine for several dimensions counts.
    #[test]
    fn regions_are_those_of_the_other_engine(rows in (1..4_usize).prop_flat_map(|dim| forms(dim, 1))) {
        let [a, b, both] = ways(&rows);
        let dim = a.shape().input_dim();
        // Units that vanish all over a region have a sign for one engine and not for the other.
        let minors = |i: usize, j: usize| rows[0][i] * rows[1][j] - rows[0][j] * rows[1][i];
        prop_assume!(rows.iter().all(|row| row[..dim].iter().any(|weight| *weight != 0.0)));
        prop_assume!((0..=dim).any(|i| (0..i).any(|j| minors(i, j) != 0.0)));
        let domain = InputBox::cube(dim, -2.0, 2.0).unwrap();
        let of = |domain| match equal(&a, &b, domain, EqualBudget::default()).unwrap() {
            Verdict::Equal(certificate) => Some(certificate),
            _ => None,
        };
        let over_box = of(Some(&domain)).unwrap();
        prop_assert_eq!(verify(&a, &b, Some(&domain), &over_box), Ok(()));
        if let Some(regions) = over_box.regions {
            let cube = SpaceDomain::cube(dim, -2.0, 2.0).unwrap();
            let counted = space::count(&both, &cube, Budget::UNLIMITED, 1).unwrap().activation_regions.lower;
            // What is taken to be dead or linear over the box cuts nothing in the difference.
            let all_cut = over_box.proofs.iter().all(Vec::is_empty);
            let is_right = if all_cut { u128::from(regions) == counted } else { u128::from(regions) <= counted };
            prop_assert!(is_right, "{regions} of {counted}");
        }
        let everywhere = of(None).unwrap();
        prop_assert_eq!(everywhere.method(), Method::Regions);
        prop_assert_eq!(verify(&a, &b, None, &everywhere), Ok(()));
    }
}

#[test]
fn larger_pairs_and_the_budget() {
    for (dim, n_pairs) in [(2, 6), (3, 4), (5, 2)] {
        let mut state = 1_u32;
        let mut number = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 20) / 2048.0 - 1.0
        };
        let rows: Vec<Row> = (0..2 * n_pairs).map(|_| (0..=dim).map(|_| number()).collect()).collect();
        let [a, b, _] = ways(&rows);
        let start = Instant::now();
        let Ok(Verdict::Equal(certificate)) = equal(&a, &b, None, EqualBudget::default()) else { panic!("{dim}") };
        let found = start.elapsed();
        assert_eq!(verify(&a, &b, None, &certificate), Ok(()));
        println!(
            "{dim} inputs: {:?} regions in {found:?}, checked in {:?}",
            certificate.regions,
            start.elapsed() - found
        );
        let budget = EqualBudget { regions: 3, ..EqualBudget::default() };
        assert_eq!(equal(&a, &b, None, budget), Ok(Verdict::Unknown(Obstacle::Budget(3))));
        // One bias of the deep network less by 2⁻⁵²: seen at a point.
        let mut parameters = b.parameters().to_vec();
        *parameters.last_mut().unwrap() -= f64::EPSILON;
        let other = Network::new(b.shape().clone(), b.activation(), parameters).unwrap();
        assert!(matches!(equal(&a, &other, None, EqualBudget::default()), Ok(Verdict::Different(_))));
    }
}
