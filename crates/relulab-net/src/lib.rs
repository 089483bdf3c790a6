//! The nouns of relulab: shape, activation, loss, initialisation, network, and one naive reference evaluator.
//!
//! This crate knows nothing of files, threads or training. Everything here is plain data with checked
//! constructors; every engine on the floors above agrees on these words and on [`conventions`].

pub mod conventions;

mod activation;
mod formula;
mod initialisation;
mod loss;
mod network;
mod piecewise_polynomial;
pub mod reference;
mod shape;
mod target;

pub use activation::{Activation, ParseActivationError};
pub use formula::{
    Formula, FormulaError, FormulaFault, Function1, MAX_FORMULA_CHARACTERS, MAX_INTEGER_EXPONENT, MAX_NESTING,
    MAX_STACK_DEPTH, Op, integer_power,
};
pub use initialisation::{Distribution, Initialisation, ParseInitialisationError};
pub use loss::{Loss, ParseLossError};
pub use network::{Network, NetworkError};
pub use piecewise_polynomial::{
    MAX_POLYNOMIAL_DEGREE, MAX_POLYNOMIAL_PIECES, PiecewisePolynomial, PiecewisePolynomialError,
};
pub use shape::{Layer, Shape, ShapeError};
pub use target::{NamedTarget, Target, TargetError};
