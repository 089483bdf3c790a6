//! `relulab compress`: a smaller network with the same function, proved.

mod document;

use crate::equal::{answer, text_of_domain};
use crate::failure::Failure;
use crate::globals::Globals;
use crate::regions::sides;
use crate::{json, network_file, out_file, terminal};
use clap::Args;
use document::Document;
use relulab_io::{Precision, safetensors};
use relulab_net::Activation;
use relulab_regions::compress::compress;
use relulab_regions::equal::EqualBudget;
use relulab_regions::relaxation::InputBox;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `relulab compress` is asked.
#[derive(Args, Debug)]
pub struct Arguments {
    /// A network file: safetensors, npz or ONNX.
    #[arg(value_name = "NET")]
    network: PathBuf,
    /// The box: one interval for every input, or one for all; the whole space if not given.
    #[arg(long = "box", value_name = "LO,HI", allow_hyphen_values = true)]
    domain: Vec<String>,
    /// Activation of an npz file [default: relu].
    #[arg(long, value_name = "NAME")]
    activation: Option<Activation>,
    /// Write the smaller network to this file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Runs the command; the exit code is that of the proof.
///
/// # Errors
/// Bad input.
pub fn run(arguments: &Arguments, globals: &Globals) -> Result<ExitCode, Failure> {
    globals.start_threads()?;
    if let Some(out) = &arguments.out {
        out_file::check("--out", out, &[&arguments.network])?;
    }
    let file = network_file::open(&arguments.network, arguments.activation)?;
    let network = file.network;
    let name = arguments.network.display().to_string();
    let sides = sides(&arguments.domain, network.shape().input_dim())?;
    let domain = sides.as_ref().map(|sides| {
        let (lower, upper) = sides.iter().copied().unzip();
        InputBox::new(lower, upper)
    });
    let domain = domain.transpose().map_err(|error| Failure::at("--box", error))?;
    let budget = EqualBudget::default();
    let found = compress(&network, domain.as_ref(), budget.units).map_err(|error| Failure::at(&name, error))?;
    let (proof, _) =
        answer(&network, &found.network, sides.as_deref(), budget).map_err(|error| Failure::at(&name, error))?;
    if let Some(out) = &arguments.out {
        let mut provenance: BTreeMap<String, String> = file.provenance;
        provenance.extend([
            ("compressed".to_owned(), name.clone()),
            ("compressed_domain".to_owned(), proof.domain.to_string().replace('"', "")),
            ("compressed_proof".to_owned(), proof.method.unwrap_or(proof.verdict).to_owned()),
        ]);
        let bytes = safetensors::write(&found.network, &provenance, Precision::F64)
            .map_err(|error| Failure::at("--out", format!("{}: {error}", out.display())))?;
        out_file::write("--out", out, &[&arguments.network], &bytes)?;
    }
    let code = proof.exit_code();
    let out = arguments.out.as_ref().map(|out| out.display().to_string());
    let document = Document::new(name, &network, &found, proof, out);
    if globals.json {
        json::print(&document)?;
    } else {
        terminal::print(document.text().as_bytes())?;
    }
    Ok(code)
}
