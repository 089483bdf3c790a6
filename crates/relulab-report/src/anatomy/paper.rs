//! The numbers of the paper that its figures and tables print, to be drawn beside ours.

/// Its table of the transition: step, and counts of steep, moderate, weak and zero eigenvalues.
pub const TRANSITION: [(f64, [f64; 4]); 7] = [
    (0.0, [27.0, 6.0, 8.0, 8.0]),
    (25.0, [28.0, 5.0, 6.0, 10.0]),
    (50.0, [23.0, 9.0, 6.0, 11.0]),
    (100.0, [4.0, 27.0, 7.0, 11.0]),
    (200.0, [4.0, 13.0, 23.0, 9.0]),
    (500.0, [4.0, 27.0, 10.0, 8.0]),
    (3000.0, [4.0, 10.0, 27.0, 8.0]),
];

/// What it says of walks: tier, distance, and the range of the loss there; one number is a bound or a rough value.
pub const WALKS: [(&str, f64, [f64; 2]); 3] =
    [("steep", 1.0, [1.0, 10.0]), ("moderate", 1.0, [0.01, 0.01]), ("weak", 3.0, [1e-4, 1e-4])];

/// Its depth frontier on x² in one dimension, a single run each: depth, loss, ratio to depth 1 (above 1: better).
pub const FRONTIER_1D: [(usize, f64, f64); 7] = [
    (1, 1.51, 1.0),
    (2, 0.97, 1.6),
    (3, 0.72, 2.1),
    (4, 1.08, 1.4),
    (5, 0.72, 2.1),
    (10, 62.6, 1.0 / 41.0),
    (11, 108.0, 1.0 / 72.0),
];

/// Its ratios to depth 1 in one dimension, from the table that compares dimensions: depth and ratio.
pub const RATIOS_1D: [(usize, f64); 5] = [(1, 1.0), (2, 1.6), (3, 2.0), (4, 2.0), (5, 2.1)];

/// Its ratios to depth 1 in two dimensions, from the same table: depth and ratio. It does not say of which target.
pub const RATIOS_2D: [(usize, f64); 5] = [(1, 1.0), (2, 1.1), (3, 0.75), (4, 0.33), (5, 0.19)];

/// Its loss barriers on the linear target: before and after alignment.
pub const BARRIERS: [(&str, f64); 2] = [("raw", 2.12), ("greedy", 0.088)];

/// Its counts of components for 95 % of the variance; the sample size is lost.
pub const COMPONENTS: [(&str, f64); 2] = [("raw", 28.0), ("greedy", 27.0)];

/// Its share of the total variance that alignment leaves.
pub const VARIANCE_LEFT: f64 = 1.0 - 0.529;

/// Its factors by which other activations beat ReLU.
pub const ACTIVATIONS: [(&str, f64); 3] = [("leaky_relu:0.01", 2.2), ("gelu", 2.2), ("tanh", 2.9)];

/// Its dead units by shape: hidden widths, in one dimension, in two.
pub const DEAD: [(&str, f64, f64); 4] =
    [("16", 2.0, 0.0), ("5,7,4", 3.0, 6.0), ("4,4,4,4", 4.0, 7.0), ("5,1,4,6", 2.0, 10.0)];

/// Its dead units of 8,8 by layer.
pub const DEAD_BY_LAYER: [f64; 2] = [0.0, 3.0];
