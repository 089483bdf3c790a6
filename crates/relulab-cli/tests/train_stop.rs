//! `relulab train --stop` from outside: where networks stop, what is kept, and what is refused.

use relulab_io::safetensors;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const BASE: [&str; 9] = ["train", "--shape", "8", "--target", "linear", "--steps", "600", "--seeds", "5"];

fn relulab(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relulab")).current_dir(home).args(arguments).output().unwrap()
}

fn document(home: &Path, options: &[&str]) -> Value {
    let output = relulab(home, &[&BASE, options, &["--json"]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refusal(home: &Path, options: &[&str]) -> String {
    let output = relulab(home, &[&BASE, options].concat());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{options:?}: {said}");
    assert!(output.stdout.is_empty() && !said.contains("panicked"), "{said}");
    assert_eq!(fs::read_dir(home).unwrap().count(), 0, "{options:?} left something");
    said.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn a_stopped_network_is_the_one_of_that_step() {
    let home = TempDir::new().unwrap();
    for rule in ["spectrum:every=20,window=3", "loss:every=20,patience=2,margin=0.05"] {
        let stopped = document(home.path(), &["--stop", rule, "--checkpoints", "40,580", "--out", "stopped"]);
        let networks = stopped["networks"].as_array().unwrap();
        let early: Vec<&Value> = networks.iter().filter(|one| one["outcome"] == "stopped").collect();
        assert!(!early.is_empty(), "{rule}: {stopped}");
        assert_eq!(stopped["summary"]["stopped"].as_u64(), Some(early.len() as u64));
        for entry in &early {
            let steps = entry["steps"].as_u64().unwrap();
            assert!(steps < 600 && steps.is_multiple_of(20) && entry["reason"].as_str().unwrap().contains("20 steps"));
            let reached = [40, 580].into_iter().filter(|&step| step <= steps).count();
            assert_eq!(entry["checkpoints"].as_array().unwrap().len(), reached);
        }
        // The same network, kept on the way of a training without the rule.
        let (entry, steps) = (early[0], early[0]["steps"].to_string());
        let whole = document(home.path(), &["--checkpoints", &steps, "--out", "whole"]);
        let seed = entry["seed"].as_u64().unwrap() as usize;
        let read = |entry: &Value| {
            let bytes = fs::read(home.path().join(entry["file"].as_str().unwrap())).unwrap();
            safetensors::read(&bytes).unwrap()
        };
        let (ours, theirs) = (read(entry), read(&whole["networks"][seed]["checkpoints"][0]));
        assert_eq!(ours.network, theirs.network);
        assert_eq!((ours.provenance["outcome"].as_str(), &ours.provenance["steps"]), ("stopped", &steps));
        // A folder that is finished, or finished with --resume, gives the same document.
        assert_eq!(document(home.path(), &["--stop", rule, "--checkpoints", "40,580", "--out", "stopped"]), stopped);
        fs::remove_file(home.path().join("stopped/train.json")).unwrap();
        fs::remove_file(home.path().join(entry["file"].as_str().unwrap())).unwrap();
        let options = ["--stop", rule, "--checkpoints", "40,580", "--out", "stopped", "--resume", "--threads", "1"];
        assert_eq!(document(home.path(), &options), stopped);
        for folder in ["stopped", "whole"] {
            fs::remove_dir_all(home.path().join(folder)).unwrap();
        }
    }
}

#[test]
fn the_rule_is_part_of_the_plan_and_of_the_table() {
    let home = TempDir::new().unwrap();
    let output = relulab(home.path(), &[&BASE[..], &["--stop", "spectrum", "--out", "runs"]].concat());
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("\nsteps ") && table.contains(" stopped, 0 diverged"), "{table}");
    let other = relulab(home.path(), &[&BASE[..], &["--out", "runs"]].concat());
    let said = String::from_utf8(other.stderr).unwrap();
    assert!(other.status.code() == Some(2) && said.contains("holds another plan"), "{said}");
}

#[test]
fn data_are_looked_at_too() {
    let home = TempDir::new().unwrap();
    let rows: String = (0..60).map(|k| format!("{},{}\n", f64::from(k) / 20.0 - 1.5, k % 7)).collect();
    fs::write(home.path().join("d.csv"), format!("x,y\n{rows}")).unwrap();
    for rule in ["spectrum:window=2,every=10", "loss:1"] {
        let arguments = ["train", "--shape", "4", "--data", "d.csv", "--steps", "300", "--seeds", "2", "--stop", rule];
        let output = relulab(home.path(), &[&arguments[..], &["--json"]].concat());
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(document["summary"]["stopped"].as_u64() > Some(0), "{document}");
    }
}

#[test]
fn bad_rules_leave_nothing() {
    let home = TempDir::new().unwrap();
    for (rule, expected) in [
        ("early", "expected none, loss or spectrum"),
        ("spectrum:window=1", "window=1: expected a whole number from 2"),
        ("spectrum:every=0", "every=0"),
        ("loss:patience=x", "patience=x: expected a whole number"),
        ("loss:margin=2", "margin=2: expected a number from 0 to below 1"),
        ("none:3", "none:3"),
    ] {
        let said = refusal(home.path(), &["--stop", rule]);
        assert!(said.contains(expected), "{rule}: {said}");
    }
    let said = refusal(home.path(), &["--stop", "spectrum", "--shape", "200,200"]);
    assert!(said.contains("cannot be used multiple times"), "{said}");
    let large = ["train", "--shape", "200,200", "--target", "linear", "--steps", "1", "--stop", "spectrum"];
    let output = relulab(home.path(), &large);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && said.contains("--stop") && said.contains("at most 8192"), "{said}");
}
