//! The data as the checker sees them: sorted, equal points merged, every number with the bound of its rounding.

use relulab_exact::Bounded;

/// Largest magnitude of an input or a label, and the inverse of the smallest that is not zero: squares and their sums
/// stay far inside the range of f64.
pub const LARGEST_NUMBER: f64 = 1e100;

/// Distinct points from left to right.
#[derive(Clone, Debug)]
pub(crate) struct Points {
    /// Inputs, strictly increasing.
    pub x: Vec<f64>,
    /// Distances between neighbours: one less than points.
    pub gaps: Vec<Bounded>,
    /// How many data there are at each point.
    pub counts: Vec<f64>,
    /// Sums of the labels at each point, less `centre` for every datum.
    pub labels: Vec<Bounded>,
    /// Means of the labels at each point, rounded.
    pub means: Vec<f64>,
    /// Squared distances of all labels to the mean at their point: no function of the input does better.
    pub within: Bounded,
    /// Number of data.
    pub n_data: usize,
}

impl Points {
    /// Sorts and merges data; `None` where the lists differ in length, a number is out of range, or fewer than two
    /// points are distinct.
    ///
    /// With an output bias the labels may be shifted, which keeps their rounding small where they are all alike.
    pub fn new(x: &[f64], y: &[f64], output_bias: bool) -> Option<Self> {
        let in_range = |value: &f64| *value == 0.0 || (1.0 / LARGEST_NUMBER..=LARGEST_NUMBER).contains(&value.abs());
        if x.len() != y.len() || !x.iter().chain(y).all(in_range) {
            return None;
        }
        let points = Self::of(x, y, output_bias);
        (points.len() >= 2).then_some(points)
    }

    /// The same for data that are known to be good.
    pub fn of(x: &[f64], y: &[f64], output_bias: bool) -> Self {
        let mut data: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).collect();
        data.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let centre = if output_bias { y.iter().sum::<f64>() / y.len() as f64 } else { 0.0 };
        let mut points = Self {
            x: Vec::new(),
            gaps: Vec::new(),
            counts: Vec::new(),
            labels: Vec::new(),
            means: Vec::new(),
            within: Bounded::ZERO,
            n_data: data.len(),
        };
        // Zero of either sign is one point.
        for group in data.chunk_by(|a, b| a.0 == b.0) {
            let count = Bounded::exact(group.len() as f64);
            let shifted = |y: f64| Bounded::exact(y) - Bounded::exact(centre);
            let sum = group.iter().fold(Bounded::ZERO, |sum, datum| sum + shifted(datum.1));
            if let Some(last) = points.x.last() {
                points.gaps.push(Bounded::exact(group[0].0) - Bounded::exact(*last));
            }
            points.x.push(group[0].0);
            points.counts.push(count.value());
            points.labels.push(sum);
            points.means.push(sum.value() / count.value() + centre);
            if group.len() > 1 {
                let mean = sum / count;
                for datum in group {
                    let distance = shifted(datum.1) - mean;
                    points.within = points.within + distance * distance;
                }
            }
        }
        points
    }

    /// Number of distinct points.
    pub fn len(&self) -> usize {
        self.x.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_points_are_merged() {
        let points = Points::new(&[2.0, 0.0, -0.0, 2.0, 1.0], &[5.0, 1.0, 3.0, 5.0, 0.5], false).unwrap();
        assert_eq!(points.x, [0.0, 1.0, 2.0]);
        assert_eq!((points.counts, points.means), (vec![2.0, 1.0, 2.0], vec![2.0, 0.5, 5.0]));
        // The labels 1 and 3 have mean 2.
        assert!((points.within.value() - 2.0).abs() <= points.within.error());
        assert!(Points::new(&[1.0, 1.0], &[0.0, 1.0], true).is_none());
        assert!(Points::new(&[1.0, f64::NAN], &[0.0, 1.0], true).is_none());
        assert!(Points::new(&[1.0, 2.0], &[0.0, 1e200], true).is_none());
        assert!(Points::new(&[1.0, 2.0], &[0.0], true).is_none());
    }
}
