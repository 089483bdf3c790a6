//! Section 6: two inputs against one, correlations of architecture and loss, dead units by shape.

use super::architecture::{bottleneck, gain_by_seed, last_width, luck, over_losses, selected_direction};
use crate::anatomy::enumerations::{Enumerated, LOSSES, Subject, loss};
use crate::anatomy::named_shapes;
use crate::anatomy::setting::{LONG, SHORT};
use crate::check::rule::{Expected, Rule, Statistic};
use crate::check::{Book, Evidence, Sample, Verdict, View};
use crate::statistics::pearson;

/// The paper's gains over depth 1: depth, one input, two inputs.
const GAINS: [(usize, f64, f64); 4] = [(2, 1.6, 1.1), (3, 2.0, 0.75), (4, 2.0, 0.33), (5, 2.1, 0.19)];

/// The paper's correlations: feature, target, inputs, r.
const CORRELATIONS: [(&str, &str, usize, f64); 8] = [
    ("last width", "quadratic", 1, -0.431),
    ("last width", "quadratic", 2, -0.175),
    ("last width", "interaction", 2, -0.081),
    ("first width", "quadratic", 2, -0.314),
    ("first width", "interaction", 2, -0.445),
    ("bottleneck", "quadratic", 1, -0.483),
    ("bottleneck", "quadratic", 2, -0.520),
    ("bottleneck", "interaction", 2, -0.491),
];

/// The paper's dead units: shape, on 1-D x², on the 2-D interaction.
const DEAD: [(&str, f64, f64); 4] =
    [("16", 2.0, 0.0), ("5,7,4", 3.0, 6.0), ("4,4,4,4", 4.0, 7.0), ("5,1,4,6", 2.0, 10.0)];

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence, enumerated: &Enumerated) {
    book.section("Input dimension: depth in one and two dimensions");
    gains(book, enumerated);
    book.section("Input dimension: correlations of architecture and loss");
    correlations(book, enumerated);
    book.section("Input dimension: dead units by shape");
    dead(book, evidence);
}

fn gains(book: &mut Book, enumerated: &Enumerated) {
    let (one, two) = (enumerated.of("quadratic", 1), enumerated.of("quadratic", 2));
    let interaction = enumerated.of("interaction", 2);
    let by_seed = |depth: usize| move |subject: &Subject, name: &str| gain_by_seed(subject, depth, name);
    for (depth, in_one, _) in GAINS {
        book.judge(
            format!("one input, x²: gain of depth {depth} over depth 1 (second table)"),
            format!("{in_one}×"),
            Rule::Single(Expected::Number(in_one)),
            over_losses(one, "best of depth 1 over best of this depth, per seed", by_seed(depth)),
        );
    }
    book.declare(
        "the gains of depths 3 and 4 in the two tables",
        "2.1×, 1.4× and 2.0×, 2.0×",
        Verdict::SelfContradictory,
        "the same experiment, two values for the same depth",
        None,
    );
    for (depth, _, in_two) in GAINS {
        let mut views = over_losses(two, "x1²+x2², best of depth 1 over best of this depth, per seed", by_seed(depth));
        views.extend(over_losses(interaction, "x1·x2, the same", by_seed(depth)));
        book.judge(
            format!("two inputs: gain of depth {depth} over depth 1"),
            format!("{in_two}×"),
            Rule::Single(Expected::Number(in_two)),
            views,
        );
    }
    selected_direction(
        book,
        "one input: depth 5 is better than depth 1 (selection-corrected)",
        "2.1× better",
        &[("", one, "quadratic")],
        5,
        true,
    );
    if let Some(subject) = one {
        let (is_luck, because) = luck(subject, 5, "uniform5", 2.1);
        book.or_luck(is_luck, because);
    }
    selected_direction(
        book,
        "two inputs: depth 5 is worse than depth 1 (selection-corrected)",
        "5× worse",
        &[("x1²+x2², ", two, "quadratic"), ("x1·x2, ", interaction, "interaction")],
        5,
        false,
    );
    let reversal = |name: &str, subject: Option<&Subject>, target: &str| {
        let estimate = |subject: Option<&Subject>, target: &str| {
            let rows = &subject?.summary.depths;
            let row = rows.iter().find(|row| row.depth == 5 && row.target == target)?;
            super::architecture::of_loss(&row.losses, name).ratio_to_depth1.selected.ci95
        };
        let (first, second) = (estimate(one, "quadratic"), estimate(subject, target));
        let parts = [first.is_some_and(|[low, _]| low > 1.0), second.is_some_and(|[_, high]| high < 1.0)];
        View::parts(
            format!("{name}, {target} in two dimensions: interval of depth 5 above 1 in 1-D, below 1 in 2-D"),
            &parts,
            "enumeration-1d, enumeration-2d: selected",
        )
    };
    book.judge(
        "the advantage of depth reverses between one and two inputs",
        "2.1× better → 5× worse",
        Rule::Parts,
        LOSSES
            .iter()
            .flat_map(|name| [reversal(name, two, "quadratic"), reversal(name, interaction, "interaction")])
            .collect(),
    );
    book.remark("uniform5 is mostly extrapolation; `normal` is the training distribution");
    book.declare(
        "what the interaction target showed",
        "lost in the text",
        Verdict::NotTestable,
        "the numbers are missing from the source; our gain of depth 5 on x1·x2 stands beside it",
        Some(View::new(
            "uniform5, best of depth 1 over best of depth 5, per seed",
            interaction.map(|subject| gain_by_seed(subject, 5, "uniform5")).unwrap_or_default(),
            "enumeration-2d: uniform5",
        )),
    );
}

/// A feature of a shape by its name in the paper.
fn feature(name: &str) -> fn(&[usize]) -> f64 {
    match name {
        "last width" => last_width,
        "first width" => |shape| shape.first().copied().unwrap_or(0) as f64,
        _ => bottleneck,
    }
}

/// Pearson's r of a feature and the loss, for every seed.
fn r_by_seed(subject: &Subject, name: &str, feature: fn(&[usize]) -> f64, log: bool) -> Sample {
    let value = |loss: f64| if log { loss.log10() } else { loss };
    subject.by_seed(|run| (feature(&run.shape), value(loss(run, name))), pearson)
}

fn correlations(book: &mut Book, enumerated: &Enumerated) {
    for (name, target, dim, r) in CORRELATIONS {
        let subject = enumerated.of(target, dim);
        let mut views = over_losses(subject, "r with log10 loss, all shapes, one seed each", |subject, loss| {
            r_by_seed(subject, loss, feature(name), true)
        });
        views.extend(over_losses(subject, "r with the loss itself, all shapes, one seed each", |subject, loss| {
            r_by_seed(subject, loss, feature(name), false)
        }));
        book.judge(
            format!("correlation of {name} with the loss, {target}, {dim} input{}", if dim == 1 { "" } else { "s" }),
            r.to_string(),
            Rule::Single(Expected::Number(r)),
            views,
        );
    }
    let one = enumerated.of("quadratic", 1);
    book.declare(
        "in one dimension, last width is the strongest predictor",
        "strongest",
        Verdict::SelfContradictory,
        "its own table has −0.483 for the bottleneck and −0.431 for the last width",
        None,
    );
    book.judge(
        "first width is irrelevant in one dimension (|r| at most 0.1)",
        "irrelevant",
        Rule::Aggregate(Statistic::Median, Expected::AtMost(0.1)),
        over_losses(one, "|r| with log10 loss, per seed", |subject, loss| {
            r_by_seed(subject, loss, feature("first width"), true).map(f64::abs)
        }),
    );
    let flips = |subject: &Subject, name: &str| {
        let first = r_by_seed(subject, name, feature("first width"), true).map(f64::abs);
        let last = r_by_seed(subject, name, feature("last width"), true).map(f64::abs);
        // Ranks of equal seeds are lost in samples; medians and intervals of the difference of sorted values would be
        // too narrow, so the comparison is of all pairs of seeds.
        let differences = first.values().iter().flat_map(|a| last.values().iter().map(move |b| a - b));
        Sample::new(differences.collect())
    };
    for (target, dim) in [("quadratic", 2), ("interaction", 2)] {
        book.judge(
            format!("with two inputs first width matters more than last width ({target})"),
            "importance flips",
            Rule::Positive,
            over_losses(enumerated.of(target, dim), "|r first| − |r last|, all pairs of seeds", flips),
        );
    }
}

fn dead(book: &mut Book, evidence: &Evidence) {
    let views = |shape: &str, target: &str, dim: usize| -> Vec<View> {
        let long = named_shapes::case_of(shape, target, dim, LONG);
        let mut views = vec![
            evidence.view("1000 samples, 3000 steps", "named-shapes", &long, "dead"),
            evidence.view("64 samples, 3000 steps", "named-shapes", &long, "dead of 64"),
        ];
        if (target, dim) == ("quadratic", 1) {
            let short = named_shapes::case_of(shape, target, dim, SHORT);
            views.push(evidence.view("1000 samples, 2000 steps", "named-shapes", &short, "dead"));
        }
        if dim == 2 {
            let other = named_shapes::case_of(shape, "quadratic", 2, LONG);
            views.push(evidence.view("1000 samples, 3000 steps, x1²+x2²", "named-shapes", &other, "dead"));
        }
        views
    };
    for (shape, in_one, in_two) in DEAD {
        book.judge(
            format!("dead units of [{shape}] on x²"),
            in_one.to_string(),
            Rule::Single(Expected::Number(in_one)),
            views(shape, "quadratic", 1),
        );
        book.judge(
            format!("dead units of [{shape}] on x1·x2"),
            in_two.to_string(),
            Rule::Single(Expected::Number(in_two)),
            views(shape, "interaction", 2),
        );
    }
    book.judge(
        "10 of 16 is 63 %",
        "0.63",
        Rule::Exact(0.63, 2),
        vec![View::exact("arithmetic", 10.0 / 16.0, "the paper's own numbers")],
    );
    let more = |shape: &str| {
        let (two, one) =
            (named_shapes::case_of(shape, "interaction", 2, LONG), named_shapes::case_of(shape, "quadratic", 1, LONG));
        evidence.paired(
            format!("[{shape}], dead with two inputs minus dead with one"),
            "named-shapes",
            (&two, "dead"),
            (&one, "dead"),
            |two, one| two - one,
        )
    };
    book.judge(
        "narrow layers are even more lethal with two inputs",
        "more dead units",
        Rule::Positive,
        vec![more("5,1,4,6"), more("5,7,4"), more("4,4,4,4")],
    );
}
