//! What an enumeration found, in sentences: each says one thing and carries its number.

use crate::figure::correlation::feature_label;
use crate::loss_view::LossView;
use crate::number::{coefficient, count, hidden_text, human, percent, ratio};
use relulab_study::summary::{CorrelationRow, DepthSummary, Estimate, Findings, Frontier, MirroredPairs, Summary};
use std::cmp::Ordering;

/// The sentences for one target and loss, most important first; empty when nothing can be said.
pub fn sentences(summary: &Summary, target: &str, view: LossView) -> Vec<String> {
    let depths: Vec<&DepthSummary> = summary.depths.iter().filter(|depth| depth.target == target).collect();
    let frontier = |depth: &DepthSummary| view.value_of(&depth.losses);
    let findings = summary.findings.get(target).and_then(|findings| findings.get(view.key()));
    let rows = summary.correlations.get(target).and_then(|rows| rows.get(view.key()));
    let sentences = [
        findings.and_then(|findings| best_shape(summary, target, view, findings)),
        best_single(&depths, frontier),
        best_selected(&depths, frontier),
        matched_tries(&depths, frontier),
        findings.and_then(range),
        findings.and_then(variance),
        rows.and_then(|rows| strongest_feature(rows)),
        findings.and_then(|findings| mirrored_pairs(&findings.mirrored_pairs)),
        collapse(&depths),
        divergence(summary, target),
    ];
    sentences.into_iter().flatten().collect()
}

/// An estimate with its interval: `1.1 [0.9, 1.4]`.
pub fn estimate(value: f64, interval: Option<[f64; 2]>) -> String {
    match interval {
        Some([low, high]) => format!("{} [{}, {}]", ratio(value), ratio(low), ratio(high)),
        None => ratio(value),
    }
}

/// On which side of one an interval lies.
fn side(interval: Option<[f64; 2]>) -> Option<Ordering> {
    let [low, high] = interval?;
    Some(if low > 1.0 {
        Ordering::Greater
    } else if high < 1.0 {
        Ordering::Less
    } else {
        Ordering::Equal
    })
}

/// The depth other than 1 with the largest of some ratio.
fn largest<'a>(
    depths: &[&'a DepthSummary],
    ratio_of: impl Fn(&DepthSummary) -> Option<f64>,
) -> Option<(&'a DepthSummary, f64)> {
    depths
        .iter()
        .filter(|depth| depth.depth != 1)
        .filter_map(|depth| Some((*depth, ratio_of(depth).filter(|value| value.is_finite())?)))
        .max_by(|a, b| a.1.total_cmp(&b.1))
}

/// What a data file's owner asks first: which shape, and how it does beside its training.
fn best_shape(summary: &Summary, target: &str, view: LossView, findings: &Findings) -> Option<String> {
    let beside = view.companion()?;
    let best = findings.best.first()?;
    let shape = summary.shapes.iter().find(|shape| shape.target == target && shape.shape == best.shape)?;
    let other = beside.of(&shape.losses).and_then(|losses| losses.median);
    let other = other.map_or(String::new(), |loss| format!(", beside {} {}", human(loss), beside.label()));
    let accuracies = shape.test_accuracy_median.zip(shape.train_accuracy_median);
    let accuracies = accuracies.map_or(String::new(), |(test, training)| {
        format!("; its accuracy is {} on held-out folds and {} on training folds", percent(test), percent(training))
    });
    Some(format!(
        "Shape {} has the smallest median loss {}: {}{other}{accuracies}.",
        hidden_text(&best.shape),
        view.label(),
        human(best.median)
    ))
}

fn best_single(depths: &[&DepthSummary], frontier: impl Fn(&DepthSummary) -> Frontier) -> Option<String> {
    let (depth, value) = largest(depths, |depth| frontier(depth).ratio_to_depth1.best_single)?;
    let Estimate { value: selected, ci95 } = frontier(depth).ratio_to_depth1.selected;
    let corrected = match (selected, side(ci95)) {
        (None, _) => "no selection-corrected ratio exists".to_owned(),
        (Some(selected), side) => {
            let verdict = match side {
                Some(Ordering::Greater) => ", an interval above 1",
                Some(Ordering::Equal) => ", an interval that does not exclude 1",
                Some(Ordering::Less) => ", an interval below 1",
                None => "",
            };
            format!("after selection correction the ratio is {}{verdict}", estimate(selected, ci95))
        }
    };
    Some(if value > 1.0 {
        format!(
            "Depth {}'s best single run beats depth 1's by {}× ({} runs against {}); {corrected}.",
            depth.depth,
            ratio(value),
            count(depth.n_runs),
            depths.iter().find(|one| one.depth == 1).map_or("none".to_owned(), |one| count(one.n_runs)),
        )
    } else {
        format!(
            "No depth's best single run beats depth 1's: the closest is depth {} with a ratio of {}; {corrected}.",
            depth.depth,
            ratio(value)
        )
    })
}

fn best_selected(depths: &[&DepthSummary], frontier: impl Fn(&DepthSummary) -> Frontier) -> Option<String> {
    let (depth, value) = largest(depths, |depth| frontier(depth).ratio_to_depth1.selected.value)?;
    let interval = frontier(depth).ratio_to_depth1.selected.ci95;
    let judged: Vec<_> = depths.iter().filter(|depth| depth.depth != 1).collect();
    let helped = |wanted| {
        judged.iter().filter(|depth| side(frontier(depth).ratio_to_depth1.selected.ci95) == Some(wanted)).count()
    };
    // The sentence before has given the ratio where it named the same depth.
    let known = largest(depths, |depth| frontier(depth).ratio_to_depth1.best_single);
    let is_known = known.is_some_and(|(known, _)| known.depth == depth.depth);
    let best = if is_known {
        "No other depth beyond 1 does better by the corrected figure".to_owned()
    } else {
        format!(
            "By the corrected figure the best depth beyond 1 is {}, {} times as good as depth 1",
            depth.depth,
            estimate(value, interval)
        )
    };
    if judged.len() < 2 {
        return (!is_known).then(|| format!("{best}."));
    }
    let number = |n: usize| if n == 0 { "none".to_owned() } else { n.to_string() };
    Some(format!(
        "{best}; of the {} deeper depths, {} beat depth 1 and {} lose to it by intervals that exclude 1.",
        judged.len(),
        number(helped(Ordering::Greater)),
        number(helped(Ordering::Less)),
    ))
}

fn matched_tries(depths: &[&DepthSummary], frontier: impl Fn(&DepthSummary) -> Frontier) -> Option<String> {
    let most = |depth: &DepthSummary| {
        let matched = frontier(depth).ratio_to_depth1.matched;
        matched.into_iter().filter(|one| one.value.is_some()).max_by_key(|one| one.tries)
    };
    let (depth, value) = largest(depths, |depth| most(depth)?.value)?;
    let matched = most(depth)?;
    Some(format!(
        "With {} tries on either side, the best of depth {} is {} times as good as the best of depth 1.",
        count(matched.tries),
        depth.depth,
        estimate(value, matched.ci95)
    ))
}

fn range(findings: &Findings) -> Option<String> {
    let (single, median) = (findings.range_single?, findings.range_median?);
    Some(format!("Single runs span a factor of {} in loss, the medians of shapes {}.", ratio(single), ratio(median)))
}

fn variance(findings: &Findings) -> Option<String> {
    let share = findings.variance_between_shapes?;
    Some(format!(
        "Of the variance of log loss, {} lies between shapes, the rest between the seeds of one shape.",
        percent(share)
    ))
}

fn strongest_feature(rows: &[CorrelationRow]) -> Option<String> {
    let spearman = |row: &&CorrelationRow| row.median.spearman.map(f64::abs);
    let strongest = rows
        .iter()
        .filter(|row| row.median.spearman.is_some_and(f64::is_finite))
        .max_by(|a, b| spearman(a).unwrap_or(0.0).total_cmp(&spearman(b).unwrap_or(0.0)))?;
    let given = strongest.given_pieces.as_ref().and_then(|given| given.spearman);
    let given = given.map_or(String::new(), |given| {
        format!(", and {} once the number of linear pieces is held fixed", coefficient(given))
    });
    Some(format!(
        "What goes most closely with the median loss is {} (rank correlation {}{given}).",
        feature_label(&strongest.feature),
        coefficient(strongest.median.spearman?)
    ))
}

fn mirrored_pairs(pairs: &MirroredPairs) -> Option<String> {
    let wins = pairs.wide_last_wins?;
    let value = pairs.median_ratio.value;
    let pair_ratio = value.map_or(String::new(), |value| {
        format!("; the median ratio of wide-first to wide-last loss is {}", estimate(value, pairs.median_ratio.ci95))
    });
    Some(format!(
        "Of {} pairs of a shape and its mirror image, the wide-last one has the smaller median in {}{pair_ratio}.",
        count(pairs.n_pairs),
        percent(wins)
    ))
}

fn collapse(depths: &[&DepthSummary]) -> Option<String> {
    let (first, last) = (depths.first()?, depths.last()?);
    if first.depth == last.depth {
        return Some(format!(
            "After training, {} of the networks of depth {} are constant.",
            percent(first.collapsed),
            first.depth
        ));
    }
    Some(format!(
        "After training, {} of the networks of depth {} and {} of those of depth {} are constant.",
        percent(first.collapsed),
        first.depth,
        percent(last.collapsed),
        last.depth
    ))
}

fn divergence(summary: &Summary, target: &str) -> Option<String> {
    let shapes = summary.shapes.iter().filter(|shape| shape.target == target);
    let (mut runs, mut diverged) = (0.0, 0.0);
    for shape in shapes {
        runs += shape.n_seeds as f64;
        diverged += shape.diverged * shape.n_seeds as f64;
    }
    (diverged > 0.0).then(|| format!("{} of all runs diverged.", percent(diverged / runs)))
}
