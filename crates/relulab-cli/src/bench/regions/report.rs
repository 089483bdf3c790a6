//! What the benchmark of regions found: the document that `--json` prints.

use super::ours::Ours;
use super::peers::{Peer, Timing, Versions};
use super::row::{Quoted, Target};
use super::sample::Sample;
use crate::machine::Machine;
use serde::Serialize;

/// The whole benchmark.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The FMA peak of this run in f32, in 10⁹ operations per second, all threads together.
    pub peak_gflops: f64,
    /// Threads of our runs, of the peak, and of the peers that can use them.
    pub threads: usize,
    /// Vector unit of the peak.
    pub vector_unit: String,
    /// Where and when.
    #[serde(flatten)]
    pub machine: Machine,
    /// Rounds of each row; the fastest counts.
    pub repetitions: usize,
    /// One row per network.
    pub rows: Vec<RowReport>,
    /// Versions of the peers; `None` without peers.
    pub versions: Option<Versions>,
    /// About absent or failed peers.
    pub notes: Vec<String>,
}

/// One row.
#[derive(Clone, Debug, Serialize)]
pub struct RowReport {
    /// Its name.
    pub row: &'static str,
    /// What is counted.
    pub title: String,
    /// Activation regions that we found.
    pub regions: u64,
    /// Vertices that we found; `None` on the line.
    pub vertices: Option<u64>,
    /// The fastest of our counts.
    pub ms: f64,
    /// The fastest count of each round.
    pub ms_of_rounds: Vec<f64>,
    /// Regions counted in a second.
    pub regions_per_second: f64,
    /// The fastest of our runs that keep the whole complex; `None` on the line.
    pub complex_ms: Option<f64>,
    /// Our signs decided in rationals.
    pub exact_fallbacks: u64,
    /// Smallest |value| / error bound of our signs decided in f64; `null` when nothing was rounded.
    pub min_margin: Option<f64>,
    /// The peers.
    pub peers: Vec<PeerReport>,
    /// What is aimed at.
    pub targets: Vec<TargetReport>,
}

/// One peer beside us.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PeerReport {
    /// Who.
    pub peer: Peer,
    /// What it does.
    pub method: &'static str,
    /// Whether this is a published time of another network on another machine, not measured now.
    pub quoted: bool,
    /// Milliseconds of its fastest run.
    pub ms: f64,
    /// Whether that run came to an end.
    pub finished: bool,
    /// Regions that it found.
    pub regions: Option<u64>,
    /// Vertices that it found.
    pub vertices: Option<u64>,
    /// Whether its counts are ours; `None` where they cannot be compared.
    pub agrees: Option<bool>,
    /// Its time for one region (for all, where it has no regions) divided by that of our count.
    pub ratio: f64,
    /// The same divided by that of our complex.
    pub complex_ratio: Option<f64>,
    /// Runs; 0 where quoted.
    pub repetitions: usize,
}

/// A target and whether it is reached.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TargetReport {
    /// What is aimed at.
    pub target: String,
    /// Whether it is reached; `None` where that takes a peer that is absent.
    pub reached: Option<bool>,
}

impl RowReport {
    /// A row from our runs (at least one) and the peers' timings.
    pub fn new(sample: &Sample, ours: Ours, timings: Vec<Timing>) -> Self {
        let least = |values: &[f64]| values.iter().copied().reduce(f64::min);
        let ms = least(&ours.ms_of_rounds).unwrap_or(f64::NAN);
        let mut row = Self {
            row: sample.row.name,
            title: sample.title.clone(),
            regions: ours.regions,
            vertices: ours.vertices,
            ms,
            regions_per_second: ours.regions as f64 / ms * 1e3,
            complex_ms: least(&ours.complex_ms_of_rounds),
            ms_of_rounds: ours.ms_of_rounds,
            exact_fallbacks: ours.exact_fallbacks,
            min_margin: Some(ours.min_margin).filter(|margin| margin.is_finite()),
            peers: Vec::new(),
            targets: Vec::new(),
        };
        row.peers = timings.iter().map(|timing| row.beside(timing)).collect();
        let quoted = sample.row.quoted.filter(|quoted| timings.iter().all(|timing| timing.peer != quoted.peer));
        row.peers.extend(quoted.map(|quoted| row.quote(quoted)));
        row.targets = sample.row.targets.iter().map(|target| row.judge(*target)).collect();
        row
    }

    /// A measured peer.
    fn beside(&self, timing: &Timing) -> PeerReport {
        let equal = |theirs: Option<u64>, ours: Option<u64>| theirs.zip(ours).map(|(theirs, ours)| theirs == ours);
        let agrees = equal(timing.regions, Some(self.regions)).or(equal(timing.vertices, self.vertices));
        self.compare(PeerReport {
            peer: timing.peer,
            method: timing.peer.method(),
            quoted: false,
            ms: timing.ms,
            finished: timing.finished,
            regions: timing.regions,
            vertices: timing.vertices,
            agrees: agrees.filter(|_| timing.finished),
            ratio: f64::NAN,
            complex_ratio: None,
            repetitions: timing.repetitions,
        })
    }

    /// A peer of which there is only a published time.
    fn quote(&self, quoted: Quoted) -> PeerReport {
        self.compare(PeerReport {
            peer: quoted.peer,
            method: quoted.peer.method(),
            quoted: true,
            ms: 1e3 * quoted.seconds,
            finished: true,
            regions: Some(quoted.regions),
            vertices: None,
            agrees: None,
            ratio: f64::NAN,
            complex_ratio: None,
            repetitions: 0,
        })
    }

    /// Fills in the ratios: per region, since a peer may have found fewer, or have worked on another network.
    fn compare(&self, peer: PeerReport) -> PeerReport {
        let share = peer.regions.map_or(1.0, |regions| regions as f64 / self.regions as f64);
        let ratio = |ms: f64| peer.ms / share / ms;
        PeerReport { ratio: ratio(self.ms), complex_ratio: self.complex_ms.map(ratio), ..peer }
    }

    fn judge(&self, target: Target) -> TargetReport {
        let reached = match target {
            Target::RegionsPerSecond(speed) => Some(self.regions_per_second >= speed),
            Target::Milliseconds(ms) => Some(self.ms < ms),
            Target::Times(times, peer) => {
                self.peers.iter().find(|beside| beside.peer == peer).map(|beside| beside.ratio >= times)
            }
        };
        TargetReport { target: target.text(), reached }
    }
}

#[cfg(test)]
pub mod tests {
    use super::super::peers::tests::timing;
    use super::super::row::Row;
    use super::*;

    /// A row with round numbers: 1000 regions in 2 ms, its complex in 10 ms.
    pub fn row(index: usize, timings: Vec<Timing>) -> RowReport {
        let mut ours = Ours::new(2);
        (ours.regions, ours.vertices) = (1000, Some(1200));
        ours.ms_of_rounds = vec![4.0, 2.0];
        ours.complex_ms_of_rounds = vec![10.0];
        RowReport::new(&Sample::draw(&Row::ALL[index], 0).unwrap(), ours, timings)
    }

    #[test]
    fn peers_are_compared_per_region() {
        let plane = row(2, vec![timing(Peer::Regioncam, 40.0, Some(1000))]);
        assert_eq!((plane.ms, plane.regions_per_second), (2.0, 5e5));
        let peer = &plane.peers[0];
        assert_eq!((peer.ratio, peer.complex_ratio, peer.agrees), (20.0, Some(4.0), Some(true)));
        assert_eq!(plane.targets.iter().map(|target| target.reached).collect::<Vec<_>>(), [Some(false), Some(true)]);
        assert_eq!(row(2, Vec::new()).targets[1].reached, None);
        let stopped = Timing { finished: false, ..timing(Peer::Relucent, 100.0, Some(10)) };
        let space = row(4, vec![stopped]);
        assert_eq!((space.peers[0].ratio, space.peers[0].agrees), (5000.0, None));
        let quoted = &space.peers[1];
        assert!(quoted.quoted && quoted.peer == Peer::EdgeSubdivision && quoted.repetitions == 0);
        let edges = Timing { vertices: Some(1199), ..timing(Peer::EdgeSubdivision, 100.0, None) };
        let space = row(4, vec![edges]);
        assert_eq!((space.peers.len(), space.peers[0].ratio, space.peers[0].agrees), (1, 50.0, Some(false)));
    }
}
