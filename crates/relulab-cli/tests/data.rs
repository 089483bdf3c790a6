//! `relulab data`, end to end.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

fn relulab(folder: &Path, line: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relulab")).args(line.split_whitespace()).current_dir(folder).output().unwrap()
}

fn document(folder: &Path, line: &str) -> Value {
    let output = relulab(folder, &format!("{line} --json"));
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refusal(folder: &Path, line: &str) -> String {
    let output = relulab(folder, line);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{line}");
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(text.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{line}: {text}");
    text
}

fn idx(sizes: &[u32], elements: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, sizes.len() as u8];
    sizes.iter().for_each(|size| bytes.extend(size.to_be_bytes()));
    bytes.extend(elements);
    bytes
}

#[test]
fn all_that_is_listed_can_be_prepared() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let list = document(home, "data list");
    let names: Vec<&str> = list["datasets"].as_array().unwrap().iter().map(|d| d["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["moons", "circles", "spirals", "random_labels", "mnist", "fashion_mnist"]);
    let text = relulab(home, "data list").stdout;
    assert!(names.iter().all(|name| String::from_utf8_lossy(&text).contains(name)));
    let pixels: Vec<u8> = (0..12).collect();
    for part in ["train", "t10k"] {
        std::fs::write(home.join(format!("{part}-images-idx3-ubyte")), idx(&[3, 2, 2], &pixels)).unwrap();
        std::fs::write(home.join(format!("{part}-labels-idx1-ubyte")), idx(&[3], &[2, 0, 1])).unwrap();
    }
    for (line, points, inputs) in [
        ("moons", 85, 2),
        ("moons --part test", 15, 2),
        ("circles --points 31 --noise 0.1", 31, 2),
        ("spirals", 200, 2),
        ("random_labels --points 30 --input-dim 5", 30, 5),
        ("mnist --from .", 3, 4),
        ("fashion_mnist --from . --part test --points 2", 2, 4),
    ] {
        let found = document(home, &format!("data prepare {line} --out data.npz"));
        assert_eq!((&found["points"], &found["inputs"]), (&Value::from(points), &Value::from(inputs)), "{line}");
    }
    // The last file serves where data are asked for.
    document(home, "data prepare moons --out moons.npz");
    let line = "train --shape 4 --data moons.npz --loss binary_cross_entropy --steps 20 --seeds 2 --out runs";
    assert_eq!(document(home, line)["networks"].as_array().unwrap().len(), 2);
}

#[test]
fn bad_input_is_one_clear_line() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    std::fs::write(home.join("train-images-idx3-ubyte"), idx(&[2, 1, 1], &[1])).unwrap();
    std::fs::write(home.join("train-labels-idx1-ubyte"), idx(&[2], &[1, 0])).unwrap();
    std::fs::write(home.join("t10k-images-idx3-ubyte"), idx(&[2], &[1, 0])).unwrap();
    std::fs::write(home.join("t10k-labels-idx1-ubyte"), b"").unwrap();
    std::fs::create_dir(home.join("empty")).unwrap();
    for (line, expected) in [
        ("data prepare cats --out a.npz", "NAME: cats: expected one of moons, circles"),
        ("data prepare moons --noise 1 --out a.npz", "--noise: means nothing for moons"),
        ("data prepare circles --noise -1 --out a.npz", "--noise: -1: expected a number of at least 0"),
        ("data prepare circles --points 0 --out a.npz", "--points"),
        ("data prepare spirals --out empty", "is a folder"),
        ("data prepare mnist --out a.npz", "--from: missing"),
        ("data prepare mnist --from empty --out a.npz", "expected the file train-images-idx3-ubyte or"),
        ("data prepare mnist --from . --out a.npz", "train-images-idx3-ubyte: its header promises 18 bytes, it has 17"),
        ("data prepare mnist --from . --part test --out a.npz", "it begins with 00 00 08 01, expected 00 00 08 03"),
        ("data download moons --into there", "NAME: moons: only mnist or fashion_mnist can be downloaded"),
    ] {
        let text = refusal(home, line);
        assert!(text.contains(expected), "{line}: {text}");
        assert!(!home.join("a.npz").exists(), "{line}");
    }
}

/// A home that has another file is refused, and nothing of it is kept.
#[cfg(unix)]
#[test]
fn only_the_known_files_are_kept() {
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("skipped: there is no curl");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    std::fs::write(home.join("train-images-idx3-ubyte.gz"), idx(&[1, 1, 1], &[1])).unwrap();
    let address = format!("file://{}", home.display());
    let text = refusal(home, &format!("data download mnist --into there --home {address}"));
    assert!(text.contains("not the known file"), "{text}");
    let text = refusal(home, &format!("data download mnist --into there --home {address}/nowhere"));
    assert!(text.contains("nowhere/train-images-idx3-ubyte.gz: "), "{text}");
    assert_eq!(std::fs::read_dir(home.join("there")).unwrap().count(), 0);
}
