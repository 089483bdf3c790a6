//! Training with proof: networks that come with a certificate of what they are, checked by code that did not make them.
//!
//! | To get | Call | Proof |
//! |---|---|---|
//! | a network that fits n points exactly | [`memorize::memorize`] | [`memorize::Certificate`], checked by [`memorize::verify`] |
//! | the best ridge-regularised network of any width | [`convex::solve`] | a lower bound of the objective over all networks |
//!
//! The crate knows nothing of files or populations.

mod above;
pub mod convex;
pub mod memorize;
