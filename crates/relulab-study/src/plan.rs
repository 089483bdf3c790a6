//! What an enumeration is going to do, as plain data: the only input that decides the bytes of its records.

use relulab_net::conventions::MAX_INPUT_DIM;
use relulab_net::{Activation, Initialisation, Loss};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

pub use relulab_net::MAX_NEURONS;

/// Largest input dimension of an enumeration on targets; a data file may have as many columns as a shape has inputs.
pub const MAX_ENUMERATED_INPUTS: usize = 16;
/// Largest number of seeds of one shape, extra seeds for matched tries included.
pub const MAX_SEEDS: u64 = 1 << 20;
/// How many differences between two plans a message spells out.
const DIFFERENCES_SHOWN: usize = 3;

/// The whole plan of an enumeration: every shape of so many neurons, many seeds each, on one or several targets.
///
/// Threads, clocks and paths are no part of it, so two machines given the same plan write the same records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnumeratePlan {
    /// Number of hidden units to distribute over layers.
    pub neurons: usize,
    /// Number of inputs.
    pub input_dim: usize,
    /// Number of outputs.
    pub output_dim: usize,
    /// Which depths are trained.
    pub depths: Depths,
    /// Which shapes of each depth are trained.
    pub shapes: ShapeChoice,
    /// Names or formulas of the targets; for a data file, one name for it.
    pub targets: Vec<String>,
    /// Seeds of every shape.
    pub seeds: u32,
    /// How many runs of depth 1 there may be on each target so that best-of-T is compared at equal T: its shape is
    /// trained with extra seeds up to the number of runs of the most populous depth, but to no more than this. 0 for
    /// no extra seeds.
    pub matched_tries: u64,
    /// Optimiser steps of every run.
    pub steps: u32,
    /// The study's seed: with shape and seed index it keys every random stream.
    pub study_seed: u64,
    /// Activation of every hidden unit.
    pub activation: Activation,
    /// What training minimises.
    pub loss: Loss,
    /// How parameters are drawn.
    pub initialisation: Initialisation,
    /// Name of the optimiser.
    pub optimiser: String,
    /// The optimiser's numbers by name.
    pub optimiser_numbers: BTreeMap<String, f64>,
    /// Points of each step.
    pub batch: usize,
    /// Where training points come from: `normal`, a box, or `minibatches` and `full` for a data file.
    pub sampler: String,
    /// Floating-point type of training, `f32` or `f64`.
    pub precision: String,
    /// The data file, for a study of data instead of formulas.
    pub data: Option<DataFile>,
}

/// An inclusive range of depths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Depths {
    /// Smallest number of hidden layers.
    pub first: usize,
    /// Largest number of hidden layers.
    pub last: usize,
}

/// Which shapes of each depth are trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ShapeChoice {
    /// All compositions.
    All,
    /// A random sample without replacement; depths with fewer compositions are taken whole.
    Sample {
        /// Shapes per depth.
        per_depth: usize,
        /// Seed of the sample.
        seed: u64,
    },
    /// All compositions up to a depth, a random sample of every larger depth.
    SampleAbove {
        /// Largest depth that is taken whole.
        depth: usize,
        /// Shapes per larger depth.
        per_depth: usize,
        /// Seed of the sample.
        seed: u64,
    },
}

impl ShapeChoice {
    /// Size and seed of the sample of one depth; `None` where every composition is taken.
    pub fn sample_at(self, depth: usize) -> Option<(usize, u64)> {
        match self {
            Self::All => None,
            Self::Sample { per_depth, seed } => Some((per_depth, seed)),
            Self::SampleAbove { depth: whole, per_depth, seed } => (depth > whole).then_some((per_depth, seed)),
        }
    }
}

/// The identity of a data file and how it is split.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataFile {
    /// The path as the user typed it: information, not identity.
    pub path: String,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: String,
    /// The label column, where the user named one.
    pub label: Option<String>,
    /// Folds of the cross-validation.
    pub folds: u32,
}

/// Why a plan cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The number of neurons is outside its range.
    #[error("neurons {0}: expected 1 to {MAX_NEURONS}")]
    Neurons(usize),
    /// The depths are outside 1..=neurons, or the first is above the last.
    #[error("depths {first}..{last}: expected first ≤ last within 1..{neurons}")]
    Depths {
        /// First depth asked for.
        first: usize,
        /// Last depth asked for.
        last: usize,
        /// Largest possible depth.
        neurons: usize,
    },
    /// The input dimension is outside its range.
    #[error("input dimension {value}: expected 1 to {most}")]
    InputDim {
        /// The number given.
        value: usize,
        /// The largest that works: data files may have more inputs than targets.
        most: usize,
    },
    /// The output dimension is outside its range.
    #[error("output dimension {0}: expected 1 to {max}", max = relulab_net::conventions::MAX_OUTPUT_DIM)]
    OutputDim(usize),
    /// Something that must be at least a number is below it.
    #[error("{what} {value}: expected at least {least}")]
    TooFew {
        /// What was counted.
        what: &'static str,
        /// The number given.
        value: u64,
        /// The least that works.
        least: u64,
    },
    /// More seeds than the limit.
    #[error("{what} {value}: expected at most {MAX_SEEDS}")]
    TooManySeeds {
        /// What was counted.
        what: &'static str,
        /// The number given.
        value: u64,
    },
    /// The same target twice.
    #[error("target \"{0}\" is named twice")]
    RepeatedTarget(String),
    /// A number of the optimiser is not finite.
    #[error("optimiser: {name} is not a finite number")]
    OptimiserNumber {
        /// Its name.
        name: String,
    },
}

impl EnumeratePlan {
    /// The plan with the anatomy paper's training (Adam 0.01, 3000 steps, batch 64 of N(0,1)^d, f32): all depths and
    /// shapes, 16 seeds, depth 1 matched without a cap.
    pub fn new(neurons: usize, targets: Vec<String>) -> Self {
        let adam = [("learning_rate", 0.01), ("beta1", 0.9), ("beta2", 0.999), ("epsilon", 1e-8)];
        Self {
            neurons,
            input_dim: 1,
            output_dim: 1,
            depths: Depths { first: 1, last: neurons },
            shapes: ShapeChoice::All,
            targets,
            seeds: 16,
            matched_tries: MAX_SEEDS,
            steps: 3000,
            study_seed: 0,
            activation: Activation::Relu,
            loss: Loss::Mse,
            initialisation: Initialisation::TorchLinear,
            optimiser: "adam".to_owned(),
            optimiser_numbers: adam.map(|(name, value)| (name.to_owned(), value)).into(),
            batch: 64,
            sampler: "normal".to_owned(),
            precision: "f32".to_owned(),
            data: None,
        }
    }

    /// Checks every number of the plan.
    ///
    /// # Errors
    /// When one of them is outside its range; the message names it and the range.
    pub fn check(&self) -> Result<(), PlanError> {
        if !(1..=MAX_NEURONS).contains(&self.neurons) {
            return Err(PlanError::Neurons(self.neurons));
        }
        let Depths { first, last } = self.depths;
        if first < 1 || first > last || last > self.neurons {
            return Err(PlanError::Depths { first, last, neurons: self.neurons });
        }
        let most = if self.data.is_some() { MAX_INPUT_DIM } else { MAX_ENUMERATED_INPUTS };
        if !(1..=most).contains(&self.input_dim) {
            return Err(PlanError::InputDim { value: self.input_dim, most });
        }
        if !(1..=relulab_net::conventions::MAX_OUTPUT_DIM).contains(&self.output_dim) {
            return Err(PlanError::OutputDim(self.output_dim));
        }
        let per_depth = self.shapes.sample_at(usize::MAX).map_or(1, |(per_depth, _)| per_depth as u64);
        let counted = [
            ("seeds", u64::from(self.seeds), 1),
            ("steps", u64::from(self.steps), 1),
            ("batch", self.batch as u64, 1),
            ("targets", self.targets.len() as u64, 1),
            ("shapes per depth", per_depth, 1),
            ("folds", self.data.as_ref().map_or(2, |data| u64::from(data.folds)), 2),
        ];
        for (what, value, least) in counted {
            if value < least {
                return Err(PlanError::TooFew { what, value, least });
            }
        }
        for (what, value) in [("seeds", u64::from(self.seeds)), ("matched tries", self.matched_tries)] {
            if value > MAX_SEEDS {
                return Err(PlanError::TooManySeeds { what, value });
            }
        }
        let mut seen = BTreeSet::new();
        if let Some(repeated) = self.targets.iter().find(|target| !seen.insert(*target)) {
            return Err(PlanError::RepeatedTarget(repeated.clone()));
        }
        if let Some((name, _)) = self.optimiser_numbers.iter().find(|(_, value)| !value.is_finite()) {
            return Err(PlanError::OptimiserNumber { name: name.clone() });
        }
        Ok(())
    }

    /// SHA-256, in hexadecimal, of everything that decides the records: the whole plan but the data file's path.
    pub fn plan_hash(&self) -> String {
        hex(&Sha256::digest(self.identity().to_string()))
    }

    /// Says in a few words how `other` differs from this plan; empty when their identities are equal.
    pub fn differences(&self, other: &Self) -> String {
        let (here, there) = (self.identity(), other.identity());
        let (Some(here), Some(there)) = (here.as_object(), there.as_object()) else { return String::new() };
        let different: Vec<String> = here
            .iter()
            .filter(|(name, value)| there.get(*name) != Some(value))
            .map(|(name, value)| {
                format!("{name} {} there, {value} here", there.get(name).unwrap_or(&serde_json::Value::Null))
            })
            .collect();
        let mut text = different[..different.len().min(DIFFERENCES_SHOWN)].join("; ");
        if different.len() > DIFFERENCES_SHOWN {
            text += &format!("; and {} more", different.len() - DIFFERENCES_SHOWN);
        }
        text
    }

    fn identity(&self) -> serde_json::Value {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        if let Some(data) = value.get_mut("data").and_then(|data| data.as_object_mut()) {
            data.remove("path");
        }
        value
    }
}

/// SHA-256 of a file's bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> EnumeratePlan {
        EnumeratePlan::new(16, vec!["quadratic".to_owned()])
    }

    #[test]
    fn the_default_plan_is_sound_and_survives_json() {
        let plan = plan();
        plan.check().unwrap();
        let text = serde_json::to_string_pretty(&plan).unwrap();
        let back: EnumeratePlan = serde_json::from_str(&text).unwrap();
        assert_eq!(back, plan);
        assert_eq!(back.plan_hash(), plan.plan_hash());
        assert_eq!(plan.plan_hash().len(), 64);
    }

    #[test]
    fn bad_numbers_are_named() {
        let broken = |change: fn(&mut EnumeratePlan)| {
            let mut plan = plan();
            change(&mut plan);
            plan.check().unwrap_err().to_string()
        };
        assert_eq!(broken(|plan| plan.neurons = 0), "neurons 0: expected 1 to 24");
        assert_eq!(broken(|plan| plan.neurons = 25), "neurons 25: expected 1 to 24");
        assert_eq!(broken(|plan| plan.depths.first = 0), "depths 0..16: expected first ≤ last within 1..16");
        assert_eq!(broken(|plan| plan.depths.last = 17), "depths 1..17: expected first ≤ last within 1..16");
        assert_eq!(broken(|plan| plan.seeds = 0), "seeds 0: expected at least 1");
        assert_eq!(broken(|plan| plan.input_dim = 17), "input dimension 17: expected 1 to 16");
        let data = DataFile { path: "a.csv".into(), sha256: "00".into(), label: None, folds: 5 };
        let wide = EnumeratePlan { input_dim: 17, data: Some(data), ..plan() };
        wide.check().unwrap();
        let error = EnumeratePlan { input_dim: 2049, ..wide }.check().unwrap_err();
        assert_eq!(error.to_string(), "input dimension 2049: expected 1 to 2048");
        assert_eq!(broken(|plan| plan.targets.clear()), "targets 0: expected at least 1");
        assert_eq!(broken(|plan| plan.targets.push("quadratic".into())), "target \"quadratic\" is named twice");
        assert!(broken(|plan| plan.matched_tries = u64::MAX).starts_with("matched tries 18446744073709551615"));
        let sample = ShapeChoice::Sample { per_depth: 0, seed: 1 };
        let error = EnumeratePlan { shapes: sample, ..plan() }.check().unwrap_err();
        assert_eq!(error.to_string(), "shapes per depth 0: expected at least 1");
    }

    #[test]
    fn differences_name_both_sides() {
        let other = EnumeratePlan { neurons: 12, seeds: 8, ..plan() };
        assert_eq!(plan().differences(&other), "neurons 12 there, 16 here; seeds 8 there, 16 here");
        assert_eq!(plan().differences(&plan()), "");
    }

    #[test]
    fn the_path_of_a_data_file_is_not_its_identity() {
        let with = |path: &str, sha256: &str| EnumeratePlan {
            data: Some(DataFile { path: path.into(), sha256: sha256.into(), label: None, folds: 5 }),
            ..plan()
        };
        assert_eq!(with("a.csv", "00").plan_hash(), with("b.csv", "00").plan_hash());
        assert_ne!(with("a.csv", "00").plan_hash(), with("a.csv", "01").plan_hash());
    }
}
