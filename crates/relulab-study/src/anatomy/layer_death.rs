//! Where in a network with two equal layers units die, and what a dead unit costs there.

use super::case;
use super::gauge::{DEAD, DEAD_SMALL, Gauge, in_layer, note_counts};
use super::observation::note_exact;
use super::setting::{LONG, SHORT};
use super::snapshot::{Snapshot, count_by_layer};
use super::task::{TASKS, Task};
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use relulab_net::Shape;

/// The shape of the paper's example.
pub const SHAPE: &str = "8,8";
/// The activations compared: the second has a gradient everywhere.
pub const ACTIVATIONS: [&str; 2] = ["relu", "leaky_relu:0.01"];
/// Moments of training that are looked at.
pub const MOMENTS: [u64; 3] = [0, SHORT, LONG];
/// Parameters that do nothing when a unit of the layer is dead.
pub const WASTED: &str = "parameters per dead unit";
/// Dead units of the second layer in networks whose first layer has none.
pub const WITHOUT_CASCADE: &str = "dead 1000 layer=2 where layer=1 has none";
/// Units dead at this moment that were dead before the first step too.
pub const DEAD_FROM_THE_START: &str = "dead 1000 from the start";
/// Job that counts parameters.
const COST_JOB: &str = "cost";
/// Shapes whose cost per dead unit is counted.
const COST_SHAPES: [&str; 2] = ["16", SHAPE];

/// The experiment.
pub struct LayerDeath;

/// The case of a task, an activation and a number of steps.
pub fn case_of(task: Task, activation: &str, steps: u64) -> String {
    format!("shape={SHAPE} {} activation={activation} steps={steps}", task.words())
}

/// The case of the cost of dead units in a shape with one input.
pub fn cost_case_of(shape: &str) -> String {
    format!("shape={shape} d=1")
}

/// Parameters that do nothing when a unit of a hidden layer (from 0) is dead: its incoming weights, its bias and its
/// outgoing weights.
pub fn wasted_parameters(shape: &Shape, layer: usize) -> usize {
    let widths: Vec<usize> = shape.widths().collect();
    widths[layer] + 1 + widths[layer + 2]
}

impl Experiment for LayerDeath {
    fn name(&self) -> &'static str {
        "layer-death"
    }

    fn question(&self) -> &'static str {
        "Do units of the second layer die more than those of the first, from the start or by training, and at what cost?"
    }

    fn jobs(&self, _scale: Scale) -> Vec<String> {
        let of = |task: &Task| ACTIVATIONS.map(|activation| format!("{} activation={activation}", task.words()));
        TASKS.iter().flat_map(of).chain([COST_JOB.to_owned()]).collect()
    }

    fn seconds(&self, job: &str, scale: Scale) -> f64 {
        if job == COST_JOB { 0.01 } else { scale.pick(0.1, 1.5) }
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let mut readings = Readings::default();
        if job == COST_JOB {
            for hidden in COST_SHAPES {
                let shape = TASKS[0].setting(LONG)?.shape(hidden)?;
                for layer in 0..shape.depth() {
                    let cost = wasted_parameters(&shape, layer) as f64;
                    readings.push(&cost_case_of(hidden), 0, &in_layer(WASTED, layer + 1), cost);
                }
            }
            return Ok(readings);
        }
        let task = Task::of(job)?;
        let name: String = case::setting(job, "activation")?;
        let mut setting = task.setting(LONG)?;
        setting.activation = name.parse().map_err(CheckError::because)?;
        setting.checkpoints = MOMENTS[..2].to_vec();
        let shape = setting.shape(SHAPE)?;
        let trained = setting.train(&shape, context.scale.pick(16, 256), context)?;
        let gauge = Gauge::new(&setting, context)?;
        let first = gauge.dead(&Snapshot::after(0, &shape, setting.activation, &trained));
        for steps in MOMENTS {
            let case = case_of(task, &name, steps);
            let snapshot = Snapshot::after(steps, &shape, setting.activation, &trained);
            gauge.note(&case, &snapshot, &mut readings);
            let dead = gauge.dead(&snapshot);
            note_counts(&case, DEAD, &snapshot, &dead, true, &mut readings);
            note_counts(&case, DEAD_SMALL, &snapshot, &gauge.dead_small(&snapshot), true, &mut readings);
            let both =
                |(now, then): (&Vec<bool>, &Vec<bool>)| now.iter().zip(then).map(|(now, then)| *now && *then).collect();
            let since: Vec<Vec<bool>> = dead.iter().zip(&first).map(both).collect();
            note_counts(&case, DEAD_FROM_THE_START, &snapshot, &since, true, &mut readings);
            for (&seed, flags) in snapshot.seeds.iter().zip(&dead) {
                if let [0, second] = count_by_layer(&shape, flags)[..] {
                    readings.push(&case, seed, WITHOUT_CASCADE, second as f64);
                }
            }
            if task.input_dim == 1 {
                note_exact(&case, &snapshot, &mut readings)?;
            }
        }
        context.unless_cancelled(readings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::testing::context_of;
    use relulab_net::reference::loss_and_gradient;
    use relulab_net::{Activation, Loss};

    /// The gradient in all parameters of a dead unit vanishes, and in no others of a network in general position.
    #[test]
    fn wasted_parameters_are_those_without_gradient() {
        let shape = Shape::new(2, vec![3, 4, 2], 1).unwrap();
        let inputs: Vec<f64> = (0..80).map(|i| (1.9 * f64::from(i)).sin()).collect();
        let labels = vec![1.0; 40];
        let layers: Vec<_> = shape.layers().collect();
        for layer in 0..3 {
            // Positive weights and biases keep every unit on; a very negative bias kills one.
            let mut parameters: Vec<f64> = (0..shape.n_params()).map(|i| 0.1 + 0.01 * (i as f64).sin()).collect();
            layers.iter().for_each(|layer| layer.biases.clone().for_each(|place| parameters[place] = 2.0));
            parameters[layers[layer].biases.start] = -100.0;
            let gradient = loss_and_gradient(&shape, Activation::Relu, Loss::Mse, &parameters, &inputs, &labels).1;
            let n_still = gradient.iter().filter(|value| **value == 0.0).count();
            assert_eq!(n_still, wasted_parameters(&shape, layer));
        }
    }

    #[test]
    fn counts_by_layer_add_up() {
        let job = format!("{} activation=relu", TASKS[2].words());
        let readings = context_of(Scale::Quick, |context| LayerDeath.run(&job, context)).unwrap();
        for steps in MOMENTS {
            let case = case_of(TASKS[2], "relu", steps);
            let mean = |quantity: &str| readings.sample(&case, quantity).mean().unwrap();
            let parts = mean(&in_layer(DEAD, 1)) + mean(&in_layer(DEAD, 2));
            assert!((parts - mean(DEAD)).abs() < 1e-12 && mean(DEAD) > 0.0);
            assert!(mean(DEAD_FROM_THE_START) <= mean(DEAD));
            assert_eq!(mean("dead line layer=1"), 0.0);
        }
        assert_eq!(
            readings.sample(&case_of(TASKS[2], "relu", 0), DEAD),
            readings.sample(&case_of(TASKS[2], "relu", 0), DEAD_FROM_THE_START)
        );
        let cost = context_of(Scale::Quick, |context| LayerDeath.run(COST_JOB, context)).unwrap();
        assert_eq!(cost.sample(&cost_case_of("16"), &in_layer(WASTED, 1)).values(), [3.0]);
        assert_eq!(cost.sample(&cost_case_of(SHAPE), &in_layer(WASTED, 2)).values(), [10.0]);
    }
}
