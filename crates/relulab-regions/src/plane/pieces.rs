//! Pieces: cells merged where their affine maps are equal, and different maps counted.

use super::complex::PlaneComplex;
use super::cursor::Cursor;
use relulab_exact::Bounded;
use std::collections::HashMap;

/// The three counts of pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PieceCounts {
    /// Sets of cells with one affine map, connected through common edges.
    pub open_connected_pieces: usize,
    /// Sets of cells with one affine map, connected through common points.
    pub closed_connected_pieces: usize,
    /// Different affine maps.
    pub distinct_affine_functions: usize,
}

/// Sets that are merged one with another.
pub(super) struct Sets {
    parents: Vec<u32>,
    n_sets: usize,
}

impl Sets {
    pub fn new(len: usize) -> Self {
        Self { parents: (0..len as u32).collect(), n_sets: len }
    }

    pub fn root(&mut self, mut member: u32) -> u32 {
        while self.parents[member as usize] != member {
            let above = self.parents[self.parents[member as usize] as usize];
            self.parents[member as usize] = above;
            member = above;
        }
        member
    }

    pub fn merge(&mut self, one: u32, two: u32) {
        let (one, two) = (self.root(one), self.root(two));
        if one != two {
            self.parents[one.max(two) as usize] = one.min(two);
            self.n_sets -= 1;
        }
    }
}

impl PlaneComplex {
    /// For every cell the number of its affine map (of all outputs together): equal exactly where the maps are equal.
    ///
    /// *Algorithm*: maps whose coefficients are apart in f64 by more than their bounds are different. The others are
    /// computed in rationals and told apart by their values.
    pub fn map_classes(&self) -> Vec<u32> {
        let n_outputs = self.output_dim();
        let coefficients = 3 * n_outputs;
        let coefficient = |cell: u32, k: usize| self.bounded_map(cell as usize, k / 3)[k % 3];
        let mut doubtful = vec![!self.trusts_f64(); self.n_cells()];
        let all: Vec<u32> = (0..self.n_cells() as u32).collect();
        let mut groups = if self.trusts_f64() { vec![(all, 0)] } else { Vec::new() };
        while let Some((cells, k)) = groups.pop() {
            if k == coefficients {
                cells.iter().for_each(|cell: &u32| doubtful[*cell as usize] = true);
                continue;
            }
            let parts = apart(cells, |cell| coefficient(cell, k));
            groups.extend(parts.into_iter().filter(|part| part.len() > 1).map(|part| (part, k + 1)));
        }
        let mut cursor = Cursor::new(self);
        let mut known = HashMap::new();
        let mut n_classes = 0;
        let mut classes = Vec::with_capacity(self.n_cells());
        for (cell, is_doubtful) in doubtful.iter().enumerate() {
            let class = if *is_doubtful {
                let maps: Vec<_> = (0..n_outputs).map(|output| cursor.map(cell, output)).collect();
                *known.entry(maps).or_insert(n_classes)
            } else {
                n_classes
            };
            n_classes = n_classes.max(class + 1);
            classes.push(class);
        }
        classes
    }

    /// Counts the pieces of all outputs together.
    pub fn pieces(&self) -> PieceCounts {
        let classes = self.map_classes();
        let mut sets = Sets::new(self.n_cells());
        for edge in self.edges() {
            if let [Some(one), Some(two)] = edge.cells
                && classes[one as usize] == classes[two as usize]
            {
                sets.merge(one, two);
            }
        }
        let open_connected_pieces = sets.n_sets;
        let mut visits: Vec<[u32; 3]> = Vec::new();
        for (cell, class) in classes.iter().enumerate() {
            let corners = self.corners(cell).iter().filter(|corner| self.is_finite(**corner as usize));
            visits.extend(corners.map(|corner| [*corner, *class, cell as u32]));
        }
        visits.sort_unstable();
        for pair in visits.windows(2).filter(|pair| pair[0][..2] == pair[1][..2]) {
            sets.merge(pair[0][2], pair[1][2]);
        }
        let distinct_affine_functions = classes.iter().max().map_or(0, |last| *last as usize + 1);
        PieceCounts { open_connected_pieces, closed_connected_pieces: sets.n_sets, distinct_affine_functions }
    }
}

/// Parts the cells into groups, such that the intervals of a number on different groups do not meet.
fn apart(mut cells: Vec<u32>, number: impl Fn(u32) -> Bounded) -> Vec<Vec<u32>> {
    // Rounded outwards.
    let lower = |cell: u32| (number(cell).value() - number(cell).error()).next_down();
    let upper = |cell: u32| (number(cell).value() + number(cell).error()).next_up();
    cells.sort_by(|a, b| lower(*a).total_cmp(&lower(*b)));
    let mut groups: Vec<Vec<u32>> = Vec::new();
    let mut reach = f64::NEG_INFINITY;
    for cell in cells {
        match groups.last_mut() {
            Some(group) if lower(cell) <= reach => group.push(cell),
            _ => groups.push(vec![cell]),
        }
        reach = reach.max(upper(cell));
    }
    groups
}
