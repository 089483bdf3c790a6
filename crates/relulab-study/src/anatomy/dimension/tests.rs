use super::contest::Contest;
use super::*;
use crate::check::{Context, Scale};
use relulab_net::{Activation, EvaluationSet, Network, Target, reference};
use relulab_train::VectorUnit;
use std::sync::atomic::AtomicBool;

const INF: f64 = f64::INFINITY;

#[test]
fn a_job_measures_the_networks_that_it_trains() {
    let cancel = AtomicBool::new(false);
    let context = Context { scale: Scale::Quick, study_seed: 0, unit: VectorUnit::widest(), cancel: &cancel };
    let readings = Dimension.run("d=3 neurons=8 target=quadratic equal=neurons", &context).unwrap();
    assert_eq!(readings.cases().count(), shapes("neurons", 8, 3).len());
    // The naive evaluator on the same points, for one network.
    let setting = Setting::of("quadratic", 3, LONG).unwrap();
    let shape = setting.shape("4,4").unwrap();
    let trained = setting.train(&shape, 1, &context).unwrap();
    let network = Network::new(shape, Activation::Relu, trained[0].parameters.clone()).unwrap();
    let target = Target::parse("quadratic", 3).unwrap();
    for (loss, half) in [("uniform5", 5.0), ("uniform4", 4.0), ("uniform3", 3.0)] {
        let points = EvaluationSet::uniform(-half, half, 3).unwrap();
        let squares = points.rows().take(MOST_POINTS).map(|x| {
            let error = reference::forward(&network, x)[0] - target.eval(x);
            error * error
        });
        let mean = squares.sum::<f64>() / MOST_POINTS as f64;
        let (_, ours) = readings.values(&case_of(3, "quadratic", "4,4"), loss).next().unwrap();
        assert!((ours / mean - 1.0).abs() < 1e-9, "{loss}: {ours} {mean}");
    }
}

#[test]
fn selection_does_not_flatter_depth() {
    // All shapes are equal up to noise: without correction the best of many would look better than depth 1.
    let mut stream = crate::statistics::CounterRng::new(&[1]);
    let mut noise = || (0..16).map(|_| 1.0 + stream.below(1000) as f64 / 1000.0).collect::<Vec<f64>>();
    let (mut log_ratio, mut paired) = (0.0, 0.0);
    for _ in 0..40 {
        let shallow = noise();
        let contest = Contest::new(vec![shallow; 20], (0..20).map(|_| noise()).collect());
        log_ratio += crate::check::Sample::new(contest.ratios().0).median().unwrap().ln() / 40.0;
        paired += contest.paired_logs().mean().unwrap() / 40.0;
    }
    // Medians of 8 of U(1, 2) deviate by about 0.15, so means of 40 by 0.03; the best of 20 would gain 0.2.
    assert!(log_ratio.abs() < 0.08 && paired.abs() < 0.04, "{log_ratio} {paired}");
    let contest = Contest::new(vec![vec![2.0; 4]; 2], vec![vec![INF; 4], vec![1.0, 1.0, 1.0, INF]]);
    assert_eq!(contest.paired_logs().values()[3], 2f64.log10());
    let gain = gain_of_depth(&[3.0; 8], &[vec![2.0; 8], vec![1.0; 8]]);
    assert!((gain.value.unwrap() - 3.0).abs() < 1e-12 && (gain.ci95.unwrap()[0] - 3.0).abs() < 1e-12);
    assert_eq!(gain_of_depth(&[3.0; 8], &[]).value, None);
}

#[test]
fn transitions_are_read_off_planted_losses() {
    // Depth helps from 32 neurons on: depth 1 loses 1, every other shape 2 below and 0.5 above, with a little noise.
    let mut readings = Readings::default();
    for neurons in BUDGETS {
        for shape in shapes("neurons", neurons, 2) {
            for seed in 0..8 {
                let loss = if shape == [neurons] {
                    1.0
                } else if neurons < 32 {
                    2.0
                } else {
                    0.5
                };
                let case = case_of(2, "quadratic", &text(&shape));
                readings.push(&case, seed, "normal", loss * (1.0 + 0.01 * seed as f64));
            }
        }
    }
    let found = transition(&readings, 2, "quadratic", "normal", Matching::Neurons);
    assert_eq!((found.seen, found.certain, found.interval), (Some(32), Some(32), [Some(32); 2]));
    let none = transition(&readings, 2, "quadratic", "uniform5", Matching::Neurons);
    assert_eq!((none.seen, none.certain, none.interval), (None, None, [None; 2]));
    let comparison = Comparison { d: 2, target: "quadratic", neurons: 64, depth: Some(3), matching: Matching::Neurons };
    let ratio = ratio(&readings, &comparison, "normal").value.unwrap();
    assert!((ratio - 2.0).abs() < 0.1);
    assert!(paired(&readings, &comparison, "normal").values().iter().all(|log| (log - 2f64.log10()).abs() < 0.1));
}

#[test]
fn the_first_layer_is_wide_enough_where_it_can_be() {
    for neurons in BUDGETS {
        for d in (1..=LARGEST_DIMENSION).filter(|d| 8 * d <= 3 * neurons) {
            for depth in 2..=LARGEST_DEPTH.min(neurons - 2 * d + 1) {
                assert!(fixed(neurons, depth).iter().any(|shape| shape[0] >= 2 * d), "{neurons} {d} {depth}");
            }
        }
    }
}
