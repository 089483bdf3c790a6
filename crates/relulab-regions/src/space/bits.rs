//! Fixed-size sets of small numbers: the units and facets on which something vanishes or is positive.

use std::ops::{BitAnd, BitOr, BitOrAssign, Not};

/// Calls a function with sets just large enough for so many bits.
macro_rules! with_words {
    ($n_bits:expr, $function:ident($($argument:expr),*)) => {
        match $n_bits.div_ceil(64) {
            0..=1 => $function::<1>($($argument),*),
            2 => $function::<2>($($argument),*),
            3..=4 => $function::<4>($($argument),*),
            5..=8 => $function::<8>($($argument),*),
            _ => $function::<32>($($argument),*),
        }
    };
}
pub(crate) use with_words;

/// The same with fewer sizes, for what takes its time in rationals: less to compile.
macro_rules! with_enough_words {
    ($n_bits:expr, $function:ident($($argument:expr),*)) => {
        match $n_bits.div_ceil(64) {
            0..=2 => $function::<2>($($argument),*),
            3..=8 => $function::<8>($($argument),*),
            _ => $function::<32>($($argument),*),
        }
    };
}
pub(crate) use with_enough_words;

/// A set of numbers below 64 · `W`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Bits<const W: usize>(pub [u64; W]);

impl<const W: usize> Bits<W> {
    /// The empty set.
    pub const EMPTY: Self = Self([0; W]);

    /// The set of one number.
    #[inline(always)]
    pub fn single(index: usize) -> Self {
        let mut bits = Self::EMPTY;
        bits.0[index / 64] = 1 << (index % 64);
        bits
    }

    /// The numbers from `start` up to but not including `end`.
    pub fn range(start: usize, end: usize) -> Self {
        (start..end).fold(Self::EMPTY, |bits, index| bits | Self::single(index))
    }

    /// Whether a number is in the set.
    #[inline(always)]
    pub fn has(self, index: usize) -> bool {
        self.0[index / 64] >> (index % 64) & 1 == 1
    }

    /// How many numbers are in the set.
    #[inline(always)]
    pub fn count(self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// Whether nothing is in the set.
    #[inline(always)]
    pub fn is_empty(self) -> bool {
        self.0.iter().fold(0, |all, word| all | word) == 0
    }

    /// Whether every number of `other` is in this set.
    #[inline(always)]
    pub fn contains(self, other: Self) -> bool {
        (other & !self).is_empty()
    }

    /// Whether a number of `other` is in this set.
    pub fn has_any(self, other: Self) -> bool {
        !(self & other).is_empty()
    }

    /// The smallest number in the set.
    #[inline(always)]
    pub fn lowest(self) -> Option<usize> {
        let word = self.0.iter().position(|word| *word != 0)?;
        Some(64 * word + self.0[word].trailing_zeros() as usize)
    }

    /// All numbers in ascending order.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        let mut rest = self;
        std::iter::from_fn(move || {
            let index = rest.lowest()?;
            rest.0[index / 64] &= rest.0[index / 64] - 1;
            Some(index)
        })
    }

    /// The eight numbers from 8 · `index`, as a byte.
    #[inline(always)]
    pub fn byte(self, index: usize) -> u8 {
        (self.0[index / 8] >> (8 * (index % 8))) as u8
    }

    /// Adds eight numbers from 8 · `index` given as a byte.
    #[inline(always)]
    pub fn add_byte(&mut self, index: usize, byte: u8) {
        self.0[index / 8] |= u64::from(byte) << (8 * (index % 8));
    }
}

impl<const W: usize> Default for Bits<W> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<const W: usize> BitAnd for Bits<W> {
    type Output = Self;

    #[inline(always)]
    fn bitand(mut self, other: Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word &= other;
        }
        self
    }
}

impl<const W: usize> BitOr for Bits<W> {
    type Output = Self;

    #[inline(always)]
    fn bitor(mut self, other: Self) -> Self {
        self |= other;
        self
    }
}

impl<const W: usize> BitOrAssign for Bits<W> {
    #[inline(always)]
    fn bitor_assign(&mut self, other: Self) {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word |= other;
        }
    }
}

impl<const W: usize> Not for Bits<W> {
    type Output = Self;

    #[inline(always)]
    fn not(mut self) -> Self {
        for word in &mut self.0 {
            *word = !*word;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_behave_like_sets() {
        let low = Bits::<2>::range(3, 70);
        let high = Bits::<2>::range(60, 128);
        assert_eq!((low.count(), high.count(), (low & high).count(), (low | high).count()), (67, 68, 10, 125));
        assert_eq!((!low).lowest(), Some(0));
        assert_eq!((low & high).iter().collect::<Vec<_>>(), (60..70).collect::<Vec<_>>());
        assert!(low.contains(Bits::single(69)) && !low.contains(Bits::single(70)) && low.has(3));
        let mut bytes = Bits::<2>::EMPTY;
        for index in 0..16 {
            bytes.add_byte(index, low.byte(index));
        }
        assert_eq!(bytes, low);
    }
}
