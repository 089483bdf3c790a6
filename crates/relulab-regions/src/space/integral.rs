//! Integrals over a box of outputs and of squared errors: with bounds in f64, or in rationals.

use super::bits::{Bits, with_enough_words};
use super::faces;
use super::frame::Frame;
use super::maps::ExactMaps;
use super::path::Path;
use super::root::{self, Places};
use super::search;
use super::simplex_rule::{Node, simplex_rule};
use super::volume::determinant;
use super::walk::{Cell, Visit};
use super::{SpaceDomain, SpaceError, ceiling, prepare};
use crate::layers::AffineLayers;
use crate::summation::sum_in_pairs;
use relulab_exact::{Bounded, Number, Rational, Sign};
use relulab_net::Network;

/// c · Π xᵢ^pᵢ.
#[derive(Clone, Debug, PartialEq)]
pub struct SpaceMonomial {
    /// c, taken as the dyadic rational that it is.
    pub coefficient: f64,
    /// One power per input.
    pub powers: Vec<u32>,
}

/// What is integrated over a box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SpaceIntegrand<'a> {
    /// f, an output.
    Output(usize),
    /// (f − t)² for an output f and a polynomial t, the sum of these monomials.
    SquaredError(usize, &'a [SpaceMonomial]),
}

impl SpaceIntegrand<'_> {
    /// The output that is integrated.
    pub(crate) fn output(&self) -> usize {
        match self {
            Self::Output(output) | Self::SquaredError(output, _) => *output,
        }
    }

    /// Its monomials; none where there is no target.
    pub(crate) fn target(&self) -> &[SpaceMonomial] {
        match self {
            Self::Output(_) => &[],
            Self::SquaredError(_, target) => target,
        }
    }

    /// The degree of the integrand on a cell.
    fn degree(&self) -> usize {
        let of = |monomial: &SpaceMonomial| monomial.powers.iter().map(|power| *power as usize).sum();
        match self {
            Self::Output(_) => 1,
            Self::SquaredError(_, target) => 2 * target.iter().map(of).max().unwrap_or(0).max(1),
        }
    }
}

/// The integral over a box of an output or of a squared error, with a bound of its error.
///
/// # Errors
/// As for [`enumerate`](super::enumerate()); on the whole space; when the output or the target does not fit the network.
///
/// *Algorithm*: cells are triangulated by pulling, and a rule of Grundmann and Möller that is exact for the degree of
/// the integrand is applied to each simplex. The error is that of rounding, bounded throughout.
pub fn integral(
    network: &Network,
    domain: &SpaceDomain,
    integrand: SpaceIntegrand<'_>,
    n_threads: usize,
) -> Result<Bounded, SpaceError> {
    let (layers, places) = prepare_integral(network, domain, integrand)?;
    Ok(with_enough_words!(places.n_bits, integral_with(&layers, &places, domain, integrand, n_threads)))
}

/// [`integral`] with sets of `W` words.
fn integral_with<const W: usize>(
    layers: &AffineLayers,
    places: &Places,
    domain: &SpaceDomain,
    integrand: SpaceIntegrand<'_>,
    n_threads: usize,
) -> Bounded {
    let visits = integrate::<W>(layers, places, domain, integrand, false, n_threads);
    visits.iter().fold(Bounded::ZERO, |sum, visit| sum + visit.bounded_sum)
}

/// The same in rationals.
///
/// # Errors
/// As for [`integral`].
pub fn exact_integral(
    network: &Network,
    domain: &SpaceDomain,
    integrand: SpaceIntegrand<'_>,
    n_threads: usize,
) -> Result<Rational, SpaceError> {
    let (layers, places) = prepare_integral(network, domain, integrand)?;
    Ok(with_enough_words!(places.n_bits, exact_integral_with(&layers, &places, domain, integrand, n_threads)))
}

/// [`exact_integral`] with sets of `W` words.
fn exact_integral_with<const W: usize>(
    layers: &AffineLayers,
    places: &Places,
    domain: &SpaceDomain,
    integrand: SpaceIntegrand<'_>,
    n_threads: usize,
) -> Rational {
    let visits = integrate::<W>(layers, places, domain, integrand, true, n_threads);
    sum_in_pairs(visits.into_iter().flat_map(|visit| visit.exact_parts).collect())
}

/// Integrates over all cells, in rationals or in bounded f64.
fn integrate<'a, const W: usize>(
    layers: &'a AffineLayers,
    places: &Places,
    domain: &SpaceDomain,
    integrand: SpaceIntegrand<'a>,
    is_exact: bool,
    n_threads: usize,
) -> Vec<IntegralVisit<'a, W>> {
    let dim = domain.sides().map_or(0, <[_]>::len);
    let roots = root::roots::<W>(layers, domain, places, dim);
    let all_inputs: Vec<usize> = (0..dim).collect();
    let maps = is_exact.then(|| ExactMaps::new(layers, &all_inputs, &places.first_bits));
    let new_visit = || IntegralVisit::new(integrand, dim, maps.clone());
    search::search(&roots, &ceiling(layers, dim), None, n_threads, new_visit).visits
}

/// Checks what is to be integrated.
fn prepare_integral(
    network: &Network,
    domain: &SpaceDomain,
    integrand: SpaceIntegrand<'_>,
) -> Result<(AffineLayers, Places), SpaceError> {
    let prepared = prepare(network, domain)?;
    let shape = network.shape();
    if domain.sides().is_none() {
        return Err(SpaceError::Unbounded);
    }
    if integrand.output() >= shape.output_dim() {
        return Err(SpaceError::Output { output: integrand.output(), outputs: shape.output_dim() });
    }
    let is_bad =
        |monomial: &SpaceMonomial| !monomial.coefficient.is_finite() || monomial.powers.len() != shape.input_dim();
    match integrand.target().iter().position(is_bad) {
        Some(bad) => Err(SpaceError::Target(bad)),
        None => Ok(prepared),
    }
}

/// An integrand and the rule for it, in one kind of number.
#[derive(Clone, Debug)]
struct Integrator<'a, N> {
    integrand: SpaceIntegrand<'a>,
    rule: Vec<Node<N>>,
}

impl<'a, N: Number> Integrator<'a, N> {
    fn new(integrand: SpaceIntegrand<'a>, dim: usize) -> Self {
        Self { integrand, rule: simplex_rule(dim, integrand.degree()) }
    }

    /// The integral over a cell that is cut into simplices; `map` has the output's constant and slopes.
    fn cell(&self, points: &[Vec<N>], map: &[N], simplices: &[u32]) -> N {
        let dim = map.len() - 1;
        // An affine map needs no other values than those at the corners.
        let outputs: Vec<N> = points
            .iter()
            .map(|point| map[1..].iter().zip(point).fold(map[0].clone(), |sum, (slope, x)| sum + slope.clone() * x))
            .collect();
        let mut sum = N::zero();
        let mut matrix = Vec::with_capacity(dim * dim);
        for simplex in simplices.chunks_exact(dim + 1) {
            let corner = |place: usize| &points[simplex[place] as usize];
            matrix.clear();
            for place in 1..=dim {
                matrix.extend(corner(place).iter().zip(corner(0)).map(|(x, origin)| x.clone() - origin));
            }
            let size = magnitude(determinant(&mut matrix, dim));
            let mean = self.rule.iter().fold(N::zero(), |mean, node| {
                let weigh = |values: &mut dyn Iterator<Item = &N>| {
                    values.zip(&node.place).fold(N::zero(), |sum, (value, share)| sum + value.clone() * share)
                };
                let output = weigh(&mut simplex.iter().map(|corner| &outputs[*corner as usize]));
                let at = |input: usize| weigh(&mut (0..=dim).map(|place| &corner(place)[input]));
                mean + self.value(output, at) * &node.weight
            });
            sum = sum + mean * &size;
        }
        let factorial = (1..=dim).fold(1.0, |product, factor| product * factor as f64);
        sum / N::from_f64(factorial).unwrap_or_else(N::zero)
    }

    /// The integrand at a point where the output is known.
    fn value(&self, output: N, at: impl Fn(usize) -> N) -> N {
        let SpaceIntegrand::SquaredError(_, target) = self.integrand else { return output };
        let mut coordinates: Vec<Option<N>> = Vec::new();
        let difference = target.iter().fold(output, |difference, monomial| {
            let coefficient = N::from_f64(monomial.coefficient).unwrap_or_else(N::zero);
            let term = monomial.powers.iter().enumerate().fold(coefficient, |term, (input, power)| {
                if *power == 0 {
                    return term;
                }
                coordinates.resize(coordinates.len().max(input + 1), None);
                let x = coordinates[input].get_or_insert_with(|| at(input));
                (0..*power).fold(term, |term, _| term * &*x)
            });
            difference - term
        });
        difference.clone() * difference
    }
}

/// The absolute value; of a bounded number whose sign is not certain, within the same bound.
fn magnitude<N: Number>(value: N) -> N {
    match value.sign() {
        Some(Sign::Negative) => -value,
        None if value.approximate() < 0.0 => -value,
        _ => value,
    }
}

/// Integrates over all regions of one search.
#[derive(Clone, Debug)]
pub(crate) struct IntegralVisit<'a, const W: usize> {
    pub bounded_sum: Bounded,
    /// One number per region, in rationals.
    pub exact_parts: Vec<Rational>,
    bounded: Integrator<'a, Bounded>,
    exact: Option<(Integrator<'a, Rational>, ExactMaps<'a, W>)>,
    outputs: Frame<W>,
    tight: Vec<Bits<W>>,
    simplices: Vec<u32>,
}

impl<'a, const W: usize> IntegralVisit<'a, W> {
    /// A visitor; in rationals where exact maps are given.
    pub fn new(integrand: SpaceIntegrand<'a>, dim: usize, exact: Option<ExactMaps<'a, W>>) -> Self {
        Self {
            bounded_sum: Bounded::ZERO,
            exact_parts: Vec::new(),
            bounded: Integrator::new(integrand, dim),
            exact: exact.map(|maps| (Integrator::new(integrand, dim), maps)),
            outputs: Frame::new(0, true),
            tight: Vec::new(),
            simplices: Vec::new(),
        }
    }
}

impl<const W: usize> Visit<W> for IntegralVisit<'_, W> {
    const WANTS_LEAVES: bool = true;

    fn layer(&mut self, _: &mut Path<'_, W>, _: usize, _: &Cell<W>, _: &[u32]) {}

    fn leaf(&mut self, path: &mut Path<'_, W>, cell: &Cell<W>, generators: &[u32]) {
        let dim = path.dim;
        self.tight.clear();
        self.tight.extend(generators.iter().map(|id| path.arena.get(*id).zero & cell.valid));
        faces::triangulate(&self.tight, dim, &mut self.simplices);
        let output = self.bounded.integrand.output();
        if let Some((integrator, maps)) = &mut self.exact {
            let points: Vec<Vec<Rational>> = generators.iter().map(|id| path.exact_point(*id)[1..].to_vec()).collect();
            let map = maps.map(cell.on);
            let map = &map[output * (dim + 1)..(output + 1) * (dim + 1)];
            self.exact_parts.push(integrator.cell(&points, map, &self.simplices));
            return;
        }
        generators.iter().for_each(|id| path.sharpen(*id));
        let bounded = |id: &u32| {
            let error = path.arena.get(*id).error;
            path.arena.coordinates(*id)[1..].iter().map(|x| Bounded::new(*x, error)).collect()
        };
        let points: Vec<Vec<Bounded>> = generators.iter().map(bounded).collect();
        path.outputs(cell.on, &mut self.outputs);
        let coefficient = |coordinate| {
            let (value, error) = self.outputs.coefficient(output, coordinate);
            Bounded::new(value, error)
        };
        let map: Vec<Bounded> = (0..=dim).map(coefficient).collect();
        self.bounded_sum = self.bounded_sum + self.bounded.cell(&points, &map, &self.simplices);
    }
}
