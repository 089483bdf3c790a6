//! `relulab compress` from outside: what goes and why, the proof, the file, and refusals.

use relulab_io::{Precision, safetensors};
use relulab_net::{Activation, Network, Shape};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

fn relulab(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relulab")).current_dir(home).args(arguments).output().unwrap()
}

fn document(home: &Path, arguments: &[&str]) -> Value {
    let output = relulab(home, &[&["compress"], arguments, &["--json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refusal(home: &Path, arguments: &[&str]) -> String {
    let output = relulab(home, &[&["compress"], arguments].concat());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(output.stdout.is_empty() && said.lines().count() == 1, "{arguments:?}: {said}");
    said
}

/// relu(x), relu(2x), a unit that is dead on [−1, 1] and one that nothing listens to.
fn write_four_units(home: &Path, activation: Activation) {
    let parameters = [1.0, 2.0, 1.0, 3.0, 0.0, 0.0, -1.5, 0.5, 1.0, 1.0, 4.0, 0.0, 0.25];
    let network = Network::new(Shape::new(1, vec![4], 1).unwrap(), activation, parameters.to_vec()).unwrap();
    let provenance = BTreeMap::from([("seed".to_owned(), "7".to_owned())]);
    fs::write(home.join("wide"), safetensors::write(&network, &provenance, Precision::F64).unwrap()).unwrap();
}

#[test]
fn units_go_and_the_function_stays() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    write_four_units(home, Activation::Relu);
    let everywhere = document(home, &["wide", "--out", "everywhere"]);
    assert_eq!(everywhere["before"], json!({ "shape": [1, 4, 1], "units": 4, "parameters": 13 }));
    assert_eq!((&everywhere["after"]["shape"], &everywhere["removed"]), (&json!([1, 2, 1]), &json!(2)));
    assert_eq!(
        (&everywhere["proof"]["verdict"], &everywhere["proof"]["domain"]),
        (&json!("equal"), &json!("whole_space"))
    );

    let over_box = document(home, &["wide", "--box", "-1,1", "--out", "small"]);
    assert_eq!((&over_box["after"]["shape"], &over_box["removed"]), (&json!([1, 1, 1]), &json!(3)));
    assert_eq!(over_box["proof"]["method"], "forms_over_box");
    assert_eq!(over_box["proof"]["certificate"]["checked"], true);
    let steps: Vec<&str> =
        over_box["changes"].as_array().unwrap().iter().map(|change| change["step"].as_str().unwrap()).collect();
    assert!(steps.contains(&"dropped: 0 over the box") && steps.contains(&"merged into a parallel unit"), "{steps:?}");
    let file = safetensors::read(&fs::read(home.join("small")).unwrap()).unwrap();
    assert_eq!(file.network.parameters(), [1.0, 0.0, 3.0, 0.25]);
    assert_eq!(file.provenance["compressed_domain"], "[[-1.0,1.0]]");
    assert_eq!((file.provenance["compressed"].as_str(), file.provenance["seed"].as_str()), ("wide", "7"));

    // What the command says is what `equal` says of the files: over the box, but not everywhere.
    let equal = |second: &str, domain: &[&str]| {
        relulab(home, &[&["equal", "wide", second], domain].concat()).status.code().unwrap()
    };
    assert_eq!((equal("small", &["--box", "-1,1"]), equal("small", &[]), equal("everywhere", &[])), (0, 1, 0));

    let text = String::from_utf8(relulab(home, &["compress", "wide", "--box", "-1,1"]).stdout).unwrap();
    assert!(text.contains("removed  3 units") && text.contains("dropped: 0 over the box: 2"), "{text}");
    assert!(text.contains("proof    equal over the box [[-1.0,1.0]]"), "{text}");
}

#[test]
fn bad_input_is_refused_in_one_line() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    write_four_units(home, Activation::Gelu);
    assert!(refusal(home, &["wide"]).contains("wide: the activation gelu is not piecewise linear"));
    write_four_units(home, Activation::Relu);
    fs::write(home.join("damaged"), b"no network").unwrap();
    for (arguments, expected) in [
        (&["absent"][..], "absent: "),
        (&["damaged"], "damaged: "),
        (&["wide", "--box", "2,1"], "--box: \"2,1\""),
        (&["wide", "--box", "0,inf"], "--box: \"0,inf\""),
        (&["wide", "--box", "0,1", "--box", "0,1"], "--box: given 2 times"),
        (&["wide", "--out", "wide"], "--out: wide: the command reads this file"),
        (&["wide", "--out", "."], "--out: .: "),
    ] {
        let said = refusal(home, arguments);
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
}

/// A typical network trained on x² loses its dead units over [−5, 5].
#[test]
fn trained_networks_lose_their_dead_units() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    let train =
        ["train", "--shape", "5,7,4", "--target", "quadratic", "--steps", "300", "--seeds", "2", "--out", "nets"];
    assert!(relulab(home, &train).status.success());
    for seed in 0..2 {
        let found = document(home, &[&format!("nets/seed-000{seed}.safetensors"), "--box", "-5,5"]);
        println!("{} to {}, {} kept", found["before"]["shape"], found["after"]["shape"], found["kept"]);
        assert!(found["removed"].as_u64().unwrap() > 0, "{found}");
        assert_eq!((&found["proof"]["verdict"], &found["kept"]), (&json!("equal"), &json!([])));
    }
}

/// An aircraft network near one point of its property box; skipped, with a message, where it is absent.
#[test]
fn an_aircraft_network_shrinks() {
    let path: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "..", "..", "..", "shared", "reference", "acasxu"].iter().collect();
    let path = path.join("ACASXU_run2a_1_1_batch_2000.onnx");
    if !path.exists() {
        println!("skipped: no aircraft networks beside the repository");
        return;
    }
    let home = TempDir::new().unwrap();
    let sides = ["-0.301,-0.3", "-0.001,0.001", "0.499,0.5", "0.4,0.41", "0.4,0.41"];
    let domain = sides.iter().flat_map(|side| ["--box", side]);
    let arguments: Vec<&str> = [path.to_str().unwrap()].into_iter().chain(domain).collect();
    let found = document(home.path(), &arguments);
    println!("{} to {}", found["before"], found["after"]);
    assert!(found["removed"].as_u64().unwrap() > 150, "{}", found["after"]);
    assert_eq!(found["proof"]["verdict"], "equal");
}
