//! `relulab train --regime` from the outside: networks of every regime, kept as dense ones, and refusals.

use serde_json::Value;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Output};

fn relulab(folder: &Path, line: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relulab")).args(line.split_whitespace()).current_dir(folder).output().unwrap()
}

/// Two classes in the plane, in a file.
fn folder_with_data() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut text = "a,b,y\n".to_owned();
    for k in 0..60 {
        let x = [f64::from(k % 8) / 4.0 - 1.0, f64::from(k % 5) / 2.0 - 1.0];
        writeln!(text, "{},{},{}", x[0], x[1], u8::from(x[0] * x[1] > 0.0)).unwrap();
    }
    std::fs::write(folder.path().join("data.csv"), text).unwrap();
    folder
}

const TRAINING: &str = "train --data data.csv --full-batch --loss binary_cross_entropy --steps 40 --seeds 2";

#[test]
fn every_regime_keeps_dense_networks() {
    let folder = folder_with_data();
    for (regime, width) in [
        ("samples", 4),
        ("jumpstart", 4),
        ("convolution+jumpstart:ties=first", 8),
        ("batch_norm", 4),
        ("residual+batch_norm", 8),
        ("mirrored:radius=1,ratio=2+jumpstart", 4),
    ] {
        let output = relulab(
            folder.path(),
            &format!("{TRAINING} --shape 4,4 --regime {regime} --census 20 --out {regime} --json"),
        );
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{regime}: {told}");
        assert!(told.contains("seed 1, step 20: loss") && told.contains("of 2 layers"), "{told}");
        assert_eq!(told.contains("λ_min(J)"), regime.contains("mirrored"), "{told}");
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        let networks = document["networks"].as_array().unwrap();
        assert_eq!(networks.len(), 2);
        for network in networks {
            assert!(network["training_loss"].as_f64().unwrap() < 1.0, "{regime}");
            let looks = network["census"].as_array().unwrap();
            let steps: Vec<u64> = looks.iter().map(|look| look["step"].as_u64().unwrap()).collect();
            assert_eq!(steps, [20, 40], "{regime}");
            let (units, layers) = (&looks[1]["units"], &looks[1]["layers"]);
            let total = |counts: &Value| counts.as_object().unwrap().values().filter_map(Value::as_u64).sum::<u64>();
            // A channel of the convolution is one unit.
            assert_eq!((total(units), total(layers)), (8, 2), "{regime}");
            if ["samples", "jumpstart"].contains(&regime) {
                // The examination of the network that was kept counts by itself, on the same points.
                assert_eq!([&units["dead"], &units["linear"]], [&network["dead"], &network["linear"]], "{regime}");
            }
            assert_eq!(looks[1]["smallest_singular_value"].is_f64(), regime.contains("mirrored"), "{regime}");
            let file = folder.path().join(network["file"].as_str().unwrap());
            let text = String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned();
            // The second weight matrix goes from the first hidden layer, which never carries anything, to the second.
            assert!(text.contains(&format!("[{width},")), "{regime}: {}", &text[..400]);
        }
        let again = relulab(folder.path(), &format!("{TRAINING} --shape 4,4 --regime {regime} --out {regime} --json"));
        assert_eq!(output.stdout, again.stdout, "{regime}: a finished folder is read");
    }
}

#[test]
fn mirrored_descent_tells_how_stationary_it_is() {
    let folder = folder_with_data();
    let line = "train --data data.csv --test-fraction 0 --full-batch --loss mse --optimiser sgd --learning-rate 0.05 --seeds 2 \
                --shape 40 --activation tanh --regime mirrored:radius=1000 --json";
    let stationarities = |steps: u64| -> Vec<f64> {
        let output = relulab(folder.path(), &format!("{line} --steps {steps} --out {steps}"));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        let networks = document["networks"].as_array().unwrap();
        let all: Vec<f64> = networks.iter().map(|network| network["stationarity"].as_f64().unwrap()).collect();
        assert_eq!(
            document["summary"]["figures"]["stationarity"]["min"],
            all.iter().copied().fold(f64::INFINITY, f64::min)
        );
        // What is read back from the networks says the same.
        std::fs::remove_file(folder.path().join(format!("{steps}/train.json"))).unwrap();
        let again = relulab(folder.path(), &format!("{line} --steps {steps} --out {steps} --resume"));
        assert_eq!(again.stdout, output.stdout);
        all
    };
    let (early, late) = (stationarities(2), stationarities(4000));
    assert!(early.iter().zip(&late).all(|(early, late)| late < &(0.2 * early)), "{early:?} {late:?}");
    let momentum = relulab(folder.path(), &format!("{line} --momentum 0.5 --steps 2 --out momentum"));
    assert!(!String::from_utf8_lossy(&momentum.stdout).contains("stationarity"));
}

#[test]
fn threads_and_vector_units_do_not_matter() {
    let folder = folder_with_data();
    let run = |options: &str, out: &str| {
        let line = format!("{TRAINING} --shape 3,3 --regime convolution+jumpstart --json --out {out} {options}");
        let document: Value = serde_json::from_slice(&relulab(folder.path(), &line).stdout).unwrap();
        let mut networks = document["networks"].clone();
        // Their folders differ, and nothing else.
        networks.as_array_mut().unwrap().iter_mut().for_each(|network| network["file"] = Value::Null);
        networks
    };
    let one = run("--threads 1", "one");
    assert_eq!(one, run("--threads 3", "three"));
    assert_eq!(one, run("--vector-unit portable", "portable"));
}

#[test]
fn bad_regimes_are_one_clear_line_and_exit_code_2() {
    let folder = folder_with_data();
    for (options, told) in [
        ("--shape 4 --regime jumpstat", "\"jumpstat\""),
        ("--shape 4 --regime jumpstart:weight=-1", "--regime: jumpstart weight -1"),
        ("--shape 4 --regime jumpstart:margin=NaN", "--regime: jumpstart margin NaN"),
        ("--shape 4 --regime mirrored:radius=0", "--regime: mirrored radius 0"),
        ("--shape 4 --regime mirrored:smallest=0", "--regime: mirrored smallest 0"),
        ("--shape 4 --regime mirrored:ratio=0.9", "--regime: mirrored ratio 0.9"),
        ("--shape 4,3 --regime mirrored", "3 units; expected an even number"),
        ("--shape 4 --regime mirrored+residual", "--regime: mirrored: expected plain dense layers"),
        ("--shape 4 --regime residual --activation tanh", "expected the activation relu, not tanh"),
        ("--shape 4 --regime convolution --stop loss", "--stop: it looks at dense networks"),
        ("--shape 2000 --regime convolution", "2000 channels: expected at most 1024"),
        ("--shape 4 --regime jumpstart --census 0", "--census"),
    ] {
        let output = relulab(folder.path(), &format!("{TRAINING} {options} --out none"));
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{options}: {said}");
        assert!(said.contains(told), "{options}: {said}");
        assert!(output.stdout.is_empty() && !folder.path().join("none").exists());
    }
    let output = relulab(folder.path(), "train --target quadratic --shape 4 --regime batch_norm --out none");
    assert!(String::from_utf8_lossy(&output.stderr).contains("--regime: batch_norm takes its statistics"));
    assert_eq!(output.status.code(), Some(2));
}
