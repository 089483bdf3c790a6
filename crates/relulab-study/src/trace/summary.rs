//! What the traces of all seeds have in common.

use crate::trace::figures::TraceFigure;
use crate::trace::plan::TracePlan;
use crate::trace::seed::{SeedTrace, StopRow};
use crate::trace::spread::Spread;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The summary of a trace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraceSummary {
    /// Version of relulab.
    pub relulab: String,
    /// The plan.
    pub plan: TracePlan,
    /// Its hash.
    pub plan_hash: String,
    /// Parameters of each network.
    pub params: usize,
    /// Seeds that were trained to the end.
    pub finished: usize,
    /// Seeds whose loss stopped being a number.
    pub diverged: usize,
    /// Every checkpoint, ascending.
    pub checkpoints: Vec<CheckpointSummary>,
    /// Steep eigenvalues at every look, ascending.
    pub looks: Vec<LookSummary>,
    /// The collapse of the steep tier.
    pub collapse: CollapseSummary,
    /// Every stop rule, in the order of the plan.
    pub stops: Vec<StopSummary>,
    /// Every two of them.
    pub stop_pairs: Vec<StopPair>,
}

/// One checkpoint over all seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckpointSummary {
    /// Completed steps.
    pub step: u64,
    /// The spread of every figure that some network has, by the names of [`TraceFigure::ALL`].
    pub figures: BTreeMap<String, Spread>,
}

/// One look over all seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LookSummary {
    /// Completed steps.
    pub step: u64,
    /// Steep eigenvalues.
    pub steep: Spread,
}

/// The collapse over all seeds that were trained to the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CollapseSummary {
    /// Seeds that end with fewer steep eigenvalues than they began with.
    pub n_drops: usize,
    /// Steep eigenvalues at the first look.
    pub from: Spread,
    /// Steep eigenvalues at the last.
    pub to: Spread,
    /// First look with no more of them than at the last.
    pub step: Spread,
    /// Steps from 90 % to 10 % of the drop, where there is one.
    pub width: Spread,
}

/// One stop rule over all seeds that were trained to the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StopSummary {
    /// The rule, as it is written.
    pub rule: String,
    /// Networks that it stopped before the last step.
    pub stopped: usize,
    /// Networks for which looks at the whole training say the same step.
    pub agree: usize,
    /// Steps done.
    pub steps: Spread,
    /// Share of the steps that were not done.
    pub saved: Spread,
    /// Loss with the rule / loss after all steps, per seed.
    pub loss_ratio: BTreeMap<String, Spread>,
}

/// One stop rule against another on the same seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StopPair {
    /// The one rule.
    pub rule: String,
    /// The other.
    pub against: String,
    /// Share of the steps saved by the one less that by the other.
    pub saved_difference: Spread,
    /// Loss with the one / loss with the other.
    pub loss_ratio: BTreeMap<String, Spread>,
}

type StopLoss = fn(&StopRow) -> Option<f64>;

/// The losses that stop rules are compared by.
const LOSSES: [(&str, StopLoss); 3] =
    [("uniform5", |row| row.uniform5), ("uniform3", |row| row.uniform3), ("normal", |row| row.normal)];

/// Keys of the bootstrap's random numbers, one per kind of number.
const CHECKPOINT: u64 = 1;
const LOOK: u64 = 2;
const COLLAPSE: u64 = 3;
const STOP: u64 = 4;
const PAIR: u64 = 5;

impl TraceSummary {
    /// The summary of the traces of a plan.
    pub fn of(plan: &TracePlan, traces: &[&SeedTrace]) -> Self {
        let finished: Vec<&SeedTrace> = traces.iter().copied().filter(|trace| trace.seed.finished).collect();
        let rules = || plan.stops.iter().enumerate();
        let pairs = rules().flat_map(|(a, _)| (a + 1..plan.stops.len()).map(move |b| (a, b)));
        Self {
            relulab: env!("CARGO_PKG_VERSION").to_owned(),
            plan: plan.clone(),
            plan_hash: plan.hash(),
            params: plan.network_shape().map_or(0, |shape| shape.n_params()),
            finished: finished.len(),
            diverged: traces.len() - finished.len(),
            checkpoints: plan.at.iter().map(|&step| checkpoint(plan, traces, step)).collect(),
            looks: plan.looks().into_iter().map(|step| look(plan, &finished, step)).collect(),
            collapse: collapse(plan, &finished),
            stops: rules().map(|(place, rule)| stop(plan, &finished, place, rule.to_string())).collect(),
            stop_pairs: pairs.map(|(a, b)| pair(plan, &finished, a, b)).collect(),
        }
    }

    /// A figure at a checkpoint.
    pub fn figure(&self, step: u64, name: &str) -> Option<&Spread> {
        self.checkpoints.iter().find(|checkpoint| checkpoint.step == step)?.figures.get(name)
    }
}

fn checkpoint(plan: &TracePlan, traces: &[&SeedTrace], step: u64) -> CheckpointSummary {
    let figures = TraceFigure::ALL.iter().enumerate().filter_map(|(place, figure)| {
        let values = traces.iter().map(|trace| figure.value(trace.at(step)));
        let spread = Spread::of(values, &[plan.study_seed, CHECKPOINT, step, place as u64]);
        (spread.n > 0).then(|| (figure.name.to_owned(), spread))
    });
    CheckpointSummary { step, figures: figures.collect() }
}

fn look(plan: &TracePlan, finished: &[&SeedTrace], step: u64) -> LookSummary {
    let count = |trace: &&SeedTrace| {
        let look = trace.seed.looks.iter().find(|look| look.step == step)?;
        Some(f64::from(look.steep))
    };
    LookSummary { step, steep: Spread::of(finished.iter().filter_map(count), &[plan.study_seed, LOOK, step]) }
}

fn collapse(plan: &TracePlan, finished: &[&SeedTrace]) -> CollapseSummary {
    let collapses: Vec<_> = finished.iter().filter_map(|trace| trace.seed.collapse).collect();
    let spread = |kind: u64, values: Vec<f64>| Spread::of(values, &[plan.study_seed, COLLAPSE, kind]);
    CollapseSummary {
        n_drops: collapses.iter().filter(|one| one.width.is_some()).count(),
        from: spread(0, collapses.iter().map(|one| one.from.into()).collect()),
        to: spread(1, collapses.iter().map(|one| one.to.into()).collect()),
        step: spread(2, collapses.iter().map(|one| one.step as f64).collect()),
        width: spread(3, collapses.iter().filter_map(|one| Some(one.width? as f64)).collect()),
    }
}

fn stop(plan: &TracePlan, finished: &[&SeedTrace], place: usize, rule: String) -> StopSummary {
    let rows = || finished.iter().filter_map(move |trace| Some((*trace, trace.seed.stops.get(place)?)));
    let key = |kind: u64| [plan.study_seed, STOP, place as u64, kind];
    let ratios = LOSSES.iter().enumerate().map(|(kind, (name, loss))| {
        let ratio = |(trace, row): (&SeedTrace, &StopRow)| {
            let last = trace.at(plan.steps);
            let figure = TraceFigure::ALL.iter().find(|figure| figure.name == *name);
            quotient(loss(row), figure.map(|figure| figure.value(last)))
        };
        ((*name).to_owned(), Spread::of(rows().map(ratio), &key(2 + kind as u64)))
    });
    StopSummary {
        rule,
        stopped: rows().filter(|(_, row)| row.stopped.is_some()).count(),
        agree: rows().filter(|(_, row)| row.stopped == row.post_hoc).count(),
        steps: Spread::of(rows().map(|(_, row)| row.steps as f64), &key(0)),
        saved: Spread::of(rows().map(|(_, row)| saved(plan, row)), &key(1)),
        loss_ratio: ratios.collect(),
    }
}

fn pair(plan: &TracePlan, finished: &[&SeedTrace], a: usize, b: usize) -> StopPair {
    let rows = || finished.iter().filter_map(move |trace| Some((trace.seed.stops.get(a)?, trace.seed.stops.get(b)?)));
    let key = |kind: u64| [plan.study_seed, PAIR, a as u64, b as u64, kind];
    let difference = rows().map(|(one, other)| saved(plan, one) - saved(plan, other));
    let ratios = LOSSES.iter().enumerate().map(|(kind, (name, loss))| {
        let ratio =
            |(one, other): (&StopRow, &StopRow)| quotient(loss(one), Some(loss(other).unwrap_or(f64::INFINITY)));
        ((*name).to_owned(), Spread::of(rows().map(ratio), &key(1 + kind as u64)))
    });
    StopPair {
        rule: plan.stops[a].to_string(),
        against: plan.stops[b].to_string(),
        saved_difference: Spread::of(difference, &key(0)),
        loss_ratio: ratios.collect(),
    }
}

/// Share of the plan's steps that were not done.
fn saved(plan: &TracePlan, row: &StopRow) -> f64 {
    1.0 - row.steps as f64 / plan.steps as f64
}

/// A quotient of losses; a missing numerator counts as infinite, equal losses as 1 even if they are 0.
fn quotient(loss: Option<f64>, other: Option<f64>) -> f64 {
    let (loss, other) = (loss.unwrap_or(f64::INFINITY), other.unwrap_or(f64::NAN));
    if loss == other { 1.0 } else { loss / other }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::Tracer;
    use relulab_train::VectorUnit;
    use std::sync::atomic::AtomicBool;

    #[test]
    fn summaries_are_medians_over_seeds() {
        let plan = TracePlan {
            seeds: 7,
            steps: 500,
            at: vec![0, 100, 500],
            look_until: 100,
            ..TracePlan::new(vec![6], "linear")
        };
        let tracer = Tracer::new(&plan, VectorUnit::widest()).unwrap();
        let seeds: Vec<u64> = (0..7).collect();
        let traces = tracer.trace(&seeds, &AtomicBool::new(false)).unwrap().unwrap();
        let all: Vec<&SeedTrace> = traces.iter().collect();
        let summary = TraceSummary::of(&plan, &all);
        assert_eq!((summary.finished, summary.diverged, summary.params), (7, 0, 19));
        // The fourth of seven is the median.
        let fourth = |value: &dyn Fn(&SeedTrace) -> f64| {
            let mut values: Vec<f64> = traces.iter().map(value).collect();
            values.sort_by(f64::total_cmp);
            Some(values[3])
        };
        let normal = summary.figure(500, "normal").unwrap();
        assert_eq!(normal.median, fourth(&|trace| trace.at(500).unwrap().normal.unwrap()));
        assert!(normal.ci95.is_some_and(|[low, high]| Some(low) <= normal.median && normal.median <= Some(high)));
        let step = fourth(&|trace| trace.seed.collapse.unwrap().step as f64);
        assert_eq!(summary.collapse.step.median, step);
        assert!(summary.figure(500, "moved").is_none() && summary.figure(0, "moved_zero").is_some());
        assert_eq!((summary.stops.len(), summary.stop_pairs.len(), summary.stops[0].agree), (2, 1, 7));
        let saved = &summary.stops[0].saved;
        assert_eq!(saved.median, fourth(&|trace| 1.0 - trace.seed.stops[0].steps as f64 / 500.0));
        let text = serde_json::to_string(&summary).unwrap();
        assert_eq!(serde_json::from_str::<TraceSummary>(&text).unwrap(), summary);
    }
}
