//! Multipliers that a proof may use: within the range of the loss, and with a sum of exactly zero where that is asked for.

use crate::space::Loss;

/// Binary digits that multipliers are rounded to, below the largest.
const DIGITS: i32 = 45;

/// The smallest and largest multiplier at which D is finite.
pub(super) fn range(loss: Loss, label: f64) -> [f64; 2] {
    match loss {
        Loss::Squared => [f64::NEG_INFINITY, f64::INFINITY],
        Loss::Absolute => [-1.0, 1.0],
        Loss::Huber(threshold) => [-threshold, threshold],
        Loss::Logistic if label == 1.0 => [0.0, 1.0],
        Loss::Logistic => [-1.0, 0.0],
    }
}

/// Multipliers near the given ones, drawn into their ranges; `None` where they are not finite or their sum cannot be made zero.
///
/// *Algorithm*: all become multiples of one power of two, of which sums are exact; what is left of the sum is taken from those with
/// most room.
pub(super) fn tidy(loss: Loss, labels: &[f64], multipliers: &[f64], sum_is_zero: bool) -> Option<Vec<f64>> {
    let largest = multipliers.iter().map(|p| p.abs()).fold(0.0, f64::max);
    if !multipliers.iter().all(|p| p.is_finite()) {
        return None;
    }
    if largest < f64::MIN_POSITIVE {
        return Some(vec![0.0; labels.len()]);
    }
    let exponent = (largest.log2().floor() as i32 - DIGITS).max(-1000);
    let grid = 2.0_f64.powi(exponent);
    let ranges: Vec<[f64; 2]> =
        labels.iter().map(|label| range(loss, *label).map(|end| (end / grid).trunc())).collect();
    let mut whole: Vec<f64> =
        multipliers.iter().zip(&ranges).map(|(p, [low, high])| (p / grid).round().clamp(*low, *high)).collect();
    if sum_is_zero {
        let mut rest: f64 = whole.iter().sum();
        let room = |(value, [low, high]): (&f64, &[f64; 2])| if rest > 0.0 { value - low } else { high - value };
        let mut order: Vec<(f64, usize)> =
            whole.iter().zip(&ranges).map(room).enumerate().map(|(at, room)| (room, at)).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (_, at) in order {
            let moved = (whole[at] - rest).clamp(ranges[at][0], ranges[at][1]);
            rest += moved - whole[at];
            whole[at] = moved;
        }
        if rest != 0.0 {
            return None;
        }
    }
    Some(whole.into_iter().map(|value| value * grid).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_exact::Dyadic;

    #[test]
    fn sums_are_zero_and_ranges_are_kept() {
        let rough = [0.3, -0.1, 1.2, -0.7, 0.1 + 1e-17];
        for (loss, labels) in [(Loss::Squared, [0.5; 5]), (Loss::Absolute, [0.5; 5]), (Loss::Huber(0.8), [2.0; 5])] {
            let tidied = tidy(loss, &labels, &rough, true).unwrap();
            let sum = tidied.iter().fold(Dyadic::zero(), |sum, p| sum + Dyadic::from_f64(*p).unwrap());
            assert!(sum.is_zero());
            assert!(tidied.iter().all(|p| (range(loss, 0.5)[0]..=range(loss, 0.5)[1]).contains(p)));
        }
        let near = tidy(Loss::Squared, &[0.0; 3], &[0.1, 0.2, -0.3], true).unwrap();
        assert!(near.iter().zip([0.1, 0.2, -0.3]).all(|(a, b)| (a - b).abs() < 1e-12));
        // Nothing of one sign adds up to zero but zeros.
        assert_eq!(tidy(Loss::Logistic, &[1.0; 2], &[0.3, 0.4], true).unwrap(), [0.0, 0.0]);
        assert!(tidy(Loss::Squared, &[0.0], &[f64::NAN], false).is_none());
    }
}
