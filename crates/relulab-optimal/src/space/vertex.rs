//! The best fit of the absolute loss as a vertex of its linear program. Whatever it returns is only a hint.

use super::fit::Fit;
use super::ground::Ground;
use super::loss::Loss;
use super::part::Part;
use super::sample::Sample;
use crate::cholesky::cholesky;
use relulab_convex::{LinearProgram, Row, Simplex, Status};

/// Entries of a program that is not worth a vertex any more.
const MAX_ENTRIES: usize = 400_000;
/// Largest coefficient of a column of length 1, for labels of order one.
const LARGEST_COEFFICIENT: f64 = 1e6;
/// Pivots after which the smooth fit has to do.
const MAX_PIVOTS: usize = 20_000;
/// A coefficient of a column of length 1 that counts as zero.
const NO_SHARE: f64 = 1e-12;

/// Most that a fit is moved off its labels.
const WIDEST_TILT: f64 = 0.1;
/// A residual of a vertex that counts as zero, for labels of order one.
const FITTED: f64 = 1e-9;

impl Fit {
    /// A vertex, moved so that its residuals tell the multipliers: those at fitted labels become −m p for the distance m below
    /// which the checker takes a residual for a multiplier. Other residuals are at least 2 m; the wider, the better p is told.
    ///
    /// *Algorithm*: the multipliers p of fitted labels make the sums of all orthogonal to the columns G; if there are as many as
    /// columns, p = G a with GᵀG a known, and the coefficients move by −m a.
    pub(super) fn tilted(&self, ground: &Ground, sample: &Sample) -> (Self, f64) {
        let columns: Vec<Option<usize>> =
            ground.output_bias.then_some(None).into_iter().chain(self.terms.iter().map(|term| Some(term.0))).collect();
        let entry = |column: usize, at: usize| columns[column].map_or(1.0, |ray| ground.column(ray)[at]);
        let values: Vec<f64> = (0..ground.n_points())
            .map(|at| self.bias + self.terms.iter().map(|(ray, c)| c * ground.column(*ray)[at]).sum::<f64>())
            .collect();
        let data = || sample.labels.iter().enumerate().flat_map(|(at, labels)| labels.iter().map(move |y| (at, *y)));
        let fitted: Vec<usize> = data().filter(|(at, y)| (values[*at] - y).abs() < FITTED).map(|one| one.0).collect();
        let mut right = vec![0.0; columns.len()];
        for (at, y) in data().filter(|(at, y)| (values[*at] - y).abs() >= FITTED) {
            let pull = sample.loss.pull(values[at], y);
            right.iter_mut().enumerate().for_each(|(column, sum)| *sum -= pull * entry(column, at));
        }
        let product = |row: usize, column: usize| fitted.iter().map(|at| entry(row, *at) * entry(column, *at)).sum();
        let Ok(solution) = cholesky(columns.len(), product, right) else {
            return (self.clone(), sample.loss.smoothing());
        };
        let mut tilted = self.clone();
        let apart = data().map(|(at, y)| (values[at] - y).abs()).filter(|size| *size >= FITTED);
        let smoothing = 0.5 * apart.fold(2.0 * WIDEST_TILT, f64::min);
        let (bias, terms) = solution.split_at(usize::from(ground.output_bias));
        tilted.bias -= smoothing * bias.first().unwrap_or(&0.0);
        tilted.terms.iter_mut().zip(terms).for_each(|(term, a)| term.1 -= smoothing * a);
        (tilted, smoothing)
    }
}

/// The least sum of absolute errors by the rays of a part: exact up to the rounding of a linear system, where rounding the loss
/// off near zero leaves an error of its own size.
pub(super) fn vertex(ground: &Ground, sample: &Sample, part: &Part) -> Option<Fit> {
    if ground.loss != Loss::Absolute {
        return None;
    }
    let mut columns: Vec<(Option<usize>, f64)> = Vec::new();
    for (ray, allowed) in part.signs(ground.rays.len()).into_iter().enumerate() {
        let signs = [1.0, -1.0].into_iter().zip(allowed).filter(|(_, is_allowed)| *is_allowed);
        columns.extend(signs.map(|(sign, _)| (Some(ray), sign / sample.norms[ray])));
    }
    if ground.output_bias {
        columns.extend([(None, 1.0), (None, -1.0)]);
    }
    let n_data: usize = sample.labels.iter().map(Vec::len).sum();
    if columns.len() * n_data > MAX_ENTRIES {
        return None;
    }
    let mut variables = vec![(0.0, LARGEST_COEFFICIENT); columns.len()];
    let mut objective = vec![0.0; columns.len()];
    let mut rows = Vec::new();
    for (at, label) in sample.labels.iter().enumerate().flat_map(|(at, labels)| labels.iter().map(move |y| (at, *y))) {
        // The fit less the label is the excess less the shortfall.
        let entry = |&(ray, scale): &(Option<usize>, f64)| scale * ray.map_or(1.0, |ray| ground.column(ray)[at]);
        let mut row: Vec<(usize, f64)> = columns.iter().map(entry).enumerate().filter(|(_, one)| *one != 0.0).collect();
        for sign in [-1.0, 1.0] {
            row.push((variables.len(), sign));
            variables.push((0.0, LARGEST_COEFFICIENT));
            objective.push(1.0);
        }
        rows.push(Row::new(row, label, label));
    }
    let program = LinearProgram::new(objective, variables, rows).ok()?;
    let mut simplex = Simplex::new(&program);
    if simplex.solve(MAX_PIVOTS) != Status::Optimal {
        return None;
    }
    let mut fit = Fit { sum: 0.0, bias: 0.0, terms: Vec::new(), corner: None };
    for ((ray, scale), share) in columns.iter().zip(simplex.point()).filter(|(_, share)| *share > NO_SHARE) {
        match ray {
            // A ray with both signs has one of them in a vertex.
            Some(ray) => fit.terms.push((*ray, scale * share)),
            None => fit.bias += scale * share,
        }
    }
    let mut values = vec![fit.bias; ground.n_points()];
    for &(ray, coefficient) in &fit.terms {
        values.iter_mut().zip(ground.column(ray)).for_each(|(value, entry)| *value += coefficient * entry);
    }
    fit.sum = sample.sum(sample.loss, &values);
    fit.terms.windows(2).all(|pair| pair[0].0 < pair[1].0).then_some(fit)
}
