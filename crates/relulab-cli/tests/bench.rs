//! `relulab bench` from the outside: its document, and its refusals.

use serde_json::Value;
use std::process::{Command, Output};

fn relulab(line: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relulab")).args(line.split_whitespace()).output().unwrap()
}

#[test]
fn the_document_of_bench_engine() {
    let output = relulab("bench engine --no-peers --json --seeds 16 --steps 20 --shapes 4 --shapes 2,3");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(document["peak_gflops"].as_f64().unwrap() > 0.0);
    assert_eq!(document["threads"], 2);
    assert_eq!((&document["seeds"], &document["steps"]), (&16.into(), &20.into()));
    let shapes = document["shapes"].as_array().unwrap();
    assert_eq!(shapes.len(), 2);
    for (row, shape) in shapes.iter().zip([serde_json::json!([4]), serde_json::json!([2, 3])]) {
        assert_eq!(row["shape"], shape);
        assert!(row["ms_per_network"].as_f64().unwrap() > 0.0);
        assert!(row["peak_fraction"].as_f64().unwrap() > 0.0);
        assert_eq!(row["ratio"], serde_json::json!({"jax": null, "torch_eager": null, "torch_vmap": null}));
    }
}

#[test]
fn the_table_of_bench_engine() {
    let output = relulab("bench engine --no-peers --seeds 16 --steps 20 --shapes 4 --threads 1");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    assert!(text.contains("16 networks a shape, 20 Adam steps each"), "{text}");
    assert!(text.lines().any(|line| line.starts_with("[4] ")), "{text}");
}

#[test]
fn the_document_of_bench_curvature() {
    let output = relulab("bench curvature --no-peers --quick --json");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = document["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    for (row, name) in rows.iter().zip(["spectrum", "spectra"]) {
        assert_eq!((row["row"].as_str(), row["ratio"].as_f64()), (Some(name), None));
        assert!(row["ms"].as_f64().unwrap() > 0.0);
        assert_eq!(row["ms_of_rounds"].as_array().unwrap().len(), 5);
    }
    assert!(rows[0]["hessian_ms"].as_f64().unwrap() < rows[0]["ms"].as_f64().unwrap());
    assert!(document["versions"].is_null());
}

#[test]
fn the_document_of_bench_regions() {
    let output = relulab("bench regions --no-peers --quick --json");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(document["peak_gflops"].as_f64().unwrap() > 0.0 && document["versions"].is_null());
    let rows = document["rows"].as_array().unwrap();
    let names: Vec<&str> = rows.iter().map(|row| row["row"].as_str().unwrap()).collect();
    assert_eq!(names, ["line", "plane_small", "plane_deep", "space_3", "space_4", "space_5"]);
    for row in rows {
        assert!(row["regions"].as_u64().unwrap() > 1 && row["regions_per_second"].as_f64().unwrap() > 0.0);
        assert_eq!(row["ms_of_rounds"].as_array().unwrap().len(), 5);
        for target in row["targets"].as_array().unwrap() {
            let needs_peer = target["target"].as_str().unwrap().contains("regioncam");
            assert_eq!(target["reached"].is_null(), needs_peer, "{target}");
        }
    }
    assert_eq!(rows[3]["peers"][0]["quoted"], true);
}

#[test]
fn the_document_of_bench_deep() {
    let output = relulab("bench deep --no-peers --no-study --json --width 3 --depth 4 --steps 50");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let cells = document["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 4);
    for cell in cells {
        assert!(cell["ms"].as_f64().unwrap() > 0.0 && cell["ratio"].is_null());
        assert_eq!(cell["ms_of_rounds"].as_array().unwrap().len(), 3);
    }
    assert_eq!(document["penalties"].as_array().unwrap().len(), 2);
    assert_eq!(document["studies"], serde_json::json!([]));
}

#[test]
fn bad_input_is_one_clear_line_and_exit_code_2() {
    for (line, told) in [
        ("bench engine --no-peers --shapes 4,,4", "\"4,,4\""),
        ("bench engine --no-peers --seeds 0", "--seeds"),
        ("bench engine --no-peers --threads 0", "--threads"),
        ("bench engine --python no-such-python --shapes 4", "--python: no-such-python"),
        ("bench curvature --python no-such-python", "--python: no-such-python"),
        ("bench curvature --no-peers --threads 0", "--threads"),
        ("bench regions --python no-such-python --quick", "--python: no-such-python"),
        ("bench regions --edge-subdivision no-such-folder", "--edge-subdivision: no-such-folder: expected a folder"),
        ("bench regions --slice no-such.npz", "no-such.npz: "),
        ("bench deep --width 0", "--width"),
        ("bench deep --no-peers --depth 201", "--depth"),
        ("bench deep --no-peers --threads 0", "--threads"),
        ("bench deep --python no-such-python", "--python: no-such-python"),
        ("bench motor", "motor"),
    ] {
        let output = relulab(line);
        let told_so = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}: {told_so}");
        assert!(told_so.contains(told), "{line}: {told_so}");
        assert!(output.stdout.is_empty());
    }
}
