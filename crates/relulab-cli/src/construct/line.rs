//! `relulab construct line`.

use super::document::{Document, Verified};
use super::{Made, Output, numbers};
use crate::failure::Failure;
use clap::Args;
use relulab_construct::{ConstructError, Cpwl, OutputBias, Scaled, UnitCount};

/// A piecewise linear function of one variable.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Where the function bends, ascending, as in -1,0.1,1/3; empty for a straight line.
    #[arg(long, value_name = "X,…", default_value = "", allow_hyphen_values = true)]
    breakpoints: String,
    /// Slopes from left to right, one more than breakpoints.
    #[arg(long, value_name = "S,…", allow_hyphen_values = true)]
    slopes: String,
    /// Value at the first breakpoint, or at 0 if there is none.
    #[arg(long, value_name = "Y", default_value = "0", allow_hyphen_values = true)]
    value: String,
    /// The output has no bias, as in the definition of Arora et al.
    #[arg(long)]
    no_output_bias: bool,
    #[command(flatten)]
    pub(super) output: Output,
}

/// Makes the construction.
///
/// # Errors
/// Bad input.
pub fn make(arguments: &Arguments) -> Result<Made, Failure> {
    let breakpoints = numbers::list(&arguments.breakpoints, "--breakpoints")?;
    let slopes = numbers::list(&arguments.slopes, "--slopes")?;
    let value = numbers::one(&arguments.value, "--value")?;
    let function = Cpwl::of_rationals(breakpoints, slopes, value).map_err(|error| match error {
        ConstructError::Pieces { .. } => Failure::at("--slopes", error),
        ConstructError::Breakpoint { .. } => Failure::at("--breakpoints", error),
        _ => Failure::at("line", error),
    })?;
    let output_bias = if arguments.no_output_bias { OutputBias::Zero } else { OutputBias::Free };
    let compiled = function.compile(output_bias).map_err(|error| Failure::at("--breakpoints", error))?;
    let n_pieces = function.slopes().len();
    let scaled = Scaled { network: compiled.network, scale: compiled.scale };
    let mut document = Document::new("line", &scaled, None)?
        .with("function_pieces", n_pieces)
        .with("output_bias", !arguments.no_output_bias)
        .with("exact", compiled.is_exact)
        .with("reason", reason(&compiled.reason));
    (document.verified, document.because) = if compiled.is_exact {
        (Verified::Proved, "the exact pieces of the network are those of the function".to_owned())
    } else {
        (Verified::Sampled, "the numbers need more digits than f64 has; parameters are rounded".to_owned())
    };
    Ok(Made { scaled, document })
}

/// Why there are as many units.
fn reason(reason: &UnitCount) -> String {
    let places = |left: &[usize]| left.iter().map(|place| (place + 1).to_string()).collect::<Vec<_>>().join(", ");
    match reason {
        UnitCount::Constant => "a constant needs no unit".to_owned(),
        UnitCount::Line => "a line with a slope needs two units, since one has a kink".to_owned(),
        UnitCount::KinkSubset { left } if left.is_empty() => {
            "one unit per breakpoint, all facing right: the first slope is 0".to_owned()
        }
        UnitCount::KinkSubset { left } => {
            format!("one unit per breakpoint: facing left at {} gives the first slope", places(left))
        }
        UnitCount::NoKinkSubset => {
            "one unit more than breakpoints: no subset of the changes of slope adds up to minus the first slope"
                .to_owned()
        }
        UnitCount::DoubledKink { doubled, .. } => {
            format!("one unit more than breakpoints: two at breakpoint {} stand in for the output bias", doubled + 1)
        }
        UnitCount::ConstantUnit { .. } => {
            "one unit more than breakpoints: a constant unit stands in for the output bias".to_owned()
        }
        UnitCount::Generic => {
            "two units more than breakpoints: neither first slope nor constant come out of fewer".to_owned()
        }
    }
}
