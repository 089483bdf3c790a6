//! That no dichotomy is missing, with a proof for every neighbour that does not exist.
//!
//! Neighbouring cells of an arrangement are separated by one hyperplane, and any two cells are joined by a chain of
//! neighbours. So a list of cells, not empty, is complete if every cell's neighbours are in it. Across a hyperplane all
//! points change sides whose hyperplane it is: a *class*, which has one point unless points coincide. A cell has no
//! neighbour across a class if the signs with that class changed are impossible. By Gordan's theorem that is so exactly
//! if there are weights μ ≥ 0, not all 0, with Σ μᵢ σᵢ (xᵢ, 1) = 0 for the changed signs σ: with such weights,
//! Σ μᵢ σᵢ (w·xᵢ + b) = 0 for all (w, b), and not all of its terms can be positive.
//!
//! *Reference*: Gordan (1873); Schrijver, *Theory of Linear and Integer Programming* (1986), section 7.8.

use super::conic;
use super::{Dichotomy, PointSet};
use relulab_exact::{Number, Rational, Sign};
use std::collections::HashMap;

/// A list of dichotomies with a proof that it is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completeness {
    /// The dichotomies.
    pub dichotomies: Vec<Dichotomy>,
    /// For every dichotomy and every class of points, in the order of their first points.
    pub neighbours: Vec<Vec<Neighbour>>,
}

/// What lies across a hyperplane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Neighbour {
    /// The dichotomy of this number.
    Listed(usize),
    /// Nothing: Gordan's weights, by class.
    Impossible(Vec<(usize, Rational)>),
}

/// Why a list is not proved to be complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompletenessFault {
    /// There is no dichotomy.
    #[error("the list is empty")]
    Empty,
    /// The lists do not have an entry for every dichotomy, point and class.
    #[error("dichotomy {0}: wrong number of entries")]
    Shape(usize),
    /// A half-space does not pick the points that it should.
    #[error("dichotomy {0}: its half-space picks other points")]
    HalfSpace(usize),
    /// A neighbour is not what it should be.
    #[error("dichotomy {dichotomy}, class {class}: neither a listed neighbour nor impossible")]
    Neighbour {
        /// The dichotomy.
        dichotomy: usize,
        /// The class.
        class: usize,
    },
}

/// Points whose boundary is the same hyperplane, in rationals.
struct Classes {
    /// The row of the first point of each class.
    rows: Vec<Vec<Rational>>,
    /// For every point its class and whether its row is a positive multiple of the class's; `None` for the origin.
    of_point: Vec<Option<(usize, bool)>>,
}

impl Classes {
    fn new(points: &PointSet) -> Self {
        let mut rows: Vec<Vec<Rational>> = Vec::new();
        let mut known: HashMap<Vec<Rational>, usize> = HashMap::new();
        let mut of_point = Vec::new();
        for row in points.rows() {
            let row: Vec<Rational> = row.iter().map(|value| Rational::from_f64(*value).unwrap_or_default()).collect();
            let Some(leading) = row.iter().find(|value| !value.is_zero()).cloned() else {
                of_point.push(None);
                continue;
            };
            let normal = row.iter().map(|value| value.clone() / &leading).collect();
            let is_positive = leading.exact_sign() == Sign::Positive;
            let class = *known.entry(normal).or_insert_with(|| {
                rows.push(row.iter().map(|value| if is_positive { value.clone() } else { -value.clone() }).collect());
                rows.len() - 1
            });
            of_point.push(Some((class, is_positive)));
        }
        Self { rows, of_point }
    }

    /// The side of every class on which a set of points is; `None` where points of one class contradict each other.
    fn sides(&self, positive: &[bool]) -> Option<Vec<bool>> {
        let mut sides = vec![None; self.rows.len()];
        for (of_point, positive) in self.of_point.iter().zip(positive) {
            match *of_point {
                None if *positive => return None,
                None => {}
                Some((class, is_positive)) => {
                    let side = *positive == is_positive;
                    if *sides[class].get_or_insert(side) != side {
                        return None;
                    }
                }
            }
        }
        sides.into_iter().collect()
    }

    fn signed(&self, class: usize, side: bool) -> Vec<Rational> {
        self.rows[class].iter().map(|value| if side { value.clone() } else { -value.clone() }).collect()
    }
}

/// Proves that a list has no gaps; `None` where it has, or where a set of it is no dichotomy.
///
/// *Algorithm*: a class that is no facet of a cell has a row in the cone of the rows of its facets, by Farkas's lemma; the
/// weights are found in rationals.
pub fn prove(points: &PointSet, dichotomies: Vec<Dichotomy>) -> Option<Completeness> {
    let classes = Classes::new(points);
    let sides: Vec<Vec<bool>> = dichotomies.iter().map(|one| classes.sides(&one.positive)).collect::<Option<_>>()?;
    let numbers: HashMap<&Vec<bool>, usize> = sides.iter().enumerate().map(|(number, sides)| (sides, number)).collect();
    let mut neighbours = Vec::with_capacity(sides.len());
    for cell in &sides {
        let across = |class: usize| {
            let mut other = cell.clone();
            other[class] = !other[class];
            numbers.get(&other).copied()
        };
        let listed: Vec<Option<usize>> = (0..cell.len()).map(across).collect();
        let facets: Vec<usize> = (0..cell.len()).filter(|class| listed[*class].is_some()).collect();
        let rows: Vec<Vec<Rational>> = facets.iter().map(|&class| classes.signed(class, cell[class])).collect();
        let columns: Vec<&[Rational]> = rows.iter().map(Vec::as_slice).collect();
        let neighbour = |class: usize| {
            if let Some(number) = listed[class] {
                return Some(Neighbour::Listed(number));
            }
            let found = conic::combination(&columns, &classes.signed(class, cell[class]))?;
            let mut weights: Vec<(usize, Rational)> =
                facets.iter().copied().zip(found).filter(|(_, weight)| !weight.is_zero()).collect();
            weights.push((class, Rational::from(1)));
            Some(Neighbour::Impossible(weights))
        };
        neighbours.push((0..cell.len()).map(neighbour).collect::<Option<_>>()?);
    }
    (!dichotomies.is_empty()).then_some(Completeness { dichotomies, neighbours })
}

/// Checks that all sets of a list are dichotomies and that none is missing.
///
/// # Errors
/// With the first entry that does not hold.
pub fn verify(points: &PointSet, claim: &Completeness) -> Result<(), CompletenessFault> {
    let classes = Classes::new(points);
    if claim.dichotomies.is_empty() {
        return Err(CompletenessFault::Empty);
    }
    let mut sides = Vec::with_capacity(claim.dichotomies.len());
    for (number, one) in claim.dichotomies.iter().enumerate() {
        let fits = one.half_space.len() == points.n_coordinates && one.positive.len() == points.n_points();
        if !fits || claim.neighbours.get(number).is_none_or(|list| list.len() != classes.rows.len()) {
            return Err(CompletenessFault::Shape(number));
        }
        let cell = classes.sides(&one.positive).ok_or(CompletenessFault::HalfSpace(number))?;
        let is_inside = |class: usize| {
            let terms = classes.rows[class].iter().zip(&one.half_space);
            let value = terms.fold(Rational::zero(), |sum, (a, b)| sum + a.clone() * b);
            value.exact_sign() == if cell[class] { Sign::Positive } else { Sign::Negative }
        };
        if !(0..cell.len()).all(is_inside) {
            return Err(CompletenessFault::HalfSpace(number));
        }
        sides.push(cell);
    }
    for (dichotomy, list) in claim.neighbours.iter().enumerate().take(sides.len()) {
        for (class, neighbour) in list.iter().enumerate() {
            let mut across = sides[dichotomy].clone();
            across[class] = !across[class];
            let holds = match neighbour {
                Neighbour::Listed(number) => sides.get(*number) == Some(&across),
                Neighbour::Impossible(weights) => is_gordan(&classes, &across, weights),
            };
            if !holds {
                return Err(CompletenessFault::Neighbour { dichotomy, class });
            }
        }
    }
    Ok(())
}

/// Whether weights ≥ 0, not all 0, make the signed rows vanish.
fn is_gordan(classes: &Classes, sides: &[bool], weights: &[(usize, Rational)]) -> bool {
    let is_weight = |(class, weight): &(usize, Rational)| {
        *class < sides.len() && matches!(weight.exact_sign(), Sign::Zero | Sign::Positive)
    };
    if !weights.iter().all(is_weight) || weights.iter().all(|(_, weight)| weight.is_zero()) {
        return false;
    }
    let n_coordinates = classes.rows.first().map_or(0, Vec::len);
    (0..n_coordinates).all(|coordinate| {
        let sum = weights.iter().fold(Rational::zero(), |sum, (class, weight)| {
            let term = classes.rows[*class][coordinate].clone() * weight;
            if sides[*class] { sum + term } else { sum - term }
        });
        sum.is_zero()
    })
}
