//! `relulab train` from outside: the binary, its files, its exit codes and what it says.

use relulab_io::safetensors;
use relulab_net::{EvaluationSet, Loss, Network, reference};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Relative difference allowed between two evaluations of the same sum in f64.
const ROUNDING: f64 = 1e-9;
/// Relative error of the trapezoidal rule below on a function with kinks.
const QUADRATURE: f64 = 1e-5;

fn relulab(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relulab")).current_dir(home).args(arguments).output().unwrap()
}

/// Runs a command that must succeed with `--json`, and reads its document.
fn document(home: &Path, arguments: &[&str]) -> Value {
    let output = relulab(home, &[arguments, &["--json"]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Runs a command that must be refused as bad input, and gives the first line of its one error.
fn refusal(home: &Path, arguments: &[&str]) -> String {
    let output = relulab(home, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    assert!(said.starts_with("error: ") && said.matches("error:").count() == 1, "{arguments:?}: {said}");
    assert!(!said.contains("panicked"), "{arguments:?}: {said}");
    said.lines().next().unwrap_or_default().to_owned()
}

/// Names and contents of a folder's files.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

fn network(home: &Path, entry: &Value) -> Network {
    let bytes = fs::read(home.join(entry["file"].as_str().unwrap())).unwrap();
    safetensors::read(&bytes).unwrap().network
}

fn assert_close(entry: &Value, name: &str, expected: f64, tolerance: f64) {
    let got = entry[name].as_f64().unwrap();
    assert!((got - expected).abs() <= tolerance * expected.abs(), "{name}: {got}, expected {expected}");
}

fn mean_square(network: &Network, points: &EvaluationSet, target: impl Fn(&[f64]) -> f64) -> f64 {
    let error = |x: &[f64]| (reference::forward(network, x)[0] - target(x)).powi(2);
    points.rows().map(error).sum::<f64>() / points.n_points() as f64
}

/// E f(X) for X ~ N(0,1), by the trapezoidal rule.
fn expectation(f: impl Fn(f64) -> f64) -> f64 {
    let (half_width, n) = (12.0, 100_000);
    let step = 2.0 * half_width / f64::from(n);
    let density = |x: f64| (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
    (0..=n).map(|i| -half_width + step * f64::from(i)).map(|x| step * density(x) * f(x)).sum()
}

#[test]
fn networks_read_back_and_evaluate_to_the_printed_numbers() {
    let home = TempDir::new().unwrap();
    let command = ["train", "--shape", "5,7,4", "--target", "quadratic", "--steps", "400", "--seeds", "3"];
    let document = document(home.path(), &[&command[..], &["--checkpoints", "100,0", "--seed", "7"]].concat());
    let networks = document["networks"].as_array().unwrap();
    assert_eq!((networks.len(), document["params"].as_u64()), (3, Some(89)));
    let (wide, narrow) = (EvaluationSet::uniform(-5.0, 5.0, 1).unwrap(), EvaluationSet::uniform(-3.0, 3.0, 1).unwrap());
    for (seed, entry) in networks.iter().enumerate() {
        assert_eq!((entry["seed"].as_u64(), entry["steps"].as_u64()), (Some(seed as u64), Some(400)));
        assert_eq!((entry["outcome"].as_str(), entry["normal_method"].as_str()), (Some("finished"), Some("exact")));
        let network = network(home.path(), entry);
        let square = |x: &[f64]| x[0] * x[0];
        assert_close(entry, "uniform5", mean_square(&network, &wide, square), ROUNDING);
        assert_close(entry, "uniform3", mean_square(&network, &narrow, square), ROUNDING);
        let normal = expectation(|x| (reference::forward(&network, &[x])[0] - x * x).powi(2));
        assert_close(entry, "normal", normal, QUADRATURE);
        let checkpoints = entry["checkpoints"].as_array().unwrap();
        assert_eq!(checkpoints.iter().map(|c| c["step"].as_u64().unwrap()).collect::<Vec<_>>(), [0, 100]);
        let file = fs::read(home.path().join(checkpoints[1]["file"].as_str().unwrap())).unwrap();
        let provenance = safetensors::read(&file).unwrap().provenance;
        let expected = [("study_seed", "7"), ("steps", "100"), ("target", "quadratic")];
        assert!(expected.iter().all(|(key, value)| provenance[*key] == *value), "{provenance:?}");
        assert_eq!(provenance["seed"], seed.to_string());
    }
    let best = document["summary"]["best"]["seed"].as_u64().unwrap() as usize;
    let normal = |entry: &Value| entry["normal"].as_f64().unwrap();
    assert!(networks.iter().all(|entry| normal(entry) >= normal(&networks[best])));
    // The folder is named after the plan, and the same command without --json reads it.
    let folder = Path::new(document["folder"].as_str().unwrap());
    assert!(folder.starts_with("relulab-out/"), "{}", folder.display());
    let before = contents(&home.path().join(folder));
    let again = relulab(home.path(), &[&command[..], &["--checkpoints", "0,100", "--seed", "7"]].concat());
    let table = String::from_utf8(again.stdout).unwrap();
    assert!(again.status.success() && table.contains("normal (exact)") && table.contains("3 finished, 0 diverged"));
    assert_eq!(contents(&home.path().join(folder)), before);
}

#[test]
fn two_inputs_are_evaluated_on_the_stream() {
    let home = TempDir::new().unwrap();
    let command = ["train", "--shape", "6", "--target", "x1*x2 + 1", "--input-dim", "2", "--seeds", "1"];
    let options = ["--steps", "50", "--activation", "tanh", "--precision", "f64", "--sampler", "box:-2,2"];
    let document = document(home.path(), &[&command[..], &options].concat());
    let entry = &document["networks"][0];
    let network = network(home.path(), entry);
    let target = |x: &[f64]| x[0] * x[1] + 1.0;
    let stream = EvaluationSet::normal_stream(100_000, 2).unwrap();
    assert_eq!((entry["normal_method"].as_str(), entry["pieces"].as_u64()), (Some("stream"), None));
    assert_close(entry, "normal", mean_square(&network, &stream, target), ROUNDING);
    let grid = EvaluationSet::uniform(-5.0, 5.0, 2).unwrap();
    assert_close(entry, "uniform5", mean_square(&network, &grid, target), ROUNDING);
}

#[test]
fn losses_on_data_are_those_of_the_files() {
    let home = TempDir::new().unwrap();
    let rows: Vec<([f64; 2], usize)> =
        (0..50).map(|i| ([f64::from(i % 7) / 3.5 - 1.0, f64::from(i % 11) / 5.5 - 1.0], (i % 3) as usize)).collect();
    let words = ["low", "mid", "top"];
    let lines: String = rows.iter().map(|(x, k)| format!("{},{},{}\n", words[*k], x[0], x[1])).collect();
    fs::write(home.path().join("points.csv"), format!("kind,a,b\n{lines}")).unwrap();
    let command = ["train", "--shape", "8", "--data", "points.csv", "--label", "kind", "--seeds", "2"];
    let document = document(home.path(), &[&command[..], &["--steps", "200", "--batch", "16"]].concat());
    assert_eq!(document["plan"]["setting"]["loss"], "softmax_cross_entropy");
    let (n_train, n_test) = (&document["plan"]["data"]["n_train"], &document["plan"]["data"]["n_test"]);
    let (n_train, n_test) = (n_train.as_f64().unwrap(), n_test.as_f64().unwrap());
    assert_eq!((n_train, n_test), (40.0, 10.0));
    for entry in document["networks"].as_array().unwrap() {
        let network = network(home.path(), entry);
        let (mut loss, mut right) = (0.0, 0.0);
        for (x, class) in &rows {
            // Words are numbered in order of first appearance: low, mid, top.
            let outputs = reference::forward(&network, x);
            let label: Vec<f64> = (0..3).map(|k| f64::from(u8::from(k == *class))).collect();
            loss += Loss::SoftmaxCrossEntropy.value(&outputs, &label);
            right += f64::from(u8::from((0..3).all(|k| k == *class || outputs[k] < outputs[*class])));
        }
        // Whatever the split, both parts together are the whole file.
        let both =
            |train: &str, test: &str| n_train * entry[train].as_f64().unwrap() + n_test * entry[test].as_f64().unwrap();
        assert!((both("training_loss", "test_loss") - loss).abs() < ROUNDING * loss);
        assert!((both("train_accuracy", "test_accuracy") - right).abs() < ROUNDING * right);
        assert!(entry["uniform5"].is_null() && entry["normal"].is_null());
    }
}

#[test]
fn diverged_networks_have_no_file_and_no_numbers() {
    let home = TempDir::new().unwrap();
    let command = ["train", "--shape", "3", "--target", "quadratic", "--seeds", "2", "--out", "out"];
    let wild = ["--optimiser", "sgd", "--learning-rate", "1e30", "--checkpoints", "0,3000"];
    let document = document(home.path(), &[&command[..], &wild].concat());
    for entry in document["networks"].as_array().unwrap() {
        assert_eq!(entry["outcome"], "diverged");
        assert!(entry["file"].is_null() && entry["uniform5"].is_null() && entry["normal"].is_null());
        assert!(entry["steps"].as_u64().unwrap() < 3000);
        assert_eq!(entry["checkpoints"].as_array().unwrap().len(), 1);
    }
    let before = contents(&home.path().join("out"));
    fs::remove_file(home.path().join("out/seed-0001-diverged.json")).unwrap();
    let output = relulab(home.path(), &[&command[..], &wild, &["--resume"]].concat());
    assert!(output.status.success());
    assert_eq!(contents(&home.path().join("out")), before);
}

const SMALL: [&str; 13] = [
    "train",
    "--shape",
    "4",
    "--target",
    "sine",
    "--seeds",
    "20",
    "--steps",
    "60",
    "--checkpoints",
    "10",
    "--out",
    "out",
];

#[test]
fn a_resume_makes_the_same_bytes_and_repeats_nothing() {
    let home = TempDir::new().unwrap();
    let out = home.path().join("out");
    document(home.path(), &[&SMALL[..], &["--resume"]].concat());
    let before = contents(&out);
    // What a killed process may leave: seeds and results missing, files half written.
    for name in ["seed-0003.safetensors", "seed-0017-step-10.safetensors", "train.json"] {
        fs::remove_file(out.join(name)).unwrap();
    }
    fs::write(out.join("seed-0003.safetensors.tmp"), b"half").unwrap();
    let modified = |name: &str| fs::metadata(out.join(name)).unwrap().modified().unwrap();
    let untouched = modified("seed-0002.safetensors");
    let line = refusal(home.path(), &SMALL);
    assert!(line.contains("18 of 20 networks done; add --resume"), "{line}");
    document(home.path(), &[&SMALL[..], &["--resume"]].concat());
    assert_eq!(contents(&out), before);
    assert_eq!(modified("seed-0002.safetensors"), untouched);
}

#[test]
fn threads_and_vector_units_change_no_byte() {
    let home = TempDir::new().unwrap();
    document(home.path(), &SMALL);
    let expected = contents(&home.path().join("out"));
    for (other, options) in [("one", ["--threads", "1"]), ("portable", ["--vector-unit", "portable"])] {
        let command = [&SMALL[..SMALL.len() - 1], &[other], &options].concat();
        document(home.path(), &command);
        assert_eq!(contents(&home.path().join(other)), expected, "{other}");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_is_finished() {
    let home = TempDir::new().unwrap();
    let plan =
        ["train", "--shape", "16", "--target", "quadratic", "--seeds", "64", "--steps", "20000", "--threads", "1"];
    let mut child = Command::new(env!("CARGO_BIN_EXE_relulab"))
        .current_dir(home.path())
        .args([&plan[..], &["--out", "out"]].concat())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // Sixteen seeds train together, four groups one after the other.
    while !home.path().join("out/seed-0000.safetensors").exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be interrupted");
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{said}");
    let said = said.lines().last().unwrap_or_default();
    assert!(said.starts_with("interrupted: ") && said.contains(" of 64 networks are in out; the same"), "{said}");
    assert!(!home.path().join("out/train.json").exists());
    document(home.path(), &[&plan[..], &["--out", "out", "--resume"]].concat());
    document(home.path(), &[&plan[..], &["--out", "whole"]].concat());
    assert_eq!(contents(&home.path().join("out")), contents(&home.path().join("whole")));
}

#[cfg(unix)]
#[test]
fn a_reader_may_stop_reading() {
    let home = TempDir::new().unwrap();
    let command = format!("{} {} --json | true", env!("CARGO_BIN_EXE_relulab"), SMALL.join(" "));
    let output = Command::new("sh").current_dir(home.path()).args(["-c", &command]).output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_folder_is_protected() {
    let home = TempDir::new().unwrap();
    let out = home.path().join("out");
    document(home.path(), &SMALL);
    let before = contents(&out);
    for resume in [&[][..], &["--resume"]] {
        let line = refusal(home.path(), &[&SMALL[..], &["--activation", "gelu"], resume].concat());
        assert!(line.contains("out holds another plan: activation relu there, gelu here"), "{line}");
    }
    assert_eq!(contents(&out), before);

    let file = out.join("seed-0004.safetensors");
    let swap = |name: &str, bytes: &[u8]| fs::write(out.join(name), bytes).unwrap();
    fs::remove_file(out.join("train.json")).unwrap();
    let whole = fs::read(&file).unwrap();
    swap("seed-0004.safetensors", &whole[..whole.len() / 2]);
    let line = refusal(home.path(), &[&SMALL[..], &["--resume"]].concat());
    assert!(line.contains("seed-0004.safetensors: the safetensors file is damaged"), "{line}");
    swap("seed-0004.safetensors", &fs::read(out.join("seed-0005.safetensors")).unwrap());
    let line = refusal(home.path(), &[&SMALL[..], &["--resume"]].concat());
    assert!(line.contains("seed-0004.safetensors: it is a network of another plan, seed or step"), "{line}");
    swap("seed-0004.safetensors", &whole);

    let lock = fs::File::options().write(true).open(out.join(".lock")).unwrap();
    lock.lock().unwrap();
    let line = refusal(home.path(), &[&SMALL[..], &["--resume"]].concat());
    assert!(line.contains("out is in use by another relulab process"), "{line}");
    drop(lock);

    swap("plan.json", b"{\"format\": 1}");
    assert!(refusal(home.path(), &SMALL).contains("plan.json: damaged plan"));
    fs::create_dir(home.path().join("mine")).unwrap();
    fs::write(home.path().join("mine/thesis.txt"), "words").unwrap();
    let line = refusal(home.path(), &[&SMALL[..SMALL.len() - 1], &["mine"]].concat());
    assert!(line.contains("mine is not empty and holds no plan.json"), "{line}");
}

#[test]
fn bad_input_is_one_clear_line_and_leaves_nothing() {
    let home = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(home.path().join(name), text).unwrap();
    write("text.csv", "a,b,y\n1,2,3\n4,five,6\n");
    write("mistake.csv", "a,y\n1,0.5\n2,o.7\n");
    write("wide.csv", "a,y\n1,0\n2,3\n");
    write("fraction.csv", "a,y\n1,0\n2,1.5\n");
    write("empty.csv", "");
    write("damaged.npz", "PK no archive");
    let before = contents(home.path());
    let target = |rest: &[&'static str]| [&["--shape", "4", "--target", "sine"], rest].concat();
    let data = |rest: &[&'static str]| [&["--shape", "4", "--data"], rest].concat();
    let shape = |text: &'static str| vec!["--shape", text, "--target", "sine"];
    let huge = vec!["2048"; 200].join(",");
    let mut table: Vec<(Vec<&str>, &str)> = vec![
        (vec!["--shape", &huge, "--target", "sine"], "--shape: 835080193 parameters need about"),
        (vec!["--shape", "4", "--target", "cubic"], "--target: target \"cubic\": expected linear, absolute"),
        (vec!["--shape", "4", "--target", "x + cos(y)"], "--target: target formula, column 9: unknown"),
        (vec!["--shape", "4", "--target", "interaction"], "--target: target \"interaction\": needs at least 2 inputs"),
        (vec!["--shape", "4"], "--target"),
        (vec!["--target", "sine"], "--shape"),
        (vec!["--shape", "4", "--target", "sine", "--data", "wide.csv"], "--data"),
        (shape("5,x"), "--shape: shape \"5,x\""),
        (shape(""), "--shape"),
        (shape("5,0"), "--shape: hidden width 0"),
        (shape("5000"), "--shape: hidden width 5000"),
        (shape("-3"), "--shape"),
        (target(&["--seeds", "0"]), "--seeds: 0"),
        (target(&["--seeds", "-1"]), "--seeds"),
        (target(&["--seeds", "99999999"]), "--seeds: 99999999"),
        (target(&["--steps", "0"]), "--steps: 0"),
        (target(&["--steps", "many"]), "--steps"),
        (target(&["--batch", "0"]), "--batch: 0"),
        (target(&["--input-dim", "0"]), "--input-dim: input dimension 0"),
        (target(&["--input-dim", "65"]), "--input-dim: evaluation points in 65 dimensions"),
        (target(&["--activation", "swish"]), "swish"),
        (target(&["--loss", "hinge"]), "hinge"),
        (target(&["--loss", "softmax_cross_entropy"]), "--loss: softmax_cross_entropy: a target has no classes"),
        (target(&["--optimiser", "lion"]), "lion"),
        (target(&["--learning-rate", "-1"]), "--learning-rate: -1"),
        (target(&["--learning-rate", "nan"]), "--learning-rate: NaN"),
        (target(&["--momentum", "0.9"]), "--momentum: adam has none"),
        (target(&["--optimiser", "sgd", "--momentum", "1"]), "--momentum: 1"),
        (target(&["--initialisation", "ones"]), "ones"),
        (target(&["--sampler", "box:3,1"]), "box:3,1"),
        (target(&["--precision", "f16"]), "f16"),
        (target(&["--checkpoints", "0,4000"]), "--checkpoints: 4000: training ends after 3000 steps"),
        (target(&["--full-batch"]), "--full-batch: a target has no last point"),
        (target(&["--label", "y"]), "--label: it needs --data"),
        (target(&["--threads", "0"]), "--threads: 0"),
        (target(&["--out", "empty.csv"]), "--out: cannot read empty.csv"),
        (target(&["--out", "empty.csv/sub"]), "--out: cannot"),
        (data(&["absent.csv"]), "--data: absent.csv: "),
        (data(&["."]), "--data: .: "),
        (data(&["empty.csv"]), "--data: empty.csv: the CSV file is empty"),
        (data(&["text.csv"]), "--data: text.csv: line 3, column 2 (b): \"five\" is not a finite number"),
        (data(&["mistake.csv"]), "--data: mistake.csv: line 3, column 2 (y): \"o.7\" is not a finite number"),
        (data(&["wide.csv", "--label", "z"]), "--data: wide.csv: there is no column \"z\""),
        (data(&["wide.csv", "--loss", "binary_cross_entropy"]), "--data: wide.csv: label 3 of row 2"),
        (data(&["wide.csv", "--classes"]), "--data: wide.csv: class labels: class 1 of 4 has no point"),
        (
            data(&["wide.csv", "--classes", "--loss", "mse"]),
            "--data: wide.csv: class labels need softmax_cross_entropy or binary_cross_entropy, not mse",
        ),
        (data(&["fraction.csv", "--classes"]), "--data: fraction.csv: class labels, row 2: 1.5 is not a class"),
        (data(&["wide.csv", "--test-fraction", "1"]), "--test-fraction: 1"),
        (data(&["wide.csv", "--input-dim", "1"]), "--input-dim"),
        (data(&["wide.csv", "--sampler", "normal"]), "--sampler"),
        (data(&["wide.csv", "--full-batch", "--batch", "8"]), "--batch"),
        (data(&["damaged.npz"]), "--data: damaged.npz: the npz file is damaged"),
    ];
    if Path::new("/proc/self").exists() {
        table.push((target(&["--out", "/proc/relulab"]), "--out: cannot create /proc/relulab"));
    }
    for (arguments, expected) in &table {
        let mut command = [&["train"], arguments.as_slice()].concat();
        if !command.contains(&"--out") {
            command.extend(["--out", "out"]);
        }
        let output = relulab(home.path(), &command);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(expected), "{arguments:?} should name {expected}:\n{said}");
        let first = refusal(home.path(), &command);
        assert!(first.contains(expected), "{arguments:?}: {first}");
        assert_eq!(contents(home.path()), before, "{arguments:?}");
    }
    let caret = relulab(home.path(), &["train", "--shape", "4", "--target", "x + cos(y)"]);
    let said = String::from_utf8(caret.stderr).unwrap();
    assert!(said.ends_with("\n  x + cos(y)\n          ^\n"), "{said}");
}
