//! What `relulab regions` prints.

use super::bounds::ShapeBounds;
use super::decision::DecisionDocument;
use super::slice::SliceDocument;
use serde::Serialize;
use std::fmt::Write;

/// A number, or bounds of it.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Count {
    /// Known.
    Exact(u128),
    /// Bounded.
    Bounds {
        /// At least.
        lower: u128,
        /// At most; `null` where it is beyond all numbers that fit.
        upper: Option<u128>,
    },
}

/// The counts of one network; what was not counted is `null`.
#[derive(Serialize)]
pub struct Document {
    /// Intervals of the box, or the word `whole_space`.
    pub domain: serde_json::Value,
    /// Inputs of the network.
    pub inputs: usize,
    /// Full-dimensional sets with one on/off pattern.
    pub activation_regions: Count,
    /// Activation regions of the first l hidden layers.
    pub per_layer: Option<Vec<u64>>,
    /// Maximal sets of regions with one affine map, joined over facets.
    pub open_connected_pieces: Option<u64>,
    /// The same, joined over any shared point.
    pub closed_connected_pieces: Option<u64>,
    /// Different affine maps.
    pub distinct_affine_functions: Option<u64>,
    /// Finite corners of the regions.
    pub vertices: Option<u64>,
    /// Signs decided in rationals.
    pub exact_fallbacks: u64,
    /// Smallest |value| / error bound of the signs decided in f64; `null` when nothing was rounded.
    pub min_margin: Option<f64>,
    /// Whether all regions were found.
    pub complete: bool,
    /// The inputs held fixed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slice: Option<SliceDocument>,
    /// Where each output is the best.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionDocument>,
    /// Files written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub written: Vec<String>,
    /// Whether, by a check in rationals, the volumes sum to that of the box and every facet inside it belongs to two
    /// regions; `null` where this was not checked.
    pub fills_box: Option<bool>,
    /// What networks of this shape can have.
    pub bounds: ShapeBounds,
}

impl Document {
    /// The same for people.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let domain = super::measure::domain_text(&self.domain);
        let _ = writeln!(out, "{} input{}, over {domain}", self.inputs, if self.inputs == 1 { "" } else { "s" });
        if let Some(slice) = &self.slice {
            let _ = writeln!(out, "{}", slice.text());
        }
        let mut line = |name: &str, value: String| {
            let _ = writeln!(out, "{name:<26} {value}");
        };
        line(
            "activation regions",
            match self.activation_regions {
                Count::Exact(count) => count.to_string(),
                Count::Bounds { lower, upper: Some(upper) } => format!("{lower} to {upper}"),
                Count::Bounds { lower, upper: None } => format!("at least {lower}"),
            },
        );
        if let Some(layers) = &self.per_layer {
            let list: Vec<String> = layers.iter().map(u64::to_string).collect();
            line("… after each layer", list.join(", "));
        }
        for (name, value) in [
            ("open-connected pieces", self.open_connected_pieces),
            ("closed-connected pieces", self.closed_connected_pieces),
            ("distinct affine functions", self.distinct_affine_functions),
            ("vertices", self.vertices),
        ] {
            line(name, value.map_or_else(|| "not counted".to_owned(), |value| value.to_string()));
        }
        line("signs decided exactly", self.exact_fallbacks.to_string());
        line(
            "smallest margin",
            self.min_margin.map_or_else(|| "nothing rounded".to_owned(), |margin| format!("{margin:.3e}")),
        );
        if let Some(decision) = &self.decision {
            out.push_str(&decision.text());
        }
        for path in &self.written {
            let _ = writeln!(out, "{:<26} {path}", "written");
        }
        if let Some(fills_box) = self.fills_box {
            let verdict = if fills_box { "yes: volumes and facets, in rationals" } else { "NO: this is a defect" };
            let _ = writeln!(out, "{:<26} {verdict}", "regions fill the box");
        }
        out.push_str(&self.bounds.text());
        if !self.complete {
            out.push_str("not complete: the budget ended before the search\n");
        }
        out
    }
}
