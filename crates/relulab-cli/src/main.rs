//! The `relulab` binary: parse, resolve, call, print. No algorithm lives here.

mod advise;
mod bench;
mod data_table;
mod enumerate;
mod failure;
mod globals;
mod interrupt;
mod json;
mod machine;
mod progress;
mod setting;
mod terminal;
mod train;

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
        Command::Advise(arguments) => advise::run(&arguments, &line.globals),
        Command::Bench(arguments) => bench::run(&arguments, &line.globals),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
