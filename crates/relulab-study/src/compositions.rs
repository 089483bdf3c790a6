//! Compositions of n into k parts: how many there are, and which is the r-th.
//!
//! The order is lexicographic in the parts, first part slowest: 3 = 1+2, 2+1 for k = 2.

/// Number of ways to choose `k` of `n`; saturates at the largest `u64`.
pub(crate) fn binomial(n: u64, k: u64) -> u64 {
    if k > n {
        return 0;
    }
    let k = k.min(n - k);
    // Each partial product is itself a binomial coefficient, so every division is exact.
    let mut value: u128 = 1;
    for i in 0..k {
        value = value * u128::from(n - i) / u128::from(i + 1);
        if value > u128::from(u64::MAX) {
            return u64::MAX;
        }
    }
    value as u64
}

/// Number of compositions of `n` into `k` positive parts, C(n−1, k−1).
pub(crate) fn count(n: usize, k: usize) -> u64 {
    if n == 0 || k == 0 {
        return u64::from(n == k);
    }
    binomial(n as u64 - 1, k as u64 - 1)
}

/// The composition of `n` into `k` parts whose place in lexicographic order is `rank` (below [`count`]).
pub(crate) fn unrank(n: usize, k: usize, mut rank: u64) -> Vec<usize> {
    let mut parts = Vec::with_capacity(k);
    let mut left = n;
    for remaining in (1..k).rev() {
        // `remaining` parts follow this one; each choice of it leaves a composition of the rest.
        let mut part = 1;
        while part + remaining < left {
            let below = count(left - part, remaining);
            if rank < below {
                break;
            }
            rank -= below;
            part += 1;
        }
        parts.push(part);
        left -= part;
    }
    if k > 0 {
        parts.push(left);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All compositions by recursion: the independent oracle.
    fn all(n: usize, k: usize) -> Vec<Vec<usize>> {
        if k == 1 {
            return if n >= 1 { vec![vec![n]] } else { Vec::new() };
        }
        let mut found = Vec::new();
        for first in 1..n {
            for rest in all(n - first, k - 1) {
                found.push([vec![first], rest].concat());
            }
        }
        found
    }

    #[test]
    fn unranking_lists_all_compositions_in_lexicographic_order() {
        for n in 1..=11 {
            for k in 1..=n {
                let listed: Vec<_> = (0..count(n, k)).map(|rank| unrank(n, k, rank)).collect();
                assert_eq!(listed, all(n, k), "{n} into {k}");
            }
        }
    }

    #[test]
    fn sixteen_neurons_have_32768_shapes() {
        assert_eq!((1..=16).map(|k| count(16, k)).sum::<u64>(), 1 << 15);
        assert_eq!((1..=5).map(|k| count(16, k)).sum::<u64>(), 1941);
        assert_eq!(count(16, 5), 1365);
        assert_eq!((1..=24).map(|k| count(24, k)).sum::<u64>(), 1 << 23);
    }
}
