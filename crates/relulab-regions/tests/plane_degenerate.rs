//! Degenerate networks with two inputs whose counts are known by hand.

use relulab_exact::Rational;
use relulab_net::{Activation, Network, Shape};
use relulab_regions::plane::{self, InputNorm, PlaneComplex, PlaneCounts, PlaneDomain, PlaneError, UnitStatus};

/// A ReLU network with two inputs and one output.
fn network(hidden: &[usize], parameters: &[f64]) -> Network {
    Network::new(Shape::new(2, hidden.to_vec(), 1).unwrap(), Activation::Relu, parameters.to_vec()).unwrap()
}

/// A network with one hidden layer whose units vanish on given lines a·x + b·y + c = 0.
fn lines(lines: &[[f64; 3]]) -> Network {
    let weights = lines.iter().flat_map(|[a, b, _]| [*a, *b]);
    let biases = lines.iter().map(|[_, _, c]| *c);
    let output = lines.iter().map(|_| 1.0).chain([0.0]);
    network(&[lines.len()], &weights.chain(biases).chain(output).collect::<Vec<f64>>())
}

fn square(half_width: f64) -> PlaneDomain {
    PlaneDomain::square(-half_width, half_width).unwrap()
}

/// Checks regions and vertices, in the books that only count and in the complex.
#[track_caller]
fn check(network: &Network, domain: PlaneDomain, expected: [u64; 2]) -> PlaneCounts {
    let counts = plane::count(network, domain, 1).unwrap();
    assert_eq!([counts.activation_regions, counts.vertices], expected, "{counts:?}");
    assert_eq!(plane::count(network, domain, 3).unwrap(), counts);
    let complex = PlaneComplex::new(network, domain).unwrap();
    assert_eq!(*complex.counts(), counts);
    let finite = (0..complex.n_vertices()).filter(|vertex| complex.is_finite(*vertex)).count();
    assert_eq!(finite as u64, expected[1]);
    counts
}

#[test]
fn no_hidden_layer_is_one_cell() {
    check(&network(&[], &[2.0, 1.0, 0.5]), square(1.0), [1, 4]);
    check(&network(&[], &[2.0, 1.0, 0.5]), PlaneDomain::WHOLE, [1, 0]);
}

#[test]
fn lines_through_one_point_make_a_star() {
    // Multiples of an angle of 0.3, so that no coefficient is simple; all lines pass through the origin.
    let star: Vec<[f64; 3]> = (0..10).map(|k| (0.3 * f64::from(k)).sin_cos()).map(|(s, c)| [s, c, 0.0]).collect();
    check(&lines(&star), square(1.0), [20, 25]);
    check(&lines(&star), PlaneDomain::WHOLE, [20, 1]);
    // One unit beside the point: ten more crossings.
    let mut with_one_more = star;
    with_one_more.push([1.0, 0.5, 1e-12]);
    check(&lines(&with_one_more), PlaneDomain::WHOLE, [31, 11]);
}

#[test]
fn parallel_and_equal_lines() {
    let parallel = [[0.3, 0.1, 0.0], [0.3, 0.1, 0.1], [0.6, 0.2, 0.2], [-0.3, -0.1, -0.1], [0.3, 0.1, 0.3]];
    check(&lines(&parallel), PlaneDomain::WHOLE, [4, 0]);
    let counts = check(&lines(&[[1.0, 0.0, 0.0], [1.0, 0.0, 1e-300], [0.0, 0.0, 2.0]]), PlaneDomain::WHOLE, [3, 0]);
    assert!(counts.exact_fallbacks > 0, "such small numbers are left to rationals: {counts:?}");
    // Lines that differ in the last place only: a thin wedge whose corner lies within.
    check(&lines(&[[1.0, 0.1, 0.0], [1.0, 0.1_f64.next_up(), 0.0]]), square(1.0), [4, 9]);
    // Far away corner: at x = 2⁵⁵.
    check(&lines(&[[0.0, 1.0, -1.0], [-f64::EPSILON, 1.0, 7.0]]), PlaneDomain::WHOLE, [4, 1]);
}

#[test]
fn lines_on_the_boundary_do_not_cut() {
    // Along a side, through a corner, through two opposite corners.
    let counts =
        check(&lines(&[[1.0, 0.0, 1.0], [0.0, 1.0, -1.0], [1.0, 1.0, 2.0], [1.0, -1.0, 0.0]]), square(1.0), [2, 4]);
    assert_eq!([counts.edges, counts.interior_edges], [5, 1]);
    // Through the middle of a side and a corner.
    check(&lines(&[[1.0, 2.0, 1.0]]), square(1.0), [2, 5]);
}

#[test]
fn a_cell_may_have_many_corners() {
    // Tangents of the unit circle: one cell with 150 corners in the middle.
    let n = 150;
    let tangents: Vec<[f64; 3]> = (0..n)
        .map(|k| (std::f64::consts::TAU * (f64::from(k) + 0.3) / f64::from(n)).sin_cos())
        .map(|(s, c)| [-s, -c, 1.0])
        .collect();
    let complex = PlaneComplex::new(&lines(&tangents), PlaneDomain::WHOLE).unwrap();
    let most = (0..complex.n_cells()).map(|cell| complex.corners(cell).len()).max();
    assert_eq!(most, Some(n as usize));
    assert_eq!(plane::count(&lines(&tangents), PlaneDomain::WHOLE, 2).unwrap(), *complex.counts());
}

#[test]
fn plateaus_are_zero_units() {
    // Layer 2: h₁ + h₂ and h₁ − h₂ over h = relu(x), relu(y): both are zero in a whole quadrant.
    let sum = network(&[2, 2], &[1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 0.0]);
    // The line x = y ends in a corner of the square.
    check(&sum, square(1.0), [5, 9]);
    let complex = PlaneComplex::new(&sum, square(1.0)).unwrap();
    let extents = complex.extents();
    assert_eq!(extents.units[1][0].status(), UnitStatus::Active);
    assert_eq!(extents.units[1][1].status(), UnitStatus::Unstable);
    let zeros = complex.level_set(0, 0.0);
    assert_eq!(zeros.plateaus.len(), 1);

    // Layer 1 is dead on the square, and layer 2 has no bias.
    let dead = network(&[1, 1], &[1.0, 1.0, -3.0, 1.0, 0.0, 2.0, 0.0]);
    let extents = PlaneComplex::new(&dead, square(1.0)).unwrap().extents();
    assert_eq!(extents.units[0][0].status(), UnitStatus::Inactive);
    assert_eq!(extents.units[1][0].status(), UnitStatus::Zero);
    let on_the_plane = PlaneComplex::new(&dead, PlaneDomain::WHOLE).unwrap().extents();
    assert_eq!(on_the_plane.units[0][0].status(), UnitStatus::Unstable);
    assert_eq!(on_the_plane.units[1][0].status(), UnitStatus::Active);
    assert_eq!(on_the_plane.outputs[0].min, Some(Rational::zero()));
    assert_eq!(on_the_plane.outputs[0].max, None);
}

#[test]
fn level_sets_follow_the_function() {
    // |x| + |y| = 1/2: a square of four segments.
    let diamond =
        network(&[4], &[1.0, 0.0, -1.0, 0.0, 0.0, 1.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0]);
    for domain in [square(1.0), PlaneDomain::WHOLE] {
        let complex = PlaneComplex::new(&diamond, domain).unwrap();
        let set = complex.level_set(0, 0.5);
        assert_eq!((set.segments.len(), set.plateaus.len()), (4, 0));
        let sum = |point: &plane::ExactPoint| point.at.iter().map(|x| x.to_f64().abs()).sum::<f64>();
        assert!(set.segments.iter().flat_map(|segment| &segment.ends).all(|end| end.is_finite() && sum(end) == 0.5));
        assert!(complex.level_set(0, -1.0).segments.is_empty());
        assert!(complex.level_set(0, f64::NAN).segments.is_empty());
        assert_eq!(complex.lipschitz_constant(0, InputNorm::Two), Rational::from(2));
        assert_eq!(complex.lipschitz_constant(0, InputNorm::One), Rational::from(1));
        assert_eq!(complex.lipschitz_constant(0, InputNorm::Infinity), Rational::from(2));
    }
    // On the plane the ends of a line are at infinity.
    let line = network(&[1], &[0.0, 1.0, -7.0, 0.0, 1.0]);
    let complex = PlaneComplex::new(&line, PlaneDomain::WHOLE).unwrap();
    assert_eq!(complex.level_set(0, 1.0).plateaus.len(), 2);
    let slope = network(&[], &[1.0, 1.0, 0.25]);
    let set = PlaneComplex::new(&slope, PlaneDomain::WHOLE).unwrap().level_set(0, 0.0);
    assert_eq!(set.segments.len(), 1);
    assert!(set.segments[0].ends.iter().all(|end| !end.is_finite()));
}

#[test]
fn neighbours_know_each_other() {
    let complex = PlaneComplex::new(&lines(&[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]), square(1.0)).unwrap();
    for cell in 0..4 {
        let neighbours: Vec<usize> = complex.neighbours(cell).collect();
        assert_eq!(neighbours.len(), 2);
        assert!(neighbours.iter().all(|other| complex.neighbours(*other).any(|back| back == cell)));
        assert_eq!(complex.area(cell), 1.0);
    }
}

#[test]
fn bad_input_is_refused() {
    for (lower, upper) in [(1.0, 1.0), (2.0, 1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
        assert!(matches!(PlaneDomain::square(lower, upper), Err(PlaneError::Domain { .. })));
    }
    let shape = Shape::new(3, vec![1], 1).unwrap();
    let wide = Network::new(shape.clone(), Activation::Relu, vec![0.0; shape.n_params()]).unwrap();
    assert_eq!(plane::count(&wide, PlaneDomain::WHOLE, 1), Err(PlaneError::InputDim(3)));
    let shape = Shape::new(2, vec![1], 1).unwrap();
    let smooth = Network::new(shape.clone(), Activation::Tanh, vec![0.0; shape.n_params()]).unwrap();
    assert_eq!(plane::count(&smooth, PlaneDomain::WHOLE, 1), Err(PlaneError::Activation(Activation::Tanh)));
}
