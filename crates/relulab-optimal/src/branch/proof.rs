//! The check of what a search claims: the objective, the lower bound, and trees whose leaves prove it.

use super::{Bounded, Step, cover};
use rayon::prelude::*;

/// Why a proof by branch and bound proves nothing.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ProofFault {
    /// The network has another objective.
    #[error("objective: {claimed}, but the network's is {exact}")]
    Objective {
        /// The claim.
        claimed: f64,
        /// What it is, rounded up.
        exact: f64,
    },
    /// The lower bound is not a number from 0 to the objective.
    #[error("lower_bound: {0}, expected a number from 0 to the objective")]
    LowerBound(f64),
    /// There are not as many trees as ways to begin.
    #[error("proof: {found} trees, which is not what {width} units call for")]
    Trees {
        /// Trees that are there.
        found: usize,
        /// Number of hidden units.
        width: usize,
    },
    /// A tree is no tree, or cuts what cannot be cut.
    #[error("proof, tree {tree}, step {step}: it does not fit its tree")]
    Tree {
        /// The tree, from 0.
        tree: usize,
        /// The step in it, from 0.
        step: usize,
    },
    /// A part whose hint proves less than the claim.
    #[error("proof, tree {tree}, step {step}: its bound is {proven}, less than claimed")]
    Leaf {
        /// The tree, from 0.
        tree: usize,
        /// The step in it, from 0.
        step: usize,
        /// What it proves: 0 where the hint is not even a bound.
        proven: f64,
    },
}

/// What a certificate says of its network and of all others.
pub(crate) struct Claimed<'a, H> {
    /// Of the network.
    pub objective: f64,
    /// Of all networks.
    pub lower_bound: f64,
    /// Number of hidden units.
    pub width: usize,
    /// One tree for each way to begin.
    pub proof: &'a [Vec<Step<H>>],
}

impl<H: Sync> Claimed<'_, H> {
    /// Whether the network has the objective, and the bound is one for it.
    pub(crate) fn check_numbers(&self, exact: f64) -> Result<(), ProofFault> {
        // The order of all numbers, in which NaN is one.
        if exact.total_cmp(&self.objective).is_ne() {
            return Err(ProofFault::Objective { claimed: self.objective, exact });
        }
        if !(0.0..=exact).contains(&self.lower_bound) {
            return Err(ProofFault::LowerBound(self.lower_bound));
        }
        Ok(())
    }

    /// Whether there are as many trees as ways to begin; to be asked before these are made.
    pub(crate) fn check_count(&self, expected: Option<usize>) -> Result<(), ProofFault> {
        let found = self.proof.len();
        if expected == Some(found) { Ok(()) } else { Err(ProofFault::Trees { found, width: self.width }) }
    }

    /// Whether every tree is whole and every hint proves the lower bound for its part; returns the number of leaves.
    pub(crate) fn check_trees<P: Sync>(
        &self,
        roots: impl IntoIterator<Item = P>,
        cut: impl Fn(&P, usize, usize) -> Option<[P; 2]>,
        proven: impl Fn(&P, &H) -> f64 + Sync,
    ) -> Result<usize, ProofFault> {
        let mut n_leaves = 0;
        for (tree, (root, steps)) in roots.into_iter().zip(self.proof).enumerate() {
            let covered = cover(root, steps, &cut).map_err(|step| ProofFault::Tree { tree, step })?;
            n_leaves += covered.n_leaves;
            let wanting = |Bounded { step, part, hint }: &Bounded<'_, P, H>| {
                let proven = proven(part, hint);
                // A comparison that is true for NaN.
                let is_proven = proven >= self.lower_bound;
                (!is_proven).then_some(ProofFault::Leaf { tree, step: *step, proven })
            };
            if let Some(fault) = covered.bounded.par_iter().find_map_first(wanting) {
                return Err(fault);
            }
        }
        Ok(n_leaves)
    }
}
