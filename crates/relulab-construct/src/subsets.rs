//! Subsets of a given size, in lexicographic order.

/// All sets of `size` of the numbers below `n`, each ascending.
pub(crate) fn subsets(n: usize, size: usize) -> impl Iterator<Item = Vec<usize>> {
    let first = (size <= n).then(|| (0..size).collect::<Vec<usize>>());
    std::iter::successors(first, move |before| {
        let place = (0..size).rev().find(|&place| before[place] < n - size + place)?;
        let mut next = before.clone();
        let start = next[place] + 1;
        for (offset, entry) in next[place..].iter_mut().enumerate() {
            *entry = start + offset;
        }
        Some(next)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_as_the_binomial() {
        assert_eq!(subsets(5, 3).count(), 10);
        assert_eq!(subsets(3, 2).collect::<Vec<_>>(), [[0, 1], [0, 2], [1, 2]]);
        assert_eq!(subsets(2, 3).count(), 0);
        assert_eq!(subsets(4, 0).count(), 1);
    }
}
