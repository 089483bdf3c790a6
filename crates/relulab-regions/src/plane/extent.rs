//! Exact extremes over the domain: pre-activations, outputs, slopes.

use super::complex::PlaneComplex;
use super::cursor::Cursor;
use super::exact::Line;
use relulab_exact::{Bounded, BoundedVector, NumberVector, Rational, Sign};

/// The range of a number over the domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Smallest value; `None` where the plane has values below any number.
    pub min: Option<Rational>,
    /// Largest value; `None` where the plane has values above any number.
    pub max: Option<Rational>,
}

/// What a unit does over a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitStatus {
    /// Pre-activation ≥ 0 everywhere, and > 0 somewhere: the unit is linear.
    Active,
    /// Pre-activation ≤ 0 everywhere, and < 0 somewhere: the unit is dead.
    Inactive,
    /// Pre-activation = 0 everywhere.
    Zero,
    /// Pre-activation of both signs.
    Unstable,
}

impl Extent {
    /// What a unit with pre-activations in this range does.
    pub fn status(&self) -> UnitStatus {
        let is_negative = self.min.as_ref().is_none_or(|min| min.exact_sign() == Sign::Negative);
        let is_positive = self.max.as_ref().is_none_or(|max| max.exact_sign() == Sign::Positive);
        match (is_negative, is_positive) {
            (false, true) => UnitStatus::Active,
            (true, false) => UnitStatus::Inactive,
            (false, false) => UnitStatus::Zero,
            (true, true) => UnitStatus::Unstable,
        }
    }
}

/// Extents of everything that a network computes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extents {
    /// Layers × units: pre-activations.
    pub units: Vec<Vec<Extent>>,
    /// Outputs.
    pub outputs: Vec<Extent>,
}

/// A norm on the plane of inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputNorm {
    /// |x| + |y|.
    One,
    /// √(x² + y²).
    Two,
    /// max(|x|, |y|).
    Infinity,
}

/// A value at a vertex: what grows with R and what does not; the order is that for large R.
pub(super) type Growing = [Rational; 2];

impl PlaneComplex {
    /// The exact ranges of all pre-activations and outputs over the domain.
    ///
    /// *Algorithm*: what a layer computes is affine on the cells of the layers below, so its extremes are at vertices
    /// of their complex. Vertices that cannot be the extreme are ruled out in f64 with bounds; the values at the
    /// others are computed in rationals.
    pub fn extents(&self) -> Extents {
        let n_total = self.layers.n_units + self.output_dim();
        let layer_of: Vec<usize> =
            (0..).zip(self.layers.all()).flat_map(|(k, layer)| vec![k; layer.biases.len()]).collect();
        let first_of: Vec<usize> = (0..self.layers.all().len()).map(|k| layer_of.partition_point(|l| *l < k)).collect();
        // What the extremes certainly reach.
        let mut reached = vec![[f64::INFINITY, f64::NEG_INFINITY]; n_total];
        let mut forward = BoundedForward::default();
        let finite: Vec<usize> = (0..self.n_vertices()).filter(|vertex| self.is_finite(*vertex)).collect();
        let trusts_f64 = self.trusts_f64();
        if trusts_f64 {
            for vertex in &finite {
                let values = forward.values(self, *vertex);
                for (value, [low, high]) in values.iter().zip(&mut reached) {
                    *low = low.min((value.value() + value.error()).next_up());
                    *high = high.max((value.value() - value.error()).next_down());
                }
            }
        }
        let mut cursor = Cursor::new(self);
        let mut extremes: Vec<Option<[Growing; 2]>> = vec![None; n_total];
        let take = |unit: usize, value: &Growing, extremes: &mut Vec<Option<[Growing; 2]>>| match &mut extremes[unit] {
            Some([min, max]) => {
                if value < min {
                    min.clone_from(value);
                }
                if value > max {
                    max.clone_from(value);
                }
            }
            none => *none = Some([value.clone(), value.clone()]),
        };
        for vertex in 0..self.n_vertices() {
            let first = layer_of.partition_point(|layer| *layer < self.first_layer_above(vertex));
            let candidates: Vec<usize> = if trusts_f64 && self.is_finite(vertex) {
                let values = forward.values(self, vertex).iter().zip(&reached).enumerate().skip(first);
                let may_be_extreme = values.filter(|(_, (value, [low, high]))| {
                    (value.value() - value.error()).next_down() <= *low
                        || (value.value() + value.error()).next_up() >= *high
                });
                may_be_extreme.map(|(unit, _)| unit).collect()
            } else {
                (first..n_total).collect()
            };
            if candidates.is_empty() {
                continue;
            }
            let point = cursor.vertex(vertex);
            for unit in candidates {
                let layer = layer_of[unit];
                let value = cursor.value(vertex, &point, layer, unit - first_of[layer]);
                take(unit, &value, &mut extremes);
            }
        }
        let mut extents = extremes.into_iter().map(|extreme| match extreme {
            Some([[low_rate, min], [high_rate, max]]) => {
                Extent { min: low_rate.is_zero().then_some(min), max: high_rate.is_zero().then_some(max) }
            }
            None => Extent { min: None, max: None },
        });
        let units = self.hidden().map(|width| extents.by_ref().take(width).collect()).collect();
        Extents { units, outputs: extents.collect() }
    }

    /// The first layer to whose cells a vertex belongs: the one above those whose units meet there.
    fn first_layer_above(&self, vertex: usize) -> usize {
        let above = |line: &Line| match line {
            Line::Side(_) => 0,
            Line::Unit { layer, .. } => usize::from(*layer) + 1,
        };
        self.vertices[vertex].lines.iter().map(above).max().unwrap_or(0)
    }

    /// The smallest c such that |f(p) − f(q)| ≤ c‖p − q‖ for an output f on the domain, its square for
    /// [`InputNorm::Two`].
    ///
    /// *Algorithm*: the largest dual norm of a gradient. Cells that cannot have it are ruled out in f64 with bounds.
    pub fn lipschitz_constant(&self, output: usize, norm: InputNorm) -> Rational {
        let size = |cell: usize| {
            let [a, b, _] = self.bounded_map(cell, output);
            let [a_size, b_size] = [a, b].map(|part| Bounded::new(part.value().abs(), part.error()));
            match norm {
                InputNorm::One => {
                    let larger = a_size.value().max(b_size.value());
                    Bounded::new(larger, a_size.error().max(b_size.error()))
                }
                InputNorm::Two => a * a + b * b,
                InputNorm::Infinity => a_size + b_size,
            }
        };
        let reached = if self.trusts_f64() {
            let sizes = (0..self.n_cells()).map(size);
            sizes.map(|size| (size.value() - size.error()).next_down()).fold(f64::NEG_INFINITY, f64::max)
        } else {
            f64::NEG_INFINITY
        };
        let mut cursor = Cursor::new(self);
        let mut largest = Rational::zero();
        let mut last = None;
        for cell in 0..self.n_cells() {
            let bound = size(cell);
            if (bound.value() + bound.error()).next_up() < reached {
                continue;
            }
            let [a, b, _] = cursor.map(cell, output);
            if last.as_ref() == Some(&[a.clone(), b.clone()]) {
                continue;
            }
            last = Some([a.clone(), b.clone()]);
            let absolute = |part: Rational| if part.exact_sign() == Sign::Negative { -part } else { part };
            let exact_size = match norm {
                InputNorm::One => absolute(a).max(absolute(b)),
                InputNorm::Two => a.clone() * &a + b.clone() * &b,
                InputNorm::Infinity => absolute(a) + absolute(b),
            };
            largest = largest.max(exact_size);
        }
        largest
    }
}

/// A forward pass in f64 with bounds, and its memory.
#[derive(Default)]
pub(super) struct BoundedForward {
    layer_in: BoundedVector,
    layer_out: BoundedVector,
    values: Vec<Bounded>,
}

impl BoundedForward {
    /// All pre-activations, then all outputs, at a vertex of the plane.
    pub fn values(&mut self, complex: &PlaneComplex, vertex: usize) -> &[Bounded] {
        let leak = Bounded::exact(complex.layers.leak);
        self.values.clear();
        self.layer_in.reset(2);
        for (k, part) in complex.bounded_vertex(vertex).into_iter().enumerate() {
            self.layer_in.set(k, part);
        }
        for layer in complex.layers.all() {
            self.layer_out.affine(&layer.weights_by_input, &layer.biases, &self.layer_in);
            self.layer_in.reset(layer.biases.len());
            for unit in 0..layer.biases.len() {
                let value = self.layer_out.get(unit);
                self.values.push(value);
                self.layer_in.set(unit, activated(value, leak));
            }
        }
        &self.values
    }
}

/// The activation of a bounded number; where its sign is not certain, both branches are covered.
fn activated(value: Bounded, leak: Bounded) -> Bounded {
    match value.sign() {
        Some(Sign::Positive | Sign::Zero) => value,
        Some(Sign::Negative) => value * leak,
        None => {
            let low = value * leak;
            // Both branches lie within the sum of the bounds around the computed value of one of them.
            Bounded::new(low.value(), (low.error() + value.error() + (value - low).value().abs()).next_up() * 2.0)
        }
    }
}
