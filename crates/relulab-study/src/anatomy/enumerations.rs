//! The paper's set of 3,662 shapes of 16 neurons on its five targets, as two enumerations, and their records by target.

use crate::analysis::analyse;
use crate::check::{CheckError, Sample, Scale};
use crate::plan::{EnumeratePlan, ShapeChoice};
use crate::record::Record;
use crate::shapes::ShapeList;
use crate::study::Study;
use crate::summary::Summary;
use std::collections::BTreeMap;
use std::path::Path;

/// Neurons of the paper's enumeration.
pub const NEURONS: usize = 16;
/// Depth up to which it is complete.
pub const WHOLE_DEPTH: usize = 5;
/// Shapes of each larger depth: with the complete ones, this makes the paper's 3,662.
const PER_LARGER_DEPTH: usize = 200;
/// Shapes per depth of a quick check.
const PER_DEPTH_QUICK: usize = 40;
/// Targets by input dimension.
const TARGETS: [(usize, &[&str]); 2] = [(1, &["linear", "absolute", "quadratic"]), (2, &["quadratic", "interaction"])];

/// The enumerations of the check: subfolder and plan.
pub fn plans(scale: Scale, study_seed: u64) -> Vec<(String, EnumeratePlan)> {
    let plan = |(input_dim, targets): (usize, &[&str])| {
        let targets = targets.iter().map(|&target| target.to_owned()).collect();
        let mut plan = EnumeratePlan { input_dim, study_seed, ..EnumeratePlan::new(NEURONS, targets) };
        match scale {
            Scale::Full => {
                plan.shapes = ShapeChoice::SampleAbove { depth: WHOLE_DEPTH, per_depth: PER_LARGER_DEPTH, seed: 0 };
            }
            Scale::Quick => {
                plan.shapes = ShapeChoice::Sample { per_depth: PER_DEPTH_QUICK, seed: 0 };
                plan.seeds = 4;
            }
        }
        (format!("enumeration-{input_dim}d"), plan)
    };
    TARGETS.into_iter().map(plan).collect()
}

/// The plans that are left when existing studies already hold some of their targets: those targets are taken out.
///
/// # Errors
/// When a study is unfinished, or none of its targets is trained as the paper trains.
pub fn without(
    plans: Vec<(String, EnumeratePlan)>,
    existing: &[Study],
) -> Result<Vec<(String, EnumeratePlan)>, CheckError> {
    for study in existing {
        if !study.is_finished() {
            let folder = study.folder().display();
            return Err(CheckError::because(format!("{folder} is not finished: resume it first")));
        }
        if !plans.iter().any(|(_, plan)| plan.targets.iter().any(|target| holds(study, plan, target))) {
            let folder = study.folder().display();
            let reason = format!(
                "{folder} does not stand in for the paper's enumeration: expected {NEURONS} neurons, all depths, one of \
                 its five targets and its training, from `relulab enumerate --neurons {NEURONS} --target quadratic`"
            );
            return Err(CheckError::because(reason));
        }
    }
    let mut left = Vec::new();
    for (name, mut plan) in plans {
        let all = plan.clone();
        plan.targets.retain(|target| !existing.iter().any(|study| holds(study, &all, target)));
        if !plan.targets.is_empty() {
            left.push((name, plan));
        }
    }
    Ok(left)
}

/// Whether a study trains one of the plan's targets on at least its shapes and seeds, in its way.
fn holds(study: &Study, plan: &EnumeratePlan, target: &str) -> bool {
    let there = study.plan();
    let at_least = there.shapes == ShapeChoice::All || there.shapes == plan.shapes;
    let same = EnumeratePlan {
        shapes: plan.shapes,
        seeds: plan.seeds,
        matched_tries: plan.matched_tries,
        targets: plan.targets.clone(),
        study_seed: plan.study_seed,
        ..there.clone()
    };
    at_least && there.seeds >= plan.seeds && there.targets.iter().any(|name| name == target) && same == *plan
}

/// Records of finished enumerations, by target and shape.
#[derive(Debug, Default)]
pub struct Enumerated {
    /// Target and input dimension → its study's summary and records.
    subjects: BTreeMap<(String, usize), Subject>,
}

/// One target's part of a study.
#[derive(Debug)]
pub struct Subject {
    /// Where the records are.
    pub folder: String,
    /// Analysis of the whole study.
    pub summary: std::sync::Arc<Summary>,
    /// Whether depths above [`WHOLE_DEPTH`] are sampled.
    pub is_sampled: bool,
    /// Runs of each shape, extra seeds of depth 1 left out, in the order of the plan.
    pub shapes: Vec<(Vec<usize>, Vec<Record>)>,
    /// All runs of the shape with one hidden layer, extra seeds included.
    pub shallow: Vec<Record>,
}

/// The losses that every record has.
pub const LOSSES: [&str; 3] = ["uniform5", "uniform3", "normal"];

/// One of the three losses of a record; infinite where it has none.
pub fn loss(record: &Record, name: &str) -> f64 {
    let value = match name {
        "uniform5" => record.uniform5,
        "uniform3" => record.uniform3,
        _ => record.normal,
    };
    value.unwrap_or(f64::INFINITY)
}

impl Enumerated {
    /// Reads and analyses studies.
    ///
    /// # Errors
    /// When a shard is damaged or records are missing.
    pub fn read(studies: &[Study]) -> Result<Self, CheckError> {
        let mut subjects = BTreeMap::new();
        for study in studies {
            let plan = study.plan();
            let records = study.records()?;
            let summary = std::sync::Arc::new(analyse(plan, &records).map_err(CheckError::because)?);
            let list = ShapeList::of(plan);
            for target in &plan.targets {
                let mut by_shape: BTreeMap<Vec<usize>, Vec<Record>> = BTreeMap::new();
                let mut shallow = Vec::new();
                for record in records.iter().filter(|record| record.target == *target) {
                    if record.shape == [NEURONS] {
                        shallow.push(record.clone());
                    }
                    if record.seed < plan.seeds {
                        by_shape.entry(record.shape.clone()).or_default().push(record.clone());
                    }
                }
                let shapes = list.iter().filter_map(|shape| by_shape.remove_entry(&shape)).collect();
                let subject = Subject {
                    folder: folder_name(study.folder()),
                    summary: summary.clone(),
                    is_sampled: plan.shapes != ShapeChoice::All,
                    shapes,
                    shallow,
                };
                subjects.insert((target.clone(), plan.input_dim), subject);
            }
        }
        Ok(Self { subjects })
    }

    /// All parts: target, number of inputs and what was enumerated.
    pub fn iter(&self) -> impl Iterator<Item = (&str, usize, &Subject)> {
        self.subjects.iter().map(|((target, input_dim), subject)| (target.as_str(), *input_dim, subject))
    }

    /// A target's part; `None` when it was not enumerated.
    pub fn of(&self, target: &str, input_dim: usize) -> Option<&Subject> {
        self.subjects.get(&(target.to_owned(), input_dim))
    }
}

impl Subject {
    /// A loss of one shape over its seeds; empty when the shape was not trained.
    pub fn sample(&self, shape: &[usize], name: &str) -> Sample {
        let found = self.shapes.iter().find(|(there, _)| there == shape);
        Sample::new(found.into_iter().flat_map(|(_, runs)| runs).map(|run| loss(run, name)).collect())
    }

    /// A loss of all runs of one depth.
    pub fn runs_of_depth(&self, depth: usize, name: &str) -> Sample {
        let runs = self.shapes.iter().filter(|(shape, _)| shape.len() == depth).flat_map(|(_, runs)| runs);
        Sample::new(runs.map(|run| loss(run, name)).collect())
    }

    /// For every seed, the smallest loss of any shape of these depths: what a study with one seed per shape would call
    /// the best.
    pub fn best_by_seed(&self, depths: std::ops::RangeInclusive<usize>, name: &str) -> BTreeMap<u32, f64> {
        let mut best = BTreeMap::new();
        for (_, runs) in self.shapes.iter().filter(|(shape, _)| depths.contains(&shape.len())) {
            for run in runs {
                let smallest = best.entry(run.seed).or_insert(f64::INFINITY);
                *smallest = f64::min(*smallest, loss(run, name));
            }
        }
        best
    }

    /// For every seed, a statistic of all shapes: of two numbers that are read off each run, where both are finite.
    pub fn by_seed(
        &self,
        pair: impl Fn(&Record) -> (f64, f64),
        statistic: impl Fn(&[f64], &[f64]) -> Option<f64>,
    ) -> Sample {
        let mut pairs: BTreeMap<u32, (Vec<f64>, Vec<f64>)> = BTreeMap::new();
        for run in self.shapes.iter().flat_map(|(_, runs)| runs) {
            let (x, y) = pair(run);
            if x.is_finite() && y.is_finite() {
                let (xs, ys) = pairs.entry(run.seed).or_default();
                xs.push(x);
                ys.push(y);
            }
        }
        Sample::new(pairs.values().filter_map(|(xs, ys)| statistic(xs, ys)).collect())
    }

    /// Number of shapes of one depth.
    pub fn n_shapes(&self, depth: usize) -> usize {
        self.shapes.iter().filter(|(shape, _)| shape.len() == depth).count()
    }

    /// Median loss of every shape.
    pub fn medians(&self, name: &str) -> Vec<(&[usize], f64)> {
        let median = |runs: &[Record]| Sample::new(runs.iter().map(|run| loss(run, name)).collect()).median();
        self.shapes.iter().filter_map(|(shape, runs)| Some((shape.as_slice(), median(runs)?))).collect()
    }
}

fn folder_name(folder: &Path) -> String {
    folder.file_name().map_or_else(|| folder.display().to_string(), |name| name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_full_plans_are_the_paper_s_set() {
        for (_, plan) in plans(Scale::Full, 0) {
            plan.check().unwrap();
            assert_eq!(ShapeList::of(&plan).len(), 3_662);
        }
        let targets: usize = plans(Scale::Full, 0).iter().map(|(_, plan)| plan.targets.len()).sum();
        assert_eq!(targets, 5);
        assert!(plans(Scale::Quick, 0).iter().all(|(_, plan)| plan.check().is_ok()));
    }
}
