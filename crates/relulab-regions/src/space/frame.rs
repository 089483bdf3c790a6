//! The affine forms of one layer's units on one cell, bounded, and in rationals where they are asked for.

use super::bits::Bits;
use super::kernel::{BoundedPoint, FormTable, LANES};
use crate::layers::AffineLayer;
use relulab_exact::{Bounded, BoundedVector, Number, NumberVector, Rational};

/// Half the distance from 1 to the next `f64`.
pub(crate) const HALF_ULP: f64 = f64::EPSILON / 2.0;

/// Covers the roundings made while bounds of up to sixteen terms are themselves computed.
pub(crate) const OUTWARDS: f64 = 1.0 + 128.0 * HALF_ULP;

/// Forms and points larger than this are left to rational arithmetic, so that no f64 overflows unseen.
pub(crate) const LARGEST: f64 = f64::from_bits((1023 + 400) << 52);

/// The forms of one layer on the current cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frame<const W: usize> {
    /// Place of the first unit in the sets.
    pub first_bit: usize,
    /// Number of units.
    pub n_units: usize,
    /// Whether the parameters are of a size for which f64 can be bounded; else every bound is infinite.
    is_trusted: bool,
    /// Row length of the table: the units padded to a multiple of [`LANES`].
    stride: usize,
    coefficients: Vec<f64>,
    errors: Vec<f64>,
    spread: Vec<f64>,
    rounding: Vec<f64>,
    /// Per coordinate the forms before and, once the next layer has asked, after the activation.
    before: Vec<BoundedVector>,
    after: Vec<BoundedVector>,
    /// Units that are on in the cell: those of the layers before are final.
    pub on: Bits<W>,
    /// Rows of rationals, found when first asked for.
    exact: Vec<Option<Box<[Rational]>>>,
}

impl<const W: usize> Frame<W> {
    /// A frame without forms yet.
    pub fn new(first_bit: usize, is_trusted: bool) -> Self {
        Self { first_bit, is_trusted, ..Self::default() }
    }

    /// The forms of the first layer: its biases and the chosen columns of its weights.
    pub fn set_first(&mut self, layer: &AffineLayer, columns: &[usize]) {
        let n = layer.biases.len();
        self.reset(n, columns.len() + 1);
        for (coordinate, form) in self.before.iter_mut().enumerate() {
            form.reset(n);
            let row = match coordinate {
                0 => &layer.biases[..],
                _ => &layer.weights_by_input[columns[coordinate - 1] * n..][..n],
            };
            for (unit, value) in row.iter().enumerate() {
                form.set(unit, Bounded::exact(*value));
            }
        }
        self.tabulate();
    }

    /// The forms of a later layer on the cell whose pattern is `on`.
    pub fn set_next(&mut self, previous: &mut Self, layer: &AffineLayer, on: Bits<W>, leak: f64, zeros: &[f64]) {
        let n = layer.biases.len();
        self.reset(n, previous.before.len());
        self.on = on;
        let states: Vec<bool> = (0..previous.n_units).map(|unit| on.has(previous.first_bit + unit)).collect();
        let leak = Bounded::exact(leak);
        for (coordinate, form) in self.before.iter_mut().enumerate() {
            previous.after[coordinate].activate(&previous.before[coordinate], &states, &leak);
            let constants = if coordinate == 0 { &layer.biases } else { &zeros[..n] };
            form.affine(&layer.weights_by_input, constants, &previous.after[coordinate]);
        }
        self.tabulate();
    }

    /// Makes room for other forms and forgets the rationals.
    pub fn reset(&mut self, n_units: usize, n_coordinates: usize) {
        self.n_units = n_units;
        self.stride = n_units.next_multiple_of(LANES);
        self.before.resize_with(n_coordinates, BoundedVector::default);
        self.after.resize_with(n_coordinates, BoundedVector::default);
        self.exact.clear();
        self.exact.resize(n_units, None);
    }

    /// Forgets the rationals, for another cell.
    pub fn forget(&mut self) {
        self.exact.fill(None);
    }

    /// Copies the forms into the table and derives the bounds of their values.
    fn tabulate(&mut self) {
        let (n, stride) = (self.n_units, self.stride);
        let n_coordinates = self.before.len();
        for part in [&mut self.coefficients, &mut self.errors] {
            part.clear();
            part.resize(n_coordinates * stride, 0.0);
        }
        for part in [&mut self.spread, &mut self.rounding] {
            part.clear();
            part.resize(stride, 0.0);
        }
        // |Σ a x − its computed value| ≤ γ Σ|a||x| + Σ δ|x| + Σ (|a| + δ) ε, where the first coordinate has no error.
        let gamma = 2.0 * (n_coordinates as f64 + 2.0) * HALF_ULP;
        for (coordinate, form) in self.before.iter().enumerate() {
            let values = &mut self.coefficients[coordinate * stride..][..n];
            let errors = &mut self.errors[coordinate * stride..][..n];
            for unit in 0..n {
                let entry = form.get(unit);
                let (size, error) = (entry.value().abs(), entry.error());
                values[unit] = entry.value();
                errors[unit] = error;
                let lost = if size > LARGEST { f64::INFINITY } else { 0.0 };
                self.rounding[unit] += gamma * size + error + lost;
                if coordinate > 0 {
                    self.spread[unit] += size + error;
                }
            }
        }
        if !self.is_trusted {
            self.rounding.fill(f64::INFINITY);
        }
        for (spread, rounding) in self.spread.iter_mut().zip(&mut self.rounding) {
            *spread *= OUTWARDS;
            if *rounding > 0.0 {
                *rounding = *rounding * OUTWARDS + f64::MIN_POSITIVE;
            }
        }
    }

    /// What the kernel reads.
    #[inline(always)]
    pub fn table(&self) -> FormTable<'_> {
        FormTable {
            coefficients: &self.coefficients,
            spread: &self.spread,
            rounding: &self.rounding,
            first_bit: self.first_bit,
        }
    }

    /// Whether the form of a unit is zero without any doubt.
    pub fn is_surely_zero(&self, unit: usize) -> bool {
        self.rounding[unit] == 0.0
    }

    /// A unit's form at a point, with its bound.
    #[inline(always)]
    pub fn evaluate(&self, unit: usize, point: BoundedPoint<'_>) -> (f64, f64) {
        let mut value = 0.0;
        let mut place = unit;
        for coordinate in point.coordinates {
            value += self.coefficients[place] * coordinate;
            place += self.stride;
        }
        (value, point.error * self.spread[unit] + point.size * self.rounding[unit])
    }

    /// One coefficient of a form and the bound of its error.
    pub fn coefficient(&self, unit: usize, coordinate: usize) -> (f64, f64) {
        let place = coordinate * self.stride + unit;
        (self.coefficients[place], self.errors[place])
    }
}

/// The exact form of a unit of layer `frames.len() − 1`, kept in its frame.
///
/// *Shapes*: `layers` has at least as many entries as `frames`; the result has one coefficient per coordinate.
pub(crate) fn exact_form<'a, const W: usize>(
    frames: &'a mut [Frame<W>],
    layers: &[AffineLayer],
    leak: f64,
    unit: usize,
) -> &'a [Rational] {
    const NOTHING: &[Rational] = &[];
    let depth = frames.len();
    let Some((frame, earlier)) = frames.split_last_mut() else { return NOTHING };
    if frame.exact[unit].is_none() {
        let exact = |value: f64| Rational::from_f64(value).unwrap_or_else(Rational::zero);
        let row: Vec<Rational> = if let Some(previous) = earlier.last() {
            let layer = &layers[depth - 1];
            let n = layer.biases.len();
            let states: Vec<bool> = (0..previous.n_units).map(|unit| frame.on.has(previous.first_bit + unit)).collect();
            let leak_factor = exact(leak);
            let mut row = vec![Rational::zero(); frame.before.len()];
            row[0] = exact(layer.biases[unit]);
            for (input, on) in states.into_iter().enumerate() {
                let weight = layer.weights_by_input[input * n + unit];
                if weight == 0.0 || (!on && leak == 0.0) {
                    continue;
                }
                let factor = if on { exact(weight) } else { exact(weight) * &leak_factor };
                let form = exact_form(earlier, layers, leak, input);
                for (sum, coefficient) in row.iter_mut().zip(form) {
                    if !coefficient.is_zero() {
                        *sum = std::mem::take(sum) + factor.clone() * coefficient;
                    }
                }
            }
            row
        } else {
            // First-layer forms are the parameters themselves, which f64 holds exactly.
            (0..frame.before.len()).map(|coordinate| exact(frame.coefficient(unit, coordinate).0)).collect()
        };
        frame.exact[unit] = Some(row.into_boxed_slice());
    }
    frame.exact[unit].as_deref().unwrap_or(NOTHING)
}
