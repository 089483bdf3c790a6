//! `relulab memorize`: a network that fits a data file exactly, with the proof that it does.

mod document;

use crate::data_table::Reading;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::{json, out_file, terminal};
use clap::Args;
use document::Document;
use relulab_io::{Precision, safetensors};
use relulab_net::{Activation, Dataset};
use relulab_optimal::memorize::{MemorizeError, Memorized, Outcome, Plan, memorize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `relulab memorize` is asked.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The data file: CSV with a header, or npz with x and y; classes count as the numbers 0, 1, ….
    #[arg(value_name = "FILE")]
    data: PathBuf,
    /// Hidden neurons: an even number, at least twice the points per input.
    #[arg(long, value_name = "M", allow_negative_numbers = true)]
    neurons: usize,
    /// Activation of the hidden units: relu, leaky_relu:SLOPE, gelu, tanh, sigmoid or softplus.
    #[arg(long, default_value = "tanh", value_name = "NAME")]
    activation: Activation,
    /// How far all input weights together may move from where they begin, in white coordinates.
    #[arg(long, default_value_t = 1.0, value_name = "NUMBER", allow_negative_numbers = true)]
    epsilon: f64,
    /// Leave out the biases of the hidden units, as the paper does.
    #[arg(long)]
    no_biases: bool,
    /// Draws of the initial weights before giving up.
    #[arg(long, default_value_t = 32, value_name = "N", allow_negative_numbers = true)]
    draws: usize,
    /// Column of the CSV file that is the label [default: the last].
    #[arg(long, value_name = "NAME")]
    label: Option<String>,
    /// Write the certificate here (JSON), for `relulab verify`.
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// Write the network here (safetensors).
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Exit code when no network was proved.
const UNKNOWN: u8 = 3;

/// Runs the command; the exit code says whether there is a proof.
///
/// # Errors
/// Bad input.
pub fn run(arguments: &Arguments, globals: &Globals) -> Result<ExitCode, Failure> {
    globals.start_threads()?;
    if arguments.draws == 0 {
        return Err(Failure::at("--draws", "0: expected at least 1"));
    }
    let data = arguments.read()?;
    let plan = Plan {
        seed: globals.seed,
        epsilon: arguments.epsilon,
        biases: !arguments.no_biases,
        draws: arguments.draws,
        ..Plan::new(arguments.neurons, arguments.activation)
    };
    arguments.check_files()?;
    let outcome = memorize(&data, &plan).map_err(|error| arguments.failure(&error))?;
    if let Outcome::Proved(found) = &outcome {
        arguments.write(found, globals.seed)?;
    }
    let document = Document::new(arguments, &data, &plan, &outcome);
    if globals.json {
        json::print(&document)?;
    } else {
        terminal::print(document.text().as_bytes())?;
    }
    Ok(if matches!(outcome, Outcome::Proved(_)) { ExitCode::SUCCESS } else { ExitCode::from(UNKNOWN) })
}

impl Arguments {
    /// The data, with one number as the label of each point.
    fn read(&self) -> Result<Dataset, Failure> {
        let place = self.data.display().to_string();
        let bytes =
            std::fs::read(&self.data).map_err(|error| Failure::at(&place, format!("{error}: expected a data file")))?;
        let reading = Reading { label: self.label.as_deref(), ..Reading::default() };
        let table = reading.read(&bytes).map_err(|message| Failure::at(&place, message))?;
        if table.loss.is_classification() { class_numbers(&table.dataset) } else { Ok(table.dataset) }
    }

    /// Refuses files that cannot be written before any work is done.
    fn check_files(&self) -> Result<(), Failure> {
        for (argument, path) in [("--certificate", &self.certificate), ("--out", &self.out)] {
            if let Some(path) = path {
                out_file::check(argument, path, &[&self.data])?;
            }
        }
        if self.out.is_some() && self.out == self.certificate {
            return Err(Failure::at("--out", "the same file as --certificate"));
        }
        Ok(())
    }

    fn write(&self, found: &Memorized, seed: u64) -> Result<(), Failure> {
        if let Some(path) = &self.certificate {
            out_file::write("--certificate", path, &[&self.data], &found.certificate.to_json())?;
        }
        if let Some(path) = &self.out {
            let bounds = found.certificate.bounds;
            let provenance = BTreeMap::from([
                ("command".to_owned(), "memorize".to_owned()),
                ("seed".to_owned(), seed.to_string()),
                ("loss_at_most".to_owned(), format!("{:e}", bounds.loss)),
                ("exact_within".to_owned(), format!("{:e}", bounds.distance)),
            ]);
            let bytes = safetensors::write(&found.network, &provenance, Precision::F64);
            let bytes = bytes.map_err(|error| Failure::at("--out", error))?;
            out_file::write("--out", path, &[&self.data], &bytes)?;
        }
        Ok(())
    }

    /// The line of a refusal, with the argument that it is about.
    fn failure(&self, error: &MemorizeError) -> Failure {
        match error {
            MemorizeError::Epsilon(value) => Failure::at("--epsilon", format!("{value}: expected a positive number")),
            MemorizeError::Odd(_)
            | MemorizeError::TooFew { .. }
            | MemorizeError::Flat { .. }
            | MemorizeError::TooMany { .. } => Failure::at("--neurons", error),
            MemorizeError::Outputs(_) | MemorizeError::Contradiction { .. } | MemorizeError::TooManyPoints { .. } => {
                Failure::at(&self.data.display().to_string(), error)
            }
        }
    }
}

/// One-hot rows as the numbers of their classes.
fn class_numbers(data: &Dataset) -> Result<Dataset, Failure> {
    let class = |row: &[f64]| row.iter().position(|hot| *hot == 1.0).unwrap_or_default() as f64;
    let labels = data.rows().map(|(_, row)| class(row)).collect();
    Dataset::new(data.inputs().to_vec(), data.input_dim(), labels, 1).map_err(Failure::input)
}
