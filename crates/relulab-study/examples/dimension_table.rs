//! Prints where depth begins to help, from a folder of the anatomy check: `dimension_table DIR [LOSS]`.

use relulab_study::anatomy::dimension::{self, LARGEST_DIMENSION, Matching, TARGETS, transition};
use relulab_study::check::Ledger;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.first().ok_or("usage: DIR [LOSS]")?;
    let loss = arguments.get(1).map_or("normal", String::as_str);
    let readings = Ledger::open(Path::new(folder))?.readings()?.remove(dimension::NAME).unwrap_or_default();
    let budget = |found: Option<usize>| found.map_or("none".to_owned(), |neurons| neurons.to_string());
    for matching in [Matching::Neurons, Matching::ParametersOfShallow, Matching::ParametersOfDeep] {
        for target in TARGETS {
            for d in 1..=LARGEST_DIMENSION {
                let found = transition(&readings, d, target, loss, matching);
                let ratios = found.ratios.iter().map(|(neurons, estimate)| {
                    let [low, high] = estimate.ci95.unwrap_or([f64::NAN; 2]);
                    format!("{neurons}: {:.2} [{low:.2}, {high:.2}]", estimate.value.unwrap_or(f64::NAN))
                });
                println!(
                    "{matching:?} {target} d={d} seen {} certain {} interval {}..{} | {}",
                    budget(found.seen),
                    budget(found.certain),
                    budget(found.interval[0]),
                    budget(found.interval[1]),
                    ratios.collect::<Vec<_>>().join("  ")
                );
            }
        }
    }
    Ok(())
}
