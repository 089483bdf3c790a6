//! The labelled points on which networks of a landscape are compared: samples of a target, or a data file.

use crate::data_table::Reading;
use crate::failure::Failure;
use relulab_net::{Dataset, EvaluationSet, Loss, Network, Target};
use std::path::Path;

/// Labelled points, and what the error on them is called.
#[derive(Debug)]
pub struct LandscapePoints {
    /// The points.
    pub dataset: Dataset,
    /// The loss.
    pub loss: Loss,
    /// What they are, for readers.
    pub description: String,
}

impl LandscapePoints {
    /// The observation samples of N(0,1)^d, labelled by a target.
    ///
    /// # Errors
    /// When the target cannot be understood or has another number of outputs than the network.
    pub fn of_target(text: &str, network: &Network) -> Result<Self, Failure> {
        let outputs = network.shape().output_dim();
        if outputs != 1 {
            return Err(Failure::at("--target", format!("a target has one output, and the network has {outputs}")));
        }
        let target =
            Target::parse(text, network.shape().input_dim()).map_err(|error| Failure::at("--target", error))?;
        let set = samples(network, "--target")?;
        let labels = set.rows().map(|x| target.eval(x)).collect();
        let dataset = Dataset::new(set.points().to_vec(), set.input_dim(), labels, 1);
        let description = format!("{} samples of N(0,1)^{}, target {}", set.n_points(), set.input_dim(), target.name());
        Ok(Self { dataset: dataset.map_err(|error| Failure::at("--target", error))?, loss: Loss::Mse, description })
    }

    /// All points of a data file; `label` and `classes` as for training.
    ///
    /// # Errors
    /// When the file cannot be read or understood.
    pub fn of_data(path: &Path, label: Option<&str>, classes: bool) -> Result<Self, Failure> {
        let wrong = |error: &dyn std::fmt::Display| Failure::at("--data", format!("{}: {error}", path.display()));
        let bytes = std::fs::read(path).map_err(|error| wrong(&error))?;
        let table = Reading { label, classes, loss: None }.read(&bytes).map_err(|error| wrong(&error))?;
        let description = format!("{} points of {}", table.dataset.n_points(), path.display());
        Ok(Self { dataset: table.dataset, loss: table.loss, description })
    }

    /// The observation samples, without labels that mean anything.
    ///
    /// # Errors
    /// When there are no samples of the network's dimension.
    pub fn of_inputs(network: &Network) -> Result<Self, Failure> {
        let set = samples(network, "DIR")?;
        let outputs = network.shape().output_dim();
        let labels = vec![0.0; set.n_points() * outputs];
        let dataset = Dataset::new(set.points().to_vec(), set.input_dim(), labels, outputs);
        let description = format!("{} samples of N(0,1)^{}", set.n_points(), set.input_dim());
        Ok(Self { dataset: dataset.map_err(Failure::input)?, loss: Loss::Mse, description })
    }

    /// Refuses points that do not fit a network.
    ///
    /// # Errors
    /// When the numbers of inputs or outputs differ.
    pub fn check(&self, network: &Network, place: &str) -> Result<(), Failure> {
        let shape = network.shape();
        let (inputs, labels) = (self.dataset.input_dim(), self.dataset.output_dim());
        if (inputs, labels) == (shape.input_dim(), shape.output_dim()) {
            return Ok(());
        }
        let expected = format!("expected {} and {}, as the network has", shape.input_dim(), shape.output_dim());
        Err(Failure::at(place, format!("{inputs} inputs and {labels} labels a point: {expected}")))
    }
}

fn samples(network: &Network, place: &str) -> Result<EvaluationSet, Failure> {
    let set = EvaluationSet::observation_samples(network.shape().input_dim());
    set.map_err(|error| Failure::at(place, format!("{error}; give points with --data")))
}
