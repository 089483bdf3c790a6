//! One summary per shape.

use super::losses::{LossName, Losses, finite};
use super::table::{Table, TargetRuns};
use crate::record::{Outcome, Record};
use crate::statistics::{median, quantile};
use crate::summary::{Quantiles, ShapeSummary, ThreeWays};
use rayon::prelude::*;

/// The summaries of all shapes on a target, in plan order.
pub(super) fn summaries(
    table: &Table<'_>,
    target: &TargetRuns<'_>,
    losses: &[(LossName, Losses)],
) -> Vec<ShapeSummary> {
    let one = |place: usize| {
        let runs = target.runs_of(&(place..place + 1));
        let mut by_loss = ThreeWays::default();
        for (name, losses) in losses {
            name.put(&mut by_loss, quantiles(losses.ascending_of(place)));
        }
        let shape = table.shapes[place].clone();
        let share =
            |is: fn(&Record) -> bool| runs.iter().filter(|record| is(record)).count() as f64 / runs.len() as f64;
        ShapeSummary {
            target: target.name.clone(),
            depth: shape.len(),
            shape,
            params: runs.first().map_or(0, |record| record.params as usize),
            n_seeds: runs.len(),
            losses: by_loss,
            pieces_median: median_of(runs, |record| record.pieces.map(f64::from)),
            dead_median: median_of(runs, |record| Some(f64::from(record.dead))).unwrap_or(0.0),
            linear_median: median_of(runs, |record| Some(f64::from(record.linear))).unwrap_or(0.0),
            collapsed: share(|record| record.collapsed),
            collapsed_at_start: share(|record| record.collapsed_at_start),
            diverged: share(|record| record.outcome == Outcome::Diverged),
            test_accuracy_median: median_of(runs, |record| record.test_accuracy),
            train_accuracy_median: median_of(runs, |record| record.train_accuracy),
        }
    };
    (0..table.shapes.len()).into_par_iter().map(one).collect()
}

/// The median over the runs that have the number.
pub(super) fn median_of(runs: &[&Record], number: impl Fn(&Record) -> Option<f64>) -> Option<f64> {
    let mut values: Vec<f64> = runs.iter().filter_map(|record| number(record)).collect();
    values.sort_unstable_by(f64::total_cmp);
    median(&values)
}

fn quantiles(ascending: &[f64]) -> Quantiles {
    let at = |p| quantile(ascending, p).and_then(finite);
    Quantiles { median: at(0.5), q25: at(0.25), q75: at(0.75), min: at(0.0) }
}
