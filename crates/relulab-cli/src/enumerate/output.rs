//! What an enumeration leaves in its folder besides the records: summary, report and figures.

use crate::failure::Failure;
use crate::machine::Machine;
use relulab_report::EnumerationReport;
use relulab_study::summary::Summary;
use relulab_study::{EnumeratePlan, Study, write_atomically};
use std::path::{Path, PathBuf};

/// Hexadecimal digits of the plan's hash in a folder's name.
const HASH_DIGITS: usize = 8;

/// A folder named after the plan, under `./relulab-out`.
pub fn default_folder(plan: &EnumeratePlan) -> PathBuf {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let target: String = plan.targets.join("-").chars().map(|c| if is_plain(c) { c } else { '_' }).take(40).collect();
    let hash = &plan.plan_hash()[..HASH_DIGITS];
    Path::new("relulab-out").join(format!("enumerate-{}-{target}-{hash}", plan.neurons))
}

/// Writes `summary.json`, `report.html` and `figures/*.svg`; returns the path of the report.
///
/// # Errors
/// When the folder cannot be written.
pub fn write(folder: &Path, study: &Study, summary: &Summary) -> Result<PathBuf, Failure> {
    let (facts, notes) = (facts(study, summary), notes(study.plan()));
    let report = EnumerationReport::new(summary).machine(&facts).notes(&notes);
    let json = serde_json::to_vec(summary).map_err(Failure::input)?;
    let figures = folder.join("figures");
    std::fs::create_dir_all(&figures)
        .map_err(|error| Failure::input(format!("cannot create {}: {error}", figures.display())))?;
    write_atomically(folder, "summary.json", &json).map_err(Failure::input)?;
    for (name, svg) in report.figures() {
        write_atomically(&figures, &format!("{name}.svg"), svg.as_bytes()).map_err(Failure::input)?;
    }
    write_atomically(folder, "report.html", report.html().as_bytes()).map_err(Failure::input)?;
    Ok(folder.join("report.html"))
}

/// The same in a folder that is not the study's.
///
/// # Errors
/// When the folder holds another study, or cannot be written.
pub fn write_elsewhere(folder: &Path, study: &Study, summary: &Summary) -> Result<PathBuf, Failure> {
    let whole = |path: &Path| path.canonicalize().ok();
    if folder.join("manifest.json").exists() && whole(folder) != whole(study.folder()) {
        let folder = folder.display();
        return Err(Failure::at("--out", format!("{folder} holds another study: choose another folder")));
    }
    write(folder, study, summary)
}

fn facts(study: &Study, summary: &Summary) -> Vec<(String, String)> {
    let seconds: f64 = study.timings().iter().map(|timing| timing.seconds).sum();
    let networks = study.n_networks();
    let analysed: usize = summary.shapes.iter().map(|shape| shape.n_seeds).sum();
    let extra = match networks.saturating_sub(analysed as u64) {
        0 => String::new(),
        extra => format!(", {extra} of them extra seeds of depth 1"),
    };
    vec![
        ("processor".to_owned(), Machine::now().text()),
        ("vector unit".to_owned(), study.manifest().vector_unit.clone()),
        ("networks".to_owned(), format!("{networks}{extra}")),
        ("thread time".to_owned(), format!("{seconds:.1} s, {:.3} ms a network", seconds * 1e3 / networks as f64)),
        ("relulab".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
    ]
}

fn notes(plan: &EnumeratePlan) -> Vec<String> {
    let mut notes = vec![
        "Training uses the plan's number format; every evaluation is in f64.".to_owned(),
        "A loss that is not finite counts as infinite in medians and ranks; it is never dropped.".to_owned(),
        "Selected: the shape is chosen by its median on half of the seeds and scored on the other half, over 200 \
         random halvings."
            .to_owned(),
        "Matched tries: the expected best of T runs at a depth against the expected best of T runs at depth 1, which \
         has extra seeds for this purpose."
            .to_owned(),
    ];
    let Some(data) = &plan.data else {
        notes.push(
            "Dead and linear units are observed on 1000 fixed samples; linear pieces are counted exactly.".to_owned(),
        );
        return notes;
    };
    notes.extend([
        format!(
            "Losses are means over {} folds; inputs (and labels of a regression) are standardised on the training \
             folds, and losses are given in the labels' own units.",
            data.folds
        ),
        "Dead and linear units, linear pieces and collapse are those of the first fold's network, observed on its \
         training points."
            .to_owned(),
        "The folds on which a shape is chosen are those on which its test loss is given: the best of many shapes does \
         somewhat worse on data that nobody has chosen by."
            .to_owned(),
    ]);
    notes
}
