//! Philox4x32: random numbers as a pure function of a key and a counter.
//!
//! *Reference*: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), section 4.3.
//! Ten rounds are the authors' recommendation; seven already pass BigCrush, and training uses [`ROUNDS`] = 7.

use crate::lanes::Simd32;

/// Rounds that relulab uses everywhere.
pub(crate) const ROUNDS: usize = 7;

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const KEY_STEPS: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// The 64-bit key of one network's random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key(pub [u32; 2]);

/// What a stream of random numbers is for; streams of one key never meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Purpose {
    /// Initial parameters.
    Initialisation = 0,
    /// Fresh training inputs.
    Inputs = 1,
    /// Order of minibatches.
    Shuffle = 2,
    /// Choices among equal extremes.
    Ties = 3,
}

impl Key {
    /// The key of a network, from everything that identifies it. Words are absorbed one by one through the
    /// finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
    pub(crate) fn derive(words: impl IntoIterator<Item = u64>) -> Self {
        let mut state = 0x243F_6A88_85A3_08D3_u64;
        for word in words {
            state = (state ^ word).wrapping_add(0x9E37_79B9_7F4A_7C15);
            state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            state ^= state >> 31;
        }
        Self([state as u32, (state >> 32) as u32])
    }

    /// Four random words: the block `counter` of this key.
    pub(crate) fn block<const R: usize>(self, counter: [u32; 4]) -> [u32; 4] {
        let [mut k0, mut k1] = self.0;
        let [mut c0, mut c1, mut c2, mut c3] = counter;
        for _ in 0..R {
            let p0 = u64::from(MULTIPLIERS[0]) * u64::from(c0);
            let p1 = u64::from(MULTIPLIERS[1]) * u64::from(c2);
            (c0, c1, c2, c3) = ((p1 >> 32) as u32 ^ c1 ^ k0, p1 as u32, (p0 >> 32) as u32 ^ c3 ^ k1, p0 as u32);
            k0 = k0.wrapping_add(KEY_STEPS[0]);
            k1 = k1.wrapping_add(KEY_STEPS[1]);
        }
        [c0, c1, c2, c3]
    }
}

/// The keys of a group of networks, one per lane, with the round keys laid out for vectors.
pub(crate) struct LaneKeys<V: Simd32> {
    rounds: [RoundKey<V>; ROUNDS],
}

#[derive(Clone, Copy)]
struct RoundKey<V: Simd32> {
    even: [V::Wide; 2],
    odd: [V::Wide; 2],
}

/// One half (the even or the odd lanes) of a block under way.
#[derive(Clone, Copy)]
struct Half<V: Simd32>([V::Wide; 4]);

impl<V: Simd32> LaneKeys<V> {
    #[inline(always)]
    pub(crate) fn new(keys: &[Key]) -> Self {
        let mut words = [V::zero(), V::zero()];
        for lane in 0..V::LANES {
            for (half, word) in words.iter_mut().enumerate() {
                word.set_lane(lane, f32::from_bits(keys[lane.min(keys.len() - 1)].0[half]));
            }
        }
        let mut bits = [words[0].to_bits(), words[1].to_bits()];
        let mut rounds = [RoundKey { even: [V::wide_splat(0); 2], odd: [V::wide_splat(0); 2] }; ROUNDS];
        for round in &mut rounds {
            for half in 0..2 {
                round.even[half] = V::even(bits[half]);
                round.odd[half] = V::odd(bits[half]);
                bits[half] = V::bits_add(bits[half], V::splat_bits(i64::from(KEY_STEPS[half] as i32)));
            }
        }
        Self { rounds }
    }

    /// The block `counter` of every lane's key.
    ///
    /// The first round multiplies only the counter, which all lanes share, so it needs no vector products.
    #[inline(always)]
    pub(crate) fn block(&self, counter: [u32; 4]) -> [V::Bits; 4] {
        let p0 = u64::from(MULTIPLIERS[0]) * u64::from(counter[0]);
        let p1 = u64::from(MULTIPLIERS[1]) * u64::from(counter[2]);
        let c0 = V::wide_splat((p1 >> 32) as u32 ^ counter[1]);
        let c1 = V::wide_splat(p1 as u32);
        let c2 = V::wide_splat((p0 >> 32) as u32 ^ counter[3]);
        let c3 = V::wide_splat(p0 as u32);
        let none = V::wide_splat(0);
        let first = &self.rounds[0];
        let mut even =
            Half::<V>([V::wide_xor3(c0, first.even[0], none), c1, V::wide_xor3(c2, first.even[1], none), c3]);
        let mut odd = Half::<V>([V::wide_xor3(c0, first.odd[0], none), c1, V::wide_xor3(c2, first.odd[1], none), c3]);
        let multipliers = [V::wide_splat(MULTIPLIERS[0]), V::wide_splat(MULTIPLIERS[1])];
        for round in &self.rounds[1..] {
            even = even.round(multipliers, round.even);
            odd = odd.round(multipliers, round.odd);
        }
        [
            V::join(even.0[0], odd.0[0]),
            V::join(even.0[1], odd.0[1]),
            V::join(even.0[2], odd.0[2]),
            V::join(even.0[3], odd.0[3]),
        ]
    }
}

impl<V: Simd32> Half<V> {
    #[inline(always)]
    fn round(self, multipliers: [V::Wide; 2], key: [V::Wide; 2]) -> Self {
        let [c0, c1, c2, c3] = self.0;
        let p0 = V::wide_mul(multipliers[0], c0);
        let p1 = V::wide_mul(multipliers[1], c2);
        Self([V::wide_xor3(V::wide_high(p1), c1, key[0]), p1, V::wide_xor3(V::wide_high(p0), c3, key[1]), p0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::P32;

    /// Known answers printed in the Random123 distribution (`kat_vectors`) for philox4x32.
    #[test]
    fn known_answers() {
        let all = u32::MAX;
        let cases = [
            ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([all; 4], [all; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ];
        for (counter, key, expected) in cases {
            assert_eq!(Key(key).block::<10>(counter), expected);
        }
    }

    #[test]
    fn lanes_agree_with_the_scalar_generator() {
        let keys: Vec<Key> = (0..16).map(|i| Key::derive([7, i])).collect();
        let lanes = LaneKeys::<P32<16>>::new(&keys);
        for counter in [[0, 0, 1, 0], [5, 2999, 1, 0], [u32::MAX, 1, 2, 3]] {
            let words = lanes.block(counter);
            for (lane, key) in keys.iter().enumerate() {
                let expected = key.block::<ROUNDS>(counter);
                assert_eq!([words[0][lane], words[1][lane], words[2][lane], words[3][lane]], expected);
            }
        }
    }
}
