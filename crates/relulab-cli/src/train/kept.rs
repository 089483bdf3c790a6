//! A network that is kept: what is known of it, and the files of its seed.

use crate::failure::Failure;
use crate::train::census::CensusLook;
use crate::train::folder::Folder;
use crate::train::plan::TrainPlan;
use relulab_io::{Precision, safetensors};
use relulab_net::{Network, Shape};
use relulab_train::{Outcome, Trained};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How training ended and what of it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Seed index.
    pub seed: u64,
    /// How training ended.
    pub ending: Ending,
    /// Optimiser steps done.
    pub steps: u64,
    /// Loss on the batch of the last step, before its update.
    pub training_loss: Option<f64>,
    /// How far the last step was from leaving everything as it is, where the regime measures that.
    pub stationarity: Option<f64>,
    /// The network; absent when training diverged.
    pub parameters: Option<Vec<f64>>,
    /// Numbers of completed steps whose networks are on disk.
    pub checkpoints: Vec<u64>,
    /// What was looked at on the way.
    pub census: Vec<CensusLook>,
}

/// What the file of a seed's census says.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CensusFile {
    plan_hash: String,
    seed: u64,
    looks: Vec<CensusLook>,
}

/// How training ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// After the last step.
    Finished,
    /// Before, by the stop rule.
    Stopped,
    /// The loss stopped being a number.
    Diverged,
}

/// What the file of a seed without a network says.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Divergence {
    plan_hash: String,
    seed: u64,
    outcome: String,
    steps: u64,
    checkpoints: Vec<u64>,
}

/// What the file of a network says.
struct Loaded {
    parameters: Vec<f64>,
    steps: u64,
    /// Its last loss, at the end of training.
    training_loss: Option<f64>,
    stationarity: Option<f64>,
}

/// The word for training that ended as planned.
pub const FINISHED: &str = "finished";
/// The word for training that a stop rule ended.
pub const STOPPED: &str = "stopped";
/// The word for training whose loss stopped being a number.
pub const DIVERGED: &str = "diverged";

impl Kept {
    /// The word for how training ended.
    pub fn outcome(&self) -> &'static str {
        self.ending.word()
    }

    /// Whether a stop rule ended training.
    pub fn is_stopped(&self) -> bool {
        self.ending == Ending::Stopped
    }
}

impl Ending {
    fn word(self) -> &'static str {
        match self {
            Self::Finished => FINISHED,
            Self::Stopped => STOPPED,
            Self::Diverged => DIVERGED,
        }
    }
}

/// The file of a network at the end.
pub fn network_file(seed: u64) -> String {
    format!("seed-{seed:04}.safetensors")
}

/// The file of a network after so many steps.
pub fn checkpoint_file(seed: u64, steps: u64) -> String {
    format!("seed-{seed:04}-step-{steps}.safetensors")
}

/// The file that stands in for the network when training diverged.
pub fn divergence_file(seed: u64) -> String {
    format!("seed-{seed:04}-diverged.json")
}

/// The file of what was looked at on the way.
fn census_file(seed: u64) -> String {
    format!("seed-{seed:04}-census.json")
}

/// Whether the files of a seed are there, without a look into them.
pub fn is_done(seed: u64, checkpoints: &[u64], is_there: impl Fn(&str) -> bool) -> bool {
    let is_kept = || checkpoints.iter().all(|&steps| is_there(&checkpoint_file(seed, steps)));
    is_there(&divergence_file(seed)) || (is_there(&network_file(seed)) && is_kept())
}

/// Writes and reads the files of seeds.
pub struct Keeper<'a> {
    /// Where they are.
    pub folder: &'a Folder,
    /// The shape of the networks.
    pub shape: &'a Shape,
}

impl Keeper<'_> {
    /// Writes the files of one seed, the one that marks it as done last; `None` when training was interrupted.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, trained: Trained, census: Vec<CensusLook>) -> Result<Option<Kept>, Failure> {
        if matches!(trained.outcome, Outcome::Interrupted { .. }) {
            return Ok(None);
        }
        let seed = trained.seed;
        if !census.is_empty() {
            let file = CensusFile { plan_hash: self.folder.plan_hash().to_owned(), seed, looks: census.clone() };
            self.folder.write_json(&census_file(seed), &file)?;
        }
        let mut checkpoints = Vec::new();
        for (steps, parameters) in trained.checkpoints {
            // What came after the loss broke is noise; the update before it may already have left the numbers' range.
            if steps <= trained.steps && is_finite(&parameters) {
                let provenance = self.provenance(seed, steps, None);
                self.write_network(&checkpoint_file(seed, steps), parameters, provenance)?;
                checkpoints.push(steps);
            }
        }
        let ending = match trained.outcome {
            Outcome::Finished if is_finite(&trained.parameters) => Ending::Finished,
            Outcome::Stopped { .. } if is_finite(&trained.parameters) => Ending::Stopped,
            _ => Ending::Diverged,
        };
        let is_whole = ending != Ending::Diverged;
        let training_loss = if is_whole { Some(trained.training_loss) } else { None };
        let parameters = is_whole.then_some(trained.parameters);
        let (steps, stationarity) = (trained.steps, trained.stationarity.filter(|_| is_whole));
        let kept = Kept { seed, ending, steps, training_loss, stationarity, parameters, checkpoints, census };
        match kept.parameters.clone() {
            Some(parameters) => {
                let provenance = self.provenance(seed, kept.steps, Some(&kept));
                self.write_network(&network_file(seed), parameters, provenance)?;
            }
            None => {
                let divergence = Divergence {
                    plan_hash: self.folder.plan_hash().to_owned(),
                    seed,
                    outcome: DIVERGED.to_owned(),
                    steps: kept.steps,
                    checkpoints: kept.checkpoints.clone(),
                };
                self.folder.write_json(&divergence_file(seed), &divergence)?;
            }
        }
        Ok(Some(kept))
    }

    /// Reads the files of one seed; `None` when it is still to be trained.
    ///
    /// # Errors
    /// When a file cannot be read, is damaged, or is not of this plan and seed.
    pub fn read(&self, seed: u64) -> Result<Option<Kept>, Failure> {
        let plan = self.folder.plan();
        let last = plan.setting.steps;
        // A stop rule never stops a network at the last step.
        let may_end = |steps: u64| steps == last || (!plan.stop.is_none() && steps < last);
        let mut kept = match self.read_network(&network_file(seed), seed, may_end)? {
            Some(Loaded { parameters, steps, training_loss, stationarity }) => Kept {
                seed,
                ending: if steps == last { Ending::Finished } else { Ending::Stopped },
                steps,
                training_loss,
                stationarity,
                parameters: Some(parameters),
                checkpoints: plan.checkpoints.iter().copied().filter(|&step| step <= steps).collect(),
                census: Vec::new(),
            },
            None => match self.read_divergence(seed)? {
                Some(kept) => kept,
                None => return Ok(None),
            },
        };
        for &steps in &kept.checkpoints {
            if self.read_network(&checkpoint_file(seed, steps), seed, |found| found == steps)?.is_none() {
                return Ok(None);
            }
        }
        kept.census = self.read_census(seed)?;
        Ok(Some(kept))
    }

    fn read_census(&self, seed: u64) -> Result<Vec<CensusLook>, Failure> {
        let name = census_file(seed);
        let Some(bytes) = self.folder.read(&name)? else { return Ok(Vec::new()) };
        let file: CensusFile = serde_json::from_slice(&bytes).map_err(|error| self.folder.damaged(&name, &error))?;
        if file.plan_hash != self.folder.plan_hash() || file.seed != seed {
            return Err(self.folder.damaged(&name, &"it is of another plan or seed"));
        }
        Ok(file.looks)
    }

    /// Where a network comes from: everything needed to train it again.
    fn provenance(&self, seed: u64, steps: u64, end: Option<&Kept>) -> BTreeMap<String, String> {
        let TrainPlan { target, data, study_seed, setting, stop, .. } = self.folder.plan();
        let mut provenance = BTreeMap::from([
            ("relulab".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
            ("plan_hash".to_owned(), self.folder.plan_hash().to_owned()),
            ("study_seed".to_owned(), study_seed.to_string()),
            ("seed".to_owned(), seed.to_string()),
            ("steps".to_owned(), steps.to_string()),
            ("recipe".to_owned(), serde_json::to_string(setting).unwrap_or_default()),
        ]);
        if let Some(target) = target {
            provenance.insert("target".to_owned(), target.clone());
        }
        if let Some(data) = data {
            provenance.insert("data".to_owned(), data.path.clone());
            provenance.insert("data_sha256".to_owned(), data.sha256.clone());
        }
        if !stop.is_none() {
            provenance.insert("stop".to_owned(), stop.to_string());
        }
        if let Some(kept) = end {
            provenance.insert("outcome".to_owned(), kept.outcome().to_owned());
            for (name, value) in [("training_loss", kept.training_loss), ("stationarity", kept.stationarity)] {
                if let Some(value) = value {
                    provenance.insert(name.to_owned(), format!("{value:?}"));
                }
            }
        }
        provenance
    }

    fn write_network(
        &self,
        name: &str,
        parameters: Vec<f64>,
        provenance: BTreeMap<String, String>,
    ) -> Result<(), Failure> {
        let setting = &self.folder.plan().setting;
        let precision = match setting.precision {
            relulab_train::Precision::F32 => Precision::F32,
            relulab_train::Precision::F64 => Precision::F64,
        };
        let network = Network::new(self.shape.clone(), setting.activation, parameters);
        let network = network.map_err(|error| Failure::at(name, error))?;
        let bytes = safetensors::write(&network, &provenance, precision).map_err(|error| Failure::at(name, error))?;
        self.folder.write(name, &bytes)
    }

    fn read_network(&self, name: &str, seed: u64, fits: impl Fn(u64) -> bool) -> Result<Option<Loaded>, Failure> {
        let Some(bytes) = self.folder.read(name)? else { return Ok(None) };
        let file = safetensors::read(&bytes).map_err(|error| self.folder.damaged(name, &error))?;
        let entry = |key: &str| file.provenance.get(key).map(String::as_str);
        let steps = entry("steps").and_then(|steps| steps.parse().ok()).filter(|&steps| fits(steps));
        let is_ours = entry("plan_hash") == Some(self.folder.plan_hash())
            && entry("seed") == Some(&seed.to_string())
            && file.network.shape() == self.shape;
        let Some(steps) = steps.filter(|_| is_ours) else {
            return Err(self.folder.damaged(name, &"it is a network of another plan, seed or step"));
        };
        let number = |key| entry(key).and_then(|value| value.parse().ok());
        let (training_loss, stationarity) = (number("training_loss"), number("stationarity"));
        Ok(Some(Loaded { parameters: file.network.parameters().to_vec(), steps, training_loss, stationarity }))
    }

    fn read_divergence(&self, seed: u64) -> Result<Option<Kept>, Failure> {
        let name = divergence_file(seed);
        let Some(bytes) = self.folder.read(&name)? else { return Ok(None) };
        let told: Divergence = serde_json::from_slice(&bytes).map_err(|error| self.folder.damaged(&name, &error))?;
        if told.plan_hash != self.folder.plan_hash() || told.seed != seed {
            return Err(self.folder.damaged(&name, &"it is of another plan or seed"));
        }
        let Divergence { steps, checkpoints, .. } = told;
        Ok(Some(Kept {
            seed,
            ending: Ending::Diverged,
            steps,
            training_loss: None,
            stationarity: None,
            parameters: None,
            checkpoints,
            census: Vec::new(),
        }))
    }
}

fn is_finite(parameters: &[f64]) -> bool {
    parameters.iter().all(|value| value.is_finite())
}
