//! The search on the line, and the certificates that come of it.

use super::certificate::{Certificate, Data, KIND, SQUARED, Units};
use super::landscape::Squares;
use super::problem::Problem;
use crate::branch::{Branching, Progress, Status};

/// A branch-and-bound search that can be stopped between rounds.
pub struct Search(Branching<Squares>);

impl Search {
    /// A search that has not begun; `starts` are networks to begin with, such as trained ones, and may be empty.
    pub fn new(problem: Problem, starts: &[Units]) -> Self {
        let squares = Squares::new(problem);
        let nothing = squares.nothing();
        Self(Branching::new(squares, nothing, starts))
    }

    /// The search whose state is a certificate; `None` where its proof or its network does not fit its data.
    ///
    /// It goes on exactly as if it had not been stopped.
    pub fn resume(certificate: &Certificate) -> Option<Self> {
        let Certificate { width, output_bias, data, .. } = certificate;
        let problem = Problem::new(&data.x, &data.y, *width, *output_bias).ok()?;
        Some(Self(Branching::resume(Squares::new(problem), certificate.network.clone(), &certificate.proof)?))
    }

    /// Works until the gap is closed or `may_go_on`, asked before every round, says no.
    pub fn run(&mut self, mut may_go_on: impl FnMut(Progress) -> bool) -> Status {
        self.0.run(|search| may_go_on(search.progress()))
    }

    /// How far the search is.
    pub fn progress(&self) -> Progress {
        self.0.progress()
    }

    /// The best network so far.
    pub fn network(&self) -> &Units {
        self.0.network()
    }

    /// What is proved so far; also the state from which a stopped search goes on.
    pub fn certificate(&self) -> Certificate {
        let Progress { objective, lower_bound, .. } = self.progress();
        let problem = &self.0.landscape.problem;
        Certificate {
            kind: KIND.to_owned(),
            loss: SQUARED.to_owned(),
            width: problem.width(),
            output_bias: problem.output_bias(),
            data: Data { x: problem.x().to_vec(), y: problem.y().to_vec() },
            network: self.network().clone(),
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
