//! All regions of a difference of forms once more, in rationals alone: the check of what a search claims.
//!
//! *Algorithm*: kinks in the order of the certificate, and for each one all cells, breadth first. A cell is the hull
//! of points and directions, each with the numbers of the constraints that are tight there. Where a kink's form takes
//! both signs on a cell, every segment between the sides gives a point; those whose tight constraints are among those
//! of another are not extreme, and go. A cell of full dimension has positive and negative values away from its
//! boundary only, so no count depends on the order of kinks. Every point of the domain lies in a cell that is left,
//! and there the difference is affine: it is 0 if it is 0 at all points and directions.

use super::verify::Terms;
use super::{Form, Place};
use crate::canonical::exact_network::exact;
use crate::relaxation::InputBox;
use relulab_exact::{Rational, Sign};
use std::collections::BTreeSet;

/// A homogeneous point, 1 first, or direction, 0 first.
#[derive(Clone)]
struct Extreme {
    point: Vec<Rational>,
    tight: BTreeSet<usize>,
}

/// A part of the domain and, for each kink so far, its value there as an affine function.
#[derive(Clone)]
struct Cell {
    extremes: Vec<Extreme>,
    values: Vec<Vec<Rational>>,
}

/// The number of regions, if the differences are 0 on all of them and there are not more than `limit`.
pub(super) fn zero_regions(
    differences: &[Terms],
    atoms: &[Form],
    domain: Option<&InputBox>,
    limit: u64,
) -> Option<u64> {
    let reached = reached(differences, atoms);
    let places = || differences.iter().flat_map(|terms| terms.keys().copied());
    let in_atoms = reached.iter().flat_map(|atom| atoms[*atom].terms().map(|(place, _)| place));
    let inputs: BTreeSet<usize> = places()
        .chain(in_atoms)
        .filter_map(|place| match place {
            Place::Input(input) => Some(input),
            Place::One | Place::Atom(_) => None,
        })
        .collect();
    let inputs: Vec<usize> = inputs.into_iter().collect();
    let n_bounds = 2 * inputs.len() + 1;
    let mut cells = roots(&inputs, domain)?;
    for (rank, atom) in reached.iter().enumerate() {
        let mut next = Vec::new();
        for cell in cells {
            let terms = atoms[*atom].terms().map(|(place, c)| (place, c.clone())).collect();
            let form = affine(&terms, &cell.values, &reached, &inputs);
            next.extend(cut(cell, &form, n_bounds + rank, inputs.len()));
            if next.len() as u64 > limit {
                return None;
            }
        }
        cells = next;
    }
    let is_zero = |cell: &Cell| {
        differences.iter().all(|terms| {
            let form = affine(terms, &cell.values, &reached, &inputs);
            cell.extremes.iter().all(|extreme| value(&form, extreme).is_zero())
        })
    };
    cells.iter().all(is_zero).then_some(cells.len() as u64)
}

/// The kinks on which the differences depend, in order.
fn reached(differences: &[Terms], atoms: &[Form]) -> Vec<usize> {
    let atom_of = |place| if let Place::Atom(atom) = place { Some(atom) } else { None };
    let mut open: Vec<usize> = differences.iter().flat_map(|terms| terms.keys().copied().filter_map(atom_of)).collect();
    let mut reached = BTreeSet::new();
    while let Some(atom) = open.pop() {
        if reached.insert(atom) {
            open.extend(atoms[atom].terms().filter_map(|(place, _)| atom_of(place)));
        }
    }
    reached.into_iter().collect()
}

/// Terms as an affine function of the inputs on a cell.
fn affine(terms: &Terms, values: &[Vec<Rational>], reached: &[usize], inputs: &[usize]) -> Vec<Rational> {
    let mut form = vec![Rational::zero(); inputs.len() + 1];
    for (place, coefficient) in terms {
        match place {
            Place::One => form[0] = form[0].clone() + coefficient,
            Place::Input(input) => {
                let column = inputs.iter().position(|other| other == input).map_or(0, |column| column + 1);
                form[column] = form[column].clone() + coefficient;
            }
            Place::Atom(atom) => {
                let rank = reached.binary_search(atom).unwrap_or(0);
                for (sum, value) in form.iter_mut().zip(&values[rank]) {
                    *sum = std::mem::take(sum) + coefficient.clone() * value;
                }
            }
        }
    }
    form
}

fn value(form: &[Rational], extreme: &Extreme) -> Rational {
    form.iter().zip(&extreme.point).fold(Rational::zero(), |sum, (a, x)| sum + a.clone() * x)
}

/// The parts of a cell on which a form is not negative, and not positive; the cell itself if one side has no interior.
fn cut(mut cell: Cell, form: &[Rational], constraint: usize, dim: usize) -> Vec<Cell> {
    let values: Vec<Rational> = cell.extremes.iter().map(|extreme| value(form, extreme)).collect();
    let has = |sign| values.iter().any(|value| value.exact_sign() == sign);
    if !(has(Sign::Positive) && has(Sign::Negative)) {
        let is_on = has(Sign::Positive);
        cell.values.push(if is_on { form.to_vec() } else { vec![Rational::zero(); form.len()] });
        return vec![cell];
    }
    let side = |sign| {
        let of_side = cell.extremes.iter().zip(&values).filter(move |(_, value)| value.exact_sign() == sign);
        of_side.collect::<Vec<_>>()
    };
    let mut on_cut: Vec<Extreme> = side(Sign::Zero).into_iter().map(|(extreme, _)| extreme.clone()).collect();
    for (above, rise) in side(Sign::Positive) {
        for (below, fall) in side(Sign::Negative) {
            let tight: BTreeSet<usize> = above.tight.intersection(&below.tight).copied().collect();
            // An edge in so many dimensions lies on one facet less, at least.
            if tight.len() + 1 >= dim {
                let point = above.point.iter().zip(&below.point);
                let point = point.map(|(above, below)| (*rise).clone() * below - (*fall).clone() * above).collect();
                on_cut.push(Extreme { point: normalised(point), tight });
            }
        }
    }
    on_cut.iter_mut().for_each(|extreme| _ = extreme.tight.insert(constraint));
    let is_extreme = |place: usize| {
        let this = &on_cut[place].tight;
        !on_cut.iter().enumerate().any(|(other, extreme)| {
            this.is_subset(&extreme.tight) && (this.len() < extreme.tight.len() || other < place)
        })
    };
    let on_cut: Vec<Extreme> =
        (0..on_cut.len()).filter(|place| is_extreme(*place)).map(|place| on_cut[place].clone()).collect();
    [Sign::Positive, Sign::Negative]
        .map(|sign| {
            let extremes = side(sign).into_iter().map(|(extreme, _)| extreme).chain(&on_cut).cloned().collect();
            let here = if sign == Sign::Positive { form.to_vec() } else { vec![Rational::zero(); form.len()] };
            Cell { extremes, values: cell.values.iter().cloned().chain([here]).collect() }
        })
        .to_vec()
}

/// A point with first coordinate 1; a direction with a largest coordinate of ±1.
fn normalised(point: Vec<Rational>) -> Vec<Rational> {
    let largest = || point.iter().map(|x| x.clone().max(-x.clone())).max().unwrap_or_default();
    let scale = Some(point[0].clone()).filter(|first| !first.is_zero()).unwrap_or_else(largest);
    point.into_iter().map(|x| x / &scale).collect()
}

/// The box, or the orthants of the whole space; `None` for a box without interior.
fn roots(inputs: &[usize], domain: Option<&InputBox>) -> Option<Vec<Cell>> {
    // A product of intervals: constraint 2i is tight at the lower end of input i, 2i + 1 at its upper end.
    let mut corners = vec![Extreme { point: vec![Rational::from(1)], tight: BTreeSet::new() }];
    if let Some(domain) = domain {
        for (place, input) in inputs.iter().enumerate() {
            let ends = [exact(domain.lower()[*input]), exact(domain.upper()[*input])];
            if ends[0] >= ends[1] {
                return None;
            }
            let extended = |corner: &Extreme| {
                [0, 1].map(|end| {
                    let mut corner = corner.clone();
                    corner.point.push(ends[end].clone());
                    corner.tight.insert(2 * place + end);
                    corner
                })
            };
            corners = corners.iter().flat_map(extended).collect();
        }
        return Some(vec![Cell { extremes: corners, values: Vec::new() }]);
    }
    // Cones from the origin: constraint i is tight where input i is 0, and one more at infinity.
    let mut orthants = vec![Vec::new()];
    for _ in inputs {
        orthants =
            orthants.iter().flat_map(|signs: &Vec<i64>| [1, -1].map(|sign| [&signs[..], &[sign]].concat())).collect();
    }
    let cell = |signs: Vec<i64>| {
        let unit = |which: usize| {
            let entry = |place: usize| if place == which { Rational::from(signs[place - 1]) } else { Rational::zero() };
            let point = std::iter::once(Rational::from(i64::from(which == 0)));
            Extreme {
                point: point.chain((1..=signs.len()).map(entry)).collect(),
                tight: (0..=signs.len())
                    .filter(|facet| if *facet == signs.len() { which > 0 } else { facet + 1 != which })
                    .collect(),
            }
        };
        Cell { extremes: (0..=signs.len()).map(unit).collect(), values: Vec::new() }
    };
    Some(orthants.into_iter().map(cell).collect())
}
