//! Depth 1 against deeper shapes, with the deeper shape chosen on one half of the seeds and scored on the other.

use super::family::{LARGEST_DEPTH, balanced, fixed, thinner, wider};
use super::{case_of, text};
use crate::check::{Readings, Sample};
use crate::statistics::{CounterRng, median, percentile_interval};
use crate::summary::Estimate;

/// Random halvings, and as many resampled ones.
const HALVINGS: usize = 200;
/// Names the random stream of the halvings.
const HALVING_STREAM: u64 = 0x0063_6f6e_7465_7374;

/// What is equal on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matching {
    /// Hidden neurons: the budget in one layer against the budget in several.
    Neurons,
    /// Parameters: the budget in one layer against thinner deep shapes.
    ParametersOfShallow,
    /// Parameters: balanced deep shapes of the budget against a wider single layer.
    ParametersOfDeep,
}

/// A comparison of depth 1 with deeper shapes.
#[derive(Clone, Copy, Debug)]
pub struct Comparison<'a> {
    /// Input dimension.
    pub d: usize,
    /// What is learned.
    pub target: &'a str,
    /// The budget.
    pub neurons: usize,
    /// Layers of the deeper shapes; `None` for any number from 2 on, chosen with the shape.
    pub depth: Option<usize>,
    /// What is equal.
    pub matching: Matching,
}

/// Losses of one seed in a contest: of depth 1 and of every deeper candidate.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Contest {
    /// Per candidate and seed; a single entry serves all candidates.
    shallow: Vec<Vec<f64>>,
    /// Per candidate and seed.
    deep: Vec<Vec<f64>>,
    n_seeds: usize,
}

impl Comparison<'_> {
    /// Depth-1 shape and deep shape of every candidate.
    fn pairs(&self) -> Vec<(Vec<usize>, Vec<usize>)> {
        let depths = self.depth.map_or(2..=LARGEST_DEPTH, |depth| depth..=depth);
        let (neurons, d) = (self.neurons, self.d);
        depths
            .filter(|depth| neurons >= *depth)
            .flat_map(|depth| match self.matching {
                Matching::Neurons => fixed(neurons, depth).into_iter().map(|deep| (vec![neurons], deep)).collect(),
                Matching::ParametersOfShallow => {
                    thinner(neurons, depth, d).into_iter().map(|deep| (vec![neurons], deep)).collect()
                }
                Matching::ParametersOfDeep => vec![(wider(neurons, depth, d), balanced(neurons, depth))],
            })
            .collect()
    }

    /// The losses; `None` when a shape was not trained, or on fewer than two seeds.
    pub(super) fn contest(&self, readings: &Readings, loss: &str) -> Option<Contest> {
        let losses = |shape: &[usize]| -> Vec<f64> {
            let case = case_of(self.d, self.target, &text(shape));
            readings.values(&case, loss).map(|(_, loss)| if loss.is_nan() { f64::INFINITY } else { loss }).collect()
        };
        let pairs = self.pairs();
        let shallow: Vec<Vec<f64>> = pairs.iter().map(|(shallow, _)| losses(shallow)).collect();
        let deep: Vec<Vec<f64>> = pairs.iter().map(|(_, deep)| losses(deep)).collect();
        let n_seeds = shallow.first()?.len();
        let complete = shallow.iter().chain(&deep).all(|losses| losses.len() == n_seeds);
        (complete && n_seeds > 1).then_some(Contest { shallow, deep, n_seeds })
    }
}

impl Contest {
    /// The candidate whose deep shape has the smallest median on some seeds; the first of equals.
    fn choose(&self, seeds: &[usize]) -> usize {
        let mut best = (f64::INFINITY, 0);
        for (candidate, losses) in self.deep.iter().enumerate() {
            let median = median_on(losses, seeds);
            if median < best.0 {
                best = (median, candidate);
            }
        }
        best.1
    }

    /// The depth-1 losses that a candidate is compared with.
    fn shallow_of(&self, candidate: usize) -> &[f64] {
        self.shallow.get(candidate).or(self.shallow.first()).map_or(&[], Vec::as_slice)
    }

    /// The median ratio, and the interval of the resampled ones.
    fn estimate(&self) -> Estimate {
        let (plain, resampled) = self.ratios();
        Estimate {
            value: Sample::new(plain).median().filter(|value| value.is_finite()),
            ci95: percentile_interval(resampled),
        }
    }

    /// Ratios over halvings of the seeds: first the plain ones, then those with both halves resampled.
    pub(super) fn ratios(&self) -> (Vec<f64>, Vec<f64>) {
        let one = |index: usize| {
            let mut stream = CounterRng::new(&[HALVING_STREAM, self.n_seeds as u64, index as u64]);
            let mut seeds: Vec<usize> = (0..self.n_seeds).collect();
            stream.shuffle(&mut seeds);
            let (choosing, scoring) = seeds.split_at(self.n_seeds / 2);
            let mut draw = |half: &[usize]| -> Vec<usize> {
                let resample = index >= HALVINGS;
                let place = |place| if resample { stream.index(half.len()) } else { place };
                (0..half.len()).map(place).map(|place| half[place]).collect()
            };
            let (choosing, scoring) = (draw(choosing), draw(scoring));
            let chosen = self.choose(&choosing);
            median_on(self.shallow_of(chosen), &scoring) / median_on(&self.deep[chosen], &scoring)
        };
        let mut all: Vec<f64> = (0..2 * HALVINGS).map(one).collect();
        let resampled = all.split_off(HALVINGS);
        (all, resampled)
    }

    /// Logarithms (base 10) of depth 1 over the deep shape, seed by seed; the shape is the one chosen on the seeds of
    /// the other parity.
    fn paired(&self) -> Sample {
        let parity = |odd: usize| -> Vec<usize> { (odd..self.n_seeds).step_by(2).collect() };
        let scored = |odd: usize| {
            let chosen = self.choose(&parity(1 - odd));
            parity(odd).into_iter().map(move |seed| (self.shallow_of(chosen)[seed] / self.deep[chosen][seed]).log10())
        };
        // Two failures are equal.
        let known = |value: f64| if value.is_nan() { 0.0 } else { value };
        Sample::new(scored(0).chain(scored(1)).map(known).collect())
    }
}

fn median_on(losses: &[f64], seeds: &[usize]) -> f64 {
    let mut values: Vec<f64> = seeds.iter().map(|&seed| losses[seed]).collect();
    values.sort_unstable_by(f64::total_cmp);
    median(&values).unwrap_or(f64::INFINITY)
}

/// Loss of depth 1 divided by that of the deeper shape, above 1 where depth helps: the deeper shape is chosen by its
/// median on one half of the seeds and both are scored by their medians on the other; the median over random halvings.
///
/// The interval is the central 95 % over halvings with both halves resampled. Empty when shapes are missing.
pub fn ratio(readings: &Readings, comparison: &Comparison<'_>, loss: &str) -> Estimate {
    comparison.contest(readings, loss).map(|contest| contest.estimate()).unwrap_or_default()
}

/// The gain of depth seed by seed, from losses by seed of the single layer and of every deeper shape: the median of the
/// ratios of [`paired`], with the 95 % bootstrap interval of that median. Empty when there is no deeper shape, fewer than
/// two seeds, or another number of them somewhere.
pub fn gain_of_depth(single: &[f64], deep: &[Vec<f64>]) -> Estimate {
    let n_seeds = single.len();
    if n_seeds < 2 || deep.is_empty() || deep.iter().any(|losses| losses.len() != n_seeds) {
        return Estimate::default();
    }
    let logs = Contest { shallow: vec![single.to_vec()], deep: deep.to_vec(), n_seeds }.paired();
    let power = |log: f64| f64::powf(10.0, log);
    Estimate {
        value: logs.median().map(power).filter(|value| value.is_finite()),
        ci95: logs.median_interval().map(|ends| ends.map(power)),
    }
}

/// log10 of loss of depth 1 over loss of the deeper shape for every seed, positive where depth helps; each seed is
/// scored with the shape chosen on the seeds of the other parity. Empty when shapes are missing.
pub fn paired(readings: &Readings, comparison: &Comparison<'_>, loss: &str) -> Sample {
    comparison.contest(readings, loss).map(|contest| contest.paired()).unwrap_or_default()
}

#[cfg(test)]
impl Contest {
    /// A contest from losses.
    pub(super) fn new(shallow: Vec<Vec<f64>>, deep: Vec<Vec<f64>>) -> Self {
        let n_seeds = shallow[0].len();
        Self { shallow, deep, n_seeds }
    }

    /// The paired logarithms, for tests.
    pub(super) fn paired_logs(&self) -> Sample {
        self.paired()
    }
}
