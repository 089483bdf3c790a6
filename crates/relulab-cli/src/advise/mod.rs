//! `relulab advise`: which shapes the evidence supports.

mod text;

use crate::failure::Failure;
use crate::globals::Globals;
use clap::Args;
use relulab_net::conventions::MAX_WIDTH;
use relulab_net::{MAX_EVALUATION_DIM, Target};
use relulab_study::advice::{Evidence, LossName, Question, advise};
use std::path::PathBuf;

/// Shapes that a rebuilt table keeps of a study, by each loss.
const KEPT: usize = 24;

/// Which shapes of N neurons the evidence supports for d inputs, and what it does not decide.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Hidden neurons to spend, 1 to 2048.
    #[arg(long, value_name = "N", required_unless_present = "rebuild_from", allow_negative_numbers = true)]
    neurons: Option<usize>,
    /// Number of inputs, 1 to 64.
    #[arg(long, value_name = "D", required_unless_present = "rebuild_from", allow_negative_numbers = true)]
    input_dim: Option<usize>,
    /// What is to be learned: a target with evidence [default: each of them].
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    target: Option<String>,
    /// The loss that counts: normal (in distribution) or uniform5 (mostly extrapolation).
    #[arg(long, value_name = "L", default_value = "normal", value_parser = ["normal", "uniform5"])]
    loss: String,
    /// Folders of `relulab enumerate` or `relulab check anatomy` whose evidence is taken too.
    #[arg(long, value_name = "DIR", num_args = 1..)]
    from: Vec<PathBuf>,
    /// Print the table of evidence that these folders make, as the binary carries one.
    #[arg(long, value_name = "DIR", num_args = 1.., conflicts_with_all = ["neurons", "input_dim", "target", "from"])]
    rebuild_from: Vec<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// Bad input.
pub fn run(arguments: &Arguments, globals: &Globals) -> Result<(), Failure> {
    globals.start_threads()?;
    if !arguments.rebuild_from.is_empty() {
        let mut evidence = gather(&arguments.rebuild_from, "--rebuild-from")?;
        evidence.cells.iter_mut().for_each(|cell| cell.keep_best(KEPT));
        return crate::terminal::print(evidence.text().as_bytes());
    }
    let neurons = within("--neurons", arguments.neurons, MAX_WIDTH)?;
    let input_dim = within("--input-dim", arguments.input_dim, MAX_EVALUATION_DIM)?;
    let target = match &arguments.target {
        Some(text) => {
            let target = Target::parse(text, input_dim).map_err(|error| Failure::at("--target", error))?;
            Some(target.name().to_owned())
        }
        None => None,
    };
    let loss = if arguments.loss == LossName::Uniform5.text() { LossName::Uniform5 } else { LossName::Normal };
    // The user's own evidence comes before ours.
    let mut evidence = gather(&arguments.from, "--from")?;
    evidence.cells.extend(Evidence::shipped().map_err(Failure::input)?.cells);
    let question = Question { neurons, input_dim, target: target.as_deref(), loss };
    let counsel = advise(&evidence, question).map_err(|error| Failure::at("--target", error))?;
    if globals.json {
        return crate::json::print(&counsel);
    }
    crate::terminal::print(text::of(&counsel).as_bytes())
}

fn gather(folders: &[PathBuf], option: &str) -> Result<Evidence, Failure> {
    let mut all = Evidence::default();
    for folder in folders {
        all.cells.extend(Evidence::from_folder(folder).map_err(|error| Failure::at(option, error))?.cells);
    }
    Ok(all)
}

/// A number from 1 to a limit.
fn within(option: &str, value: Option<usize>, most: usize) -> Result<usize, Failure> {
    match value {
        Some(value) if (1..=most).contains(&value) => Ok(value),
        Some(value) => Err(Failure::at(option, format!("{value}: expected 1 to {most}"))),
        None => Err(Failure::at(option, format!("expected a number from 1 to {most}"))),
    }
}
