//! Statistics of losses: order statistics that know infinity, correlations, variance components, resampling.
//!
//! Losses may be +∞ (a run that diverged). Order statistics take that as the largest number; what needs arithmetic
//! (Pearson's r, variances) is only ever given finite numbers.

mod best_of;
mod bootstrap;
mod correlation;
mod order;
mod random;
mod variance;

pub use best_of::BestOf;
pub use bootstrap::percentile_interval;
pub use correlation::{partial, pearson, spearman};
pub use order::{average_ranks, median, quantile, weighted_median};
pub use random::CounterRng;
pub use variance::share_between_groups;
