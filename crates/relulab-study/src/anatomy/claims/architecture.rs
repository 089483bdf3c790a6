//! Section 5: the enumeration of 3,662 shapes, depth, bottlenecks and pieces.

use crate::anatomy::enumerations::{Enumerated, LOSSES, Subject, WHOLE_DEPTH, loss};
use crate::anatomy::named_shapes;
use crate::anatomy::setting::{LONG, SHORT};
use crate::check::rule::{Expected, Rule, Statistic, direction_of, short};
use crate::check::{Book, Evidence, Sample, Verdict, View};
use crate::record::Record;
use crate::statistics::{BestOf, pearson};
use crate::summary::{Frontier, ThreeWays};
use relulab_net::n_compositions;

/// The paper's frontier on x²: depth, best shape, its parameters, its loss, gain over depth 1.
const FRONTIER: [(usize, &str, u32, f64, f64); 5] = [
    (1, "16", 49, 1.51, 1.0),
    (2, "6,10", 99, 0.97, 1.6),
    (3, "5,7,4", 94, 0.72, 2.1),
    (4, "4,4,4,4", 77, 1.08, 1.4),
    (5, "3,4,2,2,5", 59, 0.72, 2.1),
];

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence, enumerated: &Enumerated) {
    book.section("Enumeration: what was enumerated");
    scope(book, enumerated);
    book.section("Enumeration: depth frontier on x²");
    frontier(book, evidence, enumerated);
    book.section("Enumeration: bottlenecks and the product model");
    bottlenecks(book, evidence, enumerated);
    book.section("Enumeration: shape → pieces → loss");
    chain(book, enumerated);
}

/// One convention per loss for a number that is read off one target's records.
pub fn over_losses(subject: Option<&Subject>, text: &str, read: impl Fn(&Subject, &str) -> Sample) -> Vec<View> {
    let Some(subject) = subject else { return vec![View::new(text, Sample::default(), "not enumerated")] };
    let view =
        |name: &&str| View::new(format!("{name}, {text}"), read(subject, name), format!("{}: {name}", subject.folder));
    LOSSES.iter().map(view).collect()
}

/// The number of one of the three losses.
pub fn of_loss<'a>(three: &'a ThreeWays<Frontier>, name: &str) -> &'a Frontier {
    match name {
        "uniform5" => &three.uniform5,
        "uniform3" => &three.uniform3,
        _ => &three.normal,
    }
}

/// Whether the selection-corrected gain of a depth over depth 1 is above (or below) 1, under each loss.
pub fn selected_direction(
    book: &mut Book,
    text: &str,
    paper: &str,
    subjects: &[(&str, Option<&Subject>, &str)],
    depth: usize,
    above: bool,
) {
    let mut judged = Vec::new();
    for (words, subject, target) in subjects {
        let Some(subject) = subject else { continue };
        let found = subject.summary.depths.iter().find(|row| row.depth == depth && row.target == *target);
        let Some(row) = found else { continue };
        for name in LOSSES {
            let selected = &of_loss(&row.losses, name).ratio_to_depth1.selected;
            let judgement = direction_of(selected.value, selected.ci95, 1.0, above, row.n_runs);
            let convention = format!("{words}{name}, shape chosen on half of the seeds, scored on the other half");
            judged.push((convention, judgement, format!("{}: depth {depth}", subject.folder)));
        }
    }
    if judged.is_empty() {
        book.declare(text, paper, Verdict::NotTestable, "not enumerated in this run", None);
    } else {
        book.enter(text, paper, judged);
    }
}

fn scope(book: &mut Book, enumerated: &Enumerated) {
    book.declare(
        "3,662 shapes are all ways to distribute 16 neurons over 1–16 layers",
        "all 3,662",
        Verdict::SelfContradictory,
        "16 has 2¹⁵ = 32,768 compositions; the paper itself samples depths above 5",
        Some(View::exact(
            "compositions of 16",
            (1..=16).map(|depth| n_compositions(16, depth) as f64).sum(),
            "formula",
        )),
    );
    let whole: u64 = (1..=WHOLE_DEPTH).map(|depth| n_compositions(16, depth)).sum();
    // 200 of each depth from 6 to 13, and all of depths 14 to 16.
    let sampled: u64 = (WHOLE_DEPTH + 1..=16).map(|depth| n_compositions(16, depth).min(200)).sum();
    book.judge(
        "depths 1–5 complete and a sample above make 3,662",
        "3,662",
        Rule::Exact(3662.0, 0),
        vec![View::exact(
            format!("{whole} complete, and {sampled} if 200 were drawn of each larger depth"),
            (whole + sampled) as f64,
            "formula",
        )],
    );
    let range = |subject: &Subject, name: &str| {
        let worst = worst_by_seed(subject, name);
        let best = subject.best_by_seed(1..=16, name);
        Sample::new(best.iter().filter_map(|(seed, best)| Some(worst.get(seed)? / best)).collect())
    };
    let linear = enumerated.of("linear", 1);
    book.judge(
        "range of losses on 2x+1, worst shape over best, one seed per shape",
        "575,000×",
        Rule::Single(Expected::Number(575_000.0)),
        over_losses(linear, "per seed, all shapes", range),
    );
    let medians = |subject: &Subject, name: &str| {
        let medians = Sample::new(subject.medians(name).into_iter().map(|(_, median)| median).collect());
        let (Some(best), Some(worst)) = (medians.quantile(0.0), medians.quantile(1.0)) else {
            return Sample::default();
        };
        Sample::new(vec![worst / best])
    };
    book.judge(
        "the range is one of shapes, not of seeds: the same with medians over seeds",
        "575,000×",
        Rule::Aggregate(Statistic::Median, Expected::AtLeast(575_000.0)),
        over_losses(linear, "medians over seeds", medians),
    );
    if let Some(linear) = linear {
        let share = linear.summary.findings.get("linear").and_then(|by_loss| by_loss.get("uniform5"));
        let share = share.and_then(|findings| findings.variance_between_shapes);
        if let Some(share) = share {
            book.remark(format!("{:.0} % of the variance of log loss lies between shapes", 100.0 * share));
        }
    }
    for (target, words) in [("absolute", "|x|"), ("quadratic", "x²")] {
        let sample = enumerated.of(target, 1).map(|subject| range(subject, "uniform5")).unwrap_or_default();
        book.declare(
            format!("range of losses on {words}"),
            "lost in the text",
            Verdict::NotTestable,
            "the number is missing from the source; ours stands beside it",
            Some(View::new("uniform5, per seed, all shapes", sample, "enumeration-1d: uniform5")),
        );
    }
}

/// For every seed, the largest finite loss of any shape.
fn worst_by_seed(subject: &Subject, name: &str) -> std::collections::BTreeMap<u32, f64> {
    let mut worst = std::collections::BTreeMap::new();
    for run in subject.shapes.iter().flat_map(|(_, runs)| runs) {
        let value = loss(run, name);
        if value.is_finite() {
            let largest = worst.entry(run.seed).or_insert(0.0);
            *largest = f64::max(*largest, value);
        }
    }
    worst
}

fn frontier(book: &mut Book, evidence: &Evidence, enumerated: &Enumerated) {
    let quadratic = enumerated.of("quadratic", 1);
    let widths = |text: &str| -> Vec<usize> { text.split(',').filter_map(|width| width.parse().ok()).collect() };
    for (depth, shape, params, _, _) in FRONTIER {
        let ours = n_params(1, &widths(shape));
        let in_two = n_params(2, &widths(shape));
        if ours == params {
            book.judge(
                format!("parameters of [{shape}] with one input"),
                params.to_string(),
                Rule::Exact(f64::from(params), 0),
                vec![View::exact("count", f64::from(ours), "formula")],
            );
        } else {
            book.declare(
                format!("parameters of [{shape}] with one input"),
                params.to_string(),
                Verdict::SelfContradictory,
                format!(
                    "{ours} with one input; {params} is the count {}",
                    if in_two == params { "with two" } else { "of neither" }
                ),
                Some(View::exact("count", f64::from(ours), "formula")),
            );
        }
        let _ = depth;
    }
    let named = |shape: &str| -> Vec<View> {
        let long = named_shapes::case_of(shape, "quadratic", 1, LONG);
        let short = named_shapes::case_of(shape, "quadratic", 1, SHORT);
        ["uniform5", "uniform4", "uniform3", "normal"]
            .into_iter()
            .flat_map(|name| [(name, &long, "3000 steps"), (name, &short, "2000 steps")])
            .map(|(name, case, steps)| evidence.view(format!("{name}, {steps}"), "named-shapes", case, name))
            .collect()
    };
    for (_, shape, _, loss, _) in FRONTIER {
        book.judge(
            format!("loss of [{shape}] on x²"),
            loss.to_string(),
            Rule::Single(Expected::Number(loss)),
            named(shape),
        );
    }
    for (depth, _, _, value, _) in FRONTIER.into_iter().skip(1) {
        book.judge(
            format!("best loss of any shape of depth {depth} on x²"),
            value.to_string(),
            Rule::Single(Expected::Number(value)),
            over_losses(quadratic, "best shape of each seed", |subject, name| best_of(subject, depth, depth, name)),
        );
    }
    for (depth, shape, _, _, _) in FRONTIER.into_iter().skip(1) {
        let rank = |subject: &Subject, name: &str| {
            let mut medians: Vec<(f64, &[usize])> = subject
                .medians(name)
                .into_iter()
                .filter(|(there, _)| there.len() == depth)
                .map(|(there, median)| (median, there))
                .collect();
            medians.sort_by(|a, b| a.0.total_cmp(&b.0));
            let place = medians.iter().position(|(_, there)| *there == widths(shape).as_slice());
            Sample::new(place.map(|place| (place + 1) as f64).into_iter().collect())
        };
        book.judge(
            format!("[{shape}] is the best shape of depth {depth} on x² (its rank by median over seeds)"),
            "rank 1",
            Rule::Exact(1.0, 0),
            over_losses(quadratic, "rank among all shapes of its depth", rank),
        );
    }
    for (depth, _, _, _, gain) in FRONTIER.into_iter().skip(1) {
        book.judge(
            format!("gain of depth {depth} over depth 1 on x², best shape of one seed each"),
            format!("{gain}×"),
            Rule::Single(Expected::Number(gain)),
            over_losses(quadratic, "best of depth 1 over best of this depth, per seed", |subject, name| {
                gain_by_seed(subject, depth, name)
            }),
        );
    }
    for depth in [3, 5] {
        selected_direction(
            book,
            &format!("depth {depth} beats depth 1 on x² (selection-corrected)"),
            "2.1× better",
            &[("", quadratic, "quadratic")],
            depth,
            true,
        );
        if let Some(subject) = quadratic {
            let (is_luck, because) = luck(subject, depth, "uniform5", 2.1);
            book.or_luck(is_luck, because);
        }
    }
    for (first, last, value, times, label) in [(10, 10, 62.6, 41.0, "10"), (11, 16, 108.0, 72.0, "11 and more")] {
        book.judge(
            format!("best loss at depth {label} on x²"),
            value.to_string(),
            Rule::Single(Expected::Number(value)),
            over_losses(quadratic, "best shape of each seed", |subject, name| best_of(subject, first, last, name)),
        );
        book.judge(
            format!("depth {label} against depth 1"),
            format!("{times}× worse"),
            Rule::Single(Expected::Number(times)),
            over_losses(quadratic, "best of this depth over best of depth 1, per seed", |subject, name| {
                let deep = subject.best_by_seed(first..=last, name);
                let one = subject.best_by_seed(1..=1, name);
                Sample::new(deep.iter().filter_map(|(seed, deep)| Some(deep / one.get(seed)?)).collect())
            }),
        );
    }
    book.declare(
        "with 16 neurons, depth 11 forces at least 10 layers of width 1",
        "10",
        Verdict::SelfContradictory,
        "at least 2·11 − 16 = 6: sixteen neurons make 5 layers of width 2 and 6 of width 1",
        Some(View::exact("closed form", 6.0, "2·depth − neurons")),
    );
    let chain = named_shapes::case_of(named_shapes::SHAPES[10], "quadratic", 1, LONG);
    let pieces = evidence.sample("named-shapes", &chain, "pieces").map(|pieces| f64::from(u8::from(pieces <= 3.0)));
    book.judge(
        "a chain of width-1 layers is constant, affine, constant: at most 3 pieces, counted exactly",
        "≤ 3",
        Rule::Property,
        vec![View::new(
            "sixteen layers of width 1 after training on x²",
            pieces,
            format!("named-shapes: {chain}: pieces"),
        )],
    );
    let constant = |subject: &Subject, _: &str| {
        let deep = subject.shapes.iter().filter(|(shape, _)| shape.len() >= 11).flat_map(|(_, runs)| runs);
        Sample::new(deep.map(|run| f64::from(u8::from(run.collapsed))).collect())
    };
    book.judge(
        "from depth 11 on, networks are constant",
        "108 = loss of a constant",
        Rule::Property,
        over_losses(quadratic, "output constant on 1000 samples", constant).into_iter().take(1).collect(),
    );
}

fn bottlenecks(book: &mut Book, evidence: &Evidence, enumerated: &Enumerated) {
    let quadratic = enumerated.of("quadratic", 1);
    let named = |shape: &str| {
        let case = named_shapes::case_of(shape, "quadratic", 1, LONG);
        ["uniform5", "uniform4", "uniform3", "normal"]
            .map(|name| evidence.view(format!("{name}, 3000 steps"), "named-shapes", &case, name))
            .to_vec()
    };
    book.judge("loss of [4,3,9] on x²", "57", Rule::Single(Expected::Number(57.0)), named("4,3,9"));
    book.judge("loss of [10,6] on x²", "2.98", Rule::Single(Expected::Number(2.98)), named("10,6"));
    let worse = |bad: &str, good: &str| {
        let (bad, good) =
            (named_shapes::case_of(bad, "quadratic", 1, LONG), named_shapes::case_of(good, "quadratic", 1, LONG));
        ["uniform5", "uniform3", "normal"]
            .map(|name| {
                // Two shapes share no random numbers: seeds pair them only by number, which does no harm.
                evidence.paired(format!("log10 ratio, {name}"), "named-shapes", (&bad, name), (&good, name), |a, b| {
                    (a / b).log10()
                })
            })
            .to_vec()
    };
    book.judge("[4,3,9] is worse than [5,7,4] on x²", "57 against 0.72", Rule::Positive, worse("4,3,9", "5,7,4"));
    book.judge(
        "wide last beats wide first: [6,10] against [10,6]",
        "0.97 against 2.98",
        Rule::Positive,
        worse("10,6", "6,10"),
    );
    let mut judged = Vec::new();
    for name in LOSSES {
        let found = quadratic.and_then(|subject| subject.summary.findings.get("quadratic")?.get(name));
        if let Some(findings) = found {
            let pairs = &findings.mirrored_pairs;
            let judgement = direction_of(pairs.median_ratio.value, pairs.median_ratio.ci95, 1.0, true, pairs.n_pairs);
            let convention =
                format!("{name}, median over all pairs of a shape and its reversal, wide first over wide last");
            judged.push((convention, judgement, "enumeration-1d: mirrored pairs".to_owned()));
        }
    }
    book.enter("wide-last shapes beat wide-first shapes in general", "yes", judged);
    let case = named_shapes::case_of("4,3,9", "quadratic", 1, LONG);
    book.judge(
        "a bottleneck of 3 makes 6 of the 9 last units of [4,3,9] redundant (linearly independent units that are left)",
        "3",
        Rule::Single(Expected::AtMost(3.0)),
        vec![evidence.view(
            "rank of the last layer's activations on 1000 samples",
            "named-shapes",
            &case,
            "independent units of the last layer",
        )],
    );
    let with_log = over_losses(quadratic, "Pearson's r with log10 loss, per seed", |subject, name| {
        subject.by_seed(|run| (product(&run.shape), loss(run, name).log10()), pearson)
    });
    let with_loss = over_losses(quadratic, "Pearson's r with the loss itself, per seed", |subject, name| {
        subject.by_seed(|run| (product(&run.shape), loss(run, name)), pearson)
    });
    book.judge(
        "performance = basis count × basis diversity: the product goes with a smaller loss on x²",
        "negative",
        Rule::Negative,
        with_log.into_iter().chain(with_loss).collect(),
    );
    let beats = |subject: &Subject, name: &str| {
        let strength = |feature: fn(&[usize]) -> f64| {
            subject.by_seed(|run| (feature(&run.shape), loss(run, name).log10()), pearson).map(f64::abs)
        };
        let single = [strength(last_width), strength(bottleneck), strength(|shape| shape.len() as f64)];
        let strongest = single.iter().filter_map(Sample::median).fold(0.0, f64::max);
        strength(product).map(|product| product - strongest)
    };
    book.judge(
        "the product predicts better than last width, bottleneck or depth alone (|r| above the best of them)",
        "governs",
        Rule::Positive,
        over_losses(quadratic, "|r| of the product minus |r| of the best single feature, per seed", beats),
    );
    book.declare(
        "the product model predicts the best shape from first principles",
        "yes",
        Verdict::SelfContradictory,
        "it ranks [16] (16·16) above every deep shape, and [4,3,9] (9·3 = 27) above [5,7,4] (4·5 = 20 at most), against \
         the paper's own losses 1.51, 57 and 0.72",
        None,
    );
    let last = named_shapes::case_of("10,2,2,2", "quadratic", 1, LONG);
    book.declare(
        "what [10,2,2,2] produces",
        "lost in the text",
        Verdict::NotTestable,
        "the number is missing from the source; our uniform5 loss stands beside it",
        Some(evidence.view("uniform5, 3000 steps", "named-shapes", &last, "uniform5")),
    );
}

fn chain(book: &mut Book, enumerated: &Enumerated) {
    let quadratic = enumerated.of("quadratic", 1);
    let pieces = |run: &Record| run.pieces.map_or(f64::NAN, f64::from);
    let with_loss = over_losses(quadratic, "Pearson's r of exact pieces and log10 loss, per seed", |subject, name| {
        subject.by_seed(|run| (pieces(run), loss(run, name).log10()), pearson)
    });
    book.judge("more breakpoints, smaller loss on x²", "negative (number lost)", Rule::Negative, with_loss);
    let shape_of = over_losses(quadratic, "Pearson's r of the bottleneck and exact pieces, per seed", |subject, _| {
        subject.by_seed(|run| (bottleneck(&run.shape), pieces(run)), pearson)
    });
    book.judge(
        "the shape decides the breakpoints: a wider bottleneck has more",
        "positive (number lost)",
        Rule::Positive,
        shape_of.into_iter().take(1).collect(),
    );
    let mut judged = Vec::new();
    for name in LOSSES {
        let rows = quadratic.and_then(|subject| subject.summary.correlations.get("quadratic")?.get(name));
        let row = rows.and_then(|rows| rows.iter().find(|row| row.feature == "bottleneck"));
        let Some((alone, given)) = row.and_then(|row| Some((row.median.pearson?, row.given_pieces.as_ref()?.pearson?)))
        else {
            continue;
        };
        let removed = 1.0 - given.abs() / alone.abs();
        let judgement = Rule::Aggregate(Statistic::Median, Expected::AtLeast(0.5)).judge(&Sample::new(vec![removed]));
        let convention = format!(
            "{name}, medians: r of the bottleneck {} alone, {} given the pieces; share removed",
            short(alone),
            short(given)
        );
        judged.push((convention, judgement, "enumeration-1d: correlations".to_owned()));
    }
    if !judged.is_empty() {
        book.enter(
            "breakpoints carry the effect of shape on loss: given the pieces, most of the bottleneck's correlation goes",
            "verified causal chain",
            judged,
        );
    }
}

/// Best loss per seed of any shape of these depths.
fn best_of(subject: &Subject, first: usize, last: usize, name: &str) -> Sample {
    Sample::new(subject.best_by_seed(first..=last, name).into_values().collect())
}

/// Best of depth 1 over best of another depth, seed by seed.
pub fn gain_by_seed(subject: &Subject, depth: usize, name: &str) -> Sample {
    let one = subject.best_by_seed(1..=1, name);
    let deep = subject.best_by_seed(depth..=depth, name);
    Sample::new(deep.iter().filter_map(|(seed, deep)| Some(one.get(seed)? / deep)).collect())
}

/// Whether the expected best of as many seeds of [16] as the depth has shapes reaches a gain over its median.
pub fn luck(subject: &Subject, depth: usize, name: &str, gain: f64) -> (bool, String) {
    let runs = Sample::new(subject.shallow.iter().map(|run| loss(run, name)).collect());
    let tries = subject.n_shapes(depth);
    let (Some(best), Some(median)) = (BestOf::new(runs.len(), tries), runs.median()) else {
        return (false, String::new());
    };
    let reached = median / best.expected(runs.values(), |_| 1);
    (reached >= gain, format!("the best of {tries} seeds of [16] gains {}× over its median", short(reached)))
}

/// Smallest hidden width.
pub fn bottleneck(shape: &[usize]) -> f64 {
    shape.iter().copied().min().unwrap_or(0) as f64
}

/// Width of the last hidden layer.
pub fn last_width(shape: &[usize]) -> f64 {
    shape.last().copied().unwrap_or(0) as f64
}

/// Basis count × basis diversity, the paper's two factors.
fn product(shape: &[usize]) -> f64 {
    last_width(shape) * bottleneck(shape)
}

/// Parameters of a dense network with biases and one output.
fn n_params(inputs: usize, hidden: &[usize]) -> u32 {
    let widths: Vec<usize> = [inputs].into_iter().chain(hidden.iter().copied()).chain([1]).collect();
    widths.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum::<usize>() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_the_named_shapes() {
        assert_eq!(n_params(1, &[16]), 49);
        assert_eq!((n_params(1, &[6, 10]), n_params(2, &[6, 10])), (93, 99));
        assert_eq!((n_params(1, &[5, 7, 4]), n_params(1, &[4, 4, 4, 4])), (89, 73));
    }
}
