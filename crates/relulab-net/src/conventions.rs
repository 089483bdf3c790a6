//! Every convention and every tolerance that relulab uses, by name.
//!
//! | Question | Answer |
//! |---|---|
//! | relu'(0) | 0; the derivative of LeakyReLU at 0 is its slope |
//! | loss scaling | mean over points (and outputs), without ½ |
//! | parameter order | layer by layer: weights row-major (out × in), then biases |
//! | matrix orientation | `W` is out × in, `z = W h + b` |
//! | last layer | affine, never activated; classification losses take logits |
//! | dead, observed | pre-activation ≤ 0 on every sample |
//! | linear, observed | pre-activation > 0 on every sample |
//! | collapsed | the output is the same number on all [`OBSERVATION_SAMPLES`] samples |

/// Samples of N(0,1)^d on which units are called dead or linear, and a network collapsed.
pub const OBSERVATION_SAMPLES: usize = 1000;

/// Size of the small sample whose dead-unit estimate is reported beside the one on [`OBSERVATION_SAMPLES`].
pub const SMALL_OBSERVATION_SAMPLES: usize = 64;

/// Points of the one-dimensional uniform evaluation grids, end points included.
pub const GRID_POINTS_1D: usize = 1001;

/// Points per axis of the two-dimensional uniform evaluation grids, end points included.
pub const GRID_POINTS_PER_AXIS_2D: usize = 101;

/// Points of the evaluation sets that are not grids: Sobol points above two dimensions, and the fixed normal stream.
pub const STREAM_POINTS: usize = 100_000;

/// Largest number of inputs of a shape.
pub const MAX_INPUT_DIM: usize = 2048;
/// Largest width of a hidden layer.
pub const MAX_WIDTH: usize = 2048;
/// Largest number of hidden layers.
pub const MAX_DEPTH: usize = 200;
/// Largest number of outputs.
pub const MAX_OUTPUT_DIM: usize = 1000;
