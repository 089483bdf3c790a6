//! The trace of one seed: its rows, its collapse, and where each rule stops it.

use crate::trace::checkpoint::CheckpointRow;
use crate::trace::collapse::{Collapse, SteepCount};
use serde::{Deserialize, Serialize};

/// Everything that a trace knows of one network.
#[derive(Clone, Debug, PartialEq)]
pub struct SeedTrace {
    /// A row per checkpoint that was reached with finite parameters, ascending.
    pub rows: Vec<CheckpointRow>,
    /// What belongs to no single checkpoint.
    pub seed: SeedRow,
}

/// What a trace knows of one network beyond its checkpoints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeedRow {
    /// Seed index.
    pub seed: u64,
    /// Whether the loss stayed a number to the last step.
    pub finished: bool,
    /// Steps done.
    pub steps: u64,
    /// Steep eigenvalues at every look, ascending.
    pub looks: Vec<SteepCount>,
    /// Their collapse; `None` for a network that diverged.
    pub collapse: Option<Collapse>,
    /// What every stop rule of the plan does, in their order.
    pub stops: Vec<StopRow>,
}

/// One stop rule on one network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StopRow {
    /// The rule, as it is written.
    pub rule: String,
    /// Where the rule would have stopped the whole training, by looks at its checkpoints; `None` for not at all.
    pub post_hoc: Option<u64>,
    /// Where training with the rule did stop; `None` for not before the last step.
    pub stopped: Option<u64>,
    /// Steps that training with the rule did.
    pub steps: u64,
    /// `uniform5` of what it ended with.
    pub uniform5: Option<f64>,
    /// `uniform3` of what it ended with.
    pub uniform3: Option<f64>,
    /// `normal` of what it ended with.
    pub normal: Option<f64>,
}

impl SeedTrace {
    /// The row of a checkpoint.
    pub fn at(&self, step: u64) -> Option<&CheckpointRow> {
        self.rows.iter().find(|row| row.step == step)
    }
}
