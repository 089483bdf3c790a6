//! `relulab optimal`: the best network of one hidden layer for a data file, with a certificate.

mod document;
mod folder;
mod ridge;
pub mod trained;

use crate::data_table::Reading;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::{interrupt, json, terminal};
use clap::Args;
use document::{Document, Outcome};
use folder::Folder;
use relulab_net::Loss;
use relulab_optimal::line::{Problem, ProblemError, Search, Status};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Exit code when the gap is not closed.
const GAP_OPEN: u8 = 3;
/// Folder of folders that nobody named.
const DEFAULT_PARENT: &str = "relulab-out";
/// Time between two lines of progress.
const SAY_EVERY: Duration = Duration::from_secs(5);
/// Least time between two savings of the state; a saving that takes long makes it longer.
const SAVE_EVERY: Duration = Duration::from_secs(30);
/// A saving may take this part of the time at most.
const SAVING_SHARE: u32 = 20;
/// Trained networks to begin with, at most.
const MAX_STARTS: u64 = 1 << 16;

/// What `relulab optimal` is asked.
#[derive(Args, Debug)]
#[command(after_help = "Exit code 0: the gap between the network's loss and the proven bound is closed. 3: the time \
                        limit ended the search; the same command with --resume goes on. `relulab verify` checks the \
                        certificate.")]
pub struct Arguments {
    /// A data file with one input: CSV with a header, or npz with x and y.
    #[arg(value_name = "FILE")]
    data: PathBuf,
    /// Number of hidden units; with --ridge any number, unless given.
    #[arg(long, value_name = "W", required_unless_present = "ridge", allow_negative_numbers = true)]
    width: Option<usize>,
    #[command(flatten)]
    ridge: ridge::Options,
    /// The loss: squared, as a mean over the data.
    #[arg(long, value_name = "NAME", default_value = "squared")]
    loss: String,
    /// Networks without an output bias.
    #[arg(long)]
    no_output_bias: bool,
    /// Column of the CSV file that is the label [default: the last].
    #[arg(long, value_name = "NAME")]
    label: Option<String>,
    /// Stop after this many seconds with the best network and the best bound so far.
    #[arg(long, value_name = "S", allow_negative_numbers = true)]
    time_limit: Option<f64>,
    /// Begin with K networks trained by Adam, beside those found by descent over kinks.
    #[arg(long, value_name = "K", default_value_t = 0, allow_negative_numbers = true)]
    starts: u64,
    /// Folder for the certificate and the network [default: a folder named after the problem, in ./relulab-out].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Go on where a search of the same problem was stopped.
    #[arg(long)]
    resume: bool,
}

/// Runs the command.
///
/// # Errors
/// Bad input, or Ctrl-C.
pub fn run(arguments: &Arguments, globals: &Globals) -> Result<ExitCode, Failure> {
    let unit = globals.unit()?;
    globals.start_threads()?;
    if let Some(ridge) = arguments.ridge.ridge {
        return ridge::run(&arguments.convex(ridge), globals);
    }
    let limit = arguments.limit()?;
    let problem = arguments.problem()?;
    if arguments.starts > MAX_STARTS {
        return Err(Failure::at("--starts", format!("{}: expected 0 to {MAX_STARTS}", arguments.starts)));
    }
    if arguments.starts > 0 && arguments.no_output_bias {
        return Err(Failure::at("--starts", "trained networks have an output bias: expected no --no-output-bias"));
    }
    let path = arguments.out.clone().unwrap_or_else(|| Path::new(DEFAULT_PARENT).join(folder::name(&problem)));
    let started = Instant::now();
    let document = match folder::read(&path, &problem, arguments.resume)? {
        folder::Found::Finished(document) => *document,
        found => {
            let folder = Folder::open(&path)?;
            let mut search = match found {
                folder::Found::Unfinished(certificate) => folder.resume(&certificate)?,
                _ => {
                    let starts = trained::networks(&problem, arguments.starts, globals.seed, unit)?;
                    Search::new(problem, &starts)
                }
            };
            work(&mut search, &folder, started, limit)?
        }
    };
    if globals.json {
        json::print(&document)?;
    } else {
        terminal::print(document.text().as_bytes())?;
    }
    Ok(if document.status == Outcome::Optimal { ExitCode::SUCCESS } else { ExitCode::from(GAP_OPEN) })
}

impl Arguments {
    /// The convex program.
    fn convex(&self, ridge: f64) -> ridge::Request<'_> {
        ridge::Request {
            data: &self.data,
            label: self.label.as_deref(),
            width: self.width,
            out: self.out.as_deref(),
            ridge,
            options: self.ridge,
        }
    }

    fn limit(&self) -> Result<Option<Duration>, Failure> {
        let limit = |seconds: f64| {
            let duration = Duration::try_from_secs_f64(seconds).ok().filter(|_| seconds > 0.0);
            duration.ok_or_else(|| Failure::at("--time-limit", format!("{seconds}: expected seconds above 0")))
        };
        self.time_limit.map(limit).transpose()
    }

    fn problem(&self) -> Result<Problem, Failure> {
        if self.loss != "squared" {
            return Err(Failure::at("--loss", format!("\"{}\": expected squared", self.loss)));
        }
        let place = self.data.display().to_string();
        let bytes =
            std::fs::read(&self.data).map_err(|error| Failure::at(&place, format!("{error}: expected a data file")))?;
        let reading = Reading { label: self.label.as_deref(), classes: false, loss: Some(Loss::Mse) };
        let data = reading.read(&bytes).map_err(|error| Failure::at(&place, error))?.dataset;
        Problem::of(&data, self.width.unwrap_or_default(), !self.no_output_bias).map_err(|error| match error {
            ProblemError::Width(_) => Failure::at("--width", error),
            _ => Failure::at(&place, error),
        })
    }
}

/// Searches until the gap is closed, the time is over or Ctrl-C, and writes what there is.
fn work(search: &mut Search, folder: &Folder, started: Instant, limit: Option<Duration>) -> Result<Document, Failure> {
    let stop = interrupt::flag()?;
    let mut said = started;
    let mut saved = started;
    let mut pause = SAVE_EVERY;
    let mut trouble = None;
    let status = search.run(|search| {
        let now = Instant::now();
        if now - said >= SAY_EVERY {
            said = now;
            let progress = search.progress();
            terminal::say(format_args!(
                "loss {:.6e}, no network below {:.6e}; {} parts open, {} relaxations",
                progress.objective, progress.lower_bound, progress.n_open, progress.n_relaxations
            ));
        }
        if now - saved >= pause {
            trouble = folder.save(search).err();
            saved = Instant::now();
            pause = SAVE_EVERY.max((saved - now) * SAVING_SHARE);
        }
        trouble.is_none() && !stop.load(Ordering::Relaxed) && limit.is_none_or(|limit| now - started < limit)
    });
    if let Some(trouble) = trouble {
        return Err(trouble);
    }
    if status == Status::Stopped && stop.load(Ordering::Relaxed) {
        folder.save(search)?;
        let progress = search.progress();
        return Err(Failure::Interrupted(format!(
            "loss {:.6e}, no network below {:.6e}; the state is in {}, and the same command with --resume goes on",
            progress.objective,
            progress.lower_bound,
            folder.path().display()
        )));
    }
    folder.finish(search, status, started.elapsed())
}
