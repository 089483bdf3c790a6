//! Networks without training: targeted construction, the naive pseudo-inverse beside it, and piecewise linear functions
//! of one variable as networks.
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
    Basis, Compiled, Conditioning, ConstructError, Construction, Cpwl, Damping, FunctionError, Iteration, NaiveStep,
    Outcome, OutputBias, Precision, Settings, UnitCount, construct, naive_step,
};
