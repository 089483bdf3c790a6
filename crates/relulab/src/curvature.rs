//! Gradients, Hessians by name, their spectra, and what makes directions flat.
//!
//! ```
//! use relulab::curvature::{CurvatureEngine, MatrixKind, Objective, Spectrum, Thresholds};
//! use relulab::{Activation, Loss, Shape};
//!
//! // A linear model on two points: the Hessian is twice the moment matrix of (x, 1), and both eigenvalues are 2.
//! let shape = Shape::new(1, vec![], 1)?;
//! let objective = Objective::new(&shape, Activation::Relu, Loss::Mse, &[-1.0, 1.0], &[0.0, 1.0])?;
//! let matrix = CurvatureEngine::new(objective).matrix(MatrixKind::PatternHessian, &[0.5, 0.5])?;
//! let spectrum = Spectrum::of(MatrixKind::PatternHessian, &matrix)?;
//! assert!(spectrum.values().iter().all(|value| (value - 2.0).abs() < 1e-12));
//! assert_eq!(spectrum.counts(&Thresholds::default()).steep, 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use relulab_curvature::{
    Curvature, CurvatureEngine, CurvatureError, CurvatureOperator, Estimate, Flip, FlipRadius, GramRows, Jacobian,
    LanczosOptions, MatrixKind, NormalObjective, NullShares, NullSpace, Objective, ObservedUnits, PopulationCurvature,
    RitzPairs, ScalingTangent, SpectralDensity, Spectrum, SymmetricMatrix, SymmetricOperator, Thresholds, Tier,
    TierCounts, UnitStatus, Wanted, attribute_null_space, first_flip, flip_radius, gauss_newton_eigenvalues,
    gram_matrix, hutch_plus_plus, hutchinson, lanczos, loss_and_gradient, scaling_tangents,
};
