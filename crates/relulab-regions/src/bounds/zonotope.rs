//! The counts of zonotope networks, in which many regions come from a known construction.

use relulab_exact::Natural;

/// Linear cones of r ↦ Σ |⟨bʲ, r⟩| with m = `n_generators` in general position in dimension n: the vertices of a
/// zonotope, 2 Σ_{i<n} C(m−1, i). Without generators the function is zero and has one cone.
///
/// *Reference*: Arora et al. 2018, whose printed counts leave out the factor 2; Zaslavsky 1975 for the central
/// arrangement.
pub fn zonotope_cones(input_dim: usize, n_generators: usize) -> Natural {
    let Some(others) = n_generators.checked_sub(1) else { return Natural::one() };
    let half: Natural = Natural::binomials(others).take(input_dim).sum();
    if input_dim == 0 { Natural::one() } else { Natural::from(2_usize) * half }
}

/// Pieces of a sawtooth with w = `teeth` slopes per fold, folded k = `folds` times, over a zonotope's gauge of m
/// generators in general position: w^k on each cone, and where w is even and k ≥ 2 the far field, in which the sawtooth
/// is flat whatever the cone. It adds 1, or 2 where one direction alone matters (n = 1 or m = 1).
///
/// *Reference*: Arora et al. 2018, theorem on zonotopes, with the count corrected as in [`zonotope_cones`].
pub fn zonotope_pieces(input_dim: usize, n_generators: usize, teeth: usize, folds: usize) -> Natural {
    let on_cones = zonotope_cones(input_dim, n_generators) * Natural::from(teeth).power(folds);
    let has_far_field = teeth.is_multiple_of(2) && folds >= 2 && n_generators > 0;
    let n_sides = if input_dim.min(n_generators) == 1 { 2_usize } else { 1 };
    on_cones + Natural::from(if has_far_field { n_sides } else { 0 })
}
