//! Networks without training: targeted construction, the naive pseudo-inverse beside it, piecewise linear functions of one
//! and several variables as networks, sawtooths and zonotopes.
//!
//! ```
//! use relulab::construct::{Basis, Outcome, Settings, construct};
//! use relulab::{Activation, Network, Shape};
//!
//! // From |x| to a network whose least-squares line is 3x + 1.
//! let shape = Shape::parse_hidden("2", 1, 1)?;
//! let start = Network::new(shape, Activation::Relu, vec![1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 0.0])?;
//! let inputs: Vec<f64> = (-20..=20).map(|i| f64::from(i) / 10.0).collect();
//! let target: Vec<f64> = inputs.iter().map(|x| 3.0 * x + 1.0).collect();
//! let done = construct(&start, &Basis::affine(1)?, &inputs, &target, &Settings::default())?;
//! assert!(matches!(done.outcome, Outcome::Converged { .. }));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use relulab_construct::{
    AffineForm, Basis, Compiled, CompiledPiecewise, Conditioning, ConstructError, Construction, Cpwl, Damping,
    Evidence, ExactNetwork, Formula, FunctionError, Iteration, NaiveStep, Outcome, OutputBias, PieceCount, Piecewise,
    Precision, Sawtooth, Scaled, Settings, Thrift, UnitCount, Zonotope, construct, count_pieces, naive_step,
    parse_rational,
};
