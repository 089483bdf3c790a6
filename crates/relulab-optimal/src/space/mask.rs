//! Sets of points.

/// Points per word.
const WORD: usize = 64;

/// A set of points, by number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Mask(Box<[u64]>);

impl Mask {
    /// The points out of `n` for which something holds.
    pub fn of(n: usize, holds: impl Fn(usize) -> bool) -> Self {
        let word = |start: usize| {
            (start..n.min(start + WORD)).filter(|&at| holds(at)).fold(0, |word, at| word | 1 << (at - start))
        };
        Self((0..n).step_by(WORD).map(word).collect())
    }

    /// Whether a point is in the set.
    pub fn has(&self, at: usize) -> bool {
        self.0.get(at / WORD).is_some_and(|word| word >> (at % WORD) & 1 == 1)
    }

    /// Takes a point in.
    pub fn insert(&mut self, at: usize) {
        self.0[at / WORD] |= 1 << (at % WORD);
    }

    /// Takes a point out if it is in, and in if it is out.
    pub fn flip(&mut self, at: usize) {
        self.0[at / WORD] ^= 1 << (at % WORD);
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether a point is in both sets.
    pub fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }

    /// Whether all points of this set are in the other.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a & !b == 0)
    }

    /// The points of this set that are not in the other.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a & !b).collect())
    }

    /// The points in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        (0..self.0.len() * WORD).filter(|&at| self.has(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_more_than_a_word() {
        let even = Mask::of(150, |at| at % 2 == 0);
        let three = Mask::of(150, |at| at % 3 == 0);
        let six = Mask::of(150, |at| at % 6 == 0);
        assert_eq!((even.len(), six.len()), (75, 25));
        assert!(six.is_within(&even) && six.is_within(&three) && !three.is_within(&even) && even.meets(&three));
        assert!(!even.without(&three).meets(&six));
        assert_eq!(six.iter().take(3).collect::<Vec<_>>(), [0, 6, 12]);
        let mut one = six.clone();
        one.flip(0);
        one.insert(149);
        assert!(!one.has(0) && one.has(149) && one.has(144) && !one.has(1000));
    }
}
