//! A trace in a folder: its manifest, its records, and the work that is left.

use crate::error::StudyError;
use crate::folder::{self, FolderLock, MANIFEST, write_atomically};
use crate::trace::error::TraceError;
use crate::trace::plan::TracePlan;
use crate::trace::records;
use crate::trace::seed::SeedTrace;
use crate::trace::tracer::Tracer;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Version of the folder's format.
const FORMAT: u32 = 1;
/// What the manifest says that it belongs to.
const KIND: &str = "trace";

/// What `manifest.json` holds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    kind: String,
    format: u32,
    relulab: String,
    plan_hash: String,
    plan: TracePlan,
}

/// A trace and the folder in which its records are.
///
/// A file of records is complete or absent; what a killed process leaves behind is removed by the next.
#[derive(Debug)]
pub struct TraceStudy {
    folder: PathBuf,
    plan: TracePlan,
    /// Traces of each file; absent where it is still to be made.
    traces: Vec<Option<Vec<SeedTrace>>>,
    _lock: Option<FolderLock>,
}

impl TraceStudy {
    /// Opens a folder for a plan, making it when it is absent; a finished one is only read.
    ///
    /// # Errors
    /// When the plan is not sound; when the folder holds another plan, other files, or this plan unfinished and nobody
    /// asked to resume; when it is in use, damaged, or cannot be written.
    pub fn prepare(folder: &Path, plan: &TracePlan, resume: bool) -> Result<Self, TraceError> {
        plan.check()?;
        if is_there(folder, plan)? {
            let study = Self::load(folder, plan, None)?;
            if study.is_finished() {
                return Ok(study);
            }
            if !resume {
                let (done, total) = (study.n_done(), plan.seeds);
                return Err(StudyError::Unfinished { folder: folder.to_owned(), done, total }.into());
            }
        } else if !folder::is_free(folder)? {
            return Err(StudyError::NotAStudy(folder.to_owned()).into());
        }
        let lock = FolderLock::acquire(folder)?;
        // Another process may have worked here before the lock was ours: look again.
        if !is_there(folder, plan)? {
            let manifest = Manifest {
                kind: KIND.to_owned(),
                format: FORMAT,
                relulab: env!("CARGO_PKG_VERSION").to_owned(),
                plan_hash: plan.hash(),
                plan: plan.clone(),
            };
            write_atomically(folder, MANIFEST, &pretty(&manifest))?;
        }
        for seeds in records::files(plan.seeds) {
            let unfinished = folder.join(format!("{}.tmp", records::file_name(&seeds)));
            if let Err(error) = fs::remove_file(&unfinished)
                && error.kind() != ErrorKind::NotFound
            {
                return Err(StudyError::io("remove", &unfinished)(error).into());
            }
        }
        Self::load(folder, plan, Some(lock))
    }

    /// Traces what is left, until `cancel` is raised; whether everything is done.
    ///
    /// `progress` is told of finished seeds, of all seeds, and of the time since the start.
    ///
    /// # Errors
    /// When a network cannot be measured or a file not be written.
    pub fn run(
        &mut self,
        tracer: &Tracer,
        cancel: &AtomicBool,
        progress: &mut dyn FnMut(u64, u64, Duration),
    ) -> Result<bool, TraceError> {
        let start = Instant::now();
        progress(self.n_done(), self.plan.seeds, start.elapsed());
        for (index, seeds) in records::files(self.plan.seeds).enumerate() {
            if self.traces[index].is_some() {
                continue;
            }
            if cancel.load(Ordering::Relaxed) {
                return Ok(false);
            }
            let all: Vec<u64> = seeds.clone().collect();
            let Some(traces) = tracer.trace(&all, cancel)? else { return Ok(false) };
            let bytes = records::encode(&traces).map_err(|error| self.damaged(&seeds, &error.to_string()))?;
            write_atomically(&self.folder, &records::file_name(&seeds), &bytes)?;
            self.traces[index] = Some(traces);
            progress(self.n_done(), self.plan.seeds, start.elapsed());
        }
        Ok(true)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The plan.
    pub fn plan(&self) -> &TracePlan {
        &self.plan
    }

    /// Seeds whose records are on disk.
    pub fn n_done(&self) -> u64 {
        self.traces.iter().flatten().map(|traces| traces.len() as u64).sum()
    }

    /// Whether the records of all seeds are on disk.
    pub fn is_finished(&self) -> bool {
        self.traces.iter().all(Option::is_some)
    }

    /// All traces on disk, by seed.
    pub fn traces(&self) -> Vec<&SeedTrace> {
        self.traces.iter().flatten().flatten().collect()
    }

    fn load(folder: &Path, plan: &TracePlan, lock: Option<FolderLock>) -> Result<Self, TraceError> {
        let mut study = Self { folder: folder.to_owned(), plan: plan.clone(), traces: Vec::new(), _lock: lock };
        for seeds in records::files(plan.seeds) {
            let path = folder.join(records::file_name(&seeds));
            let traces = match fs::read(&path) {
                Ok(bytes) => Some(records::decode(&bytes, &seeds).map_err(|reason| study.damaged(&seeds, &reason))?),
                Err(error) if error.kind() == ErrorKind::NotFound => None,
                Err(error) => return Err(StudyError::io("read", &path)(error).into()),
            };
            study.traces.push(traces);
        }
        Ok(study)
    }

    fn damaged(&self, seeds: &Range<u64>, reason: &str) -> TraceError {
        TraceError::DamagedRecords { path: self.folder.join(records::file_name(seeds)), reason: reason.to_owned() }
    }
}

/// Whether the folder holds this plan; an error when it holds another.
fn is_there(folder: &Path, plan: &TracePlan) -> Result<bool, TraceError> {
    let path = folder.join(MANIFEST);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(StudyError::io("read", &path)(error).into()),
    };
    let damaged = |reason: String| StudyError::DamagedManifest { path: path.clone(), reason };
    let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
    if value.get("kind").and_then(serde_json::Value::as_str) != Some(KIND) {
        return Err(damaged("it is not that of a trace".to_owned()).into());
    }
    if value.get("format").and_then(serde_json::Value::as_u64) != Some(u64::from(FORMAT)) {
        return Err(damaged(format!("another format than {FORMAT}, which this version reads")).into());
    }
    let manifest: Manifest = serde_json::from_value(value).map_err(|error| damaged(error.to_string()))?;
    if manifest.plan.hash() != manifest.plan_hash {
        return Err(damaged("the plan and its hash disagree".to_owned()).into());
    }
    match plan.differences(&manifest.plan) {
        same if same.is_empty() => Ok(true),
        differences => Err(StudyError::OtherPlan { folder: folder.to_owned(), differences }.into()),
    }
}

fn pretty(manifest: &Manifest) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(manifest).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_train::VectorUnit;

    fn plan() -> TracePlan {
        TracePlan { seeds: 11, steps: 40, at: vec![0, 40], look_until: 20, ..TracePlan::new(vec![3], "linear") }
    }

    fn run(study: &mut TraceStudy, cancel: &AtomicBool) -> bool {
        let tracer = Tracer::new(&plan(), VectorUnit::widest()).unwrap();
        study.run(&tracer, cancel, &mut |_, _, _| ()).unwrap()
    }

    #[test]
    fn what_is_missing_is_made_again_with_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let go_on = AtomicBool::new(false);
        let mut study = TraceStudy::prepare(folder.path(), &plan(), false).unwrap();
        assert!(!run(&mut study, &AtomicBool::new(true)) && study.n_done() == 0);
        assert!(run(&mut study, &go_on) && study.is_finished());
        let traces: Vec<SeedTrace> = study.traces().into_iter().cloned().collect();
        assert_eq!(traces.len(), 11);
        drop(study);
        // Read back, without a lock on the folder.
        let again = TraceStudy::prepare(folder.path(), &plan(), false).unwrap();
        assert!(again.traces().into_iter().eq(&traces));
        let second = folder.path().join("seeds-000008-000010.jsonl");
        let bytes = fs::read(&second).unwrap();
        fs::rename(&second, folder.path().join("seeds-000008-000010.jsonl.tmp")).unwrap();
        let refused = TraceStudy::prepare(folder.path(), &plan(), false).unwrap_err().to_string();
        assert!(refused.contains("8 of 11 networks done; add --resume"), "{refused}");
        let mut resumed = TraceStudy::prepare(folder.path(), &plan(), true).unwrap();
        assert!(run(&mut resumed, &go_on));
        assert_eq!(fs::read(&second).unwrap(), bytes);
        assert!(!folder.path().join("seeds-000008-000010.jsonl.tmp").exists());
        assert!(resumed.traces().into_iter().eq(&traces));
    }

    #[test]
    fn other_folders_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let refuse = |plan: &TracePlan| TraceStudy::prepare(path, plan, true).unwrap_err().to_string();
        fs::write(path.join("notes.txt"), "x").unwrap();
        assert!(refuse(&plan()).contains("choose another folder"));
        fs::remove_file(path.join("notes.txt")).unwrap();
        drop(TraceStudy::prepare(path, &plan(), false).unwrap());
        let other = TracePlan { study_seed: 1, ..plan() };
        assert!(refuse(&other).contains("holds another plan: study_seed 0 there, 1 here"));
        fs::write(path.join("seeds-000000-000007.jsonl"), "{}").unwrap();
        assert!(refuse(&plan()).contains("damaged records (line 1: "));
        fs::write(path.join(MANIFEST), "{\"format\":1}").unwrap();
        assert!(refuse(&plan()).contains("it is not that of a trace"));
    }
}
