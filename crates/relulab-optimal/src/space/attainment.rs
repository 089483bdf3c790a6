//! Whether the smallest loss of a network's cells is the loss of a network, or only approached by ever larger weights.
//!
//! Within cells the loss is convex on a polyhedral cone. Losses of residuals attain their minimum there, being piecewise
//! quadratic. The logistic loss does unless some direction of the cone lowers no margin and raises one: along it, the loss
//! falls for ever.

use super::fit::Fit;
use super::ground::Ground;
use super::loss::Loss;
use super::part::Part;
use relulab_convex::{LinearProgram, Row, Simplex, Status};

/// Margins that rise by less, where 1 is asked for, are rounding.
const NO_RISE: f64 = 1e-7;
/// A coefficient of a direction below this is rounding.
const NO_SHARE: f64 = 1e-9;
/// What a coefficient of 1 costs in such units, so that none is larger than it must be.
const PRICE: f64 = 1e-6;
/// Largest coefficient of a column of length 1.
const LARGEST_COEFFICIENT: f64 = 1e3;
/// A margin that has risen to this costs nothing any more.
const AMPLE_MARGIN: f64 = 40.0;
/// Pivots after which no direction counts as found.
const MAX_PIVOTS: usize = 100_000;

/// A direction in which no margin falls and some rise.
pub(super) struct Rise {
    /// Coefficients by ray, with signs, ascending.
    terms: Vec<(usize, f64)>,
    bias: f64,
    /// The smallest rise of a margin that rises.
    least: f64,
}

impl Rise {
    /// A direction in which all margins rise that may, among sums of a part's rays; where its blocks are cells, these are
    /// networks.
    ///
    /// *Algorithm*: a linear program in floating point, for the largest Σ min(rise, 1); nothing that is proved depends on it.
    pub fn new(ground: &Ground, part: &Part) -> Option<Self> {
        if ground.loss != Loss::Logistic {
            return None;
        }
        let norm = |ray| ground.column(ray).iter().map(|entry| entry * entry).sum::<f64>().sqrt();
        let mut columns: Vec<(Option<usize>, f64, Vec<f64>)> = Vec::new();
        for (ray, allowed) in part.signs(ground.rays.len()).into_iter().enumerate() {
            for (sign, _) in [1.0, -1.0].into_iter().zip(allowed).filter(|(_, is_allowed)| *is_allowed) {
                let scale = sign / norm(ray);
                columns.push((Some(ray), scale, ground.column(ray).iter().map(|entry| scale * entry).collect()));
            }
        }
        if ground.output_bias {
            columns.extend([1.0, -1.0].map(|sign| (None, sign, vec![sign; ground.n_points()])));
        }
        let mut variables = vec![(0.0, LARGEST_COEFFICIENT); columns.len()];
        let (mut rows, mut objective) = (Vec::new(), vec![PRICE; columns.len()]);
        for (at, labels) in ground.labels.iter().enumerate() {
            let has = |wanted| labels.iter().any(|label| label.value() == wanted);
            // With both labels at a point, its output must stay.
            for (sign, _) in [(1.0, 1.0), (-1.0, 0.0)].into_iter().filter(|(_, label)| has(*label)) {
                let mut row: Vec<(usize, f64)> = columns.iter().map(|column| sign * column.2[at]).enumerate().collect();
                row.push((variables.len(), -1.0));
                variables.push((0.0, 1.0));
                objective.push(-1.0);
                rows.push(Row::new(row, 0.0, f64::INFINITY));
            }
        }
        let program = LinearProgram::new(objective, variables, rows).ok()?;
        let mut simplex = Simplex::new(&program);
        if simplex.solve(MAX_PIVOTS) != Status::Optimal {
            return None;
        }
        let point = simplex.point();
        let rises = &point[columns.len()..];
        let least = rises.iter().copied().filter(|rise| *rise > NO_RISE).fold(f64::INFINITY, f64::min);
        let mut found = Self { terms: Vec::new(), bias: 0.0, least };
        for ((ray, scale, _), share) in columns.iter().zip(&point).filter(|(_, share)| share.abs() > NO_SHARE) {
            match ray {
                Some(ray) => found.terms.push((*ray, scale * share)),
                None => found.bias += scale * share,
            }
        }
        least.is_finite().then_some(found)
    }

    /// A fit of the part, moved in this direction until what rises has risen far.
    pub fn moved(&self, fit: &Fit) -> Fit {
        let far = AMPLE_MARGIN / self.least;
        let mut moved = Fit { bias: fit.bias + far * self.bias, ..fit.clone() };
        for &(ray, coefficient) in &self.terms {
            match moved.terms.binary_search_by_key(&ray, |term| term.0) {
                Ok(at) => moved.terms[at].1 += far * coefficient,
                Err(at) => moved.terms.insert(at, (ray, far * coefficient)),
            }
        }
        moved
    }
}
