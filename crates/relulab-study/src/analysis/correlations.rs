//! Correlations of architectural features with log10 loss, over single runs and over medians of shapes.
//!
//! Spearman's ranks take a run without a finite loss as the worst; Pearson's r leaves it out, as it has no logarithm.

use super::losses::{Losses, log_loss};
use super::shapes::median_of;
use super::table::{Table, TargetRuns};
use crate::statistics::{average_ranks, partial, pearson};
use crate::summary::{Correlation, CorrelationRow};
use rayon::prelude::*;

/// The features of a target's shapes and runs, with their ranks.
pub(super) struct Features {
    n_seeds: usize,
    /// Functions of the shape alone.
    of_shape: Vec<(&'static str, Ranked)>,
    /// Linear pieces of every run and their medians by shape, where any run has them.
    pieces: Option<(Subset, Subset)>,
}

/// Numbers and their ranks.
struct Ranked {
    values: Vec<f64>,
    ranks: Vec<f64>,
}

/// Numbers that only some of the runs (or shapes) have.
struct Subset {
    places: Vec<usize>,
    numbers: Ranked,
}

impl Ranked {
    fn of(values: Vec<f64>) -> Self {
        let ranks = average_ranks(&values);
        Self { values, ranks }
    }
}

impl Subset {
    fn of(numbers: impl Iterator<Item = Option<f64>>) -> Self {
        let (places, values) = numbers.enumerate().filter_map(|(place, number)| Some((place, number?))).unzip();
        Self { places, numbers: Ranked::of(values) }
    }
}

impl Features {
    pub(super) fn of(table: &Table<'_>, target: &TargetRuns<'_>) -> Self {
        let n_seeds = table.n_seeds;
        let params = |place: usize| target.runs[place * n_seeds].params as f64;
        let by_shape = |feature: &(dyn Fn(usize, &[usize]) -> f64 + Sync)| {
            Ranked::of(table.shapes.iter().enumerate().map(|(place, shape)| feature(place, shape)).collect())
        };
        let of_shape = vec![
            ("last_width", by_shape(&|_, shape| *shape.last().unwrap_or(&0) as f64)),
            ("first_width", by_shape(&|_, shape| *shape.first().unwrap_or(&0) as f64)),
            ("bottleneck", by_shape(&|_, shape| *shape.iter().min().unwrap_or(&0) as f64)),
            ("depth", by_shape(&|_, shape| shape.len() as f64)),
            ("params", by_shape(&|place, _| params(place))),
            ("product", by_shape(&|_, shape| shape.iter().map(|&width| width as f64).product())),
        ];
        let single = Subset::of(target.runs.iter().map(|record| record.pieces.map(f64::from)));
        let medians =
            Subset::of(target.runs.chunks(n_seeds).map(|runs| median_of(runs, |record| record.pieces.map(f64::from))));
        let pieces = (!single.places.is_empty()).then_some((single, medians));
        Self { n_seeds, of_shape, pieces }
    }
}

/// One row per feature, in the order of the table of the issue; `pieces` comes last, and only where it exists.
pub(super) fn rows(features: &Features, losses: &Losses) -> Vec<CorrelationRow> {
    let single = average_ranks(&losses.runs);
    let median = average_ranks(&losses.medians);
    let of_shape = features.of_shape.par_iter().map(|(name, feature)| CorrelationRow {
        feature: (*name).to_owned(),
        single: correlation(feature, features.n_seeds, &losses.runs, &single),
        median: correlation(feature, 1, &losses.medians, &median),
        given_pieces: features.pieces.as_ref().map(|(_, pieces)| given(pieces, feature, &losses.medians)),
    });
    let mut rows: Vec<CorrelationRow> = of_shape.collect();
    rows.extend(features.pieces.as_ref().map(|(single, medians)| CorrelationRow {
        feature: "pieces".to_owned(),
        single: with_subset(single, &losses.runs),
        median: with_subset(medians, &losses.medians),
        given_pieces: None,
    }));
    rows
}

/// Correlation of a feature, of which each number stands for `repeats` consecutive losses.
fn correlation(feature: &Ranked, repeats: usize, losses: &[f64], loss_ranks: &[f64]) -> Correlation {
    let repeated =
        |values: &[f64]| -> Vec<f64> { values.iter().flat_map(|&value| std::iter::repeat_n(value, repeats)).collect() };
    // Repeating every number equally often is a linear map of the ranks, which correlations do not see.
    let spearman = pearson(&repeated(&feature.ranks), loss_ranks);
    Correlation { pearson: pearson_of_finite(&repeated(&feature.values), losses), spearman }
}

/// Correlation over the runs or shapes that have the number.
fn with_subset(subset: &Subset, losses: &[f64]) -> Correlation {
    let losses: Vec<f64> = subset.places.iter().map(|&place| losses[place]).collect();
    correlation(&subset.numbers, 1, &losses, &average_ranks(&losses))
}

/// Partial correlation of a feature with log10 loss over shapes, given the pieces.
fn given(pieces: &Subset, feature: &Ranked, losses: &[f64]) -> Correlation {
    let pick = |values: &[f64]| -> Vec<f64> { pieces.places.iter().map(|&place| values[place]).collect() };
    let (x, y, z) = (pick(&feature.values), pick(losses), &pieces.numbers.values);
    let is_finite = |place: &usize| y[*place].is_finite();
    let places: Vec<usize> = (0..y.len()).filter(is_finite).collect();
    let finite = |values: &[f64]| -> Vec<f64> { places.iter().map(|&place| values[place]).collect() };
    let log: Vec<f64> = finite(&y).into_iter().map(log_loss).collect();
    let (x_ranks, y_ranks) = (average_ranks(&x), average_ranks(&y));
    Correlation {
        pearson: partial_of(&finite(&x), &log, &finite(z)),
        spearman: partial_of(&x_ranks, &y_ranks, &pieces.numbers.ranks),
    }
}

fn partial_of(x: &[f64], y: &[f64], z: &[f64]) -> Option<f64> {
    partial(pearson(x, y)?, pearson(x, z)?, pearson(y, z)?)
}

fn pearson_of_finite(feature: &[f64], losses: &[f64]) -> Option<f64> {
    let finite = feature.iter().zip(losses).filter(|(_, loss)| loss.is_finite());
    let (feature, log): (Vec<f64>, Vec<f64>) = finite.map(|(&feature, &loss)| (feature, log_loss(loss))).unzip();
    pearson(&feature, &log)
}
