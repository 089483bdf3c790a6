//! `relulab regions`: the exact pieces of a network, over a box or everywhere.

mod document;
mod measure;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::{json, network_file, terminal};
use clap::Args;
use relulab_net::Activation;
use std::path::PathBuf;

/// Inputs up to which a network is taken without a budget: beyond, regions are too many to promise an end.
const MOST_INPUTS_UNBOUNDED: usize = 8;
/// Regions above which only activation regions are counted, since pieces need all maps in memory.
pub const MOST_REGIONS_IN_MEMORY: u64 = 200_000;

/// Count activation regions, linear pieces and vertices, exactly.
#[derive(Args, Debug)]
pub struct Arguments {
    /// A network file: safetensors, npz or ONNX.
    #[arg(value_name = "NET")]
    network: PathBuf,
    /// The box: one interval for every input, or one for all; the whole space if not given.
    #[arg(long = "box", value_name = "LO,HI", allow_hyphen_values = true)]
    domain: Vec<String>,
    /// Find about this many regions and bound the rest (three inputs and more).
    #[arg(long, value_name = "REGIONS", allow_negative_numbers = true)]
    budget: Option<u64>,
    /// Activation of an npz file [default: relu].
    #[arg(long, value_name = "NAME")]
    activation: Option<Activation>,
}

/// Runs the command.
///
/// # Errors
/// Bad input.
pub fn run(arguments: &Arguments, globals: &Globals) -> Result<(), Failure> {
    globals.start_threads()?;
    let network = network_file::open(&arguments.network, arguments.activation)?.network;
    let inputs = network.shape().input_dim();
    let sides = sides(&arguments.domain, inputs)?;
    let place = arguments.network.display().to_string();
    if let Some(budget) = arguments.budget {
        if budget == 0 {
            return Err(Failure::at("--budget", "0: expected at least 1 region"));
        }
        if inputs < 3 {
            return Err(Failure::at("--budget", format!("the network has {inputs} inputs: expected 3 or more")));
        }
    } else if inputs > MOST_INPUTS_UNBOUNDED {
        let message =
            format!("{inputs} inputs: expected at most {MOST_INPUTS_UNBOUNDED}, or --budget REGIONS for bounds");
        return Err(Failure::at(&place, message));
    }
    let threads = match globals.threads()? {
        0 => rayon::current_num_threads(),
        threads => threads,
    };
    let found = measure::measure(&network, sides.as_deref(), arguments.budget, threads)
        .map_err(|message| Failure::at(&place, message))?;
    if globals.json { json::print(&found) } else { terminal::print(found.text().as_bytes()) }
}

/// The intervals of a box: as many as inputs, one for all, or none.
///
/// # Errors
/// When a text is no interval, or there are too few or too many.
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
