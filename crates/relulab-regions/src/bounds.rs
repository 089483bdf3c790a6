//! How many regions a network can have at most.

/// Largest number of activation regions of a ReLU network with one input: Π (nₗ + 1), attained by folding.
///
/// `None` when the product exceeds `u128`.
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
