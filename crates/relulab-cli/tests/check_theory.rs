//! `relulab check theory` from outside: a quick check, judged twice alike.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

fn relulab(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relulab")).current_dir(home).args(arguments).output().unwrap()
}

#[test]
fn a_quick_check_judges_every_claim_from_its_readings() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    let output = relulab(home, &["check", "theory", "--quick", "--out", "c", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let claims = document["claims"].as_array().unwrap();
    let ids: BTreeSet<&str> = claims.iter().map(|claim| claim["id"].as_str().unwrap()).collect();
    assert!(claims.len() > 25 && ids.len() == claims.len());
    let verdicts = |verdict: &str| claims.iter().filter(|claim| claim["verdict"] == verdict).count();
    assert!(verdicts("reproduced") > 15, "{document}");
    // The two counts of pieces over a zonotope.
    assert_eq!(verdicts("self_contradictory"), 1);
    assert!(claims.iter().all(|claim| claim["because"] != "no reading"), "{document}");
    let page = std::fs::read_to_string(home.join("c/report.html")).unwrap();
    assert!(page.contains("T001") && !page.contains("http://") && !page.contains("NaN"));
    for figure in ["sawtooth", "size-and-depth", "zonotope"] {
        assert!(home.join(format!("c/figures/{figure}.svg")).exists(), "{figure}");
    }

    let again = relulab(home, &["check", "theory", "--from", "c", "--json", "--threads", "1"]);
    assert_eq!(again.stdout, output.stdout);
    let refused = relulab(home, &["check", "anatomy", "--from", "c"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!((refused.status.code(), said.lines().count()), (Some(2), 1));
    assert!(said.contains("--from: c holds check theory, expected anatomy"), "{said}");
}
