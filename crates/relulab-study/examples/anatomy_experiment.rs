//! Runs one experiment of the anatomy check into a folder: `anatomy_experiment NAME DIR [quick]`; resumes what is there.

use relulab_study::anatomy;
use relulab_study::check::{Experiment, Ledger, LedgerPlan, Scale};
use relulab_train::VectorUnit;
use std::path::Path;
use std::sync::atomic::AtomicBool;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, folder, rest @ ..] = arguments.as_slice() else { return Err("usage: NAME DIR [quick]".into()) };
    let scale = if rest.first().is_some_and(|word| word == "quick") { Scale::Quick } else { Scale::Full };
    let mut experiments: Vec<Box<dyn Experiment>> = anatomy::experiments();
    experiments.retain(|experiment| experiment.name() == name);
    if experiments.is_empty() {
        return Err(format!("there is no experiment {name}").into());
    }
    let plan = LedgerPlan::of(anatomy::NAME, scale, 0, &experiments);
    let mut ledger = Ledger::prepare(Path::new(folder), plan, true)?;
    let cancel = AtomicBool::new(false);
    let outcome = ledger.run(&experiments, VectorUnit::widest(), 0, &cancel, &|progress| {
        eprintln!("{} of {} jobs, {:.1} s", progress.done, progress.total, progress.elapsed.as_secs_f64());
    })?;
    let n: usize = ledger.readings()?.values().map(relulab_study::check::Readings::len).sum();
    println!("{outcome:?}: {n} readings");
    Ok(())
}
