//! The different points of a data set.

use super::error::MemorizeError;
use relulab_net::Dataset;

/// Points with different inputs and their labels, in the order of their first rows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Points {
    /// Inputs per point.
    pub(super) input_dim: usize,
    /// n × d, row-major.
    pub(super) inputs: Vec<f64>,
    /// One per point.
    pub(super) labels: Vec<f64>,
    /// How many rows of the data each point stands for.
    pub(super) copies: Vec<usize>,
}

impl Points {
    /// Merges rows with equal inputs.
    ///
    /// # Errors
    /// When there are several labels per row, or equal inputs have different labels.
    pub(super) fn of(data: &Dataset) -> Result<Self, MemorizeError> {
        if data.output_dim() != 1 {
            return Err(MemorizeError::Outputs(data.output_dim()));
        }
        let dim = data.input_dim();
        let row = |index: usize| &data.inputs()[index * dim..(index + 1) * dim];
        // 0 and −0 are the same number.
        let order = |a: &usize, b: &usize| {
            let pairs = row(*a).iter().zip(row(*b));
            let by_value = pairs.map(|(a, b)| (a + 0.0).total_cmp(&(b + 0.0))).find(|order| order.is_ne());
            by_value.unwrap_or(a.cmp(b))
        };
        let mut sorted: Vec<usize> = (0..data.n_points()).collect();
        sorted.sort_unstable_by(order);
        let mut firsts: Vec<(usize, usize)> = Vec::new();
        for group in sorted.chunk_by(|a, b| row(*a) == row(*b)) {
            let first = group[0];
            let label = data.labels()[first];
            if let Some(&second) = group.iter().find(|index| data.labels()[**index] != label) {
                let other = data.labels()[second];
                return Err(MemorizeError::Contradiction { first: first + 1, second: second + 1, label, other });
            }
            firsts.push((first, group.len()));
        }
        firsts.sort_unstable();
        Ok(Self {
            input_dim: dim,
            inputs: firsts.iter().flat_map(|(index, _)| row(*index)).copied().collect(),
            labels: firsts.iter().map(|(index, _)| data.labels()[*index]).collect(),
            copies: firsts.iter().map(|(_, copies)| *copies).collect(),
        })
    }

    /// Number of points.
    pub(super) fn len(&self) -> usize {
        self.labels.len()
    }

    /// The inputs of a point.
    pub(super) fn input(&self, index: usize) -> &[f64] {
        &self.inputs[index * self.input_dim..(index + 1) * self.input_dim]
    }

    /// Number of rows that the points stand for.
    pub(super) fn n_rows(&self) -> usize {
        self.copies.iter().sum()
    }
}
