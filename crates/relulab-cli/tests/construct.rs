//! `relulab construct` from outside: known networks, files that `relulab regions` counts again, and refusals.

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

fn relulab(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relulab")).current_dir(home).args(arguments).output().unwrap()
}

fn document(home: &Path, arguments: &[&str]) -> Value {
    let output = relulab(home, &[arguments, &["--json"]].concat());
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refusal(home: &Path, arguments: &[&str]) -> String {
    let output = relulab(home, &[&["construct"], arguments].concat());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(output.stdout.is_empty() && said.lines().count() == 1, "{arguments:?}: {said}");
    said
}

#[test]
fn sawtooths_and_zonotopes_have_their_pieces() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    let made = document(home, &["construct", "sawtooth", "--width", "4", "--folds", "3", "--out", "saw.safetensors"]);
    assert_eq!((&made["pieces"], &made["verified"]), (&Value::from(4 * 4 * 4 + 2), &Value::from("proved")));
    assert_eq!(made["network"], "saw.safetensors");
    assert_eq!(made["hidden"], serde_json::json!([4, 4, 4]));
    let counted = document(home, &["regions", "saw.safetensors"]);
    assert_eq!(counted["open_connected_pieces"], made["pieces"]);

    // Breakpoints with denominators that f64 does not hold: an exact multiple of the function.
    let made = document(home, &["construct", "sawtooth", "--breakpoints", "1/3,0.4", "--breakpoints", "1/7,1/2"]);
    assert_eq!((&made["pieces"], &made["verified"]), (&Value::from(10), &Value::from("proved")));
    assert_ne!(made["scale"], "1");

    let zonotope = ["construct", "zonotope", "--inputs", "2", "--generators", "4", "--width", "3", "--folds", "2"];
    let made = document(home, &[&zonotope[..], &["--out", "z.safetensors"]].concat());
    assert_eq!((&made["pieces"], &made["verified"]), (&Value::from(8 * 9), &Value::from("proved")));
    assert_eq!(made["details"]["printed_in_theorem"], "27");
    assert_eq!(made["details"]["printed_in_proof"], "36");
    assert_eq!(document(home, &["regions", "z.safetensors"])["open_connected_pieces"], made["pieces"]);

    // Too many pieces to count: the network is compared with its formula instead.
    let made = document(home, &["construct", "sawtooth", "--width", "4", "--folds", "12"]);
    assert_eq!((&made["pieces"], &made["verified"]), (&Value::Null, &Value::from("sampled")));
    assert_eq!(made["pieces_by_formula"], "16777218");
    let text = relulab(home, &["construct", "sawtooth", "--width", "2", "--folds", "2"]);
    assert!(String::from_utf8(text.stdout).unwrap().contains("open-connected pieces      6\n"));
}

#[test]
fn functions_become_networks_with_a_proof() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    let line = ["construct", "line", "--breakpoints", "-1,0.1,1/3", "--slopes", "-1,2,0,1", "--value", "1/7"];
    let made = document(home, &line);
    // The last change of slope, 1, is minus the first slope.
    assert_eq!((&made["pieces"], &made["units"]), (&Value::from(4), &Value::from(3)));
    assert_eq!((&made["verified"], &made["details"]["exact"]), (&Value::from("proved"), &Value::from(true)));
    let made = document(home, &[&line[..], &["--no-output-bias"]].concat());
    assert_eq!(made["units"], 4);

    // max(min(x, y), 0.1 − x/3).
    let text = r#"{"pieces": [{"slopes": [1, 0], "constant": 0}, {"slopes": [0, 1], "constant": 0},
        {"slopes": ["-1/3", 0], "constant": 0.1}], "max_of_min": [[0, 1], [2]]}"#;
    fs::write(home.join("f.json"), text).unwrap();
    for save in ["units", "depth"] {
        let made = document(home, &["construct", "cpwl", "f.json", "--save", save, "--out", "f.safetensors"]);
        assert_eq!((&made["pieces"], &made["verified"]), (&Value::from(3), &Value::from("proved")));
        assert_eq!(made["hidden"].as_array().unwrap().len(), 2);
        assert_eq!(document(home, &["regions", "f.safetensors"])["distinct_affine_functions"], 3);
    }
}

#[test]
fn bad_input_is_refused_in_one_line() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    fs::write(home.join("damaged.json"), b"{\"pieces\": [").unwrap();
    fs::write(home.join("gap.json"), br#"{"pieces": [{"slopes": [1], "constant": 0}], "max": [1]}"#).unwrap();
    for (arguments, expected) in [
        (&["sawtooth"][..], "expected --width W --folds K"),
        (&["sawtooth", "--width", "0", "--folds", "2"], "--width: 0: expected 1 to"),
        (&["sawtooth", "--breakpoints", "1/2,1/4"], "--breakpoints: breakpoint 1/4 of fold 1"),
        (&["sawtooth", "--breakpoints", "1/2", "--breakpoints", ""], "--breakpoints: fold 2 has 1 slopes"),
        (&["sawtooth", "--breakpoints", "1/2", "--folds", "2"], "--folds: expected either"),
        (&["sawtooth", "--breakpoints", "nan"], "--breakpoints: \"nan\": expected an integer"),
        (&["sawtooth", "--breakpoints", "1/2", "--height", "-1"], "--height: height -1"),
        (&["zonotope"], "expected --inputs N --generators M"),
        (&["zonotope", "--inputs", "0", "--generators", "2"], "--inputs: 0: expected 1 to"),
        (&["zonotope", "--generator", "1,2", "--generator", "0,0"], "--generator: generator 2"),
        (&["cpwl", "absent.json"], "absent.json: "),
        (&["cpwl", "damaged.json"], "damaged.json: EOF"),
        (&["cpwl", "gap.json"], "gap.json: piece 1 does not exist"),
        (&["line", "--slopes", "1,2"], "--slopes: 2 slopes for 0 breakpoints"),
        (&["line", "--breakpoints", "1,0", "--slopes", "1,2,3"], "--breakpoints: breakpoint 1 at 0"),
        (&["line", "--slopes", "x"], "--slopes: \"x\""),
        (&["line", "--slopes", "1", "--out", "no-folder/net"], "--out: "),
    ] {
        let said = refusal(home, arguments);
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
    assert!(!home.join("net").exists());
}
