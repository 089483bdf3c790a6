//! What the benchmark of curvature found: the document that `--json` prints.

use super::ours::Ours;
use super::peers::{Timing, Versions};
use super::row::Row;
use crate::machine::Machine;
use serde::Serialize;

/// What counts as reached, per row.
const SPECTRUM_RATIO: f64 = 100.0;
const SPECTRA_MS: f64 = 200.0;
const PRODUCT_GRADIENTS: f64 = 4.0;

/// The whole benchmark.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The FMA peak of this run in f32, in 10⁹ operations per second, all threads together.
    pub peak_gflops: f64,
    /// Threads of our runs, of the peak, and of the peers that can use them.
    pub threads: usize,
    /// Vector unit of our runs and of the peak.
    pub vector_unit: String,
    /// Where and when.
    #[serde(flatten)]
    pub machine: Machine,
    /// Rounds of each row; the fastest counts.
    pub repetitions: usize,
    /// One row per task.
    pub rows: Vec<RowReport>,
    /// Versions of the peers' libraries; `None` without peers.
    pub versions: Option<Versions>,
    /// About absent or failed peers.
    pub notes: Vec<String>,
}

/// One row.
#[derive(Clone, Debug, Serialize)]
pub struct RowReport {
    /// Its name.
    pub row: &'static str,
    /// What is done.
    pub title: &'static str,
    /// The fastest of our runs.
    pub ms: f64,
    /// All our runs, in order.
    pub ms_of_rounds: Vec<f64>,
    /// The Hessian alone, without eigenvalues.
    pub hessian_ms: Option<f64>,
    /// A gradient, beside a product.
    pub gradient_ms: Option<f64>,
    /// A product in units of a gradient.
    pub gradients: Option<f64>,
    /// Operations per second of the gradient divided by the f64 peak, which is half of that in f32.
    pub peak_fraction: Option<f64>,
    /// The largest ‖Hv − λv‖ of our eigenpairs.
    pub residual: Option<f64>,
    /// Our products with vectors.
    pub products: Option<usize>,
    /// The peers' runs.
    pub peers: Vec<Timing>,
    /// Time of the fastest peer that came to an end divided by ours.
    pub ratio: Option<f64>,
    /// Largest difference between our eigenvalues and those of that peer, as a share of the largest.
    pub disagreement: Option<f64>,
    /// What is aimed at.
    pub target: &'static str,
    /// Whether it is reached; `None` where that takes peers and there are none.
    pub reached: Option<bool>,
}

impl RowReport {
    /// A row from our runs (at least one) and the peers' timings.
    pub fn new(ours: Ours, peers: Vec<Timing>, peak_gflops: f64) -> Self {
        let least = |values: &[f64]| values.iter().copied().reduce(f64::min);
        let ms = least(&ours.ms_of_rounds).unwrap_or(f64::NAN);
        let part = least(&ours.part_ms_of_rounds);
        let gradient_ms = part.filter(|_| ours.row == Row::Product);
        let gflops = ours.part_operations.zip(gradient_ms).map(|(operations, ms)| operations / ms * 1e-6);
        let gradients = gradient_ms.map(|gradient| ms / gradient);
        let fastest = peers.iter().filter(|timing| timing.finished).min_by(|a, b| a.ms.total_cmp(&b.ms));
        let ratio = fastest.map(|timing| timing.ms / ms);
        let disagreement = fastest.and_then(|timing| disagreement(&ours.eigenvalues, &timing.eigenvalues));
        let reached = match ours.row {
            Row::Spectrum => ratio.map(|ratio| ratio >= SPECTRUM_RATIO),
            Row::Spectra => Some(ms < SPECTRA_MS),
            Row::Product => gradients.map(|gradients| gradients <= PRODUCT_GRADIENTS),
            // A peer that was stopped is slower than that.
            Row::Lanczos => least(&peers.iter().map(|timing| timing.ms).collect::<Vec<_>>()).map(|peer| ms < peer),
        };
        Self {
            row: ours.row.name(),
            title: ours.row.title(),
            ms,
            hessian_ms: part.filter(|_| ours.row == Row::Spectrum),
            gradient_ms,
            gradients,
            peak_fraction: gflops.map(|gflops| gflops / (0.5 * peak_gflops)),
            residual: ours.residual,
            products: ours.products,
            ratio,
            disagreement,
            target: ours.row.target(),
            reached,
            ms_of_rounds: ours.ms_of_rounds,
            peers,
        }
    }
}

/// Largest difference of eigenvalues in order of size, as a share of the largest; `None` when one side has none.
fn disagreement(ours: &[f64], theirs: &[f64]) -> Option<f64> {
    let sorted = |values: &[f64]| {
        let mut sizes: Vec<f64> = values.iter().map(|value| value.abs()).collect();
        sizes.sort_by(|a, b| b.total_cmp(a));
        sizes
    };
    let (ours, theirs) = (sorted(ours), sorted(theirs));
    let largest = *ours.first()?;
    if theirs.is_empty() {
        return None;
    }
    ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs() / largest).reduce(f64::max)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A finished run without eigenvalues.
    pub fn timing(ms: f64) -> Timing {
        Timing {
            method: "somehow".to_owned(),
            ms,
            networks: 1,
            finished: true,
            repetitions: 5,
            gradient_ms: None,
            eigenvalues: Vec::new(),
            residual: None,
            products: None,
        }
    }

    /// Our runs with round numbers.
    pub fn ours(row: Row) -> Ours {
        Ours {
            row,
            ms_of_rounds: vec![4.0, 2.0, 3.0],
            part_ms_of_rounds: vec![1.0, 2.0],
            part_operations: (row == Row::Product).then_some(5e7),
            eigenvalues: vec![-2.0, 1.0],
            residual: None,
            products: None,
        }
    }

    #[test]
    fn targets_are_judged() {
        let row = |which, peers| RowReport::new(ours(which), peers, 200.0);
        assert_eq!(row(Row::Spectrum, vec![timing(500.0), timing(200.0)]).reached, Some(true));
        assert_eq!(row(Row::Spectrum, vec![timing(199.0)]).reached, Some(false));
        assert_eq!(row(Row::Spectrum, Vec::new()).reached, None);
        let product = row(Row::Product, vec![timing(1.0)]);
        // 5·10⁷ operations in 1 ms are 50 GFLOP/s, of 100 in f64.
        assert_eq!((product.gradients, product.peak_fraction, product.ratio), (Some(2.0), Some(0.5), Some(0.5)));
        let stopped = Timing { finished: false, ..timing(9.0) };
        let lanczos = row(Row::Lanczos, vec![stopped]);
        assert_eq!((lanczos.reached, lanczos.ratio), (Some(true), None));
    }

    #[test]
    fn eigenvalues_are_compared_by_size() {
        let with = Timing { eigenvalues: vec![1.5, 2.0], ..timing(1.0) };
        assert_eq!(RowReport::new(ours(Row::Lanczos), vec![with], 1.0).disagreement, Some(0.25));
        assert_eq!(disagreement(&[1.0], &[]), None);
    }
}
