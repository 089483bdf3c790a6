//! What every check does with its folder: run the jobs that are missing, or open a finished one.

use super::CheckArguments;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::progress::Bar;
use relulab_study::check::{CheckOutcome, Experiment, Ledger, LedgerPlan, Scale};
use relulab_train::VectorUnit;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Steps of the progress bar.
const BAR_STEPS: f64 = 1000.0;

/// A finished ledger of a check in a folder: the one of `--from`, or that of `--out` after all its jobs are done.
///
/// # Errors
/// Bad input, or an interruption.
pub fn ledger(
    check: &str,
    arguments: &CheckArguments,
    experiments: &[Box<dyn Experiment>],
    unit: VectorUnit,
    globals: &Globals,
) -> Result<Ledger, Failure> {
    match &arguments.from {
        Some(folder) => finished(check, folder),
        None => run(check, arguments, experiments, unit, globals),
    }
}

fn finished(check: &str, folder: &Path) -> Result<Ledger, Failure> {
    let ledger = Ledger::open(folder).map_err(Failure::input)?;
    if ledger.plan().check != check {
        let message = format!("{} holds check {}, expected {check}", folder.display(), ledger.plan().check);
        return Err(Failure::at("--from", message));
    }
    if !ledger.is_finished() {
        let (done, total) = (ledger.n_done(), ledger.plan().n_jobs());
        let message = format!("{} holds {done} of {total} jobs: finish it with --resume first", folder.display());
        return Err(Failure::at("--from", message));
    }
    Ok(ledger)
}

fn run(
    check: &str,
    arguments: &CheckArguments,
    experiments: &[Box<dyn Experiment>],
    unit: VectorUnit,
    globals: &Globals,
) -> Result<Ledger, Failure> {
    let scale = if arguments.quick { Scale::Quick } else { Scale::Full };
    let folder = arguments.out.clone().unwrap_or_else(|| default_folder(check, scale));
    let plan = LedgerPlan::of(check, scale, globals.seed, experiments);
    let mut ledger = Ledger::prepare(&folder, plan, arguments.resume).map_err(Failure::input)?;
    if ledger.is_finished() {
        return Ok(ledger);
    }
    let cancel = crate::interrupt::flag()?;
    let bar = Mutex::new(Bar::new("‰"));
    let outcome = ledger.run(experiments, unit, globals.threads()?, cancel, &|progress| {
        if let Ok(mut bar) = bar.lock() {
            bar.show((progress.share * BAR_STEPS) as u64, BAR_STEPS as u64, progress.elapsed);
        }
    });
    if let Ok(bar) = bar.lock() {
        bar.clear();
    }
    match outcome.map_err(Failure::input)? {
        CheckOutcome::Finished => Ok(ledger),
        CheckOutcome::Interrupted { done, total } => Err(interrupted(&folder, done as u64, total as u64, "jobs")),
    }
}

/// The line after an interruption.
pub fn interrupted(folder: &Path, done: u64, total: u64, noun: &str) -> Failure {
    let folder = folder.display();
    Failure::Interrupted(format!(
        "{done} of {total} {noun} are in {folder}; the same command with --resume does the rest"
    ))
}

fn default_folder(check: &str, scale: Scale) -> PathBuf {
    let name = match scale {
        Scale::Quick => format!("check-{check}-quick"),
        Scale::Full => format!("check-{check}"),
    };
    Path::new("relulab-out").join(name)
}
