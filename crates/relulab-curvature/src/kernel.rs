//! Inner loops over rows of samples, compiled for each vector unit and chosen at run time.

/// The vector instructions of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VectorUnit {
    Avx512,
    Avx2,
    Portable,
}

/// Samples per step; rows have a multiple of this length.
pub(crate) const LANES: usize = 8;

impl VectorUnit {
    /// The widest unit that this machine has.
    pub(crate) fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl") {
                return Self::Avx512;
            }
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                return Self::Avx2;
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
                    $body::<true>($($argument),*);
                }
                #[target_feature(enable = "avx2,fma")]
                fn avx2($($argument: $kind),*) {
                    $body::<true>($($argument),*);
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
            $body::<false>($($argument),*);
        }
    };
}

/// a b + c, fused where the vector unit fuses.
#[inline(always)]
fn fused<const FUSE: bool>(a: f64, b: f64, c: f64) -> f64 {
    if FUSE { a.mul_add(b, c) } else { a * b + c }
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

#[inline(always)]
fn add_scaled_body<const FUSE: bool>(y: &mut [f64], factor: f64, x: &[f64]) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y = fused::<FUSE>(factor, x, *y);
    }
}

#[inline(always)]
fn add_product_body<const FUSE: bool>(y: &mut [f64], a: &[f64], b: &[f64]) {
    for ((y, &a), &b) in y.iter_mut().zip(a).zip(b) {
        *y = fused::<FUSE>(a, b, *y);
    }
}

#[inline(always)]
fn dot_rows_body<const FUSE: bool>(out: &mut [f64], a: &[f64], b: &[f64], stride: usize) {
    let (n_a, n_b) = (a.len() / stride, b.len() / stride);
    let mut i = 0;
    while i + 2 <= n_a {
        dot_strip::<FUSE, 2>(out, a, b, stride, i, n_b);
        i += 2;
    }
    if i < n_a {
        dot_strip::<FUSE, 1>(out, a, b, stride, i, n_b);
    }
}

/// `A` rows of a against all rows of b.
#[inline(always)]
fn dot_strip<const FUSE: bool, const A: usize>(
    out: &mut [f64],
    a: &[f64],
    b: &[f64],
    stride: usize,
    i: usize,
    n_b: usize,
) {
    let mut j = 0;
    while j + 4 <= n_b {
        dot_tile::<FUSE, A, 4>(out, &a[i * stride..], &b[j * stride..], stride, i * n_b + j, n_b);
        j += 4;
    }
    while j < n_b {
        dot_tile::<FUSE, A, 1>(out, &a[i * stride..], &b[j * stride..], stride, i * n_b + j, n_b);
        j += 1;
    }
}

#[inline(always)]
fn dot_tile<const FUSE: bool, const A: usize, const B: usize>(
    out: &mut [f64],
    a: &[f64],
    b: &[f64],
    stride: usize,
    place: usize,
    n_b: usize,
) {
    let mut sums = [[[0.0; LANES]; B]; A];
    let (a, b) = (&a[..A * stride], &b[..B * stride]);
    let mut s = 0;
    while s + LANES <= stride {
        for i in 0..A {
            for j in 0..B {
                for lane in 0..LANES {
                    sums[i][j][lane] =
                        fused::<FUSE>(a[i * stride + s + lane], b[j * stride + s + lane], sums[i][j][lane]);
                }
            }
        }
        s += LANES;
    }
    for i in 0..A {
        for j in 0..B {
            let t = sums[i][j];
            out[place + i * n_b + j] = ((t[0] + t[4]) + (t[1] + t[5])) + ((t[2] + t[6]) + (t[3] + t[7]));
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
        for unit in [VectorUnit::detect(), VectorUnit::Portable] {
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
