//! The other libraries, and their turns between our runs.

use super::ours::{RESIDUAL_SHARE, TOP};
use super::row::Row;
use super::sample::Sample;
use crate::bench::crew::Crew;
use crate::failure::Failure;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

/// What the process runs.
const SCRIPT: &str = concat!(include_str!("../worker.py"), include_str!("peers.py"));
/// Seconds after which a peer is stopped, where that is possible.
const MAX_SECONDS_OF_RUN: f64 = 15.0;
/// Seconds of a peer in all rounds of a row: a run that would go beyond is not begun.
const MAX_SECONDS_OF_ROW: f64 = 15.0;

/// A library and what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// `torch.func.hessian` and `torch.linalg.eigh`, on so many threads; 0 stands for all of ours.
    TorchSpectrum {
        /// The threads.
        threads: usize,
    },
    /// `torch.func.vmap` of the Hessian over networks, and `eigh` of the batch.
    TorchVmap,
    /// A second backward pass over a retained graph.
    TorchProduct,
    /// `scipy.sparse.linalg.eigsh` with these products.
    TorchEigsh,
    /// The same with curvlinops' Hessian operator.
    Curvlinops,
    /// PyHessian's power iteration.
    PyHessian,
}

impl Peer {
    /// Its name in the script.
    fn name(self) -> &'static str {
        match self {
            Self::TorchSpectrum { .. } => "torch_spectrum",
            Self::TorchVmap => "torch_vmap",
            Self::TorchProduct => "torch_product",
            Self::TorchEigsh => "torch_eigsh",
            Self::Curvlinops => "curvlinops",
            Self::PyHessian => "pyhessian",
        }
    }

    /// How it does it, in words.
    fn method(self, threads: usize) -> String {
        match self {
            Self::TorchSpectrum { .. } => format!("torch.func.hessian, linalg.eigh; {threads} threads"),
            Self::TorchVmap => "torch.func.vmap of hessian over a chunk, batched eigh; scaled".to_owned(),
            Self::TorchProduct => "torch, second backward pass over a retained graph".to_owned(),
            Self::TorchEigsh => "scipy eigsh on torch products".to_owned(),
            Self::Curvlinops => "scipy eigsh on curvlinops products".to_owned(),
            Self::PyHessian => "PyHessian, power iteration".to_owned(),
        }
    }

    /// Packages that it needs.
    fn needs(self, versions: &Versions) -> bool {
        let torch = versions.torch.is_some();
        match self {
            Self::TorchSpectrum { .. } | Self::TorchVmap | Self::TorchProduct => torch,
            Self::TorchEigsh => torch && versions.scipy.is_some(),
            Self::Curvlinops => torch && versions.scipy.is_some() && versions.curvlinops.is_some(),
            Self::PyHessian => torch && versions.pyhessian.is_some(),
        }
    }
}

/// A question.
#[derive(Serialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
enum Request<'a> {
    Versions { threads: usize },
    Prepare { name: &'a str, widths: Vec<usize>, inputs: &'a [f64], labels: &'a [f64], networks: Vec<&'a [f64]> },
    Run { peer: &'a str, name: &'a str, threads: usize, k: usize, tolerance: f64, seconds: f64 },
}

/// The libraries that were found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// Of Python.
    pub python: String,
    /// Of PyTorch.
    pub torch: Option<String>,
    /// Of SciPy.
    pub scipy: Option<String>,
    /// Of curvlinops.
    pub curvlinops: Option<String>,
    /// Of PyHessian.
    pub pyhessian: Option<String>,
}

/// One run of a peer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Run {
    seconds: f64,
    networks: usize,
    finished: bool,
    #[serde(default)]
    gradient_seconds: Option<f64>,
    #[serde(default)]
    eigenvalues: Vec<f64>,
    #[serde(default)]
    residual: Option<f64>,
    #[serde(default)]
    products: Option<usize>,
}

/// The fastest run of a peer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Timing {
    /// How it was done.
    pub method: String,
    /// Milliseconds for all networks of the row; scaled where it ran fewer.
    pub ms: f64,
    /// Networks of its runs.
    pub networks: usize,
    /// Whether it came to an end; otherwise it was stopped after this time.
    pub finished: bool,
    /// Runs.
    pub repetitions: usize,
    /// Milliseconds of a gradient, beside a product.
    pub gradient_ms: Option<f64>,
    /// What it found, largest |λ| first.
    #[serde(skip)]
    pub eigenvalues: Vec<f64>,
    /// The largest ‖Hv − λv‖ of its eigenpairs.
    pub residual: Option<f64>,
    /// Products with vectors.
    pub products: Option<usize>,
}

/// A peer in the rounds of a row.
pub struct Contender {
    peer: Peer,
    threads: usize,
    of_networks: usize,
    runs: Vec<Run>,
}

/// The peers that take part.
pub struct Peers {
    crew: Crew<Versions>,
    threads: usize,
}

impl Peers {
    /// Nobody.
    pub fn none() -> Self {
        Self { crew: Crew::none(), threads: 1 }
    }

    /// Looks for the peers' libraries; what is missing is noted, with the way to install it.
    ///
    /// # Errors
    /// When an interpreter was named and is not one.
    pub fn start(python: Option<&str>, threads: usize) -> Result<Self, Failure> {
        let hints = |versions: &Versions, name: &str| versions.install_hint(name).into_iter().collect();
        let advice = "the peers need Python: name one with --python";
        let crew = Crew::start(python, SCRIPT, &Request::Versions { threads }, hints, advice)?;
        Ok(Self { crew, threads })
    }

    /// The libraries that were found.
    pub fn versions(&self) -> Option<&Versions> {
        self.crew.versions()
    }

    /// What the reader should know about absent or failed peers, one line each.
    pub fn notes(&self) -> &[String] {
        self.crew.notes()
    }

    /// Hands the sample of a row to the peers that can do it.
    pub fn prepare(&mut self, row: Row, sample: &Sample) -> Vec<Contender> {
        let Some(versions) = self.crew.versions() else { return Vec::new() };
        let able: Vec<Peer> = row.peers().iter().copied().filter(|peer| peer.needs(versions)).collect();
        if able.is_empty() {
            return Vec::new();
        }
        let request = Request::Prepare {
            name: row.name(),
            widths: sample.shape.widths().collect(),
            inputs: &sample.inputs,
            labels: &sample.labels,
            networks: sample.networks.chunks_exact(sample.shape.n_params()).collect(),
        };
        if self.crew.ask::<IgnoredAny>(row.name(), &request).is_none() {
            return Vec::new();
        }
        let all = self.threads;
        let threads = |peer| match peer {
            Peer::TorchSpectrum { threads: 1 } => 1,
            _ => all,
        };
        let contender =
            |peer| Contender { peer, threads: threads(peer), of_networks: row.n_networks(), runs: Vec::new() };
        able.into_iter().map(contender).collect()
    }

    /// Gives each contender whose time is not used up a run.
    ///
    /// `magnitudes` are the sizes of the first and the last eigenvalue that we found: ARPACK's tolerance is a share of
    /// each eigenvalue, ours of the largest, so that peers are asked for the residual that we reach and not for less.
    pub fn take_turns(&mut self, row: Row, magnitudes: Option<(f64, f64)>, contenders: &mut Vec<Contender>) {
        let tolerance = magnitudes.map_or(RESIDUAL_SHARE, |(first, last)| RESIDUAL_SHARE * first / last);
        contenders.retain_mut(|contender| {
            if !contender.has_time() {
                return true;
            }
            let request = Request::Run {
                peer: contender.peer.name(),
                name: row.name(),
                threads: contender.threads,
                k: TOP,
                tolerance,
                seconds: MAX_SECONDS_OF_RUN,
            };
            let run: Option<Run> = self.crew.ask(contender.peer.name(), &request);
            run.map(|run| contender.runs.push(run)).is_some()
        });
    }
}

impl Contender {
    fn has_time(&self) -> bool {
        let spent: f64 = self.runs.iter().map(|run| run.seconds).sum();
        let next = self.runs.last().map_or(0.0, |run| run.seconds);
        spent + next <= MAX_SECONDS_OF_ROW && self.runs.iter().all(|run| run.finished)
    }

    /// The fastest of its runs.
    pub fn timing(self) -> Option<Timing> {
        let best = self.runs.iter().min_by(|a, b| a.seconds.total_cmp(&b.seconds))?.clone();
        Some(Timing {
            method: self.peer.method(self.threads),
            ms: 1e3 * best.seconds * self.of_networks as f64 / best.networks as f64,
            networks: best.networks,
            finished: best.finished,
            repetitions: self.runs.len(),
            gradient_ms: self.runs.iter().filter_map(|run| run.gradient_seconds).map(|s| 1e3 * s).reduce(f64::min),
            eigenvalues: best.eigenvalues,
            residual: best.residual,
            products: best.products,
        })
    }
}

impl Versions {
    /// How to install what is missing; `None` when nothing is.
    fn install_hint(&self, python: &str) -> Option<String> {
        let packages = [
            ("torch", &self.torch),
            ("scipy", &self.scipy),
            ("curvlinops-for-pytorch", &self.curvlinops),
            ("pyhessian", &self.pyhessian),
        ];
        let missing: Vec<&str> = packages.into_iter().filter(|p| p.1.is_none()).map(|p| p.0).collect();
        let list = missing.join(" ");
        (!missing.is_empty())
            .then(|| format!("no {}; to install: {python} -m pip install {list}", missing.join(", no ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hint_names_what_is_missing() {
        let mut versions = Versions {
            python: "3.13.0".to_owned(),
            torch: Some("2".to_owned()),
            scipy: None,
            curvlinops: None,
            pyhessian: Some("0.1".to_owned()),
        };
        let hint = versions.install_hint("py").unwrap();
        assert_eq!(
            hint,
            "no scipy, no curvlinops-for-pytorch; to install: py -m pip install scipy curvlinops-for-pytorch"
        );
        assert!(!Peer::TorchEigsh.needs(&versions) && Peer::PyHessian.needs(&versions));
        versions.scipy = Some("1".to_owned());
        assert!(Peer::TorchEigsh.needs(&versions) && !Peer::Curvlinops.needs(&versions));
    }

    #[test]
    fn fewer_networks_are_scaled_and_a_stopped_run_is_the_last() {
        let run = |seconds, finished| Run {
            seconds,
            networks: 50,
            finished,
            gradient_seconds: None,
            eigenvalues: Vec::new(),
            residual: None,
            products: None,
        };
        let contender = |runs| Contender { peer: Peer::TorchVmap, threads: 2, of_networks: 1000, runs };
        assert!(contender(vec![run(0.5, true); 4]).has_time() && !contender(vec![run(0.5, false)]).has_time());
        assert!(!contender(vec![run(8.0, true)]).has_time());
        let timing = contender(vec![run(0.5, true), run(0.25, true)]).timing().unwrap();
        assert_eq!((timing.ms, timing.repetitions, timing.networks), (5000.0, 2, 50));
    }
}
