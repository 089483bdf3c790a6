//! The question: data, a width, and whether there is an output bias.

use super::arrangement::MAX_RAY_VALUES;
use super::certificate::Data;
use super::ground::Ground;
use super::loss::Loss;
use super::points::Points;
use relulab_net::Dataset;

/// Largest width.
pub const MAX_WIDTH: usize = 64;
/// Largest number of inputs.
pub const MAX_DIM: usize = 6;
/// Largest magnitude of an input or a label, and the inverse of the smallest that is not zero.
pub const LARGEST_NUMBER: f64 = 1e30;

/// Whether a number is zero or of a magnitude that the checker's f64 can take products of.
pub(super) fn is_in_range(value: f64) -> bool {
    value == 0.0 || (1.0 / LARGEST_NUMBER..=LARGEST_NUMBER).contains(&value.abs())
}

/// Data for networks with several inputs, and the networks that are asked for.
#[derive(Clone, Debug)]
pub struct Problem {
    pub(super) data: Data,
    pub(super) width: usize,
    pub(super) ground: Ground,
}

/// Why there is nothing to solve.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ProblemError {
    /// A network without units, or with very many.
    #[error("width {0}: expected 1 to {MAX_WIDTH}")]
    Width(usize),
    /// Too many inputs, or more than one label.
    #[error("{inputs} inputs and {outputs} labels per row: expected 1 to {MAX_DIM} inputs and one label")]
    Columns {
        /// Inputs per row.
        inputs: usize,
        /// Labels per row.
        outputs: usize,
    },
    /// All inputs are the same.
    #[error("1 distinct input: expected at least 2")]
    DistinctInputs,
    /// NaN, infinite, very large or very small.
    #[error("row {row}: {value:?} is not zero or of magnitude 1e-30 to 1e30")]
    Range {
        /// Row, from 1.
        row: usize,
        /// The value.
        value: f64,
    },
    /// A label that is no class.
    #[error("row {row}: label {value:?}: expected 0 or 1 for the logistic loss")]
    Label {
        /// Row, from 1.
        row: usize,
        /// The label.
        value: f64,
    },
    /// A threshold that is none.
    #[error("threshold {0:?} of the Huber loss: expected a magnitude of 1e-30 to 1e30")]
    Threshold(f64),
    /// Too many half-spaces through points.
    #[error(
        "{points} distinct points with {inputs} inputs: more than {MAX_RAY_VALUES} values of half-spaces through points"
    )]
    Size {
        /// Distinct points.
        points: usize,
        /// Inputs that matter.
        inputs: usize,
    },
}

impl Problem {
    /// The mean loss of networks with `width` units on a data set.
    ///
    /// # Errors
    /// When the width is 0 or above [`MAX_WIDTH`], there are too many inputs, points or labels, or not two distinct
    /// points.
    pub fn new(data: &Dataset, loss: Loss, width: usize, output_bias: bool) -> Result<Self, ProblemError> {
        let data = check_data(data, loss, width)?;
        let points = Points::new(&data.x, data.dim, &data.y).ok_or(ProblemError::DistinctInputs)?;
        let size = ProblemError::Size { points: points.len(), inputs: points.coordinates.len() };
        let ground = Ground::new(points, loss, output_bias).ok_or(size)?;
        Ok(Self { data, width, ground })
    }

    /// The data.
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// Number of hidden units.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Whether the networks have an output bias.
    pub fn output_bias(&self) -> bool {
        self.ground.output_bias
    }

    /// What is minimised.
    pub fn loss(&self) -> Loss {
        self.ground.loss
    }

    /// Half-spaces through as many points as possible: what units are made of.
    pub fn n_rays(&self) -> usize {
        self.ground.rays.len()
    }
}

/// The data, if they and the width are such that there is something to solve with this loss.
pub(crate) fn check_data(data: &Dataset, loss: Loss, width: usize) -> Result<Data, ProblemError> {
    let (inputs, outputs) = (data.input_dim(), data.output_dim());
    if !(1..=MAX_WIDTH).contains(&width) {
        return Err(ProblemError::Width(width));
    }
    if outputs != 1 || !(1..=MAX_DIM).contains(&inputs) {
        return Err(ProblemError::Columns { inputs, outputs });
    }
    if let Loss::Huber(threshold) = loss
        && !(threshold > 0.0 && is_in_range(threshold))
    {
        return Err(ProblemError::Threshold(threshold));
    }
    for (row, (x, y)) in data.rows().enumerate() {
        if let Some(&value) = x.iter().chain(y).find(|value| !is_in_range(**value)) {
            return Err(ProblemError::Range { row: row + 1, value });
        }
        if let Some(&value) = y.iter().find(|label| !loss.allows(**label)) {
            return Err(ProblemError::Label { row: row + 1, value });
        }
    }
    if data.rows().all(|(x, _)| Some(x) == data.rows().next().map(|(x, _)| x)) {
        return Err(ProblemError::DistinctInputs);
    }
    Ok(Data { dim: inputs, x: data.inputs().to_vec(), y: data.labels().to_vec() })
}
