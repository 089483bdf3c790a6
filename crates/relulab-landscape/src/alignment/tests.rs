//! Planted symmetries are recovered, functions preserved, and optimal alignments beat all others.

use super::*;
use crate::symmetry::tests::{random_network, random_symmetry};
use proptest::prelude::*;
use relulab_net::{Activation, Purpose, RandomStream, Shape};

fn points(input_dim: usize, output_dim: usize, n: usize) -> Dataset {
    let mut stream = RandomStream::new(5, Purpose::NormalEvaluation);
    let inputs = (0..n * input_dim).map(|_| stream.normal()).collect();
    let labels = (0..n * output_dim).map(|_| stream.normal()).collect();
    Dataset::new(inputs, input_dim, labels, output_dim).unwrap()
}

/// Largest difference of the outputs, relative to the largest output.
fn function_difference(a: &Network, b: &Network, data: &Dataset) -> f64 {
    let (a, b) = (activations::outputs(a, data.inputs()), activations::outputs(b, data.inputs()));
    let size = a.iter().fold(1.0, |size: f64, value| size.max(value.abs()));
    a.iter().zip(&b).fold(0.0, |largest: f64, (a, b)| largest.max((a - b).abs())) / size
}

#[test]
fn planted_permutations_and_scales_are_recovered() {
    for hidden in [vec![6], vec![5, 4], vec![4, 6, 3]] {
        let shape = Shape::new(2, hidden, 2).unwrap();
        let data = points(2, 2, 200);
        for seed in 0..5 {
            let a = random_network(&shape, Activation::Relu, seed);
            let planted = random_symmetry(&shape, seed);
            let b = planted.apply(&a).unwrap();
            for method in AlignmentMethod::ALL {
                let is_recoverable = match method {
                    AlignmentMethod::Identity => false,
                    // Several dead units look the same to correlations.
                    AlignmentMethod::GreedyCorrelation | AlignmentMethod::OptimalCorrelation => shape.depth() == 1,
                    AlignmentMethod::WeightMatching => true,
                    AlignmentMethod::OptimalWeightDistance | AlignmentMethod::OptimalBarrier => shape.depth() == 1,
                };
                if is_recoverable {
                    let alignment = align(&a, &b, method, Normalisation::Balanced, &data).unwrap();
                    let reference = alignment.apply_to_reference(&a).unwrap();
                    let aligned = alignment.apply(&b).unwrap();
                    assert!(alignment.squared_distance < 1e-12, "{method}: {}", alignment.squared_distance);
                    for (a, b) in reference.parameters().iter().zip(aligned.parameters()) {
                        assert!((a - b).abs() < 1e-6, "{method}");
                    }
                }
            }
        }
    }
}

#[test]
fn scales_are_found_without_normalisation_too() {
    let shape = Shape::new(3, vec![20], 2).unwrap();
    let a = random_network(&shape, Activation::LeakyRelu { slope: 0.1 }, 1);
    let b = random_symmetry(&shape, 2).apply(&a).unwrap();
    let alignment =
        align(&a, &b, AlignmentMethod::OptimalWeightDistance, Normalisation::None, &points(3, 2, 5)).unwrap();
    assert!(alignment.squared_distance < 1e-20, "{}", alignment.squared_distance);
}

#[test]
fn arguments_that_do_not_fit_are_refused() {
    let shape = |hidden: Vec<usize>| Shape::new(1, hidden, 1).unwrap();
    let network = |hidden: Vec<usize>, activation| random_network(&shape(hidden), activation, 1);
    let (relu, data) = (network(vec![3], Activation::Relu), points(1, 1, 4));
    let refuse = |a: &Network, b: &Network, method, normalisation, data: &Dataset| {
        align(a, b, method, normalisation, data).unwrap_err()
    };
    let (identity, none) = (AlignmentMethod::Identity, Normalisation::None);
    let wide = network(vec![4], Activation::Relu);
    assert!(matches!(refuse(&relu, &wide, identity, none, &data), LandscapeError::Shapes(..)));
    let smooth = network(vec![3], Activation::Tanh);
    assert!(matches!(refuse(&relu, &smooth, identity, none, &data), LandscapeError::Activations(..)));
    assert!(matches!(refuse(&relu, &relu, identity, none, &points(2, 1, 4)), LandscapeError::Data { .. }));
    let balanced = Normalisation::Balanced;
    assert!(matches!(refuse(&smooth, &smooth, identity, balanced, &data), LandscapeError::NotScalable(_)));
    let distance = AlignmentMethod::OptimalWeightDistance;
    assert!(matches!(refuse(&smooth, &smooth, distance, none, &data), LandscapeError::NotScalable(_)));
    let deep = network(vec![2, 2], Activation::Relu);
    assert!(matches!(refuse(&deep, &deep, distance, none, &data), LandscapeError::Depth { .. }));
    let nine = network(vec![9], Activation::Relu);
    let barrier = AlignmentMethod::OptimalBarrier;
    assert!(matches!(refuse(&nine, &nine, barrier, none, &data), LandscapeError::TooManyUnits(9)));
    assert!(matches!(refuse(&smooth, &smooth, barrier, none, &data), LandscapeError::NotExact(_)));
}

#[test]
fn networks_without_hidden_layers_are_aligned_as_they_are() {
    let shape = Shape::new(2, vec![], 1).unwrap();
    let (a, b) = (random_network(&shape, Activation::Relu, 1), random_network(&shape, Activation::Relu, 2));
    for method in [AlignmentMethod::WeightMatching, AlignmentMethod::OptimalCorrelation] {
        let alignment = align(&a, &b, method, Normalisation::Balanced, &points(2, 1, 4)).unwrap();
        assert_eq!(alignment.apply(&b).unwrap(), b);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_alignment_preserves_the_function(hidden in prop::collection::vec(1..5_usize, 1..4), seed in 0..1000_u64) {
        let shape = Shape::new(2, hidden, 1).unwrap();
        let (a, b) = (random_network(&shape, Activation::Relu, seed), random_network(&shape, Activation::Relu, seed + 1000));
        let data = points(2, 1, 30);
        for normalisation in [Normalisation::None, Normalisation::UnitIncoming, Normalisation::Balanced] {
            for method in AlignmentMethod::ALL {
                let is_for_one_layer =
                    matches!(method, AlignmentMethod::OptimalWeightDistance | AlignmentMethod::OptimalBarrier);
                if shape.depth() > 1 && is_for_one_layer {
                    continue;
                }
                let alignment = align(&a, &b, method, normalisation, &data).unwrap();
                prop_assert!(function_difference(&b, &alignment.apply(&b).unwrap(), &data) < 1e-11);
                prop_assert!(function_difference(&a, &alignment.apply_to_reference(&a).unwrap(), &data) < 1e-11);
            }
        }
    }

    #[test]
    fn nothing_is_closer_than_the_optimal_distance(width in 1..5_usize, seed in 0..1000_u64) {
        let shape = Shape::new(2, vec![width], 1).unwrap();
        let (a, b) = (random_network(&shape, Activation::Relu, seed), random_network(&shape, Activation::Relu, seed + 1000));
        let data = points(2, 1, 3);
        let best = align(&a, &b, AlignmentMethod::OptimalWeightDistance, Normalisation::None, &data).unwrap();
        let mut stream = RandomStream::new(seed, Purpose::Observation);
        assignment::for_each_permutation(width, |units| {
            // Random scales, and the best scales of this permutation by a search along each coordinate.
            let mut symmetry = Symmetry::identity(&shape);
            symmetry.permutation[0] = units.to_vec();
            for unit in 0..width {
                let mut closest = f64::INFINITY;
                let mut best_scale = 1.0;
                for _ in 0..50 {
                    let scale = libm::exp2(8.0 * stream.uniform() - 4.0);
                    symmetry.scales[0][unit] = scale;
                    let moved = symmetry.apply_to_parameters(&shape, b.parameters());
                    let distance: f64 = a.parameters().iter().zip(&moved).map(|(a, b)| (a - b) * (a - b)).sum();
                    if distance < closest {
                        (closest, best_scale) = (distance, scale);
                    }
                }
                symmetry.scales[0][unit] = best_scale;
                assert!(best.squared_distance <= closest * (1.0 + 1e-12));
            }
        });
    }
}
