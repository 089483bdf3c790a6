//! The search: rounds of bounds and cuts until nothing is left that could be better.

use super::descent;
use super::relaxation::{Fit, Solver};
use super::sample::{Hinge, Sample};
use super::tree::{Leaf, Proven, Tree};
use super::units;
use crate::line::certificate::{Block, Certificate, Configuration, Data, Hint, KIND, Knots, SQUARED, Units};
use crate::line::problem::Problem;
use crate::line::verify::{self, Bound, Points};
use rayon::prelude::*;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// A gap of at most this share of the objective counts as closed.
pub const RELATIVE_GAP: f64 = 1e-9;
/// So does a gap of at most this share of the mean squared label, taken about its mean where there is an output bias.
pub const NEGLIGIBLE_GAP: f64 = 1e-14;
/// Configurations bounded in a round, whatever the number of threads.
const ROUND: usize = 128;
/// Descents from kinks spread evenly: one for every number of units of each kind, as long as these are few.
const MAX_DESCENTS: usize = 40;
/// How often a hint is offered again with the conditions that it violated as contacts.
const MAX_REPAIRS: usize = 6;

/// How far a search is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Loss of the best network so far.
    pub objective: f64,
    /// No network has a smaller loss.
    pub lower_bound: f64,
    /// Configurations that are neither cut nor excluded.
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
    /// Every configuration is one gap per unit, and rounding keeps the gap open.
    Stuck,
}

/// A branch-and-bound search that can be stopped between rounds.
#[derive(Debug)]
pub struct Search {
    problem: Problem,
    points: Points,
    sample: Sample,
    tree: Tree,
    open: BinaryHeap<Open>,
    network: Units,
    objective: f64,
    negligible: f64,
    n_relaxations: u64,
}

/// An open leaf; the one with the smallest bound is the greatest, and the first in the certificate among equals.
#[derive(Debug)]
struct Open(Leaf);

impl Ord for Open {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.proven.bound.total_cmp(&self.0.proven.bound).then_with(|| other.0.path.cmp(&self.0.path))
    }
}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Open {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Open {}

/// What a round finds out about a leaf.
struct Finding {
    leaf: Leaf,
    /// A better network, if its loss is about this.
    candidate: Option<(f64, Units)>,
    cut: Option<(usize, usize)>,
}

impl Search {
    /// A search that has not begun; `starts` are networks to begin with, such as trained ones, and may be empty.
    pub fn new(problem: Problem, starts: &[Units]) -> Self {
        let mut search = Self::bare(problem);
        let (tree, leaves) = Tree::new(search.roots());
        search.tree = tree;
        search.open = leaves.into_iter().map(Open).collect();
        search.begin(starts);
        search
    }

    /// The search whose state is a certificate; `None` where its tree does not fit its problem.
    ///
    /// It goes on exactly as if it had not been stopped.
    pub fn resume(certificate: &Certificate) -> Option<Self> {
        let Certificate { width, output_bias, data, .. } = certificate;
        let problem = Problem::new(&data.x, &data.y, *width, *output_bias).ok()?;
        let mut search = Self::bare(problem);
        let (points, knots) = (&search.points, search.sample.knots);
        let bound = |configuration: &Configuration, hint: &Hint| proven(points, knots, configuration, hint);
        let (tree, leaves) = Tree::grown(search.roots(), &certificate.proof, bound)?;
        search.tree = tree;
        search.consider(&certificate.network);
        search.open = leaves.into_iter().map(Open).collect();
        Some(search)
    }

    fn bare(problem: Problem) -> Self {
        let points = problem.points();
        let sample = Sample::new(&points, Knots { n_points: points.len(), output_bias: problem.output_bias() });
        let zeros = vec![0.0; problem.width()];
        let network = Units { weights: zeros.clone(), biases: zeros.clone(), outputs: zeros, output_bias: 0.0 };
        let objective = verify::mean_squared_error(&network, problem.x(), problem.y());
        let negligible = NEGLIGIBLE_GAP * problem.label_variance();
        let (tree, open) = (Tree::default(), BinaryHeap::new());
        Self { problem, points, sample, tree, open, network, objective, negligible, n_relaxations: 0 }
    }

    fn roots(&self) -> Vec<Configuration> {
        Configuration::roots(self.problem.width(), self.sample.knots)
    }

    /// Looks for a good network: through all points, from kinks spread evenly and from the networks that were given.
    fn begin(&mut self, starts: &[Units]) {
        for network in starts {
            self.consider(network);
        }
        let width = self.problem.width();
        if let Some(network) = descent::interpolate(&self.points, width, self.problem.output_bias()) {
            self.consider(&network);
        }
        let roots = self.roots();
        let step = roots.len().div_ceil(MAX_DESCENTS);
        let mut gaps: Vec<Vec<Block>> = roots.iter().step_by(step).map(descent::spread_evenly).collect();
        let given = starts.iter().filter(|network| network.weights.len() == width);
        gaps.extend(given.map(|network| descent::gaps_of_network(&self.sample, network)));
        let descend = |gaps: Vec<Block>| {
            let (gaps, fit) = descent::descend(&mut Solver::new(&self.sample), &self.sample, gaps)?;
            Some((fit.sum, units::network(&self.sample, &gaps, &fit)))
        };
        let found: Vec<Option<(f64, Units)>> = gaps.into_par_iter().map(descend).collect();
        // The first of the best: the order is fixed.
        if let Some((_, network)) = found.into_iter().flatten().min_by(|a, b| a.0.total_cmp(&b.0)) {
            self.consider(&network);
        }
    }

    /// Keeps a network if it is of the form and better than the best so far.
    fn consider(&mut self, network: &Units) -> bool {
        let is_of_form =
            network.weights.len() == self.problem.width() && (self.problem.output_bias() || network.output_bias == 0.0);
        if !is_of_form {
            return false;
        }
        let objective = verify::mean_squared_error(network, self.problem.x(), self.problem.y());
        let is_better = objective < self.objective;
        if is_better {
            (self.objective, self.network) = (objective, network.clone());
        }
        is_better
    }

    /// How far the search is.
    pub fn progress(&self) -> Progress {
        Progress {
            objective: self.objective,
            lower_bound: self.tree.lower_bound(self.objective),
            n_open: self.open.len(),
            n_leaves: self.tree.n_leaves(),
            n_relaxations: self.n_relaxations,
        }
    }

    /// Works until the gap is closed or `may_go_on`, asked before every round, says no.
    pub fn run(&mut self, mut may_go_on: impl FnMut(&Self) -> bool) -> Status {
        loop {
            let mut batch = Vec::new();
            while batch.len() < ROUND {
                match self.open.pop() {
                    // Excluded by a network that was found after it was cut.
                    Some(Open(leaf)) if self.is_excluded(leaf.proven.bound) => {}
                    Some(Open(leaf)) => batch.push(leaf),
                    None => break,
                }
            }
            if batch.is_empty() {
                let gap_is_closed = is_closed(self.objective, self.tree.lower_bound(self.objective), self.negligible);
                return if gap_is_closed { Status::Optimal } else { Status::Stuck };
            }
            if !may_go_on(self) {
                self.open.extend(batch.into_iter().map(Open));
                return Status::Stopped;
            }
            self.n_relaxations += batch.len() as u64;
            let this = &*self;
            let findings: Vec<Finding> = batch
                .into_par_iter()
                .map_init(|| Solver::new(&this.sample), |solver, leaf| this.examine(solver, leaf))
                .collect();
            self.merge(findings);
        }
    }

    fn is_excluded(&self, bound: f64) -> bool {
        is_closed(self.objective, bound, self.negligible)
    }

    /// Bounds a leaf, looks for a network near its fit, and says where to cut it.
    fn examine(&self, solver: &mut Solver<'_>, mut leaf: Leaf) -> Finding {
        let fit = solver.solve(&leaf.configuration, &leaf.proven.hint);
        let mut candidate = None;
        if let Some(fit) = &fit {
            let (bound, hint) = self.prove(&leaf.configuration, fit);
            if bound > leaf.proven.bound {
                leaf.proven = Proven { bound, hint: Arc::new(hint), node: leaf.node };
            }
            if !self.is_excluded(leaf.proven.bound) {
                candidate = self.candidate(solver, &leaf.configuration, fit);
            }
        }
        let cut = units::choose_cut(&self.sample, &leaf.configuration, fit.as_ref());
        Finding { leaf, candidate, cut }
    }

    /// The bound that a fit proves; conditions that rounding leaves open become contacts.
    fn prove(&self, configuration: &Configuration, fit: &Fit) -> (f64, Hint) {
        let mut more: Vec<Hinge> = Vec::new();
        for _ in 0..MAX_REPAIRS {
            let hint = fit.hint(&self.sample, &more);
            match verify::bound(&self.points, self.sample.knots, configuration, &hint) {
                Bound::Proven(sum) => return (verify::mean_below(sum, self.points.n_data), hint),
                Bound::Violated(conditions) => {
                    more.extend(conditions.into_iter().map(|(knot, facing)| Hinge { knot, facing }));
                }
                Bound::Malformed => break,
            }
        }
        (0.0, Hint::default())
    }

    /// A network near a fit that seems better than the best so far.
    fn candidate(&self, solver: &mut Solver<'_>, configuration: &Configuration, fit: &Fit) -> Option<(f64, Units)> {
        let (gaps, fit) = match units::gaps_of(configuration, fit) {
            Some(gaps) if fit.is_whole => (gaps, fit.clone()),
            _ => {
                let gaps = units::nearest_gaps(&self.sample, configuration, fit);
                let fit = descent::fit_gaps(solver, &gaps)?;
                (gaps, fit)
            }
        };
        let best = self.sample.scaled_sum(self.objective * self.points.n_data as f64);
        (fit.sum < best).then(|| (fit.sum, units::network(&self.sample, &gaps, &fit)))
    }

    /// Takes in what a round found, in its order.
    fn merge(&mut self, findings: Vec<Finding>) {
        let candidates = findings.iter().filter_map(|finding| finding.candidate.as_ref());
        let best = candidates.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, network)| network.clone());
        if let Some(network) = best
            && self.consider(&network)
        {
            let start = descent::gaps_of_network(&self.sample, &network);
            if let Some((gaps, fit)) = descent::descend(&mut Solver::new(&self.sample), &self.sample, start) {
                self.consider(&units::network(&self.sample, &gaps, &fit));
            }
        }
        for Finding { leaf, cut, .. } in findings {
            self.tree.improve(&leaf);
            if self.is_excluded(leaf.proven.bound) {
                continue;
            }
            // Without a cut it is one gap per unit, and stays as it is.
            if let Some(parts) = cut.and_then(|(unit, at)| self.tree.cut(&leaf, unit, at)) {
                self.open.extend(parts.map(Open));
            }
        }
    }

    /// The best network so far.
    pub fn network(&self) -> &Units {
        &self.network
    }

    /// What is proved so far; also the state from which a stopped search goes on.
    pub fn certificate(&self) -> Certificate {
        Certificate {
            kind: KIND.to_owned(),
            loss: SQUARED.to_owned(),
            width: self.problem.width(),
            output_bias: self.problem.output_bias(),
            data: Data { x: self.problem.x().to_vec(), y: self.problem.y().to_vec() },
            network: self.network.clone(),
            objective: self.objective,
            lower_bound: self.tree.lower_bound(self.objective),
            proof: self.tree.steps(),
            seal: String::new(),
        }
        .sealed()
    }
}

/// Whether a lower bound is as good as the objective; `negligible` is a gap that does not matter.
fn is_closed(objective: f64, lower_bound: f64, negligible: f64) -> bool {
    objective - lower_bound <= (RELATIVE_GAP * objective).max(negligible)
}

/// The mean squared error that a hint proves for a configuration; 0 where it proves nothing.
fn proven(points: &Points, knots: Knots, configuration: &Configuration, hint: &Hint) -> f64 {
    match verify::bound(points, knots, configuration, hint) {
        Bound::Proven(sum) => verify::mean_below(sum, points.n_data),
        Bound::Violated(_) | Bound::Malformed => 0.0,
    }
}

#[cfg(test)]
mod tests;
