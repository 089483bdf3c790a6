//! Distances to the next activation flip, against patterns of the naive evaluator.

mod sample;

use proptest::prelude::*;
use relulab_curvature::{Objective, first_flip, flip_radius};
use relulab_net::{Loss, Shape, reference};
use sample::Sample;

fn pattern(sample: &Sample, parameters: &[f64]) -> Vec<bool> {
    let points = sample.inputs.chunks(sample.shape.input_dim());
    points
        .flat_map(|x| {
            let mut z = reference::pre_activations(&sample.shape, sample.activation, parameters, x);
            z.pop();
            z.concat().into_iter().map(|z| z > 0.0).collect::<Vec<_>>()
        })
        .collect()
}

fn moved(sample: &Sample, direction: &[f64], t: f64) -> Vec<f64> {
    sample.parameters.iter().zip(direction).map(|(x, d)| x + t * d).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn the_pattern_holds_until_the_flip_and_not_beyond(
        widths in prop::collection::vec(1..5_usize, 1..5), d in 1..3_usize, n in 1..15_usize, leaky in any::<bool>(),
        seed in 0..200_usize,
    ) {
        let activation = if leaky { "leaky_relu:0.2" } else { "relu" };
        let sample = Sample::new(Shape::new(d, widths, 1).unwrap(), activation, Loss::Mse, n, seed);
        let direction: Vec<f64> = (0..sample.parameters.len()).map(|i| libm::sin((5 * i + seed) as f64)).collect();
        let before = pattern(&sample, &sample.parameters);
        let limit = 2.0;
        let flip = first_flip(&sample.objective(), &sample.parameters, &direction, limit).unwrap();
        let end = flip.map_or(limit, |flip| flip.at);
        for share in [0.0, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1.0 - 1e-6] {
            prop_assert_eq!(&pattern(&sample, &moved(&sample, &direction, share * end)), &before);
        }
        if let Some(flip) = flip {
            let after = pattern(&sample, &moved(&sample, &direction, flip.at * (1.0 + 1e-6) + 1e-9));
            let unit = sample.shape.hidden()[..flip.layer].iter().sum::<usize>() + flip.unit;
            let place = flip.point * sample.shape.n_units() + unit;
            prop_assert_ne!(after[place], before[place], "{:?}", flip);
        }
    }

    #[test]
    fn nothing_flips_within_the_radius(
        widths in prop::collection::vec(1..5_usize, 1..4), n in 1..10_usize, seed in 0..200_usize,
    ) {
        let sample = Sample::new(Shape::new(2, widths, 1).unwrap(), "relu", Loss::Mse, n, seed);
        let radius = flip_radius(&sample.objective(), &sample.parameters).unwrap();
        prop_assert!(radius.exact == (sample.shape.depth() == 1));
        prop_assert!(radius.radius >= 0.0);
        for turn in 0..20 {
            let direction: Vec<f64> =
                (0..sample.parameters.len()).map(|i| libm::sin(((2 * turn + 3) * i + turn) as f64)).collect();
            let length = direction.iter().map(|x| x * x).sum::<f64>().sqrt();
            let flip = first_flip(&sample.objective(), &sample.parameters, &direction, 10.0).unwrap();
            prop_assert!(flip.is_none_or(|flip| flip.at * length >= radius.radius * (1.0 - 1e-9)));
        }
    }
}

#[test]
fn the_radius_of_one_layer_is_reached() {
    let sample = Sample::new(Shape::new(1, vec![3], 1).unwrap(), "relu", Loss::Mse, 6, 1);
    let radius = flip_radius(&sample.objective(), &sample.parameters).unwrap().radius;
    // Straight towards the nearest hyperplane: of the unit and point with the least |z| / ‖(x, 1)‖.
    let mut best = (f64::INFINITY, vec![]);
    for x in &sample.inputs {
        for unit in 0..3 {
            let (w, b) = (sample.parameters[unit], sample.parameters[3 + unit]);
            let (z, length) = (b + w * x, (1.0 + x * x).sqrt());
            if z.abs() / length < best.0 {
                let mut direction = vec![0.0; 10];
                direction[unit] = -z.signum() * x / length;
                direction[3 + unit] = -z.signum() / length;
                best = (z.abs() / length, direction);
            }
        }
    }
    let flip = first_flip(&sample.objective(), &sample.parameters, &best.1, 100.0).unwrap().unwrap();
    assert!((flip.at - radius).abs() < 1e-12);
}

#[test]
fn kinks_smooth_activations_and_bad_limits() {
    let shape = Shape::new(1, vec![1], 1).unwrap();
    let objective = Objective::new(&shape, "relu".parse().unwrap(), Loss::Mse, &[0.5], &[0.0]).unwrap();
    // On the kink: off by convention, so rising flips at once and falling never.
    let on_kink = [2.0, -1.0, 1.0, 0.0];
    assert_eq!(first_flip(&objective, &on_kink, &[0.0, 1.0, 0.0, 0.0], 9.0).unwrap().unwrap().at, 0.0);
    assert_eq!(first_flip(&objective, &on_kink, &[0.0, -1.0, 0.0, 0.0], 9.0).unwrap(), None);
    assert_eq!(flip_radius(&objective, &on_kink).unwrap().radius, 0.0);
    assert!(first_flip(&objective, &on_kink, &on_kink, f64::NAN).is_err());
    let smooth = Objective::new(&shape, "tanh".parse().unwrap(), Loss::Mse, &[0.5], &[0.0]).unwrap();
    assert!(first_flip(&smooth, &on_kink, &on_kink, 1.0).is_err());
    let linear = Shape::new(1, vec![], 1).unwrap();
    let linear = Objective::new(&linear, "relu".parse().unwrap(), Loss::Mse, &[0.5], &[0.0]).unwrap();
    assert_eq!(flip_radius(&linear, &[1.0, 2.0]).unwrap().radius, f64::INFINITY);
}
