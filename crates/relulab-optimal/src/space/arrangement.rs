//! Rays: the half-spaces through as many points as possible, of which all units are made.
//!
//! Units w·x + b are points (w, b); the data cut their space into cones by w·xᵢ + b = 0. Inside of one closed cone no
//! unit changes the side of a point, so on the data units add up linearly there, and each is a non-negative combination
//! of the cone's extreme rays. Those are the (w, b) that vanish on r − 1 points with independent (xᵢ, 1), where r is the rank of
//! all (xᵢ, 1), in both orientations: finitely many, found by going through all sets of r − 1 points.

use super::points::Points;
use relulab_exact::{Dyadic, Rational, Sign};
use std::collections::HashSet;

/// Rays times points, beyond which a problem is too large.
pub const MAX_RAY_VALUES: usize = 2_000_000;

/// A half-space through r − 1 independent points.
#[derive(Clone, Debug)]
pub(crate) struct Ray {
    /// w in the coordinates that matter, then b.
    pub direction: Vec<Dyadic>,
    /// w·x + b at every point.
    pub values: Vec<Dyadic>,
    /// Its sign.
    pub signs: Vec<Sign>,
}

/// All rays that are positive at some point, in an order that follows from the points alone.
#[derive(Clone, Debug)]
pub(crate) struct Arrangement {
    pub rays: Vec<Ray>,
}

impl Arrangement {
    /// The rays of some points; `None` where there are too many.
    pub fn new(points: &Points) -> Option<Self> {
        let size = points.coordinates.len();
        if n_subsets(points.len(), size)?.checked_mul(2 * points.len())? > MAX_RAY_VALUES {
            return None;
        }
        let mut rays = Vec::new();
        let mut known = HashSet::new();
        let mut subset: Vec<usize> = (0..size).collect();
        loop {
            let rows: Vec<&[Dyadic]> = subset.iter().map(|&at| points.rows[at].as_slice()).collect();
            let direction = vanishing(&rows, size + 1);
            if let Some(leading) = direction.iter().find(|value| !value.is_zero()).map(Dyadic::to_rational) {
                let normal: Vec<Rational> = direction.iter().map(|value| value.to_rational() / &leading).collect();
                if known.insert(normal) {
                    let opposite = direction.iter().map(|value| -value.clone()).collect();
                    rays.extend([direction, opposite].map(|direction| Ray::new(direction, points)));
                }
            }
            // The next subset in lexicographic order.
            let Some(at) = (0..size).rev().find(|&at| subset[at] + size - at < points.len()) else { break };
            subset[at] += 1;
            for next in at + 1..size {
                subset[next] = subset[next - 1] + 1;
            }
        }
        rays.retain(|ray| ray.signs.contains(&Sign::Positive));
        Some(Self { rays })
    }
}

impl Ray {
    fn new(direction: Vec<Dyadic>, points: &Points) -> Self {
        let value = |row: &Vec<Dyadic>| row.iter().zip(&direction).fold(Dyadic::zero(), |sum, (a, b)| sum + a * b);
        let values: Vec<Dyadic> = points.rows.iter().map(value).collect();
        let signs = values.iter().map(Dyadic::sign).collect();
        Self { direction, values, signs }
    }
}

/// C(n, k), if it is a `usize`.
fn n_subsets(n: usize, k: usize) -> Option<usize> {
    (0..k.min(n - k)).try_fold(1_usize, |product, i| Some(product.checked_mul(n - i)? / (i + 1)))
}

/// A vector that vanishes on all rows, one less than it has entries: the minors with alternating signs; zero where the
/// rows depend on each other.
fn vanishing(rows: &[&[Dyadic]], width: usize) -> Vec<Dyadic> {
    let minor = |left_out: usize| {
        let columns: Vec<usize> = (0..width).filter(|column| *column != left_out).collect();
        let value = determinant(rows, &columns);
        if left_out % 2 == 0 { value } else { -value }
    };
    (0..width).map(minor).collect()
}

/// The determinant of the rows in these columns, expanded along the first row.
fn determinant(rows: &[&[Dyadic]], columns: &[usize]) -> Dyadic {
    let Some((first, rest)) = rows.split_first() else { return Dyadic::from_f64(1.0).unwrap_or_default() };
    let mut sum = Dyadic::zero();
    for (place, &column) in columns.iter().enumerate() {
        if first[column].is_zero() {
            continue;
        }
        let others: Vec<usize> = columns.iter().copied().filter(|other| *other != column).collect();
        let term = &first[column] * &determinant(rest, &others);
        sum = if place % 2 == 0 { sum + term } else { sum - term };
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrangement(x: &[f64], dim: usize) -> Arrangement {
        let labels = vec![0.0; x.len() / dim];
        Arrangement::new(&Points::new(x, dim, &labels).unwrap()).unwrap()
    }

    #[test]
    fn rays_go_through_as_many_points_as_possible() {
        // On a line: both facings at every point, but for those that are positive nowhere.
        assert_eq!(arrangement(&[0.0, 1.0, 5.0, 7.0], 1).rays.len(), 6);
        // Four corners of a square: six lines, of which four have all corners on one side.
        let square = arrangement(&[0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0], 2);
        assert_eq!(square.rays.len(), 2 * 2 + 4);
        // Points on a line in the plane are like points on a line.
        assert_eq!(arrangement(&[0.0, 0.0, 1.0, 2.0, 5.0, 10.0], 2).rays.len(), 4);
        // Three on a line count once.
        assert_eq!(arrangement(&[0.0, 0.0, 1.0, 0.0, 2.0, 0.0, 1.0, 1.0], 2).rays.len(), 1 + 1 + 1 + 2);
        for ray in &square.rays {
            assert_eq!(ray.signs.iter().filter(|sign| **sign == Sign::Zero).count(), 2);
        }
    }
}
