//! Training with proof: networks that come with a certificate of what they are, checked by code that did not make them.
//!
//! | To get | Call | Proof |
//! |---|---|---|
//! | the best network of one hidden layer for points on a line | [`line::Search`] | [`line::Certificate`], checked by [`line::verify()`] |
//! | the same for points in several dimensions | [`space::Search`] | [`space::Certificate`], checked by [`space::verify()`] |
//! | the same with weight decay | [`decay::Search`] | [`decay::Certificate`], checked by [`decay::verify()`] |
//! | a network that fits n points exactly | [`memorize::memorize`] | [`memorize::Certificate`], checked by [`memorize::verify`] |
//! | the best ridge-regularised network of any width | [`convex::solve`] | [`convex::Certificate`], checked by [`convex::verify`] |
//!
//! ```
//! use relulab_optimal::Status;
//! use relulab_optimal::line::{Problem, Search, verify};
//! // Two units fit the absolute value, one does not: proved.
//! let (x, y) = ([-2.0, -1.0, 0.0, 1.0, 2.0], [2.0, 1.0, 0.0, 1.0, 2.0]);
//! for (width, is_exact) in [(1, false), (2, true)] {
//!     let mut search = Search::new(Problem::new(&x, &y, width, false)?, &[]);
//!     assert_eq!(search.run(|_| true), Status::Optimal);
//!     let claim = verify(&search.certificate())?;
//!     assert_eq!(claim.lower_bound == 0.0, is_exact);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The crate knows nothing of files or populations.

mod above;
mod branch;
mod cholesky;
pub mod convex;
pub mod decay;
mod elementary;
pub mod line;
pub mod memorize;
#[cfg(test)]
mod mutation;
mod sealed_data;
mod sealed_document;
pub mod space;

pub use branch::{NEGLIGIBLE_GAP, Progress, ProofFault, RELATIVE_GAP, Status, Step};
