//! `relulab enumerate`: every way to distribute N neurons over layers.

mod arguments;
mod data_file;
mod estimate;
mod frontier;
mod output;
mod resolve;

pub use arguments::Arguments;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::progress::Bar;
use relulab_study::{JobList, RunOutcome, Study, Trainer, analyse};
use resolve::Request;
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// Runs the command.
///
/// # Errors
/// Bad input, or an interruption.
pub fn run(arguments: &Arguments, globals: &Globals) -> Result<(), Failure> {
    let unit = globals.unit()?;
    let threads = globals.threads()?;
    globals.start_threads()?;
    if let Some(folder) = &arguments.from {
        let study = Study::open(folder).map_err(Failure::input)?;
        return finish(&study, arguments, globals);
    }
    let request = resolve::request(arguments, globals.seed)?;
    let Request { plan, data } = &request;
    let trainer = Trainer::new(plan, data.as_ref(), unit).map_err(Failure::input)?;
    let folder = arguments.out.clone().unwrap_or_else(|| output::default_folder(plan));
    let mut study = Study::prepare(&folder, plan, unit.as_str(), arguments.resume).map_err(Failure::input)?;
    if !study.is_finished() {
        let cancel = crate::interrupt::flag()?;
        estimate::announce(&request, &JobList::of(plan), &study, unit)?;
        train(&mut study, &trainer, threads, cancel)?;
    }
    finish(&study, arguments, globals)
}

fn train(study: &mut Study, trainer: &Trainer, threads: usize, cancel: &'static AtomicBool) -> Result<(), Failure> {
    let mut bar = Bar::new("networks");
    let outcome = study.run(trainer, threads, cancel, &mut |done, total, elapsed| bar.show(done, total, elapsed));
    bar.clear();
    match outcome.map_err(Failure::input)? {
        RunOutcome::Finished => {
            crate::interrupt::after_training();
            Ok(())
        }
        RunOutcome::Interrupted { done, total } => {
            let folder = study.folder().display();
            Err(Failure::Interrupted(format!(
                "{done} of {total} networks are in {folder}; the same command with --resume does the rest"
            )))
        }
    }
}

/// Analyses, writes the report, and prints.
fn finish(study: &Study, arguments: &Arguments, globals: &Globals) -> Result<(), Failure> {
    if !study.is_finished() {
        let (done, total) = (study.n_networks_done(), study.n_networks());
        let folder = study.folder().display();
        return Err(Failure::Input(format!(
            "{folder} holds {done} of {total} networks: finish it with --resume first"
        )));
    }
    let records = study.records().map_err(Failure::input)?;
    let summary = analyse(study.plan(), &records).map_err(Failure::input)?;
    let report = match (&arguments.from, &arguments.out) {
        (Some(_), Some(out)) => output::write_elsewhere(out, study, &summary)?,
        (Some(_), None) => output::write(study.folder(), study, &summary).map_err(hint_at_out)?,
        (None, _) => output::write(study.folder(), study, &summary)?,
    };
    if globals.json {
        return crate::json::print(&summary);
    }
    let paths = format!("records  {}\nreport   {}\n", display(study.folder()), display(&report));
    crate::terminal::print((frontier::text(&summary) + &paths).as_bytes())
}

/// A study that is only read may lie where nothing can be written.
fn hint_at_out(failure: Failure) -> Failure {
    match failure {
        Failure::Input(message) => Failure::Input(format!("{message}; add --out DIR to write the report elsewhere")),
        other => other,
    }
}

fn display(path: &Path) -> String {
    path.canonicalize().unwrap_or_else(|_| path.to_owned()).display().to_string()
}
