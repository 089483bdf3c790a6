//! The question: data, a width, and whether there is an output bias.

use crate::line::verify::{LARGEST_NUMBER, Points};
use relulab_net::Dataset;

/// Width beyond which there are too many ways to give units their kinds to list them.
pub const MAX_WIDTH: usize = 64;

/// Data for networks with one input, and the networks that are asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    x: Vec<f64>,
    y: Vec<f64>,
    width: usize,
    output_bias: bool,
}

/// Why there is nothing to solve.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ProblemError {
    /// A network without units, or with very many.
    #[error("width {0}: expected 1 to {MAX_WIDTH}")]
    Width(usize),
    /// More than one input or output.
    #[error("{inputs} inputs and {outputs} labels per row: expected one of each")]
    Columns {
        /// Inputs per row.
        inputs: usize,
        /// Labels per row.
        outputs: usize,
    },
    /// Different numbers of inputs and labels.
    #[error("{inputs} inputs and {labels} labels")]
    Counts {
        /// Inputs.
        inputs: usize,
        /// Labels.
        labels: usize,
    },
    /// All inputs are the same.
    #[error("distinct inputs: {0}; expected at least 2")]
    DistinctInputs(usize),
    /// NaN, infinite, very large or very small.
    #[error("row {row}: {value:?} is not zero or of magnitude 1e-100 to 1e100")]
    Range {
        /// Row, from 1.
        row: usize,
        /// The value.
        value: f64,
    },
}

impl Problem {
    /// The mean squared error of networks with `width` units on these data.
    ///
    /// # Errors
    /// When the width is 0 or above [`MAX_WIDTH`], or the data are not numbers at two distinct inputs at least.
    pub fn new(x: &[f64], y: &[f64], width: usize, output_bias: bool) -> Result<Self, ProblemError> {
        if !(1..=MAX_WIDTH).contains(&width) {
            return Err(ProblemError::Width(width));
        }
        if x.len() != y.len() {
            return Err(ProblemError::Counts { inputs: x.len(), labels: y.len() });
        }
        let is_wrong = |value: f64| value != 0.0 && !(1.0 / LARGEST_NUMBER..=LARGEST_NUMBER).contains(&value.abs());
        for (index, (&x, &y)) in x.iter().zip(y).enumerate() {
            if let Some(value) = [x, y].into_iter().find(|value| is_wrong(*value)) {
                return Err(ProblemError::Range { row: index + 1, value });
            }
        }
        if x.iter().all(|value| *value == x[0]) {
            return Err(ProblemError::DistinctInputs(x.len().min(1)));
        }
        Ok(Self { x: x.to_vec(), y: y.to_vec(), width, output_bias })
    }

    /// The same for a data set.
    ///
    /// # Errors
    /// When it has more than one input or label, or as [`Problem::new`].
    pub fn of(data: &Dataset, width: usize, output_bias: bool) -> Result<Self, ProblemError> {
        match (data.input_dim(), data.output_dim()) {
            (1, 1) => Self::new(data.inputs(), data.labels(), width, output_bias),
            (inputs, outputs) => Err(ProblemError::Columns { inputs, outputs }),
        }
    }

    /// Inputs.
    pub fn x(&self) -> &[f64] {
        &self.x
    }

    /// Labels.
    pub fn y(&self) -> &[f64] {
        &self.y
    }

    /// Number of hidden units.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Whether the networks have an output bias.
    pub fn output_bias(&self) -> bool {
        self.output_bias
    }

    /// The mean squared label, taken about the mean where there is an output bias: what the network that does nothing
    /// loses.
    pub fn label_variance(&self) -> f64 {
        let n = self.y.len() as f64;
        let centre = if self.output_bias { self.y.iter().sum::<f64>() / n } else { 0.0 };
        self.y.iter().map(|y| (y - centre) * (y - centre)).sum::<f64>() / n
    }

    pub(crate) fn points(&self) -> Points {
        Points::of(&self.x, &self.y, self.output_bias)
    }
}
