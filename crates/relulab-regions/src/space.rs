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
mod completeness;
mod complex;
mod counts;
mod domain;
mod edges;
mod error;
mod estimate;
mod faces;
mod frame;
mod integral;
mod kernel;
mod leaves;
mod maps;
mod path;
mod polish;
mod programs;
mod ranges;
mod root;
mod search;
mod simplex_rule;
mod tableau;
mod volume;
mod walk;

use crate::layers::AffineLayers;
pub use completeness::{Completeness, completeness};
pub use complex::{SpaceComplex, SpaceFacet, SpaceRegion};
pub use counts::{Budget, RegionCount, SpaceCounts, UnitStatus};
pub use domain::SpaceDomain;
pub use error::SpaceError;
pub use estimate::{RegionEstimate, estimate};
pub use integral::{SpaceIntegrand, SpaceMonomial, exact_integral, integral};
pub(crate) use leaves::LeafVisitor;
pub use ranges::{GradientNorms, SpaceRanges, ValueRange};

use bits::{Bits, with_words};
use ceiling::Ceiling;
use collect::Collector;
use frame::Frame;
use leaves::Leaves;
use maps::ExactMaps;
use programs::Search;
use ranges::{Peaks, RangeVisit};
use relulab_net::Network;
use root::Places;
use search::Limit;

/// Largest number of inputs, or of independent units on the whole space: a box has two to this many corners.
///
/// Over boxes with more inputs, regions are counted by linear programs; see [`MAX_PROGRAM_UNITS`].
pub const MAX_SPACE_DIM: usize = 12;

/// Largest number of hidden units of a network whose regions are counted by linear programs.
pub const MAX_PROGRAM_UNITS: usize = 32;

/// Largest number of hidden units and sides of a box together, each layer counted in multiples of eight.
pub const MAX_SPACE_PLACES: usize = 64 * 32;

/// Counts the activation regions; memory stays proportional to the number of units, not of regions.
///
/// The result does not depend on `n_threads`.
///
/// # Errors
/// When the activation is not piecewise linear, the domain does not fit, or the network is too large.
///
/// *Algorithm*: depth-first search over cells held by their vertices and rays; signs in f64 with forward error
/// bounds, in rationals where these do not decide; edges from incidence (double description). Over a box with more than
/// [`MAX_SPACE_DIM`] inputs, cells are held by linear programs in rationals, which suits few units.
///
/// *Reference*: Fukuda, Prodon, *Double description method revisited* (1996).
pub fn count(
    network: &Network,
    domain: &SpaceDomain,
    budget: Budget,
    n_threads: usize,
) -> Result<SpaceCounts, SpaceError> {
    if let Some(WideBox { layers, sides }) = wide_box(network, domain)? {
        let ceiling = ceiling(&layers, sides.len());
        let mut counts = Search::new(&layers, &ceiling, sides.len(), budget.max_regions).count(sides);
        counts.activation_regions.upper = counts.activation_regions.upper.min(ceiling.all());
        return Ok(counts);
    }
    let (layers, places) = prepare(network, domain)?;
    let limit = budget.max_regions.map(Limit::Total);
    Ok(with_words!(places.n_bits, count_with(&layers, &places, network, domain, limit, n_threads)))
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

/// [`enumerate`], unless there are more than `max_regions`: then nothing is kept in memory.
///
/// # Errors
/// As for [`enumerate`], and when there are more regions.
pub fn enumerate_within(
    network: &Network,
    domain: &SpaceDomain,
    with_volumes: bool,
    max_regions: u64,
    n_threads: usize,
) -> Result<SpaceComplex, SpaceError> {
    let (layers, places) = prepare(network, domain)?;
    let limit = Some(Limit::EachTask(max_regions));
    let counts = with_words!(places.n_bits, count_with(&layers, &places, network, domain, limit, n_threads));
    if !counts.complete || counts.activation_regions.lower > u128::from(max_regions) {
        return Err(SpaceError::TooManyRegions(max_regions));
    }
    enumerate(network, domain, with_volumes, n_threads)
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
    let layers = load(network, domain)?;
    let inputs = network.shape().input_dim();
    if inputs > MAX_SPACE_DIM {
        if domain.sides().is_some() {
            return Err(SpaceError::InputDim(inputs));
        }
        if root::rank(&layers, inputs) > MAX_SPACE_DIM {
            return Err(SpaceError::Rank(inputs));
        }
    }
    let places = Places::new(&layers, domain);
    if places.n_bits > MAX_SPACE_PLACES { Err(SpaceError::Units(places.n_bits)) } else { Ok((layers, places)) }
}

/// A network over a box in too many dimensions for its corners.
struct WideBox<'a> {
    layers: AffineLayers,
    sides: &'a [(f64, f64)],
}

/// What linear programs are for; `None` where the corners of the box can be held.
fn wide_box<'a>(network: &Network, domain: &'a SpaceDomain) -> Result<Option<WideBox<'a>>, SpaceError> {
    let Some(sides) = domain.sides().filter(|sides| sides.len() > MAX_SPACE_DIM) else { return Ok(None) };
    let layers = load(network, domain)?;
    let (inputs, units) = (sides.len(), layers.n_units);
    if units > MAX_PROGRAM_UNITS {
        return Err(SpaceError::ProgramUnits { inputs, units });
    }
    Ok(Some(WideBox { layers, sides }))
}

/// Takes over the parameters of a network whose activation and inputs fit.
fn load(network: &Network, domain: &SpaceDomain) -> Result<AffineLayers, SpaceError> {
    let inputs = network.shape().input_dim();
    if let Some(sides) = domain.sides().map(<[_]>::len).filter(|sides| *sides != inputs) {
        return Err(SpaceError::Sides { sides, inputs });
    }
    let mut layers = AffineLayers::default();
    if layers.load(network) { Ok(layers) } else { Err(SpaceError::Activation(network.activation())) }
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
    limit: Option<Limit>,
    n_threads: usize,
) -> SpaceCounts {
    let n_inputs = network.shape().input_dim();
    let roots = root::roots::<W>(layers, domain, places, n_inputs);
    let ceiling = ceiling(layers, n_inputs);
    let found = search::search(&roots, &ceiling, limit, n_threads, || ());
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
