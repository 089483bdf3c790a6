//! The folder of a population: its plan, its lock, and files that are whole or absent.

use crate::failure::Failure;
use crate::train::plan::TrainPlan;
use relulab_study::write_atomically;
use serde::{Deserialize, Serialize};
use std::fmt::Display;
use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The plan, written before anything else.
const PLAN: &str = "plan.json";
/// The results, written after everything else.
pub const RESULTS: &str = "train.json";
/// The file stays, only the lock on it comes and goes.
const LOCK: &str = ".lock";
/// What a file's name ends in until it is whole.
const UNFINISHED: &str = ".tmp";
/// Version of the folder's format.
const FORMAT: u32 = 1;

/// An open folder that holds one plan, locked against other processes.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    plan: TrainPlan,
    plan_hash: String,
    _lock: File,
}

/// What `plan.json` holds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanFile {
    format: u32,
    plan_hash: String,
    plan: TrainPlan,
}

impl Folder {
    /// The plan that a folder holds; `None` when it is absent or has nothing in it.
    ///
    /// # Errors
    /// When it cannot be read, its plan is damaged, or it holds other things.
    pub fn plan_in(path: &Path) -> Result<Option<TrainPlan>, Failure> {
        let Some(bytes) = read(path, PLAN)? else {
            return if is_free(path)? {
                Ok(None)
            } else {
                Err(out(format!("{} is not empty and holds no {PLAN}: choose another folder", path.display())))
            };
        };
        let damaged = |reason: String| out(format!("{}: damaged plan ({reason})", path.join(PLAN).display()));
        let file: PlanFile = serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
        if file.format != FORMAT {
            return Err(damaged(format!("format {}, this version reads {FORMAT}", file.format)));
        }
        if file.plan.hash() != file.plan_hash {
            return Err(damaged("the plan and its hash disagree".to_owned()));
        }
        Ok(Some(file.plan))
    }

    /// Opens a folder for work on a plan, making it when it is absent.
    ///
    /// # Errors
    /// When it cannot be made or written, is in use, or holds another plan.
    pub fn open(path: &Path, plan: &TrainPlan) -> Result<Self, Failure> {
        let was_absent = !path.exists();
        fs::create_dir_all(path).map_err(|error| system("create", path, &error))?;
        let folder = Self::fill(path, plan);
        if folder.is_err() && was_absent {
            // Best effort: nothing of ours is in it but the lock.
            let _ = fs::remove_file(path.join(LOCK));
            let _ = fs::remove_dir(path);
        }
        folder
    }

    fn fill(path: &Path, plan: &TrainPlan) -> Result<Self, Failure> {
        let lock = path.join(LOCK);
        let file = File::options().create(true).truncate(false).write(true).open(&lock);
        let file = file.map_err(|error| system("write", &lock, &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(out(format!("{} is in use by another relulab process", path.display())));
            }
            Err(TryLockError::Error(error)) => return Err(system("lock", &lock, &error)),
        }
        // Another process may have worked here before the lock was ours: look again.
        let there = Self::plan_in(path)?;
        if let Some(there) = &there {
            refuse_other(path, plan, there)?;
        }
        remove_unfinished(path)?;
        let is_new = there.is_none();
        // The plan in the folder names the data file as it was first typed; later runs keep that name.
        let plan = there.unwrap_or_else(|| plan.clone());
        let folder = Self { path: path.to_owned(), plan_hash: plan.hash(), plan, _lock: file };
        if is_new {
            let (plan_hash, plan) = (folder.plan_hash.clone(), folder.plan.clone());
            folder.write_json(PLAN, &PlanFile { format: FORMAT, plan_hash, plan })?;
        }
        Ok(folder)
    }

    /// The plan.
    pub fn plan(&self) -> &TrainPlan {
        &self.plan
    }

    /// The plan's hash.
    pub fn plan_hash(&self) -> &str {
        &self.plan_hash
    }

    /// The content of a file; `None` when it is absent.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        read(&self.path, name)
    }

    /// Writes a file so that it is seen whole or not at all, even after a power cut.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        write_atomically(&self.path, name, bytes).map_err(|error| out(error.to_string()))
    }

    /// Writes a JSON document, laid out for readers.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn write_json(&self, name: &str, document: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(document).map_err(|error| Failure::at(name, error))?;
        self.write(name, format!("{text}\n").as_bytes())
    }

    /// The failure that a file is not what the plan promises.
    pub fn damaged(&self, name: &str, reason: &dyn Display) -> Failure {
        damaged(&self.path, name, reason)
    }
}

/// Refuses a folder whose plan is another.
///
/// # Errors
/// When the plans differ; the message says how.
pub fn refuse_other(path: &Path, plan: &TrainPlan, there: &TrainPlan) -> Result<(), Failure> {
    match plan.differences(there) {
        same if same.is_empty() => Ok(()),
        differences => Err(out(format!("{} holds another plan: {differences}", path.display()))),
    }
}

/// The content of a file in a folder; `None` when it is absent.
///
/// # Errors
/// When the system refuses.
pub fn read(folder: &Path, name: &str) -> Result<Option<Vec<u8>>, Failure> {
    let path = folder.join(name);
    match fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(system("read", &path, &error)),
    }
}

/// The failure that a file in a folder is not what its plan promises.
pub fn damaged(folder: &Path, name: &str, reason: &dyn Display) -> Failure {
    let path = folder.join(name);
    Failure::input(format!("{}: {reason}; remove the file and run with --resume to make it again", path.display()))
}

/// Whether a folder is absent, or holds nothing but what a process leaves that was killed before it wrote its plan.
fn is_free(path: &Path) -> Result<bool, Failure> {
    let ours = |name: &String| name == LOCK || name.strip_suffix(UNFINISHED) == Some(PLAN);
    match fs::read_dir(path) {
        Ok(_) => Ok(names(path)?.iter().all(ours)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(system("read", path, &error)),
    }
}

/// Removes what a killed process left half written.
fn remove_unfinished(path: &Path) -> Result<(), Failure> {
    for name in names(path)? {
        let whole = name.strip_suffix(UNFINISHED);
        if whole.is_some_and(|whole| whole == PLAN || whole == RESULTS || whole.starts_with("seed-")) {
            let unfinished = path.join(&name);
            fs::remove_file(&unfinished).map_err(|error| system("remove", &unfinished, &error))?;
        }
    }
    Ok(())
}

/// File names in a folder; names that are not Unicode are none of ours.
fn names(path: &Path) -> Result<Vec<String>, Failure> {
    let entries = fs::read_dir(path).map_err(|error| system("read", path, &error))?;
    Ok(entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect())
}

fn out(message: String) -> Failure {
    Failure::at("--out", message)
}

fn system(action: &str, path: &Path, error: &std::io::Error) -> Failure {
    out(format!("cannot {action} {}: {error}", path.display()))
}
