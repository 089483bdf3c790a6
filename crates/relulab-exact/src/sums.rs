//! Sums of products and their error bounds: the innermost loops, portable and in AVX-512, with the same bits.
//!
//! Neither uses fused multiply-add, and both add in the same order: term by term where there are several sums, in
//! eight partial sums where there is one.

use crate::bounded::SMALLEST_PARAMETER;

/// Number of partial sums of a single sum, whatever the vector unit.
pub(crate) const N_LANES: usize = 8;

/// A factor of a sum of products.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Term {
    /// Its place among the factors.
    pub input: usize,
    /// Its value.
    pub factor: f64,
    /// Its share in the bound, to be multiplied by the magnitude of the weight.
    pub share: f64,
}

/// A factor's share in the bound; zero only for a factor that is exactly zero.
///
/// Others stay above [`SMALLEST_PARAMETER`], so that no product with an accepted weight underflows.
#[inline(always)]
pub(crate) fn share(factor: f64, error: f64, gamma: f64) -> f64 {
    let size = factor.abs();
    let share = (error + gamma * size) * (1.0 + gamma) + SMALLEST_PARAMETER;
    if size + error == 0.0 { 0.0 } else { share }
}

/// One sum Σ wᵢ hᵢ, its bound Σ |wᵢ| · share, and the sum of the shares, which is zero only if all factors are.
pub(crate) fn single(weights: &[f64], values: &[f64], errors: &[f64], gamma: f64) -> (f64, f64, f64) {
    let n = weights.len().min(values.len()).min(errors.len());
    let (weights, values, errors) = (&weights[..n], &values[..n], &errors[..n]);
    #[cfg(target_arch = "x86_64")]
    if n >= N_LANES && std::arch::is_x86_feature_detected!("avx512f") {
        // SAFETY: the feature that the function needs has just been detected.
        return unsafe { avx512::single(weights, values, errors, gamma) };
    }
    let mut sums = [[0.0; N_LANES]; 3];
    for index in 0..n {
        let share = share(values[index], errors[index], gamma);
        let lane = index % N_LANES;
        sums[0][lane] += weights[index] * values[index];
        sums[1][lane] += weights[index].abs() * share;
        sums[2][lane] += share;
    }
    (together(sums[0]), together(sums[1]), together(sums[2]))
}

/// Adds every term times its row of weights to the sums `values`, and its share to their bounds `errors`.
///
/// *Shapes*: rows are as long as `values` and `errors`; `weights` has a row for every input.
pub(crate) fn add_terms(values: &mut [f64], errors: &mut [f64], weights: &[f64], terms: &[Term]) {
    #[cfg(target_arch = "x86_64")]
    if values.len() >= N_LANES && std::arch::is_x86_feature_detected!("avx512f") {
        // SAFETY: the feature that the function needs has just been detected.
        return unsafe { avx512::add_terms(values, errors, weights, terms) };
    }
    let n = values.len();
    for term in terms {
        let row = &weights[term.input * n..][..n];
        for ((value, error), weight) in values.iter_mut().zip(errors.iter_mut()).zip(row) {
            *value += weight * term.factor;
            *error += weight.abs() * term.share;
        }
    }
}

/// Sum of all partial sums, in a fixed order.
fn together(lanes: [f64; N_LANES]) -> f64 {
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}

#[cfg(target_arch = "x86_64")]
mod avx512 {
    use super::{N_LANES, SMALLEST_PARAMETER, Term, together};
    use std::arch::x86_64::*;

    /// The first eight entries, zeros where there are fewer, and the mask of those that there are.
    #[target_feature(enable = "avx512f")]
    fn load(part: &[f64]) -> (__m512d, __mmask8) {
        let mask = if part.len() >= N_LANES { !0 } else { (1 << part.len()) - 1 };
        // SAFETY: the mask keeps the load inside the slice.
        (unsafe { _mm512_maskz_loadu_pd(mask, part.as_ptr()) }, mask)
    }

    /// Writes the first eight entries, or as many as there are.
    #[target_feature(enable = "avx512f")]
    fn store(part: &mut [f64], lanes: __m512d) {
        let mask = if part.len() >= N_LANES { !0 } else { (1 << part.len()) - 1 };
        // SAFETY: the mask keeps the store inside the slice.
        unsafe { _mm512_mask_storeu_pd(part.as_mut_ptr(), mask, lanes) };
    }

    /// See [`super::single`]; all slices have the same length.
    #[target_feature(enable = "avx512f")]
    pub(super) fn single(weights: &[f64], values: &[f64], errors: &[f64], gamma: f64) -> (f64, f64, f64) {
        let zero = _mm512_setzero_pd();
        let [mut sums, mut bounds, mut all_shares] = [zero; 3];
        let (gammas, inflation) = (_mm512_set1_pd(gamma), _mm512_set1_pd(1.0 + gamma));
        for ((weights, values), errors) in
            weights.chunks(N_LANES).zip(values.chunks(N_LANES)).zip(errors.chunks(N_LANES))
        {
            let ((weight, _), (value, _), (error, mask)) = (load(weights), load(values), load(errors));
            let size = _mm512_abs_pd(value);
            let share = _mm512_mul_pd(_mm512_add_pd(error, _mm512_mul_pd(gammas, size)), inflation);
            let share = _mm512_add_pd(share, _mm512_set1_pd(SMALLEST_PARAMETER));
            let known = _mm512_cmp_pd_mask::<_CMP_NEQ_UQ>(_mm512_add_pd(size, error), zero);
            let share = _mm512_maskz_mov_pd(known & mask, share);
            sums = _mm512_add_pd(sums, _mm512_mul_pd(weight, value));
            bounds = _mm512_add_pd(bounds, _mm512_mul_pd(_mm512_abs_pd(weight), share));
            all_shares = _mm512_add_pd(all_shares, share);
        }
        let mut lanes = [[0.0; N_LANES]; 3];
        store(&mut lanes[0], sums);
        store(&mut lanes[1], bounds);
        store(&mut lanes[2], all_shares);
        (together(lanes[0]), together(lanes[1]), together(lanes[2]))
    }

    /// See [`super::add_terms`].
    #[target_feature(enable = "avx512f")]
    pub(super) fn add_terms(values: &mut [f64], errors: &mut [f64], weights: &[f64], terms: &[Term]) {
        let n = values.len();
        // Two registers of sums at a time: their additions hide each other's latency.
        for start in (0..n).step_by(2 * N_LANES) {
            let middle = n.min(start + N_LANES);
            let end = n.min(start + 2 * N_LANES);
            let [(mut low, _), (mut high, _)] = [load(&values[start..middle]), load(&values[middle..end])];
            let [(mut low_bound, _), (mut high_bound, _)] = [load(&errors[start..middle]), load(&errors[middle..end])];
            for term in terms {
                let row = &weights[term.input * n..][..n];
                let [(low_row, _), (high_row, _)] = [load(&row[start..middle]), load(&row[middle..end])];
                let (factor, share) = (_mm512_set1_pd(term.factor), _mm512_set1_pd(term.share));
                low = _mm512_add_pd(low, _mm512_mul_pd(low_row, factor));
                high = _mm512_add_pd(high, _mm512_mul_pd(high_row, factor));
                low_bound = _mm512_add_pd(low_bound, _mm512_mul_pd(_mm512_abs_pd(low_row), share));
                high_bound = _mm512_add_pd(high_bound, _mm512_mul_pd(_mm512_abs_pd(high_row), share));
            }
            store(&mut values[start..middle], low);
            store(&mut values[middle..end], high);
            store(&mut errors[start..middle], low_bound);
            store(&mut errors[middle..end], high_bound);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Awkward but reproducible numbers.
    fn numbers(n: usize, salt: usize) -> Vec<f64> {
        (0..n)
            .map(|i| if (i + salt).is_multiple_of(3) { 0.0 } else { ((i * 7919 + salt) % 1013) as f64 / 37.0 - 13.3 })
            .collect()
    }

    #[test]
    fn every_vector_unit_gives_the_bits_of_the_definition() {
        for n in 1..40 {
            let (weights, values) = (numbers(n, 1), numbers(n, 2));
            let errors: Vec<f64> = numbers(n, 5).iter().map(|error| error.abs() * 1e-15).collect();
            let mut lanes = [[0.0; N_LANES]; 3];
            for i in 0..n {
                let share = share(values[i], errors[i], 1e-15);
                lanes[0][i % N_LANES] += weights[i] * values[i];
                lanes[1][i % N_LANES] += weights[i].abs() * share;
                lanes[2][i % N_LANES] += share;
            }
            assert_eq!(
                single(&weights, &values, &errors, 1e-15),
                (together(lanes[0]), together(lanes[1]), together(lanes[2]))
            );

            let rows = numbers(3 * n, 4);
            let terms = [(0, 1.7, 3e-16), (2, -0.3, 5e-16)].map(|(input, factor, share)| Term { input, factor, share });
            let (mut sums, mut bounds) = (values.clone(), errors.clone());
            add_terms(&mut sums, &mut bounds, &rows, &terms);
            for k in 0..n {
                let (mut sum, mut bound) = (values[k], errors[k]);
                for term in &terms {
                    sum += rows[term.input * n + k] * term.factor;
                    bound += rows[term.input * n + k].abs() * term.share;
                }
                assert_eq!((sums[k], bounds[k]), (sum, bound));
            }
        }
    }
}
