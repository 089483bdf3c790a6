//! What an enumeration says: the document that `relulab enumerate --json` prints and that the report draws.
//!
//! Every loss is reported three ways (`uniform5`, `uniform3`, `normal`); a number that is not finite is `None`. A run
//! without a finite loss counts as infinite wherever losses are ordered (medians, quantiles, ranks, best of many).

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The whole analysis of one enumeration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The plan, as written in the manifest.
    pub plan: serde_json::Value,
    /// Number of shapes trained.
    pub n_shapes: usize,
    /// One entry per target and shape, in the order of the plan.
    pub shapes: Vec<ShapeSummary>,
    /// One entry per target and depth.
    pub depths: Vec<DepthSummary>,
    /// target → loss name → one row per architectural feature.
    pub correlations: BTreeMap<String, BTreeMap<String, Vec<CorrelationRow>>>,
    /// target → loss name → findings over all shapes of that target.
    pub findings: BTreeMap<String, BTreeMap<String, Findings>>,
}

/// A value for each of the three losses; for a study of a data file, whose three losses are empty, for its own two.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreeWays<T> {
    /// Mean squared error on the uniform grid over [−5,5]^d.
    pub uniform5: T,
    /// The same over [−3,3]^d.
    pub uniform3: T,
    /// Expected error under N(0,1)^d.
    pub normal: T,
    /// Mean loss over the held-out folds (data files only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_loss: Option<T>,
    /// Training loss (data files only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub training_loss: Option<T>,
}

/// All seeds of one shape on one target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShapeSummary {
    /// Target name.
    pub target: String,
    /// Hidden widths.
    pub shape: Vec<usize>,
    /// Number of hidden layers.
    pub depth: usize,
    /// Number of parameters.
    pub params: usize,
    /// Number of seeds.
    pub n_seeds: usize,
    /// Loss quantiles over seeds.
    #[serde(flatten)]
    pub losses: ThreeWays<Quantiles>,
    /// Median number of linear pieces (1-D only).
    pub pieces_median: Option<f64>,
    /// Median number of observed dead units.
    pub dead_median: f64,
    /// Median number of observed linear units.
    pub linear_median: f64,
    /// Fraction of seeds whose network is constant at the end.
    pub collapsed: f64,
    /// Fraction of seeds whose network was constant at the start.
    pub collapsed_at_start: f64,
    /// Fraction of seeds that diverged.
    pub diverged: f64,
    /// Median accuracy on the held-out folds (classification only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_accuracy_median: Option<f64>,
    /// Median accuracy on the training folds (classification only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub train_accuracy_median: Option<f64>,
}

/// Quantiles of one loss over the seeds of a shape.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Quantiles {
    /// Median.
    pub median: Option<f64>,
    /// Lower quartile.
    pub q25: Option<f64>,
    /// Upper quartile.
    pub q75: Option<f64>,
    /// Smallest.
    pub min: Option<f64>,
}

/// All shapes of one depth on one target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DepthSummary {
    /// Target name.
    pub target: String,
    /// Number of hidden layers.
    pub depth: usize,
    /// Shapes of this depth.
    pub n_shapes: usize,
    /// Networks of this depth.
    pub n_runs: usize,
    /// Fraction of runs constant at the start.
    pub collapsed_at_start: f64,
    /// Fraction of runs constant at the end.
    pub collapsed: f64,
    /// The frontier, for each loss.
    #[serde(flatten)]
    pub losses: ThreeWays<Frontier>,
}

/// The best of one depth by several rules, for one loss.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Frontier {
    /// Best single run of any shape and seed.
    pub best_single: Option<f64>,
    /// Shape of that run.
    pub best_single_shape: Vec<usize>,
    /// Best median over seeds of any shape.
    pub best_median: Option<f64>,
    /// Shape with the best median.
    pub best_median_shape: Vec<usize>,
    /// Median over shapes of the medians over seeds.
    pub median_of_medians: Option<f64>,
    /// Selection-corrected figure: shape chosen by its median on half of the seeds, scored on the other half.
    pub selected: Estimate,
    /// The same figures as ratios to depth 1 (depth 1 divided by this depth: above 1 means that depth helps).
    pub ratio_to_depth1: Ratios,
    /// Histogram of the finite medians over shapes, in log10 loss: (lower edge, upper edge, count).
    pub histogram: Vec<(f64, f64, usize)>,
    /// Shapes whose median is infinite: at least half of their runs have no finite loss.
    pub n_infinite: usize,
}

/// Ratios of depth 1 to a depth; above 1 means that depth helps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ratios {
    /// Of the best single runs.
    pub best_single: Option<f64>,
    /// Of the best medians.
    pub best_median: Option<f64>,
    /// Of the selection-corrected figures.
    pub selected: Estimate,
    /// Best of T runs here against best of T runs at depth 1.
    pub matched: Vec<Matched>,
}

/// A number with a 95 % interval.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The estimate.
    pub value: Option<f64>,
    /// Lower and upper end of the 95 % interval.
    pub ci95: Option<[f64; 2]>,
}

/// One matched-tries comparison.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Matched {
    /// Number of runs on either side.
    pub tries: usize,
    /// Ratio of the expected best of `tries` runs at depth 1 to that at this depth.
    pub value: Option<f64>,
    /// 95 % bootstrap interval.
    pub ci95: Option<[f64; 2]>,
}

/// Correlation of one architectural feature with log10 loss.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CorrelationRow {
    /// `last_width`, `first_width`, `bottleneck`, `depth`, `params`, `product` or `pieces`.
    pub feature: String,
    /// Over single runs.
    pub single: Correlation,
    /// Over medians of shapes.
    pub median: Correlation,
    /// Partial correlation over medians, given the pieces (absent for `pieces` itself and above 1-D).
    pub given_pieces: Option<Correlation>,
}

/// Two correlation coefficients.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Correlation {
    /// Pearson's r of the feature and log10 loss.
    pub pearson: Option<f64>,
    /// Spearman's rank correlation.
    pub spearman: Option<f64>,
}

/// Findings over all shapes of a target, for one loss.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// Runs without a finite loss: infinite in medians and ranks, left out of ranges, Pearson's r and variances.
    pub n_infinite_runs: usize,
    /// Shapes whose median is infinite, treated likewise.
    pub n_infinite_medians: usize,
    /// Largest finite single-run loss divided by the smallest.
    pub range_single: Option<f64>,
    /// Largest finite median divided by the smallest.
    pub range_median: Option<f64>,
    /// Share of the variance of log10 loss that lies between shapes (the rest: between seeds of a shape).
    pub variance_between_shapes: Option<f64>,
    /// The 20 shapes with the smallest medians, best first.
    pub best: Vec<RankedShape>,
    /// The 20 shapes with the largest medians, worst first.
    pub worst: Vec<RankedShape>,
    /// Shapes against their mirror images: wide-last (last > first width) against wide-first.
    pub mirrored_pairs: MirroredPairs,
}

/// A shape and its median loss.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RankedShape {
    /// Hidden widths.
    pub shape: Vec<usize>,
    /// Median loss over seeds.
    pub median: f64,
}

/// Wide-last shapes paired with their reversals.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MirroredPairs {
    /// Number of pairs (shape, reversed shape) with different end widths.
    pub n_pairs: usize,
    /// Fraction of pairs in which the wide-last shape has the smaller median.
    pub wide_last_wins: Option<f64>,
    /// Median over pairs of the ratio wide-first / wide-last; above 1 means that wide-last is better.
    pub median_ratio: Estimate,
}
