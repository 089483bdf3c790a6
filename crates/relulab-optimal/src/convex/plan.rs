//! What to solve.

/// Which patterns take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patterns {
    /// All of them: the optimum over all networks, with a lower bound.
    All,
    /// Those of so many random units: a network and its objective, without a lower bound.
    Sampled(usize),
}

/// Ridge, patterns, and how far to go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// β, the weight of the decay.
    pub ridge: f64,
    /// Whether units have biases, which decay like weights.
    pub biases: bool,
    /// Which patterns take part.
    pub patterns: Patterns,
    /// Seed of sampled patterns.
    pub seed: u64,
    /// Relative gap at which the search ends.
    pub gap: f64,
    /// Most cone programs.
    pub rounds: usize,
}

/// Relative gap at which the search ends by default.
const DEFAULT_GAP: f64 = 1e-7;

impl Plan {
    /// All patterns, biases, a relative gap of 1e-7, at most 60 cone programs.
    pub fn new(ridge: f64) -> Self {
        Self { ridge, biases: true, patterns: Patterns::All, seed: 0, gap: DEFAULT_GAP, rounds: 60 }
    }
}
