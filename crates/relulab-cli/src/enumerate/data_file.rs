//! A data file on its way into a plan.

use super::arguments::Arguments;
use crate::failure::Failure;
use relulab_io::csv::Labels;
use relulab_net::{Dataset, Loss};
use relulab_study::{DataFile, EnumeratePlan};
use std::path::Path;

/// Reads the file and writes what it is into the plan: target name, dimensions, loss and identity.
///
/// # Errors
/// When the file cannot be read or its content does not fit the loss.
pub fn load(path: &Path, arguments: &Arguments, plan: &mut EnumeratePlan) -> Result<Dataset, Failure> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| Failure::at(&name, error))?;
    let is_npz = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("npz"));
    let mut data = if is_npz {
        if let Some(label) = &arguments.label {
            return Err(Failure::at("--label", format!("{label}: an npz file has its labels in the array y")));
        }
        relulab_io::npz::read_dataset(&bytes).map_err(|error| Failure::at(&name, error))?
    } else {
        let wanted = match arguments.loss {
            Some(Loss::Mse | Loss::Absolute) => Labels::Numbers,
            _ => Labels::Classes,
        };
        let csv = relulab_io::csv::read(&bytes, arguments.label.as_deref(), wanted);
        let csv = csv.map_err(|error| Failure::at(&name, error))?;
        if csv.class_names.is_some() && arguments.loss.is_none() {
            plan.loss = Loss::SoftmaxCrossEntropy;
        }
        csv.dataset
    };
    match plan.loss {
        Loss::SoftmaxCrossEntropy if data.output_dim() == 1 => {
            data = data.one_hot(None).map_err(|error| Failure::at(&name, error))?;
        }
        Loss::BinaryCrossEntropy => {
            if let Some(row) = data.labels().iter().position(|label| !(0.0..=1.0).contains(label)) {
                let label = data.labels()[row];
                let row = row / data.output_dim() + 1;
                return Err(Failure::at(&name, format!("row {row}: label {label} is outside 0 to 1")));
            }
        }
        _ => {}
    }
    plan.targets = vec![path.file_stem().map_or_else(|| "data".into(), |stem| stem.to_string_lossy().into_owned())];
    plan.input_dim = data.input_dim();
    plan.output_dim = data.output_dim();
    plan.sampler = if arguments.full_batch { "full" } else { "minibatches" }.to_owned();
    plan.data = Some(DataFile {
        path: name,
        sha256: relulab_study::plan::sha256(&bytes),
        label: arguments.label.clone(),
        folds: arguments.folds,
    });
    Ok(data)
}
