//! `relulab construct`: networks that are written down, not trained.

mod cpwl;
mod document;
mod line;
mod network_out;
mod numbers;
mod piecewise_file;
mod sawtooth;
mod zonotope;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::{json, terminal};
use clap::{Args, Subcommand};
use document::Document;
use relulab_construct::Scaled;
use std::path::PathBuf;

/// Write a network down, without training, and count its pieces exactly.
#[derive(Args, Debug)]
pub struct Arguments {
    #[command(subcommand)]
    construction: Construction,
}

#[derive(Subcommand, Debug)]
enum Construction {
    /// A sawtooth folded upon itself: W to the K pieces from K hidden layers of W units.
    Sawtooth(sawtooth::Arguments),
    /// The support function of a zonotope, alone or under a sawtooth.
    Zonotope(zonotope::Arguments),
    /// A piecewise linear function of several variables, from a file.
    Cpwl(cpwl::Arguments),
    /// The smallest network of a piecewise linear function of one variable.
    Line(line::Arguments),
}

/// Where the network goes.
#[derive(Args, Debug)]
struct Output {
    /// Write the network to this file (safetensors).
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// A construction that was made: its network, and what is known of it.
struct Made {
    scaled: Scaled,
    document: Document,
}

/// Runs the command.
///
/// # Errors
/// Bad input.
pub fn run(arguments: &Arguments, globals: &Globals) -> Result<(), Failure> {
    let (made, output) = match &arguments.construction {
        Construction::Sawtooth(arguments) => (sawtooth::make(arguments)?, &arguments.output),
        Construction::Zonotope(arguments) => (zonotope::make(arguments)?, &arguments.output),
        Construction::Cpwl(arguments) => (cpwl::make(arguments)?, &arguments.output),
        Construction::Line(arguments) => (line::make(arguments)?, &arguments.output),
    };
    let Made { scaled, mut document } = made;
    if let Some(out) = &output.out {
        network_out::write(out, &scaled, document.construction)?;
        document.network = Some(out.display().to_string());
    }
    if globals.json { json::print(&document) } else { terminal::print(document.text().as_bytes()) }
}
