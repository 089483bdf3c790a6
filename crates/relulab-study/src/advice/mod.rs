//! Advice: which shapes of so many neurons the evidence supports for so many inputs, and what it does not decide.
//!
//! Evidence is a list of [`Cell`]s: one target, dimension and budget, with every shape's median loss and its interval.
//! [`Evidence::shipped`] is part of the binary; [`Evidence::from_folder`] reads a user's own studies and checks.
//! [`advise`] answers a [`Question`] from cells that match it, or from the nearest and a fitted rule, and says which.

mod cell;
mod counsel;
mod evidence;
mod gather;
mod rule;

pub use cell::{Cell, LossName, Measured, ShapeEvidence};
pub use counsel::{Counsel, Finding, Predicted, Question, Supported, advise};
pub use evidence::Evidence;

use crate::check::CheckError;
use crate::error::StudyError;
use std::path::PathBuf;

/// Why there is no advice.
#[derive(Debug, thiserror::Error)]
pub enum AdviceError {
    /// A study or its records.
    #[error(transparent)]
    Study(#[from] StudyError),
    /// A check or its readings.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// The folder is neither a study nor a check.
    #[error("{} holds no evidence: expected a folder of relulab enumerate or relulab check anatomy", .0.display())]
    NoEvidence(PathBuf),
    /// Its networks are not all trained.
    #[error("{} holds {done} of {total} networks: finish it with --resume first", folder.display())]
    Unfinished {
        /// The folder.
        folder: PathBuf,
        /// Networks on disk.
        done: u64,
        /// Networks of the plan.
        total: u64,
    },
    /// A study of data instead of targets.
    #[error("{} is a study of a data file: it says nothing about targets", .0.display())]
    DataStudy(PathBuf),
    /// The shipped table cannot be read; this is a fault of the build.
    #[error("the table of evidence is damaged: {0}")]
    Table(String),
    /// No evidence for a target.
    #[error("no evidence on target {target}: there is some on {known}; add --from DIR with a study of it")]
    Target {
        /// What was asked for.
        target: String,
        /// Targets with evidence, as a list.
        known: String,
    },
}
