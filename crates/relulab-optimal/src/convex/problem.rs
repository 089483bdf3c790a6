//! The numbers of the problem, and the objective of a network.

use super::error::ConvexError;
use crate::above::Above;
use relulab_exact::Bounded;
use relulab_net::Dataset;

/// Points, labels and ridge.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    /// n × dim, row-major; with biases the last column is 1.
    pub(crate) rows: Vec<f64>,
    /// Columns, the bias counted.
    pub(crate) dim: usize,
    /// One per point.
    pub(crate) labels: Vec<f64>,
    /// β.
    pub(crate) ridge: f64,
    /// Whether units have biases.
    pub(crate) biases: bool,
}

/// A unit: its input weights, the bias last if there is one, and its output weight.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unit {
    /// u.
    pub(crate) weights: Vec<f64>,
    /// α.
    pub(crate) output: f64,
}

impl Problem {
    /// The problem of these data.
    ///
    /// # Errors
    /// When there are several labels per point, or the ridge is not positive.
    pub(crate) fn new(data: &Dataset, ridge: f64, biases: bool) -> Result<Self, ConvexError> {
        if data.output_dim() != 1 {
            return Err(ConvexError::Outputs(data.output_dim()));
        }
        if !(ridge.is_finite() && ridge > 0.0) {
            return Err(ConvexError::Ridge(ridge));
        }
        let one = biases.then_some(1.0);
        let rows = data.rows().flat_map(|(input, _)| input.iter().copied().chain(one)).collect();
        let dim = data.input_dim() + usize::from(biases);
        Ok(Self { rows, dim, labels: data.labels().to_vec(), ridge, biases })
    }

    /// Number of points.
    pub(crate) fn n_points(&self) -> usize {
        self.labels.len()
    }

    /// The rows of X.
    pub(crate) fn points(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.rows.chunks_exact(self.dim)
    }

    /// An upper bound of the objective of these units.
    pub(crate) fn objective(&self, units: &[Unit]) -> f64 {
        let decay: Above = units
            .iter()
            .flat_map(|unit| unit.weights.iter().chain([&unit.output]))
            .map(|weight| Above::of(*weight) * Above::of(*weight))
            .sum();
        let errors: Above = self
            .points()
            .zip(&self.labels)
            .map(|(x, label)| {
                let output = units.iter().fold(-Bounded::exact(*label), |sum, unit| {
                    let z = dot(&unit.weights, x);
                    // max(z, 0) is at most as uncertain as z.
                    sum + Bounded::exact(unit.output) * Bounded::new(z.value().max(0.0), z.error())
                });
                let size = Above::of(output.value()) + Above::of(output.error());
                size * size
            })
            .sum();
        (Above::of(0.5) * (errors + Above::of(self.ridge) * decay)).get()
    }
}

/// a·b with its error bound.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> Bounded {
    a.iter().zip(b).fold(Bounded::ZERO, |sum, (a, b)| sum + Bounded::exact(*a) * Bounded::exact(*b))
}
