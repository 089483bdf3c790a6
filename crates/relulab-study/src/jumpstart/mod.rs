//! The check of jumpstart regularisation: which thin and deep networks it trains that the usual training does not.
//!
//! *Reference*: Riera, Rey, Serra, Puertas and Pujol, "Training Thinner and Deeper Neural Networks: Jumpstart
//! Regularization" (CPAIOR 2022).

pub mod baselines;
pub mod cell;
pub mod efficiency;
mod film;
pub mod initial_death;
pub mod moons;
mod task;
mod way;
pub mod weights;

pub use film::EVERY;
pub use way::ARCHITECTURES;

use crate::check::{Claim, Evidence, Experiment};

/// Name of the check.
pub const NAME: &str = "jumpstart";

/// All experiments; what the paper shows comes before what goes beyond it, and the longest last.
pub fn experiments() -> Vec<Box<dyn Experiment>> {
    vec![
        Box::new(moons::Moons::PUBLISHED),
        Box::new(initial_death::InitialDeath),
        Box::new(efficiency::Efficiency),
        Box::new(weights::Weights),
        Box::new(baselines::Baselines),
        Box::new(moons::Moons::SINGLE_AXES),
    ]
}

/// All claims, in the order of the paper.
pub fn claims(_evidence: &Evidence) -> Vec<Claim> {
    Vec::new()
}
