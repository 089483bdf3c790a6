//! Experiments against naive recomputation, and claims in both directions.

use super::cell::{BEST, Cell, EPOCHS, LAST, PARTS, census, score};
use super::grid::Success;
use super::task::Task;
use super::way::Way;
use super::{ARCHITECTURES, EVERY, baselines, claims, efficiency, experiments, moons, weights};
use crate::anatomy::testing::context_of;
use crate::check::{Claim, Context, Evidence, Experiment, Readings, Scale, Verdict};
use relulab_net::{Activation, Network, Shape, moons as moons_split, reference};
use relulab_train::{Unobserved, VectorUnit, train};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;

fn noted(architecture: &str, variant: &str, [width, depth]: [usize; 2], unit: VectorUnit, counted: &[u64]) -> Readings {
    let cancel = AtomicBool::new(false);
    let context = Context { scale: Scale::Quick, study_seed: 0, unit, cancel: &cancel };
    let (task, way) = (Task::named("moons").unwrap(), Way::named(architecture, variant).unwrap());
    let mut readings = Readings::default();
    Cell { task: &task, way: &way, width, depth }.note("case", 2, counted, &context, &mut readings).unwrap();
    readings
}

fn one(readings: &Readings, seed: u64, quantity: &str) -> f64 {
    readings.values("case", quantity).find(|(one, _)| *one == seed).unwrap().1
}

/// Accuracy and mean cross-entropy, point by point.
fn naive_score(network: &Network, data: &relulab_net::Dataset) -> [f64; 2] {
    let (mut right, mut loss) = (0.0, 0.0);
    for (x, y) in data.rows() {
        let output = reference::forward(network, x)[0];
        let sign = 2.0 * y[0] - 1.0;
        // ln(1 + e^−so) loses nothing where o is far from 0.
        loss += (-sign * output).max(0.0) + (-output.abs()).exp().ln_1p();
        right += f64::from(u8::from((output > 0.0) == (y[0] == 1.0)));
    }
    [right / data.n_points() as f64, loss / data.n_points() as f64]
}

#[test]
fn readings_of_a_cell_are_those_of_a_naive_look() {
    let split = moons_split().unwrap();
    let shape = Shape::new(2, vec![3; 4], 1).unwrap();
    for architecture in ARCHITECTURES {
        let readings = noted(architecture, "both", [3, 4], VectorUnit::widest(), &[EVERY]);
        let way = Way::named(architecture, "both").unwrap();
        let mut recipe = way.recipe(&Task::named("moons").unwrap(), EPOCHS);
        recipe.checkpoints = (0..=EPOCHS / EVERY).map(|look| look * EVERY).collect();
        for trained in train(&recipe, &shape, 0, &[0, 1], VectorUnit::widest(), &Unobserved).unwrap() {
            let unrolled: Vec<_> = trained
                .checkpoints
                .iter()
                .map(|(_, parameters)| way.regime.unroll(&shape, Activation::Relu, parameters, &[]).unwrap())
                .collect();
            assert_eq!(unrolled.len(), 201);
            for (part, data) in [&split.train, &split.validation].into_iter().enumerate() {
                let scores: Vec<[f64; 2]> = unrolled.iter().map(|one| naive_score(&one.network, data)).collect();
                let last = scores[scores.len() - 1];
                let best = scores.iter().map(|score| score[0]).fold(0.0, f64::max);
                let least = scores.iter().map(|score| score[1]).fold(f64::INFINITY, f64::min);
                let first = scores.iter().position(|score| score[0] == best).unwrap() as f64 * EVERY as f64;
                let of = |quantity: &str| one(&readings, trained.seed, &score(part, quantity));
                assert_eq!((of(LAST), of(BEST)), (last[0], best));
                assert_eq!(of("epoch of best accuracy"), first);
                assert!((of("loss last") - last[1]).abs() < 1e-9 * last[1].max(1.0));
                assert!((of("loss best") - least).abs() < 1e-9);
            }
            for (when, place) in [("start", 0), ("epoch=25", 1), ("end", 200)] {
                let layers = unrolled[place].census(split.train.inputs());
                let dead: f64 = layers.iter().map(|layer| layer.dead_units as f64 / 3.0).sum();
                let linear: f64 = layers.iter().map(|layer| layer.linear_points as f64 / 85.0).sum();
                let of = |status, of| one(&readings, trained.seed, &census(status, of, when));
                assert!((of("dead", "units") - dead / 4.0).abs() < 1e-12);
                assert!((of("linear", "points") - linear / 4.0).abs() < 1e-12);
                let gone = layers.iter().filter(|layer| layer.dead_units == 3).count() as f64;
                assert_eq!(of("dead", "layers"), gone);
            }
        }
    }
}

#[test]
fn readings_do_not_depend_on_the_vector_unit() {
    let of = |unit| noted("dense", "units", [2, 3], unit, &[]);
    assert_eq!(of(VectorUnit::widest()), of(VectorUnit::Portable));
}

#[test]
fn a_network_that_diverges_names_one_class() {
    // Residual connections double activations at each of 150 layers.
    let readings = noted("dense", "residual", [10, 150], VectorUnit::widest(), &[]);
    for seed in 0..2 {
        assert_eq!(one(&readings, seed, "diverged"), 1.0);
        assert_eq!(one(&readings, seed, &score(0, LAST)), 41.0 / 85.0);
        assert!(one(&readings, seed, &score(0, "loss last")).is_nan());
        assert!(one(&readings, seed, &score(0, BEST)) >= 41.0 / 85.0);
    }
}

#[test]
fn experiments_agree_where_they_overlap() {
    let [_, cell] = weights::CELLS;
    let penalised =
        weights::case_of(cell, "sum_of_squares", weights::PUBLISHED_POWER, weights::MARGINS[0], weights::TIES[0]);
    let by_weight = context_of(Scale::Quick, |context| weights::Weights.run(&penalised, context)).unwrap();
    let case = moons::case_of("dense", "both", cell[0], cell[1]);
    let by_cell = context_of(Scale::Quick, |context| moons::Moons::PUBLISHED.run(&case, context)).unwrap();
    for quantity in by_weight.quantities(&penalised) {
        let ours = format!("{:?}", by_weight.values(&penalised, quantity).collect::<Vec<_>>());
        assert_eq!(ours, format!("{:?}", by_cell.values(&case, quantity).collect::<Vec<_>>()), "{quantity}");
    }
    // The followed cell has readings of epochs besides.
    assert!(by_cell.len() > by_weight.len());
}

#[test]
fn jobs_are_distinct_and_cost_something() {
    for scale in [Scale::Quick, Scale::Full] {
        for experiment in experiments() {
            let jobs = experiment.jobs(scale);
            assert_eq!(jobs.iter().collect::<BTreeSet<_>>().len(), jobs.len());
            assert!(!jobs.is_empty() && jobs.iter().all(|job| experiment.seconds(job, scale) > 0.0));
        }
    }
    let cells = moons::Moons::PUBLISHED.jobs(Scale::Full).len();
    assert_eq!(cells, 2 * 2 * 9 * 24);
    assert!(moons::FOLLOWED_AT.iter().all(|epoch| epoch % EVERY == 0));
}

/// Readings of the study of MOONS in which each way to train learns up to a depth and no further.
fn study(largest: impl Fn(&str, usize) -> usize) -> Evidence {
    let mut readings: BTreeMap<String, Readings> = BTreeMap::new();
    let mut fill = |experiment: &str, variant: &str, architecture: &str| {
        for width in [3, 25] {
            for depth in moons::DEPTHS {
                let case = moons::case_of(architecture, variant, width, depth);
                let accuracy = if depth <= largest(variant, width) { 1.0 } else { 0.5 };
                for (part, seed) in (0..PARTS.len()).flat_map(|part| (0..5).map(move |seed| (part, seed))) {
                    let readings = readings.entry(experiment.to_owned()).or_default();
                    readings.push(&case, seed, &score(part, BEST), accuracy);
                    readings.push(&case, seed, &score(part, LAST), accuracy);
                    let nonlinear = largest(variant, width) as f64 / 200.0;
                    readings.push(&case, seed, &census("nonlinear", "units", "end"), nonlinear - 0.01 * seed as f64);
                    readings.push(&case, seed, &census("dead", "layers", "start"), f64::from(u8::from(depth > 100)));
                }
            }
        }
    };
    for architecture in ARCHITECTURES {
        moons::PUBLISHED.iter().for_each(|variant| fill("moons", variant, architecture));
        moons::SINGLE_AXES.iter().for_each(|variant| fill("axes", variant, architecture));
    }
    baselines::VARIANTS.iter().for_each(|variant| fill("baselines", variant, ARCHITECTURES[0]));
    let gains = readings.entry("efficiency".to_owned()).or_default();
    for [deep, shallow] in efficiency::PAIRS {
        for (seed, task) in efficiency::TASKS.into_iter().flat_map(|task| (0..5).map(move |seed| (seed, task))) {
            let part = usize::from(task != "random");
            for (shape, accuracy) in [(deep, largest("both", 3) as f64), (shallow, largest("baseline", 3) as f64)] {
                let case = efficiency::case_of(task, "both", shape);
                gains.push(&case, seed, &score(part, BEST), (accuracy - 0.1 * seed as f64 * accuracy) / 200.0);
                gains.push(&case, seed, &score(part, LAST), accuracy / 200.0);
            }
        }
    }
    Evidence { readings }
}

fn verdict(claims: &[Claim], text: &str) -> Verdict {
    let found: Vec<&Claim> = claims.iter().filter(|claim| claim.text.starts_with(text)).collect();
    let [claim] = found[..] else { panic!("{} claims begin with {text}", found.len()) };
    claim.verdict
}

#[test]
fn what_the_paper_says_is_reproduced_where_it_holds() {
    let claims = claims(&study(|variant, width| match (variant, width) {
        ("both" | "units", 3) => 60,
        ("both" | "units", _) => 100,
        (_, 3) => 10,
        _ => 30,
    }));
    for text in [
        "width 3: the baseline trains",
        "width 3: jumpstart trains up",
        "width 25: the baseline trains",
        "width 25: jumpstart trains up",
        "width 3: jumpstart trains so many",
        "approximately 5-fold increase in trainable depth (mean of the two",
        "if a layer dies",
        "dense: jumpstart trains deeper than the baseline, by validation accuracy of the best",
        "convolution: the penalty on units and points trains deeper than that on points",
        "convolution: with jumpstart more units are nonlinear",
        "jumpstart trains deeper than batch norm, at the best",
        "20×8 does better",
        "20×8 has as many units",
    ] {
        assert_eq!(verdict(&claims, text), Verdict::Reproduced, "{text}");
    }
    // Of equals none is deeper.
    for text in [
        "dense: the penalty on units and points trains deeper than that on units",
        "jumpstart with residual connections trains deeper than jumpstart alone, at the last",
    ] {
        assert_eq!(verdict(&claims, text), Verdict::NotReproduced, "{text}");
    }
    let count = |verdict| claims.iter().filter(|claim| claim.verdict == verdict).count();
    assert_eq!(count(Verdict::SelfContradictory), 3);
}

#[test]
fn what_the_paper_says_is_refused_where_it_fails() {
    let claims = claims(&study(|variant, _| if variant == "both" { 20 } else { 80 }));
    for text in [
        "width 3: the baseline trains",
        "width 25: jumpstart trains so many",
        "approximately 5-fold increase in trainable depth (mean of all",
        "jumpstart reverses it",
        "dense: jumpstart trains deeper than the baseline, by training accuracy of the last",
        "dense: with jumpstart more units are nonlinear",
        "jumpstart trains deeper than residual connections, at the last",
        "20×8 does better",
    ] {
        assert_eq!(verdict(&claims, text), Verdict::NotReproduced, "{text}");
    }
    // The baseline alone reaches what is claimed for jumpstart.
    assert_eq!(verdict(&claims, "width 3: jumpstart trains up"), Verdict::Luck);
    assert_eq!(verdict(&claims, "width 25: jumpstart trains up"), Verdict::NotReproduced);
    assert_eq!(Success::PAPER.words(), "training accuracy of the best epoch at least 0.75");
}

#[test]
fn without_readings_nothing_is_judged_but_arithmetic() {
    let claims = claims(&Evidence::default());
    let judged: Vec<&Claim> = claims.iter().filter(|claim| claim.verdict != Verdict::NotTestable).collect();
    assert_eq!(judged.len(), 4, "{judged:?}");
    let names: BTreeSet<&str> = claims.iter().map(|claim| claim.text.as_str()).collect();
    assert_eq!(names.len(), claims.len());
}
