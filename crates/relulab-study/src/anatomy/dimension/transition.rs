//! The smallest budget from which depth helps in a dimension.

use super::BUDGETS;
use super::contest::{Comparison, Matching, ratio};
use crate::check::{Readings, Sample};
use crate::summary::Estimate;

/// Where depth begins to help.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// Ratio of depth 1 to the chosen deeper shape for every budget, as in [`ratio`].
    pub ratios: Vec<(usize, Estimate)>,
    /// The smallest budget with a ratio above 1.
    pub seen: Option<usize>,
    /// The smallest budget whose whole interval is above 1.
    pub certain: Option<usize>,
    /// Central 95 % of the smallest budget with a ratio above 1 over the resampled halvings; `None` stands for a budget
    /// above all that were trained.
    pub interval: [Option<usize>; 2],
}

/// The transition for a target and dimension.
pub fn transition(readings: &Readings, d: usize, target: &str, loss: &str, matching: Matching) -> Transition {
    let comparison = |neurons| Comparison { d, target, neurons, depth: None, matching };
    let contests = BUDGETS.map(|neurons| comparison(neurons).contest(readings, loss));
    let replicates: Vec<Vec<f64>> =
        contests.iter().map(|contest| contest.as_ref().map(|contest| contest.ratios().1).unwrap_or_default()).collect();
    let n = replicates.iter().map(Vec::len).max().unwrap_or(0);
    let first = |index: usize| {
        let helps = |ratios: &&Vec<f64>| ratios.get(index).is_some_and(|ratio| *ratio > 1.0);
        let place = replicates.iter().position(|ratios| helps(&ratios));
        place.map_or(f64::INFINITY, |place| BUDGETS[place] as f64)
    };
    let firsts = Sample::new((0..n).map(first).collect());
    // The values are whole budgets: the nearest one of the sample, never a number between two.
    let at = |share: f64| {
        let place = (share * n.saturating_sub(1) as f64).round() as usize;
        firsts.values().get(place).filter(|budget| budget.is_finite()).map(|budget| *budget as usize)
    };
    let ratios = BUDGETS.map(|neurons| (neurons, ratio(readings, &comparison(neurons), loss)));
    let smallest = |holds: &dyn Fn(&Estimate) -> bool| {
        ratios.iter().find(|(_, estimate)| holds(estimate)).map(|(neurons, _)| *neurons)
    };
    Transition {
        seen: smallest(&|estimate| estimate.value.is_some_and(|value| value > 1.0)),
        certain: smallest(&|estimate| estimate.ci95.is_some_and(|[low, _]| low > 1.0)),
        interval: [at(0.025), at(0.975)],
        ratios: ratios.to_vec(),
    }
}
