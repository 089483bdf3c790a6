//! `relulab bench curvature`: Hessians, spectra and products, held against other libraries and the arithmetic peak.

mod ours;
mod peers;
mod report;
mod row;
mod sample;
mod table;

use super::engine::{DEFAULT_THREADS, exit_on_interrupt};
use super::peak::Peak;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::machine::Machine;
use crate::{json, terminal};
use clap::Args;
use ours::Ours;
use peers::Peers;
use rayon::ThreadPool;
use report::{Report, RowReport};
use row::Row;
use sample::Sample;

/// Rounds of each row.
const ROUNDS: usize = 5;

/// What `relulab bench curvature` is asked.
#[derive(Args, Debug)]
#[command(after_help = "Runs on 2 threads unless --threads says otherwise. The peers, where installed: \
                        python3 -m pip install torch scipy curvlinops-for-pytorch pyhessian")]
pub struct Arguments {
    /// Measure relulab alone.
    #[arg(long)]
    no_peers: bool,
    /// Leave out the rows of the network with 98,593 parameters.
    #[arg(long)]
    quick: bool,
    /// The Python interpreter that has the peers' packages [default: python3].
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
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Failure::at("--threads", error))?;
    exit_on_interrupt()?;
    // The load is read first: starting Python is a load of its own.
    let machine = Machine::now();
    let python = arguments.python.as_deref();
    let mut peers = if arguments.no_peers { Peers::none() } else { Peers::start(python, threads)? };
    let mut peak = Peak::new(&pool, unit);
    let rows: Vec<Row> = Row::ALL.into_iter().filter(|row| !(arguments.quick && row.is_large())).collect();
    let mut measured = Vec::new();
    for row in rows {
        measured.push(measure(row, &pool, &mut peers, &mut peak, globals.seed)?);
    }
    // Every row is held against the peak of the whole run, so rows come after all rounds.
    let rows = measured.into_iter().map(|(ours, timings)| RowReport::new(ours, timings, peak.gflops())).collect();
    let report = Report {
        peak_gflops: peak.gflops(),
        threads,
        vector_unit: unit.to_string(),
        machine,
        repetitions: ROUNDS,
        rows,
        versions: peers.versions().cloned(),
        notes: peers.notes().to_vec(),
    };
    if globals.json { json::print(&report) } else { terminal::print(table::render(&report).as_bytes()) }
}

/// Runs one row in rounds, each contender once a round: who is disturbed by the machine is left to chance.
fn measure(
    row: Row,
    pool: &ThreadPool,
    peers: &mut Peers,
    peak: &mut Peak<'_>,
    seed: u64,
) -> Result<(Ours, Vec<peers::Timing>), Failure> {
    let sample = Sample::new(row, seed)?;
    let mut ours = Ours::new(row, &sample);
    let mut contenders = peers.prepare(row, &sample);
    for round in 0..ROUNDS {
        pool.install(|| ours.run(&sample))?;
        peak.burst();
        eprintln!("[{}] round {} of {ROUNDS}: {}", row.name(), round + 1, ours.last_text());
        peers.take_turns(row, ours.magnitudes(), &mut contenders);
    }
    Ok((ours, contenders.into_iter().filter_map(peers::Contender::timing).collect()))
}
