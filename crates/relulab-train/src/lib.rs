//! Populations of small networks, trained at the speed of the hardware.
//!
//! The engine trains one network in each lane of the vector unit: sixteen seeds of one shape go through the same
//! instructions together. It knows nothing of files, clocks, spectra or regions.

// Counted loops with constant bounds become registers; iterators over the same tiles read worse and unroll worse.
#![allow(clippy::needless_range_loop)]

mod activate;
mod dense;
mod elementary;
mod evaluate;
mod group;
mod initial;
mod jumpstart;
mod lanes;
mod ledger;
mod mirrored;
mod normal;
mod peak;
mod philox;
mod population;
mod program;
mod projection;
mod recipe;
mod regime;
mod residual;
mod shallow;
mod solo;
mod source;
mod start;
mod structure;
mod trainee;
mod unrolled;
mod update;
mod watch;

pub use evaluate::{Networks, Observation, PreActivationRange};
pub use jumpstart::{Aggregation, Axes, Jumpstart, Ties};
pub use lanes::{UnknownVectorUnit, VectorUnit};
pub use mirrored::Mirrored;
pub use peak::measure_fma_peak;
pub use population::{Outcome, Trained, train, train_from, working_memory};
pub use projection::{project_onto_ball, project_onto_ratio};
pub use recipe::{Batching, Optimiser, Points, Precision, Recipe, RecipeError, TrainingData};
pub use regime::{BATCH_NORM_EPSILON, Layout, ParseRegimeError, Regime};
pub use start::{OptimiserState, Start};
pub use structure::{POSITIONS, Structure};
pub use unrolled::{LayerCensus, Status, UnrollError, Unrolled};
pub use watch::{Look, OBSERVED_EVERY, Observer, Unobserved, Watcher};
