//! `relulab bench regions`: exact region counts in one to five dimensions, held against other tools.

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
use crate::{json, network_file, terminal};
use clap::Args;
use ours::Ours;
use peers::{Contender, Peers, Timing};
use report::{Report, RowReport};
use row::Row;
use sample::Sample;
use std::path::PathBuf;

/// Rounds of each row.
const ROUNDS: usize = 5;

/// What `relulab bench regions` is asked.
#[derive(Args, Debug)]
#[command(after_help = "Runs on 2 threads unless --threads says otherwise. The peers, where installed: \
                        python3 -m pip install regioncam relucent numpy torch. Edge subdivision (Berzins, 2023) has no \
                        package: name a checkout of its repository with --edge-subdivision")]
pub struct Arguments {
    /// Measure relulab alone.
    #[arg(long)]
    no_peers: bool,
    /// Leave out the layer of 1000 units, on which a peer needs a minute.
    #[arg(long)]
    quick: bool,
    /// A network file with two inputs or more: add its slice through 0 along the first two, over [-0.5, 0.5]^2.
    #[arg(long, value_name = "NET")]
    slice: Option<PathBuf>,
    /// The Python interpreter that has the peers' packages [default: python3].
    #[arg(long, value_name = "PROGRAM", conflicts_with = "no_peers")]
    python: Option<String>,
    /// A folder with the sources of edge subdivision; without it the published time is quoted.
    #[arg(long, value_name = "DIR", conflicts_with = "no_peers")]
    edge_subdivision: Option<PathBuf>,
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
    let mut samples: Vec<Sample> = Row::ALL
        .iter()
        .filter(|row| !(arguments.quick && row.is_large))
        .map(|row| Sample::draw(row, globals.seed))
        .collect::<Result<_, _>>()?;
    if let Some(path) = &arguments.slice {
        let place = path.display().to_string();
        let network = network_file::open(path, None)?.network;
        samples.push(Sample::slice(&network, &place).map_err(|message| Failure::at(&place, message))?);
    }
    if let Some(folder) = arguments.edge_subdivision.as_ref().filter(|folder| !folder.is_dir()) {
        return Err(Failure::at("--edge-subdivision", format!("{}: expected a folder", folder.display())));
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Failure::at("--threads", error))?;
    exit_on_interrupt()?;
    // The load is read first: starting Python is a load of its own.
    let machine = Machine::now();
    let mut peers = if arguments.no_peers {
        Peers::none()
    } else {
        Peers::start(arguments.python.as_deref(), arguments.edge_subdivision.as_deref(), threads)?
    };
    let mut peak = Peak::new(&pool, unit);
    let mut rows = Vec::new();
    for sample in &samples {
        let (ours, timings) = measure(sample, threads, &mut peers, &mut peak)?;
        rows.push(RowReport::new(sample, ours, timings));
    }
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
    sample: &Sample,
    threads: usize,
    peers: &mut Peers,
    peak: &mut Peak<'_>,
) -> Result<(Ours, Vec<Timing>), Failure> {
    let mut ours = Ours::new(threads);
    let mut contenders = peers.prepare(sample);
    for round in 0..ROUNDS {
        ours.run(sample)?;
        peak.burst();
        eprintln!("[{}] round {} of {ROUNDS}: {}", sample.row.name, round + 1, ours.last_text());
        peers.take_turns(sample, &mut contenders);
    }
    Ok((ours, contenders.into_iter().filter_map(Contender::timing).collect()))
}
