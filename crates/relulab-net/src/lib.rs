//! The nouns of relulab: shape, activation, loss, initialisation, network; formula, target, dataset, sampler and
//! evaluation points; compositions of neurons; and one naive reference evaluator.
//!
//! This crate knows nothing of files, threads or training. Everything here is plain data with checked
//! constructors; every engine on the floors above agrees on these words and on [`conventions`].

pub mod conventions;

mod activation;
mod composition;
mod dataset;
mod evaluation;
mod formula;
mod initialisation;
mod loss;
mod moons;
mod network;
mod piecewise_polynomial;
pub mod reference;
mod sampler;
mod shape;
mod stream;
mod synthetic;
mod target;

pub use activation::{Activation, ParseActivationError};
pub use composition::{
    CompositionError, Compositions, MAX_NEURONS, composition_at, n_all_compositions, n_compositions,
    sample_compositions,
};
pub use dataset::{Dataset, DatasetError, Fold, Part};
pub use evaluation::{EvaluationError, EvaluationSet, MAX_EVALUATION_DIM};
pub use formula::{
    Formula, FormulaError, FormulaFault, Function1, MAX_FORMULA_CHARACTERS, MAX_INTEGER_EXPONENT, MAX_NESTING,
    MAX_STACK_DEPTH, Op, integer_power,
};
pub use initialisation::{Distribution, Initialisation, ParseInitialisationError};
pub use loss::{Loss, ParseLossError};
pub use moons::{Split, moons};
pub use network::{Network, NetworkError};
pub use piecewise_polynomial::{
    MAX_POLYNOMIAL_DEGREE, MAX_POLYNOMIAL_PIECES, PiecewisePolynomial, PiecewisePolynomialError,
};
pub use sampler::{ParseSamplerError, Sampler};
pub use shape::{Layer, Shape, ShapeError};
pub use stream::{Purpose, RandomStream};
pub use synthetic::{circles, random_labels, spirals};
pub use target::{NamedTarget, Target, TargetError};
