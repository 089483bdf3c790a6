//! The manifest: the whole plan of a folder, written before anything else in it.

use crate::error::StudyError;
use crate::folder::{MANIFEST, write_atomically};
use crate::jobs::JobList;
use crate::plan::EnumeratePlan;
use crate::shard::{self, ShardIdentity};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// Version of the folder's format: manifest and shard columns.
pub const FORMAT: u32 = 1;

/// What `manifest.json` holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the folder's format.
    pub format: u32,
    /// Version of relulab that made the folder.
    pub relulab: String,
    /// Vector unit of the engine, when its bits depend on it; any fixed word when they do not.
    pub vector_unit: String,
    /// Identity of the plan.
    pub plan_hash: String,
    /// The plan.
    pub plan: EnumeratePlan,
    /// Number of networks.
    pub n_networks: u64,
    /// Number of jobs.
    pub n_jobs: usize,
    /// The jobs, as the shards that they fill.
    pub shards: Vec<ShardEntry>,
}

/// The jobs of one shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardEntry {
    /// File name.
    pub file: String,
    /// First job.
    pub first_job: usize,
    /// Number of jobs.
    pub n_jobs: usize,
    /// Number of records.
    pub n_rows: usize,
    /// Target, shape and first seed of the first job.
    pub starts_with: (String, String, u32),
}

impl Manifest {
    /// The manifest of a plan.
    pub fn of(plan: &EnumeratePlan, vector_unit: &str) -> Self {
        let jobs = JobList::of(plan);
        let entry = |index: usize| {
            let range = jobs.jobs_of_shard(index);
            let first = jobs.get(range.start);
            ShardEntry {
                file: shard::file_name(index),
                first_job: range.start,
                n_jobs: range.len(),
                n_rows: jobs.rows_of_shard(index),
                starts_with: first
                    .map_or_else(Default::default, |job| (job.target, shard::shape_text(&job.shape), job.seeds.start)),
            }
        };
        Self {
            format: FORMAT,
            relulab: env!("CARGO_PKG_VERSION").to_owned(),
            vector_unit: vector_unit.to_owned(),
            plan_hash: plan.plan_hash(),
            plan: plan.clone(),
            n_networks: jobs.n_networks(),
            n_jobs: jobs.len(),
            shards: (0..jobs.n_shards()).map(entry).collect(),
        }
    }

    /// Reads a folder's manifest; `None` when it has none.
    ///
    /// # Errors
    /// When the file cannot be read, is not a manifest, is of another format, or disagrees with its own plan.
    pub fn read(folder: &Path) -> Result<Option<Self>, StudyError> {
        let path = folder.join(MANIFEST);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StudyError::io("read", &path)(error)),
        };
        let damaged = |reason: String| StudyError::DamagedManifest { path: path.clone(), reason };
        let value: serde_json::Value = serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
        match value.get("format").and_then(serde_json::Value::as_u64) {
            Some(format) if format == u64::from(FORMAT) => {}
            Some(format) => return Err(damaged(format!("format {format}, this version reads {FORMAT}"))),
            None => return Err(damaged("it names no format".to_owned())),
        }
        let manifest: Self = serde_json::from_value(value).map_err(|error| damaged(error.to_string()))?;
        manifest.plan.check().map_err(|error| damaged(error.to_string()))?;
        let expected = Self { relulab: manifest.relulab.clone(), ..Self::of(&manifest.plan, &manifest.vector_unit) };
        if manifest != expected {
            return Err(damaged("its plan and its list of shards or plan hash disagree".to_owned()));
        }
        Ok(Some(manifest))
    }

    /// Writes the manifest into a folder, whole or not at all.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), StudyError> {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        write_atomically(folder, MANIFEST, text.as_bytes())
    }

    /// What the file of a shard must hold.
    pub(crate) fn identity_of(&self, index: usize) -> ShardIdentity {
        let n_rows = self.shards.get(index).map_or(0, |entry| entry.n_rows);
        ShardIdentity { plan_hash: self.plan_hash.clone(), index, n_rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_survives_its_file_and_damage_is_told() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Manifest::read(folder.path()).unwrap(), None);
        let manifest = Manifest::of(&EnumeratePlan::new(9, vec!["sine".into()]), "avx512");
        manifest.write(folder.path()).unwrap();
        assert_eq!(Manifest::read(folder.path()).unwrap(), Some(manifest));

        let path = folder.path().join(MANIFEST);
        let whole = fs::read_to_string(&path).unwrap();
        let reason = |text: &str| {
            fs::write(&path, text).unwrap();
            Manifest::read(folder.path()).unwrap_err().to_string()
        };
        assert!(reason(&whole[..whole.len() / 2]).contains("manifest.json: damaged manifest (EOF"));
        assert!(reason(&whole.replace("\"format\": 1", "\"format\": 9")).contains("format 9, this version reads 1"));
        assert!(reason(&whole.replace("\"steps\": 3000", "\"steps\": 3001")).contains("plan hash disagree"));
        assert!(reason(&whole.replace("\"neurons\": 9", "\"neurons\": 99")).contains("neurons 99: expected 1 to 24"));
    }
}
