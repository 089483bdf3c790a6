//! What the records of a study say: records → [`Summary`].
//!
//! Runs without a finite loss count as infinite wherever losses are ordered. The extra seeds of depth 1 enter matched
//! tries only; everything else sees the plan's seeds of every shape. Random resampling is keyed by the study's seed,
//! and sums run in plan order, so the result does not depend on threads.

mod correlations;
mod findings;
mod frontier;
mod losses;
mod matched;
mod selection;
mod shapes;
mod table;

use crate::plan::EnumeratePlan;
use crate::record::Record;
use crate::summary::{DepthSummary, Summary, ThreeWays};
use losses::{LossName, Losses};
use std::collections::BTreeMap;
use table::{Table, TargetRuns};

/// Why records could not be analysed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnalysisError {
    /// Records of the plan are missing.
    #[error("{missing} of {total} records are missing: finish the study first (--resume)")]
    Incomplete {
        /// Records that are not there.
        missing: usize,
        /// Records of the plan.
        total: usize,
    },
    /// A record is not of this plan, or is there twice.
    #[error("the record of seed {seed} of shape {shape} on {target} is not of this plan, or is there twice")]
    Unexpected {
        /// Its target.
        target: String,
        /// Its shape.
        shape: String,
        /// Its seed.
        seed: u32,
    },
}

/// Analyses the complete records of a plan, in any order.
///
/// Runs on the current rayon pool; the result is the same for every number of threads.
///
/// # Errors
/// When records are missing, foreign or repeated.
pub fn analyse(plan: &EnumeratePlan, records: &[Record]) -> Result<Summary, AnalysisError> {
    let table = Table::of(plan, records)?;
    let names = LossName::of_plan(plan);
    let mut summary = Summary {
        plan: serde_json::to_value(plan).unwrap_or_default(),
        n_shapes: table.shapes.len(),
        shapes: Vec::new(),
        depths: Vec::new(),
        correlations: BTreeMap::new(),
        findings: BTreeMap::new(),
    };
    for (index, target) in table.targets.iter().enumerate() {
        let losses: Vec<(LossName, Losses)> =
            names.iter().map(|&name| (name, Losses::of(&table, target, name))).collect();
        summary.shapes.extend(shapes::summaries(&table, target, &losses));
        summary.depths.extend(depths(plan, index, &table, target, &losses));
        let features = correlations::Features::of(&table, target);
        let by_name = |(name, losses): &(LossName, Losses)| {
            let rows = correlations::rows(&features, losses);
            let findings = findings::findings(plan, index, &table, losses);
            (name.text().to_owned(), rows, findings)
        };
        let (mut rows, mut found) = (BTreeMap::new(), BTreeMap::new());
        for (name, row, finding) in losses.iter().map(by_name) {
            rows.insert(name.clone(), row);
            found.insert(name, finding);
        }
        summary.correlations.insert(target.name.clone(), rows);
        summary.findings.insert(target.name.clone(), found);
    }
    Ok(summary)
}

fn depths(
    plan: &EnumeratePlan,
    target_index: usize,
    table: &Table<'_>,
    target: &TargetRuns<'_>,
    losses: &[(LossName, Losses)],
) -> Vec<DepthSummary> {
    let mut frontiers: Vec<_> = losses
        .iter()
        .map(|(name, losses)| (*name, frontier::frontiers(plan, target_index, table, losses).into_iter()))
        .collect();
    let one = |(depth, range): &(usize, std::ops::Range<usize>)| {
        let runs = target.runs_of(range);
        let share =
            |is: fn(&Record) -> bool| runs.iter().filter(|record| is(record)).count() as f64 / runs.len().max(1) as f64;
        let mut by_loss = ThreeWays::default();
        for (name, frontiers) in &mut frontiers {
            name.put(&mut by_loss, frontiers.next().unwrap_or_default());
        }
        DepthSummary {
            target: target.name.clone(),
            depth: *depth,
            n_shapes: range.len(),
            n_runs: runs.len(),
            collapsed_at_start: share(|record| record.collapsed_at_start),
            collapsed: share(|record| record.collapsed),
            losses: by_loss,
        }
    };
    table.depths.iter().map(one).collect()
}

#[cfg(test)]
mod tests;
