//! Generation of columns: few patterns in the program, all of them in the proof.

use super::cone_program::{self, Block};
use super::dual::{Pull, lower_bound, pulls};
use super::error::ConvexError;
use super::patterns::patterns;
use super::plan::{Patterns, Plan};
use super::problem::{Problem, Unit};
use super::projection::dot;
use relulab_net::{Activation, Dataset, Network, Shape};

/// Blocks that join the program in a round, for each dimension.
const JOINING_PER_DIMENSION: usize = 4;
/// A block shorter than this share of the longest is left out of the network.
const NEGLIGIBLE_BLOCK: f64 = 1e-8;

/// The best network found and what is proved of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// The network; its hidden biases are 0 if the plan has none, its output bias always.
    pub network: Network,
    /// Upper bound of its objective ½ Σ (f − y)² + (β/2) Σ (‖u‖² + α²): a sum over points, not a mean.
    pub objective: f64,
    /// No network of any width has a smaller objective; absent with sampled patterns.
    pub lower_bound: Option<f64>,
    /// Hidden units of the network.
    pub width: usize,
    /// Patterns that took part, without the one that is off everywhere.
    pub n_patterns: usize,
    /// Cone programs that were solved.
    pub rounds: usize,
}

/// Finds the best network over all patterns that take part.
///
/// # Errors
/// When the data have several labels per point, the ridge is not positive, or there are too many patterns.
pub fn solve(data: &Dataset, plan: &Plan) -> Result<Solution, ConvexError> {
    let problem = Problem::new(data, plan.ridge, plan.biases)?;
    let patterns = patterns(&problem, plan.patterns, plan.seed)?;
    // Without units the residual is y, and the best dual point starts from it.
    let mut best = Best { units: Vec::new(), objective: problem.objective(&[]), lower_bound: 0.0 };
    let mut blocks: Vec<Block> = Vec::new();
    let mut nu = problem.labels.clone();
    let mut rounds = 0;
    loop {
        let pulls = pulls(&problem, &patterns, &nu);
        let largest = pulls.iter().flat_map(|pull| pull.both).fold(0.0, f64::max);
        best.lower_bound = best.lower_bound.max(lower_bound(&problem, &nu, largest));
        let joining = joining(&pulls, &blocks, problem.ridge, JOINING_PER_DIMENSION * problem.dim);
        let is_closed = best.objective - best.lower_bound <= plan.gap * best.objective;
        if is_closed || joining.is_empty() || rounds == plan.rounds {
            break;
        }
        blocks.extend(joining);
        let vectors = cone_program::solve(&problem, &patterns, &blocks)?;
        rounds += 1;
        nu = residual(&problem, &patterns, &blocks, &vectors);
        best.offer(&problem, units(&blocks, &vectors));
    }
    let network = network(data, plan.biases, &best.units)?;
    let lower_bound = (plan.patterns == Patterns::All).then_some(best.lower_bound);
    let width = best.units.len();
    Ok(Solution { network, objective: best.objective, lower_bound, width, n_patterns: patterns.len(), rounds })
}

/// The best of both sides so far.
struct Best {
    units: Vec<Unit>,
    objective: f64,
    lower_bound: f64,
}

impl Best {
    fn offer(&mut self, problem: &Problem, units: Vec<Unit>) {
        let objective = problem.objective(&units);
        if objective < self.objective {
            *self = Self { units, objective, lower_bound: self.lower_bound };
        }
    }
}

/// The blocks outside the program that pull most, and more than the ridge holds back.
fn joining(pulls: &[Pull], blocks: &[Block], ridge: f64, most: usize) -> Vec<Block> {
    let all = pulls.iter().enumerate().flat_map(|(pattern, pull)| {
        [false, true].map(|negative| (pull.both[usize::from(negative)], Block { pattern, negative }))
    });
    let mut joining: Vec<(f64, Block)> = all.filter(|(pull, block)| *pull > ridge && !blocks.contains(block)).collect();
    joining.sort_by(|(a, first), (b, second)| b.total_cmp(a).then(first.cmp(second)));
    joining.truncate(most);
    joining.into_iter().map(|(_, block)| block).collect()
}

/// y − f, with f from the blocks' vectors.
fn residual(problem: &Problem, patterns: &[Vec<bool>], blocks: &[Block], vectors: &[Vec<f64>]) -> Vec<f64> {
    let mut nu = problem.labels.clone();
    for (block, v) in blocks.iter().zip(vectors) {
        let sign = if block.negative { 1.0 } else { -1.0 };
        for ((nu, x), on) in nu.iter_mut().zip(problem.points()).zip(&patterns[block.pattern]) {
            if *on {
                *nu += sign * dot(x, v);
            }
        }
    }
    nu
}

/// u = v/√‖v‖ and α = ±√‖v‖ for every block that matters.
fn units(blocks: &[Block], vectors: &[Vec<f64>]) -> Vec<Unit> {
    let length = |v: &Vec<f64>| dot(v, v).sqrt();
    let longest = vectors.iter().map(length).fold(0.0, f64::max);
    let matters = blocks.iter().zip(vectors).filter(|(_, v)| length(v) > NEGLIGIBLE_BLOCK * longest);
    matters
        .map(|(block, v)| {
            let root = length(v).sqrt();
            let output = if block.negative { -root } else { root };
            Unit { weights: v.iter().map(|v| v / root).collect(), output }
        })
        .collect()
}

/// The units as a network; one unit of zeros where there are none.
fn network(data: &Dataset, biases: bool, units: &[Unit]) -> Result<Network, ConvexError> {
    let dim = data.input_dim();
    let width = units.len().max(1);
    let mut parameters = vec![0.0; width * (dim + 2) + 1];
    for (at, unit) in units.iter().enumerate() {
        parameters[at * dim..(at + 1) * dim].copy_from_slice(&unit.weights[..dim]);
        if biases {
            parameters[width * dim + at] = unit.weights[dim];
        }
        parameters[width * (dim + 1) + at] = unit.output;
    }
    let shape = Shape::new(dim, vec![width], 1)?;
    Ok(Network::new(shape, Activation::Relu, parameters)?)
}
