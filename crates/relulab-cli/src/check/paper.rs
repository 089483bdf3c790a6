//! A check whose evidence is readings alone: measure what is missing, judge, and write the report.

use super::{CheckArguments, output, readings, table};
use crate::failure::Failure;
use crate::globals::Globals;
use relulab_report::check::exhibit::Part;
use relulab_study::check::{Claim, Evidence, Experiment, Readings};
use std::collections::BTreeMap;

/// What differs between the papers.
pub struct Paper {
    /// Name of the check.
    pub name: &'static str,
    /// All experiments.
    pub experiments: Vec<Box<dyn Experiment>>,
    /// Judges their readings.
    pub claims: fn(&Evidence) -> Vec<Claim>,
    /// Draws their readings.
    pub parts: fn(&BTreeMap<String, Readings>) -> Vec<Part>,
    /// Title of the report.
    pub title: &'static str,
    /// The paper.
    pub citation: &'static str,
    /// How numbers were made, in sentences.
    pub notes: &'static [&'static str],
}

/// Runs the check.
///
/// # Errors
/// Bad input, or an interruption.
pub fn run(paper: &Paper, arguments: &CheckArguments, globals: &Globals) -> Result<(), Failure> {
    let unit = globals.unit()?;
    globals.start_threads()?;
    let ledger = readings::ledger(paper.name, arguments, &paper.experiments, unit, globals)?;
    let evidence = Evidence { readings: ledger.readings().map_err(Failure::input)? };
    let claims = (paper.claims)(&evidence);
    let report = output::write_page(ledger.folder(), ledger.plan(), &claims, &evidence, paper)?;
    if globals.json {
        return crate::json::print(&output::Document { claims: &claims });
    }
    let paths = format!("readings  {}\nreport    {}\n", ledger.folder().display(), report.display());
    crate::terminal::print((table::text(&claims) + &paths).as_bytes())
}
