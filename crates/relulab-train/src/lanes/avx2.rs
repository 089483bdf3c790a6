//! AVX2 with FMA: eight f32 or four f64 lanes.

use super::portable::P32;
use super::{Outlined, Simd, Simd32};
use core::arch::x86_64::*;

macro_rules! wrap {
    ($e:expr) => {
        // SAFETY: `VectorUnit::run` has checked that the processor has AVX2 and FMA (see `lanes`).
        unsafe { $e }
    };
}

#[target_feature(enable = "avx2,fma,popcnt,bmi1,bmi2,lzcnt")]
#[inline(never)]
fn outlined<T: Outlined>(kernel: T) -> T::Output {
    kernel.run()
}

#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct F32x8(pub(super) __m256);

#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct F64x4(__m256d);

impl Simd for F32x8 {
    type Elem = f32;
    type Mask = __m256;
    type Bits = __m256i;
    type Source = Self;
    const LANES: usize = 8;

    #[inline(always)]
    fn call<T: Outlined>(kernel: T) -> T::Output {
        wrap!(outlined(kernel))
    }
    #[inline(always)]
    fn splat(x: f32) -> Self {
        wrap!(Self(_mm256_set1_ps(x)))
    }
    #[inline(always)]
    fn widen(source: Self) -> Self {
        source
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        wrap!(Self(_mm256_add_ps(self.0, other.0)))
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        wrap!(Self(_mm256_sub_ps(self.0, other.0)))
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        wrap!(Self(_mm256_mul_ps(self.0, other.0)))
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        wrap!(Self(_mm256_div_ps(self.0, other.0)))
    }
    #[inline(always)]
    fn mul_add(self, factor: Self, addend: Self) -> Self {
        wrap!(Self(_mm256_fmadd_ps(self.0, factor.0, addend.0)))
    }
    #[inline(always)]
    fn neg_mul_add(self, factor: Self, addend: Self) -> Self {
        wrap!(Self(_mm256_fnmadd_ps(self.0, factor.0, addend.0)))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        wrap!(Self(_mm256_max_ps(self.0, other.0)))
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        wrap!(Self(_mm256_min_ps(self.0, other.0)))
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        wrap!(Self(_mm256_sqrt_ps(self.0)))
    }
    #[inline(always)]
    fn floor(self) -> Self {
        wrap!(Self(_mm256_floor_ps(self.0)))
    }
    #[inline(always)]
    fn gt(self, other: Self) -> Self::Mask {
        wrap!(_mm256_cmp_ps::<_CMP_GT_OQ>(self.0, other.0))
    }
    #[inline(always)]
    fn ge(self, other: Self) -> Self::Mask {
        wrap!(_mm256_cmp_ps::<_CMP_GE_OQ>(self.0, other.0))
    }
    #[inline(always)]
    fn not_gt(self, other: Self) -> Self::Mask {
        wrap!(_mm256_cmp_ps::<_CMP_NGT_UQ>(self.0, other.0))
    }
    #[inline(always)]
    fn not_gt_where(self, mask: Self::Mask, other: Self) -> Self::Mask {
        wrap!(_mm256_and_ps(mask, self.not_gt(other)))
    }
    #[inline(always)]
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self {
        wrap!(Self(_mm256_blendv_ps(no.0, yes.0, mask)))
    }
    #[inline(always)]
    fn keep(self, mask: Self::Mask) -> Self {
        wrap!(Self(_mm256_and_ps(mask, self.0)))
    }
    #[inline(always)]
    fn add_where(self, mask: Self::Mask, x: Self) -> Self {
        Self::select(mask, self.add(x), self)
    }
    #[inline(always)]
    fn mul_add_where(self, mask: Self::Mask, a: Self, b: Self) -> Self {
        Self::select(mask, a.mul_add(b, self), self)
    }
    #[inline(always)]
    fn mask_bits(mask: Self::Mask) -> u32 {
        wrap!(_mm256_movemask_ps(mask) as u32)
    }
    #[inline(always)]
    fn pair<const D: usize>(a: Self, b: Self) -> (Self, Self) {
        let (a, b) = (a.0, b.0);
        let (own, other) = match D {
            4 => wrap!((_mm256_blend_ps::<0xF0>(a, b), _mm256_blend_ps::<0xF0>(b, a))),
            2 => wrap!((_mm256_blend_ps::<0xCC>(a, b), _mm256_blend_ps::<0xCC>(b, a))),
            _ => wrap!((_mm256_blend_ps::<0xAA>(a, b), _mm256_blend_ps::<0xAA>(b, a))),
        };
        let exchanged = match D {
            4 => wrap!(_mm256_permute2f128_ps::<0x01>(other, other)),
            2 => wrap!(_mm256_permute_ps::<0x4E>(other)),
            _ => wrap!(_mm256_permute_ps::<0xB1>(other)),
        };
        (Self(own), Self(exchanged))
    }
    #[inline(always)]
    fn to_bits(self) -> Self::Bits {
        wrap!(_mm256_castps_si256(self.0))
    }
    #[inline(always)]
    fn from_bits(bits: Self::Bits) -> Self {
        wrap!(Self(_mm256_castsi256_ps(bits)))
    }
    #[inline(always)]
    fn splat_bits(x: i64) -> Self::Bits {
        wrap!(_mm256_set1_epi32(x as i32))
    }
    #[inline(always)]
    fn bits_and(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        wrap!(_mm256_and_si256(a, b))
    }
    #[inline(always)]
    fn bits_or(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        wrap!(_mm256_or_si256(a, b))
    }
    #[inline(always)]
    fn bits_xor(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        wrap!(_mm256_xor_si256(a, b))
    }
    #[inline(always)]
    fn bits_add(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        wrap!(_mm256_add_epi32(a, b))
    }
    #[inline(always)]
    fn bits_sub(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        wrap!(_mm256_sub_epi32(a, b))
    }
    #[inline(always)]
    fn shift_left<const N: u32>(a: Self::Bits) -> Self::Bits {
        wrap!(_mm256_sll_epi32(a, _mm_cvtsi32_si128(N as i32)))
    }
    #[inline(always)]
    fn shift_right<const N: u32>(a: Self::Bits) -> Self::Bits {
        wrap!(_mm256_srl_epi32(a, _mm_cvtsi32_si128(N as i32)))
    }
}

impl Simd32 for F32x8 {
    type Wide = __m256i;

    #[inline(always)]
    fn wide_splat(x: u32) -> Self::Wide {
        wrap!(_mm256_set1_epi64x(i64::from(x)))
    }
    #[inline(always)]
    fn wide_mul(a: Self::Wide, b: Self::Wide) -> Self::Wide {
        wrap!(_mm256_mul_epu32(a, b))
    }
    #[inline(always)]
    fn wide_high(a: Self::Wide) -> Self::Wide {
        wrap!(_mm256_srli_epi64::<32>(a))
    }
    #[inline(always)]
    fn wide_xor3(a: Self::Wide, b: Self::Wide, c: Self::Wide) -> Self::Wide {
        wrap!(_mm256_xor_si256(_mm256_xor_si256(a, b), c))
    }
    #[inline(always)]
    fn even(words: Self::Bits) -> Self::Wide {
        words
    }
    #[inline(always)]
    fn odd(words: Self::Bits) -> Self::Wide {
        wrap!(_mm256_srli_epi64::<32>(words))
    }
    #[inline(always)]
    fn join(even: Self::Wide, odd: Self::Wide) -> Self::Bits {
        wrap!(_mm256_blend_epi32::<0b1010_1010>(even, _mm256_slli_epi64::<32>(odd)))
    }
}

impl Simd for F64x4 {
    type Elem = f64;
    type Mask = __m256d;
    type Bits = __m256i;
    type Source = P32<4>;
    const LANES: usize = 4;

    #[inline(always)]
    fn call<T: Outlined>(kernel: T) -> T::Output {
        wrap!(outlined(kernel))
    }
    #[inline(always)]
    fn splat(x: f64) -> Self {
        wrap!(Self(_mm256_set1_pd(x)))
    }
    #[inline(always)]
    fn widen(source: Self::Source) -> Self {
        wrap!(Self(_mm256_cvtps_pd(_mm_loadu_ps(source.0.as_ptr()))))
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        wrap!(Self(_mm256_add_pd(self.0, other.0)))
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        wrap!(Self(_mm256_sub_pd(self.0, other.0)))
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        wrap!(Self(_mm256_mul_pd(self.0, other.0)))
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        wrap!(Self(_mm256_div_pd(self.0, other.0)))
    }
    #[inline(always)]
    fn mul_add(self, factor: Self, addend: Self) -> Self {
        wrap!(Self(_mm256_fmadd_pd(self.0, factor.0, addend.0)))
    }
    #[inline(always)]
    fn neg_mul_add(self, factor: Self, addend: Self) -> Self {
        wrap!(Self(_mm256_fnmadd_pd(self.0, factor.0, addend.0)))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        wrap!(Self(_mm256_max_pd(self.0, other.0)))
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        wrap!(Self(_mm256_min_pd(self.0, other.0)))
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        wrap!(Self(_mm256_sqrt_pd(self.0)))
    }
    #[inline(always)]
    fn floor(self) -> Self {
        wrap!(Self(_mm256_floor_pd(self.0)))
    }
    #[inline(always)]
    fn gt(self, other: Self) -> Self::Mask {
        wrap!(_mm256_cmp_pd::<_CMP_GT_OQ>(self.0, other.0))
    }
    #[inline(always)]
    fn ge(self, other: Self) -> Self::Mask {
        wrap!(_mm256_cmp_pd::<_CMP_GE_OQ>(self.0, other.0))
    }
    #[inline(always)]
    fn not_gt(self, other: Self) -> Self::Mask {
        wrap!(_mm256_cmp_pd::<_CMP_NGT_UQ>(self.0, other.0))
    }
    #[inline(always)]
    fn not_gt_where(self, mask: Self::Mask, other: Self) -> Self::Mask {
        wrap!(_mm256_and_pd(mask, self.not_gt(other)))
    }
    #[inline(always)]
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self {
        wrap!(Self(_mm256_blendv_pd(no.0, yes.0, mask)))
    }
    #[inline(always)]
    fn keep(self, mask: Self::Mask) -> Self {
        wrap!(Self(_mm256_and_pd(mask, self.0)))
    }
    #[inline(always)]
    fn add_where(self, mask: Self::Mask, x: Self) -> Self {
        Self::select(mask, self.add(x), self)
    }
    #[inline(always)]
    fn mul_add_where(self, mask: Self::Mask, a: Self, b: Self) -> Self {
        Self::select(mask, a.mul_add(b, self), self)
    }
    #[inline(always)]
    fn mask_bits(mask: Self::Mask) -> u32 {
        wrap!(_mm256_movemask_pd(mask) as u32)
    }
    #[inline(always)]
    fn pair<const D: usize>(a: Self, b: Self) -> (Self, Self) {
        let (a, b) = (a.0, b.0);
        let (own, other) = match D {
            2 => wrap!((_mm256_blend_pd::<0b1100>(a, b), _mm256_blend_pd::<0b1100>(b, a))),
            _ => wrap!((_mm256_blend_pd::<0b1010>(a, b), _mm256_blend_pd::<0b1010>(b, a))),
        };
        let exchanged = match D {
            2 => wrap!(_mm256_permute2f128_pd::<0x01>(other, other)),
            _ => wrap!(_mm256_permute_pd::<0x5>(other)),
        };
        (Self(own), Self(exchanged))
    }
    #[inline(always)]
    fn to_bits(self) -> Self::Bits {
        wrap!(_mm256_castpd_si256(self.0))
    }
    #[inline(always)]
    fn from_bits(bits: Self::Bits) -> Self {
        wrap!(Self(_mm256_castsi256_pd(bits)))
    }
    #[inline(always)]
    fn splat_bits(x: i64) -> Self::Bits {
        wrap!(_mm256_set1_epi64x(x))
    }
    #[inline(always)]
    fn bits_and(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        wrap!(_mm256_and_si256(a, b))
    }
    #[inline(always)]
    fn bits_or(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        wrap!(_mm256_or_si256(a, b))
    }
    #[inline(always)]
    fn bits_xor(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        wrap!(_mm256_xor_si256(a, b))
    }
    #[inline(always)]
    fn bits_add(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        wrap!(_mm256_add_epi64(a, b))
    }
    #[inline(always)]
    fn bits_sub(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        wrap!(_mm256_sub_epi64(a, b))
    }
    #[inline(always)]
    fn shift_left<const N: u32>(a: Self::Bits) -> Self::Bits {
        wrap!(_mm256_sll_epi64(a, _mm_cvtsi32_si128(N as i32)))
    }
    #[inline(always)]
    fn shift_right<const N: u32>(a: Self::Bits) -> Self::Bits {
        wrap!(_mm256_srl_epi64(a, _mm_cvtsi32_si128(N as i32)))
    }
}
