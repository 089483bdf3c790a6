//! What training needs of the networks that it steps, however they lie in the lanes.

use crate::lanes::Simd;
use crate::start::OptimiserState;

/// One or more networks in training, each with a lane for its loss.
pub(crate) trait Trainee<V: Simd> {
    /// One optimiser step (counted from 0); returns what each network minimises, on its batch, before the update.
    fn step(&mut self, step: u64) -> V;

    /// The parameters of a network, in the order of the flat vector.
    fn parameters(&self, lane: usize) -> Vec<f64>;

    /// The state of its optimiser.
    fn state(&self, lane: usize) -> OptimiserState;

    /// Bytes of parameters, gradient, moments and working memory.
    fn bytes(&self) -> usize;

    /// How far the last step was from leaving everything as it is, where the regime measures that.
    fn stationarity(&self) -> Option<f64> {
        None
    }
}
