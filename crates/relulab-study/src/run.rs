//! Running a study: jobs to threads, records to one writer, shards to disk.

use crate::error::StudyError;
use crate::folder::{FolderLock, write_atomically};
use crate::jobs::Job;
use crate::record::Record;
use crate::shard;
use crate::study::Study;
use crate::timings::{self, Timing};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

/// Finished jobs that may wait for the writer, per thread.
const QUEUE_PER_THREAD: usize = 4;

/// What trains the networks of a job.
pub trait Worker: Sync {
    /// One record per seed of the job, in the order of its seeds; a function of the job alone.
    fn run(&self, job: &Job) -> Vec<Record>;
}

impl<F: Fn(&Job) -> Vec<Record> + Sync> Worker for F {
    fn run(&self, job: &Job) -> Vec<Record> {
        self(job)
    }
}

/// What is told how far a run is.
pub trait Progress: Send {
    /// Called once at the start and after every job, from one thread.
    ///
    /// `done` counts networks trained, those found on disk included; `elapsed` is the time of this run only.
    fn on_progress(&mut self, done: u64, total: u64, elapsed: Duration);
}

impl<F: FnMut(u64, u64, Duration) + Send> Progress for F {
    fn on_progress(&mut self, done: u64, total: u64, elapsed: Duration) {
        self(done, total, elapsed);
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunOutcome {
    /// Every record is on disk.
    Finished,
    /// The cancellation flag was raised; what is on disk stays and a resume does the rest.
    Interrupted {
        /// Networks whose records are on disk.
        done: u64,
        /// Networks of the plan.
        total: u64,
    },
}

/// A finished job on its way to the writer.
struct Finished {
    job: Job,
    records: Vec<Record>,
    spent: Duration,
}

impl Study {
    /// Trains whatever is not yet on disk.
    ///
    /// *Algorithm*: each of `threads` threads (0: one per core) takes the next job in plan order, so only about one
    /// shard per thread is incomplete at any moment; a single writer collects their records and writes each shard when
    /// its last job arrives. A raised `cancel` stops threads from taking further jobs; complete shards are flushed,
    /// incomplete ones are trained again by a resume. The worker runs inside a thread pool of that size and may use
    /// it through rayon.
    ///
    /// # Errors
    /// When the folder cannot be written or is in use, the threads cannot start, or the worker's records are not those
    /// that the job asked for. What was written before stays valid.
    pub fn run(
        &mut self,
        worker: &dyn Worker,
        threads: usize,
        cancel: &AtomicBool,
        progress: &mut dyn Progress,
    ) -> Result<RunOutcome, StudyError> {
        if self.is_finished() {
            return Ok(RunOutcome::Finished);
        }
        if self.lock.is_none() {
            // Opened for reading until now: another process may have written since.
            let lock = FolderLock::acquire(&self.folder)?;
            *self = Self::load(&self.folder, self.manifest.clone(), Some(lock))?;
        }
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .map_err(|error| StudyError::Threads { threads, reason: error.to_string() })?;
        let threads = pool.current_num_threads();

        let unfinished = (0..self.finished.len()).filter(|&shard| !self.finished[shard]);
        let pending: Vec<usize> = unfinished.flat_map(|shard| self.jobs.jobs_of_shard(shard)).collect();
        let (jobs, next, stop) = (self.jobs.clone(), AtomicUsize::new(0), AtomicBool::new(false));
        let take_jobs = |results: SyncSender<Finished>| {
            while !cancel.load(Ordering::Relaxed) && !stop.load(Ordering::Relaxed) {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some(job) = pending.get(place).and_then(|&index| jobs.get(index)) else { break };
                let start = Instant::now();
                let records = worker.run(&job);
                if results.send(Finished { job, records, spent: start.elapsed() }).is_err() {
                    break;
                }
            }
        };

        let (results, queue) = sync_channel(threads * QUEUE_PER_THREAD);
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let written = self.write_all(queue, progress);
                // After an error nobody needs further jobs; after success there are none.
                stop.store(true, Ordering::Relaxed);
                written
            });
            pool.scope(|scope| {
                for _ in 0..threads {
                    let results = results.clone();
                    scope.spawn(|_| take_jobs(results));
                }
                drop(results);
            });
            match writer.join() {
                Ok(written) => written,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })?;

        if self.is_finished() {
            return Ok(RunOutcome::Finished);
        }
        Ok(RunOutcome::Interrupted { done: self.n_networks_done(), total: self.n_networks() })
    }

    /// The writer: collects finished jobs until every thread has let go of the queue.
    fn write_all(&mut self, queue: Receiver<Finished>, progress: &mut dyn Progress) -> Result<(), StudyError> {
        let start = Instant::now();
        let total = self.n_networks();
        let mut done = self.n_networks_done();
        progress.on_progress(done, total, start.elapsed());
        let mut open: BTreeMap<usize, BTreeMap<usize, Finished>> = BTreeMap::new();
        for finished in queue {
            refuse_wrong_records(&finished)?;
            done += finished.records.len() as u64;
            let index = self.jobs.shard_of_job(finished.job.index);
            let arrived = open.entry(index).or_default();
            arrived.insert(finished.job.index, finished);
            if arrived.len() == self.jobs.jobs_of_shard(index).len() {
                let complete = open.remove(&index).unwrap_or_default();
                self.write_shard(index, complete.into_values().collect())?;
            }
            progress.on_progress(done, total, start.elapsed());
        }
        Ok(())
    }

    fn write_shard(&mut self, index: usize, jobs: Vec<Finished>) -> Result<(), StudyError> {
        let timings: Vec<Timing> = jobs.iter().map(|finished| Timing::of(&finished.job, finished.spent)).collect();
        let records: Vec<Record> = jobs.into_iter().flat_map(|finished| finished.records).collect();
        let bytes = shard::encode(&self.manifest.identity_of(index), &records)
            .map_err(|source| StudyError::Encode { index, source })?;
        write_atomically(&self.folder, &shard::file_name(index), &bytes)?;
        self.finished[index] = true;
        timings::append(&self.folder, &timings)
    }
}

fn refuse_wrong_records(finished: &Finished) -> Result<(), StudyError> {
    let Finished { job, records, .. } = finished;
    let keys_match = |(record, seed): (&Record, u32)| {
        record.target == job.target && record.shape == job.shape && record.seed == seed
    };
    if records.len() == job.seeds.len() && records.iter().zip(job.seeds.clone()).all(keys_match) {
        return Ok(());
    }
    let (target, shape) = (job.target.clone(), shard::shape_text(&job.shape));
    Err(StudyError::WrongRecords { job: job.index, target, shape })
}
