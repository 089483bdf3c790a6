//! The exact function of a ReLU or LeakyReLU network with one input, on the whole line or on an interval.
//!
//! ```
//! use relulab_net::{Activation, Network, Shape};
//! use relulab_regions::line::{LineDomain, LineFunction, Workspace};
//! // |x| = relu(x) + relu(−x)
//! let network =
//!     Network::new(Shape::new(1, vec![2], 1)?, Activation::Relu, vec![1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 0.0])?;
//! let mut function = LineFunction::default();
//! let counts = Workspace::new().trace(&network, LineDomain::WHOLE, &mut function)?;
//! assert_eq!(counts.connected_pieces, 2);
//! assert_eq!(function.breakpoints(), [0.0]);
//! assert_eq!(function.slopes(), [-1.0, 1.0]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod forms;
mod function;
mod judge;
mod pieces;
mod walk;

pub use function::LineFunction;

use crate::layers::AffineLayers;
use judge::{Judge, Uncertain};
use pieces::Pieces;
use relulab_exact::{Bounded, Number, Rational};
use relulab_net::Network;
use walk::{Cell, Walk};

/// Where a network is looked at: an interval, or the whole line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineDomain {
    ends: Option<(f64, f64)>,
}

impl LineDomain {
    /// The whole line; its first and last pieces are rays.
    pub const WHOLE: Self = Self { ends: None };

    /// The interval from `lower` to `upper`.
    ///
    /// # Errors
    /// When an end is not finite, or `lower` is not below `upper`.
    pub fn interval(lower: f64, upper: f64) -> Result<Self, LineError> {
        if lower.is_finite() && upper.is_finite() && lower < upper {
            Ok(Self { ends: Some((lower, upper)) })
        } else {
            Err(LineError::Domain { lower, upper })
        }
    }

    /// The ends of an interval, `None` for the whole line.
    pub fn ends(self) -> Option<(f64, f64)> {
        self.ends
    }
}

/// Why a network has no line function.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LineError {
    /// The network has more than one input.
    #[error("a network with {0} inputs is not a function of one variable")]
    InputDim(usize),
    /// The activation is smooth, so there are no linear pieces.
    #[error("the activation {0} is not piecewise linear: expected relu or leaky_relu")]
    Activation(relulab_net::Activation),
    /// The interval is empty, inverted or not finite.
    #[error("the interval [{lower}, {upper}]: expected finite ends, the lower one first")]
    Domain {
        /// Lower end as given.
        lower: f64,
        /// Upper end as given.
        upper: f64,
    },
}

/// The named counts of one network on one domain, and how they were decided.
///
/// In one dimension open-connected and closed-connected pieces are the same; both are `connected_pieces`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineCounts {
    /// Intervals of positive length with constant on/off pattern; a unit is on where its pre-activation is > 0.
    pub activation_regions: usize,
    /// Maximal intervals on which the function is affine.
    pub connected_pieces: usize,
    /// Different affine functions among the pieces.
    pub distinct_affine_functions: usize,
    /// Whether a sign was not certain in f64, so that everything was decided again in rationals.
    pub fell_back: bool,
    /// Smallest |value| / error bound met in f64: the certainty of the least certain sign. At most 1 exactly when
    /// the network fell back; infinite when nothing was rounded.
    pub margin: f64,
}

/// One activation region with exact ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineRegion {
    /// Left end; `None` at −∞.
    pub lower: Option<Rational>,
    /// Right end; `None` at +∞.
    pub upper: Option<Rational>,
    /// For every hidden unit in order, whether it is on.
    pub pattern: Vec<bool>,
}

/// The memory that networks are analysed in, reused from one to the next.
///
/// *Algorithm*: interval splitting, layer by layer, at most one root per unit and interval: Σ Rₗ nₗ nₗ₋₁ operations
/// for Rₗ regions after layer l. First in [`Bounded`]; at the first sign that is not certain, all of it in
/// [`Rational`]. Parameters are taken as the exact dyadic rationals that they are.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    layers: AffineLayers,
    bounded: Engine<Bounded>,
    exact: Engine<Rational>,
    regions_per_layer: Vec<usize>,
}

/// The algorithm in one kind of number.
#[derive(Clone, Debug, Default)]
struct Engine<N: Number> {
    walk: Walk<N>,
    pieces: Pieces<N>,
}

impl<N: Number> Engine<N> {
    /// Finds all pieces and returns the number of distinct maps.
    fn run(&mut self, layers: &AffineLayers, domain: LineDomain, judge: &mut Judge) -> Result<usize, Uncertain> {
        self.pieces.clear();
        let ends = domain.ends.and_then(|(lower, upper)| N::from_f64(lower).zip(N::from_f64(upper)));
        let cell = Cell { left: ends.as_ref().map(|ends| &ends.0), right: ends.as_ref().map(|ends| &ends.1) };
        self.walk.run(layers, cell, judge, |region, judge| self.pieces.take(layers, &region, judge))?;
        self.pieces.count_distinct(layers, judge)
    }

    /// The counts after a successful run.
    fn counts(&self, distinct_affine_functions: usize, fell_back: bool, judge: Judge) -> LineCounts {
        LineCounts {
            activation_regions: self.pieces.n_regions,
            connected_pieces: self.pieces.n_pieces,
            distinct_affine_functions,
            fell_back,
            margin: judge.margin,
        }
    }
}

impl Workspace {
    /// A workspace without memory yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The counts of a network.
    ///
    /// # Errors
    /// When the network has more than one input or its activation is not piecewise linear.
    pub fn count(&mut self, network: &Network, domain: LineDomain) -> Result<LineCounts, LineError> {
        self.load(network)?;
        Ok(self.decide(domain))
    }

    /// The counts, and the function itself in f64, written into `function`.
    ///
    /// # Errors
    /// As for [`count`](Self::count).
    pub fn trace(
        &mut self,
        network: &Network,
        domain: LineDomain,
        function: &mut LineFunction,
    ) -> Result<LineCounts, LineError> {
        let counts = self.count(network, domain)?;
        let output_dim = self.layers.output_dim();
        if counts.fell_back {
            function.fill(&self.exact.pieces, output_dim, Number::approximate);
        } else {
            function.fill(&self.bounded.pieces, output_dim, Number::approximate);
        }
        Ok(counts)
    }

    /// The function in exact rationals.
    ///
    /// # Errors
    /// As for [`count`](Self::count).
    pub fn trace_exact(&mut self, network: &Network, domain: LineDomain) -> Result<LineFunction<Rational>, LineError> {
        self.load(network)?;
        self.decide_exactly(domain);
        let mut function = LineFunction::default();
        function.fill(&self.exact.pieces, self.layers.output_dim(), Rational::clone);
        Ok(function)
    }

    /// All activation regions from left to right, their ends in exact rationals.
    ///
    /// # Errors
    /// As for [`count`](Self::count).
    pub fn regions_exact(&mut self, network: &Network, domain: LineDomain) -> Result<Vec<LineRegion>, LineError> {
        self.load(network)?;
        let mut regions = Vec::new();
        let ends = domain.ends.and_then(|(lower, upper)| Rational::from_f64(lower).zip(Rational::from_f64(upper)));
        let cell = Cell { left: ends.as_ref().map(|ends| &ends.0), right: ends.as_ref().map(|ends| &ends.1) };
        let visited = self.exact.walk.run(&self.layers, cell, &mut Judge::default(), |region, _| {
            regions.push(LineRegion {
                lower: region.cell.left.cloned(),
                upper: region.cell.right.cloned(),
                pattern: region.pattern.to_vec(),
            });
            Ok(())
        });
        expect_certain(visited);
        Ok(regions)
    }

    /// Activation regions of the first l hidden layers, for l = 1, 2, …, of the network counted or traced last.
    pub fn regions_per_layer(&self) -> &[usize] {
        &self.regions_per_layer
    }

    /// Checks the network and takes over its parameters.
    fn load(&mut self, network: &Network) -> Result<(), LineError> {
        if network.shape().input_dim() != 1 {
            return Err(LineError::InputDim(network.shape().input_dim()));
        }
        if !self.layers.load(network) {
            return Err(LineError::Activation(network.activation()));
        }
        Ok(())
    }

    /// Bounded first, rational when in doubt.
    fn decide(&mut self, domain: LineDomain) -> LineCounts {
        let mut judge = Judge::default();
        if self
            .layers
            .all()
            .iter()
            .all(|layer| Bounded::accepts(&layer.weights_by_input) && Bounded::accepts(&layer.biases))
        {
            if let Ok(distinct) = self.bounded.run(&self.layers, domain, &mut judge) {
                self.note_layers(false);
                return self.bounded.counts(distinct, false, judge);
            }
        } else {
            judge.margin = 0.0;
        }
        let distinct = self.decide_exactly(domain);
        self.exact.counts(distinct, true, judge)
    }

    /// All in rationals; returns the number of distinct maps.
    fn decide_exactly(&mut self, domain: LineDomain) -> usize {
        let distinct = expect_certain(self.exact.run(&self.layers, domain, &mut Judge::default()));
        self.note_layers(true);
        distinct
    }

    /// Keeps the counts per layer of the engine that decided.
    fn note_layers(&mut self, exact: bool) {
        let depth = self.layers.hidden().len();
        self.regions_per_layer.clear();
        if exact {
            self.regions_per_layer.extend(self.exact.walk.regions_per_layer(depth));
        } else {
            self.regions_per_layer.extend(self.bounded.walk.regions_per_layer(depth));
        }
    }
}

/// The result of a run in rationals, whose signs are always certain.
fn expect_certain<T>(result: Result<T, Uncertain>) -> T {
    match result {
        Ok(value) => value,
        Err(Uncertain) => unreachable!("the sign of a rational number is always certain"),
    }
}
