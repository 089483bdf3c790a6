//! What the benchmark of the engine found: the document that `--json` prints.

use super::peer::PerPeer;
use super::peers::PeerTiming;
use super::protocol::Versions;
use super::workload::Workload;
use crate::machine::Machine;
use serde::Serialize;

/// The whole benchmark.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The FMA peak of this run, in 10⁹ operations per second, all threads together.
    pub peak_gflops: f64,
    /// Threads of our runs, of the peak, and of the peers that can use them.
    pub threads: usize,
    /// Vector unit of our runs and of the peak.
    pub vector_unit: String,
    /// Where and when.
    #[serde(flatten)]
    pub machine: Machine,
    /// What was trained.
    #[serde(flatten)]
    pub work: Workload,
    /// Rounds of each shape; the fastest counts.
    pub repetitions: usize,
    /// One row per shape.
    pub shapes: Vec<Row>,
    /// Versions of the peers' libraries; `None` without peers.
    pub versions: Option<Versions>,
    /// About absent or failed peers.
    pub notes: Vec<String>,
}

/// One shape.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Hidden widths.
    pub shape: Vec<usize>,
    /// The fastest of our runs, for one network.
    pub ms_per_network: f64,
    /// All our runs, in order.
    pub ms_per_network_of_rounds: Vec<f64>,
    /// Operations of training one network.
    pub operations_per_network: f64,
    /// Operations per second divided by the peak.
    pub peak_fraction: f64,
    /// Median over networks of the loss on the last batch.
    pub median_loss: Option<f64>,
    /// The peers' times divided by ours.
    pub ratio: PerPeer<f64>,
    /// The peers' times.
    pub peers: PerPeer<PeerTiming>,
}

impl Row {
    /// A row from our runs (at least one) and the peers' timings.
    pub fn new(
        shape: Vec<usize>,
        ms_of_rounds: Vec<f64>,
        operations_per_network: f64,
        peak_gflops: f64,
        median_loss: Option<f64>,
        peers: PerPeer<PeerTiming>,
    ) -> Self {
        let best = ms_of_rounds.iter().copied().fold(f64::INFINITY, f64::min);
        // An operation per millisecond is 10⁻⁶ operations per nanosecond, the unit of the peak.
        let gflops = operations_per_network / best * 1e-6;
        Self {
            shape,
            ms_per_network: best,
            ms_per_network_of_rounds: ms_of_rounds,
            operations_per_network,
            peak_fraction: gflops / peak_gflops,
            median_loss,
            ratio: peers.map(|timing| timing.ms_per_network / best),
            peers,
        }
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::bench::peer::Peer;

    /// A report with round numbers.
    pub fn sample() -> Report {
        let timing = PeerTiming {
            ms_per_network: 10.0,
            repetitions: 5,
            networks: 256,
            steps: 3000,
            compile_seconds: Some(2.5),
            median_loss: Some(0.001),
        };
        let mut peers = PerPeer::none();
        peers.set(Peer::Jax, Some(timing.clone()));
        peers.set(
            Peer::TorchEager,
            Some(PeerTiming { ms_per_network: 2000.0, networks: 1, compile_seconds: None, ..timing }),
        );
        Report {
            peak_gflops: 200.0,
            threads: 2,
            vector_unit: "avx512".to_owned(),
            machine: Machine { processor: "Some CPU".to_owned(), cores: 2, load_average: Some([0.5, 0.25, 0.125]) },
            work: Workload::new(256, 3000),
            repetitions: 3,
            shapes: vec![
                Row::new(vec![16], vec![0.75, 0.5, 1.0], 5e7, 200.0, Some(0.001), peers),
                Row::new(vec![], vec![0.25], 1e6, 200.0, None, PerPeer::none()),
            ],
            versions: Some(Versions { python: "3.13.1".to_owned(), jax: Some("0.10.2".to_owned()), torch: None }),
            notes: vec!["no torch; to install: python3 -m pip install torch".to_owned()],
        }
    }

    #[test]
    fn the_fastest_round_counts() {
        let report = sample();
        let row = &report.shapes[0];
        // 5·10⁷ operations in 0.5 ms are 100 GFLOP/s.
        assert_eq!((row.ms_per_network, row.peak_fraction), (0.5, 0.5));
        assert_eq!((row.ratio.jax, row.ratio.torch_eager, row.ratio.torch_vmap), (Some(20.0), Some(4000.0), None));
    }

    #[test]
    fn the_document_has_the_promised_fields() {
        let document = serde_json::to_value(sample()).unwrap();
        assert_eq!(document["peak_gflops"], 200.0);
        assert_eq!(document["threads"], 2);
        assert_eq!(document["shapes"][0]["shape"], serde_json::json!([16]));
        assert_eq!(
            document["shapes"][0]["ratio"],
            serde_json::json!({"jax": 20.0, "torch_eager": 4000.0, "torch_vmap": null})
        );
        assert_eq!(document["shapes"][0]["peers"]["jax"]["compile_seconds"], 2.5);
        assert_eq!(document["seeds"], 256);
        assert_eq!(document["load_average"][0], 0.5);
    }
}
