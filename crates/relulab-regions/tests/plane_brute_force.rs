//! Small networks against a naive enumeration: every cell is clipped by every unit, in rationals from the beginning.

use proptest::prelude::*;
use relulab_exact::{Number, Rational, Sign};
use relulab_net::{Activation, Network, Shape};
use relulab_regions::plane::{self, Extent, InputNorm, PlaneComplex, PlaneDomain, PlaneMonomial};
use std::collections::{BTreeMap, BTreeSet, HashSet};

type Point = [Rational; 2];
type Map = [Rational; 3];

/// A cell as a polygon, the forms after the layers so far, and the pattern.
#[derive(Clone)]
struct Cell {
    corners: Vec<Point>,
    maps: Vec<Map>,
    pattern: Vec<bool>,
}

/// Everything that the naive enumeration finds.
struct Found {
    cells: Vec<Cell>,
    per_layer: Vec<u64>,
    /// Layer by layer the least and the largest pre-activation at corners.
    ranges: Vec<Vec<[Rational; 2]>>,
}

fn exact(value: f64) -> Rational {
    Rational::from_f64(value).unwrap()
}

fn value(map: &Map, at: &Point) -> Rational {
    map[0].clone() * &at[0] + map[1].clone() * &at[1] + &map[2]
}

/// The part of a polygon on which a form is ≥ 0; empty when it has no area.
fn clip(corners: &[Point], map: &Map) -> Vec<Point> {
    let mut part = Vec::new();
    for (index, from) in corners.iter().enumerate() {
        let to = &corners[(index + 1) % corners.len()];
        let (start, end) = (value(map, from), value(map, to));
        if start.exact_sign() != Sign::Negative {
            part.push(from.clone());
        }
        if start.exact_sign().is_opposite(end.exact_sign()) {
            let share = start.clone() / (start - &end);
            part.push([0, 1].map(|k| from[k].clone() + (to[k].clone() - &from[k]) * &share));
        }
    }
    let has_inside = part.iter().any(|corner| value(map, corner).exact_sign() == Sign::Positive);
    if has_inside { part } else { Vec::new() }
}

/// All cells within |x|, |y| ≤ `reach`.
fn enumerate(network: &Network, [low, high]: [f64; 2]) -> Found {
    let leak = match network.activation() {
        Activation::LeakyRelu { slope } => exact(slope),
        _ => Rational::zero(),
    };
    let corners = [[low, low], [high, low], [high, high], [low, high]].map(|corner| corner.map(exact));
    let [zero, one] = [0, 1].map(Rational::from);
    let inputs = vec![[one.clone(), zero.clone(), zero.clone()], [zero.clone(), one, zero.clone()]];
    let mut cells = vec![Cell { corners: corners.to_vec(), maps: inputs, pattern: Vec::new() }];
    let (mut per_layer, mut ranges) = (Vec::new(), Vec::new());
    for (index, layer) in network.shape().layers().enumerate() {
        let is_hidden = index < network.shape().depth();
        let weights = &network.parameters()[layer.weights.clone()];
        let biases = &network.parameters()[layer.biases.clone()];
        let mut range: Vec<Option<[Rational; 2]>> = vec![None; layer.n_out];
        let mut next = Vec::new();
        for cell in cells {
            let forms: Vec<Map> = (0..layer.n_out)
                .map(|unit| {
                    let mut form = [zero.clone(), zero.clone(), exact(biases[unit])];
                    for (input, map) in cell.maps.iter().enumerate() {
                        for k in 0..3 {
                            form[k] = form[k].clone() + exact(weights[unit * layer.n_in + input]) * &map[k];
                        }
                    }
                    form
                })
                .collect();
            for (form, range) in forms.iter().zip(&mut range) {
                for corner in &cell.corners {
                    let here = value(form, corner);
                    let [min, max] = range.clone().unwrap_or_else(|| [here.clone(), here.clone()]);
                    *range = Some([min.min(here.clone()), max.max(here)]);
                }
            }
            let mut parts = vec![Cell { corners: cell.corners, maps: Vec::new(), pattern: cell.pattern }];
            for form in &forms {
                if !is_hidden {
                    parts[0].maps.push(form.clone());
                    continue;
                }
                parts = parts
                    .into_iter()
                    .flat_map(|part| {
                        let minus = form.clone().map(|c| -c);
                        let [above, below] = [clip(&part.corners, form), clip(&part.corners, &minus)];
                        let off = form.clone().map(|c| c * &leak);
                        let mut children = Vec::new();
                        let mut add = |corners: Vec<Point>, map: &Map, on: bool| {
                            let mut child = Cell { corners, ..part.clone() };
                            child.maps.push(map.clone());
                            child.pattern.push(on);
                            children.push(child);
                        };
                        let is_zero = above.is_empty() && below.is_empty();
                        if !above.is_empty() {
                            add(above, form, true);
                        }
                        if !below.is_empty() {
                            add(below, &off, false);
                        }
                        if is_zero {
                            add(part.corners.clone(), &off, false);
                        }
                        children
                    })
                    .collect();
            }
            next.extend(parts);
        }
        cells = next;
        if is_hidden {
            per_layer.push(cells.len() as u64);
        }
        ranges.push(range.into_iter().map(Option::unwrap).collect());
    }
    Found { cells, per_layer, ranges }
}

/// Number of pieces when cells with equal maps and at least `n_common` common corners of `points` are merged.
fn n_pieces(cells: &[Cell], n_common: usize, is_point: impl Fn(&Point) -> bool) -> usize {
    let mut piece: Vec<usize> = (0..cells.len()).collect();
    for i in 0..cells.len() {
        for j in 0..i {
            let common = |corner: &&Point| cells[j].corners.contains(corner) && (n_common > 1 || is_point(corner));
            let n_shared = cells[i].corners.iter().filter(|corner| cells[j].corners.contains(corner)).count();
            let touch = n_shared >= 2 || cells[i].corners.iter().filter(common).count() >= n_common;
            if touch && cells[i].maps == cells[j].maps && piece[i] != piece[j] {
                let (old, new) = (piece[i], piece[j]);
                piece.iter_mut().filter(|piece| **piece == old).for_each(|piece| *piece = new);
            }
        }
    }
    piece.into_iter().collect::<BTreeSet<_>>().len()
}

/// Half width of a square that holds all vertices of networks with small integer weights.
const FAR: f64 = (1_u64 << 60) as f64;

/// Compares all counts, extremes and areas on a domain with the enumeration.
fn check(network: &Network, ends: Option<[f64; 2]>) {
    let found = enumerate(network, ends.unwrap_or([-FAR, FAR]));
    let is_point = |point: &Point| ends.is_some() || point.iter().all(|x| x.to_f64().abs() < FAR);
    let domain = ends.map_or(PlaneDomain::WHOLE, |[low, high]| PlaneDomain::square(low, high).unwrap());
    let counts = plane::count(network, domain, 1).unwrap();
    let vertices: HashSet<&Point> = found.cells.iter().flat_map(|cell| &cell.corners).collect();
    assert_eq!(counts.activation_regions, found.cells.len() as u64);
    assert_eq!(counts.per_layer, found.per_layer);
    assert_eq!(counts.vertices, vertices.iter().filter(|point| is_point(point)).count() as u64);
    assert!(counts.min_margin > 1.0);
    assert_eq!(counts, plane::count(network, domain, 2).unwrap());

    let complex = PlaneComplex::new(network, domain).unwrap();
    assert_eq!(*complex.counts(), counts);
    let exact_vertices = complex.exact_vertices();
    assert_eq!(exact_vertices.len(), complex.n_vertices());
    assert_eq!(complex.n_vertices(), vertices.len());
    let (edges, cells) = (complex.edges().len(), complex.n_cells());
    assert_eq!(complex.n_vertices() + cells, edges + 1);
    let by_pattern: BTreeMap<&Vec<bool>, &Cell> = found.cells.iter().map(|cell| (&cell.pattern, cell)).collect();
    assert_eq!(by_pattern.len(), found.cells.len());
    for cell in 0..cells {
        let n_units: usize = complex.hidden().sum();
        let pattern: Vec<bool> = (0..n_units).map(|unit| complex.is_on(cell, unit)).collect();
        let same = by_pattern[&pattern];
        assert_eq!(same.corners.len(), complex.corners(cell).len());
        for output in 0..complex.output_dim() {
            assert_eq!(complex.exact_map(cell, output), same.maps[output]);
        }
        for corner in complex.corners(cell) {
            let vertex = &exact_vertices[*corner as usize];
            let at = [0, 1].map(|k| vertex.at[k].clone() + vertex.rate[k].clone() * exact(ends.map_or(FAR, |_| 0.0)));
            assert!(same.corners.contains(&at));
        }
    }
    for edge in complex.edges() {
        assert_eq!(edge.unit.is_some(), edge.cells[1].is_some());
        assert!(edge.cells[0].is_some());
    }

    let pieces = complex.pieces();
    assert_eq!(pieces.open_connected_pieces, n_pieces(&found.cells, 2, is_point));
    let touching: HashSet<&Vec<Map>> = found.cells.iter().map(|cell| &cell.maps).collect();
    assert_eq!(pieces.distinct_affine_functions, touching.len());
    let steepest = found.cells.iter().map(|cell| {
        let [a, b, _] = &cell.maps[0];
        a.clone() * a + b.clone() * b
    });
    assert_eq!(complex.lipschitz_constant(0, InputNorm::Two), steepest.max().unwrap());

    let extents = complex.extents();
    let all = extents.units.iter().chain([&extents.outputs]);
    for (extents, ranges) in all.zip(&found.ranges) {
        for (Extent { min, max }, [low, high]) in extents.iter().zip(ranges) {
            // On the far square, what grows without bound is far from 0.
            let far = |value: &Rational| value.to_f64().abs() > FAR / 1024.0 / 1024.0;
            assert_eq!(min.clone(), (ends.is_some() || !far(low)).then(|| low.clone()));
            assert_eq!(max.clone(), (ends.is_some() || !far(high)).then(|| high.clone()));
        }
    }
    check_level(&complex, &found, ends.is_some());
    assert_eq!(pieces.closed_connected_pieces, n_pieces(&found.cells, 1, is_point));
    let Some([low, high]) = ends else { return };
    let areas = complex.exact_areas().unwrap();
    let side = exact(high) - exact(low);
    assert_eq!(areas.iter().fold(Rational::zero(), |sum, area| sum + area), side.clone() * &side);
    assert!(areas.iter().all(|area| area.exact_sign() == Sign::Positive));
    // The integral of f, once as it is and once from two squares: ∫f² − ∫(f − 1)² = 2∫f − area.
    let squares = [0.0, 1.0]
        .map(|coefficient| complex.exact_squared_error(0, &[PlaneMonomial { coefficient, powers: [0, 0] }]).unwrap());
    let integral = complex.exact_integral(0).unwrap();
    assert_eq!(squares[0].clone() - &squares[1], integral.clone() + &integral - side.clone() * &side);
    let bounded = complex.integral(0).unwrap();
    assert!((exact(bounded.value()) - &integral).to_f64().abs() <= bounded.error());
}

/// Level sets: as many cells are crossed as have corners on both sides of the level.
fn check_level(complex: &PlaneComplex, found: &Found, is_box: bool) {
    let set = complex.level_set(0, 0.0);
    let signs = |cell: &Cell| -> Vec<Sign> {
        cell.corners.iter().map(|corner| value(&cell.maps[0], corner).exact_sign()).collect()
    };
    let crossed = found.cells.iter().filter(|cell| {
        let signs = signs(cell);
        signs.contains(&Sign::Negative) && signs.contains(&Sign::Positive)
    });
    let plateaus = found.cells.iter().filter(|cell| signs(cell).iter().all(|sign| *sign == Sign::Zero));
    assert_eq!(set.plateaus.len(), plateaus.count());
    assert!(set.segments.len() >= crossed.count());
    for segment in &set.segments {
        let map = complex.exact_map(segment.cell as usize, 0);
        for end in segment.ends.iter() {
            assert!(value(&map, &end.at).is_zero());
            assert!(!is_box || end.is_finite());
        }
    }
}

/// Shapes of at most eight hidden units.
fn shapes() -> impl Strategy<Value = Shape> {
    (prop::collection::vec(1..5_usize, 0..4), 1..3_usize).prop_filter_map("at most eight units", |(hidden, outputs)| {
        (hidden.iter().sum::<usize>() <= 8).then(|| Shape::new(2, hidden, outputs).unwrap())
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
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn small_integer_networks_match_on_squares(network in networks((-2..=2_i32).prop_map(f64::from))) {
        check(&network, Some([-2.0, 2.0]));
    }

    #[test]
    fn small_integer_networks_match_on_the_plane(network in networks((-2..=2_i32).prop_map(f64::from))) {
        check(&network, None);
    }

    #[test]
    fn networks_without_biases_match(network in networks(prop_oneof![Just(0.0), (-3..=3_i32).prop_map(f64::from)])) {
        let shape = network.shape().clone();
        let mut parameters = network.parameters().to_vec();
        shape.layers().for_each(|layer| parameters[layer.biases].fill(0.0));
        let network = Network::new(shape, network.activation(), parameters).unwrap();
        check(&network, Some([-1.0, 2.0]));
        check(&network, None);
    }

    #[test]
    fn f32_networks_match(network in networks((-2.0..2.0_f32).prop_map(f64::from))) {
        check(&network, Some([-0.75, 1.0]));
    }

    #[test]
    fn networks_with_f64_tenths_match(network in networks((-9..=9_i32).prop_map(|k| f64::from(k) / 10.0))) {
        check(&network, Some([-0.1, 0.3]));
    }

    #[test]
    fn networks_of_wild_magnitudes_match(network in networks(prop_oneof![
        Just(0.0), -1e-30..1e-30_f64, -1e30..1e30_f64, (0..9_u64).prop_map(f64::from_bits), Just(1e-200), Just(-1e200)
    ])) {
        check(&network, Some([-1.0, 1.0]));
    }
}
