//! The peers that are installed, and their turns between our runs.

use super::crew::Crew;
use super::peer::{Peer, PerPeer};
use super::protocol::{Prepared, Request, Run, Versions};
use super::workload::Workload;
use crate::failure::Failure;
use relulab_net::Shape;
use serde::Serialize;

/// What the process runs.
pub const SCRIPT: &str = concat!(include_str!("worker.py"), include_str!("peers.py"));
/// Time that a peer may spend on one shape before it sits out the remaining rounds.
const MAX_SECONDS_PER_SHAPE: f64 = 20.0;
/// Rounds in which even a slow peer takes part.
const MIN_REPETITIONS: usize = 2;

/// What one peer did on one shape.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PeerTiming {
    /// The fastest run, for one network and all steps.
    pub ms_per_network: f64,
    /// Runs that were timed.
    pub repetitions: usize,
    /// Networks of each run.
    pub networks: u64,
    /// Steps of each run; the time is scaled to all steps where these are fewer.
    pub steps: u64,
    /// Seconds of compilation, not part of the time above; `None` for a library that does not compile.
    pub compile_seconds: Option<f64>,
    /// Median over networks of the loss on the last batch of the fastest run.
    pub median_loss: Option<f64>,
}

/// The peers that take part.
#[derive(Debug)]
pub struct Peers(Crew<Versions>);

/// A peer in the rounds of one shape.
#[derive(Debug)]
pub struct Contender {
    peer: Peer,
    steps: u64,
    compile_seconds: Option<f64>,
    runs: Vec<Run>,
}

impl Peers {
    /// Nobody.
    pub fn none() -> Self {
        Self(Crew::none())
    }

    /// Looks for the peers' libraries; what is missing is noted, with the way to install it.
    ///
    /// # Errors
    /// When an interpreter was named and is not one.
    pub fn start(python: Option<&str>, threads: usize) -> Result<Self, Failure> {
        let hints = |versions: &Versions, name: &str| install_hint(name, versions).into_iter().collect();
        let advice = "the peers need Python: name one with --python, after `python3 -m pip install jax torch`";
        Crew::start(python, SCRIPT, &Request::Versions { threads }, hints, advice).map(Self)
    }

    /// The libraries that were found.
    pub fn versions(&self) -> Option<&Versions> {
        self.0.versions()
    }

    /// What the reader should know about absent or failed peers, one line each.
    pub fn notes(&self) -> &[String] {
        self.0.notes()
    }

    /// Lets every installed peer get ready for a shape: compilation ends here.
    pub fn prepare(&mut self, shape: &Shape, work: &Workload) -> Vec<Contender> {
        let mut contenders = Vec::new();
        for peer in Peer::ALL {
            if self.versions().and_then(|versions| versions.of(peer)).is_none() {
                continue;
            }
            let (seeds, steps, batch) = (work.seeds, work.steps, work.batch);
            let request = Request::Prepare { peer, widths: shape.widths().collect(), seeds, steps, batch };
            if let Some(Prepared { compile_seconds }) = self.ask(peer, shape, &request) {
                contenders.push(Contender { peer, steps, compile_seconds, runs: Vec::new() });
            }
        }
        contenders
    }

    /// Gives each contender whose time is not used up a run.
    pub fn take_turns(&mut self, round: usize, shape: &Shape, contenders: &mut Vec<Contender>) {
        contenders.retain_mut(|contender| {
            if !contender.has_time() {
                return true;
            }
            let run: Option<Run> = self.ask(contender.peer, shape, &Request::Run { peer: contender.peer, round });
            // A peer that failed once leaves the shape: its minimum would be of fewer rounds than it seems.
            run.map(|run| contender.runs.push(run)).is_some()
        });
    }

    fn ask<T: serde::de::DeserializeOwned>(&mut self, peer: Peer, shape: &Shape, request: &Request) -> Option<T> {
        self.0.ask(&format!("{} on [{}]", peer.title(), shape.hidden_text()), request)
    }
}

impl Contender {
    fn has_time(&self) -> bool {
        let spent: f64 = self.runs.iter().map(|run| run.seconds).sum();
        let next = self.runs.last().map_or(0.0, |run| run.seconds);
        self.runs.len() < MIN_REPETITIONS || spent + next <= MAX_SECONDS_PER_SHAPE
    }

    /// The fastest of its runs.
    fn timing(&self) -> Option<PeerTiming> {
        let ms = |run: &Run| 1e3 * run.seconds / run.networks as f64 * (self.steps as f64 / run.steps as f64);
        let best = self.runs.iter().min_by(|a, b| ms(a).total_cmp(&ms(b)))?;
        Some(PeerTiming {
            ms_per_network: ms(best),
            repetitions: self.runs.len(),
            networks: best.networks,
            steps: best.steps,
            compile_seconds: self.compile_seconds,
            median_loss: best.median_loss,
        })
    }
}

/// The timings of all contenders.
pub fn timings(contenders: &[Contender]) -> PerPeer<PeerTiming> {
    let mut timings = PerPeer::none();
    for contender in contenders {
        timings.set(contender.peer, contender.timing());
    }
    timings
}

/// How to install what is missing; `None` when nothing is.
fn install_hint(python: &str, versions: &Versions) -> Option<String> {
    let missing: Vec<&str> = [("jax", &versions.jax), ("torch", &versions.torch)]
        .into_iter()
        .filter(|(_, version)| version.is_none())
        .map(|(package, _)| package)
        .collect();
    let packages = missing.join(" ");
    (!missing.is_empty())
        .then(|| format!("no {}; to install: {python} -m pip install {packages}", missing.join(", no ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(seconds: f64, networks: u64, steps: u64) -> Run {
        Run { seconds, networks, steps, median_loss: Some(seconds) }
    }

    fn contender(runs: Vec<Run>) -> Contender {
        Contender { peer: Peer::TorchVmap, steps: 3000, compile_seconds: None, runs }
    }

    #[test]
    fn the_fastest_run_counts_scaled_to_all_steps() {
        let timings = timings(&[contender(vec![run(3.0, 256, 300), run(2.56, 256, 300)])]);
        let timing = timings.get(Peer::TorchVmap).unwrap();
        assert_eq!((timing.ms_per_network, timing.repetitions, timing.median_loss), (100.0, 2, Some(2.56)));
        assert_eq!((timings.get(Peer::Jax), timings.get(Peer::TorchEager)), (None, None));
    }

    #[test]
    fn a_slow_peer_sits_out_after_two_rounds() {
        assert!(contender(vec![run(60.0, 1, 1)]).has_time());
        assert!(!contender(vec![run(60.0, 1, 1), run(60.0, 1, 1)]).has_time());
        assert!(contender(vec![run(2.0, 1, 1); 4]).has_time());
    }

    #[test]
    fn the_hint_names_what_is_missing() {
        let versions = |jax: Option<&str>, torch: Option<&str>| Versions {
            python: "3.13.0".to_owned(),
            jax: jax.map(str::to_owned),
            torch: torch.map(str::to_owned),
        };
        assert_eq!(install_hint("python3", &versions(Some("1"), Some("2"))), None);
        assert_eq!(
            install_hint("python3", &versions(None, None)).unwrap(),
            "no jax, no torch; to install: python3 -m pip install jax torch"
        );
        assert_eq!(
            install_hint("py", &versions(Some("1"), None)).unwrap(),
            "no torch; to install: py -m pip install torch"
        );
    }

    #[test]
    fn only_a_named_interpreter_must_exist() {
        let failure = Peers::start(Some("no-such-python"), 1).unwrap_err();
        assert!(matches!(failure, Failure::Input(line) if line.starts_with("--python: no-such-python: ")));
    }
}
