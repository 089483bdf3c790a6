//! A quantity over seeds, as figures and tables of a check show it.

use crate::number::tidy;
use relulab_study::check::Sample;

/// Median and spread of a quantity over seeds, or over whatever was repeated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeedSummary {
    /// The median; infinite when at least half of the seeds failed.
    pub median: f64,
    /// Lower and upper quartile; absent for a single value.
    pub quartiles: Option<[f64; 2]>,
    /// 95 % interval of the median, where it was asked for and can be had.
    pub interval: Option<[f64; 2]>,
    /// Values behind it.
    pub n: usize,
}

impl SeedSummary {
    /// Median and quartiles; `None` for an empty sample.
    pub fn of(sample: &Sample) -> Option<Self> {
        let quartiles = sample.quantile(0.25).zip(sample.quantile(0.75)).map(|(low, high)| [low, high]);
        let n = sample.len();
        Some(Self { median: sample.median()?, quartiles: quartiles.filter(|_| n > 1), interval: None, n })
    }

    /// The same with the 95 % interval of the median.
    pub fn with_interval(sample: &Sample) -> Option<Self> {
        let interval = sample.median_interval().filter(|ends| ends.iter().all(|end| !end.is_nan()));
        Some(Self { interval, ..Self::of(sample)? })
    }

    /// A number without spread.
    pub fn exact(value: f64) -> Self {
        Self { median: value, quartiles: None, interval: None, n: 1 }
    }

    /// Every number that an axis should cover.
    pub fn values(&self) -> impl Iterator<Item = f64> + use<> {
        let spread = self.quartiles.into_iter().chain(self.interval).flatten();
        std::iter::once(self.median).chain(spread)
    }

    /// The numbers in a line, for hovering.
    pub fn note(&self) -> String {
        let quartiles = self.quartiles.map_or(String::new(), |ends| format!(", quartiles {}", range(ends)));
        let interval = self.interval.map_or(String::new(), |ends| format!(", 95 % {}", range(ends)));
        format!("{}{quartiles}{interval}, n = {}", tidy(self.median), self.n)
    }
}

/// Two ends in words: `2 to 5`.
pub fn range([low, high]: [f64; 2]) -> String {
    format!("{} to {}", tidy(low), tidy(high))
}

/// Sample sizes in words: `n = 128`, or `n = 16 to 128` where they differ.
pub fn sizes(all: impl IntoIterator<Item = usize>) -> String {
    let (low, high) = all.into_iter().fold((usize::MAX, 0), |(low, high), n| (low.min(n), high.max(n)));
    match (low, high) {
        (usize::MAX, _) => "n\u{a0}=\u{a0}0".to_owned(),
        _ if low == high => format!("n\u{a0}=\u{a0}{low}"),
        _ => format!("n\u{a0}=\u{a0}{low} to {high}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_of_every_size_have_a_summary_that_fits() {
        assert_eq!(SeedSummary::of(&Sample::default()), None);
        let one = SeedSummary::with_interval(&Sample::new(vec![3.0])).unwrap();
        assert_eq!(one, SeedSummary::exact(3.0));
        let many = SeedSummary::with_interval(&Sample::new((0..=100).map(f64::from).collect())).unwrap();
        assert_eq!((many.median, many.quartiles, many.n), (50.0, Some([25.0, 75.0]), 101));
        let [low, high] = many.interval.unwrap();
        assert!(low < 50.0 && high > 50.0);
        assert!(many.note().starts_with("50, quartiles 25 to 75, 95 % "), "{}", many.note());
        let failed = SeedSummary::of(&Sample::new(vec![1.0, f64::NAN, f64::NAN])).unwrap();
        assert_eq!(failed.note(), "∞, quartiles ∞ to ∞, n = 3");
    }

    #[test]
    fn sizes_are_one_number_or_a_range() {
        let all = [sizes([]), sizes([3, 3]), sizes([16, 128, 64])].map(|text| text.replace('\u{a0}', " "));
        assert_eq!(all, ["n = 0", "n = 3", "n = 16 to 128"]);
    }
}
