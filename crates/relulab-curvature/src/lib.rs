//! Curvature of losses: Jacobian, gradient, Hessian and Gauss-Newton, spectra and what makes directions flat.
//!
//! Let L(θ) be the mean loss of a network f over data, without ½, and H_out the Hessian of the loss in the outputs.
//! Then
//!
//! ```text
//! ∇²L = JᵀH_out J + Σ rₖ ∇²fₖ        J = ∂f/∂θ,  r = ∂L/∂f
//! ```
//!
//! and three matrices are called a Hessian; each is named wherever it is used ([`MatrixKind`]):
//!
//! * the *pattern Hessian* is ∇²L with the on/off pattern of the units held fixed, which is what automatic
//!   differentiation gives; exact until the next activation flip ([`first_flip`], [`flip_radius`]);
//! * *Gauss-Newton* is its first term;
//! * the *population Hessian* is that of the expected loss under N(0,1), where kinks add a term ([`NormalObjective`]).
//!
//! An [`Objective`] holds shape, activation, loss and data. From there:
//!
//! | To get | Call |
//! |---|---|
//! | dense matrices of one network, spectra of thousands | [`CurvatureEngine`] |
//! | the smallest and the largest singular value of any matrix | [`SingularRange`] |
//! | eigenvalues in tiers | [`Spectrum`], [`Thresholds`] |
//! | causes of flat directions | [`attribute_null_space`], [`scaling_tangents`] |
//! | products with vectors, at any size | [`CurvatureOperator`], a [`SymmetricOperator`] |
//! | extreme eigenvalues, density, trace | [`lanczos()`], [`SpectralDensity`], [`hutchinson`], [`hutch_plus_plus`] |
//! | all Gauss-Newton eigenvalues, at any size | [`gauss_newton_eigenvalues`] |
//!
//! Everything is in f64. The crate knows nothing of training or files; random numbers come in as a stream, and
//! results do not depend on the number of threads.

mod block;
mod dense;
mod density;
mod engine;
mod error;
mod flip;
mod hessian;
mod jacobian;
mod kernel;
mod lanczos;
mod lanes;
mod line;
mod matrix;
mod null_space;
mod objective;
mod operator;
mod orthogonal;
mod population;
mod second_derivative;
mod singular;
mod spectrum;
mod sweep;
mod trace;
mod units;

pub use density::SpectralDensity;
pub use engine::CurvatureEngine;
pub use error::CurvatureError;
pub use flip::{Flip, FlipRadius, first_flip, flip_radius};
pub use hessian::{Curvature, MAX_DENSE_PARAMS, MatrixKind};
pub use jacobian::{GramRows, Jacobian, MAX_GRAM_DIM, MAX_JACOBIAN_NUMBERS, gauss_newton_eigenvalues, gram_matrix};
pub use lanczos::{LanczosOptions, RitzPairs, Wanted, lanczos};
pub use matrix::SymmetricMatrix;
pub use null_space::{NullShares, NullSpace, ScalingTangent, attribute_null_space, scaling_tangents};
pub use objective::Objective;
pub use operator::{CurvatureOperator, MAX_KEPT_NUMBERS, SymmetricOperator, loss_and_gradient};
pub use population::{NormalObjective, PopulationCurvature};
pub use second_derivative::activation_second_derivative;
pub use singular::SingularRange;
pub use spectrum::{Spectrum, Thresholds, Tier, TierCounts};
pub use trace::{Estimate, hutch_plus_plus, hutchinson};
pub use units::{ObservedUnits, UnitStatus};
