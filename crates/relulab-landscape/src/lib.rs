//! The landscape of solutions: symmetries and alignment, barriers on straight paths, clouds of many solutions, walks
//! along directions and movement per subspace.
//!
//! [`align`] brings one network close to another by permuting hidden units and, for ReLU, scaling them; [`barrier()`]
//! says how far the loss rises between two networks, exactly where the path is piecewise polynomial. [`Cloud`] is
//! the principal component analysis of many solutions, [`walk`](walk()) follows given directions, and
//! [`movement_budget`] splits a displacement over given subspaces. Directions and subspaces come from elsewhere:
//! this crate knows nothing of training, spectra or files.

mod activations;
mod alignment;
mod assignment;
mod barrier;
mod cloud;
mod error;
mod movement;
mod normalisation;
mod optimal_barrier;
mod pair_fit;
mod path;
mod pca;
mod polynomial;
mod roots;
mod symmetry;
mod walk;
mod weight_matching;

pub use alignment::{Alignment, AlignmentMethod, align};
pub use barrier::{Barrier, BarrierMethod, barrier};
pub use cloud::{Cloud, GrowthPoint, Preparation, Reference, component_growth, medoid};
pub use error::LandscapeError;
pub use movement::{Movement, Tier, TierMovement, UnitMovement, movement_budget, unit_movement};
pub use normalisation::Normalisation;
pub use optimal_barrier::MAX_BARRIER_UNITS;
pub use walk::{DEFAULT_STEPS, WalkStep, walk};
