//! One cell cut into parts, each with the outputs that are best on it.

use super::Choice;
use crate::plane::complex::PlaneComplex;
use crate::plane::cursor::Cursor;
use crate::plane::exact::{ExactForm, Line, cross, exact, near, value_at};
use relulab_exact::{Bounded, Rational, Sign};
use std::collections::HashMap;

/// Cuts cells, and numbers the points that this adds.
pub(super) struct Cutter<'a> {
    complex: &'a PlaneComplex,
    choice: Choice,
    trusts_f64: bool,
    /// Stays at the cell at hand.
    cells: Cursor<'a>,
    /// Goes where vertices lead it.
    vertices: Cursor<'a>,
    points: Vec<[Rational; 2]>,
    numbers: HashMap<[Rational; 2], u32>,
}

/// A corner of a polygon and the line of the side that begins there.
#[derive(Clone, Debug)]
struct Corner {
    point: u32,
    side: Side,
}

/// The line of a side.
#[derive(Clone, Debug)]
enum Side {
    /// The side of the cell with this place among its sides.
    OfCell(usize),
    /// Where a difference of two outputs vanishes.
    Cut(ExactForm),
}

/// Outputs with one map on a cell.
struct Group {
    members: Vec<u32>,
    map: ExactForm,
}

impl<'a> Cutter<'a> {
    /// A cutter that has not seen a cell.
    pub fn new(complex: &'a PlaneComplex, choice: Choice) -> Self {
        Self {
            complex,
            choice,
            trusts_f64: complex.trusts_f64(),
            cells: Cursor::new(complex),
            vertices: Cursor::new(complex),
            points: Vec::new(),
            numbers: HashMap::new(),
        }
    }

    /// The points added, in the order of their numbers.
    pub fn into_points(self) -> Vec<[Rational; 2]> {
        self.points
    }

    /// Hands over every part of a cell: the outputs that are best on it, and its corners.
    pub fn cut(&mut self, cell: usize, mut part: impl FnMut(&[u32], &[u32])) {
        let candidates = self.candidates(cell);
        if let [only] = candidates[..] {
            return part(&[only], self.complex.corners(cell));
        }
        let groups = self.groups(cell, &candidates);
        for (index, group) in groups.iter().enumerate() {
            let whole = self.complex.corners(cell).iter().enumerate();
            let mut polygon: Vec<Corner> =
                whole.map(|(place, point)| Corner { point: *point, side: Side::OfCell(place) }).collect();
            for other in groups.iter().enumerate().filter(|(k, _)| *k != index).map(|(_, other)| other) {
                if polygon.len() >= 3 {
                    polygon = self.clip(cell, &polygon, &self.lead(&group.map, &other.map));
                }
            }
            if polygon.len() >= 3 {
                let corners: Vec<u32> = polygon.iter().map(|corner| corner.point).collect();
                part(&group.members, &corners);
            }
        }
    }

    /// The outputs that no other one certainly beats everywhere on a cell, ascending.
    fn candidates(&self, cell: usize) -> Vec<u32> {
        let mut left: Vec<u32> = (0..self.complex.output_dim() as u32).collect();
        if !self.trusts_f64 {
            return left;
        }
        // One that is good at the first corner rules out most of the others at once.
        let first = self.complex.position(self.complex.corners(cell)[0] as usize);
        let value = |output: u32| {
            let [a, b, c] = self.complex.map(cell, output as usize);
            let value = a * first[0] + b * first[1] + c;
            if self.choice == Choice::Largest { value } else { -value }
        };
        let good = left.iter().copied().max_by(|one, two| value(*one).total_cmp(&value(*two)));
        left.retain(|output| Some(*output) == good || !good.is_some_and(|good| self.beats(cell, good, *output)));
        let rivals = left.clone();
        left.retain(|output| !rivals.iter().any(|rival| rival != output && self.beats(cell, *rival, *output)));
        left
    }

    /// Whether one output is better than another at all corners of a cell, with certainty in f64.
    fn beats(&self, cell: usize, one: u32, other: u32) -> bool {
        let [one, other] = [one, other].map(|output| self.complex.bounded_map(cell, output as usize));
        let lead = match self.choice {
            Choice::Largest => [0, 1, 2].map(|k| one[k] - other[k]),
            Choice::Smallest => [0, 1, 2].map(|k| other[k] - one[k]),
        };
        self.complex.corners(cell).iter().all(|corner| {
            let [x, y] = self.complex.bounded_vertex(*corner as usize);
            (lead[0] * x + lead[1] * y + lead[2]).sign() == Some(Sign::Positive)
        })
    }

    /// The candidates with their exact maps, equal maps together.
    fn groups(&mut self, cell: usize, candidates: &[u32]) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for output in candidates {
            let map = self.cells.map(cell, *output as usize);
            match groups.iter_mut().find(|group| group.map == map) {
                Some(group) => group.members.push(*output),
                None => groups.push(Group { members: vec![*output], map }),
            }
        }
        groups
    }

    /// By how much one map is better than another.
    fn lead(&self, one: &ExactForm, other: &ExactForm) -> ExactForm {
        let (one, other) = if self.choice == Choice::Largest { (one, other) } else { (other, one) };
        [0, 1, 2].map(|k| one[k].clone() - &other[k])
    }

    /// The part of a polygon on which a form is not negative; fewer than three corners where that has no area.
    fn clip(&mut self, cell: usize, polygon: &[Corner], form: &ExactForm) -> Vec<Corner> {
        let rough = form.each_ref().map(near);
        let signs: Vec<Sign> = polygon.iter().map(|corner| self.sign(form, &rough, corner.point)).collect();
        if signs.iter().all(|sign| *sign != Sign::Negative) {
            return polygon.to_vec();
        }
        let mut kept = Vec::new();
        for (index, corner) in polygon.iter().enumerate() {
            let next = (index + 1) % polygon.len();
            let leaves = signs[index] == Sign::Positive && signs[next] == Sign::Negative;
            let enters = signs[index] == Sign::Negative && signs[next] == Sign::Positive;
            match signs[index] {
                Sign::Positive => kept.push(corner.clone()),
                // From here the side lies on the cut, unless it leads back inside.
                Sign::Zero if signs[next] == Sign::Negative => {
                    kept.push(Corner { point: corner.point, side: Side::Cut(form.clone()) });
                }
                Sign::Zero => kept.push(corner.clone()),
                Sign::Negative => {}
            }
            if leaves || enters {
                let point = self.crossing(cell, form, &corner.side, [corner.point, polygon[next].point]);
                let side = if leaves { Side::Cut(form.clone()) } else { corner.side.clone() };
                kept.push(Corner { point, side });
            }
        }
        // Two points or one are where the form only touches the polygon.
        kept
    }

    /// The sign of a form at a point; `rough` is the form in f64 with bounds.
    fn sign(&mut self, form: &ExactForm, rough: &[Bounded; 3], point: u32) -> Sign {
        if self.trusts_f64 && (point as usize) < self.complex.n_vertices() {
            let [x, y] = self.complex.bounded_vertex(point as usize);
            if let Some(sign) = (rough[0] * x + rough[1] * y + rough[2]).sign() {
                return sign;
            }
        }
        let position = self.position(point);
        value_at(form, &position).exact_sign()
    }

    /// A point in rationals.
    fn position(&mut self, point: u32) -> [Rational; 2] {
        match (point as usize).checked_sub(self.complex.n_vertices()) {
            None => self.vertices.vertex(point as usize).at,
            Some(added) => self.points[added].clone(),
        }
    }

    /// The number of the point where a form vanishes on a side, between two points at which its signs are opposite.
    fn crossing(&mut self, cell: usize, form: &ExactForm, side: &Side, ends: [u32; 2]) -> u32 {
        let line = match side {
            Side::Cut(line) => line.clone(),
            Side::OfCell(place) => self.side(cell, *place),
        };
        let [x, y, weight] = cross(form, &line);
        let position = if weight.is_zero() {
            // The side's unit is identically zero on this cell: its form does not tell where the side is.
            let [from, to] = ends.map(|end| self.position(end));
            let [start, end] = [&from, &to].map(|point| value_at(form, point));
            let way = start.clone() / &(start - &end);
            [0, 1].map(|k| from[k].clone() + (to[k].clone() - &from[k]) * &way)
        } else {
            [x / &weight, y / &weight]
        };
        let next = (self.complex.n_vertices() + self.points.len()) as u32;
        *self.numbers.entry(position).or_insert_with_key(|position| {
            self.points.push(position.clone());
            next
        })
    }

    /// A form that vanishes on a side of a cell; zero where the side's unit is zero on the whole cell.
    fn side(&mut self, cell: usize, place: usize) -> ExactForm {
        let edge = self.complex.edges()[self.complex.sides(cell)[place] as usize];
        if let Some((layer, unit)) = edge.unit {
            return self.cells.form(cell, layer, unit).clone();
        }
        let [one, two] = edge.ends.map(|end| self.complex.vertices[end as usize].lines);
        match one.into_iter().find(|line| matches!(line, Line::Side(_)) && two.contains(line)) {
            Some(Line::Side(side)) => self.complex.domain.side(side).value.map(exact),
            _ => [Rational::zero(), Rational::zero(), Rational::zero()],
        }
    }
}
