//! Curvature of losses of small and large networks.

mod block;
mod dense;
mod density;
mod engine;
mod error;
mod hessian;
mod jacobian;
mod kernel;
mod lanczos;
mod line;
mod matrix;
mod objective;
mod operator;
mod second_derivative;
mod spectrum;
mod sweep;
mod trace;

pub use density::SpectralDensity;
pub use engine::CurvatureEngine;
pub use error::CurvatureError;
pub use hessian::{Curvature, MAX_DENSE_PARAMS, MatrixKind};
pub use jacobian::{GramRows, Jacobian, MAX_GRAM_DIM, MAX_JACOBIAN_NUMBERS, gauss_newton_eigenvalues, gram_matrix};
pub use lanczos::{LanczosOptions, RitzPairs, Wanted, lanczos};
pub use matrix::SymmetricMatrix;
pub use objective::Objective;
pub use operator::{CurvatureOperator, SymmetricOperator, loss_and_gradient};
pub use second_derivative::activation_second_derivative;
pub use spectrum::{Spectrum, Thresholds, Tier, TierCounts};
pub use trace::{Estimate, hutch_plus_plus, hutchinson};
