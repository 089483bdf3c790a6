//! What can go wrong in a check: one clear line each.

use crate::error::StudyError;
use crate::trainer::TrainerError;
use std::path::PathBuf;

/// Why a check could not be run or read.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// A folder, a file or a study in it.
    #[error(transparent)]
    Study(#[from] StudyError),
    /// An enumeration of the check cannot be trained.
    #[error(transparent)]
    Trainer(#[from] TrainerError),
    /// The folder holds other things than a check.
    #[error("{} is not empty and holds no check.json: choose another folder", .0.display())]
    NotACheck(PathBuf),
    /// The folder holds another check.
    #[error("{} holds another check: {difference}; choose another folder", folder.display())]
    OtherCheck {
        /// The folder.
        folder: PathBuf,
        /// How it differs.
        difference: String,
    },
    /// The folder holds this check, unfinished, and nobody asked to resume.
    #[error("{} holds this check with {done} of {total} jobs done; add --resume to finish it", folder.display())]
    Unfinished {
        /// The folder.
        folder: PathBuf,
        /// Jobs on disk.
        done: usize,
        /// Jobs of the check.
        total: usize,
    },
    /// The file that describes the check cannot be understood.
    #[error("{}: damaged ({reason}): expected what relulab check wrote", path.display())]
    Damaged {
        /// Its path.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// An experiment failed.
    #[error("experiment {experiment}, job {job}: {reason}")]
    Experiment {
        /// Its name.
        experiment: String,
        /// The job.
        job: String,
        /// What went wrong.
        reason: String,
    },
    /// The run was told to stop; what is on disk stays.
    #[error("interrupted")]
    Interrupted,
}

impl CheckError {
    /// Wraps whatever an engine refused.
    pub fn because(reason: impl ToString) -> Self {
        Self::Experiment { experiment: String::new(), job: String::new(), reason: reason.to_string() }
    }

    /// Says where it happened.
    pub(super) fn at(self, experiment: &str, job: &str) -> Self {
        match self {
            Self::Experiment { reason, .. } => {
                Self::Experiment { experiment: experiment.to_owned(), job: job.to_owned(), reason }
            }
            other => other,
        }
    }
}
