//! Rationals on the cells of a complex, with what neighbouring cells have in common computed once.

use super::complex::PlaneComplex;
use super::domain::ExactPoint;
use super::exact::{ExactForm, ExactForms, Pattern, value_at};
use super::extent::Growing;
use relulab_exact::Rational;

/// Goes from cell to cell and computes exact forms there.
///
/// Cells are numbered in the order of the walk, so that consecutive cells share the forms of most layers.
pub(super) struct Cursor<'a> {
    complex: &'a PlaneComplex,
    forms: ExactForms,
    cell: usize,
    first_bits: Vec<usize>,
}

/// The pattern of one cell.
struct CellPattern<'a> {
    words: &'a [u64],
    first_bits: &'a [usize],
}

impl Pattern for CellPattern<'_> {
    fn is_on(&self, layer: usize, unit: usize) -> bool {
        let bit = self.first_bits[layer] + unit;
        self.words[bit / 64] >> (bit % 64) & 1 == 1
    }
}

impl<'a> Cursor<'a> {
    /// A cursor at the first cell.
    pub fn new(complex: &'a PlaneComplex) -> Self {
        let mut forms = ExactForms::default();
        forms.prepare(&complex.layers);
        let mut end = 0;
        let mut first_bits = vec![0];
        first_bits.extend(complex.hidden().map(|width| {
            end += width;
            end
        }));
        Self { complex, forms, cell: 0, first_bits }
    }

    /// Forgets what differs between the last cell and the next.
    fn go_to(&mut self, cell: usize) {
        let (old, new) = (self.complex.pattern(self.cell), self.complex.pattern(cell));
        self.cell = cell;
        let Some(word) = (0..old.len()).find(|word| old[*word] != new[*word]) else { return };
        let bit = word * 64 + (old[word] ^ new[word]).trailing_zeros() as usize;
        let layer = self.first_bits.iter().take_while(|first| **first <= bit).count();
        self.forms.forget_from(layer);
    }

    /// The exact map of an output on a cell.
    pub fn map(&mut self, cell: usize, output: usize) -> ExactForm {
        self.form(cell, self.complex.layers.hidden().len(), output).clone()
    }

    /// The exact form of a unit on a cell; the outputs are the units of the last layer.
    pub fn form(&mut self, cell: usize, layer: usize, unit: usize) -> &ExactForm {
        self.go_to(cell);
        let Self { complex, forms, first_bits, .. } = self;
        let pattern = CellPattern { words: complex.pattern(cell), first_bits };
        forms.form(&complex.layers, &pattern, layer, unit)
    }

    /// What a unit computes at a vertex, which is `point`.
    pub fn value(&mut self, vertex: usize, point: &ExactPoint, layer: usize, unit: usize) -> Growing {
        let home = self.complex.vertices[vertex].home;
        let form = self.form(home as usize, layer, unit);
        let [a, b, _] = form;
        let rate =
            if point.is_finite() { Rational::zero() } else { a.clone() * &point.rate[0] + b.clone() * &point.rate[1] };
        [rate, value_at(form, &point.at)]
    }

    /// A vertex.
    pub fn vertex(&mut self, vertex: usize) -> ExactPoint {
        let super::complex::Vertex { lines, home, .. } = self.complex.vertices[vertex];
        self.go_to(home as usize);
        let Self { complex, forms, first_bits, .. } = self;
        let pattern = CellPattern { words: complex.pattern(home as usize), first_bits };
        forms.point(&complex.layers, &pattern, complex.domain, lines)
    }
}
