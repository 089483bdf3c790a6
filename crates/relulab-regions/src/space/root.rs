//! Where the search begins: a box, or simplicial cones that fill the whole space.
//!
//! *Algorithm*: on the whole space, r units of the first layer with independent weights, found in rationals, cut it
//! into 2ʳ cones that share their apex. Where the first layer has rank r < d, the network is constant along the
//! other directions, and r of the inputs are enough to see all of it.

use super::bits::Bits;
use super::kernel::LANES;
use super::path::{Path, Side};
use super::walk::Cell;
use super::{MAX_SPACE_DIM, SpaceDomain};
use crate::layers::{AffineLayer, AffineLayers};
use relulab_exact::{Number, Rational};

/// A cell to begin with and the path on which it lies.
#[derive(Clone, Debug)]
pub(crate) struct Root<'a, const W: usize> {
    pub path: Path<'a, W>,
    pub cell: Cell<W>,
    pub list: Vec<u32>,
}

/// The places of all units and facets of the domain in the sets.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// Of the first unit of each hidden layer.
    pub first_bits: Vec<usize>,
    /// Of the first facet of the domain; on the whole space there is one, at infinity.
    pub domain_bit: usize,
    /// Size of the sets.
    pub n_bits: usize,
}

impl Places {
    /// Units layer by layer, each layer from a multiple of [`LANES`]; then the sides of the box, or infinity.
    pub fn new(layers: &AffineLayers, domain: &SpaceDomain) -> Self {
        let mut next = 0;
        let first_bits = layers
            .hidden()
            .iter()
            .map(|layer| {
                let first = next;
                next += layer.biases.len().next_multiple_of(LANES);
                first
            })
            .collect();
        let n_facets = domain.sides().map_or(1, |sides| 2 * sides.len());
        Self { first_bits, domain_bit: next, n_bits: next + n_facets }
    }
}

/// The cells to begin with; `columns` of [`Path`] are the inputs that matter.
pub(crate) fn roots<'a, const W: usize>(
    layers: &'a AffineLayers,
    domain: &SpaceDomain,
    places: &Places,
    n_inputs: usize,
) -> Vec<Root<'a, W>> {
    let domain_bits = Bits::range(places.domain_bit, places.n_bits);
    match domain.sides() {
        Some(sides) => {
            let columns: Vec<usize> = (0..n_inputs).collect();
            vec![cuboid(Path::new(layers, &columns, &places.first_bits, domain_bits), sides, places)]
        }
        None => {
            let basis = layers.hidden().first().map(|layer| Basis::of(layer, n_inputs)).unwrap_or_default();
            let path = Path::new(layers, &basis.columns, &places.first_bits, domain_bits);
            (0..1_usize << basis.units.len()).map(|signs| cone(path.clone(), &basis, signs, places)).collect()
        }
    }
}

/// The rank of the first layer's weights, or a number above [`MAX_SPACE_DIM`] where it is.
pub(crate) fn rank(layers: &AffineLayers, n_inputs: usize) -> usize {
    layers.hidden().first().map_or(0, |layer| Basis::of(layer, n_inputs).units.len())
}

/// The number, exactly; parameters and domains are finite.
fn exact(value: f64) -> Rational {
    Rational::from_f64(value).unwrap_or_else(Rational::zero)
}

/// The box with its corners.
fn cuboid<'a, const W: usize>(mut path: Path<'a, W>, sides: &[(f64, f64)], places: &Places) -> Root<'a, W> {
    let dim = sides.len();
    for (coordinate, (lower, upper)) in sides.iter().enumerate() {
        let bit = places.domain_bit + 2 * coordinate;
        path.sides.push(Side { bit, coordinate: coordinate + 1, value: *lower });
        path.sides.push(Side { bit: bit + 1, coordinate: coordinate + 1, value: *upper });
    }
    let list: Vec<u32> = (0..1_usize << dim)
        .map(|corner| {
            let mut zero = Bits::EMPTY;
            let mut point = vec![Rational::from(1)];
            for (coordinate, (lower, upper)) in sides.iter().enumerate() {
                let is_upper = corner >> coordinate & 1 == 1;
                zero |= Bits::single(places.domain_bit + 2 * coordinate + usize::from(is_upper));
                point.push(exact(if is_upper { *upper } else { *lower }));
            }
            path.arena.push_exact(point, zero)
        })
        .collect();
    let valid = Bits::range(places.domain_bit, places.n_bits);
    let cell = Cell { start: 0, len: list.len(), on: Bits::EMPTY, valid, crossing: Bits::EMPTY, depth: 0 };
    Root { path, cell, list }
}

/// The cone where the units of the basis have the signs given by the bits of `signs`.
fn cone<'a, const W: usize>(mut path: Path<'a, W>, basis: &Basis, signs: usize, places: &Places) -> Root<'a, W> {
    let first = places.first_bits.first().copied().unwrap_or(0);
    let bit = |unit: usize| Bits::<W>::single(first + unit);
    let all = basis.units.iter().fold(Bits::EMPTY, |all, unit| all | bit(*unit));
    let infinity = Bits::single(places.domain_bit);
    let mut apex = vec![Rational::from(1)];
    apex.extend(basis.apex.iter().cloned());
    let mut list = vec![path.arena.push_exact(apex, all)];
    let mut on = Bits::EMPTY;
    for (place, unit) in basis.units.iter().enumerate() {
        let is_on = signs >> place & 1 == 1;
        let mut ray = vec![Rational::zero()];
        ray.extend(basis.rays[place].iter().map(|x| if is_on { x.clone() } else { -x.clone() }));
        list.push(path.arena.push_exact(ray, (all & !bit(*unit)) | infinity));
        on |= if is_on { bit(*unit) } else { Bits::EMPTY };
    }
    let cell = Cell { start: 0, len: list.len(), on, valid: all | infinity, crossing: Bits::EMPTY, depth: 0 };
    Root { path, cell, list }
}

/// Independent units of the first layer, with the point where they vanish and the directions along which one grows.
#[derive(Clone, Debug, Default)]
struct Basis {
    units: Vec<usize>,
    /// As many inputs, on which the units' weights are still independent.
    columns: Vec<usize>,
    apex: Vec<Rational>,
    /// Scaled to a largest coordinate of ±1.
    rays: Vec<Vec<Rational>>,
}

impl Basis {
    /// The first units that are independent, no more than are needed to see that there are too many.
    fn of(layer: &AffineLayer, n_inputs: usize) -> Self {
        let n = layer.biases.len();
        let weight = |unit: usize, input: usize| exact(layer.weights_by_input[input * n + unit]);
        let (mut units, mut columns) = (Vec::new(), Vec::new());
        let mut reduced: Vec<Vec<Rational>> = Vec::new();
        for unit in 0..n {
            let mut row: Vec<Rational> = (0..n_inputs).map(|input| weight(unit, input)).collect();
            for (pivot_row, column) in reduced.iter().zip(&columns) {
                let column: usize = *column;
                if !row[column].is_zero() {
                    let factor = row[column].clone() / &pivot_row[column];
                    for (entry, pivot) in row.iter_mut().zip(pivot_row) {
                        *entry = std::mem::take(entry) - factor.clone() * pivot;
                    }
                }
            }
            if let Some(column) = row.iter().position(|entry| !entry.is_zero()) {
                units.push(unit);
                columns.push(column);
                reduced.push(row);
            }
            if units.len() == n_inputs.min(MAX_SPACE_DIM + 1) {
                break;
            }
        }
        // One system for the apex (right-hand side −b) and one per ray (unit vectors).
        let r = units.len();
        let mut system: Vec<Vec<Rational>> = (0..r)
            .map(|row| {
                let mut entries: Vec<Rational> = columns.iter().map(|column| weight(units[row], *column)).collect();
                entries.push(-exact(layer.biases[units[row]]));
                entries.extend((0..r).map(|place| Rational::from(i64::from(place == row))));
                entries
            })
            .collect();
        reduce(&mut system, r);
        let column_of = |place: usize| -> Vec<Rational> { system.iter().map(|row| row[place].clone()).collect() };
        let rays = (0..r).map(|place| scaled(column_of(r + 1 + place))).collect();
        Self { apex: column_of(r), rays, units, columns }
    }
}

/// A direction scaled by a positive number to a largest coordinate of ±1.
fn scaled(direction: Vec<Rational>) -> Vec<Rational> {
    let largest = direction.iter().map(|x| x.clone().max(-x.clone())).max().unwrap_or_default();
    if largest.is_zero() { direction } else { direction.into_iter().map(|x| x / &largest).collect() }
}

/// Gauss-Jordan elimination of the first `n` columns of `n` independent rows.
fn reduce(system: &mut [Vec<Rational>], n: usize) {
    for column in 0..n {
        let Some(pivot) = (column..n).find(|row| !system[*row][column].is_zero()) else { continue };
        system.swap(pivot, column);
        let value = system[column][column].clone();
        system[column].iter_mut().for_each(|entry| *entry = std::mem::take(entry) / &value);
        let pivot_row = system[column].clone();
        for (index, row) in system.iter_mut().enumerate() {
            if index != column && !row[column].is_zero() {
                let factor = row[column].clone();
                for (entry, pivot) in row.iter_mut().zip(&pivot_row) {
                    *entry = std::mem::take(entry) - factor.clone() * pivot;
                }
            }
        }
    }
}
