//! A study in its folder: prepared, resumed or opened; what is finished; its records.

use crate::error::StudyError;
use crate::folder::{self, FolderLock};
use crate::jobs::JobList;
use crate::manifest::Manifest;
use crate::plan::EnumeratePlan;
use crate::record::Record;
use crate::shard::{self, ShardError, ShardIdentity};
use crate::timings::{self, Timing};
use rayon::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

/// A plan and the folder that holds its records.
///
/// The folder holds `manifest.json` (the plan), `shard-000000.parquet` and so on (the records), `timings.jsonl` (how
/// long it took) and a lock file.
#[derive(Debug)]
pub struct Study {
    pub(crate) folder: PathBuf,
    pub(crate) manifest: Manifest,
    pub(crate) jobs: JobList,
    /// Which shards are on disk and whole.
    pub(crate) finished: Vec<bool>,
    pub(crate) lock: Option<FolderLock>,
}

impl Study {
    /// Prepares a folder for a plan.
    ///
    /// An absent or empty folder gets the plan's manifest. A folder with the same plan, finished, is opened; the same
    /// plan unfinished is continued when `resume` is set and refused otherwise. Half-written files of a killed process
    /// are removed.
    ///
    /// `vector_unit` names what the engine's bits depend on; a resume under another name is refused.
    ///
    /// # Errors
    /// When the plan is not sound; when the folder holds another plan or other files, is in use, or cannot be
    /// written; and when its manifest or one of its shards is damaged.
    pub fn prepare(folder: &Path, plan: &EnumeratePlan, vector_unit: &str, resume: bool) -> Result<Self, StudyError> {
        plan.check()?;
        if let Some(manifest) = Manifest::read(folder)? {
            refuse_other_plan(folder, plan, &manifest)?;
            let study = Self::load(folder, manifest, None)?;
            if study.is_finished() {
                return Ok(study);
            }
            if !resume {
                let (done, total) = (study.n_networks_done(), study.n_networks());
                return Err(StudyError::Unfinished { folder: folder.to_owned(), done, total });
            }
        } else if !folder::is_free(folder)? {
            return Err(StudyError::NotAStudy(folder.to_owned()));
        }
        let is_new = !folder.exists();
        let lock = FolderLock::acquire(folder)?;
        // Another process may have worked here between the look above and the lock: look again.
        folder::remove_unfinished(folder)?;
        let manifest = match Manifest::read(folder)? {
            Some(manifest) => {
                refuse_other_plan(folder, plan, &manifest)?;
                if manifest.vector_unit != vector_unit {
                    let (there, here) = (manifest.vector_unit, vector_unit.to_owned());
                    return Err(StudyError::OtherVectorUnit { folder: folder.to_owned(), there, here });
                }
                manifest
            }
            None => {
                let manifest = Manifest::of(plan, vector_unit);
                if let Err(error) = manifest.write(folder) {
                    if is_new {
                        folder::discard(folder);
                    }
                    return Err(error);
                }
                manifest
            }
        };
        Self::load(folder, manifest, Some(lock))
    }

    /// Opens a folder to read it, finished or not; writes nothing, so a read-only folder will do.
    ///
    /// # Errors
    /// When there is no manifest, or it or a shard is damaged.
    pub fn open(folder: &Path) -> Result<Self, StudyError> {
        let manifest = Manifest::read(folder)?.ok_or_else(|| StudyError::NoManifest(folder.to_owned()))?;
        Self::load(folder, manifest, None)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The plan.
    pub fn plan(&self) -> &EnumeratePlan {
        &self.manifest.plan
    }

    /// The manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The jobs of the plan.
    pub fn jobs(&self) -> &JobList {
        &self.jobs
    }

    /// Whether every shard is on disk.
    pub fn is_finished(&self) -> bool {
        self.finished.iter().all(|&finished| finished)
    }

    /// Number of networks of the plan.
    pub fn n_networks(&self) -> u64 {
        self.manifest.n_networks
    }

    /// Number of networks whose records are on disk.
    pub fn n_networks_done(&self) -> u64 {
        let done = self.manifest.shards.iter().zip(&self.finished).filter(|(_, finished)| **finished);
        done.map(|(entry, _)| entry.n_rows as u64).sum()
    }

    /// All records on disk, in the order of the plan.
    ///
    /// # Errors
    /// When a shard cannot be read or is damaged.
    pub fn records(&self) -> Result<Vec<Record>, StudyError> {
        let shards: Vec<Vec<Record>> = (0..self.finished.len())
            .into_par_iter()
            .filter(|&index| self.finished[index])
            .map(|index| with_shard(&self.folder, &self.manifest.identity_of(index), shard::decode))
            .collect::<Result<_, _>>()?;
        Ok(shards.into_iter().flatten().collect())
    }

    /// How long each job took, as far as it was noted.
    pub fn timings(&self) -> Vec<Timing> {
        timings::read(&self.folder)
    }

    pub(crate) fn load(folder: &Path, manifest: Manifest, lock: Option<FolderLock>) -> Result<Self, StudyError> {
        let n_shards = manifest.shards.len();
        let mut finished = vec![false; n_shards];
        let found = folder::shards(folder)?;
        for &index in &found {
            let path = folder.join(shard::file_name(index));
            *finished.get_mut(index).ok_or(StudyError::StrayShard { path, n_shards })? = true;
        }
        let check = |&index: &usize| with_shard(folder, &manifest.identity_of(index), shard::check);
        found.par_iter().map(check).collect::<Result<Vec<()>, _>>()?;
        let jobs = JobList::of(&manifest.plan);
        Ok(Self { folder: folder.to_owned(), manifest, jobs, finished, lock })
    }
}

fn refuse_other_plan(folder: &Path, plan: &EnumeratePlan, manifest: &Manifest) -> Result<(), StudyError> {
    if manifest.plan_hash == plan.plan_hash() {
        return Ok(());
    }
    let differences = plan.differences(&manifest.plan);
    Err(StudyError::OtherPlan { folder: folder.to_owned(), differences })
}

/// Reads a shard's bytes and does something with them, naming the file if it is damaged.
fn with_shard<T>(
    folder: &Path,
    expected: &ShardIdentity,
    action: impl Fn(&ShardIdentity, Vec<u8>) -> Result<T, ShardError>,
) -> Result<T, StudyError> {
    let path = folder.join(shard::file_name(expected.index));
    let bytes = fs::read(&path).map_err(StudyError::io("read", &path))?;
    action(expected, bytes).map_err(|source| StudyError::DamagedShard {
        path,
        expected: format!(
            "{} records of shard {} of plan {}",
            expected.n_rows,
            expected.index,
            shard::short(&expected.plan_hash)
        ),
        source,
    })
}
