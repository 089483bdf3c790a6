//! `relulab bench optimal`: how far certified training reaches, what its proofs cost, and what gradient descent finds.

mod report;

use super::engine::{DEFAULT_THREADS, exit_on_interrupt};
use crate::failure::Failure;
use crate::globals::Globals;
use crate::machine::Machine;
use crate::optimal::trained;
use crate::{json, terminal};
use clap::Args;
use relulab_net::{Purpose, RandomStream};
use relulab_optimal::line::{Problem, Search, Status, enumerate, mean_squared_error, verify};
use relulab_train::VectorUnit;
use report::{Report, Row, Training};
use std::time::Instant;

/// Programs up to which they are enumerated too.
const MOST_ENUMERATED: u128 = 400_000;
/// Restarts of gradient descent, unless others are asked for.
const DEFAULT_RESTARTS: u64 = 256;
/// A network counts as globally optimal when its loss exceeds the smallest by at most this share.
pub const SAME_LOSS: f64 = 1e-3;
/// Standard deviation of the noise on the wave.
const NOISE: f64 = 0.3;

/// What `relulab bench optimal` is asked.
#[derive(Args, Debug)]
#[command(
    after_help = "Runs on 2 threads unless --threads says otherwise. There is no other implementation to measure \
                        beside it: the comparison is with many restarts of gradient descent on the same data."
)]
pub struct Arguments {
    /// Leave out the rows that take more than a few seconds.
    #[arg(long)]
    quick: bool,
    /// Restarts of gradient descent (Adam) on each row; 0 for none.
    #[arg(long, value_name = "K", default_value_t = DEFAULT_RESTARTS, allow_negative_numbers = true)]
    restarts: u64,
}

/// What the labels are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Labels {
    /// sin 2x with noise.
    Wave,
    /// Nothing but noise, the hardest to prove anything about.
    Noise,
}

/// Points, width, labels, and whether the row is quick.
const ROWS: [(usize, usize, Labels, bool); 10] = [
    (200, 2, Labels::Wave, true),
    (200, 2, Labels::Noise, true),
    (50, 3, Labels::Wave, true),
    (50, 3, Labels::Noise, true),
    (1000, 2, Labels::Wave, true),
    (1000, 2, Labels::Noise, true),
    (50, 4, Labels::Wave, true),
    (50, 5, Labels::Wave, false),
    (200, 4, Labels::Wave, false),
    (1000, 3, Labels::Wave, false),
];

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
    let machine = Machine::now();
    let mut rows = Vec::new();
    for (n, width, labels, _) in ROWS.into_iter().filter(|row| row.3 || !arguments.quick) {
        let problem = problem(n, width, labels, globals.seed)?;
        let row = pool.install(|| measure(&problem, labels, arguments.restarts, globals.seed, unit))?;
        terminal::say(format_args!("n = {n}, width {width}: {:.2} s", row.seconds));
        rows.push(row);
    }
    let report = Report { threads, machine, restarts: arguments.restarts, rows };
    if globals.json { json::print(&report) } else { terminal::print(report.text().as_bytes()) }
}

/// Inputs from N(0, 1), with the labels asked for.
fn problem(n: usize, width: usize, labels: Labels, seed: u64) -> Result<Problem, Failure> {
    let mut stream = RandomStream::new(seed, Purpose::Folds);
    let x: Vec<f64> = (0..n).map(|_| stream.normal()).collect();
    let label = |x: &f64| match labels {
        Labels::Wave => (2.0 * x).sin() + NOISE * stream.normal(),
        Labels::Noise => stream.normal(),
    };
    let y: Vec<f64> = x.iter().map(label).collect();
    Problem::new(&x, &y, width, true).map_err(Failure::input)
}

/// Unordered choices of a gap for every unit: what an enumeration has to solve.
fn n_programs(n: usize, width: usize) -> u128 {
    let gaps = 4 * (n as u128 - 2);
    (0..width as u128).fold(1, |product, i| product * (gaps + i) / (i + 1))
}

fn measure(problem: &Problem, labels: Labels, restarts: u64, seed: u64, unit: VectorUnit) -> Result<Row, Failure> {
    let (n, width) = (problem.x().len(), problem.width());
    let started = Instant::now();
    let mut search = Search::new(problem.clone(), &[]);
    let status = search.run(|_| true);
    let certificate = search.certificate();
    let seconds = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let is_valid = verify(&certificate).is_ok();
    let verify_seconds = started.elapsed().as_secs_f64();
    let programs = n_programs(n, width);
    let started = Instant::now();
    let enumeration = (programs <= MOST_ENUMERATED).then(|| enumerate(problem));
    let enumeration_seconds = enumeration.as_ref().map(|_| started.elapsed().as_secs_f64());
    let started = Instant::now();
    let trained = trained::networks(problem, restarts, seed, unit)?;
    let training_seconds = started.elapsed().as_secs_f64();
    let losses: Vec<f64> =
        trained.iter().map(|network| mean_squared_error(network, problem.x(), problem.y())).collect();
    let objective = certificate.objective;
    Ok(Row {
        n,
        width,
        labels: match labels {
            Labels::Wave => "wave",
            Labels::Noise => "noise",
        },
        programs: programs.to_string(),
        seconds,
        objective,
        lower_bound: certificate.lower_bound,
        is_optimal: status == Status::Optimal,
        relaxations: search.progress().n_relaxations,
        leaves: search.progress().n_leaves,
        certificate_bytes: certificate.to_bytes().len(),
        verify_seconds,
        is_valid,
        enumeration_seconds,
        training: Training::new(restarts, training_seconds, losses, objective),
    })
}
