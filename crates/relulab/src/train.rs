//! Populations: many seeds of one shape trained together, one network per lane of the vector unit.
//!
//! A [`Recipe`] says how, as plain data; [`fn@train`] does it; [`Networks`] evaluates what came out, always in f64. The
//! result of a seed depends on the recipe, the study's seed, the shape and the seed itself: not on its neighbours, the
//! number of threads or the [`VectorUnit`]. See the [crate's example](crate#example).

pub use relulab_train::{
    Aggregation, Axes, BATCH_NORM_EPSILON, Batching, Jumpstart, LayerCensus, Layout, Look, Mirrored, Networks,
    OBSERVED_EVERY, Observation, Observer, Optimiser, OptimiserState, Outcome, POSITIONS, ParseRegimeError, Points,
    PreActivationRange, Precision, Recipe, RecipeError, Regime, Start, Status, Structure, Ties, Trained, TrainingData,
    UnknownVectorUnit, Unobserved, UnrollError, Unrolled, VectorUnit, Watcher, measure_fma_peak, project_onto_ball,
    project_onto_ratio, train, train_from,
};
