//! Tests of the search with decay: against the convex program, against descent, and against changes of certificates.

use super::*;
use crate::convex;
use crate::space::{Data, Loss};
use proptest::prelude::*;
use relulab_net::{Dataset, Purpose, RandomStream};

const LOSSES: [Loss; 4] = [Loss::Squared, Loss::Absolute, Loss::Huber(0.5), Loss::Logistic];

/// Points and labels that the loss has a meaning for, the same every time.
fn data(loss: Loss, n: usize, dim: usize, seed: u64) -> Dataset {
    let mut stream = RandomStream::new(seed, Purpose::Folds);
    let x: Vec<f64> = (0..n * dim).map(|_| stream.normal()).collect();
    let y = x.chunks(dim).map(|x| {
        let value = (2.0 * x.iter().sum::<f64>()).sin() + 0.3 * stream.normal();
        if loss == Loss::Logistic { f64::from(u8::from(value > 0.0)) } else { value }
    });
    let y = y.collect();
    Dataset::new(x, dim, y, 1).unwrap()
}

fn solve(data: &Dataset, loss: Loss, decay: f64, width: usize, output_bias: bool) -> (Status, Certificate) {
    let mut search = Search::new(Problem::new(data, loss, decay, width, output_bias).unwrap(), &[]);
    let status = search.run(|_| true);
    let certificate = search.certificate();
    verify(&certificate).unwrap();
    (status, certificate)
}

#[test]
fn wide_networks_reach_the_convex_program_and_no_further() {
    for (seed, decay) in [(1, 0.1), (2, 0.03), (3, 0.3)] {
        let data = data(Loss::Squared, 9, 1, seed);
        // n P = Σ (f − y)² + n β Σ ‖v‖ is twice the convex program's objective for the ridge n β / 2.
        let half = 0.5 * data.n_points() as f64;
        let any = convex::solve(&data, &convex::Plan::new(half * decay)).unwrap();
        let scaled = [any.lower_bound.unwrap(), any.objective].map(|value| value / half);
        let (status, wide) = solve(&data, Loss::Squared, decay, any.width.max(1), false);
        assert_eq!(status, Status::Optimal);
        assert!(wide.lower_bound <= scaled[1] && scaled[0] <= wide.objective);
        assert!(wide.objective <= scaled[1] * (1.0 + 1e-5), "{} {scaled:?}", wide.objective);
        // With fewer units it can only be worse.
        let (_, narrow) = solve(&data, Loss::Squared, decay, 1, false);
        assert!(narrow.objective >= scaled[0]);
    }
}

/// The smallest objective that descent with shrinking random steps finds from many starts: an upper bound by no other code.
fn wandered(data: &Data, loss: Loss, decay: f64, width: usize, output_bias: bool) -> f64 {
    let mut stream = RandomStream::new(11, Purpose::Folds);
    let size = data.dim + 2;
    let value = |parameters: &[f64]| {
        let mean = data.x.chunks(data.dim).zip(&data.y).map(|(x, y)| {
            let unit = |unit: &[f64]| {
                let before: f64 = unit.iter().zip(x).map(|(w, x)| w * x).sum::<f64>() + unit[data.dim];
                unit[data.dim + 1] * before.max(0.0)
            };
            let sum: f64 = parameters[..width * size].chunks(size).map(unit).sum();
            loss.value(sum + if output_bias { parameters[width * size] } else { 0.0 }, *y)
        });
        let squares: f64 = parameters[..width * size].iter().map(|p| p * p).sum();
        mean.sum::<f64>() / data.y.len() as f64 + 0.5 * decay * squares
    };
    let mut best = f64::INFINITY;
    for _ in 0..40 {
        let mut parameters: Vec<f64> = (0..=width * size).map(|_| stream.normal()).collect();
        let (mut now, mut step) = (value(&parameters), 0.5);
        while step > 1e-9 {
            let moved: Vec<f64> = parameters.iter().map(|p| p + step * stream.normal()).collect();
            let there = value(&moved);
            if there < now {
                (parameters, now, step) = (moved, there, step * 1.5);
            } else {
                step *= 0.9;
            }
        }
        best = best.min(now);
    }
    best
}

#[test]
fn no_descent_ends_below_the_bound_and_some_end_at_it() {
    for loss in LOSSES {
        for (dim, width, output_bias) in [(1, 1, true), (1, 2, false), (2, 1, true)] {
            let data = data(loss, 7, dim, 5);
            let (status, certificate) = solve(&data, loss, 0.05, width, output_bias);
            let case = format!("{loss:?} {dim} {width}: {} {}", certificate.objective, certificate.lower_bound);
            assert_eq!(status, Status::Optimal, "{case}");
            let found = wandered(&certificate.data, loss, 0.05, width, output_bias);
            assert!(found >= certificate.lower_bound && found <= certificate.objective * 1.02, "{case} {found}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn random_networks_are_above_the_bound(
        rows in proptest::collection::vec((-2..3_i32, -2..3_i32, 0..2_i32), 4..7),
        numbers in proptest::collection::vec(-1.0..1.0_f64, 9),
        loss in 0..4_usize,
    ) {
        let x: Vec<f64> = rows.iter().flat_map(|row| [f64::from(row.0), f64::from(row.1)]).collect();
        prop_assume!(x.chunks(2).any(|point| *point != x[..2]));
        let y = rows.iter().map(|row| f64::from(row.2)).collect();
        let data = Dataset::new(x, 2, y, 1).unwrap();
        let (_, certificate) = solve(&data, LOSSES[loss], 0.02, 2, true);
        let network = Units {
            weights: vec![numbers[..2].to_vec(), numbers[2..4].to_vec()],
            biases: numbers[4..6].to_vec(),
            outputs: numbers[6..8].to_vec(),
            output_bias: numbers[8],
        };
        prop_assert!(objective(LOSSES[loss], 0.02, &network, &certificate.data) >= certificate.lower_bound);
    }
}

#[test]
fn interruptions_change_nothing() {
    let data = data(Loss::Squared, 8, 2, 7);
    let problem = Problem::new(&data, Loss::Squared, 0.01, 2, true).unwrap();
    let mut straight = Search::new(problem.clone(), &[]);
    straight.run(|_| true);
    let mut broken = Search::new(problem.clone(), &[]);
    while broken.run({
        let mut first = true;
        move |_| std::mem::take(&mut first)
    }) == Status::Stopped
    {
        let state = Certificate::from_bytes(&broken.certificate().to_bytes()).unwrap();
        verify(&state).unwrap();
        broken = Search::resume(problem.clone(), &state).unwrap();
    }
    assert_eq!(straight.certificate(), broken.certificate());
}

#[test]
fn changes_are_rejected_or_true() {
    let data = data(Loss::Squared, 5, 1, 9);
    let (_, good) = solve(&data, Loss::Squared, 0.05, 1, true);
    let document = serde_json::to_value(&good).unwrap();
    let best = wandered(&good.data, Loss::Squared, 0.05, 1, true);
    for changed in crate::mutation::changes(&document) {
        let Ok(changed) = serde_json::from_value::<Certificate>(changed) else { continue };
        // Numbers that JSON reads back as the same are no change.
        if changed == good {
            continue;
        }
        assert!(verify(&changed).is_err());
        let resealed = changed.sealed();
        if verify(&resealed).is_ok()
            && resealed.data == good.data
            && resealed.decay == good.decay
            && resealed.width == 1
            && resealed.loss == good.loss
            && resealed.output_bias
        {
            assert!(resealed.lower_bound <= best, "{resealed:?}");
        }
    }
}

#[test]
fn what_cannot_be_solved_is_said() {
    let data = data(Loss::Squared, 5, 1, 9);
    let new = |loss, decay, width| Problem::new(&data, loss, decay, width, true).map(|_| ()).unwrap_err().to_string();
    assert_eq!(new(Loss::Squared, 0.0, 1), "decay 0.0: expected a positive number");
    assert_eq!(new(Loss::Squared, f64::NAN, 1), "decay NaN: expected a positive number");
    assert_eq!(new(Loss::Squared, 1.0, 0), "width 0: expected 1 to 64");
    assert!(new(Loss::Logistic, 1.0, 1).contains("expected 0 or 1 for the logistic loss"));
    let same = Dataset::new(vec![1.0; 3], 1, vec![0.0, 1.0, 2.0], 1).unwrap();
    assert!(Problem::new(&same, Loss::Squared, 1.0, 1, true).unwrap_err().to_string().contains("distinct"));
}
