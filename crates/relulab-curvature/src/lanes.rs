//! Eight numbers side by side, in each vector unit.
//!
//! # Safety
//! The vectors of a unit may only be used inside functions compiled for it: see [`crate::kernel`].

/// Numbers per vector.
pub(crate) const LANES: usize = 8;

/// Eight numbers.
pub(crate) trait Lanes: Copy {
    /// All zeros.
    fn zero() -> Self;
    /// The numbers of an array.
    fn load(from: &[f64; LANES]) -> Self;
    /// a · b + self, fused where the unit fuses.
    fn plus_product(self, a: Self, b: Self) -> Self;
    /// The numbers as an array.
    fn store(self) -> [f64; LANES];

    /// Their sum, in one fixed order.
    #[inline(always)]
    fn sum(self) -> f64 {
        let t = self.store();
        ((t[0] + t[4]) + (t[1] + t[5])) + ((t[2] + t[6]) + (t[3] + t[7]))
    }
}

/// Any machine.
#[derive(Clone, Copy)]
pub(crate) struct Portable([f64; LANES]);

impl Lanes for Portable {
    #[inline(always)]
    fn zero() -> Self {
        Self([0.0; LANES])
    }

    #[inline(always)]
    fn load(from: &[f64; LANES]) -> Self {
        Self(*from)
    }

    #[inline(always)]
    fn plus_product(mut self, a: Self, b: Self) -> Self {
        for lane in 0..LANES {
            self.0[lane] += a.0[lane] * b.0[lane];
        }
        self
    }

    #[inline(always)]
    fn store(self) -> [f64; LANES] {
        self.0
    }
}

#[cfg(target_arch = "x86_64")]
pub(crate) use x86::{Avx2, Avx512};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{LANES, Lanes};
    use std::arch::x86_64::*;

    /// One 512-bit vector.
    #[derive(Clone, Copy)]
    pub(crate) struct Avx512(__m512d);

    impl Lanes for Avx512 {
        #[inline(always)]
        fn zero() -> Self {
            // SAFETY: the unit is there, by the module's contract; so in all functions below.
            Self(unsafe { _mm512_setzero_pd() })
        }

        #[inline(always)]
        fn load(from: &[f64; LANES]) -> Self {
            // SAFETY: eight numbers are read from an array of eight.
            Self(unsafe { _mm512_loadu_pd(from.as_ptr()) })
        }

        #[inline(always)]
        fn plus_product(self, a: Self, b: Self) -> Self {
            // SAFETY: as in `zero`.
            Self(unsafe { _mm512_fmadd_pd(a.0, b.0, self.0) })
        }

        #[inline(always)]
        fn store(self) -> [f64; LANES] {
            let mut out = [0.0; LANES];
            // SAFETY: eight numbers are written to an array of eight.
            unsafe { _mm512_storeu_pd(out.as_mut_ptr(), self.0) };
            out
        }
    }

    /// Two 256-bit vectors.
    #[derive(Clone, Copy)]
    pub(crate) struct Avx2(__m256d, __m256d);

    impl Lanes for Avx2 {
        #[inline(always)]
        fn zero() -> Self {
            // SAFETY: the unit is there, by the module's contract; so in all functions below.
            unsafe { Self(_mm256_setzero_pd(), _mm256_setzero_pd()) }
        }

        #[inline(always)]
        fn load(from: &[f64; LANES]) -> Self {
            // SAFETY: twice four numbers are read from an array of eight.
            unsafe { Self(_mm256_loadu_pd(from.as_ptr()), _mm256_loadu_pd(from.as_ptr().add(4))) }
        }

        #[inline(always)]
        fn plus_product(self, a: Self, b: Self) -> Self {
            // SAFETY: as in `zero`.
            unsafe { Self(_mm256_fmadd_pd(a.0, b.0, self.0), _mm256_fmadd_pd(a.1, b.1, self.1)) }
        }

        #[inline(always)]
        fn store(self) -> [f64; LANES] {
            let mut out = [0.0; LANES];
            // SAFETY: twice four numbers are written to an array of eight.
            unsafe {
                _mm256_storeu_pd(out.as_mut_ptr(), self.0);
                _mm256_storeu_pd(out.as_mut_ptr().add(4), self.1);
            }
            out
        }
    }
}
