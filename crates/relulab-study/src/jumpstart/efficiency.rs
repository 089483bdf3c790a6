//! Parameters: deep and thin against shallow and wide with as many units.

use super::cell::Cell;
use super::moons::PUBLISHED;
use super::task::Task;
use super::way::{ARCHITECTURES, Way};
use crate::anatomy::case;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};

/// Pairs of depth and width with equal numbers of units, as the paper compares them on CIFAR: deep, then shallow.
pub const PAIRS: [[[usize; 2]; 2]; 2] = [[[20, 8], [10, 16]], [[20, 32], [10, 64]]];
/// What is learnt: the paper's small task, a harder one, and one that can only be learnt by heart.
pub const TASKS: [&str; 3] = ["moons", "spirals", "random"];

/// The case of a shape on a task.
pub fn case_of(task: &str, variant: &str, [depth, width]: [usize; 2]) -> String {
    format!("task={task} variant={variant} width={width} depth={depth}")
}

/// Seeds of a scale.
pub fn n_seeds(scale: Scale) -> u64 {
    scale.pick(2, 10)
}

/// The experiment.
pub struct Efficiency;

impl Experiment for Efficiency {
    fn name(&self) -> &'static str {
        "efficiency"
    }

    fn question(&self) -> &'static str {
        "With as many units, do deep thin networks of fewer parameters learn better than shallow wide ones?"
    }

    fn jobs(&self, scale: Scale) -> Vec<String> {
        let tasks = scale.pick(&TASKS[..2], &TASKS[..]);
        let pairs = scale.pick(&PAIRS[..1], &PAIRS[..]);
        let of = |task: &&str| {
            let shapes = pairs.iter().flatten();
            shapes.flat_map(|&shape| PUBLISHED.map(|variant| case_of(task, variant, shape))).collect::<Vec<_>>()
        };
        tasks.iter().flat_map(of).collect()
    }

    fn seconds(&self, job: &str, scale: Scale) -> f64 {
        let larger = if job.contains("task=moons") { 1.0 } else { 2.4 };
        larger * super::moons::estimated_seconds(job, n_seeds(scale))
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let (width, depth) = (case::setting(job, "width")?, case::setting(job, "depth")?);
        let way = Way::named(ARCHITECTURES[0], &case::setting::<String>(job, "variant")?)?;
        let cell = Cell { task: &Task::named(&case::setting::<String>(job, "task")?)?, way: &way, width, depth };
        let mut readings = Readings::default();
        cell.note(job, n_seeds(context.scale), &[], context, &mut readings)?;
        context.unless_cancelled(readings)
    }
}
