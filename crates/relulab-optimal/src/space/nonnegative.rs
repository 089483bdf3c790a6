//! Least squares over rays with given signs.
//!
//! *Algorithm*: Lawson and Hanson's active-set method.
//!
//! *Reference*: Lawson and Hanson, *Solving Least Squares Problems* (1974), chapter 23.

use super::ground::Ground;
use super::sample::Sample;
use crate::cholesky::cholesky;

/// A correlation with the residual counts as zero below this share of the norms of the right side and of the column.
const UNCORRELATED: f64 = 1e-11;

/// ½ Σ h v² − Σ r v, to be minimised over the values v of a fit.
#[derive(Clone, Debug)]
pub(super) struct Model {
    /// h.
    pub curvatures: Vec<f64>,
    /// r.
    pub right: Vec<f64>,
}

/// Where a model is smallest.
#[derive(Clone, Debug)]
pub(super) struct Solution {
    /// Coefficient of the constant.
    pub bias: f64,
    /// Rays and coefficients other than zero.
    pub terms: Vec<(usize, f64)>,
    /// Values of the fit.
    pub values: Vec<f64>,
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

/// Least-squares problems, one after the other.
pub(super) struct Squares<'a> {
    ground: &'a Ground,
    sample: &'a Sample,
    ones: Vec<f64>,
    columns: Vec<Column>,
    coefficients: Vec<f64>,
    values: Vec<f64>,
    residual: Vec<f64>,
}

impl<'a> Squares<'a> {
    pub fn new(ground: &'a Ground, sample: &'a Sample) -> Self {
        let n = ground.n_points();
        let (columns, coefficients) = (Vec::new(), Vec::new());
        Self { ground, sample, ones: vec![1.0; n], columns, coefficients, values: vec![0.0; n], residual: vec![0.0; n] }
    }

    /// The least value with these signs allowed, beginning with some rays.
    pub fn solve(&mut self, model: &Model, signs: &[[bool; 2]], first: &[usize]) -> Solution {
        self.columns.clear();
        if self.ground.output_bias {
            self.columns.push(Column { ray: None, signs: [true; 2] });
        }
        let known = first.iter().filter(|ray| signs[**ray] != [false; 2]);
        self.columns.extend(known.map(|&ray| Column { ray: Some(ray), signs: signs[ray] }));
        self.start(model);
        let least = UNCORRELATED * dot(&model.right, &model.right).sqrt();
        let mut refused = vec![false; signs.len()];
        // Each round lowers the value; the cap guards against rounding that undoes it.
        for _ in 0..8 * self.ones.len() {
            self.evaluate(model);
            let Some(ray) = self.most_correlated(signs, &refused, least) else { break };
            refused[ray] = !self.enter(model, Column { ray: Some(ray), signs: signs[ray] });
        }
        self.evaluate(model);
        let mut solution = Solution { bias: 0.0, terms: Vec::new(), values: self.values.clone() };
        for (column, &coefficient) in self.columns.iter().zip(&self.coefficients) {
            match column.ray {
                None => solution.bias = coefficient,
                Some(ray) if coefficient != 0.0 => solution.terms.push((ray, coefficient)),
                Some(_) => {}
            }
        }
        solution
    }

    fn column(&self, ray: Option<usize>) -> &[f64] {
        ray.map_or(&self.ones, |ray| self.ground.column(ray))
    }

    /// Solves for the columns at hand, dropping those that depend on others or get a wrong sign.
    fn start(&mut self, model: &Model) {
        loop {
            match self.best(model) {
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

    /// The best coefficients of any sign, or a column that depends on others.
    fn best(&self, model: &Model) -> Result<Vec<f64>, usize> {
        let column = |at: usize| self.column(self.columns[at].ray);
        let labels = (0..self.columns.len()).map(|at| dot(column(at), &model.right)).collect();
        let entry = |row: usize, other: usize| weighted_dot(&model.curvatures, column(row), column(other));
        cholesky(self.columns.len(), entry, labels)
    }

    fn evaluate(&mut self, model: &Model) {
        let mut values = std::mem::take(&mut self.values);
        values.fill(0.0);
        for (column, &coefficient) in self.columns.iter().zip(&self.coefficients) {
            for (value, entry) in values.iter_mut().zip(self.column(column.ray)) {
                *value += coefficient * entry;
            }
        }
        for (at, residual) in self.residual.iter_mut().enumerate() {
            *residual = model.right[at] - model.curvatures[at] * values[at];
        }
        self.values = values;
    }

    /// The ray with the largest correlation among those that could enter.
    fn most_correlated(&self, signs: &[[bool; 2]], refused: &[bool], least: f64) -> Option<usize> {
        let (mut best, mut most) = (None, least);
        for (ray, &signs) in signs.iter().enumerate().filter(|(ray, signs)| **signs != [false; 2] && !refused[*ray]) {
            let correlation = dot(self.ground.column(ray), &self.residual);
            let merit = correlation.abs() / self.sample.norms[ray];
            if merit > most && allows(signs, correlation) && !self.columns.iter().any(|one| one.ray == Some(ray)) {
                (best, most) = (Some(ray), merit);
            }
        }
        best
    }

    /// Lets a column enter and the coefficients go to their new best, stopping at zero; false where it depends on the
    /// others.
    fn enter(&mut self, model: &Model, column: Column) -> bool {
        self.columns.push(column);
        self.coefficients.push(0.0);
        let mut is_new = true;
        loop {
            let newest = self.columns.len() - 1;
            let solution = match self.best(model) {
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

fn weighted_dot(weights: &[f64], a: &[f64], b: &[f64]) -> f64 {
    weights.iter().zip(a).zip(b).map(|((weight, a), b)| weight * a * b).sum()
}
