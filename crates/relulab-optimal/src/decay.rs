//! Weight decay: the best network of a width for its loss and the size of its weights together.
//!
//! Over all networks f(x) = Σᵢ αᵢ relu(aᵢ·x + bᵢ) (+ c) of W units, let
//!
//! ```text
//! P = min mean ℓ(f(x); y) + (β/2) Σ (‖(aᵢ, bᵢ)‖² + αᵢ²)
//! ```
//!
//! Biases of units decay like weights, the output bias does not. Scaling a unit against its output weight makes the decay β Σ
//! ‖vᵢ‖ at its smallest, with vᵢ = |αᵢ| (aᵢ, bᵢ): a norm, so that two units with the same pattern and sign are never better than
//! their sum. This is what makes cells merge, as without decay.
//!
//! **Parts.** A block allows a unit all patterns (strict dichotomies of the data) on given sides of some points. The relaxation
//! of a part lets units of the block's sign be in as many of these patterns as they like: a convex program, which is
//! solved by generation of columns. It is exact where no block needs two patterns, and cutting a block at a point brings it
//! there.
//!
//! **Proof.** A leaf holds multipliers p, one per datum. ℓ(v) ≥ D(p) − p v as in [`space`](mod@crate::space); if Σ p = 0 where
//! there is an output bias, and ‖Proj_K(± XᵀD p)‖ ≤ nβ for the cone K of every pattern of the part, then no network of the part has less
//! than Σ D(p)/n. Multipliers that are too large are scaled, and projections are bounded by any multipliers of their own, as for
//! [`convex`](mod@crate::convex). That no pattern is missing is proved too. Nothing depends on the cone solver.

mod bound;
mod certificate;
mod landscape;
mod multipliers;
mod part;
mod problem;
mod program;
mod relaxation;
mod verify;

pub use crate::sealed_document::CertificateError;
pub use certificate::{Certificate, Hint, KIND};
pub use problem::{Problem, ProblemError};
pub use verify::{Fault, objective, verify};

use crate::branch::{Branching, Progress, Status};
use crate::space::Units;
use landscape::Decayed;

/// A relative gap of at most this counts as closed: cone programs are solved less exactly than least squares.
pub const RELATIVE_GAP: f64 = 1e-6;

/// A branch-and-bound search that can be stopped between rounds.
pub struct Search(Branching<Decayed>);

impl Search {
    /// A search that has not begun; `starts` are networks to begin with, such as trained ones, and may be empty.
    pub fn new(problem: Problem, starts: &[Units]) -> Self {
        let landscape = Decayed::new(problem);
        let nothing = landscape.nothing();
        Self(Branching::new(landscape, nothing, starts))
    }

    /// The search whose state is a certificate; `None` where its proof does not fit the problem.
    pub fn resume(problem: Problem, certificate: &Certificate) -> Option<Self> {
        let network = certificate.network.clone();
        Some(Self(Branching::resume(Decayed::new(problem), network, &certificate.proof)?))
    }

    /// Works until the gap is closed or `may_go_on`, asked before every round, says no.
    pub fn run(&mut self, mut may_go_on: impl FnMut(Progress) -> bool) -> Status {
        self.0.run(|search| may_go_on(search.progress()))
    }

    /// How far the search is.
    pub fn progress(&self) -> Progress {
        self.0.progress()
    }

    /// Whether some network has the smallest objective: always, but where all labels of a logistic loss are the same and an output
    /// bias, which does not decay, can grow for ever.
    pub fn is_attained(&self) -> bool {
        self.0.landscape.problem.is_attained()
    }

    /// What is proved so far; also the state from which a stopped search goes on.
    pub fn certificate(&self) -> Certificate {
        let Progress { objective, lower_bound, .. } = self.progress();
        let problem = &self.0.landscape.problem;
        Certificate {
            kind: KIND.to_owned(),
            loss: problem.loss,
            decay: problem.decay,
            width: problem.width,
            output_bias: problem.output_bias,
            data: problem.data.clone(),
            network: self.0.network().clone(),
            objective,
            lower_bound,
            proof: self.0.proof(),
            seal: String::new(),
        }
        .sealed()
    }
}

#[cfg(test)]
mod tests;
