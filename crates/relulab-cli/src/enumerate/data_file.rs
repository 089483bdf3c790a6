//! A data file on its way into a plan.

use super::arguments::Arguments;
use crate::data_table::Reading;
use crate::failure::Failure;
use relulab_net::Dataset;
use relulab_study::{DataFile, EnumeratePlan};
use std::path::Path;

/// Reads the file and writes what it is into the plan: target name, dimensions, loss and identity.
///
/// # Errors
/// When the file cannot be read, its content does not fit the loss, or it has fewer points than folds.
pub fn load(path: &Path, arguments: &Arguments, plan: &mut EnumeratePlan) -> Result<Dataset, Failure> {
    let name = path.display().to_string();
    let wrong = |error: &dyn std::fmt::Display| Failure::at("--data", format!("{name}: {error}"));
    let bytes = std::fs::read(path).map_err(|error| wrong(&error))?;
    let reading = Reading { label: arguments.label.as_deref(), classes: arguments.classes, loss: arguments.loss };
    let table = reading.read(&bytes).map_err(|error| wrong(&error))?;
    let data = table.dataset;
    let n_points = data.n_points();
    if !(2..=n_points).contains(&(arguments.folds as usize)) {
        let expected = match n_points {
            0 | 1 => format!("{name} has too few points to hold any out"),
            _ => format!("expected 2 to {n_points}, the points of {name}"),
        };
        return Err(Failure::at("--folds", format!("{}: {expected}", arguments.folds)));
    }
    plan.loss = table.loss;
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
