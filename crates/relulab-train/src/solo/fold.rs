//! Sums and extremes across lanes, in one order on every vector unit.
//!
//! Samples lie in blocks of [`BLOCK`], and a sum over samples is taken by *residues*: sample s adds to residue
//! s mod 16, blocks ascending, and the sixteen residues are added in a tree of distances 8, 4, 2, 1. On AVX-512 a block is one
//! vector, on AVX2 two or four; the tree is the same.

use crate::lanes::Simd;

/// Samples that are padded to and summed together: the lanes of the widest vector unit.
pub(crate) const BLOCK: usize = 16;

/// Vectors of a block.
#[inline(always)]
pub(super) fn vectors_of_block<V: Simd>() -> usize {
    BLOCK / V::LANES
}

/// The first levels of the tree: the parts of a block become one vector.
#[inline(always)]
pub(super) fn join<V: Simd>(parts: [V; 4], op: impl Fn(V, V) -> V) -> V {
    match vectors_of_block::<V>() {
        1 => parts[0],
        2 => op(parts[0], parts[1]),
        _ => op(op(parts[0], parts[2]), op(parts[1], parts[3])),
    }
}

/// The last levels, for as many vectors as a vector has lanes: lane k of the result is vector k folded.
///
/// # Safety
/// `LANES` vectors can be read at `vectors`.
#[inline(always)]
pub(super) unsafe fn fold<V: Simd>(vectors: *const V, op: impl Fn(V, V) -> V) -> V {
    let mut v = [V::zero(); BLOCK];
    for k in 0..V::LANES {
        // SAFETY: passed on.
        v[k] = unsafe { *vectors.add(k) };
    }
    if V::LANES > 8 {
        level::<V, 8>(&mut v, &op);
    }
    if V::LANES > 4 {
        level::<V, 4>(&mut v, &op);
    }
    level::<V, 2>(&mut v, &op);
    level::<V, 1>(&mut v, &op);
    v[0]
}

#[inline(always)]
fn level<V: Simd, const D: usize>(v: &mut [V; BLOCK], op: &impl Fn(V, V) -> V) {
    for k in 0..D {
        let (own, other) = V::pair::<D>(v[k], v[k + D]);
        v[k] = op(own, other);
    }
}

/// The sum of all lanes of a block, in every lane.
#[inline(always)]
pub(super) fn sum_of_block<V: Simd>(parts: [V; 4]) -> V {
    let v = [join(parts, V::add); BLOCK];
    // SAFETY: a vector has at most BLOCK lanes.
    unsafe { fold(v.as_ptr(), V::add) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::{Element, P32, P64, Task, VectorUnit};

    struct Check;

    impl Task for Check {
        type Output = ();

        #[inline(always)]
        fn run<F32: Simd<Elem = f32>, F64: Simd<Elem = f64>>(self) {
            check::<F32>();
            check::<F64>();
        }
    }

    /// Vector k holds 100 k + lane: sums and maxima are known.
    fn check<V: Simd>() {
        let mut vectors = vec![V::zero(); V::LANES];
        for (k, vector) in vectors.iter_mut().enumerate() {
            (0..V::LANES).for_each(|lane| vector.set_lane(lane, V::Elem::from_f64((100 * k + lane) as f64)));
        }
        let n = V::LANES as f64;
        // SAFETY: there are as many vectors as lanes.
        let (sums, tops) = unsafe { (fold(vectors.as_ptr(), V::add), fold(vectors.as_ptr(), V::max)) };
        for k in 0..V::LANES {
            let first = 100.0 * k as f64;
            assert_eq!(sums.lane(k).to_f64(), n * first + n * (n - 1.0) / 2.0);
            assert_eq!(tops.lane(k).to_f64(), first + n - 1.0);
        }
        let total = sum_of_block([V::constant(1.0); 4]);
        assert!((0..V::LANES).all(|lane| total.lane(lane).to_f64() == BLOCK as f64));
    }

    #[test]
    fn folds_on_every_unit() {
        for unit in [VectorUnit::Avx512, VectorUnit::Avx2, VectorUnit::Portable] {
            if unit.is_available() {
                unit.run(Check);
            }
        }
        check::<P32<16>>();
        check::<P64<4>>();
    }
}
