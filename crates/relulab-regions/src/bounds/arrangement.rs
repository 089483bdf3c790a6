//! The parts into which hyperplanes cut a space.

use relulab_exact::Natural;

/// Largest number of parts into which `n_hyperplanes` cut a space of dimension `dim`: Σ_{j ≤ dim} C(n, j).
///
/// Attained in general position; a hidden layer with this many units has at most so many regions.
///
/// *Reference*: Zaslavsky 1975.
pub fn max_arrangement_regions(n_hyperplanes: usize, dim: usize) -> Natural {
    Natural::binomials(n_hyperplanes).take(dim.saturating_add(1)).sum()
}
