//! `relulab regions` from outside: known networks in one, two and three dimensions, budgets, and refusals.

use relulab_io::{Precision, safetensors};
use relulab_net::{Activation, Network, Shape};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

fn relulab(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relulab")).current_dir(home).args(arguments).output().unwrap()
}

fn document(home: &Path, arguments: &[&str]) -> Value {
    let output = relulab(home, &[&["regions"], arguments, &["--json"]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refusal(home: &Path, arguments: &[&str]) -> String {
    let output = relulab(home, &[&["regions"], arguments].concat());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(output.stdout.is_empty() && said.lines().count() == 1, "{said}");
    said
}

/// Σ|xᵢ| of so many inputs, as a network in a file.
fn write_absolute(home: &Path, inputs: usize, activation: Activation) -> String {
    let units = 2 * inputs;
    let shape = Shape::new(inputs, vec![units], 1).unwrap();
    let mut parameters = vec![0.0; shape.n_params()];
    for unit in 0..units {
        parameters[unit * inputs + unit / 2] = if unit % 2 == 0 { 1.0 } else { -1.0 };
    }
    let start = units * inputs + units;
    parameters[start..start + units].fill(1.0);
    let network = Network::new(shape, activation, parameters).unwrap();
    let name = format!("abs{inputs}-{activation}.safetensors");
    let bytes = safetensors::write(&network, &BTreeMap::new(), Precision::F64).unwrap();
    fs::write(home.join(&name), bytes).unwrap();
    name
}

#[test]
fn the_sum_of_absolute_values_has_an_orthant_per_sign_pattern() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    for inputs in 1..=4usize {
        let file = write_absolute(home, inputs, Activation::Relu);
        for domain in [&["--box", "-1,2"][..], &[]] {
            let found = document(home, &[&[file.as_str()], domain].concat());
            let regions = 1 << inputs;
            assert_eq!(found["activation_regions"], regions, "{inputs}");
            assert_eq!(found["distinct_affine_functions"], regions, "{inputs}");
            assert_eq!(found["open_connected_pieces"], regions, "{inputs}");
            assert_eq!(found["complete"], true);
            // A box is cut at 0 in every direction: three coordinates for each corner; without it only the origin is.
            let corners = if domain.is_empty() { 1 } else { 3u64.pow(inputs as u32) };
            assert_eq!(found["vertices"], corners, "{inputs} {domain:?}");
        }
    }
    let file = write_absolute(home, 3, Activation::Relu);
    let found = document(home, &[&file, "--budget", "1000", "--threads", "1"]);
    assert_eq!((&found["complete"], &found["activation_regions"]), (&true.into(), &8.into()));
    let text = relulab(home, &["regions", &file]);
    assert!(String::from_utf8(text.stdout).unwrap().contains("activation regions         8\n"));
}

#[test]
fn bad_input_is_refused_in_one_line() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    let file = write_absolute(home, 2, Activation::Relu);
    for (arguments, expected) in [
        (&["absent.safetensors"][..], "absent.safetensors: "),
        (&[&file, "--box", "1,-1"], "--box: \"1,-1\": expected two finite numbers"),
        (&[&file, "--box", "nan,1"], "--box: \"nan,1\""),
        (&[&file, "--box", "0,1", "--box", "0,1", "--box", "0,1"], "--box: given 3 times: expected once, or 2 times"),
        (&[&file, "--budget", "5"], "--budget: the network has 2 inputs: expected 3 or more"),
    ] {
        assert!(refusal(home, arguments).contains(expected), "{arguments:?}");
    }
    let smooth = write_absolute(home, 2, Activation::Tanh);
    assert!(refusal(home, &[&smooth]).contains("tanh is not piecewise linear"));
    let leaky = write_absolute(home, 2, Activation::LeakyRelu { slope: 0.25 });
    assert_eq!(document(home, &[&leaky])["activation_regions"], 4);
    fs::write(home.join("damaged.safetensors"), b"no network").unwrap();
    assert!(refusal(home, &["damaged.safetensors"]).contains("damaged.safetensors: "));
}

#[test]
fn a_budget_ends_in_bounds_and_exit_code_3() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    let file = write_absolute(home, 8, Activation::Relu);
    let output = relulab(home, &["regions", &file, "--box", "-1,1", "--budget", "3", "--json"]);
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&found["complete"], &found["per_layer"]), (&false.into(), &Value::Null));
    let bound = |end: &str| found["activation_regions"][end].as_u64().unwrap();
    assert!((3..=256).contains(&bound("lower")) && bound("upper") >= 256, "{found}");
    assert!(bound("upper") <= found["bounds"]["serra_upper"].as_u64().unwrap());
}

#[test]
fn what_is_out_of_reach_is_estimated_first() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    let nine = write_absolute(home, 9, Activation::Relu);
    assert_eq!(document(home, &[&nine])["activation_regions"], 512);
    // A box with so many corners is never held: linear programs find its regions.
    let many = write_absolute(home, 16, Activation::Relu);
    let refused = refusal(home, &[&many, "--box", "-1,1"]);
    assert!(refused.contains("about 6.6e4 activation regions (standard error 0e0, 8 random descents"), "{refused}");
    assert!(refused.contains("or --budget REGIONS for bounds"), "{refused}");
    let bounded = relulab(home, &["regions", &many, "--box", "-1,1", "--budget", "20", "--json"]);
    assert_eq!(bounded.status.code(), Some(3));
    let found = document(home, &[&many, "--box", "1,2"]);
    assert_eq!((&found["activation_regions"], &found["vertices"]), (&1.into(), &Value::Null));
    assert!(refusal(home, &[&many]).contains("rank 12 or less"));
}

#[test]
fn the_document_has_the_bounds_of_the_shape_and_the_check_of_the_box() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    let file = write_absolute(home, 3, Activation::Relu);
    let found = document(home, &[&file, "--box", "-1,1"]);
    // Six units in three dimensions: 1 + 6 + 15 + 20.
    assert_eq!((&found["bounds"]["serra_upper"], &found["fills_box"]), (&42.into(), &true.into()));
    assert_eq!(document(home, &[&file])["fills_box"], Value::Null);
    let text = String::from_utf8(relulab(home, &["regions", &file]).stdout).unwrap();
    assert!(text.contains("  at most (Montúfar 2017)    42\n"), "{text}");
}

#[test]
fn regions_at_initialisation() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    let shape = ["--shape", "6,5", "--input-dim", "2", "--box", "-1,1", "--seeds", "20"];
    let found = document(home, &shape);
    let regions = &found["activation_regions"];
    let number = |key: &str| regions[key].as_f64().unwrap();
    assert_eq!(found["counts"].as_array().unwrap().len(), 20);
    assert!(number("min") <= number("mean") && number("mean") <= number("max"));
    assert!(regions["ci95"][0].as_f64().unwrap() < number("mean"));
    assert!(number("max") <= found["bounds"]["serra_upper"].as_f64().unwrap());
    assert_eq!(document(home, &[&shape[..], &["--threads", "1"]].concat()), found);
    assert_ne!(document(home, &[&shape[..], &["--seed", "9"]].concat())["counts"], found["counts"]);
    let text = relulab(home, &[&["regions"], &shape[..], &["--init", "kaiming_normal"]].concat());
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.starts_with("20 networks of 2 inputs and hidden widths [6, 5], relu, kaiming_normal, over the box"));
    for (arguments, expected) in [
        (&["--shape", "6,,5"][..], "--shape: "),
        (&["--shape", "6", "--seeds", "0"], "--seeds: 0: expected 1 to"),
        (&["--shape", "6", "--activation", "tanh"], "tanh is not piecewise linear"),
        (&["--shape", "6", "--box", "2,1"], "--box: "),
        (&["--shape", "60,60", "--input-dim", "8"], "--shape: about "),
    ] {
        assert!(refusal(home, arguments).contains(expected), "{arguments:?}");
    }
}
