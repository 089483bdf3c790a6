//! Reproducible random numbers for everything outside the training loop.

use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};

/// A stream of random numbers that is fixed by a seed and a purpose, on every platform and for every version of a library.
///
/// *Algorithm*: the words of ChaCha8 keyed by the seed, stream number = purpose; everything above the words is
/// written out here.
#[derive(Debug)]
pub struct RandomStream {
    words: ChaCha8Rng,
    spare_normal: Option<f64>,
}

/// What a stream is for; streams of different purposes are independent, even with the same seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// The order of points in k-fold splits.
    Folds = 1,
    /// The fixed N(0,1)^d points of the `normal` loss.
    NormalEvaluation = 2,
    /// The points on which units are observed.
    Observation = 3,
    /// Random samples of shapes.
    Compositions = 4,
    /// Resampling in statistics.
    Bootstrap = 5,
    /// Training samples of networks too wide for the engine's lanes.
    WideTraining = 6,
    /// Initial weights of networks that memorise with proof.
    Memorisation = 7,
}

/// 2^−53, the spacing of uniform numbers.
const UNIFORM_SPACING: f64 = 1.0 / (1_u64 << 53) as f64;

impl RandomStream {
    /// The stream of a seed and a purpose.
    pub fn new(seed: u64, purpose: Purpose) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut words = ChaCha8Rng::from_seed(key);
        words.set_stream(purpose as u64);
        Self { words, spare_normal: None }
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.words.next_u64()
    }

    /// A uniform multiple of 2^−53 in [0, 1).
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * UNIFORM_SPACING
    }

    /// A uniform integer in 0..`end`; 0 when `end` is 0.
    ///
    /// *Algorithm*: words below the largest multiple of `end` are accepted, so every value is equally likely.
    pub fn below(&mut self, end: u64) -> u64 {
        if end == 0 {
            return 0;
        }
        let excess = (u64::MAX % end + 1) % end;
        loop {
            let word = self.bits();
            if word <= u64::MAX - excess {
                return word % end;
            }
        }
    }

    /// A standard normal number.
    ///
    /// *Algorithm*: Box and Muller's pairs from two uniform numbers, with the functions of `libm`.
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare_normal.take() {
            return spare;
        }
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.uniform()));
        let angle = 2.0 * std::f64::consts::PI * self.uniform();
        self.spare_normal = Some(radius * libm::sin(angle));
        radius * libm::cos(angle)
    }

    /// Puts a list into random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            let other = self.below(last as u64 + 1) as usize;
            list.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_chacha8() {
        // The first words of ChaCha8 with the all-zero key, nonce and counter (a published test vector) are stream 0.
        let mut zero = ChaCha8Rng::from_seed([0; 32]);
        let bytes: Vec<u8> = (0..2).flat_map(|_| zero.next_u64().to_le_bytes()).collect();
        let expected = [0x3e, 0x00, 0xef, 0x2f, 0x89, 0x5f, 0x40, 0xd6, 0x7f, 0x5b, 0xb8, 0xe8, 0x1f, 0x09, 0xa5, 0xa1];
        assert_eq!(bytes, expected);
    }

    #[test]
    fn streams_differ_by_seed_and_purpose_only() {
        let first = |seed, purpose| RandomStream::new(seed, purpose).bits();
        assert_eq!(first(7, Purpose::Folds), first(7, Purpose::Folds));
        assert_ne!(first(7, Purpose::Folds), first(8, Purpose::Folds));
        assert_ne!(first(7, Purpose::Folds), first(7, Purpose::Bootstrap));
    }

    #[test]
    fn moments_of_the_normal() {
        let mut stream = RandomStream::new(1, Purpose::Bootstrap);
        let sample: Vec<f64> = (0..100_000).map(|_| stream.normal()).collect();
        let moment = |power: i32| sample.iter().map(|z| z.powi(power)).sum::<f64>() / sample.len() as f64;
        for (power, expected, deviation) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
            let five_deviations = 5.0 * f64::sqrt(deviation / sample.len() as f64);
            assert!((moment(power) - expected).abs() < five_deviations, "moment {power}: {}", moment(power));
        }
    }

    #[test]
    fn integers_cover_their_range_evenly() {
        let mut stream = RandomStream::new(2, Purpose::Bootstrap);
        let mut counts = [0; 6];
        (0..60_000).for_each(|_| counts[stream.below(6) as usize] += 1);
        assert!(counts.iter().all(|count| (9_500..10_500).contains(count)), "{counts:?}");
        assert_eq!((stream.below(0), stream.below(1)), (0, 0));
    }
}
