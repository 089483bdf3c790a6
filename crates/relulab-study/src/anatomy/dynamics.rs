//! Training dynamics: spectra, losses, distances and movement along the way, and stop rules, over many seeds.

use super::case;
use super::setting::{LONG, Setting};
use super::vector::norm;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use crate::trace::{CheckpointRow, Collapse, SteepCount, StopRule, TraceMeasurer};
use relulab_curvature::Thresholds;
use relulab_landscape::unit_movement;
use relulab_net::{EvaluationSet, Loss, Shape};
use relulab_train::{Networks, Optimiser, Trained};
use std::collections::BTreeMap;

/// Checkpoints at which everything is measured; the paper's own seven are among them.
pub const CHECKPOINTS: [u64; 14] = [0, 10, 25, 50, 75, 100, 150, 200, 300, 500, 1000, 1500, 2000, 3000];
/// Steps between two looks at the steep count and the loss.
pub const LOOK_EVERY: u64 = 25;
/// From here on the movement of dead units is followed.
const DEAD_FROM: u64 = 500;
/// The grid that fits the losses of the paper's table best.
const HALF_RANGE: f64 = 4.0;
/// Optimisers compared.
pub const OPTIMISERS: [&str; 3] = ["adam", "sgd", "momentum"];

/// The experiment.
pub struct Dynamics;

/// The case of a target and an optimiser.
pub fn case_of(target: &str, optimiser: &str) -> String {
    format!("shape=16 target={target} optimiser={optimiser} steps={LONG}")
}

/// The update rule of a name; both kinds of gradient descent at Adam's step size.
fn optimiser(name: &str) -> Optimiser {
    match name {
        "sgd" => Optimiser::Sgd { learning_rate: 0.01, momentum: 0.0 },
        "momentum" => Optimiser::Sgd { learning_rate: 0.01, momentum: 0.9 },
        _ => Optimiser::adam(0.01),
    }
}

impl Experiment for Dynamics {
    fn name(&self) -> &'static str {
        "dynamics"
    }

    fn question(&self) -> &'static str {
        "When does the spectrum of 1→16→1 collapse, what happens afterwards, and what would stopping there cost?"
    }

    fn jobs(&self, _scale: Scale) -> Vec<String> {
        let others = ["absolute", "quadratic"].map(|target| case_of(target, OPTIMISERS[0]));
        OPTIMISERS.iter().map(|optimiser| case_of("linear", optimiser)).chain(others).collect()
    }

    fn seconds(&self, _job: &str, scale: Scale) -> f64 {
        scale.pick(0.5, 5.0)
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let (target, name): (String, String) = (case::setting(job, "target")?, case::setting(job, "optimiser")?);
        let mut setting = Setting::of(&target, 1, LONG)?;
        setting.optimiser = optimiser(&name);
        setting.checkpoints = (0..=LONG).filter(|step| step % LOOK_EVERY == 0 || CHECKPOINTS.contains(step)).collect();
        let shape = setting.shape("16")?;
        let trained = setting.train(&shape, context.scale.pick(16, 128), context)?;
        let measurer =
            TraceMeasurer::new(&shape, setting.activation, &setting.target, Thresholds::default(), context.unit)
                .map_err(CheckError::because)?;
        let wide = EvaluationSet::uniform(-HALF_RANGE, HALF_RANGE, 1).map_err(CheckError::because)?;
        let labels: Vec<f64> = wide.rows().map(|x| setting.target.eval(x)).collect();
        let mut readings = Readings::default();
        for one in trained.iter().filter(|one| one.parameters.iter().all(|value| value.is_finite())) {
            let mut note = |quantity: &str, value: f64| readings.push(job, one.seed, quantity, value);
            let kept: Vec<(u64, Vec<f64>)> =
                one.checkpoints.iter().filter(|(step, _)| CHECKPOINTS.contains(step)).cloned().collect();
            let rows = measurer.measure(one.seed, &kept).map_err(CheckError::because)?;
            note_rows(&rows, &mut note);
            let parameters: Vec<&[f64]> = kept.iter().map(|(_, parameters)| parameters.as_slice()).collect();
            let networks = Networks { shape: &shape, activation: setting.activation, parameters: &parameters };
            let uniform4 = networks.mean_losses(Loss::Mse, wide.points(), &labels, context.unit);
            for ((step, _), loss) in kept.iter().zip(uniform4) {
                note(&format!("uniform4 step={step}"), loss);
            }
            note_looks(one, &measurer, &mut note)?;
            note_dead_units(one, &setting, &shape, &mut note)?;
            context.unless_cancelled(())?;
        }
        Ok(readings)
    }
}

/// Tiers, losses, distances and movement at the checkpoints.
fn note_rows(rows: &[CheckpointRow], note: &mut dyn FnMut(&str, f64)) {
    let number = |value: Option<f64>| value.unwrap_or(f64::INFINITY);
    let first_error = rows.first().map_or(f64::NAN, |row| number(row.function_error));
    let first_distance = rows.first().map_or(f64::NAN, |row| number(row.distance));
    for row in rows {
        let step = row.step;
        for (matrix, tiers) in [("hessian", row.hessian), ("gauss-newton", row.gauss_newton)] {
            for (tier, count) in ["steep", "moderate", "weak", "zero"].iter().zip(tiers.counts()) {
                note(&format!("{matrix} {tier} step={step}"), f64::from(count));
            }
        }
        note(&format!("uniform5 step={step}"), number(row.uniform5));
        note(&format!("uniform3 step={step}"), number(row.uniform3));
        note(&format!("normal step={step}"), number(row.normal));
        note(&format!("function error step={step}"), number(row.function_error));
        note(&format!("weight distance step={step}"), number(row.distance));
        note(&format!("gradient norm step={step}"), number(row.gradient_norm));
        note(&format!("dead step={step}"), f64::from(row.dead));
        let (error, distance) = (number(row.function_error) / first_error, number(row.distance) / first_distance);
        note(&format!("remaining distance over remaining error step={step}"), distance / error);
        if let Some(movement) = &row.movement
            && let Some(shares) = movement.shares()
        {
            for ((tier, share), dimension) in
                ["steep", "moderate", "weak", "zero"].iter().zip(shares).zip(movement.dimensions)
            {
                note(&format!("movement share tier={tier} from={step}"), share);
                note(&format!("dimension tier={tier} from={step}"), f64::from(dimension));
            }
            note(&format!("movement length from={step}"), movement.squared_length.sqrt());
        }
    }
}

/// The collapse of the steep tier, and where the two stop rules would have ended training.
fn note_looks(one: &Trained, measurer: &TraceMeasurer, note: &mut dyn FnMut(&str, f64)) -> Result<(), CheckError> {
    let looks: Vec<&(u64, Vec<f64>)> = one.checkpoints.iter().filter(|(step, _)| step % LOOK_EVERY == 0).collect();
    let parameters: Vec<&[f64]> = looks.iter().map(|(_, parameters)| parameters.as_slice()).collect();
    let steep = measurer.steep_counts(&parameters).map_err(CheckError::because)?;
    let losses = measurer.losses(&parameters);
    let counts: Vec<SteepCount> =
        looks.iter().zip(&steep).map(|((step, _), &steep)| SteepCount { step: *step, steep }).collect();
    if let Some(collapse) = Collapse::of(&counts) {
        note("collapse from", f64::from(collapse.from));
        note("collapse to", f64::from(collapse.to));
        note("collapse step", collapse.step as f64);
        if let Some(width) = collapse.width {
            note("collapse width", width as f64);
        }
    }
    let values = |get: &dyn Fn(usize) -> f64| -> Vec<f64> { (0..looks.len()).map(get).collect() };
    let normal = |place: usize| losses[place].normal.unwrap_or(f64::INFINITY);
    let uniform5 = |place: usize| losses[place].uniform5.unwrap_or(f64::INFINITY);
    let last = looks.len() - 1;
    for (rule, series) in
        [(StopRule::SPECTRUM, values(&|place| f64::from(steep[place]))), (StopRule::LOSS, values(&normal))]
    {
        let name = rule.name();
        let stop = rule.first_stop(&series).unwrap_or(last);
        note(&format!("stop={name} step"), looks[stop].0 as f64);
        note(&format!("stop={name} share of training saved"), 1.0 - looks[stop].0 as f64 / looks[last].0 as f64);
        note(&format!("stop={name} log10 ratio of normal"), (normal(stop) / normal(last)).log10());
        note(&format!("stop={name} log10 ratio of uniform5"), (uniform5(stop) / uniform5(last)).log10());
    }
    Ok(())
}

/// How far the incoming parameters of units move that are dead on the samples from step 500 to the end.
fn note_dead_units(
    one: &Trained,
    setting: &Setting,
    shape: &Shape,
    note: &mut dyn FnMut(&str, f64),
) -> Result<(), CheckError> {
    let later: BTreeMap<u64, &Vec<f64>> = one
        .checkpoints
        .iter()
        .filter(|(step, _)| *step >= DEAD_FROM)
        .map(|(step, parameters)| (*step, parameters))
        .collect();
    let (inputs, _) = setting.samples()?;
    let is_dead = |parameters: &[f64], unit: usize| {
        let layer = shape.layers().next();
        let at = |x: f64| {
            layer
                .iter()
                .any(|layer| parameters[layer.weights.start + unit] * x + parameters[layer.biases.start + unit] > 0.0)
        };
        !inputs.iter().any(|&x| at(x))
    };
    let width = shape.hidden().first().copied().unwrap_or(0);
    let dead: Vec<usize> =
        (0..width).filter(|&unit| later.values().all(|parameters| is_dead(parameters, unit))).collect();
    note("units dead from step 500 to the end", dead.len() as f64);
    let Some(first) = later.get(&DEAD_FROM).and_then(|parameters| setting.network(shape, parameters)) else {
        return Ok(());
    };
    for (step, parameters) in later.iter().filter(|(step, _)| CHECKPOINTS.contains(step) && **step > DEAD_FROM) {
        let Some(there) = setting.network(shape, parameters) else { continue };
        let moved = unit_movement(&first, &there).map_err(CheckError::because)?;
        let displacement: Vec<f64> = dead.iter().map(|&unit| moved[0][unit].incoming.sqrt()).collect();
        if !dead.is_empty() {
            let mean = displacement.iter().sum::<f64>() / dead.len() as f64;
            note(&format!("displacement of dead units step={step}"), mean);
            note(&format!("relative displacement of dead units step={step}"), mean / norm(first.parameters()));
        }
    }
    Ok(())
}
