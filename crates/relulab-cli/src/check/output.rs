//! What a check leaves in its folder besides readings and records: claims, report and figures.

use super::paper::Paper;
use crate::failure::Failure;
use relulab_report::CheckReport;
use relulab_report::anatomy::{self, Enumeration};
use relulab_study::anatomy::enumerations::Enumerated;
use relulab_study::check::{Claim, Evidence, LedgerPlan, Readings, Scale};
use relulab_study::write_atomically;
use std::path::{Path, PathBuf};

/// The document of `--json` and of `claims.json`.
#[derive(serde::Serialize)]
pub struct Document<'a> {
    /// All claims in the order of the paper.
    pub claims: &'a [Claim],
}

/// Writes `claims.json`, `report.html` and `figures/*.svg`; returns the path of the report.
///
/// # Errors
/// When the folder cannot be written.
pub fn write(
    folder: &Path,
    plan: &LedgerPlan,
    claims: &[Claim],
    evidence: &Evidence,
    enumerated: &Enumerated,
) -> Result<PathBuf, Failure> {
    let enumerations: Vec<Enumeration<'_>> = enumerated
        .iter()
        .map(|(target, input_dim, subject)| Enumeration {
            target,
            input_dim,
            folder: &subject.folder,
            summary: &subject.summary,
        })
        .collect();
    let parts = anatomy::parts(&evidence.readings, &enumerations);
    let (facts, notes) = (facts(plan, evidence), notes(plan.scale));
    let report = CheckReport::new("The anatomy of small networks, checked", claims)
        .citation(anatomy::CITATION)
        .parts(&parts)
        .machine(&facts)
        .notes(&notes);
    write_all(folder, claims, &report)
}

/// The same for a check whose evidence is readings alone.
///
/// # Errors
/// As for [`write`].
pub fn write_page(
    folder: &Path,
    plan: &LedgerPlan,
    claims: &[Claim],
    evidence: &Evidence,
    paper: &Paper,
) -> Result<PathBuf, Failure> {
    let parts = (paper.parts)(&evidence.readings);
    let facts = facts(plan, evidence);
    let mut notes: Vec<String> = paper.notes.iter().map(|note| (*note).to_owned()).collect();
    if plan.scale == Scale::Quick {
        notes.push("This is a quick check: small instances, few seeds.".to_owned());
    }
    let report =
        CheckReport::new(paper.title, claims).citation(paper.citation).parts(&parts).machine(&facts).notes(&notes);
    write_all(folder, claims, &report)
}

fn write_all(folder: &Path, claims: &[Claim], report: &CheckReport<'_>) -> Result<PathBuf, Failure> {
    let json = serde_json::to_vec_pretty(&Document { claims }).map_err(Failure::input)?;
    let figures = folder.join("figures");
    std::fs::create_dir_all(&figures)
        .map_err(|error| Failure::input(format!("cannot create {}: {error}", figures.display())))?;
    write_atomically(folder, "claims.json", &json).map_err(Failure::input)?;
    for (name, svg) in report.figures() {
        write_atomically(&figures, &format!("{name}.svg"), svg.as_bytes()).map_err(Failure::input)?;
    }
    write_atomically(folder, "report.html", report.html().as_bytes()).map_err(Failure::input)?;
    Ok(folder.join("report.html"))
}

/// What the report says of the run; nothing that another machine would say differently.
fn facts(plan: &LedgerPlan, evidence: &Evidence) -> Vec<(String, String)> {
    let readings: usize = evidence.readings.values().map(Readings::len).sum();
    vec![
        ("scale".to_owned(), if plan.scale == Scale::Quick { "quick" } else { "full" }.to_owned()),
        ("seed".to_owned(), plan.study_seed.to_string()),
        ("experiments".to_owned(), plan.experiments.len().to_string()),
        ("readings".to_owned(), readings.to_string()),
        ("relulab".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
    ]
}

fn notes(scale: Scale) -> Vec<String> {
    let mut notes = vec![
        "Networks train in f32, as in the paper; every measurement is in f64.".to_owned(),
        "Matrices are taken on 1000 fixed samples of N(0,1), unless a convention says otherwise.".to_owned(),
        "A run without a finite loss counts as infinite in medians and ranks; it is never dropped.".to_owned(),
        "Linear pieces in one dimension are counted exactly, on the whole line.".to_owned(),
    ];
    if scale == Scale::Quick {
        notes.push("This is a quick check: few seeds and a sample of the shapes make wide intervals.".to_owned());
    }
    notes
}
