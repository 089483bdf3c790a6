//! The search for the step size: a few networks that nobody keeps are trained with each of several.

use crate::failure::Failure;
use crate::interrupt;
use crate::terminal::say;
use crate::train::population::Population;
use crate::train::progress::Progress;
use rayon::prelude::*;
use relulab_study::plan::MAX_SEEDS;
use relulab_study::statistics::median;
use relulab_train::{OBSERVED_EVERY, Observer, Optimiser, Outcome, Recipe};
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};

/// Networks that are trained with each step size.
const SEEDS: u64 = 4;
/// Most steps of a search that did not ask for more.
const USUAL_STEPS: u64 = 1000;
/// Most step sizes.
const MAX_RATES: usize = 64;
/// The step sizes of "auto".
const AUTO: [f64; 9] = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0];

/// Step sizes to try.
#[derive(Clone, Debug, PartialEq)]
pub struct Rates(Vec<f64>);

impl FromStr for Rates {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "auto" {
            return Ok(Self(AUTO.to_vec()));
        }
        let mut rates = Vec::new();
        for word in text.split(',') {
            match word.trim().parse::<f64>() {
                Ok(rate) if rate.is_finite() && rate > 0.0 => rates.push(rate),
                _ => return Err(format!("{word:?}: expected auto, or positive numbers separated by commas")),
            }
        }
        rates.sort_by(f64::total_cmp);
        rates.dedup();
        match rates.len() {
            2..=MAX_RATES => Ok(Self(rates)),
            n => Err(format!("step sizes: {n}; expected 2 to {MAX_RATES}")),
        }
    }
}

/// What was tried and what came of it. It is part of a plan: the same search finds the same step size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// The step sizes, ascending.
    pub rates: Vec<f64>,
    /// Steps of each network.
    pub search_steps: u64,
    /// Networks with each, none of them kept.
    pub search_seeds: u64,
    /// What decides: the median of `normal` for a target, of `training_loss` for data.
    pub by: String,
    /// That median; absent where half of the networks diverged.
    pub losses: Vec<Option<f64>>,
}

impl Search {
    /// A search that is still to be done; `steps` are those of training.
    pub fn new(rates: &Rates, asked: Option<u64>, steps: u64, by: &str) -> Self {
        Self {
            rates: rates.0.clone(),
            search_steps: asked.unwrap_or(steps.min(USUAL_STEPS)),
            search_seeds: SEEDS,
            by: by.to_owned(),
            losses: Vec::new(),
        }
    }

    /// Whether the other was asked the same.
    pub fn asks_the_same(&self, other: &Self) -> bool {
        Self { losses: Vec::new(), ..self.clone() } == Self { losses: Vec::new(), ..other.clone() }
    }

    /// Trains and judges.
    ///
    /// # Errors
    /// When no step size ends with a number, or on Ctrl-C.
    pub fn run(&mut self, population: &Population, study_seed: u64) -> Result<(), Failure> {
        let interrupt = interrupt::flag()?;
        let progress = Progress::new(self.rates.len() as u64 * self.search_seeds, self.search_steps);
        let seeds: Vec<u64> = (0..self.search_seeds).map(|seed| MAX_SEEDS + seed).collect();
        let losses: Result<Vec<Option<f64>>, Failure> = self
            .rates
            .par_iter()
            .map(|&rate| {
                let recipe = Recipe {
                    optimiser: with_rate(population.recipe.optimiser, rate),
                    steps: self.search_steps,
                    checkpoints: Vec::new(),
                    ..population.recipe.clone()
                };
                let mut losses = Vec::new();
                for group in seeds.chunks(population.lanes()) {
                    let observer = SearchObserver { interrupt, progress: &progress, n_networks: group.len() as u64 };
                    let (shape, unit) = (&population.shape, population.unit);
                    let trained = relulab_train::train(&recipe, shape, study_seed, group, unit, &observer);
                    for one in trained.map_err(Failure::input)? {
                        let is_whole = one.outcome == Outcome::Finished;
                        losses.push(if is_whole { population.deciding_loss(one.parameters)? } else { None });
                    }
                }
                let mut ordered: Vec<f64> = losses.into_iter().map(|loss| loss.unwrap_or(f64::INFINITY)).collect();
                ordered.sort_by(f64::total_cmp);
                Ok(median(&ordered).filter(|loss| loss.is_finite()))
            })
            .collect();
        drop(progress);
        self.losses = losses?;
        if interrupt.load(Ordering::Relaxed) {
            return Err(Failure::Interrupted("the search for the step size; nothing was written".to_owned()));
        }
        if self.best().is_none() {
            return Err(Failure::at("--search-rate", "no step size ends with a loss that is a number"));
        }
        Ok(())
    }

    /// The step size with the least loss, and the loss; the smaller of two that tie.
    pub fn best(&self) -> Option<(f64, f64)> {
        let pairs = self.rates.iter().zip(&self.losses).filter_map(|(&rate, loss)| Some((rate, (*loss)?)));
        pairs.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Says so where the best step size is the smallest or largest that was tried.
    pub fn warn_at_the_edge(&self) {
        let Some((best, _)) = self.best() else { return };
        let beyond = match (self.rates.first() == Some(&best), self.rates.last() == Some(&best)) {
            (true, _) => "smallest",
            (_, true) => "largest",
            _ => return,
        };
        say(format_args!("the best step size, {best}, is the {beyond} that was tried: one beyond may be better"));
    }
}

/// The same update rule with another step size.
pub fn with_rate(optimiser: Optimiser, rate: f64) -> Optimiser {
    match optimiser {
        Optimiser::Adam { beta1, beta2, epsilon, .. } => Optimiser::Adam { learning_rate: rate, beta1, beta2, epsilon },
        Optimiser::Sgd { momentum, .. } => Optimiser::Sgd { learning_rate: rate, momentum },
    }
}

/// Passes steps to the progress, and a raised flag to the networks.
struct SearchObserver<'a> {
    interrupt: &'a AtomicBool,
    progress: &'a Progress,
    n_networks: u64,
}

impl Observer for SearchObserver<'_> {
    fn may_go_on(&self) -> bool {
        self.progress.add(OBSERVED_EVERY * self.n_networks);
        !self.interrupt.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_positive_and_several() {
        let auto: Rates = "auto".parse().unwrap();
        assert!(auto.0.len() == 9 && auto.0.is_sorted() && auto.0[0] == 1e-4 && auto.0[8] == 1.0);
        assert_eq!("0.1,0.01,0.1".parse::<Rates>().unwrap(), Rates(vec![0.01, 0.1]));
        for text in ["", "0.1", "0.1,0.1", "0.1,x", "0.1,-1", "0.1,0", "inf,1", "NaN,1"] {
            assert!(text.parse::<Rates>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_least_loss_wins_and_divergence_never_does() {
        let rates = Rates(vec![0.001, 0.01, 0.1, 1.0]);
        let mut search = Search::new(&rates, None, 50, "normal");
        assert_eq!((search.search_steps, search.best()), (50, None));
        search.losses = vec![Some(3.0), Some(2.0), Some(2.0), None];
        assert_eq!(search.best(), Some((0.01, 2.0)));
        search.losses = vec![None; 4];
        assert_eq!(search.best(), None);
        assert_eq!(Search::new(&rates, None, 5000, "normal").search_steps, USUAL_STEPS);
        assert_eq!(Search::new(&rates, Some(7), 5000, "normal").search_steps, 7);
    }
}
