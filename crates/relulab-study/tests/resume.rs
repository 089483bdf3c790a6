//! Whatever interrupts a study, its resume ends in the same bytes; whatever damages it is told.

use proptest::prelude::*;
use relulab_study::{EnumeratePlan, Job, Outcome, Record, RunOutcome, Study, StudyError};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

fn plan() -> EnumeratePlan {
    let targets = vec!["quadratic".to_owned(), "sin(3*x1)".to_owned()];
    EnumeratePlan { seeds: 12, matched_tries: 300, ..EnumeratePlan::new(8, targets) }
}

/// A deterministic stand-in for the engine: every number is a hash of target, shape and seed.
fn train(job: &Job) -> Vec<Record> {
    let one = |seed| {
        let key = format!("{} {:?} {seed}", job.target, job.shape);
        let hash = key
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        let diverged = hash % 17 == 0;
        let loss = (!diverged).then(|| (hash >> 11) as f64 / (1u64 << 53) as f64);
        Record {
            uniform5: loss,
            pieces: Some((hash % 9) as u32),
            outcome: if diverged { Outcome::Diverged } else { Outcome::Finished },
            ..Record::new(&job.target, &job.shape, seed)
        }
    };
    job.seeds.clone().map(one).collect()
}

fn quiet(_: u64, _: u64, _: Duration) {}

fn run(folder: &Path, threads: usize) -> Study {
    let mut study = Study::prepare(folder, &plan(), "any", true).unwrap();
    let outcome = study.run(&train, threads, &AtomicBool::new(false), &mut quiet).unwrap();
    assert_eq!(outcome, RunOutcome::Finished);
    study
}

/// Everything in the folder but timings and the lock.
fn identity(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .filter(|(name, _)| name != "timings.jsonl" && name != ".lock")
        .collect()
}

#[test]
fn records_are_complete_ordered_and_equal_for_every_number_of_threads() {
    let folders = [1, 2, 5].map(|threads| {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), threads);
        folder
    });
    let bytes = identity(folders[0].path());
    assert!(bytes.len() > 5, "several shards make the test worth while");
    assert!(folders.iter().all(|folder| identity(folder.path()) == bytes));

    let study = Study::open(folders[1].path()).unwrap();
    let jobs = study.jobs();
    let expected: Vec<Record> = (0..jobs.len()).flat_map(|index| train(&jobs.get(index).unwrap())).collect();
    assert_eq!(study.records().unwrap(), expected);
    assert_eq!(expected.len() as u64, study.n_networks());
    let mut timed: Vec<usize> = study.timings().iter().map(|timing| timing.job).collect();
    timed.sort_unstable();
    assert_eq!(timed, (0..jobs.len()).collect::<Vec<_>>());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_chain_of_interruptions_ends_in_the_same_bytes(
        stops in prop::collection::vec(0usize..120, 1..4), threads in 1usize..5, leftover in any::<bool>(),
    ) {
        let whole = tempfile::tempdir().unwrap();
        run(whole.path(), 2);
        let folder = tempfile::tempdir().unwrap();
        let trained = AtomicUsize::new(0);
        for stop in stops {
            let cancel = AtomicBool::new(false);
            let seen = AtomicUsize::new(0);
            let until_stop = |job: &Job| {
                if seen.fetch_add(1, Ordering::Relaxed) >= stop {
                    cancel.store(true, Ordering::Relaxed);
                }
                trained.fetch_add(1, Ordering::Relaxed);
                train(job)
            };
            let mut study = Study::prepare(folder.path(), &plan(), "any", true).unwrap();
            let outcome = study.run(&until_stop, threads, &cancel, &mut quiet).unwrap();
            let done = Study::open(folder.path()).unwrap().n_networks_done();
            prop_assert_eq!(done, study.n_networks_done());
            if let RunOutcome::Interrupted { done: told, total } = outcome {
                prop_assert_eq!((told, total), (done, study.n_networks()));
            }
            // The one writer has nothing half written when the last shard has its name.
            if leftover && outcome != RunOutcome::Finished {
                // What kill -9 leaves: half a shard under its unfinished name, and half a line of timings.
                fs::write(folder.path().join("shard-000002.parquet.tmp"), b"PAR1 half").unwrap();
                fs::write(folder.path().join("manifest.json.tmp"), b"{").unwrap();
                let timings = folder.path().join("timings.jsonl");
                let text = fs::read(&timings).unwrap_or_default();
                fs::write(&timings, &text[..text.len().saturating_sub(5)]).unwrap();
            }
        }
        run(folder.path(), threads);
        prop_assert_eq!(identity(folder.path()), identity(whole.path()));
    }
}

/// Names the folder that [`child_to_be_killed`] trains in.
const CHILD_FOLDER: &str = "RELULAB_TEST_CHILD_FOLDER";

/// Not a test by itself: the process that the next test starts and kills.
#[test]
fn child_to_be_killed() {
    let Some(folder) = std::env::var_os(CHILD_FOLDER) else { return };
    let slowly = |job: &Job| {
        std::thread::sleep(Duration::from_micros(500));
        train(job)
    };
    let mut study = Study::prepare(Path::new(&folder), &plan(), "any", true).unwrap();
    study.run(&slowly, 2, &AtomicBool::new(false), &mut quiet).unwrap();
}

#[test]
fn a_process_killed_at_any_moment_loses_only_what_was_in_flight() {
    let whole = tempfile::tempdir().unwrap();
    run(whole.path(), 2);
    let folder = tempfile::tempdir().unwrap();
    let mut done_before = 0;
    for milliseconds in [3, 20, 31, 8, 45] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_to_be_killed"])
            .env(CHILD_FOLDER, folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        // On Unix this is SIGKILL: no handler, no destructor.
        child.kill().unwrap();
        child.wait().unwrap();
        let done = Study::open(folder.path()).map_or(0, |study| study.n_networks_done());
        assert!(done >= done_before, "what was finished stays");
        done_before = done;
    }
    run(folder.path(), 2);
    assert_eq!(identity(folder.path()), identity(whole.path()));
}

#[test]
fn finished_shards_are_not_trained_again() {
    let folder = tempfile::tempdir().unwrap();
    let study = run(folder.path(), 2);
    let lost = &study.manifest().shards[2];
    fs::remove_file(folder.path().join(&lost.file)).unwrap();
    let n_jobs = lost.n_jobs;
    drop(study);
    let trained = AtomicUsize::new(0);
    let mut progress = Vec::new();
    let mut study = Study::prepare(folder.path(), &plan(), "any", true).unwrap();
    let worker = |job: &Job| {
        trained.fetch_add(1, Ordering::Relaxed);
        train(job)
    };
    study
        .run(&worker, 2, &AtomicBool::new(false), &mut |done: u64, total: u64, _: Duration| {
            progress.push((done, total))
        })
        .unwrap();
    assert_eq!(trained.into_inner(), n_jobs);
    let total = study.n_networks();
    assert_eq!(progress.len(), n_jobs + 1);
    assert_eq!(progress.last(), Some(&(total, total)));
    assert!(progress.windows(2).all(|pair| pair[0].0 < pair[1].0));
}

#[test]
fn folders_that_hold_something_else_are_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let refused = |plan: &EnumeratePlan, unit: &str, resume: bool| {
        let error = Study::prepare(path, plan, unit, resume).unwrap_err();
        let text = error.to_string();
        assert!(!text.contains('\n'), "{text}");
        (error, text)
    };
    fs::write(path.join("notes.txt"), "mine").unwrap();
    assert!(matches!(refused(&plan(), "any", true).0, StudyError::NotAStudy(_)));
    assert!(matches!(Study::open(path).unwrap_err(), StudyError::NoManifest(_)));
    fs::remove_file(path.join("notes.txt")).unwrap();

    // Begun and interrupted at once.
    let mut study = Study::prepare(path, &plan(), "avx512", false).unwrap();
    assert!(matches!(refused(&plan(), "avx512", true).0, StudyError::Unfinished { .. } | StudyError::Locked(_)));
    study.run(&train, 1, &AtomicBool::new(true), &mut quiet).unwrap();
    drop(study);
    let (_, text) = refused(&plan(), "avx512", false);
    assert!(text.ends_with("with 0 of 3648 networks done; add --resume to finish it"), "{text}");
    let (_, text) = refused(&plan(), "avx2", true);
    assert!(text.contains("begun on vector unit avx512, this run uses avx2"), "{text}");
    let (_, text) = refused(&EnumeratePlan { seeds: 5, steps: 10, ..plan() }, "avx512", true);
    assert!(text.ends_with("holds another plan: seeds 12 there, 5 here; steps 3000 there, 10 here"), "{text}");
    assert!(matches!(refused(&EnumeratePlan { seeds: 0, ..plan() }, "any", true).0, StudyError::Plan(_)));
}

#[test]
fn a_damaged_shard_is_named_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let whole = {
        run(folder.path(), 2);
        identity(folder.path())
    };
    let path = folder.path().join("shard-000001.parquet");
    let bytes = whole["shard-000001.parquet"].clone();
    let damages: [Vec<u8>; 4] = [
        Vec::new(),
        bytes[..bytes.len() / 2].to_vec(),
        [&bytes[..100], &[bytes[100] ^ 1][..], &bytes[101..]].concat(),
        whole["shard-000000.parquet"].clone(),
    ];
    for damage in damages {
        fs::write(&path, damage).unwrap();
        let open = Study::open(folder.path()).unwrap_err().to_string();
        let resume = Study::prepare(folder.path(), &plan(), "any", true).unwrap_err().to_string();
        assert_eq!(open, resume);
        assert!(open.contains("shard-000001.parquet: damaged shard: 264 records of shard 1 of plan "), "{open}");
        assert!(!open.contains('\n'), "{open}");
    }
    fs::remove_file(&path).unwrap();
    run(folder.path(), 2);
    assert_eq!(identity(folder.path()), whole);

    fs::copy(&path, folder.path().join("shard-000999.parquet")).unwrap();
    let stray = Study::open(folder.path()).unwrap_err().to_string();
    assert!(stray.contains("shard-000999.parquet: the plan has only"), "{stray}");
}

#[test]
fn a_second_process_is_kept_out() {
    let folder = tempfile::tempdir().unwrap();
    let _first = Study::prepare(folder.path(), &plan(), "any", true).unwrap();
    let error = Study::prepare(folder.path(), &plan(), "any", true).unwrap_err();
    assert!(matches!(error, StudyError::Locked(_)), "{error}");
}

#[test]
fn a_finished_study_is_read_without_writing() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), 2);
    fs::remove_file(folder.path().join(".lock")).unwrap();
    let study = Study::prepare(folder.path(), &plan(), "another unit", false).unwrap();
    assert!(study.is_finished());
    assert!(!folder.path().join(".lock").exists());
}

#[test]
fn a_worker_that_breaks_its_promise_stops_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut study = Study::prepare(folder.path(), &plan(), "any", true).unwrap();
    let short = |job: &Job| train(job).into_iter().skip(1).collect();
    let error = study.run(&short, 3, &AtomicBool::new(false), &mut quiet).unwrap_err();
    assert!(matches!(error, StudyError::WrongRecords { .. }), "{error}");
}

#[test]
fn a_folder_that_vanishes_is_an_error_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("study");
    let mut study = Study::prepare(&path, &plan(), "any", true).unwrap();
    fs::remove_dir_all(&path).unwrap();
    let error = study.run(&train, 2, &AtomicBool::new(false), &mut quiet).unwrap_err().to_string();
    assert!(error.starts_with("cannot write ") && error.contains("study/shard-0000"), "{error}");
}
