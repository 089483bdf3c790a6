//! How many regions a cell that is not explored can hold at most.

/// Upper bounds for the layers below, found once for a network.
///
/// *Algorithm*: c units that cross a cell cut it into at most Σ C(c, j), j ≤ k, cells when their forms have rank k.
/// For whole layers below, the recursion of Serra, Tjandraatmadja and Ramalingam, in which the rank after a layer is at
/// most the number of units left on. Never more than 2 to the number of units that remain.
///
/// *Reference*: Serra, Tjandraatmadja, Ramalingam, *Bounding and counting linear regions* (ICML 2018), theorem 1.
#[derive(Clone, Debug)]
pub(crate) struct Ceiling {
    /// `below[l][k]`: at most so many regions after all layers from l on, in a cell with rank k.
    below: Vec<Vec<u128>>,
    widths: Vec<usize>,
}

impl Ceiling {
    /// Bounds for hidden layers of these widths; `is_rectified` unless units keep a slope when they are off.
    pub fn new(dim: usize, widths: &[usize], is_rectified: bool) -> Self {
        let mut below = vec![vec![1; dim + 1]];
        let mut remaining = 0;
        for width in widths.iter().rev() {
            remaining += width;
            let later = below.last().cloned().unwrap_or_default();
            let bound = |rank: usize| {
                let sum = (0..=rank.min(*width)).fold(0_u128, |sum, off| {
                    let left = if is_rectified { width - off } else { *width };
                    let choices = binomial(*width, off);
                    sum.saturating_add(choices.saturating_mul(later[rank.min(left)]))
                });
                sum.min(power_of_two(remaining))
            };
            below.push((0..=dim).map(bound).collect());
        }
        below.reverse();
        Self { below, widths: widths.to_vec() }
    }

    /// At most so many regions in a cell of which `crossing` units of `layer` and all later layers are left.
    pub fn regions(&self, layer: usize, crossing: usize, rank: usize) -> u128 {
        let cells = (0..=rank.min(crossing)).fold(0_u128, |sum, j| sum.saturating_add(binomial(crossing, j)));
        let later = self.below[layer + 1][rank.min(self.widths[layer])];
        let remaining: usize = self.widths[layer + 1..].iter().sum();
        cells.saturating_mul(later).min(power_of_two(crossing + remaining))
    }

    /// At most so many regions in the whole space.
    pub fn all(&self) -> u128 {
        self.below[0].last().copied().unwrap_or(1)
    }
}

/// n over k, or the largest number where that overflows.
fn binomial(n: usize, k: usize) -> u128 {
    let product = (0..k).try_fold(1_u128, |value, j| {
        let next = value.checked_mul((n - j) as u128)?;
        Some(next / (j as u128 + 1))
    });
    product.unwrap_or(u128::MAX)
}

/// 2ⁿ, saturating.
fn power_of_two(n: usize) -> u128 {
    if n < 128 { 1 << n } else { u128::MAX }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_those_of_the_literature() {
        for (dim, widths, bound) in [
            (2, vec![3; 5], 4_864),
            (4, vec![6, 6], 2_424),
            (10, vec![10, 10], 616_666),
            (784, vec![11, 11], 2_449_868),
        ] {
            assert_eq!(Ceiling::new(dim, &widths, true).all(), bound);
        }
        assert_eq!(Ceiling::new(2, &[3; 5], false).all(), 16_807);
        assert_eq!(Ceiling::new(3, &[2000; 40], true).all(), u128::MAX);
    }
}
