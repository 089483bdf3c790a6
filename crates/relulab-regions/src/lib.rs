//! The exact piecewise-linear object that a ReLU network is.
//!
//! [`line`](mod@line) finds every activation region and linear piece of a network with one input, [`gaussian`] integrates
//! such a function's error under N(0,1); [`plane`] is the planar complex of a network with two inputs, [`space`] the regions
//! in several dimensions; [`relaxation`] bounds the pre-activations of units over a box with proofs, and [`bounds`] says how
//! many regions there can be. Every sign that decides something is certain in error-bounded f64, or decided in rationals.
//! This crate knows nothing of training or files.

pub mod bounds;
pub mod canonical;
pub mod compress;
pub mod gaussian;
pub mod line;
pub mod plane;
pub mod relaxation;
pub mod space;

mod layers;
