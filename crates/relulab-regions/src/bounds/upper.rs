//! Upper bounds: no network of the shape has more activation regions.

use super::arrangement::max_arrangement_regions;
use relulab_exact::Natural;

/// Largest number of activation regions of a ReLU network with one input: Π (nₗ + 1), attained by folding.
///
/// `None` when the product exceeds `u128`; [`montufar_2017_upper`] is the same number without limit.
///
/// *Reference*: Serra, Tjandraatmadja, Ramalingam, *Bounding and counting linear regions of deep neural networks*
/// (ICML 2018), for input dimension 1.
///
/// ```
/// assert_eq!(relulab_regions::bounds::max_regions_on_the_line(&[5, 7, 4]), Some(6 * 8 * 5));
/// ```
pub fn max_regions_on_the_line(hidden: &[usize]) -> Option<u128> {
    hidden.iter().try_fold(1_u128, |product, width| product.checked_mul(*width as u128 + 1))
}

/// Π_l Σ_{j ≤ n₀} C(nₗ, j): each region of a layer is cut by the next layer's hyperplanes, as if no layer in
/// between were narrower than the input.
///
/// *Reference*: Raghu et al. 2017, theorem 1 (there as O(k^{n₀L}); this is the product its proof multiplies).
pub fn raghu_upper(input_dim: usize, hidden: &[usize]) -> Natural {
    hidden.iter().map(|&width| max_arrangement_regions(width, input_dim)).product()
}

/// Π_l Σ_{j ≤ min(n₀, …, nₗ)} C(nₗ, j): the image of a region has at most the dimension of the narrowest layer so
/// far. It holds for LeakyReLU too.
///
/// *Reference*: Montúfar 2017, proposition 3.
pub fn montufar_2017_upper(input_dim: usize, hidden: &[usize]) -> Natural {
    let mut dim = input_dim;
    let mut layer = |&width: &usize| {
        dim = dim.min(width);
        max_arrangement_regions(width, dim)
    };
    hidden.iter().map(&mut layer).product()
}

/// Σ Π_l C(nₗ, jₗ) over all j with jₗ ≤ min(n₀, n₁ − j₁, …, nₗ₋₁ − jₗ₋₁, nₗ): a region in which j units of a layer
/// are off has an image of dimension at most n − j. For ReLU only, since a leaky unit is never constant.
///
/// *Algorithm*: a dynamic program over the remaining dimension k, in O(Σ min(n₀, nₗ) · nₗ) products: each j ≤ k has
/// weight C(n, j) and leaves the dimension min(k, n − j).
///
/// *Reference*: Serra, Tjandraatmadja, Ramalingam 2018, theorem 1.
pub fn serra_upper(input_dim: usize, hidden: &[usize]) -> Natural {
    // Beyond the widest layer the dimension makes no difference.
    let start = input_dim.min(hidden.iter().copied().max().unwrap_or(0));
    let mut ways = vec![Natural::zero(); start + 1];
    ways[start] = Natural::one();
    for &width in hidden {
        let weights: Vec<Natural> = Natural::binomials(width).take(start + 1).collect();
        let mut next = vec![Natural::zero(); start + 1];
        for (dim, n_ways) in ways.iter().enumerate().filter(|(_, n_ways)| **n_ways != Natural::zero()) {
            for (j, weight) in weights.iter().enumerate().take(dim + 1) {
                let left = dim.min(width - j);
                next[left] = std::mem::take(&mut next[left]) + n_ways.clone() * weight.clone();
            }
        }
        ways = next;
    }
    ways.into_iter().sum()
}
