//! How many units are dead, by 64 samples, by 1000, on a grid, and exactly on the line.

use super::case;
use super::gauge::{DEAD, DEAD_GRID, DEAD_INTERVAL, DEAD_LINE, DEAD_SMALL, Gauge, HALVES, note_counts};
use super::line_death::dead_on_line;
use super::setting::{LONG, SHORT};
use super::snapshot::Snapshot;
use super::task::{TASKS, Task};
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use relulab_net::Network;
use relulab_net::conventions::SMALL_OBSERVATION_SAMPLES;
use relulab_regions::line::{LineDomain, Workspace};

/// The shapes of the paper's table of dead units.
pub const SHAPES: [&str; 4] = ["16", "5,7,4", "4,4,4,4", "5,1,4,6"];
/// The tasks of that table: x² in one dimension, x₁x₂ in two.
pub const TABLE_TASKS: [Task; 2] = [TASKS[2], TASKS[4]];
/// Mean count over all disjoint batches of 64 among the 1000 samples.
pub const DEAD_BATCHES: &str = "dead 64 mean of batches";
/// Count by 64 samples over the count by 1000, where the latter is not 0.
pub const RATIO: &str = "ratio 64 to 1000";
/// The same with the mean over batches.
pub const RATIO_BATCHES: &str = "ratio 64 to 1000 mean of batches";

/// The experiment.
pub struct Observation;

/// The case of a shape, a task and a number of steps.
pub fn case_of(shape: &str, task: Task, steps: u64) -> String {
    format!("shape={shape} {} activation=relu steps={steps}", task.words())
}

impl Experiment for Observation {
    fn name(&self) -> &'static str {
        "observation"
    }

    fn question(&self) -> &'static str {
        "How many units do 64 and 1000 samples call dead, and how many are?"
    }

    fn jobs(&self, _scale: Scale) -> Vec<String> {
        let of = |task: &Task| SHAPES.map(|shape| format!("shape={shape} {}", task.words()));
        TABLE_TASKS.iter().flat_map(of).collect()
    }

    fn seconds(&self, _job: &str, scale: Scale) -> f64 {
        scale.pick(0.1, 1.0)
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let task = Task::of(job)?;
        let hidden: String = case::setting(job, "shape")?;
        let mut setting = task.setting(LONG)?;
        let shape = setting.shape(&hidden)?;
        setting.checkpoints = vec![SHORT];
        let trained = setting.train(&shape, context.scale.pick(32, 512), context)?;
        let gauge = Gauge::new(&setting, context)?;
        let grid = setting.grid(HALVES[0])?.0;
        let mut readings = Readings::default();
        for steps in [SHORT, LONG] {
            let case = case_of(&hidden, task, steps);
            let snapshot = Snapshot::after(steps, &shape, setting.activation, &trained);
            gauge.note(&case, &snapshot, &mut readings);
            let large = gauge.dead(&snapshot);
            note_counts(&case, DEAD, &snapshot, &large, true, &mut readings);
            note_counts(&case, DEAD_SMALL, &snapshot, &gauge.dead_small(&snapshot), true, &mut readings);
            note_counts(&case, DEAD_GRID, &snapshot, &snapshot.dead(&grid, context.unit), true, &mut readings);
            note_batches(&case, &gauge, &snapshot, context, &mut readings);
            if task.input_dim == 1 {
                note_exact(&case, &snapshot, &mut readings)?;
            }
            for (count, ratio) in [(DEAD_SMALL, RATIO), (DEAD_BATCHES, RATIO_BATCHES)] {
                note_ratio(&case, count, ratio, &mut readings);
            }
        }
        context.unless_cancelled(readings)
    }
}

/// Notes the mean count over disjoint batches of 64 samples: what a batch of training would say.
fn note_batches(case: &str, gauge: &Gauge, snapshot: &Snapshot<'_>, context: &Context<'_>, readings: &mut Readings) {
    let batches = gauge.samples().chunks_exact(SMALL_OBSERVATION_SAMPLES * snapshot.shape.input_dim());
    let n_batches = batches.len() as f64;
    let mut counts = vec![0.0; snapshot.seeds.len()];
    for batch in batches {
        for (count, flags) in counts.iter_mut().zip(snapshot.dead(batch, context.unit)) {
            *count += flags.iter().filter(|&&dead| dead).count() as f64;
        }
    }
    snapshot
        .seeds
        .iter()
        .zip(counts)
        .for_each(|(&seed, count)| readings.push(case, seed, DEAD_BATCHES, count / n_batches));
}

/// Notes the exact counts on the whole line and on [−5,5], in all and by layer.
pub fn note_exact(case: &str, snapshot: &Snapshot<'_>, readings: &mut Readings) -> Result<(), CheckError> {
    let interval = LineDomain::interval(-HALVES[0], HALVES[0]).map_err(CheckError::because)?;
    let mut workspace = Workspace::new();
    for (quantity, domain) in [(DEAD_LINE, LineDomain::WHOLE), (DEAD_INTERVAL, interval)] {
        for (&seed, parameters) in snapshot.seeds.iter().zip(&snapshot.parameters) {
            // A network that diverged has no verdict.
            let network = Network::new(snapshot.shape.clone(), snapshot.activation, parameters.to_vec()).ok();
            let flags = network.and_then(|network| dead_on_line(&mut workspace, &network, domain));
            let Some(flags) = flags else { continue };
            let one = Snapshot { seeds: vec![seed], parameters: vec![*parameters], ..*snapshot };
            note_counts(case, quantity, &one, &[flags], true, readings);
        }
    }
    Ok(())
}

/// Notes a count over the count by 1000 samples, by seed where that is not 0.
fn note_ratio(case: &str, count: &str, ratio: &str, readings: &mut Readings) {
    let large: Vec<(u64, f64)> = readings.values(case, DEAD).collect();
    let small: Vec<(u64, f64)> = readings.values(case, count).collect();
    for ((seed, large), (_, small)) in large.iter().zip(&small).filter(|((_, large), _)| *large > 0.0) {
        readings.push(case, *seed, ratio, small / large);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::testing::context_of;

    #[test]
    fn verdicts_are_ordered_by_how_much_they_look_at() {
        let job = format!("shape=5,7,4 {}", TABLE_TASKS[0].words());
        let readings = context_of(Scale::Quick, |context| Observation.run(&job, context)).unwrap();
        let case = case_of("5,7,4", TABLE_TASKS[0], LONG);
        let values = |quantity: &str| readings.values(&case, quantity).map(|(_, value)| value).collect::<Vec<_>>();
        let [small, large, line] = [DEAD_SMALL, DEAD, DEAD_LINE].map(values);
        let [interval, grid, batches] = [DEAD_INTERVAL, DEAD_GRID, DEAD_BATCHES].map(values);
        assert_eq!(line.len(), 32);
        for seed in 0..32 {
            // The samples lie inside [−5,5], and so do the points of the grid.
            assert!(small[seed] >= large[seed] && large[seed] >= interval[seed]);
            assert!(grid[seed] >= interval[seed] && interval[seed] >= line[seed] && batches[seed] >= large[seed]);
        }
        assert!(large.iter().sum::<f64>() > 0.0);
        let layers: f64 =
            (1..=3).map(|layer| readings.sample(&case, &format!("{DEAD} layer={layer}")).mean().unwrap()).sum();
        assert!((layers - readings.sample(&case, DEAD).mean().unwrap()).abs() < 1e-12);
    }
}
