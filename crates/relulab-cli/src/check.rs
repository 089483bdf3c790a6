//! `relulab check`: a paper's numbers beside ours.

mod anatomy;
mod jumpstart;
mod narrow;
mod output;
mod paper;
mod readings;
mod table;
mod theory;

use crate::failure::Failure;
use crate::globals::Globals;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Put every number and claim of a paper beside our own, with seeds, intervals and a verdict.
#[derive(Args, Debug)]
pub struct Arguments {
    #[command(subcommand)]
    paper: Paper,
}

#[derive(Subcommand, Debug)]
enum Paper {
    /// The Anatomy of Small Neural Networks (2026): spectra, training dynamics, 3,662 shapes of 16 neurons, dead units,
    /// construction.
    Anatomy(AnatomyArguments),
    /// Training Thinner and Deeper Neural Networks: Jumpstart Regularization (2022): which thin and deep networks train on
    /// MOONS, over seeds, and what a practitioner would try first.
    Jumpstart(CheckArguments),
    /// When Expressivity Meets Trainability: Fewer than n Neurons Can Work (2021): mirrored pairs and projected gradients on
    /// synthetic, tabular and image data.
    Narrow(narrow::Arguments),
    /// Understanding Deep Neural Networks with Rectified Linear Units (2018): pieces of sawtooths and zonotopes, sizes,
    /// gaps, counted exactly.
    Theory(CheckArguments),
}

/// What every check takes.
#[derive(Args, Debug)]
pub struct CheckArguments {
    /// A few seeds and a sample of the instances: minutes, wide intervals.
    #[arg(long)]
    quick: bool,
    /// Folder for readings, records, claims and report [default: ./relulab-out/check-PAPER].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Finish the check that --out holds, or start it.
    #[arg(long)]
    resume: bool,
    /// Judge the readings of this folder again, without training.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["quick", "out", "resume"])]
    from: Option<PathBuf>,
}

/// What the check of the anatomy paper takes.
#[derive(Args, Debug)]
pub struct AnatomyArguments {
    #[command(flatten)]
    check: CheckArguments,
    /// A finished study of `relulab enumerate` that stands in for part of the enumeration; may be given several times.
    #[arg(long, value_name = "DIR")]
    enumeration: Vec<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// Bad input, or an interruption.
pub fn run(arguments: &Arguments, globals: &Globals) -> Result<(), Failure> {
    match &arguments.paper {
        Paper::Anatomy(arguments) => anatomy::run(arguments, globals),
        Paper::Jumpstart(arguments) => paper::run(&jumpstart::paper(), arguments, globals),
        Paper::Narrow(arguments) => paper::run(&narrow::paper(arguments)?, &arguments.check, globals),
        Paper::Theory(arguments) => paper::run(&theory::paper(), arguments, globals),
    }
}
