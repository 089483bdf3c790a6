//! What the benchmark of certified training found.

use super::SAME_LOSS;
use crate::machine::Machine;
use serde::Serialize;
use std::fmt::Write;

/// The whole benchmark.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Threads of all runs.
    pub threads: usize,
    /// Where and when.
    #[serde(flatten)]
    pub machine: Machine,
    /// Restarts of gradient descent on each row.
    pub restarts: u64,
    /// One row per problem.
    pub rows: Vec<Row>,
}

/// One problem.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Number of inputs.
    pub input_dim: usize,
    /// Number of data.
    pub n: usize,
    /// Number of hidden units.
    pub width: usize,
    /// What the labels are.
    pub labels: &'static str,
    /// What is minimised.
    pub loss: &'static str,
    /// Weight decay; restarts are trained without it, and counted with it.
    pub decay: Option<f64>,
    /// Least-squares problems that an enumeration has to solve; in words of digits, for it may be large.
    pub programs: String,
    /// Search and certificate.
    pub seconds: f64,
    /// Loss of the best network.
    pub objective: f64,
    /// No network is below.
    pub lower_bound: f64,
    /// Whether the gap is closed.
    pub is_optimal: bool,
    /// Relaxations solved.
    pub relaxations: u64,
    /// Leaves of the certificate.
    pub leaves: usize,
    /// Its size.
    pub certificate_bytes: usize,
    /// Time to check it.
    pub verify_seconds: f64,
    /// Whether it was found valid.
    pub is_valid: bool,
    /// Time to enumerate all programs, where they are few enough.
    pub enumeration_seconds: Option<f64>,
    /// What gradient descent found; `None` without restarts.
    pub training: Option<Training>,
}

/// Many restarts of gradient descent on one problem.
#[derive(Clone, Debug, Serialize)]
pub struct Training {
    /// Time of all restarts together.
    pub seconds: f64,
    /// Share of the restarts whose loss is that of the best network.
    pub optimal_share: f64,
    /// Smallest loss over the best network's, less 1.
    pub best_excess: f64,
    /// The same for the median restart.
    pub median_excess: f64,
}

impl Training {
    /// From the losses of the restarts that did not diverge.
    pub fn new(restarts: u64, seconds: f64, mut losses: Vec<f64>, objective: f64) -> Option<Self> {
        losses.sort_by(f64::total_cmp);
        let excess = |loss: &f64| loss / objective - 1.0;
        let n_optimal = losses.iter().filter(|loss| excess(loss) <= SAME_LOSS).count();
        Some(Self {
            seconds,
            optimal_share: n_optimal as f64 / restarts.max(1) as f64,
            best_excess: excess(losses.first()?),
            median_excess: excess(losses.get(losses.len() / 2)?),
        })
    }
}

impl Report {
    /// The report as text.
    pub fn text(&self) -> String {
        let mut out = format!(
            "mean losses, networks with an output bias; {}; {} threads; load at the start {}\n\n",
            self.machine.text(),
            self.threads,
            self.machine.load_text()
        );
        let _ = writeln!(
            out,
            "{:>3}{:>6}{:>6} {:<7}{:<11}{:>15}{:>9}{:>9}{:>9}{:>10}{:>11}{:>10}{:>9}{:>10}{:>10}",
            "d",
            "n",
            "width",
            "labels",
            "loss",
            "programs",
            "seconds",
            "verify s",
            "leaves",
            "cert kB",
            "enumerate",
            "trained s",
            "optimal",
            "best +",
            "median +"
        );
        for row in &self.rows {
            let _ = write!(
                out,
                "{:>3}{:>6}{:>6} {:<7}{:<11}{:>15}{:>9.3}{:>9.3}{:>9}{:>10.1}",
                row.input_dim,
                row.n,
                row.width,
                row.labels,
                row.decay.map_or_else(|| row.loss.to_owned(), |_| format!("{}+d", row.loss)),
                row.programs,
                row.seconds,
                row.verify_seconds,
                row.leaves,
                row.certificate_bytes as f64 / 1e3
            );
            let enumeration = row.enumeration_seconds.map_or_else(|| "-".to_owned(), |time| format!("{time:.2}"));
            let _ = write!(out, "{enumeration:>11}");
            if let Some(training) = &row.training {
                let percent = |share: f64| format!("{:.2} %", 100.0 * share);
                let _ = write!(
                    out,
                    "{:>10.2}{:>9}{:>10}{:>10}",
                    training.seconds,
                    percent(training.optimal_share),
                    percent(training.best_excess),
                    percent(training.median_excess)
                );
            }
            let mark = if row.is_optimal && row.is_valid { "" } else { "  gap open" };
            let _ = writeln!(out, "{mark}");
        }
        let _ = writeln!(
            out,
            "\nprograms: least-squares problems of an enumeration. trained: {} restarts of Adam, 3000 steps each; \
             optimal: share of them within {} % of the smallest loss; best and median: how far above it they end.",
            self.restarts,
            100.0 * SAME_LOSS
        );
        out
    }
}
