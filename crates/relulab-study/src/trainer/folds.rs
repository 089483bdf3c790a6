//! Cross-validated training on a data file: every seed trains one network per fold.

use super::{TrainerError, record, start_of};
use crate::jobs::Job;
use crate::measure::{Measurement, finite};
use crate::plan::{DataFile, EnumeratePlan};
use crate::record::{Outcome, Record};
use relulab_net::conventions::SMALL_OBSERVATION_SAMPLES;
use relulab_net::{Activation, Dataset, Loss, Network, Shape};
use relulab_regions::line::{LineDomain, Workspace};
use relulab_train::{
    Batching, Networks, Points, Recipe, RecipeError, Trained, TrainingData, Unobserved, VectorUnit, train,
};
use std::sync::Arc;

/// Distance between the seed indices of two folds: each fold's networks have random streams of their own.
const FOLD_STRIDE: u64 = 1 << 32;

/// Trains on all folds but one, tests on that one, for every fold.
pub(super) struct FoldTrainer {
    folds: Vec<FoldData>,
    activation: Activation,
    loss: Loss,
    unit: VectorUnit,
}

/// One split, scaled, and how to undo the scaling of its labels.
struct FoldData {
    recipe: Recipe,
    train: Arc<Points>,
    test: Points,
    /// A loss on scaled labels times this is the loss on the labels as they came.
    loss_scale: f64,
}

/// Mean and standard deviation of each column.
struct Scaling(Vec<(f64, f64)>);

impl Scaling {
    fn of(values: &[f64], columns: usize) -> Self {
        let n = (values.len() / columns) as f64;
        let column = |c: usize| values.iter().skip(c).step_by(columns);
        Self(
            (0..columns)
                .map(|c| {
                    let mean = column(c).sum::<f64>() / n;
                    let variance = column(c).map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
                    // A constant column is only centred.
                    (mean, if variance > 0.0 { variance.sqrt() } else { 1.0 })
                })
                .collect(),
        )
    }

    fn apply(&self, values: &[f64]) -> Vec<f64> {
        values.iter().zip(self.0.iter().cycle()).map(|(x, (mean, deviation))| (x - mean) / deviation).collect()
    }
}

impl FoldTrainer {
    pub(super) fn new(
        file: &DataFile,
        data: &Dataset,
        plan: &EnumeratePlan,
        unit: VectorUnit,
        recipe: impl Fn(TrainingData) -> Result<Recipe, TrainerError>,
    ) -> Result<Self, TrainerError> {
        let shape = Shape::new(data.input_dim(), vec![plan.neurons], data.output_dim())?;
        let mut folds = Vec::new();
        for fold in data.folds(file.folds as usize, plan.study_seed)? {
            let (train, test) = (data.subset(&fold.train)?, data.subset(&fold.test)?);
            let inputs = Scaling::of(train.inputs(), data.input_dim());
            let mut loss_scale = 1.0;
            let mut labels = Scaling(vec![(0.0, 1.0); data.output_dim()]);
            if !plan.loss.is_classification() && data.output_dim() == 1 {
                labels = Scaling::of(train.labels(), 1);
                let deviation = labels.0[0].1;
                loss_scale = if plan.loss == Loss::Mse { deviation * deviation } else { deviation };
            }
            let points = |part: &Dataset| Points {
                inputs: inputs.apply(part.inputs()),
                labels: labels.apply(part.labels()),
                n_points: part.n_points(),
            };
            let (train, test) = (Arc::new(points(&train)), points(&test));
            let batching = if plan.sampler == "full" { Batching::Full } else { Batching::Shuffled(plan.batch) };
            let recipe = recipe(TrainingData::Fixed { points: Arc::clone(&train), batching })?;
            recipe.check(&shape)?;
            folds.push(FoldData { recipe, train, test, loss_scale });
        }
        Ok(Self { folds, activation: plan.activation, loss: plan.loss, unit })
    }

    /// One record per seed: losses and accuracies are means over folds; unit status, pieces and collapse are those of
    /// the first fold's network on its training points; a seed diverged if a fold did.
    pub(super) fn records(&self, job: &Job, shape: &Shape, study_seed: u64) -> Result<Vec<Record>, RecipeError> {
        let mut records: Vec<Record> = Vec::new();
        let share = 1.0 / self.folds.len() as f64;
        for (f, fold) in self.folds.iter().enumerate() {
            let seeds: Vec<u64> = job.seeds.clone().map(|seed| u64::from(seed) + f as u64 * FOLD_STRIDE).collect();
            let trained = train(&fold.recipe, shape, study_seed, &seeds, self.unit, &Unobserved)?;
            let ends: Vec<&[f64]> = trained.iter().map(|one| one.parameters.as_slice()).collect();
            let networks = Networks { shape, activation: self.activation, parameters: &ends };
            let (train_losses, test_losses) = (self.losses(networks, &fold.train), self.losses(networks, &fold.test));
            let accuracies = self
                .loss
                .is_classification()
                .then(|| (self.accuracies(networks, &fold.train), self.accuracies(networks, &fold.test)));
            if f == 0 {
                records = self.first_fold(job, shape, fold, &trained);
            }
            for (k, record) in records.iter_mut().enumerate() {
                // None stays None: a mean with a loss that is not finite is not finite.
                let add = |sum: &mut Option<f64>, value: f64| {
                    *sum = if f == 0 { Some(0.0) } else { *sum };
                    *sum = sum.and_then(|sum| finite(sum + share * value));
                };
                add(&mut record.training_loss, train_losses[k] * fold.loss_scale);
                add(&mut record.test_loss, test_losses[k] * fold.loss_scale);
                if let Some((train, test)) = &accuracies {
                    add(&mut record.train_accuracy, train[k]);
                    add(&mut record.test_accuracy, test[k]);
                }
                if let relulab_train::Outcome::Diverged { step } = trained[k].outcome {
                    record.outcome = Outcome::Diverged;
                    record.steps = record.steps.min(step as u32);
                }
            }
        }
        Ok(records)
    }

    fn losses(&self, networks: Networks<'_>, points: &Points) -> Vec<f64> {
        networks.mean_losses(self.loss, &points.inputs, &points.labels, self.unit)
    }

    /// Share of points whose class is the largest output, or, with one output, on whose side of 0 the logit lies.
    fn accuracies(&self, networks: Networks<'_>, points: &Points) -> Vec<f64> {
        let columns = networks.shape.output_dim();
        let class = |row: &[f64], threshold: f64| match columns {
            1 => usize::from(row[0] > threshold),
            _ => (0..columns).fold(0, |best, k| if row[k] > row[best] { k } else { best }),
        };
        let outputs = networks.outputs(&points.inputs, self.unit);
        let hits = |outputs: &Vec<f64>| {
            let rows = outputs.chunks(columns).zip(points.labels.chunks(columns));
            rows.filter(|(output, label)| class(output, 0.0) == class(label, 0.5)).count() as f64
        };
        outputs.iter().map(|outputs| hits(outputs) / points.n_points as f64).collect()
    }

    fn first_fold(&self, job: &Job, shape: &Shape, fold: &FoldData, trained: &[Trained]) -> Vec<Record> {
        let ends: Vec<&[f64]> = trained.iter().map(|one| one.parameters.as_slice()).collect();
        let starts: Vec<&[f64]> = trained.iter().map(start_of).collect();
        let at = |parameters, points: &[f64]| {
            Networks { shape, activation: self.activation, parameters }.observe(points, self.unit)
        };
        let inputs = &fold.train.inputs;
        let small = &inputs[..inputs.len().min(SMALL_OBSERVATION_SAMPLES * shape.input_dim())];
        let (before, after, few) = (at(&starts, inputs), at(&ends, inputs), at(&ends, small));
        let mut workspace = Workspace::new();
        let per_seed = trained.iter().enumerate();
        per_seed
            .map(|(k, one)| {
                let network = Network::new(shape.clone(), self.activation, one.parameters.clone()).ok();
                let counts = network.and_then(|network| workspace.count(&network, LineDomain::WHOLE).ok());
                let measurement = Measurement {
                    pieces: counts.map(|counts| counts.connected_pieces as u32),
                    dead: after[k].n_dead() as u32,
                    linear: after[k].n_linear() as u32,
                    dead_small: few[k].n_dead() as u32,
                    linear_small: few[k].n_linear() as u32,
                    collapsed: after[k].is_constant(),
                    ..Measurement::default()
                };
                Record { collapsed_at_start: before[k].is_constant(), ..record(job, shape, one, measurement) }
            })
            .collect()
    }
}
