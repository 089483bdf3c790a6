//! `relulab bench`: our speed, our peers' speed in the same run, and the machine's arithmetic peak.

mod crew;
mod curvature;
mod deep;
mod engine;
mod optimal;
mod peak;
mod peer;
mod peers;
mod protocol;
mod regions;
mod report;
mod table;
mod worker;
mod workload;

use crate::failure::Failure;
use crate::globals::Globals;
use clap::{Args, Subcommand};

/// What `relulab bench` is asked.
#[derive(Args, Debug)]
pub struct Arguments {
    #[command(subcommand)]
    bench: Bench,
}

/// What is measured.
#[derive(Subcommand, Debug)]
enum Bench {
    /// Train many seeds of a few shapes, and the same with JAX and PyTorch.
    Engine(engine::Arguments),
    /// Hessians, spectra and Hessian products, and the same with PyTorch, curvlinops and PyHessian.
    Curvature(curvature::Arguments),
    /// Exact counts of regions in one to five dimensions, and the same with regioncam, edge subdivision and relucent.
    Regions(regions::Arguments),
    /// Certified training: times, sizes of proofs, and what many restarts of gradient descent find.
    Optimal(optimal::Arguments),
    /// Train a deep, narrow network with and without jumpstart, and the same with PyTorch; time the MOONS study.
    Deep(deep::Arguments),
}

/// Runs the command.
///
/// # Errors
/// Bad input.
pub fn run(arguments: &Arguments, globals: &Globals) -> Result<(), Failure> {
    match &arguments.bench {
        Bench::Engine(arguments) => engine::run(arguments, globals),
        Bench::Curvature(arguments) => curvature::run(arguments, globals),
        Bench::Regions(arguments) => regions::run(arguments, globals),
        Bench::Optimal(arguments) => optimal::run(arguments, globals),
        Bench::Deep(arguments) => deep::run(arguments, globals),
    }
}
