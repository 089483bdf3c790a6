//! Depth against input dimension: d = 1 to 8, several budgets of neurons, at equal neurons and at equal parameters.

mod contest;
mod family;
mod transition;

pub use contest::{Comparison, Matching, gain_of_depth, paired, ratio};
pub use family::{LARGEST_DEPTH, balanced, fixed, thinner, wider};
pub use transition::{Transition, transition};

use super::case;
use super::setting::{LONG, Setting};
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use crate::measure::Measurer;
use relulab_net::{Loss, Shape};
use relulab_train::Networks;
use std::collections::BTreeSet;

/// Name of the experiment.
pub const NAME: &str = "dimension";
/// Largest input dimension.
pub const LARGEST_DIMENSION: usize = 8;
/// Neurons to distribute.
pub const BUDGETS: [usize; 4] = [8, 16, 32, 64];
/// What is learned; `interaction` needs two inputs.
pub const TARGETS: [&str; 4] = ["quadratic", "interaction", "absolute", "sine"];
/// The losses noted for every network.
pub const LOSSES: [&str; 4] = ["uniform5", "uniform4", "uniform3", "normal"];
/// Seeds of every shape at full scale.
pub const SEEDS: u64 = 32;
/// Steps of training.
pub const STEPS: u64 = LONG;
/// What a job trains: shapes of equal neurons, or those of equal parameters.
pub const GROUPS: [&str; 2] = ["neurons", "parameters"];
/// Points of every evaluation set in three dimensions and more, and of the normal stream in two: the first of those of
/// the conventions.
pub const MOST_POINTS: usize = 8192;
/// Half of the side of the set of `uniform4`.
const MIDDLE: f64 = 4.0;

/// The experiment.
pub struct Dimension;

/// The case of a shape, by its hidden widths as in `5,7,4`; its quantities are the [`LOSSES`], `dead` and, in one
/// dimension, `pieces`.
pub fn case_of(d: usize, target: &str, shape: &str) -> String {
    format!("d={d} target={target} shape={shape} steps={STEPS}")
}

/// The shapes of a group for a budget in a dimension, without repeats.
///
/// `neurons`: all that spend the whole budget, from one layer to the largest depth. `parameters`: single layers with the
/// parameters of the balanced deep shapes, and deep shapes with the parameters of the single layer.
pub fn shapes(group: &str, neurons: usize, d: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = if group == GROUPS[0] {
        (1..=LARGEST_DEPTH).flat_map(|depth| fixed(neurons, depth)).collect()
    } else {
        let pair = |depth| std::iter::once(wider(neurons, depth, d)).chain(thinner(neurons, depth, d));
        (2..=LARGEST_DEPTH).flat_map(pair).collect()
    };
    let mut seen = BTreeSet::new();
    all.retain(|shape| seen.insert(shape.clone()));
    all
}

/// Hidden widths as text.
pub fn text(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join(",")
}

impl Experiment for Dimension {
    fn name(&self) -> &'static str {
        NAME
    }

    fn question(&self) -> &'static str {
        "From which budget of neurons on does depth help in d dimensions, at equal neurons and at equal parameters?"
    }

    fn jobs(&self, scale: Scale) -> Vec<String> {
        let dimensions: Vec<usize> = scale.pick(vec![1, 2, 4], (1..=LARGEST_DIMENSION).collect());
        let budgets = scale.pick(&BUDGETS[..2], &BUDGETS[..]);
        let targets = scale.pick(&TARGETS[..2], &TARGETS[..]);
        let mut jobs = Vec::new();
        // The longest first, so that no thread is left alone with one at the end.
        for &neurons in budgets.iter().rev() {
            for &d in dimensions.iter().rev() {
                let defined = targets.iter().filter(|target| d > 1 || **target != "interaction");
                let both = defined.flat_map(|target| GROUPS.iter().map(move |group| (target, group)));
                jobs.extend(
                    both.map(|(target, group)| format!("d={d} neurons={neurons} target={target} equal={group}")),
                );
            }
        }
        jobs
    }

    fn seconds(&self, job: &str, scale: Scale) -> f64 {
        let neurons: f64 = case::setting(job, "neurons").unwrap_or(1.0);
        let d: f64 = case::setting(job, "d").unwrap_or(1.0);
        scale.pick(0.2, 0.8) * (neurons / 16.0) * (1.0 + d / 8.0)
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let d: usize = case::setting(job, "d")?;
        let neurons: usize = case::setting(job, "neurons")?;
        let target: String = case::setting(job, "target")?;
        let group: String = case::setting(job, "equal")?;
        let setting = Setting::of(&target, d, STEPS)?;
        let measurer = Measurer::new(&setting.target, setting.activation, context.unit).map_err(CheckError::because)?;
        let measurer = measurer.on_first_points(MOST_POINTS);
        let (mut middle, mut labels) = setting.grid(MIDDLE)?;
        if d > 2 {
            middle.truncate(MOST_POINTS * d);
            labels.truncate(MOST_POINTS);
        }
        let mut readings = Readings::default();
        for hidden in shapes(&group, neurons, d) {
            let case = case_of(d, &target, &text(&hidden));
            let shape = Shape::new(d, hidden, 1).map_err(CheckError::because)?;
            let trained = setting.train(&shape, context.scale.pick(8, SEEDS), context)?;
            let parameters: Vec<&[f64]> = trained.iter().map(|one| one.parameters.as_slice()).collect();
            let networks = Networks { shape: &shape, activation: setting.activation, parameters: &parameters };
            let uniform4 = networks.mean_losses(Loss::Mse, &middle, &labels, context.unit);
            let measured = measurer.measure(&shape, &parameters);
            for ((one, measured), uniform4) in trained.iter().zip(measured).zip(uniform4) {
                let mut note = |quantity: &str, value: f64| readings.push(&case, one.seed, quantity, value);
                let finite = |loss: Option<f64>| loss.unwrap_or(f64::INFINITY);
                note("uniform5", finite(measured.uniform5));
                note("uniform4", if uniform4.is_finite() { uniform4 } else { f64::INFINITY });
                note("uniform3", finite(measured.uniform3));
                note("normal", finite(measured.normal));
                note("dead", f64::from(measured.dead));
                if let Some(pieces) = measured.pieces {
                    note("pieces", f64::from(pieces));
                }
            }
        }
        context.unless_cancelled(readings)
    }
}

#[cfg(test)]
mod tests;
