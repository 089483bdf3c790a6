//! Whether the width without dead units tells the loss better than the width.

use super::gauge::{DEAD, Gauge, LOSSES};
use super::setting::{LONG, SHORT, Setting};
use super::snapshot::Snapshot;
use super::task::{TASKS, Task};
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use crate::statistics::{partial, pearson, spearman};
use relulab_net::Activation;

/// The widths compared.
pub const WIDTHS: [usize; 5] = [8, 12, 16, 20, 24];
/// The activations compared, ReLU first.
pub const ACTIVATIONS: [&str; 2] = ["relu", "leaky_relu:0.01"];
/// Width less the dead units; all of the width for an activation whose units always have a gradient.
pub const EFFECTIVE: &str = "effective width";
/// Groups of seeds for which correlations are taken, so that these have a spread.
const GROUPS: u64 = 8;

/// The experiment.
pub struct EffectiveWidth;

/// The case of a width, a task, an activation and a number of steps.
pub fn case_of(width: usize, task: Task, activation: &str, steps: u64) -> String {
    format!("shape={width} {} activation={activation} steps={steps}", task.words())
}

/// The case of what is taken over all widths of ReLU networks; its seeds are groups of seeds.
pub fn pooled_case_of(task: Task, steps: u64) -> String {
    format!("widths=all {} activation=relu steps={steps}", task.words())
}

/// Rank correlation of a loss and the number of dead units, among networks of one width; seeds are groups.
pub fn correlation_with_dead(loss: &str) -> String {
    format!("spearman of {loss} and dead")
}

/// Rank correlation of a loss and a width, `nominal` or `effective`, over all widths.
pub fn correlation_with_width(loss: &str, width: &str) -> String {
    format!("spearman of {loss} and {width}")
}

/// The same given the other width.
pub fn partial_with_width(loss: &str, width: &str) -> String {
    format!("partial spearman of {loss} and {width}")
}

/// Share of the variance of the logarithm of a loss that a straight line in the logarithm of a width explains.
pub fn explained_by(loss: &str, width: &str) -> String {
    format!("r² of log {loss} from log {width}")
}

impl Experiment for EffectiveWidth {
    fn name(&self) -> &'static str {
        "effective-width"
    }

    fn question(&self) -> &'static str {
        "Does the width without dead units tell the loss better than the width does?"
    }

    fn jobs(&self, _scale: Scale) -> Vec<String> {
        TASKS.iter().map(|task| task.words()).collect()
    }

    fn seconds(&self, job: &str, scale: Scale) -> f64 {
        scale.pick(0.3, 3.0) * if job.starts_with("d=2") { 2.0 } else { 1.0 }
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let task = Task::of(job)?;
        let mut readings = Readings::default();
        for name in ACTIVATIONS {
            let mut setting = task.setting(LONG)?;
            setting.activation = name.parse().map_err(CheckError::because)?;
            setting.checkpoints = vec![SHORT];
            let gauge = Gauge::new(&setting, context)?;
            for width in WIDTHS {
                note_width(&setting, &gauge, width, (task, name), context, &mut readings)?;
            }
        }
        for steps in [SHORT, LONG] {
            for group in 0..GROUPS {
                note_correlations(task, steps, group, &mut readings);
            }
        }
        context.unless_cancelled(readings)
    }
}

/// Trains and measures the networks of one width.
fn note_width(
    setting: &Setting,
    gauge: &Gauge,
    width: usize,
    (task, name): (Task, &str),
    context: &Context<'_>,
    readings: &mut Readings,
) -> Result<(), CheckError> {
    let shape = setting.shape(&width.to_string())?;
    let trained = setting.train(&shape, context.scale.pick(32, 256), context)?;
    for steps in [SHORT, LONG] {
        let case = case_of(width, task, name, steps);
        gauge.note(&case, &Snapshot::after(steps, &shape, setting.activation, &trained), readings);
        let dead: Vec<(u64, f64)> = readings.values(&case, DEAD).collect();
        for (seed, dead) in dead {
            let lost = if setting.activation == Activation::Relu { dead } else { 0.0 };
            readings.push(&case, seed, EFFECTIVE, width as f64 - lost);
        }
    }
    Ok(())
}

/// Notes the correlations within each width and over all widths, for one group of seeds.
fn note_correlations(task: Task, steps: u64, group: u64, readings: &mut Readings) {
    let mut noted = Vec::new();
    let pooled = pooled_case_of(task, steps);
    for loss in LOSSES {
        let (mut nominal, mut effective, mut losses) = (Vec::new(), Vec::new(), Vec::new());
        for width in WIDTHS {
            let case = case_of(width, task, ACTIVATIONS[0], steps);
            let of_group = |quantity: &str| -> Vec<f64> {
                let values = readings.values(&case, quantity).filter(|(seed, _)| seed % GROUPS == group);
                values.map(|(_, value)| if value.is_nan() { f64::INFINITY } else { value }).collect()
            };
            let (here, dead) = (of_group(loss), of_group(DEAD));
            noted.push((case.clone(), correlation_with_dead(loss), spearman(&here, &dead)));
            nominal.extend(here.iter().map(|_| width as f64));
            effective.extend(dead.iter().map(|dead| width as f64 - dead));
            losses.extend(here);
        }
        let ranks = [spearman(&losses, &nominal), spearman(&losses, &effective), spearman(&nominal, &effective)];
        let [of_nominal, of_effective, between] = ranks;
        let partial_of = |one: Option<f64>, other: Option<f64>| partial(one?, other?, between?);
        let explained = |widths: &[f64]| {
            let finite: Vec<(f64, f64)> = losses
                .iter()
                .zip(widths)
                .filter(|(loss, width)| loss.is_finite() && **width > 0.0)
                .map(|(loss, width)| (libm::log(*loss), libm::log(*width)))
                .collect();
            let (logs, widths): (Vec<f64>, Vec<f64>) = finite.into_iter().unzip();
            pearson(&logs, &widths).map(|r| r * r)
        };
        let pairs =
            [("nominal", of_nominal, of_effective, &nominal), ("effective", of_effective, of_nominal, &effective)];
        for (width, ours, other, values) in pairs {
            noted.push((pooled.clone(), correlation_with_width(loss, width), ours));
            noted.push((pooled.clone(), partial_with_width(loss, width), partial_of(ours, other)));
            noted.push((pooled.clone(), explained_by(loss, width), explained(values)));
        }
    }
    for (case, quantity, value) in noted {
        if let Some(value) = value {
            readings.push(&case, group, &quantity, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Losses that are a power of the effective width: it explains everything, and the nominal width nothing more.
    #[test]
    fn correlations_find_the_width_that_decides() {
        let task = TASKS[0];
        let mut readings = Readings::default();
        for width in WIDTHS {
            let case = case_of(width, task, ACTIVATIONS[0], LONG);
            for seed in 0..64 {
                let dead = (seed * 7 % 5) as f64;
                readings.push(&case, seed, DEAD, dead);
                LOSSES.iter().for_each(|loss| readings.push(&case, seed, loss, (width as f64 - dead).powi(-2)));
            }
        }
        note_correlations(task, LONG, 1, &mut readings);
        let pooled = pooled_case_of(task, LONG);
        let read = |quantity: String| readings.sample(&pooled, &quantity).values()[0];
        assert!((read(explained_by("normal", "effective")) - 1.0).abs() < 1e-12);
        assert!(read(explained_by("normal", "nominal")) < 0.98);
        assert!((read(correlation_with_width("normal", "effective")) + 1.0).abs() < 1e-12);
        let within = readings.sample(&case_of(16, task, ACTIVATIONS[0], LONG), &correlation_with_dead("uniform5"));
        assert!((within.values()[0] - 1.0).abs() < 1e-12);
    }
}
