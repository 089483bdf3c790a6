//! What is printed of decision regions.

use relulab_regions::plane::{Choice, DecisionRegions};
use serde::Serialize;
use std::fmt::Write;

/// Decision regions of a network over a box.
#[derive(Serialize)]
pub struct DecisionDocument {
    /// Which output is best: the largest or the smallest.
    best: &'static str,
    /// Outputs that are best somewhere, one entry for each set of equally good ones.
    classes: Vec<Class>,
}

/// Where some outputs are best.
#[derive(Serialize)]
struct Class {
    /// The outputs, from 1.
    outputs: Vec<u32>,
    /// What they are called.
    name: String,
    /// Area of the region.
    area: f64,
    /// Bound of its error.
    area_error: f64,
    /// Share of the box.
    share: f64,
    /// Parts of the region that do not touch along an edge.
    connected_regions: usize,
}

/// The name of a class from those of the outputs.
pub fn name(members: &[u32], names: &[String]) -> String {
    let one = |member: &u32| names.get(*member as usize).cloned().unwrap_or_else(|| format!("output {}", member + 1));
    members.iter().map(one).collect::<Vec<_>>().join(" = ")
}

impl DecisionDocument {
    /// From regions of a box of this area.
    pub fn new(regions: &DecisionRegions<'_>, choice: Choice, names: &[String], box_area: f64) -> Self {
        let counts = regions.n_connected();
        let classes = regions.classes().iter().zip(regions.areas()).zip(counts).map(|((members, area), count)| Class {
            outputs: members.iter().map(|member| member + 1).collect(),
            name: name(members, names),
            area: area.value(),
            area_error: area.error(),
            share: area.value() / box_area,
            connected_regions: count,
        });
        Self {
            best: match choice {
                Choice::Largest => "largest",
                Choice::Smallest => "smallest",
            },
            classes: classes.collect(),
        }
    }

    /// The same for people.
    pub fn text(&self) -> String {
        let mut out = format!("{:<26} where the {} output is\n", "decision regions", self.best);
        let width = self.classes.iter().map(|class| class.name.chars().count()).max().unwrap_or(0);
        for class in &self.classes {
            let n = class.connected_regions;
            let _ = writeln!(
                out,
                "  {:<width$}  area {:.9} ± {:.1e}, {:.2} %, {n} connected region{}",
                class.name,
                class.area,
                class.area_error,
                100.0 * class.share,
                if n == 1 { "" } else { "s" }
            );
        }
        out
    }
}
