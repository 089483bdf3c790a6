//! A good run: the document, the table, the report, and the options that change what is trained.

use crate::{contents, document, success};
use relulab_study::Study;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const SMALL: [&str; 8] = ["--neurons", "5", "--target", "quadratic", "--seeds", "4", "--steps", "30"];

/// Whether an object has at least these keys.
fn assert_keys(value: &Value, keys: &str) {
    for key in keys.split(',') {
        assert!(value.get(key).is_some(), "no {key} in {value}");
    }
}

#[test]
fn the_document_has_the_fields_that_scripts_rely_on() {
    let home = TempDir::new().unwrap();
    let document = document(home.path(), &SMALL);
    assert_keys(&document, "plan,n_shapes,shapes,depths,correlations");
    assert_keys(&document["plan"], "neurons,seeds,steps,targets,depths");
    assert_eq!(document["n_shapes"], 16);
    let shapes = document["shapes"].as_array().unwrap();
    assert_eq!(shapes.len(), 16);
    for shape in shapes {
        let fields = "target,shape,depth,params,n_seeds,uniform5,uniform3,normal,pieces_median,dead_median,collapsed";
        assert_keys(shape, fields);
        let widths: Vec<u64> = shape["shape"].as_array().unwrap().iter().map(|width| width.as_u64().unwrap()).collect();
        assert_eq!((widths.iter().sum::<u64>(), Some(widths.len() as u64)), (5, shape["depth"].as_u64()));
        let sizes = [&[1], widths.as_slice(), &[1]].concat();
        let params: u64 = sizes.windows(2).map(|pair| pair[1] * (pair[0] + 1)).sum();
        assert_eq!((shape["params"].as_u64(), shape["n_seeds"].as_u64()), (Some(params), Some(4)));
        for loss in ["uniform5", "uniform3", "normal"] {
            let quantile = |name: &str| shape[loss][name].as_f64().unwrap();
            let ascending = ["min", "q25", "median", "q75"].map(quantile);
            assert!(ascending.is_sorted() && ascending[0] > 0.0, "{ascending:?}");
        }
    }
    let depths = document["depths"].as_array().unwrap();
    let counts: Vec<_> = depths.iter().map(|depth| [&depth["depth"], &depth["n_shapes"], &depth["n_runs"]]).collect();
    assert_eq!(counts, [[1, 1, 4], [2, 4, 16], [3, 6, 24], [4, 4, 16], [5, 1, 4]]);
    for depth in depths {
        for loss in ["uniform5", "uniform3", "normal"] {
            let frontier = &depth[loss];
            assert_keys(frontier, "best_single,best_median,median_of_medians,selected,ratio_to_depth1");
            assert_keys(&frontier["selected"], "value,ci95");
            assert_keys(&frontier["ratio_to_depth1"], "best_single,selected,matched");
            assert_keys(&frontier["ratio_to_depth1"]["selected"], "value,ci95");
            let matched = frontier["ratio_to_depth1"]["matched"].as_array().unwrap();
            assert!(!matched.is_empty());
            matched.iter().for_each(|one| assert_keys(one, "tries,value,ci95"));
        }
    }
    // Depth 1 has 4 runs and 20 extra ones, so 16 tries can be compared at the depths with at least 16 runs.
    let tries = |depth: usize| depths[depth - 1]["normal"]["ratio_to_depth1"]["matched"][0]["tries"].clone();
    assert_eq!([1, 2, 3, 4, 5].map(tries), [16, 16, 16, 16, 4]);
    let rows = document["correlations"]["quadratic"]["normal"].as_array().unwrap();
    let features: Vec<_> = rows.iter().map(|row| row["feature"].as_str().unwrap()).collect();
    assert_eq!(features, ["last_width", "first_width", "bottleneck", "depth", "params", "product", "pieces"]);
}

#[test]
fn the_table_ends_with_the_paths_and_progress_stays_on_stderr() {
    let home = TempDir::new().unwrap();
    let (table, said) = success(home.path(), &SMALL);
    for line in
        ["all 16 shapes of 5 neurons, depths 1 to 5, 4 seeds, 30 steps, target quadratic", "depth  3:         6"]
    {
        assert!(said.contains(line), "{said}");
    }
    assert!(said.contains("20 further runs of the depth-1 shape") && said.contains("84 networks, "), "{said}");
    assert!(!said.contains("quadratic, uniform5") && !table.contains("networks"));
    let last: Vec<&str> = table.lines().rev().take(2).collect();
    let report = Path::new(last[0].strip_prefix("report   ").unwrap());
    let records = Path::new(last[1].strip_prefix("records  ").unwrap());
    assert_eq!(report, records.join("report.html"));
    assert!(records.file_name().unwrap().to_str().unwrap().starts_with("enumerate-5-quadratic-"));
    assert!(records.parent().unwrap().ends_with("relulab-out"));
    for title in ["uniform5", "uniform3", "normal"] {
        assert!(table.contains(&format!("quadratic, {title}: ")), "{table}");
    }
    assert_eq!(table.lines().filter(|line| line.contains("(1,1,1,1,1)")).count(), 3);

    let page = fs::read_to_string(report).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("quadratic"));
    for outside in ["<link", "src=\"http", "href=\"http", "@import", "url(http", "fetch("] {
        assert!(!page.contains(outside), "{outside}");
    }
    let files = contents(records);
    let figures: BTreeSet<&str> = files.keys().filter_map(|name| name.strip_prefix("figures/quadratic-")).collect();
    for figure in ["normal-frontier", "normal-scatter", "normal-histogram", "correlation", "collapse"] {
        assert!(figures.contains(format!("{figure}.svg").as_str()), "{figures:?}");
    }
    assert!(files.contains_key("manifest.json") && files.contains_key("timings.jsonl"));

    // The same command again reads the folder: nothing is trained, and the records stay.
    let (again, said) = success(home.path(), &SMALL);
    assert_eq!((again.as_str(), said.as_str()), (table.as_str(), ""));
    let before = |name: &&String| !name.ends_with("report.html");
    assert!(contents(records).keys().filter(before).eq(files.keys().filter(before)));
}

#[test]
fn records_agree_with_the_document() {
    let home = TempDir::new().unwrap();
    let document = document(home.path(), &[&SMALL[..], &["--out", "out"]].concat());
    let records = Study::open(&home.path().join("out")).unwrap().records().unwrap();
    assert_eq!(records.len(), 16 * 4 + 20);
    for shape in document["shapes"].as_array().unwrap() {
        let widths: Vec<usize> = serde_json::from_value(shape["shape"].clone()).unwrap();
        let mut losses: Vec<f64> =
            records.iter().filter(|r| r.shape == widths && r.seed < 4).map(|r| r.normal.unwrap()).collect();
        losses.sort_by(f64::total_cmp);
        assert_eq!(shape["normal"]["min"].as_f64(), Some(losses[0]));
        assert_eq!(shape["normal"]["median"].as_f64(), Some((losses[1] + losses[2]) / 2.0));
    }
    let summary: Value = serde_json::from_slice(&fs::read(home.path().join("out/summary.json")).unwrap()).unwrap();
    assert_eq!(summary, document);
}

#[test]
fn depths_samples_and_several_targets_are_said_plainly() {
    let home = TempDir::new().unwrap();
    let command = ["--neurons", "6", "--target", "absolute", "--target", "-x1^2 + 0.5*x1^3", "--depths", "2..3"];
    let options = ["--sample", "2", "--seeds", "2", "--steps", "20", "--activation", "leaky_relu:0.1"];
    let command = [&command[..], &options].concat();
    let (table, said) = success(home.path(), &command);
    assert!(said.starts_with("a random sample of 4 shapes of 6 neurons, depths 2 to 3, 2 seeds, 20 steps"), "{said}");
    assert!(said.contains("depth  2:         2 shapes (a random sample)"), "{said}");
    assert!(table.contains("absolute, normal: ") && table.contains("-x1^2+0.5*x1^3, normal: "), "{table}");
    // Without depth 1 there is nothing to divide by.
    assert!(!table.contains("ratio"), "{table}");
    let document = document(home.path(), &command);
    let targets: BTreeSet<&str> =
        document["shapes"].as_array().unwrap().iter().map(|shape| shape["target"].as_str().unwrap()).collect();
    assert_eq!(targets.len(), 2);
    assert_eq!((&document["n_shapes"], document["shapes"].as_array().unwrap().len()), (&4.into(), 8));
    assert!(document["depths"][0]["normal"]["ratio_to_depth1"]["best_single"].is_null());
}

#[test]
fn two_inputs_other_activations_and_optimisers() {
    let home = TempDir::new().unwrap();
    let two = ["--neurons", "3", "--target", "interaction", "--input-dim", "2", "--seeds", "2", "--steps", "10"];
    let document_of = |rest: &[&str]| document(home.path(), &[&two[..], rest].concat());
    let relu = document_of(&["--sampler", "box:-2,2"]);
    assert!(relu["shapes"][0]["pieces_median"].is_null(), "pieces are counted in one dimension");
    assert_eq!((&relu["shapes"][0]["params"], &relu["plan"]["sampler"]), (&13.into(), &"box:-2,2".into()));
    let tanh = ["--activation", "tanh", "--optimiser", "sgd", "--momentum", "0.9", "--learning-rate", "0.001"];
    let rest = ["--precision", "f64", "--loss", "absolute", "--initialisation", "glorot_normal", "--batch", "8"];
    let other = document_of(&[&tanh[..], &rest, &["--seed", "3", "--threads", "1"]].concat());
    let plan = &other["plan"];
    let words =
        ["activation", "optimiser", "precision", "loss", "initialisation"].map(|name| plan[name].as_str().unwrap());
    assert_eq!(words, ["tanh", "sgd", "f64", "absolute", "glorot_normal"]);
    assert_eq!((&plan["batch"], &plan["study_seed"]), (&8.into(), &3.into()));
    assert_eq!(plan["optimiser_numbers"], serde_json::json!({"learning_rate": 0.001, "momentum": 0.9}));
}

#[test]
fn from_analyses_again_here_or_elsewhere() {
    let home = TempDir::new().unwrap();
    let trained = document(home.path(), &[&SMALL[..], &["--out", "out"]].concat());
    fs::remove_file(home.path().join("out/report.html")).unwrap();
    let (table, said) = success(home.path(), &["--from", "out"]);
    assert_eq!(said, "");
    assert!(table.ends_with("out/report.html\n") && home.path().join("out/report.html").exists());
    let before = contents(&home.path().join("out"));
    assert_eq!(document(home.path(), &["--from", "out", "--out", "elsewhere/deep"]), trained);
    assert_eq!(contents(&home.path().join("out")), before);
    let elsewhere = contents(&home.path().join("elsewhere/deep"));
    assert!(elsewhere.contains_key("report.html") && !elsewhere.contains_key("manifest.json"));
}
