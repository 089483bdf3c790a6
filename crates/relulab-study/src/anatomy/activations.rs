//! Activations compared on all five targets, and how far LeakyReLU is from ReLU.

use super::case;
use super::gauge::{Gauge, HALVES, LOSSES};
use super::setting::{LONG, SHORT};
use super::snapshot::Snapshot;
use super::task::{TASKS, Task};
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use relulab_net::Activation;

/// The shape that the paper compares activations on.
pub const SHAPE: &str = "16";
/// The activations of the paper, ReLU first.
pub const ACTIVATIONS: [&str; 4] = ["relu", "leaky_relu:0.01", "gelu", "tanh"];
/// Points on which functions are compared: half-width of the grid, `None` for the samples of N(0,1)^d.
const DISTANCES: [(&str, Option<f64>); 2] = [("normal", None), ("uniform5", Some(HALVES[0]))];

/// The experiment.
pub struct Activations;

/// The case of a task, an activation and a number of steps.
pub fn case_of(task: Task, activation: &str, steps: u64) -> String {
    format!("shape={SHAPE} {} activation={activation} steps={steps}", task.words())
}

/// The quantity that is a loss over the variance of the target under the same measure.
pub fn normalised(loss: &str) -> String {
    format!("normalised {loss}")
}

impl Experiment for Activations {
    fn name(&self) -> &'static str {
        "activations"
    }

    fn question(&self) -> &'static str {
        "How do ReLU, LeakyReLU, GELU and tanh compare seed by seed, and does LeakyReLU compute what ReLU computes?"
    }

    fn jobs(&self, _scale: Scale) -> Vec<String> {
        let of = |task: &Task| ACTIVATIONS.iter().map(|name| format!("{} activation={name}", task.words())).collect();
        TASKS.iter().flat_map(|task| -> Vec<String> { of(task) }).collect()
    }

    fn seconds(&self, _job: &str, scale: Scale) -> f64 {
        scale.pick(0.1, 2.0)
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let task = Task::of(job)?;
        let name: String = case::setting(job, "activation")?;
        let mut setting = task.setting(LONG)?;
        let shape = setting.shape(SHAPE)?;
        let n_seeds = context.scale.pick(16, 256);
        setting.checkpoints = vec![SHORT];
        let relu = setting.train(&shape, n_seeds, context)?;
        setting.activation = name.parse().map_err(CheckError::because)?;
        let trained = if setting.activation == Activation::Relu {
            relu.clone()
        } else {
            setting.train(&shape, n_seeds, context)?
        };
        let gauge = Gauge::new(&setting, context)?;
        let mut variances = [task.normal_variance; 4];
        for (variance, half) in variances.iter_mut().zip(HALVES) {
            *variance = variance_of(&setting.grid(half)?.1);
        }
        let mut readings = Readings::default();
        for steps in [SHORT, LONG] {
            let case = case_of(task, &name, steps);
            let snapshot = Snapshot::after(steps, &shape, setting.activation, &trained);
            gauge.note(&case, &snapshot, &mut readings);
            for (loss, variance) in LOSSES.iter().zip(variances) {
                let values: Vec<(u64, f64)> = readings.values(&case, loss).collect();
                values.iter().for_each(|(seed, value)| {
                    readings.push(&case, *seed, &normalised(loss), value / variance);
                });
            }
            let reference = Snapshot::after(steps, &shape, Activation::Relu, &relu);
            for (measure, half) in DISTANCES {
                let points = match half {
                    Some(half) => setting.grid(half)?.0,
                    None => gauge.samples().to_vec(),
                };
                note_distances(&case, measure, &points, &snapshot, &reference, context, &mut readings);
            }
        }
        context.unless_cancelled(readings)
    }
}

/// Notes how far each network's outputs lie, in root mean square, from those of the ReLU network that had the same
/// first weights and data, of the ReLU network of the next seed, and of its own weights under ReLU.
fn note_distances(
    case: &str,
    measure: &str,
    points: &[f64],
    snapshot: &Snapshot<'_>,
    relu: &Snapshot<'_>,
    context: &Context<'_>,
    readings: &mut Readings,
) {
    let ours = snapshot.networks().outputs(points, context.unit);
    let theirs = relu.networks().outputs(points, context.unit);
    let swapped = snapshot.with_activation(Activation::Relu).networks().outputs(points, context.unit);
    for (place, (seed, outputs)) in snapshot.seeds.iter().zip(&ours).enumerate() {
        let paired = relu.seeds.iter().position(|other| other == seed);
        let Some(paired) = paired else { continue };
        let next = (paired + 1) % theirs.len();
        let mut note = |what: &str, other: &[f64]| {
            readings.push(case, *seed, &format!("distance to {what} {measure}"), distance(outputs, other));
        };
        note("relu", &theirs[paired]);
        note("next relu", &theirs[next]);
        note("own weights under relu", &swapped[place]);
    }
}

/// Root mean square difference.
fn distance(one: &[f64], other: &[f64]) -> f64 {
    (one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / one.len() as f64).sqrt()
}

/// Mean squared deviation from the mean.
fn variance_of(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::testing::context_of;
    use relulab_net::reference::forward;

    #[test]
    fn distances_and_losses_are_those_of_the_reference() {
        let task = TASKS[1];
        let job = format!("{} activation={}", task.words(), ACTIVATIONS[1]);
        let readings = context_of(Scale::Quick, |context| Activations.run(&job, context)).unwrap();
        let case = case_of(task, ACTIVATIONS[1], SHORT);
        let of = |activation: Activation| {
            let mut setting = task.setting(SHORT).unwrap();
            setting.activation = activation;
            let shape = setting.shape(SHAPE).unwrap();
            let trained = context_of(Scale::Quick, |context| setting.train(&shape, 16, context)).unwrap();
            setting.network(&shape, &trained[3].parameters).unwrap()
        };
        let (relu, leaky) = (of(Activation::Relu), of(ACTIVATIONS[1].parse().unwrap()));
        let grid = task.setting(1).unwrap().grid(5.0).unwrap();
        let mean = |value: &dyn Fn(f64, f64) -> f64| {
            grid.0.iter().zip(&grid.1).map(|(&x, &y)| value(x, y)).sum::<f64>() / grid.0.len() as f64
        };
        let read = |quantity: &str| readings.values(&case, quantity).find(|(seed, _)| *seed == 3).unwrap().1;
        let expected = mean(&|x, _| (forward(&relu, &[x])[0] - forward(&leaky, &[x])[0]).powi(2)).sqrt();
        assert!((read("distance to relu uniform5") / expected - 1.0).abs() < 1e-9);
        let loss = mean(&|x, y| (forward(&leaky, &[x])[0] - y).powi(2));
        assert!((read("uniform5") / loss - 1.0).abs() < 1e-9);
        // The variance of |x| over [−5,5] is 25/12, up to the spacing of the grid.
        assert!((read("normalised uniform5") / (loss * 12.0 / 25.0) - 1.0).abs() < 0.01);
    }
}
