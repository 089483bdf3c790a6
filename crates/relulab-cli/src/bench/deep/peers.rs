//! PyTorch, and its turns between our runs.

use super::cell::{Kind, Moons};
use crate::bench::peers::DEFAULT_PYTHON;
use crate::bench::worker::Worker;
use crate::failure::Failure;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

/// What the process runs.
const SCRIPT: &str = concat!(include_str!("../worker.py"), include_str!("peers.py"));
/// Seconds of one run: every step costs the same, so the rest is scaled.
const SECONDS_OF_RUN: f64 = 2.0;

/// A question.
#[derive(Serialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
enum Request<'a> {
    Versions { threads: usize },
    Data { inputs: &'a [f64], labels: &'a [f64] },
    Run { structure: &'a str, penalised: bool, width: usize, depth: usize, steps: u64, seconds: f64, threads: usize },
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// Of Python.
    pub python: String,
    /// Of PyTorch.
    pub torch: Option<String>,
}

/// One run.
#[derive(Deserialize)]
struct Run {
    seconds: f64,
    steps: u64,
    bytes: u64,
}

/// The fastest run of a cell with so many threads.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Timing {
    /// Threads.
    pub threads: usize,
    /// Milliseconds for all steps, scaled from those that were timed.
    pub ms: f64,
    /// Steps that were timed.
    pub steps: u64,
    /// Runs.
    pub repetitions: usize,
    /// Bytes of parameters, gradient, moments and what the forward pass saves.
    pub bytes: u64,
}

/// The peer, if it takes part.
pub struct Peers {
    worker: Option<Worker>,
    versions: Option<Versions>,
    threads: usize,
    notes: Vec<String>,
}

impl Peers {
    /// Nobody.
    pub fn none() -> Self {
        Self { worker: None, versions: None, threads: 1, notes: Vec::new() }
    }

    /// Looks for PyTorch and hands it the data; what is missing is noted, with the way to install it.
    ///
    /// # Errors
    /// When an interpreter was named and is not one.
    pub fn start(python: Option<&str>, threads: usize, moons: &Moons) -> Result<Self, Failure> {
        let name = python.unwrap_or(DEFAULT_PYTHON);
        let asked = Worker::start(name, SCRIPT).and_then(|mut worker| {
            let versions: Versions = worker.ask(&Request::Versions { threads })?;
            if versions.torch.is_some() {
                let _: IgnoredAny = worker.ask(&Request::Data { inputs: moons.inputs(), labels: moons.labels() })?;
            }
            Ok((worker, versions))
        });
        match asked {
            Ok((worker, versions)) => {
                let missing = versions.torch.is_none();
                let notes = missing.then(|| format!("no torch; to install: {name} -m pip install torch"));
                let worker = (!missing).then_some(worker);
                Ok(Self { worker, versions: Some(versions), threads, notes: notes.into_iter().collect() })
            }
            Err(error) if python.is_some() => Err(Failure::at("--python", error)),
            Err(error) => {
                let hint = "the peer needs Python: name one with --python, after `python3 -m pip install torch`";
                Ok(Self { notes: vec![format!("no peers ({error}); {hint}")], ..Self::none() })
            }
        }
    }

    /// The libraries that were found.
    pub fn versions(&self) -> Option<&Versions> {
        self.versions.as_ref()
    }

    /// What the reader should know about an absent or failed peer, one line each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Gives the peer a run of a cell on one thread, and one on all.
    pub fn take_turns(&mut self, kind: Kind, (width, depth, steps): (usize, usize, u64), timings: &mut Vec<Timing>) {
        let counts = if self.threads == 1 { vec![1] } else { vec![1, self.threads] };
        for threads in counts {
            let request = Request::Run {
                structure: kind.structure_name(),
                penalised: kind.penalised,
                width,
                depth,
                steps,
                seconds: SECONDS_OF_RUN,
                threads,
            };
            let Some(run) = self.ask(&kind.title(), &request) else { return };
            let ms = 1e3 * run.seconds * steps as f64 / run.steps.max(1) as f64;
            match timings.iter_mut().find(|timing| timing.threads == threads) {
                None => timings.push(Timing { threads, ms, steps: run.steps, repetitions: 1, bytes: run.bytes }),
                Some(timing) => {
                    timing.repetitions += 1;
                    if ms < timing.ms {
                        (timing.ms, timing.steps) = (ms, run.steps);
                    }
                }
            }
        }
    }

    /// Asks the worker; a failure becomes a note and the end of the peer.
    fn ask(&mut self, who: &str, request: &Request<'_>) -> Option<Run> {
        match self.worker.as_mut()?.ask(request) {
            Ok(answer) => Some(answer),
            Err(error) => {
                self.notes.push(format!("{who}: {error}"));
                self.worker = None;
                None
            }
        }
    }
}
