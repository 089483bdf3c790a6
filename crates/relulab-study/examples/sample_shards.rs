//! Writes a small study of made-up records: food for `scripts/check_parquet.py`.
//!
//! `cargo run --release -p relulab-study --example sample_shards -- FOLDER`

use relulab_study::{EnumeratePlan, Job, NormalMethod, Record, Study};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

fn made_up(job: &Job) -> Vec<Record> {
    let one = |seed| Record {
        uniform5: (seed % 4 != 3).then(|| 1.0 / f64::from(seed + 1)),
        normal_method: Some(NormalMethod::Exact),
        pieces: Some(seed),
        collapsed: seed % 2 == 1,
        ..Record::new(&job.target, &job.shape, seed)
    };
    job.seeds.clone().map(one).collect()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("usage: sample_shards FOLDER")?);
    let targets = vec!["quadratic".to_owned(), "sin(3*x1)".to_owned()];
    let plan = EnumeratePlan { seeds: 4, matched_tries: 0, ..EnumeratePlan::new(9, targets) };
    let mut study = Study::prepare(&folder, &plan, "any", true)?;
    study.run(&made_up, 0, &AtomicBool::new(false), &mut |_: u64, _: u64, _: Duration| {})?;
    println!("{} records in {} shards", study.records()?.len(), study.manifest().shards.len());
    Ok(())
}
