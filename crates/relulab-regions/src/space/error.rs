//! Why something cannot be found.

use super::{MAX_PROGRAM_UNITS, MAX_SPACE_DIM, MAX_SPACE_PLACES};

/// Why a network's regions cannot be found.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SpaceError {
    /// The network has too many inputs to hold the corners of a box.
    #[error("a network with {0} inputs over a box: expected at most {MAX_SPACE_DIM}")]
    InputDim(usize),
    /// The network has too many inputs for the corners of a box and too many units for linear programs.
    #[error(
        "{inputs} inputs and {units} hidden units over a box: expected at most {MAX_SPACE_DIM} inputs, or at most \
         {MAX_PROGRAM_UNITS} units"
    )]
    ProgramUnits {
        /// Inputs of the network.
        inputs: usize,
        /// Its hidden units.
        units: usize,
    },
    /// The first layer has too many independent units for the whole space.
    #[error("{0} inputs on the whole space: expected a first layer of rank {MAX_SPACE_DIM} or less")]
    Rank(usize),
    /// There are more regions than were allowed.
    #[error("more than {0} regions: expected fewer, or only counts")]
    TooManyRegions(u64),
    /// An integral is asked for over the whole space.
    #[error("an integral over the whole space: expected a box")]
    Unbounded,
    /// There is no such output.
    #[error("output {output}: expected one below {outputs}")]
    Output {
        /// The output asked for.
        output: usize,
        /// How many there are.
        outputs: usize,
    },
    /// A monomial of a target has another number of powers than there are inputs, or a coefficient that is not finite.
    #[error("monomial {0} of the target: expected a finite coefficient and one power per input")]
    Target(usize),
    /// The network has too many units.
    #[error("a network that needs {0} places for its hidden units and the domain: expected at most {MAX_SPACE_PLACES}")]
    Units(usize),
    /// The activation is smooth, so there are no regions.
    #[error("the activation {0} is not piecewise linear: expected relu or leaky_relu")]
    Activation(relulab_net::Activation),
    /// A side of the box is empty, inverted or not finite.
    #[error("input {input} in [{lower}, {upper}]: expected finite ends, the lower one first")]
    Domain {
        /// The input.
        input: usize,
        /// Its lower end as given.
        lower: f64,
        /// Its upper end as given.
        upper: f64,
    },
    /// The box has another dimension than the network.
    #[error("a box in {sides} dimensions for a network with {inputs} inputs")]
    Sides {
        /// Dimension of the box.
        sides: usize,
        /// Inputs of the network.
        inputs: usize,
    },
}
