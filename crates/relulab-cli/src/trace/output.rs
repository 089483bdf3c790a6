//! What a trace leaves in its folder besides the records: summary, report and figures.

use crate::failure::Failure;
use crate::machine::Machine;
use relulab_report::TraceReport;
use relulab_report::escape::slug;
use relulab_report::number::hidden_text;
use relulab_study::trace::{TracePlan, TraceSummary};
use relulab_study::write_atomically;
use relulab_train::VectorUnit;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Hexadecimal digits of the plan's hash in a folder's name.
const HASH_DIGITS: usize = 8;
/// Most characters of the target in a folder's name.
const TARGET_CHARACTERS: usize = 32;

/// The summary as it is printed, with the places of the files.
#[derive(Serialize)]
pub struct Located<'a> {
    folder: String,
    report: String,
    #[serde(flatten)]
    summary: &'a TraceSummary,
}

impl<'a> Located<'a> {
    /// The summary of the trace in a folder.
    pub fn new(folder: &Path, report: &Path, summary: &'a TraceSummary) -> Self {
        Self { folder: folder.display().to_string(), report: report.display().to_string(), summary }
    }
}

/// A folder named after the plan, under `./relulab-out`: `trace-16-linear-1a2b3c4d`.
pub fn default_folder(plan: &TracePlan) -> PathBuf {
    let target: String = slug(&plan.target).chars().take(TARGET_CHARACTERS).collect();
    let hash = &plan.hash()[..HASH_DIGITS];
    Path::new("relulab-out").join(format!("trace-{}-{target}-{hash}", slug(&hidden_text(&plan.shape))))
}

/// Writes `summary.json`, `report.html` and `figures/*.svg`; returns the path of the report.
///
/// # Errors
/// When the folder cannot be written.
pub fn write(folder: &Path, summary: &TraceSummary, unit: VectorUnit) -> Result<PathBuf, Failure> {
    let machine =
        [("processor".to_owned(), Machine::now().text()), ("vector unit".to_owned(), unit.as_str().to_owned())];
    let report = TraceReport::new(summary).machine(&machine);
    let json = serde_json::to_vec_pretty(summary).map_err(Failure::input)?;
    let figures = folder.join("figures");
    std::fs::create_dir_all(&figures)
        .map_err(|error| Failure::input(format!("cannot create {}: {error}", figures.display())))?;
    write_atomically(folder, "summary.json", &json).map_err(Failure::input)?;
    for (name, svg) in report.figures() {
        write_atomically(&figures, &format!("{name}.svg"), svg.as_bytes()).map_err(Failure::input)?;
    }
    write_atomically(folder, "report.html", report.html().as_bytes()).map_err(Failure::input)?;
    Ok(folder.join("report.html"))
}
