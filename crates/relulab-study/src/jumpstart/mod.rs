//! The check of jumpstart regularisation: which thin and deep networks it trains that the usual training does not.
//!
//! *Reference*: Riera, Rey, Serra, Puertas and Pujol, "Training Thinner and Deeper Neural Networks: Jumpstart
//! Regularization" (CPAIOR 2022).

pub mod baselines;
pub mod cell;
mod claims;
pub mod efficiency;
mod film;
pub mod grid;
pub mod initial_death;
pub mod moons;
mod task;
mod way;
pub mod weights;

pub use claims::claims;
pub use film::EVERY;
pub use way::ARCHITECTURES;

use crate::check::Experiment;

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

#[cfg(test)]
mod tests;
