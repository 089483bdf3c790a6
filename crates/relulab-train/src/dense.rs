//! The three passes of a dense layer over a group of networks: forward, weight gradient, input gradient.
//!
//! Every value is a vector with one network per lane. Activations lie unit by unit, and within a unit sample by
//! sample, `stride` vectors apart. Each sum runs in one fixed order (inputs, outputs or samples ascending), so tiles
//! change the speed and never the bits.
//!
//! # Safety
//! All functions take raw pointers: weights `w[j·n_in + i]`, biases `b[j]`, activations `x[i·stride + s]`. The caller
//! guarantees that these ranges are valid for the given counts and that outputs do not overlap inputs, with one
//! exception: the input gradient may replace the inputs in place.

use crate::lanes::{Outlined, Simd};

/// Samples per register tile.
const TILE: usize = 8;

/// The sizes of one layer and one chunk of samples.
#[derive(Clone, Copy)]
pub(crate) struct Extent {
    pub n_in: usize,
    pub n_out: usize,
    /// Samples in this chunk.
    pub n_samples: usize,
    /// Vectors between one unit's samples and the next unit's.
    pub stride: usize,
}

/// The forward pass of one layer as a function of its own: `y = W x + b`, followed by ReLU if `relu`.
pub(crate) struct Forward<V> {
    pub extent: Extent,
    pub weights: *const V,
    pub biases: *const V,
    pub inputs: *const V,
    pub outputs: *mut V,
    pub relu: bool,
}

impl<V: Simd> Outlined for Forward<V> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        // SAFETY: whoever fills in the pointers vouches for them, as the module says.
        unsafe {
            if self.relu {
                forward::<V, true>(self.extent, self.weights, self.biases, self.inputs, self.outputs);
            } else {
                forward::<V, false>(self.extent, self.weights, self.biases, self.inputs, self.outputs);
            }
        }
    }
}

/// The backward pass of one layer as a function of its own: adds to the gradients of weights and biases, and, unless
/// `is_first`, replaces the inputs by their derivatives (before the activation, if `relu`).
pub(crate) struct Backward<V> {
    pub extent: Extent,
    pub weights: *const V,
    pub deltas: *const V,
    pub inputs: *mut V,
    pub weight_gradient: *mut V,
    pub bias_gradient: *mut V,
    pub is_first: bool,
    pub relu: bool,
}

impl<V: Simd> Outlined for Backward<V> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { extent: e, weights: w, deltas: d, inputs: dx, weight_gradient: gw, bias_gradient: gb, .. } = self;
        let x = dx.cast_const();
        // SAFETY: whoever fills in the pointers vouches for them, as the module says.
        unsafe {
            if !self.is_first && self.relu && backward_small::<V, true>(e, w, d, x, gw, gb, dx) {
                return;
            }
            weight_gradient(e, d, x, gw, gb);
            if self.is_first {
                return;
            }
            if self.relu {
                input_gradient::<V, true>(e, w, d, x, dx);
            } else {
                input_gradient::<V, false>(e, w, d, x, dx);
            }
        }
    }
}

#[inline(always)]
unsafe fn forward<V: Simd, const RELU: bool>(e: Extent, w: *const V, b: *const V, x: *const V, y: *mut V) {
    unsafe {
        match (e.n_in, e.n_out) {
            (1, 1) => return forward_small::<V, 1, 1, RELU>(e, w, b, x, y),
            (1, 2) => return forward_small::<V, 1, 2, RELU>(e, w, b, x, y),
            (2, 1) => return forward_small::<V, 2, 1, RELU>(e, w, b, x, y),
            (2, 2) => return forward_small::<V, 2, 2, RELU>(e, w, b, x, y),
            (1, 3) => return forward_small::<V, 1, 3, RELU>(e, w, b, x, y),
            (3, 1) => return forward_small::<V, 3, 1, RELU>(e, w, b, x, y),
            (2, 3) => return forward_small::<V, 2, 3, RELU>(e, w, b, x, y),
            (3, 2) => return forward_small::<V, 3, 2, RELU>(e, w, b, x, y),
            (3, 3) => return forward_small::<V, 3, 3, RELU>(e, w, b, x, y),
            (4, 1) => return forward_small::<V, 4, 1, RELU>(e, w, b, x, y),
            (1, 4) => return forward_small::<V, 1, 4, RELU>(e, w, b, x, y),
            (4, 4) => return forward_small::<V, 4, 4, RELU>(e, w, b, x, y),
            _ => {}
        }
        let mut s = 0;
        while s + TILE <= e.n_samples {
            forward_columns::<V, TILE, RELU>(e, w, b, x.add(s), y.add(s));
            s += TILE;
        }
        while s < e.n_samples {
            forward_columns::<V, 1, RELU>(e, w, b, x.add(s), y.add(s));
            s += 1;
        }
    }
}

#[inline(always)]
unsafe fn forward_columns<V: Simd, const S: usize, const RELU: bool>(
    e: Extent,
    w: *const V,
    b: *const V,
    x: *const V,
    y: *mut V,
) {
    unsafe {
        let mut j = 0;
        while j + 2 <= e.n_out {
            forward_tile::<V, 2, S, RELU>(e, w.add(j * e.n_in), b.add(j), x, y.add(j * e.stride));
            j += 2;
        }
        if j < e.n_out {
            forward_tile::<V, 1, S, RELU>(e, w.add(j * e.n_in), b.add(j), x, y.add(j * e.stride));
        }
    }
}

#[inline(always)]
unsafe fn forward_tile<V: Simd, const J: usize, const S: usize, const RELU: bool>(
    e: Extent,
    w: *const V,
    b: *const V,
    x: *const V,
    y: *mut V,
) {
    unsafe {
        let mut sums = [[V::zero(); S]; J];
        for j in 0..J {
            let bias = *b.add(j);
            for s in 0..S {
                sums[j][s] = bias;
            }
        }
        for i in 0..e.n_in {
            let mut weights = [V::zero(); J];
            for j in 0..J {
                weights[j] = *w.add(j * e.n_in + i);
            }
            for s in 0..S {
                let value = *x.add(i * e.stride + s);
                for j in 0..J {
                    sums[j][s] = weights[j].mul_add(value, sums[j][s]);
                }
            }
        }
        for j in 0..J {
            for s in 0..S {
                let z = sums[j][s];
                *y.add(j * e.stride + s) = if RELU { V::zero().max(z) } else { z };
            }
        }
    }
}

/// A layer whose weights all fit in registers.
#[inline(always)]
unsafe fn forward_small<V: Simd, const I: usize, const J: usize, const RELU: bool>(
    e: Extent,
    w: *const V,
    b: *const V,
    x: *const V,
    y: *mut V,
) {
    unsafe {
        let mut weights = [[V::zero(); I]; J];
        let mut biases = [V::zero(); J];
        for j in 0..J {
            biases[j] = *b.add(j);
            for i in 0..I {
                weights[j][i] = *w.add(j * I + i);
            }
        }
        for s in 0..e.n_samples {
            let mut sums = biases;
            for i in 0..I {
                let value = *x.add(i * e.stride + s);
                for j in 0..J {
                    sums[j] = weights[j][i].mul_add(value, sums[j]);
                }
            }
            for j in 0..J {
                *y.add(j * e.stride + s) = if RELU { V::zero().max(sums[j]) } else { sums[j] };
            }
        }
    }
}

/// Adds to the gradients of weights and biases: `gw[j,i] += Σ_s d[j,s] x[i,s]`, `gb[j] += Σ_s d[j,s]`.
#[inline(always)]
unsafe fn weight_gradient<V: Simd>(e: Extent, d: *const V, x: *const V, gw: *mut V, gb: *mut V) {
    unsafe {
        if e.n_in == 1 {
            let mut j = 0;
            while j + 8 <= e.n_out {
                gradient_tile::<V, 8, 1, true>(e, d.add(j * e.stride), x, gw.add(j), gb.add(j));
                j += 8;
            }
            while j + 2 <= e.n_out {
                gradient_tile::<V, 2, 1, true>(e, d.add(j * e.stride), x, gw.add(j), gb.add(j));
                j += 2;
            }
            if j < e.n_out {
                gradient_tile::<V, 1, 1, true>(e, d.add(j * e.stride), x, gw.add(j), gb.add(j));
            }
            return;
        }
        let mut j = 0;
        while j + 4 <= e.n_out {
            gradient_rows::<V, 4>(e, d.add(j * e.stride), x, gw.add(j * e.n_in), gb.add(j));
            j += 4;
        }
        while j < e.n_out {
            gradient_rows::<V, 1>(e, d.add(j * e.stride), x, gw.add(j * e.n_in), gb.add(j));
            j += 1;
        }
    }
}

#[inline(always)]
unsafe fn gradient_rows<V: Simd, const J: usize>(e: Extent, d: *const V, x: *const V, gw: *mut V, gb: *mut V) {
    unsafe {
        let mut i = 0;
        if e.n_in >= 4 {
            gradient_tile::<V, J, 4, true>(e, d, x, gw, gb);
            i = 4;
            while i + 4 <= e.n_in {
                gradient_tile::<V, J, 4, false>(e, d, x.add(i * e.stride), gw.add(i), gb);
                i += 4;
            }
        } else {
            gradient_tile::<V, J, 1, true>(e, d, x, gw, gb);
            i += 1;
        }
        while i < e.n_in {
            gradient_tile::<V, J, 1, false>(e, d, x.add(i * e.stride), gw.add(i), gb);
            i += 1;
        }
    }
}

#[inline(always)]
unsafe fn gradient_tile<V: Simd, const J: usize, const I: usize, const BIAS: bool>(
    e: Extent,
    d: *const V,
    x: *const V,
    gw: *mut V,
    gb: *mut V,
) {
    unsafe {
        let mut sums = [[V::zero(); I]; J];
        let mut bias_sums = [V::zero(); J];
        for j in 0..J {
            for i in 0..I {
                sums[j][i] = *gw.add(j * e.n_in + i);
            }
            if BIAS {
                bias_sums[j] = *gb.add(j);
            }
        }
        for s in 0..e.n_samples {
            let mut values = [V::zero(); I];
            for i in 0..I {
                values[i] = *x.add(i * e.stride + s);
            }
            for j in 0..J {
                let delta = *d.add(j * e.stride + s);
                for i in 0..I {
                    sums[j][i] = delta.mul_add(values[i], sums[j][i]);
                }
                if BIAS {
                    bias_sums[j] = bias_sums[j].add(delta);
                }
            }
        }
        for j in 0..J {
            for i in 0..I {
                *gw.add(j * e.n_in + i) = sums[j][i];
            }
            if BIAS {
                *gb.add(j) = bias_sums[j];
            }
        }
    }
}

/// Derivative in the inputs: `dx[i,s] = Σ_j w[j,i] d[j,s]`, kept only where `x[i,s] > 0` if `RELU`.
#[inline(always)]
unsafe fn input_gradient<V: Simd, const RELU: bool>(e: Extent, w: *const V, d: *const V, x: *const V, dx: *mut V) {
    unsafe {
        let mut s = 0;
        while s + TILE <= e.n_samples {
            input_gradient_columns::<V, TILE, RELU>(e, w, d.add(s), x.add(s), dx.add(s));
            s += TILE;
        }
        while s < e.n_samples {
            input_gradient_columns::<V, 1, RELU>(e, w, d.add(s), x.add(s), dx.add(s));
            s += 1;
        }
    }
}

#[inline(always)]
unsafe fn input_gradient_columns<V: Simd, const S: usize, const RELU: bool>(
    e: Extent,
    w: *const V,
    d: *const V,
    x: *const V,
    dx: *mut V,
) {
    unsafe {
        let mut i = 0;
        while i + 2 <= e.n_in {
            input_gradient_tile::<V, 2, S, RELU>(e, w.add(i), d, x.add(i * e.stride), dx.add(i * e.stride));
            i += 2;
        }
        if i < e.n_in {
            input_gradient_tile::<V, 1, S, RELU>(e, w.add(i), d, x.add(i * e.stride), dx.add(i * e.stride));
        }
    }
}

#[inline(always)]
unsafe fn input_gradient_tile<V: Simd, const I: usize, const S: usize, const RELU: bool>(
    e: Extent,
    w: *const V,
    d: *const V,
    x: *const V,
    dx: *mut V,
) {
    unsafe {
        let mut sums = [[V::zero(); S]; I];
        for i in 0..I {
            let weight = *w.add(i);
            for s in 0..S {
                sums[i][s] = weight.mul(*d.add(s));
            }
        }
        for j in 1..e.n_out {
            let mut weights = [V::zero(); I];
            for i in 0..I {
                weights[i] = *w.add(j * e.n_in + i);
            }
            for s in 0..S {
                let delta = *d.add(j * e.stride + s);
                for i in 0..I {
                    sums[i][s] = weights[i].mul_add(delta, sums[i][s]);
                }
            }
        }
        for i in 0..I {
            for s in 0..S {
                let at = i * e.stride + s;
                *dx.add(at) = if RELU { sums[i][s].keep((*x.add(at)).gt(V::zero())) } else { sums[i][s] };
            }
        }
    }
}

/// `weight_gradient` and `input_gradient` in one pass, for layers whose weights and gradients fit in registers.
/// Returns false, having done nothing, for other layers.
#[inline(always)]
unsafe fn backward_small<V: Simd, const RELU: bool>(
    e: Extent,
    w: *const V,
    d: *const V,
    x: *const V,
    gw: *mut V,
    gb: *mut V,
    dx: *mut V,
) -> bool {
    unsafe {
        match (e.n_in, e.n_out) {
            (1, 1) => small::<V, 1, 1, RELU>(e, w, d, x, gw, gb, dx),
            (1, 2) => small::<V, 1, 2, RELU>(e, w, d, x, gw, gb, dx),
            (2, 1) => small::<V, 2, 1, RELU>(e, w, d, x, gw, gb, dx),
            (2, 2) => small::<V, 2, 2, RELU>(e, w, d, x, gw, gb, dx),
            (1, 3) => small::<V, 1, 3, RELU>(e, w, d, x, gw, gb, dx),
            (3, 1) => small::<V, 3, 1, RELU>(e, w, d, x, gw, gb, dx),
            (2, 3) => small::<V, 2, 3, RELU>(e, w, d, x, gw, gb, dx),
            (3, 2) => small::<V, 3, 2, RELU>(e, w, d, x, gw, gb, dx),
            (3, 3) => small::<V, 3, 3, RELU>(e, w, d, x, gw, gb, dx),
            (4, 1) => small::<V, 4, 1, RELU>(e, w, d, x, gw, gb, dx),
            (1, 4) => small::<V, 1, 4, RELU>(e, w, d, x, gw, gb, dx),
            (4, 4) => small::<V, 4, 4, RELU>(e, w, d, x, gw, gb, dx),
            _ => return false,
        }
        true
    }
}

#[inline(always)]
unsafe fn small<V: Simd, const I: usize, const J: usize, const RELU: bool>(
    e: Extent,
    w: *const V,
    d: *const V,
    x: *const V,
    gw: *mut V,
    gb: *mut V,
    dx: *mut V,
) {
    unsafe {
        let mut weights = [[V::zero(); I]; J];
        let mut sums = [[V::zero(); I]; J];
        let mut bias_sums = [V::zero(); J];
        for j in 0..J {
            bias_sums[j] = *gb.add(j);
            for i in 0..I {
                weights[j][i] = *w.add(j * I + i);
                sums[j][i] = *gw.add(j * I + i);
            }
        }
        for s in 0..e.n_samples {
            let mut deltas = [V::zero(); J];
            for j in 0..J {
                deltas[j] = *d.add(j * e.stride + s);
                bias_sums[j] = bias_sums[j].add(deltas[j]);
            }
            for i in 0..I {
                let value = *x.add(i * e.stride + s);
                let mut below = weights[0][i].mul(deltas[0]);
                sums[0][i] = deltas[0].mul_add(value, sums[0][i]);
                for j in 1..J {
                    below = weights[j][i].mul_add(deltas[j], below);
                    sums[j][i] = deltas[j].mul_add(value, sums[j][i]);
                }
                *dx.add(i * e.stride + s) = if RELU { below.keep(value.gt(V::zero())) } else { below };
            }
        }
        for j in 0..J {
            *gb.add(j) = bias_sums[j];
            for i in 0..I {
                *gw.add(j * I + i) = sums[j][i];
            }
        }
    }
}
