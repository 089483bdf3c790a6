//! `relulab check anatomy`: runs what is missing, then judges.

use super::{CheckArguments, output, table};
use crate::failure::Failure;
use crate::globals::Globals;
use crate::progress::Bar;
use crate::terminal::say;
use relulab_study::anatomy::{self, enumerations, enumerations::Enumerated};
use relulab_study::check::{CheckError, CheckOutcome, Evidence, Ledger, LedgerPlan, Scale};
use relulab_study::{RunOutcome, Study, Trainer};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

/// Steps of the progress bar.
const BAR_STEPS: f64 = 1000.0;

/// Runs the check.
///
/// # Errors
/// Bad input, or an interruption.
pub fn run(arguments: &CheckArguments, globals: &Globals) -> Result<(), Failure> {
    let unit = globals.unit()?;
    globals.start_threads()?;
    let existing = arguments.enumeration.iter().map(|folder| Study::open(folder));
    let existing: Vec<Study> = existing.collect::<Result<_, _>>().map_err(Failure::input)?;
    let (ledger, plans) = match &arguments.from {
        Some(folder) => {
            let ledger = Ledger::open(folder).map_err(failure)?;
            if ledger.plan().check != anatomy::NAME {
                let message = format!("{} holds check {}, expected anatomy", folder.display(), ledger.plan().check);
                return Err(Failure::at("--from", message));
            }
            if !ledger.is_finished() {
                let (done, total) = (ledger.n_done(), ledger.plan().n_jobs());
                let message =
                    format!("{} holds {done} of {total} jobs: finish it with --resume first", folder.display());
                return Err(Failure::at("--from", message));
            }
            let plans = enumerations::plans(ledger.plan().scale, ledger.plan().study_seed);
            let plans = enumerations::without(plans, &existing).map_err(|error| placed(&error, "--enumeration"))?;
            (ledger, plans)
        }
        None => {
            let scale = if arguments.quick { Scale::Quick } else { Scale::Full };
            let plans = enumerations::plans(scale, globals.seed);
            let plans = enumerations::without(plans, &existing).map_err(|error| placed(&error, "--enumeration"))?;
            let folder = arguments.out.clone().unwrap_or_else(|| default_folder(scale));
            let experiments = anatomy::experiments();
            let plan = LedgerPlan::of(anatomy::NAME, scale, globals.seed, &experiments);
            let mut ledger = Ledger::prepare(&folder, plan, arguments.resume).map_err(failure)?;
            let cancel = crate::interrupt::flag()?;
            if !ledger.is_finished() {
                let bar = Mutex::new(Bar::new("‰"));
                let outcome = ledger.run(&experiments, unit, globals.threads()?, cancel, &|progress| {
                    if let Ok(mut bar) = bar.lock() {
                        bar.show((progress.share * BAR_STEPS) as u64, BAR_STEPS as u64, progress.elapsed);
                    }
                });
                if let Ok(bar) = bar.lock() {
                    bar.clear();
                }
                if let CheckOutcome::Interrupted { done, total } = outcome.map_err(failure)? {
                    return Err(interrupted(&folder, done as u64, total as u64, "jobs"));
                }
            }
            for (name, plan) in &plans {
                let mut study =
                    Study::prepare(&folder.join(name), plan, unit.as_str(), true).map_err(Failure::input)?;
                if !study.is_finished() {
                    say(format_args!("{name}: {} networks", study.n_networks()));
                    train(&mut study, &Trainer::new(plan, None, unit).map_err(Failure::input)?, globals, cancel)?;
                }
            }
            (ledger, plans)
        }
    };
    let mut studies = existing;
    for (name, _) in &plans {
        studies.push(Study::open(&ledger.folder().join(name)).map_err(Failure::input)?);
    }
    let enumerated = Enumerated::read(&studies).map_err(failure)?;
    let evidence = Evidence { readings: ledger.readings().map_err(failure)? };
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
        RunOutcome::Interrupted { done, total } => Err(interrupted(study.folder(), done, total, "networks")),
    }
}

fn interrupted(folder: &Path, done: u64, total: u64, noun: &str) -> Failure {
    let folder = folder.display();
    Failure::Interrupted(format!(
        "{done} of {total} {noun} are in {folder}; the same command with --resume does the rest"
    ))
}

fn failure(error: CheckError) -> Failure {
    Failure::input(error)
}

/// What an engine refused, at the argument that caused it.
fn placed(error: &CheckError, argument: &str) -> Failure {
    match error {
        CheckError::Experiment { reason, .. } => Failure::at(argument, reason),
        other => Failure::at(argument, other),
    }
}

fn default_folder(scale: Scale) -> PathBuf {
    let name = match scale {
        Scale::Quick => "check-anatomy-quick",
        Scale::Full => "check-anatomy",
    };
    Path::new("relulab-out").join(name)
}
