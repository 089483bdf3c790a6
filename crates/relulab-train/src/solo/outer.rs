//! The gradients of a layer's weights and biases: products of derivatives and inputs, summed over samples.

use super::fold::{BLOCK, fold, join, vectors_of_block};
use crate::lanes::{Outlined, Simd};

/// Derivatives and inputs whose products are summed. A dense layer has one term, a convolution one for each position.
#[derive(Clone, Copy)]
pub(super) struct Term<V> {
    /// One row of `stride` vectors for each row of the gradient.
    pub deltas: *const V,
    /// One for each of the first `columns` columns.
    pub inputs: *const V,
    pub columns: usize,
}

/// `gradient[j, i] = Σ_s deltas[j, s] · inputs[i, s]`, and after these Σ_s deltas\[j, s\]; summed over terms too.
///
/// *Shapes*: weights are rows × columns, biases one a row, without gaps. Terms have no more columns than the first,
/// which has all.
///
/// # Safety
/// The pointers are valid for these counts.
pub(super) struct Outer<'a, V: Simd> {
    pub rows: usize,
    pub columns: usize,
    pub terms: &'a [Term<V>],
    pub stride: usize,
    /// Of weights, then biases.
    pub gradient: *mut V::Elem,
}

/// Rows or columns of the largest tile: its sums fill a vector when they are folded.
const SIDE: usize = 4;

impl<V: Simd> Outlined for Outer<'_, V> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        // SAFETY: whoever fills in the pointers vouches for them.
        unsafe {
            let mut row = 0;
            while row + SIDE <= self.rows {
                self.row_sums::<4>(row);
                row += SIDE;
            }
            match self.rows - row {
                3 => self.row_sums::<3>(row),
                2 => self.row_sums::<2>(row),
                1 => self.row_sums::<1>(row),
                _ => {}
            }
            self.delta_sums(self.gradient.add(self.rows * self.columns));
        }
    }
}

impl<V: Simd> Outer<'_, V> {
    /// J rows of weights.
    #[inline(always)]
    unsafe fn row_sums<const J: usize>(&self, row: usize) {
        // All terms have the first columns; the first term alone has the others.
        let shared = self.terms[self.terms.len() - 1].columns;
        for (columns, terms) in [(0..shared, self.terms), (shared..self.columns, &self.terms[..1])] {
            let mut i = columns.start;
            // SAFETY: passed on.
            unsafe {
                while i + SIDE <= columns.end {
                    self.tile::<J, 4>(terms, row, i);
                    i += SIDE;
                }
                match columns.end - i {
                    3 => self.tile::<J, 3>(terms, row, i),
                    2 => self.tile::<J, 2>(terms, row, i),
                    1 => self.tile::<J, 1>(terms, row, i),
                    _ => {}
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn tile<const J: usize, const I: usize>(&self, terms: &[Term<V>], row: usize, column: usize) {
        let parts = vectors_of_block::<V>();
        let mut of_parts = [[[V::zero(); I]; J]; 4];
        // SAFETY: passed on.
        unsafe {
            for part in 0..parts {
                let mut sums = [[V::zero(); I]; J];
                for term in terms {
                    let deltas = term.deltas.add(row * self.stride);
                    let inputs = term.inputs.add(column * self.stride);
                    let mut at = part;
                    while at < self.stride {
                        let mut values = [V::zero(); I];
                        for i in 0..I {
                            values[i] = *inputs.add(i * self.stride + at);
                        }
                        for j in 0..J {
                            let delta = *deltas.add(j * self.stride + at);
                            for i in 0..I {
                                sums[j][i] = delta.mul_add(values[i], sums[j][i]);
                            }
                        }
                        at += parts;
                    }
                }
                of_parts[part] = sums;
            }
            let mut sums = [V::zero(); SIDE * SIDE];
            for j in 0..J {
                for i in 0..I {
                    sums[j * I + i] = join(std::array::from_fn(|part| of_parts[part][j][i]), V::add);
                }
            }
            let folded = folded(sums, J * I);
            let numbers = V::elements(&folded);
            for j in 0..J {
                let to = self.gradient.add((row + j) * self.columns + column);
                std::ptr::copy_nonoverlapping(numbers.as_ptr().add(j * I), to, I);
            }
        }
    }

    /// The sums of all rows of derivatives.
    #[inline(always)]
    unsafe fn delta_sums(&self, to: *mut V::Elem) {
        let mut row = 0;
        while row < self.rows {
            let n = BLOCK.min(self.rows - row);
            let mut sums = [V::zero(); BLOCK];
            let mut j = 0;
            // SAFETY: passed on.
            unsafe {
                while j + SIDE <= n {
                    sums[j..j + SIDE].copy_from_slice(&self.delta_sums_of::<4>(row + j));
                    j += SIDE;
                }
                while j < n {
                    sums[j..=j].copy_from_slice(&self.delta_sums_of::<1>(row + j));
                    j += 1;
                }
                let folded = folded(sums, n);
                std::ptr::copy_nonoverlapping(V::elements(&folded).as_ptr(), to.add(row), n);
            }
            row += n;
        }
    }

    #[inline(always)]
    unsafe fn delta_sums_of<const J: usize>(&self, row: usize) -> [V; J] {
        let parts = vectors_of_block::<V>();
        let mut of_parts = [[V::zero(); J]; 4];
        for part in 0..parts {
            for term in self.terms {
                // SAFETY: passed on.
                unsafe {
                    let deltas = term.deltas.add(row * self.stride);
                    let mut at = part;
                    while at < self.stride {
                        for j in 0..J {
                            of_parts[part][j] = of_parts[part][j].add(*deltas.add(j * self.stride + at));
                        }
                        at += parts;
                    }
                }
            }
        }
        std::array::from_fn(|j| join(std::array::from_fn(|part| of_parts[part][j]), V::add))
    }
}

/// The first `n` of up to a block of vectors, each folded to a number, one after the other.
#[inline(always)]
fn folded<V: Simd>(vectors: [V; BLOCK], n: usize) -> [V; BLOCK] {
    let mut folded = [V::zero(); BLOCK];
    for (vector, first) in folded.iter_mut().zip((0..n).step_by(V::LANES)) {
        // SAFETY: a block is a multiple of the lanes, so there are as many vectors as lanes.
        *vector = unsafe { fold(vectors.as_ptr().add(first), V::add) };
    }
    folded
}
