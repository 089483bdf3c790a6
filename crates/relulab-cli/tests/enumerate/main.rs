//! `relulab enumerate` from outside: the binary, its files, its exit codes and what it says.

mod data;
mod interruption;
mod refusals;
mod sameness;
mod study;

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn relulab(home: &Path, arguments: &[&str]) -> Output {
    let command = [&["enumerate"], arguments].concat();
    Command::new(env!("CARGO_BIN_EXE_relulab")).current_dir(home).args(command).output().unwrap()
}

/// Runs a command that must succeed, and gives what it printed on stdout and stderr.
fn success(home: &Path, arguments: &[&str]) -> (String, String) {
    let output = relulab(home, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
    (String::from_utf8(output.stdout).unwrap(), said)
}

/// Runs a command that must succeed with `--json`, and reads its document.
fn document(home: &Path, arguments: &[&str]) -> Value {
    serde_json::from_str(&success(home, &[arguments, &["--json"]].concat()).0).unwrap()
}

/// Runs a command that must be refused as bad input, and gives its one error.
fn refusal(home: &Path, arguments: &[&str]) -> String {
    for arguments in [arguments.to_vec(), [arguments, &["--json"]].concat()] {
        let output = relulab(home, &arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert_eq!(said.matches("error:").count(), 1, "{arguments:?}: {said}");
        assert!(!said.contains("panicked"), "{arguments:?}: {said}");
        if !arguments.contains(&"--json") {
            continue;
        }
        return said;
    }
    unreachable!("the second command has --json")
}

/// Names and contents of a folder's files, by path below it.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            files.extend(contents(&entry.path()).into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else {
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    files
}

/// The shards of a folder.
fn shards(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let is_shard = |name: &String| name.starts_with("shard-") && name.ends_with(".parquet");
    contents(folder).into_iter().filter(|(name, _)| is_shard(name)).collect()
}
