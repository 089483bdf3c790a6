//! Networks without training: targeted construction by projected Jacobians, with the naive pseudo-inverse beside it,
//! and the smallest one-hidden-layer network of a piecewise linear function of one variable.
//!
//! [`construct`] moves a network until its projection on a [`Basis`] is that of a target; [`naive_step`] is the one
//! step with the pseudo-inverse of the whole Jacobian that it replaces, in f64 or f32. Both report every condition
//! number and what is left unfixed. [`Cpwl::compile`] writes a network down. This crate knows nothing of populations
//! or files.

mod affine;
mod basis;
mod cpwl;
mod error;
mod exact_network;
mod jacobian;
mod linear_relation;
mod naive;
mod pieces;
mod rational_text;
mod sawtooth;
mod scalar;
mod singular;
mod subsets;
mod targeted;
mod zonotope;

pub use affine::AffineForm;
pub use basis::Basis;
pub use cpwl::{Compiled, Cpwl, MAX_BREAKPOINTS, OutputBias, UnitCount};
pub use error::ConstructError;
pub use exact_network::{ExactNetwork, Scaled};
pub use naive::{DEFAULT_NAIVE_THRESHOLD, NaiveStep, Precision, naive_step};
pub use pieces::{MAX_COUNTED_REGIONS, PieceCount, count_pieces};
pub use rational_text::parse_rational;
pub use sawtooth::Sawtooth;
pub use singular::Conditioning;
pub use targeted::{Construction, Damping, FunctionError, Iteration, Outcome, Settings, construct};
pub use zonotope::Zonotope;
