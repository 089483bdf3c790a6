//! What to memorise with.

use super::error::MemorizeError;
use super::points::Points;
use relulab_net::Activation;
use relulab_net::conventions::MAX_WIDTH;

/// Most different points: the proof holds a few matrices of n × n numbers.
pub(super) const MAX_POINTS: usize = 5000;

/// Neurons, activation, and the choices of the construction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// Hidden neurons m, both halves of the pairs counted.
    pub neurons: usize,
    /// Activation of the hidden units.
    pub activation: Activation,
    /// Seed of the initial weights.
    pub seed: u64,
    /// Radius ε of the ball, in white coordinates, that the input weights of all neurons may not leave.
    pub epsilon: f64,
    /// Whether units have biases; without them this is the network of the paper.
    pub biases: bool,
    /// How many draws of the initial weights are tried.
    pub draws: usize,
}

impl Plan {
    /// So many neurons, with biases, seed 0, ε = 1 and at most 32 draws.
    pub fn new(neurons: usize, activation: Activation) -> Self {
        Self { neurons, activation, seed: 0, epsilon: 1.0, biases: true, draws: 32 }
    }

    /// Checks what can be checked before the geometry of the points is known.
    pub(super) fn check(&self, points: &Points) -> Result<(), MemorizeError> {
        let (neurons, n_points, input_dim) = (self.neurons, points.len(), points.input_dim);
        if !(self.epsilon.is_finite() && self.epsilon > 0.0) {
            return Err(MemorizeError::Epsilon(self.epsilon));
        }
        if n_points > MAX_POINTS {
            return Err(MemorizeError::TooManyPoints { n_points, most: MAX_POINTS });
        }
        let needed = neurons_for(n_points, input_dim);
        if neurons < needed {
            return Err(MemorizeError::TooFew { neurons, n_points, input_dim, needed });
        }
        if !neurons.is_multiple_of(2) {
            return Err(MemorizeError::Odd(neurons));
        }
        if neurons > MAX_WIDTH {
            return Err(MemorizeError::TooMany { neurons, most: MAX_WIDTH });
        }
        Ok(())
    }

    /// Checks that the pairs have as many free directions as there are points.
    pub(super) fn check_rank(&self, points: &Points, rank: usize) -> Result<(), MemorizeError> {
        let n_points = points.len();
        if self.neurons / 2 * rank < n_points {
            let needed = neurons_for(n_points, rank.max(1));
            return Err(MemorizeError::Flat { neurons: self.neurons, n_points, rank, needed });
        }
        Ok(())
    }
}

/// The smallest even m with (m/2) d ≥ n.
fn neurons_for(n_points: usize, dim: usize) -> usize {
    2 * n_points.div_ceil(dim)
}
