//! The exact piecewise linear function of a network: its regions and pieces on the line, on the [`plane`] and in
//! [`space`]; what its units do over a box, with proofs ([`relaxation`]); lossless [`compress`](mod@compress)ion.
//!
//! ```
//! use relulab::regions::{GaussianIntegrator, LineDomain, LineFunction, LineWorkspace};
//! use relulab::{Activation, Network, Shape};
//!
//! // |x| = relu(x) + relu(−x), against x²: E(|X| − X²)² = 1 − 2·E|X|³ + 3 = 4 − 4·√(2/π).
//! let shape = Shape::parse_hidden("2", 1, 1)?;
//! let absolute = Network::new(shape, Activation::Relu, vec![1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 0.0])?;
//! let mut function = LineFunction::default();
//! let counts = LineWorkspace::new().trace(&absolute, LineDomain::WHOLE, &mut function)?;
//! assert_eq!((counts.activation_regions, counts.connected_pieces), (2, 2));
//! let error = GaussianIntegrator::new().squared_error(&function, 0, &[], &[vec![0.0, 0.0, 1.0]])?;
//! assert!((error - (4.0 - 4.0 * std::f64::consts::FRAC_2_PI.sqrt())).abs() < 1e-12);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use relulab_regions::bounds::max_regions_on_the_line;
pub use relulab_regions::gaussian::{GaussianError, GaussianIntegrator};
pub use relulab_regions::line::{LineCounts, LineDomain, LineError, LineFunction, LineRegion};
pub use relulab_regions::{bounds, canonical, compress, plane, relaxation, space};

/// The memory that networks with one input are analysed in.
pub use relulab_regions::line::Workspace as LineWorkspace;
