//! Lower bounds: some network of the shape has at least so many activation regions.

use super::arrangement::max_arrangement_regions;
use relulab_exact::Natural;

/// Π_{l<L} ⌊nₗ/n₀⌋^{n₀} · Σ_{j ≤ n₀} C(n_L, j).
///
/// `None` unless there is a hidden layer and none is narrower than the input.
///
/// *Reference*: Montúfar et al. 2014, theorem 4.
pub fn montufar_2014_lower(input_dim: usize, hidden: &[usize]) -> Option<Natural> {
    folded(input_dim, hidden, 1, 0)
}

/// Π_{l<L} (⌊nₗ/n₀⌋ + 1)^{n₀} · Σ_{j ≤ n₀} C(n_L, j).
///
/// `None` unless there is a hidden layer and every one is at least three times as wide as the input.
///
/// *Reference*: Serra, Tjandraatmadja, Ramalingam 2018, theorem 8.
pub fn serra_lower(input_dim: usize, hidden: &[usize]) -> Option<Natural> {
    folded(input_dim, hidden, 3, 1)
}

/// Both bounds fold every input `⌊n/n₀⌋ + extra` times per layer, in layers at least `least` times as wide.
fn folded(input_dim: usize, hidden: &[usize], least: usize, extra: usize) -> Option<Natural> {
    let (&last, earlier) = hidden.split_last()?;
    if input_dim == 0 || hidden.iter().any(|&width| width < least.saturating_mul(input_dim)) {
        return None;
    }
    let folds = |&width: &usize| Natural::from(width / input_dim + extra).power(input_dim);
    Some(earlier.iter().map(folds).product::<Natural>() * max_arrangement_regions(last, input_dim))
}
