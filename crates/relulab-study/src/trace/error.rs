//! What can go wrong with a trace: one clear line each.

use crate::error::StudyError;
use crate::trace::stop::StopError;
use relulab_curvature::CurvatureError;
use relulab_landscape::LandscapeError;
use relulab_net::{EvaluationError, ShapeError, TargetError};
use relulab_train::RecipeError;
use std::path::PathBuf;

/// Why a network cannot be traced, or a trace not be kept.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// A part of the plan is outside its range.
    #[error("{what} {value}: expected {expected}")]
    Plan {
        /// Which part.
        what: &'static str,
        /// Its value.
        value: String,
        /// Its range, in words.
        expected: String,
    },
    /// The widths make no shape.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// The target is none.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// There are no evaluation points.
    #[error(transparent)]
    Evaluation(#[from] EvaluationError),
    /// The recipe cannot train the shape.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// A stop rule is none, or cannot look.
    #[error(transparent)]
    Stop(#[from] StopError),
    /// A matrix has no spectrum.
    #[error(transparent)]
    Curvature(#[from] CurvatureError),
    /// A displacement cannot be split.
    #[error(transparent)]
    Landscape(#[from] LandscapeError),
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] StudyError),
    /// A file of the folder is not what the plan promises.
    #[error("{}: damaged records ({reason}); remove the file and run with --resume to make it again", path.display())]
    DamagedRecords {
        /// Its path.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}
