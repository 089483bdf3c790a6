//! `relulab check` from outside: a quick check run, killed, resumed, judged again, and refused where it must be.

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const VERDICTS: [&str; 6] = ["reproduced", "in_part", "luck", "not_reproduced", "self_contradictory", "not_testable"];
/// The paper has more claims than this.
const LEAST_CLAIMS: usize = 80;

fn relulab(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relulab")).current_dir(home).args(arguments).output().unwrap()
}

fn refusal(home: &Path, arguments: &[&str]) -> String {
    let output = relulab(home, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    assert_eq!(said.matches("error:").count(), 1, "{arguments:?}: {said}");
    said.lines().next().unwrap_or_default().to_owned()
}

/// Files of readings in a folder.
fn n_readings(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries.filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|end| end == "parquet")).count()
}

#[test]
fn a_killed_check_goes_on_and_judges_every_claim() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    // Killed as soon as it has left a few readings.
    let arguments = ["check", "anatomy", "--quick", "--out", "c"];
    let mut child = Command::new(env!("CARGO_BIN_EXE_relulab"))
        .current_dir(home)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while n_readings(&home.join("c")) < 3 && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let kept = n_readings(&home.join("c"));
    assert!(kept >= 3);
    let said = refusal(home, &arguments);
    assert!(said.contains("c holds this check with") && said.ends_with("add --resume to finish it"), "{said}");

    let output = relulab(home, &["check", "anatomy", "--quick", "--out", "c", "--resume", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let claims = document["claims"].as_array().unwrap();
    assert!(claims.len() > LEAST_CLAIMS, "{}", claims.len());
    let ids: BTreeSet<&str> = claims.iter().map(|claim| claim["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), claims.len());
    for claim in claims {
        let verdict = claim["verdict"].as_str().unwrap();
        assert!(VERDICTS.contains(&verdict), "{claim}");
        for field in ["section", "text", "paper", "convention", "because"] {
            assert!(claim[field].is_string(), "{claim}");
        }
        // Every claim finds its readings; only the sample of shapes of a quick check may lack a named one.
        let section = claim["section"].as_str().unwrap();
        assert!(claim["because"] != "no reading" || section.starts_with("Enumeration: depth frontier"), "{claim}");
        let ours = &claim["ours"];
        assert!(["seeds", "exact", "count", "boolean"].contains(&ours["kind"].as_str().unwrap()));
        if let (Some(value), Some([low, high])) = (ours["value"].as_f64(), ours["ci95"].as_array().map(Vec::as_slice)) {
            assert!(low.as_f64().unwrap() <= value && value <= high.as_f64().unwrap(), "{claim}");
        }
        // A verdict that rests on numbers shows them.
        if ["reproduced", "in_part", "luck", "not_reproduced"].contains(&verdict) {
            assert!(ours["n_seeds"].as_u64().unwrap() > 0 || ours["value"].is_number(), "{claim}");
            assert!(!claim["multiverse"].as_array().unwrap().is_empty(), "{claim}");
        }
    }
    for file in ["claims.json", "report.html", "check.json"] {
        assert!(home.join("c").join(file).exists(), "{file}");
    }
    let page = fs::read_to_string(home.join("c/report.html")).unwrap();
    assert!(page.contains("A001") && !page.contains("http://") && !page.contains("NaN"));

    // The same readings give the same claims, without training.
    let again = relulab(home, &["check", "anatomy", "--from", "c", "--json", "--threads", "1"]);
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
    assert_eq!(again.stdout, output.stdout);

    // A damaged file of readings is named.
    let damaged = home.join("c/spectra-000.parquet");
    let mut bytes = fs::read(&damaged).unwrap();
    bytes[30] ^= 1;
    fs::write(&damaged, bytes).unwrap();
    let said = refusal(home, &["check", "anatomy", "--from", "c"]);
    assert!(said.contains("spectra-000.parquet") && said.contains("checksum"), "{said}");
}

#[test]
fn bad_input_is_refused_in_one_line() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    fs::create_dir(home.join("full")).unwrap();
    fs::write(home.join("full/notes.txt"), "mine").unwrap();
    let said = refusal(home, &["check", "anatomy", "--quick", "--out", "full"]);
    assert!(said.contains("full is not empty and holds no check.json"), "{said}");
    let said = refusal(home, &["check", "anatomy", "--from", "absent"]);
    assert!(said.contains("absent"), "{said}");
    let said = refusal(home, &["check", "anatomy", "--quick", "--enumeration", "full"]);
    assert!(said.contains("full holds no study"), "{said}");
    let said = refusal(home, &["check", "alchemy"]);
    assert!(said.contains("alchemy"), "{said}");
    refusal(home, &["check", "anatomy", "--from", "a", "--quick"]);
    assert_eq!(fs::read_dir(home.join("full")).unwrap().count(), 1);
    let small =
        ["enumerate", "--neurons", "3", "--target", "quadratic", "--steps", "5", "--seeds", "1", "--out", "small"];
    assert!(relulab(home, &small).status.success());
    let said = refusal(home, &["check", "anatomy", "--quick", "--enumeration", "small"]);
    assert!(said.contains("--enumeration: small does not stand in for the paper's enumeration"), "{said}");
}
