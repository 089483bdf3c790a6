//! The labels in f64 as the solver sees them, in a scale of order one.

use super::arrangement::power_of_two;
use super::ground::Ground;
use super::loss::Loss;

/// Labels over a power of two, and the loss that goes with them.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    /// The labels at each point, less the centre and over `scale`, which is 1 where only residuals could be scaled.
    pub labels: Vec<Vec<f64>>,
    pub scale: f64,
    /// The loss of scaled residuals, but for a factor.
    pub loss: Loss,
    /// What the solver minimises, one after the other: the loss, or losses with curvature that come close to it.
    pub stages: Vec<Loss>,
    /// Norms of the rays' columns.
    pub norms: Vec<f64>,
}

impl Sample {
    pub fn new(ground: &Ground) -> Self {
        let values = || ground.labels.iter().flatten().map(|label| label.value());
        let largest = values().map(f64::abs).fold(0.0, f64::max);
        let scale = if ground.loss.is_of_residuals() { power_of_two(largest) } else { 1.0 };
        let scaled = |labels: &Vec<relulab_exact::Bounded>| labels.iter().map(|label| label.value() / scale).collect();
        let norm = |ray| ground.column(ray).iter().map(|entry| entry * entry).sum::<f64>().sqrt();
        let loss = ground.loss.scaled(scale);
        Self {
            labels: ground.labels.iter().map(scaled).collect(),
            scale,
            loss,
            stages: loss.stages(),
            norms: (0..ground.rays.len()).map(norm).collect(),
        }
    }

    /// The sum of the losses of a fit, in the scale of the sample.
    pub fn sum(&self, loss: Loss, values: &[f64]) -> f64 {
        let of_point =
            |(value, labels): (&f64, &Vec<f64>)| -> f64 { labels.iter().map(|label| loss.value(*value, *label)).sum() };
        values.iter().zip(&self.labels).map(of_point).sum()
    }

    /// The same in the scale of the data.
    pub fn unscaled_sum(&self, sum: f64) -> f64 {
        match self.loss {
            Loss::Squared | Loss::Huber(_) => sum * self.scale * self.scale,
            Loss::Absolute => sum * self.scale,
            Loss::Logistic => sum,
        }
    }
}
