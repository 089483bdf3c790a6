//! The innermost loop: the signs of many affine forms at one point, with the margins they have.
//!
//! Neither version uses fused multiply-add and both add in the same order, so every vector unit gives the same bits.

use super::bits::Bits;

/// Forms are evaluated in groups of this many.
pub(crate) const LANES: usize = 8;

/// Affine forms stored coordinate by coordinate, the homogenising one first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FormTable<'a> {
    /// Coordinates × forms, each row padded with zeros to a multiple of [`LANES`].
    pub coefficients: &'a [f64],
    /// Per form, what an error of the point's coordinates is multiplied with.
    pub spread: &'a [f64],
    /// Per form, what the size of the point is multiplied with to cover rounding and the form's own error.
    pub rounding: &'a [f64],
    /// Place of the first form in the sets, a multiple of [`LANES`].
    pub first_bit: usize,
}

/// A point in homogeneous coordinates with bounds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BoundedPoint<'a> {
    /// The homogenising coordinate (1 for points, 0 for directions), then the others.
    pub coordinates: &'a [f64],
    /// Bound of the error of each coordinate.
    pub error: f64,
    /// Bound of the magnitude of each coordinate.
    pub size: f64,
}

/// Signs of the wanted forms: those positive, and those whose margin is not above `margin`.
///
/// What is not in the second set has a certain sign when `margin` is at least 1.
#[inline]
pub(crate) fn signs<const W: usize>(
    table: FormTable<'_>,
    point: BoundedPoint<'_>,
    wanted: Bits<W>,
    margin: f64,
) -> (Bits<W>, Bits<W>) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx512f") {
        // SAFETY: the feature that the function needs has just been detected.
        return unsafe { avx512::signs(table, point, wanted, margin) };
    }
    portable(table, point, wanted, margin)
}

/// The definition of [`signs`].
fn portable<const W: usize>(
    table: FormTable<'_>,
    point: BoundedPoint<'_>,
    wanted: Bits<W>,
    margin: f64,
) -> (Bits<W>, Bits<W>) {
    let (mut positive, mut unsure) = (Bits::EMPTY, Bits::EMPTY);
    let stride = table.spread.len();
    for start in (0..stride).step_by(LANES) {
        let byte = (table.first_bit + start) / LANES;
        let asked = wanted.byte(byte);
        if asked == 0 {
            continue;
        }
        let mut values = [0.0; LANES];
        for (row, coordinate) in table.coefficients.chunks_exact(stride).zip(point.coordinates) {
            for (value, coefficient) in values.iter_mut().zip(&row[start..start + LANES]) {
                *value += coefficient * coordinate;
            }
        }
        let (mut above, mut doubtful) = (0_u8, 0_u8);
        for (lane, value) in values.iter().enumerate() {
            let bound = point.error * table.spread[start + lane] + point.size * table.rounding[start + lane];
            above |= u8::from(*value > 0.0) << lane;
            let certain = value.abs() > margin * bound;
            doubtful |= u8::from(!certain) << lane;
        }
        positive.add_byte(byte, above & asked);
        unsure.add_byte(byte, doubtful & asked);
    }
    (positive, unsure)
}

#[cfg(target_arch = "x86_64")]
mod avx512 {
    use super::{Bits, BoundedPoint, FormTable, LANES};
    use std::arch::x86_64::*;

    /// Eight numbers from `start`.
    #[target_feature(enable = "avx512f")]
    fn load(part: &[f64], start: usize) -> __m512d {
        let part = &part[start..start + LANES];
        // SAFETY: the slice has just been shown to hold eight numbers.
        unsafe { _mm512_loadu_pd(part.as_ptr()) }
    }

    /// See [`super::signs`].
    #[target_feature(enable = "avx512f")]
    pub(super) fn signs<const W: usize>(
        table: FormTable<'_>,
        point: BoundedPoint<'_>,
        wanted: Bits<W>,
        margin: f64,
    ) -> (Bits<W>, Bits<W>) {
        let (mut positive, mut unsure) = (Bits::EMPTY, Bits::EMPTY);
        let stride = table.spread.len();
        let zero = _mm512_setzero_pd();
        let [error, size, margin] = [point.error, point.size, margin].map(|number| _mm512_set1_pd(number));
        for start in (0..stride).step_by(LANES) {
            let byte = (table.first_bit + start) / LANES;
            let asked = wanted.byte(byte);
            if asked == 0 {
                continue;
            }
            let mut values = zero;
            let mut place = start;
            for coordinate in point.coordinates {
                let product = _mm512_mul_pd(load(table.coefficients, place), _mm512_set1_pd(*coordinate));
                values = _mm512_add_pd(values, product);
                place += stride;
            }
            let spread = _mm512_mul_pd(error, load(table.spread, start));
            let bound = _mm512_add_pd(spread, _mm512_mul_pd(size, load(table.rounding, start)));
            let above = _mm512_cmp_pd_mask::<_CMP_GT_OQ>(values, zero);
            let certain = _mm512_cmp_pd_mask::<_CMP_GT_OQ>(_mm512_abs_pd(values), _mm512_mul_pd(margin, bound));
            positive.add_byte(byte, above & asked);
            unsure.add_byte(byte, !certain & asked);
        }
        (positive, unsure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vector_unit_gives_the_bits_of_the_definition() {
        let number = |i: usize| ((i * 7919 + 3) % 1013) as f64 / 37.0 - 13.3;
        for stride in [8, 16, 40] {
            let coefficients: Vec<f64> = (0..4 * stride).map(number).collect();
            let spread: Vec<f64> = (0..stride).map(|i| number(i + 5).abs()).collect();
            let table = FormTable { coefficients: &coefficients, spread: &spread, rounding: &spread, first_bit: 24 };
            for (error, margin) in [(0.0, 1.0), (0.5, 3.0), (f64::INFINITY, 1.0), (f64::NAN, 1.0)] {
                let point = BoundedPoint { coordinates: &[1.0, 0.5, -2.0, 3.0], error, size: 0.1 };
                let wanted = Bits::<2>::range(24, 24 + stride - 3);
                assert_eq!(signs(table, point, wanted, margin), portable(table, point, wanted, margin));
                let (_, unsure) = portable(table, point, wanted, margin);
                assert!(error.is_finite() || unsure == wanted);
            }
        }
    }
}
