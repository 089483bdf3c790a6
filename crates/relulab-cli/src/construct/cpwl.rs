//! `relulab construct cpwl`.

use super::document::{Document, Verified};
use super::{Made, Output, piecewise_file};
use crate::failure::Failure;
use clap::{Args, ValueEnum};
use relulab_construct::{ConstructError, Evidence, Scaled, Thrift};
use std::path::PathBuf;

/// A piecewise linear function of several variables.
#[derive(Args, Debug)]
pub struct Arguments {
    /// A JSON file with "pieces", each with "slopes" and "constant", and with "max_of_min": sets of pieces, or with
    /// "max" and "minus_max": pieces.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What the network should have little of.
    #[arg(long, value_enum, default_value_t = ThriftName::Units, value_name = "WHAT")]
    save: ThriftName,
    #[command(flatten)]
    pub(super) output: Output,
}

/// What is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ThriftName {
    /// Units: the formula round by round.
    Units,
    /// Hidden layers: at most ⌈log₂(n + 1)⌉ of them.
    Depth,
}

/// Makes the construction.
///
/// # Errors
/// Bad input.
pub fn make(arguments: &Arguments) -> Result<Made, Failure> {
    let function = piecewise_file::open(&arguments.file)?;
    let thrift = match arguments.save {
        ThriftName::Units => Thrift::Units,
        ThriftName::Depth => Thrift::Depth,
    };
    let compiled = function.compile(thrift).map_err(|error| match error {
        ConstructError::TooManyTerms => Failure::at("--save", error),
        _ => Failure::at(&arguments.file.display().to_string(), error),
    })?;
    let scaled = Scaled { network: compiled.network, scale: compiled.scale };
    let mut document = Document::new("cpwl", &scaled, None)?.with("affine_pieces", function.pieces().len());
    (document.verified, document.because) = match compiled.evidence {
        Evidence::Proved { regions } => (
            Verified::Proved,
            format!("equal to the function on each of {regions} regions of the network and the order of the pieces"),
        ),
        Evidence::Sampled { points } => {
            (Verified::Sampled, format!("equal to the function at {points} points, in exact numbers"))
        }
    };
    Ok(Made { scaled, document })
}
