//! `relulab regions --shape`: how many regions networks of a shape have as they are initialised.

use super::bounds::ShapeBounds;
use super::reach;
use crate::failure::Failure;
use relulab_net::{Activation, Initialisation, Shape};
use relulab_regions::simulation::Simulation;
use serde::Serialize;
use std::fmt::Write;

/// Networks that are drawn, unless another number is asked for.
pub const DEFAULT_SEEDS: u64 = 100;
/// Most networks that are drawn.
const MAX_SEEDS: u64 = 1_000_000;

/// What is drawn and where it is looked at.
#[derive(Debug)]
pub struct Question<'a> {
    /// The shape.
    pub shape: Shape,
    /// Activation of the hidden units.
    pub activation: Activation,
    /// How parameters are drawn.
    pub initialisation: Initialisation,
    /// Networks.
    pub seeds: u64,
    /// The first seed.
    pub first_seed: u64,
    /// The box; the whole space if `None`.
    pub sides: Option<&'a [(f64, f64)]>,
}

/// The counts of all networks and the bounds of their shape.
#[derive(Debug, Serialize)]
pub struct InitialDocument {
    /// Intervals of the box, or the word `whole_space`.
    pub domain: serde_json::Value,
    /// Inputs.
    pub inputs: usize,
    /// Hidden widths.
    pub shape: Vec<usize>,
    /// Activation of the hidden units.
    pub activation: String,
    /// How parameters were drawn.
    pub initialisation: String,
    /// Networks.
    pub seeds: u64,
    /// Their activation regions.
    pub activation_regions: Summary,
    /// Activation regions of each network.
    pub counts: Vec<u128>,
    /// Bounds of the shape.
    pub bounds: ShapeBounds,
}

/// A number over seeds.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// Its mean.
    pub mean: f64,
    /// The 95 % interval of the mean; `null` for one network.
    pub ci95: Option<[f64; 2]>,
    /// Its standard deviation over networks; `null` for one network.
    pub deviation: Option<f64>,
    /// The smallest.
    pub min: u128,
    /// The largest.
    pub max: u128,
}

impl Question<'_> {
    /// Draws the networks and counts.
    ///
    /// # Errors
    /// When there are too many networks or regions, or the engines do not take the shape.
    pub fn answer(&self, threads: usize) -> Result<InitialDocument, Failure> {
        if !(1..=MAX_SEEDS).contains(&self.seeds) {
            return Err(Failure::at("--seeds", format!("{}: expected 1 to {MAX_SEEDS}", self.seeds)));
        }
        let at_shape = |message: String| Failure::at("--shape", message);
        let last = self.first_seed.checked_add(self.seeds);
        let last = last.ok_or_else(|| Failure::at("--seed", format!("{}: too large", self.first_seed)))?;
        let simulation = Simulation::new(self.shape.clone(), self.activation, self.initialisation);
        let first = simulation.network(self.first_seed).map_err(|error| at_shape(error.to_string()))?;
        reach::check(&first, self.sides, self.first_seed).map_err(at_shape)?;
        let found = simulation.count(self.sides, self.first_seed..last, threads);
        let found = found.map_err(|error| at_shape(error.to_string()))?;
        let counts = found.counts();
        Ok(InitialDocument {
            domain: super::measure::domain(self.sides),
            inputs: self.shape.input_dim(),
            shape: self.shape.hidden().to_vec(),
            activation: self.activation.to_string(),
            initialisation: self.initialisation.to_string(),
            seeds: self.seeds,
            activation_regions: Summary {
                mean: found.mean(),
                ci95: found.interval().map(|(low, high)| [low, high]),
                deviation: found.deviation(),
                min: counts.iter().copied().min().unwrap_or(0),
                max: counts.iter().copied().max().unwrap_or(0),
            },
            counts: counts.to_vec(),
            bounds: ShapeBounds::of(&self.shape, self.activation),
        })
    }
}

impl InitialDocument {
    /// The same for people.
    pub fn text(&self) -> String {
        let widths: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        let over = super::measure::domain_text(&self.domain);
        let mut out = format!(
            "{} networks of {} input{} and hidden widths [{}], {}, {}, over {over}\n",
            self.seeds,
            self.inputs,
            if self.inputs == 1 { "" } else { "s" },
            widths.join(", "),
            self.activation,
            self.initialisation,
        );
        let regions = &self.activation_regions;
        let _ = write!(out, "activation regions          mean {:.2}", regions.mean);
        if let Some([low, high]) = regions.ci95 {
            let _ = write!(out, " (95 % interval of the mean {low:.2} to {high:.2})");
        }
        let _ = writeln!(out, ", from {} to {}", regions.min, regions.max);
        out.push_str(&self.bounds.text());
        out
    }
}
