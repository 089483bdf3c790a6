//! Areas and integrals over a rectangle: with bounds in f64, or in rationals.

use super::complex::PlaneComplex;
use super::cursor::Cursor;
use crate::summation::sum_in_pairs;
use relulab_exact::{Bounded, Number, Rational};

/// c · xᵖ · yᵠ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaneMonomial {
    /// c, taken as the dyadic rational that it is.
    pub coefficient: f64,
    /// p and q.
    pub powers: [u32; 2],
}

/// A polynomial in two variables, as a sum of monomials.
pub type PlanePolynomial = [PlaneMonomial];

/// A monomial with a coefficient of any kind.
#[derive(Clone, Debug)]
struct Term<N> {
    coefficient: N,
    powers: [u32; 2],
}

/// A sum of terms.
type Terms<N> = Vec<Term<N>>;

impl PlaneComplex {
    /// The area of a cell; infinite where it is not bounded.
    pub fn area(&self, cell: usize) -> f64 {
        let corners = self.corners(cell);
        if !corners.iter().all(|corner| self.is_finite(*corner as usize)) {
            return f64::INFINITY;
        }
        let points: Vec<[f64; 2]> = corners.iter().map(|corner| self.position(*corner as usize)).collect();
        let from_first = |index: usize| [points[index][0] - points[0][0], points[index][1] - points[0][1]];
        let doubled = (1..points.len() - 1).map(|index| {
            let ([x1, y1], [x2, y2]) = (from_first(index), from_first(index + 1));
            x1 * y2 - y1 * x2
        });
        doubled.sum::<f64>() / 2.0
    }

    /// The areas of all cells in rationals; `None` on the plane.
    pub fn exact_areas(&self) -> Option<Vec<Rational>> {
        let one = [Term { coefficient: Rational::from(1), powers: [0, 0] }];
        let over = Integrator::new(self, self.exact_points()?, 0);
        Some((0..self.n_cells()).map(|cell| over.cell(cell, &one)).collect())
    }

    /// ∫ f over the rectangle, with a bound of its error; `None` on the plane.
    pub fn integral(&self, output: usize) -> Option<Bounded> {
        let over = Integrator::new(self, self.bounded_points()?, 1);
        let integrals = (0..self.n_cells()).map(|cell| over.cell(cell, &terms_of_map(self.bounded_map(cell, output))));
        Some(integrals.fold(Bounded::ZERO, |sum, part| sum + part))
    }

    /// ∫ f over the rectangle in rationals; `None` on the plane.
    pub fn exact_integral(&self, output: usize) -> Option<Rational> {
        let over = Integrator::new(self, self.exact_points()?, 1);
        let mut cursor = Cursor::new(self);
        let integrals = (0..self.n_cells()).map(|cell| over.cell(cell, &terms_of_map(cursor.map(cell, output))));
        Some(sum_in_pairs(integrals.collect()))
    }

    /// ∫ (f − t)² over the rectangle for a polynomial t, with a bound of its error.
    ///
    /// `None` on the plane, or when a coefficient is not finite.
    pub fn squared_error(&self, output: usize, target: &PlanePolynomial) -> Option<Bounded> {
        let target = terms_of_target(target)?;
        let over = Integrator::new(self, self.bounded_points()?, degree_of_square(&target));
        let errors = (0..self.n_cells())
            .map(|cell| over.cell(cell, &square_of_difference(self.bounded_map(cell, output), &target)));
        Some(errors.fold(Bounded::ZERO, |sum, part| sum + part))
    }

    /// ∫ (f − t)² over the rectangle for a polynomial t, in rationals.
    ///
    /// `None` on the plane, or when a coefficient is not finite.
    pub fn exact_squared_error(&self, output: usize, target: &PlanePolynomial) -> Option<Rational> {
        let target = terms_of_target(target)?;
        let over = Integrator::new(self, self.exact_points()?, degree_of_square(&target));
        let mut cursor = Cursor::new(self);
        let errors =
            (0..self.n_cells()).map(|cell| over.cell(cell, &square_of_difference(cursor.map(cell, output), &target)));
        Some(sum_in_pairs(errors.collect()))
    }

    /// All vertices of a rectangle's complex in f64 with bounds.
    fn bounded_points(&self) -> Option<Vec<[Bounded; 2]>> {
        self.domain.ends()?;
        Some((0..self.n_vertices()).map(|vertex| self.bounded_vertex(vertex)).collect())
    }

    /// All vertices of a rectangle's complex in rationals.
    fn exact_points(&self) -> Option<Vec<[Rational; 2]>> {
        self.domain.ends()?;
        Some(self.exact_vertices().into_iter().map(|vertex| vertex.at).collect())
    }
}

/// Integrates polynomials up to a degree over the cells of a complex.
///
/// *Algorithm*: a cell is the signed sum of the triangles between the origin and its sides. Over such a triangle the
/// integral of a homogeneous polynomial of degree k is det(u, v) / (k + 2) times its mean on the side from u to v,
/// which a Newton-Cotes rule with enough nodes gives exactly.
struct Integrator<'a, N> {
    complex: &'a PlaneComplex,
    vertices: Vec<[N; 2]>,
    /// Shares of the way along a side, and weights.
    rule: Vec<[N; 2]>,
}

impl<'a, N: Number> Integrator<'a, N> {
    fn new(complex: &'a PlaneComplex, vertices: Vec<[N; 2]>, degree: u32) -> Self {
        Self { complex, vertices, rule: newton_cotes(degree) }
    }

    /// The integral of a polynomial over a cell.
    fn cell(&self, cell: usize, integrand: &[Term<N>]) -> N {
        let corners = self.complex.corners(cell);
        let scaled = integrand.iter().map(|term| Term {
            coefficient: term.coefficient.clone() / &small(term.powers.iter().sum::<u32>() + 2),
            powers: term.powers,
        });
        let polynomial: Terms<N> = scaled.collect();
        let mut sum = N::zero();
        for (index, corner) in corners.iter().enumerate() {
            let next = corners[(index + 1) % corners.len()];
            let [from, to] = [*corner, next].map(|corner| &self.vertices[corner as usize]);
            let mean = self.rule.iter().fold(N::zero(), |mean, [share, weight]| {
                let at = [0, 1].map(|k| from[k].clone() + (to[k].clone() - &from[k]) * share);
                mean + evaluate(&polynomial, &at) * weight
            });
            sum = sum + mean * (from[0].clone() * &to[1] - from[1].clone() * &to[0]);
        }
        sum
    }
}

/// Nodes and weights of the closed Newton-Cotes rule on [0, 1] that is exact for polynomials of a degree.
fn newton_cotes<N: Number>(degree: u32) -> Vec<[N; 2]> {
    // An even number of steps is exact for one degree more.
    let n_steps = 2 * (degree / 2);
    if n_steps == 0 {
        return vec![[small::<N>(1) / small::<N>(2), small(1)]];
    }
    let node = |index: u32| {
        // The polynomial Π (s − m) / (index − m) over all other nodes m, coefficients from the constant up.
        let mut polynomial = vec![small::<N>(1)];
        for other in (0..=n_steps).filter(|other| *other != index) {
            let scale = if index > other { small::<N>(index - other) } else { -small::<N>(other - index) };
            let mut next = vec![N::zero(); polynomial.len() + 1];
            for (power, coefficient) in polynomial.iter().enumerate() {
                let coefficient = coefficient.clone() / &scale;
                next[power] = std::mem::take(&mut next[power]) - coefficient.clone() * &small(other);
                next[power + 1] = std::mem::take(&mut next[power + 1]) + coefficient;
            }
            polynomial = next;
        }
        // Its mean between 0 and the number of steps, by Horner's rule.
        let steps = small::<N>(n_steps);
        let weight =
            polynomial.iter().enumerate().rev().fold(N::zero(), |sum, (power, coefficient)| {
                sum * &steps + coefficient.clone() / &small(power as u32 + 1)
            });
        [small::<N>(index) / &steps, weight]
    };
    (0..=n_steps).map(node).collect()
}

/// The degree of (f − t)² for an affine f.
fn degree_of_square<N>(target: &[Term<N>]) -> u32 {
    2 * target.iter().map(|term| term.powers.iter().sum()).max().unwrap_or(0).max(1)
}

/// A small whole number.
fn small<N: Number>(value: u32) -> N {
    N::from_f64(f64::from(value)).unwrap_or_else(N::zero)
}

/// The value of a polynomial at a point.
fn evaluate<N: Number>(polynomial: &[Term<N>], at: &[N; 2]) -> N {
    let highest = |k: usize| polynomial.iter().map(|term| term.powers[k]).max().unwrap_or(0);
    let powers: [Vec<N>; 2] = [0, 1].map(|k| {
        let mut powers = vec![small::<N>(1)];
        for power in 1..=highest(k) as usize {
            powers.push(powers[power - 1].clone() * &at[k]);
        }
        powers
    });
    polynomial.iter().fold(N::zero(), |sum, term| {
        let [x, y] = [0, 1].map(|k| &powers[k][term.powers[k] as usize]);
        sum + term.coefficient.clone() * x * y
    })
}

/// The polynomial of an affine map.
fn terms_of_map<N>([a, b, c]: [N; 3]) -> Terms<N> {
    let term = |coefficient, powers| Term { coefficient, powers };
    vec![term(a, [1, 0]), term(b, [0, 1]), term(c, [0, 0])]
}

/// The polynomial of a target; `None` when a coefficient is not finite.
fn terms_of_target<N: Number>(target: &PlanePolynomial) -> Option<Terms<N>> {
    let term = |monomial: &PlaneMonomial| {
        Some(Term { coefficient: N::from_f64(monomial.coefficient)?, powers: monomial.powers })
    };
    target.iter().map(term).collect()
}

/// (f − t)², terms of the same powers collected.
fn square_of_difference<N: Number>(map: [N; 3], target: &[Term<N>]) -> Terms<N> {
    let mut difference = terms_of_map(map);
    for term in target {
        collect(&mut difference, -term.coefficient.clone(), term.powers);
    }
    let mut square = Vec::new();
    for one in &difference {
        for two in &difference {
            let powers = [0, 1].map(|k| one.powers[k] + two.powers[k]);
            collect(&mut square, one.coefficient.clone() * &two.coefficient, powers);
        }
    }
    square
}

/// Adds a term to a polynomial.
fn collect<N: Number>(polynomial: &mut Terms<N>, coefficient: N, powers: [u32; 2]) {
    match polynomial.iter_mut().find(|term| term.powers == powers) {
        Some(term) => term.coefficient = std::mem::take(&mut term.coefficient) + coefficient,
        None => polynomial.push(Term { coefficient, powers }),
    }
}
