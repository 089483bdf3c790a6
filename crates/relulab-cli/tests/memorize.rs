//! `relulab memorize` and `relulab verify` from outside: a proof, its check, tampering, and refusals.

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

fn relulab(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relulab")).current_dir(home).args(arguments).output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

fn refusal(home: &Path, arguments: &[&str]) -> String {
    let output = relulab(home, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(output.stdout.is_empty() && said.lines().count() == 1, "{said}");
    said
}

/// Twelve points of the plane on a lattice, with labels that no simple rule gives.
fn write_lattice(home: &Path) {
    let rows: String = (0..12).map(|i| format!("{},{},{}\n", i % 4, i / 4, (i * i * 7) % 5)).collect();
    fs::write(home.join("lattice.csv"), format!("a,b,y\n{rows}")).unwrap();
}

#[test]
fn a_certificate_proves_and_a_changed_one_does_not() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    write_lattice(home);
    for activation in ["tanh", "relu"] {
        let arguments = ["memorize", "lattice.csv", "--neurons", "12", "--activation", activation, "--json"];
        let files = ["--certificate", "proof.json", "--out", "net.safetensors"];
        let output = relulab(home, &[&arguments[..], &files].concat());
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let found = json(&output);
        assert_eq!((&found["outcome"], &found["n_points"]), (&"proved".into(), &12.into()));
        assert_eq!((&found["certificate"], &found["network"]), (&"proof.json".into(), &"net.safetensors".into()));
        assert!(found["loss"].as_f64().unwrap() < 1e-15);

        let output = relulab(home, &["verify", "proof.json", "--json"]);
        assert_eq!((output.status.code(), &json(&output)["valid"]), (Some(0), &true.into()));
        assert_eq!(json(&output)["failed_at"], Value::Null);

        let text = fs::read_to_string(home.join("proof.json")).unwrap();
        fs::write(home.join("changed.json"), text.replacen("\"output_bias\":0.0", "\"output_bias\":1e-3", 1)).unwrap();
        let output = relulab(home, &["verify", "changed.json", "--json"]);
        assert_eq!((output.status.code(), &json(&output)["valid"]), (Some(1), &false.into()));
        assert!(json(&output)["failed_at"].as_str().unwrap().starts_with("seal"));
    }
    let output = relulab(home, &["verify", "proof.json"]);
    assert!(String::from_utf8(output.stdout).unwrap().starts_with("valid: weights within "));
}

#[test]
fn the_same_command_writes_the_same_bytes_with_any_number_of_threads() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    write_lattice(home);
    let run = |threads: &str, file: &str| {
        let arguments = ["memorize", "lattice.csv", "--neurons", "14", "--seed", "3", "--threads", threads];
        assert!(relulab(home, &[&arguments[..], &["--certificate", file]].concat()).status.success());
        fs::read(home.join(file)).unwrap()
    };
    assert_eq!(run("1", "one.json"), run("3", "three.json"));
}

#[test]
fn words_are_classes_and_classes_are_numbers() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    fs::write(home.join("words.csv"), "a,b,kind\n0,0,no\n0,1,yes\n1,0,yes\n1,1,no\n").unwrap();
    let output = relulab(home, &["memorize", "words.csv", "--neurons", "4", "--json"]);
    assert_eq!(json(&output)["outcome"], "proved");
    assert_eq!(json(&output)["certificate"], Value::Null);
}

#[test]
fn what_cannot_be_fitted_ends_with_exit_code_three() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    // Without biases a ReLU network is linear along a ray.
    fs::write(home.join("ray.csv"), "x,y\n1,1\n2,-1\n3,1\n").unwrap();
    let arguments = ["memorize", "ray.csv", "--neurons", "8", "--activation", "relu", "--no-biases", "--json"];
    let output = relulab(home, &[&arguments[..], &["--certificate", "none.json"]].concat());
    assert_eq!(output.status.code(), Some(3));
    assert_eq!((&json(&output)["outcome"], &json(&output)["loss"]), (&"not_proved".into(), &Value::Null));
    assert!(!home.join("none.json").exists());
}

#[test]
fn bad_input_is_refused_in_one_line() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    write_lattice(home);
    let told = |arguments: &[&str]| refusal(home, &[&["memorize"], arguments].concat());
    let few = told(&["lattice.csv", "--neurons", "10"]);
    assert!(
        few.contains("--neurons: 10 neurons for 12 different points of dimension 2: expected at least 12"),
        "{few}"
    );
    assert!(told(&["lattice.csv", "--neurons", "13"]).contains("expected an even number"));
    assert!(told(&["lattice.csv", "--neurons", "12", "--epsilon", "0"]).contains("--epsilon: 0"));
    assert!(told(&["lattice.csv", "--neurons", "12", "--draws", "0"]).contains("--draws: 0"));
    assert!(told(&["lattice.csv", "--neurons", "12", "--out", "lattice.csv"]).contains("--out: lattice.csv"));
    assert!(told(&["absent.csv", "--neurons", "12"]).contains("absent.csv: "));
    fs::write(home.join("clash.csv"), "x,y\n1,1\n2,5\n1,2\n").unwrap();
    assert!(told(&["clash.csv", "--neurons", "6"]).contains("clash.csv: rows 1 and 3 have equal inputs"));
    fs::write(home.join("nan.csv"), "x,y\n1,1\n2,nan\n").unwrap();
    assert!(told(&["nan.csv", "--neurons", "4"]).contains("nan.csv: "));
    fs::write(home.join("broken.json"), "{\"kind\":\"memorize\",\"version\":1}").unwrap();
    assert!(refusal(home, &["verify", "broken.json"]).contains("missing field `data`"));
    fs::write(home.join("other.json"), "{\"kind\":\"horoscope\"}").unwrap();
    assert!(refusal(home, &["verify", "other.json"]).contains("certificates of kind \"horoscope\" are not known"));
    assert!(refusal(home, &["verify", "lattice.csv"]).contains("expected a certificate"));
    assert!(refusal(home, &["verify", "absent.json"]).contains("absent.json: "));
}
