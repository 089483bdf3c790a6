//! The `relulab` binary: parse, resolve, call, print. No algorithm lives here.

mod advise;
mod align;
mod alignment_names;
mod bench;
mod check;
mod cloud;
mod compress;
mod data_table;
mod enumerate;
mod equal;
mod failure;
mod globals;
mod interrupt;
mod json;
mod landscape_points;
mod machine;
mod memorize;
mod network_file;
mod optimal;
mod out_file;
mod progress;
mod regions;
mod setting;
mod spectrum;
mod terminal;
mod trace;
mod train;
mod units;
mod verify;

use clap::{Parser, Subcommand};
use globals::Globals;
use std::process::ExitCode;

/// A laboratory for small, narrow and deep ReLU networks.
#[derive(Parser)]
#[command(name = "relulab", version, about, arg_required_else_help = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    globals: Globals,
}

#[derive(Subcommand)]
enum Command {
    /// Train every way to distribute N neurons over layers, many seeds each, and show what that says.
    Enumerate(Box<enumerate::Arguments>),
    /// Train many seeds of one shape and keep the networks.
    Train(Box<train::Arguments>),
    /// Put a paper's numbers beside ours: seeds, intervals, verdicts.
    Check(check::Arguments),
    /// Show how the loss of a network bends: eigenvalues in tiers, flat directions and their causes.
    Spectrum(Box<spectrum::Arguments>),
    /// Count activation regions, linear pieces and vertices of a network, exactly.
    Regions(Box<regions::Arguments>),
    /// Say whether two networks are the same function: yes with a certificate, no with a point, or unknown.
    Equal(equal::Arguments),
    /// Make a network smaller without changing its function, and prove that it is the same.
    Compress(compress::Arguments),
    /// Say which units are dead, linear or nonlinear over a box, data or everywhere, with proof.
    Units(units::Arguments),
    /// Find the best network of one hidden layer for a data file, and prove that there is none better.
    Optimal(optimal::Arguments),
    /// Check a certificate, with code that did not make it.
    Verify(verify::Arguments),
    /// Follow the training of many seeds: spectra, losses, distances, units, and where stop rules end it.
    Trace(Box<trace::Arguments>),
    /// Bring one network close to another by the symmetries of its units, and measure the barrier between them.
    Align(align::Arguments),
    /// Count the directions that many solutions fill: raw, at canonical scale, aligned.
    Cloud(cloud::Arguments),
    /// Fit a data file exactly, with the proof that the network does.
    Memorize(memorize::Arguments),
    /// Say which shapes of N neurons the evidence supports for d inputs.
    Advise(advise::Arguments),
    /// Measure our speed, our peers' speed in the same run, and the machine's arithmetic peak.
    Bench(bench::Arguments),
}

fn main() -> ExitCode {
    let line = match CommandLine::try_parse() {
        Ok(line) => line,
        Err(error) => return failure::report_usage(&error),
    };
    let result = match line.command {
        Command::Enumerate(arguments) => enumerate::run(&arguments, &line.globals),
        Command::Train(arguments) => train::run(&arguments, &line.globals),
        Command::Check(arguments) => check::run(&arguments, &line.globals),
        Command::Spectrum(arguments) => spectrum::run(&arguments, &line.globals),
        Command::Regions(arguments) => {
            return regions::run(&arguments, &line.globals).unwrap_or_else(|failure| failure.report());
        }
        Command::Equal(arguments) => {
            return equal::run(&arguments, &line.globals).unwrap_or_else(|failure| failure.report());
        }
        Command::Compress(arguments) => {
            return compress::run(&arguments, &line.globals).unwrap_or_else(|failure| failure.report());
        }
        Command::Units(arguments) => units::run(&arguments, &line.globals),
        Command::Optimal(arguments) => {
            return optimal::run(&arguments, &line.globals).unwrap_or_else(|failure| failure.report());
        }
        Command::Verify(arguments) => {
            return verify::run(&arguments, &line.globals).unwrap_or_else(|failure| failure.report());
        }
        Command::Trace(arguments) => trace::run(&arguments, &line.globals),
        Command::Align(arguments) => align::run(&arguments, &line.globals),
        Command::Cloud(arguments) => cloud::run(&arguments, &line.globals),
        Command::Memorize(arguments) => {
            return memorize::run(&arguments, &line.globals).unwrap_or_else(|failure| failure.report());
        }
        Command::Advise(arguments) => advise::run(&arguments, &line.globals),
        Command::Bench(arguments) => bench::run(&arguments, &line.globals),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
