//! Branch and bound over parts of all networks of a form, in rounds that can be stopped, with a proof as its state.
//!
//! The search knows nothing of networks: a [`Landscape`] says what the parts are, bounds them, cuts them and finds
//! networks in them. In each round the parts with the smallest bounds are examined in parallel. Rounds have a fixed size,
//! and what one finds counts only from the next one on, so the outcome is the same for any number of threads, and after
//! any interruption between rounds.

mod cover;
mod proof;
mod tree;

use cover::{Bounded, cover};
pub(crate) use proof::Claimed;
pub use proof::ProofFault;
pub use tree::Step;
pub(crate) use tree::{Leaf, Proven, Tree};

use rayon::prelude::*;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// A gap of at most this share of the objective counts as closed.
pub const RELATIVE_GAP: f64 = 1e-9;
/// So does a gap of at most this share of the loss of the network that does nothing: of zero, or of the mean label where
/// there is an output bias.
pub const NEGLIGIBLE_GAP: f64 = 1e-14;
/// Parts examined in a round, whatever the number of threads.
const ROUND: usize = 128;

/// How far a search is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Loss of the best network so far.
    pub objective: f64,
    /// No network has a smaller loss.
    pub lower_bound: f64,
    /// Parts that are neither cut nor excluded.
    pub n_open: usize,
    /// Leaves of the tree.
    pub n_leaves: usize,
    /// Relaxations solved since the search began or went on.
    pub n_relaxations: u64,
}

/// How a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The gap is closed.
    Optimal,
    /// The caller stopped it; it can go on.
    Stopped,
    /// Nothing is left to cut, and rounding keeps the gap open.
    Stuck,
}

/// What is searched: networks in parts.
pub(crate) trait Landscape: Sync {
    /// A set of networks.
    type Part: Clone + Send + Sync;
    /// What the checker needs to bound a part; the default proves nothing.
    type Hint: Clone + Default + Send + Sync;
    /// A network.
    type Network: Clone + Send + Sync;
    /// Memory for examining parts one after the other.
    type Solver<'a>
    where
        Self: 'a;

    /// Parts that together hold every network.
    fn roots(&self) -> Vec<Self::Part>;

    /// Two parts that together hold a part, which is cut in its block `unit` at `at`; `None` where it cannot be cut so.
    fn cut(&self, part: &Self::Part, unit: usize, at: usize) -> Option<[Self::Part; 2]>;

    /// Fresh memory.
    fn solver(&self) -> Self::Solver<'_>;

    /// Bounds a part, beginning from what is known of a part that holds it.
    fn examine<'a>(
        &'a self,
        solver: &mut Self::Solver<'a>,
        part: &Self::Part,
        known: &Self::Hint,
        goal: Goal,
    ) -> Examined<Self::Hint, Self::Network>;

    /// The mean loss that a hint proves for a part, by the checker.
    fn bound(&self, part: &Self::Part, hint: &Self::Hint) -> f64;

    /// A network's mean loss, rounded up; infinite for networks of another form.
    fn loss(&self, network: &Self::Network) -> f64;

    /// Networks to begin with, the given ones aside; `starts` are those.
    fn first(&self, starts: &[Self::Network]) -> Vec<Self::Network>;

    /// A network near this one that may be better.
    fn improve(&self, network: &Self::Network) -> Option<Self::Network>;

    /// A gap of at most this share of the objective counts as closed.
    fn relative_gap(&self) -> f64 {
        RELATIVE_GAP
    }

    /// The loss of the best constant, or of zero without an output bias, to measure gaps by.
    fn loss_of_nothing(&self) -> f64;
}

/// What a part is held against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Goal {
    /// Loss of the best network.
    pub objective: f64,
    relative: f64,
    negligible: f64,
}

impl Goal {
    /// Whether a bound leaves nothing to be gained.
    pub fn is_reached(self, bound: f64) -> bool {
        self.objective - bound <= (self.relative * self.objective).max(self.negligible)
    }
}

/// What was found out about a part.
#[derive(Clone, Debug)]
pub(crate) struct Examined<H, N> {
    /// A bound and what proves it, if anything was proved.
    pub proven: Option<(f64, H)>,
    /// A network that seems better than the best, with about its loss.
    pub candidate: Option<(f64, N)>,
    /// Where to cut; `None` where that is impossible.
    pub cut: Option<(usize, usize)>,
}

/// A search that can be stopped between rounds.
pub(crate) struct Branching<L: Landscape> {
    pub landscape: L,
    tree: Tree<L::Part, L::Hint>,
    open: BinaryHeap<Open<L::Part, L::Hint>>,
    network: L::Network,
    goal: Goal,
    n_relaxations: u64,
}

/// An open leaf; the one with the smallest bound is the greatest, and the first in the certificate among equals.
struct Open<P, H>(Leaf<P, H>);

impl<P, H> Ord for Open<P, H> {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_bound = other.0.proven.bound.total_cmp(&self.0.proven.bound);
        by_bound.then_with(|| other.0.path.cmp(&self.0.path))
    }
}

impl<P, H> PartialOrd for Open<P, H> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<P, H> PartialEq for Open<P, H> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<P, H> Eq for Open<P, H> {}

impl<L: Landscape> Branching<L> {
    /// A search that has not begun; `nothing` is a network to begin with.
    pub fn new(landscape: L, nothing: L::Network, starts: &[L::Network]) -> Self {
        let (tree, leaves) = Tree::new(landscape.roots());
        let mut search = Self::with(landscape, nothing, tree, leaves);
        for network in starts.iter().cloned().chain(search.landscape.first(starts)) {
            search.consider(&network);
        }
        search
    }

    /// The search whose state is a proof; `None` where the proof or the network does not fit.
    pub fn resume(landscape: L, network: L::Network, proof: &[Vec<Step<L::Hint>>]) -> Option<Self> {
        let cut = |part: &L::Part, unit, at| landscape.cut(part, unit, at);
        let bound = |part: &L::Part, hint: &L::Hint| landscape.bound(part, hint);
        let (tree, leaves) = Tree::grown(landscape.roots(), proof, cut, bound)?;
        let search = Self::with(landscape, network, tree, leaves);
        search.goal.objective.is_finite().then_some(search)
    }

    fn with(
        landscape: L,
        network: L::Network,
        tree: Tree<L::Part, L::Hint>,
        leaves: Vec<Leaf<L::Part, L::Hint>>,
    ) -> Self {
        let negligible = NEGLIGIBLE_GAP * landscape.loss_of_nothing();
        let goal = Goal { objective: landscape.loss(&network), relative: landscape.relative_gap(), negligible };
        Self { landscape, tree, open: leaves.into_iter().map(Open).collect(), network, goal, n_relaxations: 0 }
    }

    /// Keeps a network if it is better than the best so far.
    fn consider(&mut self, network: &L::Network) -> bool {
        let objective = self.landscape.loss(network);
        let is_better = objective < self.goal.objective;
        if is_better {
            (self.goal.objective, self.network) = (objective, network.clone());
        }
        is_better
    }

    /// How far the search is.
    pub fn progress(&self) -> Progress {
        Progress {
            objective: self.goal.objective,
            lower_bound: self.tree.lower_bound(self.goal.objective),
            n_open: self.open.len(),
            n_leaves: self.tree.n_leaves(),
            n_relaxations: self.n_relaxations,
        }
    }

    /// The best network so far.
    pub fn network(&self) -> &L::Network {
        &self.network
    }

    /// The trees of cuts as a certificate has them.
    pub fn proof(&self) -> Vec<Vec<Step<L::Hint>>> {
        self.tree.steps()
    }

    /// Works until the gap is closed or `may_go_on`, asked before every round, says no.
    pub fn run(&mut self, mut may_go_on: impl FnMut(&Self) -> bool) -> Status {
        loop {
            let mut batch = Vec::new();
            while batch.len() < ROUND {
                match self.open.pop() {
                    // Excluded by a network that was found after it was cut.
                    Some(Open(leaf)) if self.goal.is_reached(leaf.proven.bound) => {}
                    Some(Open(leaf)) => batch.push(leaf),
                    None => break,
                }
            }
            if batch.is_empty() {
                let is_closed = self.goal.is_reached(self.tree.lower_bound(self.goal.objective));
                return if is_closed { Status::Optimal } else { Status::Stuck };
            }
            if !may_go_on(self) {
                self.open.extend(batch.into_iter().map(Open));
                return Status::Stopped;
            }
            self.n_relaxations += batch.len() as u64;
            let (landscape, goal) = (&self.landscape, self.goal);
            let found: Vec<_> = batch
                .into_par_iter()
                .map_init(
                    || landscape.solver(),
                    |solver, leaf| {
                        let examined = landscape.examine(solver, &leaf.part, &leaf.proven.hint, goal);
                        (leaf, examined)
                    },
                )
                .collect();
            self.merge(found);
        }
    }

    /// Takes in what a round found, in its order.
    #[expect(clippy::type_complexity, reason = "a leaf and what was found out about it")]
    fn merge(&mut self, found: Vec<(Leaf<L::Part, L::Hint>, Examined<L::Hint, L::Network>)>) {
        let candidates = found.iter().filter_map(|(_, examined)| examined.candidate.as_ref());
        let best = candidates.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, network)| network.clone());
        if let Some(network) = best
            && self.consider(&network)
            && let Some(better) = self.landscape.improve(&network)
        {
            self.consider(&better);
        }
        for (mut leaf, examined) in found {
            if let Some((bound, hint)) = examined.proven.filter(|proven| proven.0 > leaf.proven.bound) {
                leaf.proven = Proven { bound, hint: Arc::new(hint), node: leaf.node };
            }
            self.tree.improve(&leaf);
            if self.goal.is_reached(leaf.proven.bound) {
                continue;
            }
            // Without a cut nothing in it can be told apart, and it stays as it is.
            if let Some((unit, at)) = examined.cut
                && let Some(parts) = self.landscape.cut(&leaf.part, unit, at)
            {
                self.open.extend(self.tree.cut(&leaf, unit, at, parts).map(Open));
            }
        }
    }
}
