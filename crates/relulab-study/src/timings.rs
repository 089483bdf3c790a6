//! Timings: how long each job took, in a file of their own, outside the identity of the records.

use crate::error::StudyError;
use crate::folder::TIMINGS;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// One line of `timings.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// Index of the job.
    pub job: usize,
    /// Target of the job.
    pub target: String,
    /// Hidden widths, as in `5,7,4`.
    pub shape: String,
    /// Networks trained.
    pub networks: usize,
    /// Seconds that one thread spent on them.
    pub seconds: f64,
}

impl Timing {
    /// The timing of a job.
    pub(crate) fn of(job: &crate::Job, spent: Duration) -> Self {
        Self {
            job: job.index,
            target: job.target.clone(),
            shape: crate::shard::shape_text(&job.shape),
            networks: job.seeds.len(),
            seconds: spent.as_secs_f64(),
        }
    }
}

/// Appends lines; a line torn by a killed process is ended first, so that it stays alone.
pub(crate) fn append(folder: &Path, timings: &[Timing]) -> Result<(), StudyError> {
    let path = folder.join(TIMINGS);
    let mut text = String::new();
    if fs::read(&path).is_ok_and(|bytes| bytes.last().is_some_and(|&last| last != b'\n')) {
        text.push('\n');
    }
    for timing in timings {
        text += &serde_json::to_string(timing).unwrap_or_default();
        text.push('\n');
    }
    let write = || File::options().create(true).append(true).open(&path)?.write_all(text.as_bytes());
    write().map_err(StudyError::io("write to", &path))
}

/// Reads the lines that are whole; no file means no lines.
pub(crate) fn read(folder: &Path) -> Vec<Timing> {
    let text = fs::read(folder.join(TIMINGS)).unwrap_or_default();
    String::from_utf8_lossy(&text).lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_line_costs_only_itself() {
        let folder = tempfile::tempdir().unwrap();
        let timing = |job| Timing { job, target: "sine".into(), shape: "3".into(), networks: 2, seconds: 0.5 };
        append(folder.path(), &[timing(0), timing(1)]).unwrap();
        let path = folder.path().join(TIMINGS);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() - 9]).unwrap();
        append(folder.path(), &[timing(2)]).unwrap();
        assert_eq!(read(folder.path()), [timing(0), timing(2)]);
    }
}
