//! Interval splitting, depth first: visits every activation region from left to right.

use super::forms::Forms;
use super::judge::{Judge, Uncertain};
use crate::layers::{AffineLayer, AffineLayers};
use relulab_exact::{Number, NumberVector, Sign};
use std::cmp::Ordering;

/// Units that are tested together for having a root.
const SCANNED_AT_ONCE: usize = 16;

/// An interval of the line; an end that is missing lies at infinity.
#[derive(Debug)]
pub(crate) struct Cell<'a, N> {
    pub left: Option<&'a N>,
    pub right: Option<&'a N>,
}

/// One activation region as it is visited.
pub(crate) struct Region<'a, N: Number> {
    /// Where it lies.
    pub cell: Cell<'a, N>,
    /// Whether each hidden unit is on, in order.
    pub pattern: &'a [bool],
    /// The affine map of each output.
    pub outputs: &'a Forms<N>,
}

/// A kink of one unit inside a cell.
#[derive(Clone, Debug)]
struct Root<N> {
    at: N,
    unit: usize,
    /// Whether it lies exactly where the root before it does.
    joined: bool,
}

/// Buffers of one hidden layer.
#[derive(Clone, Debug, Default)]
struct Level<N: Number> {
    pre: Forms<N>,
    post: Forms<N>,
    values: N::Vector,
    /// Signs of the units at the ends of the cell.
    signs: [Vec<Sign>; 2],
    roots: Vec<Root<N>>,
    n_regions: usize,
}

/// The reusable state of a walk.
#[derive(Clone, Debug, Default)]
pub(crate) struct Walk<N: Number> {
    levels: Vec<Level<N>>,
    input: Forms<N>,
    outputs: Forms<N>,
    pattern: Vec<bool>,
}

/// What the recursion carries along besides the cell.
struct Descent<'a, N: Number, V> {
    leak: N,
    pattern: &'a mut [bool],
    outputs: &'a mut Forms<N>,
    visit: V,
}

impl<N: Number> Walk<N> {
    /// Visits all activation regions of `cell` from left to right.
    ///
    /// *Algorithm*: on a cell where layer l−1 is affine, each unit of layer l has at most one root. The signs of its
    /// form at the ends of the cell (of its slope, on a ray) tell whether there is one; the roots in order cut the
    /// cell, and each part goes down to layer l+1 before the next part is looked at. So memory grows with depth, not
    /// with the number of regions.
    pub fn run(
        &mut self,
        layers: &AffineLayers,
        cell: Cell<'_, N>,
        judge: &mut Judge,
        visit: impl FnMut(Region<'_, N>, &mut Judge) -> Result<(), Uncertain>,
    ) -> Result<(), Uncertain> {
        let depth = layers.hidden().len();
        self.levels.resize_with(depth.max(self.levels.len()), Level::default);
        self.input.set_identity();
        self.pattern.clear();
        self.pattern.resize(layers.n_units, false);
        let mut descent = Descent {
            leak: N::from_f64(layers.leak).unwrap_or_else(N::zero),
            pattern: &mut self.pattern,
            outputs: &mut self.outputs,
            visit,
        };
        let levels = &mut self.levels[..depth];
        levels.iter_mut().for_each(|level| level.n_regions = 0);
        descent.descend(levels, layers.all(), &self.input, cell, 0, judge)
    }

    /// Number of regions after each of the first `depth` hidden layers, of the last complete run.
    pub fn regions_per_layer(&self, depth: usize) -> impl Iterator<Item = usize> + '_ {
        self.levels.iter().take(depth).map(|level| level.n_regions)
    }
}

impl<N: Number, V> Descent<'_, N, V>
where
    V: FnMut(Region<'_, N>, &mut Judge) -> Result<(), Uncertain>,
{
    /// Splits `cell`, on which the inputs of `layers[0]` are the forms `below`; its units start at `first_unit`.
    fn descend(
        &mut self,
        levels: &mut [Level<N>],
        layers: &[AffineLayer],
        below: &Forms<N>,
        cell: Cell<'_, N>,
        first_unit: usize,
        judge: &mut Judge,
    ) -> Result<(), Uncertain> {
        let Some((layer, deeper_layers)) = layers.split_first() else { return Ok(()) };
        let Some((level, deeper)) = levels.split_first_mut() else {
            self.outputs.apply(layer, below);
            return (self.visit)(Region { cell, pattern: self.pattern, outputs: self.outputs }, judge);
        };
        level.pre.apply(layer, below);
        let n_units = layer.biases.len();
        level.find_roots(&cell, judge, &mut self.pattern[first_unit..first_unit + n_units], &self.leak)?;
        let Level { pre, post, roots, n_regions, .. } = level;
        let mut left = cell.left;
        let mut rest = roots.as_slice();
        loop {
            let right = rest.first().map_or(cell.right, |root| Some(&root.at));
            *n_regions += 1;
            self.descend(deeper, deeper_layers, post, Cell { left, right }, first_unit + n_units, judge)?;
            let Some((root, others)) = rest.split_first() else { return Ok(()) };
            let joined = others.iter().take_while(|other| other.joined).count();
            for root in &rest[..=joined] {
                let on = &mut self.pattern[first_unit + root.unit];
                *on = !*on;
                post.activate(root.unit, pre, *on, &self.leak);
            }
            left = Some(&root.at);
            rest = &rest[joined + 1..];
        }
    }
}

impl<N: Number> Level<N> {
    /// Finds the roots inside the cell in order, and which units are `on` at its left end.
    ///
    /// The cells of a level follow each other from left to right, so the signs at the left end of all but the first
    /// are those at the right end of the one before.
    fn find_roots(
        &mut self,
        cell: &Cell<'_, N>,
        judge: &mut Judge,
        on: &mut [bool],
        leak: &N,
    ) -> Result<(), Uncertain> {
        if self.n_regions == 0 {
            self.take_signs(0, cell.left, judge)?;
        } else {
            self.signs.swap(0, 1);
        }
        self.take_signs(1, cell.right, judge)?;
        let [lefts, rights] = &self.signs;
        for ((on, left), right) in on.iter_mut().zip(lefts).zip(rights) {
            *on = (*left == Sign::Positive) | ((*left == Sign::Zero) & (*right == Sign::Positive));
        }
        self.post.activate_all(&self.pre, on, leak);
        self.roots.clear();
        for (place, (lefts, rights)) in lefts.chunks(SCANNED_AT_ONCE).zip(rights.chunks(SCANNED_AT_ONCE)).enumerate() {
            // Roots are rare: where no sign differs, one test without branches is enough.
            if lefts.iter().zip(rights).fold(0, |any, (left, right)| any | (*left as u8 ^ *right as u8)) == 0 {
                continue;
            }
            for (index, (left, right)) in lefts.iter().zip(rights).enumerate() {
                if left.is_opposite(*right) {
                    let unit = place * SCANNED_AT_ONCE + index;
                    let at = -(self.pre.intercepts.get(unit) / self.pre.slopes.get(unit));
                    self.roots.push(Root { at, unit, joined: false });
                }
            }
        }
        self.sort_roots(judge)
    }

    /// Writes the signs of all units at the left (0) or right (1) end of a cell.
    ///
    /// At infinity the slope decides, and where that is zero the constant.
    fn take_signs(&mut self, side: usize, end: Option<&N>, judge: &mut Judge) -> Result<(), Uncertain> {
        let signs = &mut self.signs[side];
        if let Some(at) = end {
            self.values.evaluate(&self.pre.slopes, &self.pre.intercepts, at);
            return judge.signs(&self.values, signs);
        }
        judge.signs(&self.pre.slopes, signs)?;
        for (unit, sign) in signs.iter_mut().enumerate() {
            if *sign == Sign::Zero {
                *sign = judge.sign(&self.pre.intercepts.get(unit))?;
            } else if side == 0 {
                *sign = -*sign;
            }
        }
        Ok(())
    }

    /// Puts the roots in order; every comparison of neighbours is certain.
    fn sort_roots(&mut self, judge: &mut Judge) -> Result<(), Uncertain> {
        if self.roots.len() < 2 {
            return Ok(());
        }
        self.roots.sort_unstable_by(|a, b| a.at.approximate().total_cmp(&b.at.approximate()));
        // Approximations of exact numbers may tie where the numbers do not: swap until the order is proved.
        loop {
            let mut swapped = false;
            for index in 1..self.roots.len() {
                let order = judge.compare(&self.roots[index - 1].at, &self.roots[index].at)?;
                self.roots[index].joined = order == Ordering::Equal;
                if order == Ordering::Greater {
                    self.roots.swap(index - 1, index);
                    swapped = true;
                }
            }
            if !swapped {
                return Ok(());
            }
        }
    }
}
