//! `relulab cloud`: how many directions many solutions fill, raw, at canonical scale and aligned.

mod document;
mod solutions;

use crate::alignment_names::{MethodName, NormalisationName};
use crate::failure::Failure;
use crate::globals::Globals;
use crate::landscape_points::LandscapePoints;
use crate::{json, terminal};
use clap::{Args, ValueEnum};
use document::{Document, View};
use relulab_landscape::{AlignmentMethod, LandscapeError, Normalisation, Preparation, Reference};
use solutions::Solutions;
use std::path::PathBuf;

/// Most random subsamples per size.
const MAX_DRAWS: usize = 10_000;

/// What `relulab cloud` is asked.
#[derive(Args, Debug)]
pub struct Arguments {
    /// A folder of network files of one shape, as `relulab train` writes; networks kept on the way are left out.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// How units are paired with those of the reference.
    #[arg(long, value_enum, default_value_t = MethodName::Correlation, value_name = "NAME")]
    align: MethodName,
    /// The canonical scale of units [default: balanced, or none for smooth activations].
    #[arg(long, value_enum, value_name = "NAME")]
    normalise: Option<NormalisationName>,
    /// The solution that the others are aligned with.
    #[arg(long, value_enum, default_value_t = ReferenceName::Medoid, value_name = "NAME")]
    reference: ReferenceName,
    /// Points of a data file for the activations, in place of 1000 samples of N(0,1).
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Random subsamples per size when the number of solutions is varied.
    #[arg(long, value_name = "N", default_value_t = 20, allow_negative_numbers = true)]
    draws: usize,
}

/// The solution that the others are aligned with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ReferenceName {
    /// The first file.
    First,
    /// The one whose function is nearest to all others.
    Medoid,
}

/// Runs the command.
///
/// # Errors
/// Bad input.
pub fn run(arguments: &Arguments, globals: &Globals) -> Result<(), Failure> {
    globals.start_threads()?;
    if !(1..=MAX_DRAWS).contains(&arguments.draws) {
        return Err(Failure::at("--draws", format!("{}: expected 1 to {MAX_DRAWS}", arguments.draws)));
    }
    let solutions = Solutions::read(&arguments.folder)?;
    let first = solutions.first();
    let points = match &arguments.data {
        Some(path) => LandscapePoints::of_data(path, None, false)?,
        None => LandscapePoints::of_inputs(first)?,
    };
    points.check(first, "--data")?;
    let homogeneous = first.activation().is_piecewise_linear();
    let default = if homogeneous { NormalisationName::Balanced } else { NormalisationName::None };
    let normalisation: Normalisation = arguments.normalise.unwrap_or(default).into();
    let views = arguments.preparations(normalisation).into_iter().map(|(name, preparation)| {
        let prepared = preparation.apply(&solutions.networks, &points.dataset);
        let rows = prepared.map_err(|error| arguments.failure(error))?;
        View::new(name, &rows, arguments.draws, globals.seed).map_err(Failure::input)
    });
    let views: Vec<View> = views.collect::<Result<_, _>>()?;
    let document = Document::new(arguments, &solutions, &points, normalisation, views);
    if globals.json {
        return json::print(&document);
    }
    terminal::print(document.text().as_bytes())
}

impl Arguments {
    /// What is done to the solutions, by name; the first is nothing.
    fn preparations(&self, normalisation: Normalisation) -> Vec<(&'static str, Preparation)> {
        let method: AlignmentMethod = self.align.into();
        let reference = match self.reference {
            ReferenceName::First => Reference::First,
            ReferenceName::Medoid => Reference::Medoid,
        };
        let aligned = |normalisation| Preparation::Aligned { method, normalisation, reference };
        let mut all = vec![("raw", Preparation::Raw)];
        if normalisation != Normalisation::None {
            all.push(("normalised", Preparation::Normalised(normalisation)));
        }
        all.push(("aligned", aligned(Normalisation::None)));
        if normalisation != Normalisation::None {
            all.push(("aligned_normalised", aligned(normalisation)));
        }
        all
    }

    fn failure(&self, error: LandscapeError) -> Failure {
        match &error {
            LandscapeError::NotScalable(_) if self.normalise.is_some() => Failure::at("--normalise", error),
            LandscapeError::Depth { .. } | LandscapeError::TooManyUnits(_) | LandscapeError::NotScalable(_) => {
                Failure::at("--align", error)
            }
            _ => Failure::input(error),
        }
    }
}
