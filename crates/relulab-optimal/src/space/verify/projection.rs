//! The multipliers of a proof: the pulls of a fit, projected away from some rays.
//!
//! Let G have the rays (and the constant, with an output bias) as columns, restricted to an independent set of them, and let
//! q be the sums of pulls at the points. The projection moves these sums to q + W η, with
//!
//! > η = −G (Gᵀ W G)⁻¹ Gᵀ q, W = diag(how far the pulls at each point may move; see [`Freedom`]),
//!
//! so that they are orthogonal to G exactly. Where the loss is one of residuals, W counts the data of the point that are not
//! *fixed*, and all those move by η; for the logistic loss, all data of a point share its W η evenly. The projected pulls are
//! never computed. With M = W^½ G S for any S,
//!
//! > ‖W^½ η‖ = ‖M (Mᵀ M)⁻¹ Sᵀ Gᵀ q‖ ≤ ‖Sᵀ Gᵀ q‖ / √(1 − α) if ‖Mᵀ M − 1‖ ≤ α < 1,
//!
//! and that is all that a proof needs: Gᵀ q is rounding, S comes from a factorisation in floating point, and α is measured.

use super::super::ground::Ground;
use super::super::loss::{Loss, spread};
use super::super::mask::Mask;
use relulab_exact::{Bounded, Rational, Sign};

/// A column that keeps less than this share of its square beside those before it is left out.
const DEPENDENT: f64 = 1e-11;
/// Pulls of the logistic loss with less freedom stay: that far out, nothing can be gained.
const IMMOVABLE: f64 = 1e-25;
/// M counts as orthogonal up to this.
const MOST_SKEWED: f64 = 0.5;
/// Covers the roundings of a sum of non-negative numbers, of which there are far fewer than a million.
const OUTWARD: f64 = 1.0 + 4e6 * f64::EPSILON;

/// How far pulls may move: W, and the magnitude at which they do not.
pub(super) struct Freedom {
    weights: Vec<f64>,
    fixed: Option<f64>,
}

impl Freedom {
    /// Losses of residuals: as many as there are data at a point whose pull is not `fixed`.
    ///
    /// The logistic loss: that many times p (1 − p), so that a pull close to 0 or 1 moves little, and stays between them.
    pub fn of(loss: Loss, pulls: &[Vec<f64>], fixed: Option<f64>) -> Self {
        let at_a_point = |pulls: &Vec<f64>| match loss {
            Loss::Logistic => {
                let least = pulls.iter().map(|pull| spread(*pull)).fold(1.0, f64::min);
                if least < IMMOVABLE { 0.0 } else { pulls.len() as f64 * least }
            }
            _ => pulls.iter().filter(|pull| Some(pull.abs()) != fixed).count() as f64,
        };
        Self { weights: pulls.iter().map(at_a_point).collect(), fixed }
    }
}

/// Projected pulls, known up to a distance.
pub(super) struct Projection {
    rays: Vec<usize>,
    has_constant: bool,
    /// The sums of the pulls at the points before the projection, rounded, and those of their magnitudes.
    charges: Vec<f64>,
    sizes: Vec<f64>,
    /// W.
    weights: Vec<f64>,
    most_at_a_point: usize,
    fixed: Option<f64>,
    factors: Factors,
    radius: f64,
}

/// More than a non-negative number that was computed by adding and multiplying such numbers.
pub(super) fn outward(number: f64) -> f64 {
    number * OUTWARD + f64::MIN_POSITIVE
}

/// A column of W^½ G, scaled to length about one, and its multiple that is the column of G.
struct Column {
    ray: Option<usize>,
    scale: f64,
    entries: Vec<f64>,
}

impl Projection {
    /// Projects pulls away from rays; those that others nearly span are left out. `None` where rounding is too much.
    ///
    /// Pulls move as far as their freedom lets them.
    pub fn new(ground: &Ground, rays: &[usize], pulls: &[Vec<f64>], freedom: Freedom) -> Option<Self> {
        let Freedom { weights, fixed } = freedom;
        let candidates = ground.output_bias.then_some(None).into_iter().chain(rays.iter().copied().map(Some));
        let mut factors = Factors::default();
        for ray in candidates {
            factors.offer(Column::new(ground, ray, &weights));
        }
        let mut projection = Self {
            rays: factors.columns.iter().filter_map(|column| column.ray).collect(),
            has_constant: factors.columns.iter().any(|column| column.ray.is_none()),
            charges: pulls.iter().map(|pulls| pulls.iter().sum()).collect(),
            sizes: pulls.iter().map(|pulls| pulls.iter().map(|pull| pull.abs()).sum()).collect(),
            most_at_a_point: pulls.iter().map(Vec::len).max().unwrap_or_default(),
            weights,
            fixed,
            factors,
            radius: 0.0,
        };
        let skew = projection.factors.skew();
        if skew.is_nan() || skew > MOST_SKEWED {
            return None;
        }
        let left = projection.factors.against(ground, pulls);
        let square: f64 = left.iter().map(|one| (one.value().abs() + one.error()).powi(2)).sum();
        projection.radius = (square * OUTWARD).sqrt() / (1.0 - skew).sqrt() * OUTWARD;
        projection.radius.is_finite().then_some(projection)
    }

    /// The rays to which the projected pulls are orthogonal, ascending.
    pub fn rays(&self) -> &[usize] {
        &self.rays
    }

    /// Whether the projected pulls are orthogonal to the constant.
    pub fn has_constant(&self) -> bool {
        self.has_constant
    }

    /// Whether a pull is not fixed.
    pub fn is_free(&self, pull: f64) -> bool {
        Some(pull.abs()) != self.fixed
    }

    /// A bound of (Σ η²)^½ over the data that are not fixed.
    pub fn radius(&self) -> f64 {
        self.radius
    }

    /// The rays' combination that is nearest to some values, as far as pulls are free: a ray (or the constant, where there is
    /// none) and its coefficient each.
    pub fn nearest(&self, values: &[f64]) -> Vec<(Option<usize>, f64)> {
        let scaled: Vec<f64> = values.iter().zip(&self.weights).map(|(value, weight)| value * weight.sqrt()).collect();
        let Factors { columns, orthogonal, inverse } = &self.factors;
        let mut coefficients = vec![0.0; columns.len()];
        for (direction, inverse) in orthogonal.iter().zip(inverse) {
            let share = dot(direction, &scaled);
            coefficients.iter_mut().zip(inverse).for_each(|(sum, entry)| *sum += share * entry);
        }
        columns.iter().zip(coefficients).map(|(column, sum)| (column.ray, sum * column.scale)).collect()
    }

    /// A bound of how far each of the `n_data` pulls at a point moves, all of them alike.
    pub fn distance(&self, at: usize, n_data: usize) -> f64 {
        if self.weights[at] == 0.0 { 0.0 } else { outward(self.radius * self.weights[at].sqrt()) / n_data as f64 }
    }

    /// The points at which the projected pulls may add up to zero.
    pub fn near_zero(&self) -> Mask {
        let is_near = |at: usize| {
            let rounding = self.most_at_a_point as f64 * f64::EPSILON * self.sizes[at];
            self.charges[at].abs() <= outward(rounding + self.radius * self.weights[at].sqrt())
        };
        Mask::of(self.charges.len(), is_near)
    }

    /// The sign of the projected pulls against a column, if it is certain.
    pub fn sign(&self, column: &[f64]) -> Option<Sign> {
        let (mut sum, mut size, mut square) = (0.0, 0.0, 0.0);
        let numbers = self.charges.iter().zip(&self.sizes).zip(&self.weights).zip(column);
        for (((charge, magnitude), weight), entry) in numbers {
            sum += charge * entry;
            size += magnitude * entry;
            square += weight * entry * entry;
        }
        // Sums of pulls, entries, products and their sum are rounded; this is twice the first-order bound.
        let roundings = 2.0 * (column.len() + self.most_at_a_point + 4) as f64;
        let error = outward(roundings * (size * f64::EPSILON + f64::MIN_POSITIVE) + self.radius * square.sqrt());
        if sum > error {
            Some(Sign::Positive)
        } else if -sum > error {
            Some(Sign::Negative)
        } else {
            None
        }
    }

    /// The sums of the projected pulls at the points, exactly.
    pub fn exact_charges(&self, ground: &Ground, pulls: &[Vec<f64>]) -> Vec<Rational> {
        let n = ground.n_points();
        let exact = |number: &f64| relulab_exact::Dyadic::from_f64(*number).unwrap_or_default().to_rational();
        let column = |ray: Option<usize>| -> Vec<Rational> {
            let entry = |at| ray.map_or(Rational::from(1), |ray| ground.rays[ray].exact_activation(&ground.points, at));
            (0..n).map(entry).collect()
        };
        let constant = self.has_constant.then_some(None);
        let columns: Vec<Vec<Rational>> =
            constant.into_iter().chain(self.rays.iter().copied().map(Some)).map(column).collect();
        let weights: Vec<Rational> = self.weights.iter().map(exact).collect();
        let mut charges: Vec<Rational> =
            pulls.iter().map(|pulls| pulls.iter().map(exact).fold(Rational::zero(), |sum, pull| sum + pull)).collect();
        let dot = |a: &[Rational], b: &[Rational]| {
            let both = a.iter().zip(b).filter(|(a, b)| !a.is_zero() && !b.is_zero());
            both.fold(Rational::zero(), |sum, (a, b)| sum + a.clone() * b)
        };
        let weighted: Vec<Vec<Rational>> = columns
            .iter()
            .map(|column| column.iter().zip(&weights).map(|(entry, weight)| entry.clone() * weight).collect())
            .collect();
        let rows = columns.iter().map(|row| weighted.iter().map(|column| dot(row, column)).collect()).collect();
        let solution = solve(rows, columns.iter().map(|column| dot(column, &charges)).collect());
        for (column, factor) in weighted.iter().zip(&solution) {
            for (charge, entry) in charges.iter_mut().zip(column).filter(|(_, entry)| !entry.is_zero()) {
                *charge = std::mem::take(charge) - entry.clone() * factor;
            }
        }
        charges
    }
}

impl Column {
    fn new(ground: &Ground, ray: Option<usize>, weights: &[f64]) -> Self {
        let entry = |at: usize| ray.map_or(1.0, |ray| ground.column(ray)[at]) * weights[at].sqrt();
        let entries: Vec<f64> = (0..weights.len()).map(entry).collect();
        let norm = entries.iter().map(|entry| entry * entry).sum::<f64>().sqrt();
        // The scale is an exact number; entries are rounded four times.
        let scale = if norm > 0.0 { 1.0 / norm } else { 0.0 };
        Self { ray, scale, entries: entries.iter().map(|entry| entry * scale).collect() }
    }
}

/// M = A S for scaled columns A, in floating point, with S upper triangular.
#[derive(Default)]
struct Factors {
    columns: Vec<Column>,
    /// Columns of M as orthogonalisation leaves them.
    orthogonal: Vec<Vec<f64>>,
    /// Columns of S.
    inverse: Vec<Vec<f64>>,
}

impl Factors {
    /// Takes a column in unless the others nearly span it: Gram and Schmidt's way, twice.
    fn offer(&mut self, column: Column) {
        let mut rest = column.entries.clone();
        let mut combination = vec![0.0; self.columns.len()];
        for _ in 0..2 {
            for (known, inverse) in self.orthogonal.iter().zip(&self.inverse) {
                let share = dot(known, &rest);
                rest.iter_mut().zip(known).for_each(|(rest, known)| *rest -= share * known);
                combination.iter_mut().zip(inverse).for_each(|(sum, entry)| *sum -= share * entry);
            }
        }
        let square = dot(&rest, &rest);
        if square > DEPENDENT {
            let length = square.sqrt();
            combination.push(1.0);
            self.inverse.push(combination.iter().map(|entry| entry / length).collect());
            self.orthogonal.push(rest.iter().map(|entry| entry / length).collect());
            self.columns.push(column);
        }
    }

    /// A bound of ‖Mᵀ M − 1‖ for the exact columns and the S that is stored.
    fn skew(&self) -> f64 {
        let (n, k) = (self.columns.first().map_or(0, |column| column.entries.len()), self.columns.len());
        // Entries are rounded four times, and then products and sums of k of them.
        let unit = 2.0 * (k + 6) as f64 * f64::EPSILON;
        let (mut distance, mut whole) = (0.0, 0.0);
        let mut product: Vec<Vec<f64>> = Vec::new();
        for inverse in &self.inverse {
            let (mut sums, mut sizes) = (vec![0.0; n], vec![0.0; n]);
            for (column, factor) in self.columns.iter().zip(inverse) {
                for ((sum, size), entry) in sums.iter_mut().zip(&mut sizes).zip(&column.entries) {
                    *sum += factor * entry;
                    *size += (factor * entry).abs();
                }
            }
            distance += sizes.iter().map(|size| (unit * size) * (unit * size)).sum::<f64>();
            whole += dot(&sums, &sums);
            product.push(sums);
        }
        let (distance, whole) = ((distance * OUTWARD).sqrt(), (whole * OUTWARD).sqrt());
        let mut skew = 0.0;
        for (row, one) in product.iter().enumerate() {
            for (column, other) in product.iter().enumerate() {
                let entry = dot(one, other) - f64::from(u8::from(row == column));
                skew += entry * entry;
            }
        }
        let rounding = 2.0 * (n + 2) as f64 * f64::EPSILON * whole * whole;
        ((skew * OUTWARD).sqrt() + rounding + 2.0 * whole * distance + distance * distance) * OUTWARD
    }

    /// Sᵀ Gᵀ q, with bounds.
    fn against(&self, ground: &Ground, pulls: &[Vec<f64>]) -> Vec<Bounded> {
        let correlation = |column: &Column| {
            let mut sum = Bounded::ZERO;
            for (at, pulls) in pulls.iter().enumerate() {
                let entry = column.ray.map_or(Bounded::exact(1.0), |ray| ground.activation(ray, at));
                if entry.is_exact_zero() {
                    continue;
                }
                for pull in pulls {
                    sum = sum + Bounded::exact(*pull) * entry;
                }
            }
            sum * Bounded::exact(column.scale)
        };
        let correlations: Vec<Bounded> = self.columns.iter().map(correlation).collect();
        let combine = |inverse: &Vec<f64>| {
            let terms = inverse.iter().zip(&correlations);
            terms.fold(Bounded::ZERO, |sum, (factor, one)| sum + Bounded::exact(*factor) * *one)
        };
        self.inverse.iter().map(combine).collect()
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Solves a positive definite system.
fn solve(mut rows: Vec<Vec<Rational>>, mut right: Vec<Rational>) -> Vec<Rational> {
    let n = right.len();
    for pivot in 0..n {
        let (head, tail) = rows.split_at_mut(pivot + 1);
        let pivot_row = &head[pivot];
        let pivot_right = right[pivot].clone();
        for (row, right) in tail.iter_mut().zip(&mut right[pivot + 1..]).filter(|(row, _)| !row[pivot].is_zero()) {
            let factor = std::mem::take(&mut row[pivot]) / &pivot_row[pivot];
            for (value, above) in row[pivot + 1..].iter_mut().zip(&pivot_row[pivot + 1..]) {
                *value = std::mem::take(value) - factor.clone() * above;
            }
            *right = std::mem::take(right) - factor * &pivot_right;
        }
    }
    for row in (0..n).rev() {
        let known = (row + 1..n).fold(Rational::zero(), |sum, at| sum + right[at].clone() * &rows[row][at]);
        right[row] = (std::mem::take(&mut right[row]) - known) / &rows[row][row];
    }
    right
}
