//! `relulab align`: brings one network close to another, and measures the barrier between them.

mod document;

use crate::alignment_names::{MethodName, NormalisationName};
use crate::failure::Failure;
use crate::globals::Globals;
use crate::landscape_points::LandscapePoints;
use crate::{json, network_file, out_file, terminal};
use clap::Args;
use document::{BarrierEntry, Barriers, Document};
use relulab_io::{Precision, safetensors};
use relulab_landscape::{BarrierMethod, LandscapeError, align, barrier};
use relulab_net::Network;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Networks on a path whose loss is sampled, unless another number is asked for.
const DEFAULT_POINTS: usize = 201;
/// Most of them.
const MAX_POINTS: usize = 1_000_000;

/// What `relulab align` is asked.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The network that stays.
    #[arg(value_name = "A")]
    first: PathBuf,
    /// The network whose units are permuted and scaled; its function stays the same.
    #[arg(value_name = "B")]
    second: PathBuf,
    /// How units are paired.
    #[arg(long, value_enum, default_value_t = MethodName::Greedy, value_name = "NAME")]
    method: MethodName,
    /// The canonical scale of units at which the networks are compared.
    #[arg(long, value_enum, default_value_t = NormalisationName::None, value_name = "NAME")]
    normalise: NormalisationName,
    /// Measure on 1000 samples of N(0,1), labelled by a function: a name or a formula, as for training.
    #[arg(
        long,
        value_name = "TARGET",
        allow_hyphen_values = true,
        required_unless_present = "data",
        conflicts_with = "data"
    )]
    target: Option<String>,
    /// Measure on a data file: CSV with a header, or npz with x and y.
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Column of the CSV file that is the label [default: the last].
    #[arg(long, value_name = "NAME", requires = "data")]
    label: Option<String>,
    /// Take the labels as classes, even if they are numbers.
    #[arg(long, requires = "data")]
    classes: bool,
    /// Networks on the path where its loss is not traced exactly.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_POINTS, allow_negative_numbers = true)]
    points: usize,
    /// Write the aligned network B to this file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// Bad input.
pub fn run(arguments: &Arguments, globals: &Globals) -> Result<(), Failure> {
    globals.start_threads()?;
    if !(2..=MAX_POINTS).contains(&arguments.points) {
        return Err(Failure::at("--points", format!("{}: expected 2 to {MAX_POINTS}", arguments.points)));
    }
    let network = |path| network_file::open(path, None).map(|file| file.network);
    let (first, second) = (network(&arguments.first)?, network(&arguments.second)?);
    let points = arguments.landscape_points(&first)?;
    let (method, normalisation) = (arguments.method.into(), arguments.normalise.into());
    let alignment = align(&first, &second, method, normalisation, &points.dataset);
    let alignment = alignment.map_err(|error| arguments.failure(error))?;
    let here = |error| arguments.failure(error);
    let (reference, aligned) =
        (alignment.apply_to_reference(&first).map_err(here)?, alignment.apply(&second).map_err(here)?);
    let way = BarrierMethod::exact_or_sampled(&first, points.loss, arguments.points);
    let between = |a: &Network, b: &Network| {
        barrier(a, b, &points.dataset, points.loss, way).map(BarrierEntry::from).map_err(here)
    };
    let barriers = Barriers { raw: between(&first, &second)?, aligned: between(&reference, &aligned)? };
    if let Some(out) = &arguments.out {
        arguments.write(out, &aligned)?;
    }
    let document = Document::new(arguments, &first, &points, alignment, barriers);
    if globals.json {
        return json::print(&document);
    }
    terminal::print(document.text().as_bytes())
}

impl Arguments {
    fn landscape_points(&self, network: &Network) -> Result<LandscapePoints, Failure> {
        let Some(path) = &self.data else {
            return LandscapePoints::of_target(self.target.as_deref().unwrap_or_default(), network);
        };
        let points = LandscapePoints::of_data(path, self.label.as_deref(), self.classes)?;
        points.check(network, "--data")?;
        Ok(points)
    }

    /// The failure that the library's error means, with the argument to blame.
    fn failure(&self, error: LandscapeError) -> Failure {
        let second = self.second.display().to_string();
        match &error {
            LandscapeError::Shapes(..) | LandscapeError::Activations(..) => Failure::at(&second, error),
            LandscapeError::Depth { .. } | LandscapeError::TooManyUnits(_) | LandscapeError::NotExact(_) => {
                Failure::at("--method", error)
            }
            LandscapeError::NotScalable(_) if self.normalise == NormalisationName::None => {
                Failure::at("--method", error)
            }
            LandscapeError::NotScalable(_) => Failure::at("--normalise", error),
            _ => Failure::input(error),
        }
    }

    fn write(&self, out: &Path, aligned: &Network) -> Result<(), Failure> {
        let entry = |key: &str, value: String| (key.to_owned(), value);
        let provenance = BTreeMap::from([
            entry("relulab", env!("CARGO_PKG_VERSION").to_owned()),
            entry("aligned", self.second.display().to_string()),
            entry("aligned_with", self.first.display().to_string()),
        ]);
        let bytes = safetensors::write(aligned, &provenance, Precision::F64)
            .map_err(|error| Failure::at("--out", format!("{}: {error}", out.display())))?;
        out_file::write("--out", out, &[&self.first, &self.second], &bytes)
    }
}
