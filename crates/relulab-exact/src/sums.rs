//! Sums of products and their error bounds: the innermost loops, portable and in AVX-512, with the same bits.
//!
//! Neither uses fused multiply-add, and both add in the same order: term by term where there are several sums, in
//! eight partial sums where there is one.

use crate::bounded::{SMALLEST_PARAMETER, UNIT_ROUNDOFF};

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

/// The factors of two sums of products with the same weights.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair<'a> {
    /// The inputs that take part.
    pub inputs: &'a [u32],
    /// The factors of each sum, one per input.
    pub factors: [&'a [f64]; 2],
    /// Their shares in the bounds, to be multiplied by the magnitudes of the weights.
    pub shares: [&'a [f64]; 2],
}

/// The factor of a sum of `n_terms` products and a constant in its error bound.
///
/// With n factors that are not exactly zero, the computed sum is within γ_{n+1} (|b| + Σ|wᵢhᵢ|) of the exact sum of
/// the computed factors. Twice that γ, and 1 + γ on the propagated bounds, also cover the roundings of the bound.
pub(crate) fn gamma(n_terms: usize) -> f64 {
    2.0 * (n_terms as f64 + 4.0) * UNIT_ROUNDOFF
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

/// Two [`single`] sums with the same weights; each pair has values and errors of the same length.
pub(crate) fn single_pair(weights: &[f64], pairs: [(&[f64], &[f64]); 2], gamma: f64) -> [(f64, f64, f64); 2] {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx512f") {
        let n = pairs.iter().fold(weights.len(), |n, (values, errors)| n.min(values.len()).min(errors.len()));
        let pairs = pairs.map(|(values, errors)| (&values[..n], &errors[..n]));
        // SAFETY: the feature that the function needs has just been detected.
        return unsafe { avx512::single_pair(&weights[..n], pairs, gamma) };
    }
    pairs.map(|(values, errors)| single(weights, values, errors, gamma))
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

/// Finds the shares of all factors of two sums and the inputs at which one of these is not zero; returns the two
/// [`gamma`]s, zero for a sum without terms.
///
/// *Shapes*: both pairs of values and errors have the same length n; `shares` become as long.
pub(crate) fn collect_pair(
    pairs: [(&[f64], &[f64]); 2],
    shares: &mut [Vec<f64>; 2],
    inputs: &mut Vec<u32>,
) -> [f64; 2] {
    let n = pairs[0].0.len();
    shares.iter_mut().for_each(|shares| shares.resize(n, 0.0));
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx512f") {
        // SAFETY: the feature that the function needs has just been detected.
        return unsafe { avx512::collect_pair(pairs, shares, inputs) };
    }
    let gammas = pairs.map(|(values, errors)| {
        let known = values.iter().zip(errors).filter(|(value, error)| **value != 0.0 || **error != 0.0);
        gamma_of(known.count())
    });
    for ((shares, (values, errors)), gamma) in shares.iter_mut().zip(pairs).zip(gammas) {
        for ((entry, value), error) in shares.iter_mut().zip(values).zip(errors) {
            *entry = share(*value, *error, gamma);
        }
    }
    inputs.clear();
    // No share is negative.
    inputs.extend((0..n as u32).filter(|input| shares[0][*input as usize] + shares[1][*input as usize] != 0.0));
    gammas
}

/// The [`gamma`] of a sum, zero where nothing is rounded.
fn gamma_of(n_terms: usize) -> f64 {
    if n_terms == 0 { 0.0 } else { gamma(n_terms) }
}

/// [`add_terms`] for two sums at once.
///
/// *Shapes*: all `values` and `errors` are as long as the rows of `weights`.
pub(crate) fn add_pair(values: [&mut [f64]; 2], errors: [&mut [f64]; 2], weights: &[f64], pair: Pair<'_>) {
    #[cfg(target_arch = "x86_64")]
    if values[0].len() >= N_LANES && std::arch::is_x86_feature_detected!("avx512f") {
        // SAFETY: the feature that the function needs has just been detected.
        return unsafe { avx512::add_pair(values, errors, weights, pair) };
    }
    for (kind, (values, errors)) in values.into_iter().zip(errors).enumerate() {
        let n = values.len();
        for input in pair.inputs {
            let input = *input as usize;
            let (factor, share) = (pair.factors[kind][input], pair.shares[kind][input]);
            let row = &weights[input * n..][..n];
            for ((value, error), weight) in values.iter_mut().zip(errors.iter_mut()).zip(row) {
                *value += weight * factor;
                *error += weight.abs() * share;
            }
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
    use super::{N_LANES, Pair, SMALLEST_PARAMETER, Term, gamma_of, together};
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

    /// The [`super::share`] of eight factors, and which are not zero.
    #[target_feature(enable = "avx512f")]
    fn shares_of(value: __m512d, error: __m512d, gamma: f64) -> (__m512d, __mmask8) {
        let size = _mm512_abs_pd(value);
        let share = _mm512_add_pd(error, _mm512_mul_pd(_mm512_set1_pd(gamma), size));
        let share = _mm512_mul_pd(share, _mm512_set1_pd(1.0 + gamma));
        let share = _mm512_add_pd(share, _mm512_set1_pd(SMALLEST_PARAMETER));
        let known = known(value, error);
        (_mm512_maskz_mov_pd(known, share), known)
    }

    /// Which of eight numbers are not exactly zero.
    #[target_feature(enable = "avx512f")]
    fn known(value: __m512d, error: __m512d) -> __mmask8 {
        _mm512_cmp_pd_mask::<_CMP_NEQ_UQ>(_mm512_add_pd(_mm512_abs_pd(value), error), _mm512_setzero_pd())
    }

    /// See [`super::collect_pair`].
    #[target_feature(enable = "avx512f")]
    pub(super) fn collect_pair(
        pairs: [(&[f64], &[f64]); 2],
        shares: &mut [Vec<f64>; 2],
        inputs: &mut Vec<u32>,
    ) -> [f64; 2] {
        let mut n_terms = [0; 2];
        for (n_terms, (values, errors)) in n_terms.iter_mut().zip(pairs) {
            for (values, errors) in values.chunks(N_LANES).zip(errors.chunks(N_LANES)) {
                *n_terms += known(load(values).0, load(errors).0).count_ones() as usize;
            }
        }
        let gammas = n_terms.map(gamma_of);
        inputs.resize(pairs[0].0.len() + 2 * N_LANES, 0);
        let first_inputs = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
        let mut n_inputs = 0;
        for start in (0..pairs[0].0.len()).step_by(N_LANES) {
            let end = pairs[0].0.len().min(start + N_LANES);
            let mut wanted = 0;
            for ((shares, (values, errors)), gamma) in shares.iter_mut().zip(pairs).zip(gammas) {
                let (share, known) = shares_of(load(&values[start..end]).0, load(&errors[start..end]).0, gamma);
                store(&mut shares[start..end], share);
                wanted |= known;
            }
            // The wanted of eight inputs come first; what is written after them is overwritten or cut off.
            let all = _mm512_add_epi32(_mm512_set1_epi32(start as i32), first_inputs);
            let compressed = _mm512_maskz_compress_epi32(u16::from(wanted), all);
            let room = &mut inputs[n_inputs..n_inputs + 2 * N_LANES];
            // SAFETY: the slice has just been shown to hold sixteen numbers.
            unsafe { _mm512_storeu_si512(room.as_mut_ptr().cast(), compressed) };
            n_inputs += wanted.count_ones() as usize;
        }
        inputs.truncate(n_inputs);
        gammas
    }

    /// Running sums of products, of their bounds, and of the shares in these.
    #[derive(Clone, Copy)]
    struct Sums([__m512d; 3]);

    impl Sums {
        /// Nothing yet.
        #[target_feature(enable = "avx512f")]
        fn none() -> Self {
            Self([_mm512_setzero_pd(); 3])
        }

        /// Adds eight products, or as many as there are.
        #[target_feature(enable = "avx512f")]
        fn add(&mut self, weight: __m512d, values: &[f64], errors: &[f64], gamma: f64) {
            let ((value, _), (error, _)) = (load(values), load(errors));
            let (share, _) = shares_of(value, error, gamma);
            let Self([sums, bounds, shares]) = self;
            *sums = _mm512_add_pd(*sums, _mm512_mul_pd(weight, value));
            *bounds = _mm512_add_pd(*bounds, _mm512_mul_pd(_mm512_abs_pd(weight), share));
            *shares = _mm512_add_pd(*shares, share);
        }

        /// The three sums.
        #[target_feature(enable = "avx512f")]
        fn total(self) -> (f64, f64, f64) {
            let mut lanes = [[0.0; N_LANES]; 3];
            for (lanes, sum) in lanes.iter_mut().zip(self.0) {
                store(lanes, sum);
            }
            (together(lanes[0]), together(lanes[1]), together(lanes[2]))
        }
    }

    /// See [`super::single`]; all slices have the same length.
    #[target_feature(enable = "avx512f")]
    pub(super) fn single(weights: &[f64], values: &[f64], errors: &[f64], gamma: f64) -> (f64, f64, f64) {
        let mut sums = Sums::none();
        for ((weights, values), errors) in
            weights.chunks(N_LANES).zip(values.chunks(N_LANES)).zip(errors.chunks(N_LANES))
        {
            sums.add(load(weights).0, values, errors, gamma);
        }
        sums.total()
    }

    /// See [`super::single_pair`]; all slices have the same length.
    #[target_feature(enable = "avx512f")]
    pub(super) fn single_pair(weights: &[f64], pairs: [(&[f64], &[f64]); 2], gamma: f64) -> [(f64, f64, f64); 2] {
        let [mut first, mut second] = [Sums::none(); 2];
        for start in (0..weights.len()).step_by(N_LANES) {
            let end = weights.len().min(start + N_LANES);
            let (weight, _) = load(&weights[start..end]);
            first.add(weight, &pairs[0].0[start..end], &pairs[0].1[start..end], gamma);
            second.add(weight, &pairs[1].0[start..end], &pairs[1].1[start..end], gamma);
        }
        [first.total(), second.total()]
    }

    /// See [`super::add_pair`].
    #[target_feature(enable = "avx512f")]
    pub(super) fn add_pair(values: [&mut [f64]; 2], errors: [&mut [f64]; 2], weights: &[f64], pair: Pair<'_>) {
        let n = values[0].len();
        // Two registers of each sum at a time: their additions hide each other's latency.
        for start in (0..n).step_by(2 * N_LANES) {
            let middle = n.min(start + N_LANES);
            let parts = [start..middle, middle..n.min(start + 2 * N_LANES)];
            let zero = _mm512_setzero_pd();
            let mut sums = [[zero; 2]; 2];
            let mut bounds = [[zero; 2]; 2];
            for kind in 0..2 {
                for half in 0..2 {
                    sums[kind][half] = load(&values[kind][parts[half].clone()]).0;
                    bounds[kind][half] = load(&errors[kind][parts[half].clone()]).0;
                }
            }
            for input in pair.inputs {
                let input = *input as usize;
                let row = &weights[input * n..][..n];
                for half in 0..2 {
                    let (weight, _) = load(&row[parts[half].clone()]);
                    let size = _mm512_abs_pd(weight);
                    for kind in 0..2 {
                        let factor = _mm512_set1_pd(pair.factors[kind][input]);
                        let share = _mm512_set1_pd(pair.shares[kind][input]);
                        sums[kind][half] = _mm512_add_pd(sums[kind][half], _mm512_mul_pd(weight, factor));
                        bounds[kind][half] = _mm512_add_pd(bounds[kind][half], _mm512_mul_pd(size, share));
                    }
                }
            }
            for kind in 0..2 {
                for half in 0..2 {
                    store(&mut values[kind][parts[half].clone()], sums[kind][half]);
                    store(&mut errors[kind][parts[half].clone()], bounds[kind][half]);
                }
            }
        }
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

            let pairs = [(&values[..], &errors[..]), (&weights[..], &errors[..])];
            let singles = pairs.map(|(values, errors)| single(&weights, values, errors, 1e-15));
            assert_eq!(single_pair(&weights, pairs, 1e-15), singles);
            let (factors, shares) = ([[1.7, 0.0, -0.3], [0.5, 0.0, 0.0]], [[3e-16, 0.0, 5e-16], [1e-16, 0.0, 0.0]]);
            let mut both = [values.clone(), values.clone()];
            let mut both_bounds = [errors.clone(), errors.clone()];
            let [one, two] = &mut both;
            let [one_bound, two_bound] = &mut both_bounds;
            let pair = Pair { inputs: &[0, 2], factors: [&factors[0], &factors[1]], shares: [&shares[0], &shares[1]] };
            add_pair([one, two], [one_bound, two_bound], &rows, pair);
            for kind in 0..2 {
                let term = |input: usize| Term { input, factor: factors[kind][input], share: shares[kind][input] };
                let (mut sums, mut bounds) = (values.clone(), errors.clone());
                add_terms(&mut sums, &mut bounds, &rows, &[term(0), term(2)]);
                assert_eq!((&both[kind], &both_bounds[kind]), (&sums, &bounds));
            }
        }
    }
}
