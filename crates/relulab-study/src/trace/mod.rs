//! Traces of training: spectra, losses, distances and units along the way, the collapse of the steep tier, and stop
//! rules compared.
//!
//! A [`TracePlan`] decides everything. A [`Tracer`] trains seeds and measures them with a [`TraceMeasurer`]; neither
//! knows files. A [`TraceStudy`] keeps the traces in a folder, and [`TraceSummary`] says what all seeds have in common.

mod checkpoint;
mod collapse;
mod error;
mod figures;
mod measurer;
mod plan;
mod records;
mod seed;
mod spread;
mod stop;
mod stopper;
mod study;
mod summary;
mod tracer;

pub use checkpoint::{CheckpointRow, Movement, TierRow};
pub use collapse::{Collapse, SteepCount};
pub use error::TraceError;
pub use figures::TraceFigure;
pub use measurer::TraceMeasurer;
pub use plan::TracePlan;
pub use seed::{SeedRow, SeedTrace, StopRow};
pub use spread::Spread;
pub use stop::{StopError, StopJudge, StopRule};
pub use stopper::{StopPoints, Stopper};
pub use study::TraceStudy;
pub use summary::{CheckpointSummary, CollapseSummary, LookSummary, StopPair, StopSummary, TraceSummary};
pub use tracer::Tracer;
