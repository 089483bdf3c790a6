//! What can go wrong with a study's folder, plan or worker: one clear line each.

use crate::plan::PlanError;
use crate::shard::ShardError;
use std::io;
use std::path::{Path, PathBuf};

/// Why a study could not be prepared, run or read.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// The operating system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The plan is not sound.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The folder holds another plan.
    #[error("{} holds another plan: {differences}", folder.display())]
    OtherPlan {
        /// The folder.
        folder: PathBuf,
        /// How the plans differ.
        differences: String,
    },
    /// The folder's unfinished study ran on another vector unit, so its records could not be continued bit by bit.
    #[error("{} was begun on vector unit {there}, this run uses {here}: resume it there, or choose another folder", folder.display())]
    OtherVectorUnit {
        /// The folder.
        folder: PathBuf,
        /// Unit in the manifest.
        there: String,
        /// Unit of this run.
        here: String,
    },
    /// The folder holds this plan, unfinished, and nobody asked to resume.
    #[error("{} holds this plan with {done} of {total} networks done; add --resume to finish it", folder.display())]
    Unfinished {
        /// The folder.
        folder: PathBuf,
        /// Networks on disk.
        done: u64,
        /// Networks of the plan.
        total: u64,
    },
    /// The folder holds other things than a study.
    #[error("{} is not empty and holds no manifest.json: choose another folder", .0.display())]
    NotAStudy(PathBuf),
    /// The folder has no manifest to read.
    #[error("{} holds no study (no manifest.json in it)", .0.display())]
    NoManifest(PathBuf),
    /// The manifest cannot be understood.
    #[error("{}: damaged manifest ({reason})", path.display())]
    DamagedManifest {
        /// Its path.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A shard is not what the manifest promises.
    #[error("{}: damaged shard: {expected} expected, but {source}; remove the file and run with --resume to train it again", path.display())]
    DamagedShard {
        /// Its path.
        path: PathBuf,
        /// What should be there.
        expected: String,
        /// What is there.
        source: ShardError,
    },
    /// A file is named as a shard that the plan does not have.
    #[error("{}: the plan has only {n_shards} shards, this file is none of them", path.display())]
    StrayShard {
        /// Its path.
        path: PathBuf,
        /// Shards of the plan.
        n_shards: usize,
    },
    /// Records could not be encoded.
    #[error("cannot encode shard {index}: {source}")]
    Encode {
        /// Index of the shard.
        index: usize,
        /// Why.
        source: ShardError,
    },
    /// Another process works in the folder.
    #[error("{} is in use by another relulab process", .0.display())]
    Locked(PathBuf),
    /// The worker's records are not the job's.
    #[error("the worker returned other records than job {job} asked for ({target} on {shape})")]
    WrongRecords {
        /// Index of the job.
        job: usize,
        /// Its target.
        target: String,
        /// Its shape.
        shape: String,
    },
    /// The threads could not be started.
    #[error("cannot start {threads} threads: {reason}")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// Why not.
        reason: String,
    },
}

impl StudyError {
    /// Wraps what the system said about a path.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}
