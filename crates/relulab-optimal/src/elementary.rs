//! Exponential, logarithm and normal distribution with rigorous error bounds.
//!
//! Each function takes a number with an error bound and returns one that covers the value at every real number within
//! it. Power series are summed in bounded arithmetic, and what is cut off is added to the bound.

use relulab_exact::Bounded;

/// Terms of the exponential's series for |r| ≤ 1.
const EXPONENTIAL_TERMS: u32 = 20;
/// What they leave: less than e/20!.
const EXPONENTIAL_REST: f64 = f64::EPSILON / 128.0;
/// Terms of the logarithm's series in s² < 1/8.
const LOGARITHM_TERMS: u32 = 24;
/// What they leave: less than 8⁻²⁴.
const LOGARITHM_REST: f64 = f64::EPSILON / 1_048_576.0;
/// Terms of the normal distribution's series that are never needed below its tail.
const NORMAL_TERMS: u32 = 400;
/// A term of that series that ends it.
const NORMAL_REST: f64 = f64::EPSILON / 16.0;
/// Where the series of the normal distribution gives way to its tail.
const NORMAL_TAIL: f64 = 9.0;
/// The tail there: φ(8.9)/8.9 is less.
const NORMAL_TAIL_MASS: f64 = f64::EPSILON / 256.0;
/// Beyond this in magnitude an exponent is not reduced.
const LARGEST_EXPONENT: f64 = 700.0;
/// 2⁻¹⁰⁰⁰, more than e⁻⁷⁰⁰.
const TINY: f64 = f64::from_bits(23 << 52);
/// Distance of `LN_2` from the logarithm of 2: at most half of its last place.
const LN_2_ERROR: f64 = f64::EPSILON / 4.0;
/// 1/√(2π).
const INVERSE_ROOT_OF_TWO_PI: f64 = 0.398_942_280_401_432_7;
/// Its distance from the real number: at most half of its last place.
const INVERSE_ROOT_ERROR: f64 = f64::EPSILON / 8.0;
/// Arguments of series are known at least so well; a bound that is wider makes the result unknown.
const WIDEST: f64 = 0.01;

fn number(value: f64) -> Bounded {
    Bounded::exact(value)
}

/// What is not known at all.
pub(crate) fn unknown() -> Bounded {
    Bounded::new(0.0, f64::INFINITY)
}

/// A bound of |x|.
fn size(x: Bounded) -> f64 {
    (x.value().abs() + x.error()).next_up()
}

/// The same number with a wider bound.
fn widened(x: Bounded, by: f64) -> Bounded {
    Bounded::new(x.value(), (x.error() + by).next_up())
}

/// eˣ.
///
/// *Algorithm*: x = k ln 2 + r with |r| about ≤ ½ ln 2, the series for eʳ, and a scaling by 2ᵏ, which is exact.
pub(crate) fn exponential(x: Bounded) -> Bounded {
    if x.value() + x.error() < -LARGEST_EXPONENT {
        return Bounded::new(0.0, TINY);
    }
    if x.error() > WIDEST || x.value().abs() > LARGEST_EXPONENT {
        return unknown();
    }
    let k = (x.value() / std::f64::consts::LN_2).round();
    // |r| ≤ ½ ln 2 + roundings + WIDEST < 1.
    let r = x - number(k) * Bounded::new(std::f64::consts::LN_2, LN_2_ERROR);
    let mut sum = number(1.0);
    for j in (1..EXPONENTIAL_TERMS).rev() {
        sum = number(1.0) + sum * r / number(f64::from(j));
    }
    widened(sum, EXPONENTIAL_REST) * number(power_of_two(k as i64))
}

/// 2ᵏ for |k| ≤ 1022.
fn power_of_two(k: i64) -> f64 {
    f64::from_bits(((1023 + k.clamp(-1022, 1022)) as u64) << 52)
}

/// ln(1 + t) for t from 0 to 1.
///
/// *Algorithm*: 2 artanh(s) with s = t/(2 + t) ≤ 0.34.
pub(crate) fn logarithm_of_one_plus(t: Bounded) -> Bounded {
    if t.value() < 0.0 || t.value() > 1.0 || t.error() > WIDEST {
        return unknown();
    }
    let s = t / (number(2.0) + t);
    let square = s * s;
    let mut sum = Bounded::ZERO;
    for j in (0..LOGARITHM_TERMS).rev() {
        sum = sum * square + number(1.0) / number(f64::from(2 * j + 1));
    }
    number(2.0) * s * widened(sum, LOGARITHM_REST)
}

/// ln x for an x whose bound is narrow beside it; unknown where it is not certainly positive.
///
/// *Algorithm*: x = 2ᵏ m with 1 ≤ m < 2, where scaling is exact.
pub(crate) fn logarithm(x: Bounded) -> Bounded {
    if !(x.value() >= f64::MIN_POSITIVE && x.value().is_finite()) {
        return unknown();
    }
    let k = (x.value().to_bits() >> 52) as i64 - 1023;
    // 2⁻ᵏ in two factors, since it may be beyond the range.
    let (half, rest) = (k / 2, k - k / 2);
    let m = x * number(power_of_two(-half)) * number(power_of_two(-rest));
    let whole = number(k as f64) * Bounded::new(std::f64::consts::LN_2, LN_2_ERROR);
    logarithm_of_one_plus(m - number(1.0)) + whole
}

/// −p ln p − (1 − p) ln (1 − p) for p from 0 to 1.
pub(crate) fn entropy(p: f64) -> Bounded {
    let q = if p <= 0.5 { number(p) } else { number(1.0) - number(p) };
    if q.value() == 0.0 {
        return Bounded::ZERO;
    }
    let other = number(1.0) - q;
    other * logarithm_of_one_plus(q / other) - q * logarithm(q)
}

/// ln(1 + eˣ).
pub(crate) fn softplus(x: Bounded) -> Bounded {
    let small = |x| logarithm_of_one_plus(exponential(x));
    if x.value() > 0.0 { x + small(-x) } else { small(x) }
}

/// The density of the normal distribution at x.
pub(crate) fn normal_density(x: Bounded) -> Bounded {
    Bounded::new(INVERSE_ROOT_OF_TWO_PI, INVERSE_ROOT_ERROR) * exponential(number(-0.5) * x * x)
}

/// The normal distribution function Φ(x).
///
/// *Algorithm*: ½ + φ(x) Σ x^(2j+1)/(2j+1)!! for |x| below 9, and the tail's bound φ(x)/x beyond.
pub(crate) fn normal_distribution(x: Bounded) -> Bounded {
    if x.value() < 0.0 {
        return number(1.0) - normal_distribution(-x);
    }
    if x.error() > WIDEST {
        return unknown();
    }
    if x.value() > NORMAL_TAIL {
        return Bounded::new(1.0, NORMAL_TAIL_MASS);
    }
    let square = x * x;
    let (mut term, mut sum) = (x, x);
    for j in 1..NORMAL_TERMS {
        let denominator = f64::from(2 * j + 1);
        term = term * square / number(denominator);
        sum = sum + term;
        // Each later term is less than half of the one before, so all together are less than this one.
        if size(square) < 0.5 * denominator && size(term) < NORMAL_REST {
            return number(0.5) + normal_density(x) * widened(sum, size(term));
        }
    }
    unknown()
}
