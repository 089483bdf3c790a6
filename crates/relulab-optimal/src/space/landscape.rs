//! Networks of several inputs as the search sees them: parts bounded, cut, and looked through for better networks.

use super::attainment::Rise;
use super::certificate::{Hint, Units};
use super::descent::{self, Cells};
use super::fit::{Fit, Solver};
use super::loss::Loss;
use super::part::Part;
use super::problem::Problem;
use super::sample::Sample;
use super::verify::{self, Bound, Doubts, mean_loss};
use super::vertex::vertex;
use crate::branch::{Examined, Goal, Landscape};

/// How often a hint is offered again with the rays that violated it.
const MAX_REPAIRS: usize = 8;

/// A fit with less than this share of the loss of a constant has no residuals that would prove anything.
const INTERPOLATED: f64 = 1e-12;

/// Networks with several inputs, and a loss.
pub(super) struct Squares {
    pub problem: Problem,
    pub(super) sample: Sample,
    /// Loss of a constant, in the scale of the sample.
    sum_of_nothing: f64,
}

impl Squares {
    pub fn new(problem: Problem) -> Self {
        let sample = Sample::new(&problem.ground);
        let sum_of_nothing = sample.sum(sample.loss, &vec![0.0; problem.ground.n_points()]);
        Self { problem, sample, sum_of_nothing }
    }

    /// The network that does nothing.
    pub fn nothing(&self) -> Units {
        let Problem { width, ref data, .. } = self.problem;
        let zeros = vec![0.0; width];
        Units { weights: vec![vec![0.0; data.dim]; width], biases: zeros.clone(), outputs: zeros, output_bias: 0.0 }
    }

    fn check(&self, part: &Part, hint: &Hint, doubts: Doubts) -> Bound {
        verify::bound(&self.problem.ground, part, hint, doubts)
    }

    /// The bound that a fit proves; rays that violate it are taken in.
    fn prove(&self, part: &Part, fit: &Fit) -> Option<(f64, Hint)> {
        if fit.sum <= INTERPOLATED * self.sum_of_nothing {
            return None;
        }
        let smoothings = self.sample.loss.smoothings().iter();
        smoothings.filter_map(|smoothing| self.prove_smoothed(part, fit, &[], *smoothing)).next()
    }

    /// The same for a fit that has risen: rays that were not in it before need not be in contact.
    fn prove_risen(&self, part: &Part, fit: &Fit, risen: &Fit) -> Option<(f64, Hint)> {
        let was_there = |term: &(usize, f64)| fit.terms.binary_search_by_key(&term.0, |term| term.0).is_ok();
        let (terms, open): (Vec<_>, Vec<_>) = risen.terms.iter().partition(|term| was_there(term));
        let smoothing = self.sample.loss.smoothings().first()?;
        self.prove_smoothed(part, &Fit { terms, ..risen.clone() }, &open, *smoothing)
    }

    fn prove_smoothed(&self, part: &Part, fit: &Fit, open: &[(usize, f64)], smoothing: f64) -> Option<(f64, Hint)> {
        let scale = self.sample.scale;
        let mut terms: Vec<(usize, f64)> = fit.terms.iter().map(|&(ray, value)| (ray, value * scale)).collect();
        let smoothing = smoothing * scale;
        for _ in 0..MAX_REPAIRS {
            let (rays, coefficients): (Vec<usize>, Vec<f64>) = terms.iter().copied().unzip();
            let hint = Hint { rays, coefficients, bias: fit.bias * scale, smoothing, open: open.to_vec() };
            let rejected = match self.check(part, &hint, Doubts::Reject) {
                Bound::Proven(mean) => return (mean > 0.0).then_some((mean, hint)),
                Bound::Violated(rays) => rays,
                Bound::Malformed => return None,
            };
            // With pulls of very different sizes, more rays can make the projection worse: so exact signs come first.
            if !self.sample.loss.is_of_residuals()
                && let Bound::Proven(mean) = self.check(part, &hint, Doubts::Decide)
                && mean > 0.0
            {
                return Some((mean, hint));
            }
            let n = terms.len();
            for ray in rejected {
                if let Err(place) = terms.binary_search_by_key(&ray, |term| term.0) {
                    terms.insert(place, (ray, 0.0));
                }
            }
            if terms.len() == n {
                return match self.check(part, &hint, Doubts::Decide) {
                    Bound::Proven(mean) => (mean > 0.0).then_some((mean, hint)),
                    Bound::Violated(_) | Bound::Malformed => None,
                };
            }
        }
        None
    }

    /// The terms of every unit: each goes to the first unit of its sign whose block has the ray.
    fn shares(part: &Part, fit: &Fit) -> Vec<Vec<(usize, f64)>> {
        let mut shares = vec![Vec::new(); part.blocks.len()];
        for &(ray, coefficient) in &fit.terms {
            let owner = part
                .blocks
                .iter()
                .position(|block| block.positive == (coefficient > 0.0) && block.rays.binary_search(&ray).is_ok());
            if let Some(unit) = owner {
                shares[unit].push((ray, coefficient.abs()));
            }
        }
        shares
    }

    /// How much of a unit's terms is on either side of a point, the smaller of the two.
    fn conflict(&self, share: &[(usize, f64)], point: usize) -> f64 {
        let mut sides = [0.0, 0.0];
        for &(ray, coefficient) in share {
            let value = coefficient * self.problem.ground.rays[ray].values[point];
            sides[usize::from(value < 0.0)] += value.abs();
        }
        sides[0].min(sides[1])
    }

    /// Where to cut: the unit and point with the largest conflict, if there is one.
    fn conflicting_cut(&self, shares: &[Vec<(usize, f64)>]) -> Option<(usize, usize)> {
        let (mut most, mut cut) = (0.0, None);
        for (unit, share) in shares.iter().enumerate().filter(|(_, share)| share.len() > 1) {
            for point in 0..self.problem.ground.n_points() {
                let conflict = self.conflict(share, point);
                if conflict > most {
                    (most, cut) = (conflict, Some((unit, point)));
                }
            }
        }
        cut
    }

    /// A fit; with the logistic loss, one with larger weights if the loss falls for ever.
    pub fn risen(&self, part: &Part, fit: Fit) -> Fit {
        let ground = &self.problem.ground;
        let Some(rise) = Rise::new(ground, part) else { return fit };
        let mut moved = rise.moved(&fit);
        let mut values = vec![moved.bias; ground.n_points()];
        for &(ray, coefficient) in &moved.terms {
            values.iter_mut().zip(ground.column(ray)).for_each(|(value, entry)| *value += coefficient * entry);
        }
        moved.sum = self.sample.sum(self.sample.loss, &values);
        if moved.sum < fit.sum { moved } else { fit }
    }

    /// Where to cut without a conflict: the block and point with most rays on both sides; `None` where every block is a cell.
    fn even_cut(&self, part: &Part) -> Option<(usize, usize)> {
        let rays = &self.problem.ground.rays;
        let (mut most, mut cut) = (0, None);
        for (unit, block) in part.blocks.iter().enumerate() {
            for point in 0..self.problem.ground.n_points() {
                let above = block.rays.iter().filter(|&&ray| rays[ray].positive.has(point)).count();
                let below = block.rays.iter().filter(|&&ray| rays[ray].negative.has(point)).count();
                if above.min(below) > most {
                    (most, cut) = (above.min(below), Some((unit, point)));
                }
            }
        }
        cut
    }

    /// The network of a fit; right where every unit's terms lie in one cell.
    pub fn network(&self, part: &Part, fit: &Fit) -> Units {
        let ground = &self.problem.ground;
        let mut network = Units { weights: vec![], biases: vec![], outputs: vec![], output_bias: 0.0 };
        for (block, share) in part.blocks.iter().zip(Self::shares(part, fit)) {
            let mut weights = vec![0.0; ground.points.dim];
            let mut bias = 0.0;
            for &(ray, coefficient) in &share {
                let ray = &ground.rays[ray];
                let factor = coefficient * (self.sample.scale / ray.scale);
                let direction: Vec<f64> = ray.direction.iter().map(|value| value.to_rational().to_f64()).collect();
                for (&coordinate, value) in ground.points.coordinates.iter().zip(&direction) {
                    weights[coordinate] += factor * value;
                }
                bias += factor * direction.last().copied().unwrap_or_default();
            }
            let sign = if block.positive { 1.0 } else { -1.0 };
            network.weights.push(weights);
            network.biases.push(bias);
            network.outputs.push(if share.is_empty() { 0.0 } else { sign });
        }
        if ground.output_bias {
            network.output_bias = ground.centre + self.sample.scale * fit.bias;
        }
        network
    }
}

impl Landscape for Squares {
    type Part = Part;
    type Hint = Hint;
    type Network = Units;
    type Solver<'a> = Solver<'a>;

    fn roots(&self) -> Vec<Part> {
        Part::roots(self.problem.width, self.problem.ground.rays.len())
    }

    fn cut(&self, part: &Part, unit: usize, at: usize) -> Option<[Part; 2]> {
        part.cut(&self.problem.ground.rays, unit, at)
    }

    fn solver(&self) -> Solver<'_> {
        Solver::new(&self.problem.ground, &self.sample)
    }

    fn examine<'a>(&'a self, solver: &mut Solver<'a>, part: &Part, known: &Hint, goal: Goal) -> Examined<Hint, Units> {
        let mut fit = solver.fit(&part.signs(self.problem.ground.rays.len()), &known.rays);
        let conflict = self.conflicting_cut(&Self::shares(part, &fit));
        let mut proven = None;
        if conflict.is_none() {
            let risen = self.risen(part, fit.clone());
            proven = match self.sample.loss {
                Loss::Logistic => self.prove_risen(part, &fit, &risen),
                _ => vertex(&self.problem.ground, &self.sample, part).and_then(|vertex| {
                    let (tilted, smoothing) = vertex.tilted(&self.problem.ground, &self.sample);
                    self.prove_smoothed(part, &tilted, &[], smoothing)
                }),
            };
            fit = risen;
        }
        if !proven.as_ref().is_some_and(|(bound, _)| goal.is_reached(*bound)) {
            let smooth = self.prove(part, &fit);
            let is_better = |(bound, _): &(f64, Hint)| proven.as_ref().is_none_or(|(first, _)| bound > first);
            if smooth.as_ref().is_some_and(is_better) {
                proven = smooth;
            }
        }
        if proven.as_ref().is_some_and(|(bound, _)| goal.is_reached(*bound)) {
            return Examined { proven, candidate: None, cut: None };
        }
        let cut = conflict.or_else(|| self.even_cut(part));
        let (near, near_fit) = if conflict.is_none() && self.sample.loss.is_of_residuals() {
            (part.clone(), fit)
        } else {
            let cells = Cells::of_network(&self.problem.ground, &self.network(part, &fit));
            let (near, near_fit) = cells.fit(&self.problem.ground, solver);
            let risen = self.risen(&near, near_fit);
            (near, risen)
        };
        let exact = vertex(&self.problem.ground, &self.sample, &near).filter(|vertex| vertex.sum < near_fit.sum);
        let near_fit = exact.as_ref().or(near_fit.corner.as_deref()).unwrap_or(&near_fit);
        let loss = self.sample.unscaled_sum(near_fit.sum) / self.problem.ground.points.n_data as f64;
        let candidate = (loss < goal.objective).then(|| (loss, self.network(&near, near_fit)));
        Examined { proven, candidate, cut }
    }

    fn bound(&self, part: &Part, hint: &Hint) -> f64 {
        match self.check(part, hint, Doubts::Decide) {
            Bound::Proven(mean) => mean,
            Bound::Violated(_) | Bound::Malformed => 0.0,
        }
    }

    fn loss(&self, network: &Units) -> f64 {
        let Problem { width, ref data, ref ground } = self.problem;
        let is_of_form = network.weights.len() == width && (ground.output_bias || network.output_bias == 0.0);
        if is_of_form { mean_loss(ground.loss, network, data) } else { f64::INFINITY }
    }

    fn first(&self, starts: &[Units]) -> Vec<Units> {
        descent::first(self, starts)
    }

    fn improve(&self, network: &Units) -> Option<Units> {
        Some(descent::descend(self, &mut self.solver(), Cells::of_network(&self.problem.ground, network)))
    }

    fn loss_of_nothing(&self) -> f64 {
        let ground = &self.problem.ground;
        let sum: f64 = ground.labels.iter().flatten().map(|label| ground.loss.value(0.0, label.value())).sum();
        sum / ground.points.n_data as f64
    }
}
