//! `relulab optimal --ridge`: the best ridge-regularised network of any width, by a convex program.

use crate::data_table::Reading;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::{json, terminal};
use clap::Args;
use relulab_io::{Precision, safetensors};
use relulab_net::{Dataset, Loss, reference};
use relulab_optimal::convex::{Certificate, ConvexError, Patterns, Plan, Solution, solve};
use relulab_study::plan::sha256;
use relulab_study::write_atomically;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// Exit code when nothing is proved optimal.
const NOT_PROVED: u8 = 3;
/// Relative gap up to which a network counts as optimal.
const CLOSED: f64 = 1e-6;
/// Files of the folder.
const CERTIFICATE: &str = "certificate.json";
/// The best network.
const NETWORK: &str = "network.safetensors";
/// What the command printed.
const RESULT: &str = "optimal.json";
/// Digits of the problem's hash in the name of a folder.
const SHORT_HASH: usize = 8;

/// Options of the convex program.
#[derive(Args, Clone, Copy, Debug)]
pub struct Options {
    /// Weight decay B: the best ReLU network of any width without output bias, ½ Σ (f − y)² + (B/2) Σ weights², by a
    /// convex program.
    #[arg(long, value_name = "B", allow_negative_numbers = true)]
    pub ridge: Option<f64>,
    /// With --ridge: only the patterns of K random units; a network, and no proof.
    #[arg(long, value_name = "K", requires = "ridge", allow_negative_numbers = true)]
    sampled: Option<usize>,
    /// With --ridge: hidden units without biases; with them, biases decay like weights.
    #[arg(long, requires = "ridge")]
    no_biases: bool,
}

/// What is solved, and where results go.
pub struct Request<'a> {
    /// The data file.
    pub data: &'a Path,
    /// Its label column, if named.
    pub label: Option<&'a str>,
    /// Units allowed.
    pub width: Option<usize>,
    /// The folder asked for.
    pub out: Option<&'a Path>,
    /// The weight decay.
    pub ridge: f64,
    /// The rest.
    pub options: Options,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    /// The gap is closed.
    Optimal,
    /// The solver's accuracy leaves a gap.
    Rounding,
    /// Patterns were sampled: nothing is known of the others.
    Sampled,
    /// The best network has more units than allowed: its bound holds for those that have fewer too.
    TooWide,
}

/// The result.
#[derive(Serialize)]
struct Document {
    objective: f64,
    lower_bound: Option<f64>,
    gap: Option<f64>,
    status: Status,
    attained: bool,
    network: String,
    certificate: Option<String>,
    ridge: f64,
    biases: bool,
    loss: f64,
    width: usize,
    n_data: usize,
    n_patterns: usize,
    rounds: usize,
    seconds: f64,
}

/// Solves and writes.
///
/// # Errors
/// Bad input.
pub fn run(request: &Request<'_>, globals: &Globals) -> Result<ExitCode, Failure> {
    let started = Instant::now();
    let data = request.read()?;
    if request.width == Some(0) {
        return Err(Failure::at("--width", "0: expected at least 1"));
    }
    let plan = Plan {
        biases: !request.options.no_biases,
        patterns: request.options.sampled.map_or(Patterns::All, Patterns::Sampled),
        seed: globals.seed,
        ..Plan::new(request.ridge)
    };
    let folder = request.folder(&data, &plan);
    refuse_other_content(&folder, &data, &plan)?;
    let found = solve(&data, &plan).map_err(|error| request.failure(&error))?;
    let document = Document::new(&found, &data, request, &plan, &folder, started.elapsed().as_secs_f64());
    write(&folder, &found, &document)?;
    if globals.json {
        json::print(&document)?;
    } else {
        terminal::print(document.text().as_bytes())?;
    }
    Ok(if document.status == Status::Optimal { ExitCode::SUCCESS } else { ExitCode::from(NOT_PROVED) })
}

impl Request<'_> {
    fn read(&self) -> Result<Dataset, Failure> {
        let place = self.data.display().to_string();
        let bytes =
            fs::read(self.data).map_err(|error| Failure::at(&place, format!("{error}: expected a data file")))?;
        let reading = Reading { label: self.label, classes: false, loss: Some(Loss::Mse) };
        Ok(reading.read(&bytes).map_err(|error| Failure::at(&place, error))?.dataset)
    }

    /// The folder asked for, or one whose name is the same for the same problem.
    fn folder(&self, data: &Dataset, plan: &Plan) -> PathBuf {
        let identity = || format!("{:?} {:?} {plan:?}", data.inputs(), data.labels());
        let name = || format!("ridge-{}", &sha256(identity().as_bytes())[..SHORT_HASH]);
        self.out.map_or_else(|| Path::new(super::DEFAULT_PARENT).join(name()), Path::to_owned)
    }

    fn failure(&self, error: &ConvexError) -> Failure {
        match error {
            ConvexError::Ridge(value) => Failure::at("--ridge", format!("{value}: expected a positive number")),
            ConvexError::NoPatterns => Failure::at("--sampled", "0: expected at least 1"),
            ConvexError::Dimension(_) | ConvexError::TooMany { .. } => {
                Failure::at(&self.data.display().to_string(), format!("{error} (--sampled K)"))
            }
            _ => Failure::at(&self.data.display().to_string(), error),
        }
    }
}

impl Document {
    fn new(found: &Solution, data: &Dataset, request: &Request<'_>, plan: &Plan, folder: &Path, seconds: f64) -> Self {
        let gap = found.lower_bound.map(|bound| found.objective - bound);
        let status = match gap {
            None => Status::Sampled,
            Some(_) if request.width.is_some_and(|width| width < found.width) => Status::TooWide,
            Some(gap) if gap <= CLOSED * found.objective => Status::Optimal,
            Some(_) => Status::Rounding,
        };
        let errors = data.rows().map(|(x, y)| (reference::forward(&found.network, x)[0] - y[0]).powi(2));
        let file = |name: &str| folder.join(name).display().to_string();
        Self {
            objective: found.objective,
            lower_bound: found.lower_bound,
            gap,
            status,
            attained: true,
            network: file(NETWORK),
            certificate: found.certificate.as_ref().map(|_| file(CERTIFICATE)),
            ridge: plan.ridge,
            biases: plan.biases,
            loss: errors.sum::<f64>() / data.n_points() as f64,
            width: found.width,
            n_data: data.n_points(),
            n_patterns: found.n_patterns,
            rounds: found.rounds,
            seconds,
        }
    }

    fn text(&self) -> String {
        let biases = if self.biases { "with biases" } else { "without biases" };
        let mut out = format!(
            "{} data, ridge {}, hidden units {biases}; ½ Σ (f − y)² + ½ ridge Σ weights²\n\nobjective of the network  {:?}\n",
            self.n_data, self.ridge, self.objective
        );
        if let (Some(bound), Some(gap)) = (self.lower_bound, self.gap) {
            let _ = writeln!(out, "no network is below       {bound:?}\ngap                       {gap:.3e}");
        }
        let verdict = match self.status {
            Status::Optimal => "optimal among networks of any width",
            Status::Rounding => "not proved: the solver's accuracy leaves a gap",
            Status::Sampled => "not proved: other patterns may be better",
            Status::TooWide => "wider than asked for: the bound holds for narrower networks, the network is none",
        };
        let _ = writeln!(out, "{verdict}\n\n{} units, mean squared error {:.6e}", self.width, self.loss);
        let _ = writeln!(out, "{} patterns, {} cone programs in {:.2} s", self.n_patterns, self.rounds, self.seconds);
        let _ = writeln!(out, "network      {}", self.network);
        if let Some(certificate) = &self.certificate {
            let _ = writeln!(out, "certificate  {certificate}");
        }
        out
    }
}

/// A folder that holds other things, or the proof of another problem, is not written to.
fn refuse_other_content(folder: &Path, data: &Dataset, plan: &Plan) -> Result<(), Failure> {
    let refusal =
        |what: &str| Failure::at("--out", format!("{} holds {what}: choose another folder", folder.display()));
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    let ours = |name: &str| [CERTIFICATE, NETWORK, RESULT].contains(&name);
    let mut names = entries.filter_map(Result::ok).map(|entry| entry.file_name());
    if !names.all(|name| name.to_str().is_some_and(ours)) {
        return Err(refusal("other things"));
    }
    let Ok(bytes) = fs::read(folder.join(CERTIFICATE)) else { return Ok(()) };
    let is_same = |found: Certificate| {
        let there = (&found.data.inputs[..], &found.data.labels[..], found.ridge, found.biases);
        there == (data.inputs(), data.labels(), plan.ridge, plan.biases) && plan.patterns == Patterns::All
    };
    if Certificate::from_json(&bytes).is_ok_and(is_same) { Ok(()) } else { Err(refusal("another problem")) }
}

/// Writes network, certificate and result.
fn write(folder: &Path, found: &Solution, document: &Document) -> Result<(), Failure> {
    let system = |error: &dyn std::fmt::Display| Failure::at("--out", format!("{}: {error}", folder.display()));
    fs::create_dir_all(folder).map_err(|error| system(&error))?;
    let provenance = BTreeMap::from([
        ("command".to_owned(), "optimal".to_owned()),
        ("ridge".to_owned(), format!("{:?}", document.ridge)),
    ]);
    let network = safetensors::write(&found.network, &provenance, Precision::F64).map_err(Failure::input)?;
    let result = serde_json::to_string_pretty(document).map_err(Failure::input)?;
    let files = [
        (NETWORK, Some(network)),
        (CERTIFICATE, found.certificate.as_ref().map(Certificate::to_json)),
        (RESULT, Some(format!("{result}\n").into_bytes())),
    ];
    for (name, bytes) in files {
        if let Some(bytes) = bytes {
            write_atomically(folder, name, &bytes).map_err(|error| system(&error))?;
        }
    }
    Ok(())
}
