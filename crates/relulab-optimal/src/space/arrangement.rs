//! Rays: the half-spaces through as many points as possible, of which all units are made.
//!
//! Units w·x + b are points (w, b); the data cut their space into cones by w·xᵢ + b = 0. Inside of one closed cone no
//! unit changes the side of a point, so on the data units add up linearly there, and each is a non-negative combination
//! of the cone's extreme rays. Those are the (w, b) that vanish on r − 1 points with independent (xᵢ, 1), where r is the
//! rank of all (xᵢ, 1), in both orientations: finitely many, found by going through all sets of r − 1 points.

use super::mask::Mask;
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
    /// w·x + b at every point over `scale`, each rounded once.
    pub values: Vec<f64>,
    /// A power of two: the largest of the values is about one.
    pub scale: f64,
    /// Where w·x + b is positive.
    pub positive: Mask,
    /// Where it is negative.
    pub negative: Mask,
}

/// The rays of some points that are positive somewhere, in an order that follows from the points alone; `None` where
/// there are too many.
pub(crate) fn rays(points: &Points) -> Option<Vec<Ray>> {
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
        // Degenerate points give the same ray again and again; in general position its zeros are those of the subset.
        if let Some(ray) = Ray::new(direction, points)
            && known.insert((ray.positive.clone(), ray.negative.clone()))
        {
            let opposite = ray.opposite();
            known.insert((opposite.positive.clone(), opposite.negative.clone()));
            rays.extend([ray, opposite]);
        }
        // The next subset in lexicographic order.
        let Some(at) = (0..size).rev().find(|&at| subset[at] + size - at < points.len()) else { break };
        subset[at] += 1;
        for next in at + 1..size {
            subset[next] = subset[next - 1] + 1;
        }
    }
    rays.retain(|ray| ray.positive.len() > 0);
    Some(rays)
}

impl Ray {
    /// `None` for the zero vector.
    fn new(direction: Vec<Dyadic>, points: &Points) -> Option<Self> {
        if direction.iter().all(Dyadic::is_zero) {
            return None;
        }
        let exact: Vec<Dyadic> = points.rows.iter().map(|row| value(&direction, row)).collect();
        let rounded: Vec<f64> = exact.iter().map(|value| value.to_rational().to_f64()).collect();
        let scale = power_of_two(rounded.iter().map(|value| value.abs()).fold(0.0, f64::max));
        let side = |wanted: Sign| Mask::of(exact.len(), |at| exact[at].sign() == wanted);
        Some(Self {
            values: rounded.iter().map(|value| value / scale).collect(),
            scale,
            positive: side(Sign::Positive),
            negative: side(Sign::Negative),
            direction,
        })
    }

    fn opposite(&self) -> Self {
        Self {
            direction: self.direction.iter().map(|value| -value.clone()).collect(),
            values: self.values.iter().map(|value| -value).collect(),
            scale: self.scale,
            positive: self.negative.clone(),
            negative: self.positive.clone(),
        }
    }

    /// (w·x + b)₊ at a point, exactly; without `scale`.
    pub fn exact_activation(&self, points: &Points, at: usize) -> Rational {
        if self.positive.has(at) { value(&self.direction, &points.rows[at]).to_rational() } else { Rational::zero() }
    }

    /// Whether a point is on the hyperplane.
    pub fn is_on(&self, at: usize) -> bool {
        !self.positive.has(at) && !self.negative.has(at)
    }
}

fn value(direction: &[Dyadic], row: &[Dyadic]) -> Dyadic {
    row.iter().zip(direction).fold(Dyadic::zero(), |sum, (a, b)| sum + a * b)
}

/// The largest power of two that is not above a positive number.
pub(super) fn power_of_two(value: f64) -> f64 {
    if value.is_normal() { f64::from_bits(value.to_bits() & 0x7ff0_0000_0000_0000) } else { 1.0 }
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

    fn arrangement(x: &[f64], dim: usize) -> Vec<Ray> {
        let labels = vec![0.0; x.len() / dim];
        rays(&Points::new(x, dim, &labels).unwrap()).unwrap()
    }

    #[test]
    fn rays_go_through_as_many_points_as_possible() {
        // On a line: both facings at every point, but for those that are positive nowhere.
        assert_eq!(arrangement(&[0.0, 1.0, 5.0, 7.0], 1).len(), 6);
        // Four corners of a square: six lines, of which four have all corners on one side.
        let square = arrangement(&[0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0], 2);
        assert_eq!(square.len(), 2 * 2 + 4);
        // Points on a line in the plane are like points on a line.
        assert_eq!(arrangement(&[0.0, 0.0, 1.0, 2.0, 5.0, 10.0], 2).len(), 4);
        // Three on a line count once.
        assert_eq!(arrangement(&[0.0, 0.0, 1.0, 0.0, 2.0, 0.0, 1.0, 1.0], 2).len(), 1 + 1 + 1 + 2);
        for ray in &square {
            assert_eq!((0..4).filter(|&at| ray.is_on(at)).count(), 2);
            let largest = ray.values.iter().copied().fold(0.0, |a: f64, b| a.max(b.abs()));
            assert!((1.0..2.0).contains(&largest), "{largest}");
        }
    }
}
