//! Section 7: activations, revival, effective width, layers, and how dead units are counted.

use crate::anatomy::activations::{self, normalised};
use crate::anatomy::effective_width::{self, pooled_case_of};
use crate::anatomy::gauge::{DEAD, DEAD_LINE, LOSSES, in_layer};
use crate::anatomy::revival::{self, ARMS, State, Weights, gain};
use crate::anatomy::setting::{LONG, SHORT};
use crate::anatomy::task::{TASKS, Task};
use crate::anatomy::{initial_death, layer_death, observation};
use crate::check::rule::{Expected, Rule, Statistic};
use crate::check::{Book, Evidence, View};

/// x² in one dimension, the target that the paper's text on dead units comes back to.
const SQUARE: Task = TASKS[2];
/// The paper's activations: name, normalised loss, gain over ReLU.
const ACTIVATIONS: [(&str, &str, f64, f64); 3] =
    [("leaky_relu:0.01", "LeakyReLU", 5.30e-4, 2.2), ("gelu", "GELU", 5.47e-4, 2.2), ("tanh", "tanh", 4.15e-4, 2.9)];
/// log10 of 1.1: losses within 10 % of each other match.
const WITHIN_TENTH: f64 = 0.041_392_685;

/// Steps after revival at which losses are compared.
const LAST_LOOK: u64 = revival::AFTER[revival::AFTER.len() - 1];

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Dead units: activations");
    compared(book, evidence);
    book.section("Dead units: how they are counted");
    counted(book, evidence);
    book.section("Dead units: revival");
    revived(book, evidence);
    book.section("Dead units: effective width");
    effective(book, evidence);
    book.section("Dead units: layers and cost");
    layers(book, evidence);
}

/// The tasks, the primary one first.
fn tasks() -> impl Iterator<Item = Task> {
    [SQUARE].into_iter().chain(TASKS.into_iter().filter(|task| *task != SQUARE))
}

/// A task in a few words.
fn words(task: Task) -> String {
    format!("{} in {}-D", task.target, task.input_dim)
}

fn compared(book: &mut Book, evidence: &Evidence) {
    let losses = |activation: &str| -> Vec<View> {
        tasks()
            .flat_map(|task| ["normal", "uniform3", "uniform5"].map(|loss| (task, loss)))
            .flat_map(|(task, loss)| [(task, loss, LONG), (task, loss, SHORT)])
            .map(|(task, loss, steps)| {
                evidence.view(
                    format!("{loss} over the variance of the target, {}, {steps} steps", words(task)),
                    "activations",
                    &activations::case_of(task, activation, steps),
                    &normalised(loss),
                )
            })
            .collect()
    };
    book.judge("normalised loss of ReLU", "1.19e-3", Rule::Single(Expected::Number(1.19e-3)), losses("relu"));
    book.remark("neither target nor normalisation survive in the text");
    for (name, words, loss, _) in ACTIVATIONS {
        book.judge(
            format!("normalised loss of {words}"),
            format!("{loss:.2e}"),
            Rule::Single(Expected::Number(loss)),
            losses(name),
        );
    }
    let ratios = |name: &str, log: bool| -> Vec<View> {
        tasks()
            .flat_map(|task| ["normal", "uniform3", "uniform5"].map(|loss| (task, loss)))
            .map(|(task, loss)| {
                let case = |activation: &str| activations::case_of(task, activation, LONG);
                evidence.paired(
                    format!(
                        "{loss}, {}, ReLU over this, paired by seed{}",
                        words(task),
                        if log { ", log10" } else { "" }
                    ),
                    "activations",
                    (&case("relu"), loss),
                    (&case(name), loss),
                    |relu, other| if log { (relu / other).log10() } else { relu / other },
                )
            })
            .collect()
    };
    for (name, words, _, times) in ACTIVATIONS {
        book.judge(
            format!("{words} against ReLU, one run each"),
            format!("{times}× better"),
            Rule::Single(Expected::Number(times)),
            ratios(name, false),
        );
        book.judge(
            format!("{words} beats ReLU (median over paired seeds)"),
            "better",
            Rule::Positive,
            ratios(name, true),
        );
    }
    let leaky = |task: Task| activations::case_of(task, "leaky_relu:0.01", LONG);
    let identical = |task: Task, other: &str, text: &str| {
        evidence.paired(
            format!("{text}, {}, on N(0,1), over the distance of two ReLU seeds", words(task)),
            "activations",
            (&leaky(task), &format!("distance to {other} normal")),
            (&leaky(task), "distance to next relu normal"),
            |near, far| near / far,
        )
    };
    book.judge(
        "LeakyReLU with slope 0.01 is functionally near-identical to ReLU (distance at most a tenth of that of two seeds)",
        "near-identical",
        Rule::Single(Expected::AtMost(0.1)),
        vec![
            identical(SQUARE, "relu", "same start, same data, each trained"),
            identical(SQUARE, "own weights under relu", "same weights, the slope taken away"),
            identical(TASKS[0], "relu", "same start, same data, each trained"),
            identical(TASKS[0], "own weights under relu", "same weights, the slope taken away"),
        ],
    );
}

fn counted(book: &mut Book, evidence: &Evidence) {
    let ratio = |shape: &str, task: Task, quantity: &str, text: &str| {
        evidence.view(
            format!("[{shape}], {}, {text}, networks with dead units", words(task)),
            "observation",
            &observation::case_of(shape, task, LONG),
            quantity,
        )
    };
    book.judge(
        "64 samples overestimate the number of dead units by ~40 % (ratio to 1000 samples)",
        "~1.4",
        Rule::Aggregate(Statistic::Mean, Expected::Number(1.4)),
        vec![
            ratio("16", SQUARE, observation::RATIO, "first 64 samples"),
            ratio("16", SQUARE, observation::RATIO_BATCHES, "mean over batches of 64"),
            ratio("5,7,4", SQUARE, observation::RATIO, "first 64 samples"),
            ratio("4,4,4,4", SQUARE, observation::RATIO, "first 64 samples"),
            ratio("5,7,4", TASKS[4], observation::RATIO, "first 64 samples"),
            ratio("16", TASKS[0], observation::RATIO, "first 64 samples"),
        ],
    );
    let exact = |shape: &str| {
        let case = observation::case_of(shape, SQUARE, LONG);
        evidence.paired(
            format!("[{shape}]: dead on 1000 samples minus dead on the whole line, exact"),
            "observation",
            (&case, DEAD),
            (&case, DEAD_LINE),
            |samples, line| samples - line,
        )
    };
    book.judge(
        "a unit that is off on 1000 samples is dead: no more of them than are dead on the whole line, exactly",
        "dead",
        Rule::Single(Expected::AtMost(0.0)),
        vec![exact("16"), exact("5,7,4"), exact("8,8")].into_iter().filter(|view| !view.sample.is_empty()).collect(),
    );
}

fn arm(weights: Weights, state: State) -> String {
    let weights =
        if weights == Weights::Drawn { "all weights drawn anew" } else { "incoming weights drawn anew, outgoing 0" };
    let state = match state {
        State::Kept => "optimiser state kept",
        State::Reset => "optimiser state of the unit reset",
        State::Fresh => "new optimiser",
    };
    format!("{weights}, {state}")
}

fn revived(book: &mut Book, evidence: &Evidence) {
    let arms = || ARMS.into_iter().filter(|(weights, _)| *weights != Weights::Control);
    let gains = |loss: &str, task: Task, start: u64| -> Vec<View> {
        arms()
            .map(|(weights, state)| {
                evidence.view(
                    format!("{loss}, {}, after {start} steps, {}", words(task), arm(weights, state)),
                    "revival",
                    &revival::case_of("16", task, start, (weights, state), LAST_LOOK),
                    &gain(loss),
                )
            })
            .collect()
    };
    let mut all = gains("normal", SQUARE, SHORT);
    all.extend(gains("uniform5", SQUARE, SHORT));
    all.extend(gains("normal", SQUARE, LONG));
    all.extend(tasks().skip(1).flat_map(|task| gains("normal", task, SHORT).into_iter().take(1)));
    book.judge(
        "improvement by revival over a control after 2000 further steps",
        "11–20 %",
        Rule::Single(Expected::Between(0.11, 0.20)),
        all.clone(),
    );
    book.judge("revival improves the loss (median over paired seeds)", "yes", Rule::Positive, all);
    let again = |after: u64, task: Task| -> Vec<View> {
        arms()
            .map(|(weights, state)| {
                evidence.view(
                    format!(
                        "share of revived units dead again after {after} steps, {}, {}",
                        words(task),
                        arm(weights, state)
                    ),
                    "revival",
                    &revival::case_of("16", task, SHORT, (weights, state), after),
                    revival::DEAD_AGAIN,
                )
            })
            .collect()
    };
    let mut deaths = again(LAST_LOOK, SQUARE);
    deaths.extend(again(LAST_LOOK, TASKS[0]));
    book.judge(
        "revived units die again within 2000 steps",
        "re-die",
        Rule::Single(Expected::AtLeast(0.95)),
        deaths.clone(),
    );
    book.judge(
        "most of the revived units die again (share above one half)",
        "temporary",
        Rule::Single(Expected::AtLeast(0.5)),
        deaths,
    );
    let killed = |target: &str| {
        let case = crate::anatomy::dynamics::case_of(target, "adam");
        evidence.paired(
            format!("dead after 3000 steps minus dead at the start, {target}"),
            "dynamics",
            (&case, "dead step=3000"),
            (&case, "dead step=0"),
            |end, start| end - start,
        )
    };
    book.judge(
        "training kills units; it is not an initialisation problem alone",
        "yes",
        Rule::Positive,
        vec![killed("quadratic"), killed("linear"), killed("absolute")],
    );
}

fn effective(book: &mut Book, evidence: &Evidence) {
    let case = |width: usize, task: Task, activation: &str| effective_width::case_of(width, task, activation, LONG);
    let log_ratio = |a: (usize, &str), b: (usize, &str)| -> Vec<View> {
        tasks()
            .flat_map(|task| ["normal", "uniform3", "uniform5"].map(|loss| (task, loss)))
            .map(|(task, loss)| {
                evidence.paired(
                    format!("log10 ratio, {loss}, {}", words(task)),
                    "effective-width",
                    (&case(a.0, task, a.1), loss),
                    (&case(b.0, task, b.1), loss),
                    |a, b| (a / b).log10(),
                )
            })
            .collect()
    };
    book.judge(
        "LeakyReLU-16 matches ReLU-20 (log10 of the ratio of losses within 10 %)",
        "matches",
        Rule::Aggregate(Statistic::Median, Expected::Between(-WITHIN_TENTH, WITHIN_TENTH)),
        log_ratio((16, "leaky_relu:0.01"), (20, "relu")),
    );
    let dead = |task: Task| {
        evidence.view(format!("1000 samples, {}", words(task)), "effective-width", &case(20, task, "relu"), DEAD)
    };
    book.judge("ReLU-20 has 5 dead units", "5", Rule::Single(Expected::Number(5.0)), tasks().map(dead).collect());
    book.judge(
        "ReLU-16 underperforms ReLU-12 (target lost)",
        "worse",
        Rule::Positive,
        log_ratio((16, "relu"), (12, "relu")),
    );
    let better = |task: Task, loss: &str| {
        let pooled = pooled_case_of(task, LONG);
        evidence.paired(
            format!("{loss}, {}: r² with log loss, effective minus nominal width, groups of seeds", words(task)),
            "effective-width",
            (&pooled, &effective_width::explained_by(loss, "effective")),
            (&pooled, &effective_width::explained_by(loss, "nominal")),
            |effective, nominal| effective - nominal,
        )
    };
    book.judge(
        "nominal minus dead is the relevant measure of capacity: it explains losses better than the nominal width",
        "yes",
        Rule::Positive,
        tasks().flat_map(|task| LOSSES.map(|loss| (task, loss))).map(|(task, loss)| better(task, loss)).collect(),
    );
    let correlation = |task: Task, loss: &str| {
        evidence.view(
            format!("{loss}, {}: rank correlation of loss and dead units at width 16, groups of seeds", words(task)),
            "effective-width",
            &case(16, task, "relu"),
            &effective_width::correlation_with_dead(loss),
        )
    };
    book.judge(
        "dead units cost capacity: at one width, networks with more of them have larger losses",
        "yes",
        Rule::Positive,
        tasks()
            .map(|task| correlation(task, "normal"))
            .chain(tasks().map(|task| correlation(task, "uniform5")))
            .collect(),
    );
}

fn layers(book: &mut Book, evidence: &Evidence) {
    let dead = |layer: usize| -> Vec<View> {
        tasks()
            .flat_map(|task| [(task, LONG), (task, SHORT)])
            .map(|(task, steps)| {
                evidence.view(
                    format!("1000 samples, {}, {steps} steps", words(task)),
                    "layer-death",
                    &layer_death::case_of(task, "relu", steps),
                    &in_layer(DEAD, layer),
                )
            })
            .collect()
    };
    book.judge("dead units in layer 1 of [8,8]", "0 of 8", Rule::Single(Expected::Number(0.0)), dead(1));
    book.judge("dead units in layer 2 of [8,8]", "3 of 8", Rule::Single(Expected::Number(3.0)), dead(2));
    let more = |task: Task| {
        let case = layer_death::case_of(task, "relu", LONG);
        evidence.paired(
            format!("dead in layer 2 minus dead in layer 1, {}", words(task)),
            "layer-death",
            (&case, &in_layer(DEAD, 2)),
            (&case, &in_layer(DEAD, 1)),
            |second, first| second - first,
        )
    };
    book.judge("layer 2 is more death-prone than layer 1", "yes", Rule::Positive, tasks().map(more).collect());
    let without = |task: Task| {
        evidence.view(
            format!("{}, networks without dead units in layer 1", words(task)),
            "layer-death",
            &layer_death::case_of(task, "relu", LONG),
            layer_death::WITHOUT_CASCADE,
        )
    };
    book.judge(
        "it is no cascade: layer 2 has dead units where layer 1 has none",
        "yes",
        Rule::Positive,
        tasks().map(without).collect(),
    );
    let at_start = |shape: &str| {
        let case = initial_death::case_of(shape, 1, "relu");
        evidence.paired(
            format!("[{shape}], one input: share of layer 2 minus share of layer 1, batches of 64 networks"),
            "initial-death",
            (&case, &initial_death::share("1000", 2)),
            (&case, &initial_death::share("1000", 1)),
            |second, first| second - first,
        )
    };
    book.judge(
        "layer 2 is intrinsically death-prone, before training: non-negative inputs make whole negative pre-activations",
        "intrinsic",
        Rule::Positive,
        vec![at_start("8,8"), at_start("5,7,4"), at_start("4,4,4,4")],
    );
    let theory =
        evidence.sample("initial-death", &initial_death::second_layer_case(8), &initial_death::probability("1000"));
    let seen =
        evidence.sample("initial-death", &initial_death::case_of("8,8", 1, "relu"), &initial_death::share("1000", 2));
    let first =
        evidence.sample("initial-death", &initial_death::first_layer_case(1), &initial_death::probability("1000"));
    let number = |value: Option<f64>| crate::check::rule::short(value.unwrap_or(f64::NAN));
    book.remark(format!(
        "theory: a unit of layer 2 above 8 units is dead on the samples with probability {}, simulated {}; one of layer 1 \
         with {}",
        number(theory.mean()),
        number(seen.mean()),
        number(first.mean())
    ));
    let cost = |shape: &str, layer: usize| {
        evidence.view(
            "count of parameters without effect",
            "layer-death",
            &layer_death::cost_case_of(shape),
            &in_layer(layer_death::WASTED, layer),
        )
    };
    book.judge(
        "parameters wasted by a dead unit in layer 2 of [8,8]",
        "10",
        Rule::Exact(10.0, 0),
        vec![cost("8,8", 2)],
    );
    book.judge("parameters wasted by a dead unit of a shallow network", "3", Rule::Exact(3.0, 0), vec![cost("16", 1)]);
}
