//! Prints how well every design rule predicts the losses of a finished study: `design_rules DIR`.

use relulab_study::anatomy::design_rule::readings;
use relulab_study::{Study, analyse};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: DIR")?;
    let study = Study::open(Path::new(&folder))?;
    let readings = readings(&analyse(study.plan(), &study.records()?)?);
    for case in readings.cases() {
        let once = |quantity: &str| readings.sample(case, quantity).median().unwrap_or(f64::NAN);
        let [low, high] = readings.sample(case, "r2 of a fold").mean_interval().unwrap_or([f64::NAN; 2]);
        let (r2, spearman, shapes) = (once("r2"), once("spearman"), once("shapes"));
        println!("{case}: R² {r2:.3} (folds {low:.3} to {high:.3}), ranks {spearman:.3}, {shapes} shapes");
    }
    Ok(())
}
