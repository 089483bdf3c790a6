//! Section 6, continued: the dimension sweep, the transition at 4d², predictors and the design rule.

use super::architecture::{bottleneck, over_losses};
use crate::anatomy::design_rule::{self, RULES};
use crate::anatomy::dimension::{self, Comparison, Matching, transition};
use crate::anatomy::enumerations::{Enumerated, LOSSES, Subject, loss};
use crate::check::rule::{Rule, short};
use crate::check::{Book, Evidence, Readings, Sample, Verdict, View};
use std::fmt::Write;

/// The budget of the paper.
const NEURONS: usize = 16;

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence, enumerated: &Enumerated) {
    let sweep = evidence.of(dimension::NAME);
    book.section("Input dimension: the sweep over d and N");
    transitions(book, &sweep);
    depth_in_dimensions(book, &sweep);
    book.section("Input dimension: predictors and the design rule");
    predictors(book, enumerated);
    design(book, enumerated);
}

/// log10 of depth 1 over the chosen deeper shape, seed by seed, as a view.
fn gain(sweep: &Readings, text: &str, comparison: &Comparison<'_>, name: &str) -> View {
    let sample = dimension::paired(sweep, comparison, name);
    let Comparison { d, target, neurons, .. } = comparison;
    View::new(text, sample, format!("dimension: d={d} target={target}, {neurons} neurons: {name}"))
}

fn transitions(book: &mut Book, sweep: &Readings) {
    book.declare(
        "ensure at least 4d² neurons before considering depth; the transition scales as 4d²",
        "N ≥ 4d²",
        Verdict::SelfContradictory,
        "for d = 2, 4d² is 16: exactly the budget with which the paper finds depth 5 five times worse",
        None,
    );
    let at = |target: &str, name: &str, matching: Matching, words: &str| {
        let mut text = format!("{name}, {target}, {words}:");
        let parts: Vec<bool> = (1..=4)
            .map(|d| {
                let found = transition(sweep, d, target, name, matching);
                let low = found.interval[0].map_or(f64::INFINITY, |n| n as f64);
                let high = found.interval[1].map_or(f64::INFINITY, |n| n as f64);
                let _ = write!(text, " d={d} {} to {},", short(low), short(high));
                let predicted = (4 * d * d) as f64;
                // Budgets below the smallest cannot be told apart from it.
                let predicted = predicted.max(dimension::BUDGETS[0] as f64);
                // An interval without an end says nothing of where depth begins to help.
                low <= predicted && predicted <= high && high.is_finite()
            })
            .collect();
        let measured = sweep.all_quantities().contains(name);
        View::parts(text.trim_end_matches(','), if measured { &parts } else { &[] }, "dimension: transition")
    };
    book.judge(
        "depth begins to help at N ~ 4d² (interval of the smallest budget, d = 1 to 4, that contains it)",
        "4, 16, 36, 64",
        Rule::Parts,
        vec![
            at("quadratic", "uniform5", Matching::Neurons, "equal neurons"),
            at("quadratic", "normal", Matching::Neurons, "equal neurons"),
            at("quadratic", "uniform3", Matching::Neurons, "equal neurons"),
            at("absolute", "normal", Matching::Neurons, "equal neurons"),
            at("quadratic", "normal", Matching::ParametersOfShallow, "equal parameters"),
        ],
    );
    book.remark("∞ stands for a budget above all that were trained");
}

fn depth_in_dimensions(book: &mut Book, sweep: &Readings) {
    let all = |d: usize, neurons: usize, depth: Option<usize>, matching: Matching| -> Vec<View> {
        ["quadratic", "interaction", "absolute"]
            .into_iter()
            .filter(|target| d > 1 || *target != "interaction")
            .flat_map(|target| LOSSES.map(|name| (target, name)))
            .map(|(target, name)| {
                let comparison = Comparison { d, target, neurons, depth, matching };
                gain(sweep, &format!("{name}, {target}, log10 of depth 1 over deep"), &comparison, name)
            })
            .filter(|view| !view.sample.is_empty())
            .collect()
    };
    let mut enter = |text: String, paper: &str, rule: Rule, views: Vec<View>| {
        if views.is_empty() {
            book.declare(text, paper, Verdict::NotTestable, "not measured in this run", None);
        } else {
            book.judge(text, paper, rule, views);
        }
    };
    enter(
        "one input, 16 neurons: depth helps (best of the family of deeper shapes, selection-corrected)".to_owned(),
        "better",
        Rule::Positive,
        all(1, NEURONS, None, Matching::Neurons),
    );
    for d in [2, 3, 4, 8] {
        enter(
            format!("{d} inputs, 16 neurons: depth hurts"),
            "worse",
            Rule::Negative,
            all(d, NEURONS, None, Matching::Neurons),
        );
    }
    for (d, neurons) in [(1, 64), (2, 64), (3, 64), (4, 64)] {
        enter(
            format!("depth is a luxury that requires scale: with {neurons} neurons and {d} inputs it helps"),
            "N ≫ d²",
            Rule::Positive,
            all(d, neurons, None, Matching::Neurons),
        );
    }
    enter(
        "its caveat: the gain of depth at 16 neurons is not one of parameters (one input, deep shapes with as many \
         parameters as [16])"
            .to_owned(),
        "open",
        Rule::Positive,
        all(1, NEURONS, None, Matching::ParametersOfShallow),
    );
    enter(
        "the same with a single layer as wide as the deep shape has parameters".to_owned(),
        "open",
        Rule::Positive,
        all(1, NEURONS, None, Matching::ParametersOfDeep),
    );
    book.declare(
        "what the dimension sweep confirmed",
        "lost in the text",
        Verdict::NotTestable,
        "the sentence is cut off in the source; the rows above are our sweep",
        None,
    );
}

fn predictors(book: &mut Book, enumerated: &Enumerated) {
    for (target, d) in [("quadratic", 1), ("quadratic", 2), ("interaction", 2)] {
        let Some(subject) = enumerated.of(target, d) else { continue };
        let scores = design_rule::readings(&subject.summary);
        let better = |a: &str, b: &str, name: &str| {
            let case = |rule: &str| design_rule::case_of(d, target, name, "all", rule);
            let (a_case, b_case) = (case(a), case(b));
            let quantity = "spearman of a fold";
            let sample = scores.paired((&a_case, quantity), (&b_case, quantity), |a, b| a.abs() - b.abs());
            let text = format!("{name}: rank correlation of {a} minus that of {b}, shapes unseen by the fit, by fold");
            View::new(text, sample, format!("{}: design rules", subject.folder))
        };
        let r2 = |rule: &str, name: &str| {
            scores.sample(&design_rule::case_of(d, target, name, "all", rule), "r2").median().unwrap_or(f64::NAN)
        };
        let inputs = if d == 1 { "one input" } else { "two inputs" };
        if d == 2 {
            book.judge(
                format!("{target}, {inputs}: input capture as a third factor predicts better than two factors"),
                "three factors",
                Rule::Positive,
                LOSSES.iter().map(|name| better("three-factors", "two-factors", name)).collect(),
            );
        }
        book.judge(
            format!("{target}, {inputs}: the product of factors predicts better than the bottleneck alone"),
            "product",
            Rule::Positive,
            LOSSES
                .iter()
                .map(|name| better(if d == 1 { "two-factors" } else { "three-factors" }, "bottleneck", name))
                .collect(),
        );
        let mut ranked: Vec<(f64, &str)> = RULES.iter().map(|rule| (r2(rule.name, "normal"), rule.name)).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        let list: Vec<String> = ranked.iter().take(4).map(|(r2, name)| format!("{name} {r2:.2}")).collect();
        let product = r2(if d == 1 { "two-factors" } else { "three-factors" }, "normal");
        book.remark(format!("cross-validated R² on `normal`: {}; the paper's product {product:.2}", list.join(", ")));
    }
}

fn design(book: &mut Book, enumerated: &Enumerated) {
    for (target, d) in [("quadratic", 1), ("quadratic", 2), ("interaction", 2)] {
        let obeys =
            move |shape: &[usize]| shape.first().is_some_and(|&first| first >= 2 * d) && bottleneck(shape) >= d as f64;
        let advantage = move |subject: &Subject, name: &str| {
            subject.by_seed(
                |run| (f64::from(u8::from(obeys(&run.shape))), loss(run, name).log10()),
                |is_good, losses| {
                    let part = |wanted: f64| {
                        let values = is_good.iter().zip(losses).filter(|(good, _)| **good == wanted);
                        Sample::new(values.map(|(_, loss)| *loss).collect()).median()
                    };
                    Some(part(0.0)? - part(1.0)?)
                },
            )
        };
        book.judge(
            format!(
                "design rule, {target}, {d} input{}: first width ≥ 2d and no layer below d gives smaller losses",
                if d == 1 { "" } else { "s" }
            ),
            "design rule",
            Rule::Positive,
            over_losses(
                enumerated.of(target, d),
                "median log10 loss of shapes that break it minus those that obey, per seed",
                advantage,
            ),
        );
    }
}
