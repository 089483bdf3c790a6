//! Parts of all networks of several inputs, bounded and cut for the search.

use super::certificate::{Hint, Units};
use super::fit::{Fit, Solver};
use super::part::{Block, Part};
use super::problem::Problem;
use super::sample::Sample;
use super::verify::{self, Bound, Columns, mean_squared_error};
use crate::branch::{Examined, Goal, Landscape};
use relulab_exact::Sign;
use relulab_net::{Purpose, RandomStream};
use std::sync::Arc;

/// How often a hint is offered again with the rays that violated it.
const MAX_REPAIRS: usize = 8;
/// Random half-spaces per unit that a search begins from, for every number of positive units.
const N_STARTS: usize = 12;
/// The stream that they come from.
const START_SEED: u64 = 5;
/// Fits that one descent may take.
const MAX_FITS: usize = 600;

/// Networks with several inputs and squared loss.
pub(super) struct Squares {
    pub problem: Problem,
    sample: Sample,
    columns: Columns,
}

impl Squares {
    pub fn new(problem: Problem) -> Self {
        let sample = Sample::new(&problem.points, &problem.arrangement, problem.output_bias);
        let columns = Columns::new(&problem.arrangement, problem.points.len());
        Self { problem, sample, columns }
    }

    fn check(&self, part: &Part, hint: &Hint) -> Bound {
        let Problem { points, arrangement, output_bias, .. } = &self.problem;
        verify::bound(points, arrangement, &self.columns, *output_bias, part, hint)
    }

    /// The bound that a fit proves; rays that violate it are taken in.
    fn prove(&self, part: &Part, fit: &Fit) -> Option<(f64, Hint)> {
        let mut hint = Hint { rays: fit.terms.iter().map(|term| term.0).collect() };
        for _ in 0..MAX_REPAIRS {
            hint.rays.sort_unstable();
            hint.rays.dedup();
            match self.check(part, &hint) {
                Bound::Proven(mean) => return Some((mean, hint)),
                Bound::Violated(rays) => hint.rays.extend(rays),
                Bound::Malformed => break,
            }
        }
        None
    }

    /// The sign of a ray at a point, as a number.
    fn side(&self, ray: usize, point: usize) -> f64 {
        match self.problem.arrangement.rays[ray].signs[point] {
            Sign::Negative => -1.0,
            Sign::Zero => 0.0,
            Sign::Positive => 1.0,
        }
    }

    /// The terms of every unit: each goes to the first unit of its sign whose block has the ray.
    fn shares(part: &Part, fit: &Fit) -> Vec<Vec<(usize, f64)>> {
        let mut shares = vec![Vec::new(); part.blocks.len()];
        for &(ray, coefficient) in &fit.terms {
            let owns = |block: &Block| {
                block.positive == (coefficient > 0.0) && block.rays.binary_search(&ray).is_ok()
            };
            if let Some(unit) = part.blocks.iter().position(owns) {
                shares[unit].push((ray, coefficient.abs()));
            }
        }
        shares
    }

    /// How much of a unit's terms is on either side of a point, the smaller of the two.
    fn conflict(&self, share: &[(usize, f64)], point: usize) -> f64 {
        let values = &self.sample;
        let mut sides = [0.0, 0.0];
        for &(ray, coefficient) in share {
            let value = coefficient * self.value(ray, point) / values.ray_scales[ray];
            sides[usize::from(value < 0.0)] += value.abs();
        }
        sides[0].min(sides[1])
    }

    /// w·x + b of a ray at a point.
    fn value(&self, ray: usize, point: usize) -> f64 {
        self.problem.arrangement.rays[ray].values[point].to_rational().to_f64()
    }

    /// Where to cut: the unit and point with the largest conflict; without any, the largest block where it is most even.
    fn choose_cut(&self, part: &Part, shares: &[Vec<(usize, f64)>]) -> (f64, Option<(usize, usize)>) {
        let n_points = self.problem.points.len();
        let mut best = (0.0, None);
        for (unit, share) in shares.iter().enumerate().filter(|(_, share)| share.len() > 1) {
            for point in 0..n_points {
                let conflict = self.conflict(share, point);
                if conflict > best.0 {
                    best = (conflict, Some((unit, point)));
                }
            }
        }
        if best.1.is_some() {
            return best;
        }
        let mut even = (0, None);
        for (unit, block) in part.blocks.iter().enumerate() {
            for point in 0..n_points {
                let count = |side: f64| block.rays.iter().filter(|&&ray| self.side(ray, point) == side).count();
                let smaller = count(1.0).min(count(-1.0));
                if smaller > even.0 {
                    even = (smaller, Some((unit, point)));
                }
            }
        }
        (0.0, even.1)
    }

    /// The cells in which half-spaces with these values at the points lie, as a part.
    fn cells(&self, units: &[(bool, Vec<bool>)]) -> Part {
        let rays = self.problem.arrangement.rays.len();
        let block = |(positive, sides): &(bool, Vec<bool>)| {
            let fits = |ray: &usize| {
                let signs = &self.problem.arrangement.rays[*ray].signs;
                signs.iter().zip(sides).all(|(sign, side)| {
                    *sign == Sign::Zero || (*sign == Sign::Positive) == *side
                })
            };
            Block { positive: *positive, rays: (0..rays).filter(fits).collect::<Arc<[usize]>>() }
        };
        Part { blocks: units.iter().map(block).collect() }
    }

    /// The cells of a network's units.
    fn units_of(&self, network: &Units) -> Vec<(bool, Vec<bool>)> {
        let points = &self.problem.points;
        let each = network.weights.iter().zip(&network.biases).zip(&network.outputs);
        let mut units: Vec<(bool, Vec<bool>)> = each
            .map(|((weights, bias), output)| {
                let side = |row: &Vec<relulab_exact::Dyadic>| {
                    let place = |at: usize| row[at].to_rational().to_f64();
                    let chosen = points.coordinates.iter().enumerate();
                    chosen.fold(*bias, |sum, (at, &coordinate)| sum + weights[coordinate] * place(at)) > 0.0
                };
                (*output > 0.0, points.rows.iter().map(side).collect())
            })
            .collect();
        units.sort_by_key(|unit| !unit.0);
        units
    }

    fn fit_cells(&self, solver: &mut Solver<'_>, units: &[(bool, Vec<bool>)]) -> (Part, Fit) {
        let part = self.cells(units);
        let fit = solver.fit(&part.signs(self.problem.arrangement.rays.len()), &[]);
        (part, fit)
    }

    /// Moves one point of one unit to the other side as long as that lowers the loss.
    fn descend(&self, solver: &mut Solver<'_>, start: Vec<(bool, Vec<bool>)>) -> Units {
        let mut units = start;
        let (mut part, mut fit) = self.fit_cells(solver, &units);
        let n_points = self.problem.points.len();
        let mut n_fits = 0;
        let mut has_moved = true;
        while has_moved && n_fits < MAX_FITS {
            has_moved = false;
            for place in 0..units.len() * n_points {
                let (unit, point) = (place / n_points, place % n_points);
                let mut moved = units.clone();
                moved[unit].1[point] = !moved[unit].1[point];
                // Beyond a facet there is a neighbour; elsewhere hardly a ray fits.
                let near = part.blocks[unit].rays.iter().any(|&ray| self.side(ray, point) == 0.0);
                if !near {
                    continue;
                }
                n_fits += 1;
                let (other, better) = self.fit_cells(solver, &moved);
                if better.sum < fit.sum {
                    (units, part, fit, has_moved) = (moved, other, better, true);
                }
            }
        }
        self.network(&part, &fit)
    }

    /// The network of a fit; right where every unit's terms lie in one cell.
    fn network(&self, part: &Part, fit: &Fit) -> Units {
        let Problem { arrangement, points, .. } = &self.problem;
        let mut network = Units { weights: vec![], biases: vec![], outputs: vec![], output_bias: 0.0 };
        for (block, share) in part.blocks.iter().zip(Self::shares(part, fit)) {
            let mut weights = vec![0.0; points.dim];
            let mut bias = 0.0;
            for (ray, coefficient) in &share {
                let factor = coefficient * (self.sample.scale / self.sample.ray_scales[*ray]);
                let direction: Vec<f64> =
                    arrangement.rays[*ray].direction.iter().map(|value| value.to_rational().to_f64()).collect();
                for (&coordinate, value) in points.coordinates.iter().zip(&direction) {
                    weights[coordinate] += factor * value;
                }
                bias += factor * direction.last().copied().unwrap_or_default();
            }
            network.weights.push(weights);
            network.biases.push(bias);
            network.outputs.push(match (share.is_empty(), block.positive) {
                (true, _) => 0.0,
                (false, true) => 1.0,
                (false, false) => -1.0,
            });
        }
        if self.problem.output_bias {
            network.output_bias = self.sample.centre + self.sample.scale * fit.bias;
        }
        network
    }

    /// The network that does nothing.
    pub fn nothing(&self) -> Units {
        let Problem { width, ref data, .. } = self.problem;
        let zeros = vec![0.0; width];
        Units { weights: vec![vec![0.0; data.dim]; width], biases: zeros.clone(), outputs: zeros, output_bias: 0.0 }
    }
}

impl Landscape for Squares {
    type Part = Part;
    type Hint = Hint;
    type Network = Units;
    type Solver<'a> = Solver<'a>;

    fn roots(&self) -> Vec<Part> {
        Part::roots(self.problem.width, &self.problem.arrangement)
    }

    fn cut(&self, part: &Part, unit: usize, at: usize) -> Option<[Part; 2]> {
        part.cut(&self.problem.arrangement, unit, at)
    }

    fn solver(&self) -> Solver<'_> {
        Solver::new(&self.sample)
    }

    fn examine<'a>(
        &'a self,
        solver: &mut Solver<'a>,
        part: &Part,
        known: &Hint,
        goal: Goal,
    ) -> Examined<Hint, Units> {
        let fit = solver.fit(&part.signs(self.problem.arrangement.rays.len()), &known.rays);
        let proven = self.prove(part, &fit);
        if proven.as_ref().is_some_and(|(bound, _)| goal.is_reached(*bound)) {
            return Examined { proven, candidate: None, cut: None };
        }
        let shares = Self::shares(part, &fit);
        let (conflict, cut) = self.choose_cut(part, &shares);
        let (near, near_fit) = if conflict == 0.0 {
            (part.clone(), fit)
        } else {
            let network = self.network(part, &fit);
            self.fit_cells(solver, &self.units_of(&network))
        };
        let n_data = self.problem.points.n_data as f64;
        let scale = self.sample.scale;
        let loss = (near_fit.sum * scale * scale + self.problem.points.within.to_f64()) / n_data;
        let candidate = (loss < goal.objective).then(|| (loss, self.network(&near, &near_fit)));
        Examined { proven, candidate, cut }
    }

    fn bound(&self, part: &Part, hint: &Hint) -> f64 {
        match self.check(part, hint) {
            Bound::Proven(mean) => mean,
            Bound::Violated(_) | Bound::Malformed => 0.0,
        }
    }

    fn loss(&self, network: &Units) -> f64 {
        let is_of_form = network.weights.len() == self.problem.width
            && (self.problem.output_bias || network.output_bias == 0.0);
        if is_of_form { mean_squared_error(network, &self.problem.data) } else { f64::INFINITY }
    }

    fn first(&self, starts: &[Units]) -> Vec<Units> {
        let mut solver = self.solver();
        let Problem { width, ref points, .. } = self.problem;
        let mut found: Vec<Units> = Vec::new();
        for network in starts.iter().filter(|network| network.weights.len() == width) {
            found.push(self.descend(&mut solver, self.units_of(network)));
        }
        let mut stream = RandomStream::new(START_SEED, Purpose::Folds);
        for start in 0..N_STARTS * (width + 1) {
            let mut unit = |positive: bool| {
                let direction: Vec<f64> = points.coordinates.iter().map(|_| stream.normal()).collect();
                let through = stream.below(points.len() as u64) as usize;
                let height = |row: &Vec<relulab_exact::Dyadic>| {
                    direction.iter().zip(row).map(|(w, x)| w * x.to_rational().to_f64()).sum::<f64>()
                };
                let level = height(&points.rows[through]);
                (positive, points.rows.iter().map(|row| height(row) > level).collect::<Vec<bool>>())
            };
            let n_positive = start % (width + 1);
            let units = (0..width).map(|at| unit(at < n_positive)).collect();
            found.push(self.descend(&mut solver, units));
        }
        found
    }

    fn improve(&self, network: &Units) -> Option<Units> {
        Some(self.descend(&mut self.solver(), self.units_of(network)))
    }

    fn label_variance(&self) -> f64 {
        let y = &self.problem.data.y;
        let n = y.len() as f64;
        let centre = if self.problem.output_bias { y.iter().sum::<f64>() / n } else { 0.0 };
        y.iter().map(|y| (y - centre) * (y - centre)).sum::<f64>() / n
    }
}
