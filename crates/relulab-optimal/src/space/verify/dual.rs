//! From a hint to a proven lower bound, in rationals.
//!
//! A hint is a list of rays. The checker solves the least-squares problem in exactly these columns (and the constant,
//! with an output bias), without regard to signs, in rationals. Let u be the residual. It is orthogonal to all of them, and if
//! Σ w u g ≤ 0 for the signed column g of every ray that the part allows, then for every network of the part, with values v,
//! Σ w (y − v)² ≥ Σ w (2 u y − u²) − 2 Σ w u v ≥ Σ w u², because v is a non-negative combination of such columns. The
//! signs are certain in f64 with error bounds, or decided in rationals.

use super::super::arrangement::Arrangement;
use super::super::certificate::Hint;
use super::super::part::Part;
use super::super::points::Points;
use relulab_exact::{Dyadic, Rational, Sign};

/// What became of a hint.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Bound {
    /// No network of the part has a smaller mean squared error.
    Proven(f64),
    /// The residual is correlated with these rays in the wrong way.
    Violated(Vec<usize>),
    /// The rays are not in order, or there are no such rays.
    Malformed,
}

/// Columns of the rays in f64, for signs that are certain there.
pub(crate) struct Columns {
    values: Vec<f64>,
    n_points: usize,
}

impl Columns {
    pub fn new(arrangement: &Arrangement, n_points: usize) -> Self {
        let positive = |value: &Dyadic| if value.sign() == Sign::Positive { value.to_rational().to_f64() } else { 0.0 };
        let values = arrangement.rays.iter().flat_map(|ray| ray.values.iter().map(positive)).collect();
        Self { values, n_points }
    }

    /// The sign of Σ q g, if it is certain: `charges` are the q, rounded to nearest.
    fn sign(&self, ray: usize, charges: &[f64]) -> Option<Sign> {
        let column = &self.values[ray * self.n_points..][..self.n_points];
        let (mut sum, mut size) = (0.0, 0.0);
        for (charge, value) in charges.iter().zip(column) {
            let term = charge * value;
            sum += term;
            size += term.abs();
        }
        // Both factors, the product and each sum are rounded once; this is more than twice the first-order bound.
        let bound = (2.0 * self.n_points as f64 + 8.0) * (size * f64::EPSILON + f64::MIN_POSITIVE);
        if sum > bound {
            Some(Sign::Positive)
        } else if -sum > bound {
            Some(Sign::Negative)
        } else {
            None
        }
    }
}

/// The exact column of a ray, zero where the ray is not positive.
fn value(arrangement: &Arrangement, ray: Option<usize>, index: usize) -> Option<&Dyadic> {
    let value = &arrangement.rays[ray?].values[index];
    (value.sign() == Sign::Positive).then_some(value)
}

/// Σ w g h, Σ Y g and Σ w g of columns, where `None` is the constant.
fn product(points: &Points, arrangement: &Arrangement, one: Option<usize>, other: Option<usize>) -> Dyadic {
    let mut sum = Dyadic::zero();
    for index in 0..points.len() {
        let factors = [one, other].map(|ray| (ray.is_none(), value(arrangement, ray, index)));
        let term = match factors {
            [(true, _), (true, _)] => whole(1),
            [(true, _), (_, Some(g))] | [(_, Some(g)), (true, _)] => g.clone(),
            [(_, Some(g)), (_, Some(h))] => g * h,
            _ => continue,
        };
        sum = sum + &term * &whole(points.counts[index]);
    }
    sum
}

fn label_product(points: &Points, arrangement: &Arrangement, ray: Option<usize>) -> Dyadic {
    (0..points.len()).fold(Dyadic::zero(), |sum, index| match (ray, value(arrangement, ray, index)) {
        (None, _) => sum + points.labels[index].clone(),
        (_, Some(g)) => sum + g * &points.labels[index],
        _ => sum,
    })
}

fn whole(count: usize) -> Dyadic {
    Dyadic::from_f64(count as f64).unwrap_or_default()
}

/// The best coefficients of any sign, exactly; columns that depend on those before them get zero.
fn least_squares(points: &Points, arrangement: &Arrangement, columns: &[Option<usize>]) -> Vec<Rational> {
    let n = columns.len();
    let mut rows: Vec<Vec<Rational>> = (0..n)
        .map(|row| {
            let entry = |column: usize| product(points, arrangement, columns[row], columns[column]).to_rational();
            let label = label_product(points, arrangement, columns[row]).to_rational();
            (0..n).map(entry).chain([label]).collect()
        })
        .collect();
    for pivot in 0..n {
        let (head, tail) = rows.split_at_mut(pivot + 1);
        let pivot_row = &head[pivot];
        // A Gram matrix is positive semidefinite: with the pivot, the whole row is zero.
        if pivot_row[pivot].is_zero() {
            continue;
        }
        for row in tail.iter_mut().filter(|row| !row[pivot].is_zero()) {
            let factor = std::mem::take(&mut row[pivot]) / &pivot_row[pivot];
            for (value, above) in row[pivot + 1..].iter_mut().zip(&pivot_row[pivot + 1..]) {
                *value = std::mem::take(value) - factor.clone() * above;
            }
        }
    }
    let mut solution = vec![Rational::zero(); n];
    for row in (0..n).rev().filter(|row| !rows[*row][*row].is_zero()) {
        let known = (row + 1..n).fold(Rational::zero(), |sum, at| sum + solution[at].clone() * &rows[row][at]);
        solution[row] = (rows[row][n].clone() - known) / &rows[row][row];
    }
    solution
}

/// The mean squared error that a hint proves for a part.
pub(crate) fn bound(
    points: &Points,
    arrangement: &Arrangement,
    columns: &Columns,
    output_bias: bool,
    part: &Part,
    hint: &Hint,
) -> Bound {
    let rays = &hint.rays;
    if !rays.is_sorted_by(|a, b| a < b) || rays.last().is_some_and(|ray| *ray >= arrangement.rays.len()) {
        return Bound::Malformed;
    }
    let used: Vec<Option<usize>> =
        output_bias.then_some(None).into_iter().chain(rays.iter().copied().map(Some)).collect();
    let coefficients = least_squares(points, arrangement, &used);
    // q = w u = Y − w v.
    let charges: Vec<Rational> = (0..points.len())
        .map(|index| {
            let terms = used.iter().zip(&coefficients).filter(|(_, coefficient)| !coefficient.is_zero());
            let fitted = terms.fold(Rational::zero(), |sum, (ray, coefficient)| match (ray, value(arrangement, *ray, index)) {
                (None, _) => sum + coefficient,
                (_, Some(g)) => sum + coefficient.clone() * &g.to_rational(),
                _ => sum,
            });
            points.labels[index].to_rational() - fitted * &Rational::from(points.counts[index] as i64)
        })
        .collect();
    let rounded: Vec<f64> = charges.iter().map(Rational::to_f64).collect();
    let exact_sign = |ray: usize| {
        let terms = charges.iter().enumerate().filter_map(|(index, q)| Some((q, value(arrangement, Some(ray), index)?)));
        terms.fold(Rational::zero(), |sum, (q, g)| sum + q.clone() * &g.to_rational()).exact_sign()
    };
    let is_violated = |(ray, [plus, minus]): &(usize, [bool; 2])| {
        if !plus && !minus || rays.binary_search(ray).is_ok() {
            return false;
        }
        match columns.sign(*ray, &rounded).unwrap_or_else(|| exact_sign(*ray)) {
            Sign::Positive => *plus,
            Sign::Negative => *minus,
            Sign::Zero => false,
        }
    };
    let signs = part.signs(arrangement.rays.len());
    let violated: Vec<usize> = signs.into_iter().enumerate().filter(is_violated).map(|(ray, _)| ray).collect();
    if !violated.is_empty() {
        return Bound::Violated(violated);
    }
    let squares = charges.iter().zip(&points.counts).fold(points.within.clone(), |sum, (q, count)| {
        sum + q.clone() * q / &Rational::from(*count as i64)
    });
    let mean = squares / &Rational::from(points.n_data as i64);
    Bound::Proven(below(&mean))
}

/// The largest f64 that is not above a number.
fn below(number: &Rational) -> f64 {
    let nearest = number.to_f64();
    let exceeds = Dyadic::from_f64(nearest).is_none_or(|nearest| nearest.to_rational() > *number);
    if exceeds { nearest.next_down() } else { nearest }
}
