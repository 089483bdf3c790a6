//! What the spectrum is of: a network on the points of a target or of a data file.

use super::Arguments;
use super::document::{DataPart, NetworkPart};
use crate::data_table::{DataTable, Reading};
use crate::failure::Failure;
use crate::network_file;
use relulab_curvature::Objective;
use relulab_io::NetworkFile;
use relulab_net::{Loss, Network, Purpose, RandomStream, Target};
use std::path::Path;

/// Most points of a target.
const MAX_SAMPLES: usize = 1 << 20;

/// A network and the points of its loss.
pub struct Subject {
    file: String,
    /// The network.
    pub network: Network,
    /// The target, if there is one.
    pub target: Option<Target>,
    /// The loss.
    pub loss: Loss,
    inputs: Vec<f64>,
    labels: Vec<f64>,
    data: Option<String>,
    data_seed: Option<u64>,
}

impl Subject {
    /// Reads the network and makes or reads the points.
    ///
    /// # Errors
    /// Bad input.
    pub fn resolve(arguments: &Arguments, seed: u64) -> Result<Self, Failure> {
        let file = network_file::open(&arguments.network, arguments.activation)?;
        match &arguments.data {
            Some(path) => Self::on_data(arguments, file, path),
            None => Self::on_target(arguments, file.network, seed),
        }
    }

    fn on_data(arguments: &Arguments, file: NetworkFile, path: &Path) -> Result<Self, Failure> {
        if arguments.data_seed.is_some() {
            return Err(Failure::at("--data-seed", "a data file has its own points; it needs --target"));
        }
        if arguments.samples.is_some() {
            return Err(Failure::at("--samples", "all points of a data file are used; it needs --target"));
        }
        let place = path.display().to_string();
        let wrong = |error: &dyn std::fmt::Display| Failure::at("--data", format!("{place}: {error}"));
        let bytes = std::fs::read(path).map_err(|error| wrong(&error))?;
        // Labels are read as in training, unless the user says otherwise.
        let loss = arguments.loss.or_else(|| trained_loss(&file));
        let reading = Reading { label: arguments.label.as_deref(), classes: arguments.classes, loss };
        let DataTable { dataset, loss, .. } = reading.read(&bytes).map_err(|error| wrong(&error))?;
        let shape = file.network.shape();
        let widths =
            [("inputs", dataset.input_dim(), shape.input_dim()), ("outputs", dataset.output_dim(), shape.output_dim())];
        for (what, got, expected) in widths {
            if got != expected {
                let network = arguments.network.display();
                return Err(wrong(&format!("{got} {what}: the network {network} expects {expected}")));
            }
        }
        Ok(Self {
            file: arguments.network.display().to_string(),
            network: file.network,
            target: None,
            loss,
            inputs: dataset.inputs().to_vec(),
            labels: dataset.labels().to_vec(),
            data: Some(place),
            data_seed: None,
        })
    }

    fn on_target(arguments: &Arguments, network: Network, seed: u64) -> Result<Self, Failure> {
        let stray = [("--label", arguments.label.is_some()), ("--classes", arguments.classes)];
        if let Some((option, _)) = stray.into_iter().find(|option| option.1) {
            return Err(Failure::at(option, "it needs --data"));
        }
        let loss = arguments.loss.unwrap_or(Loss::Mse);
        if loss.is_classification() {
            return Err(Failure::at("--loss", format!("{loss}: a target has no classes; it needs --data")));
        }
        let samples = arguments.samples.unwrap_or(relulab_net::conventions::OBSERVATION_SAMPLES);
        if !(1..=MAX_SAMPLES).contains(&samples) {
            return Err(Failure::at("--samples", format!("{samples}: expected 1 to {MAX_SAMPLES}")));
        }
        let shape = network.shape();
        let (d, o) = (shape.input_dim(), shape.output_dim());
        let text = arguments.target.as_deref().unwrap_or_default();
        let place = arguments.network.display();
        if o != 1 {
            let message = format!("a target has 1 output, the network {place} has {o}: expected --data");
            return Err(Failure::at("--target", message));
        }
        let target = Target::parse(text, d).map_err(|error| {
            let inputs = if d == 1 { "input" } else { "inputs" };
            Failure::at("--target", format!("{error} (the network {place} has {d} {inputs})"))
        })?;
        let data_seed = arguments.data_seed.unwrap_or(seed);
        let mut stream = RandomStream::new(data_seed, Purpose::Observation);
        let inputs: Vec<f64> = (0..samples * d).map(|_| stream.normal()).collect();
        let labels: Vec<f64> = inputs.chunks_exact(d).map(|x| target.eval(x)).collect();
        if let Some(at) = labels.iter().position(|label| !label.is_finite()) {
            let x = &inputs[at * d..(at + 1) * d];
            return Err(Failure::at("--target", format!("{text} is {} at {x:?}: expected finite values", labels[at])));
        }
        Ok(Self {
            file: place.to_string(),
            network,
            target: Some(target),
            loss,
            inputs,
            labels,
            data: None,
            data_seed: Some(data_seed),
        })
    }

    /// The loss as a function of the parameters.
    ///
    /// # Errors
    /// When the labels do not fit the loss.
    pub fn objective(&self) -> Result<Objective<'_>, Failure> {
        let place = if self.data.is_some() { "--data" } else { "--target" };
        Objective::of(&self.network, self.loss, &self.inputs, &self.labels).map_err(|error| Failure::at(place, error))
    }

    /// Number of parameters.
    pub fn n_params(&self) -> usize {
        self.network.parameters().len()
    }

    /// The network's part of the document.
    pub fn network_part(&self) -> NetworkPart {
        NetworkPart {
            file: self.file.clone(),
            widths: self.network.shape().widths().collect(),
            activation: self.network.activation().to_string(),
            params: self.n_params(),
        }
    }

    /// The data's part of the document.
    pub fn data_part(&self) -> DataPart {
        DataPart {
            target: self.target.as_ref().map(|target| target.name().to_owned()),
            data: self.data.clone(),
            data_seed: self.data_seed,
            loss_function: self.loss.to_string(),
            n: self.inputs.len() / self.network.shape().input_dim(),
        }
    }
}

/// The loss that the network was trained on, as its file tells.
fn trained_loss(file: &NetworkFile) -> Option<Loss> {
    let recipe: serde_json::Value = serde_json::from_str(file.provenance.get("recipe")?).ok()?;
    serde_json::from_value(recipe.get("loss")?.clone()).ok()
}
