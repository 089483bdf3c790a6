//! Percentile intervals of replicates.

use super::order::quantile;

/// Half of what a 95 % interval leaves out.
const TAIL: f64 = 0.025;

/// The 95 % percentile interval of replicates; `None` when there are none or an end of it is not a finite number.
///
/// *Reference*: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
pub fn percentile_interval(mut replicates: Vec<f64>) -> Option<[f64; 2]> {
    if replicates.iter().any(|value| value.is_nan()) {
        return None;
    }
    replicates.sort_unstable_by(f64::total_cmp);
    let ends = [quantile(&replicates, TAIL)?, quantile(&replicates, 1.0 - TAIL)?];
    ends.iter().all(|end| end.is_finite()).then_some(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_out_a_fortieth_on_either_side() {
        let replicates = (0..=400).rev().map(f64::from).collect();
        assert_eq!(percentile_interval(replicates), Some([10.0, 390.0]));
        assert_eq!(percentile_interval(vec![1.0, f64::NAN]), None);
        assert_eq!(percentile_interval(vec![1.0, f64::INFINITY]), None);
        assert_eq!(percentile_interval(Vec::new()), None);
    }
}
