//! Statistics of losses: order statistics that know infinity, correlations, variance components, resampling.
pub mod random;
