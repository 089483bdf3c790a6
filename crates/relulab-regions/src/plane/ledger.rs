//! What the walk finds is told to a ledger, which decides what is kept.

use super::exact::Line;
use super::form::{Form, HomogeneousPoint};

/// A corner of a cell and the side that begins there, counterclockwise.
#[derive(Debug)]
pub(crate) struct Corner<L: Ledger> {
    /// The corner; a direction where the domain is the plane and the corner lies on one of its sides.
    pub point: HomogeneousPoint,
    /// Two lines that meet in the corner.
    pub lines: [Line; 2],
    /// The line of the side.
    pub side: Line,
    /// Whether the form of the side's line is positive inside the cell.
    pub is_inward: bool,
    /// The ledger's name of the corner.
    pub vertex: L::Vertex,
    /// The ledger's name of the side.
    pub edge: L::Edge,
}

impl<L: Ledger> Clone for Corner<L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L: Ledger> Copy for Corner<L> {}

/// Keeps the books of what the walk finds.
pub(crate) trait Ledger: Sized + Clone + std::fmt::Debug {
    /// How vertices are named.
    type Vertex: Copy + std::fmt::Debug;
    /// How edges are named.
    type Edge: Copy + std::fmt::Debug;
    /// Whether cells are only counted, with [`tally`](Self::tally), and [`cell`](Self::cell) is never called.
    const ONLY_COUNTS: bool;

    /// A corner of the domain.
    fn corner(&mut self, lines: [Line; 2]) -> Self::Vertex;
    /// An edge that no other cell has brought in: a side of the domain, or a cut through a cell.
    fn edge(&mut self, ends: [Self::Vertex; 2], line: Line) -> Self::Edge;
    /// Cuts an edge, which begins at `from`, in two; the second time it is asked the answer is the same.
    fn cut(&mut self, edge: Self::Edge, from: Self::Vertex, lines: [Line; 2]) -> (Self::Vertex, [Self::Edge; 2]);
    /// Cells of the finest subdivision, and the sum of their numbers of sides, within and on the domain's boundary.
    fn tally(&mut self, n_cells: u64, n_inner_sides: u64, n_outer_sides: u64);
    /// One cell of the finest subdivision.
    fn cell(&mut self, cell: &Leaf<'_, Self>);
}

/// A cell of the finest subdivision, and the means to compute more about it.
pub(crate) struct Leaf<'a, L: Ledger> {
    pub corners: &'a [Corner<L>],
    /// Layers × units.
    pub on: &'a [Vec<bool>],
    /// The outputs' forms.
    pub outputs: &'a [Form],
}
