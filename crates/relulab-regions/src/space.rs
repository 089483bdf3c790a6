//! Activation regions of a ReLU or LeakyReLU network with several inputs, over a box or the whole space.
//!
//! ```
//! use relulab_net::{Activation, Network, Shape};
//! use relulab_regions::space::{self, Budget, SpaceDomain};
//! // Three lines in general position cut the plane into seven regions.
//! let parameters = vec![1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, -1.0, 1.0, 1.0, 1.0, 0.0];
//! let network = Network::new(Shape::new(2, vec![3], 1)?, Activation::Relu, parameters)?;
//! let counts = space::count(&network, &SpaceDomain::whole(), Budget::UNLIMITED, 1)?;
//! assert_eq!(counts.activation_regions.exact(), Some(7));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod arena;
mod bits;
mod ceiling;
mod collect;
mod complex;
mod edges;
mod faces;
mod frame;
mod kernel;
mod leaves;
mod maps;
mod path;
mod polish;
mod ranges;
mod root;
mod search;
mod volume;
mod walk;

use crate::layers::AffineLayers;
pub use complex::{SpaceComplex, SpaceFacet, SpaceRegion};
pub(crate) use leaves::LeafVisitor;
pub use ranges::{GradientNorms, SpaceRanges, ValueRange};

use bits::Bits;
use ceiling::Ceiling;
use collect::Collector;
use frame::Frame;
use leaves::Leaves;
use maps::ExactMaps;
use ranges::{Peaks, RangeVisit};
use relulab_net::Network;
use root::Places;

/// Calls a function with sets just large enough for so many bits.
macro_rules! with_words {
    ($n_bits:expr, $function:ident($($argument:expr),*)) => {
        match $n_bits.div_ceil(64) {
            0..=1 => $function::<1>($($argument),*),
            2 => $function::<2>($($argument),*),
            3..=4 => $function::<4>($($argument),*),
            5..=8 => $function::<8>($($argument),*),
            _ => $function::<32>($($argument),*),
        }
    };
}

/// Largest number of inputs: a box has two to this many corners.
pub const MAX_SPACE_DIM: usize = 12;

/// Largest number of hidden units and sides of a box together, each layer counted in multiples of eight.
pub const MAX_SPACE_PLACES: usize = 64 * 32;

/// Where a network is looked at: a box, or the whole space.
#[derive(Clone, Debug, PartialEq)]
pub struct SpaceDomain {
    sides: Option<Vec<(f64, f64)>>,
}

impl SpaceDomain {
    /// The whole space; some of its regions are unbounded.
    pub fn whole() -> Self {
        Self { sides: None }
    }

    /// The box with these lower and upper ends, one pair per input.
    ///
    /// # Errors
    /// When an end is not finite, or a lower end is not below its upper end.
    pub fn cuboid(sides: Vec<(f64, f64)>) -> Result<Self, SpaceError> {
        let bad = |(lower, upper): &(f64, f64)| !(lower.is_finite() && upper.is_finite() && lower < upper);
        match sides.iter().position(bad) {
            Some(input) => Err(SpaceError::Domain { input, lower: sides[input].0, upper: sides[input].1 }),
            None => Ok(Self { sides: Some(sides) }),
        }
    }

    /// The box with the same ends for each of `n_inputs` inputs.
    ///
    /// # Errors
    /// As for [`cuboid`](Self::cuboid).
    pub fn cube(n_inputs: usize, lower: f64, upper: f64) -> Result<Self, SpaceError> {
        Self::cuboid(vec![(lower, upper); n_inputs])
    }

    /// The ends of a box, `None` for the whole space.
    pub fn sides(&self) -> Option<&[(f64, f64)]> {
        self.sides.as_deref()
    }
}

/// Why a network's regions cannot be found.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SpaceError {
    /// The network has too many inputs.
    #[error("a network with {0} inputs: expected at most {MAX_SPACE_DIM}")]
    InputDim(usize),
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

/// How far a search may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// About how many regions are found before the rest is only bounded; `None` for all.
    pub max_regions: Option<u64>,
}

impl Budget {
    /// No end before all regions are found.
    pub const UNLIMITED: Self = Self { max_regions: None };

    /// About `max_regions` regions. The search is split into tasks that get equal shares, each rounded up.
    pub fn regions(max_regions: u64) -> Self {
        Self { max_regions: Some(max_regions) }
    }
}

/// A count that is known, or bounded where the search ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegionCount {
    /// At least so many.
    pub lower: u128,
    /// At most so many; `u128::MAX` also stands for more.
    pub upper: u128,
}

impl RegionCount {
    /// The count, where it is known.
    pub fn exact(self) -> Option<u128> {
        (self.lower == self.upper).then_some(self.lower)
    }
}

/// What a unit does on the domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitStatus {
    /// Its pre-activation is nowhere negative: the unit is linear.
    StablyActive,
    /// Its pre-activation is nowhere positive: the unit is dead.
    StablyInactive,
    /// Its pre-activation is zero everywhere.
    IdenticallyZero,
    /// Its pre-activation takes both signs.
    Unstable,
}

/// The counts of one network on one domain, and how they were decided.
#[derive(Clone, Debug, PartialEq)]
pub struct SpaceCounts {
    /// Full-dimensional sets with constant on/off pattern; a unit is on where its pre-activation is > 0.
    pub activation_regions: RegionCount,
    /// Regions of the first l hidden layers, for l = 1, 2, …; only those found where `complete` is false.
    pub per_layer: Vec<u64>,
    /// Whether all regions were found.
    pub complete: bool,
    /// Smallest |value| / error bound of the signs asked for in f64; at most 1 exactly when one was not certain.
    pub min_margin: f64,
    /// Number of signs decided in rationals.
    pub exact_fallbacks: u64,
    /// Status of every hidden unit, layer by layer; `None` where `complete` is false.
    pub units: Option<Vec<Vec<UnitStatus>>>,
}

/// Counts the activation regions; memory stays proportional to the number of units, not of regions.
///
/// The result does not depend on `n_threads`.
///
/// # Errors
/// When the activation is not piecewise linear, the domain does not fit, or the network is too large.
///
/// *Algorithm*: depth-first search over cells held by their vertices and rays; signs in f64 with forward error
/// bounds, in rationals where these do not decide; edges from incidence (double description).
///
/// *Reference*: Fukuda, Prodon, *Double description method revisited* (1996).
pub fn count(
    network: &Network,
    domain: &SpaceDomain,
    budget: Budget,
    n_threads: usize,
) -> Result<SpaceCounts, SpaceError> {
    let (layers, places) = prepare(network, domain)?;
    Ok(with_words!(places.n_bits, count_with(&layers, &places, network, domain, budget, n_threads)))
}

/// Finds all activation regions with their vertices, facets, affine maps and, where asked for, volumes.
///
/// Regions are ordered by the search, the same for every number of threads. Memory is proportional to the output.
///
/// # Errors
/// As for [`count`].
///
/// *Algorithm*: as for [`count`]; volumes by pulling triangulations; faces are recognised by the signs of all units on
/// them, maps compared in bounds first and in rationals where these overlap.
pub fn enumerate(
    network: &Network,
    domain: &SpaceDomain,
    with_volumes: bool,
    n_threads: usize,
) -> Result<SpaceComplex, SpaceError> {
    let (layers, places) = prepare(network, domain)?;
    Ok(with_words!(places.n_bits, enumerate_with(&layers, &places, network, domain, with_volumes, n_threads)))
}

/// [`enumerate`] with sets of `W` words.
fn enumerate_with<const W: usize>(
    layers: &AffineLayers,
    places: &Places,
    network: &Network,
    domain: &SpaceDomain,
    with_volumes: bool,
    n_threads: usize,
) -> SpaceComplex {
    let n_inputs = network.shape().input_dim();
    let roots = root::roots::<W>(layers, domain, places, n_inputs);
    let infinity = match domain.sides() {
        Some(_) => Bits::EMPTY,
        None => Bits::single(places.domain_bit),
    };
    let new_collector = || Collector::<W>::new(infinity, layers.output_dim(), with_volumes, Frame::new(0, true));
    let found = search::search(&roots, &ceiling(layers, n_inputs), None, n_threads, new_collector);
    let columns = roots.first().map(|root| root.path.columns.clone()).unwrap_or_default();
    let collections = found.visits.into_iter().map(|collector| collector.collection).collect();
    let counts = counts(&found.tally, found.certainty, layers, places);
    complex::assemble(counts, collections, layers, places, columns, n_inputs)
}

/// Shows all regions of a network with one hidden layer on the whole space to a visitor, from several threads.
pub(crate) fn visit_leaves<V: LeafVisitor>(network: &Network, n_threads: usize, visitor: &V) -> Result<(), SpaceError> {
    let (layers, places) = prepare(network, &SpaceDomain::whole())?;
    with_words!(places.n_bits, visit_with(&layers, &places, network, n_threads, visitor));
    Ok(())
}

/// [`visit_leaves`] with sets of `W` words.
fn visit_with<const W: usize>(
    layers: &AffineLayers,
    places: &Places,
    network: &Network,
    n_threads: usize,
    visitor: &impl LeafVisitor,
) {
    let n_inputs = network.shape().input_dim();
    let roots = root::roots::<W>(layers, &SpaceDomain::whole(), places, n_inputs);
    let n_units = network.shape().n_units();
    search::search(&roots, &ceiling(layers, n_inputs), None, n_threads, || Leaves { visitor, n_units, n_inputs });
}

/// Finds the exact extremes of all pre-activations, of the outputs, and of the norms of the outputs' gradients.
///
/// # Errors
/// As for [`count`].
///
/// *Algorithm*: extremes of affine maps on cells are at vertices, and on the whole space infinite along rays. Two
/// searches: the first bounds the extremes in f64, the second evaluates in rationals what reaches those bounds.
pub fn ranges(network: &Network, domain: &SpaceDomain, n_threads: usize) -> Result<SpaceRanges, SpaceError> {
    let (layers, places) = prepare(network, domain)?;
    Ok(with_words!(places.n_bits, ranges_with(&layers, &places, network, domain, n_threads)))
}

/// [`ranges`] with sets of `W` words.
fn ranges_with<const W: usize>(
    layers: &AffineLayers,
    places: &Places,
    network: &Network,
    domain: &SpaceDomain,
    n_threads: usize,
) -> SpaceRanges {
    let n_inputs = network.shape().input_dim();
    let roots = root::roots::<W>(layers, domain, places, n_inputs);
    let ceiling = ceiling(layers, n_inputs);
    let sees_all_inputs = roots.first().is_some_and(|root| root.path.dim == n_inputs);
    let all_inputs: Vec<usize> = (0..n_inputs).collect();
    let mut peaks = Peaks::new(places.domain_bit, layers.output_dim());
    for is_exact in [false, true] {
        let exact = is_exact.then(|| ExactMaps::new(layers, &all_inputs, &places.first_bits));
        let new_visit = || RangeVisit::<W>::new(layers, peaks.clone(), exact.clone(), sees_all_inputs);
        let found = search::search(&roots, &ceiling, None, n_threads, new_visit);
        found.visits.iter().for_each(|visit| peaks.join(&visit.peaks));
    }
    ranges::ranges(peaks, layers, &places.first_bits)
}

/// Checks a network and a domain and lays out the sets.
fn prepare(network: &Network, domain: &SpaceDomain) -> Result<(AffineLayers, Places), SpaceError> {
    let inputs = network.shape().input_dim();
    if let Some(sides) = domain.sides().map(<[_]>::len).filter(|sides| *sides != inputs) {
        return Err(SpaceError::Sides { sides, inputs });
    }
    if inputs > MAX_SPACE_DIM {
        return Err(SpaceError::InputDim(inputs));
    }
    let mut layers = AffineLayers::default();
    if !layers.load(network) {
        return Err(SpaceError::Activation(network.activation()));
    }
    let places = Places::new(&layers, domain);
    if places.n_bits > MAX_SPACE_PLACES { Err(SpaceError::Units(places.n_bits)) } else { Ok((layers, places)) }
}

/// The bound of the regions of a network.
fn ceiling(layers: &AffineLayers, dim: usize) -> Ceiling {
    let widths: Vec<usize> = layers.hidden().iter().map(|layer| layer.biases.len()).collect();
    Ceiling::new(dim, &widths, layers.leak == 0.0)
}

/// [`count`] with sets of `W` words.
fn count_with<const W: usize>(
    layers: &AffineLayers,
    places: &Places,
    network: &Network,
    domain: &SpaceDomain,
    budget: Budget,
    n_threads: usize,
) -> SpaceCounts {
    let n_inputs = network.shape().input_dim();
    let roots = root::roots::<W>(layers, domain, places, n_inputs);
    let ceiling = ceiling(layers, n_inputs);
    let found = search::search(&roots, &ceiling, budget.max_regions, n_threads, || ());
    let mut counts = counts(&found.tally, found.certainty, layers, places);
    counts.activation_regions.upper = counts.activation_regions.upper.min(ceiling.all());
    counts
}

/// The public form of what a search has counted.
fn counts<const W: usize>(
    tally: &walk::Tally<W>,
    certainty: path::Certainty,
    layers: &AffineLayers,
    places: &Places,
) -> SpaceCounts {
    let found = u128::from(tally.per_layer.last().copied().unwrap_or(1));
    let status = |bit: usize| match (tally.seen_positive.has(bit), tally.seen_negative.has(bit)) {
        (true, true) => UnitStatus::Unstable,
        (true, false) => UnitStatus::StablyActive,
        (false, true) => UnitStatus::StablyInactive,
        (false, false) => UnitStatus::IdenticallyZero,
    };
    let units = layers
        .hidden()
        .iter()
        .zip(&places.first_bits)
        .map(|(layer, first)| (0..layer.biases.len()).map(|unit| status(first + unit)).collect());
    SpaceCounts {
        activation_regions: RegionCount {
            lower: found + tally.unexplored_lower,
            upper: tally.unexplored_upper.saturating_add(found),
        },
        per_layer: tally.per_layer.clone(),
        complete: tally.complete,
        min_margin: certainty.margin,
        exact_fallbacks: certainty.n_exact,
        units: tally.complete.then(|| units.collect()),
    }
}

#[cfg(test)]
mod tests;
