//! `relulab optimal`: the best network of one hidden layer for a data file, with a certificate.

mod document;
mod folder;
mod ridge;
pub mod search;
pub mod trained;

use crate::data_table::Reading;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::{interrupt, json, terminal};
use clap::Args;
use document::{Document, Outcome};
use folder::Folder;
use relulab_optimal::Status;
use relulab_optimal::space::Loss;
use search::{Problem, Search, Terms};
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
/// Work that is worth saving for the first time.
const WORTH_SAVING: Duration = Duration::from_secs(1);
/// Least time between two savings of the state; a saving that takes long makes it longer.
const SAVE_EVERY: Duration = Duration::from_secs(10);
/// A saving may take this part of the time at most.
const SAVING_SHARE: u32 = 20;
/// Distance beyond which the Huber loss is linear, if not said.
const DEFAULT_THRESHOLD: f64 = 1.0;
/// Trained networks to begin with, at most.
const MAX_STARTS: u64 = 1 << 16;

/// What `relulab optimal` is asked.
#[derive(Args, Debug)]
#[command(after_help = "Exit code 0: the gap between the network's loss and the proven bound is closed. 3: the time \
                        limit ended the search; the same command with --resume goes on. `relulab verify` checks the \
                        certificate.")]
pub struct Arguments {
    /// A data file: CSV with a header, or npz with x and y.
    #[arg(value_name = "FILE")]
    data: PathBuf,
    /// Number of hidden units; with --ridge any number, unless given.
    #[arg(long, value_name = "W", required_unless_present = "ridge", allow_negative_numbers = true)]
    width: Option<usize>,
    #[command(flatten)]
    ridge: ridge::Options,
    /// The loss, as a mean over the data: squared (without ½), absolute, huber, or logistic (labels 0 and 1).
    #[arg(long, value_name = "NAME", default_value = "squared", conflicts_with = "ridge")]
    loss: String,
    /// Distance from a label beyond which the Huber loss is linear [default: 1].
    #[arg(long, value_name = "D", conflicts_with = "ridge", allow_negative_numbers = true)]
    threshold: Option<f64>,
    /// Weight decay: adds (B/2) (Σ‖(a, b)‖² + α²) over the hidden units to the mean loss.
    #[arg(long, value_name = "B", conflicts_with = "ridge", allow_negative_numbers = true)]
    decay: Option<f64>,
    /// Networks without an output bias.
    #[arg(long, conflicts_with = "ridge")]
    no_output_bias: bool,
    /// Column of the CSV file that is the label [default: the last].
    #[arg(long, value_name = "NAME")]
    label: Option<String>,
    /// Stop after this many seconds with the best network and the best bound so far.
    #[arg(long, value_name = "S", conflicts_with = "ridge", allow_negative_numbers = true)]
    time_limit: Option<f64>,
    /// Begin with K networks trained by Adam, beside those found by descent over kinks.
    #[arg(long, value_name = "K", default_value_t = 0, conflicts_with = "ridge", allow_negative_numbers = true)]
    starts: u64,
    /// Folder for the certificate and the network [default: a folder named after the problem, in ./relulab-out].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Go on where a search of the same problem was stopped.
    #[arg(long, conflicts_with = "ridge")]
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
                folder::Found::Unfinished(certificate) => folder.resume(problem.clone(), &certificate)?,
                _ => {
                    let starts = trained::networks(&problem, arguments.starts, globals.seed, unit)?;
                    Search::new(problem.clone(), &starts)
                }
            };
            work(&problem, &mut search, &folder, started, limit)?
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
        let loss = match (self.loss.as_str(), self.threshold) {
            ("squared", None) => Loss::Squared,
            ("absolute", None) => Loss::Absolute,
            ("logistic", None) => Loss::Logistic,
            ("huber", threshold) => {
                let threshold = threshold.unwrap_or(DEFAULT_THRESHOLD);
                if !(threshold > 0.0 && threshold.is_finite()) {
                    return Err(Failure::at("--threshold", format!("{threshold}: expected a number above 0")));
                }
                Loss::Huber(threshold)
            }
            (name @ ("squared" | "absolute" | "logistic"), Some(_)) => {
                return Err(Failure::at("--threshold", format!("the {name} loss has none: expected --loss huber")));
            }
            (other, _) => {
                return Err(Failure::at(
                    "--loss",
                    format!("\"{other}\": expected squared, absolute, huber or logistic"),
                ));
            }
        };
        let place = self.data.display().to_string();
        let bytes =
            std::fs::read(&self.data).map_err(|error| Failure::at(&place, format!("{error}: expected a data file")))?;
        let reading = Reading { label: self.label.as_deref(), classes: false, loss: Some(relulab_net::Loss::Mse) };
        let data = reading.read(&bytes).map_err(|error| Failure::at(&place, error))?.dataset;
        if let Some(decay) = self.decay.filter(|decay| !(*decay > 0.0 && decay.is_finite())) {
            return Err(Failure::at("--decay", format!("{decay}: expected a number above 0")));
        }
        let width = self.width.unwrap_or_default();
        let terms = Terms { loss, decay: self.decay, width, output_bias: !self.no_output_bias };
        Problem::new(&data, terms).map_err(|(is_width, error)| {
            let place = if is_width { "--width" } else { &place };
            Failure::at(place, error)
        })
    }
}

/// Searches until the gap is closed, the time is over or Ctrl-C, and writes what there is.
fn work(
    problem: &Problem,
    search: &mut Search,
    folder: &Folder,
    started: Instant,
    limit: Option<Duration>,
) -> Result<Document, Failure> {
    let stop = interrupt::flag()?;
    let mut said = started;
    let mut saved = started;
    let mut pause = WORTH_SAVING;
    let is_stopped = || stop.load(Ordering::Relaxed);
    let is_over = || limit.is_some_and(|limit| started.elapsed() >= limit);
    // A search that is stopped to be saved goes on as if it had not been.
    let status = loop {
        let status = search.run(|progress| {
            if said.elapsed() >= SAY_EVERY {
                said = Instant::now();
                terminal::say(format_args!(
                    "loss {:.6e}, no network below {:.6e}; {} parts open, {} relaxations",
                    progress.objective, progress.lower_bound, progress.n_open, progress.n_relaxations
                ));
            }
            saved.elapsed() < pause && !is_stopped() && !is_over()
        });
        if status != Status::Stopped || is_stopped() || is_over() {
            break status;
        }
        let before = Instant::now();
        folder.save(search)?;
        saved = Instant::now();
        pause = SAVE_EVERY.max((saved - before) * SAVING_SHARE);
    };
    if status == Status::Stopped && is_stopped() {
        folder.save(search)?;
        let progress = search.progress();
        return Err(Failure::Interrupted(format!(
            "loss {:.6e}, no network below {:.6e}; the state is in {}, and the same command with --resume goes on",
            progress.objective,
            progress.lower_bound,
            folder.path().display()
        )));
    }
    folder.finish(problem, search, status, started.elapsed())
}
