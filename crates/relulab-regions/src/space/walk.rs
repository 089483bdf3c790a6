//! Depth-first search through the cells: layer by layer, each cell split by the units that cross it.
//!
//! The cells of one layer are never all in memory: only the path from the root to the current cell is.

use super::arena::Origin;
use super::bits::Bits;
use super::ceiling::Ceiling;
use super::edges::{self, Ends};
use super::path::{Certainty, Path};

/// A full-dimensional cell: the generators listed in a part of the walk's list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell<const W: usize> {
    pub start: usize,
    pub len: usize,
    /// Units that are positive inside, of the layers and units decided.
    pub on: Bits<W>,
    /// Facets of the domain and units that do not change sign inside, without those that vanish all over the cell.
    pub valid: Bits<W>,
    /// Units of the current layer that change sign inside.
    pub crossing: Bits<W>,
    /// Number of splits above.
    pub depth: usize,
}

/// What is done with the cells found.
pub(crate) trait Visit<const W: usize> {
    /// Whether leaves are wanted with their generators; else they may be counted without being made.
    const WANTS_LEAVES: bool;

    /// A cell before it is split by the units of `layer`, whose forms and signs are known.
    fn layer(&mut self, path: &mut Path<'_, W>, layer: usize, cell: &Cell<W>, generators: &[u32]);

    /// An activation region.
    fn leaf(&mut self, path: &mut Path<'_, W>, cell: &Cell<W>, generators: &[u32]);
}

/// Counting only.
impl<const W: usize> Visit<W> for () {
    const WANTS_LEAVES: bool = false;

    fn layer(&mut self, _: &mut Path<'_, W>, _: usize, _: &Cell<W>, _: &[u32]) {}

    fn leaf(&mut self, _: &mut Path<'_, W>, _: &Cell<W>, _: &[u32]) {}
}

/// What one search has found; sums over searches do not depend on their order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tally<const W: usize> {
    /// Cells after each layer.
    pub per_layer: Vec<u64>,
    /// Units that are positive, and negative, somewhere.
    pub seen_positive: Bits<W>,
    pub seen_negative: Bits<W>,
    /// Bounds of the number of regions in cells that were not explored.
    pub unexplored_lower: u128,
    pub unexplored_upper: u128,
    /// Whether every cell was explored.
    pub complete: bool,
}

impl<const W: usize> Tally<W> {
    /// Adds what another search has found.
    pub fn add(&mut self, other: &Self) {
        for (count, other) in self.per_layer.iter_mut().zip(&other.per_layer) {
            *count += other;
        }
        self.seen_positive |= other.seen_positive;
        self.seen_negative |= other.seen_negative;
        self.unexplored_lower += other.unexplored_lower;
        self.unexplored_upper = self.unexplored_upper.saturating_add(other.unexplored_upper);
        self.complete &= other.complete;
    }
}

/// A search below one root cell.
pub(crate) struct Walk<'a, const W: usize, V> {
    pub path: Path<'a, W>,
    pub visit: V,
    pub tally: Tally<W>,
    pub lists: Vec<u32>,
    ceiling: &'a Ceiling,
    /// Regions after which the rest is only bounded.
    limit: u64,
    /// Sides to take at the first splits; beyond them everything is searched.
    prefix: Vec<bool>,
    is_recording: bool,
    /// Depth at which cells are handed out as tasks instead of being searched.
    task_depth: Option<usize>,
    pub tasks: Vec<Vec<bool>>,
    sides_taken: Vec<bool>,
    /// Most splits above any cell met.
    pub deepest: usize,
    ends: [Vec<Ends<W>>; 2],
    between: Vec<Ends<W>>,
    edges: Vec<(u32, u32)>,
}

impl<'a, const W: usize, V: Visit<W>> Walk<'a, W, V> {
    /// A search that takes the sides in `prefix` first.
    pub fn new(path: Path<'a, W>, visit: V, ceiling: &'a Ceiling, limit: u64, prefix: Vec<bool>) -> Self {
        let n_layers = path.frames.len();
        let tally = Tally {
            per_layer: vec![0; n_layers],
            seen_positive: Bits::EMPTY,
            seen_negative: Bits::EMPTY,
            unexplored_lower: 0,
            unexplored_upper: 0,
            complete: true,
        };
        Self {
            path,
            visit,
            tally,
            lists: Vec::new(),
            ceiling,
            limit,
            prefix,
            is_recording: false,
            task_depth: None,
            tasks: Vec::new(),
            sides_taken: Vec::new(),
            deepest: 0,
            ends: [Vec::new(), Vec::new()],
            between: Vec::new(),
            edges: Vec::new(),
        }
    }

    /// Searches only down to `depth` splits and hands out the cells there as tasks.
    pub fn plan(&mut self, depth: usize, root: Cell<W>) {
        self.task_depth = Some(depth);
        self.run(root);
    }

    /// Searches below the root, a cell of which nothing but its generators, `on` and `valid` are known.
    ///
    /// Where the root has been planned, what lies above the prefix has been recorded then.
    pub fn run(&mut self, root: Cell<W>) {
        self.is_recording = self.task_depth.is_some();
        self.enter(root, 0);
    }

    /// Takes a cell into a layer: forms, signs of all units at all generators, and the search below.
    fn enter(&mut self, mut cell: Cell<W>, layer: usize) {
        if layer == self.path.frames.len() {
            if V::WANTS_LEAVES && self.is_recording {
                let generators = &self.lists[cell.start..cell.start + cell.len];
                self.visit.leaf(&mut self.path, &cell, generators);
            }
            return;
        }
        if layer > 0 {
            self.path.enter(layer, cell.on);
        }
        let units = self.path.units(layer);
        let (mut any_positive, mut any_negative) = (Bits::EMPTY, Bits::EMPTY);
        for place in cell.start..cell.start + cell.len {
            let id = self.lists[place];
            if self.path.arena.get(id).n_layers <= layer as u32 {
                let asked = units & !self.path.arena.get(id).zero;
                let (positive, zero) = self.path.signs(id, layer, asked);
                let generator = self.path.arena.get_mut(id);
                generator.positive |= positive;
                generator.zero |= zero;
                generator.n_layers = layer as u32 + 1;
            }
            let generator = self.path.arena.get(id);
            any_positive |= generator.positive;
            any_negative |= !(generator.positive | generator.zero);
        }
        any_positive = any_positive & units & !cell.valid;
        any_negative = any_negative & units & !cell.valid;
        if self.is_recording {
            self.tally.seen_positive |= any_positive | (cell.on & units);
            self.tally.seen_negative |= any_negative | (cell.valid & units & !cell.on);
        }
        cell.crossing = any_positive & any_negative;
        cell.on |= any_positive & !any_negative;
        cell.valid |= (any_positive | any_negative) & !cell.crossing;
        if self.is_recording {
            let generators = &self.lists[cell.start..cell.start + cell.len];
            self.visit.layer(&mut self.path, layer, &cell, generators);
        }
        self.explore(cell, layer);
    }

    /// Searches below a cell whose crossing units are known.
    fn explore(&mut self, cell: Cell<W>, layer: usize) {
        self.deepest = self.deepest.max(cell.depth);
        if !self.is_recording && cell.depth == self.prefix.len() {
            self.is_recording = true;
            self.path.certainty = Certainty::default();
        }
        if self.task_depth == Some(cell.depth) {
            self.tasks.push(self.sides_taken.clone());
            return;
        }
        let is_last = layer + 1 == self.path.frames.len();
        let found = self.tally.per_layer.last().copied().unwrap_or(0);
        if found >= self.limit {
            self.give_up(&cell, layer);
            return;
        }
        let Some(bit) = cell.crossing.lowest() else {
            self.tally.per_layer[layer] += u64::from(self.is_recording);
            self.enter(cell, layer + 1);
            return;
        };
        if !V::WANTS_LEAVES && is_last && cell.crossing.count() == 1 {
            self.tally.per_layer[layer] += 2;
            return;
        }
        self.split(cell, layer, bit);
    }

    /// Counts a cell that is not explored.
    fn give_up(&mut self, cell: &Cell<W>, layer: usize) {
        let crossing = cell.crossing.count() as usize;
        let upper = self.ceiling.regions(layer, crossing, self.path.dim);
        self.tally.unexplored_lower += 1 + u128::from(crossing > 0);
        self.tally.unexplored_upper = self.tally.unexplored_upper.saturating_add(upper);
        self.tally.complete = false;
    }

    /// Splits a cell where a unit vanishes and searches both sides.
    fn split(&mut self, cell: Cell<W>, layer: usize, bit: usize) {
        let n_lists = self.lists.len();
        let n_generators = self.path.arena.len();
        self.find_edges(&cell, bit);
        let unit = bit - self.path.frames[layer].first_bit;
        let [positive, negative] = &mut self.ends;
        for (side, ends) in [(true, &mut *positive), (false, &mut *negative)] {
            for end in ends.iter_mut().filter(|end| end.is_used) {
                end.distance = self.path.distance(end.id, layer, unit, side);
            }
        }
        // Both children share the generators on the cut.
        let first_new = self.path.arena.len() as u32;
        for (first, second) in &self.edges {
            let [first, second] = [&self.ends[0][*first as usize], &self.ends[1][*second as usize]];
            let origin = Origin { first: first.id, second: second.id, bit: bit as u32 };
            let mut distances = [first.distance, second.distance];
            for ((end, side), distance) in [(first.id, true), (second.id, false)].into_iter().zip(&mut distances) {
                // A decision in rationals at an earlier cut may have given a ray another length.
                if !self.path.arena.is_finite(end) {
                    *distance = self.path.distance(end, layer, unit, side);
                }
            }
            self.path.cut(origin, distances, layer, cell.crossing);
        }
        let end_new = self.path.arena.len() as u32;

        let rest = cell.crossing & !Bits::single(bit);
        let mut shared_positive = Bits::EMPTY;
        let mut shared_negative = Bits::EMPTY;
        for id in self.between.iter().map(|end| end.id).chain(first_new..end_new) {
            let generator = self.path.arena.get(id);
            shared_positive |= generator.positive;
            shared_negative |= !(generator.positive | generator.zero);
        }
        let children = [0, 1].map(|side| {
            let (mut any_positive, mut any_negative) = (shared_positive, shared_negative);
            let start = self.lists.len();
            for end in &self.ends[side] {
                let generator = self.path.arena.get(end.id);
                any_positive |= generator.positive;
                any_negative |= !(generator.positive | generator.zero);
                self.lists.push(end.id);
            }
            self.lists.extend(self.between.iter().map(|end| end.id));
            self.lists.extend(first_new..end_new);
            let crossing = rest & any_positive & any_negative;
            let mut on = cell.on | (rest & any_positive & !any_negative);
            if side == 0 {
                on |= Bits::single(bit);
            }
            let valid = cell.valid | Bits::single(bit) | (rest & !crossing);
            Cell { start, len: self.lists.len() - start, on, valid, crossing, depth: cell.depth + 1 }
        });
        let forced = self.prefix.get(cell.depth).copied();
        for (child, side) in children.into_iter().zip([true, false]) {
            if forced.is_none_or(|forced| forced == side) {
                self.sides_taken.push(side);
                self.explore(child, layer);
                self.sides_taken.pop();
            }
        }
        self.path.arena.truncate(n_generators);
        self.lists.truncate(n_lists);
    }

    /// Sorts the generators by their side of the unit and finds the edges between the sides.
    fn find_edges(&mut self, cell: &Cell<W>, bit: usize) {
        let [positive, negative] = &mut self.ends;
        positive.clear();
        negative.clear();
        self.between.clear();
        for id in &self.lists[cell.start..cell.start + cell.len] {
            let generator = self.path.arena.get(*id);
            let end = Ends::new(*id, generator.zero & cell.valid);
            if generator.positive.has(bit) {
                positive.push(end);
            } else if generator.zero.has(bit) {
                self.between.push(end);
            } else {
                negative.push(end);
            }
        }
        edges::find(positive, negative, &self.between, self.path.dim as u32, &mut self.edges);
    }
}
