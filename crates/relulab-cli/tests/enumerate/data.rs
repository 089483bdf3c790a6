//! The user's own data: which shape suits them, judged on held-out folds.

use crate::{document, success};
use relulab_io::npz;
use relulab_net::Dataset;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// Points on a coarse spiral of the plane: two inputs of different size, and a number to learn.
fn points() -> Vec<([f64; 2], f64)> {
    let point = |i: u32| {
        let t = f64::from(i) * 0.37;
        ([t.cos() * t, 50.0 + 10.0 * t.sin()], 1000.0 + 30.0 * t.cos().abs())
    };
    (0..40).map(point).collect()
}

fn write_csv(path: &Path, label: impl Fn(f64) -> String) {
    let rows: String = points().iter().map(|(x, y)| format!("{},{},{}\n", label(*y), x[0], x[1])).collect();
    fs::write(path, format!("label,a,b\n{rows}")).unwrap();
}

const SMALL: [&str; 8] = ["--neurons", "4", "--seeds", "3", "--steps", "40", "--batch", "8"];

#[test]
fn a_regression_reports_test_beside_training_loss() {
    let home = TempDir::new().unwrap();
    write_csv(&home.path().join("spiral.csv"), |y| y.to_string());
    let command = [&SMALL[..], &["--data", "spiral.csv", "--label", "label", "--folds", "4"]].concat();
    let (table, said) = success(home.path(), &command);
    assert!(said.contains("target spiral"), "{said}");
    assert!(table.contains("spiral, test: mean loss on the held-out folds"), "{table}");
    assert!(table.contains("its training loss") && !table.contains("accuracy"), "{table}");
    let document = document(home.path(), &command);
    assert_eq!((&document["plan"]["input_dim"], &document["plan"]["data"]["folds"]), (&2.into(), &4.into()));
    // Predicting the mean gives the labels' variance; training from standardised labels stays near or below it.
    let mean = points().iter().map(|(_, y)| y).sum::<f64>() / 40.0;
    let variance = points().iter().map(|(_, y)| (y - mean).powi(2)).sum::<f64>() / 40.0;
    for shape in document["shapes"].as_array().unwrap() {
        let median = |loss: &str| shape[loss]["median"].as_f64();
        let (test, training) = (median("test_loss").unwrap(), median("training_loss").unwrap());
        assert!(training > 0.0 && training < 2.0 * variance && test > 0.0 && test < 3.0 * variance);
        assert!(median("uniform5").is_none() && median("normal").is_none());
    }
    let depth = &document["depths"][1];
    assert!(depth["test_loss"]["ratio_to_depth1"]["selected"]["value"].is_number());
    assert!(depth["training_loss"]["best_median"].is_number());
    assert!(document["correlations"]["spiral"]["test_loss"].is_array());
}

#[test]
fn an_npz_file_gives_the_same_as_a_csv_file() {
    let home = TempDir::new().unwrap();
    write_csv(&home.path().join("same.csv"), |y| y.to_string());
    let inputs: Vec<f64> = points().iter().flat_map(|(x, _)| *x).collect();
    let data = Dataset::new(inputs, 2, points().iter().map(|(_, y)| *y).collect(), 1).unwrap();
    fs::create_dir(home.path().join("npz")).unwrap();
    fs::write(home.path().join("npz/same.npz"), npz::write_dataset(&data).unwrap()).unwrap();
    let run = |options: &[&str]| document(home.path(), &[&SMALL[..6], &["--full-batch"], options].concat());
    let from_csv = run(&["--data", "same.csv", "--label", "label"]);
    let from_npz = run(&["--data", "npz/same.npz"]);
    assert_eq!(from_csv["plan"]["sampler"], "full");
    assert_eq!(from_csv["shapes"], from_npz["shapes"]);
    assert_ne!(from_csv["plan"]["data"]["sha256"], from_npz["plan"]["data"]["sha256"]);
}

#[test]
fn names_of_classes_make_a_classification() {
    let home = TempDir::new().unwrap();
    let name = |y: f64| {
        if y > 1020.0 {
            "high"
        } else if y > 1010.0 {
            "middle"
        } else {
            "low"
        }
        .to_owned()
    };
    write_csv(&home.path().join("classes.csv"), name);
    let command = [&SMALL[..], &["--data", "classes.csv", "--label", "label"]].concat();
    let (table, _) = success(home.path(), &command);
    assert!(table.contains("its accuracy test/training"), "{table}");
    let document = document(home.path(), &command);
    let plan = &document["plan"];
    assert_eq!((&plan["loss"], &plan["output_dim"]), (&"softmax_cross_entropy".into(), &3.into()));
    for shape in document["shapes"].as_array().unwrap() {
        let accuracy = |name: &str| shape[name].as_f64().unwrap();
        let both = [accuracy("test_accuracy_median"), accuracy("train_accuracy_median")];
        assert!(both.iter().all(|share| (0.0..=1.0).contains(share)), "{both:?}");
        // 40 points, 8 held out in each of 5 folds: a mean over folds is a multiple of 1/40.
        assert!((both[0] * 40.0).fract().min(1.0 - (both[0] * 40.0).fract()) < 1e-9, "{both:?}");
    }
}

#[test]
fn data_may_have_more_columns_than_a_target_has_inputs() {
    let home = TempDir::new().unwrap();
    let names: Vec<String> = (0..30).map(|i| format!("c{i}")).collect();
    let row = |i: u32| (0..30).map(|j| ((i * 31 + j * 17) % 23).to_string()).collect::<Vec<_>>().join(",");
    let rows: String = (0..12).map(|i| row(i) + "\n").collect();
    fs::write(home.path().join("wide.csv"), format!("{}\n{rows}", names.join(","))).unwrap();
    let document = document(home.path(), &["--neurons", "2", "--seeds", "2", "--steps", "5", "--data", "wide.csv"]);
    assert_eq!(document["plan"]["input_dim"], 29);
}
