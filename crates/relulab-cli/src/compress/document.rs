//! What `relulab compress` did, as a document and as text.

use super::text_of_domain;
use crate::equal::Answer;
use relulab_net::Network;
use relulab_regions::compress::{Change, Compression, Kept, Reason};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The whole document.
#[derive(Serialize)]
pub struct Document {
    network: String,
    before: Size,
    after: Size,
    /// Units that are gone.
    removed: usize,
    /// The steps in order; layers and units are those of the original network, from 0.
    changes: Vec<Step>,
    /// Steps that were not taken because f64 does not hold their result.
    kept: Vec<Step>,
    /// Units of which nothing was proved over the box.
    unknown_units: usize,
    proof: Answer,
    out: Option<String>,
}

/// How large a network is.
#[derive(Serialize)]
struct Size {
    shape: Vec<usize>,
    units: usize,
    parameters: usize,
}

/// One step.
#[derive(Serialize)]
struct Step {
    layer: usize,
    step: String,
    /// `null` stands for a unit that an earlier step has made.
    units: Vec<Option<usize>>,
    /// How many units came in their place.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<usize>,
    /// The unit that stands for them, where they were merged.
    #[serde(skip_serializing_if = "Option::is_none")]
    into: Option<usize>,
}

/// The units that one kind of step took from a layer, and how many came in their place.
type Group = (Vec<Option<usize>>, usize);

impl Size {
    fn of(network: &Network) -> Self {
        let shape = network.shape();
        Self { shape: shape.widths().collect(), units: shape.n_units(), parameters: shape.n_params() }
    }

    fn text(&self) -> String {
        let widths: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        format!("{}  {} units, {} parameters", widths.join("→"), self.units, self.parameters)
    }
}

impl From<&Change> for Step {
    fn from(change: &Change) -> Self {
        let step = |layer: &usize, step: &str, units: Vec<Option<usize>>| Self {
            layer: *layer,
            step: step.to_owned(),
            units,
            by: None,
            into: None,
        };
        match change {
            Change::Dropped { layer, unit, why } => {
                let why = match why {
                    Reason::Zero => "dropped: 0 over the box",
                    Reason::Silent => "dropped: nothing listens to it",
                    Reason::Constant => "dropped: a constant, now in the biases",
                };
                step(layer, why, vec![*unit])
            }
            Change::Merged { layer, unit, into } => {
                Self { into: *into, ..step(layer, "merged into a parallel unit", vec![*unit]) }
            }
            Change::Replaced { layer, units, by } => {
                Self { by: Some(*by), ..step(layer, "linear over the box: replaced by fewer", units.clone()) }
            }
            Change::LayerFolded { layer, units } => {
                step(layer, "all linear over the box: folded into the next layer", units.clone())
            }
        }
    }
}

impl From<&Kept> for Step {
    fn from(kept: &Kept) -> Self {
        Self { layer: kept.layer, step: kept.step.to_owned(), units: kept.units.clone(), by: None, into: None }
    }
}

impl Document {
    /// Puts together what was done.
    pub fn new(network: String, before: &Network, found: &Compression, proof: Answer, out: Option<String>) -> Self {
        let (before, after) = (Size::of(before), Size::of(&found.network));
        Self {
            network,
            removed: before.units - after.units,
            before,
            after,
            changes: found.changes.iter().map(Step::from).collect(),
            kept: found.kept.iter().map(Step::from).collect(),
            unknown_units: found.n_unknown,
            proof,
            out,
        }
    }

    /// The same for people; steps of one kind in one layer share a line.
    pub fn text(&self) -> String {
        let mut out = format!("{}, {}\n", self.network, text_of_domain(&self.proof.domain));
        let _ = writeln!(out, "before   {}", self.before.text());
        let _ = writeln!(out, "after    {}", self.after.text());
        let _ = writeln!(
            out,
            "removed  {} units{}",
            self.removed,
            if self.changes.is_empty() { "" } else { " (layers and units from 0)" }
        );
        let mut grouped: BTreeMap<(usize, &str), Group> = BTreeMap::new();
        for step in &self.changes {
            let (units, by) = grouped.entry((step.layer, &step.step)).or_default();
            units.extend(&step.units);
            *by += step.by.unwrap_or(0);
        }
        for ((layer, step), (mut units, by)) in grouped {
            units.sort_unstable();
            let came = if by > 0 { format!(" ({by} instead)") } else { String::new() };
            let _ = writeln!(out, "  layer {layer}, {step}{came}: {}", list(&units));
        }
        for Step { layer, step, units, .. } in &self.kept {
            let _ = writeln!(out, "  layer {layer}, not done as f64 cannot hold it: {step}: {}", list(units));
        }
        if self.unknown_units > 0 {
            let _ = writeln!(out, "{} units neither proved stable nor shown to switch", self.unknown_units);
        }
        let _ = write!(out, "proof    {}", self.proof.text(["before", "after"]));
        if let Some(path) = &self.out {
            let _ = writeln!(out, "written  {path}");
        }
        out
    }
}

/// Numbers of units, from 0; those without one were made by an earlier step.
fn list(units: &[Option<usize>]) -> String {
    let names: Vec<String> = units.iter().flatten().map(usize::to_string).collect();
    match units.len() - names.len() {
        0 => names.join(", "),
        made if names.is_empty() => format!("{made} made before"),
        made => format!("{} and {made} made before", names.join(", ")),
    }
}
