//! Regions one by one, each with a point inside: for callers that keep nothing else of them.

use super::path::Path;
use super::walk::{Cell, Visit};
use relulab_exact::Rational;

/// What is done with the regions of a network of one hidden layer on the whole space.
pub(crate) trait LeafVisitor: Sync {
    /// A region: its pattern, a point that is inside but for rounding, and a way to one that is inside for certain.
    fn leaf(&self, pattern: Vec<bool>, inside: &[f64], exact: &mut dyn FnMut() -> Vec<Rational>);
}

/// Passes leaves on.
pub(super) struct Leaves<'a, V> {
    pub visitor: &'a V,
    pub n_units: usize,
    /// Inputs of the network; the coordinates of a generator may be fewer.
    pub n_inputs: usize,
}

impl<const W: usize, V: LeafVisitor> Visit<W> for Leaves<'_, V> {
    const WANTS_LEAVES: bool = true;

    fn layer(&mut self, _: &mut Path<'_, W>, _: usize, _: &Cell<W>, _: &[u32]) {}

    fn leaf(&mut self, path: &mut Path<'_, W>, cell: &Cell<W>, generators: &[u32]) {
        let first = path.frames.first().map_or(0, |frame| frame.first_bit);
        let pattern = (0..self.n_units).map(|unit| cell.on.has(first + unit)).collect();
        // A positive combination of all generators: the mean of the vertices plus all rays.
        let n_vertices = generators.iter().filter(|id| path.arena.is_finite(**id)).count().max(1);
        let mut inside = vec![0.0; self.n_inputs];
        for id in generators {
            let share = if path.arena.is_finite(*id) { 1.0 / n_vertices as f64 } else { 1.0 };
            for (column, value) in path.columns.iter().zip(&path.arena.coordinates(*id)[1..]) {
                inside[*column] += share * value;
            }
        }
        let (n_inputs, columns) = (self.n_inputs, path.columns.clone());
        self.visitor.leaf(pattern, &inside, &mut || {
            let mut inside = vec![Rational::zero(); n_inputs];
            for id in generators {
                let point = path.exact_point(*id);
                let is_vertex = point.first().is_some_and(|first| !first.is_zero());
                let share = Rational::from(if is_vertex { n_vertices as i64 } else { 1 });
                for (column, value) in columns.iter().zip(&point[1..]) {
                    inside[*column] = std::mem::take(&mut inside[*column]) + value.clone() / &share;
                }
            }
            inside
        });
    }
}
