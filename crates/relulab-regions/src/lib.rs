//! The exact piecewise-linear object that a ReLU network is.
//!
//! [`line`](mod@line) finds every activation region and linear piece of a network with one input, and [`gaussian`]
//! integrates such a function's error under N(0,1). [`plane`] is the planar complex of a network with two inputs, [`space`]
//! the regions in several dimensions. [`relaxation`] proves what units and outputs do over a box of any dimension,
//! [`compress`](mod@compress) removes what is not needed, [`canonical`] recognises networks that differ by permutation and
//! scaling, and [`bounds`] says how many regions there can be. [`dichotomies`](mod@dichotomies)
//! are the ways to divide points by half-spaces. Every sign that decides something is certain in
//! error-bounded f64, or it is decided in exact numbers. This crate knows nothing of training or files.

pub mod bounds;
pub mod canonical;
pub mod compress;
pub mod dichotomies;
pub mod gaussian;
pub mod line;
pub mod plane;
pub mod relaxation;
pub mod space;

mod layers;
