//! Non-negative least squares over rays: the relaxation of a part, in f64.
//!
//! *Algorithm*: Lawson and Hanson's active-set method. Whatever it returns is only a hint.
//!
//! *Reference*: Lawson and Hanson, *Solving Least Squares Problems* (1974), chapter 23.

use super::sample::Sample;
use crate::cholesky::cholesky;

/// A correlation with the residual counts as zero below this share of the norms of the labels and of the column.
const UNCORRELATED: f64 = 1e-11;

/// A best fit.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    /// Sum of squared errors, those among equal points not included.
    pub sum: f64,
    /// Output bias.
    pub bias: f64,
    /// Rays and their coefficients other than zero, with the sign of the output weight.
    pub terms: Vec<(usize, f64)>,
}

/// A column in use: a ray, or the constant where there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Column {
    ray: Option<usize>,
    signs: [bool; 2],
}

impl Column {
    fn allows(self, coefficient: f64) -> bool {
        self.signs == [true; 2] || allows(self.signs, coefficient)
    }
}

/// Whether a coefficient other than zero has an allowed sign.
fn allows(signs: [bool; 2], value: f64) -> bool {
    (signs[0] && value > 0.0) || (signs[1] && value < 0.0)
}

/// Fits, one after the other.
pub(super) struct Solver<'a> {
    sample: &'a Sample,
    columns: Vec<Column>,
    coefficients: Vec<f64>,
    residual: Vec<f64>,
}

impl<'a> Solver<'a> {
    pub fn new(sample: &'a Sample) -> Self {
        Self { sample, columns: Vec::new(), coefficients: Vec::new(), residual: Vec::new() }
    }

    /// The best fit with these signs allowed, beginning with the rays of an earlier one.
    pub fn fit(&mut self, signs: &[[bool; 2]], first: &[usize]) -> Fit {
        self.columns.clear();
        if self.sample.output_bias {
            self.columns.push(Column { ray: None, signs: [true; 2] });
        }
        let known = first.iter().filter(|ray| signs[**ray] != [false; 2]);
        self.columns.extend(known.map(|&ray| Column { ray: Some(ray), signs: signs[ray] }));
        self.start();
        let mut refused = vec![false; signs.len()];
        // Each round lowers the sum; the cap guards against rounding that undoes it.
        for _ in 0..8 * self.sample.n_points() {
            self.evaluate();
            let Some(ray) = self.most_correlated(signs, &refused) else { break };
            refused[ray] = !self.enter(Column { ray: Some(ray), signs: signs[ray] });
        }
        self.evaluate();
        let mut fit = Fit { sum: dot(&self.residual, &self.residual), bias: 0.0, terms: Vec::new() };
        for (column, &coefficient) in self.columns.iter().zip(&self.coefficients) {
            match column.ray {
                None => fit.bias = coefficient,
                Some(ray) if coefficient != 0.0 => fit.terms.push((ray, coefficient)),
                Some(_) => {}
            }
        }
        fit
    }

    /// Solves for the columns at hand, dropping those that depend on others or get a wrong sign.
    fn start(&mut self) {
        loop {
            match self.solve() {
                Err(dependent) => {
                    self.columns.remove(dependent);
                }
                Ok(solution) => {
                    let n = self.columns.len();
                    let mut values = solution.iter();
                    let mut kept = Vec::new();
                    self.columns.retain(|column| {
                        let value = values.next().copied().unwrap_or_default();
                        let keep = column.allows(value);
                        kept.extend(keep.then_some(value));
                        keep
                    });
                    self.coefficients = kept;
                    if self.columns.len() == n {
                        return;
                    }
                }
            }
        }
    }

    fn solve(&self) -> Result<Vec<f64>, usize> {
        let column = |at: usize| self.sample.column(self.columns[at].ray);
        let labels = (0..self.columns.len()).map(|at| dot(column(at), &self.sample.labels)).collect();
        cholesky(self.columns.len(), |row, other| dot(column(row), column(other)), labels)
    }

    fn evaluate(&mut self) {
        self.residual.clone_from(&self.sample.labels);
        for (column, &coefficient) in self.columns.iter().zip(&self.coefficients) {
            for (value, entry) in self.residual.iter_mut().zip(self.sample.column(column.ray)) {
                *value -= coefficient * entry;
            }
        }
    }

    /// The ray with the largest correlation among those that could enter.
    fn most_correlated(&self, signs: &[[bool; 2]], refused: &[bool]) -> Option<usize> {
        let (mut best, mut most) = (None, UNCORRELATED * self.sample.label_norm);
        for (ray, &signs) in signs.iter().enumerate().filter(|(ray, signs)| **signs != [false; 2] && !refused[*ray]) {
            let correlation = dot(self.sample.column(Some(ray)), &self.residual);
            let merit = correlation.abs() / self.sample.norms[ray];
            if merit > most && allows(signs, correlation) && !self.columns.iter().any(|one| one.ray == Some(ray)) {
                (best, most) = (Some(ray), merit);
            }
        }
        best
    }

    /// Lets a column enter and the coefficients go to their new best, stopping at zero; false where it depends on the
    /// others.
    fn enter(&mut self, column: Column) -> bool {
        self.columns.push(column);
        self.coefficients.push(0.0);
        let mut is_new = true;
        loop {
            let newest = self.columns.len() - 1;
            let solution = match self.solve() {
                Ok(solution) if !is_new || self.columns[newest].allows(solution[newest]) => solution,
                _ => {
                    self.columns.pop();
                    self.coefficients.pop();
                    return false;
                }
            };
            is_new = false;
            // The first column to reach zero on the way, and when.
            let mut blocking = None;
            let mut step = 1.0;
            for (at, (&from, &to)) in self.coefficients.iter().zip(&solution).enumerate() {
                if !self.columns[at].allows(to) && (blocking.is_none() || from / (from - to) < step) {
                    (step, blocking) = (from / (from - to), Some(at));
                }
            }
            let Some(blocking) = blocking else {
                self.coefficients = solution;
                return true;
            };
            for (from, to) in self.coefficients.iter_mut().zip(&solution) {
                *from += step * (to - *from);
            }
            self.coefficients[blocking] = 0.0;
            for at in (0..=newest).rev() {
                if !self.columns[at].allows(self.coefficients[at]) {
                    self.columns.remove(at);
                    self.coefficients.remove(at);
                }
            }
            if self.columns.is_empty() {
                return true;
            }
        }
    }
}

/// A scalar product in eight partial sums.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (a_parts, b_parts) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = a_parts.remainder().iter().zip(b_parts.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a_parts.zip(b_parts) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f64>() + rest
}
