//! Level sets {f = t}: decision boundaries, as exact segments.

use super::complex::PlaneComplex;
use super::cursor::Cursor;
use super::domain::ExactPoint;
use super::exact::{ExactForm, Line, cross, value_at};
use super::extent::BoundedForward;
use relulab_exact::{Bounded, Number, Rational, Sign};

/// The points at which an output takes one value: segments, and whole cells where the output is constant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LevelSet {
    /// Segments through cells, and edges on which the output takes the value while it does not on both their sides.
    pub segments: Vec<LevelSegment>,
    /// Cells on which the output is the value everywhere.
    pub plateaus: Vec<u32>,
}

/// One segment of a level set; on the plane an end may lie at infinity, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelSegment {
    /// The cell that it crosses, or one of those that it bounds.
    pub cell: u32,
    /// Its ends.
    pub ends: [ExactPoint; 2],
}

impl PlaneComplex {
    /// Where an output takes the value `level`, exactly; empty when the level is not finite.
    ///
    /// *Algorithm*: the sign of f − t at every vertex, certain in f64 or from rationals; cells with both signs hold a
    /// segment, whose ends are where the map of f − t meets the lines of the sides.
    pub fn level_set(&self, output: usize, level: f64) -> LevelSet {
        let Some(exact_level) = Rational::from_f64(level) else { return LevelSet::default() };
        let signs = self.level_signs(output, level, &exact_level);
        let mut set = LevelSet::default();
        let mut points = LevelPoints { complex: self, cells: Cursor::new(self), vertices: Cursor::new(self) };
        let sign = |vertex: u32| signs[vertex as usize];
        let is_plateau = |cell: u32| self.corners(cell as usize).iter().all(|corner| sign(*corner) == Sign::Zero);
        for cell in 0..self.n_cells() {
            let corners = self.corners(cell);
            if is_plateau(cell as u32) {
                set.plateaus.push(cell as u32);
                continue;
            }
            if corners.iter().all(|corner| sign(*corner) != Sign::Negative)
                || corners.iter().all(|corner| sign(*corner) != Sign::Positive)
            {
                continue;
            }
            let mut map = points.cells.map(cell, output);
            map[2] = std::mem::take(&mut map[2]) - &exact_level;
            let mut ends = Vec::new();
            for (index, &corner) in corners.iter().enumerate() {
                let next = corners[(index + 1) % corners.len()];
                if sign(corner) == Sign::Zero {
                    ends.push(points.vertex(corner));
                } else if sign(corner).is_opposite(sign(next)) {
                    ends.push(points.crossing(cell, &map, self.sides(cell)[index], [corner, next]));
                }
            }
            if let Ok(ends) = <[ExactPoint; 2]>::try_from(ends) {
                set.segments.push(LevelSegment { cell: cell as u32, ends });
            }
        }
        for edge in self.edges() {
            let is_outside = self.domain.ends().is_none() && edge.unit.is_none();
            let is_inside = edge.cells.into_iter().flatten().all(is_plateau);
            let is_level = edge.ends.iter().all(|end| sign(*end) == Sign::Zero);
            if let (Some(cell), true) = (edge.cells[0], is_level && !is_outside && !is_inside) {
                set.segments.push(LevelSegment { cell, ends: edge.ends.map(|end| points.vertex(end)) });
            }
        }
        set
    }

    /// The sign of an output minus a level at every vertex.
    fn level_signs(&self, output: usize, level: f64, exact_level: &Rational) -> Vec<Sign> {
        let index = self.layers.n_units + output;
        let trusts_f64 = self.trusts_f64() && Bounded::accepts(&[level]);
        let mut forward = BoundedForward::default();
        let mut cursor = Cursor::new(self);
        let sign = |vertex: usize| {
            if trusts_f64 && self.is_finite(vertex) {
                let value = forward.values(self, vertex)[index] - Bounded::exact(level);
                if let Some(sign) = value.sign() {
                    return sign;
                }
            }
            let point = cursor.vertex(vertex);
            let [rate, value] = cursor.value(vertex, &point, self.layers.hidden().len(), output);
            if rate.is_zero() { (value - exact_level).exact_sign() } else { rate.exact_sign() }
        };
        (0..self.n_vertices()).map(sign).collect()
    }
}

/// Exact points of a level set.
struct LevelPoints<'a> {
    complex: &'a PlaneComplex,
    /// Stays at the cell at hand.
    cells: Cursor<'a>,
    /// Goes where vertices lead it.
    vertices: Cursor<'a>,
}

impl LevelPoints<'_> {
    /// A vertex.
    fn vertex(&mut self, vertex: u32) -> ExactPoint {
        self.vertices.vertex(vertex as usize)
    }

    /// Where a map vanishes on a side of its cell, between two corners with opposite signs.
    fn crossing(&mut self, cell: usize, map: &ExactForm, side: u32, corners: [u32; 2]) -> ExactPoint {
        match self.complex.edges()[side as usize].unit {
            Some((layer, unit)) => {
                let [x, y, weight] = cross(map, self.cells.form(cell, layer, unit));
                if weight.is_zero() {
                    // The unit is identically zero on this cell: its form does not tell where the side is.
                    return self.crossing_between(map, corners);
                }
                ExactPoint::finite([x / &weight, y / &weight])
            }
            None => {
                let [first, second] = corners.map(|corner| self.complex.vertices[corner as usize].lines);
                let common = first.into_iter().find(|line| second.contains(line));
                match common {
                    Some(Line::Side(side)) => self.complex.domain.meeting(side, map),
                    _ => self.crossing_between(map, corners),
                }
            }
        }
    }

    /// The same from the corners: along their difference, or along the direction of a corner at infinity.
    fn crossing_between(&mut self, map: &ExactForm, corners: [u32; 2]) -> ExactPoint {
        let [from, to] = corners.map(|corner| self.vertex(corner));
        let direction = match (from.is_finite(), to.is_finite()) {
            (true, true) => [0, 1].map(|k| to.at[k].clone() - &from.at[k]),
            (true, false) => to.rate.clone(),
            (false, _) => from.rate.clone(),
        };
        let slope = map[0].clone() * &direction[0] + map[1].clone() * &direction[1];
        let way = -value_at(map, &from.at) / slope;
        ExactPoint::finite([0, 1].map(|k| from.at[k].clone() + direction[k].clone() * &way))
    }
}
