//! Which ingredient does what: each one switched off alone, κ changed, and the regime on top of a deeper network.

use super::panels::{Cell, Size};
use crate::anatomy::case;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use relulab_train::Mirrored;

/// The experiment.
pub struct Ablations;

/// Widths: n/d and 2n/d.
pub const WIDTHS: [usize; 2] = [20, 40];
/// A small and a large radius.
pub const RADII: [f64; 2] = [1.0, 100.0];
/// What is changed.
pub const VARIANTS: [&str; 9] = [
    "ours",
    "no-mirrored-start",
    "no-pairs",
    "no-projection",
    "ratio-10",
    "ratio-inf",
    "regular",
    "deep-ours",
    "deep-regular",
];
/// Width of the hidden layer below the mirrored one in a deeper network.
const BELOW: usize = 40;

/// The case of a variant.
pub fn case_of(variant: &str, width: usize, radius: f64) -> String {
    format!("variant={variant} width={width} radius={radius}")
}

/// The constraints of a variant.
fn mirrored(variant: &str, radius: f64) -> Mirrored {
    let ours = Mirrored::published(radius);
    let off = Mirrored { begins_mirrored: false, is_paired: false, ..ours };
    match variant {
        "no-mirrored-start" => Mirrored { begins_mirrored: false, ..ours },
        "no-pairs" => Mirrored { is_paired: false, ..ours },
        "no-projection" => Mirrored { radius: None, ..ours },
        "ratio-10" => Mirrored { ratio: Some(10.0), ..ours },
        "ratio-inf" => Mirrored { ratio: None, ..ours },
        "regular" => off,
        "deep-regular" => Mirrored { radius: None, ..off },
        _ => ours,
    }
}

impl Experiment for Ablations {
    fn name(&self) -> &'static str {
        "ablations"
    }

    fn question(&self) -> &'static str {
        "What do the mirrored start, the pairs and the projection each contribute, and does it carry over to two layers?"
    }

    fn jobs(&self, _scale: Scale) -> Vec<String> {
        let of = |variant: &'static str| {
            WIDTHS.into_iter().flat_map(move |width| RADII.map(|radius| case_of(variant, width, radius)))
        };
        VARIANTS.into_iter().flat_map(of).collect()
    }

    fn seconds(&self, job: &str, scale: Scale) -> f64 {
        let deep = if job.contains("deep") { 2.0 } else { 1.0 };
        let width: f64 = case::setting(job, "width").unwrap_or(40.0);
        deep * scale.pick(0.005, 0.1) * width
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let variant: String = case::setting(job, "variant")?;
        let (width, radius): (usize, f64) = (case::setting(job, "width")?, case::setting(job, "radius")?);
        let whole = Size::of(context.scale);
        let size = Size { search: whole.search / 2, steps: whole.steps / 2, ..whole };
        let hidden = if variant.starts_with("deep") { vec![BELOW, width] } else { vec![width] };
        let cell = Cell { size, mirrored: mirrored(&variant, radius), hidden, decomposed: 1 };
        let mut readings = Readings::default();
        let rate = cell.search(job, context, &mut readings)?;
        for seed in 0..size.seeds {
            cell.follow(job, context, rate, seed, &mut readings)?;
        }
        context.unless_cancelled(readings)
    }
}
