//! `relulab units` from outside: statuses by enumeration and by proof, data, certificates and their check, refusals.

use relulab_io::{Precision, npz, safetensors};
use relulab_net::{Activation, Network, Shape};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

fn relulab(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relulab")).current_dir(home).args(["units"]).args(arguments).output().unwrap()
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
    assert!(output.stdout.is_empty() && said.lines().count() == 1, "{said}");
    said
}

/// One hidden layer on so many inputs: Σx + 2, Σx − 9, x₁, and nothing.
fn write_network(home: &Path, inputs: usize, activation: Activation) -> String {
    let shape = Shape::new(inputs, vec![4], 1).unwrap();
    let mut parameters = vec![1.0; 2 * inputs];
    parameters.extend((0..inputs).map(|input| f64::from(u8::from(input == 0))));
    parameters.extend(vec![0.0; inputs]);
    parameters.extend([2.0, -9.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.25]);
    let network = Network::new(shape, activation, parameters).unwrap();
    let name = format!("net{inputs}-{activation}.safetensors");
    fs::write(home.join(&name), safetensors::write(&network, &BTreeMap::new(), Precision::F64).unwrap()).unwrap();
    name
}

fn words(document: &Value, key: &str) -> Vec<String> {
    document["layers"].as_array().unwrap().iter().map(|unit| unit[key].as_str().unwrap().to_owned()).collect()
}

const EXPECTED: [&str; 4] = ["linear", "dead", "nonlinear", "identically_zero"];

#[test]
fn statuses_and_ranges_in_several_dimensions() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    for activation in [Activation::Relu, Activation::LeakyRelu { slope: 0.25 }] {
        for inputs in [1, 2, 3, 20] {
            let net = write_network(home, inputs, activation);
            let side = if inputs == 20 { "-0.0625,0.0625" } else { "-0.5,1" };
            let found = document(home, &[&net, "--box", side]);
            assert_eq!(words(&found, "proved"), EXPECTED, "{inputs}");
            assert_eq!(words(&found, "observed"), ["linear", "dead", "nonlinear", "dead"], "{inputs}");
            let by = if inputs == 20 { "intervals" } else { "enumeration" };
            assert_eq!(found["layers"][0]["decided_by"], by);
            assert_eq!(found["complete"], true);
            assert_eq!(found["counts"]["dead"], 1);
            if inputs < 20 {
                let lowest = 2.0 - 0.5 * inputs as f64;
                assert_eq!(found["layers"][0]["min"], lowest, "{inputs}");
                assert_eq!(found["layers"][0]["exact"], true);
            }
            assert_eq!(found["layers"][0]["unit"], 0);
            assert_eq!(found["outputs"][0]["layer"], 1);
        }
    }
    let found = document(home, &[&write_network(home, 2, Activation::Relu)]);
    assert_eq!(words(&found, "proved"), ["nonlinear", "nonlinear", "nonlinear", "identically_zero"]);
    assert_eq!((&found["domain"], &found["layers"][0]["min"]), (&Value::from("whole_space"), &Value::Null));
    let text = relulab(home, &[&write_network(home, 2, Activation::Relu), "--box", "-0.5,1"]).stdout;
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("4 hidden units: 1 nonlinear, 1 dead, 1 linear, 1 identically zero"), "{text}");
}

#[test]
fn data_are_observed_and_their_box_is_proved() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    let net = write_network(home, 2, Activation::Relu);
    // On these two points x₁ > 0, over their box it is not a constant sign's; the second column is constant.
    fs::write(home.join("points.csv"), "a,b,y\n1,0.5,0\n0.25,0.5,1\n").unwrap();
    let found = document(home, &[&net, "--data", "points.csv"]);
    assert_eq!(words(&found, "observed"), ["linear", "dead", "linear", "dead"]);
    assert_eq!(words(&found, "proved"), ["linear", "dead", "linear", "identically_zero"]);
    assert_eq!(found["domain"], serde_json::json!([[0.25, 1.0], [0.5, 0.5]]));
    assert_eq!(found["observed_on"], "data");
    let wider = document(home, &[&net, "--data", "points.csv", "--box", "-1,1"]);
    assert_eq!(words(&wider, "proved"), EXPECTED);
    assert_eq!(words(&wider, "observed"), ["linear", "dead", "linear", "dead"]);
    fs::write(home.join("narrow.csv"), "a,y\n1,0\n").unwrap();
    assert!(refusal(home, &[&net, "--data", "narrow.csv"]).contains("points with 1 inputs"));
    fs::write(home.join("nan.csv"), "a,b,y\n1,nan,0\n").unwrap();
    assert!(refusal(home, &[&net, "--data", "nan.csv"]).contains("nan.csv"));
    assert!(refusal(home, &[&net, "--data", "absent.csv"]).contains("absent.csv"));
}

#[test]
fn certificates_are_checked_and_forgeries_rejected() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    let net = write_network(home, 3, Activation::Relu);
    let proved = document(home, &[&net, "--box", "-0.5,1", "--certificate", "proof.json"]);
    assert_eq!(words(&proved, "proved"), EXPECTED);
    let valid = document(home, &[&net, "--check", "proof.json"]);
    assert_eq!(valid["valid"], true);
    assert_eq!(valid["claim"], "4 hidden units: 1 nonlinear, 1 dead, 1 linear, 1 identically zero, 0 unknown");
    let text = fs::read_to_string(home.join("proof.json")).unwrap();
    let mut forged: Value = serde_json::from_str(&text).unwrap();
    forged["claims"][0] = Value::from("LDDZ");
    fs::write(home.join("forged.json"), forged.to_string()).unwrap();
    let mut beyond: Value = serde_json::from_str(&text).unwrap();
    let bounds = beyond["bounds"].as_array_mut().unwrap();
    let bound = bounds.iter_mut().find(|bound| bound["unit"] == 2 && bound["side"] == "maximum").unwrap();
    bound["bound"] = Value::from(0.0);
    fs::write(home.join("beyond.json"), beyond.to_string()).unwrap();
    for name in ["forged.json", "beyond.json"] {
        let output = relulab(home, &[&net, "--check", name, "--json"]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(document["valid"], false);
        assert!(document["failed_at"].is_string());
    }
    let other = write_network(home, 2, Activation::Relu);
    assert!(refusal(home, &[&other, "--check", "proof.json"]).contains("about another network"));
    fs::write(home.join("damaged.json"), &text[..text.len() / 2]).unwrap();
    assert!(refusal(home, &[&net, "--check", "damaged.json"]).contains("damaged.json: "));
    assert!(refusal(home, &[&net, "--check", "absent.json"]).contains("absent.json: "));
    assert!(refusal(home, &[&net, "--certificate", "p.json"]).contains("give --box or --data"));
    assert!(!home.join("p.json").exists());
}

#[test]
fn results_do_not_depend_on_threads() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    let shape = Shape::new(9, vec![12, 12, 12], 2).unwrap();
    let parameters = (0..shape.n_params()).map(|k| f64::from((k * 7919 % 257) as u32) / 128.0 - 1.0).collect();
    let network = Network::new(shape, Activation::Relu, parameters).unwrap();
    fs::write(home.join("net.npz"), npz::write_network(&network).unwrap()).unwrap();
    let run = |threads: &str, file: &str| {
        let arguments =
            ["net.npz", "--box", "-1,1", "--budget", "200", "--threads", threads, "--certificate", file, "--json"];
        relulab(home, &arguments).stdout
    };
    let found = run("1", "one.json");
    assert!(!found.is_empty() && found == run("3", "three.json"));
    assert_eq!(fs::read(home.join("one.json")).unwrap(), fs::read(home.join("three.json")).unwrap());
    assert_eq!(document(home, &["net.npz", "--check", "one.json"])["valid"], true);
}

#[test]
fn bad_input_is_one_line() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    let net = write_network(home, 2, Activation::Relu);
    assert!(refusal(home, &["absent.npz"]).contains("absent.npz"));
    fs::write(home.join("damaged.safetensors"), b"no network").unwrap();
    assert!(refusal(home, &["damaged.safetensors"]).contains("damaged.safetensors: "));
    for bad in ["1", "1,-1", "0,inf", "0,0"] {
        assert!(refusal(home, &[&net, "--box", bad]).contains("--box: "), "{bad}");
    }
    assert!(refusal(home, &[&net, "--box", "0,1", "--budget", "0"]).contains("--budget: 0"));
    let smooth = write_network(home, 2, Activation::Tanh);
    assert!(refusal(home, &[&smooth, "--box", "0,1"]).contains("tanh is not piecewise linear"));
    let wide = write_network(home, 20, Activation::Relu);
    // Twenty inputs, but two directions: the whole space is within reach.
    assert_eq!(words(&document(home, &[&wide]), "proved")[..3], ["nonlinear"; 3]);
}

/// The statuses of the reference networks; skipped, with a message, where they are absent.
#[test]
fn reference_statuses() {
    let folder: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "..", "..", "..", "shared", "reference", "geometry"].iter().collect();
    let Ok(text) = fs::read_to_string(folder.join("reference.json")) else {
        println!("skipped: no reference networks beside the repository");
        return;
    };
    let entries: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut n_units = 0;
    for entry in entries.iter().filter(|entry| entry["unit_status"].is_array()) {
        let file = folder.join(entry["file"].as_str().unwrap());
        let side =
            entry["box"].as_array().map(|ends| format!("{},{}", ends[0].as_str().unwrap(), ends[1].as_str().unwrap()));
        let mut arguments = vec![file.to_str().unwrap()];
        if let Some(side) = &side {
            arguments.extend(["--box", side]);
        }
        let found = document(&folder, &arguments);
        let letters: String = words(&found, "proved")
            .iter()
            .map(|word| match word.as_str() {
                "linear" => 'A',
                "dead" => 'D',
                "identically_zero" => 'Z',
                _ => 'U',
            })
            .collect();
        let expected: String =
            entry["unit_status"].as_array().unwrap().iter().map(|layer| layer.as_str().unwrap()).collect();
        assert_eq!(letters, expected, "{} {}", entry["file"], entry["domain"]);
        n_units += letters.len();
        if side.is_none() {
            continue;
        }
        for (key, ours) in [("preact_min", "min"), ("preact_max", "max")] {
            let exact = entry[key].as_array().unwrap().iter().flat_map(|layer| layer.as_array().unwrap());
            for (unit, exact) in found["layers"].as_array().unwrap().iter().zip(exact) {
                assert_eq!(unit[ours].as_f64(), exact.as_f64(), "{key} of {} {}", entry["file"], entry["domain"]);
            }
        }
    }
    assert!(n_units > 300, "only {n_units} units");
}
