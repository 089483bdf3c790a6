//! How likely a unit is dead before training, by simulation and beside it by theory.

use super::case;
use super::death_theory::{self, Where};
use super::line_death::dead_on_line;
use super::setting::Setting;
use super::snapshot::{Snapshot, count_by_layer};
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use crate::statistics::CounterRng;
use relulab_net::conventions::{OBSERVATION_SAMPLES, SMALL_OBSERVATION_SAMPLES};
use relulab_net::{Activation, Network};
use relulab_regions::line::{LineDomain, Workspace};

/// The shapes simulated, each with these numbers of inputs.
pub const SHAPES: [(&str, &[usize]); 6] = [
    ("16", &[1, 2, 4]),
    ("8,8", &[1, 2]),
    ("5,7,4", &[1, 2]),
    ("4,4,4,4", &[1, 2]),
    ("5,1,4,6", &[1, 2]),
    ("1,1,1,1", &[1]),
];
/// Widths of the first layer for which the second layer's probability is integrated.
pub const WIDTHS_BELOW: [usize; 6] = [1, 2, 4, 5, 8, 16];
/// Networks whose shares make one reading.
pub const BATCH: usize = 64;
/// Names the random stream of the integration.
const INTEGRATION_STREAM: u64 = 0x0069_6e69_7469_616c;

/// The experiment.
pub struct InitialDeath;

/// The case of simulated networks; its seeds are batches of [`BATCH`] networks.
pub fn case_of(shape: &str, input_dim: usize, activation: &str) -> String {
    format!("shape={shape} d={input_dim} activation={activation} steps=0")
}

/// The case of the theory of the first layer: one reading each, seed 0.
pub fn first_layer_case(input_dim: usize) -> String {
    format!("theory layer=1 d={input_dim}")
}

/// The case of the theory of the second layer above so many ReLU units with one input; seeds are batches of draws.
pub fn second_layer_case(width_below: usize) -> String {
    format!("theory layer=2 below={width_below} d=1")
}

/// Share of the units of a layer (from 1) that are dead on `64` or `1000` samples, or on the whole `line`.
pub fn share(place: &str, layer: usize) -> String {
    format!("dead share {place} layer={layer}")
}

/// The probability that a unit is dead at a place, by theory: on the samples of the simulation where they are named.
pub fn probability(place: &str) -> String {
    format!("probability {place}")
}

impl Experiment for InitialDeath {
    fn name(&self) -> &'static str {
        "initial-death"
    }

    fn question(&self) -> &'static str {
        "How likely is a unit dead before the first step, by layer and shape, and does theory say the same?"
    }

    fn jobs(&self, _scale: Scale) -> Vec<String> {
        let simulated = SHAPES.iter().flat_map(|(shape, dims)| dims.iter().map(|&d| case_of(shape, d, "relu")));
        let leaky = [1, 2].map(|d| case_of("8,8", d, "leaky_relu:0.01"));
        let first = [1, 2, 4].map(first_layer_case);
        simulated.chain(leaky).chain(first).chain(WIDTHS_BELOW.map(second_layer_case)).collect()
    }

    fn seconds(&self, _job: &str, scale: Scale) -> f64 {
        scale.pick(0.1, 1.0)
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let mut readings = Readings::default();
        let d: usize = case::setting(job, "d")?;
        match case::setting::<usize>(job, "layer") {
            Ok(1) => note_first_layer(job, d, &mut readings)?,
            Ok(_) => note_second_layer(job, case::setting(job, "below")?, context, &mut readings)?,
            Err(_) => simulate(job, d, context, &mut readings)?,
        }
        context.unless_cancelled(readings)
    }
}

/// The setting whose initialisation is drawn; what it would learn does not matter.
fn setting_of(d: usize, activation: &str) -> Result<Setting, CheckError> {
    let mut setting = Setting::of("quadratic", d, 1)?;
    setting.activation = activation.parse().map_err(CheckError::because)?;
    setting.checkpoints = vec![0];
    Ok(setting)
}

/// Draws networks as training does and notes shares of dead units by layer.
fn simulate(job: &str, d: usize, context: &Context<'_>, readings: &mut Readings) -> Result<(), CheckError> {
    let setting = setting_of(d, &case::setting::<String>(job, "activation")?)?;
    let shape = setting.shape(&case::setting::<String>(job, "shape")?)?;
    // Exact verdicts cost more where regions have long rational ends.
    let n_batches =
        if setting.activation == Activation::Relu { context.scale.pick(8, 128) } else { context.scale.pick(2, 32) };
    let n_networks = n_batches * BATCH as u64;
    let drawn = setting.train(&shape, n_networks, context)?;
    let snapshot = Snapshot::after(0, &shape, setting.activation, &drawn);
    let samples = setting.samples()?.0;
    let mut places = vec![
        (OBSERVATION_SAMPLES.to_string(), snapshot.dead(&samples, context.unit)),
        (SMALL_OBSERVATION_SAMPLES.to_string(), snapshot.dead(&samples[..SMALL_OBSERVATION_SAMPLES * d], context.unit)),
    ];
    if d == 1 {
        let mut workspace = Workspace::new();
        let of = |parameters: &&[f64]| {
            let network = Network::new(shape.clone(), setting.activation, parameters.to_vec()).ok()?;
            dead_on_line(&mut workspace, &network, LineDomain::WHOLE)
        };
        let flags: Option<Vec<Vec<bool>>> = snapshot.parameters.iter().map(of).collect();
        places.push(("line".to_owned(), flags.ok_or_else(|| CheckError::because("an initialisation is not finite"))?));
    }
    for (place, flags) in &places {
        for (batch, flags) in flags.chunks(BATCH).enumerate() {
            let mut counts = vec![0; shape.depth()];
            for one in flags {
                counts.iter_mut().zip(count_by_layer(&shape, one)).for_each(|(sum, count)| *sum += count);
            }
            for (layer, (count, width)) in counts.iter().zip(shape.hidden()).enumerate() {
                let share_of_units = *count as f64 / (width * flags.len()) as f64;
                readings.push(job, batch as u64, &share(place, layer + 1), share_of_units);
            }
        }
    }
    Ok(())
}

/// Notes the first layer's probabilities: expected over samples with the bound of the formula's error, on the samples
/// of the simulation, and on the whole space.
fn note_first_layer(case: &str, d: usize, readings: &mut Readings) -> Result<(), CheckError> {
    let samples = setting_of(d, "relu")?.samples()?.0;
    for n in [SMALL_OBSERVATION_SAMPLES, OBSERVATION_SAMPLES] {
        let (expected, bound) = death_theory::first_layer_expected(n, d);
        readings.push(case, 0, &probability(&format!("{n} expected")), expected);
        readings.push(case, 0, &format!("error bound {n} expected"), bound);
        if let Some(given) = death_theory::first_layer_given(&samples[..n * d], d) {
            readings.push(case, 0, &probability(&n.to_string()), given);
        }
    }
    // A unit w·x + b is on somewhere unless w = 0, which has probability 0.
    readings.push(case, 0, &probability("line"), 0.0);
    Ok(())
}

/// Notes the second layer's probabilities by integration, one reading per batch of draws, and the bound.
fn note_second_layer(
    case: &str,
    below: usize,
    context: &Context<'_>,
    readings: &mut Readings,
) -> Result<(), CheckError> {
    let samples = setting_of(1, "relu")?.samples()?.0;
    let ascending = |n: usize| {
        let mut samples = samples[..n].to_vec();
        samples.sort_unstable_by(f64::total_cmp);
        samples
    };
    let (small, large) = (ascending(SMALL_OBSERVATION_SAMPLES), ascending(OBSERVATION_SAMPLES));
    let places = [("line", Where::Line), ("64", Where::Points(&small)), ("1000", Where::Points(&large))];
    let n_draws = context.scale.pick(256, 4096);
    for (stream, (name, place)) in places.into_iter().enumerate() {
        for batch in 0..context.scale.pick(8, 64) {
            let key = [INTEGRATION_STREAM, context.study_seed, below as u64, stream as u64, batch];
            let value = death_theory::second_layer(below, place, n_draws, &mut CounterRng::new(&key));
            readings.push(case, batch, &probability(name), value);
        }
    }
    readings.push(case, 0, "bound line", death_theory::second_layer_bound(below));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::testing::context_of;

    fn run(job: &str) -> Readings {
        context_of(Scale::Quick, |context| InitialDeath.run(job, context)).unwrap()
    }

    fn mean(readings: &Readings, case: &str, quantity: &str) -> (f64, f64) {
        let sample = readings.sample(case, quantity);
        let mean = sample.mean().unwrap();
        let n = sample.len() as f64;
        let variance = sample.values().iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
        (mean, (variance / n).sqrt())
    }

    #[test]
    fn simulation_agrees_with_theory_in_both_layers() {
        let case = case_of("8,8", 1, "relu");
        let simulated = run(&case);
        let first = run(&first_layer_case(1));
        let second = run(&second_layer_case(8));
        for place in ["64", "1000", "line"] {
            let theory = first.sample(&first_layer_case(1), &probability(place)).values()[0];
            let (value, error) = mean(&simulated, &case, &share(place, 1));
            assert!((value - theory).abs() <= 4.5 * error, "{place}: {value} ± {error}, {theory}");
            let (theory, theory_error) = mean(&second, &second_layer_case(8), &probability(place));
            let (value, error) = mean(&simulated, &case, &share(place, 2));
            let difference = (value - theory).abs();
            assert!(difference <= 4.5 * error.hypot(theory_error), "{place}: {value} ± {error}, {theory}");
        }
    }
}
