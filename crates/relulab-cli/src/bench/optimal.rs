//! `relulab bench optimal`: how far certified training reaches, what its proofs cost, and what gradient descent finds.

mod report;

use super::engine::{DEFAULT_THREADS, exit_on_interrupt};
use crate::failure::Failure;
use crate::globals::Globals;
use crate::machine::Machine;
use crate::optimal::search::{Problem, Search, Terms};
use crate::optimal::trained;
use crate::{json, terminal};
use clap::Args;
use relulab_net::{Dataset, Purpose, RandomStream};
use relulab_optimal::space::Loss;
use relulab_optimal::{Status, line};
use relulab_train::VectorUnit;
use report::{Report, Row, Training};
use std::time::{Duration, Instant};

/// Programs up to which they are enumerated too, with one input.
const MOST_ENUMERATED: u128 = 400_000;
/// A search that takes longer is stopped, and what it has proved is reported.
const LONGEST_SEARCH: Duration = Duration::from_secs(180);
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
    /// sin 2x with noise; with several inputs x is their sum.
    Wave,
    /// Nothing but noise, the hardest to prove anything about.
    Noise,
}

/// A problem of the benchmark.
#[derive(Clone, Copy, Debug)]
struct Case {
    dim: usize,
    n: usize,
    width: usize,
    labels: Labels,
    loss: Loss,
    decay: Option<f64>,
    /// Whether it takes a few seconds at most.
    is_quick: bool,
}

impl Case {
    const fn new(dim: usize, n: usize, width: usize, labels: Labels, is_quick: bool) -> Self {
        Self { dim, n, width, labels, loss: Loss::Squared, decay: None, is_quick }
    }

    const fn with_loss(self, loss: Loss) -> Self {
        Self { loss, ..self }
    }

    const fn with_decay(self, decay: f64) -> Self {
        Self { decay: Some(decay), ..self }
    }

    /// Inputs from N(0, 1), with the labels asked for.
    fn problem(self, seed: u64) -> Result<Problem, Failure> {
        let mut stream = RandomStream::new(seed, Purpose::Folds);
        let x: Vec<f64> = (0..self.n * self.dim).map(|_| stream.normal()).collect();
        let label = |x: &[f64]| match self.labels {
            Labels::Wave => (2.0 * x.iter().sum::<f64>()).sin() + NOISE * stream.normal(),
            Labels::Noise => stream.normal(),
        };
        let mut y: Vec<f64> = x.chunks(self.dim).map(label).collect();
        if self.loss == Loss::Logistic {
            y.iter_mut().for_each(|label| *label = f64::from(u8::from(*label > 0.0)));
        }
        let data = Dataset::new(x, self.dim, y, 1).map_err(Failure::input)?;
        Problem::new(&data, Terms { loss: self.loss, decay: self.decay, width: self.width, output_bias: true })
            .map_err(|(_, error)| Failure::input(error))
    }

    /// Unordered choices of a cell and a sign for every unit: what an enumeration has to solve.
    fn n_programs(self) -> u128 {
        let n = self.n as u128;
        let choices = if self.dim == 1 {
            4 * (n - 2)
        } else {
            // Cover's number of dichotomies in general position, without the empty one, with either sign.
            let binomial = |k: u128| (0..k).fold(1, |product, i| product * (n - 1 - i) / (i + 1));
            2 * (2 * (0..=self.dim as u128).map(binomial).sum::<u128>() - 1)
        };
        (0..self.width as u128).fold(1, |product, i| product * (choices + i) / (i + 1))
    }
}

const CASES: [Case; 25] = [
    Case::new(1, 200, 2, Labels::Wave, true),
    Case::new(1, 200, 2, Labels::Noise, true),
    Case::new(1, 50, 3, Labels::Wave, true),
    Case::new(1, 50, 3, Labels::Noise, true),
    Case::new(1, 1000, 2, Labels::Wave, true),
    Case::new(1, 1000, 2, Labels::Noise, true),
    Case::new(1, 50, 4, Labels::Wave, true),
    Case::new(1, 50, 5, Labels::Wave, false),
    Case::new(1, 200, 4, Labels::Wave, false),
    Case::new(1, 1000, 3, Labels::Wave, false),
    Case::new(2, 15, 2, Labels::Wave, true),
    Case::new(2, 20, 2, Labels::Wave, true),
    Case::new(2, 30, 1, Labels::Wave, true),
    Case::new(2, 30, 2, Labels::Wave, false),
    Case::new(2, 30, 2, Labels::Noise, false),
    Case::new(2, 60, 1, Labels::Wave, false),
    Case::new(3, 15, 1, Labels::Wave, true),
    Case::new(1, 50, 2, Labels::Wave, true).with_loss(Loss::Huber(0.5)),
    Case::new(1, 50, 2, Labels::Wave, true).with_loss(Loss::Absolute),
    Case::new(2, 20, 2, Labels::Wave, false).with_loss(Loss::Huber(0.5)),
    Case::new(1, 50, 2, Labels::Wave, false).with_loss(Loss::Logistic),
    Case::new(2, 20, 1, Labels::Wave, true).with_loss(Loss::Logistic),
    Case::new(1, 50, 3, Labels::Wave, true).with_decay(0.01),
    Case::new(2, 30, 2, Labels::Wave, false).with_decay(0.01),
    Case::new(2, 20, 2, Labels::Wave, true).with_loss(Loss::Logistic).with_decay(0.01),
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
    for case in CASES.into_iter().filter(|case| case.is_quick || !arguments.quick) {
        let row = pool.install(|| measure(case, arguments.restarts, globals.seed, unit))?;
        let Case { dim, n, width, .. } = case;
        terminal::say(format_args!("d = {dim}, n = {n}, width {width}: {:.2} s", row.seconds));
        rows.push(row);
    }
    let report = Report { threads, machine, restarts: arguments.restarts, rows };
    if globals.json { json::print(&report) } else { terminal::print(report.text().as_bytes()) }
}

fn measure(case: Case, restarts: u64, seed: u64, unit: VectorUnit) -> Result<Row, Failure> {
    let started = Instant::now();
    let problem = case.problem(seed)?;
    let mut search = Search::new(problem.clone(), &[]);
    let status = search.run(|_| started.elapsed() < LONGEST_SEARCH);
    let certificate = search.certificate();
    let seconds = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let is_valid = certificate.verdict().1.is_none();
    let verify_seconds = started.elapsed().as_secs_f64();
    let programs = case.n_programs();
    let started = Instant::now();
    let enumeration = match &problem {
        Problem::Line(problem) if programs <= MOST_ENUMERATED => Some(line::enumerate(problem)),
        _ => None,
    };
    let enumeration_seconds = enumeration.map(|_| started.elapsed().as_secs_f64());
    let started = Instant::now();
    // The engine knows no decay.
    let restarts = if case.decay.is_some() { 0 } else { restarts };
    let trained = trained::networks(&problem, restarts, seed, unit)?;
    let training_seconds = started.elapsed().as_secs_f64();
    let losses: Vec<f64> = trained.iter().filter_map(|network| problem.objective(network)).collect();
    let (objective, lower_bound) = certificate.bounds();
    Ok(Row {
        input_dim: case.dim,
        n: case.n,
        width: case.width,
        labels: match case.labels {
            Labels::Wave => "wave",
            Labels::Noise => "noise",
        },
        loss: case.loss.name(),
        decay: case.decay,
        programs: programs.to_string(),
        seconds,
        objective,
        lower_bound,
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
