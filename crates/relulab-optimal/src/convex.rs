//! Ridge-regularised training as a convex program, with a proved gap.
//!
//! Over all networks of one hidden ReLU layer, of any width, without output bias, let
//!
//! ```text
//! P = min ½ ‖Σ (X uᵢ)₊ αᵢ − y‖² + (β/2) Σ (‖uᵢ‖² + αᵢ²)
//! ```
//!
//! where a row of X is an input, with a 1 behind it if units have biases (which then decay like weights). A unit's
//! pattern D, the diagonal of the points on which it is on, is one of finitely many. Given the pattern, the unit is
//! linear and lives in the cone K = {u : (2D − I) X u ≥ 0}; scaling u against α turns the decay into a norm, and P is
//! the value of the convex program
//!
//! ```text
//! min ½ ‖Σ Dᵢ X (vᵢ − wᵢ) − y‖² + β Σ (‖vᵢ‖ + ‖wᵢ‖),   vᵢ, wᵢ ∈ Kᵢ,   over all patterns i
//! ```
//!
//! It is solved by generation of columns: a cone program over a few patterns, then all patterns are asked which of them
//! would improve it, and those join.
//!
//! # The proof
//! Neither program nor solver are trusted. The upper bound is the objective of the network itself, evaluated with error
//! bounds. The lower bound is a dual point: if |νᵀ(X u)₊| ≤ β for all ‖u‖ ≤ 1, then P ≥ νᵀy − ½‖ν‖². The largest
//! value of the left side is ρ, the largest ‖Proj_K(±XᵀDν)‖ over all patterns; and ‖Proj_K(g)‖ ≤ ‖g + Gᵀλ‖ for any λ ≥ 0,
//! G the rows of the cone. So ν = c (y − f) with c ≤ β/ρ is a proof, with ρ rounded upwards. Patterns are the dichotomies
//! of `relulab-regions`, exact on all data; boundaries need no patterns of their own, since a unit is 0 there. That none is
//! missing is proved too: [`verify`] does it again.
//!
//! With sampled patterns there is an upper bound only.
//!
//! *Reference*: Pilanci and Ergen, *Neural Networks are Convex Regularizers* (ICML 2020), Theorem 1.
//!
//! ```
//! use relulab_net::Dataset;
//! use relulab_optimal::convex::{Patterns, Plan, solve, verify};
//!
//! let data = Dataset::new(vec![-1.0, 0.0, 1.0, 2.0], 1, vec![1.0, 0.0, 1.0, 0.5], 1)?;
//! let best = solve(&data, &Plan::new(0.1))?;
//! let lower = best.lower_bound.ok_or("all patterns give a lower bound")?;
//! assert!(lower <= best.objective && best.objective - lower < 1e-6);
//! assert!(best.certificate.is_some_and(|certificate| verify(&certificate).failed_at.is_none()));
//! // Fewer patterns can only be worse.
//! let sampled = solve(&data, &Plan { patterns: Patterns::Sampled(3), ..Plan::new(0.1) })?;
//! assert!(sampled.lower_bound.is_none() && sampled.objective > lower);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod certificate;
mod cone_program;
pub(crate) mod dual;
mod error;
pub(crate) mod patterns;
mod plan;
pub(crate) mod problem;
mod projection;
mod solve;
pub(crate) mod verify;

#[cfg(test)]
mod tests;

pub use crate::sealed_data::CertificateData;
pub use certificate::{Certificate, CertificateError, CertificateUnit, KIND};
pub use error::ConvexError;
pub use patterns::MAX_PATTERNS;
pub use plan::{Patterns, Plan};
pub use solve::{Solution, solve};
pub use verify::{Verdict, verify};
