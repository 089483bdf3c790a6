//! What `relulab memorize` prints.

use super::Arguments;
use relulab_net::Dataset;
use relulab_optimal::memorize::{Outcome, Plan};
use serde::Serialize;
use std::fmt::Write;

/// How the search ended, with its files.
#[derive(Serialize)]
pub struct Document {
    /// `proved` or `not_proved`.
    outcome: &'static str,
    /// Rows of the data file.
    n_rows: usize,
    /// Rows with different inputs.
    n_points: Option<usize>,
    /// Inputs.
    input_dim: usize,
    /// Hidden neurons.
    neurons: usize,
    /// Activation of the hidden units.
    activation: String,
    /// Upper bound of the mean squared error of the network as printed.
    loss: Option<f64>,
    /// No weight of an exact network differs by more than this.
    distance: Option<f64>,
    /// The certificate's file, if one was asked for.
    certificate: Option<String>,
    /// The network's file, if one was asked for.
    network: Option<String>,
    /// Draws of the initial weights.
    draws: usize,
    /// Halvings of α in the last draw.
    halvings: Option<usize>,
    /// Gauss-Newton steps of the last start.
    steps: Option<usize>,
}

impl Document {
    /// Everything from one run.
    pub(super) fn new(arguments: &Arguments, data: &Dataset, plan: &Plan, outcome: &Outcome) -> Self {
        let found = match outcome {
            Outcome::Proved(found) => Some(found),
            Outcome::NotProved(_) => None,
        };
        let draws = match outcome {
            Outcome::Proved(found) => found.draws,
            Outcome::NotProved(shortfall) => shortfall.draws,
        };
        let file = |path: &Option<std::path::PathBuf>| found.and(path.as_ref()).map(|path| path.display().to_string());
        Self {
            outcome: if found.is_some() { "proved" } else { "not_proved" },
            n_rows: data.n_points(),
            n_points: found.map(|found| found.n_points),
            input_dim: data.input_dim(),
            neurons: plan.neurons,
            activation: plan.activation.to_string(),
            loss: found.map(|found| found.certificate.bounds.loss),
            distance: found.map(|found| found.certificate.bounds.distance),
            certificate: file(&arguments.certificate),
            network: file(&arguments.out),
            draws,
            halvings: found.map(|found| found.halvings),
            steps: found.map(|found| found.steps),
        }
    }

    /// The same for people.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let Self { n_rows, input_dim, neurons, activation, draws, .. } = self;
        let _ = writeln!(out, "{n_rows} rows with {input_dim} inputs, {neurons} {activation} neurons");
        let (Some(n_points), Some(loss), Some(distance)) = (self.n_points, self.loss, self.distance) else {
            let _ = writeln!(out, "not proved after {draws} draws of the initial weights");
            return out;
        };
        let _ =
            writeln!(out, "proved: weights within {distance:.1e} of those found fit all {n_points} different points");
        let _ = writeln!(out, "loss as written: at most {loss:.1e}");
        let _ = writeln!(
            out,
            "{draws} draws, {} halvings, {} steps",
            self.halvings.unwrap_or_default(),
            self.steps.unwrap_or_default()
        );
        for (name, file) in [("certificate", &self.certificate), ("network", &self.network)] {
            if let Some(file) = file {
                let _ = writeln!(out, "{name}: {file}");
            }
        }
        out
    }
}
