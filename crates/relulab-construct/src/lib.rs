//! Networks without training: functions written down as networks, and networks moved to functions by linear algebra.
//!
//! Written down, in exact rationals, and stored in f64 without rounding, if need be as a multiple of the function:
//! [`Cpwl::compile`] is the smallest one-hidden-layer network of a piecewise linear function of one variable,
//! [`Piecewise::compile`] a network of one of several variables, proved equal to it; [`Sawtooth`] and [`Zonotope`] are the
//! families with the most pieces for their size, counted by [`count_pieces`].
//!
//! [`construct`] moves a network until its projection on a [`Basis`] is that of a target; [`naive_step`] is the one
//! step with the pseudo-inverse of the whole Jacobian that it replaces, in f64 or f32. Both report every condition
//! number and what is left unfixed. This crate knows nothing of populations or files.

mod affine;
mod arity;
mod basis;
mod circuit;
mod compiler;
mod cpwl;
mod equality;
mod error;
mod exact_network;
mod jacobian;
mod linear_relation;
mod naive;
mod pieces;
mod piecewise;
mod rational_text;
mod sawtooth;
mod scalar;
mod singular;
mod subsets;
mod targeted;
mod zonotope;

pub use affine::AffineForm;
pub use arity::MAX_TERMS;
pub use basis::Basis;
pub use compiler::{CompiledPiecewise, MAX_EXPANDED_FORMS, Thrift};
pub use cpwl::{Compiled, Cpwl, MAX_BREAKPOINTS, OutputBias, UnitCount};
pub use equality::Evidence;
pub use error::ConstructError;
pub use exact_network::{ExactNetwork, Scaled};
pub use naive::{DEFAULT_NAIVE_THRESHOLD, NaiveStep, Precision, naive_step};
pub use pieces::{MAX_COUNTED_REGIONS, PieceCount, count_pieces};
pub use piecewise::{Formula, Piecewise};
pub use rational_text::parse_rational;
pub use sawtooth::Sawtooth;
pub use singular::Conditioning;
pub use targeted::{Construction, Damping, FunctionError, Iteration, Outcome, Settings, construct};
pub use zonotope::Zonotope;
