//! A sample of one quantity over seeds, and the few statistics that verdicts rest on.

use crate::statistics::{CounterRng, median, percentile_interval, quantile};

/// Names the random stream of the bootstrap.
const BOOTSTRAP_STREAM: u64 = 0x7361_6d70_6c65;
/// Resamples of a bootstrap.
const RESAMPLES: usize = 1000;
/// Share left out on either side of the central 95 %.
const TAIL: f64 = 0.025;

/// Numbers over seeds, ascending; NaN counts as infinite, since it stands for a network that failed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    ascending: Vec<f64>,
}

impl Sample {
    /// A sample of numbers in any order.
    pub fn new(mut values: Vec<f64>) -> Self {
        for value in &mut values {
            if value.is_nan() {
                *value = f64::INFINITY;
            }
        }
        values.sort_unstable_by(f64::total_cmp);
        Self { ascending: values }
    }

    /// The numbers, ascending.
    pub fn values(&self) -> &[f64] {
        &self.ascending
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.ascending.len()
    }

    /// Whether there is nothing to judge by.
    pub fn is_empty(&self) -> bool {
        self.ascending.is_empty()
    }

    /// The median; `None` for an empty sample.
    pub fn median(&self) -> Option<f64> {
        median(&self.ascending)
    }

    /// A quantile; `None` for an empty sample.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        quantile(&self.ascending, p)
    }

    /// The arithmetic mean; `None` for an empty sample.
    pub fn mean(&self) -> Option<f64> {
        (!self.is_empty()).then(|| self.ascending.iter().sum::<f64>() / self.len() as f64)
    }

    /// The interval that holds the central 95 % of the values.
    pub fn central95(&self) -> Option<[f64; 2]> {
        Some([self.quantile(TAIL)?, self.quantile(1.0 - TAIL)?])
    }

    /// The 95 % percentile-bootstrap interval of the median; `None` for fewer than two values.
    ///
    /// The resamples are a function of the number of values alone.
    pub fn median_interval(&self) -> Option<[f64; 2]> {
        self.interval_of(|resample| median(resample).unwrap_or(f64::NAN))
    }

    /// The 95 % percentile-bootstrap interval of the mean; `None` for fewer than two values.
    pub fn mean_interval(&self) -> Option<[f64; 2]> {
        self.interval_of(|resample| resample.iter().sum::<f64>() / resample.len() as f64)
    }

    fn interval_of(&self, statistic: impl Fn(&[f64]) -> f64) -> Option<[f64; 2]> {
        let n = self.len();
        if n < 2 {
            return None;
        }
        let mut rng = CounterRng::new(&[BOOTSTRAP_STREAM, n as u64]);
        let mut places = vec![0; n];
        let mut resample = vec![0.0; n];
        let replicates = (0..RESAMPLES)
            .map(|_| {
                // Places into an ascending list: sorting the places sorts the resample.
                places.iter_mut().for_each(|place| *place = rng.index(n));
                places.sort_unstable();
                resample.iter_mut().zip(&places).for_each(|(value, &place)| *value = self.ascending[place]);
                statistic(&resample)
            })
            .collect();
        percentile_interval(replicates)
    }

    /// A function of every value.
    pub fn map(&self, function: impl Fn(f64) -> f64) -> Self {
        Self::new(self.ascending.iter().map(|&value| function(value)).collect())
    }

    /// Share of the values for which something holds; `None` for an empty sample.
    pub fn share(&self, holds: impl Fn(f64) -> bool) -> Option<f64> {
        let n = self.ascending.iter().filter(|&&value| holds(value)).count();
        (!self.is_empty()).then(|| n as f64 / self.len() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_of_a_known_sample() {
        let sample = Sample::new((0..=100).rev().map(f64::from).collect());
        assert_eq!(sample.median(), Some(50.0));
        assert_eq!(sample.central95(), Some([2.5, 97.5]));
        assert_eq!(sample.share(|value| value < 10.0), Some(10.0 / 101.0));
        // The standard error of the median of a uniform sample is about n/(2√n) = 5; the mean's is 2.9.
        let [low, high] = sample.median_interval().unwrap();
        assert!((35.0..45.0).contains(&low) && (55.0..65.0).contains(&high), "{low} {high}");
        let [low, high] = sample.mean_interval().unwrap();
        assert!((43.0..46.0).contains(&low) && (54.0..57.0).contains(&high), "{low} {high}");
    }

    #[test]
    fn failures_are_the_largest_values() {
        let sample = Sample::new(vec![f64::NAN, 1.0, 2.0]);
        assert_eq!(sample.values(), [1.0, 2.0, f64::INFINITY]);
        assert_eq!(sample.median(), Some(2.0));
        assert_eq!(Sample::default().median(), None);
        assert_eq!(Sample::new(vec![1.0]).median_interval(), None);
    }
}
