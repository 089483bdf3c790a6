//! Curvature of losses of small and large networks.

mod block;
mod dense;
mod engine;
mod error;
mod hessian;
mod kernel;
mod line;
mod matrix;
mod objective;
mod second_derivative;
mod spectrum;

pub use engine::CurvatureEngine;
pub use error::CurvatureError;
pub use hessian::{Curvature, MAX_DENSE_PARAMS, MatrixKind};
pub use matrix::SymmetricMatrix;
pub use objective::Objective;
pub use second_derivative::activation_second_derivative;
pub use spectrum::{Spectrum, Thresholds, Tier, TierCounts};
