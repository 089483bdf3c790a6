//! `relulab regions`: the exact pieces of a network, over a box or everywhere.

mod bounds;
mod decision;
mod document;
mod initial;
mod measure;
mod picture;
mod reach;
mod slice;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::{json, network_file, terminal};
use clap::Args;
use relulab_net::{Activation, Initialisation, Shape};
use std::path::PathBuf;
use std::process::ExitCode;

/// Regions above which only activation regions are counted, since pieces need all maps in memory.
pub const MOST_REGIONS_IN_MEMORY: u64 = 200_000;
/// Regions up to which they are checked in rationals to fill their box.
pub const MOST_REGIONS_CHECKED: u64 = 1_000;
/// The exit code when the budget ended before the search.
const OUT_OF_BUDGET: u8 = 3;

/// Count activation regions, linear pieces and vertices, exactly.
#[derive(Args, Debug)]
pub struct Arguments {
    /// A network file: safetensors, npz or ONNX.
    #[arg(value_name = "NET", required_unless_present = "shape")]
    network: Option<PathBuf>,
    /// The box: one interval for every free input, or one for all; the whole space if not given.
    #[arg(long = "box", value_name = "LO,HI", allow_hyphen_values = true)]
    domain: Vec<String>,
    /// Find about this many regions and bound the rest (three inputs and more).
    #[arg(long, value_name = "REGIONS", allow_negative_numbers = true)]
    budget: Option<u64>,
    /// Activation of an npz file, or of --shape [default: relu].
    #[arg(long, value_name = "NAME")]
    activation: Option<Activation>,
    /// Instead of a file: hidden widths, such as 8,8; networks of them are drawn and counted.
    #[arg(long, value_name = "WIDTHS", conflicts_with_all = ["network", "budget", "slice", "picture", "report", "decision", "level"])]
    shape: Option<String>,
    /// Inputs of --shape [default: 1].
    #[arg(long, value_name = "N", requires = "shape")]
    input_dim: Option<usize>,
    /// Networks of --shape [default: 100].
    #[arg(long, value_name = "K", requires = "shape", allow_negative_numbers = true)]
    seeds: Option<u64>,
    /// How parameters of --shape are drawn, such as kaiming_normal [default: torch_linear].
    #[arg(long, alias = "init", value_name = "NAME", requires = "shape")]
    initialisation: Option<Initialisation>,
    /// Hold inputs fixed and look at the section of the others, such as x3=-0.25,x4=0.5.
    #[arg(long, value_name = "xK=VALUE,…", allow_hyphen_values = true)]
    slice: Option<String>,
    #[command(flatten)]
    pictures: picture::PictureArguments,
}

/// Runs the command.
///
/// # Errors
/// Bad input.
pub fn run(arguments: &Arguments, globals: &Globals) -> Result<ExitCode, Failure> {
    globals.start_threads()?;
    let threads = match globals.threads()? {
        0 => rayon::current_num_threads(),
        threads => threads,
    };
    let Some(file) = &arguments.network else { return at_initialisation(arguments, globals, threads) };
    let whole = network_file::open(file, arguments.activation)?.network;
    let cut = arguments.slice.as_deref().map(|text| slice::cut(text, &whole)).transpose()?;
    let network = cut.as_ref().map_or(&whole, |cut| &cut.section.network);
    let inputs = network.shape().input_dim();
    let sides = sides(&arguments.domain, inputs)?;
    let place = file.display().to_string();
    let subject = picture::Subject {
        file,
        network,
        sides: sides.as_deref(),
        axes: cut.as_ref().map_or_else(|| (0..inputs).collect(), |cut| cut.slice.free()),
    };
    arguments.pictures.check(&subject)?;
    if let Some(budget) = arguments.budget {
        if budget == 0 {
            return Err(Failure::at("--budget", "0: expected at least 1 region"));
        }
        if inputs < 3 {
            return Err(Failure::at("--budget", format!("the network has {inputs} inputs: expected 3 or more")));
        }
    } else {
        reach::check(network, sides.as_deref(), globals.seed).map_err(|message| Failure::at(&place, message))?;
    }
    let mut found = measure::measure(network, sides.as_deref(), arguments.budget, threads)
        .map_err(|message| Failure::at(&place, message))?;
    found.slice = cut.as_ref().map(slice::Cut::document);
    arguments.pictures.run(&subject, &mut found)?;
    if globals.json { json::print(&found) } else { terminal::print(found.text().as_bytes()) }?;
    Ok(if found.complete { ExitCode::SUCCESS } else { ExitCode::from(OUT_OF_BUDGET) })
}

/// Counts regions of networks that are drawn.
fn at_initialisation(arguments: &Arguments, globals: &Globals, threads: usize) -> Result<ExitCode, Failure> {
    let inputs = arguments.input_dim.unwrap_or(1);
    let hidden = arguments.shape.as_deref().unwrap_or_default();
    let shape = Shape::parse_hidden(hidden, inputs, 1).map_err(|error| Failure::at("--shape", error))?;
    let sides = sides(&arguments.domain, inputs)?;
    let question = initial::Question {
        shape,
        activation: arguments.activation.unwrap_or(Activation::Relu),
        initialisation: arguments.initialisation.unwrap_or(Initialisation::TorchLinear),
        seeds: arguments.seeds.unwrap_or(initial::DEFAULT_SEEDS),
        first_seed: globals.seed,
        sides: sides.as_deref(),
    };
    let found = question.answer(threads)?;
    if globals.json { json::print(&found) } else { terminal::print(found.text().as_bytes()) }?;
    Ok(ExitCode::SUCCESS)
}

/// The intervals of a box: as many as inputs, one for all, or none.
///
/// # Errors
/// When an interval is none, empty or not finite, or their number does not fit.
pub fn sides(texts: &[String], inputs: usize) -> Result<Option<Vec<(f64, f64)>>, Failure> {
    if texts.is_empty() {
        return Ok(None);
    }
    let one = |text: &String| {
        let wrong =
            || Failure::at("--box", format!("\"{text}\": expected two finite numbers LO,HI, the lower one first"));
        let (low, high) = text.split_once(',').ok_or_else(wrong)?;
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|value| value.is_finite());
        let (low, high) = number(low).zip(number(high)).ok_or_else(wrong)?;
        if low < high { Ok((low, high)) } else { Err(wrong()) }
    };
    let intervals: Vec<(f64, f64)> = texts.iter().map(one).collect::<Result<_, _>>()?;
    match intervals[..] {
        [interval] => Ok(Some(vec![interval; inputs])),
        _ if intervals.len() == inputs => Ok(Some(intervals)),
        _ => {
            let message = format!("given {} times: expected once, or {inputs} times, once per input", intervals.len());
            Err(Failure::at("--box", message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_read() {
        let of =
            |texts: &[&str], inputs| sides(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>(), inputs);
        assert_eq!(of(&[], 2).unwrap(), None);
        assert_eq!(of(&["-1,2"], 2).unwrap(), Some(vec![(-1.0, 2.0); 2]));
        assert_eq!(of(&["-1,2", "0, 0.5"], 2).unwrap(), Some(vec![(-1.0, 2.0), (0.0, 0.5)]));
        for (bad, inputs) in [(&["1"][..], 1), (&["2,1"], 1), (&["1,1"], 1), (&["0,inf"], 1), (&["0,1", "0,1"], 3)] {
            assert!(matches!(of(bad, inputs), Err(Failure::Input(line)) if line.starts_with("--box: ")));
        }
    }
}
