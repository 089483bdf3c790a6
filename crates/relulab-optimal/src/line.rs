//! Squared loss on the line: the best network with one input and one hidden layer, by branch and bound over kinks.
//!
//! **Units as cones.** Let x_1 < … < x_m be the distinct points. On them, a unit that faces right with its kink between
//! x_k and x_{k+1} is p (x − x_k)₊ + q (x − x_{k+1})₊ with p, q ≥ 0, and every such sum is a unit. With the constant 1
//! as the hinge at −∞, and the mirror image for units that face left, the kinks of each facing form a chain of
//! knots, and a network is a choice of one gap and one sign for every unit. For fixed gaps the best network is a
//! non-negative least-squares problem in two columns per unit: in all C(4(m − 1), W) of them.
//!
//! **Blocks.** Instead of one gap, allow a unit all gaps from knot a to knot b. The smallest convex cone that holds all
//! these units is spanned by *all* hinges from a to b, and least squares over it is a lower bound for the whole block:
//! between a and b the fit may bend as often as it likes, but always to the same side. That bound needs no big M, it is
//! exact for a gap, and it only grows when a block is cut at a knot. Since noise cannot be fitted by bending to one
//! side, blocks far from the optimum are excluded while they are still wide.
//!
//! **Search.** [`Search`] bounds configurations, one block per unit, looks for better networks near their fits, and cuts
//! those that the best network does not exclude, where the knots of a fit are spread most (the crate's `branch`).
//!
//! **Proof.** Each bound is computed by the checker itself ([`verify()`]) from the fit as a hint. The tree of cuts
//! and the hints of its leaves are the certificate; an unfinished one is the state of the search.

mod certificate;
mod columns;
mod descent;
mod enumeration;
mod landscape;
mod problem;
mod relaxation;
mod sample;
mod search;
mod units;
mod verify;

pub use crate::sealed_document::CertificateError;
pub use certificate::{Block, Certificate, Configuration, Data, Facing, Hint, KIND, Kind, Knots, SQUARED, Units};
pub use enumeration::{Enumerated, enumerate};
pub use problem::{MAX_WIDTH, Problem, ProblemError};
pub use search::Search;
pub use verify::{Claim, Fault, LARGEST_NUMBER, mean_squared_error, verify};
