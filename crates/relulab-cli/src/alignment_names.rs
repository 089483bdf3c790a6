//! The words for alignments and canonical scales on the command line.

use clap::ValueEnum;
use relulab_landscape::{AlignmentMethod, Normalisation};

/// How hidden units are paired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MethodName {
    /// Every unit with the unit in its place.
    Identity,
    /// The largest correlation of activations, then the largest of what is left: the anatomy paper's.
    Greedy,
    /// The largest sum of correlations of activations.
    Correlation,
    /// The least distance of parameters by permutations: optimal for one hidden layer.
    Weights,
    /// The least distance of parameters by permutations and positive scales: one hidden layer.
    OptimalWeights,
    /// The smallest barrier over all permutations: one hidden layer of at most 8 units.
    OptimalBarrier,
}

impl From<MethodName> for AlignmentMethod {
    fn from(name: MethodName) -> Self {
        match name {
            MethodName::Identity => Self::Identity,
            MethodName::Greedy => Self::GreedyCorrelation,
            MethodName::Correlation => Self::OptimalCorrelation,
            MethodName::Weights => Self::WeightMatching,
            MethodName::OptimalWeights => Self::OptimalWeightDistance,
            MethodName::OptimalBarrier => Self::OptimalBarrier,
        }
    }
}

/// How the positive scale of each hidden unit is fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum NormalisationName {
    /// Not at all.
    None,
    /// Incoming weights and bias together have norm 1.
    UnitIncoming,
    /// Incoming weights and bias together have the norm of the outgoing weights.
    Balanced,
}

impl From<NormalisationName> for Normalisation {
    fn from(name: NormalisationName) -> Self {
        match name {
            NormalisationName::None => Self::None,
            NormalisationName::UnitIncoming => Self::UnitIncoming,
            NormalisationName::Balanced => Self::Balanced,
        }
    }
}
