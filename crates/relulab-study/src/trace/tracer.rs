//! Traces seeds: trains them, measures their checkpoints and applies the stop rules, without any file.

use crate::trace::collapse::{Collapse, SteepCount};
use crate::trace::error::TraceError;
use crate::trace::measurer::TraceMeasurer;
use crate::trace::plan::TracePlan;
use crate::trace::seed::{SeedRow, SeedTrace, StopRow};
use crate::trace::stop::StopRule;
use crate::trace::stopper::{StopPoints, Stopper};
use rayon::prelude::*;
use relulab_net::{Loss, Shape};
use relulab_train::{Observer, Outcome, Recipe, Trained, VectorUnit, Watcher, train};
use std::sync::atomic::{AtomicBool, Ordering};

/// Traces the seeds of one plan.
#[derive(Debug)]
pub struct Tracer {
    plan: TracePlan,
    shape: Shape,
    recipe: Recipe,
    measurer: TraceMeasurer,
    stop_points: StopPoints,
    unit: VectorUnit,
}

impl Tracer {
    /// A tracer for a plan.
    ///
    /// # Errors
    /// When the plan is not sound.
    pub fn new(plan: &TracePlan, unit: VectorUnit) -> Result<Self, TraceError> {
        plan.check()?;
        let (shape, target) = (plan.network_shape()?, plan.parsed_target()?);
        let measurer = TraceMeasurer::new(&shape, plan.activation, &target, plan.named_thresholds()?, unit)?;
        let stop_points = StopPoints::of_target(&target, Loss::Mse)?;
        let mut steps = plan.looks();
        for every in plan.stops.iter().filter_map(|rule| rule.every()) {
            steps.extend((1..).map(|k| k * every).take_while(|&step| step < plan.steps));
        }
        steps.sort_unstable();
        steps.dedup();
        let recipe = plan.recipe(steps)?;
        let tracer = Self { plan: plan.clone(), shape, recipe, measurer, stop_points, unit };
        plan.stops.iter().try_for_each(|&rule| tracer.stopper(rule).map(|_| ()))?;
        Ok(tracer)
    }

    /// The plan.
    pub fn plan(&self) -> &TracePlan {
        &self.plan
    }

    /// Traces these seeds; `None` when `cancel` was raised before the end.
    ///
    /// The trace of a seed depends on the plan and the seed alone.
    ///
    /// # Errors
    /// When a network cannot be measured.
    pub fn trace(&self, seeds: &[u64], cancel: &AtomicBool) -> Result<Option<Vec<SeedTrace>>, TraceError> {
        let Some(whole) = self.train(&self.recipe, seeds, None, cancel)? else { return Ok(None) };
        let stopped_early = Recipe { checkpoints: Vec::new(), ..self.recipe.clone() };
        let mut stopped = Vec::new();
        for &rule in &self.plan.stops {
            let stopper = self.stopper(rule)?;
            let Some(trained) = self.train(&stopped_early, seeds, Some(&stopper), cancel)? else { return Ok(None) };
            stopped.push(trained);
        }
        let traces: Result<Vec<Option<SeedTrace>>, TraceError> = whole
            .par_iter()
            .enumerate()
            .map(|(k, whole)| {
                if cancel.load(Ordering::Relaxed) {
                    return Ok(None);
                }
                let stopped: Vec<&Trained> = stopped.iter().map(|trained| &trained[k]).collect();
                self.seed_trace(whole, &stopped).map(Some)
            })
            .collect();
        Ok(traces?.into_iter().collect())
    }

    fn train(
        &self,
        recipe: &Recipe,
        seeds: &[u64],
        stopper: Option<&Stopper<'_>>,
        cancel: &AtomicBool,
    ) -> Result<Option<Vec<Trained>>, TraceError> {
        let observer = TraceObserver { cancel, stopper };
        let trained = train(recipe, &self.shape, self.plan.study_seed, seeds, self.unit, &observer)?;
        let is_whole = trained.iter().all(|one| !matches!(one.outcome, Outcome::Interrupted { .. }));
        Ok((is_whole && !cancel.load(Ordering::Relaxed)).then_some(trained))
    }

    fn stopper(&self, rule: StopRule) -> Result<Stopper<'_>, TraceError> {
        Ok(Stopper::new(rule, &self.shape, self.plan.activation, &self.stop_points, self.unit)?)
    }

    fn seed_trace(&self, whole: &Trained, stopped: &[&Trained]) -> Result<SeedTrace, TraceError> {
        let sound: Vec<&(u64, Vec<f64>)> = whole.checkpoints.iter().filter(|one| self.is_sound(whole, one)).collect();
        let among = |steps: &[u64]| -> Vec<&(u64, Vec<f64>)> {
            sound.iter().copied().filter(|(step, _)| steps.contains(step)).collect()
        };
        let checkpoints: Vec<(u64, Vec<f64>)> = among(&self.plan.at).into_iter().cloned().collect();
        let mut rows = self.measurer.measure(whole.seed, &checkpoints)?;
        let finished = rows.last().is_some_and(|row| row.step == self.plan.steps);
        if !finished {
            // The distance from an end that was never reached is unknown.
            rows.iter_mut().for_each(|row| (row.distance, row.relative_distance) = (None, None));
        }
        let looked_at = among(&self.plan.looks());
        let networks: Vec<&[f64]> = looked_at.iter().map(|(_, parameters)| parameters.as_slice()).collect();
        let counts = self.measurer.steep_counts(&networks)?;
        let looks: Vec<SteepCount> =
            looked_at.iter().zip(counts).map(|((step, _), steep)| SteepCount { step: *step, steep }).collect();
        let rules = self.plan.stops.iter().zip(stopped);
        let stops = rules.map(|(&rule, one)| self.stop_row(rule, one, &sound)).collect::<Result<_, _>>()?;
        let collapse = if finished { Collapse::of(&looks) } else { None };
        let seed = SeedRow { seed: whole.seed, finished, steps: whole.steps, looks, collapse, stops };
        Ok(SeedTrace { rows, seed })
    }

    /// Whether a checkpoint can be measured: what came after the loss broke is noise, and the updates before may already
    /// have left the range in which matrices are finite.
    fn is_sound(&self, whole: &Trained, checkpoint: &(u64, Vec<f64>)) -> bool {
        let (step, parameters) = checkpoint;
        let is_measurable = || {
            let rows = self.measurer.measure(whole.seed, std::slice::from_ref(checkpoint));
            rows.is_ok_and(|rows| rows.iter().all(|row| row.sample_loss.is_some()))
        };
        *step <= whole.steps
            && parameters.iter().all(|value| value.is_finite())
            && (whole.outcome == Outcome::Finished || is_measurable())
    }

    /// What a rule did to a network, and what it would have done to the whole training.
    fn stop_row(
        &self,
        rule: StopRule,
        stopped: &Trained,
        checkpoints: &[&(u64, Vec<f64>)],
    ) -> Result<StopRow, TraceError> {
        let stopper = self.stopper(rule)?;
        let every = rule.every().unwrap_or(u64::MAX);
        let mut judge = rule.judge();
        let is_look = |step: u64| step > 0 && step.is_multiple_of(every) && step < self.plan.steps;
        let mut looks = checkpoints.iter().filter(|(step, _)| is_look(*step));
        let post_hoc = looks.find(|(_, parameters)| judge.stops(stopper.values(&[parameters])[0])).map(|look| look.0);
        let losses = self.measurer.losses(&[&stopped.parameters]).remove(0);
        let step = match stopped.outcome {
            Outcome::Stopped { step } => Some(step),
            _ => None,
        };
        Ok(StopRow {
            rule: rule.to_string(),
            post_hoc,
            stopped: step,
            steps: stopped.steps,
            uniform5: losses.uniform5,
            uniform3: losses.uniform3,
            normal: losses.normal,
        })
    }
}

/// Passes a raised flag and a stopper to the engine.
struct TraceObserver<'a> {
    cancel: &'a AtomicBool,
    stopper: Option<&'a Stopper<'a>>,
}

impl Observer for TraceObserver<'_> {
    fn may_go_on(&self) -> bool {
        !self.cancel.load(Ordering::Relaxed)
    }

    fn watcher(&self, seeds: &[u64]) -> Option<Box<dyn Watcher + '_>> {
        self.stopper?.watcher(seeds.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> TracePlan {
        TracePlan {
            seeds: 5,
            steps: 400,
            at: vec![0, 100, 400],
            look_until: 100,
            stops: vec![StopRule::SPECTRUM, "loss:every=20,patience=2".parse().unwrap()],
            ..TracePlan::new(vec![6], "linear")
        }
    }

    #[test]
    fn rules_stop_where_the_looks_at_the_whole_training_say() {
        let tracer = Tracer::new(&plan(), VectorUnit::widest()).unwrap();
        let seeds: Vec<u64> = (0..5).collect();
        let traces = tracer.trace(&seeds, &AtomicBool::new(false)).unwrap().unwrap();
        let mut n_stopped = 0;
        for trace in &traces {
            assert_eq!(trace.rows.iter().map(|row| row.step).collect::<Vec<_>>(), [0, 100, 400]);
            assert!(trace.seed.finished && trace.seed.looks.len() == 12);
            for stop in &trace.seed.stops {
                assert_eq!(stop.post_hoc, stop.stopped);
                assert_eq!(stop.steps, stop.stopped.unwrap_or(400));
                n_stopped += usize::from(stop.stopped.is_some());
            }
        }
        assert!(n_stopped >= 5, "{traces:?}");
        // The trace of a seed does not depend on the others.
        let alone = tracer.trace(&[3], &AtomicBool::new(false)).unwrap().unwrap();
        assert_eq!(alone[0], traces[3]);
        assert!(tracer.trace(&seeds, &AtomicBool::new(true)).unwrap().is_none());
    }

    #[test]
    fn rows_agree_with_direct_computation() {
        let tracer = Tracer::new(&plan(), VectorUnit::widest()).unwrap();
        let trace = tracer.trace(&[1], &AtomicBool::new(false)).unwrap().unwrap().remove(0);
        let p = f64::from(tracer.shape.n_params() as u32);
        let recipe = Recipe { checkpoints: vec![0, 100, 400], ..tracer.recipe.clone() };
        let trained = train(&recipe, &tracer.shape, 0, &[1], VectorUnit::Portable, &relulab_train::Unobserved);
        let checkpoints = trained.unwrap().remove(0).checkpoints;
        let square = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
        for (row, pair) in trace.rows.iter().zip(checkpoints.windows(2)) {
            let total: f64 = row.hessian.counts().iter().map(|&count| f64::from(count)).sum();
            assert_eq!(total, p);
            let movement = row.movement.unwrap();
            let expected = square(&pair[0].1, &pair[1].1);
            assert!((movement.squared_length - expected).abs() < 1e-12 * expected);
            assert!((movement.per_tier.iter().sum::<f64>() - expected).abs() < 1e-9 * expected);
            let distance = square(&pair[0].1, &checkpoints[2].1).sqrt();
            assert!((row.distance.unwrap() - distance).abs() < 1e-12 * distance);
        }
        let last = &trace.rows[2];
        assert_eq!((last.distance, last.movement), (Some(0.0), None));
        let looked = trace.seed.looks.iter().find(|look| look.step == 100).unwrap();
        assert_eq!(looked.steep, trace.rows[1].hessian.steep);
    }

    #[test]
    fn divergence_leaves_the_rows_before_it() {
        let optimiser = relulab_train::Optimiser::Sgd { learning_rate: 3.0, momentum: 0.9 };
        let plan = TracePlan { optimiser, target: "1e6*x".to_owned(), at: vec![0, 1, 400], ..plan() };
        let tracer = Tracer::new(&plan, VectorUnit::widest()).unwrap();
        let traces = tracer.trace(&[0, 1, 2], &AtomicBool::new(false)).unwrap().unwrap();
        let diverged: Vec<&SeedTrace> = traces.iter().filter(|trace| !trace.seed.finished).collect();
        assert!(!diverged.is_empty());
        for trace in diverged {
            assert!(trace.rows.len() < 3 && trace.rows[0].distance.is_none() && trace.seed.collapse.is_none());
        }
    }
}
