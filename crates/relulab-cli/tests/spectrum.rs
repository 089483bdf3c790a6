//! `relulab spectrum` from outside: its numbers against independent ones, its page, and its refusals.

use relulab_io::{Precision, npz, safetensors};
use relulab_net::{Activation, EvaluationSet, Network, Shape, reference};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Relative difference allowed between two ways to the same sum in f64.
const ROUNDING: f64 = 1e-9;

fn relulab(home: &Path, line: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relulab")).current_dir(home).args(line.split_whitespace()).output().unwrap()
}

fn document(home: &Path, line: &str) -> Value {
    let output = relulab(home, &format!("{line} --json"));
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn network(shape: &Shape, activation: Activation) -> Network {
    let number = |i: usize| ((i * 7919 + 13) % 1009) as f64 / 504.5 - 1.0;
    Network::new(shape.clone(), activation, (0..shape.n_params()).map(number).collect()).unwrap()
}

/// Writes a ReLU network and gives it back.
fn write(home: &Path, name: &str, input_dim: usize, hidden: &str, output_dim: usize) -> Network {
    let shape = Shape::parse_hidden(hidden, input_dim, output_dim).unwrap();
    let network = network(&shape, Activation::Relu);
    fs::write(home.join(name), safetensors::write(&network, &BTreeMap::new(), Precision::F64).unwrap()).unwrap();
    network
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn assert_close(got: f64, expected: f64, what: &str) {
    assert!((got - expected).abs() <= ROUNDING * (1.0 + expected.abs()), "{what}: {got}, expected {expected}");
}

#[test]
fn a_dense_document_adds_up() {
    let home = TempDir::new().unwrap();
    let network = write(home.path(), "net", 1, "16", 1);
    let document = document(home.path(), "spectrum net --target quadratic --matrix all");
    let points = EvaluationSet::observation_samples(1).unwrap();
    // Seed 0 gives the points on which training observes units.
    let residuals: Vec<f64> = points.points().iter().map(|x| reference::forward(&network, &[*x])[0] - x * x).collect();
    let n = residuals.len() as f64;
    assert_close(document["loss"].as_f64().unwrap(), residuals.iter().map(|r| r * r).sum::<f64>() / n, "loss");
    assert_eq!((document["n"].as_u64(), document["network"]["params"].as_u64()), (Some(1000), Some(49)));
    assert_eq!(document["thresholds"], serde_json::json!({"steep": 0.1, "moderate": 1e-3, "weak": 1e-6}));
    let matrices: Vec<&Value> = std::iter::once(&document).chain(document["beside"].as_array().unwrap()).collect();
    let names: Vec<&str> = matrices.iter().map(|matrix| matrix["matrix"].as_str().unwrap()).collect();
    assert_eq!(names, ["pattern_hessian", "gauss_newton", "population_hessian"]);
    for matrix in &matrices {
        let values = numbers(&matrix["eigenvalues"]);
        assert!(values.len() == 49 && values.is_sorted());
        let steep = values.iter().filter(|value| value.abs() > 0.1).count();
        let tiers = &matrix["tiers"];
        assert_eq!(tiers["steep"], steep);
        assert_close(matrix["functional_fraction"].as_f64().unwrap(), steep as f64 / 49.0, "functional fraction");
        let all: u64 = ["steep", "moderate", "weak", "zero"].iter().map(|tier| tiers[*tier].as_u64().unwrap()).sum();
        assert_eq!(all, 49);
        assert_close(numbers(&matrix["participation"]["steep"]).iter().sum(), 1.0, "participation");
        assert_eq!(matrix["top"].as_array().unwrap().len(), 10);
    }
    // The trace of Gauss-Newton is 2/n Σ ‖∂f/∂θ‖², here by hand.
    let parameters = network.parameters();
    let squares = points.points().iter().map(|x| {
        let units = (0..16).map(|i| {
            let z = parameters[i] * x + parameters[16 + i];
            let v = parameters[32 + i];
            if z > 0.0 { v * v * (x * x + 1.0) + z * z } else { 0.0 }
        });
        units.sum::<f64>() + 1.0
    });
    assert_close(matrices[1]["trace"].as_f64().unwrap(), 2.0 / n * squares.sum::<f64>(), "trace");
    let shares = document["null_space"]["shares"].as_object().unwrap();
    assert_close(shares.values().map(|share| share.as_f64().unwrap()).sum(), 1.0, "null space");
    assert!(document["null_space"]["dimension"].as_u64().unwrap() >= 16, "one scaling symmetry a unit");
    assert!(document["scaling"]["gauss_newton_max"].as_f64().unwrap() < 1e-12);
    assert!(document["scaling"]["identity_error_max"].as_f64().unwrap() < 1e-12);
    assert!(document["scaling"]["hessian_max"].as_f64().unwrap() > 1e-3);
    assert!(document["flips"]["radius"].as_f64().unwrap() > 0.0 && document["flips"]["exact"] == true);
    assert_eq!(document["units"][0]["units"], 16);
}

#[test]
fn products_agree_with_all_eigenvalues() {
    let home = TempDir::new().unwrap();
    write(home.path(), "net", 2, "6,5", 1);
    let dense = document(home.path(), "spectrum net --target interaction --samples 300");
    let free = document(home.path(), "spectrum net --target interaction --samples 300 --matrix-free --top 4");
    let mut values = numbers(&dense["eigenvalues"]);
    values.sort_by(|a, b| b.abs().total_cmp(&a.abs()));
    let top = numbers(&free["eigenvalues"]);
    assert_eq!((top.len(), free["method"].as_str(), free["converged"].as_bool()), (4, Some("lanczos"), Some(true)));
    for (got, expected) in top.iter().zip(&values) {
        assert!((got - expected).abs() <= 1e-5 * values[0].abs(), "{got}, expected {expected}");
    }
    let trace = dense["trace"].as_f64().unwrap();
    let estimate = &free["trace_estimates"]["hutch_plus_plus"];
    let error = estimate["standard_error"].as_f64().unwrap();
    assert!((estimate["value"].as_f64().unwrap() - trace).abs() <= 6.0 * error + ROUNDING, "{estimate} {trace}");
    // Through JJᵀ, the Gauss-Newton eigenvalues are all there.
    let (dense, gram) = (&dense["beside"][0], &free["beside"][0]);
    assert_eq!((gram["method"].as_str(), gram["complete"].as_bool()), (Some("gram"), Some(true)));
    assert_eq!(gram["tiers"]["steep"], dense["tiers"]["steep"]);
    let pairs = numbers(&dense["eigenvalues"]).into_iter().zip(numbers(&gram["eigenvalues"]));
    pairs.for_each(|(a, b)| assert!((a - b).abs() < 1e-9, "{a} {b}"));
}

#[test]
fn the_same_bits_for_any_number_of_threads() {
    let home = TempDir::new().unwrap();
    write(home.path(), "net", 1, "20,20", 1);
    for line in ["spectrum net --target sine", "spectrum net --target sine --samples 900 --matrix-free --top 3"] {
        let one = relulab(home.path(), &format!("{line} --json --threads 1")).stdout;
        let three = relulab(home.path(), &format!("{line} --json --threads 3")).stdout;
        assert!(!one.is_empty() && one == three, "{line}");
    }
}

#[test]
fn pages_for_readers() {
    let home = TempDir::new().unwrap();
    write(home.path(), "net", 1, "3", 1);
    let smooth = network(&Shape::parse_hidden("3", 1, 2).unwrap(), Activation::Relu);
    fs::write(home.path().join("net.npz"), npz::write_network(&smooth).unwrap()).unwrap();
    fs::write(home.path().join("points.csv"), "a,k\n0.5,cat\n-1,dog\n2,cat\n").unwrap();
    let page = String::from_utf8(relulab(home.path(), "spectrum net --target absolute").stdout).unwrap();
    for part in ["1→3→1 relu, 10 parameters", "functional fraction of 10", "gauss_newton", "|λ| > 0.1", "█", "scaling"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let line = "spectrum net.npz --activation tanh --data points.csv --matrix hessian";
    let page = String::from_utf8(relulab(home.path(), line).stdout).unwrap();
    assert!(page.contains("1→3→2 tanh") && page.contains("softmax_cross_entropy"), "{page}");
    assert!(!page.contains("flip") && !page.contains("gauss_newton"), "{page}");
    let page = relulab(home.path(), "spectrum net --target absolute --matrix-free --top 2 --samples 50").stdout;
    let page = String::from_utf8(page).unwrap();
    assert!(page.contains("by Hutch++") && page.contains('≈'), "{page}");
}

#[test]
fn bad_input_is_one_clear_line() {
    let home = TempDir::new().unwrap();
    write(home.path(), "net", 1, "4", 1);
    write(home.path(), "wide", 2, "4", 3);
    let good = fs::read(home.path().join("net")).unwrap();
    let text = String::from_utf8_lossy(&good).into_owned();
    fs::write(home.path().join("cut"), &good[..good.len() - 5]).unwrap();
    let version = text.find("\"version\":\"1\"").unwrap() + 11;
    let mut newer = good.clone();
    newer[version] = b'7';
    fs::write(home.path().join("newer"), newer).unwrap();
    let mut infinite = good.clone();
    let last = infinite.len() - 8;
    infinite[last..].copy_from_slice(&f64::INFINITY.to_le_bytes());
    fs::write(home.path().join("infinite"), infinite).unwrap();
    fs::write(home.path().join("two.csv"), "a,b,y\n1,2,3\n").unwrap();
    fs::write(home.path().join("empty"), "").unwrap();
    for (line, told) in [
        ("spectrum cut --target sine", "cut: the safetensors file is damaged"),
        ("spectrum empty --target sine", "empty: the safetensors file is damaged"),
        ("spectrum newer --target sine", "newer: the network file has version 7; this program reads version 1"),
        ("spectrum infinite --target sine", "infinite: tensor b1, element 0: inf is not a finite number"),
        ("spectrum none --target sine", "none: No such file"),
        ("spectrum net --data two.csv", "--data: two.csv: 2 inputs: the network net expects 1"),
        ("spectrum net --data none.csv", "--data: none.csv: No such file"),
        ("spectrum net --target x1+x2", "the network net has 1 input"),
        ("spectrum net --target interaction", "--target: "),
        ("spectrum net --target 1/0*x1", "expected finite values"),
        ("spectrum wide --target sine", "--target: a target has 1 output, the network wide has 3"),
        ("spectrum net --target sine --top 14", "--top: 14 eigenvalues of a 13 × 13 matrix: expected 1 to 13"),
        ("spectrum net --target sine --top 0", "--top: 0 eigenvalues"),
        ("spectrum net --target sine --samples 0", "--samples: 0: expected 1 to"),
        ("spectrum net --target sine --thresholds 0.1,0.2,1e-6", "--thresholds: steep threshold is 0.1"),
        ("spectrum net --target sine --thresholds 0.1,1e-3,-1", "--thresholds: weak threshold is -1"),
        ("spectrum net --target sine --thresholds 0.1,1e-3", "--thresholds: 2 numbers: expected 3"),
        ("spectrum net --target sine --matrix population", "--matrix population: the target sine is not visibly"),
        ("spectrum wide --data two.csv --matrix population", "--data: two.csv"),
        ("spectrum net --target sine --activation tanh", "net: the file says relu, --activation says tanh"),
        ("spectrum net --target sine --loss softmax_cross_entropy", "--loss: softmax_cross_entropy"),
        ("spectrum net --target sine --label y", "--label: it needs --data"),
        ("spectrum net --target sine --vector-unit avx2", "--vector-unit"),
        ("spectrum net --target sine --data two.csv", "cannot be used with"),
        ("spectrum net", "--target"),
    ] {
        let output = relulab(home.path(), line);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}: {said}");
        assert!(output.stdout.is_empty() && !said.contains("panicked"), "{line}: {said}");
        assert!(said.starts_with("error: ") && said.matches("error:").count() == 1, "{line}: {said}");
        assert!(said.contains(told), "{line}: {said}");
    }
}
