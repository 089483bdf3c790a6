//! Degenerate networks whose counts are known by hand: all must be exact, whatever falls back to rationals.

use relulab_net::{Activation, Network, Shape};
use relulab_regions::line::{LineCounts, LineDomain, LineError, LineFunction, Workspace};

/// A ReLU network with one input and one output.
fn network(hidden: &[usize], parameters: &[f64]) -> Network {
    Network::new(Shape::new(1, hidden.to_vec(), 1).unwrap(), Activation::Relu, parameters.to_vec()).unwrap()
}

fn count(network: &Network) -> LineCounts {
    Workspace::new().count(network, LineDomain::WHOLE).unwrap()
}

/// Checks regions, connected pieces and distinct functions.
#[track_caller]
fn check(network: &Network, expected: [usize; 3]) -> LineCounts {
    let counts = count(network);
    let got = [counts.activation_regions, counts.connected_pieces, counts.distinct_affine_functions];
    assert_eq!(got, expected, "{counts:?}");
    counts
}

#[test]
fn no_hidden_layer_is_one_piece() {
    check(&network(&[], &[2.0, 1.0]), [1, 1, 1]);
}

#[test]
fn duplicate_units_share_one_kink() {
    // 0.1 and 0.3 make the kink a quotient that is not a dyadic number.
    check(&network(&[3], &[0.3, 0.3, 0.3, 0.1, 0.1, 0.1, 1.0, 2.0, -0.5, 0.0]), [2, 2, 2]);
    check(&network(&[2], &[0.3, 0.6, 0.1, 0.2, 1.0, 1.0, 0.0]), [2, 2, 2]);
}

#[test]
fn kinks_that_cancel_merge() {
    // relu(z) − ½ relu(2z): two regions, one constant function.
    check(&network(&[2], &[0.3, 0.6, 0.1, 0.2, 1.0, -0.5, 0.7]), [2, 1, 1]);
    // relu(z) − relu(−z) = z.
    check(&network(&[2], &[0.3, -0.3, 0.1, -0.1, 1.0, -1.0, 0.7]), [2, 1, 1]);
    // The outputs differ by one unit in the last place: now it is a kink.
    check(&network(&[2], &[0.3, -0.3, 0.1, -0.1, 1.0, -1.0_f64.next_up(), 0.7]), [2, 2, 2]);
}

#[test]
fn nearly_equal_kinks_are_kept_apart() {
    // Kinks at −0.1 and at the next f64.
    check(&network(&[2], &[1.0, 1.0, 0.1, 0.1_f64.next_up(), 1.0, 1.0, 0.0]), [3, 3, 3]);
}

#[test]
fn identically_zero_units_are_off() {
    check(&network(&[2], &[0.0, 1.0, 0.0, 0.5, 3.0, 1.0, 0.0]), [2, 2, 2]);
    // The second layer is fed by a unit that is identically zero, and has no bias.
    check(&network(&[1, 1], &[0.0, 0.0, 1.0, 0.0, 1.0, 0.25]), [1, 1, 1]);
}

#[test]
fn all_dead_layers_leave_one_piece_without_falling_back() {
    // Layer 2 is dead everywhere; the kinks of layer 1 stay as regions.
    let counts =
        check(&network(&[2, 2], &[0.7, -0.9, 0.1, 0.2, -0.3, -0.4, -0.5, -0.6, -0.1, -0.2, 1.1, 1.3, 0.9]), [3, 1, 1]);
    assert!(!counts.fell_back && counts.margin > 1.0);
}

#[test]
fn plateaus_behind_dead_layers_are_equal_without_falling_back() {
    // A tent in layer 1-2, cut off on both sides by layer 2, then two more layers: the outer plateaus are one function.
    let parameters = [
        0.7, 0.7, 0.35, -0.35, // z = 0.7 x ± 0.35
        1.1, -2.2, -0.1, // one unit: on inside, off on both sides
        0.9, 0.3, // layer 3
        0.8, -0.6, // output
    ];
    let counts = count(&network(&[2, 1, 1], &parameters));
    assert_eq!(counts.connected_pieces, 4, "{counts:?}");
    assert_eq!(counts.distinct_affine_functions, 3, "{counts:?}");
    assert!(!counts.fell_back, "{counts:?}");
}

#[test]
fn width_one_chains_are_constant_affine_constant() {
    let mut parameters = vec![1.0, 1.0];
    for layer in 1..16 {
        parameters.extend([if layer % 2 == 1 { -1.0 } else { 1.0 }, 2.0]);
    }
    parameters.extend([1.0, 0.0]);
    let counts = count(&network(&[1; 16], &parameters));
    assert!(counts.connected_pieces <= 3, "{counts:?}");
}

#[test]
fn folding_multiplies_the_kinks() {
    // h is a sawtooth with corners (0, 0), (1/4, 1), (1/2, 0) and slope 4 beyond; the network is h∘h.
    let fold = |inputs: usize| {
        let row: &[f64] = if inputs == 1 { &[1.0] } else { &[4.0, -8.0, 8.0] };
        [row, row, row, &[0.0, -0.25, -0.5]].concat()
    };
    let mut parameters = fold(1);
    parameters.extend(fold(3));
    parameters.extend([4.0, -8.0, 8.0, 0.0]);
    let mut workspace = Workspace::new();
    let mut function = LineFunction::default();
    let counts = workspace.trace(&network(&[3, 3], &parameters), LineDomain::WHOLE, &mut function).unwrap();
    assert_eq!(function.breakpoints(), [0.0, 0.0625, 0.125, 0.25, 0.375, 0.4375, 0.5, 0.5625, 0.625]);
    assert_eq!(counts.connected_pieces, 10);
}

#[test]
fn kinks_at_the_ends_of_an_interval_do_not_count() {
    let absolute = network(&[2], &[1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 0.0]);
    let mut workspace = Workspace::new();
    for (lower, upper, pieces) in [(0.0, 1.0, 1), (-1.0, 0.0, 1), (-1.0, 1.0, 2), (1.0, 2.0, 1)] {
        let counts = workspace.count(&absolute, LineDomain::interval(lower, upper).unwrap()).unwrap();
        assert_eq!([counts.activation_regions, counts.connected_pieces], [pieces, pieces]);
    }
}

#[test]
fn bad_input_is_refused() {
    let mut workspace = Workspace::new();
    for (lower, upper) in [(1.0, 1.0), (2.0, 1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
        assert!(matches!(LineDomain::interval(lower, upper), Err(LineError::Domain { .. })));
    }
    let shape = Shape::new(2, vec![1], 1).unwrap();
    let wide = Network::new(shape.clone(), Activation::Relu, vec![0.0; shape.n_params()]).unwrap();
    assert_eq!(workspace.count(&wide, LineDomain::WHOLE), Err(LineError::InputDim(2)));
    let smooth = Network::new(Shape::new(1, vec![1], 1).unwrap(), Activation::Tanh, vec![0.0; 4]).unwrap();
    assert_eq!(workspace.count(&smooth, LineDomain::WHOLE), Err(LineError::Activation(Activation::Tanh)));
}
