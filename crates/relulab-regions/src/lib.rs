//! The exact piecewise-linear object that a ReLU network is.
//!
//! [`line`](mod@line) finds every activation region and linear piece of a network with one input, and [`gaussian`]
//! integrates such a function's error under N(0,1). [`plane`] is the planar complex of a network with two inputs, [`space`]
//! the regions in several dimensions. [`relaxation`] proves what units and outputs do over a box of any dimension,
//! [`compress`](mod@compress) removes what is not needed, [`canonical`] recognises networks that differ by permutation and
//! scaling, [`equal`](mod@equal) decides whether two networks are one function, [`slice`](mod@slice) holds inputs fixed,
//! [`bounds`] says how many regions there can be, and [`simulation`] how many there are at initialisation.
//! [`dichotomies`](mod@dichotomies) are the ways to divide points by half-spaces. Every sign that decides something is
//! certain in error-bounded f64, or it is decided in exact numbers. This crate knows nothing of training or files.

pub mod bounds;
pub mod canonical;
pub mod compress;
pub mod dichotomies;
pub mod equal;
pub mod gaussian;
pub mod line;
pub mod plane;
pub mod relaxation;
pub mod simulation;
pub mod slice;
pub mod space;
pub mod units;

mod layers;
mod summation;
