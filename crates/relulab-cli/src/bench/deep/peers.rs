//! PyTorch, and its turns between our runs.

use super::cell::{Kind, Moons};
use crate::bench::crew::Crew;
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
    crew: Crew<Versions>,
    threads: usize,
}

impl Peers {
    /// Nobody.
    pub fn none() -> Self {
        Self { crew: Crew::none(), threads: 1 }
    }

    /// Looks for PyTorch and hands it the data; what is missing is noted, with the way to install it.
    ///
    /// # Errors
    /// When an interpreter was named and is not one.
    pub fn start(python: Option<&str>, threads: usize, moons: &Moons) -> Result<Self, Failure> {
        let missing = |name: &str| format!("no torch; to install: {name} -m pip install torch");
        let hints =
            |versions: &Versions, name: &str| versions.torch.is_none().then(|| missing(name)).into_iter().collect();
        let advice = "the peer needs Python: name one with --python, after `python3 -m pip install torch`";
        let mut crew = Crew::start(python, SCRIPT, &Request::Versions { threads }, hints, advice)?;
        if crew.versions().is_some_and(|versions| versions.torch.is_none()) {
            crew.dismiss();
        }
        let _: Option<IgnoredAny> =
            crew.ask("torch", &Request::Data { inputs: moons.inputs(), labels: moons.labels() });
        Ok(Self { crew, threads })
    }

    /// The libraries that were found.
    pub fn versions(&self) -> Option<&Versions> {
        self.crew.versions()
    }

    /// What the reader should know about an absent or failed peer, one line each.
    pub fn notes(&self) -> &[String] {
        self.crew.notes()
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
            let Some(run) = self.crew.ask::<Run>(&kind.title(), &request) else { return };
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
}
