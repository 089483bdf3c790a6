//! Decision regions against brute force in rationals: areas, neighbours, and the best outputs at points.

use proptest::prelude::*;
use relulab_exact::{Number, Rational, Sign};
use relulab_net::{Activation, Network, Shape};
use relulab_regions::plane::{Choice, DecisionRegions, PlaneComplex, PlaneDomain};
use std::collections::BTreeMap;

type Point = [Rational; 2];

fn exact(value: f64) -> Rational {
    Rational::from_f64(value).unwrap()
}

/// The outputs at a point, in rationals, one layer after the other.
fn outputs(network: &Network, point: &Point) -> Vec<Rational> {
    let mut values = point.to_vec();
    let depth = network.shape().depth();
    for (index, layer) in network.shape().layers().enumerate() {
        let (weights, biases) = (&network.parameters()[layer.weights], &network.parameters()[layer.biases]);
        let row = |unit: usize| &weights[unit * layer.n_in..(unit + 1) * layer.n_in];
        let value = |unit: usize| {
            let products = row(unit).iter().zip(&values).map(|(weight, value)| exact(*weight) * value);
            products.fold(exact(biases[unit]), |sum, product| sum + product)
        };
        let negative = |value: &Rational| value.exact_sign() == Sign::Negative;
        let activate = |value| if index < depth && negative(&value) { Rational::zero() } else { value };
        values = (0..layer.n_out).map(|unit| activate(value(unit))).collect();
    }
    values
}

/// All outputs that are best at a point.
fn best(network: &Network, choice: Choice, point: &Point) -> Vec<u32> {
    let values = outputs(network, point);
    let top = if choice == Choice::Largest { values.iter().max() } else { values.iter().min() };
    (0..values.len() as u32).filter(|output| Some(&values[*output as usize]) == top).collect()
}

fn corners(regions: &DecisionRegions<'_>, part: usize) -> Vec<Point> {
    regions.corners(part).iter().map(|corner| regions.exact_position(*corner as usize)).collect()
}

/// Twice the signed area of the triangle a, b, p: positive where p is to the left of a → b.
fn turn(a: &Point, b: &Point, p: &Point) -> Rational {
    let minus = |p: &Point, k: usize| p[k].clone() - &a[k];
    minus(b, 0) * &minus(p, 1) - minus(b, 1) * &minus(p, 0)
}

/// A point inside a polygon: a mean of its corners, with unequal weights so that no symmetry hides a mistake.
fn inner_point(polygon: &[Point]) -> Point {
    let total = Rational::from((1..=polygon.len() as i64).sum::<i64>());
    [0, 1].map(|k| {
        let weighted = polygon.iter().zip(1..).map(|(corner, weight)| corner[k].clone() * &Rational::from(weight));
        weighted.fold(Rational::zero(), |sum, part| sum + part) / &total
    })
}

/// Checks all that must hold of the decision regions of a network on [−2, 2]².
fn check(network: &Network, choice: Choice) {
    let complex = PlaneComplex::new(network, PlaneDomain::square(-2.0, 2.0).unwrap()).unwrap();
    let regions = complex.decision_regions(choice).unwrap();

    let areas = regions.exact_areas();
    let total = areas.iter().fold(Rational::zero(), |sum, area| sum + area);
    assert_eq!(total, Rational::from(16), "the areas fill the box");
    for (area, bounded) in areas.iter().zip(regions.areas()) {
        let distance = (area.clone() - exact(bounded.value())).to_f64().abs();
        assert!(distance <= bounded.error().next_up(), "{distance} {}", bounded.error());
        assert_eq!(area.exact_sign(), Sign::Positive);
    }

    let mut sides: BTreeMap<[u32; 2], Vec<usize>> = BTreeMap::new();
    for (index, part) in regions.parts().iter().enumerate() {
        let polygon = corners(&regions, index);
        for (place, corner) in polygon.iter().enumerate() {
            let [next, after] = [1, 2].map(|step| &polygon[(place + step) % polygon.len()]);
            assert_eq!(
                turn(corner, next, after).exact_sign(),
                Sign::Positive,
                "convex, counterclockwise, no corner flat"
            );
            // At corners the outputs of the class are among the best.
            let here = best(network, choice, corner);
            assert!(regions.classes()[part.class as usize].iter().all(|output| here.contains(output)));
        }
        assert_eq!(best(network, choice, &inner_point(&polygon)), regions.classes()[part.class as usize]);
        let numbers = regions.corners(index);
        for (place, corner) in numbers.iter().enumerate() {
            let next = numbers[(place + 1) % numbers.len()];
            sides.entry([*corner.min(&next), *corner.max(&next)]).or_default().push(index);
        }
    }
    let mut n_boundary = 0;
    for (ends, parts) in &sides {
        let [one, two] = ends.map(|end| regions.exact_position(end as usize));
        if let [first, second] = parts[..] {
            n_boundary += usize::from(regions.parts()[first].class != regions.parts()[second].class);
        } else {
            // A side of one part alone lies on a side of the box.
            let on_box = (0..2).any(|k| one[k] == two[k] && [-2, 2].map(Rational::from).contains(&one[k]));
            assert!(parts.len() == 1 && on_box, "{parts:?}");
        }
    }
    let boundary = regions.boundary();
    assert_eq!(boundary.len(), n_boundary);
    for edge in boundary {
        let classes = edge.classes.map(|class| &regions.classes()[class as usize]);
        for end in edge.ends {
            let here = best(network, choice, &regions.exact_position(end as usize));
            assert!(classes.iter().all(|class| class.iter().all(|output| here.contains(output))), "a tie at its ends");
        }
    }
    assert!(regions.n_connected().iter().all(|count| *count >= 1));
}

fn network(hidden: Vec<usize>, outputs: usize, parameters: Vec<f64>) -> Network {
    let shape = Shape::new(2, hidden, outputs).unwrap();
    let parameters = parameters.into_iter().cycle().take(shape.n_params()).collect();
    Network::new(shape, Activation::Relu, parameters).unwrap()
}

#[test]
fn equal_outputs_form_a_class_of_their_own() {
    // Outputs relu(x), relu(x) and relu(y): where x and y are not positive all three are 0.
    let parameters = vec![1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0];
    let network = network(vec![2], 3, parameters);
    check(&network, Choice::Largest);
    let complex = PlaneComplex::new(&network, PlaneDomain::square(-2.0, 2.0).unwrap()).unwrap();
    let regions = complex.decision_regions(Choice::Largest).unwrap();
    assert_eq!(regions.classes(), [vec![2], vec![0, 1], vec![0, 1, 2]]);
    assert_eq!(regions.exact_areas(), [6, 6, 4].map(Rational::from));
    assert_eq!(regions.boundary().len(), 3);
    // Of the smallest: x ≤ 0 < y gives 0 and 1, 0 < x with y ≤ 0 gives 2.
    let regions = complex.decision_regions(Choice::Smallest).unwrap();
    assert_eq!(regions.classes(), [vec![2], vec![0, 1], vec![0, 1, 2]]);
}

#[test]
fn an_output_best_only_in_the_middle_of_a_cell_is_found() {
    // x, −x and ½, without a hidden layer: ½ is best on a strip that touches no corner.
    let network = network(vec![], 3, vec![1.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5]);
    check(&network, Choice::Largest);
    let complex = PlaneComplex::new(&network, PlaneDomain::square(-2.0, 2.0).unwrap()).unwrap();
    let regions = complex.decision_regions(Choice::Largest).unwrap();
    assert_eq!(regions.exact_areas(), [6, 6, 4].map(Rational::from));
}

#[test]
fn one_output_is_best_everywhere_and_the_plane_has_no_areas() {
    let network = network(vec![3], 1, vec![1.0, 0.5, -1.0, 2.0]);
    let complex = PlaneComplex::new(&network, PlaneDomain::square(-2.0, 2.0).unwrap()).unwrap();
    let regions = complex.decision_regions(Choice::Largest).unwrap();
    assert_eq!((regions.classes(), regions.n_connected()), (&[vec![0]][..], vec![1]));
    assert_eq!(regions.parts().len(), complex.n_cells());
    assert!(PlaneComplex::new(&network, PlaneDomain::WHOLE).unwrap().decision_regions(Choice::Largest).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Small whole numbers: duplicate units, ties and lines through corners abound.
    #[test]
    fn degenerate_networks_are_tiled(
        parameters in prop::collection::vec(-2i32..=2, 45),
        hidden in prop::sample::select(vec![vec![], vec![4], vec![4, 3]]),
        smallest: bool,
    ) {
        let network = network(hidden, 3, parameters.into_iter().map(f64::from).collect());
        check(&network, if smallest { Choice::Smallest } else { Choice::Largest });
    }

    /// Numbers without pattern.
    #[test]
    fn generic_networks_are_tiled(
        parameters in prop::collection::vec(-1.0f64..1.0, 80),
        hidden in prop::sample::select(vec![vec![5], vec![5, 4]]),
        smallest: bool,
    ) {
        check(&network(hidden, 4, parameters), if smallest { Choice::Smallest } else { Choice::Largest });
    }
}
