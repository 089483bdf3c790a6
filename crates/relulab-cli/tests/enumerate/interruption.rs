//! Ctrl-C and kill -9 at any moment, and what a resume makes of it.
#![cfg(unix)]

use crate::{document, refusal, shards, success};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Long enough to be interrupted, in several shards: 64 shapes and extra runs, some 1400 networks.
const PLAN: [&str; 12] =
    ["--neurons", "7", "--target", "quadratic", "--seeds", "16", "--steps", "600", "--threads", "2", "--out", "out"];

fn start(home: &Path, resume: bool) -> Child {
    Command::new(env!("CARGO_BIN_EXE_relulab"))
        .current_dir(home)
        .arg("enumerate")
        .args(PLAN)
        .args(resume.then_some("--resume"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The shards of a run that nobody interrupts.
fn whole(home: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    success(home, &[&PLAN[..PLAN.len() - 1], &["whole"]].concat());
    shards(&home.join("whole"))
}

/// Waits until the run has finished so many shards; `false` when it ended before.
fn wait_for_shards(child: &mut Child, out: &Path, n_shards: usize) -> bool {
    while !out.join(format!("shard-{:06}.parquet", n_shards - 1)).exists() {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    true
}

#[test]
fn killed_at_any_moment_a_resume_ends_in_the_same_bytes() {
    let home = TempDir::new().unwrap();
    let expected = whole(home.path());
    let mut n_killed = 0;
    for milliseconds in [5, 40, 90, 160, 250] {
        let mut child = start(home.path(), true);
        std::thread::sleep(Duration::from_millis(milliseconds));
        n_killed += usize::from(child.try_wait().unwrap().is_none());
        // On Unix this is SIGKILL: no handler, no destructor.
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(n_killed > 0, "every run ended before it was killed");
    success(home.path(), &[&PLAN[..], &["--resume"]].concat());
    assert!(shards(&home.path().join("out")) == expected);
}

#[test]
fn ctrl_c_says_how_to_go_on() {
    let home = TempDir::new().unwrap();
    let out = home.path().join("out");
    let mut child = start(home.path(), false);
    assert!(wait_for_shards(&mut child, &out, 1), "it ended before it could be interrupted");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{said}");
    let last = said.lines().last().unwrap();
    assert!(
        last.starts_with("interrupted: ") && last.ends_with("the same command with --resume does the rest"),
        "{last}"
    );
    assert!(!out.join("report.html").exists());

    let line = refusal(home.path(), &PLAN);
    assert!(
        line.starts_with("error: out holds this plan with ") && line.ends_with("add --resume to finish it\n"),
        "{line}"
    );
    let line = refusal(home.path(), &["--from", "out"]);
    assert!(line.contains("finish it with --resume first"), "{line}");
    let line = refusal(home.path(), &[&PLAN[..], &["--resume", "--learning-rate", "0.02"]].concat());
    assert!(line.contains("out holds another plan: optimiser_numbers"), "{line}");

    let resumed = document(home.path(), &[&PLAN[..], &["--resume"]].concat());
    assert!(shards(&out) == whole(home.path()));
    assert_eq!(document(home.path(), &["--from", "whole"]), resumed);
}

#[test]
fn a_reader_may_stop_reading() {
    let home = TempDir::new().unwrap();
    for options in ["", "--json"] {
        let plan = "enumerate --neurons 3 --target sine --seeds 2 --steps 5 --out out";
        let command = format!("{} {plan} {options} 2>&1 | true", env!("CARGO_BIN_EXE_relulab"));
        let shell =
            format!("{command}; exec 2>&1; {} {plan} {options} | head -c 1 >/dev/null", env!("CARGO_BIN_EXE_relulab"));
        let output = Command::new("sh").current_dir(home.path()).args(["-c", &shell]).output().unwrap();
        assert!(!String::from_utf8_lossy(&output.stdout).contains("panicked"));
        document(home.path(), &["--from", "out"]);
    }
}
