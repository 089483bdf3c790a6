//! AVX-512: sixteen f32 or eight f64 lanes.

use super::{Outlined, Simd, Simd32};
use core::arch::x86_64::*;

macro_rules! wrap {
    ($e:expr) => {
        // SAFETY: `VectorUnit::run` has checked that the processor has AVX-512 F, DQ, BW and VL (see `lanes`).
        unsafe { $e }
    };
}

#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma,popcnt,bmi1,bmi2,lzcnt")]
#[inline(never)]
fn outlined<T: Outlined>(kernel: T) -> T::Output {
    kernel.run()
}

#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct F32x16(__m512);

#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct F64x8(__m512d);

impl Simd for F32x16 {
    type Elem = f32;
    type Mask = __mmask16;
    type Bits = __m512i;
    type Source = Self;
    const LANES: usize = 16;

    #[inline(always)]
    fn call<T: Outlined>(kernel: T) -> T::Output {
        wrap!(outlined(kernel))
    }
    #[inline(always)]
    fn splat(x: f32) -> Self {
        wrap!(Self(_mm512_set1_ps(x)))
    }
    #[inline(always)]
    fn widen(source: Self) -> Self {
        source
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        wrap!(Self(_mm512_add_ps(self.0, other.0)))
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        wrap!(Self(_mm512_sub_ps(self.0, other.0)))
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        wrap!(Self(_mm512_mul_ps(self.0, other.0)))
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        wrap!(Self(_mm512_div_ps(self.0, other.0)))
    }
    #[inline(always)]
    fn mul_add(self, factor: Self, addend: Self) -> Self {
        wrap!(Self(_mm512_fmadd_ps(self.0, factor.0, addend.0)))
    }
    #[inline(always)]
    fn neg_mul_add(self, factor: Self, addend: Self) -> Self {
        wrap!(Self(_mm512_fnmadd_ps(self.0, factor.0, addend.0)))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        wrap!(Self(_mm512_max_ps(self.0, other.0)))
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        wrap!(Self(_mm512_min_ps(self.0, other.0)))
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        wrap!(Self(_mm512_sqrt_ps(self.0)))
    }
    #[inline(always)]
    fn floor(self) -> Self {
        wrap!(Self(_mm512_roundscale_ps::<{ _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC }>(self.0)))
    }
    #[inline(always)]
    fn gt(self, other: Self) -> Self::Mask {
        wrap!(_mm512_cmp_ps_mask::<_CMP_GT_OQ>(self.0, other.0))
    }
    #[inline(always)]
    fn ge(self, other: Self) -> Self::Mask {
        wrap!(_mm512_cmp_ps_mask::<_CMP_GE_OQ>(self.0, other.0))
    }
    #[inline(always)]
    fn not_gt(self, other: Self) -> Self::Mask {
        wrap!(_mm512_cmp_ps_mask::<_CMP_NGT_UQ>(self.0, other.0))
    }
    #[inline(always)]
    fn not_gt_where(self, mask: Self::Mask, other: Self) -> Self::Mask {
        wrap!(_mm512_mask_cmp_ps_mask::<_CMP_NGT_UQ>(mask, self.0, other.0))
    }
    #[inline(always)]
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self {
        wrap!(Self(_mm512_mask_blend_ps(mask, no.0, yes.0)))
    }
    #[inline(always)]
    fn keep(self, mask: Self::Mask) -> Self {
        wrap!(Self(_mm512_maskz_mov_ps(mask, self.0)))
    }
    #[inline(always)]
    fn add_where(self, mask: Self::Mask, x: Self) -> Self {
        wrap!(Self(_mm512_mask_add_ps(self.0, mask, self.0, x.0)))
    }
    #[inline(always)]
    fn mul_add_where(self, mask: Self::Mask, a: Self, b: Self) -> Self {
        wrap!(Self(_mm512_mask3_fmadd_ps(a.0, b.0, self.0, mask)))
    }
    #[inline(always)]
    fn mask_bits(mask: Self::Mask) -> u32 {
        u32::from(mask)
    }
    #[inline(always)]
    fn pair<const D: usize>(a: Self, b: Self) -> (Self, Self) {
        let take: __mmask16 = match D {
            8 => 0xFF00,
            4 => 0xF0F0,
            2 => 0xCCCC,
            _ => 0xAAAA,
        };
        let (own, other) = wrap!((_mm512_mask_blend_ps(take, a.0, b.0), _mm512_mask_blend_ps(take, b.0, a.0)));
        let exchanged = match D {
            8 => wrap!(_mm512_shuffle_f32x4::<0x4E>(other, other)),
            4 => wrap!(_mm512_shuffle_f32x4::<0xB1>(other, other)),
            2 => wrap!(_mm512_permute_ps::<0x4E>(other)),
            _ => wrap!(_mm512_permute_ps::<0xB1>(other)),
        };
        (Self(own), Self(exchanged))
    }
    #[inline(always)]
    fn to_bits(self) -> Self::Bits {
        wrap!(_mm512_castps_si512(self.0))
    }
    #[inline(always)]
    fn from_bits(bits: Self::Bits) -> Self {
        wrap!(Self(_mm512_castsi512_ps(bits)))
    }
    #[inline(always)]
    fn splat_bits(x: i64) -> Self::Bits {
        wrap!(_mm512_set1_epi32(x as i32))
    }
    #[inline(always)]
    fn bits_and(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        wrap!(_mm512_and_si512(a, b))
    }
    #[inline(always)]
    fn bits_or(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        wrap!(_mm512_or_si512(a, b))
    }
    #[inline(always)]
    fn bits_xor(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        wrap!(_mm512_xor_si512(a, b))
    }
    #[inline(always)]
    fn bits_add(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        wrap!(_mm512_add_epi32(a, b))
    }
    #[inline(always)]
    fn bits_sub(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        wrap!(_mm512_sub_epi32(a, b))
    }
    #[inline(always)]
    fn shift_left<const N: u32>(a: Self::Bits) -> Self::Bits {
        wrap!(_mm512_slli_epi32::<N>(a))
    }
    #[inline(always)]
    fn shift_right<const N: u32>(a: Self::Bits) -> Self::Bits {
        wrap!(_mm512_srli_epi32::<N>(a))
    }
}

impl Simd32 for F32x16 {
    type Wide = __m512i;

    #[inline(always)]
    fn wide_splat(x: u32) -> Self::Wide {
        wrap!(_mm512_set1_epi64(i64::from(x)))
    }
    #[inline(always)]
    fn wide_mul(a: Self::Wide, b: Self::Wide) -> Self::Wide {
        wrap!(_mm512_mul_epu32(a, b))
    }
    #[inline(always)]
    fn wide_high(a: Self::Wide) -> Self::Wide {
        wrap!(_mm512_srli_epi64::<32>(a))
    }
    #[inline(always)]
    fn wide_xor3(a: Self::Wide, b: Self::Wide, c: Self::Wide) -> Self::Wide {
        wrap!(_mm512_ternarylogic_epi64::<0x96>(a, b, c))
    }
    #[inline(always)]
    fn even(words: Self::Bits) -> Self::Wide {
        words
    }
    #[inline(always)]
    fn odd(words: Self::Bits) -> Self::Wide {
        wrap!(_mm512_srli_epi64::<32>(words))
    }
    #[inline(always)]
    fn join(even: Self::Wide, odd: Self::Wide) -> Self::Bits {
        wrap!(_mm512_mask_shuffle_epi32::<{ _MM_PERM_CCAA }>(even, 0xAAAA, odd))
    }
}

impl Simd for F64x8 {
    type Elem = f64;
    type Mask = __mmask8;
    type Bits = __m512i;
    type Source = super::avx2::F32x8;
    const LANES: usize = 8;

    #[inline(always)]
    fn call<T: Outlined>(kernel: T) -> T::Output {
        wrap!(outlined(kernel))
    }
    #[inline(always)]
    fn splat(x: f64) -> Self {
        wrap!(Self(_mm512_set1_pd(x)))
    }
    #[inline(always)]
    fn widen(source: Self::Source) -> Self {
        wrap!(Self(_mm512_cvtps_pd(source.0)))
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        wrap!(Self(_mm512_add_pd(self.0, other.0)))
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        wrap!(Self(_mm512_sub_pd(self.0, other.0)))
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        wrap!(Self(_mm512_mul_pd(self.0, other.0)))
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        wrap!(Self(_mm512_div_pd(self.0, other.0)))
    }
    #[inline(always)]
    fn mul_add(self, factor: Self, addend: Self) -> Self {
        wrap!(Self(_mm512_fmadd_pd(self.0, factor.0, addend.0)))
    }
    #[inline(always)]
    fn neg_mul_add(self, factor: Self, addend: Self) -> Self {
        wrap!(Self(_mm512_fnmadd_pd(self.0, factor.0, addend.0)))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        wrap!(Self(_mm512_max_pd(self.0, other.0)))
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        wrap!(Self(_mm512_min_pd(self.0, other.0)))
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        wrap!(Self(_mm512_sqrt_pd(self.0)))
    }
    #[inline(always)]
    fn floor(self) -> Self {
        wrap!(Self(_mm512_roundscale_pd::<{ _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC }>(self.0)))
    }
    #[inline(always)]
    fn gt(self, other: Self) -> Self::Mask {
        wrap!(_mm512_cmp_pd_mask::<_CMP_GT_OQ>(self.0, other.0))
    }
    #[inline(always)]
    fn ge(self, other: Self) -> Self::Mask {
        wrap!(_mm512_cmp_pd_mask::<_CMP_GE_OQ>(self.0, other.0))
    }
    #[inline(always)]
    fn not_gt(self, other: Self) -> Self::Mask {
        wrap!(_mm512_cmp_pd_mask::<_CMP_NGT_UQ>(self.0, other.0))
    }
    #[inline(always)]
    fn not_gt_where(self, mask: Self::Mask, other: Self) -> Self::Mask {
        wrap!(_mm512_mask_cmp_pd_mask::<_CMP_NGT_UQ>(mask, self.0, other.0))
    }
    #[inline(always)]
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self {
        wrap!(Self(_mm512_mask_blend_pd(mask, no.0, yes.0)))
    }
    #[inline(always)]
    fn keep(self, mask: Self::Mask) -> Self {
        wrap!(Self(_mm512_maskz_mov_pd(mask, self.0)))
    }
    #[inline(always)]
    fn add_where(self, mask: Self::Mask, x: Self) -> Self {
        wrap!(Self(_mm512_mask_add_pd(self.0, mask, self.0, x.0)))
    }
    #[inline(always)]
    fn mul_add_where(self, mask: Self::Mask, a: Self, b: Self) -> Self {
        wrap!(Self(_mm512_mask3_fmadd_pd(a.0, b.0, self.0, mask)))
    }
    #[inline(always)]
    fn mask_bits(mask: Self::Mask) -> u32 {
        u32::from(mask)
    }
    #[inline(always)]
    fn pair<const D: usize>(a: Self, b: Self) -> (Self, Self) {
        let take: __mmask8 = match D {
            4 => 0xF0,
            2 => 0xCC,
            _ => 0xAA,
        };
        let (own, other) = wrap!((_mm512_mask_blend_pd(take, a.0, b.0), _mm512_mask_blend_pd(take, b.0, a.0)));
        let exchanged = match D {
            4 => wrap!(_mm512_shuffle_f64x2::<0x4E>(other, other)),
            2 => wrap!(_mm512_shuffle_f64x2::<0xB1>(other, other)),
            _ => wrap!(_mm512_permute_pd::<0x55>(other)),
        };
        (Self(own), Self(exchanged))
    }
    #[inline(always)]
    fn to_bits(self) -> Self::Bits {
        wrap!(_mm512_castpd_si512(self.0))
    }
    #[inline(always)]
    fn from_bits(bits: Self::Bits) -> Self {
        wrap!(Self(_mm512_castsi512_pd(bits)))
    }
    #[inline(always)]
    fn splat_bits(x: i64) -> Self::Bits {
        wrap!(_mm512_set1_epi64(x))
    }
    #[inline(always)]
    fn bits_and(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        wrap!(_mm512_and_si512(a, b))
    }
    #[inline(always)]
    fn bits_or(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        wrap!(_mm512_or_si512(a, b))
    }
    #[inline(always)]
    fn bits_xor(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        wrap!(_mm512_xor_si512(a, b))
    }
    #[inline(always)]
    fn bits_add(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        wrap!(_mm512_add_epi64(a, b))
    }
    #[inline(always)]
    fn bits_sub(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        wrap!(_mm512_sub_epi64(a, b))
    }
    #[inline(always)]
    fn shift_left<const N: u32>(a: Self::Bits) -> Self::Bits {
        wrap!(_mm512_slli_epi64::<N>(a))
    }
    #[inline(always)]
    fn shift_right<const N: u32>(a: Self::Bits) -> Self::Bits {
        wrap!(_mm512_srli_epi64::<N>(a))
    }
}
