//! How much the penalty's settings matter: its weight, aggregation, margin and ties.

use super::cell::Cell;
use super::task::Task;
use super::way::Way;
use crate::anatomy::case;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use relulab_train::Regime;

/// Cells as width and depth: where the paper's baseline fails and its jumpstart does not.
pub const CELLS: [[usize; 2]; 2] = [[10, 60], [3, 30]];
/// Powers of ten that weigh the penalty.
pub const POWERS: [i32; 6] = [-6, -5, -4, -3, -2, -1];
/// How deficits become one number.
pub const AGGREGATIONS: [&str; 4] = ["sum_of_squares", "one_norm", "two_norm", "mean"];
/// Margins, the published one first.
pub const MARGINS: [f64; 4] = [1.0, 0.1, 0.5, 2.0];
/// Which of several equal extremes is moved, the published rule first.
pub const TIES: [&str; 3] = ["average", "first", "random"];
/// The published power of ten.
pub const PUBLISHED_POWER: i32 = -4;

/// The case of a cell under a penalty.
pub fn case_of([width, depth]: [usize; 2], aggregation: &str, power: i32, margin: f64, ties: &str) -> String {
    format!("width={width} depth={depth} aggregation={aggregation} power={power} margin={margin} ties={ties}")
}

/// The experiment.
pub struct Weights;

impl Experiment for Weights {
    fn name(&self) -> &'static str {
        "weights"
    }

    fn question(&self) -> &'static str {
        "How much does it matter how the penalty is weighed, summed and settled at ties?"
    }

    fn jobs(&self, scale: Scale) -> Vec<String> {
        let cells = scale.pick(&CELLS[1..], &CELLS[..]);
        let powers = scale.pick(&POWERS[1..4], &POWERS[..]);
        let mut jobs = Vec::new();
        for &cell in cells {
            let weighed = |aggregation| move |power: &i32| case_of(cell, aggregation, *power, MARGINS[0], TIES[0]);
            for aggregation in AGGREGATIONS {
                jobs.extend(powers.iter().map(weighed(aggregation)));
            }
            jobs.extend(MARGINS[1..].iter().map(|&m| case_of(cell, AGGREGATIONS[0], PUBLISHED_POWER, m, TIES[0])));
            jobs.extend(TIES[1..].iter().map(|t| case_of(cell, AGGREGATIONS[0], PUBLISHED_POWER, MARGINS[0], t)));
        }
        jobs
    }

    fn seconds(&self, job: &str, scale: Scale) -> f64 {
        super::moons::estimated_seconds(job, super::moons::n_seeds(scale))
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let (width, depth) = (case::setting(job, "width")?, case::setting(job, "depth")?);
        let text = |name| case::setting::<String>(job, name);
        let penalty = format!(
            "jumpstart:aggregation={},weight=1e{},margin={},ties={}",
            text("aggregation")?,
            text("power")?,
            text("margin")?,
            text("ties")?
        );
        let regime: Regime = penalty.parse().map_err(CheckError::because)?;
        let jumpstart = regime.jumpstart.ok_or_else(|| CheckError::because("no penalty"))?;
        let cell = Cell { task: &Task::named("moons")?, way: &Way::penalised(jumpstart)?, width, depth };
        let mut readings = Readings::default();
        cell.note(job, super::moons::n_seeds(context.scale), &[], context, &mut readings)?;
        context.unless_cancelled(readings)
    }
}
