//! Plain arrays of `N` lanes: the fallback for any processor, and the oracle for the vector units.

use super::{Outlined, Simd, Simd32};
use std::array::from_fn;

/// `N` lanes of f32.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct P32<const N: usize>(pub(super) [f32; N]);

/// `N` lanes of f64.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct P64<const N: usize>([f64; N]);

macro_rules! portable {
    ($vector:ident, $elem:ty, $bits:ty) => {
        impl<const N: usize> Simd for $vector<N> {
            type Elem = $elem;
            type Mask = [bool; N];
            type Bits = [$bits; N];
            type Source = P32<N>;
            const LANES: usize = N;

            #[inline(never)]
            fn call<T: Outlined>(kernel: T) -> T::Output {
                kernel.run()
            }
            #[inline(always)]
            fn splat(x: $elem) -> Self {
                Self([x; N])
            }
            #[inline(always)]
            fn widen(source: P32<N>) -> Self {
                Self(source.0.map(<$elem>::from))
            }
            #[inline(always)]
            fn add(self, other: Self) -> Self {
                Self(from_fn(|i| self.0[i] + other.0[i]))
            }
            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                Self(from_fn(|i| self.0[i] - other.0[i]))
            }
            #[inline(always)]
            fn mul(self, other: Self) -> Self {
                Self(from_fn(|i| self.0[i] * other.0[i]))
            }
            #[inline(always)]
            fn div(self, other: Self) -> Self {
                Self(from_fn(|i| self.0[i] / other.0[i]))
            }
            #[inline(always)]
            fn mul_add(self, factor: Self, addend: Self) -> Self {
                Self(from_fn(|i| self.0[i].mul_add(factor.0[i], addend.0[i])))
            }
            #[inline(always)]
            fn neg_mul_add(self, factor: Self, addend: Self) -> Self {
                Self(from_fn(|i| (-self.0[i]).mul_add(factor.0[i], addend.0[i])))
            }
            #[inline(always)]
            fn max(self, other: Self) -> Self {
                Self(from_fn(|i| if self.0[i] > other.0[i] { self.0[i] } else { other.0[i] }))
            }
            #[inline(always)]
            fn min(self, other: Self) -> Self {
                Self(from_fn(|i| if self.0[i] < other.0[i] { self.0[i] } else { other.0[i] }))
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                Self(self.0.map(<$elem>::sqrt))
            }
            #[inline(always)]
            fn floor(self) -> Self {
                Self(self.0.map(<$elem>::floor))
            }
            #[inline(always)]
            fn gt(self, other: Self) -> Self::Mask {
                from_fn(|i| self.0[i] > other.0[i])
            }
            #[inline(always)]
            fn ge(self, other: Self) -> Self::Mask {
                from_fn(|i| self.0[i] >= other.0[i])
            }
            #[inline(always)]
            fn not_gt(self, other: Self) -> Self::Mask {
                self.gt(other).map(|greater| !greater)
            }
            #[inline(always)]
            fn not_gt_where(self, mask: Self::Mask, other: Self) -> Self::Mask {
                let found = self.not_gt(other);
                from_fn(|i| mask[i] && found[i])
            }
            #[inline(always)]
            fn select(mask: Self::Mask, yes: Self, no: Self) -> Self {
                Self(from_fn(|i| if mask[i] { yes.0[i] } else { no.0[i] }))
            }
            #[inline(always)]
            fn keep(self, mask: Self::Mask) -> Self {
                Self(from_fn(|i| if mask[i] { self.0[i] } else { 0.0 }))
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
                mask.iter().enumerate().fold(0, |bits, (i, &yes)| bits | u32::from(yes) << i)
            }
            #[inline(always)]
            fn pair<const D: usize>(a: Self, b: Self) -> (Self, Self) {
                let own = |i: usize| if i & D == 0 { &a.0 } else { &b.0 };
                (Self(from_fn(|i| own(i)[i])), Self(from_fn(|i| own(i)[(i ^ D) % N])))
            }
            #[inline(always)]
            fn to_bits(self) -> Self::Bits {
                self.0.map(<$elem>::to_bits)
            }
            #[inline(always)]
            fn from_bits(bits: Self::Bits) -> Self {
                Self(bits.map(<$elem>::from_bits))
            }
            #[inline(always)]
            fn splat_bits(x: i64) -> Self::Bits {
                [x as $bits; N]
            }
            #[inline(always)]
            fn bits_and(a: Self::Bits, b: Self::Bits) -> Self::Bits {
                from_fn(|i| a[i] & b[i])
            }
            #[inline(always)]
            fn bits_or(a: Self::Bits, b: Self::Bits) -> Self::Bits {
                from_fn(|i| a[i] | b[i])
            }
            #[inline(always)]
            fn bits_xor(a: Self::Bits, b: Self::Bits) -> Self::Bits {
                from_fn(|i| a[i] ^ b[i])
            }
            #[inline(always)]
            fn bits_add(a: Self::Bits, b: Self::Bits) -> Self::Bits {
                from_fn(|i| a[i].wrapping_add(b[i]))
            }
            #[inline(always)]
            fn bits_sub(a: Self::Bits, b: Self::Bits) -> Self::Bits {
                from_fn(|i| a[i].wrapping_sub(b[i]))
            }
            #[inline(always)]
            fn shift_left<const B: u32>(a: Self::Bits) -> Self::Bits {
                a.map(|x| x << B)
            }
            #[inline(always)]
            fn shift_right<const B: u32>(a: Self::Bits) -> Self::Bits {
                a.map(|x| x >> B)
            }
        }
    };
}

portable!(P32, f32, u32);
portable!(P64, f64, u64);

impl<const N: usize> Simd32 for P32<N> {
    // One word per lane; the second half of the array stays unused, since stable Rust has no `[u64; N / 2]`.
    type Wide = [u64; N];

    #[inline(always)]
    fn wide_splat(x: u32) -> Self::Wide {
        [u64::from(x); N]
    }
    #[inline(always)]
    fn wide_mul(a: Self::Wide, b: Self::Wide) -> Self::Wide {
        from_fn(|i| (a[i] & 0xffff_ffff) * (b[i] & 0xffff_ffff))
    }
    #[inline(always)]
    fn wide_high(a: Self::Wide) -> Self::Wide {
        a.map(|x| x >> 32)
    }
    #[inline(always)]
    fn wide_xor3(a: Self::Wide, b: Self::Wide, c: Self::Wide) -> Self::Wide {
        from_fn(|i| a[i] ^ b[i] ^ c[i])
    }
    #[inline(always)]
    fn even(words: Self::Bits) -> Self::Wide {
        from_fn(|i| if 2 * i < N { u64::from(words[2 * i]) } else { 0 })
    }
    #[inline(always)]
    fn odd(words: Self::Bits) -> Self::Wide {
        from_fn(|i| if 2 * i + 1 < N { u64::from(words[2 * i + 1]) } else { 0 })
    }
    #[inline(always)]
    fn join(even: Self::Wide, odd: Self::Wide) -> Self::Bits {
        from_fn(|i| if i % 2 == 0 { even[i / 2] as u32 } else { odd[i / 2] as u32 })
    }
}
