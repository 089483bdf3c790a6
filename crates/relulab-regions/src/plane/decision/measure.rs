//! What there is to know about decision regions: areas, connected regions, boundaries.

use super::{DecisionEdge, DecisionRegions};
use crate::plane::exact::near;
use crate::plane::pieces::Sets;
use crate::summation::sum_in_pairs;
use relulab_exact::{Bounded, Number, Rational};

impl DecisionRegions<'_> {
    /// The area of each class, with a bound of its error.
    pub fn areas(&self) -> Vec<Bounded> {
        let mut areas = vec![Bounded::ZERO; self.classes.len()];
        if !self.complex.trusts_f64() {
            return self.exact_areas().iter().map(near).collect();
        }
        for (index, part) in self.parts.iter().enumerate() {
            let points = self.corners(index).iter().map(|corner| self.bounded_position(*corner as usize));
            let area = &mut areas[part.class as usize];
            *area = *area + doubled_area(&points.collect::<Vec<_>>());
        }
        areas.into_iter().map(|area| area * Bounded::exact(0.5)).collect()
    }

    /// The area of each class in rationals: for small complexes, since the digits of all their vertices meet in a sum.
    pub fn exact_areas(&self) -> Vec<Rational> {
        let mut vertices: Vec<[Rational; 2]> =
            self.complex.exact_vertices().into_iter().map(|point| point.at).collect();
        vertices.extend_from_slice(&self.points);
        let mut areas = vec![Vec::new(); self.classes.len()];
        for (index, part) in self.parts.iter().enumerate() {
            let points = self.corners(index).iter().map(|corner| vertices[*corner as usize].clone());
            areas[part.class as usize].push(doubled_area(&points.collect::<Vec<_>>()) / &Rational::from(2));
        }
        areas.into_iter().map(sum_in_pairs).collect()
    }

    /// For each class the number of its regions: sets of parts connected through common sides.
    pub fn n_connected(&self) -> Vec<usize> {
        let mut sets = Sets::new(self.parts.len());
        self.for_each_common_side(|_, [one, two]| {
            if self.parts[one as usize].class == self.parts[two as usize].class {
                sets.merge(one, two);
            }
        });
        let mut counts = vec![0; self.classes.len()];
        for (index, part) in self.parts.iter().enumerate() {
            counts[part.class as usize] += usize::from(sets.root(index as u32) == index as u32);
        }
        counts
    }

    /// The decision boundary: all sides with different classes on their two sides.
    pub fn boundary(&self) -> Vec<DecisionEdge> {
        let mut boundary = Vec::new();
        self.for_each_common_side(|ends, parts| {
            let mut classes = parts.map(|part| self.parts[part as usize].class);
            classes.sort_unstable();
            if classes[0] != classes[1] {
                boundary.push(DecisionEdge { ends, classes });
            }
        });
        boundary
    }

    /// Visits every side that two parts share, in the order of its ends.
    fn for_each_common_side(&self, mut visit: impl FnMut([u32; 2], [u32; 2])) {
        let mut sides: Vec<[u32; 3]> = Vec::with_capacity(self.corners.len());
        for index in 0..self.parts.len() {
            let corners = self.corners(index);
            for (place, corner) in corners.iter().enumerate() {
                let next = corners[(place + 1) % corners.len()];
                sides.push([(*corner).min(next), (*corner).max(next), index as u32]);
            }
        }
        sides.sort_unstable();
        for pair in sides.windows(2).filter(|pair| pair[0][..2] == pair[1][..2]) {
            visit([pair[0][0], pair[0][1]], [pair[0][2], pair[1][2]]);
        }
    }

    /// A point in f64 with the bounds of its errors.
    fn bounded_position(&self, point: usize) -> [Bounded; 2] {
        match point.checked_sub(self.complex.n_vertices()) {
            None => self.complex.bounded_vertex(point),
            Some(added) => [0, 1].map(|k| near(&self.points[added][k])),
        }
    }
}

/// Twice the area of a polygon, from triangles at its first corner, so that only differences of points count.
fn doubled_area<N: Number>(points: &[[N; 2]]) -> N {
    let from_first = |index: usize| [0, 1].map(|k| points[index][k].clone() - &points[0][k]);
    (1..points.len().saturating_sub(1)).fold(N::zero(), |sum, index| {
        let ([x1, y1], [x2, y2]) = (from_first(index), from_first(index + 1));
        sum + (x1 * y2 - x2 * y1)
    })
}
