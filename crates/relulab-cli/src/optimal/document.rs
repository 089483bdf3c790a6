//! What `relulab optimal` prints.

use super::search::Problem;
use relulab_optimal::space::Loss;
use relulab_optimal::{Progress, Status};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// How a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The gap is closed.
    Optimal,
    /// The time is over; the gap is what is left.
    TimeLimit,
    /// Nothing is left to cut, and rounding keeps the gap open.
    Rounding,
}

/// The result of a search.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Document {
    /// Loss of the network, rounded up.
    pub objective: f64,
    /// No network of this form has a smaller loss.
    pub lower_bound: f64,
    /// The difference of the two.
    pub gap: f64,
    /// How the search ended.
    pub status: Outcome,
    /// Whether some network has the smallest loss, rather than coming ever closer as weights grow: always, but for the
    /// logistic loss.
    pub attained: bool,
    /// The network's file.
    pub network: String,
    /// The certificate's file.
    pub certificate: String,
    /// Which loss.
    pub loss: String,
    /// Weight decay β, if there is any: (β/2) Σ (‖(a, b)‖² + α²) is part of objective and bound.
    #[serde(default)]
    pub decay: Option<f64>,
    /// Where the Huber loss becomes linear.
    pub threshold: Option<f64>,
    /// Number of hidden units.
    pub width: usize,
    /// Whether there is an output bias.
    pub output_bias: bool,
    /// Number of data.
    pub n_data: usize,
    /// Parts into which all networks were cut.
    pub leaves: usize,
    /// Relaxations solved by this run.
    pub relaxations: u64,
    /// Time of this run.
    pub seconds: f64,
}

impl Document {
    /// The result of a search, with the names of its files.
    pub fn new(
        problem: &Problem,
        progress: Progress,
        (status, attained): (Status, bool),
        seconds: f64,
        [network, file]: [String; 2],
    ) -> Self {
        Self {
            objective: progress.objective,
            lower_bound: progress.lower_bound,
            gap: progress.objective - progress.lower_bound,
            status: match status {
                Status::Optimal => Outcome::Optimal,
                Status::Stopped => Outcome::TimeLimit,
                Status::Stuck => Outcome::Rounding,
            },
            attained,
            network,
            certificate: file,
            loss: problem.loss().name().to_owned(),
            decay: problem.decay(),
            threshold: if let Loss::Huber(threshold) = problem.loss() { Some(threshold) } else { None },
            width: problem.width(),
            output_bias: problem.output_bias(),
            n_data: problem.y().len(),
            leaves: progress.n_leaves,
            relaxations: progress.n_relaxations,
            seconds,
        }
    }

    /// The same for people.
    pub fn text(&self) -> String {
        let bias = if self.output_bias { "an output bias" } else { "no output bias" };
        let loss = match (self.loss.as_str(), self.threshold) {
            (name, Some(threshold)) => format!("mean {name} loss beyond {threshold}"),
            ("logistic", None) => "mean logistic loss".to_owned(),
            (name, None) => format!("mean {name} error"),
        };
        let decay = self.decay.map_or_else(String::new, |decay| format!(" and weight decay {decay}"));
        let mut out = format!(
            "width {}, {bias}, {} data, {loss}{decay}\n\nloss of the network   {:?}\nno network is below   {:?}\n",
            self.width, self.n_data, self.objective, self.lower_bound
        );
        let verdict = match self.status {
            Outcome::Optimal => "optimal: the gap is closed",
            Outcome::TimeLimit => "time limit: the gap is open; --resume goes on",
            Outcome::Rounding => "rounding keeps the gap open",
        };
        let _ = writeln!(out, "gap                   {:.3e}", self.gap);
        let _ = writeln!(out, "{verdict}");
        if !self.attained {
            let _ = writeln!(out, "no network attains the smallest loss: weights grow for ever on the way to it");
        }
        let _ = writeln!(out);
        let _ = writeln!(out, "{} parts, {} relaxations in {:.2} s", self.leaves, self.relaxations, self.seconds);
        let _ = writeln!(out, "network      {}\ncertificate  {}", self.network, self.certificate);
        out
    }
}
