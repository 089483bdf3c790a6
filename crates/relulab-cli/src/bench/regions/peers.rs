//! The other tools, and their turns between our runs.

use super::sample::Sample;
use crate::bench::crew::Crew;
use crate::failure::Failure;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What the process runs.
const SCRIPT: &str = concat!(include_str!("../worker.py"), include_str!("peers.py"));
/// Seconds of a peer in all rounds of a row: a run that would go beyond is not begun, but each has one.
const MAX_SECONDS_OF_ROW: f64 = 20.0;

/// A tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Peer {
    /// The fastest public tool for the plane.
    Regioncam,
    /// Vertices and edges in any dimension, by cutting edges.
    EdgeSubdivision,
    /// Cells in any dimension, by linear programs.
    Relucent,
}

impl Peer {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Regioncam => "regioncam",
            Self::EdgeSubdivision => "edge subdivision",
            Self::Relucent => "relucent",
        }
    }

    /// What it does, in words.
    pub fn method(self) -> &'static str {
        match self {
            Self::Regioncam => "planar complex, in single precision, 1 thread",
            Self::EdgeSubdivision => "vertices and edges, no cells",
            Self::Relucent => "cells by linear programs, stopped early",
        }
    }

    /// Whether what it needs is there.
    fn is_in(self, versions: &Versions) -> bool {
        let numpy = versions.numpy.is_some();
        match self {
            Self::Regioncam => numpy && versions.regioncam.is_some(),
            Self::EdgeSubdivision => numpy && versions.torch.is_some() && versions.edge_subdivision.is_some(),
            Self::Relucent => numpy && versions.torch.is_some() && versions.relucent.is_some(),
        }
    }
}

/// A question.
#[derive(Serialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
enum Request<'a> {
    Versions { threads: usize, edge_subdivision: Option<&'a Path> },
    Prepare { widths: Vec<usize>, parameters: &'a [f64], radius: f64 },
    Run { peer: Peer },
}

/// The tools that were found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// Of Python.
    pub python: String,
    /// Of NumPy.
    pub numpy: Option<String>,
    /// Of PyTorch.
    pub torch: Option<String>,
    /// Of regioncam.
    pub regioncam: Option<String>,
    /// Of relucent.
    pub relucent: Option<String>,
    /// Of edge subdivision, which has no versions.
    pub edge_subdivision: Option<String>,
}

impl Versions {
    /// What is missing, and how to get it.
    fn hints(&self, python: &str) -> Vec<String> {
        let packages = [
            ("numpy", &self.numpy),
            ("torch", &self.torch),
            ("regioncam", &self.regioncam),
            ("relucent", &self.relucent),
        ];
        let missing: Vec<&str> =
            packages.into_iter().filter(|(_, version)| version.is_none()).map(|(name, _)| name).collect();
        let mut hints = Vec::new();
        if !missing.is_empty() {
            let packages = missing.join(" ");
            hints.push(format!("no {}; to install: {python} -m pip install {packages}", missing.join(", no ")));
        }
        if self.edge_subdivision.is_none() {
            let from = "clone github.com/arturs-berzins/relu_edge_subdivision and name it with --edge-subdivision";
            hints.push(format!(
                "edge subdivision is not a package, so its published times are quoted; to measure: {from}"
            ));
        }
        hints
    }
}

/// One run of a peer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Run {
    seconds: f64,
    finished: bool,
    #[serde(default)]
    regions: Option<u64>,
    #[serde(default)]
    vertices: Option<u64>,
}

/// The fastest run of a peer.
#[derive(Clone, Debug, PartialEq)]
pub struct Timing {
    /// Who.
    pub peer: Peer,
    /// Milliseconds of the run.
    pub ms: f64,
    /// Whether it came to an end.
    pub finished: bool,
    /// Regions that it found.
    pub regions: Option<u64>,
    /// Vertices that it found.
    pub vertices: Option<u64>,
    /// Runs.
    pub repetitions: usize,
}

/// A peer in the rounds of a row.
pub struct Contender {
    peer: Peer,
    runs: Vec<Run>,
}

impl Contender {
    /// Whether another run fits.
    fn has_time(&self) -> bool {
        let used: f64 = self.runs.iter().map(|run| run.seconds).sum();
        self.runs.last().is_none_or(|last| used + last.seconds <= MAX_SECONDS_OF_ROW)
    }

    /// The fastest run, if there was one.
    pub fn timing(self) -> Option<Timing> {
        let repetitions = self.runs.len();
        let best = self.runs.into_iter().min_by(|a, b| a.seconds.total_cmp(&b.seconds))?;
        Some(Timing {
            peer: self.peer,
            ms: 1e3 * best.seconds,
            finished: best.finished,
            regions: best.regions,
            vertices: best.vertices,
            repetitions,
        })
    }
}

/// The peers that take part.
pub struct Peers(Crew<Versions>);

impl Peers {
    /// Nobody.
    pub fn none() -> Self {
        Self(Crew::none())
    }

    /// Looks for the peers; what is missing is noted, with the way to get it.
    ///
    /// # Errors
    /// When an interpreter was named and is not one.
    pub fn start(python: Option<&str>, edge_subdivision: Option<&Path>, threads: usize) -> Result<Self, Failure> {
        let request = Request::Versions { threads, edge_subdivision };
        let advice = "the peers need Python: name one with --python";
        Crew::start(python, SCRIPT, &request, Versions::hints, advice).map(Self)
    }

    /// The tools that were found.
    pub fn versions(&self) -> Option<&Versions> {
        self.0.versions()
    }

    /// What the reader should know about absent or failed peers, one line each.
    pub fn notes(&self) -> &[String] {
        self.0.notes()
    }

    /// Hands the network of a row to the peers that can do it.
    pub fn prepare(&mut self, sample: &Sample) -> Vec<Contender> {
        let (Some(versions), Some(radius)) = (self.0.versions(), sample.row.radius) else { return Vec::new() };
        let able: Vec<Peer> = sample.row.peers.iter().copied().filter(|peer| peer.is_in(versions)).collect();
        if able.is_empty() {
            return Vec::new();
        }
        let widths = sample.network.shape().widths().collect();
        let request = Request::Prepare { widths, parameters: sample.network.parameters(), radius };
        if self.0.ask::<IgnoredAny>(sample.row.name, &request).is_none() {
            return Vec::new();
        }
        able.into_iter().map(|peer| Contender { peer, runs: Vec::new() }).collect()
    }

    /// Gives each contender whose time is not used up a run.
    pub fn take_turns(&mut self, sample: &Sample, contenders: &mut Vec<Contender>) {
        contenders.retain_mut(|contender| {
            if !contender.has_time() {
                return true;
            }
            let who = format!("{} on {}", contender.peer.name(), sample.row.name);
            let run: Option<Run> = self.0.ask(&who, &Request::Run { peer: contender.peer });
            run.map(|run| contender.runs.push(run)).is_some()
        });
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::bench::worker::Worker;

    /// A finished run.
    pub fn timing(peer: Peer, ms: f64, regions: Option<u64>) -> Timing {
        Timing { peer, ms, finished: true, regions, vertices: None, repetitions: 5 }
    }

    #[test]
    fn hints_name_what_is_missing() {
        let some = || Some("1".to_owned());
        let versions = Versions {
            python: "3.13.0".to_owned(),
            numpy: some(),
            torch: some(),
            regioncam: None,
            relucent: None,
            edge_subdivision: some(),
        };
        let hints = versions.hints("py");
        assert_eq!(hints, ["no regioncam, no relucent; to install: py -m pip install regioncam relucent"]);
        assert!(Peer::EdgeSubdivision.is_in(&versions) && !Peer::Relucent.is_in(&versions));
        let without = Versions { edge_subdivision: None, ..versions };
        assert!(without.hints("py")[1].contains("--edge-subdivision") && !Peer::EdgeSubdivision.is_in(&without));
    }

    #[test]
    fn a_slow_peer_has_one_run_and_the_fastest_counts() {
        let run = |seconds| Run { seconds, finished: true, regions: Some(7), vertices: None };
        let contender = |runs| Contender { peer: Peer::Regioncam, runs };
        assert!(contender(Vec::new()).has_time() && !contender(vec![run(60.0)]).has_time());
        assert!(contender(vec![run(1.0); 4]).has_time());
        let timing = contender(vec![run(0.5), run(0.25)]).timing().unwrap();
        assert_eq!((timing.ms, timing.repetitions, timing.regions), (250.0, 2, Some(7)));
        assert_eq!(contender(Vec::new()).timing(), None);
    }

    /// The script itself, on an interpreter that sees no installed packages.
    #[test]
    fn the_script_answers_without_any_package() {
        let Ok(mut worker) = Worker::start("python3", SCRIPT) else {
            eprintln!("skipped: there is no python3");
            return;
        };
        let versions: Versions = worker.ask(&Request::Versions { threads: 1, edge_subdivision: None }).unwrap();
        assert!(versions.python.starts_with("3.") && versions.edge_subdivision.is_none());
    }
}
