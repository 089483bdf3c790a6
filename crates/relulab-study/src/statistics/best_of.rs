//! The expected best of T runs, drawn without replacement from a pool.

/// Probability below which a run's chance of being the best of T is taken as 0.
const NEGLIGIBLE: f64 = 1e-17;

/// Chances, for a pool of n runs, that the best of T drawn runs is worse than the c best of the pool.
#[derive(Clone, Debug)]
pub struct BestOf {
    /// Entry c: C(n−c, T) / C(n, T), until it is negligible.
    chance_worse: Vec<f64>,
}

impl BestOf {
    /// Drawing `tries` of `n_runs` runs; `None` unless 1 ≤ `tries` ≤ `n_runs`.
    pub fn new(n_runs: usize, tries: usize) -> Option<Self> {
        if tries == 0 || tries > n_runs {
            return None;
        }
        let mut chance_worse = vec![1.0];
        let mut chance = 1.0;
        for n_better in 0..=n_runs - tries {
            let left = n_runs - n_better;
            chance *= (left - tries) as f64 / left as f64;
            if chance < NEGLIGIBLE {
                break;
            }
            chance_worse.push(chance);
        }
        Some(Self { chance_worse })
    }

    /// The expected smallest of the drawn losses, where the i-th of the `ascending` losses is in the pool `count(i)`
    /// times. Infinite when an infinite loss has a chance of being the best.
    ///
    /// *Algorithm*: E = Σ vᵢ · (P(best worse than all before i) − P(best worse than all up to i)).
    pub fn expected(&self, ascending: &[f64], count: impl Fn(usize) -> usize) -> f64 {
        let mut n_better = 0;
        let mut chance = 1.0;
        let mut expected = 0.0;
        for (place, &value) in ascending.iter().enumerate() {
            let n = count(place);
            if n == 0 {
                continue;
            }
            n_better += n;
            let next = self.chance_worse.get(n_better).copied().unwrap_or(0.0);
            expected += value * (chance - next);
            if next == 0.0 {
                break;
            }
            chance = next;
        }
        expected
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The mean of the minimum over all subsets of `tries` runs.
    fn brute_force(values: &[f64], tries: usize) -> f64 {
        let subsets = (0u32..1 << values.len()).filter(|subset| subset.count_ones() as usize == tries);
        let best = |subset: u32| {
            values
                .iter()
                .enumerate()
                .filter(|(i, _)| subset >> i & 1 == 1)
                .map(|(_, v)| *v)
                .fold(f64::INFINITY, f64::min)
        };
        let minima: Vec<f64> = subsets.map(best).collect();
        minima.iter().sum::<f64>() / minima.len() as f64
    }

    proptest! {
        #[test]
        fn equals_the_mean_over_all_subsets(
            runs in prop::collection::vec((0.0f64..10.0, 1usize..3), 1..6), tries in 1usize..10,
        ) {
            let mut runs = runs;
            runs.sort_by(|a, b| a.0.total_cmp(&b.0));
            let values: Vec<f64> = runs.iter().map(|run| run.0).collect();
            let pool: Vec<f64> = runs.iter().flat_map(|run| std::iter::repeat_n(run.0, run.1)).collect();
            match BestOf::new(pool.len(), tries) {
                None => prop_assert!(tries > pool.len()),
                Some(best) => {
                    let ours = best.expected(&values, |place| runs[place].1);
                    prop_assert!((ours - brute_force(&pool, tries)).abs() < 1e-12);
                }
            }
        }
    }

    #[test]
    fn infinite_runs_matter_only_when_they_can_be_best() {
        let values = [1.0, 2.0, f64::INFINITY];
        // Of the three pairs, two have the 1 and one has the 2 as their best.
        assert!((BestOf::new(3, 2).unwrap().expected(&values, |_| 1) - 4.0 / 3.0).abs() < 1e-15);
        assert_eq!(BestOf::new(3, 1).unwrap().expected(&values, |_| 1), f64::INFINITY);
        assert_eq!(BestOf::new(3, 3).unwrap().expected(&values, |_| 1), 1.0);
    }
}
