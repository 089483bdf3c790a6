//! The product of a matrix with a batch: the forward pass of a layer, and with the matrix transposed the derivative in
//! its inputs.
//!
//! Samples are in the lanes: a unit's values are `stride` vectors, one after the other, and a weight is broadcast.
//! Every sum runs over the columns ascending, so tiles change the speed and never the bits.

use crate::lanes::{Element, Outlined, Simd};

/// Activations and derivatives smaller than this count as 0 in f32, on every path. In a deep network they otherwise
/// run into subnormal numbers, which slow a processor a hundredfold; products of two of this size are normal. A
/// gradient so small moves nothing: Adam's ε is far larger.
const NEGLIGIBLE_F32: f64 = 1e-18;
/// The same in f64.
const NEGLIGIBLE_F64: f64 = 1e-150;

/// Values smaller than this count as 0.
#[inline(always)]
pub(super) fn negligible<V: Simd>() -> V {
    V::constant(if V::Elem::IS_DOUBLE { NEGLIGIBLE_F64 } else { NEGLIGIBLE_F32 })
}

/// Where the sums of a product begin.
pub(super) enum Begin<V: Simd> {
    /// At 0.
    Zero,
    /// At one number a row.
    Biases(*const V::Elem),
    /// At the outputs as they are.
    Outputs,
}

/// What is written in place of a sum.
pub(super) enum End<V: Simd> {
    /// The sum.
    Plain,
    /// Its positive part, and the sum itself to another place unless that is null.
    Relu {
        /// As `outputs`.
        sums: *mut V,
    },
    /// The sum where an activation is positive.
    Gate {
        /// As `outputs`.
        activations: *const V,
    },
}

/// `outputs[r] = Σ_c weights[r, c] · inputs[c]`, for every sample.
///
/// *Shapes*: weight (r, c) lies at `r·row_step + c·column_step`; row r of the outputs and column c of the inputs begin
/// at `r·stride` and `c·stride`.
///
/// # Safety
/// The pointers are valid for these counts, and outputs do not overlap inputs.
pub(super) struct Product<V: Simd> {
    pub rows: usize,
    pub columns: usize,
    pub weights: *const V::Elem,
    pub row_step: usize,
    pub column_step: usize,
    pub inputs: *const V,
    pub outputs: *mut V,
    pub stride: usize,
    pub begin: Begin<V>,
    pub end: End<V>,
}

impl<V: Simd> Outlined for Product<V> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        // SAFETY: whoever fills in the pointers vouches for them.
        unsafe {
            let mut at = 0;
            // Six vectors are the 85 points of MOONS, padded; four rows of them fill the registers of AVX-512.
            while size_of::<V>() == 64 && at + 6 <= self.stride {
                self.rows_of::<6>(at);
                at += 6;
            }
            while at + 2 <= self.stride {
                self.rows_of::<2>(at);
                at += 2;
            }
            if at < self.stride {
                self.rows_of::<1>(at);
            }
        }
    }
}

impl<V: Simd> Product<V> {
    #[inline(always)]
    unsafe fn rows_of<const B: usize>(&self, at: usize) {
        unsafe {
            let mut row = 0;
            while row + 4 <= self.rows {
                self.tile::<4, B>(row, at);
                row += 4;
            }
            match self.rows - row {
                3 => self.tile::<3, B>(row, at),
                2 => self.tile::<2, B>(row, at),
                1 => self.tile::<1, B>(row, at),
                _ => {}
            }
        }
    }

    #[inline(always)]
    unsafe fn tile<const R: usize, const B: usize>(&self, row: usize, at: usize) {
        unsafe {
            let mut sums = [[V::zero(); B]; R];
            match self.begin {
                Begin::Zero => {}
                Begin::Biases(biases) => {
                    for r in 0..R {
                        sums[r] = [V::splat(*biases.add(row + r)); B];
                    }
                }
                Begin::Outputs => {
                    for r in 0..R {
                        for b in 0..B {
                            sums[r][b] = *self.outputs.add((row + r) * self.stride + at + b);
                        }
                    }
                }
            }
            let mut weights = self.weights.add(row * self.row_step);
            let mut inputs = self.inputs.add(at);
            for _ in 0..self.columns {
                let mut values = [V::zero(); B];
                for b in 0..B {
                    values[b] = *inputs.add(b);
                }
                for r in 0..R {
                    let weight = V::splat(*weights.add(r * self.row_step));
                    for b in 0..B {
                        sums[r][b] = weight.mul_add(values[b], sums[r][b]);
                    }
                }
                weights = weights.add(self.column_step);
                inputs = inputs.add(self.stride);
            }
            for r in 0..R {
                let from = (row + r) * self.stride + at;
                for b in 0..B {
                    *self.outputs.add(from + b) = self.ended(sums[r][b], from + b);
                }
            }
        }
    }

    /// What is written for a sum; `place` is its place among the outputs.
    #[inline(always)]
    unsafe fn ended(&self, sum: V, place: usize) -> V {
        let negligible = negligible::<V>();
        match self.end {
            End::Plain => sum,
            End::Relu { sums } => {
                if !sums.is_null() {
                    // SAFETY: passed on.
                    unsafe { *sums.add(place) = sum };
                }
                // A sum that is no number stays, so that the loss shows it.
                sum.keep(negligible.not_gt(sum))
            }
            End::Gate { activations } => {
                // SAFETY: passed on.
                let open = unsafe { *activations.add(place) }.gt(V::zero());
                sum.keep(negligible.not_gt_where(open, sum.abs()))
            }
        }
    }
}
