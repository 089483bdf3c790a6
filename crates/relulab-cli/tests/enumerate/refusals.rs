//! Bad input: exit code 2, one clear error that names the option or the file, and nothing left behind or lost.

use crate::{contents, document, refusal, relulab, shards};
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const SMALL: [&str; 8] = ["--neurons", "4", "--target", "sine", "--seeds", "2", "--steps", "10"];

#[test]
fn bad_arguments_are_named_and_leave_nothing() {
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("file"), "words").unwrap();
    let before = contents(home.path());
    let with = |rest: &[&'static str]| [&SMALL[2..], &["--neurons", "4"], rest].concat();
    let neurons = |n: &'static str| vec!["--target", "sine", "--neurons", n];
    let target = |formula: &'static str| vec!["--neurons", "4", "--target", formula];
    let table: Vec<(Vec<&str>, &str)> = vec![
        (neurons("0"), "error: --neurons: neurons 0: expected 1 to 24\n"),
        (neurons("25"), "error: --neurons: neurons 25: expected 1 to 24\n"),
        (neurons("-3"), "error: invalid value '-3' for '--neurons <N>'"),
        (neurons("many"), "error: invalid value 'many' for '--neurons <N>'"),
        (with(&["--depths", "0..3"]), "error: --depths: depths 0..3: expected first ≤ last within 1..4\n"),
        (with(&["--depths", "3..2"]), "error: --depths: depths 3..2: expected first ≤ last within 1..4\n"),
        (with(&["--depths", "2..99"]), "error: --depths: depths 2..99: expected first ≤ last within 1..4\n"),
        (with(&["--depths", "abc"]), "error: --depths: \"abc\": expected A..B, such as 1..5, or one depth\n"),
        (with(&["--depths", "-1..2"]), "error: --depths: \"-1..2\": expected A..B"),
        (target("cubic"), "error: --target: target \"cubic\": expected linear, absolute, quadratic"),
        (target("interaction"), "error: --target: target \"interaction\": needs at least 2 inputs"),
        (target("x1 + x2"), "error: --target: target formula, column 6: unknown variable x2"),
        (target(""), "error: --target: "),
        (
            vec!["--neurons", "4", "--target", "sine", "--target", "sine"],
            "error: --target: target \"sine\" is named twice",
        ),
        (vec!["--neurons", "4"], "--target <T>"),
        (vec!["--target", "sine"], "--neurons <N>"),
        (vec!["--neurons", "4", "--target", "sine", "--seeds", "0"], "error: --seeds: seeds 0: expected at least 1\n"),
        (vec!["--neurons", "4", "--target", "sine", "--seeds", "9999999"], "error: --seeds: seeds 9999999"),
        (vec!["--neurons", "4", "--target", "sine", "--steps", "0"], "error: --steps: steps 0: expected at least 1\n"),
        (with(&["--batch", "0"]), "error: --batch: 0: expected 1 to "),
        (with(&["--batch", "99999999999"]), "error: --batch: 99999999999: expected 1 to "),
        (with(&["--sample", "0"]), "error: --sample: shapes per depth 0"),
        (with(&["--input-dim", "0"]), "error: --input-dim: input dimension 0: expected 1 to 16\n"),
        (with(&["--input-dim", "17"]), "error: --input-dim: input dimension 17: expected 1 to 16\n"),
        (with(&["--matched-tries", "99999999"]), "error: --matched-tries: "),
        (with(&["--learning-rate", "-1"]), "error: --learning-rate: -1: expected a positive number\n"),
        (with(&["--learning-rate", "nan"]), "error: --learning-rate: NaN"),
        (with(&["--momentum", "0.5"]), "error: --momentum: only sgd has a momentum"),
        (with(&["--optimiser", "sgd", "--momentum", "1"]), "error: --momentum: 1: expected"),
        (with(&["--optimiser", "lion"]), "invalid value 'lion' for '--optimiser <O>'"),
        (with(&["--precision", "f16"]), "invalid value 'f16' for '--precision <P>'"),
        (with(&["--activation", "swish"]), "swish"),
        (with(&["--loss", "softmax_cross_entropy"]), "error: --loss: softmax_cross_entropy needs class labels"),
        (with(&["--sampler", "box:3,1"]), "box:3,1"),
        (with(&["--threads", "0"]), "error: --threads: 0"),
        (with(&["--full-batch"]), "'--full-batch'"),
        (with(&["--label", "y"]), "'--label <NAME>'"),
        (with(&["--folds", "3"]), "'--folds <K>'"),
        (vec!["--from", "nowhere"], "error: nowhere holds no study (no manifest.json in it)\n"),
        (vec!["--from", "nowhere", "--seeds", "3"], "'--seeds <K>'"),
        (with(&["--out", "file"]), "error: cannot read file"),
        (with(&["--out", "file/below"]), "error: cannot "),
    ];
    for (arguments, expected) in &table {
        let said = refusal(home.path(), arguments);
        assert!(said.contains(expected), "{arguments:?} should say {expected}:\n{said}");
        // Only the command-line parser says more than one line (usage, possible values), and a formula shows its place.
        let is_formula = said.contains(", column ");
        assert!(said.lines().count() == 1 || said.contains("--help") || is_formula, "{said}");
        assert!(contents(home.path()) == before, "{arguments:?}");
        assert!(!home.path().join("relulab-out").exists(), "{arguments:?}");
    }
    let said = refusal(home.path(), &target("x1^2 + cos(y"));
    assert!(said.ends_with("\n  x1^2 + cos(y\n              ^\n"), "{said}");
    assert!(!home.path().join("relulab-out").exists());
}

#[test]
fn bad_data_files_are_named_and_leave_nothing() {
    let home = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(home.path().join(name), text).unwrap();
    write("empty.csv", "");
    write("header.csv", "a,y\n");
    write("text.csv", "a,b,y\n1,2,3\n4,five,6\n");
    write("nan.csv", "a,y\n1,2\n2,nan\n3,4\n4,5\n5,6\n");
    write("mistake.csv", "a,y\n1,0.5\n2,o.7\n3,1\n4,5\n5,6\n");
    write("cats.csv", "a,y\n1,cat\n2,cat\n3,cat\n4,cat\n5,cat\n");
    write("zeros.csv", "a,y\n1,0\n2,0\n3,0\n4,0\n5,0\n");
    write("few.csv", "a,y\n1,2\n2,3\n3,4\n");
    write("one.csv", "a,y\n1,2\n");
    write("damaged.npz", "PK no archive");
    let before = contents(home.path());
    let table: &[(&[&str], &str)] = &[
        (&["absent.csv"], "error: --data: absent.csv: "),
        (&["."], "error: --data: .: "),
        (&["empty.csv"], "error: --data: empty.csv: the CSV file is empty"),
        (&["header.csv"], "error: --data: header.csv: the CSV file has a header but no rows"),
        (&["text.csv"], "error: --data: text.csv: line 3, column 2 (b): \"five\" is not a finite number"),
        (&["nan.csv"], "error: --data: nan.csv: line 3, column 2 (y): \"nan\" is not a finite number"),
        (&["mistake.csv"], "error: --data: mistake.csv: line 3, column 2 (y): \"o.7\" is not a finite number"),
        (&["cats.csv"], "error: --data: cats.csv: class labels: class 1 of 2 has no point"),
        (&["zeros.csv", "--classes"], "error: --data: zeros.csv: class labels: class 1 of 2 has no point"),
        (&["cats.csv", "--loss", "mse"], "error: --data: cats.csv: line 2, column 2 (y): \"cat\""),
        (&["few.csv", "--classes", "--loss", "mse"], "error: --data: few.csv: class labels need softmax"),
        (&["few.csv", "--loss", "binary_cross_entropy"], "error: --data: few.csv: label 2 of row 1: binary"),
        (&["few.csv"], "error: --folds: 5: expected 2 to 3, the points of few.csv"),
        (&["few.csv", "--folds", "1"], "error: --folds: 1: expected 2 to 3, the points of few.csv"),
        (&["one.csv"], "error: --folds: 5: one.csv has too few points to hold any out"),
        (&["few.csv", "--label", "z"], "error: --data: few.csv: there is no column \"z\": the header has a, y"),
        (&["few.csv", "--input-dim", "1"], "'--input-dim <D>'"),
        (&["few.csv", "--full-batch", "--batch", "2"], "'--batch <N>'"),
        (&["damaged.npz"], "error: --data: damaged.npz: the npz file is damaged"),
    ];
    for (arguments, expected) in table {
        let said = refusal(home.path(), &[&["--neurons", "3", "--steps", "5", "--data"], *arguments].concat());
        assert!(said.contains(expected), "{arguments:?} should say {expected}:\n{said}");
        assert!(contents(home.path()) == before && !home.path().join("relulab-out").exists(), "{arguments:?}");
    }
}

#[test]
fn folders_are_protected() {
    let home = TempDir::new().unwrap();
    let out = home.path().join("out");
    let command = [&SMALL[..], &["--out", "out"]].concat();
    let trained = document(home.path(), &command);
    let before = contents(&out);
    for resume in [&[][..], &["--resume"]] {
        let said = refusal(home.path(), &[&command, &["--activation", "gelu"][..], resume].concat());
        assert!(said.starts_with("error: out holds another plan: activation ") && said.lines().count() == 1, "{said}");
    }
    document(home.path(), &["--neurons", "2", "--target", "sine", "--seeds", "1", "--steps", "1", "--out", "other"]);
    let said = refusal(home.path(), &["--from", "out", "--out", "other"]);
    assert!(said.starts_with("error: --out: other holds another study"), "{said}");
    fs::create_dir(home.path().join("mine")).unwrap();
    fs::write(home.path().join("mine/thesis.txt"), "words").unwrap();
    let said = refusal(home.path(), &[&SMALL[..], &["--out", "mine"]].concat());
    assert!(said.contains("mine is not empty and holds no manifest.json: choose another folder"), "{said}");
    assert!(contents(&out) == before);

    let shard = out.join("shard-000000.parquet");
    let bytes = &before["shard-000000.parquet"];
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 3] ^= 4;
    for damaged in [&flipped, &bytes[..bytes.len() / 2], &[]] {
        fs::write(&shard, damaged).unwrap();
        for command in [&command[..], &["--from", "out"], &[&command[..], &["--resume"]].concat()] {
            let said = refusal(home.path(), command);
            assert!(said.contains("out/shard-000000.parquet: damaged shard: ") && said.lines().count() == 1, "{said}");
            assert!(said.ends_with("remove the file and run with --resume to train it again\n"), "{said}");
        }
        assert_eq!(fs::read(&shard).unwrap(), *damaged, "what is damaged is left to its owner");
    }
    fs::remove_file(&shard).unwrap();
    assert_eq!(document(home.path(), &[&command[..], &["--resume"]].concat()), trained);
    assert!(shards(&out).iter().all(|(name, bytes)| before[name] == *bytes));

    let manifest = String::from_utf8(before["manifest.json"].clone()).unwrap();
    for damaged in [&manifest[..manifest.len() / 2], &manifest.replace("\"steps\": 10", "\"steps\": 11"), ""] {
        fs::write(out.join("manifest.json"), damaged).unwrap();
        for command in [&command[..], &["--from", "out"]] {
            let said = refusal(home.path(), command);
            assert!(said.contains("out/manifest.json: damaged manifest") && said.lines().count() == 1, "{said}");
        }
    }
    fs::write(out.join("manifest.json"), manifest).unwrap();
    let lock = fs::File::options().write(true).open(out.join(".lock")).unwrap();
    lock.lock().unwrap();
    fs::remove_file(&shard).unwrap();
    let said = refusal(home.path(), &[&command[..], &["--resume"]].concat());
    assert!(said.contains("out is in use by another relulab process"), "{said}");
}

/// A folder in a file system of its own, for as long as the test lasts.
struct Mount<'a>(&'a Path);

impl<'a> Mount<'a> {
    fn new(folder: &'a Path, options: &str) -> Option<Self> {
        fs::create_dir_all(folder).unwrap();
        let command = ["-t", "tmpfs", "-o", options, "tmpfs"];
        let mounted = Command::new("mount").args(command).arg(folder).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self(folder))
    }
}

impl Drop for Mount<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
fn a_full_disk_loses_nothing() {
    let home = TempDir::new().unwrap();
    let disk = home.path().join("disk");
    let Some(_mount) = Mount::new(&disk, "size=64k") else {
        eprintln!("skipped: this process may not mount a small disk");
        return;
    };
    // Room for the manifest and a shard or two of some 20 KiB, not for all.
    let plan = ["--neurons", "7", "--target", "quadratic", "--seeds", "16", "--steps", "20", "--threads", "1"];
    let command = [&plan[..], &["--out", "disk/out", "--resume"]].concat();
    let output = relulab(home.path(), &command);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    let last = said.lines().last().unwrap();
    assert!(last.starts_with("error: cannot write ") && last.contains("disk/out/") && last.contains("space"), "{last}");
    let kept = shards(&disk.join("out"));
    // With room made, a resume goes on from there.
    assert!(Command::new("mount").args(["-o", "remount,size=64m"]).arg(&disk).status().unwrap().success());
    let resumed = document(home.path(), &command);
    let whole = document(home.path(), &[&plan[..], &["--out", "whole"]].concat());
    assert_eq!(resumed, whole);
    let (all, expected) = (shards(&disk.join("out")), shards(&home.path().join("whole")));
    assert!(all == expected && kept.iter().all(|(name, bytes)| all[name] == *bytes));

    // No room even for the manifest: the folder is taken back.
    let full = home.path().join("full");
    let _second = Mount::new(&full, "size=4k").unwrap();
    fs::write(full.join("ballast"), [0; 4096]).unwrap();
    let said = refusal(home.path(), &[&SMALL[..], &["--out", "full/out"]].concat());
    assert!(said.starts_with("error: cannot ") && said.contains("full/out"), "{said}");
    assert!(!full.join("out").exists());

    // A study on a disk that cannot be written is read with --out elsewhere, and says so without.
    assert!(Command::new("mount").args(["-o", "remount,ro"]).arg(&disk).status().unwrap().success());
    let said = refusal(home.path(), &["--from", "disk/out"]);
    assert!(said.contains("add --out DIR to write the report elsewhere") && said.lines().count() == 1, "{said}");
    assert_eq!(document(home.path(), &["--from", "disk/out", "--out", "elsewhere"]), whole);
    let said = refusal(home.path(), &[&SMALL[..], &["--out", "disk/new"]].concat());
    assert!(said.starts_with("error: cannot create disk/new"), "{said}");
}
