//! Gaussian.
