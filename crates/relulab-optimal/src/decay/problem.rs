//! The question: data, a width, a loss and how much weights cost.

use crate::convex::ConvexError;
use crate::convex::patterns::{Pattern, patterns};
use crate::convex::{Patterns, problem};
use crate::space::{self, Data, Loss, MAX_WIDTH};
use relulab_net::Dataset;

/// Data for networks with decay, and the networks that are asked for.
#[derive(Clone, Debug)]
pub struct Problem {
    pub(super) data: Data,
    pub(super) loss: Loss,
    pub(super) decay: f64,
    pub(super) width: usize,
    pub(super) output_bias: bool,
    pub(super) ground: Ground,
}

/// What bounds stand on: the rows (x, 1) and the patterns of units on them.
#[derive(Clone, Debug)]
pub(crate) struct Ground {
    pub rows: problem::Problem,
    pub patterns: Vec<Pattern>,
}

/// Why there is nothing to solve.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ProblemError {
    /// A network without units, or with very many.
    #[error("width {0}: expected 1 to {MAX_WIDTH}")]
    Width(usize),
    /// A decay that is none.
    #[error("decay {0:?}: expected a positive number")]
    Decay(f64),
    /// The same that is wrong without decay.
    #[error(transparent)]
    Data(space::ProblemError),
    /// Patterns cannot be listed.
    #[error(transparent)]
    Patterns(#[from] ConvexError),
}

impl Problem {
    /// The mean loss and the decay of networks with `width` units on a data set.
    ///
    /// # Errors
    /// When the width is 0 or too large, the decay is not positive, the data have no meaning for the loss, or there are too many
    /// patterns.
    pub fn new(data: &Dataset, loss: Loss, decay: f64, width: usize, output_bias: bool) -> Result<Self, ProblemError> {
        let data = space::check_data(data, loss, width).map_err(|error| match error {
            space::ProblemError::Width(width) => ProblemError::Width(width),
            other => ProblemError::Data(other),
        })?;
        if !(decay > 0.0 && decay.is_finite()) {
            return Err(ProblemError::Decay(decay));
        }
        let rows = rows(&data).ok_or(ProblemError::Decay(decay))?;
        let patterns = patterns(&rows, Patterns::All, 0)?;
        Ok(Self { data, loss, decay, width, output_bias, ground: Ground { rows, patterns } })
    }

    /// The data.
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// Number of hidden units.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Whether the networks have an output bias, which does not decay.
    pub fn output_bias(&self) -> bool {
        self.output_bias
    }

    /// What is minimised beside the decay.
    pub fn loss(&self) -> Loss {
        self.loss
    }

    /// β.
    pub fn decay(&self) -> f64 {
        self.decay
    }

    /// Ways to divide the data by one unit.
    pub fn n_patterns(&self) -> usize {
        self.ground.patterns.len()
    }

    pub(super) fn is_attained(&self) -> bool {
        let first = self.data.y.first();
        self.loss != Loss::Logistic || !self.output_bias || self.data.y.iter().any(|label| Some(label) != first)
    }
}

/// Inputs with a 1 behind each. The ridge of these rows has no meaning here.
pub(super) fn rows(data: &Data) -> Option<problem::Problem> {
    let set = Dataset::new(data.x.clone(), data.dim, data.y.clone(), 1).ok()?;
    problem::Problem::new(&set, 1.0, true).ok()
}
