//! The convex relaxation of a configuration: non-negative least squares over the knot functions of its blocks.
//!
//! *Algorithm*: Lawson and Hanson's active-set method on the normal equations, whose entries come from the moments of
//! [`Sample`]; the correlations of all knot functions with the residual take one pass over the data, as two running
//! sums. It begins with the contacts of the configuration that this one was cut from. Whatever it returns is only a
//! hint: the bound comes from [`crate::verify`].
//!
//! *Reference*: Lawson and Hanson, *Solving Least Squares Problems* (1974), chapter 23.

use super::sample::{Hinge, Sample};
use crate::certificate::{Configuration, Facing, Hint};

/// A correlation with the residual counts as zero below this share of the norms of the labels and of the knot function.
const UNCORRELATED: f64 = 1e-12;
/// A column that keeps less than this share of its square beside those already there depends on them.
const DEPENDENT: f64 = 1e-13;
/// Columns beyond which a relaxation is not worth its price: its blocks are cut instead.
const MAX_COLUMNS: usize = 64;
/// Knots of one facing where both signs are allowed beyond which the same holds, since the points there are fitted as
/// they are.
const MAX_FREE_KNOTS: usize = 12;

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
}

impl Fit {
    /// The value at a point of the data.
    pub fn value(&self, sample: &Sample, index: usize) -> f64 {
        self.terms.iter().fold(self.bias, |sum, term| sum + term.coefficient * sample.value(term.hinge, index))
    }

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
        let values = nodes.iter().map(|knot| sample.label(self.value(sample, knot - 1))).collect();
        Hint { right, left, values }
    }
}

/// Which signs a knot function may have.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Signs {
    plus: bool,
    minus: bool,
}

impl Signs {
    fn allow(self, coefficient: f64) -> bool {
        (self.plus && coefficient > 0.0) || (self.minus && coefficient < 0.0)
    }
}

/// The normal equations of the columns in use.
struct Columns {
    hinges: Vec<Hinge>,
    signs: Vec<Signs>,
    /// Σ w g h, `MAX_COLUMNS` apart.
    gram: Vec<f64>,
    labels: Vec<f64>,
    coefficients: Vec<f64>,
}

impl Columns {
    fn new() -> Self {
        let gram = vec![0.0; MAX_COLUMNS * MAX_COLUMNS];
        Self { hinges: Vec::new(), signs: Vec::new(), gram, labels: Vec::new(), coefficients: Vec::new() }
    }

    fn clear(&mut self) {
        self.hinges.clear();
        self.signs.clear();
        self.labels.clear();
        self.coefficients.clear();
    }

    fn push(&mut self, sample: &Sample, hinge: Hinge, signs: Signs) {
        let row = self.hinges.len();
        self.hinges.push(hinge);
        self.signs.push(signs);
        for (column, &other) in self.hinges.iter().enumerate() {
            self.gram[row * MAX_COLUMNS + column] = sample.product(hinge, other);
        }
        self.labels.push(sample.label_product(hinge));
        self.coefficients.push(0.0);
    }

    fn remove(&mut self, at: usize) {
        let n = self.hinges.len();
        self.hinges.remove(at);
        self.signs.remove(at);
        self.labels.remove(at);
        self.coefficients.remove(at);
        for row in at + 1..n {
            for column in 0..=row {
                if column != at {
                    let to = (row - 1) * MAX_COLUMNS + column - usize::from(column > at);
                    self.gram[to] = self.gram[row * MAX_COLUMNS + column];
                }
            }
        }
    }

    /// The unconstrained best coefficients, or the first column that depends on those before it.
    fn solve(&self) -> Result<Vec<f64>, usize> {
        let n = self.hinges.len();
        let mut factor = vec![0.0; n * n];
        let mut solution = self.labels.clone();
        for row in 0..n {
            for column in 0..=row {
                let (head_row, head_column) = (&factor[row * n..][..column], &factor[column * n..][..column]);
                let known: f64 = head_row.iter().zip(head_column).map(|(a, b)| a * b).sum();
                let entry = self.gram[row * MAX_COLUMNS + column];
                let rest = entry - known;
                if row != column {
                    factor[row * n + column] = rest / factor[column * n + column];
                } else if rest > DEPENDENT * entry {
                    factor[row * n + row] = rest.sqrt();
                } else {
                    return Err(row);
                }
            }
            let known: f64 = (0..row).map(|column| factor[row * n + column] * solution[column]).sum();
            solution[row] = (solution[row] - known) / factor[row * n + row];
        }
        for row in (0..n).rev() {
            let known: f64 = (row + 1..n).map(|below| factor[below * n + row] * solution[below]).sum();
            solution[row] = (solution[row] - known) / factor[row * n + row];
        }
        Ok(solution)
    }

    /// Whether a column may have this coefficient.
    fn allows(&self, column: usize, coefficient: f64) -> bool {
        self.signs[column] == Signs { plus: true, minus: true } || self.signs[column].allow(coefficient)
    }
}

/// The relaxation at work.
pub(super) struct Solver<'a> {
    sample: &'a Sample,
    /// Allowed signs of the knot functions facing right and left, by knot.
    signs: [Vec<Signs>; 2],
    /// First and last knot with an allowed sign, by facing.
    ranges: [Option<(usize, usize)>; 2],
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
            columns: Columns::new(),
            norm: (0..n).map(|i| sample.w[i] * sample.y[i] * sample.y[i]).sum::<f64>().sqrt(),
            residuals: vec![0.0; n],
            sum: 0.0,
        }
    }

    /// The best fit by knot functions of the blocks; `None` where that would take too many of them.
    pub fn solve(&mut self, configuration: &Configuration, first: &Hint) -> Option<Fit> {
        if !self.allow(configuration) {
            return None;
        }
        self.columns.clear();
        if self.sample.knots.output_bias {
            self.columns.push(self.sample, CONSTANT, Signs { plus: true, minus: true });
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

    /// Notes the allowed signs; false where too many points would be fitted as they are.
    fn allow(&mut self, configuration: &Configuration) -> bool {
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
        self.signs.iter().all(|all| all.iter().filter(|signs| signs.plus && signs.minus).count() <= MAX_FREE_KNOTS)
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
                self.columns.push(self.sample, hinge, signs);
            }
        }
        while !self.columns.hinges.is_empty() {
            match self.columns.solve() {
                Err(dependent) => self.columns.remove(dependent),
                Ok(solution) => {
                    let n = solution.len();
                    self.columns.coefficients = solution;
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
    }

    /// Residuals and their sum of squares at the present coefficients.
    fn evaluate(&mut self) {
        self.residuals.copy_from_slice(&self.sample.y);
        for (&hinge, &coefficient) in self.columns.hinges.iter().zip(&self.columns.coefficients) {
            for (index, residual) in self.residuals.iter_mut().enumerate() {
                *residual -= coefficient * self.sample.value(hinge, index);
            }
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
        self.columns.push(self.sample, hinge, self.allowed(hinge));
        let mut is_new = true;
        loop {
            let columns = &mut self.columns;
            let newest = columns.hinges.len() - 1;
            let solution = match columns.solve() {
                Ok(solution) if !is_new || columns.allows(newest, solution[newest]) => solution,
                _ => {
                    columns.remove(newest);
                    return false;
                }
            };
            is_new = false;
            // The first column to reach zero on the way, and when.
            let mut blocking = None;
            let mut step = 1.0;
            for (column, (&from, &to)) in columns.coefficients.iter().zip(&solution).enumerate() {
                if !columns.allows(column, to) && (blocking.is_none() || from / (from - to) < step) {
                    (step, blocking) = (from / (from - to), Some(column));
                }
            }
            let Some(blocking) = blocking else {
                columns.coefficients = solution;
                return true;
            };
            for (from, to) in columns.coefficients.iter_mut().zip(&solution) {
                *from += step * (to - *from);
            }
            columns.coefficients[blocking] = 0.0;
            for column in (0..=newest).rev() {
                if !columns.allows(column, columns.coefficients[column]) {
                    columns.remove(column);
                }
            }
            if columns.hinges.is_empty() {
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
        Fit { sum: self.sum + self.sample.within, bias, terms }
    }
}

/// The constant 1.
const CONSTANT: Hinge = Hinge { knot: 0, facing: Facing::Right };
