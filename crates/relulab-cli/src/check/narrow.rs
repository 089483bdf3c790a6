//! `relulab check narrow`: trains narrow networks in mirrored pairs and in the usual ways, then judges.

use super::CheckArguments;
use super::paper::Paper;
use crate::data::images::Source;
use crate::failure::Failure;
use clap::Args;
use relulab_report::narrow::{CITATION, parts};
use relulab_study::narrow::{self, Data, Images};
use std::path::{Path, PathBuf};

/// What the check of narrow networks takes.
#[derive(Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    pub check: CheckArguments,
    /// Folder with the four IDX files of MNIST; without it, no claim about images is tested on it.
    #[arg(long, value_name = "DIR", conflicts_with = "from")]
    mnist: Option<PathBuf>,
    /// Folder with the four IDX files of Fashion-MNIST.
    #[arg(long, value_name = "DIR", conflicts_with = "from")]
    fashion_mnist: Option<PathBuf>,
}

/// The check of the paper on narrow networks, with the images that the user has.
///
/// # Errors
/// When a folder does not hold the files that it should.
pub fn paper(arguments: &Arguments) -> Result<Paper, Failure> {
    let data = Data {
        mnist: images("mnist", "--mnist", arguments.mnist.as_deref())?,
        fashion_mnist: images("fashion_mnist", "--fashion-mnist", arguments.fashion_mnist.as_deref())?,
    };
    Ok(Paper {
        name: narrow::NAME,
        experiments: narrow::experiments(&data),
        claims: narrow::claims,
        parts,
        title: "Narrow networks, checked",
        citation: CITATION,
        notes: &[
            "Every way of training has its step chosen on a grid for itself, and the same number of steps as the others.",
            "λ_min(J) is the smallest singular value of the Jacobian in the input weights, 0 where it has fewer columns than rows.",
        ],
    })
}

fn images(name: &str, option: &str, folder: Option<&Path>) -> Result<Option<Images>, Failure> {
    let (Some(folder), Some(source)) = (folder, Source::named(name)) else { return Ok(None) };
    let [training, test] = [false, true].map(|is_test| source.read(option, folder, is_test));
    Images::new(&training?, &test?).map(Some).map_err(|error| Failure::at(option, error))
}
