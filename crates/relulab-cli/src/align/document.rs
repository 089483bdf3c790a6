//! What `relulab align` found, as a document and as text.

use super::Arguments;
use crate::landscape_points::LandscapePoints;
use relulab_landscape::{Alignment, Barrier, BarrierMethod};
use relulab_net::Network;
use relulab_report::number::human;
use serde::Serialize;

/// The whole document.
#[derive(Debug, Serialize)]
pub struct Document {
    a: String,
    b: String,
    shape: Vec<usize>,
    activation: String,
    points: String,
    loss: String,
    method: String,
    normalisation: String,
    permutation: Vec<Vec<usize>>,
    scales: Vec<Vec<f64>>,
    reference_scales: Vec<Vec<f64>>,
    squared_distance: f64,
    barrier: Barriers,
    out: Option<String>,
}

/// The barriers before and after.
#[derive(Debug, Serialize)]
pub struct Barriers {
    /// Between the networks as they are.
    pub raw: BarrierEntry,
    /// Between the networks as compared.
    pub aligned: BarrierEntry,
}

/// One barrier.
#[derive(Debug, Serialize)]
pub struct BarrierEntry {
    /// `exact` or `sampled`.
    method: &'static str,
    /// Polynomial pieces traced, or networks on the path.
    evaluated: usize,
    /// Losses of the ends.
    ends: [f64; 2],
    /// Largest excess of the loss over the line between the ends.
    height: f64,
    height_at: f64,
    /// Largest loss.
    raw_maximum: f64,
    raw_maximum_at: f64,
}

impl From<Barrier> for BarrierEntry {
    fn from(barrier: Barrier) -> Self {
        let Barrier { method, ends, height, height_at, raw_maximum, raw_maximum_at, evaluated } = barrier;
        let method = if method == BarrierMethod::Exact { "exact" } else { "sampled" };
        Self { method, evaluated, ends, height, height_at, raw_maximum, raw_maximum_at }
    }
}

impl Document {
    /// The document of one alignment.
    pub fn new(
        arguments: &Arguments,
        network: &Network,
        points: &LandscapePoints,
        alignment: Alignment,
        barrier: Barriers,
    ) -> Self {
        Self {
            a: arguments.first.display().to_string(),
            b: arguments.second.display().to_string(),
            shape: network.shape().widths().collect(),
            activation: network.activation().to_string(),
            points: points.description.clone(),
            loss: points.loss.to_string(),
            method: alignment.method.to_string(),
            normalisation: alignment.normalisation.to_string(),
            permutation: alignment.permutation,
            scales: alignment.scales,
            reference_scales: alignment.reference_scales,
            squared_distance: alignment.squared_distance,
            barrier,
            out: arguments.out.as_ref().map(|out| out.display().to_string()),
        }
    }

    /// The document for readers.
    pub fn text(&self) -> String {
        let mut text =
            format!("{} to {}, {} (scales: {}), on {}\n", self.b, self.a, self.method, self.normalisation, self.points);
        for (layer, (units, scales)) in self.permutation.iter().zip(&self.scales).enumerate() {
            let shown: Vec<String> = units.iter().zip(scales).map(|(unit, scale)| shown(*unit, *scale)).collect();
            text.push_str(&format!("layer {}: units {}\n", layer + 1, shown.join(" ")));
        }
        text.push_str(&format!("distance of parameters {}\n", human(self.squared_distance.sqrt())));
        for (name, barrier) in [("raw", &self.barrier.raw), ("aligned", &self.barrier.aligned)] {
            let [first, last] = barrier.ends;
            text.push_str(&format!(
                "barrier {name:>8}: {} above the line between {} and {}, at t = {:.3}; largest loss {} ({})\n",
                human(barrier.height),
                human(first),
                human(last),
                barrier.height_at,
                human(barrier.raw_maximum),
                barrier.how(),
            ));
        }
        text
    }
}

impl BarrierEntry {
    fn how(&self) -> String {
        if self.method == "exact" {
            format!("exact, {} pieces", self.evaluated)
        } else {
            format!("sampled at {} networks", self.evaluated)
        }
    }
}

/// A unit of B, counted from 0, with its factor unless that is 1.
fn shown(unit: usize, scale: f64) -> String {
    if scale == 1.0 { unit.to_string() } else { format!("{unit}·{}", human(scale)) }
}
