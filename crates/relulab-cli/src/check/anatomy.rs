//! `relulab check anatomy`: runs what is missing, then judges.

use super::{AnatomyArguments, output, readings, table};
use crate::failure::Failure;
use crate::globals::Globals;
use crate::progress::Bar;
use crate::terminal::say;
use relulab_study::anatomy::{self, enumerations, enumerations::Enumerated};
use relulab_study::check::{CheckError, Evidence, Scale};
use relulab_study::{RunOutcome, Study, Trainer};
use std::sync::atomic::AtomicBool;

/// Runs the check.
///
/// # Errors
/// Bad input, or an interruption.
pub fn run(arguments: &AnatomyArguments, globals: &Globals) -> Result<(), Failure> {
    let unit = globals.unit()?;
    globals.start_threads()?;
    let existing = arguments.enumeration.iter().map(|folder| Study::open(folder));
    let existing: Vec<Study> = existing.collect::<Result<_, _>>().map_err(Failure::input)?;
    let plans_of = |scale: Scale, seed: u64| {
        let plans = enumerations::without(enumerations::plans(scale, seed), &existing);
        plans.map_err(|error| placed(&error, "--enumeration"))
    };
    let trains = arguments.check.from.is_none();
    if trains {
        // A study that does not fit is told before anything is trained.
        plans_of(if arguments.check.quick { Scale::Quick } else { Scale::Full }, globals.seed)?;
    }
    let ledger = readings::ledger(anatomy::NAME, &arguments.check, &anatomy::experiments(), unit, globals)?;
    let plans = plans_of(ledger.plan().scale, ledger.plan().study_seed)?;
    if trains {
        let cancel = crate::interrupt::flag()?;
        for (name, plan) in &plans {
            let mut study =
                Study::prepare(&ledger.folder().join(name), plan, unit.as_str(), true).map_err(Failure::input)?;
            if !study.is_finished() {
                say(format_args!("{name}: {} networks", study.n_networks()));
                train(&mut study, &Trainer::new(plan, None, unit).map_err(Failure::input)?, globals, cancel)?;
            }
        }
    }
    let mut studies = existing;
    for (name, _) in &plans {
        studies.push(Study::open(&ledger.folder().join(name)).map_err(Failure::input)?);
    }
    let enumerated = Enumerated::read(&studies).map_err(Failure::input)?;
    let evidence = Evidence { readings: ledger.readings().map_err(Failure::input)? };
    let claims = anatomy::claims(&evidence, &enumerated);
    let report = output::write(ledger.folder(), ledger.plan(), &claims, &evidence, &enumerated)?;
    if globals.json {
        return crate::json::print(&output::Document { claims: &claims });
    }
    let paths = format!("readings  {}\nreport    {}\n", ledger.folder().display(), report.display());
    crate::terminal::print((table::text(&claims) + &paths).as_bytes())
}

fn train(study: &mut Study, trainer: &Trainer, globals: &Globals, cancel: &'static AtomicBool) -> Result<(), Failure> {
    let mut bar = Bar::new("networks");
    let threads = globals.threads()?;
    let outcome = study.run(trainer, threads, cancel, &mut |done, total, elapsed| bar.show(done, total, elapsed));
    bar.clear();
    match outcome.map_err(Failure::input)? {
        RunOutcome::Finished => Ok(()),
        RunOutcome::Interrupted { done, total } => Err(readings::interrupted(study.folder(), done, total, "networks")),
    }
}

/// What an engine refused, at the argument that caused it.
fn placed(error: &CheckError, argument: &str) -> Failure {
    match error {
        CheckError::Experiment { reason, .. } => Failure::at(argument, reason),
        other => Failure::at(argument, other),
    }
}
