//! Readings of activations, dead units and constructions.

use super::{ByExperiment, case_with, described, word};
use crate::anatomy::activations::{Activations, TargetRatios};
use crate::anatomy::construction::{Construction, Wish};
use crate::anatomy::dead::{Dead, DeadUnits};
use crate::anatomy::paper;
use crate::check::rows::{Cell, Row};
use crate::check::seed_summary::SeedSummary;
use crate::loss_view::LossView;
use relulab_study::check::{Readings, Sample};
use std::collections::BTreeMap;

/// The paper's five targets: dimension, name.
const TASKS: [(usize, &str); 5] =
    [(1, "linear"), (1, "absolute"), (1, "quadratic"), (2, "quadratic"), (2, "interaction")];
/// Losses by which activations are compared: far outside the training data, and under their distribution.
const VIEWS: [LossView; 2] = [LossView::Uniform5, LossView::Normal];
/// The activation that the others are compared with.
const REFERENCE: &str = "activation=relu";
/// Targets whose dead units are drawn: dimension and name.
const DEAD_TASKS: [(usize, &str); 2] = [(1, "quadratic"), (2, "interaction")];
/// Constructed functions that are drawn.
const AIMS: [&str; 6] = ["paper", "-2*x-1", "-2*x+1", "2*x-1", "0", "x^2"];
/// Most iterations drawn.
const MOST_ITERATIONS: usize = 12;

/// Factors by which activations beat ReLU.
pub fn activations(all: &ByExperiment) -> Option<Activations> {
    let readings = all.get("activations")?;
    let mut setting = String::new();
    let mut targets = Vec::new();
    for (d, target) in TASKS {
        let words = |activation: &str| {
            case_with(readings, &["shape=16", &format!("d={d}"), &format!("target={target}"), activation])
        };
        let Some(reference) = words(REFERENCE) else { continue };
        setting = format!("shape 16, {}", described(reference, &["steps"]));
        let rows = paper::ACTIVATIONS.iter().filter_map(|(name, factor)| {
            let case = words(&format!("activation={name}"))?;
            let ratio = |view: &LossView| {
                let loss = view.key();
                let ratios = readings.paired((reference, loss), (case, loss), |relu, other| relu / other);
                SeedSummary::with_interval(&ratios)
            };
            Some(((*name).to_owned(), VIEWS.iter().map(ratio).collect(), Some(*factor)))
        });
        targets.push(TargetRatios { target: format!("{target}, {d}-D"), activations: rows.collect() });
    }
    targets.retain(|target| !target.activations.is_empty());
    let losses = VIEWS.iter().map(|view| format!("loss {}", view.label())).collect();
    (!targets.is_empty()).then_some(Activations { losses, targets, setting })
}

/// Dead units of the shapes that the paper names, and of 8,8 by layer.
pub fn dead(all: &ByExperiment) -> Option<Dead> {
    let mut setting = String::new();
    let mut count = |experiment: &str, shape: &str, (d, target): (usize, &str), quantities: &[&str]| {
        let readings = all.get(experiment)?;
        let words = [format!("shape={shape}"), format!("d={d}"), format!("target={target}"), REFERENCE.to_owned()];
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        // Experiments with one activation do not name it.
        let case = case_with(readings, &words).or_else(|| case_with(readings, &words[..3]))?;
        setting = format!("on 1000 samples, {}", described(case, &["steps"]));
        quantities.iter().find_map(|quantity| SeedSummary::with_interval(&readings.sample(case, quantity)))
    };
    let by_shape = paper::DEAD.iter().map(|(shape, one, two)| {
        let cells = DEAD_TASKS.iter().zip([one, two]).map(|(task, paper)| Cell {
            ours: count("named-shapes", shape, *task, &["dead", "dead 1000"]),
            paper: Some(*paper),
        });
        Row { name: (*shape).to_owned(), cells: cells.collect() }
    });
    let by_shape: Vec<Row> = by_shape.collect();
    let by_layer = paper::DEAD_BY_LAYER.iter().enumerate().map(|(place, paper)| {
        let quantity = format!("dead 1000 layer={}", place + 1);
        // The paper's counts by layer are of one dimension.
        let cells = DEAD_TASKS.iter().map(|task| Cell {
            ours: count("layer-death", "8,8", *task, &[&quantity]),
            paper: (task.0 == 1).then_some(*paper),
        });
        Row { name: format!("layer {}", place + 1), cells: cells.collect() }
    });
    let by_layer: Vec<Row> = by_layer.collect();
    let panels = [("By shape, of 16 units", by_shape), ("By layer of 8,8", by_layer)];
    let panels = panels.map(|(heading, rows)| DeadUnits { heading: heading.to_owned(), rows });
    let is_measured = |panel: &DeadUnits| panel.rows.iter().any(|row| row.cells.iter().any(|cell| cell.ours.is_some()));
    let counts: Vec<DeadUnits> = panels.into_iter().filter(is_measured).collect();
    let targets = DEAD_TASKS.iter().map(|(d, target)| format!("{target}, {d}-D")).collect();
    (!counts.is_empty()).then_some(Dead { targets, counts, setting })
}

/// Coefficient errors of targeted construction, undamped and damped, and of the naive step.
pub fn construction(all: &ByExperiment) -> Option<Construction> {
    let readings = all.get("construction")?;
    let mut setting = String::new();
    let mut wishes = Vec::new();
    for aim in AIMS {
        let words = |method: &str| case_with(readings, &["start=16", "points=samples", &format!("aim={aim}"), method]);
        let mut methods = Vec::new();
        let mut before = None;
        for (name, method) in [("targeted", "damping=none"), ("targeted, damped", "damping=halving")] {
            let Some(case) = words(method) else { continue };
            setting =
                format!("trained networks of shape {}", described(case, &["start", "steps"]).replace("start ", ""));
            let points = iterations(readings, case);
            before = before.or(points.first().copied());
            methods.push((name.to_owned(), points));
        }
        for precision in ["f32", "f64"] {
            let Some(case) = case_with_cut(readings, aim, precision) else { continue };
            let step = SeedSummary::of(&readings.sample(case, "coefficient error")).map(|error| (1.0, error));
            methods.push((format!("naive, {precision}"), before.into_iter().chain(step).collect()));
        }
        methods.retain(|(_, points): &(_, Vec<_>)| !points.is_empty());
        if !methods.is_empty() {
            let formula = aim.replace('*', "").replace("^2", "²").replace('-', "−");
            let target = if aim == "paper" { "2.1x+1.05 (the paper's small change)".to_owned() } else { formula };
            wishes.push(Wish { target, methods });
        }
    }
    (!wishes.is_empty()).then_some(Construction { wishes, setting })
}

/// The naive step that drops almost no singular value, as the paper's does.
fn case_with_cut<'a>(readings: &'a Readings, aim: &str, precision: &str) -> Option<&'a str> {
    let words = ["start=16", "points=samples", &format!("aim={aim}"), &format!("naive={precision}"), "cut=tiny"];
    let case = case_with(readings, &words)?;
    word(case, "naive").map(|_| case)
}

/// Errors after every iteration; a construction that has ended keeps its last error, so that no median is one of the
/// slow ones alone.
fn iterations(readings: &Readings, case: &str) -> Vec<(f64, SeedSummary)> {
    let mut now: BTreeMap<u64, f64> = BTreeMap::new();
    let mut points = Vec::new();
    let mut last = 0;
    for iteration in 0..=MOST_ITERATIONS {
        let before = now.len();
        let mut n = 0;
        for (seed, error) in readings.values(case, &format!("coefficient error after {iteration}")) {
            now.insert(seed, error);
            n += 1;
        }
        if n > 0 {
            last = iteration;
        }
        if before + n > 0 {
            let errors = Sample::new(now.values().copied().collect());
            points.extend(SeedSummary::of(&errors).map(|error| (iteration as f64, error)));
        }
    }
    points.retain(|(iteration, _)| *iteration <= last as f64);
    points
}
