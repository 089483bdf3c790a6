//! Plans, resumable jobs, records and their statistics: the crate that owns files, clocks and job scheduling.
//!
//! Data flows one way: an [`EnumeratePlan`] implies a list of [`Job`]s ([`jobs`]); [`Study::run`] hands them to a
//! [`Worker`] and writes the [`Record`]s that come back into Parquet shards whose content the plan alone fixes; and
//! [`analyse`] turns plan and records into one [`summary::Summary`].
//!
//! Invariants:
//! - The same plan gives the same shard bytes, whatever the threads, the interruptions and the resumes.
//! - A shard is complete or absent: what a killed process leaves behind is a `.tmp` file, which a resume removes.
//! - Only timings know the clock, and no record depends on them.
//! - Only [`Trainer`], [`Measurer`] and the module [`trace`] know the engines, and nothing here draws.
//!
//! ```
//! use relulab_study::{EnumeratePlan, JobList};
//!
//! let plan = EnumeratePlan { matched_tries: 0, ..EnumeratePlan::new(16, vec!["quadratic".to_owned()]) };
//! plan.check()?;
//! let jobs = JobList::of(&plan);
//! assert_eq!(jobs.shapes().len(), 32_768);
//! assert_eq!(jobs.n_networks(), 524_288);
//! # Ok::<(), relulab_study::PlanError>(())
//! ```

pub mod advice;
pub mod analysis;
pub mod anatomy;
pub mod check;
mod cholesky;
mod error;
mod folder;
pub mod jobs;
pub mod jumpstart;
pub mod manifest;
pub mod measure;
pub mod narrow;
pub mod plan;
pub mod record;
mod run;
pub mod shapes;
pub mod shard;
pub mod statistics;
mod study;
pub mod summary;
pub mod theory;
mod timings;
pub mod trace;
mod trainer;

pub use analysis::{AnalysisError, analyse};
pub use error::StudyError;
pub use folder::write_atomically;
pub use jobs::{Job, JobList};
pub use measure::{Measurement, Measurer};
pub use plan::{DataFile, Depths, EnumeratePlan, PlanError, ShapeChoice};
pub use record::{NormalMethod, Outcome, Record};
pub use run::{Progress, RunOutcome, Worker};
pub use shapes::ShapeList;
pub use study::Study;
pub use timings::Timing;
pub use trainer::{Trainer, TrainerError};
