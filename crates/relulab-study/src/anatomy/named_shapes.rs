//! The shapes that the paper names, with many seeds each.

use super::case;
use super::setting::{LONG, SHORT, Setting};
use super::task::TASKS;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use crate::measure::Measurer;
use relulab_curvature::{MatrixKind, Spectrum, SymmetricMatrix};
use relulab_net::{Activation, EvaluationSet, Loss, Shape, reference};
use relulab_train::Networks;

/// Every shape that the text or a table of the paper names, the width-1 chain, and two that a table leaves open.
pub const SHAPES: [&str; 12] = [
    "16",
    "6,10",
    "10,6",
    "5,7,4",
    "4,4,4,4",
    "3,4,2,2,5",
    "4,3,9",
    "10,2,2,2",
    "5,1,4,6",
    "8,8",
    "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1",
    "2,2,2,2,2,2,2,2",
];
/// The grid that fits the paper's training table best, beside the three of every study.
pub const HALF_OF_FOURTH_RANGE: f64 = 4.0;

/// The experiment.
pub struct NamedShapes;

/// The case of a shape, a target and a number of steps.
pub fn case_of(shape: &str, target: &str, input_dim: usize, steps: u64) -> String {
    format!("shape={shape} target={target} d={input_dim} steps={steps}")
}

impl Experiment for NamedShapes {
    fn name(&self) -> &'static str {
        "named-shapes"
    }

    fn question(&self) -> &'static str {
        "What do the shapes that the paper names reach over many seeds?"
    }

    fn jobs(&self, _scale: Scale) -> Vec<String> {
        let long = TASKS.iter().flat_map(|task| SHAPES.map(|shape| case_of(shape, task.target, task.input_dim, LONG)));
        let short = SHAPES.iter().map(|shape| case_of(shape, "quadratic", 1, SHORT));
        long.chain(short).collect()
    }

    fn seconds(&self, job: &str, scale: Scale) -> f64 {
        scale.pick(0.05, 0.5) * if job.contains("d=2") { 3.0 } else { 1.0 }
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let (hidden, target): (String, String) = (case::setting(job, "shape")?, case::setting(job, "target")?);
        let setting = Setting::of(&target, case::setting(job, "d")?, case::setting(job, "steps")?)?;
        let shape = setting.shape(&hidden)?;
        let trained = setting.train(&shape, context.scale.pick(16, 256), context)?;
        let measurer = Measurer::new(&setting.target, Activation::Relu, context.unit).map_err(CheckError::because)?;
        let parameters: Vec<&[f64]> = trained.iter().map(|one| one.parameters.as_slice()).collect();
        let measured = measurer.measure(&shape, &parameters);
        let fourth = EvaluationSet::uniform(-HALF_OF_FOURTH_RANGE, HALF_OF_FOURTH_RANGE, shape.input_dim())
            .map_err(CheckError::because)?;
        let labels: Vec<f64> = fourth.rows().map(|x| setting.target.eval(x)).collect();
        let networks = Networks { shape: &shape, activation: Activation::Relu, parameters: &parameters };
        let uniform4 = networks.mean_losses(Loss::Mse, fourth.points(), &labels, context.unit);
        let mut readings = Readings::default();
        for ((one, measurement), uniform4) in trained.iter().zip(measured).zip(uniform4) {
            let mut note = |quantity: &str, value: f64| readings.push(job, one.seed, quantity, value);
            note("uniform5", measurement.uniform5.unwrap_or(f64::INFINITY));
            note("uniform4", uniform4);
            note("uniform3", measurement.uniform3.unwrap_or(f64::INFINITY));
            note("normal", measurement.normal.unwrap_or(f64::INFINITY));
            note("dead", f64::from(measurement.dead));
            note("dead of 64", f64::from(measurement.dead_small));
            note("constant", f64::from(u8::from(measurement.collapsed)));
            if job.contains("target=quadratic d=1")
                && let Some(rank) = independent_last_units(&setting, &shape, &one.parameters)?
            {
                note("independent units of the last layer", f64::from(rank));
            }
            if let Some(pieces) = measurement.pieces {
                note("pieces", f64::from(pieces));
            }
        }
        context.unless_cancelled(readings)
    }
}

/// Share of the largest eigenvalue below which a direction of the last layer counts as dependent.
const DEPENDENT: f64 = 1e-9;

/// Numerical rank of the last hidden layer's activations on the samples; `None` where parameters are not finite.
fn independent_last_units(setting: &Setting, shape: &Shape, parameters: &[f64]) -> Result<Option<u32>, CheckError> {
    let Some(network) = setting.network(shape, parameters) else { return Ok(None) };
    let (inputs, _) = setting.samples()?;
    let Some(&width) = shape.hidden().last() else { return Ok(Some(0)) };
    let mut gram = vec![0.0; width * width];
    for input in inputs.chunks_exact(shape.input_dim()) {
        let all = reference::pre_activations(shape, network.activation(), network.parameters(), input);
        let last: Vec<f64> = all[shape.depth() - 1].iter().map(|z| network.activation().value(*z)).collect();
        for (i, a) in last.iter().enumerate() {
            for (j, b) in last.iter().enumerate() {
                gram[i * width + j] += a * b;
            }
        }
    }
    let matrix = SymmetricMatrix::from_upper(width, |i, j| gram[i * width + j]);
    let spectrum = Spectrum::of(MatrixKind::GaussNewton, &matrix).map_err(CheckError::because)?;
    let largest = spectrum.values().last().copied().unwrap_or(0.0);
    let rank = spectrum.values().iter().filter(|&&value| value > DEPENDENT * largest && value > 0.0).count();
    Ok(Some(rank as u32))
}
