//! The exact piecewise-linear object that a ReLU network is.
//!
//! So far the part in one dimension: [`line`](mod@line) finds every activation region and linear piece on the whole
//! line or an interval, [`gaussian`] integrates such a function's error under N(0,1), and [`bounds`] says how many
//! regions there can be. Every sign that decides something is certain in error-bounded f64, or the whole network is
//! done again in rationals. This crate knows nothing of training or files.

pub mod bounds;
pub mod canonical;
pub mod compress;
pub mod gaussian;
pub mod line;
pub mod relaxation;

mod layers;
