//! One number over many seeds: median, quartiles and an interval of the median.

use crate::statistics::{CounterRng, median, percentile_interval, quantile, weighted_median};
use serde::{Deserialize, Serialize};

/// Bootstrap replicates of a median.
const REPLICATES: usize = 1000;

/// The distribution of one number over seeds; what is not finite is `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Number of seeds that have the number; one that is infinite counts.
    pub n: usize,
    /// Median.
    pub median: Option<f64>,
    /// Lower quartile.
    pub q25: Option<f64>,
    /// Upper quartile.
    pub q75: Option<f64>,
    /// 95 % percentile interval of the median over bootstrap replicates.
    pub ci95: Option<[f64; 2]>,
}

impl Spread {
    /// The spread of numbers, of which some may be +∞; NaN are left out.
    ///
    /// `key` names the random numbers of the bootstrap: the same key and numbers give the same interval.
    pub fn of(values: impl IntoIterator<Item = f64>, key: &[u64]) -> Self {
        let mut values: Vec<f64> = values.into_iter().filter(|value| !value.is_nan()).collect();
        values.sort_unstable_by(f64::total_cmp);
        let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
        let n = values.len();
        let mut random = CounterRng::new(key);
        let mut counts = vec![0usize; n];
        let replicates: Vec<f64> = (0..if n > 1 { REPLICATES } else { 0 })
            .filter_map(|_| {
                counts.fill(0);
                (0..n).for_each(|_| counts[random.index(n)] += 1);
                weighted_median(&values, |place| counts[place])
            })
            .collect();
        Self {
            n,
            median: finite(median(&values)),
            q25: finite(quantile(&values, 0.25)),
            q75: finite(quantile(&values, 0.75)),
            ci95: percentile_interval(replicates),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_hold_the_median_and_shrink_with_the_sample() {
        let small = Spread::of((0..9).map(f64::from), &[1]);
        assert_eq!((small.n, small.median, small.q25, small.q75), (9, Some(4.0), Some(2.0), Some(6.0)));
        let large = Spread::of((0..900).map(|k| f64::from(k) / 100.0), &[1]);
        let width = |spread: &Spread| spread.ci95.map(|[low, high]| high - low).unwrap();
        assert!(width(&large) < 0.3 * width(&small));
        // The standard error of the median of n uniform numbers on [0, 9] is 4.5/√n: 0.15 here.
        assert!((width(&large) - 4.0 * 0.15).abs() < 0.15, "{large:?}");
        assert_eq!(small, Spread::of((0..9).rev().map(f64::from), &[1]));
    }

    #[test]
    fn infinity_is_the_largest_number_and_nan_is_none() {
        let spread = Spread::of([1.0, f64::INFINITY, 2.0, f64::NAN], &[]);
        assert_eq!((spread.n, spread.median, spread.q75), (3, Some(2.0), None));
        assert_eq!(Spread::of([], &[]), Spread::default());
        assert_eq!(Spread::of([3.0], &[]).ci95, None);
    }
}
