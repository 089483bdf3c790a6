//! Networks with decay as the search sees them.

use super::bound::{Terms, bound};
use super::certificate::Hint;
use super::part::Part;
use super::problem::Problem;
use super::program::{self, Column};
use super::relaxation::{Relaxation, relax};
use super::verify::objective;
use crate::branch::{Examined, Goal, Landscape};
use crate::space::Units;

/// A vector shorter than this share of the longest is rounding.
const NEGLIGIBLE_VECTOR: f64 = 1e-7;

/// Networks with decay.
pub(super) struct Decayed {
    pub problem: Problem,
    terms: Terms,
}

/// A unit of a fit: the place of its pattern and its vector.
type Term = (usize, Vec<f64>);

impl Decayed {
    pub fn new(problem: Problem) -> Self {
        let terms = Terms { loss: problem.loss, decay: problem.decay, output_bias: problem.output_bias };
        Self { problem, terms }
    }

    /// The network that does nothing.
    pub fn nothing(&self) -> Units {
        let Problem { width, ref data, .. } = self.problem;
        let zeros = vec![0.0; width];
        Units { weights: vec![vec![0.0; data.dim]; width], biases: zeros.clone(), outputs: zeros, output_bias: 0.0 }
    }

    /// The terms of every unit: each goes to the first unit of its sign whose block has the pattern.
    fn shares(part: &Part, relaxation: &Relaxation) -> Vec<Vec<Term>> {
        let mut shares = vec![Vec::new(); part.blocks.len()];
        let Some(fit) = &relaxation.fit else { return shares };
        let longest = fit.vectors.iter().map(|v| length(v)).fold(0.0, f64::max);
        for (&(at, negative), v) in relaxation.columns.iter().zip(&fit.vectors) {
            let owner = part
                .blocks
                .iter()
                .position(|block| block.positive != negative && block.patterns.binary_search(&at).is_ok());
            if let Some(unit) = owner.filter(|_| length(v) > NEGLIGIBLE_VECTOR * longest) {
                shares[unit].push((at, v.clone()));
            }
        }
        shares
    }

    /// Where to cut: the unit and point with most on either side of it, the smaller of the two.
    fn conflicting_cut(&self, shares: &[Vec<Term>]) -> Option<(usize, usize)> {
        let ground = &self.problem.ground;
        let (mut most, mut cut) = (0.0, None);
        for (unit, share) in shares.iter().enumerate().filter(|(_, share)| share.len() > 1) {
            for (point, x) in ground.rows.points().enumerate() {
                let mut sides = [0.0, 0.0];
                for (at, v) in share {
                    // Its length keeps a unit that only touches the point in sight.
                    let value = dot(x, v).abs() + NEGLIGIBLE_VECTOR * length(v) * length(x);
                    sides[usize::from(ground.patterns[*at][point])] += value;
                }
                let conflict = f64::min(sides[0], sides[1]);
                if conflict > most {
                    (most, cut) = (conflict, Some((unit, point)));
                }
            }
        }
        cut
    }

    /// Where to cut without a conflict: the block and point with most patterns on both sides.
    fn even_cut(&self, part: &Part) -> Option<(usize, usize)> {
        let patterns = &self.problem.ground.patterns;
        let (mut most, mut cut) = (0, None);
        for (unit, block) in part.blocks.iter().enumerate() {
            for point in 0..self.problem.ground.rows.n_points() {
                let is_on = |at: &&usize| patterns[**at].get(point).copied().unwrap_or_default();
                let on = block.patterns.iter().filter(is_on).count();
                let fewer = on.min(block.patterns.len() - on);
                if fewer > most {
                    (most, cut) = (fewer, Some((unit, point)));
                }
            }
        }
        cut
    }

    /// A network with these vectors as units, input and output weights of the same length.
    fn network(&self, units: &[(bool, Vec<f64>)], output_bias: f64) -> Units {
        let dim = self.problem.data.dim;
        let mut network = self.nothing();
        for (unit, (negative, v)) in units.iter().enumerate() {
            let root = length(v).sqrt();
            if root > 0.0 {
                network.weights[unit] = v[..dim].iter().map(|value| value / root).collect();
                network.biases[unit] = v[dim] / root;
                network.outputs[unit] = if *negative { -root } else { root };
            }
        }
        network.output_bias = output_bias;
        network
    }

    /// The best network with units of the signs and in the cells of these.
    fn refitted(&self, units: &[(bool, Vec<f64>)]) -> Option<Units> {
        let ground = &self.problem.ground;
        let column = |(negative, v): &(bool, Vec<f64>)| Column {
            pattern: ground.rows.points().map(|x| dot(x, v) > 0.0).collect(),
            negative: *negative,
        };
        let columns: Vec<Column> = units.iter().map(column).collect();
        let fit = program::solve(&self.terms, ground, &columns)?;
        let units: Vec<(bool, Vec<f64>)> = units.iter().map(|unit| unit.0).zip(fit.vectors).collect();
        Some(self.network(&units, fit.bias))
    }

    /// The units of a network as vectors.
    fn vectors(network: &Units) -> Vec<(bool, Vec<f64>)> {
        let units = network.weights.iter().zip(&network.biases).zip(&network.outputs);
        units
            .map(|((weights, bias), output)| {
                (*output < 0.0, weights.iter().chain([bias]).map(|weight| weight * output.abs()).collect())
            })
            .collect()
    }
}

impl Landscape for Decayed {
    type Part = Part;
    type Hint = Hint;
    type Network = Units;
    type Solver<'a> = ();

    fn roots(&self) -> Vec<Part> {
        Part::roots(self.problem.width, self.problem.ground.patterns.len())
    }

    fn cut(&self, part: &Part, unit: usize, at: usize) -> Option<[Part; 2]> {
        part.cut(&self.problem.ground.patterns, unit, at)
    }

    fn solver(&self) {}

    fn examine(&self, (): &mut (), part: &Part, known: &Hint, goal: Goal) -> Examined<Hint, Units> {
        let relaxation = relax(&self.terms, &self.problem.ground, part, &known.multipliers, goal);
        let (bound, multipliers) = relaxation.proven.clone();
        let proven = (bound > 0.0).then_some((bound, Hint { multipliers }));
        if goal.is_reached(bound) {
            return Examined { proven, candidate: None, cut: None };
        }
        let shares = Self::shares(part, &relaxation);
        let cut = self.conflicting_cut(&shares).or_else(|| self.even_cut(part));
        let candidate = relaxation.fit.as_ref().and_then(|_| {
            let sum = |share: &Vec<Term>| {
                let mut sum = vec![0.0; self.problem.ground.rows.dim];
                share.iter().for_each(|(_, v)| sum.iter_mut().zip(v).for_each(|(sum, v)| *sum += v));
                sum
            };
            let units: Vec<(bool, Vec<f64>)> =
                part.blocks.iter().map(|block| !block.positive).zip(shares.iter().map(sum)).collect();
            let network = self.refitted(&units)?;
            let loss = self.loss(&network);
            (loss < goal.objective).then_some((loss, network))
        });
        Examined { proven, candidate, cut }
    }

    fn bound(&self, part: &Part, hint: &Hint) -> f64 {
        bound(&self.terms, &self.problem.ground, part, &hint.multipliers)
    }

    fn loss(&self, network: &Units) -> f64 {
        let Problem { loss, decay, width, output_bias, ref data, .. } = self.problem;
        let is_of_form = network.weights.len() == width && (output_bias || network.output_bias == 0.0);
        if is_of_form { objective(loss, decay, network, data) } else { f64::INFINITY }
    }

    fn first(&self, starts: &[Units]) -> Vec<Units> {
        let is_of_width = |start: &&Units| start.weights.len() == self.problem.width;
        starts.iter().filter(is_of_width).filter_map(|start| self.refitted(&Self::vectors(start))).collect()
    }

    fn improve(&self, network: &Units) -> Option<Units> {
        self.refitted(&Self::vectors(network))
    }

    fn relative_gap(&self) -> f64 {
        super::RELATIVE_GAP
    }

    fn loss_of_nothing(&self) -> f64 {
        self.loss(&self.nothing())
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn length(v: &[f64]) -> f64 {
    dot(v, v).sqrt()
}
