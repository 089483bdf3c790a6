//! What `relulab units` prints.

use super::observe::Observed;
use relulab_net::Network;
use relulab_regions::relaxation::ProvedStatus;
use relulab_regions::units::{RangeEnd, Stage, UnitDomain, UnitFinding, UnitReport};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Statuses in the order of the summary.
const STATUSES: [ProvedStatus; 5] =
    [ProvedStatus::Unstable, ProvedStatus::Dead, ProvedStatus::Linear, ProvedStatus::Zero, ProvedStatus::Unknown];

/// All units and outputs of one network.
#[derive(Serialize)]
pub struct Document {
    /// Intervals of the box, or the word `whole_space`.
    domain: serde_json::Value,
    /// What the observed verdicts rest on: `data`, `uniform` points of the box or `normal` points.
    observed_on: &'static str,
    /// Hidden units, layer by layer; layers and units count from 0.
    layers: Vec<Unit>,
    /// Outputs: what is proved of their sign and range.
    outputs: Vec<Unit>,
    /// Hidden units per proved status.
    counts: BTreeMap<&'static str, usize>,
    /// Hidden units per stage that made the status known.
    decided_by: BTreeMap<&'static str, usize>,
    /// Linear programs solved.
    linear_programs: usize,
    /// Parts of the box looked at.
    parts: usize,
    /// Bounds evaluated in exact numbers because rounding left their sign open.
    exact_fallbacks: usize,
    /// Whether every hidden unit's status is known.
    complete: bool,
}

/// One unit.
#[derive(Serialize)]
struct Unit {
    layer: usize,
    unit: usize,
    observed: Observed,
    proved: &'static str,
    decided_by: &'static str,
    min: Option<f64>,
    max: Option<f64>,
    /// Whether `min` and `max` are the exact extremes, rounded to f64; else they are bounds that are not passed.
    exact: bool,
    /// Exact extremes as fractions.
    min_fraction: Option<String>,
    max_fraction: Option<String>,
    /// Values that are attained, where `min` and `max` are bounds.
    min_attained: Option<f64>,
    max_attained: Option<f64>,
}

fn status_word(status: ProvedStatus) -> &'static str {
    match status {
        ProvedStatus::Dead => "dead",
        ProvedStatus::Linear => "linear",
        ProvedStatus::Zero => "identically_zero",
        ProvedStatus::Unstable => "nonlinear",
        ProvedStatus::Unknown => "unknown",
    }
}

fn stage_word(stage: Stage) -> &'static str {
    match stage {
        Stage::Enumeration => "enumeration",
        Stage::Intervals => "intervals",
        Stage::Relaxation => "relaxation",
        Stage::Point => "points",
        Stage::LinearProgram => "linear_program",
        Stage::Parts => "parts",
        Stage::Nothing => "nothing",
    }
}

/// A finite number, its zero without a sign.
fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value + 0.0)
}

/// The value to print, the fraction, and what is attained.
fn end(end: &RangeEnd) -> (Option<f64>, Option<String>, Option<f64>) {
    match end {
        RangeEnd::Exact(value) => (finite(value.to_f64()), Some(value.to_string()), None),
        RangeEnd::Unbounded => (None, None, None),
        RangeEnd::Between { attained, bound } => (finite(*bound), None, finite(*attained)),
    }
}

fn unit(layer: usize, unit: usize, observed: Observed, found: &UnitFinding) -> Unit {
    let ((min, min_fraction, min_attained), (max, max_fraction, max_attained)) =
        (end(&found.minimum), end(&found.maximum));
    Unit {
        layer,
        unit,
        observed,
        proved: status_word(found.status),
        decided_by: stage_word(found.stage),
        min,
        max,
        exact: found.stage == Stage::Enumeration,
        min_fraction,
        max_fraction,
        min_attained,
        max_attained,
    }
}

impl Document {
    /// The document of a report.
    pub fn new(
        network: &Network,
        domain: &UnitDomain,
        has_data: bool,
        observed: &[Vec<Observed>],
        found: &UnitReport,
    ) -> Self {
        let mut layers: Vec<Vec<Unit>> = Vec::new();
        for (layer, (observed, found)) in observed.iter().zip(&found.layers).enumerate() {
            let units = observed.iter().zip(found).enumerate();
            layers.push(units.map(|(place, (observed, found))| unit(layer, place, *observed, found)).collect());
        }
        let outputs = layers.pop().unwrap_or_default();
        let hidden = || found.layers[..network.shape().depth()].iter().flatten();
        let mut counts: BTreeMap<_, _> = STATUSES.iter().map(|status| (status_word(*status), 0)).collect();
        hidden().for_each(|unit| *counts.entry(status_word(unit.status)).or_default() += 1);
        let mut decided_by = BTreeMap::new();
        hidden().for_each(|unit| *decided_by.entry(stage_word(unit.stage)).or_default() += 1);
        let (observed_on, domain) = match domain {
            UnitDomain::Whole => ("normal", serde_json::json!("whole_space")),
            UnitDomain::Box(sides) => {
                let ends = sides.lower().iter().zip(sides.upper());
                ("uniform", ends.map(|(low, high)| serde_json::json!([low, high])).collect())
            }
        };
        Self {
            domain,
            observed_on: if has_data { "data" } else { observed_on },
            layers: layers.into_iter().flatten().collect(),
            outputs,
            complete: counts[status_word(ProvedStatus::Unknown)] == 0,
            counts,
            decided_by,
            linear_programs: found.n_programs,
            parts: found.n_parts,
            exact_fallbacks: found.exact_fallbacks,
        }
    }

    /// The same for people.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let domain = match &self.domain {
            serde_json::Value::String(_) => "the whole space".to_owned(),
            serde_json::Value::Array(sides) if sides.windows(2).all(|pair| pair[0] == pair[1]) => {
                format!("the box {}^{}", sides.first().unwrap_or(&serde_json::Value::Null), sides.len())
            }
            sides => format!("the box {sides}"),
        };
        let on = match self.observed_on {
            "data" => "the data",
            "uniform" => "uniform points of the box",
            _ => "N(0,1) points",
        };
        let _ = writeln!(out, "proved over {domain}; observed on {on}");
        let _ = writeln!(out, "layer  unit  observed   proved            {:>14} {:>14}  decided by", "min", "max");
        for unit in self.layers.iter().chain(&self.outputs) {
            let is_output = self.outputs.first().is_some_and(|first| first.layer == unit.layer);
            let layer = if is_output { "output".to_owned() } else { unit.layer.to_string() };
            let number =
                |value: Option<f64>| value.map_or_else(|| "unbounded".to_owned(), |value| format!("{value:.6}"));
            let _ = writeln!(
                out,
                "{layer:<6} {:>4}  {:<9}  {:<16}  {:>14} {:>14}  {}",
                unit.unit,
                unit.observed.word(),
                unit.proved.replace('_', " "),
                number(unit.min),
                number(unit.max),
                unit.decided_by.replace('_', " "),
            );
        }
        let counts = STATUSES.map(|status| (status_word(status), self.counts[status_word(status)]));
        let counts = counts.iter().filter(|(_, count)| *count > 0);
        let counts: Vec<String> = counts.map(|(word, count)| format!("{count} {}", word.replace('_', " "))).collect();
        let _ = writeln!(out, "{} hidden units: {}", self.layers.len(), counts.join(", "));
        if self.layers.iter().chain(&self.outputs).any(|unit| !unit.exact) {
            out.push_str("min and max are bounds that are not passed\n");
        }
        if !self.complete {
            out.push_str("not complete: a larger --budget may decide more\n");
        }
        out
    }
}

/// What the check of a certificate prints.
#[derive(Serialize)]
pub struct Checked {
    /// Whether every claim is proved.
    pub valid: bool,
    /// What is claimed, in words.
    pub claim: String,
    /// What is not proved.
    pub failed_at: Option<String>,
    /// Bounds in the certificate.
    pub lemmas: usize,
    /// Points in it.
    pub points: usize,
}

impl Checked {
    /// The same for people.
    pub fn text(&self) -> String {
        let verdict = if self.valid { "valid" } else { "not valid" };
        format!("{verdict}: {}\n{} bounds and {} points checked\n", self.claim, self.lemmas, self.points)
    }
}
