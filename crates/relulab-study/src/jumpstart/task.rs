//! What is learnt: points of two classes to train on, and others to validate on.

use crate::check::CheckError;
use relulab_net::{Dataset, Loss, moons, random_labels, spirals};
use relulab_train::{Batching, Points, TrainingData};
use std::sync::Arc;

/// Points of the drawn tasks, to train on and again to validate on.
const DRAWN_POINTS: usize = 200;
/// Standard deviation of the noise on the coordinates of the spirals.
const SPIRAL_NOISE: f64 = 0.02;
/// Seeds of the points to train on and to validate on.
const DRAWS: [u64; 2] = [0, 1];

/// Labelled points of the plane in two classes.
#[derive(Clone, Debug)]
pub struct Task {
    /// What is trained on, all of it at every step.
    points: Arc<Points>,
    /// Inputs to train on, then inputs to validate on.
    inputs: Vec<f64>,
    /// Their labels, 0 or 1.
    labels: Vec<f64>,
}

/// How well a network does on some points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// Share of the points whose class it names: class 1 where its output is positive.
    pub accuracy: f64,
    /// Mean cross-entropy.
    pub loss: f64,
}

impl Task {
    /// `moons` with the published split, `spirals`, or `random`: labels that mean nothing.
    ///
    /// # Errors
    /// For another name.
    pub fn named(name: &str) -> Result<Self, CheckError> {
        let drawn = |draw: &dyn Fn(u64) -> Result<Dataset, relulab_net::DatasetError>| {
            Ok::<_, relulab_net::DatasetError>([draw(DRAWS[0])?, draw(DRAWS[1])?])
        };
        let parts = match name {
            "moons" => moons().map(|split| [split.train, split.validation]),
            "spirals" => drawn(&|seed| spirals(DRAWN_POINTS, SPIRAL_NOISE, seed)),
            "random" => drawn(&|seed| {
                let drawn = random_labels(DRAWN_POINTS, 2, seed)?;
                let classes = drawn.labels().iter().map(|label| f64::from(u8::from(*label > 0.0))).collect();
                Dataset::new(drawn.inputs().to_vec(), 2, classes, 1)
            }),
            _ => return Err(CheckError::because(format!("no task is called {name}"))),
        };
        let [train, validation] = parts.map_err(CheckError::because)?;
        let points =
            Points { inputs: train.inputs().to_vec(), labels: train.labels().to_vec(), n_points: train.n_points() };
        let join = |a: &[f64], b: &[f64]| [a, b].concat();
        Ok(Self {
            points: Arc::new(points),
            inputs: join(train.inputs(), validation.inputs()),
            labels: join(train.labels(), validation.labels()),
        })
    }

    /// What is trained on: all of it at every step.
    pub fn data(&self) -> TrainingData {
        TrainingData::Fixed { points: Arc::clone(&self.points), batching: Batching::Full }
    }

    /// The inputs to train on.
    ///
    /// *Shapes*: n × 2, row-major.
    pub fn training_inputs(&self) -> &[f64] {
        &self.points.inputs
    }

    /// The inputs to train on, then those to validate on.
    ///
    /// *Shapes*: n × 2, row-major.
    pub fn inputs(&self) -> &[f64] {
        &self.inputs
    }

    /// Scores on the points to train on and to validate on, from the outputs at all inputs.
    pub fn scores(&self, outputs: &[f64]) -> [Score; 2] {
        let n = self.points.n_points;
        [0..n, n..self.labels.len()].map(|range| score(&outputs[range.clone()], &self.labels[range]))
    }
}

/// An output that is not a number names class 0, and its loss is not a number.
fn score(outputs: &[f64], labels: &[f64]) -> Score {
    let n = labels.len() as f64;
    let pairs = || outputs.iter().zip(labels);
    let right = pairs().filter(|(output, label)| (**output > 0.0) == (**label > 0.5)).count();
    let loss = pairs().map(|(&output, &label)| Loss::BinaryCrossEntropy.value(&[output], &[label])).sum::<f64>();
    Score { accuracy: right as f64 / n, loss: loss / n }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_have_two_classes_and_scores_count_them() {
        for (name, sizes) in [("moons", [85, 15]), ("spirals", [200, 200]), ("random", [200, 200])] {
            let task = Task::named(name).unwrap();
            assert_eq!(task.training_inputs().len(), 2 * sizes[0]);
            assert_eq!(task.inputs().len(), 2 * (sizes[0] + sizes[1]));
            assert!(task.labels.iter().all(|label| [0.0, 1.0].contains(label)));
            let told: Vec<f64> = task.labels.iter().map(|label| 40.0 * label - 20.0).collect();
            let [train, validation] = task.scores(&told);
            assert!(train.accuracy == 1.0 && validation.accuracy == 1.0 && train.loss < 1e-8);
            let ones = |labels: &[f64]| labels.iter().sum::<f64>() / labels.len() as f64;
            let [train, validation] = task.scores(&vec![f64::NAN; task.labels.len()]);
            assert!((train.accuracy - 1.0 + ones(&task.labels[..sizes[0]])).abs() < 1e-12 && train.loss.is_nan());
            assert!((validation.accuracy - 1.0 + ones(&task.labels[sizes[0]..])).abs() < 1e-12);
        }
        assert!(Task::named("stars").is_err());
    }
}
