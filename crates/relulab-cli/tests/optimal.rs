//! `relulab optimal` and `relulab verify` from outside: results, certificates, time limits, refusals.

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

fn relulab(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relulab")).current_dir(home).args(arguments).output().unwrap()
}

fn json(home: &Path, arguments: &[&str], code: i32) -> Value {
    let output = relulab(home, &[arguments, &["--json"]].concat());
    assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refusal(home: &Path, arguments: &[&str]) -> String {
    let output = relulab(home, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(output.stdout.is_empty() && said.lines().count() == 1, "{said}");
    said
}

/// A noisy wave, the same every time.
fn write_wave(home: &Path, name: &str, n: usize) {
    let noise = |i: usize| ((i * i + 1) as f64 * 0.414_213_562_37).fract() - 0.5;
    let rows = (0..n).map(|i| {
        let x = 6.0 * ((i as f64 * 0.618_033_988_75).fract() - 0.5);
        format!("{x},{}\n", (2.0 * x).sin() + noise(i))
    });
    fs::write(home.join(name), format!("x,y\n{}", rows.collect::<String>())).unwrap();
}

#[test]
fn the_best_network_comes_with_a_certificate_that_verifies() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    write_wave(home, "wave.csv", 40);
    let found = json(home, &["optimal", "wave.csv", "--width", "2", "--out", "best"], 0);
    assert_eq!((found["status"].as_str(), found["attained"].as_bool()), (Some("optimal"), Some(true)));
    let (objective, bound) = (found["objective"].as_f64().unwrap(), found["lower_bound"].as_f64().unwrap());
    assert!(bound <= objective && objective - bound <= 1e-9 * objective);
    let certificate = found["certificate"].as_str().unwrap();
    let verdict = json(home, &["verify", certificate], 0);
    assert_eq!((verdict["valid"].as_bool(), &verdict["failed_at"]), (Some(true), &Value::Null));
    assert!(verdict["claim"].as_str().unwrap().contains("2 ReLU units"));

    // The same plan again is read, whatever the number of threads; another one is refused.
    let again = json(home, &["optimal", "wave.csv", "--width", "2", "--out", "best", "--threads", "1"], 0);
    assert_eq!(again, found);
    assert!(refusal(home, &["optimal", "wave.csv", "--width", "3", "--out", "best"]).contains("another problem"));
    let first = fs::read(home.join(certificate)).unwrap();
    json(home, &["optimal", "wave.csv", "--width", "2", "--out", "alone", "--threads", "1"], 0);
    assert!(fs::read(home.join("alone/certificate.json")).unwrap() == first);

    // A certificate of something else is none, a changed one is not valid.
    let text = String::from_utf8(first).unwrap();
    fs::write(home.join("changed.json"), text.replacen("\"width\":2", "\"width\":1", 1)).unwrap();
    let verdict = json(home, &["verify", "changed.json"], 1);
    assert_eq!(verdict["valid"].as_bool(), Some(false));
    assert!(verdict["failed_at"].as_str().unwrap().starts_with("seal"));
    fs::write(home.join("torn.json"), &text[..text.len() / 2]).unwrap();
    assert!(refusal(home, &["verify", "torn.json"]).starts_with("error: torn.json: "));
    assert!(refusal(home, &["verify", "absent.json"]).contains("expected a certificate"));
    fs::write(home.join("other.json"), "{\"kind\": \"other\"}").unwrap();
    assert!(refusal(home, &["verify", "other.json"]).contains("\"other\" are not known"));
}

#[test]
fn training_never_beats_a_certified_bound() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    for (n, width) in [(12, 1), (30, 2), (24, 3)] {
        write_wave(home, "wave.csv", n);
        let folder = format!("best-{n}");
        let width = width.to_string();
        let best = json(home, &["optimal", "wave.csv", "--width", &width, "--out", &folder, "--starts", "8"], 0);
        let bound = best["lower_bound"].as_f64().unwrap();
        let folder = format!("trained-{n}");
        let trained = json(
            home,
            &[
                "train",
                "--shape",
                &width,
                "--data",
                "wave.csv",
                "--test-fraction",
                "0",
                "--seeds",
                "64",
                "--steps",
                "2000",
                "--out",
                &folder,
            ],
            0,
        );
        let losses: Vec<f64> =
            trained["networks"].as_array().unwrap().iter().filter_map(|one| one["training_loss"].as_f64()).collect();
        assert_eq!(losses.len(), 64);
        let smallest = losses.iter().copied().fold(f64::INFINITY, f64::min);
        // Training reports losses in f64 of networks in f32.
        assert!(smallest >= bound * (1.0 - 1e-6), "{smallest} below {bound}");
        assert!(smallest < 3.0 * bound + 0.1, "training is far off: {smallest}, {bound}");
    }
}

/// Two inputs on a lattice, with a point that comes twice.
const LATTICE: &str = "a,b,y\n0,0,1\n1,0,-1\n2,0,0.5\n0,1,2\n1,1,0\n2,1,-0.25\n1,1,0.5\n0,2,1\n";

#[test]
fn several_inputs_and_other_losses_come_with_certificates_too() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    fs::write(home.join("lattice.csv"), LATTICE).unwrap();
    write_wave(home, "wave.csv", 15);
    for (name, arguments) in [
        ("squared", &["lattice.csv", "--width", "2"][..]),
        ("starts", &["lattice.csv", "--width", "1", "--starts", "4"]),
        ("absolute", &["wave.csv", "--width", "1", "--loss", "absolute", "--no-output-bias"]),
        ("huber", &["lattice.csv", "--width", "1", "--loss", "huber", "--threshold", "0.5"]),
    ] {
        let found = json(home, &[&["optimal"], arguments, &["--out", name]].concat(), 0);
        let (objective, bound) = (found["objective"].as_f64().unwrap(), found["lower_bound"].as_f64().unwrap());
        assert!(0.0 < bound && bound <= objective && objective - bound <= 1e-9 * objective, "{found}");
        let certificate = format!("{name}/certificate.json");
        assert_eq!(json(home, &["verify", &certificate], 0)["valid"], true);
        let again = json(home, &[&["optimal"], arguments, &["--out", name, "--threads", "1"]].concat(), 0);
        assert_eq!(again, found);
        // A bound that is claimed to be larger is not believed.
        let text = fs::read_to_string(home.join(&certificate)).unwrap();
        fs::write(home.join("changed.json"), text.replacen("\"lower_bound\":0", "\"lower_bound\":1", 1)).unwrap();
        assert_eq!(json(home, &["verify", "changed.json"], 1)["valid"], false);
    }
    let other = refusal(home, &["optimal", "lattice.csv", "--width", "2", "--out", "huber"]);
    assert!(other.contains("another problem"), "{other}");
    // A time limit in the plane, and the way on.
    let plan = ["optimal", "lattice.csv", "--width", "2", "--out", "slow"];
    let found = json(home, &[&plan[..], &["--time-limit", "0.000001"]].concat(), 3);
    assert_eq!(found["status"], "time_limit");
    assert_eq!(json(home, &["verify", "slow/certificate.json"], 0)["valid"], true);
    assert_eq!(json(home, &[&plan[..], &["--resume"]].concat(), 0)["status"], "optimal");
    let bytes = |folder: &str| fs::read(home.join(folder).join("certificate.json")).unwrap();
    assert!(bytes("slow") == bytes("squared"));
}

#[test]
fn a_time_limit_leaves_a_state_that_goes_on() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    write_wave(home, "wave.csv", 60);
    let plan = ["optimal", "wave.csv", "--width", "4"];
    let with = |more: &[&'static str]| [&plan[..], more].concat();
    let found = json(home, &with(&["--out", "slow", "--time-limit", "0.000001"]), 3);
    assert_eq!(found["status"], "time_limit");
    assert!(found["gap"].as_f64().unwrap() > 0.0);
    assert_eq!(json(home, &["verify", "slow/certificate.json"], 0)["valid"], true);
    assert!(refusal(home, &with(&["--out", "slow"])).contains("add --resume"));
    let resumed = json(home, &with(&["--out", "slow", "--resume"]), 0);
    assert_eq!(resumed["status"], "optimal");
    json(home, &with(&["--out", "straight"]), 0);
    let bytes = |folder: &str| fs::read(home.join(folder).join("certificate.json")).unwrap();
    assert!(bytes("slow") == bytes("straight"));
}

/// The program knows nothing of a width; what it proves holds for all.
#[test]
fn the_best_ridge_regularised_network() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    write_wave(home, "wave.csv", 25);
    let found = json(home, &["optimal", "wave.csv", "--ridge", "0.1", "--out", "best"], 0);
    let number = |name: &str| found[name].as_f64().unwrap();
    assert!(number("lower_bound") <= number("objective"));
    assert!(number("gap") <= 1e-6 * number("objective") && number("objective") > 0.0);
    let checked = json(home, &["verify", "best/certificate.json"], 0);
    assert_eq!(checked["valid"], true);
    assert!(fs::read(home.join("best/network.safetensors")).is_ok());
    // Random patterns prove nothing.
    let found = json(home, &["optimal", "wave.csv", "--ridge", "0.1", "--sampled", "5", "--out", "some"], 3);
    assert_eq!(found["lower_bound"], Value::Null);
    assert!(found["objective"].as_f64().unwrap() >= number("lower_bound"));
    assert!(!home.join("some/certificate.json").exists());
}

#[test]
fn bad_input_is_refused_in_one_line() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    write_wave(home, "wave.csv", 10);
    fs::write(home.join("one.csv"), "x,y\n1,2\n1,3\n").unwrap();
    fs::write(home.join("nan.csv"), "x,y\n1,2\n2,nan\n").unwrap();
    fs::write(home.join("many.csv"), "a,b,c,d,e,f,g,y\n1,2,3,4,5,6,7,8\n2,3,4,5,6,7,8,9\n").unwrap();
    fs::write(home.join("same.csv"), "a,b,y\n1,2,3\n1,2,4\n").unwrap();
    fs::write(home.join("huge.csv"), "x,y\n1,2\n2,1e200\n").unwrap();
    for (arguments, expected) in [
        (&["wave.csv", "--width", "0"][..], "--width: width 0: expected 1 to 64"),
        (&["absent.csv", "--width", "1"], "absent.csv: "),
        (&["one.csv", "--width", "1"], "one.csv: distinct inputs: 1; expected at least 2"),
        (&["nan.csv", "--width", "1"], "nan.csv: "),
        (
            &["many.csv", "--width", "1"],
            "many.csv: 7 inputs and 1 labels per row: expected 1 to 6 inputs and one label",
        ),
        (&["same.csv", "--width", "1"], "same.csv: 1 distinct input: expected at least 2"),
        (
            &["wave.csv", "--width", "1", "--loss", "huber", "--threshold", "0"],
            "--threshold: 0: expected a number above 0",
        ),
        (&["wave.csv", "--width", "1", "--loss", "huber", "--threshold", "nan"], "--threshold: NaN"),
        (&["wave.csv", "--width", "65", "--loss", "absolute"], "--width: width 65: expected 1 to 64"),
        (&["huge.csv", "--width", "1"], "huge.csv: row 2: 1e200 is not zero or of magnitude"),
        (
            &["wave.csv", "--width", "1", "--loss", "hinge"],
            "--loss: \"hinge\": expected squared, absolute, huber or logistic",
        ),
        (&["wave.csv", "--width", "1", "--time-limit", "-1"], "--time-limit: -1: expected seconds above 0"),
        (&["wave.csv", "--width", "1", "--time-limit", "nan"], "--time-limit: NaN"),
        (&["wave.csv", "--width", "1", "--decay", "0"], "--decay: 0: expected a number above 0"),
        (&["wave.csv", "--width", "1", "--decay", "nan"], "--decay: NaN: expected a number above 0"),
        (&["wave.csv", "--ridge", "1", "--decay", "1"], "cannot be used with"),
        (&["wave.csv", "--width", "1", "--loss", "logistic"], "expected 0 or 1 for the logistic loss"),
        (&["wave.csv", "--width", "1", "--threshold", "2"], "--threshold: the squared loss has none"),
        (&["wave.csv", "--ridge", "-1"], "--ridge: -1: expected a positive number"),
        (&["wave.csv", "--ridge", "1", "--loss", "absolute"], "'--ridge <B>' cannot be used with '--loss <NAME>'"),
        (&["wave.csv", "--ridge", "1", "--time-limit", "5"], "cannot be used with"),
        (&["wave.csv", "--ridge", "1", "--starts", "5"], "cannot be used with"),
        (&["wave.csv", "--ridge", "1", "--resume"], "cannot be used with"),
        (&["wave.csv", "--ridge", "1", "--threshold", "5"], "cannot be used with"),
        (&["wave.csv", "--ridge", "1", "--no-output-bias"], "cannot be used with"),
        (&["wave.csv"], "--width <W>"),
        (&["wave.csv", "--width", "1", "--starts", "3", "--no-output-bias"], "--starts: trained networks have"),
        (&["wave.csv", "--width", "1", "--label", "z"], "wave.csv: "),
    ] {
        assert!(refusal(home, &[&["optimal"], arguments].concat()).contains(expected), "{arguments:?}");
    }
    fs::create_dir(home.join("full")).unwrap();
    fs::write(home.join("full/notes.txt"), "mine").unwrap();
    assert!(refusal(home, &["optimal", "wave.csv", "--width", "1", "--out", "full"]).contains("is not empty"));
    assert!(!home.join("relulab-out").exists());
}
