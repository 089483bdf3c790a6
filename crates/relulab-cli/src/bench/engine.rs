//! `relulab bench engine`: resolve, run in rounds, print.

use super::peak::Peak;
use super::peer::PerPeer;
use super::peers::{PeerTiming, Peers, timings};
use super::report::{Report, Row};
use super::table;
use super::workload::Workload;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::machine::Machine;
use clap::Args;
use clap::builder::ValueParser;
use rayon::ThreadPool;
use relulab_net::{Shape, ShapeError};
use relulab_train::VectorUnit;
use std::io::Write;

/// Rounds of each shape.
const ROUNDS: usize = 5;
/// Threads, unless others are asked for.
pub const DEFAULT_THREADS: usize = 2;
/// Most networks of a shape.
const MAX_SEEDS: u64 = 1 << 20;
/// Most optimiser steps.
const MAX_STEPS: u64 = 1 << 30;

/// What `relulab bench engine` is asked.
#[derive(Args, Debug)]
#[command(after_help = "Runs on 2 threads unless --threads says otherwise. The peers are JAX and PyTorch, where \
                        installed: python3 -m pip install jax torch")]
pub struct Arguments {
    /// Measure relulab alone.
    #[arg(long)]
    no_peers: bool,
    /// Networks of each shape.
    #[arg(long, default_value_t = 256, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MAX_SEEDS))]
    seeds: u64,
    /// Adam steps of each network.
    #[arg(long, default_value_t = 3000, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MAX_STEPS))]
    steps: u64,
    /// Hidden widths such as 5,7,4; once for each shape.
    #[arg(long, value_name = "WIDTHS", value_parser = ValueParser::new(parse_shape),
          default_values = ["16", "5,7,4", "4,4,4,4", "32,32"])]
    shapes: Vec<Shape>,
    /// The Python interpreter that has the peers' packages [default: python3].
    #[arg(long, value_name = "PROGRAM", conflicts_with = "no_peers")]
    python: Option<String>,
}

fn parse_shape(text: &str) -> Result<Shape, ShapeError> {
    Shape::parse_hidden(text, 1, 1)
}

/// Runs the benchmark and prints what it found.
///
/// # Errors
/// Bad input.
pub fn run(arguments: &Arguments, globals: &Globals) -> Result<(), Failure> {
    let unit = globals.unit()?;
    let threads = match globals.threads()? {
        0 => DEFAULT_THREADS,
        threads => threads,
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Failure::at("--threads", error))?;
    exit_on_interrupt()?;
    // The load is read first: starting Python is a load of its own.
    let machine = Machine::now();
    let work = Workload::new(arguments.seeds, arguments.steps);
    let peers = if arguments.no_peers { Peers::none() } else { Peers::start(arguments.python.as_deref(), threads)? };
    let bench = Bench { pool: &pool, unit, work, study_seed: globals.seed };
    let report = bench.run(&arguments.shapes, peers, machine)?;
    print(&report, globals.json)
}

/// Ctrl-C ends the command at once: nothing is kept of a benchmark, and Python ends when its input does.
///
/// # Errors
/// When the handler cannot be installed.
pub fn exit_on_interrupt() -> Result<(), Failure> {
    let handler = || {
        Failure::Interrupted("nothing is kept of a benchmark".to_owned()).report();
        std::process::exit(130);
    };
    ctrlc::set_handler(handler).map_err(Failure::input)
}

/// All that the rounds have in common.
struct Bench<'a> {
    pool: &'a ThreadPool,
    unit: VectorUnit,
    work: Workload,
    study_seed: u64,
}

/// Our runs on one shape.
struct Ours {
    ms_of_rounds: Vec<f64>,
    median_loss: Option<f64>,
}

/// Our runs and the peers' timings on one shape.
type Measured = (Ours, PerPeer<PeerTiming>);

impl Bench<'_> {
    fn run(&self, shapes: &[Shape], mut peers: Peers, machine: Machine) -> Result<Report, Failure> {
        let mut peak = Peak::new(self.pool, self.unit);
        let mut measured = Vec::new();
        for shape in shapes {
            measured.push(self.measure(shape, &mut peers, &mut peak)?);
        }
        // Every row is held against the peak of the whole run, so rows come after all rounds.
        let rows = shapes.iter().zip(measured).map(|(shape, (ours, peers))| {
            let operations = self.work.operations_per_network(shape);
            let hidden = shape.hidden().to_vec();
            Row::new(hidden, ours.ms_of_rounds, operations, peak.gflops(), ours.median_loss, peers)
        });
        Ok(Report {
            peak_gflops: peak.gflops(),
            threads: self.pool.current_num_threads(),
            vector_unit: self.unit.to_string(),
            machine,
            work: self.work,
            repetitions: ROUNDS,
            shapes: rows.collect(),
            versions: peers.versions().cloned(),
            notes: peers.notes().to_vec(),
        })
    }

    /// Runs one shape in rounds, each contender once a round: who is disturbed by the machine is left to chance.
    fn measure(&self, shape: &Shape, peers: &mut Peers, peak: &mut Peak) -> Result<Measured, Failure> {
        let name = shape.hidden_text();
        let mut contenders = peers.prepare(shape, &self.work);
        let mut ours = Ours { ms_of_rounds: Vec::new(), median_loss: None };
        for round in 0..ROUNDS {
            let training = self.pool.install(|| self.work.train(shape, self.study_seed, self.unit))?;
            let ms = 1e3 * training.elapsed.as_secs_f64() / self.work.seeds as f64;
            ours.ms_of_rounds.push(ms);
            ours.median_loss = training.median_loss;
            peak.burst();
            eprintln!("[{name}] round {} of {ROUNDS}: {ms:.3} ms a network", round + 1);
            peers.take_turns(round, shape, &mut contenders);
        }
        Ok((ours, timings(&contenders)))
    }
}

fn print(report: &Report, json: bool) -> Result<(), Failure> {
    let text = if json {
        let mut text = serde_json::to_string(report).map_err(Failure::input)?;
        text.push('\n');
        text
    } else {
        table::render(report)
    };
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::at("stdout", error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn parse(text: &str) -> Result<Arguments, String> {
        let words = std::iter::once("engine").chain(text.split_whitespace());
        Line::try_parse_from(words).map(|line| line.arguments).map_err(|error| error.to_string())
    }

    #[test]
    fn defaults_are_those_of_the_published_figures() {
        let arguments = parse("").unwrap();
        assert_eq!((arguments.seeds, arguments.steps, arguments.no_peers), (256, 3000, false));
        let shapes: Vec<String> = arguments.shapes.iter().map(Shape::hidden_text).collect();
        assert_eq!(shapes, ["16", "5,7,4", "4,4,4,4", "32,32"]);
    }

    #[test]
    fn shapes_replace_the_defaults() {
        let arguments = parse("--shapes 3 --shapes 2,2 --shapes linear --seeds 7 --python py").unwrap();
        let depths: Vec<usize> = arguments.shapes.iter().map(Shape::depth).collect();
        assert_eq!((depths, arguments.seeds, arguments.python.as_deref()), (vec![1, 2, 0], 7, Some("py")));
    }

    #[test]
    fn bad_input_is_refused() {
        for (text, told) in [
            ("--shapes 5,x", "\"5,x\""),
            ("--shapes 0", "hidden width 0"),
            ("--seeds 0", "1..=1048576"),
            ("--steps 0", "1..="),
            ("--no-peers --python py", "cannot be used with"),
        ] {
            let message = parse(text).unwrap_err();
            assert!(message.contains(told), "{text}: {message}");
        }
    }
}
