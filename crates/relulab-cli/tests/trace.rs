//! `relulab trace` from outside: records, summary, report, interruption and refusals.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const BASE: [&str; 11] =
    ["trace", "--shape", "6", "--target", "linear", "--steps", "400", "--seeds", "10", "--at", "0,50,400"];

fn command(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relulab"));
    command.current_dir(home).args(arguments);
    command
}

fn relulab(home: &Path, arguments: &[&str]) -> Output {
    command(home, arguments).output().unwrap()
}

fn document(home: &Path, arguments: &[&str]) -> Value {
    let output = relulab(home, &[arguments, &["--json"]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Names and contents of the files of records.
fn records(folder: &Path) -> BTreeMap<String, String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names = names.filter(|name| name.ends_with(".jsonl"));
    names.map(|name| (name.clone(), fs::read_to_string(folder.join(name)).unwrap())).collect()
}

#[test]
fn a_trace_is_the_same_with_any_number_of_threads() {
    let home = TempDir::new().unwrap();
    let first = document(home.path(), &[&BASE[..], &["--out", "one", "--threads", "1"]].concat());
    let second = document(home.path(), &[&BASE[..], &["--out", "two", "--threads", "3"]].concat());
    assert_eq!(first["plan_hash"], second["plan_hash"]);
    assert_eq!(first["checkpoints"], second["checkpoints"]);
    assert_eq!(records(&home.path().join("one")), records(&home.path().join("two")));
    // Every seed has a row per checkpoint and one of its own.
    let lines: Vec<Value> = records(&home.path().join("one"))
        .values()
        .flat_map(|text| text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>())
        .collect();
    assert_eq!(lines.len(), 10 * 4);
    let at_end: Vec<&Value> = lines.iter().filter(|line| line["step"] == 400).collect();
    assert!(at_end.len() == 10 && at_end.iter().all(|row| row["distance"] == 0.0 && row["normal"].is_f64()));
    for row in lines.iter().filter(|line| line["record"] == "checkpoint") {
        let total: u64 =
            ["steep", "moderate", "weak", "zero"].iter().map(|t| row["hessian"][*t].as_u64().unwrap()).sum();
        assert_eq!(total, 19);
    }
    assert_eq!(first["stops"].as_array().unwrap().len(), 2);
    assert!(first["collapse"]["step"]["median"].is_f64());
    let report = fs::read_to_string(home.path().join(first["report"].as_str().unwrap())).unwrap();
    assert!(report.starts_with("<!DOCTYPE html>") && !report.contains("://"));
    assert!(home.path().join("one/figures/collapse.svg").is_file() && home.path().join("one/summary.json").is_file());
    let table = relulab(home.path(), &[&BASE[..], &["--out", "one"]].concat());
    let table = String::from_utf8(table.stdout).unwrap();
    assert!(table.contains("The rule spectrum:every=25,window=4,threshold=0.1 stops"), "{table}");
}

#[test]
fn a_killed_trace_is_resumed() {
    let home = TempDir::new().unwrap();
    let long = [&BASE[..], &["--steps", "4000", "--seeds", "400", "--out", "run"]].concat();
    let long: Vec<&str> = {
        // The options of the base come once only.
        let mut all = long;
        all.drain(5..9);
        let at = all.iter().position(|word| *word == "0,50,400").unwrap();
        all[at] = "0,4000";
        all
    };
    let mut child = command(home.path(), &long).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let folder = home.path().join("run");
    let count = || fs::read_dir(&folder).map_or(0, |_| records(&folder).len());
    for _ in 0..3000 {
        if count() > 0 || child.try_wait().unwrap().is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let before = records(&folder);
    if before.len() == 50 {
        println!("the trace was too fast to be killed");
        return;
    }
    let refused = relulab(home.path(), &long);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(refused.status.code() == Some(2) && said.contains("add --resume"), "{said}");
    // Interrupted again, with Ctrl-C this time, as soon as it has written more.
    #[cfg(unix)]
    {
        let with_resume = [&long[..], &["--resume"]].concat();
        let child = command(home.path(), &with_resume).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        for _ in 0..3000 {
            if count() > before.len() {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(interrupted.success());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(130) && said.contains("with --resume goes on"), "{said}");
    }
    let after = records(&folder);
    assert!(before.iter().all(|(name, text)| after.get(name) == Some(text)));
}

#[test]
fn bad_input_is_one_line_and_leaves_nothing() {
    let base = ["trace", "--shape", "6", "--target", "linear", "--seeds", "2"];
    for (options, expected) in [
        (vec!["--at", "0,9000"], "--at: 9000: training ends after 3000 steps"),
        (vec!["--thresholds", "0.1,0.2,0.3"], "--thresholds: "),
        (vec!["--thresholds", "0.1"], "expected steep, moderate and weak"),
        (vec!["--look-every", "0"], "steps between looks 0"),
        (vec!["--look-until", "9000"], "last step of the looks 9000"),
        (vec!["--stop", "early"], "expected none, loss or spectrum"),
        (vec!["--stop", "loss", "--stop", "loss"], "each once"),
        (vec!["--stop", "none", "--stop", "loss"], "rules that stop"),
        (vec!["--loss", "absolute"], "--loss: absolute"),
        (vec!["--steps", "0"], "--steps: 0"),
        (vec!["--full-batch"], "--full-batch"),
        (vec!["--input-dim", "0"], "--input-dim"),
    ] {
        let home = TempDir::new().unwrap();
        let output = relulab(home.path(), &[&base[..], &options[..]].concat());
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{options:?}: {said}");
        assert!(output.stdout.is_empty() && said.contains(expected), "{options:?}: {said}");
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "{options:?}");
    }
    for wrong in [["--shape", "200,200"], ["--shape", "6,x"], ["--target", "parabola"]] {
        let home = TempDir::new().unwrap();
        let mut arguments = vec!["trace"];
        arguments.extend(wrong);
        arguments.extend(if wrong[0] == "--shape" { ["--target", "linear"] } else { ["--shape", "6"] });
        let output = relulab(home.path(), &arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && said.contains(wrong[1]) || said.contains("40801"), "{said}");
    }
}
