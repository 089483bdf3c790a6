//! What `relulab train` is going to do, as plain data: the only input that decides the bytes of its files.

use crate::setting::Setting;
use crate::train::search::Search;
use relulab_study::plan::sha256;
use relulab_study::trace::StopRule;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// How many differences between two plans a message spells out.
const DIFFERENCES_SHOWN: usize = 3;
/// Characters of the hash in a folder's name.
const SHORT_HASH: usize = 8;
/// Most characters of the target or the data file in a folder's name.
const SUBJECT_CHARACTERS: usize = 32;

/// The whole plan of one population: one shape, many seeds, one thing to learn.
///
/// Threads, clocks and the folder are no part of it, so two machines given the same plan write the same files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainPlan {
    /// Number of inputs.
    pub input_dim: usize,
    /// Hidden widths.
    pub shape: Vec<usize>,
    /// Number of outputs.
    pub output_dim: usize,
    /// Name or formula of the target, unless a data file is learnt.
    pub target: Option<String>,
    /// The data file, unless a target is learnt.
    pub data: Option<DataFile>,
    /// Seed indices 0 to this number less 1 are trained.
    pub seeds: u64,
    /// With shape and seed index it keys every random stream, and it decides the split of a data file.
    pub study_seed: u64,
    /// How they are trained.
    pub setting: Setting,
    /// Numbers of completed steps after which networks are kept, ascending.
    pub checkpoints: Vec<u64>,
    /// When a network stops before its last step. A plan without a rule is written without this entry.
    #[serde(default, skip_serializing_if = "StopRule::is_none")]
    pub stop: StopRule,
    /// How the step size was found. A plan whose step size was given is written without this entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<Search>,
}

/// The identity of a data file and how it is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataFile {
    /// The path as the user typed it: information, not identity.
    pub path: String,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: String,
    /// Name of the label column of a CSV file.
    pub label: Option<String>,
    /// Names of the classes, when the labels were words.
    pub classes: Option<Vec<String>>,
    /// Share of the points that is held out.
    pub test_fraction: f64,
    /// Number of points trained on.
    pub n_train: usize,
    /// Number of points held out.
    pub n_test: usize,
}

impl TrainPlan {
    /// SHA-256, in hexadecimal, of everything that decides the files: the whole plan but the data file's path.
    pub fn hash(&self) -> String {
        sha256(self.identity().to_string().as_bytes())
    }

    /// A folder name that is the same for the same plan: `train-5-7-4-quadratic-1a2b3c4d`.
    pub fn folder_name(&self) -> String {
        let widths: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        let widths = if widths.is_empty() { "linear".to_owned() } else { widths.join("-") };
        let stem = self.data.as_ref().and_then(|data| Path::new(&data.path).file_stem());
        let subject = file_safe(&stem.map_or(self.subject().into(), |stem| stem.to_string_lossy()));
        let hash = self.hash();
        [format!("train-{widths}"), subject, hash[..SHORT_HASH].to_owned()].join("-")
    }

    /// What is learnt, in a word: the target's name or formula, or the data file's path.
    pub fn subject(&self) -> &str {
        let path = self.data.as_ref().map(|data| data.path.as_str());
        self.target.as_deref().or(path).unwrap_or_default()
    }

    /// The figure by which networks are compared: for data the loss on the points trained on, so that the test stays a test.
    pub fn deciding(&self) -> &'static str {
        if self.target.is_some() { "normal" } else { "training_loss" }
    }

    /// Says in a few words how `other` differs from this plan; empty when their identities are equal.
    pub fn differences(&self, other: &Self) -> String {
        let (here, there) = (flat(&self.identity()), flat(&other.identity()));
        let value_in = |plan: &[(String, String)], name: &str| {
            plan.iter().find(|entry| entry.0 == name).map_or("absent".to_owned(), |entry| entry.1.clone())
        };
        let mut names: Vec<&String> = here.iter().chain(&there).map(|entry| &entry.0).collect();
        names.sort();
        names.dedup();
        let different: Vec<String> = names
            .into_iter()
            .map(|name| (name, value_in(&there, name), value_in(&here, name)))
            .filter(|(_, there, here)| there != here)
            .map(|(name, there, here)| format!("{name} {there} there, {here} here"))
            .collect();
        let shown = different[..different.len().min(DIFFERENCES_SHOWN)].join("; ");
        match different.len().saturating_sub(DIFFERENCES_SHOWN) {
            0 => shown,
            more => format!("{shown}; and {more} more"),
        }
    }

    fn identity(&self) -> serde_json::Value {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        if let Some(data) = value.get_mut("data").and_then(|data| data.as_object_mut()) {
            data.remove("path");
        }
        value
    }
}

/// Every number and word of a JSON document with its name; the names of nested ones without their parents.
fn flat(value: &serde_json::Value) -> Vec<(String, String)> {
    let Some(object) = value.as_object() else { return Vec::new() };
    let entry = |(name, value): (&String, &serde_json::Value)| match value {
        serde_json::Value::Object(_) => flat(value),
        serde_json::Value::Null => Vec::new(),
        serde_json::Value::String(text) => vec![(name.clone(), text.clone())],
        _ => vec![(name.clone(), value.to_string())],
    };
    object.iter().flat_map(entry).collect()
}

/// Letters and digits; anything else becomes one dash.
fn file_safe(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("-").chars().take(SUBJECT_CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_net::{Activation, Initialisation, Loss, Sampler};
    use relulab_train::{Optimiser, Precision};

    fn plan() -> TrainPlan {
        TrainPlan {
            input_dim: 1,
            shape: vec![5, 7, 4],
            output_dim: 1,
            target: Some("quadratic".to_owned()),
            data: None,
            seeds: 16,
            study_seed: 0,
            setting: Setting {
                activation: Activation::Relu,
                loss: Loss::Mse,
                optimiser: Optimiser::adam(0.01),
                initialisation: Initialisation::TorchLinear,
                batch: Some(64),
                sampler: Some(Sampler::Box { lo: -0.1, hi: 1.0 / 3.0 }),
                steps: 3000,
                precision: Precision::F32,
                regime: relulab_train::Regime::default(),
            },
            checkpoints: vec![0, 100],
            stop: StopRule::None,
            search: None,
        }
    }

    fn data(path: &str, sha256: &str) -> TrainPlan {
        let file = DataFile {
            path: path.to_owned(),
            sha256: sha256.to_owned(),
            label: None,
            classes: None,
            test_fraction: 0.2,
            n_train: 8,
            n_test: 2,
        };
        TrainPlan { target: None, data: Some(file), ..plan() }
    }

    #[test]
    fn a_plan_survives_json() {
        let text = serde_json::to_string_pretty(&plan()).unwrap();
        let back: TrainPlan = serde_json::from_str(&text).unwrap();
        assert_eq!((back.hash(), &back), (plan().hash(), &plan()));
    }

    #[test]
    fn a_stop_rule_is_part_of_the_identity_and_its_absence_is_not() {
        let stopping = TrainPlan { stop: StopRule::SPECTRUM, ..plan() };
        let text = serde_json::to_string(&stopping).unwrap();
        assert_eq!(serde_json::from_str::<TrainPlan>(&text).unwrap(), stopping);
        assert_ne!(stopping.hash(), plan().hash());
        let text = serde_json::to_string(&plan()).unwrap();
        assert!(!text.contains("stop") && !text.contains("search"));
        assert!(stopping.differences(&plan()).contains("window absent there, 4 here"));
    }

    #[test]
    fn folders_are_named_after_plans() {
        let name = plan().folder_name();
        assert!(name.starts_with("train-5-7-4-quadratic-") && name == plan().folder_name(), "{name}");
        let formula = TrainPlan { target: Some("sin(3*x1)/x2".to_owned()), shape: vec![], ..plan() }.folder_name();
        assert!(formula.starts_with("train-linear-"), "{formula}");
        assert!(formula.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{formula}");
        assert!(data("some/where/iris.csv", "00").folder_name().starts_with("train-5-7-4-iris-"));
    }

    #[test]
    fn differences_name_both_sides() {
        let mut other = plan();
        assert_eq!(plan().differences(&other), "");
        other.seeds = 8;
        other.setting.batch = None;
        assert_eq!(plan().differences(&other), "batch absent there, 64 here; seeds 8 there, 16 here");
    }

    #[test]
    fn the_path_of_a_data_file_is_not_its_identity() {
        assert_eq!(data("a.csv", "00").hash(), data("b.csv", "00").hash());
        assert_ne!(data("a.csv", "00").hash(), data("a.csv", "01").hash());
    }
}
