//! `relulab equal` from outside: verdicts with their exit codes, certificates, and refusals.

use relulab_io::{Precision, safetensors};
use relulab_net::{Activation, Network, Shape};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

fn relulab(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relulab")).current_dir(home).arg("equal").args(arguments).output().unwrap()
}

/// The document, and the exit code that goes with its verdict.
fn document(home: &Path, arguments: &[&str]) -> Value {
    let output = relulab(home, &[arguments, &["--json"]].concat());
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let code = match document["verdict"].as_str().unwrap() {
        "equal" => 0,
        "different" => 1,
        _ => 3,
    };
    assert_eq!(output.status.code(), Some(code), "{document}");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    document
}

fn refusal(home: &Path, arguments: &[&str]) -> String {
    let output = relulab(home, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(output.stdout.is_empty() && said.lines().count() == 1, "{arguments:?}: {said}");
    said
}

fn write(home: &Path, name: &str, input_dim: usize, hidden: &[usize], activation: Activation, parameters: &[f64]) {
    let shape = Shape::new(input_dim, hidden.to_vec(), 1).unwrap();
    let network = Network::new(shape, activation, parameters.to_vec()).unwrap();
    fs::write(home.join(name), safetensors::write(&network, &BTreeMap::new(), Precision::F64).unwrap()).unwrap();
}

/// |x| in one and in two layers and with another slope; |x| on [−1, 1] only; |x| and a little; and x₁ + x₂.
fn networks() -> TempDir {
    let home = TempDir::new().unwrap();
    let here = |name: &str, hidden: &[usize], activation, parameters: &[f64]| {
        write(home.path(), name, 1, hidden, activation, parameters);
    };
    let relu = Activation::Relu;
    here("absolute", &[2], relu, &[1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 0.0]);
    here("deep", &[2, 1], relu, &[1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0]);
    here("leaky", &[2], Activation::LeakyRelu { slope: 0.5 }, &[1.0, -1.0, 0.0, 0.0, 2.0, 2.0, 0.0]);
    here("bent", &[3], relu, &[1.0, -1.0, 1.0, 0.0, 0.0, -1.0, 1.0, 1.0, 1.0, 0.0]);
    here("shifted", &[2], relu, &[1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 2.0_f64.powi(-60)]);
    here("smooth", &[1], Activation::Tanh, &[1.0, 0.0, 1.0, 0.0]);
    write(home.path(), "plane", 2, &[], relu, &[1.0, 1.0, 0.0]);
    home
}

#[test]
fn verdicts_come_with_what_shows_them() {
    let home = networks();
    let home = home.path();
    let found = document(home, &["absolute", "leaky"]);
    assert_eq!((&found["verdict"], &found["method"]), (&json!("equal"), &json!("forms_everywhere")));
    assert_eq!(found["certificate"], json!({ "kinks": 1, "proofs": 0, "regions": null, "checked": true }));

    let found = document(home, &["absolute", "deep", "--certificate", "proof.json"]);
    assert_eq!((&found["method"], &found["certificate"]["regions"]), (&json!("regions"), &json!(2)));
    let proof: Value = serde_json::from_slice(&fs::read(home.join("proof.json")).unwrap()).unwrap();
    assert_eq!(proof["kinks"][0], json!({ "x0": "1" }));
    assert_eq!(proof["roles"]["b"][0][1], json!({ "kink": 0, "factor": "-1" }));

    let found = document(home, &["absolute", "bent", "--box", "-1,1", "--certificate", "proof.json"]);
    assert_eq!((&found["method"], &found["domain"]), (&json!("forms_over_box"), &json!([[-1.0, 1.0]])));
    let proof: Value = serde_json::from_slice(&fs::read(home.join("proof.json")).unwrap()).unwrap();
    assert_eq!(proof["proofs"]["b"][0]["side"], "maximum");
    assert_eq!(proof["roles"]["b"][0][2], "dead");

    let found = document(home, &["absolute", "bent"]);
    let x = found["witness"]["x"][0].as_f64().unwrap();
    assert!(x > 1.0);
    assert_eq!((&found["witness"]["a"], &found["witness"]["b"]), (&json!([x]), &json!([x + (x - 1.0)])));
    // Rounded, both give 1; exactly, they differ.
    let found = document(home, &["absolute", "shifted", "--box", "1,2"]);
    assert_eq!(found["witness"]["a"], found["witness"]["b"]);
    assert_eq!(found["witness"]["difference"], json!([-(2.0_f64.powi(-60))]));
    assert_ne!(found["witness"]["exact"]["a"], found["witness"]["exact"]["b"]);

    let found = document(home, &["absolute", "deep", "--budget", "1"]);
    assert_eq!((&found["verdict"], &found["certificate"]), (&json!("unknown"), &Value::Null));
    assert!(found["reason"].as_str().unwrap().starts_with("the budget of 1 regions"));

    let text = String::from_utf8(relulab(home, &["absolute", "deep"]).stdout).unwrap();
    assert!(
        text.starts_with("equal on the whole space\n  the difference of their forms is 0 on all of its 2 regions\n")
    );
    let text = String::from_utf8(relulab(home, &["absolute", "bent"]).stdout).unwrap();
    assert!(text.starts_with("different on the whole space\n") && text.contains("A − B"));
}

#[test]
fn bad_input_is_refused_in_one_line() {
    let home = networks();
    let home = home.path();
    fs::write(home.join("damaged"), b"no network").unwrap();
    for (arguments, expected) in [
        (&["absent", "deep"][..], "absent: "),
        (&["absolute", "damaged"], "damaged: "),
        (&["absolute", "smooth"], "smooth: the activation tanh is not piecewise linear"),
        (&["smooth", "absolute"], "smooth: the activation tanh is not piecewise linear"),
        (&["absolute", "plane"], "plane: compared with absolute: networks with 1 and 2 inputs"),
        (&["absolute", "deep", "--box", "1,-1"], "--box: \"1,-1\": expected two finite numbers"),
        (&["absolute", "deep", "--box", "1,1"], "--box: \"1,1\""),
        (&["absolute", "deep", "--box", "0,1", "--box", "0,1"], "--box: given 2 times: expected once, or 1 times"),
        (&["absolute", "deep", "--budget", "0"], "--budget: 0: expected at least 1 region"),
        (&["absolute", "deep", "--certificate", "deep"], "--certificate: deep: the command reads this file"),
    ] {
        let said = refusal(home, arguments);
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
}
