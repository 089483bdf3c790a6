//! Evidence from folders: studies of `relulab enumerate`, and the dimension experiment of the anatomy check.

use super::AdviceError;
use super::cell::{Cell, Measured, ShapeEvidence};
use super::evidence::Evidence;
use crate::anatomy::dimension;
use crate::check::{Ledger, Readings};
use crate::record::Record;
use crate::study::Study;
use crate::summary::Estimate;
use std::collections::BTreeMap;
use std::path::Path;

/// The file of a study's folder, and that of a check's.
const MARKS: [&str; 2] = ["manifest.json", "check.json"];

impl Evidence {
    /// The evidence of one folder.
    ///
    /// # Errors
    /// When it holds neither a finished study of targets nor a check with the dimension experiment, or is damaged.
    pub fn from_folder(folder: &Path) -> Result<Self, AdviceError> {
        if folder.join(MARKS[0]).exists() {
            return of_study(&Study::open(folder)?);
        }
        if !folder.join(MARKS[1]).exists() {
            return Err(AdviceError::NoEvidence(folder.to_owned()));
        }
        let ledger = Ledger::open(folder)?;
        let readings = ledger.readings()?.remove(dimension::NAME).unwrap_or_default();
        let evidence = of_readings(&readings);
        if evidence.cells.is_empty() { Err(AdviceError::NoEvidence(folder.to_owned())) } else { Ok(evidence) }
    }
}

/// The evidence of a finished study.
fn of_study(study: &Study) -> Result<Evidence, AdviceError> {
    let (folder, plan) = (study.folder().to_owned(), study.plan());
    if plan.data.is_some() {
        return Err(AdviceError::DataStudy(folder));
    }
    if !study.is_finished() {
        let (done, total) = (study.n_networks_done(), study.n_networks());
        return Err(AdviceError::Unfinished { folder, done, total });
    }
    let records = study.records()?;
    // Extra seeds of depth 1 are for equal tries only.
    let main: Vec<&Record> = records.iter().filter(|record| record.seed < plan.seeds).collect();
    let infinite = |loss: Option<f64>| loss.unwrap_or(f64::INFINITY);
    let cells = plan.targets.iter().map(|target| {
        let mut by_shape: BTreeMap<&[usize], [Vec<f64>; 2]> = BTreeMap::new();
        for record in main.iter().filter(|record| record.target == *target) {
            let losses = by_shape.entry(&record.shape).or_default();
            losses[0].push(infinite(record.normal));
            losses[1].push(infinite(record.uniform5));
        }
        let all: Vec<Losses> = by_shape.into_iter().map(|(shape, losses)| (shape.to_vec(), losses)).collect();
        Cell {
            source: format!("study {}", folder.file_name().unwrap_or(folder.as_os_str()).display()),
            target: target.clone(),
            input_dim: plan.input_dim,
            neurons: plan.neurons,
            steps: u64::from(plan.steps),
            n_seeds: u64::from(plan.seeds),
            n_tried: all.len(),
            gain_of_depth: gains(&all),
            shapes: all.into_iter().map(evidence_of).collect(),
        }
    });
    Ok(Evidence { cells: cells.collect() })
}

/// The evidence of the dimension experiment: every budget and dimension whose shapes of equal neurons are all there.
fn of_readings(readings: &Readings) -> Evidence {
    let mut cells = Vec::new();
    for target in dimension::TARGETS {
        for input_dim in 1..=dimension::LARGEST_DIMENSION {
            for neurons in dimension::BUDGETS {
                let losses = |shape: &[usize], loss: &str| -> Vec<f64> {
                    let case = dimension::case_of(input_dim, target, &dimension::text(shape));
                    readings.values(&case, loss).map(|(_, value)| value).collect()
                };
                let shapes = dimension::shapes(dimension::GROUPS[0], neurons, input_dim);
                let all: Vec<Losses> = shapes
                    .into_iter()
                    .map(|shape| {
                        let both = [losses(&shape, "normal"), losses(&shape, "uniform5")];
                        (shape, both)
                    })
                    .collect();
                let n_seeds = all.first().map_or(0, |(_, losses)| losses[0].len());
                if n_seeds == 0 || all.iter().any(|(_, losses)| losses.iter().any(|list| list.len() != n_seeds)) {
                    continue;
                }
                cells.push(Cell {
                    source: "check anatomy, dimension".to_owned(),
                    target: target.to_owned(),
                    input_dim,
                    neurons,
                    steps: dimension::STEPS,
                    n_seeds: n_seeds as u64,
                    n_tried: all.len(),
                    gain_of_depth: gains(&all),
                    shapes: all.into_iter().map(evidence_of).collect(),
                });
            }
        }
    }
    Evidence { cells }
}

/// A shape with its losses by seed, `normal` and `uniform5`.
type Losses = (Vec<usize>, [Vec<f64>; 2]);

/// The gain of depth by either loss.
fn gains(all: &[Losses]) -> [Estimate; 2] {
    [0, 1].map(|loss| {
        let of = |(_, losses): &Losses| losses[loss].clone();
        let deep: Vec<Vec<f64>> = all.iter().filter(|(shape, _)| shape.len() > 1).map(of).collect();
        let single = all.iter().find(|(shape, _)| shape.len() == 1).map(of);
        single.map(|single| dimension::gain_of_depth(&single, &deep)).unwrap_or_default()
    })
}

fn evidence_of((shape, [normal, uniform5]): Losses) -> ShapeEvidence {
    ShapeEvidence { shape, normal: Measured::of(normal), uniform5: Measured::of(uniform5) }
}
