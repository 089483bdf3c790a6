//! `relulab train --search-rate` from the outside: the step size that wins, and what is trained with it.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

const TRAINING: &str = "train --target quadratic --shape 8 --seeds 3 --steps 200 --json";

fn relulab(folder: &Path, line: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relulab")).args(line.split_whitespace()).current_dir(folder).output().unwrap()
}

fn document(folder: &Path, line: &str) -> Value {
    let output = relulab(folder, line);
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What is known of the networks, without their places.
fn marks(document: &Value) -> Vec<Value> {
    let entries = document["networks"].as_array().unwrap().iter().cloned();
    entries.map(|mut entry| entry.as_object_mut().unwrap().remove("file").map(|_| entry).unwrap()).collect()
}

#[test]
fn the_best_step_size_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    // 1e30 diverges, 1e-6 hardly moves, 0.02 learns.
    let line = format!("{TRAINING} --optimiser sgd --search-rate 1e30,0.02,0.000001 --out searched");
    let searched = document(folder.path(), &line);
    let search = &searched["plan"]["search"];
    assert_eq!(search["rates"], serde_json::json!([0.000_001, 0.02, 1e30]));
    let losses: Vec<Option<f64>> = search["losses"].as_array().unwrap().iter().map(Value::as_f64).collect();
    assert!(losses[1] < losses[0] && losses[1].is_some() && losses[2].is_none(), "{losses:?}");
    assert_eq!(searched["plan"]["setting"]["optimiser"]["learning_rate"], 0.02);
    // The networks are those of that step size.
    let given = document(folder.path(), &format!("{TRAINING} --optimiser sgd --learning-rate 0.02 --out given"));
    assert_eq!(marks(&searched), marks(&given));
    assert!(given["plan"].get("search").is_none());
    // The same search again, on other threads and another unit, finds the same; the folder answers for it.
    let again = document(folder.path(), &format!("{line} --threads 1 --vector-unit portable"));
    assert_eq!(again, searched);
    let elsewhere = line.replace("searched", "elsewhere") + " --threads 1 --vector-unit portable";
    assert_eq!(document(folder.path(), &elsewhere)["plan"], searched["plan"]);
    let table = relulab(folder.path(), &line.replace("--json ", ""));
    let table = String::from_utf8_lossy(&table.stdout).into_owned();
    assert!(table.contains("step size 0.02, the best of 3"), "{table}");
}

#[test]
fn the_edge_of_what_was_tried_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let output = relulab(folder.path(), &format!("{TRAINING} --search-rate 0.00001,0.01 --search-steps 50 --out out"));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("the best step size, 0.01, is the largest that was tried"), "{told}");
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["plan"]["search"]["search_steps"], 50);
    // Another search is another plan.
    let other = relulab(folder.path(), &format!("{TRAINING} --search-rate 0.00001,0.01 --search-steps 60 --out out"));
    let told = String::from_utf8_lossy(&other.stderr).into_owned();
    assert!(other.status.code() == Some(2) && told.contains("search_steps 50 there, 60 here"), "{told}");
}

#[test]
fn bad_searches_are_one_clear_line_and_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for (options, expected) in [
        ("--search-rate 0.1", "step sizes: 1; expected 2 to 64"),
        ("--search-rate 0.1,fast", "\"fast\": expected auto, or positive numbers"),
        ("--search-rate 0.1,-1", "\"-1\": expected auto, or positive numbers"),
        ("--search-rate auto --learning-rate 0.1", "cannot be used with '--learning-rate"),
        ("--search-steps 10", "--search-rate"),
        ("--search-rate auto --search-steps 0", "--search-steps"),
        ("--optimiser sgd --search-rate 1e30,1e31", "--search-rate: no step size ends with a loss that is a number"),
    ] {
        let output = relulab(folder.path(), &format!("{TRAINING} {options} --out out"));
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{options}: {told}");
        assert!(told.lines().count() == 1 && told.contains(expected), "{options}: {told}");
        assert!(output.stdout.is_empty() && !folder.path().join("out").exists(), "{options}");
    }
}
