//! The current path of the search: its frames, its generators, and the decisions taken on them.

use super::arena::{Arena, Distance, Origin};
use super::bits::Bits;
use super::frame::{Frame, exact_form};
use super::kernel;
use super::polish::Polisher;
use crate::layers::AffineLayers;
use relulab_exact::{Bounded, Number, Rational, Sign};

/// Vertices whose error exceeds this share of their size are computed anew from the forms that vanish there.
const POLISH_ABOVE: f64 = f64::EPSILON * 262_144.0;

/// Where coordinates themselves matter, they are computed anew unless they are better than this share of their size.
const SHARP: f64 = f64::EPSILON * 2.0;

/// Rays, whose largest coordinate is at least 1/2 in magnitude, are only computed anew when this certain.
const RAY_ERROR: f64 = 0.25;

/// How the decisions went.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Certainty {
    /// Smallest |value| / bound of all forms whose sign was asked for in f64.
    pub margin: f64,
    /// Number of signs found in rationals.
    pub n_exact: u64,
}

impl Default for Certainty {
    fn default() -> Self {
        Self { margin: f64::INFINITY, n_exact: 0 }
    }
}

/// A side of a box: its place in the sets, its coordinate (from 1) and where it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side {
    pub bit: usize,
    pub coordinate: usize,
    pub value: f64,
}

/// What the search knows on its way down.
#[derive(Clone, Debug)]
pub(crate) struct Path<'a, const W: usize> {
    pub layers: &'a AffineLayers,
    pub arena: Arena<W>,
    /// One per hidden layer.
    pub frames: Vec<Frame<W>>,
    /// For every layer, the facets of the domain and all units up to that layer.
    pub known: Vec<Bits<W>>,
    pub certainty: Certainty,
    /// Dimension of the space searched.
    pub dim: usize,
    /// The sides of the box; none on the whole space.
    pub sides: Vec<Side>,
    /// The inputs that the coordinates belong to.
    pub columns: Vec<usize>,
    zeros: Vec<f64>,
    polisher: Polisher,
}

impl<'a, const W: usize> Path<'a, W> {
    /// A path at its beginning: `columns` are the inputs that are looked at, `domain_bits` the facets of the domain.
    pub fn new(layers: &'a AffineLayers, columns: &[usize], first_bits: &[usize], domain_bits: Bits<W>) -> Self {
        let is_trusted = layers
            .all()
            .iter()
            .all(|layer| Bounded::accepts(&layer.weights_by_input) && Bounded::accepts(&layer.biases))
            && Bounded::accepts(&[layers.leak]);
        let mut frames: Vec<Frame<W>> = first_bits.iter().map(|first_bit| Frame::new(*first_bit, is_trusted)).collect();
        if let (Some(frame), Some(layer)) = (frames.first_mut(), layers.hidden().first()) {
            frame.set_first(layer, columns);
        }
        let mut known = Vec::new();
        let mut all = domain_bits;
        for (layer, first_bit) in layers.hidden().iter().zip(first_bits) {
            all |= Bits::range(*first_bit, first_bit + layer.biases.len());
            known.push(all);
        }
        let widest = layers.all().iter().map(|layer| layer.biases.len()).max().unwrap_or(0);
        let mut arena = Arena::default();
        arena.clear(columns.len() + 1);
        Self {
            layers,
            arena,
            frames,
            known,
            certainty: Certainty::default(),
            dim: columns.len(),
            sides: Vec::new(),
            columns: columns.to_vec(),
            zeros: vec![0.0; widest],
            polisher: Polisher::default(),
        }
    }

    /// The bits of a layer's units.
    pub fn units(&self, layer: usize) -> Bits<W> {
        let frame = &self.frames[layer];
        Bits::range(frame.first_bit, frame.first_bit + self.layers.hidden()[layer].biases.len())
    }

    /// Computes the forms of a hidden layer other than the first on the cell with pattern `on`.
    pub fn enter(&mut self, layer: usize, on: Bits<W>) {
        let (earlier, later) = self.frames.split_at_mut(layer);
        if let (Some(previous), Some(frame)) = (earlier.last_mut(), later.first_mut()) {
            frame.set_next(previous, &self.layers.hidden()[layer], on, self.layers.leak, &self.zeros);
        }
    }

    /// The forms of the outputs on the cell with pattern `on`.
    pub fn outputs(&mut self, on: Bits<W>, outputs: &mut Frame<W>) {
        match (self.frames.last_mut(), self.layers.all().last()) {
            (Some(previous), Some(layer)) => outputs.set_next(previous, layer, on, self.layers.leak, &self.zeros),
            (None, Some(layer)) => outputs.set_first(layer, &self.columns),
            (_, None) => {}
        }
    }

    /// Finds the signs of all `wanted` units of a layer at a generator: those positive and those zero.
    #[inline]
    pub fn signs(&mut self, id: u32, layer: usize, wanted: Bits<W>) -> (Bits<W>, Bits<W>) {
        let table = self.frames[layer].table();
        let (positive, unsure) = kernel::signs(table, self.arena.point(id), wanted, self.certainty.margin.max(1.0));
        if unsure.is_empty() { (positive, Bits::EMPTY) } else { self.decide(id, layer, positive, unsure) }
    }

    /// Decides the signs that were not sure.
    #[cold]
    fn decide(&mut self, id: u32, layer: usize, positive: Bits<W>, unsure: Bits<W>) -> (Bits<W>, Bits<W>) {
        let (mut positive, mut zero) = (positive & !unsure, Bits::EMPTY);
        for bit in unsure.iter() {
            match self.sign(id, layer, bit - self.frames[layer].first_bit) {
                Sign::Positive => positive |= Bits::single(bit),
                Sign::Zero => zero |= Bits::single(bit),
                Sign::Negative => {}
            }
        }
        (positive, zero)
    }

    /// The sign of a unit at a generator, in rationals if need be.
    fn sign(&mut self, id: u32, layer: usize, unit: usize) -> Sign {
        let frame = &self.frames[layer];
        if frame.is_surely_zero(unit) {
            return Sign::Zero;
        }
        let (value, bound) = frame.evaluate(unit, self.arena.point(id));
        let margin = if value.is_nan() || bound.is_nan() { 0.0 } else { value.abs() / bound };
        self.certainty.margin = self.certainty.margin.min(if margin.is_nan() { 0.0 } else { margin });
        if value.abs() > bound {
            return if value > 0.0 { Sign::Positive } else { Sign::Negative };
        }
        self.certainty.n_exact += 1;
        self.exact_value(id, layer, unit).exact_sign()
    }

    /// The exact value of a unit's form at a generator; at a ray, of its linear part.
    pub fn exact_value(&mut self, id: u32, layer: usize, unit: usize) -> Rational {
        self.make_exact(id);
        let form = exact_form(&mut self.frames[..=layer], self.layers.all(), self.layers.leak, unit);
        product(form, self.arena.exact(id).unwrap_or_default())
    }

    /// The exact coordinates of a generator, the homogenising one first.
    pub fn exact_point(&mut self, id: u32) -> &[Rational] {
        self.make_exact(id);
        self.arena.exact(id).unwrap_or_default()
    }

    /// Finds the rationals of a generator from those of the edge on which it lies.
    ///
    /// The generators of the edge are older and on the same path, and the unit that cut it belongs to a layer whose
    /// frame has not changed since.
    fn make_exact(&mut self, id: u32) {
        if self.arena.exact(id).is_some() {
            return;
        }
        let origin = self.arena.get(id).origin;
        let bit = origin.bit as usize;
        let layer = self.frames.partition_point(|frame| frame.first_bit <= bit).saturating_sub(1);
        let unit = bit - self.frames[layer].first_bit;
        let [first, second] = [origin.first, origin.second].map(|end| {
            let value = self.exact_value(end, layer, unit);
            if value.exact_sign() == Sign::Negative { -value } else { value }
        });
        let [u, w] = [origin.first, origin.second].map(|end| self.arena.exact(end).unwrap_or_default());
        let mut point: Vec<Rational> = u.iter().zip(w).map(|(u, w)| second.clone() * u + first.clone() * w).collect();
        // Points are scaled to a homogenising coordinate of 1, directions to a largest coordinate of ±1.
        let scale = match point.first() {
            Some(homogenising) if !homogenising.is_zero() => homogenising.clone(),
            _ => point.iter().map(magnitude).max().unwrap_or_default(),
        };
        if !scale.is_zero() {
            point.iter_mut().for_each(|coordinate| *coordinate = std::mem::take(coordinate) / &scale);
        }
        self.arena.set_exact(id, point);
    }

    /// How far a generator is from where a unit vanishes; `is_positive` says on which side it certainly is.
    #[inline(always)]
    pub fn distance(&self, id: u32, layer: usize, unit: usize, is_positive: bool) -> Distance {
        let (value, error) = self.frames[layer].evaluate(unit, self.arena.point(id));
        Distance { value: if is_positive { value } else { -value }.max(0.0), error }
    }

    /// Adds the generator where a unit cuts an edge, and finds the signs of the units that also cross the cell.
    #[inline]
    pub fn cut(&mut self, origin: Origin, distances: [Distance; 2], layer: usize, crossing: Bits<W>) -> u32 {
        let [first, second] = [origin.first, origin.second].map(|end| *self.arena.get(end));
        let bit = Bits::single(origin.bit as usize);
        let known = self.known[layer];
        // Inside an edge, a form that does not change sign on the cell vanishes only where it vanishes at both ends.
        let settled = known & !crossing & !bit;
        let zero = (first.zero & second.zero & settled) | bit;
        let positive = (first.positive | second.positive) & settled;
        let id = self.arena.push_crossing(origin, distances, zero, positive, layer as u32 + 1);
        let generator = self.arena.get(id);
        if generator.error > POLISH_ABOVE * generator.size {
            self.polish(id, layer);
        }
        let (above, on) = self.signs(id, layer, crossing & !bit);
        let generator = self.arena.get_mut(id);
        generator.positive |= above;
        generator.zero |= on;
        id
    }

    /// Makes the coordinates of a generator of the current region as good as f64 allows.
    pub fn sharpen(&mut self, id: u32) {
        let generator = self.arena.get(id);
        if let (true, Some(last)) = (generator.error > SHARP * generator.size, self.frames.len().checked_sub(1)) {
            self.polish(id, last);
        }
    }

    /// Computes a generator anew from the forms that vanish there, and keeps the result if its bound is smaller.
    #[cold]
    fn polish(&mut self, id: u32, layer: usize) {
        let Self { polisher, frames, arena, sides, .. } = self;
        let old_error = arena.get(id).error;
        // A ray solves the same equations as its negative: the approximation must be good enough to tell them apart.
        let may_solve = arena.is_finite(id) || old_error < RAY_ERROR;
        polisher.clear(arena.coordinates(id));
        for side in sides.iter().filter(|side| arena.get(id).zero.has(side.bit)) {
            polisher.hold(side.coordinate, arena.coordinates(id)[side.coordinate] - side.value);
        }
        for bit in arena.get(id).zero.iter() {
            let place = frames[..=layer].partition_point(|frame| frame.first_bit <= bit).saturating_sub(1);
            let frame = &frames[place];
            if bit - frame.first_bit < frame.n_units {
                polisher.add_form(frame, bit - frame.first_bit);
            }
        }
        if let Some((point, error)) = polisher.solve().filter(|(_, error)| may_solve && *error < old_error) {
            arena.set_approximation(id, point, error);
        }
        if arena.get(id).error == f64::INFINITY {
            self.make_exact(id);
        }
    }
}

/// The absolute value.
fn magnitude(value: &Rational) -> Rational {
    if value.exact_sign() == Sign::Negative { -value.clone() } else { value.clone() }
}

/// Σ aᵢ xᵢ.
pub(crate) fn product(form: &[Rational], point: &[Rational]) -> Rational {
    form.iter()
        .zip(point)
        .filter(|(a, x)| !a.is_zero() && !x.is_zero())
        .fold(Rational::zero(), |sum, (a, x)| sum + a.clone() * x)
}
