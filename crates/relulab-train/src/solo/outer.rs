//! The gradients of a layer's weights and biases: products of derivatives and inputs, summed over samples.

use super::fold::{fold, join, vectors_of_block};
use crate::lanes::{Outlined, Simd};

/// Sums that are gathered before they are folded: 16 KiB on AVX-512, a third of the first-level cache.
const GATHERED: usize = 256;

/// Derivatives and inputs whose products are summed. A dense layer has one term, a convolution one for each position.
#[derive(Clone, Copy)]
pub(super) struct Term<V> {
    /// One row of `stride` vectors for each row of the gradient.
    pub deltas: *const V,
    /// One for each of the first `columns` columns.
    pub inputs: *const V,
    pub columns: usize,
}

/// `weights[j, i] = Σ_s deltas[j, s] · inputs[i, s]` and `biases[j] = Σ_s deltas[j, s]`, summed over terms too.
///
/// *Shapes*: weights are rows × columns, without gaps. Terms have no more columns than the first, which has all.
///
/// # Safety
/// The pointers are valid for these counts.
pub(super) struct Outer<'a, V: Simd> {
    pub rows: usize,
    pub columns: usize,
    pub terms: &'a [Term<V>],
    pub stride: usize,
    pub weights: *mut V::Elem,
    pub biases: *mut V::Elem,
    /// Room for [`gathered`] vectors.
    pub sums: *mut V,
}

/// Rows whose sums are gathered together.
fn rows_together(columns: usize) -> usize {
    (GATHERED / columns / 4 * 4).max(4)
}

/// Vectors of the sums of a layer.
pub(super) fn gathered<V: Simd>(rows: usize, columns: usize) -> usize {
    (rows_together(columns) * columns).max(rows) + V::LANES
}

impl<V: Simd> Outlined for Outer<'_, V> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let together = rows_together(self.columns);
        // SAFETY: whoever fills in the pointers vouches for them.
        unsafe {
            let mut row = 0;
            while row < self.rows {
                let end = self.rows.min(row + together);
                let mut j = row;
                while j + 4 <= end {
                    self.row_sums::<4>(j, j - row);
                    j += 4;
                }
                match end - j {
                    3 => self.row_sums::<3>(j, j - row),
                    2 => self.row_sums::<2>(j, j - row),
                    1 => self.row_sums::<1>(j, j - row),
                    _ => {}
                }
                self.fold_into(self.weights.add(row * self.columns), (end - row) * self.columns);
                row = end;
            }
            for j in 0..self.rows {
                *self.sums.add(j) = self.delta_sum(j);
            }
            self.fold_into(self.biases, self.rows);
        }
    }
}

impl<V: Simd> Outer<'_, V> {
    /// The sums of J rows of weights, not yet folded.
    #[inline(always)]
    unsafe fn row_sums<const J: usize>(&self, row: usize, place: usize) {
        // All terms have the first columns; the first term alone has the others.
        let shared = self.terms[self.terms.len() - 1].columns;
        for (columns, terms) in [(0..shared, self.terms), (shared..self.columns, &self.terms[..1])] {
            let mut i = columns.start;
            // SAFETY: passed on.
            unsafe {
                while i + 4 <= columns.end {
                    self.tile::<J, 4>(terms, row, place, i);
                    i += 4;
                }
                match columns.end - i {
                    3 => self.tile::<J, 3>(terms, row, place, i),
                    2 => self.tile::<J, 2>(terms, row, place, i),
                    1 => self.tile::<J, 1>(terms, row, place, i),
                    _ => {}
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn tile<const J: usize, const I: usize>(&self, terms: &[Term<V>], row: usize, place: usize, column: usize) {
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
            for j in 0..J {
                for i in 0..I {
                    let sum = join(std::array::from_fn(|part| of_parts[part][j][i]), V::add);
                    *self.sums.add((place + j) * self.columns + column + i) = sum;
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn delta_sum(&self, row: usize) -> V {
        let parts = vectors_of_block::<V>();
        let mut of_parts = [V::zero(); 4];
        for part in 0..parts {
            for term in self.terms {
                let mut at = part;
                while at < self.stride {
                    // SAFETY: passed on.
                    of_parts[part] = of_parts[part].add(unsafe { *term.deltas.add(row * self.stride + at) });
                    at += parts;
                }
            }
        }
        join(of_parts, V::add)
    }

    /// Folds the first `n` gathered sums into numbers, one after the other.
    #[inline(always)]
    unsafe fn fold_into(&self, to: *mut V::Elem, n: usize) {
        let mut k = 0;
        // SAFETY: passed on; the last sums are followed by room for a whole vector of them.
        unsafe {
            while k < n {
                let numbers = fold(self.sums.add(k), V::add);
                if k + V::LANES <= n {
                    numbers.store(to.add(k));
                } else {
                    for lane in 0..n - k {
                        *to.add(k + lane) = numbers.lane(lane);
                    }
                }
                k += V::LANES;
            }
        }
    }
}
