//! `relulab check theory`: builds, counts and trains what is missing, then judges.

use super::{CheckArguments, output, readings, table};
use crate::failure::Failure;
use crate::globals::Globals;
use relulab_study::check::Evidence;
use relulab_study::theory;

/// Runs the check.
///
/// # Errors
/// Bad input, or an interruption.
pub fn run(arguments: &CheckArguments, globals: &Globals) -> Result<(), Failure> {
    let unit = globals.unit()?;
    globals.start_threads()?;
    let ledger = readings::ledger(theory::NAME, arguments, &theory::experiments(), unit, globals)?;
    let evidence = Evidence { readings: ledger.readings().map_err(Failure::input)? };
    let claims = theory::claims(&evidence);
    let report = output::write_theory(ledger.folder(), ledger.plan(), &claims, &evidence)?;
    if globals.json {
        return crate::json::print(&output::Document { claims: &claims });
    }
    let paths = format!("readings  {}\nreport    {}\n", ledger.folder().display(), report.display());
    crate::terminal::print((table::text(&claims) + &paths).as_bytes())
}
