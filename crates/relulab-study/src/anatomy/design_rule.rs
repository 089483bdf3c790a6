//! Which numbers of a shape predict its loss: the paper's two- and three-factor products, and better ones, scored on
//! shapes that the fit has not seen.

mod features;
mod linear;

pub use features::{Feature, RULES, Rule};
pub use linear::Linear;

use crate::check::Readings;
use crate::statistics::{CounterRng, spearman};
use crate::summary::{Quantiles, ShapeSummary, Summary};
use std::collections::BTreeSet;

/// Folds of the cross-validation.
pub const FOLDS: usize = 10;
/// Names the random stream that deals shapes into folds.
const FOLD_STREAM: u64 = 0x666f_6c64;
/// Share of seeds from which on a shape counts as collapsed.
const MOSTLY: f64 = 0.5;
/// The losses of targets.
pub const LOSSES: [&str; 3] = ["uniform5", "uniform3", "normal"];
/// Which shapes are predicted: all, or those of which most seeds do not end constant.
pub const POPULATIONS: [&str; 2] = ["all", "alive"];

/// A shape and what is to be predicted for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// Input dimension.
    pub d: usize,
    /// Hidden widths.
    pub shape: Vec<usize>,
    /// The number to predict, such as the log10 of the median loss.
    pub value: f64,
    /// What is left out together when predictions are made across groups.
    pub group: usize,
}

/// How well a rule predicts what it has not seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Score {
    /// Share of the variance that out-of-fold predictions explain; negative when they are worse than the mean.
    pub r2: f64,
    /// Rank correlation of prediction and value.
    pub spearman: f64,
    /// Root mean square error.
    pub rmse: f64,
    /// For every fold, 1 − mean square error in it / variance over all, the mean of which is nearly `r2`; and `spearman`
    /// within it.
    pub by_fold: Vec<(f64, f64)>,
}

/// The shapes of one target in a summary with the log10 of their median losses.
///
/// Shapes without a finite positive median are left out; `alive` also leaves out those of which half of the seeds or
/// more end as a constant. Each shape is a group of its own.
pub fn observations(summary: &Summary, target: &str, loss: &str, population: &str) -> Vec<Observation> {
    let d = summary.plan.get("input_dim").and_then(serde_json::Value::as_u64).unwrap_or(1) as usize;
    let of_target = summary.shapes.iter().filter(|shape| shape.target == target);
    let wanted = of_target.filter(|shape| population != "alive" || shape.collapsed < MOSTLY);
    wanted
        .enumerate()
        .filter_map(|(group, shape)| {
            let median = quantiles(shape, loss)?.median.filter(|median| *median > 0.0)?;
            Some(Observation { d, shape: shape.shape.clone(), value: median.log10(), group })
        })
        .collect()
}

fn quantiles<'a>(shape: &'a ShapeSummary, loss: &str) -> Option<&'a Quantiles> {
    match loss {
        "uniform5" => Some(&shape.losses.uniform5),
        "uniform3" => Some(&shape.losses.uniform3),
        "normal" => Some(&shape.losses.normal),
        _ => None,
    }
}

/// Fits a rule; `None` for fewer observations than features, or features that are not finite.
pub fn fit(rule: &Rule, observations: &[Observation]) -> Option<Linear> {
    let rows: Vec<Vec<f64>> = observations.iter().map(|one| rule.row(one.d, &one.shape)).collect();
    let values: Vec<f64> = observations.iter().map(|one| one.value).collect();
    Linear::fit(&rows, &values)
}

/// Cross-validates a rule: groups are dealt at random into folds, and each fold is predicted by a fit on the others.
///
/// `None` for fewer than two groups, or when a fit fails.
pub fn score(rule: &Rule, observations: &[Observation]) -> Option<Score> {
    let groups: Vec<usize> = observations.iter().map(|one| one.group).collect::<BTreeSet<_>>().into_iter().collect();
    let n_folds = FOLDS.min(groups.len());
    if n_folds < 2 {
        return None;
    }
    let mut order: Vec<usize> = (0..groups.len()).collect();
    CounterRng::new(&[FOLD_STREAM, groups.len() as u64]).shuffle(&mut order);
    let mut fold_of = vec![0; groups.last().map_or(0, |last| last + 1)];
    for (place, index) in order.into_iter().enumerate() {
        fold_of[groups[index]] = place % n_folds;
    }
    let rows: Vec<Vec<f64>> = observations.iter().map(|one| rule.row(one.d, &one.shape)).collect();
    let values: Vec<f64> = observations.iter().map(|one| one.value).collect();
    let variance = deviations(&values) / values.len() as f64;
    let mut predictions = vec![0.0; observations.len()];
    let mut by_fold = Vec::new();
    for fold in 0..n_folds {
        let (inside, outside): (Vec<usize>, Vec<usize>) =
            (0..observations.len()).partition(|&place| fold_of[observations[place].group] == fold);
        let training: Vec<Vec<f64>> = outside.iter().map(|&place| rows[place].clone()).collect();
        let known: Vec<f64> = outside.iter().map(|&place| observations[place].value).collect();
        let model = Linear::fit(&training, &known)?;
        for &place in &inside {
            predictions[place] = model.predict(&rows[place]);
        }
        let guesses: Vec<f64> = inside.iter().map(|&place| predictions[place]).collect();
        let values: Vec<f64> = inside.iter().map(|&place| observations[place].value).collect();
        let mean_square = squares(&guesses, &values) / values.len().max(1) as f64;
        by_fold.push((1.0 - mean_square / variance, spearman(&guesses, &values).unwrap_or(0.0)));
    }
    Some(Score {
        r2: 1.0 - squares(&predictions, &values) / deviations(&values),
        spearman: spearman(&predictions, &values).unwrap_or(0.0),
        rmse: (squares(&predictions, &values) / values.len() as f64).sqrt(),
        by_fold,
    })
}

fn squares(guesses: &[f64], values: &[f64]) -> f64 {
    guesses.iter().zip(values).map(|(guess, value)| (guess - value) * (guess - value)).sum()
}

/// Squared deviations from the mean.
fn deviations(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    values.iter().map(|value| (value - mean) * (value - mean)).sum()
}

/// The case of a rule in [`readings`].
pub fn case_of(d: usize, target: &str, loss: &str, population: &str, rule: &str) -> String {
    format!("d={d} target={target} loss={loss} shapes={population} rule={rule}")
}

/// Scores of every rule for every target, loss and population of a summary.
///
/// Quantities: `r2`, `spearman`, `rmse` and `shapes` once, and `r2 of a fold` and `spearman of a fold` with the fold in
/// the place of the seed.
pub fn readings(summary: &Summary) -> Readings {
    let mut readings = Readings::default();
    let targets: BTreeSet<&str> = summary.shapes.iter().map(|shape| shape.target.as_str()).collect();
    for target in targets {
        for loss in LOSSES {
            for population in POPULATIONS {
                let observations = observations(summary, target, loss, population);
                let d = observations.first().map_or(1, |one| one.d);
                for rule in &RULES {
                    let Some(score) = score(rule, &observations) else { continue };
                    let case = case_of(d, target, loss, population, rule.name);
                    readings.push(&case, 0, "r2", score.r2);
                    readings.push(&case, 0, "spearman", score.spearman);
                    readings.push(&case, 0, "rmse", score.rmse);
                    readings.push(&case, 0, "shapes", observations.len() as f64);
                    for (fold, (r2, spearman)) in score.by_fold.into_iter().enumerate() {
                        readings.push(&case, fold as u64, "r2 of a fold", r2);
                        readings.push(&case, fold as u64, "spearman of a fold", spearman);
                    }
                }
            }
        }
    }
    readings
}

#[cfg(test)]
mod tests;
