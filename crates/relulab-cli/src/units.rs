//! `relulab units`: what every unit does over a box, over data, or everywhere; observed and proved.

mod certificate_file;
mod document;
mod observe;

use crate::data_table::Reading;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::{json, network_file, regions, terminal};
use clap::Args;
use document::Document;
use relulab_net::{Activation, Dataset, Network};
use relulab_regions::relaxation::InputBox;
use relulab_regions::units::{Effort, Method, UnitDomain, report, verify};
use std::path::{Path, PathBuf};

/// Say which units are dead, linear or nonlinear, with proof.
#[derive(Args, Debug)]
pub struct Arguments {
    /// A network file: safetensors, npz or ONNX.
    #[arg(value_name = "NET")]
    network: PathBuf,
    /// The box: one interval for every input, or one for all.
    #[arg(long = "box", value_name = "LO,HI", allow_hyphen_values = true)]
    domain: Vec<String>,
    /// Observe on these points (CSV with a header, or npz with x and y), and prove over their bounding box unless --box
    /// is given.
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Column of the CSV file that is the label [default: the last].
    #[arg(long, value_name = "NAME", requires = "data")]
    label: Option<String>,
    /// Parts of the box that may be looked at for one bound.
    #[arg(long, value_name = "PARTS", default_value_t = Effort::default().parts, allow_negative_numbers = true)]
    budget: usize,
    /// Solve linear programs for all bounds, also where the sign is known: closer ranges, several times slower.
    #[arg(long)]
    tight: bool,
    /// Write the proofs to this file.
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// Only check the proofs in this file, which --certificate has written.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["domain", "data", "certificate", "tight"])]
    check: Option<PathBuf>,
    /// Activation of an npz file [default: relu].
    #[arg(long, value_name = "NAME")]
    activation: Option<Activation>,
}

/// Runs the command.
///
/// # Errors
/// Bad input, or a certificate that is not valid.
pub fn run(arguments: &Arguments, globals: &Globals) -> Result<(), Failure> {
    globals.start_threads()?;
    let network = network_file::open(&arguments.network, arguments.activation)?.network;
    let place = arguments.network.display().to_string();
    if !network.activation().is_piecewise_linear() {
        let activation = network.activation();
        let message = format!("the activation {activation} is not piecewise linear: expected relu or leaky_relu");
        return Err(Failure::at(&place, message));
    }
    if let Some(file) = &arguments.check {
        return check(&network, file, globals);
    }
    if arguments.budget == 0 {
        return Err(Failure::at("--budget", "0: expected at least 1 part"));
    }
    let data =
        arguments.data.as_deref().map(|path| read_data(path, arguments.label.as_deref(), &network)).transpose()?;
    let domain = domain(arguments, &network, data.as_ref())?;
    if arguments.certificate.is_some() && domain == UnitDomain::Whole {
        return Err(Failure::at("--certificate", "proofs are over a box: give --box or --data"));
    }
    let threads = match globals.threads()? {
        0 => rayon::current_num_threads(),
        threads => threads,
    };
    let method = if arguments.certificate.is_some() { Method::Prove } else { Method::Auto };
    let effort = Effort { parts: arguments.budget, tighten: arguments.tight, ..Effort::default() };
    let found = report(&network, &domain, method, effort, threads).map_err(|error| Failure::at(&place, error))?;
    let observed = observe::observe(&network, &domain, data.as_ref());
    if let (Some(path), UnitDomain::Box(sides), Some(certificate)) =
        (&arguments.certificate, &domain, &found.certificate)
    {
        certificate_file::write(path, &network, sides, certificate, &found.statuses())?;
    }
    let document = Document::new(&network, &domain, data.is_some(), &observed, &found);
    if globals.json { json::print(&document) } else { terminal::print(document.text().as_bytes()) }
}

/// The box that is asked for, that of the data, or the whole space.
fn domain(arguments: &Arguments, network: &Network, data: Option<&Dataset>) -> Result<UnitDomain, Failure> {
    let inputs = network.shape().input_dim();
    let ends = match (regions::sides(&arguments.domain, inputs)?, data) {
        (Some(sides), _) => sides,
        (None, Some(data)) => {
            let mut ends = vec![(f64::INFINITY, f64::NEG_INFINITY); inputs];
            for (point, _) in data.rows() {
                ends.iter_mut().zip(point).for_each(|((low, high), x)| (*low, *high) = (low.min(*x), high.max(*x)));
            }
            ends
        }
        (None, None) => return Ok(UnitDomain::Whole),
    };
    let (lower, upper) = ends.into_iter().unzip();
    InputBox::new(lower, upper).map(UnitDomain::Box).map_err(|error| Failure::at("--box", error))
}

/// The points of a data file that fits the network's inputs.
fn read_data(path: &Path, label: Option<&str>, network: &Network) -> Result<Dataset, Failure> {
    let wrong = |message: String| Failure::at("--data", format!("{}: {message}", path.display()));
    let bytes = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let data = Reading { label, ..Reading::default() }.read(&bytes).map_err(wrong)?.dataset;
    let (found, expected) = (data.input_dim(), network.shape().input_dim());
    if found == expected {
        Ok(data)
    } else {
        Err(wrong(format!("points with {found} inputs, beside a label: expected {expected}, as the network has")))
    }
}

/// Checks a certificate against the network.
fn check(network: &Network, path: &Path, globals: &Globals) -> Result<(), Failure> {
    let file = certificate_file::read(path, network)?;
    let verdict = match verify(network, &file.domain, &file.certificate) {
        Ok(statuses) if statuses == file.claims => Ok(()),
        Ok(_) => Err("the proofs hold, but they do not prove all that is claimed of the units".to_owned()),
        Err(fault) => Err(fault.to_string()),
    };
    let document = document::Checked {
        valid: verdict.is_ok(),
        claim: file.claim(),
        failed_at: verdict.as_ref().err().cloned(),
        lemmas: file.certificate.lemmas.len(),
        points: file.certificate.shown.len(),
    };
    if globals.json {
        json::print(&document)?;
    } else {
        terminal::print(document.text().as_bytes())?;
    }
    verdict.map_err(|message| Failure::Rejected(format!("{}: {message}", path.display())))
}
