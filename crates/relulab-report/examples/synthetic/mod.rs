//! A made-up summary with the structure of a real one: for looking at the report, and for its tests.
//!
//! Nothing here was trained. Losses come from a simple formula and a hash, so that every run makes the same ones.

use relulab_study::summary::{
    Correlation, CorrelationRow, DepthSummary, Estimate, Findings, Frontier, Matched, MirroredPairs, Quantiles,
    RankedShape, Ratios, ShapeSummary, Summary, ThreeWays,
};
use std::collections::BTreeMap;

const N_SEEDS: usize = 16;
const N_BEST: usize = 20;

/// A summary of `targets` with the compositions of `neurons` up to `max_depth`, at most `max_per_depth` of each depth.
pub fn summary(neurons: usize, max_depth: usize, max_per_depth: usize, targets: &[&str], pieces: bool) -> Summary {
    let all: Vec<Vec<usize>> = (1..=max_depth.min(neurons))
        .flat_map(|depth| {
            let shapes = compositions(neurons, depth);
            let stride = shapes.len().div_ceil(max_per_depth);
            shapes.into_iter().step_by(stride.max(1))
        })
        .collect();
    let mut summary = Summary {
        plan: serde_json::json!({
            "neurons": neurons, "targets": targets, "depths": format!("1..{max_depth}"), "seeds": N_SEEDS,
            "steps": 3000, "batch": 64, "optimiser": {"name": "adam", "learning_rate": 0.01, "betas": [0.9, 0.999]},
            "initialisation": "pytorch_linear", "activation": "relu", "data": null
        }),
        n_shapes: all.len(),
        shapes: Vec::new(),
        depths: Vec::new(),
        correlations: BTreeMap::new(),
        findings: BTreeMap::new(),
    };
    for (salt, target) in targets.iter().enumerate() {
        let shapes: Vec<ShapeSummary> = all.iter().map(|shape| shape_summary(target, shape, salt, pieces)).collect();
        let first = depth_summary(target, 1, &shapes, None);
        for depth in 1..=max_depth.min(neurons) {
            summary.depths.push(depth_summary(target, depth, &shapes, Some(&first)));
        }
        let keys = ["uniform5", "uniform3", "normal"];
        let correlations = keys.iter().map(|key| ((*key).to_owned(), correlations(pieces))).collect();
        let of: [fn(&ShapeSummary) -> &Quantiles; 3] =
            [|s| &s.losses.uniform5, |s| &s.losses.uniform3, |s| &s.losses.normal];
        let findings = keys.iter().zip(of).map(|(key, of)| ((*key).to_owned(), findings(&shapes, of))).collect();
        summary.correlations.insert((*target).to_owned(), correlations);
        summary.findings.insert((*target).to_owned(), findings);
        summary.shapes.extend(shapes);
    }
    summary
}

/// A summary of a study of a data file, with the same shapes as [`summary`]: test and training loss and accuracies.
pub fn data_summary(neurons: usize, max_depth: usize, max_per_depth: usize) -> Summary {
    let mut summary = summary(neurons, max_depth, max_per_depth, &["two moons"], false);
    summary.plan["data"] =
        serde_json::json!({"path": "two moons.csv", "folds": 5, "label": "class", "sha256": "c0ffee"});
    for shape in &mut summary.shapes {
        shape.losses = of_data(&shape.losses);
        let accuracy = |losses: &Option<Quantiles>| losses.as_ref()?.median.map(|loss| 0.5 + 0.5 / (1.0 + loss));
        shape.test_accuracy_median = accuracy(&shape.losses.test_loss);
        shape.train_accuracy_median = accuracy(&shape.losses.training_loss);
    }
    for depth in &mut summary.depths {
        depth.losses = of_data(&depth.losses);
    }
    summary.correlations.values_mut().for_each(rename_losses);
    summary.findings.values_mut().for_each(rename_losses);
    summary
}

/// The wide uniform loss as the test loss, and the narrow one as the training loss.
fn of_data<T: Clone + Default>(losses: &ThreeWays<T>) -> ThreeWays<T> {
    ThreeWays {
        test_loss: Some(losses.uniform5.clone()),
        training_loss: Some(losses.uniform3.clone()),
        ..ThreeWays::default()
    }
}

fn rename_losses<T>(by_loss: &mut BTreeMap<String, T>) {
    let names = [("uniform5", "test_loss"), ("uniform3", "training_loss")];
    let renamed = names.into_iter().filter_map(|(from, to)| Some((to.to_owned(), by_loss.remove(from)?))).collect();
    *by_loss = renamed;
}

/// All ways to write `n` as an ordered sum of `parts` positive numbers.
fn compositions(n: usize, parts: usize) -> Vec<Vec<usize>> {
    if parts == 1 {
        return vec![vec![n]];
    }
    (1..=n + 1 - parts)
        .flat_map(|first| {
            compositions(n - first, parts - 1).into_iter().map(move |mut rest| {
                rest.insert(0, first);
                rest
            })
        })
        .collect()
}

/// A number in [0, 1) that depends only on the shape and the salt.
fn noise(shape: &[usize], salt: usize) -> f64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ (salt as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for width in shape {
        hash = (hash ^ *width as u64).wrapping_mul(0x0000_0100_0000_01b3);
        hash ^= hash >> 29;
    }
    (hash.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 11) as f64 / (1u64 << 53) as f64
}

fn shape_summary(target: &str, shape: &[usize], salt: usize, pieces: bool) -> ShapeSummary {
    let depth = shape.len();
    let bottleneck = shape.iter().copied().min().unwrap_or(1) as f64;
    let last = shape.last().copied().unwrap_or(1) as f64;
    let widths: Vec<usize> = std::iter::once(1).chain(shape.iter().copied()).chain([1]).collect();
    let params = widths.windows(2).map(|pair| pair[0] * pair[1] + pair[1]).sum();
    let jitter = noise(shape, salt) - 0.5;
    // Depth helps a little, bottlenecks hurt, and a shape's own luck does as much as either.
    let log_loss =
        0.6 - 0.55 * bottleneck.ln() - 0.3 * last.ln() - 0.9 * (depth as f64).ln() + 0.16 * depth as f64 + 1.1 * jitter;
    let collapsed = ((depth as f64 - 2.0) / 16.0 + (1.0 - bottleneck) / 10.0 + 0.2 * jitter).clamp(0.0, 1.0);
    let quantiles = |scale: f64| {
        let median = scale * 10f64.powf(log_loss);
        Quantiles {
            median: Some(median),
            q25: Some(0.6 * median),
            q75: Some(1.9 * median),
            min: Some(0.3 * median * (0.5 + noise(shape, salt + 7))),
        }
    };
    ShapeSummary {
        target: target.to_owned(),
        shape: shape.to_vec(),
        depth,
        params,
        n_seeds: N_SEEDS,
        losses: ThreeWays {
            uniform5: quantiles(1.0),
            uniform3: quantiles(0.08),
            normal: quantiles(0.01),
            ..ThreeWays::default()
        },
        pieces_median: pieces.then(|| (2.0 + 2.0 * bottleneck + last + 6.0 * (jitter + 0.5)).round()),
        dead_median: (8.0 * collapsed).round(),
        linear_median: 1.0,
        collapsed: (collapsed * N_SEEDS as f64).round() / N_SEEDS as f64,
        collapsed_at_start: 0.4 * collapsed,
        diverged: 0.0,
        test_accuracy_median: None,
        train_accuracy_median: None,
    }
}

fn depth_summary(target: &str, depth: usize, shapes: &[ShapeSummary], first: Option<&DepthSummary>) -> DepthSummary {
    let here: Vec<&ShapeSummary> = shapes.iter().filter(|shape| shape.depth == depth).collect();
    let mean = |of: fn(&ShapeSummary) -> f64| here.iter().map(|s| of(s)).sum::<f64>() / here.len().max(1) as f64;
    let frontier = |of: fn(&ShapeSummary) -> &Quantiles, first: Option<&Frontier>| frontier(&here, of, first);
    DepthSummary {
        target: target.to_owned(),
        depth,
        n_shapes: here.len(),
        n_runs: here.len() * N_SEEDS,
        collapsed_at_start: mean(|s| s.collapsed_at_start),
        collapsed: mean(|s| s.collapsed),
        losses: ThreeWays {
            uniform5: frontier(|s| &s.losses.uniform5, first.map(|f| &f.losses.uniform5)),
            uniform3: frontier(|s| &s.losses.uniform3, first.map(|f| &f.losses.uniform3)),
            normal: frontier(|s| &s.losses.normal, first.map(|f| &f.losses.normal)),
            ..ThreeWays::default()
        },
    }
}

fn frontier(here: &[&ShapeSummary], of: fn(&ShapeSummary) -> &Quantiles, first: Option<&Frontier>) -> Frontier {
    let best_by = |value: &dyn Fn(&ShapeSummary) -> Option<f64>| {
        here.iter()
            .filter_map(|s| Some((value(s)?, s.shape.clone())))
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map_or((None, Vec::new()), |(value, shape)| (Some(value), shape))
    };
    let (best_single, best_single_shape) = best_by(&|s| of(s).min);
    let (best_median, best_median_shape) = best_by(&|s| of(s).median);
    let mut medians: Vec<f64> = here.iter().filter_map(|s| of(s).median).collect();
    medians.sort_by(f64::total_cmp);
    let estimate = |value: Option<f64>| Estimate { value, ci95: value.map(|v| [0.8 * v, 1.3 * v]) };
    let selected = estimate(best_median.map(|value| 1.25 * value));
    let against = |a: Option<f64>, b: Option<f64>| Some(a? / b?);
    let ratio_to_depth1 = first.map_or_else(Ratios::default, |first| Ratios {
        best_single: against(first.best_single, best_single),
        best_median: against(first.best_median, best_median),
        selected: estimate(against(first.selected.value, selected.value)),
        matched: [16, 256]
            .into_iter()
            .map(|tries| {
                let value = against(first.best_median, best_median).map(|v| 0.9 * v.powf(0.7));
                Matched { tries, value, ci95: value.map(|v| [0.7 * v, 1.4 * v]) }
            })
            .collect(),
    });
    Frontier {
        best_single,
        best_single_shape,
        best_median,
        best_median_shape,
        median_of_medians: medians.get(medians.len() / 2).copied(),
        selected,
        n_infinite: 0,
        ratio_to_depth1,
        histogram: histogram(&medians),
    }
}

fn histogram(sorted: &[f64]) -> Vec<(f64, f64, usize)> {
    const WIDTH: f64 = 0.125;
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    for value in sorted {
        *counts.entry((value.log10() / WIDTH).floor() as i64).or_default() += 1;
    }
    counts.into_iter().map(|(bin, n)| (bin as f64 * WIDTH, (bin + 1) as f64 * WIDTH, n)).collect()
}

fn correlations(pieces: bool) -> Vec<CorrelationRow> {
    let pair = |value: f64| Correlation { pearson: Some(0.9 * value), spearman: Some(value) };
    [
        ("last_width", -0.48),
        ("first_width", -0.22),
        ("bottleneck", -0.66),
        ("depth", 0.61),
        ("params", -0.31),
        ("product", -0.69),
        ("pieces", -0.78),
    ]
    .into_iter()
    .filter(|(feature, _)| pieces || *feature != "pieces")
    .map(|(feature, value)| CorrelationRow {
        feature: feature.to_owned(),
        single: pair(0.7 * value),
        median: pair(value),
        given_pieces: (pieces && feature != "pieces").then(|| pair(0.3 * value)),
    })
    .collect()
}

fn findings(shapes: &[ShapeSummary], of: fn(&ShapeSummary) -> &Quantiles) -> Findings {
    let mut ranked: Vec<RankedShape> =
        shapes.iter().filter_map(|s| Some(RankedShape { shape: s.shape.clone(), median: of(s).median? })).collect();
    ranked.sort_by(|a, b| a.median.total_cmp(&b.median));
    let range = ranked.first().zip(ranked.last()).map(|(best, worst)| worst.median / best.median);
    Findings {
        n_infinite_runs: 0,
        n_infinite_medians: 0,
        range_single: range.map(|range| 4.0 * range),
        range_median: range,
        variance_between_shapes: Some(0.37),
        best: ranked.iter().take(N_BEST).cloned().collect(),
        worst: ranked.iter().rev().take(N_BEST).cloned().collect(),
        mirrored_pairs: MirroredPairs {
            n_pairs: shapes.len() / 2,
            wide_last_wins: Some(0.62),
            median_ratio: Estimate { value: Some(1.14), ci95: Some([1.08, 1.21]) },
        },
    }
}
