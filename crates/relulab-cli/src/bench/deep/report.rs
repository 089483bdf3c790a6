//! What the benchmark of deep networks found: the document that `--json` prints.

use super::cell::Kind;
use super::peers::{Timing, Versions};
use crate::machine::Machine;
use relulab_train::Structure;
use serde::Serialize;

/// What counts as reached.
pub const CELL_RATIO: f64 = 100.0;
/// A penalty may cost so many times the baseline.
pub const PENALTY_RATIO: f64 = 1.3;
/// Minutes a seed of the whole study, dense and convolution.
pub const STUDY_MINUTES: [f64; 2] = [4.0, 10.0];

/// The whole benchmark.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The FMA peak of this run in f32 on one thread, in 10⁹ operations per second.
    pub peak_gflops: f64,
    /// Threads of the study, and of the peer where it may use them.
    pub threads: usize,
    /// Vector unit of our runs and of the peak.
    pub vector_unit: String,
    /// Where and when.
    #[serde(flatten)]
    pub machine: Machine,
    /// Width of the cell.
    pub width: usize,
    /// Depth of the cell.
    pub depth: usize,
    /// Epochs of the cell.
    pub steps: u64,
    /// Rounds; the fastest counts.
    pub repetitions: usize,
    /// The cell in every structure, with and without penalty.
    pub cells: Vec<CellRow>,
    /// The cost of the penalty.
    pub penalties: Vec<PenaltyRow>,
    /// The whole study.
    pub studies: Vec<StudyRow>,
    /// Versions of the peer's libraries; `None` without peers.
    pub versions: Option<Versions>,
    /// About an absent or failed peer.
    pub notes: Vec<String>,
}

/// One cell: one network on one thread.
#[derive(Clone, Debug, Serialize)]
pub struct CellRow {
    /// `dense` or `convolution`.
    pub structure: &'static str,
    /// Whether with the penalty.
    pub jumpstart: bool,
    /// What it is, in words.
    pub title: String,
    /// The fastest of our runs.
    pub ms: f64,
    /// All our runs, in order.
    pub ms_of_rounds: Vec<f64>,
    /// Operations per second divided by the peak of one thread.
    pub peak_fraction: f64,
    /// Bytes in training: parameters, gradient, moments and working memory.
    pub bytes: u64,
    /// The peer's runs, by threads.
    pub torch: Vec<Timing>,
    /// Time of the peer at its best divided by ours.
    pub ratio: Option<f64>,
    /// Whether that is at least [`CELL_RATIO`]; `None` without peers.
    pub reached: Option<bool>,
}

/// The cost of the penalty in one structure.
#[derive(Clone, Debug, Serialize)]
pub struct PenaltyRow {
    /// `dense` or `convolution`.
    pub structure: &'static str,
    /// Time with the penalty divided by that without, median over rounds.
    pub ratio: f64,
    /// The same of the peer at its best.
    pub torch_ratio: Option<f64>,
    /// Whether ours is at most [`PENALTY_RATIO`].
    pub reached: bool,
    /// Memory with the penalty divided by that without.
    pub memory_ratio: f64,
    /// The same of the peer.
    pub torch_memory_ratio: Option<f64>,
}

/// The whole study in one structure: all cells, baseline and jumpstart.
#[derive(Clone, Debug, Serialize)]
pub struct StudyRow {
    /// `dense` or `convolution`.
    pub structure: &'static str,
    /// Minutes a seed, scaled from the epochs that were timed.
    pub minutes: f64,
    /// Epochs that were timed.
    pub timed_steps: u64,
    /// Minutes aimed at.
    pub target: f64,
    /// Whether they suffice.
    pub reached: bool,
}

impl CellRow {
    /// A row from our runs (at least one) and the peer's.
    pub fn new(
        kind: Kind,
        (ms_of_rounds, bytes): (Vec<f64>, u64),
        operations: f64,
        peak_gflops: f64,
        torch: Vec<Timing>,
    ) -> Self {
        let ms = ms_of_rounds.iter().copied().fold(f64::INFINITY, f64::min);
        let best = torch.iter().map(|timing| timing.ms).reduce(f64::min);
        let ratio = best.map(|best| best / ms);
        Self {
            structure: kind.structure_name(),
            jumpstart: kind.penalised,
            title: kind.title(),
            ms,
            ms_of_rounds,
            peak_fraction: operations / ms * 1e-6 / peak_gflops,
            bytes,
            torch,
            ratio,
            reached: ratio.map(|ratio| ratio >= CELL_RATIO),
        }
    }

    fn torch_ms(&self) -> Option<f64> {
        self.torch.iter().map(|timing| timing.ms).reduce(f64::min)
    }

    /// Bytes of the peer; the number of threads does not matter.
    pub fn torch_bytes(&self) -> Option<u64> {
        self.torch.first().map(|timing| timing.bytes)
    }
}

impl PenaltyRow {
    /// The cost of the penalty, from the rows of a structure without and with it.
    pub fn new(plain: &CellRow, penalised: &CellRow) -> Self {
        let mut ratios: Vec<f64> =
            penalised.ms_of_rounds.iter().zip(&plain.ms_of_rounds).map(|(with, without)| with / without).collect();
        ratios.sort_by(f64::total_cmp);
        let ratio = ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN);
        let torch_ratio = penalised.torch_ms().zip(plain.torch_ms()).map(|(with, without)| with / without);
        let times = |with: u64, without: u64| with as f64 / without as f64;
        Self {
            structure: plain.structure,
            ratio,
            torch_ratio,
            reached: ratio <= PENALTY_RATIO,
            memory_ratio: times(penalised.bytes, plain.bytes),
            torch_memory_ratio: penalised
                .torch_bytes()
                .zip(plain.torch_bytes())
                .map(|(with, without)| times(with, without)),
        }
    }
}

impl StudyRow {
    /// The study of a structure.
    pub fn new(structure: Structure, minutes: f64, timed_steps: u64) -> Self {
        let (structure, target) = match structure {
            Structure::Dense => ("dense", STUDY_MINUTES[0]),
            Structure::Convolution => ("convolution", STUDY_MINUTES[1]),
        };
        Self { structure, minutes, timed_steps, target, reached: minutes <= target }
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A row with round numbers.
    pub fn row(kind: Kind, ms: &[f64], torch: &[f64]) -> CellRow {
        let bytes = if kind.penalised { 3 << 18 } else { 1 << 19 };
        let timing =
            |(k, &ms): (usize, &f64)| Timing { threads: k + 1, ms, steps: 100, repetitions: 3, bytes: 2 * bytes };
        CellRow::new(kind, (ms.to_vec(), bytes), 1e9, 100.0, torch.iter().enumerate().map(timing).collect())
    }

    #[test]
    fn targets_are_judged() {
        let plain = row(Kind::ALL[0], &[30.0, 20.0, 25.0], &[4000.0, 2000.0]);
        // 10⁹ operations in 20 ms are 50 GFLOP/s, of 100.
        assert_eq!((plain.ms, plain.peak_fraction, plain.ratio, plain.reached), (20.0, 0.5, Some(100.0), Some(true)));
        assert_eq!(row(Kind::ALL[0], &[20.0], &[1999.0]).reached, Some(false));
        let with = row(Kind::ALL[1], &[36.0, 25.0, 30.0], &[3000.0]);
        let penalty = PenaltyRow::new(&plain, &with);
        assert_eq!((penalty.ratio, penalty.torch_ratio, penalty.reached), (1.2, Some(1.5), true));
        assert_eq!((penalty.memory_ratio, penalty.torch_memory_ratio), (1.5, Some(1.5)));
        assert!(PenaltyRow::new(&row(Kind::ALL[0], &[1.0], &[]), &row(Kind::ALL[1], &[1.3], &[])).reached);
        assert!(!StudyRow::new(Structure::Dense, 4.1, 20).reached);
        assert!(StudyRow::new(Structure::Convolution, 4.1, 20).reached);
    }
}
