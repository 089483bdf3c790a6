//! The landscape of solutions: alignment, barriers, clouds, walks and movement.
//!
//! ```
//! use relulab::landscape::{AlignmentMethod, BarrierMethod, Normalisation, align, barrier};
//! use relulab::{Activation, Dataset, Loss, Network, Shape};
//!
//! // |x| twice, with its two units in opposite order: a barrier that alignment removes.
//! let shape = Shape::parse_hidden("2", 1, 1)?;
//! let network = |parameters: [f64; 7]| Network::new(shape.clone(), Activation::Relu, parameters.to_vec());
//! let first = network([1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 0.0])?;
//! let second = network([-1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0])?;
//! let data = Dataset::new(vec![-2.0, -1.0, 1.0, 2.0], 1, vec![2.0, 1.0, 1.0, 2.0], 1)?;
//! let raw = barrier(&first, &second, &data, Loss::Mse, BarrierMethod::Exact)?;
//! let alignment = align(&first, &second, AlignmentMethod::GreedyCorrelation, Normalisation::None, &data)?;
//! let aligned = barrier(&first, &alignment.apply(&second)?, &data, Loss::Mse, BarrierMethod::Exact)?;
//! assert!((raw.height - 2.5).abs() < 1e-12 && aligned.height == 0.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use relulab_landscape::{
    Alignment, AlignmentMethod, Barrier, BarrierMethod, Cloud, GrowthPoint, LandscapeError, Movement, Normalisation,
    Preparation, Reference, Tier, TierMovement, UnitMovement, WalkStep, align, barrier, component_growth, medoid,
    movement_budget, unit_movement, walk,
};
