//! Quantiles, medians and ranks of numbers that may be +∞.

/// The quantile of ascending numbers at `p` in [0, 1], by linear interpolation (type 7); `None` when there are none.
///
/// A quantile between a finite number and +∞ is +∞.
///
/// *Reference*: Hyndman and Fan, "Sample quantiles in statistical packages", The American Statistician 50, 1996.
pub fn quantile(ascending: &[f64], p: f64) -> Option<f64> {
    let last = ascending.len().checked_sub(1)?;
    let place = p.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let (low, high) = (ascending[below], ascending[(below + 1).min(last)]);
    Some(between(low, high, place - below as f64))
}

/// The median of ascending numbers.
pub fn median(ascending: &[f64]) -> Option<f64> {
    quantile(ascending, 0.5)
}

/// The median of ascending numbers of which the i-th is there `weight(i)` times; `None` when no weight is positive.
pub fn weighted_median(ascending: &[f64], weight: impl Fn(usize) -> usize) -> Option<f64> {
    let total: usize = (0..ascending.len()).map(&weight).sum();
    let (lower, upper) = (total.checked_sub(1)? / 2, total / 2);
    let mut seen = 0;
    let mut low = None;
    for (place, &value) in ascending.iter().enumerate() {
        seen += weight(place);
        if low.is_none() && seen > lower {
            low = Some(value);
        }
        if seen > upper {
            return low.map(|low| between(low, value, 0.5));
        }
    }
    None
}

fn between(low: f64, high: f64, fraction: f64) -> f64 {
    // Without the first case ∞ − ∞ and 0·∞ would make a NaN of sound quantiles.
    if fraction == 0.0 || low == high { low } else { low + (high - low) * fraction }
}

/// The rank of every number, from 1; equal numbers share the mean of their ranks.
pub fn average_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    order.sort_unstable_by(|&a, &b| values[a as usize].total_cmp(&values[b as usize]));
    let mut ranks = vec![0.0; values.len()];
    let mut n_below = 0;
    for ties in order.chunk_by(|&a, &b| values[a as usize] == values[b as usize]) {
        let shared = n_below as f64 + (ties.len() + 1) as f64 / 2.0;
        for &index in ties {
            ranks[index as usize] = shared;
        }
        n_below += ties.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const INF: f64 = f64::INFINITY;

    #[test]
    fn quantiles_equal_numpy() {
        // numpy.quantile([0.1, 0.5, 2.0, 7.0, 11.0, 30.0], [0, 0.25, 0.5, 0.9, 1])
        let values = [0.1, 0.5, 2.0, 7.0, 11.0, 30.0];
        for (p, expected) in [(0.0, 0.1), (0.25, 0.875), (0.5, 4.5), (0.9, 20.5), (1.0, 30.0)] {
            assert!((quantile(&values, p).unwrap() - expected).abs() < 1e-12, "{p}");
        }
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn infinity_is_the_largest_number() {
        assert_eq!(median(&[1.0, 2.0, INF]), Some(2.0));
        assert_eq!(median(&[1.0, INF]), Some(INF));
        assert_eq!(median(&[INF, INF]), Some(INF));
        assert_eq!(quantile(&[1.0, 2.0, INF], 0.5), Some(2.0));
        assert_eq!(average_ranks(&[INF, 1.0, INF, 0.0]), [3.5, 2.0, 3.5, 1.0]);
    }

    proptest! {
        #[test]
        fn ranks_count_smaller_and_equal_values(values in prop::collection::vec(0u8..20, 0..60)) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            for (value, rank) in values.iter().zip(average_ranks(&values)) {
                let smaller = values.iter().filter(|other| *other < value).count() as f64;
                let equal = values.iter().filter(|other| *other == value).count() as f64;
                prop_assert_eq!(rank, smaller + (equal + 1.0) / 2.0);
            }
        }

        #[test]
        fn a_weighted_median_is_the_median_of_repeats(pairs in prop::collection::vec((0u8..9, 0usize..4), 0..20)) {
            let mut pairs = pairs;
            pairs.sort_unstable();
            let values: Vec<f64> = pairs.iter().map(|pair| f64::from(pair.0)).collect();
            let repeated: Vec<f64> =
                pairs.iter().flat_map(|pair| std::iter::repeat_n(f64::from(pair.0), pair.1)).collect();
            prop_assert_eq!(weighted_median(&values, |place| pairs[place].1), median(&repeated));
        }
    }
}
