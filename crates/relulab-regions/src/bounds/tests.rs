use super::*;
use crate::line::{LineDomain, Workspace};
use proptest::prelude::*;
use relulab_exact::Natural;
use relulab_net::{Activation, Network, Purpose, RandomStream, Shape};

fn number(value: u128) -> Natural {
    Natural::from(value)
}

#[test]
fn published_values() {
    let cases: [(usize, &[usize], u128, u128); 4] = [
        (2, &[3, 3, 3, 3, 3], 4_864, 16_807),
        (4, &[6, 6], 2_424, 3_249),
        (10, &[10, 10], 616_666, 1_048_576),
        (784, &[11, 11], 2_449_868, 4_194_304),
    ];
    for (input_dim, hidden, serra, montufar) in cases {
        assert_eq!(serra_upper(input_dim, hidden), number(serra));
        assert_eq!(montufar_2017_upper(input_dim, hidden), number(montufar));
    }
    assert_eq!(raghu_upper(2, &[3, 3]), number(49));
    assert_eq!(raghu_upper(4, &[2, 6]), number(4 * 57));
}

#[test]
fn lower_bounds_by_hand() {
    // ⌊7/2⌋² · (1 + 5 + 10) and (⌊7/2⌋ + 1)² · (1 + 6 + 15).
    assert_eq!(montufar_2014_lower(2, &[7, 5]), Some(number(9 * 16)));
    assert_eq!(serra_lower(2, &[7, 6]), Some(number(16 * 22)));
    assert_eq!(serra_lower(2, &[7, 5]), None);
    assert_eq!(montufar_2014_lower(3, &[2, 5]), None);
    assert_eq!(montufar_2014_lower(3, &[]), None);
    assert_eq!(montufar_2014_lower(0, &[2]), None);
}

#[test]
fn large_shapes_do_not_overflow() {
    let bound = montufar_2017_upper(300, &[300; 20]);
    assert_eq!((bound.to_u128(), bound.to_f64()), (None, f64::INFINITY));
    assert_eq!(bound, number(2).power(300 * 20));
    assert_eq!(max_regions_on_the_line(&[1 << 13; 10]), None);
    assert!(serra_upper(40, &[50; 6]) < montufar_2017_upper(40, &[50; 6]));
}

#[test]
fn zonotopes_by_brute_force() {
    // In the plane m lines through the origin make 2m cones; on the line there are two whatever m is.
    for m in 1..9 {
        assert_eq!(zonotope_cones(2, m), number(2 * m as u128));
        assert_eq!(zonotope_cones(1, m), number(2));
        assert_eq!(zonotope_cones(m, m), number(2).power(m));
    }
    assert_eq!(zonotope_cones(3, 0), number(1));
    assert_eq!(zonotope_pieces(2, 3, 3, 2), number(6 * 9));
    assert_eq!(zonotope_pieces(2, 3, 2, 2), number(6 * 4 + 1));
    assert_eq!(zonotope_pieces(1, 3, 2, 2), number(2 * 4 + 2));
    assert_eq!(zonotope_pieces(2, 1, 2, 2), number(2 * 4 + 2));
}

/// A mean over many seeds, against the closed form within four standard errors.
#[test]
fn the_expectation_is_the_mean_of_simulations() {
    let (width, radius, weight_deviation, bias_deviation) = (20, 1.5, 1.2, 0.7);
    let expected = expected_breakpoints_gaussian(width, radius, weight_deviation, bias_deviation).unwrap();
    let (n_seeds, mut workspace) = (400, Workspace::new());
    let counts: Vec<f64> = (0..n_seeds)
        .map(|seed| {
            let mut stream = RandomStream::new(seed, Purpose::Observation);
            let mut draw = |deviation: f64| (0..width).map(|_| deviation * stream.normal()).collect::<Vec<f64>>();
            let mut parameters = draw(weight_deviation);
            parameters.extend(draw(bias_deviation));
            parameters.extend(draw(1.0));
            parameters.push(0.0);
            let shape = Shape::new(1, vec![width], 1).unwrap();
            let network = Network::new(shape, Activation::Relu, parameters).unwrap();
            let domain = LineDomain::interval(-radius, radius).unwrap();
            workspace.count(&network, domain).unwrap().activation_regions as f64 - 1.0
        })
        .collect();
    let mean = counts.iter().sum::<f64>() / n_seeds as f64;
    let variance = counts.iter().map(|count| (count - mean).powi(2)).sum::<f64>() / (n_seeds as f64 - 1.0);
    assert!((mean - expected).abs() < 4.0 * (variance / n_seeds as f64).sqrt(), "{mean} against {expected}");
}

#[test]
fn degenerate_expectations() {
    assert_eq!(expected_breakpoints_gaussian(4, 1.0, 1.0, 0.0), Some(4.0));
    assert_eq!(expected_breakpoints_gaussian(4, f64::INFINITY, 1.0, 1.0), Some(4.0));
    assert_eq!(expected_breakpoints_gaussian(4, f64::INFINITY, 0.0, 1.0), Some(0.0));
    assert_eq!(expected_breakpoints_gaussian(4, 1.0, 0.0, 0.0), None);
    assert_eq!(expected_breakpoints_gaussian(4, f64::NAN, 1.0, 1.0), None);
}

/// Every way of choosing the j of each layer, one by one.
fn serra_by_recursion(dim: usize, hidden: &[usize]) -> u128 {
    let Some((&width, deeper)) = hidden.split_first() else { return 1 };
    let ways = |j| Natural::binomial(width, j).to_u128().unwrap();
    (0..=dim.min(width)).map(|j| ways(j) * serra_by_recursion(dim.min(width - j), deeper)).sum()
}

proptest! {
    #[test]
    fn bounds_are_ordered(input_dim in 1..6_usize, hidden in prop::collection::vec(1..9_usize, 1..5)) {
        let serra = serra_upper(input_dim, &hidden);
        prop_assert_eq!(&serra, &number(serra_by_recursion(input_dim, &hidden)));
        prop_assert!(serra <= montufar_2017_upper(input_dim, &hidden));
        prop_assert!(montufar_2017_upper(input_dim, &hidden) <= raghu_upper(input_dim, &hidden));
        let (lower, higher) = (montufar_2014_lower(input_dim, &hidden), serra_lower(input_dim, &hidden));
        prop_assert!(lower.is_none_or(|lower| lower <= serra));
        prop_assert!(higher.is_none_or(|higher| higher <= serra && Some(higher) >= montufar_2014_lower(input_dim, &hidden)));
    }

    #[test]
    fn on_the_line_all_upper_bounds_agree(hidden in prop::collection::vec(1..30_usize, 0..6)) {
        let folded = max_regions_on_the_line(&hidden).map(Natural::from);
        prop_assert_eq!(folded.clone(), Some(montufar_2017_upper(1, &hidden)));
        prop_assert_eq!(folded, Some(raghu_upper(1, &hidden)));
    }
}
