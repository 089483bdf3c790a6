//! The convex relaxation of a configuration: non-negative least squares over the knot functions of its blocks.
//!
//! *Algorithm*: Lawson and Hanson's active-set method on the normal equations, whose entries come from the moments of
//! [`Sample`]; the correlations of all knot functions with the residual take one pass over the data, as two running
//! sums. It begins with the contacts of the configuration that this one was cut from. Whatever it returns is only a
//! hint: the bound comes from [`crate::line::verify`].
//!
//! *Reference*: Lawson and Hanson, *Solving Least Squares Problems* (1974), chapter 23.

use super::columns::{Columns, MAX_COLUMNS, Signs};
use super::sample::{Hinge, Sample};
use crate::line::certificate::{Configuration, Facing, Hint};
use std::ops::Range;

/// A correlation with the residual counts as zero below this share of the norms of the labels and of the knot function.
const UNCORRELATED: f64 = 1e-12;
/// Neighbouring knots of one facing with both signs allowed up to which each may have a column. In longer runs the
/// points inside are fitted as they are, whatever their labels: they are left out, and only the ends have columns.
const LONGEST_RUN: usize = 8;

/// A knot function in a fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Term {
    pub hinge: Hinge,
    pub coefficient: f64,
}

/// A best fit, in the scale of the sample.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    /// Sum of squared errors, those among equal points included.
    pub sum: f64,
    /// Output bias.
    pub bias: f64,
    /// Knot functions with coefficients other than zero.
    pub terms: Vec<Term>,
    /// Values at the points.
    values: Vec<f64>,
    /// Whether all points were fitted, so that the sum is that of a function.
    pub is_whole: bool,
}

impl Fit {
    /// The fit as a hint whose contacts are its knots and `more`.
    pub fn hint(&self, sample: &Sample, more: &[Hinge]) -> Hint {
        let contacts = |facing: Facing| {
            let all = self.terms.iter().map(|term| term.hinge).chain(more.iter().copied());
            let mut list: Vec<usize> = all.filter(|hinge| hinge.facing == facing).map(|hinge| hinge.knot).collect();
            list.sort_unstable();
            list.dedup();
            list
        };
        let (right, left) = (contacts(Facing::Right), contacts(Facing::Left));
        let n = sample.len();
        let mut nodes: Vec<usize> = right.iter().chain(&left).copied().filter(|knot| (1..=n).contains(knot)).collect();
        nodes.extend([1, n]);
        nodes.sort_unstable();
        nodes.dedup();
        let values = nodes.iter().map(|knot| sample.label(self.values[knot - 1])).collect();
        Hint { right, left, values }
    }
}

/// The relaxation at work.
pub(super) struct Solver<'a> {
    sample: &'a Sample,
    /// Allowed signs of the knot functions facing right and left, by knot.
    signs: [Vec<Signs>; 2],
    /// First and last knot with an allowed sign, by facing.
    ranges: [Option<(usize, usize)>; 2],
    /// Indices of points inside of long runs, in order and apart.
    left_out: Vec<Range<usize>>,
    columns: Columns,
    /// Norm of the labels.
    norm: f64,
    residuals: Vec<f64>,
    sum: f64,
}

impl<'a> Solver<'a> {
    /// A solver that any number of configurations may use, one after the other.
    pub fn new(sample: &'a Sample) -> Self {
        let n = sample.len();
        let signs = vec![Signs::default(); n + 2];
        Self {
            sample,
            signs: [signs.clone(), signs],
            ranges: [None; 2],
            left_out: Vec::new(),
            columns: Columns::new(),
            norm: (0..n).map(|i| sample.w[i] * sample.y[i] * sample.y[i]).sum::<f64>().sqrt(),
            residuals: vec![0.0; n],
            sum: 0.0,
        }
    }

    /// The best fit by knot functions of the blocks; `None` where that would take too many of them.
    pub fn solve(&mut self, configuration: &Configuration, first: &Hint) -> Option<Fit> {
        self.allow(configuration);
        self.columns.clear();
        self.columns.values = vec![0.0; self.sample.len()];
        if self.sample.knots.output_bias {
            self.columns.push(self.sample, &self.left_out, CONSTANT, Signs::BOTH);
        }
        self.start(first);
        let mut dependent = Vec::new();
        // Each round lowers the sum; a cap guards against rounding that undoes it.
        for _ in 0..4 * MAX_COLUMNS {
            self.evaluate();
            let Some(best) = self.most_correlated(&dependent) else { return Some(self.fit()) };
            if self.columns.hinges.len() == MAX_COLUMNS {
                return None;
            }
            if !self.enter(best) {
                dependent.push(best);
            }
        }
        self.evaluate();
        Some(self.fit())
    }

    /// Notes the allowed signs, and leaves out the points inside of long runs where both are.
    fn allow(&mut self, configuration: &Configuration) {
        for facing in 0..2 {
            if let Some((low, high)) = self.ranges[facing].take() {
                self.signs[facing][low..=high].fill(Signs::default());
            }
        }
        for block in configuration.blocks() {
            let facing = block.kind.facing() as usize;
            let (low, high) = self.ranges[facing].unwrap_or((block.low, block.high));
            self.ranges[facing] = Some((low.min(block.low), high.max(block.high)));
            for signs in &mut self.signs[facing][block.low..=block.high] {
                signs.plus |= block.kind.is_positive();
                signs.minus |= !block.kind.is_positive();
            }
        }
        self.left_out.clear();
        for (signs, range) in self.signs.iter_mut().zip(self.ranges) {
            // Infinite knots are no ends of a run: there are no points between them and the data.
            let Some((low, high)) = range.map(|(low, high)| (low.max(1), high.min(self.sample.len()))) else {
                continue;
            };
            let mut from = low;
            for knot in low..=high + 1 {
                if knot <= high && signs[knot] == Signs::BOTH {
                    continue;
                }
                if knot > from + LONGEST_RUN {
                    // Knots from + 1 to knot − 2 lie inside.
                    signs[from + 1..knot - 1].fill(Signs::default());
                    self.left_out.push(from..knot - 2);
                }
                from = knot + 1;
            }
        }
        self.left_out.sort_by_key(|range| range.start);
        let mut end = 0;
        for range in &mut self.left_out {
            range.start = range.start.max(end).min(range.end);
            end = range.end.max(end);
        }
    }

    fn allowed(&self, hinge: Hinge) -> Signs {
        self.signs[hinge.facing as usize][hinge.knot]
    }

    /// Takes the contacts of a hint for columns, without those that get a wrong sign.
    fn start(&mut self, hint: &Hint) {
        let right = hint.right.iter().map(|&knot| Hinge { knot, facing: Facing::Right });
        let left = hint.left.iter().map(|&knot| Hinge { knot, facing: Facing::Left });
        for hinge in right.chain(left) {
            let signs = self.allowed(hinge);
            if signs != Signs::default() && self.columns.hinges.len() < MAX_COLUMNS {
                self.columns.push(self.sample, &self.left_out, hinge, signs);
            }
        }
        while !self.columns.hinges.is_empty() {
            match self.columns.solve(self.sample, &self.left_out) {
                Err(dependent) => self.columns.remove(dependent),
                Ok(solution) => {
                    let n = self.columns.hinges.len();
                    self.columns.set(solution, self.sample);
                    for column in (0..n).rev() {
                        if !self.columns.allows(column, self.columns.coefficients[column]) {
                            self.columns.remove(column);
                        }
                    }
                    if self.columns.hinges.len() == n {
                        return;
                    }
                }
            }
        }
        self.columns.values.fill(0.0);
    }

    /// Residuals and their sum of squares at the present coefficients.
    fn evaluate(&mut self) {
        for ((residual, y), value) in self.residuals.iter_mut().zip(&self.sample.y).zip(&self.columns.values) {
            *residual = y - value;
        }
        for range in &self.left_out {
            self.residuals[range.clone()].fill(0.0);
        }
        self.sum = self.residuals.iter().zip(&self.sample.w).map(|(r, w)| w * r * r).sum();
    }

    /// The knot function whose correlation with the residual is most worth while among those that could enter.
    fn most_correlated(&self, dependent: &[Hinge]) -> Option<Hinge> {
        let mut best = None;
        let mut most = UNCORRELATED * self.norm;
        let mut consider = |hinge: Hinge, correlation: f64| {
            if self.allowed(hinge).allow(correlation) {
                let merit = correlation.abs() / self.sample.product(hinge, hinge).sqrt();
                if merit > most && !self.columns.hinges.contains(&hinge) && !dependent.contains(&hinge) {
                    (most, best) = (merit, Some(hinge));
                }
            }
        };
        let n = self.sample.len();
        let charge = |index: usize| self.sample.w[index] * self.residuals[index];
        for facing in [Facing::Right, Facing::Left] {
            let Some((low, high)) = self.ranges[facing as usize] else { continue };
            if low == 0 || high == n + 1 {
                let knot = if low == 0 { 0 } else { n + 1 };
                consider(Hinge { knot, facing }, (0..n).map(charge).sum());
            }
            let (mut beyond, mut moment) = (0.0, 0.0);
            for step in 1..n {
                let (before, here) = match facing {
                    Facing::Right => (n - step, n - step - 1),
                    Facing::Left => (step - 1, step),
                };
                beyond += charge(before);
                moment += beyond * (self.sample.x[before] - self.sample.x[here]).abs();
                if (low..=high).contains(&(here + 1)) {
                    consider(Hinge { knot: here + 1, facing }, moment);
                }
            }
        }
        best
    }

    /// Lets a column enter and the coefficients go to their new best, stopping at zero; false where it depends on the
    /// others.
    fn enter(&mut self, hinge: Hinge) -> bool {
        self.columns.push(self.sample, &self.left_out, hinge, self.allowed(hinge));
        let mut is_new = true;
        loop {
            let columns = &mut self.columns;
            let newest = columns.hinges.len() - 1;
            let solution = match columns.solve(self.sample, &self.left_out) {
                Ok(solution) if !is_new || columns.allows(newest, solution.coefficients[newest]) => solution,
                _ => {
                    columns.remove(newest);
                    if !is_new {
                        columns.refresh(self.sample);
                    }
                    return false;
                }
            };
            is_new = false;
            // The first column to reach zero on the way, and when.
            let mut blocking = None;
            let mut step = 1.0;
            for (column, (&from, &to)) in columns.coefficients.iter().zip(&solution.coefficients).enumerate() {
                if !columns.allows(column, to) && (blocking.is_none() || from / (from - to) < step) {
                    (step, blocking) = (from / (from - to), Some(column));
                }
            }
            let Some(blocking) = blocking else {
                columns.set(solution, self.sample);
                return true;
            };
            for (from, to) in columns.coefficients.iter_mut().zip(&solution.coefficients) {
                *from += step * (to - *from);
            }
            columns.coefficients[blocking] = 0.0;
            for column in (0..=newest).rev() {
                if !columns.allows(column, columns.coefficients[column]) {
                    columns.remove(column);
                }
            }
            if columns.hinges.is_empty() {
                columns.values.fill(0.0);
                return true;
            }
        }
    }

    fn fit(&self) -> Fit {
        let mut bias = 0.0;
        let mut terms = Vec::new();
        for (&hinge, &coefficient) in self.columns.hinges.iter().zip(&self.columns.coefficients) {
            if hinge == CONSTANT && self.sample.knots.output_bias {
                bias = coefficient;
            } else if coefficient != 0.0 {
                terms.push(Term { hinge, coefficient });
            }
        }
        Fit {
            sum: self.sum + self.sample.within,
            bias,
            terms,
            values: self.columns.values.clone(),
            is_whole: self.left_out.is_empty(),
        }
    }
}

/// The constant 1.
const CONSTANT: Hinge = Hinge { knot: 0, facing: Facing::Right };
