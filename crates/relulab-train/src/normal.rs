//! Standard normal numbers from pairs of random words, in vectors.
//!
//! *Algorithm*: Box and Muller (1958), with the angle confined to the right half plane and the sign of the cosine
//! taken from a spare bit, so that no quadrant has to be told apart. The polynomials are our own near-minimax fits
//! (`scripts/fit_polynomials.py`); their errors, below 3e-7, are far under the 2^-23 grain of the uniforms.

use crate::lanes::Simd32;

/// −2 ln(1+f)/f on [√½−1, √2−1].
const LOG: [f64; 7] = [
    -2.0 * 1.0000032476948255,
    -2.0 * -0.5000196513664108,
    -2.0 * 0.33303298223351413,
    -2.0 * -0.24881339750953999,
    -2.0 * 0.20604674413339846,
    -2.0 * -0.18901977409674614,
    -2.0 * 0.11827471936515187,
];
/// sin(πt)/t in t² on |t| ≤ ½.
const SIN: [f64; 5] =
    [3.1415926401839953, -5.167710090331791, 2.5500776597301047, -0.5982921594791256, 0.07765940825048245];
/// cos(πt) in t² on |t| ≤ ½.
const COS: [f64; 5] =
    [0.9999999534666597, -4.934792858674209, 4.0584119141459585, -1.3318801611137476, 0.21969679833388225];

/// Bits of the smallest f32 not below √½: mantissas are brought into [√½, √2).
const SQRT_HALF_BITS: i64 = 0x3F35_04F3;
const ONE_BITS: i64 = 0x3F80_0000;

/// Two independent standard normals per lane, from two independent random words.
#[inline(always)]
pub(crate) fn normal_pair<V: Simd32>(radius_word: V::Bits, angle_word: V::Bits) -> [V; 2] {
    let radius = minus_two_ln(unit_interval::<V>(radius_word, 1.0 - HALF_GRAIN)).sqrt();
    let t = unit_interval::<V>(angle_word, 1.5 - HALF_GRAIN);
    let square = t.mul(t);
    let sine = polynomial(square, &SIN).mul(t);
    let cosine = polynomial(square, &COS);
    let sign = V::shift_left::<31>(radius_word);
    let cosine = V::from_bits(V::bits_xor(cosine.to_bits(), sign));
    [radius.mul(cosine), radius.mul(sine)]
}

/// Half of the spacing 2^-23 of the uniforms: it centres them, so that neither 0 nor 1 occurs.
const HALF_GRAIN: f64 = 1.0 / 16_777_216.0;

/// The upper 23 bits of a word as a number in [1, 2), minus `shift`; exact.
#[inline(always)]
pub(crate) fn unit_interval<V: Simd32>(word: V::Bits, shift: f64) -> V {
    let bits = V::bits_or(V::shift_right::<9>(word), V::splat_bits(ONE_BITS));
    V::from_bits(bits).sub(V::constant(shift))
}

#[inline(always)]
fn minus_two_ln<V: Simd32>(u: V) -> V {
    let shifted = V::bits_add(u.to_bits(), V::splat_bits(ONE_BITS - SQRT_HALF_BITS));
    let mantissa = V::bits_add(V::bits_and(shifted, V::splat_bits(0x007F_FFFF)), V::splat_bits(SQRT_HALF_BITS));
    let f = V::from_bits(mantissa).sub(V::constant(1.0));
    // The biased exponent becomes a float by standing in the mantissa of 2^23.
    let exponent = V::from_bits(V::bits_or(V::shift_right::<23>(shifted), V::splat_bits(0x4B00_0000)));
    let exponent = exponent.sub(V::constant(8_388_608.0 + 127.0));
    let tail = exponent.mul(V::constant(-2.0 * std::f64::consts::LN_2));
    polynomial(f, &LOG).mul_add(f, tail)
}

/// Horner's rule; coefficients in ascending powers.
#[inline(always)]
pub(crate) fn polynomial<V: crate::lanes::Simd, const N: usize>(x: V, coefficients: &[f64; N]) -> V {
    let mut value = V::constant(coefficients[N - 1]);
    for k in (0..N - 1).rev() {
        value = value.mul_add(x, V::constant(coefficients[k]));
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::{P32, Simd};
    use crate::philox::{Key, ROUNDS};

    #[test]
    fn agrees_with_the_formula_in_f64() {
        for k in 0..20_000_u32 {
            let [a, b, ..] = Key([1, 2]).block::<ROUNDS>([k, 0, 9, 0]);
            let u = (f64::from(a >> 9) + 0.5) / 8_388_608.0;
            let t = (f64::from(b >> 9) + 0.5) / 8_388_608.0 - 0.5;
            let radius = (-2.0 * u.ln()).sqrt();
            let sign = if a & 1 == 1 { -1.0 } else { 1.0 };
            let expected =
                [sign * radius * (std::f64::consts::PI * t).cos(), radius * (std::f64::consts::PI * t).sin()];
            let got = normal_pair::<P32<1>>([a], [b]);
            for side in 0..2 {
                assert!((f64::from(got[side].lane(0)) - expected[side]).abs() < 3e-6, "{a} {b}");
            }
        }
    }

    #[test]
    fn extreme_words_stay_finite() {
        for a in [0, 1, u32::MAX, u32::MAX - 1, 511, 512] {
            for b in [0, u32::MAX, 1 << 31] {
                for side in normal_pair::<P32<1>>([a], [b]) {
                    assert!(side.lane(0).abs() < 6.0, "{a} {b}");
                }
            }
        }
    }

    /// Moments, and a Kolmogorov-Smirnov distance at n = 400,000 (99.9 % critical value 1.95/√n).
    #[test]
    fn distribution_is_standard_normal() {
        let mut sample = Vec::new();
        for k in 0..100_000_u32 {
            let words = Key::derive([3, 1]).block::<ROUNDS>([k, 0, 1, 0]);
            for pair in [[words[0], words[1]], [words[2], words[3]]] {
                sample.extend(normal_pair::<P32<1>>([pair[0]], [pair[1]]).map(|v| f64::from(v.lane(0))));
            }
        }
        let n = sample.len() as f64;
        let moment = |p: i32| sample.iter().map(|x| x.powi(p)).sum::<f64>() / n;
        assert!(moment(1).abs() < 4.0 / n.sqrt());
        assert!((moment(2) - 1.0).abs() < 4.0 * (2.0 / n).sqrt());
        assert!(moment(3).abs() < 4.0 * (15.0 / n).sqrt());
        assert!((moment(4) - 3.0).abs() < 4.0 * (96.0 / n).sqrt());
        sample.sort_by(f64::total_cmp);
        let distance = sample.iter().enumerate().fold(0.0_f64, |worst, (i, x)| {
            let cdf = 0.5 * libm::erfc(-x / std::f64::consts::SQRT_2);
            worst.max((cdf - i as f64 / n).abs()).max((cdf - (i as f64 + 1.0) / n).abs())
        });
        assert!(distance < 1.95 / n.sqrt(), "{distance}");
    }
}
