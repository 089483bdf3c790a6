//! Why data or a plan cannot be memorised.

/// Why data or a plan are refused before any work is done.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MemorizeError {
    /// More than one label per point.
    #[error("the data have {0} labels per point: expected one")]
    Outputs(usize),
    /// Two equal inputs with different labels, which no function fits.
    #[error("rows {first} and {second} have equal inputs but the labels {label} and {other}: no function fits both")]
    Contradiction {
        /// Row, from 1, without the header.
        first: usize,
        /// Row, from 1, without the header.
        second: usize,
        /// The label of the first.
        label: f64,
        /// The label of the second.
        other: f64,
    },
    /// Neurons come in pairs.
    #[error("{0} neurons: expected an even number, since they work in pairs")]
    Odd(usize),
    /// Too few neurons for the theorem.
    #[error(
        "{neurons} neurons for {n_points} different points of dimension {input_dim}: expected at least {needed} \
         (2 n/d, made even)"
    )]
    TooFew {
        /// What was asked for.
        neurons: usize,
        /// Different points.
        n_points: usize,
        /// Inputs.
        input_dim: usize,
        /// The smallest number that will do.
        needed: usize,
    },
    /// The points do not fill their dimensions, so that the theorem's count is not enough.
    #[error(
        "{neurons} neurons for {n_points} different points that extend in {rank} directions only (constant or \
         dependent inputs; the bias counts as one): expected at least {needed}"
    )]
    Flat {
        /// What was asked for.
        neurons: usize,
        /// Different points.
        n_points: usize,
        /// Directions in which the points extend.
        rank: usize,
        /// The smallest number that will do.
        needed: usize,
    },
    /// More neurons than a network may have.
    #[error("{neurons} neurons: expected at most {most}")]
    TooMany {
        /// What was asked for.
        neurons: usize,
        /// The limit.
        most: usize,
    },
    /// More points than the dense matrices of the proof may have.
    #[error("{n_points} different points: expected at most {most}, since the proof holds matrices of n × n numbers")]
    TooManyPoints {
        /// Different points.
        n_points: usize,
        /// The limit.
        most: usize,
    },
    /// The radius of the ball is no positive number.
    #[error("epsilon {0}: expected a positive number")]
    Epsilon(f64),
}
