//! `relulab bench deep`: one cell of the MOONS study beside PyTorch, the cost of the penalty, and the whole study.

mod cell;
mod peers;
mod report;
mod table;

use super::engine::{DEFAULT_THREADS, exit_on_interrupt};
use super::peak::Peak;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::machine::Machine;
use crate::terminal::say;
use crate::{json, terminal};
use cell::{Kind, Moons};
use clap::Args;
use peers::{Peers, Timing};
use relulab_train::Structure;
use report::{CellRow, PenaltyRow, Report, StudyRow};

/// Rounds of each cell.
const ROUNDS: usize = 3;
/// Epochs of the study that are timed.
const STUDY_TIMED: u64 = 20;
/// Most epochs of the cell.
const MAX_STEPS: u64 = 1 << 30;

/// What `relulab bench deep` is asked.
#[derive(Args, Debug)]
#[command(
    after_help = "A network trains on one thread; the study runs on 2 unless --threads says otherwise. The peer is \
                        PyTorch at its better of one and all threads, where installed: python3 -m pip install torch"
)]
pub struct Arguments {
    /// Measure relulab alone.
    #[arg(long)]
    no_peers: bool,
    /// Leave out the whole study.
    #[arg(long)]
    no_study: bool,
    /// Width of the cell.
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1024))]
    width: u64,
    /// Depth of the cell.
    #[arg(long, default_value_t = 60, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=200))]
    depth: u64,
    /// Epochs of the cell.
    #[arg(long, default_value_t = cell::STUDY_STEPS, value_name = "N",
          value_parser = clap::value_parser!(u64).range(1..=MAX_STEPS))]
    steps: u64,
    /// The Python interpreter that has the peer's packages [default: python3].
    #[arg(long, value_name = "PROGRAM", conflicts_with = "no_peers")]
    python: Option<String>,
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
    let pool = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.map_err(|error| Failure::at("--threads", error))
    };
    let (one, all) = (pool(1)?, pool(threads)?);
    exit_on_interrupt()?;
    // The load is read first: starting Python is a load of its own.
    let machine = Machine::now();
    let moons = Moons::new(unit, globals.seed)?;
    let python = arguments.python.as_deref();
    let mut peers = if arguments.no_peers { Peers::none() } else { Peers::start(python, threads, &moons)? };
    let size = (arguments.width as usize, arguments.depth as usize, arguments.steps);
    let mut peak = Peak::new(&one, unit);
    let mut ours: Vec<Vec<f64>> = vec![Vec::new(); Kind::ALL.len()];
    let mut theirs: Vec<Vec<Timing>> = vec![Vec::new(); Kind::ALL.len()];
    // Each contender once a round: who is disturbed by the machine is left to chance.
    for round in 0..ROUNDS {
        for (k, kind) in Kind::ALL.into_iter().enumerate() {
            let elapsed = one.install(|| moons.train(kind, size.0, size.1, size.2))?;
            let ms = 1e3 * elapsed.as_secs_f64();
            ours[k].push(ms);
            say(format_args!("[{}] round {} of {ROUNDS}: {ms:.1} ms", kind.title(), round + 1));
            peak.burst();
            peers.take_turns(kind, size, &mut theirs[k]);
        }
    }
    let studies: &[Structure] = if arguments.no_study { &[] } else { &[Structure::Dense, Structure::Convolution] };
    let studies = studies.iter().map(|&structure| {
        let time = all.install(|| moons.study(structure, STUDY_TIMED))?;
        Ok(StudyRow::new(structure, time.as_secs_f64() / 60.0, STUDY_TIMED))
    });
    let studies = studies.collect::<Result<Vec<_>, Failure>>()?;
    // Every row is held against the peak of the whole run, so rows come after all rounds.
    let cells = Kind::ALL.into_iter().zip(ours).zip(theirs).map(|((kind, ours), theirs)| {
        let ours = (ours, moons.bytes(kind, size.0, size.1)? as u64);
        Ok(CellRow::new(kind, ours, moons.operations(kind, size.0, size.1, size.2), peak.gflops(), theirs))
    });
    let cells = cells.collect::<Result<Vec<CellRow>, Failure>>()?;
    let report = Report {
        peak_gflops: peak.gflops(),
        threads,
        vector_unit: unit.to_string(),
        machine,
        width: size.0,
        depth: size.1,
        steps: size.2,
        repetitions: ROUNDS,
        penalties: cells.chunks_exact(2).map(|pair| PenaltyRow::new(&pair[0], &pair[1])).collect(),
        cells,
        studies,
        versions: peers.versions().cloned(),
        notes: peers.notes().to_vec(),
    };
    if globals.json { json::print(&report) } else { terminal::print(table::render(&report).as_bytes()) }
}
