//! `relulab align` and `relulab cloud` from outside: documents, files and refusals.

use relulab_io::{Precision, safetensors};
use relulab_net::{Activation, Network, Shape, reference};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const ROUNDING: f64 = 1e-12;

fn relulab(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relulab")).current_dir(home).args(arguments).output().unwrap()
}

fn document(home: &Path, arguments: &[&str]) -> Value {
    let output = relulab(home, &[arguments, &["--json"]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refusal(home: &Path, arguments: &[&str]) -> String {
    let output = relulab(home, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(output.stdout.is_empty() && !said.contains("panicked"), "{arguments:?}: {said}");
    said.lines().next().unwrap_or_default().to_owned()
}

fn write(home: &Path, name: &str, network: &Network) {
    fs::write(home.join(name), safetensors::write(network, &BTreeMap::new(), Precision::F64).unwrap()).unwrap();
}

/// 2 relu(x) − relu(3 − x) + 0.1 relu(x − 1), its units in this order.
fn three_units(activation: Activation) -> Network {
    let parameters = vec![1.0, -1.0, 1.0, 0.0, 3.0, -1.0, 2.0, -1.0, 0.1, 0.0];
    Network::new(Shape::new(1, vec![3], 1).unwrap(), activation, parameters).unwrap()
}

/// The same function: unit 1 first, then unit 2 at 4 times, then unit 0 at half its scale.
fn rearranged(activation: Activation) -> Network {
    let parameters = vec![-1.0, 4.0, 0.5, 3.0, -4.0, 0.0, -1.0, 0.025, 4.0, 0.0];
    Network::new(Shape::new(1, vec![3], 1).unwrap(), activation, parameters).unwrap()
}

#[test]
fn an_alignment_finds_the_rearrangement_and_keeps_the_function() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    let (a, b) = (three_units(Activation::Relu), rearranged(Activation::Relu));
    write(home, "a.safetensors", &a);
    write(home, "b.safetensors", &b);
    // Both ends learnt the target to the last bit, so the loss between them is all barrier.
    let base = ["align", "a.safetensors", "b.safetensors", "--target", "2*relu(x) - relu(3-x) + 0.1*relu(x-1)"];
    for method in ["greedy", "correlation", "optimal-weights", "optimal-barrier"] {
        let out = format!("{method}.safetensors");
        let found = document(home, &[&base[..], &["--method", method, "--out", &out]].concat());
        assert_eq!(found["permutation"], serde_json::json!([[2, 0, 1]]), "{method}");
        assert_eq!(found["shape"], serde_json::json!([1, 3, 1]));
        let aligned = safetensors::read(&fs::read(home.join(&out)).unwrap()).unwrap().network;
        for x in [-2.0, 0.3, 1.7, 5.0] {
            assert!((reference::forward(&aligned, &[x])[0] - reference::forward(&b, &[x])[0]).abs() < ROUNDING);
        }
        let barrier = &found["barrier"];
        assert_eq!((barrier["raw"]["method"].as_str(), found["loss"].as_str()), (Some("exact"), Some("mse")));
        let height = |which: &str| barrier[which]["height"].as_f64().unwrap();
        assert!(height("raw") > 0.1 && height("aligned") < height("raw"), "{method}: {barrier}");
        assert!(barrier["raw"]["raw_maximum"].as_f64().unwrap() >= barrier["raw"]["ends"][0].as_f64().unwrap());
        if method == "optimal-weights" {
            assert_eq!(found["scales"], serde_json::json!([[2.0, 1.0, 0.25]]));
            assert!(aligned == a && found["squared_distance"] == 0.0 && height("aligned") < ROUNDING);
        }
    }
    // At canonical scale the two are one.
    let balanced = document(home, &[&base[..], &["--normalise", "balanced"]].concat());
    assert!(balanced["squared_distance"].as_f64().unwrap() < ROUNDING, "{balanced}");
    let text = relulab(home, &base);
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("barrier  aligned") && text.contains("exact, "), "{text}");
    // On data of the user's own, with a smooth activation, the path is sampled.
    write(home, "c.safetensors", &three_units(Activation::Tanh));
    write(home, "d.safetensors", &rearranged(Activation::Tanh));
    fs::write(home.join("d.csv"), "x,y\n-1,0\n0,1\n2,3\n").unwrap();
    let options = ["align", "c.safetensors", "d.safetensors", "--data", "d.csv", "--points", "11"];
    let sampled = document(home, &options);
    assert_eq!(
        (&sampled["barrier"]["raw"]["method"], &sampled["barrier"]["raw"]["evaluated"]),
        (&"sampled".into(), &11.into())
    );
}

#[test]
fn what_cannot_be_aligned_is_refused() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    write(home, "a.safetensors", &three_units(Activation::Relu));
    write(home, "t.safetensors", &three_units(Activation::Tanh));
    let wide = Shape::new(1, vec![9], 1).unwrap();
    write(home, "w.safetensors", &Network::new(wide, Activation::Relu, vec![0.5; 28]).unwrap());
    let deep = Shape::new(1, vec![2, 2], 2).unwrap();
    write(home, "deep.safetensors", &Network::new(deep, Activation::Relu, vec![0.5; 16]).unwrap());
    let bytes = fs::read(home.join("a.safetensors")).unwrap();
    fs::write(home.join("damaged.safetensors"), &bytes[..bytes.len() - 8]).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let at = text.find("\"version\":\"1\"").unwrap();
    let mut later = bytes.clone();
    later[at + 11] = b'9';
    fs::write(home.join("later.safetensors"), later).unwrap();
    let mut infinite = bytes.clone();
    let end = infinite.len();
    infinite[end - 8..].copy_from_slice(&f64::INFINITY.to_le_bytes());
    fs::write(home.join("infinite.safetensors"), infinite).unwrap();
    fs::write(home.join("wide.csv"), "x,z,y\n1,2,3\n").unwrap();
    let align = |b: &str, options: &[&str]| refusal(home, &[&["align", "a.safetensors", b], options].concat());
    let linear = ["--target", "linear"];
    for (other, expected) in [
        ("absent.safetensors", "absent.safetensors: "),
        ("damaged.safetensors", "damaged.safetensors: "),
        ("later.safetensors", "version 9"),
        ("infinite.safetensors", "is not a finite number"),
        ("w.safetensors", "w.safetensors: the networks have different shapes"),
        ("t.safetensors", "t.safetensors: the networks have different activations"),
    ] {
        let said = align(other, &linear);
        assert!(said.contains(expected), "{other}: {said}");
    }
    for (options, expected) in [
        (vec!["--data", "wide.csv"], "--data: 2 inputs and 1 labels a point: expected 1 and 1"),
        (vec!["--data", "absent.csv"], "--data: absent.csv"),
        (vec!["--target", "parabola"], "--target: "),
        (vec!["--target", "linear", "--data", "wide.csv"], "cannot be used with"),
        (vec![], "required"),
        (vec!["--target", "linear", "--points", "1"], "--points: 1"),
        (vec!["--target", "linear", "--method", "best"], "best"),
        (vec!["--target", "linear", "--out", "a.safetensors"], "the command reads this file"),
        (vec!["--target", "linear", "--out", "none/x.safetensors"], "--out: "),
    ] {
        let said = align("a.safetensors", &options);
        assert!(said.contains(expected), "{options:?}: {said}");
    }
    let pair =
        |name: &str, options: &[&str]| refusal(home, &[&["align", name, name, "--target", "linear"], options].concat());
    assert!(pair("w.safetensors", &["--method", "optimal-barrier"]).contains("--method: 9 hidden units"));
    assert!(
        pair("t.safetensors", &["--normalise", "balanced"]).contains("--normalise: units with the activation tanh")
    );
    assert!(pair("t.safetensors", &["--method", "optimal-weights"]).contains("--method: "));
    assert!(pair("deep.safetensors", &[]).contains("--target: a target has one output, and the network has 2"));
}

#[test]
fn a_cloud_of_rearrangements_is_one_point() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    fs::create_dir(home.join("runs")).unwrap();
    for (name, network) in [
        ("1.safetensors", three_units(Activation::Relu)),
        ("2.safetensors", rearranged(Activation::Relu)),
        ("3.safetensors", three_units(Activation::Relu)),
        ("4.safetensors", rearranged(Activation::Relu)),
    ] {
        write(&home.join("runs"), name, &network);
    }
    let cloud = document(home, &["cloud", "runs", "--align", "weights"]);
    assert_eq!(cloud["shape"], serde_json::json!([1, 3, 1]));
    assert_eq!((&cloud["n"], &cloud["dimension"], &cloud["components95"]["raw"]), (&4.into(), &10.into(), &1.into()));
    let views = cloud["preparations"].as_array().unwrap();
    let names: Vec<&str> = views.iter().map(|view| view["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["raw", "normalised", "aligned", "aligned_normalised"]);
    let lost = |view: usize| views[view]["variance_lost"].as_f64().unwrap();
    assert!(lost(0) == 0.0 && (lost(3) - 1.0).abs() < ROUNDING, "{cloud}");
    assert_eq!(views[0]["growth"].as_array().unwrap().last().unwrap()["n"], 4);
    assert!(cloud["top"]["raw"].as_array().unwrap().len() <= 10);
    let text = String::from_utf8(relulab(home, &["cloud", "runs"]).stdout).unwrap();
    assert!(text.contains("4 solutions of 10 parameters") && text.contains("aligned_normalised"), "{text}");
}

#[test]
fn a_population_of_train_is_a_cloud() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    let train = ["train", "--shape", "5", "--target", "linear", "--steps", "200", "--seeds", "12", "--out", "runs"];
    document(home, &[&train[..], &["--checkpoints", "0"]].concat());
    let cloud = document(home, &["cloud", "runs", "--normalise", "unit-incoming", "--draws", "5"]);
    assert_eq!((&cloud["n"], &cloud["normalisation"]), (&12.into(), &"unit_incoming".into()));
    let sizes: Vec<u64> =
        cloud["preparations"][0]["growth"].as_array().unwrap().iter().map(|g| g["n"].as_u64().unwrap()).collect();
    assert_eq!(sizes, [2, 3, 6, 9, 12]);
    let again = document(home, &["cloud", "runs", "--normalise", "unit-incoming", "--draws", "5", "--threads", "1"]);
    assert_eq!(cloud, again);
}

#[test]
fn what_is_no_cloud_is_refused() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    fs::create_dir(home.join("few")).unwrap();
    for name in ["1.safetensors", "2.safetensors", "2-step-5.safetensors"] {
        write(&home.join("few"), name, &three_units(Activation::Relu));
    }
    assert!(refusal(home, &["cloud", "few"]).contains("few: 2 network files: a cloud needs at least 3"));
    assert!(refusal(home, &["cloud", "absent"]).contains("absent: "));
    write(&home.join("few"), "3.safetensors", &three_units(Activation::Tanh));
    assert!(refusal(home, &["cloud", "few"]).contains("3.safetensors: "));
    write(&home.join("few"), "3.safetensors", &three_units(Activation::Relu));
    fs::write(home.join("wide.csv"), "x,z,y\n1,2,3\n").unwrap();
    assert!(refusal(home, &["cloud", "few", "--data", "wide.csv"]).contains("--data: 2 inputs"));
    assert!(refusal(home, &["cloud", "few", "--draws", "0"]).contains("--draws: 0"));
    fs::write(home.join("few/4.npz"), b"PK damaged").unwrap();
    assert!(refusal(home, &["cloud", "few"]).contains("4.npz: "));
}
