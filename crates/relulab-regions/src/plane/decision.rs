//! Decision regions: where each output is the largest, or the smallest, of all, as exact polygons.

mod cut;
mod measure;

use super::complex::PlaneComplex;
use cut::Cutter;
use relulab_exact::Rational;
use std::collections::HashMap;

/// How outputs compete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The largest output is best.
    Largest,
    /// The smallest output is best.
    Smallest,
}

/// A convex polygon inside one cell, on which the same outputs are best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecisionPart {
    /// The cell.
    pub cell: u32,
    /// Number of its class: which outputs are best.
    pub class: u32,
    /// Where its corners begin, and end.
    corners: [usize; 2],
}

/// A side between two parts of different classes: a piece of the decision boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecisionEdge {
    /// Its two ends, as numbers of points.
    pub ends: [u32; 2],
    /// The two classes, the smaller number first.
    pub classes: [u32; 2],
}

/// The cells of a complex, cut where the best output changes.
///
/// A *class* is a set of outputs: those that are best everywhere on a part. It has several members where outputs are
/// equal on a set of positive area, for no rule is invented to prefer one of them. Parts meet face to face, as cells do.
/// Points below [`PlaneComplex::n_vertices`] are the complex's vertices; the others are where cuts meet sides or cuts.
///
/// ```
/// use relulab_net::{Activation, Network, Shape};
/// use relulab_regions::plane::{Choice, PlaneComplex, PlaneDomain};
/// // |x| against y, on [−1, 1]²
/// let parameters = [1.0, 0.0, -1.0, 0.0, 0.0, 1.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0];
/// let outputs = [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0];
/// let shape = Shape::new(2, vec![4], 2)?;
/// let network = Network::new(shape, Activation::Relu, [&parameters[..], &outputs].concat())?;
/// let complex = PlaneComplex::new(&network, PlaneDomain::square(-1.0, 1.0)?)?;
/// let regions = complex.decision_regions(Choice::Largest).ok_or("a rectangle")?;
/// assert_eq!(regions.classes(), [vec![0], vec![1]]);
/// let areas: Vec<String> = regions.exact_areas().iter().map(ToString::to_string).collect();
/// assert_eq!(areas, ["3", "1"]);
/// assert_eq!(regions.n_connected(), [1, 1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct DecisionRegions<'a> {
    complex: &'a PlaneComplex,
    /// Points that are no vertices of the complex.
    points: Vec<[Rational; 2]>,
    classes: Vec<Vec<u32>>,
    parts: Vec<DecisionPart>,
    corners: Vec<u32>,
}

impl PlaneComplex {
    /// Where each output is best, exactly; `None` on the whole plane.
    ///
    /// *Algorithm*: outputs that another one beats at all corners of a cell, certainly in f64, are ruled out. Where one
    /// is left the cell is one part. Elsewhere the maps are compared in rationals: those that are equal form a class,
    /// and the cell is cut for each class by its difference to every other.
    pub fn decision_regions(&self, choice: Choice) -> Option<DecisionRegions<'_>> {
        self.domain.ends()?;
        let mut cutter = Cutter::new(self, choice);
        let mut numbers: HashMap<Vec<u32>, u32> = HashMap::new();
        let mut regions = DecisionRegions {
            complex: self,
            points: Vec::new(),
            classes: Vec::new(),
            parts: Vec::new(),
            corners: Vec::new(),
        };
        for cell in 0..self.n_cells() {
            cutter.cut(cell, |best, corners| {
                let class = match numbers.get(best) {
                    Some(class) => *class,
                    None => {
                        let class = numbers.len() as u32;
                        numbers.insert(best.to_vec(), class);
                        class
                    }
                };
                let start = regions.corners.len();
                regions.corners.extend_from_slice(corners);
                let corners = [start, regions.corners.len()];
                regions.parts.push(DecisionPart { cell: cell as u32, class, corners });
            });
        }
        regions.points = cutter.into_points();
        regions.name_classes(numbers);
        Some(regions)
    }
}

impl DecisionRegions<'_> {
    /// Numbers the classes in the order of their members, single outputs first.
    fn name_classes(&mut self, numbers: HashMap<Vec<u32>, u32>) {
        let mut classes: Vec<(Vec<u32>, u32)> = numbers.into_iter().collect();
        classes.sort_by(|one, two| (one.0.len(), &one.0).cmp(&(two.0.len(), &two.0)));
        let mut names = vec![0; classes.len()];
        for (name, (_, number)) in classes.iter().enumerate() {
            names[*number as usize] = name as u32;
        }
        self.classes = classes.into_iter().map(|(members, _)| members).collect();
        for part in &mut self.parts {
            part.class = names[part.class as usize];
        }
    }

    /// The outputs that are best in each class; only classes that occur.
    pub fn classes(&self) -> &[Vec<u32>] {
        &self.classes
    }

    /// All parts, those of one cell together.
    pub fn parts(&self) -> &[DecisionPart] {
        &self.parts
    }

    /// The corners of a part, counterclockwise, as numbers of points.
    pub fn corners(&self, part: usize) -> &[u32] {
        let [start, end] = self.parts[part].corners;
        &self.corners[start..end]
    }

    /// Number of points: the complex's vertices and those that cuts have added.
    pub fn n_points(&self) -> usize {
        self.complex.n_vertices() + self.points.len()
    }

    /// A point in f64.
    pub fn position(&self, point: usize) -> [f64; 2] {
        match point.checked_sub(self.complex.n_vertices()) {
            None => self.complex.position(point),
            Some(added) => [0, 1].map(|k| self.points[added][k].to_f64()),
        }
    }

    /// A point in rationals.
    pub fn exact_position(&self, point: usize) -> [Rational; 2] {
        match point.checked_sub(self.complex.n_vertices()) {
            None => self.complex.exact_vertex(point).at,
            Some(added) => self.points[added].clone(),
        }
    }
}
