//! The study of MOONS: every width and depth of the paper, both architectures, with and without penalty, over seeds.

use super::cell::Cell;
use super::task::Task;
use super::way::{ARCHITECTURES, Way};
use crate::anatomy::case;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};

/// The paper's widths.
pub const WIDTHS: [usize; 9] = [1, 2, 3, 4, 5, 10, 15, 20, 25];
/// The paper's depths.
pub const DEPTHS: [usize; 24] =
    [1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150];
/// About every other depth, where all would cost too much.
pub const COARSE_DEPTHS: [usize; 15] = [1, 2, 3, 4, 5, 10, 20, 30, 40, 50, 60, 80, 100, 120, 150];
/// Without penalty, and with the published one.
pub const PUBLISHED: [&str; 2] = ["baseline", "both"];
/// The penalty on one axis alone.
pub const SINGLE_AXES: [&str; 2] = ["units", "points"];
/// Cells whose units and points are followed through training.
pub const FOLLOWED: [[usize; 2]; 12] = [
    [3, 10],
    [3, 30],
    [3, 60],
    [3, 100],
    [10, 10],
    [10, 30],
    [10, 60],
    [10, 100],
    [25, 10],
    [25, 30],
    [25, 60],
    [25, 100],
];
/// The epochs at which they are.
pub const FOLLOWED_AT: [u64; 18] =
    [0, 25, 50, 75, 100, 150, 200, 300, 400, 500, 750, 1000, 1500, 2000, 2500, 3000, 4000, 5000];

/// Widths of a scale.
pub fn widths(scale: Scale) -> Vec<usize> {
    scale.pick(vec![3, 10, 25], WIDTHS.to_vec())
}

/// Depths of a scale.
pub fn depths(scale: Scale) -> Vec<usize> {
    scale.pick(vec![5, 10, 30, 60, 100], DEPTHS.to_vec())
}

/// Seeds of a scale.
pub fn n_seeds(scale: Scale) -> u64 {
    scale.pick(2, 5)
}

/// The case of a cell.
pub fn case_of(architecture: &str, variant: &str, width: usize, depth: usize) -> String {
    format!("architecture={architecture} variant={variant} width={width} depth={depth}")
}

/// The experiment; two of them share the paper's grid, so that what the paper shows comes first.
pub struct Moons {
    name: &'static str,
    question: &'static str,
    variants: [&'static str; 2],
}

impl Moons {
    /// The paper's own two heatmaps.
    pub const PUBLISHED: Self = Self {
        name: "moons",
        question: "Which widths and depths learn MOONS, with jumpstart and without?",
        variants: PUBLISHED,
    };
    /// The same with the penalty on units or on points alone.
    pub const SINGLE_AXES: Self = Self {
        name: "axes",
        question: "Is it the units or the points whose penalty lets deep networks learn?",
        variants: SINGLE_AXES,
    };

    /// Both architectures; a quick look at single axes is one at the dense one.
    fn architectures(&self, scale: Scale) -> &'static [&'static str] {
        if self.variants == SINGLE_AXES { scale.pick(&ARCHITECTURES[..1], &ARCHITECTURES) } else { &ARCHITECTURES }
    }
}

impl Experiment for Moons {
    fn name(&self) -> &'static str {
        self.name
    }

    fn question(&self) -> &'static str {
        self.question
    }

    fn jobs(&self, scale: Scale) -> Vec<String> {
        let mut jobs = Vec::new();
        for architecture in self.architectures(scale) {
            for width in widths(scale) {
                for depth in depths(scale) {
                    jobs.extend(self.variants.map(|variant| case_of(architecture, variant, width, depth)));
                }
            }
        }
        jobs
    }

    fn seconds(&self, job: &str, scale: Scale) -> f64 {
        estimated_seconds(job, n_seeds(scale))
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let (width, depth) = (case::setting(job, "width")?, case::setting(job, "depth")?);
        let architecture: String = case::setting(job, "architecture")?;
        let variant: String = case::setting(job, "variant")?;
        let counted: &[u64] = if FOLLOWED.contains(&[width, depth]) { &FOLLOWED_AT } else { &[] };
        let cell = Cell { task: &Task::named("moons")?, way: &Way::named(&architecture, &variant)?, width, depth };
        let mut readings = Readings::default();
        cell.note(job, n_seeds(context.scale), counted, context, &mut readings)?;
        context.unless_cancelled(readings)
    }
}

/// About how many seconds a cell takes a thread: what units cost and what weights cost, each layer.
pub fn estimated_seconds(job: &str, n_seeds: u64) -> f64 {
    let number = |name| case::setting::<f64>(job, name).unwrap_or(1.0);
    let (width, depth) = (number("width"), number("depth"));
    let convolution = job.contains("architecture=convolution");
    let penalised = !job.contains("variant=baseline");
    let layer = 2e-4 + 1.2e-4 * width + 2e-5 * width * width;
    let factor = if convolution { 2.5 } else { 1.0 } * if penalised { 1.5 } else { 1.0 };
    n_seeds as f64 * factor * depth * layer
}
