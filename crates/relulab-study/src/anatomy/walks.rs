//! Walks from converged networks along the eigenvectors of the pattern Hessian, tier by tier.

use super::case;
use super::setting::{LONG, SHORT, Setting};
use super::vector::norm;
use crate::check::{CheckError, Context, Experiment, Readings, Sample, Scale};
use relulab_curvature::{
    CurvatureEngine, MatrixKind, Objective, ObservedUnits, Spectrum, Thresholds, Tier, UnitStatus,
};
use relulab_landscape::walk;
use relulab_net::{Dataset, Layer, Loss, Network, Shape};

/// Distances walked in either direction.
pub const DISTANCES: [f64; 8] = [0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0];
/// Loss up to which the paper calls a weak direction flat.
pub const FLAT: f64 = 1e-4;
/// Networks per job.
const CHUNK: u64 = 8;
/// Names of the walks along single parameters of dead units, beside the four tiers: incoming and outgoing ones.
pub const DEAD: [&str; 2] = ["dead-incoming", "dead-outgoing"];

/// The experiment.
pub struct Walks;

/// The case of a target and number of steps.
pub fn case_of(target: &str, steps: u64) -> String {
    format!("k=16 target={target} steps={steps}")
}

impl Experiment for Walks {
    fn name(&self) -> &'static str {
        "walks"
    }

    fn question(&self) -> &'static str {
        "How far does the loss stay low along the eigenvectors of each tier, from a converged 1→16→1 network?"
    }

    fn jobs(&self, scale: Scale) -> Vec<String> {
        let chunks =
            |steps: u64| (0..scale.pick(1, 8)).map(move |chunk| format!("{} chunk={chunk}", case_of("linear", steps)));
        chunks(SHORT).chain(chunks(LONG)).collect()
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let target: String = case::setting(job, "target")?;
        let (steps, chunk): (u64, u64) = (case::setting(job, "steps")?, case::setting(job, "chunk")?);
        let setting = Setting::of(&target, 1, steps)?;
        let shape = setting.shape("16")?;
        let seeds: Vec<u64> = (chunk * CHUNK..(chunk + 1) * CHUNK).collect();
        let trained = context.train_seeds(&setting.recipe(), &shape, &seeds)?;
        let (inputs, labels) = setting.samples()?;
        let data = Dataset::new(inputs, 1, labels, 1).map_err(CheckError::because)?;
        let case = case_of(&target, steps);
        let mut readings = Readings::default();
        for one in trained {
            if let Some(network) = setting.network(&shape, &one.parameters) {
                walk_all(&network, &shape, &data, &mut |quantity, value| {
                    readings.push(&case, one.seed, quantity, value)
                })?;
            }
            context.unless_cancelled(())?;
        }
        Ok(readings)
    }
}

/// Walks along all eigenvectors and notes, per tier, the median direction and the worst one.
fn walk_all(
    network: &Network,
    shape: &Shape,
    data: &Dataset,
    note: &mut dyn FnMut(&str, f64),
) -> Result<(), CheckError> {
    let objective = Objective::of(network, Loss::Mse, data.inputs(), data.labels()).map_err(CheckError::because)?;
    let hessian = CurvatureEngine::new(objective)
        .matrix(MatrixKind::PatternHessian, network.parameters())
        .and_then(|matrix| Spectrum::of(MatrixKind::PatternHessian, &matrix))
        .map_err(CheckError::because)?;
    let length = norm(network.parameters());
    note("weight norm", length);
    let thresholds = Thresholds::default();
    for tier in Tier::ALL {
        let directions: Vec<Vec<f64>> =
            hessian.of_tier(tier, &thresholds).into_iter().map(|place| hessian.vector(place).to_vec()).collect();
        walk_tier(network, data, tier.name(), &directions, length, note)?;
    }
    let units = ObservedUnits::of(&objective, network.parameters()).map_err(CheckError::because)?;
    let dead = units.with_status(0, UnitStatus::Dead);
    let layers: Vec<Layer> = shape.layers().collect();
    let along = |place: usize| {
        let mut direction = vec![0.0; network.parameters().len()];
        direction[place] = 1.0;
        direction
    };
    let incoming: Vec<Vec<f64>> = dead
        .iter()
        .flat_map(|unit| [layers[0].weights.start + unit, layers[0].biases.start + unit])
        .map(along)
        .collect();
    let outgoing: Vec<Vec<f64>> = dead.iter().map(|unit| along(layers[1].weights.start + unit)).collect();
    walk_tier(network, data, DEAD[0], &incoming, length, note)?;
    walk_tier(network, data, DEAD[1], &outgoing, length, note)
}

/// Walks along the directions of one tier.
fn walk_tier(
    network: &Network,
    data: &Dataset,
    tier: &str,
    directions: &[Vec<f64>],
    length: f64,
    note: &mut dyn FnMut(&str, f64),
) -> Result<(), CheckError> {
    if directions.is_empty() {
        return Ok(());
    }
    let signed: Vec<f64> = DISTANCES.iter().flat_map(|distance| [*distance, -distance]).collect();
    let mut losses = vec![Vec::new(); DISTANCES.len()];
    let mut changes = losses.clone();
    let mut flat = Vec::new();
    for direction in directions {
        let steps = walk(network, direction, &signed, data, Loss::Mse).map_err(CheckError::because)?;
        let pairs: Vec<(f64, f64)> = steps
            .chunks_exact(2)
            .map(|pair| (pair[0].loss.max(pair[1].loss), pair[0].function_change.max(pair[1].function_change)))
            .collect();
        for (place, (loss, change)) in pairs.iter().enumerate() {
            losses[place].push(*loss);
            changes[place].push(*change);
        }
        let farthest = DISTANCES.iter().zip(&pairs).take_while(|(_, (loss, _))| *loss < FLAT).last();
        flat.push(farthest.map_or(0.0, |(distance, _)| distance / length));
    }
    for ((distance, losses), changes) in DISTANCES.iter().zip(losses).zip(changes) {
        let (losses, changes) = (Sample::new(losses), Sample::new(changes));
        note(&format!("loss tier={tier} at={distance}"), losses.median().unwrap_or(f64::NAN));
        note(&format!("worst loss tier={tier} at={distance}"), losses.quantile(1.0).unwrap_or(f64::NAN));
        note(&format!("function change tier={tier} at={distance}"), changes.median().unwrap_or(f64::NAN));
    }
    let flat = Sample::new(flat);
    note(&format!("flat distance over weight norm tier={tier}"), flat.median().unwrap_or(f64::NAN));
    note(&format!("share of directions flat beyond 60 % tier={tier}"), flat.share(|ratio| ratio > 0.6).unwrap_or(0.0));
    Ok(())
}
