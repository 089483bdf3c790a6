//! What every bound of a problem stands on: the distinct points, the rays, and the loss.

use super::arrangement::{self, Ray};
use super::loss::Loss;
use super::points::Points;
use relulab_exact::Bounded;

/// Points, rays and loss; the checker makes it anew from the data.
#[derive(Clone, Debug)]
pub(crate) struct Ground {
    pub points: Points,
    pub rays: Vec<Ray>,
    pub loss: Loss,
    pub output_bias: bool,
    /// What is subtracted from all labels: with an output bias and a loss of residuals their mean, rounded, and else zero.
    pub centre: f64,
    /// The labels at each point, less the centre.
    pub labels: Vec<Vec<Bounded>>,
    /// (w·x + b)₊ of every ray at every point, over the ray's scale.
    columns: Vec<f64>,
}

impl Ground {
    /// `None` where there are too many rays.
    pub fn new(points: Points, loss: Loss, output_bias: bool) -> Option<Self> {
        let rays = arrangement::rays(&points)?;
        let all = || points.labels.iter().flatten();
        let centre =
            if output_bias && loss.is_of_residuals() { all().sum::<f64>() / points.n_data as f64 } else { 0.0 };
        let shifted = |y: &f64| Bounded::exact(*y) - Bounded::exact(centre);
        let labels = points.labels.iter().map(|labels| labels.iter().map(shifted).collect()).collect();
        let columns = rays.iter().flat_map(|ray| ray.values.iter().map(|value| value.max(0.0))).collect();
        Some(Self { points, rays, loss, output_bias, centre, labels, columns })
    }

    /// Number of distinct points.
    pub fn n_points(&self) -> usize {
        self.points.len()
    }

    /// (w·x + b)₊ of a ray at a point, over the ray's scale, with the bound of its rounding.
    pub fn activation(&self, ray: usize, at: usize) -> Bounded {
        let value = self.column(ray)[at];
        if self.rays[ray].positive.has(at) {
            Bounded::new(value, value * f64::EPSILON + f64::MIN_POSITIVE)
        } else {
            Bounded::ZERO
        }
    }

    /// (w·x + b)₊ of a ray at all points, each rounded once and over the ray's scale.
    pub fn column(&self, ray: usize) -> &[f64] {
        &self.columns[ray * self.n_points()..][..self.n_points()]
    }
}
