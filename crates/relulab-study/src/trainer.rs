//! The real worker: trains the networks of a job and measures them.

mod folds;

use crate::jobs::Job;
use crate::measure::{Measurement, Measurer, finite};
use crate::plan::EnumeratePlan;
use crate::record::{Outcome, Record};
use crate::run::Worker;
use folds::FoldTrainer;
use relulab_net::{
    Dataset, DatasetError, EvaluationError, ParseSamplerError, Sampler, Shape, ShapeError, Target, TargetError,
};
use relulab_train::{
    Optimiser, Precision, Recipe, RecipeError, Regime, Trained, TrainingData, Unobserved, VectorUnit, train,
};
use std::collections::BTreeMap;

/// Why a plan has no trainer.
#[derive(Debug, thiserror::Error)]
pub enum TrainerError {
    /// A target's name is unknown or its formula does not parse.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The sampler's name is unknown.
    #[error(transparent)]
    Sampler(#[from] ParseSamplerError),
    /// A shape of the plan is impossible.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// The recipe is not sound.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// There are no evaluation sets for this dimension.
    #[error(transparent)]
    Evaluation(#[from] EvaluationError),
    /// The data cannot be used so.
    #[error(transparent)]
    Data(#[from] DatasetError),
    /// The optimiser's name is unknown.
    #[error("optimiser \"{0}\": expected adam or sgd")]
    Optimiser(String),
    /// The precision's name is unknown.
    #[error("precision \"{0}\": expected f32 or f64")]
    Precision(String),
    /// The plan is about a data file, whose content is missing, or the other way round.
    #[error("the plan {0}")]
    Content(&'static str),
}

/// Trains and measures the networks of an enumeration.
pub struct Trainer {
    input_dim: usize,
    output_dim: usize,
    study_seed: u64,
    unit: VectorUnit,
    subjects: BTreeMap<String, Subject>,
}

/// What the networks of one target learn.
enum Subject {
    Formula(Box<(Recipe, Measurer)>),
    Data(FoldTrainer),
}

impl Trainer {
    /// A trainer for a plan; `data` is the content of its data file, if it has one.
    ///
    /// # Errors
    /// When a name in the plan is unknown, a formula does not parse, or the recipe is not sound.
    pub fn new(plan: &EnumeratePlan, data: Option<&Dataset>, unit: VectorUnit) -> Result<Self, TrainerError> {
        let mut subjects = BTreeMap::new();
        for name in &plan.targets {
            let subject = match (&plan.data, data) {
                (Some(file), Some(data)) => {
                    let recipe = |training: TrainingData| recipe(plan, training);
                    Subject::Data(FoldTrainer::new(file, data, plan, unit, recipe)?)
                }
                (None, None) => {
                    let target = Target::parse(name, plan.input_dim)?;
                    let sampler: Sampler = plan.sampler.parse()?;
                    let formula = target.formula().clone();
                    let recipe = recipe(plan, TrainingData::Fresh { sampler, formula, batch: plan.batch })?;
                    let shape = Shape::new(plan.input_dim, vec![plan.neurons], plan.output_dim)?;
                    recipe.check(&shape)?;
                    Subject::Formula(Box::new((recipe, Measurer::new(&target, plan.activation, unit)?)))
                }
                (Some(_), None) => return Err(TrainerError::Content("names a data file, but there are no data")),
                (None, Some(_)) => return Err(TrainerError::Content("names no data file, but there are data")),
            };
            subjects.insert(name.clone(), subject);
        }
        let (input_dim, output_dim, study_seed) = (plan.input_dim, plan.output_dim, plan.study_seed);
        Ok(Self { input_dim, output_dim, study_seed, unit, subjects })
    }
}

/// The plan's recipe with the given training data.
fn recipe(plan: &EnumeratePlan, data: TrainingData) -> Result<Recipe, TrainerError> {
    let number = |name: &str, default: f64| plan.optimiser_numbers.get(name).copied().unwrap_or(default);
    let optimiser = match plan.optimiser.as_str() {
        "adam" => Optimiser::Adam {
            learning_rate: number("learning_rate", 0.01),
            beta1: number("beta1", 0.9),
            beta2: number("beta2", 0.999),
            epsilon: number("epsilon", 1e-8),
        },
        "sgd" => Optimiser::Sgd { learning_rate: number("learning_rate", 0.01), momentum: number("momentum", 0.0) },
        other => return Err(TrainerError::Optimiser(other.to_owned())),
    };
    let precision = match plan.precision.as_str() {
        "f32" => Precision::F32,
        "f64" => Precision::F64,
        other => return Err(TrainerError::Precision(other.to_owned())),
    };
    Ok(Recipe {
        activation: plan.activation,
        loss: plan.loss,
        optimiser,
        initialisation: plan.initialisation,
        data,
        steps: u64::from(plan.steps),
        precision,
        regime: Regime::default(),
        checkpoints: vec![0],
    })
}

impl Worker for Trainer {
    fn run(&self, job: &Job) -> Vec<Record> {
        // A trainer accepts only plans whose shapes and recipe fit; for any other job there are no records, which the
        // study reports.
        let Ok(shape) = Shape::new(self.input_dim, job.shape.clone(), self.output_dim) else { return Vec::new() };
        let seeds: Vec<u64> = job.seeds.clone().map(u64::from).collect();
        match self.subjects.get(&job.target) {
            Some(Subject::Formula(formula)) => {
                let (recipe, measurer) = formula.as_ref();
                let trained = train(recipe, &shape, self.study_seed, &seeds, self.unit, &Unobserved);
                trained.map(|trained| records(job, &shape, measurer, &trained)).unwrap_or_default()
            }
            Some(Subject::Data(folds)) => folds.records(job, &shape, self.study_seed).unwrap_or_default(),
            None => Vec::new(),
        }
    }
}

fn records(job: &Job, shape: &Shape, measurer: &Measurer, trained: &[Trained]) -> Vec<Record> {
    let ends: Vec<&[f64]> = trained.iter().map(|one| one.parameters.as_slice()).collect();
    let starts: Vec<&[f64]> = trained.iter().map(start_of).collect();
    let at_start = measurer.collapsed(shape, &starts);
    let measurements = measurer.measure(shape, &ends);
    let both = trained.iter().zip(measurements).zip(at_start);
    both.map(|((one, measurement), collapsed_at_start)| Record {
        collapsed_at_start,
        training_loss: finite(one.training_loss),
        ..record(job, shape, one, measurement)
    })
    .collect()
}

/// The parameters before training.
fn start_of(trained: &Trained) -> &[f64] {
    trained.checkpoints.first().map_or(&[], |(_, parameters)| parameters)
}

/// The record of one network without what only its subject knows.
fn record(job: &Job, shape: &Shape, trained: &Trained, measurement: Measurement) -> Record {
    let mut record = Record::new(&job.target, &job.shape, trained.seed as u32);
    record.params = shape.n_params() as u32;
    (record.outcome, record.steps) = match trained.outcome {
        relulab_train::Outcome::Finished | relulab_train::Outcome::Stopped { .. } => {
            (Outcome::Finished, trained.steps as u32)
        }
        relulab_train::Outcome::Diverged { step } | relulab_train::Outcome::Interrupted { step } => {
            (Outcome::Diverged, step as u32)
        }
    };
    record.uniform5 = measurement.uniform5;
    record.uniform3 = measurement.uniform3;
    record.normal = measurement.normal;
    record.normal_method = measurement.normal_method;
    record.pieces = measurement.pieces;
    record.dead = measurement.dead;
    record.linear = measurement.linear;
    record.dead_small = measurement.dead_small;
    record.linear_small = measurement.linear_small;
    record.collapsed = measurement.collapsed;
    record
}
