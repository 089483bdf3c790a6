//! Memorisation with proof: m ≥ 2n/d neurons, zero loss, and a certificate that the zero exists.
//!
//! # The construction
//! Let n distinct points in d dimensions have any labels y, and let f(x) = Σ v σ(w·x + b) have m units in m/2 *pairs*. A
//! pair begins with equal input weights and opposite output weights, so f begins as 0. Each pair then moves
//! apart, one unit by +δ and the other by −δ, and the output weights stay. With s_ik the slope of f(xᵢ) in pair k, the
//! Jacobian in the δ of the pairs is a product by rows,
//!
//! ```text
//! J = [ s_i1 x̃ᵢ … s_ik x̃ᵢ … ]         J Jᵀ = (S Sᵀ) ∘ (X̃ X̃ᵀ)        ∘: entry by entry
//! ```
//!
//! and its rank is n in general as soon as (m/2) d ≥ n. With output weights ±1/(α√m) and α small enough, Gauss-Newton steps
//! of minimum norm solve f = y inside a ball of radius ε around the beginning: the larger the output weights, the shorter
//! the way.
//!
//! Inputs are taken in *white coordinates* x̃ = Tᵀ(x, 1), in which the n points have second moments 1 and no
//! correlation: the paper's N(0, I) for any data. T also drops directions in which the points do not extend.
//!
//! # The proof
//! Loss that is zero up to rounding proves nothing. But let r = f − y at the printed weights, X any matrix close to the
//! inverse of the Cholesky factor of J Jᵀ, and move the weights by Jᵀ Xᵀ u. Then G(u) = X (f − y) is
//!
//! ```text
//! G(u) = X r + (X J Jᵀ Xᵀ) u + e(u)        ‖X r‖ ≤ η,  ‖I − X J Jᵀ Xᵀ‖ ≤ δ,  ‖e(u)‖ ≤ ½ K ‖u‖²
//! ```
//!
//! so u ↦ u − G(u) maps the ball of radius ρ = 2η/(1−δ) into itself as soon as 2Kη ≤ (1−δ)², and by Brouwer's theorem it
//! has a fixed point: weights with f = y exactly, within ρ of the printed ones. This is the condition of Newton
//! and Kantorovich, βLη ≤ ½, with K = βL. For ReLU and LeakyReLU K = 0, provided that no pre-activation changes its
//! sign within ρ, which is checked instead. All of it is bounded rigorously ([`verify`]), for any X and T.
//!
//! *Reference*: Zhang et al., *When Expressivity Meets Trainability* (NeurIPS 2021), Theorem 1, whose m counts both halves
//! of the pairs; Kantorovich and Akilov, *Functional Analysis*, ch. XVIII.
//!
//! ```
//! use relulab_net::{Activation, Dataset};
//! use relulab_optimal::memorize::{Outcome, Plan, memorize, verify};
//!
//! // Exclusive or: four points of the plane, four units.
//! let data = Dataset::new(vec![0., 0., 0., 1., 1., 0., 1., 1.], 2, vec![0., 1., 1., 0.], 1)?;
//! let Outcome::Proved(found) = memorize(&data, &Plan::new(4, Activation::Tanh))? else { panic!("not proved") };
//! assert!(verify(&found.certificate).failed_at.is_none());
//! assert!(found.certificate.bounds.distance < 1e-9);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod certificate;
mod dense;
mod enclosure;
mod error;
mod frame;
mod newton;
mod pairs;
mod plan;
mod points;
mod product;
mod proof;
mod verify;

#[cfg(test)]
mod tests;

pub use crate::sealed_data::CertificateData;
pub use certificate::{Bounds, Certificate, CertificateError, CertificateNetwork, KIND};
pub use error::MemorizeError;
pub use newton::{Memorized, Outcome, Shortfall, memorize};
pub use plan::Plan;
pub use verify::{Verdict, verify};
