//! Any dimension, and several losses: the best network with one hidden layer, by branch and bound over half-spaces.
//!
//! **Units as cones.** The data cut the space of all units (w, b) into cones by w·xᵢ + b = 0. Inside of one closed cone
//! units add up linearly on the data, so each is a non-negative combination of the cone's extreme rays, and every such
//! combination is a unit of the cone. The rays are finitely many: the half-spaces through as many points as possible. On a
//! line these are the hinges at the points, and everything here becomes what [`line`](mod@crate::line) does faster.
//!
//! **Parts.** A block allows a unit all cones on given closed sides of some of the points. The smallest convex cone that holds
//! all these units is spanned by all rays on those sides. Least squares over it is a lower bound for the block, exact for a single
//! cone, and it only grows when the block is cut by a further point. No big M is needed, and no dichotomies have to be listed
//! beforehand: cuts make them as far as they are needed.
//!
//! **Proof.** A leaf holds a fit. From its residuals the checker knows, up to a small distance, multipliers that are
//! exactly orthogonal to the rays of the fit, and looks at the signs of all other correlations; what rounding leaves open
//! follows from rays being combinations of others, or is decided in rationals. So degenerate data (points on a lattice or in
//! a plane, duplicates) are no worse than others. Losses differ only in what multipliers are worth.

mod arrangement;
mod attainment;
mod certificate;
mod descent;
mod fit;
mod ground;
mod landscape;
mod loss;
mod mask;
mod nonnegative;
mod part;
mod points;
mod problem;
mod sample;
mod verify;
mod vertex;

pub use crate::sealed_document::CertificateError;
pub use arrangement::MAX_RAY_VALUES;
pub use certificate::{Certificate, Data, Hint, KIND, Units};
pub use loss::Loss;
pub(crate) use problem::check_data;
pub use problem::{LARGEST_NUMBER, MAX_DIM, MAX_WIDTH, Problem, ProblemError};
pub(crate) use verify::check_form;
pub use verify::{Fault, mean_loss, verify};

use crate::branch::{Branching, Progress, Status};
use landscape::Squares;

/// A branch-and-bound search that can be stopped between rounds.
pub struct Search(Branching<Squares>);

impl Search {
    /// A search that has not begun; `starts` are networks to begin with, such as trained ones, and may be empty.
    pub fn new(problem: Problem, starts: &[Units]) -> Self {
        let squares = Squares::new(problem);
        let nothing = squares.nothing();
        Self(Branching::new(squares, nothing, starts))
    }

    /// The search whose state is a certificate; `None` where its proof does not fit the problem.
    ///
    /// It goes on exactly as if it had not been stopped.
    pub fn resume(problem: Problem, certificate: &Certificate) -> Option<Self> {
        let network = certificate.network.clone();
        Some(Self(Branching::resume(Squares::new(problem), network, &certificate.proof)?))
    }

    /// Works until the gap is closed or `may_go_on`, asked before every round, says no.
    pub fn run(&mut self, mut may_go_on: impl FnMut(Progress) -> bool) -> Status {
        self.0.run(|search| may_go_on(search.progress()))
    }

    /// Whether the smallest loss in the best network's cells is the loss of a network. Only with the logistic loss it may be
    /// that ever larger weights come ever closer to it. (A linear program in floating point says so; it is not certified.)
    pub fn is_attained(&self) -> bool {
        let ground = &self.0.landscape.problem.ground;
        attainment::Rise::new(ground, &descent::Cells::of_network(ground, self.0.network()).part(ground)).is_none()
    }

    /// How far the search is.
    pub fn progress(&self) -> Progress {
        self.0.progress()
    }

    /// What is proved so far; also the state from which a stopped search goes on.
    pub fn certificate(&self) -> Certificate {
        let Progress { objective, lower_bound, .. } = self.progress();
        let problem = &self.0.landscape.problem;
        Certificate {
            kind: KIND.to_owned(),
            loss: problem.loss(),
            width: problem.width(),
            output_bias: problem.output_bias(),
            data: problem.data().clone(),
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
mod oracle;
#[cfg(test)]
mod tests;
