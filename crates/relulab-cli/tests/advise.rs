//! `relulab advise` from outside: what it prints, its document, evidence of the user's own, and its refusals.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

fn relulab(home: &Path, line: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relulab")).current_dir(home).args(line.split_whitespace()).output().unwrap()
}

fn success(home: &Path, line: &str) -> String {
    let output = relulab(home, line);
    assert_eq!(output.status.code(), Some(0), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_shipped_evidence_answers_for_the_papers_budget() {
    let home = tempfile::tempdir().unwrap();
    let text = success(home.path(), "advise --neurons 16 --input-dim 2");
    for target in ["quadratic", "interaction", "absolute", "sine"] {
        assert!(text.contains(&format!("{target}, 2 inputs, 16 neurons: 21 shapes")), "{text}");
    }
    assert!(text.contains("best on the other half of the seeds"), "{text}");
    let document: Value =
        serde_json::from_str(&success(home.path(), "advise --neurons 16 --input-dim 2 --target quadratic --json"))
            .unwrap();
    let [finding] = document["findings"].as_array().unwrap().as_slice() else { panic!("{document}") };
    assert_eq!((&finding["exact"], &finding["n_tried"]), (&true.into(), &21.into()));
    let supported = finding["supported"].as_array().unwrap();
    assert_eq!(finding["separated"], supported.len() == 1);
    // The smallest median comes first, and every other interval meets its own.
    let best = &supported[0]["normal"];
    for one in supported {
        assert!(one["normal"]["median"].as_f64() >= best["median"].as_f64());
        assert!(one["normal"]["ci95"][0].as_f64() <= best["ci95"][1].as_f64());
    }
    // The interaction of one input does not exist, so the other targets answer alone.
    let text = success(home.path(), "advise --neurons 16 --input-dim 1");
    assert!(text.contains("sine, 1 input") && !text.contains("interaction"), "{text}");
}

#[test]
fn what_was_not_trained_is_said() {
    let home = tempfile::tempdir().unwrap();
    let text = success(home.path(), "advise --neurons 24 --input-dim 12 --target absolute");
    assert!(text.contains("nothing was trained with 24 neurons and 12 inputs; the nearest evidence is of"), "{text}");
    assert!(text.contains("on those left out it is off by a factor of"), "{text}");
}

#[test]
fn a_study_of_ones_own_is_evidence() {
    let home = tempfile::tempdir().unwrap();
    success(home.path(), "enumerate --neurons 4 --target x^2-x --seeds 4 --steps 40 --matched-tries 0 --out own");
    let text = success(home.path(), "advise --neurons 4 --input-dim 1 --target x^2-x --from own");
    assert!(text.contains("x^2-x, 1 input, 4 neurons: 8 shapes, 4 seeds each, 40 steps (study own)"), "{text}");
    let table = success(home.path(), "advise --rebuild-from own");
    let table: Value = serde_json::from_str(&table).unwrap();
    assert_eq!(table["cells"][0]["target"], "x^2-x");
    assert_eq!(table["families"][0].as_array().unwrap().len(), 8);
}

#[test]
fn bad_input_is_one_clear_line_and_exit_code_2() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("empty")).unwrap();
    for (line, told) in [
        ("advise --neurons 0 --input-dim 1", "--neurons: 0: expected 1 to 2048"),
        ("advise --neurons -3 --input-dim 1", "--neurons"),
        ("advise --neurons 16 --input-dim 65", "--input-dim: 65: expected 1 to 64"),
        ("advise --neurons 16", "--input-dim"),
        ("advise --neurons 16 --input-dim 1 --target interaction", "--target"),
        ("advise --neurons 16 --input-dim 1 --target step", "no evidence on target step"),
        ("advise --neurons 16 --input-dim 1 --target x1+", "--target"),
        ("advise --neurons 16 --input-dim 1 --from empty", "empty holds no evidence"),
        ("advise --neurons 16 --input-dim 1 --from absent", "absent holds no evidence"),
        ("advise --neurons 16 --input-dim 1 --loss mse", "mse"),
        ("advise --rebuild-from empty", "--rebuild-from: empty holds no evidence"),
        ("advise --rebuild-from empty --neurons 3", "--neurons"),
    ] {
        let output = relulab(home.path(), line);
        let told_so = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}: {told_so}");
        assert!(told_so.contains(told), "{line}: {told_so}");
        assert!(output.stdout.is_empty() && told_so.matches("error:").count() == 1, "{line}: {told_so}");
    }
}
