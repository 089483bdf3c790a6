//! Checkpoints side by side, at equal distances: their steps lie far apart and begin with 0.

use crate::axis::Axis;
use crate::scale::{Scale, Spread, Tick};

/// The places of checkpoints on a horizontal axis.
#[derive(Clone, Debug)]
pub struct StepsAxis {
    steps: Vec<u64>,
}

impl StepsAxis {
    /// An axis for ascending steps.
    pub fn new(steps: &[u64]) -> Self {
        Self { steps: steps.to_vec() }
    }

    /// The axis.
    pub fn axis(&self) -> Axis {
        let scale = Scale::between(Spread::Linear, -0.5, self.steps.len() as f64 - 0.5);
        let tick = |(place, step): (usize, &u64)| Tick { value: place as f64, label: Some(step.to_string()) };
        Axis::new(scale, "completed steps").ticks(self.steps.iter().enumerate().map(tick).collect()).without_grid()
    }

    /// The steps with their places.
    pub fn places(&self) -> impl Iterator<Item = (f64, u64)> + '_ {
        self.steps.iter().enumerate().map(|(place, &step)| (place as f64, step))
    }
}
