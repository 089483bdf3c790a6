//! `relulab data prepare`: one dataset as an npz file.

use super::catalogue::CATALOGUE;
use super::images::Source;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::{json, out_file, terminal};
use clap::{Args, ValueEnum};
use relulab_io::npz;
use relulab_net::{Dataset, DatasetError, circles, moons, random_labels, spirals};
use serde::Serialize;
use std::path::PathBuf;

/// Points of circles and spirals, if not said.
const PLANAR_POINTS: usize = 200;
/// Points with random labels, if not said.
const RANDOM_POINTS: usize = 1000;
/// Their inputs, if not said.
const RANDOM_DIM: usize = 50;
/// Most points that are drawn.
const MAX_DRAWN: u64 = 10_000_000;
/// Most inputs per point that are drawn.
const MAX_DRAWN_DIM: u64 = 10_000;

/// What is prepared.
#[derive(Args, Debug)]
#[command(after_help = "Labels of classes are the numbers 0, 1, …: give --loss softmax_cross_entropy (or \
                        binary_cross_entropy for two) to the command that trains")]
pub struct Arguments {
    /// A name of `relulab data list`.
    #[arg(value_name = "NAME")]
    name: String,
    /// The file to write.
    #[arg(long, value_name = "FILE.npz")]
    out: PathBuf,
    /// The part, where a dataset has two [default: train].
    #[arg(long)]
    part: Option<Part>,
    /// So many points: drawn, or the first ones of mnist and fashion_mnist.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MAX_DRAWN))]
    points: Option<u64>,
    /// Inputs of random_labels.
    #[arg(long, value_name = "D", value_parser = clap::value_parser!(u64).range(1..=MAX_DRAWN_DIM))]
    input_dim: Option<u64>,
    /// Standard deviation of the noise of circles and spirals [default: 0].
    #[arg(long, value_name = "SIGMA", allow_negative_numbers = true)]
    noise: Option<f64>,
    /// Folder with the IDX files of mnist or fashion_mnist, compressed or not.
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
}

/// One of two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// To train on.
    Train,
    /// Held out.
    Test,
}

/// What was written.
#[derive(Serialize)]
struct Document<'a> {
    name: &'a str,
    points: usize,
    inputs: usize,
    labels: usize,
    written: String,
}

/// Runs the command.
///
/// # Errors
/// Bad input.
pub fn run(arguments: &Arguments, globals: &Globals) -> Result<(), Failure> {
    out_file::check("--out", &arguments.out, &[])?;
    let data = arguments.dataset(globals.seed)?;
    let bytes = npz::write_dataset(&data).map_err(Failure::input)?;
    out_file::write("--out", &arguments.out, &[], &bytes)?;
    let written = arguments.out.display().to_string();
    if globals.json {
        let (points, inputs, labels) = (data.n_points(), data.input_dim(), data.output_dim());
        return json::print(&Document { name: &arguments.name, points, inputs, labels, written });
    }
    let text = format!("{written}: {} points of {} inputs\n", data.n_points(), data.input_dim());
    terminal::print(text.as_bytes())
}

impl Arguments {
    fn dataset(&self, seed: u64) -> Result<Dataset, Failure> {
        let noise = self.noise.unwrap_or(0.0);
        if !(noise.is_finite() && noise >= 0.0) {
            return Err(Failure::at("--noise", format!("{noise}: expected a number of at least 0")));
        }
        let points = |default: usize| self.points.map_or(default, |points| points as usize);
        let is_test = self.part == Some(Part::Test);
        let drawn = |data: Result<Dataset, DatasetError>| data.map_err(Failure::input);
        match self.name.as_str() {
            "moons" => {
                self.refuse(&["--points", "--input-dim", "--noise", "--from"])?;
                let split = moons().map_err(Failure::input)?;
                Ok(if is_test { split.validation } else { split.train })
            }
            "circles" | "spirals" => {
                self.refuse(&["--part", "--input-dim", "--from"])?;
                let draw = if self.name == "circles" { circles } else { spirals };
                drawn(draw(points(PLANAR_POINTS), noise, seed))
            }
            "random_labels" => {
                self.refuse(&["--part", "--noise", "--from"])?;
                let dim = self.input_dim.map_or(RANDOM_DIM, |dim| dim as usize);
                drawn(random_labels(points(RANDOM_POINTS), dim, seed))
            }
            name => match Source::named(name) {
                Some(source) => {
                    self.refuse(&["--input-dim", "--noise"])?;
                    let folder = self.from.as_ref().ok_or_else(|| {
                        let hint = format!("missing: expected a folder that `relulab data download {name}` has filled");
                        Failure::at("--from", hint)
                    })?;
                    let all = source.read("--from", folder, is_test)?;
                    self.first_of(all)
                }
                None => {
                    let names: Vec<&str> = CATALOGUE.iter().map(|entry| entry.name).collect();
                    Err(Failure::at("NAME", format!("{name}: expected one of {}", names.join(", "))))
                }
            },
        }
    }

    /// The first points, if not all are wanted.
    fn first_of(&self, all: Dataset) -> Result<Dataset, Failure> {
        let Some(points) = self.points.map(|points| points as usize) else { return Ok(all) };
        if points > all.n_points() {
            let message = format!("{points}: there are {} points", all.n_points());
            return Err(Failure::at("--points", message));
        }
        let first: Vec<usize> = (0..points).collect();
        all.subset(&first).map_err(Failure::input)
    }

    /// Refuses options that mean nothing for a dataset.
    fn refuse(&self, options: &[&str]) -> Result<(), Failure> {
        let given = [
            ("--part", self.part.is_some()),
            ("--points", self.points.is_some()),
            ("--input-dim", self.input_dim.is_some()),
            ("--noise", self.noise.is_some()),
            ("--from", self.from.is_some()),
        ];
        match given.iter().find(|(name, is_given)| *is_given && options.contains(name)) {
            Some((name, _)) => Err(Failure::at(name, format!("means nothing for {}", self.name))),
            None => Ok(()),
        }
    }
}
