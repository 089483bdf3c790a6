//! Inner loops over rows of samples, compiled for each vector unit and chosen at run time.
//!
//! Rows have a multiple of [`LANES`] samples.

#[cfg(target_arch = "x86_64")]
use crate::lanes::{Avx2, Avx512};
use crate::lanes::{LANES, Lanes, Portable};

/// The vector instructions of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VectorUnit {
    Avx512,
    Avx2,
    Portable,
}

impl VectorUnit {
    /// The widest unit that this machine has.
    pub(crate) fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                let wide = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl");
                return if wide { Self::Avx512 } else { Self::Avx2 };
            }
        }
        Self::Portable
    }
}

/// Defines a function that runs its body in the vector unit given as the first argument.
macro_rules! vectorised {
    ($(#[$meta:meta])* $name:ident = $body:ident ( $($argument:ident : $kind:ty),* )) => {
        $(#[$meta])*
        pub(crate) fn $name(unit: VectorUnit, $($argument: $kind),*) {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512vl,avx2,fma")]
                fn avx512($($argument: $kind),*) {
                    $body::<Avx512>($($argument),*);
                }
                #[target_feature(enable = "avx2,fma")]
                fn avx2($($argument: $kind),*) {
                    $body::<Avx2>($($argument),*);
                }
                match unit {
                    // SAFETY: `VectorUnit::detect` found these instructions.
                    VectorUnit::Avx512 => return unsafe { avx512($($argument),*) },
                    // SAFETY: as above.
                    VectorUnit::Avx2 => return unsafe { avx2($($argument),*) },
                    VectorUnit::Portable => {}
                }
            }
            #[cfg(not(target_arch = "x86_64"))]
            let _ = unit;
            $body::<Portable>($($argument),*);
        }
    };
}

vectorised!(
    /// `y += factor · x`.
    add_scaled = add_scaled_body(y: &mut [f64], factor: f64, x: &[f64])
);
vectorised!(
    /// `y += a ∘ b`.
    add_product = add_product_body(y: &mut [f64], a: &[f64], b: &[f64])
);
vectorised!(
    /// `out[i·n_b + j] = a_i · b_j` for all rows of two matrices whose rows have `stride` samples.
    dot_rows = dot_rows_body(out: &mut [f64], a: &[f64], b: &[f64], stride: usize)
);

/// A row in steps of [`LANES`] samples.
type Steps<'a> = &'a [[f64; LANES]];

#[inline(always)]
fn steps(row: &[f64]) -> Steps<'_> {
    row.as_chunks().0
}

#[inline(always)]
fn add_scaled_body<V: Lanes>(y: &mut [f64], factor: f64, x: &[f64]) {
    let factor = V::load(&[factor; LANES]);
    for (y, x) in y.as_chunks_mut().0.iter_mut().zip(steps(x)) {
        *y = V::load(y).plus_product(factor, V::load(x)).store();
    }
}

#[inline(always)]
fn add_product_body<V: Lanes>(y: &mut [f64], a: &[f64], b: &[f64]) {
    for ((y, a), b) in y.as_chunks_mut().0.iter_mut().zip(steps(a)).zip(steps(b)) {
        *y = V::load(y).plus_product(V::load(a), V::load(b)).store();
    }
}

#[inline(always)]
fn dot_rows_body<V: Lanes>(out: &mut [f64], a: &[f64], b: &[f64], stride: usize) {
    let (n_a, n_b) = (a.len() / stride, b.len() / stride);
    let mut i = 0;
    while i + 4 <= n_a {
        dot_strip::<V, 4>(&mut out[i * n_b..], &a[i * stride..], b, stride, n_b);
        i += 4;
    }
    while i + 2 <= n_a {
        dot_strip::<V, 2>(&mut out[i * n_b..], &a[i * stride..], b, stride, n_b);
        i += 2;
    }
    if i < n_a {
        dot_strip::<V, 1>(&mut out[i * n_b..], &a[i * stride..], b, stride, n_b);
    }
}

/// `A` rows of a against all rows of b.
#[inline(always)]
fn dot_strip<V: Lanes, const A: usize>(out: &mut [f64], a: &[f64], b: &[f64], stride: usize, n_b: usize) {
    let mut j = 0;
    while j + 4 <= n_b {
        dot_tile::<V, A, 4>(&mut out[j..], a, &b[j * stride..], stride, n_b);
        j += 4;
    }
    while j + 2 <= n_b {
        dot_tile::<V, A, 2>(&mut out[j..], a, &b[j * stride..], stride, n_b);
        j += 2;
    }
    if j < n_b {
        dot_tile::<V, A, 1>(&mut out[j..], a, &b[j * stride..], stride, n_b);
    }
}

/// `A` rows against `B` rows, with all sums in registers.
#[inline(always)]
fn dot_tile<V: Lanes, const A: usize, const B: usize>(
    out: &mut [f64],
    a: &[f64],
    b: &[f64],
    stride: usize,
    n_b: usize,
) {
    let n_steps = stride / LANES;
    let (mut a_rows, mut b_rows): ([Steps<'_>; A], [Steps<'_>; B]) = ([&[]; A], [&[]; B]);
    for i in 0..A {
        a_rows[i] = &steps(&a[i * stride..(i + 1) * stride])[..n_steps];
    }
    for j in 0..B {
        b_rows[j] = &steps(&b[j * stride..(j + 1) * stride])[..n_steps];
    }
    let mut sums = [[V::zero(); B]; A];
    for s in 0..n_steps {
        let mut right = [V::zero(); B];
        for j in 0..B {
            right[j] = V::load(&b_rows[j][s]);
        }
        for i in 0..A {
            let left = V::load(&a_rows[i][s]);
            for j in 0..B {
                sums[i][j] = sums[i][j].plus_product(left, right[j]);
            }
        }
    }
    for i in 0..A {
        for j in 0..B {
            out[i * n_b + j] = sums[i][j].sum();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_computes_the_same_sums() {
        let (stride, n_a, n_b) = (24, 3, 6);
        // Small integers: every order of summation is exact.
        let a: Vec<f64> = (0..n_a * stride).map(|i| ((i * 7) % 13) as f64 - 6.0).collect();
        let b: Vec<f64> = (0..n_b * stride).map(|i| ((i * 5) % 11) as f64 - 5.0).collect();
        let mut units = vec![VectorUnit::detect(), VectorUnit::Portable];
        if units[0] == VectorUnit::Avx512 {
            units.push(VectorUnit::Avx2);
        }
        for unit in units {
            let mut out = vec![f64::NAN; n_a * n_b];
            dot_rows(unit, &mut out, &a, &b, stride);
            for i in 0..n_a {
                for j in 0..n_b {
                    let pairs = a[i * stride..(i + 1) * stride].iter().zip(&b[j * stride..(j + 1) * stride]);
                    assert_eq!(out[i * n_b + j], pairs.map(|(a, b)| a * b).sum::<f64>());
                }
            }
        }
    }
}
