//! Exact extremes over a domain: pre-activations, outputs, norms of the gradient.
//!
//! *Algorithm*: two searches. The first finds, in bounded f64, a value that each extreme surely reaches. The second
//! takes only the points whose bounds reach that value, and evaluates those in rationals.

use super::bits::Bits;
use super::collect::FaceKey;
use super::frame::{Frame, exact_form};
use super::maps::ExactMaps;
use super::path::{Path, product};
use super::walk::{Cell, Visit};
use crate::layers::AffineLayers;
use relulab_exact::{Rational, Sign};
use std::collections::HashSet;

/// The exact smallest and largest value on the domain; `None` where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValueRange {
    /// Smallest value, `None` when unbounded below.
    pub min: Option<Rational>,
    /// Largest value, `None` when unbounded above.
    pub max: Option<Rational>,
}

/// The exact largest norms of one output's gradient over all regions.
///
/// They are the output's Lipschitz constants: with respect to the ∞-norm of the input, the 2-norm (squared here, since
/// the constant itself is in general irrational), and the 1-norm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GradientNorms {
    /// Largest Σ |gᵢ|.
    pub sum: Rational,
    /// Largest Σ gᵢ².
    pub square: Rational,
    /// Largest |gᵢ|.
    pub largest: Rational,
}

/// Exact extremes of one network on one domain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpaceRanges {
    /// Pre-activations, layer by layer.
    pub units: Vec<Vec<ValueRange>>,
    /// Outputs.
    pub outputs: Vec<ValueRange>,
    /// Gradients, one per output.
    pub gradients: Vec<GradientNorms>,
}

/// What is known of one largest value; a smallest value is the largest of the negative.
#[derive(Clone, Debug)]
pub(crate) struct Peak {
    /// A value that is surely reached.
    pub reached: f64,
    pub exact: Option<Rational>,
    pub is_unbounded: bool,
}

impl Default for Peak {
    fn default() -> Self {
        Self { reached: f64::NEG_INFINITY, exact: None, is_unbounded: false }
    }
}

impl Peak {
    /// Joins what another search knows.
    pub fn join(&mut self, other: &Self) {
        self.reached = self.reached.max(other.reached);
        self.is_unbounded |= other.is_unbounded;
        if other.exact > self.exact {
            self.exact.clone_from(&other.exact);
        }
    }

    /// Whether a value within these bounds may be the largest; notes in passing what is surely reached.
    fn admits(&mut self, value: f64, bound: f64) -> bool {
        let lower = (value - bound).next_down();
        if lower > self.reached {
            self.reached = lower;
        }
        let upper = (value + bound).next_up();
        !self.is_unbounded && (upper.is_nan() || upper >= self.reached)
    }

    /// Takes an exact value.
    fn take(&mut self, value: Rational) {
        if self.exact.as_ref().is_none_or(|largest| value > *largest) {
            self.exact = Some(value);
        }
    }
}

/// All peaks of one search: of −value and value for every unit place and output, and of the norms of the gradients.
#[derive(Clone, Debug, Default)]
pub(crate) struct Peaks {
    pub units: Vec<[Peak; 2]>,
    pub outputs: Vec<[Peak; 2]>,
    pub gradients: Vec<[Peak; 3]>,
}

impl Peaks {
    /// Nothing known yet.
    pub fn new(n_places: usize, n_outputs: usize) -> Self {
        Self {
            units: vec![Default::default(); n_places],
            outputs: vec![Default::default(); n_outputs],
            gradients: vec![Default::default(); n_outputs],
        }
    }

    /// Joins what another search knows.
    pub fn join(&mut self, other: &Self) {
        let pairs = self.units.iter_mut().chain(&mut self.outputs).zip(other.units.iter().chain(&other.outputs));
        for (peaks, others) in pairs {
            peaks.iter_mut().zip(others).for_each(|(peak, other)| peak.join(other));
        }
        for (peaks, others) in self.gradients.iter_mut().zip(&other.gradients) {
            peaks.iter_mut().zip(others).for_each(|(peak, other)| peak.join(other));
        }
    }
}

/// One of the two searches.
#[derive(Clone, Debug)]
pub(crate) struct RangeVisit<'a, const W: usize> {
    pub peaks: Peaks,
    layers: &'a AffineLayers,
    /// Exact maps in terms of all inputs: the second search; `None` in the first.
    exact: Option<ExactMaps<'a, W>>,
    /// Whether the path sees all inputs, so that its forms hold the whole gradient.
    sees_all_inputs: bool,
    outputs: Frame<W>,
    seen_points: HashSet<(usize, bool, FaceKey<W>)>,
    seen_maps: HashSet<Bits<W>>,
}

impl<'a, const W: usize> RangeVisit<'a, W> {
    /// The first search, or the second if it gets exact maps and the peaks of the first.
    pub fn new(layers: &'a AffineLayers, peaks: Peaks, exact: Option<ExactMaps<'a, W>>, sees_all_inputs: bool) -> Self {
        let outputs = Frame::new(usize::MAX, true);
        let (seen_points, seen_maps) = (HashSet::new(), HashSet::new());
        Self { peaks, layers, exact, sees_all_inputs, outputs, seen_points, seen_maps }
    }

    /// The norms of the gradients in a region.
    fn gradients(&mut self, path: &Path<'_, W>, on: Bits<W>) {
        let mut is_candidate = !self.sees_all_inputs;
        for (output, peaks) in self.peaks.gradients.iter_mut().enumerate() {
            let slopes = (1..=path.dim).map(|coordinate| self.outputs.coefficient(output, coordinate));
            // Lower and upper bounds of the three norms; 1 + dim·ε outwards covers their roundings.
            let (mut low, mut high) = ([0.0_f64; 3], [0.0_f64; 3]);
            for (slope, error) in slopes {
                for (norms, size) in [(&mut low, (slope.abs() - error).max(0.0)), (&mut high, slope.abs() + error)] {
                    norms[0] += size;
                    norms[1] += size * size;
                    norms[2] = norms[2].max(size);
                }
            }
            for (peak, (low, high)) in peaks.iter_mut().zip(low.into_iter().zip(high)) {
                let rounding = 64.0 * super::frame::HALF_ULP * high + f64::MIN_POSITIVE;
                let (middle, half) = (0.5 * (low + high), 0.5 * (high - low) + rounding);
                if self.sees_all_inputs {
                    is_candidate |= peak.admits(middle, half);
                }
            }
        }
        let Some(exact) = self.exact.as_mut().filter(|_| is_candidate) else { return };
        if !self.seen_maps.insert(exact.essence(on)) {
            return;
        }
        let map = exact.map(on);
        let n_coordinates = map.len() / self.peaks.gradients.len().max(1);
        for (peaks, form) in self.peaks.gradients.iter_mut().zip(map.chunks_exact(n_coordinates)) {
            let (mut sum, mut square, mut largest) = <(Rational, Rational, Rational)>::default();
            for slope in &form[1..] {
                let size = slope.clone().max(-slope.clone());
                sum = sum + &size;
                square = square + slope.clone() * slope;
                largest = largest.max(size);
            }
            peaks.iter_mut().zip([sum, square, largest]).for_each(|(peak, norm)| peak.take(norm));
        }
    }
}

impl<const W: usize> Visit<W> for RangeVisit<'_, W> {
    const WANTS_LEAVES: bool = true;

    fn layer(&mut self, path: &mut Path<'_, W>, layer: usize, _: &Cell<W>, generators: &[u32]) {
        let (first, n_units) = (path.frames[layer].first_bit, path.frames[layer].n_units);
        for id in generators {
            let generator = *path.arena.get(*id);
            if !path.arena.is_finite(*id) {
                for unit in 0..n_units {
                    let bit = first + unit;
                    let is_positive = generator.positive.has(bit);
                    self.peaks.units[bit][0].is_unbounded |= !is_positive && !generator.zero.has(bit);
                    self.peaks.units[bit][1].is_unbounded |= is_positive;
                }
                continue;
            }
            let key = FaceKey { zero: generator.zero, positive: generator.positive };
            for unit in 0..n_units {
                let (value, bound) = path.frames[layer].evaluate(unit, path.arena.point(*id));
                for (side, value) in [-value, value].into_iter().enumerate() {
                    let place = first + unit;
                    if self.peaks.units[place][side].admits(value, bound)
                        && self.exact.is_some()
                        && self.seen_points.insert((place, side == 1, key))
                    {
                        let exact = path.exact_value(*id, layer, unit);
                        self.peaks.units[place][side].take(if side == 1 { exact } else { -exact });
                    }
                }
            }
        }
    }

    fn leaf(&mut self, path: &mut Path<'_, W>, cell: &Cell<W>, generators: &[u32]) {
        path.outputs(cell.on, &mut self.outputs);
        let offset = self.peaks.units.len();
        for id in generators {
            let is_finite = path.arena.is_finite(*id);
            let generator = *path.arena.get(*id);
            let key = FaceKey { zero: generator.zero, positive: generator.positive };
            for output in 0..self.peaks.outputs.len() {
                let (value, bound) = self.outputs.evaluate(output, path.arena.point(*id));
                for (side, value) in [-value, value].into_iter().enumerate() {
                    let peak = &mut self.peaks.outputs[output][side];
                    if is_finite {
                        if !peak.admits(value, bound)
                            || self.exact.is_none()
                            || !self.seen_points.insert((offset + output, side == 1, key))
                        {
                            continue;
                        }
                    } else if peak.is_unbounded || -value > bound {
                        continue;
                    } else if value > bound {
                        peak.is_unbounded = true;
                        continue;
                    }
                    path.exact_point(*id);
                    path.frames.push(std::mem::take(&mut self.outputs));
                    let form = exact_form(&mut path.frames, self.layers.all(), self.layers.leak, output);
                    let exact = product(form, path.arena.exact(*id).unwrap_or_default());
                    self.outputs = path.frames.pop().unwrap_or_default();
                    let exact = if side == 1 { exact } else { -exact };
                    if is_finite {
                        peak.take(exact);
                    } else {
                        peak.is_unbounded |= exact.exact_sign() == Sign::Positive;
                    }
                }
            }
        }
        self.gradients(path, cell.on);
    }
}

/// The public form of the peaks of the second search.
pub(crate) fn ranges(peaks: Peaks, layers: &AffineLayers, first_bits: &[usize]) -> SpaceRanges {
    let value = |peak: &Peak| peak.exact.clone().filter(|_| !peak.is_unbounded);
    let range = |[low, high]: &[Peak; 2]| ValueRange { min: value(low).map(|value| -value), max: value(high) };
    let units = layers.hidden().iter().zip(first_bits);
    SpaceRanges {
        units: units
            .map(|(layer, first)| peaks.units[*first..first + layer.biases.len()].iter().map(range).collect())
            .collect(),
        outputs: peaks.outputs.iter().map(range).collect(),
        gradients: peaks
            .gradients
            .iter()
            .map(|[sum, square, largest]| {
                let [sum, square, largest] = [sum, square, largest].map(|peak| peak.exact.clone().unwrap_or_default());
                GradientNorms { sum, square, largest }
            })
            .collect(),
    }
}
