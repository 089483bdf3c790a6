//! The ledger: a folder with one sealed file of readings per job, resumable after any interruption.

use super::error::CheckError;
use super::experiment::{Context, Experiment, Scale};
use super::reading::Readings;
use super::table;
use crate::error::StudyError;
use crate::folder::{FolderLock, write_atomically};
use relulab_train::VectorUnit;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Version of the folder's format.
const FORMAT: u32 = 1;
/// The file that says which check the folder holds.
const PLAN_FILE: &str = "check.json";

/// What decides the readings: everything but the code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerPlan {
    /// Version of the folder's format.
    pub format: u32,
    /// Name of the check.
    pub check: String,
    /// How much is spent.
    pub scale: Scale,
    /// Seed of the whole check.
    pub study_seed: u64,
    /// Experiments and the names of their jobs.
    pub experiments: Vec<(String, Vec<String>)>,
}

impl LedgerPlan {
    /// The plan of a check.
    pub fn of(check: &str, scale: Scale, study_seed: u64, experiments: &[Box<dyn Experiment>]) -> Self {
        let experiments = experiments.iter().map(|one| (one.name().to_owned(), one.jobs(scale))).collect();
        Self { format: FORMAT, check: check.to_owned(), scale, study_seed, experiments }
    }

    /// Number of jobs.
    pub fn n_jobs(&self) -> usize {
        self.experiments.iter().map(|(_, jobs)| jobs.len()).sum()
    }

    fn difference(&self, other: &Self) -> Option<String> {
        if self.check != other.check {
            return Some(format!("check {} there, {} here", other.check, self.check));
        }
        if self.scale != other.scale {
            return Some(format!("{:?} scale there, {:?} here", other.scale, self.scale).to_lowercase());
        }
        if self.study_seed != other.study_seed {
            return Some(format!("seed {} there, {} here", other.study_seed, self.study_seed));
        }
        (self != other).then(|| "its list of experiments is that of another version".to_owned())
    }
}

/// How a run of a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckOutcome {
    /// All readings are on disk.
    Finished,
    /// Stopped; a resume does the rest.
    Interrupted {
        /// Jobs on disk.
        done: usize,
        /// Jobs of the check.
        total: usize,
    },
}

/// How far a check is.
#[derive(Clone, Copy, Debug)]
pub struct CheckProgress<'a> {
    /// Jobs on disk.
    pub done: usize,
    /// Jobs of the check.
    pub total: usize,
    /// Share of the estimated work that is done.
    pub share: f64,
    /// The experiment that was worked on last.
    pub experiment: &'a str,
    /// Time of this run.
    pub elapsed: Duration,
}

/// A check in its folder.
#[derive(Debug)]
pub struct Ledger {
    folder: PathBuf,
    plan: LedgerPlan,
    /// Per experiment: which jobs are on disk.
    done: Vec<Vec<bool>>,
    _lock: Option<FolderLock>,
}

impl Ledger {
    /// Prepares a folder for a check: new, finished, or (with `resume`) continued.
    ///
    /// # Errors
    /// When the folder holds something else, is in use, cannot be written, or is unfinished and `resume` is not set.
    pub fn prepare(folder: &Path, plan: LedgerPlan, resume: bool) -> Result<Self, CheckError> {
        if let Some(there) = read_plan(folder)? {
            if let Some(difference) = plan.difference(&there) {
                return Err(CheckError::OtherCheck { folder: folder.to_owned(), difference });
            }
            let ledger = Self::look(folder, plan.clone(), None)?;
            if ledger.is_finished() {
                return Ok(ledger);
            }
            if !resume {
                let (done, total) = (ledger.n_done(), plan.n_jobs());
                return Err(CheckError::Unfinished { folder: folder.to_owned(), done, total });
            }
        } else if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(CheckError::NotACheck(folder.to_owned()));
        }
        let lock = FolderLock::acquire(folder)?;
        let mut text = serde_json::to_string_pretty(&plan).unwrap_or_default();
        text.push('\n');
        write_atomically(folder, PLAN_FILE, text.as_bytes())?;
        Self::look(folder, plan, Some(lock))
    }

    /// Opens a folder to read it; writes nothing.
    ///
    /// # Errors
    /// When it holds no check, or a damaged one.
    pub fn open(folder: &Path) -> Result<Self, CheckError> {
        let plan = read_plan(folder)?.ok_or_else(|| CheckError::Damaged {
            path: folder.join(PLAN_FILE),
            reason: "there is no such file".to_owned(),
        })?;
        Self::look(folder, plan, None)
    }

    fn look(folder: &Path, plan: LedgerPlan, lock: Option<FolderLock>) -> Result<Self, CheckError> {
        let exists = |experiment: &str, job: usize| folder.join(file_name(experiment, job)).exists();
        let done = plan.experiments.iter();
        let done = done.map(|(name, jobs)| (0..jobs.len()).map(|job| exists(name, job)).collect()).collect();
        Ok(Self { folder: folder.to_owned(), plan, done, _lock: lock })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The plan.
    pub fn plan(&self) -> &LedgerPlan {
        &self.plan
    }

    /// Jobs on disk.
    pub fn n_done(&self) -> usize {
        self.done.iter().flatten().filter(|&&done| done).count()
    }

    /// Whether all jobs are on disk.
    pub fn is_finished(&self) -> bool {
        self.done.iter().flatten().all(|&done| done)
    }

    /// Does whatever is not yet on disk.
    ///
    /// *Algorithm*: the threads take jobs in the order of the plan; every finished job is written at once. Jobs may use
    /// the same threads through rayon. The readings do not depend on the number of threads.
    ///
    /// # Errors
    /// When an experiment fails or the folder cannot be written; what was written before stays valid.
    pub fn run(
        &mut self,
        experiments: &[Box<dyn Experiment>],
        unit: VectorUnit,
        threads: usize,
        cancel: &AtomicBool,
        progress: &(dyn Fn(CheckProgress<'_>) + Sync),
    ) -> Result<CheckOutcome, CheckError> {
        let scale = self.plan.scale;
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .map_err(|error| StudyError::Threads { threads, reason: error.to_string() })?;
        let mut pending = Vec::new();
        let (mut seconds_done, mut seconds_total) = (0.0, 0.0);
        for (e, (name, jobs)) in self.plan.experiments.iter().enumerate() {
            let Some(experiment) = experiments.iter().find(|experiment| experiment.name() == name) else { continue };
            for (j, job) in jobs.iter().enumerate() {
                let seconds = experiment.seconds(job, scale);
                seconds_total += seconds;
                if self.done[e][j] {
                    seconds_done += seconds;
                } else {
                    pending.push((e, j, experiment, job.clone(), seconds));
                }
            }
        }
        let context = Context { scale, study_seed: self.plan.study_seed, unit, cancel };
        let total = self.plan.n_jobs();
        let (start, next) = (Instant::now(), AtomicUsize::new(0));
        let shared = Mutex::new((&mut self.done, seconds_done, None::<CheckError>));
        let (folder, check) = (&self.folder, &self.plan.check);
        let work = || {
            while !cancel.load(Ordering::Relaxed) {
                let Some((e, j, experiment, job, seconds)) = pending.get(next.fetch_add(1, Ordering::Relaxed)) else {
                    break;
                };
                let done = experiment.run(job, &context).and_then(|readings| {
                    let name = file_name(experiment.name(), *j);
                    let bytes = table::encode(&identity(check, experiment.name(), job), &readings)
                        .map_err(CheckError::because)?;
                    Ok(write_atomically(folder, &name, &bytes)?)
                });
                let Ok(mut shared) = shared.lock() else { break };
                match done {
                    Ok(()) => {
                        shared.0[*e][*j] = true;
                        shared.1 += seconds;
                        let done = shared.0.iter().flatten().filter(|&&done| done).count();
                        let share = shared.1 / f64::max(seconds_total, f64::MIN_POSITIVE);
                        let experiment = experiment.name();
                        progress(CheckProgress { done, total, share, experiment, elapsed: start.elapsed() });
                    }
                    Err(CheckError::Interrupted) => break,
                    Err(error) => {
                        shared.2.get_or_insert(error.at(experiment.name(), job));
                        next.store(pending.len(), Ordering::Relaxed);
                        break;
                    }
                }
            }
        };
        pool.scope(|scope| {
            for _ in 0..pool.current_num_threads() {
                scope.spawn(|_| work());
            }
        });
        if let Some(error) = shared.into_inner().ok().and_then(|(_, _, error)| error) {
            return Err(error);
        }
        if self.is_finished() {
            return Ok(CheckOutcome::Finished);
        }
        Ok(CheckOutcome::Interrupted { done: self.n_done(), total })
    }

    /// All readings on disk, by experiment.
    ///
    /// # Errors
    /// When a file cannot be read or is damaged.
    pub fn readings(&self) -> Result<BTreeMap<String, Readings>, CheckError> {
        let mut all = BTreeMap::new();
        for (e, (name, jobs)) in self.plan.experiments.iter().enumerate() {
            let readings: &mut Readings = all.entry(name.clone()).or_default();
            for (j, job) in jobs.iter().enumerate().filter(|(j, _)| self.done[e][*j]) {
                let path = self.folder.join(file_name(name, j));
                let bytes = fs::read(&path).map_err(StudyError::io("read", &path))?;
                let one = table::decode(&identity(&self.plan.check, name, job), bytes).map_err(|source| {
                    StudyError::DamagedShard { path, expected: format!("the readings of {name}, {job}"), source }
                })?;
                readings.extend(one.iter());
            }
        }
        Ok(all)
    }
}

fn file_name(experiment: &str, job: usize) -> String {
    format!("{experiment}-{job:03}.parquet")
}

fn identity(check: &str, experiment: &str, job: &str) -> String {
    format!("{check}/{experiment}/{job}")
}

fn read_plan(folder: &Path) -> Result<Option<LedgerPlan>, CheckError> {
    let path = folder.join(PLAN_FILE);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StudyError::io("read", &path)(error).into()),
    };
    let plan: LedgerPlan = serde_json::from_slice(&text)
        .map_err(|error| CheckError::Damaged { path: path.clone(), reason: error.to_string() })?;
    if plan.format != FORMAT {
        let reason = format!("format {}, this version reads {FORMAT}", plan.format);
        return Err(CheckError::Damaged { path, reason });
    }
    Ok(Some(plan))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Squares;

    impl Experiment for Squares {
        fn name(&self) -> &'static str {
            "squares"
        }
        fn question(&self) -> &'static str {
            "What is the square of a number?"
        }
        fn jobs(&self, scale: Scale) -> Vec<String> {
            (0..scale.pick(3, 40)).map(|job: u32| job.to_string()).collect()
        }
        fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
            let number: u32 = job.parse().map_err(CheckError::because)?;
            if number == 7 && context.study_seed == 7 {
                return Err(CheckError::because("seven is refused"));
            }
            if number == 20 && context.study_seed == 20 {
                context.cancel.store(true, Ordering::Relaxed);
            }
            let mut readings = Readings::default();
            readings.push(job, u64::from(number), "square", f64::from(number * number));
            Ok(readings)
        }
    }

    fn run(folder: &Path, study_seed: u64, threads: usize, resume: bool) -> Result<(Ledger, CheckOutcome), CheckError> {
        let experiments: Vec<Box<dyn Experiment>> = vec![Box::new(Squares)];
        let plan = LedgerPlan::of("test", Scale::Full, study_seed, &experiments);
        let mut ledger = Ledger::prepare(folder, plan, resume)?;
        let cancel = AtomicBool::new(false);
        let outcome = ledger.run(&experiments, VectorUnit::widest(), threads, &cancel, &|_| ())?;
        Ok((ledger, outcome))
    }

    #[test]
    fn interrupted_runs_are_refused_then_resumed() {
        let folder = tempfile::tempdir().unwrap();
        let (_, outcome) = run(folder.path(), 20, 2, false).unwrap();
        let CheckOutcome::Interrupted { done, total: 40 } = outcome else { panic!("{outcome:?}") };
        assert!((20..40).contains(&done));
        let error = run(folder.path(), 20, 2, false).unwrap_err();
        assert!(error.to_string().contains("add --resume"), "{error}");
        let (ledger, outcome) = run(folder.path(), 20, 1, true).unwrap();
        // The second run is cancelled again at job 20 only if that job is still to do.
        let (ledger, _) = if outcome == CheckOutcome::Finished {
            (ledger, outcome)
        } else {
            run(folder.path(), 20, 1, true).unwrap()
        };
        let readings = ledger.readings().unwrap();
        let total: f64 = (0..40).map(|job| readings["squares"].sample(&job.to_string(), "square").values()[0]).sum();
        assert_eq!(total, 20540.0);
    }

    #[test]
    fn failures_and_other_folders_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = run(folder.path(), 7, 2, false).unwrap_err().to_string();
        assert_eq!(error, "experiment squares, job 7: seven is refused");
        let error = run(folder.path(), 8, 2, true).unwrap_err().to_string();
        assert!(error.ends_with("holds another check: seed 7 there, 8 here; choose another folder"), "{error}");
        fs::write(folder.path().join(PLAN_FILE), "{").unwrap();
        let error = run(folder.path(), 7, 2, true).unwrap_err().to_string();
        assert!(error.contains("check.json: damaged (EOF"), "{error}");
    }
}
