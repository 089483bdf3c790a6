//! Small symmetric positive definite systems.

/// Solves a system of which the lower half of the matrix is given, row by row; `None` when the matrix is not positive
/// definite, up to rounding.
///
/// *Algorithm*: Cholesky's decomposition in place, then two triangular solutions.
pub fn solve(mut lower: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let n = right.len();
    for i in 0..n {
        let (above, rest) = lower.split_at_mut(i);
        let row = &mut rest[0];
        for (j, other) in above.iter().enumerate() {
            row[j] = (row[j] - dot(&row[..j], &other[..j])) / other[j];
        }
        let rest = row[i] - dot(&row[..i], &row[..i]);
        if rest.is_nan() || rest <= 0.0 {
            return None;
        }
        row[i] = rest.sqrt();
    }
    for i in 0..n {
        right[i] = (right[i] - dot(&lower[i][..i], &right[..i])) / lower[i][i];
    }
    for i in (0..n).rev() {
        right[i] /= lower[i][i];
        let (below, here) = right.split_at_mut(i);
        below.iter_mut().zip(&lower[i]).for_each(|(value, factor)| *value -= factor * here[0]);
    }
    Some(right)
}

/// Partial sums that stay side by side in the processor.
const LANES: usize = 8;

/// Σ a b, in [`LANES`] partial sums.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    let (a, b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let tail: f64 = a.remainder().iter().zip(b.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a.zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    tail + sums.iter().sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn solutions_satisfy_their_systems(n in 1..25_usize, seed in 0.0..9.0_f64) {
            let a: Vec<Vec<f64>> =
                (0..n).map(|i| (0..n + 3).map(|j| libm::sin(seed + (i * 17 + j * j) as f64)).collect()).collect();
            let gram = |i: usize, j: usize| dot(&a[i], &a[j]) + f64::from(u8::from(i == j));
            let right: Vec<f64> = (0..n).map(|i| libm::cos(i as f64)).collect();
            let lower = (0..n).map(|i| (0..=i).map(|j| gram(i, j)).collect()).collect();
            let x = solve(lower, right.clone()).unwrap();
            for (i, right) in right.iter().enumerate() {
                let product: f64 = (0..n).map(|j| gram(i, j) * x[j]).sum();
                prop_assert!((product - right).abs() < 1e-10);
            }
        }
    }

    #[test]
    fn other_matrices_are_refused() {
        assert_eq!(solve(vec![vec![1.0], vec![2.0, 1.0]], vec![0.0; 2]), None);
        assert_eq!(solve(vec![vec![f64::NAN]], vec![0.0]), None);
        assert_eq!(solve(vec![], vec![]), Some(vec![]));
    }
}
