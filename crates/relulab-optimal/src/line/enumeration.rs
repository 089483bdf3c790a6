//! The other way: every choice of a gap for every unit, one small least-squares problem each.

use super::relaxation::Solver;
use super::sample::Sample;
use super::units;
use crate::line::certificate::{Block, Configuration, Hint, Kind, Knots, Units};
use crate::line::problem::Problem;
use rayon::prelude::*;

/// What an enumeration found.
#[derive(Clone, Debug, PartialEq)]
pub struct Enumerated {
    /// The best network, to the accuracy of the least-squares problems.
    pub network: Units,
    /// Least-squares problems solved: C(4 (m − 1), W) without, C(4 (m − 2) + W − 1, W) with an output bias.
    pub n_programs: u64,
}

/// Solves the program of every unordered choice of gaps; no certificate comes of it.
///
/// [`super::Search`] is faster wherever both were measured, because it excludes most choices unseen. This is the oracle
/// beside it, and what the paper's algorithm comes to in one dimension.
pub fn enumerate(problem: &Problem) -> Enumerated {
    let points = problem.points();
    let knots = Knots { n_points: points.len(), output_bias: problem.output_bias() };
    let sample = Sample::new(&points, knots);
    let gaps: Vec<Block> = Kind::ALL
        .into_iter()
        .flat_map(|kind| {
            let (low, high) = knots.ends(kind.facing());
            (low..high.max(low + 1)).map(move |at| Block { kind, low: at, high: high.min(at + 1) })
        })
        .collect();
    let all: Vec<(f64, Vec<usize>, u64)> = (0..gaps.len())
        .into_par_iter()
        .map_init(|| Solver::new(&sample), |solver, first| best_with(solver, &gaps, first, problem.width()))
        .collect();
    let n_programs = all.iter().map(|one| one.2).sum();
    let best = all.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)).map_or_else(Vec::new, |best| best.1);
    let chosen: Vec<Block> = best.iter().map(|&at| gaps[at]).collect();
    let fit = Solver::new(&sample).solve(&Configuration::of(chosen.clone()), &Hint::default());
    let network = fit.map(|fit| units::network(&sample, &chosen, &fit));
    let nothing = || Units { weights: vec![], biases: vec![], outputs: vec![], output_bias: 0.0 };
    Enumerated { network: network.unwrap_or_else(nothing), n_programs }
}

/// The best choice whose smallest gap is `first`: its sum of squares, the gaps, and how many choices there were.
fn best_with(solver: &mut Solver<'_>, gaps: &[Block], first: usize, width: usize) -> (f64, Vec<usize>, u64) {
    let mut choice = vec![first; width];
    let mut best = (f64::INFINITY, choice.clone(), 0);
    loop {
        let configuration = Configuration::of(choice.iter().map(|&at| gaps[at]).collect());
        best.2 += 1;
        if let Some(fit) = solver.solve(&configuration, &Hint::default()).filter(|fit| fit.sum < best.0) {
            (best.0, best.1) = (fit.sum, choice.clone());
        }
        // The next non-decreasing choice with the same first gap.
        let Some(unit) = (1..width).rev().find(|&unit| choice[unit] + 1 < gaps.len()) else { return best };
        let next = choice[unit] + 1;
        choice[unit..].fill(next);
    }
}
