//! What a practitioner would try first, alone and with jumpstart.

use super::cell::Cell;
use super::moons::{self, COARSE_DEPTHS, WIDTHS, estimated_seconds};
use super::task::Task;
use super::way::{ARCHITECTURES, Way};
use crate::anatomy::case;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};

/// Changes to the baseline; the baseline itself and jumpstart are in the study of MOONS.
pub const VARIANTS: [&str; 10] = [
    "leaky_relu",
    "he",
    "orthogonal",
    "batch_norm",
    "residual",
    "slow",
    "he+both",
    "orthogonal+both",
    "residual+both",
    "batch_norm+both",
];
/// Mirrored pairs need an even width.
pub const MIRRORED: [&str; 2] = ["mirrored", "mirrored+both"];
/// The width at which they are tried.
pub const MIRRORED_WIDTH: usize = 10;

/// Widths of a scale.
pub fn widths(scale: Scale) -> Vec<usize> {
    scale.pick(vec![3, 10], WIDTHS.to_vec())
}

/// Depths of a scale.
pub fn depths(scale: Scale) -> Vec<usize> {
    scale.pick(vec![10, 60], COARSE_DEPTHS.to_vec())
}

/// The case of a cell.
pub fn case_of(variant: &str, width: usize, depth: usize) -> String {
    moons::case_of(ARCHITECTURES[0], variant, width, depth)
}

/// The experiment.
pub struct Baselines;

impl Experiment for Baselines {
    fn name(&self) -> &'static str {
        "baselines"
    }

    fn question(&self) -> &'static str {
        "How deep do the usual remedies train, alone and together with jumpstart?"
    }

    fn jobs(&self, scale: Scale) -> Vec<String> {
        let mut jobs = Vec::new();
        for width in widths(scale) {
            for depth in depths(scale) {
                jobs.extend(VARIANTS.map(|variant| case_of(variant, width, depth)));
                if width == MIRRORED_WIDTH {
                    jobs.extend(MIRRORED.map(|variant| case_of(variant, width, depth)));
                }
            }
        }
        jobs
    }

    fn seconds(&self, job: &str, scale: Scale) -> f64 {
        let plain = !["residual", "batch_norm", "mirrored"].iter().any(|word| job.contains(word));
        let dearer = if plain { 1.0 } else { 2.0 };
        dearer * estimated_seconds(job, moons::n_seeds(scale))
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let (width, depth) = (case::setting(job, "width")?, case::setting(job, "depth")?);
        let way = Way::named(ARCHITECTURES[0], &case::setting::<String>(job, "variant")?)?;
        let cell = Cell { task: &Task::named("moons")?, way: &way, width, depth };
        let mut readings = Readings::default();
        cell.note(job, moons::n_seeds(context.scale), &[], context, &mut readings)?;
        context.unless_cancelled(readings)
    }
}
