//! Vectors of numbers in which every lane is one network.
//!
//! A kernel is written once against [`Simd`] and runs on AVX-512, AVX2 with FMA, or plain arrays. Each lane goes
//! through exactly the same IEEE operations (fused multiply-add included) on all three, so the vector unit
//! changes the speed of a result and never its bits.
//!
//! # Safety
//! The vector types of `avx512` and `avx2` may only be used where the processor has those features. They are
//! private to this crate, and [`VectorUnit::run`] is the only place that brings them into play, after checking.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod portable;
mod unit;

pub(crate) use unit::Task;
pub use unit::{UnknownVectorUnit, VectorUnit};

#[cfg(test)]
pub(crate) use portable::{P32, P64};

/// A part of a kernel that becomes a function of its own, compiled for the vector unit.
///
/// All generic code is inlined into the entry points of `unit`, which alone carry the unit's instructions. Kernels that
/// are large or used in several places are cut off here, so that they are compiled once.
pub(crate) trait Outlined {
    type Output;
    /// Must be `#[inline(always)]`.
    fn run(self) -> Self::Output;
}

/// A scalar type that networks are trained in.
pub(crate) trait Element: Copy + Default + PartialEq + Send + Sync + std::fmt::Debug + 'static {
    /// Whether this is f64.
    const IS_DOUBLE: bool;

    fn from_f64(x: f64) -> Self;
    fn to_f64(self) -> f64;
    fn from_f32(x: f32) -> Self;
}

impl Element for f32 {
    const IS_DOUBLE: bool = false;

    #[inline(always)]
    fn from_f64(x: f64) -> Self {
        x as f32
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn from_f32(x: f32) -> Self {
        x
    }
}

impl Element for f64 {
    const IS_DOUBLE: bool = true;

    #[inline(always)]
    fn from_f64(x: f64) -> Self {
        x
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }
    #[inline(always)]
    fn from_f32(x: f32) -> Self {
        f64::from(x)
    }
}

/// One vector: `LANES` numbers of type `Elem`, one for each network of a group.
pub(crate) trait Simd: Copy + Send + Sync + 'static {
    type Elem: Element;
    /// One truth value per lane.
    type Mask: Copy;
    /// One integer per lane, as wide as `Elem`.
    type Bits: Copy;
    /// The f32 vector with the same number of lanes, in which random numbers are made.
    type Source: Simd32;

    const LANES: usize;

    /// Calls a kernel as a function of its own.
    fn call<T: Outlined>(kernel: T) -> T::Output;

    fn splat(x: Self::Elem) -> Self;
    fn widen(source: Self::Source) -> Self;

    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    fn div(self, other: Self) -> Self;
    /// `self · factor + addend`, rounded once.
    fn mul_add(self, factor: Self, addend: Self) -> Self;
    /// `addend − self · factor`, rounded once.
    fn neg_mul_add(self, factor: Self, addend: Self) -> Self;
    /// `self` where it is greater than `other`, else `other` (also where either is NaN).
    fn max(self, other: Self) -> Self;
    /// `self` where it is less than `other`, else `other` (also where either is NaN).
    fn min(self, other: Self) -> Self;
    fn sqrt(self) -> Self;
    fn floor(self) -> Self;

    fn gt(self, other: Self) -> Self::Mask;
    fn ge(self, other: Self) -> Self::Mask;
    /// Where `self` is not greater than `other`, or either is NaN.
    fn not_gt(self, other: Self) -> Self::Mask;
    /// The same among the lanes of a mask.
    fn not_gt_where(self, mask: Self::Mask, other: Self) -> Self::Mask;
    /// `yes` where the mask holds, else `no`.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;
    /// `self` where the mask holds, else 0.
    fn keep(self, mask: Self::Mask) -> Self;
    /// `self + x` where the mask holds, else `self`.
    fn add_where(self, mask: Self::Mask, x: Self) -> Self;
    /// `self + a · b`, rounded once, where the mask holds, else `self`.
    fn mul_add_where(self, mask: Self::Mask, a: Self, b: Self) -> Self;
    /// Bit i is lane i.
    fn mask_bits(mask: Self::Mask) -> u32;

    /// Lane l of `a` where bit `D` of l is 0 and of `b` where it is 1; beside it, the same with lanes l and l ⊕ D
    /// exchanged first: any sum, maximum or minimum of lanes is made of these.
    fn pair<const D: usize>(a: Self, b: Self) -> (Self, Self);

    fn to_bits(self) -> Self::Bits;
    fn from_bits(bits: Self::Bits) -> Self;
    /// A constant integer, sign-extended to the lane.
    fn splat_bits(x: i64) -> Self::Bits;
    fn bits_and(a: Self::Bits, b: Self::Bits) -> Self::Bits;
    fn bits_or(a: Self::Bits, b: Self::Bits) -> Self::Bits;
    fn bits_xor(a: Self::Bits, b: Self::Bits) -> Self::Bits;
    fn bits_add(a: Self::Bits, b: Self::Bits) -> Self::Bits;
    fn bits_sub(a: Self::Bits, b: Self::Bits) -> Self::Bits;
    fn shift_left<const N: u32>(a: Self::Bits) -> Self::Bits;
    /// Logical shift to the right.
    fn shift_right<const N: u32>(a: Self::Bits) -> Self::Bits;

    #[inline(always)]
    fn zero() -> Self {
        Self::constant(0.0)
    }

    #[inline(always)]
    fn constant(x: f64) -> Self {
        Self::splat(Self::Elem::from_f64(x))
    }

    #[inline(always)]
    fn sign_bit() -> Self::Bits {
        Self::constant(-0.0).to_bits()
    }

    #[inline(always)]
    fn abs(self) -> Self {
        // x & !sign, written as (x | sign) ^ sign.
        Self::from_bits(Self::bits_xor(Self::bits_or(self.to_bits(), Self::sign_bit()), Self::sign_bit()))
    }

    #[inline(always)]
    fn neg(self) -> Self {
        Self::from_bits(Self::bits_xor(self.to_bits(), Self::sign_bit()))
    }

    /// `magnitude`, which must not be negative, with the sign of `self`.
    #[inline(always)]
    fn give_sign_to(self, magnitude: Self) -> Self {
        Self::from_bits(Self::bits_or(magnitude.to_bits(), Self::bits_and(self.to_bits(), Self::sign_bit())))
    }

    /// Lane `lane`.
    #[inline(always)]
    fn lane(&self, lane: usize) -> Self::Elem {
        assert!(lane < Self::LANES);
        // SAFETY: a vector is `LANES` contiguous numbers of type `Elem`, and `lane` is one of them.
        unsafe { *std::ptr::from_ref(self).cast::<Self::Elem>().add(lane) }
    }

    /// Vectors as the elements that they are made of.
    #[inline(always)]
    fn elements(vectors: &[Self]) -> &[Self::Elem] {
        // SAFETY: a vector is `LANES` contiguous numbers of type `Elem`, without padding.
        unsafe { std::slice::from_raw_parts(vectors.as_ptr().cast(), vectors.len() * Self::LANES) }
    }

    /// Vectors as the elements that they are made of.
    #[inline(always)]
    fn elements_mut(vectors: &mut [Self]) -> &mut [Self::Elem] {
        // SAFETY: as in `elements`.
        unsafe { std::slice::from_raw_parts_mut(vectors.as_mut_ptr().cast(), vectors.len() * Self::LANES) }
    }

    /// Replaces lane `lane`.
    #[inline(always)]
    fn set_lane(&mut self, lane: usize, x: Self::Elem) {
        assert!(lane < Self::LANES);
        // SAFETY: as in `lane`.
        unsafe { *std::ptr::from_mut(self).cast::<Self::Elem>().add(lane) = x }
    }
}

/// An f32 vector that can also multiply 32-bit words into 64-bit products, as the random generator needs.
pub(crate) trait Simd32: Simd<Elem = f32> {
    /// Half as many 64-bit lanes; only the low 32 bits of each carry a word.
    type Wide: Copy;

    fn wide_splat(x: u32) -> Self::Wide;
    /// Product of the low 32 bits of each lane.
    fn wide_mul(a: Self::Wide, b: Self::Wide) -> Self::Wide;
    /// High 32 bits moved to the low half.
    fn wide_high(a: Self::Wide) -> Self::Wide;
    fn wide_xor3(a: Self::Wide, b: Self::Wide, c: Self::Wide) -> Self::Wide;
    /// Words of the even lanes.
    fn even(words: Self::Bits) -> Self::Wide;
    /// Words of the odd lanes.
    fn odd(words: Self::Bits) -> Self::Wide;
    /// Low words of `even` and `odd`, interleaved again.
    fn join(even: Self::Wide, odd: Self::Wide) -> Self::Bits;
}

#[cfg(test)]
mod tests;
