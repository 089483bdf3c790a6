//! Where a difference of two networks' forms is 0: on all regions of the kinks on which it depends, or not.
//!
//! *Algorithm*: only kinks that the difference reaches matter, in levels: a kink's level is one above those in its form.
//! A cell is held by its vertices and rays in homogeneous coordinates, all rational. On a cell of the levels before,
//! the forms of a level are affine in the inputs; those that change sign on it split it one after the other (double
//! description: two generators span an edge when no third lies on all facets that they share). Signs are taken from
//! error-bounded f64 where that decides, and from rationals otherwise. A box begins as one cell, the whole space as its
//! orthants. Depth first, with a list of tasks instead of recursion: what is known of the levels above a task does not
//! change before it is taken.

use super::difference::Difference;
use super::form::{Form, Place};
use relulab_exact::{Bounded, Number, Rational, Sign};
use std::rc::Rc;

/// Products of rationals that count as much as one region, so that a budget ends searches in large networks too.
const PRODUCTS_PER_REGION: u64 = 10_000;

/// How a search ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Search {
    /// The difference is 0 on all regions, so many.
    Zero(u64),
    /// Points of a region on which it is not 0, in terms of the inputs that matter; at all but one it is not 0.
    NotZero(Vec<Vec<Rational>>),
    /// The budget ended first.
    OutOfBudget,
}

/// Looks through the regions until one shows a difference or `budget` is spent.
pub(super) fn search(difference: &Difference, budget: u64) -> Search {
    let n_atoms = difference.atoms.len();
    let mut walk =
        Walk { difference, before: vec![Rc::default(); n_atoms], after: vec![Rc::default(); n_atoms], products: 0 };
    let mut tasks: Vec<Task> = difference
        .roots()
        .into_iter()
        .map(|corners| Task::Enter(corners.into_iter().map(Generator::new).collect(), 0))
        .collect();
    tasks.reverse();
    let mut regions = 0;
    while let Some(task) = tasks.pop() {
        if regions + walk.products / PRODUCTS_PER_REGION >= budget {
            return Search::OutOfBudget;
        }
        match task {
            Task::Enter(cell, level) if level < difference.levels.len() => {
                tasks.push(Task::Refine(walk.enter(cell, level), level));
            }
            Task::Enter(cell, _) => match walk.nonzero(&cell) {
                Some(points) => return Search::NotZero(points),
                None => regions += 1,
            },
            Task::Refine(cell, level) => match crossing(&cell) {
                Some(place) => {
                    let [on, off] = walk.split(&cell, level, place);
                    tasks.extend([Task::Refine(off, level), Task::Refine(on, level)]);
                }
                None => tasks.push(Task::Enter(walk.settle(cell, level), level + 1)),
            },
        }
    }
    Search::Zero(regions)
}

/// A set of facets: those of the roots first, then one per kink.
type Facets = Vec<u64>;

/// A homogeneous affine form or point, exactly and in f64.
#[derive(Clone, Debug, Default)]
struct Vector {
    exact: Vec<Rational>,
    near: Vec<Bounded>,
}

impl Vector {
    fn new(exact: Vec<Rational>) -> Self {
        let near = exact.iter().map(bounded).collect();
        Self { exact, near }
    }

    fn product(&self, point: &Self) -> Rational {
        self.exact
            .iter()
            .zip(&point.exact)
            .filter(|(a, x)| !a.is_zero() && !x.is_zero())
            .fold(Rational::zero(), |sum, (a, x)| sum + a.clone() * x)
    }

    fn sign(&self, point: &Self) -> Sign {
        let near = self.near.iter().zip(&point.near).fold(Bounded::ZERO, |sum, (a, x)| sum + *a * *x);
        near.sign().unwrap_or_else(|| self.product(point).exact_sign())
    }
}

/// A rational in f64, with the error of the rounding.
fn bounded(value: &Rational) -> Bounded {
    let near = value.to_f64();
    let is_exact = Rational::from_f64(near).as_ref() == Some(value);
    Bounded::new(near, if is_exact { 0.0 } else { near.abs().next_up() - near.abs() })
}

/// A vertex (first coordinate 1) or a ray (first coordinate 0), and the facets on which it lies.
#[derive(Clone, Debug)]
struct Generator {
    point: Vector,
    facets: Facets,
}

impl Generator {
    fn new((point, facets): (Vec<Rational>, Facets)) -> Rc<Self> {
        Rc::new(Self { point: Vector::new(point), facets })
    }
}

/// A generator and the signs of a level's forms there.
#[derive(Clone, Debug)]
struct Corner {
    generator: Rc<Generator>,
    signs: Rc<[Sign]>,
}

enum Task {
    /// Take a cell into a level.
    Enter(Vec<Rc<Generator>>, usize),
    /// Split a cell by the forms of a level that change sign on it.
    Refine(Vec<Corner>, usize),
}

/// The first form that takes both signs.
fn crossing(cell: &[Corner]) -> Option<usize> {
    let n_forms = cell.first().map_or(0, |corner| corner.signs.len());
    let has = |place: usize, sign| cell.iter().any(|corner| corner.signs[place] == sign);
    (0..n_forms).find(|place| has(*place, Sign::Positive) && has(*place, Sign::Negative))
}

struct Walk<'a> {
    difference: &'a Difference,
    /// For each kink, its form on the current cell of the levels before.
    before: Vec<Rc<Vector>>,
    /// The same after relu, on the current cell of its own level.
    after: Vec<Rc<Vector>>,
    products: u64,
}

impl Walk<'_> {
    /// A form in terms of the inputs alone.
    fn substitute(&mut self, form: &Form) -> Vec<Rational> {
        let mut sum = vec![Rational::zero(); self.difference.inputs.len() + 1];
        for (place, factor) in form.terms() {
            let Place::Atom(atom) = place else {
                let coordinate = self.difference.coordinate(place);
                sum[coordinate] = std::mem::take(&mut sum[coordinate]) + factor;
                continue;
            };
            let row = &self.after[atom].exact;
            self.products += row.len() as u64;
            for (sum, coefficient) in sum.iter_mut().zip(row).filter(|(_, coefficient)| !coefficient.is_zero()) {
                *sum = std::mem::take(sum) + factor.clone() * coefficient;
            }
        }
        sum
    }

    /// Finds the forms of a level and their signs at all generators.
    fn enter(&mut self, cell: Vec<Rc<Generator>>, level: usize) -> Vec<Corner> {
        for atom in &self.difference.levels[level] {
            let form = self.substitute(&self.difference.atoms[*atom]);
            self.before[*atom] = Rc::new(Vector::new(form));
        }
        cell.into_iter().map(|generator| self.corner(generator, level)).collect()
    }

    fn corner(&self, generator: Rc<Generator>, level: usize) -> Corner {
        let atoms = self.difference.levels[level].iter();
        let signs = atoms.map(|atom| self.before[*atom].sign(&generator.point)).collect();
        Corner { generator, signs }
    }

    /// Takes note of the kinks' values on a cell on which no form of the level changes sign.
    fn settle(&mut self, cell: Vec<Corner>, level: usize) -> Vec<Rc<Generator>> {
        for (place, atom) in self.difference.levels[level].iter().enumerate() {
            let is_on = cell.iter().any(|corner| corner.signs[place] == Sign::Positive);
            self.after[*atom] = if is_on { Rc::clone(&self.before[*atom]) } else { Rc::default() };
        }
        cell.into_iter().map(|corner| corner.generator).collect()
    }

    /// The parts of a cell on which a form is positive, and negative.
    fn split(&mut self, cell: &[Corner], level: usize, place: usize) -> [Vec<Corner>; 2] {
        let atom = self.difference.levels[level][place];
        let form = Rc::clone(&self.before[atom]);
        let facet = self.difference.n_root_facets() + atom;
        let side = |sign| cell.iter().filter(move |corner| corner.signs[place] == sign);
        let mut cut: Vec<Corner> = side(Sign::Zero)
            .map(|corner| {
                let Generator { point, facets } = &*corner.generator;
                let generator = Rc::new(Generator { point: point.clone(), facets: with(facets.clone(), facet) });
                Corner { generator, signs: Rc::clone(&corner.signs) }
            })
            .collect();
        for above in side(Sign::Positive) {
            for below in side(Sign::Negative) {
                let [u, w] = [above, below].map(|corner| &*corner.generator);
                let common = common(&u.facets, &w.facets);
                if !is_edge(&common, [u, w], cell, self.difference.inputs.len()) {
                    continue;
                }
                let (rise, fall) = (form.product(&u.point), -form.product(&w.point));
                self.products += 4 * u.point.exact.len() as u64;
                let between = u
                    .point
                    .exact
                    .iter()
                    .zip(&w.point.exact)
                    .map(|(u, w)| fall.clone() * u + rise.clone() * w)
                    .collect();
                cut.push(self.corner(Generator::new((scaled(between), with(common, facet))), level));
            }
        }
        [Sign::Positive, Sign::Negative].map(|sign| side(sign).chain(&cut).cloned().collect())
    }

    /// Points of a region at which a form of the difference is not 0, if there are such: at most one is wrong.
    fn nonzero(&mut self, cell: &[Rc<Generator>]) -> Option<Vec<Vec<Rational>>> {
        for index in 0..self.difference.forms.len() {
            let form = Vector::new(self.substitute(&self.difference.forms[index]));
            if let Some(apart) = cell.iter().find(|generator| form.sign(&generator.point) != Sign::Zero) {
                return Some(inner_points(cell, apart));
            }
        }
        None
    }
}

/// Points on the way from the middle of a cell towards one of its generators.
fn inner_points(cell: &[Rc<Generator>], apart: &Generator) -> Vec<Vec<Rational>> {
    let mut middle = vec![Rational::zero(); apart.point.exact.len()];
    for generator in cell {
        middle.iter_mut().zip(&generator.point.exact).for_each(|(sum, x)| *sum = std::mem::take(sum) + x);
    }
    let n_vertices = middle[0].clone();
    let at = |weight: i64| {
        let share = n_vertices.clone() * &Rational::from(weight);
        let point: Vec<Rational> =
            middle.iter().zip(&apart.point.exact).map(|(sum, x)| sum.clone() + share.clone() * x).collect();
        point[1..].iter().map(|x| x.clone() / &point[0]).collect()
    };
    [0, 1, 3, 15, 255].map(at).to_vec()
}

/// A vertex scaled to a first coordinate of 1, a ray to a largest coordinate of ±1.
fn scaled(point: Vec<Rational>) -> Vec<Rational> {
    let size = |x: &Rational| x.clone().max(-x.clone());
    let scale = if point[0].is_zero() { point.iter().map(size).max().unwrap_or_default() } else { point[0].clone() };
    point.into_iter().map(|x| x / &scale).collect()
}

fn with(mut facets: Facets, facet: usize) -> Facets {
    if facets.len() <= facet / 64 {
        facets.resize(facet / 64 + 1, 0);
    }
    facets[facet / 64] |= 1 << (facet % 64);
    facets
}

fn common(a: &Facets, b: &Facets) -> Facets {
    a.iter().zip(b).map(|(a, b)| a & b).collect()
}

/// Whether two generators, of cells in so many dimensions, span an edge.
fn is_edge(common: &Facets, ends: [&Generator; 2], cell: &[Corner], dim: usize) -> bool {
    let n_common: u32 = common.iter().map(|word| word.count_ones()).sum();
    let lies_on_all = |other: &Facets| {
        common.iter().enumerate().all(|(index, word)| word & !other.get(index).copied().unwrap_or(0) == 0)
    };
    n_common as usize + 1 >= dim
        && !cell.iter().any(|corner| {
            let other = &*corner.generator;
            !ends.iter().any(|end| std::ptr::eq(*end, other)) && lies_on_all(&other.facets)
        })
}
