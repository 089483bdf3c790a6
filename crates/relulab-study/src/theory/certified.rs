//! The best shallow network of a sawtooth's points, with proof, beside a population that was trained on the same points.

use crate::anatomy::case;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use relulab_construct::Sawtooth;
use relulab_exact::Rational;
use relulab_net::{Activation, Initialisation, Loss, Network, Shape};
use relulab_optimal::Status;
use relulab_optimal::line::{Problem, Search, Units, mean_squared_error, verify};
use relulab_train::{Batching, Observer, Optimiser, Points, Precision, Recipe, Regime, TrainingData};
use std::sync::Arc;

/// Step size of Adam.
const LEARNING_RATE: f64 = 0.01;
/// Relaxations after which a search ends with what it has proved; a number of its own steps, so that no clock decides.
const MOST_RELAXATIONS: u64 = 400_000;

/// The experiment.
pub struct Certified;

/// The case of the points of k folds of the tent map, fitted by one hidden layer of so many units.
pub fn case_of(folds: usize, points: usize, units: usize) -> String {
    format!("w=2 k={folds} points={points} units={units}")
}

/// Folds, points and units of every instance.
pub fn instances(scale: Scale) -> Vec<(usize, usize, usize)> {
    let of = |folds: usize, points: usize, most: usize| (1..=most).map(move |units| (folds, points, units));
    match scale {
        Scale::Quick => of(2, 17, 4).collect(),
        Scale::Full => of(2, 33, 4).chain(of(3, 33, 8)).collect(),
    }
}

impl Experiment for Certified {
    fn name(&self) -> &'static str {
        "certified"
    }

    fn question(&self) -> &'static str {
        "How near can the best shallow network come to a sawtooth's points, by proof, and does training find it?"
    }

    fn jobs(&self, scale: Scale) -> Vec<String> {
        instances(scale).into_iter().map(|(folds, points, units)| case_of(folds, points, units)).collect()
    }

    fn seconds(&self, _job: &str, scale: Scale) -> f64 {
        scale.pick(2.0, 20.0)
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let (folds, n_points): (usize, usize) = (case::setting(job, "k")?, case::setting(job, "points")?);
        let width: usize = case::setting(job, "units")?;
        let (x, y) = points(folds, n_points)?;
        let mut readings = Readings::default();
        let problem = Problem::new(&x, &y, width, true).map_err(CheckError::because)?;
        let mut search = Search::new(problem, &[]);
        let status = search.run(|progress| context.may_go_on() && progress.n_relaxations < MOST_RELAXATIONS);
        context.unless_cancelled(())?;
        // Only what separate code confirms counts.
        let claim = verify(&search.certificate()).map_err(CheckError::because)?;
        for (quantity, value) in [
            ("loss", claim.objective),
            ("proved lower bound", claim.lower_bound),
            ("gap is closed", f64::from(u8::from(status == Status::Optimal))),
            ("relaxations", search.progress().n_relaxations as f64),
        ] {
            readings.push(job, 0, quantity, value);
        }
        let shape = Shape::new(1, vec![width], 1).map_err(CheckError::because)?;
        let recipe = recipe(&x, &y, context.scale.pick(3_000, 20_000));
        for run in context.train(&recipe, &shape, context.scale.pick(32, 256))? {
            let network = Network::new(shape.clone(), Activation::Relu, run.parameters).ok();
            let units = network.as_ref().and_then(Units::of);
            let loss = units.map_or(f64::INFINITY, |units| mean_squared_error(&units, &x, &y));
            readings.push(job, run.seed, "trained loss", loss);
        }
        context.unless_cancelled(readings)
    }
}

/// Equally spaced points of [0, 1] and the sawtooth there; f64 holds all of them where there are a power of two and one.
fn points(folds: usize, n_points: usize) -> Result<(Vec<f64>, Vec<f64>), CheckError> {
    let sawtooth = Sawtooth::equispaced(2, folds).map_err(CheckError::because)?;
    let last = Rational::from(n_points.saturating_sub(1) as i64);
    let point = |place: usize| Rational::from(place as i64) / &last;
    let both = (0..n_points).map(point).map(|x| (x.to_f64(), sawtooth.eval(&x).to_f64()));
    Ok(both.unzip())
}

/// Training on all points at every step.
fn recipe(x: &[f64], y: &[f64], steps: u64) -> Recipe {
    let points = Points { inputs: x.to_vec(), labels: y.to_vec(), n_points: x.len() };
    Recipe {
        activation: Activation::Relu,
        loss: Loss::Mse,
        optimiser: Optimiser::adam(LEARNING_RATE),
        initialisation: Initialisation::TorchLinear,
        data: TrainingData::Fixed { points: Arc::new(points), batching: Batching::Full },
        steps,
        precision: Precision::F64,
        regime: Regime::default(),
        checkpoints: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::testing::context_of;

    #[test]
    fn training_never_beats_a_proof() {
        let of = |units: usize| {
            let case = case_of(2, 17, units);
            (context_of(Scale::Quick, |context| Certified.run(&case, context)).unwrap(), case)
        };
        let (readings, case) = of(2);
        let bound = readings.sample(&case, "proved lower bound").values()[0];
        assert_eq!(readings.sample(&case, "gap is closed").values(), [1.0]);
        assert!(bound > 0.0 && readings.sample(&case, "trained loss").values()[0] >= bound);
        // Four pieces take four units, whose numbers are those of a fit: rounded.
        let (readings, case) = of(4);
        assert_eq!(readings.sample(&case, "proved lower bound").values(), [0.0]);
        assert!(readings.sample(&case, "loss").values()[0] < 1e-28);
    }
}
