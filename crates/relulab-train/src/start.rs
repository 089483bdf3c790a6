//! Where training begins: at a drawn initialisation, at given parameters, or in the middle of an earlier run.

use crate::recipe::{Optimiser, Recipe, RecipeError};
use relulab_net::Shape;

/// Where the training of one network begins.
///
/// A network that was trained for some steps goes on as if it had never stopped: [`Start::after`] takes its parameters,
/// the state of its optimiser and the number of its steps, from which the random streams go on too.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// Seed index within the study: it names the network's random streams.
    pub seed: u64,
    /// First parameters, in the order of the flat vector, rounded to the recipe's precision; drawn when absent.
    pub parameters: Option<Vec<f64>>,
    /// Steps of the recipe that are already done: the samples are those of the steps after them.
    pub steps_done: u64,
    /// State of the optimiser; as before the first step when absent.
    pub state: Option<OptimiserState>,
}

/// What an optimiser remembers of the steps of one network.
#[derive(Clone, Debug, PartialEq)]
pub struct OptimiserState {
    /// Steps that the moments have seen: Adam's bias correction goes on from here.
    pub steps: u64,
    /// First moments of Adam, or the buffer of gradient descent, in the order of the flat vector.
    pub first: Vec<f64>,
    /// Second moments of Adam, in the same order; empty for gradient descent.
    pub second: Vec<f64>,
}

impl Start {
    /// The initialisation that the recipe draws for a seed.
    pub fn drawn(seed: u64) -> Self {
        Self { seed, parameters: None, steps_done: 0, state: None }
    }

    /// Given first parameters.
    pub fn at(seed: u64, parameters: Vec<f64>) -> Self {
        Self { parameters: Some(parameters), ..Self::drawn(seed) }
    }

    /// The middle of a run: parameters and optimiser after so many steps.
    pub fn after(seed: u64, steps_done: u64, parameters: Vec<f64>, state: OptimiserState) -> Self {
        Self { seed, parameters: Some(parameters), steps_done, state: Some(state) }
    }

    /// What must be the same for networks to be trained in one group.
    pub(crate) fn steps(&self) -> (u64, u64) {
        (self.steps_done, self.state.as_ref().map_or(0, |state| state.steps))
    }

    pub(crate) fn check(&self, recipe: &Recipe, shape: &Shape) -> Result<(), RecipeError> {
        let expected = recipe.regime.n_params(shape);
        let fits = |what, got: usize| {
            if got == expected { Ok(()) } else { Err(RecipeError::Dimension { what, expected, got }) }
        };
        if let Some(parameters) = &self.parameters {
            fits("parameters", parameters.len())?;
        }
        if self.steps_done >= recipe.steps {
            return Err(RecipeError::NothingLeft { done: self.steps_done, steps: recipe.steps });
        }
        let Some(state) = &self.state else { return Ok(()) };
        fits("first moments", state.first.len())?;
        match recipe.optimiser {
            Optimiser::Adam { .. } => fits("second moments", state.second.len())?,
            Optimiser::Sgd { .. } if state.second.is_empty() => {}
            Optimiser::Sgd { .. } => return Err(RecipeError::ForeignState),
        }
        let broken = |value: &f64, least: f64| !value.is_finite() || *value < least;
        let value = state.first.iter().find(|value| broken(value, f64::NEG_INFINITY));
        match value.or_else(|| state.second.iter().find(|value| broken(value, 0.0))) {
            Some(&value) => Err(RecipeError::Moment { value }),
            None => Ok(()),
        }
    }
}
