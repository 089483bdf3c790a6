//! What a trace is going to look at, as plain data: the only input that decides its records.

use crate::plan::{MAX_SEEDS, sha256};
use crate::trace::error::TraceError;
use crate::trace::stop::StopRule;
use relulab_curvature::{MAX_DENSE_PARAMS, Thresholds};
use relulab_net::{Activation, Formula, Initialisation, Loss, Sampler, Shape, Target};
use relulab_train::{Optimiser, Precision, Recipe, Regime, TrainingData};
use serde::{Deserialize, Serialize};

/// How many differences between two plans a message spells out.
const DIFFERENCES_SHOWN: usize = 3;

/// Most looks at one network in search of its collapse.
pub const MAX_LOOKS: u64 = 10_000;

/// The whole plan of a trace: one shape, many seeds, one target, and the steps to look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TracePlan {
    /// Number of inputs.
    pub input_dim: usize,
    /// Hidden widths.
    pub shape: Vec<usize>,
    /// Name or formula of the target.
    pub target: String,
    /// Seed indices 0 to this number less 1 are traced.
    pub seeds: u64,
    /// With shape and seed index it keys every random stream.
    pub study_seed: u64,
    /// Activation of the hidden units.
    pub activation: Activation,
    /// The update rule and its constants.
    pub optimiser: Optimiser,
    /// How parameters are drawn.
    pub initialisation: Initialisation,
    /// Samples per step.
    pub batch: usize,
    /// Distribution of the training inputs.
    pub sampler: Sampler,
    /// Optimiser steps.
    pub steps: u64,
    /// Number format of training.
    pub precision: Precision,
    /// Numbers of completed steps at which everything is measured, ascending; the last is the final one.
    pub at: Vec<u64>,
    /// Where |λ| passes from steep to moderate to weak to zero.
    pub thresholds: [f64; 3],
    /// The collapse is looked for at multiples of this many steps …
    pub look_every: u64,
    /// … up to this one, and at every checkpoint.
    pub look_until: u64,
    /// Stop rules to compare, each by its looks at the whole training and for real.
    pub stops: Vec<StopRule>,
}

impl TracePlan {
    /// The plan with the settings of the anatomy paper: Adam at 0.01, batches of 64 normal samples, eight checkpoints.
    pub fn new(shape: Vec<usize>, target: &str) -> Self {
        Self {
            input_dim: 1,
            shape,
            target: target.to_owned(),
            seeds: 32,
            study_seed: 0,
            activation: Activation::Relu,
            optimiser: Optimiser::adam(0.01),
            initialisation: Initialisation::TorchLinear,
            batch: 64,
            sampler: Sampler::Normal,
            steps: 3000,
            precision: Precision::F32,
            at: vec![0, 25, 50, 100, 200, 500, 1000, 3000],
            thresholds: Thresholds::default().values(),
            look_every: 10,
            look_until: 300,
            stops: vec![StopRule::SPECTRUM, StopRule::LOSS],
        }
    }

    /// Checks the plan.
    ///
    /// # Errors
    /// The first thing that cannot be traced.
    pub fn check(&self) -> Result<(), TraceError> {
        let refuse = |what: &'static str, value: String, expected: &str| {
            Err(TraceError::Plan { what, value, expected: expected.to_owned() })
        };
        let shape = self.network_shape()?;
        self.parsed_target()?;
        self.named_thresholds()?;
        if shape.n_params() > MAX_DENSE_PARAMS {
            return refuse("parameters", shape.n_params().to_string(), &format!("at most {MAX_DENSE_PARAMS}"));
        }
        if !(1..=MAX_SEEDS).contains(&self.seeds) {
            return refuse("seeds", self.seeds.to_string(), &format!("1 to {MAX_SEEDS}"));
        }
        if !self.at.is_sorted_by(|one, next| one < next) || self.at.last() != Some(&self.steps) {
            let text: Vec<String> = self.at.iter().map(u64::to_string).collect();
            return refuse("checkpoints", text.join(","), "ascending numbers of steps that end with the last");
        }
        if self.look_every == 0 {
            return refuse("steps between looks", "0".to_owned(), "at least 1");
        }
        if self.look_until > self.steps {
            let expected = format!("at most the {} steps of training", self.steps);
            return refuse("last step of the looks", self.look_until.to_string(), &expected);
        }
        if self.look_until / self.look_every > MAX_LOOKS {
            let looks = self.look_until / self.look_every;
            return refuse("looks", looks.to_string(), &format!("at most {MAX_LOOKS}"));
        }
        for (place, rule) in self.stops.iter().enumerate() {
            rule.check()?;
            if rule.is_none() || self.stops[..place].contains(rule) {
                return refuse("stop rule", rule.to_string(), "rules that stop, each once");
            }
        }
        self.recipe(Vec::new())?.check(&shape)?;
        Ok(())
    }

    /// The shape.
    ///
    /// # Errors
    /// When the widths make none.
    pub fn network_shape(&self) -> Result<Shape, TraceError> {
        Ok(Shape::new(self.input_dim, self.shape.clone(), 1)?)
    }

    /// The target.
    ///
    /// # Errors
    /// When it cannot be understood.
    pub fn parsed_target(&self) -> Result<Target, TraceError> {
        Ok(Target::parse(&self.target, self.input_dim)?)
    }

    /// The thresholds between the tiers.
    ///
    /// # Errors
    /// When they do not descend or are not positive.
    pub fn named_thresholds(&self) -> Result<Thresholds, TraceError> {
        let [steep, moderate, weak] = self.thresholds;
        Ok(Thresholds::new(steep, moderate, weak)?)
    }

    /// The engine's recipe, with parameters kept after these numbers of steps.
    ///
    /// # Errors
    /// When the target cannot be understood.
    pub fn recipe(&self, checkpoints: Vec<u64>) -> Result<Recipe, TraceError> {
        let formula: Formula = self.parsed_target()?.formula().clone();
        Ok(Recipe {
            activation: self.activation,
            loss: Loss::Mse,
            optimiser: self.optimiser,
            initialisation: self.initialisation,
            data: TrainingData::Fresh { sampler: self.sampler, formula, batch: self.batch },
            steps: self.steps,
            precision: self.precision,
            regime: Regime::default(),
            checkpoints,
        })
    }

    /// Numbers of steps at which the steep eigenvalues are counted in search of the collapse, ascending.
    pub fn looks(&self) -> Vec<u64> {
        let grid = (0..=self.look_until / self.look_every.max(1)).map(|k| k * self.look_every);
        let mut looks: Vec<u64> = grid.chain(self.at.iter().copied()).collect();
        looks.sort_unstable();
        looks.dedup();
        looks
    }

    /// SHA-256 of the plan, in hexadecimal.
    pub fn hash(&self) -> String {
        sha256(self.identity().to_string().as_bytes())
    }

    /// Says in a few words how `other` differs from this plan; empty when they are equal.
    pub fn differences(&self, other: &Self) -> String {
        let (here, there) = (self.identity(), other.identity());
        let fields = here.as_object().into_iter().flatten();
        let different: Vec<String> = fields
            .filter_map(|(name, value)| {
                let there = there.get(name).unwrap_or(&serde_json::Value::Null);
                (there != value).then(|| format!("{name} {there} there, {value} here"))
            })
            .collect();
        let shown = different[..different.len().min(DIFFERENCES_SHOWN)].join("; ");
        match different.len().saturating_sub(DIFFERENCES_SHOWN) {
            0 => shown,
            more => format!("{shown}; and {more} more"),
        }
    }

    fn identity(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuse(change: impl Fn(&mut TracePlan)) -> String {
        let mut plan = TracePlan::new(vec![16], "linear");
        change(&mut plan);
        plan.check().unwrap_err().to_string()
    }

    #[test]
    fn sound_plans_pass_and_survive_json() {
        let plan = TracePlan::new(vec![16], "linear");
        plan.check().unwrap();
        let back: TracePlan = serde_json::from_str(&serde_json::to_string(&plan).unwrap()).unwrap();
        assert_eq!((back.hash(), &back), (plan.hash(), &plan));
        assert_eq!(plan.looks()[..4], [0, 10, 20, 25]);
        assert_eq!(plan.looks().len(), 31 + 4);
        let other = TracePlan { seeds: 7, ..plan.clone() };
        assert_eq!(plan.differences(&other), "seeds 7 there, 32 here");
    }

    #[test]
    fn unsound_plans_are_refused() {
        assert!(refuse(|plan| plan.at = vec![0, 3001]).contains("checkpoints 0,3001"));
        assert!(refuse(|plan| plan.at = vec![5, 0, 3000]).contains("ascending"));
        assert!(refuse(|plan| plan.seeds = 0).contains("seeds 0"));
        assert!(refuse(|plan| plan.look_every = 0).contains("steps between looks 0"));
        assert!(refuse(|plan| plan.look_until = 4000).contains("last step of the looks 4000"));
        assert!(refuse(|plan| plan.thresholds = [0.1, 0.2, 0.3]).contains("steep threshold"));
        assert!(refuse(|plan| plan.stops = vec![StopRule::None]).contains("stop rule none"));
        assert!(refuse(|plan| plan.stops = vec![StopRule::LOSS; 2]).contains("each once"));
        assert!(refuse(|plan| plan.target = "parabola".to_owned()).contains("parabola"));
        assert!(refuse(|plan| plan.shape = vec![0]).contains('0'));
        assert!(refuse(|plan| plan.shape = vec![100, 100]).contains("parameters 10401"));
        assert!(refuse(|plan| plan.batch = 0).contains("batch size 0"));
        assert!(refuse(|plan| (plan.steps, plan.at, plan.look_until) = (0, vec![0], 0)).contains("0 steps"));
    }
}
