use super::*;
use crate::{Depths, EnumeratePlan, Outcome, Record, analyse};

/// A summary in which the loss is a known function of the shape, with some noise.
fn summary(loss_of: impl Fn(&[usize], u32) -> f64) -> Summary {
    let plan = EnumeratePlan {
        seeds: 3,
        matched_tries: 0,
        depths: Depths { first: 1, last: 4 },
        ..EnumeratePlan::new(9, vec!["quadratic".to_owned()])
    };
    let jobs = crate::JobList::of(&plan);
    let mut records = Vec::new();
    for shape in jobs.shapes().iter() {
        for seed in 0..3 {
            let loss = loss_of(&shape, seed);
            records.push(Record {
                uniform5: Some(loss),
                uniform3: Some(1.0 / loss),
                normal: Some(loss * loss),
                outcome: Outcome::Finished,
                ..Record::new("quadratic", &shape, seed)
            });
        }
    }
    analyse(&plan, &records).unwrap()
}

#[test]
fn the_rule_that_made_the_losses_scores_best() {
    let planted = summary(|shape, seed| {
        let product = (shape[shape.len() - 1] * shape.iter().min().unwrap()) as f64;
        10.0 / product * (1.0 + 0.001 * f64::from(seed))
    });
    let readings = readings(&planted);
    let of = |loss: &str, rule: &str, quantity: &str| {
        readings.sample(&case_of(1, "quadratic", loss, "all", rule), quantity).median().unwrap()
    };
    for loss in LOSSES {
        assert!(of(loss, "two-factors", "r2") > 0.9999);
        assert!(of(loss, "two-factors", "spearman") > 0.95);
        assert!(of(loss, "last", "r2") < 0.9 && of(loss, "depth", "r2") < 0.9);
    }
    assert_eq!(of("normal", "last", "shapes"), 93.0, "1 + 8 + 28 + 56 shapes");
    assert_eq!(readings.sample(&case_of(1, "quadratic", "normal", "all", "last"), "r2 of a fold").len(), FOLDS);
}

#[test]
fn noise_is_not_predicted() {
    let mut stream = CounterRng::new(&[7]);
    let noise: Vec<f64> = (0..93).map(|_| 1.0 + stream.below(1000) as f64).collect();
    let observations: Vec<Observation> = summary(|_, _| 1.0)
        .shapes
        .iter()
        .enumerate()
        .map(|(group, shape)| Observation { d: 1, shape: shape.shape.clone(), value: noise[group], group })
        .collect();
    let best = RULES.iter().map(|rule| score(rule, &observations).unwrap().r2).fold(f64::NEG_INFINITY, f64::max);
    assert!(best < 0.1, "{best}");
}

#[test]
fn groups_are_left_out_whole() {
    // Two groups with offsets of their own: a fit on the other group cannot know the offset.
    let observations: Vec<Observation> = (0..40)
        .map(|i| {
            let group = usize::from(i >= 20);
            let width = 2 + i % 20;
            Observation { d: 1, shape: vec![width], value: (width as f64).ln() + 100.0 * group as f64, group }
        })
        .collect();
    let score = score(Rule::named("last").unwrap(), &observations).unwrap();
    assert!((score.rmse - 100.0).abs() < 1.0 && score.by_fold.len() == 2);
    assert!(score.by_fold.iter().all(|(_, rank)| *rank > 0.999));
    let mean = score.by_fold.iter().map(|(r2, _)| r2).sum::<f64>() / 2.0;
    assert!((mean - score.r2).abs() < 1e-9, "folds of equal size average to the whole");
    assert!(super::score(&RULES[0], &observations[..3]).is_none());
}
