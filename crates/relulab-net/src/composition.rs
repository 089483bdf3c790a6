//! Compositions: every way to distribute N neurons over k layers, in order.

use crate::stream::{Purpose, RandomStream};
use std::collections::BTreeSet;

/// Largest number of neurons whose compositions are enumerated.
pub const MAX_NEURONS: usize = 24;

/// Why there are no such compositions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompositionError {
    /// No or too many neurons.
    #[error("{0} neurons: expected 1 to {MAX_NEURONS}")]
    Neurons(usize),
    /// A depth that this number of neurons cannot have.
    #[error("depth {depth}: {neurons} neurons have depths 1 to {neurons}")]
    Depth {
        /// The depth.
        depth: usize,
        /// Number of neurons.
        neurons: usize,
    },
}

/// Number of compositions of `neurons` into `depth` positive parts: the binomial C(N−1, k−1), and 0 outside
/// 1 ≤ k ≤ N.
pub fn n_compositions(neurons: usize, depth: usize) -> u64 {
    if depth == 0 || depth > neurons { 0 } else { binomial(neurons as u64 - 1, depth as u64 - 1) }
}

/// Number of compositions of `neurons` into any number of parts, 2^(N−1).
///
/// # Errors
/// When `neurons` is outside 1 to [`MAX_NEURONS`].
pub fn n_all_compositions(neurons: usize) -> Result<u64, CompositionError> {
    check(neurons, 1).map(|()| 1 << (neurons - 1))
}

/// The compositions of a number of neurons into a number of layers, in lexicographic order.
///
/// ```
/// let all: Vec<Vec<usize>> = relulab_net::Compositions::new(4, 2).unwrap().collect();
/// assert_eq!(all, [[1, 3], [2, 2], [3, 1]]);
/// ```
#[derive(Clone, Debug)]
pub struct Compositions {
    next: Option<Vec<usize>>,
}

impl Compositions {
    /// All compositions of `neurons` into `depth` parts.
    ///
    /// # Errors
    /// When `neurons` is outside 1 to [`MAX_NEURONS`], or `depth` outside 1 to `neurons`.
    pub fn new(neurons: usize, depth: usize) -> Result<Self, CompositionError> {
        check(neurons, depth)?;
        let mut first = vec![1; depth];
        first[depth - 1] = neurons - (depth - 1);
        Ok(Self { next: Some(first) })
    }
}

impl Iterator for Compositions {
    type Item = Vec<usize>;

    fn next(&mut self) -> Option<Vec<usize>> {
        let current = self.next.take()?;
        self.next = successor(current.clone());
        Some(current)
    }
}

/// The next composition in lexicographic order.
///
/// *Algorithm*: the last part above 1 gives one to the part before it; what it has left goes to the end.
fn successor(mut parts: Vec<usize>) -> Option<Vec<usize>> {
    let giver = parts.iter().rposition(|part| *part > 1).filter(|giver| *giver > 0)?;
    let left = parts[giver] - 1;
    parts[giver - 1] += 1;
    parts[giver] = 1;
    if let Some(last) = parts.last_mut() {
        *last = left;
    }
    Some(parts)
}

/// The composition of `neurons` into `depth` parts at a place of the lexicographic order, from 0; None beyond the end.
///
/// *Algorithm*: the combinatorial number system: each part skips the blocks of compositions that start with a
/// smaller one, whose sizes are binomials.
///
/// # Errors
/// As [`Compositions::new`].
pub fn composition_at(neurons: usize, depth: usize, rank: u64) -> Result<Option<Vec<usize>>, CompositionError> {
    check(neurons, depth)?;
    if rank >= n_compositions(neurons, depth) {
        return Ok(None);
    }
    let mut rank = rank;
    let mut left = neurons;
    let mut parts = Vec::with_capacity(depth);
    for depth_left in (1..depth).rev() {
        let mut part = 1;
        while rank >= n_compositions(left - part, depth_left) {
            rank -= n_compositions(left - part, depth_left);
            part += 1;
        }
        parts.push(part);
        left -= part;
    }
    parts.push(left);
    Ok(Some(parts))
}

/// `count` different compositions of `neurons` into `depth` parts, each set equally likely, in lexicographic order;
/// all of them when there are no more.
///
/// *Algorithm*: Floyd's sampling of distinct ranks, so nothing but the sample is made.
/// *Reference*: Bentley and Floyd 1987, *Programming pearls: a sample of brilliance*.
///
/// # Errors
/// As [`Compositions::new`].
pub fn sample_compositions(
    neurons: usize,
    depth: usize,
    count: u64,
    seed: u64,
) -> Result<Vec<Vec<usize>>, CompositionError> {
    check(neurons, depth)?;
    let n = n_compositions(neurons, depth);
    // Each shape family has its own draw, so a sample does not change when other depths are added to a plan.
    let family_seed = RandomStream::new(seed, Purpose::Compositions).bits() ^ ((neurons as u64) << 32 | depth as u64);
    let mut stream = RandomStream::new(family_seed, Purpose::Compositions);
    let mut ranks = BTreeSet::new();
    for last in n - count.min(n)..n {
        let rank = stream.below(last + 1);
        if !ranks.insert(rank) {
            ranks.insert(last);
        }
    }
    ranks.into_iter().filter_map(|rank| composition_at(neurons, depth, rank).transpose()).collect()
}

fn check(neurons: usize, depth: usize) -> Result<(), CompositionError> {
    if !(1..=MAX_NEURONS).contains(&neurons) {
        return Err(CompositionError::Neurons(neurons));
    }
    if !(1..=neurons).contains(&depth) {
        return Err(CompositionError::Depth { depth, neurons });
    }
    Ok(())
}

/// Saturates instead of overflowing; exact for every number of neurons that is enumerated.
fn binomial(n: u64, k: u64) -> u64 {
    let mut value: u128 = 1;
    for i in 0..k.min(n - k) {
        value = value * u128::from(n - i) / u128::from(i + 1);
        if value > u128::from(u64::MAX) {
            return u64::MAX;
        }
    }
    value as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All compositions by brute force: the cuts are the bits of a number.
    fn brute_force(neurons: usize, depth: usize) -> Vec<Vec<usize>> {
        let mut all: Vec<Vec<usize>> = (0..1_u32 << (neurons - 1))
            .map(|cuts| {
                let mut parts = vec![1];
                for place in 0..neurons - 1 {
                    if cuts >> place & 1 == 1 {
                        parts.push(1);
                    } else {
                        *parts.last_mut().unwrap() += 1;
                    }
                }
                parts
            })
            .filter(|parts| parts.len() == depth)
            .collect();
        all.sort();
        all
    }

    #[test]
    fn enumeration_agrees_with_brute_force() {
        for neurons in 1..=10 {
            for depth in 1..=neurons {
                let all: Vec<_> = Compositions::new(neurons, depth).unwrap().collect();
                assert_eq!(all, brute_force(neurons, depth));
                assert_eq!(all.len() as u64, n_compositions(neurons, depth));
                for (rank, parts) in all.iter().enumerate() {
                    assert_eq!(composition_at(neurons, depth, rank as u64).unwrap().as_ref(), Some(parts));
                }
                assert_eq!(composition_at(neurons, depth, all.len() as u64), Ok(None));
            }
        }
    }

    #[test]
    fn counts_of_the_paper() {
        assert_eq!(n_all_compositions(16), Ok(32_768));
        assert_eq!((1..=5).map(|depth| n_compositions(16, depth)).sum::<u64>(), 1_941);
        assert_eq!(n_compositions(16, 5), 1_365);
        assert_eq!((n_compositions(16, 0), n_compositions(16, 17), n_compositions(0, 0)), (0, 0, 0));
        assert_eq!(n_compositions(500, 250), u64::MAX);
        assert_eq!((1..=24).map(|depth| n_compositions(24, depth)).sum::<u64>(), 1 << 23);
    }

    #[test]
    fn limits_are_named_in_errors() {
        assert_eq!(n_all_compositions(0), Err(CompositionError::Neurons(0)));
        assert_eq!(Compositions::new(25, 1).unwrap_err(), CompositionError::Neurons(25));
        assert_eq!(Compositions::new(16, 0).unwrap_err(), CompositionError::Depth { depth: 0, neurons: 16 });
        assert!(Compositions::new(16, 17).unwrap_err().to_string().contains("16 neurons have depths 1 to 16"));
    }

    #[test]
    fn samples_are_even() {
        let mut counts = std::collections::BTreeMap::new();
        for seed in 0..6_000 {
            for parts in sample_compositions(5, 3, 2, seed).unwrap() {
                *counts.entry(parts).or_insert(0) += 1;
            }
        }
        assert_eq!(counts.len(), 6);
        assert!(counts.values().all(|count| (1_800..2_200).contains(count)), "{counts:?}");
    }

    proptest! {
        #[test]
        fn samples_are_distinct_sorted_and_reproducible(
            (neurons, depth) in (1..=24_usize).prop_flat_map(|n| (Just(n), 1..=n)), count in 0..300_u64, seed in any::<u64>()
        ) {
            let sample = sample_compositions(neurons, depth, count, seed).unwrap();
            prop_assert_eq!(sample.len() as u64, count.min(n_compositions(neurons, depth)));
            prop_assert!(sample.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(sample.iter().all(|parts| parts.len() == depth && parts.iter().sum::<usize>() == neurons));
            prop_assert!(sample.iter().flatten().all(|part| *part > 0));
            prop_assert_eq!(sample, sample_compositions(neurons, depth, count, seed).unwrap());
        }
    }
}
