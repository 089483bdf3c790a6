//! `relulab equal`: whether two networks are the same function, over a box or everywhere.

mod answer;
mod certificate;

pub use answer::{Answer, answer, text_of_domain};

use crate::failure::Failure;
use crate::globals::Globals;
use crate::regions::sides;
use crate::{json, network_file, out_file, terminal};
use clap::Args;
use relulab_net::Activation;
use relulab_regions::equal::{EqualBudget, EqualError};
use relulab_regions::relaxation::UnitError;
use serde::Serialize;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `relulab equal` is asked.
#[derive(Args, Debug)]
pub struct Arguments {
    /// A network file: safetensors, npz or ONNX.
    #[arg(value_name = "A")]
    first: PathBuf,
    /// Another one, of any shape with the same inputs and outputs.
    #[arg(value_name = "B")]
    second: PathBuf,
    /// The box: one interval for every input, or one for all; the whole space if not given.
    #[arg(long = "box", value_name = "LO,HI", allow_hyphen_values = true)]
    domain: Vec<String>,
    /// Look at this many regions of the difference before the answer is unknown [default: 10000].
    #[arg(long, value_name = "REGIONS", allow_negative_numbers = true)]
    budget: Option<u64>,
    /// Activation of npz files [default: relu].
    #[arg(long, value_name = "NAME")]
    activation: Option<Activation>,
    /// Write the certificate of equality to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
}

/// What the command prints.
#[derive(Serialize)]
struct Document {
    a: String,
    b: String,
    #[serde(flatten)]
    answer: Answer,
}

/// Runs the command; the exit code is the verdict.
///
/// # Errors
/// Bad input.
pub fn run(arguments: &Arguments, globals: &Globals) -> Result<ExitCode, Failure> {
    globals.start_threads()?;
    let inputs = [arguments.first.as_path(), arguments.second.as_path()];
    if let Some(path) = &arguments.certificate {
        out_file::check("--certificate", path, &inputs)?;
    }
    let mut budget = EqualBudget::default();
    if let Some(regions) = arguments.budget {
        if regions == 0 {
            return Err(Failure::at("--budget", "0: expected at least 1 region"));
        }
        budget.regions = regions;
    }
    let open = |path| network_file::open(path, arguments.activation).map(|file| file.network);
    let (a, b) = (open(&arguments.first)?, open(&arguments.second)?);
    let sides = sides(&arguments.domain, a.shape().input_dim())?;
    let names = inputs.map(|path| path.display().to_string());
    let blame = |error: EqualError| match error {
        EqualError::Unit(UnitError::Activation(activation)) => {
            Failure::at(&names[usize::from(a.activation() != activation)], error)
        }
        _ => Failure::at(&names[1], format!("compared with {}: {error}", names[0])),
    };
    let (answer, certificate) = answer(&a, &b, sides.as_deref(), budget).map_err(blame)?;
    if let (Some(path), Some(certificate)) = (&arguments.certificate, &certificate) {
        let mut bytes = serde_json::to_vec(&certificate::document(certificate, &answer)).map_err(Failure::input)?;
        bytes.push(b'\n');
        out_file::write("--certificate", path, &inputs, &bytes)?;
    }
    let code = answer.exit_code();
    let [a, b] = names;
    if globals.json {
        json::print(&Document { a, b, answer })?;
    } else {
        terminal::print(answer.text([&a, &b]).as_bytes())?;
    }
    Ok(code)
}
