//! Examines trained networks: losses against a target or on data, units, collapse.

use crate::train::data::Data;
use relulab_net::conventions::SMALL_OBSERVATION_SAMPLES;
use relulab_net::{Activation, Loss, Shape};
use relulab_study::{Measurement, Measurer, NormalMethod};
use relulab_train::{Networks, Points, VectorUnit};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What is known of one network; what does not apply, or is not a finite number, is `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Marks {
    /// Mean squared error on the uniform set over [−5,5]^d.
    pub uniform5: Option<f64>,
    /// The same over [−3,3]^d.
    pub uniform3: Option<f64>,
    /// Expected squared error under N(0,1)^d.
    pub normal: Option<f64>,
    /// How `normal` was found.
    pub normal_method: Option<NormalMethod>,
    /// For a target, the loss on the last batch, before its update; for data, the loss on all points trained on.
    pub training_loss: Option<f64>,
    /// In the mirrored regime under plain gradient descent, ‖θ − P(θ − η∇)‖/η of the last step: 0 at a stationary point of
    /// what is minimised over the sets that weights are kept in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stationarity: Option<f64>,
    /// Loss on the points held out.
    pub test_loss: Option<f64>,
    /// Share of the points trained on whose class is right.
    pub train_accuracy: Option<f64>,
    /// Share of the points held out whose class is right.
    pub test_accuracy: Option<f64>,
    /// Exact number of linear pieces (one input, piecewise linear activation, a target).
    pub pieces: Option<u32>,
    /// Units observed dead, on the observation samples or on the points trained on.
    pub dead: Option<u32>,
    /// Units observed linear, likewise.
    pub linear: Option<u32>,
    /// Units observed dead on the first few of these points.
    pub dead_small: Option<u32>,
    /// Units observed linear on the first few of these points.
    pub linear_small: Option<u32>,
    /// Whether the output is the same on all of them.
    pub collapsed: Option<bool>,
}

/// Examines networks of one population.
pub enum Examiner {
    /// Against a target.
    Target(Box<Measurer>),
    /// On data.
    Data(DataExaminer),
}

/// Examines networks on data.
pub struct DataExaminer {
    /// Points trained on.
    pub train: Arc<Points>,
    /// Points held out.
    pub test: Option<Points>,
    /// What was minimised.
    pub loss: Loss,
    /// Activation of the networks.
    pub activation: Activation,
    /// The vector unit to run on.
    pub unit: VectorUnit,
}

impl Examiner {
    /// Examines networks of one shape whose parameters are finite.
    pub fn examine(&self, shape: &Shape, parameters: &[&[f64]]) -> Vec<Marks> {
        match self {
            Self::Target(measurer) => measurer.measure(shape, parameters).into_iter().map(Marks::from).collect(),
            Self::Data(examiner) => examiner.examine(shape, parameters),
        }
    }
}

impl From<Measurement> for Marks {
    fn from(measurement: Measurement) -> Self {
        Self {
            uniform5: measurement.uniform5,
            uniform3: measurement.uniform3,
            normal: measurement.normal,
            normal_method: measurement.normal_method,
            pieces: measurement.pieces,
            dead: Some(measurement.dead),
            linear: Some(measurement.linear),
            dead_small: Some(measurement.dead_small),
            linear_small: Some(measurement.linear_small),
            collapsed: Some(measurement.collapsed),
            ..Self::default()
        }
    }
}

impl DataExaminer {
    /// An examiner for networks that learnt these data.
    pub fn new(data: Data, train: Arc<Points>, activation: Activation, unit: VectorUnit) -> Self {
        Self { train, test: data.test, loss: data.loss, activation, unit }
    }

    fn examine(&self, shape: &Shape, parameters: &[&[f64]]) -> Vec<Marks> {
        let networks = Networks { shape, activation: self.activation, parameters };
        let (train_losses, train_accuracies) = self.score(networks, &self.train);
        let test = self.test.as_ref().map(|test| self.score(networks, test));
        let inputs = &self.train.inputs;
        let few = &inputs[..inputs.len().min(SMALL_OBSERVATION_SAMPLES * shape.input_dim())];
        let (large, small) = (networks.observe(inputs, self.unit), networks.observe(few, self.unit));
        let observed = large.iter().zip(&small).enumerate();
        observed
            .map(|(k, (large, small))| Marks {
                training_loss: train_losses[k],
                train_accuracy: train_accuracies.as_ref().map(|all| all[k]),
                test_loss: test.as_ref().and_then(|(losses, _)| losses[k]),
                test_accuracy: test.as_ref().and_then(|(_, all)| all.as_ref().map(|all| all[k])),
                dead: Some(large.n_dead() as u32),
                linear: Some(large.n_linear() as u32),
                dead_small: Some(small.n_dead() as u32),
                linear_small: Some(small.n_linear() as u32),
                collapsed: Some(large.is_constant()),
                ..Marks::default()
            })
            .collect()
    }

    /// Loss and, for a classification, accuracy of each network.
    fn score(&self, networks: Networks<'_>, points: &Points) -> (Vec<Option<f64>>, Option<Vec<f64>>) {
        let losses = networks.mean_losses(self.loss, &points.inputs, &points.labels, self.unit);
        let losses = losses.into_iter().map(|loss| loss.is_finite().then_some(loss)).collect();
        let accuracies = self.loss.is_classification().then(|| {
            let outputs = networks.outputs(&points.inputs, self.unit);
            outputs.iter().map(|outputs| self.accuracy(outputs, points, networks.shape.output_dim())).collect()
        });
        (losses, accuracies)
    }

    /// Share of right decisions: per point the largest logit, or per output its sign.
    fn accuracy(&self, outputs: &[f64], points: &Points, columns: usize) -> f64 {
        let pairs = || outputs.chunks(columns).zip(points.labels.chunks(columns));
        if self.loss == Loss::SoftmaxCrossEntropy {
            let right = pairs().filter(|(output, label)| largest(output) == largest(label)).count();
            right as f64 / points.n_points as f64
        } else {
            let right =
                outputs.iter().zip(&points.labels).filter(|(output, label)| (**output > 0.0) == (**label > 0.5));
            right.count() as f64 / points.labels.len() as f64
        }
    }
}

/// Place of the first largest number.
fn largest(row: &[f64]) -> usize {
    (1..row.len()).fold(0, |best, k| if row[k] > row[best] { k } else { best })
}
