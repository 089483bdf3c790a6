//! The whole complex in memory: vertices, edges and cells, and who touches whom.

use super::count::{PlaneCounts, Tally};
use super::cursor::Cursor;
use super::domain::{ExactPoint, PlaneDomain};
use super::exact::Line;
use super::form::{Form, HomogeneousPoint};
use super::ledger::{Leaf, Ledger};
use super::walk::Walk;
use crate::layers::AffineLayers;
use relulab_exact::{Bounded, Rational};

/// No cell, vertex or edge has this number.
const NOBODY: u32 = u32::MAX;

/// The planar complex of a network on a domain.
///
/// Cells, vertices and edges are numbered from 0. On the whole plane the complex is cut off by a square that is larger
/// than everything that happens: its sides are *outer* edges and the vertices on them lie at infinity.
#[derive(Clone, Debug)]
pub struct PlaneComplex {
    pub(super) layers: AffineLayers,
    pub(super) domain: PlaneDomain,
    counts: PlaneCounts,
    pub(super) vertices: Vec<Vertex>,
    edges: Vec<Edge>,
    pub(super) cells: Cells,
}

/// An edge of the complex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Its two vertices.
    pub ends: [u32; 2],
    /// The cells on its two sides; one only on the boundary of the domain.
    pub cells: [Option<u32>; 2],
    /// Layer and unit whose pre-activation vanishes on it, of several the first that cut; `None` on the domain's
    /// boundary.
    pub unit: Option<(usize, usize)>,
}

/// A vertex as the walk describes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vertex {
    pub point: HomogeneousPoint,
    pub lines: [Line; 2],
    /// A cell on whose forms the lines lie.
    pub home: u32,
}

/// The cells, one array for each of their parts.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    /// Where the corners of each cell begin, and where the last ones end.
    starts: Vec<usize>,
    corners: Vec<u32>,
    sides: Vec<u32>,
    /// Cells × words.
    patterns: Vec<u64>,
    /// Words of one pattern.
    n_words: usize,
    /// Cells × outputs.
    pub outputs: Vec<Form>,
}

/// An edge as it grows; what is cut in two stays in the list.
#[derive(Clone, Copy, Debug)]
struct DraftEdge {
    ends: [u32; 2],
    line: Line,
    /// The point of the cut and the two parts, if it was cut.
    cut: Option<(u32, [u32; 2])>,
}

/// The ledger that keeps everything.
///
/// *Algorithm*: a cut through an edge is seen from both of its sides. Units cut in the same order on both, and a
/// unit's pre-activation is continuous, so the second side asks for the same cuts and is given the same vertices.
#[derive(Clone, Debug, Default)]
struct Builder {
    vertices: Vec<Vertex>,
    edges: Vec<DraftEdge>,
    cells: Cells,
}

impl Builder {
    fn add_vertex(&mut self, lines: [Line; 2]) -> u32 {
        self.vertices.push(Vertex { point: HomogeneousPoint::default(), lines, home: NOBODY });
        self.vertices.len() as u32 - 1
    }
}

impl Ledger for Builder {
    type Vertex = u32;
    type Edge = u32;
    const ONLY_COUNTS: bool = false;

    fn corner(&mut self, lines: [Line; 2]) -> u32 {
        self.add_vertex(lines)
    }

    fn edge(&mut self, ends: [u32; 2], line: Line) -> u32 {
        self.edges.push(DraftEdge { ends, line, cut: None });
        self.edges.len() as u32 - 1
    }

    fn cut(&mut self, edge: u32, from: u32, lines: [Line; 2]) -> (u32, [u32; 2]) {
        let DraftEdge { ends, line, cut } = self.edges[edge as usize];
        let (vertex, [first, second]) = match cut {
            Some(cut) => cut,
            None => {
                let vertex = self.add_vertex(lines);
                let parts = [self.edge([ends[0], vertex], line), self.edge([vertex, ends[1]], line)];
                self.edges[edge as usize].cut = Some((vertex, parts));
                (vertex, parts)
            }
        };
        (vertex, if from == ends[0] { [first, second] } else { [second, first] })
    }

    fn tally(&mut self, _: u64, _: u64, _: u64) {}

    fn cell(&mut self, leaf: &Leaf<'_, Self>) {
        let Self { vertices, cells, .. } = self;
        let index = cells.starts.len() as u32;
        cells.starts.push(cells.corners.len());
        for corner in leaf.corners {
            cells.corners.push(corner.vertex);
            cells.sides.push(corner.edge);
            let vertex = &mut vertices[corner.vertex as usize];
            if vertex.home == NOBODY {
                (vertex.point, vertex.lines, vertex.home) = (corner.point, corner.lines, index);
            }
        }
        let first = cells.patterns.len();
        cells.patterns.resize(first + cells.n_words, 0);
        for (unit, on) in leaf.on.iter().flatten().enumerate() {
            cells.patterns[first + unit / 64] |= u64::from(*on) << (unit % 64);
        }
        cells.outputs.extend_from_slice(leaf.outputs);
    }
}

impl PlaneComplex {
    /// Builds the complex.
    pub(super) fn build(layers: AffineLayers, domain: PlaneDomain) -> Self {
        let mut builder = Builder::default();
        builder.cells.n_words = layers.n_units.div_ceil(64);
        let mut walk = Walk::new(&layers, domain, builder);
        let task = walk.start();
        walk.run(task);
        let Walk { ledger: Builder { vertices, edges: drafts, mut cells }, per_layer, certainty, .. } = walk;
        cells.starts.push(cells.corners.len());

        let mut edges = Vec::new();
        let mut numbers = vec![NOBODY; drafts.len()];
        for (draft, number) in drafts.iter().zip(&mut numbers).filter(|(draft, _)| draft.cut.is_none()) {
            *number = edges.len() as u32;
            let unit = match draft.line {
                Line::Side(_) => None,
                Line::Unit { layer, unit } => Some((usize::from(layer), usize::from(unit))),
            };
            edges.push(Edge { ends: draft.ends, cells: [None; 2], unit });
        }
        let mut tally = Tally::default();
        for (cell, range) in cells.starts.windows(2).enumerate() {
            tally.n_cells += 1;
            for side in &mut cells.sides[range[0]..range[1]] {
                *side = numbers[*side as usize];
                let edge = &mut edges[*side as usize];
                let is_second = usize::from(edge.cells[0].is_some());
                edge.cells[is_second] = Some(cell as u32);
                *if edge.unit.is_some() { &mut tally.n_inner_sides } else { &mut tally.n_outer_sides } += 1;
            }
        }
        let counts = PlaneCounts::new(&tally, per_layer, &certainty, domain);
        Self { layers, domain, counts, vertices, edges, cells }
    }

    /// Where the network was looked at.
    pub fn domain(&self) -> PlaneDomain {
        self.domain
    }

    /// The counts, as [`count`](super::count) gives them.
    pub fn counts(&self) -> &PlaneCounts {
        &self.counts
    }

    /// Number of cells, which are the activation regions.
    pub fn n_cells(&self) -> usize {
        self.cells.starts.len() - 1
    }

    /// Number of vertices, those at infinity included.
    pub fn n_vertices(&self) -> usize {
        self.vertices.len()
    }

    /// All edges, outer ones included.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Number of outputs.
    pub fn output_dim(&self) -> usize {
        self.layers.output_dim()
    }

    /// Widths of the hidden layers.
    pub fn hidden(&self) -> impl Iterator<Item = usize> + '_ {
        self.layers.hidden().iter().map(|layer| layer.biases.len())
    }

    /// The vertices of a cell, counterclockwise.
    pub fn corners(&self, cell: usize) -> &[u32] {
        &self.cells.corners[self.cells.starts[cell]..self.cells.starts[cell + 1]]
    }

    /// The edges of a cell; edge k leads from corner k to the next.
    pub fn sides(&self, cell: usize) -> &[u32] {
        &self.cells.sides[self.cells.starts[cell]..self.cells.starts[cell + 1]]
    }

    /// Whether a hidden unit, counted through all layers, is on in a cell.
    pub fn is_on(&self, cell: usize, unit: usize) -> bool {
        self.cells.patterns[cell * self.cells.n_words + unit / 64] >> (unit % 64) & 1 == 1
    }

    /// The cells that share an edge with a cell.
    pub fn neighbours(&self, cell: usize) -> impl Iterator<Item = usize> + '_ {
        self.sides(cell).iter().flat_map(move |side| {
            let cells = self.edges[*side as usize].cells.into_iter().flatten();
            cells.map(|other| other as usize).filter(move |other| *other != cell)
        })
    }

    /// Whether a vertex is a point of the plane.
    pub fn is_finite(&self, vertex: usize) -> bool {
        self.domain.ends().is_some() || self.vertices[vertex].lines.iter().all(|line| matches!(line, Line::Unit { .. }))
    }

    /// A vertex in f64: the point, or the direction of one at infinity.
    pub fn position(&self, vertex: usize) -> [f64; 2] {
        let [x, y, weight] = self.vertices[vertex].point.at;
        if weight == 0.0 { [x, y] } else { [x / weight, y / weight] }
    }

    /// The affine map a·x + b·y + c of an output on a cell, in f64.
    pub fn map(&self, cell: usize, output: usize) -> [f64; 3] {
        self.cells.outputs[cell * self.output_dim() + output].value
    }

    /// All vertices in rationals.
    pub fn exact_vertices(&self) -> Vec<ExactPoint> {
        let mut cursor = Cursor::new(self);
        let mut vertices: Vec<Option<ExactPoint>> = vec![None; self.n_vertices()];
        for cell in 0..self.n_cells() {
            for corner in self.corners(cell) {
                if self.vertices[*corner as usize].home == cell as u32 {
                    vertices[*corner as usize] = Some(cursor.vertex(*corner as usize));
                }
            }
        }
        vertices.into_iter().flatten().collect()
    }

    /// A vertex in rationals.
    pub fn exact_vertex(&self, vertex: usize) -> ExactPoint {
        Cursor::new(self).vertex(vertex)
    }

    /// The affine map of an output on a cell, in rationals.
    pub fn exact_map(&self, cell: usize, output: usize) -> [Rational; 3] {
        Cursor::new(self).map(cell, output)
    }

    /// A vertex of the plane with the bounds of its errors.
    pub(super) fn bounded_vertex(&self, vertex: usize) -> [Bounded; 2] {
        let HomogeneousPoint { at, error } = self.vertices[vertex].point;
        let [x, y, weight] = [0, 1, 2].map(|k| Bounded::new(at[k], error[k]));
        [x / weight, y / weight]
    }

    /// The map of an output on a cell with the bounds of its errors.
    pub(super) fn bounded_map(&self, cell: usize, output: usize) -> [Bounded; 3] {
        let form = &self.cells.outputs[cell * self.output_dim() + output];
        [0, 1, 2].map(|k| Bounded::new(form.value[k], form.error[k]))
    }

    /// Whether bounded arithmetic may be used with this network and domain.
    pub(super) fn trusts_f64(&self) -> bool {
        super::walk::trusts_f64(&self.layers, self.domain)
    }

    /// The words of a cell's pattern.
    pub(super) fn pattern(&self, cell: usize) -> &[u64] {
        &self.cells.patterns[cell * self.cells.n_words..][..self.cells.n_words]
    }
}
