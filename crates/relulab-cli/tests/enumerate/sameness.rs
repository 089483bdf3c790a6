//! What must not change a byte of the records: threads and vector units.

use crate::{shards, success};
use tempfile::TempDir;

#[test]
fn threads_and_vector_units_change_no_byte() {
    let home = TempDir::new().unwrap();
    let plan = ["--neurons", "6", "--target", "sine", "--target", "quadratic", "--seeds", "17", "--steps", "25"];
    let run = |out: &str, options: &[&str]| {
        success(home.path(), &[&plan[..], &["--out", out], options].concat());
        shards(&home.path().join(out))
    };
    let expected = run("default", &["--threads", "2"]);
    assert!(expected.len() > 4, "several shards make the test worth while");
    assert!(run("one", &["--threads", "1"]) == expected, "threads");
    for unit in ["portable", "avx2", "avx512"] {
        let probe = crate::relulab(home.path(), &["--from", "default", "--out", "probe", "--vector-unit", unit]);
        if probe.status.success() {
            assert!(run(unit, &["--vector-unit", unit]) == expected, "{unit}");
        } else {
            let said = String::from_utf8(probe.stderr).unwrap();
            assert!(said.starts_with(&format!("error: --vector-unit: this processor has no {unit}")), "{said}");
            eprintln!("skipped: {unit} is not available here");
        }
    }
}
