//! exp, log, tanh and their kin in vectors, at f32 or f64 precision.
//!
//! Only correctly rounded operations are used, so every vector unit gives the same bits. Coefficients are Taylor
//! terms where they suffice; errors stay within a few units in the last place (`tests` below measure them).

use crate::lanes::{Element, Simd};
use crate::normal::polynomial;

/// Terms x^k/k! of e^x − 1 beyond x, after division by x²: k = 2, 3, …
const EXP_TERMS: [f64; 13] = [
    1.0 / 2.0,
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5_040.0,
    1.0 / 40_320.0,
    1.0 / 362_880.0,
    1.0 / 3_628_800.0,
    1.0 / 39_916_800.0,
    1.0 / 479_001_600.0,
    1.0 / 6_227_020_800.0,
    1.0 / 87_178_291_200.0,
];

/// Terms 2/(2k+1) of 2 artanh(s)/s in s².
const ARTANH_TERMS: [f64; 20] = [
    2.0,
    2.0 / 3.0,
    2.0 / 5.0,
    2.0 / 7.0,
    2.0 / 9.0,
    2.0 / 11.0,
    2.0 / 13.0,
    2.0 / 15.0,
    2.0 / 17.0,
    2.0 / 19.0,
    2.0 / 21.0,
    2.0 / 23.0,
    2.0 / 25.0,
    2.0 / 27.0,
    2.0 / 29.0,
    2.0 / 31.0,
    2.0 / 33.0,
    2.0 / 35.0,
    2.0 / 37.0,
    2.0 / 39.0,
];

/// ln 2 in two parts for f32: the first has few bits, so that its product with an exponent is exact.
const LN2_F32: [f64; 2] = [0.693_359_375, -2.121_944_400_546_905_8e-4];
/// ln 2 in two parts for f64.
const LN2_F64: [f64; 2] = [0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10];

#[inline(always)]
fn is_double<V: Simd>() -> bool {
    V::Elem::IS_DOUBLE
}

#[inline(always)]
fn ln2<V: Simd>() -> [f64; 2] {
    if is_double::<V>() { LN2_F64 } else { LN2_F32 }
}

/// 2^k for integral `k` in the normal range.
#[inline(always)]
fn power_of_two<V: Simd>(k: V) -> V {
    // k + 1.5·2^m has k in its lowest bits; shifting them into the exponent field and adding 1.0 makes 2^k.
    let bits = k.add(V::constant(magic::<V>())).to_bits();
    let one = V::constant(1.0).to_bits();
    V::from_bits(V::bits_add(if is_double::<V>() { V::shift_left::<52>(bits) } else { V::shift_left::<23>(bits) }, one))
}

#[inline(always)]
fn magic<V: Simd>() -> f64 {
    if is_double::<V>() { 6_755_399_441_055_744.0 } else { 12_582_912.0 }
}

/// `x = k ln 2 + r`: returns (k, r, (e^r − 1)).
#[inline(always)]
fn reduce_exp<V: Simd>(x: V) -> (V, V) {
    let magic = V::constant(magic::<V>());
    let k = x.mul_add(V::constant(std::f64::consts::LOG2_E), magic).sub(magic);
    let [high, low] = ln2::<V>();
    let r = k.neg_mul_add(V::constant(low), k.neg_mul_add(V::constant(high), x));
    let tail = if is_double::<V>() {
        polynomial(r, &EXP_TERMS)
    } else {
        polynomial::<V, 6>(r, EXP_TERMS.first_chunk().unwrap_or(&[0.0; 6]))
    };
    (k, tail.mul_add(r.mul(r), r))
}

/// e^x, clamped to the range of normal numbers (never 0, never infinite; NaN stays NaN).
#[inline(always)]
pub(crate) fn exp<V: Simd>(x: V) -> V {
    let (k, m) = reduce_exp(clamp_exponent(x));
    let scale = power_of_two(k);
    m.mul_add(scale, scale)
}

/// e^x − 1 with full relative precision near 0, for x up to the overflow limit.
#[inline(always)]
pub(crate) fn exp_m1<V: Simd>(x: V) -> V {
    let (k, m) = reduce_exp(clamp_exponent(x));
    let scale = power_of_two(k);
    m.mul_add(scale, scale.sub(V::constant(1.0)))
}

#[inline(always)]
fn clamp_exponent<V: Simd>(x: V) -> V {
    let limit = if is_double::<V>() { 708.0 } else { 87.0 };
    // The order of operands keeps NaN: `max` and `min` return their second operand then.
    V::constant(-limit).max(V::constant(limit).min(x))
}

/// ln(1 + u) for 0 ≤ u ≤ 1.
#[inline(always)]
pub(crate) fn log_1p_unit<V: Simd>(u: V) -> V {
    let s = u.div(u.add(V::constant(2.0)));
    let square = s.mul(s);
    let series = if is_double::<V>() {
        polynomial::<V, 17>(square, ARTANH_TERMS.first_chunk().unwrap_or(&[0.0; 17]))
    } else {
        polynomial::<V, 8>(square, ARTANH_TERMS.first_chunk().unwrap_or(&[0.0; 8]))
    };
    series.mul(s)
}

/// ln x for normal positive x.
#[inline(always)]
pub(crate) fn log<V: Simd>(x: V) -> V {
    let double = is_double::<V>();
    let (one, root) = if double { (0x3FF0_0000_0000_0000, 0x3FE6_A09E_667F_3BCD) } else { (0x3F80_0000, 0x3F35_04F3) };
    let shifted = V::bits_add(x.to_bits(), V::splat_bits(one - root));
    let mask = if double { 0x000F_FFFF_FFFF_FFFF } else { 0x007F_FFFF };
    let mantissa = V::from_bits(V::bits_add(V::bits_and(shifted, V::splat_bits(mask)), V::splat_bits(root)));
    let (exponent, bias) = if double {
        (
            V::bits_or(V::shift_right::<52>(shifted), V::splat_bits(0x4330_0000_0000_0000)),
            4_503_599_627_370_496.0 + 1023.0,
        )
    } else {
        (V::bits_or(V::shift_right::<23>(shifted), V::splat_bits(0x4B00_0000)), 8_388_608.0 + 127.0)
    };
    let k = V::from_bits(exponent).sub(V::constant(bias));
    let f = mantissa.sub(V::constant(1.0));
    let s = f.div(f.add(V::constant(2.0)));
    let square = s.mul(s);
    let series = if double {
        polynomial::<V, 11>(square, ARTANH_TERMS.first_chunk().unwrap_or(&[0.0; 11]))
    } else {
        polynomial::<V, 5>(square, ARTANH_TERMS.first_chunk().unwrap_or(&[0.0; 5]))
    };
    let [high, low] = ln2::<V>();
    k.mul_add(V::constant(high), series.mul_add(s, k.mul(V::constant(low))))
}

/// tanh x, with full relative precision near 0.
#[inline(always)]
pub(crate) fn tanh<V: Simd>(x: V) -> V {
    let limit = V::constant(if is_double::<V>() { 22.0 } else { 10.0 });
    let t = exp_m1(limit.min(x.abs()).mul(V::constant(2.0)));
    x.give_sign_to(t.div(t.add(V::constant(2.0))))
}

/// 1 / (1 + e^−x).
#[inline(always)]
pub(crate) fn sigmoid<V: Simd>(x: V) -> V {
    let e = exp(x.abs().neg());
    let denominator = e.add(V::constant(1.0));
    let positive = x.gt(V::zero());
    V::select(positive, V::constant(1.0), e).div(denominator)
}

/// ln(1 + e^x).
#[inline(always)]
pub(crate) fn softplus<V: Simd>(x: V) -> V {
    V::zero().max(x).add(log_1p_unit(exp(x.abs().neg())))
}

/// e^(x²) erfc(x) for x ≥ 0 at f64 precision, as a polynomial in t = (x − 3)/(x + 3); `scripts/fit_polynomials.py`.
const ERFCX: [f64; 26] = include!("erfcx_f64.in");
/// The same at f32 precision.
const ERFCX_SHORT: [f64; 12] = include!("erfcx_f32.in");

/// Φ(x), the standard normal distribution function, with full relative precision on the left.
#[inline(always)]
pub(crate) fn normal_cdf<V: Simd>(x: V) -> V {
    let limit = V::constant(if is_double::<V>() { 37.0 } else { 13.0 });
    let distance = limit.min(x.abs()).mul(V::constant(std::f64::consts::FRAC_1_SQRT_2));
    let t = distance.sub(V::constant(3.0)).div(distance.add(V::constant(3.0)));
    let scaled = if is_double::<V>() { polynomial(t, &ERFCX) } else { polynomial(t, &ERFCX_SHORT) };
    let tail = scaled.mul(exp(distance.mul(distance).neg())).mul(V::constant(0.5));
    V::select(x.gt(V::zero()), V::constant(1.0).sub(tail), tail)
}

/// φ(x), the standard normal density.
#[inline(always)]
pub(crate) fn normal_density<V: Simd>(x: V) -> V {
    exp(x.mul(x).mul(V::constant(-0.5))).mul(V::constant(0.398_942_280_401_432_7))
}

/// sin x and cos x for |x| below [`TRIGONOMETRIC_LIMIT`].
#[inline(always)]
pub(crate) fn sin_cos<V: Simd>(x: V) -> (V, V) {
    const SIN_TERMS: [f64; 8] = [
        -1.0 / 6.0,
        1.0 / 120.0,
        -1.0 / 5_040.0,
        1.0 / 362_880.0,
        -1.0 / 39_916_800.0,
        1.0 / 6_227_020_800.0,
        -1.0 / 1_307_674_368_000.0,
        1.0 / 355_687_428_096_000.0,
    ];
    const COS_TERMS: [f64; 9] = [
        -0.5,
        1.0 / 24.0,
        -1.0 / 720.0,
        1.0 / 40_320.0,
        -1.0 / 3_628_800.0,
        1.0 / 479_001_600.0,
        -1.0 / 87_178_291_200.0,
        1.0 / 20_922_789_888_000.0,
        -1.0 / 6_402_373_705_728_000.0,
    ];
    // π/2 in three parts, each with trailing zero bits.
    let parts = if is_double::<V>() {
        [1.570_796_326_734_125_6, 6.077_100_506_506_192e-11, -2.022_266_248_795_950_6e-21]
    } else {
        [1.570_312_5, 4.837_512_969_970_703e-4, 7.549_789_948_768_648e-8]
    };
    let magic = V::constant(magic::<V>());
    let shifted = x.mul_add(V::constant(std::f64::consts::FRAC_2_PI), magic);
    let quarter = shifted.to_bits();
    let k = shifted.sub(magic);
    let r = k.neg_mul_add(V::constant(parts[0]), x);
    let r = k.neg_mul_add(V::constant(parts[1]), r);
    let r = k.neg_mul_add(V::constant(parts[2]), r);
    let square = r.mul(r);
    let (sine, cosine) = if is_double::<V>() {
        (polynomial(square, &SIN_TERMS), polynomial(square, &COS_TERMS))
    } else {
        (
            polynomial::<V, 4>(square, SIN_TERMS.first_chunk().unwrap_or(&[0.0; 4])),
            polynomial::<V, 5>(square, COS_TERMS.first_chunk().unwrap_or(&[0.0; 5])),
        )
    };
    let sine = sine.mul_add(square.mul(r), r);
    let cosine = cosine.mul_add(square, V::constant(1.0));
    // Quarter 1 swaps sine and cosine; quarters 2, 3 negate the sine, quarters 1, 2 the cosine.
    let one = V::splat_bits(1);
    let odd = to_sign::<V>(V::bits_and(quarter, one));
    let swap = V::zero().gt(V::from_bits(V::bits_or(odd, V::constant(1.0).to_bits())));
    let half = to_sign::<V>(V::shift_right::<1>(V::bits_and(quarter, V::splat_bits(2))));
    let sine_out = V::bits_xor(V::select(swap, cosine, sine).to_bits(), half);
    let cosine_out = V::bits_xor(V::select(swap, sine, cosine).to_bits(), V::bits_xor(half, odd));
    (V::from_bits(sine_out), V::from_bits(cosine_out))
}

/// Beyond this, [`sin_cos`] loses digits, and callers take another way.
pub(crate) const TRIGONOMETRIC_LIMIT: f64 = 8_000.0;

/// The lowest bit of each lane moved to the sign.
#[inline(always)]
fn to_sign<V: Simd>(bits: V::Bits) -> V::Bits {
    if is_double::<V>() { V::shift_left::<63>(bits) } else { V::shift_left::<31>(bits) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::{P32, P64};

    fn worst(points: impl Iterator<Item = f64>, ours: impl Fn(f64) -> f64, exact: impl Fn(f64) -> f64) -> f64 {
        points.fold(0.0, |worst: f64, x| {
            let (got, want) = (ours(x), exact(x));
            worst.max((got - want).abs() / want.abs().max(1e-300))
        })
    }

    fn grid(low: f64, high: f64) -> impl Iterator<Item = f64> {
        (0..=20_000)
            .map(move |i| f64::from((low + (high - low) * f64::from(i) / 20_000.0) as f32))
            .filter(|x| *x != 0.0)
    }

    macro_rules! relative_errors {
        ($name:ident, $low:expr, $high:expr, $ours:expr, $exact:expr, $f32_limit:expr, $f64_limit:expr) => {
            #[test]
            fn $name() {
                fn ours<V: Simd>(x: f64) -> f64 {
                    let f: fn(V) -> V = $ours;
                    f(V::constant(x)).lane(0).to_f64()
                }
                let single = worst(grid($low, $high), ours::<P32<1>>, $exact);
                let double = worst(grid($low, $high), ours::<P64<1>>, $exact);
                assert!(single < $f32_limit && double < $f64_limit, "f32 {single:e}, f64 {double:e}");
            }
        };
    }

    relative_errors!(exp_is_accurate, -87.0, 87.0, |x| exp(x), libm::exp, 2e-7, 4e-16);
    relative_errors!(exp_m1_is_accurate, -5.0, 5.0, |x| exp_m1(x), libm::expm1, 4e-7, 8e-16);
    relative_errors!(log_is_accurate, 1e-6, 30.0, |x| log(x), libm::log, 3e-7, 6e-16);
    relative_errors!(log_1p_is_accurate, 0.0, 1.0, |x| log_1p_unit(x), libm::log1p, 3e-7, 6e-16);
    relative_errors!(tanh_is_accurate, -12.0, 12.0, |x| tanh(x), libm::tanh, 5e-7, 1e-15);
    relative_errors!(sigmoid_is_accurate, -80.0, 80.0, |x| sigmoid(x), |x| 1.0 / (1.0 + libm::exp(-x)), 4e-7, 6e-16);
    relative_errors!(
        softplus_is_accurate,
        -80.0,
        80.0,
        |x| softplus(x),
        |x| { x.max(0.0) + libm::log1p(libm::exp(-x.abs())) },
        4e-7,
        8e-16
    );
    relative_errors!(
        normal_cdf_is_accurate,
        -8.0,
        8.0,
        |x| normal_cdf(x),
        |x| { 0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2) },
        6e-6,
        3e-14
    );

    #[test]
    fn sin_cos_are_accurate() {
        fn error<V: Simd>(x: f64) -> f64 {
            let (s, c) = sin_cos(V::constant(x));
            (s.lane(0).to_f64() - libm::sin(x)).abs().max((c.lane(0).to_f64() - libm::cos(x)).abs())
        }
        for (low, high) in [(-1.0, 1.0), (-40.0, 40.0), (-TRIGONOMETRIC_LIMIT, TRIGONOMETRIC_LIMIT)] {
            let single = grid(low, high).map(error::<P32<1>>).fold(0.0, f64::max);
            let double = grid(low, high).map(error::<P64<1>>).fold(0.0, f64::max);
            assert!(single < 3e-7 && double < 1e-15, "{high}: f32 {single:e}, f64 {double:e}");
        }
    }

    #[test]
    fn not_a_number_stays_so() {
        let nan = P32::<1>::constant(f64::NAN);
        for f in [exp, exp_m1, tanh, sigmoid, softplus, normal_cdf] {
            assert!(f(nan).lane(0).is_nan());
        }
    }
}
