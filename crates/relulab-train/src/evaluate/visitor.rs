//! What is gathered from the layers of networks under evaluation: losses, outputs, or ranges of pre-activations.

use super::PreActivationRange;
use crate::lanes::Simd;
use relulab_net::Loss;

/// Points that go through a layer together.
pub(super) const CHUNK: usize = 16;

/// Sees the pre-activations of a group of networks, chunk by chunk.
pub(super) trait Visitor: Send {
    /// Whether hidden layers are of interest, and not the outputs alone.
    const HIDDEN: bool;

    /// A chunk of one layer.
    fn layer<V: Simd<Elem = f64>>(&mut self, chunk: &Chunk<'_, V>);
}

/// Pre-activations of one layer over some samples: unit j at sample s lies at `j·CHUNK + s`.
pub(super) struct Chunk<'a, V> {
    pub values: &'a [V],
    pub n_samples: usize,
    /// Index of the first sample.
    pub first: usize,
    pub is_output: bool,
}

/// Sums the loss over points.
pub(super) struct LossVisitor<'a> {
    loss: Loss,
    labels: &'a [f64],
    n_outputs: usize,
    pub sums: Vec<f64>,
    scratch: Vec<f64>,
}

impl<'a> LossVisitor<'a> {
    pub(super) fn new(loss: Loss, labels: &'a [f64], n_outputs: usize, n_networks: usize) -> Self {
        Self { loss, labels, n_outputs, sums: vec![0.0; n_networks], scratch: vec![0.0; n_outputs] }
    }
}

impl Visitor for LossVisitor<'_> {
    const HIDDEN: bool = false;

    #[inline(always)]
    fn layer<V: Simd<Elem = f64>>(&mut self, chunk: &Chunk<'_, V>) {
        let o = self.n_outputs;
        if self.loss == Loss::Mse {
            let mut total = V::zero();
            for (lane, sum) in self.sums.iter().enumerate() {
                total.set_lane(lane, *sum);
            }
            let share = V::constant(1.0 / o as f64);
            for s in 0..chunk.n_samples {
                for k in 0..o {
                    let label = V::constant(self.labels[(chunk.first + s) * o + k]);
                    let residual = chunk.values[k * CHUNK + s].sub(label);
                    total = residual.mul(share).mul_add(residual, total);
                }
            }
            for (lane, sum) in self.sums.iter_mut().enumerate() {
                *sum = total.lane(lane);
            }
            return;
        }
        for s in 0..chunk.n_samples {
            let labels = &self.labels[(chunk.first + s) * o..(chunk.first + s + 1) * o];
            for (lane, sum) in self.sums.iter_mut().enumerate() {
                for k in 0..o {
                    self.scratch[k] = chunk.values[k * CHUNK + s].lane(lane);
                }
                *sum += self.loss.value(&self.scratch, labels);
            }
        }
    }
}

/// Keeps the outputs at every point.
pub(super) struct OutputVisitor {
    pub n_outputs: usize,
    pub outputs: Vec<Vec<f64>>,
}

impl Visitor for OutputVisitor {
    const HIDDEN: bool = false;

    #[inline(always)]
    fn layer<V: Simd<Elem = f64>>(&mut self, chunk: &Chunk<'_, V>) {
        for s in 0..chunk.n_samples {
            for (lane, outputs) in self.outputs.iter_mut().enumerate() {
                for k in 0..self.n_outputs {
                    outputs.push(chunk.values[k * CHUNK + s].lane(lane));
                }
            }
        }
    }
}

/// Keeps the smallest and largest pre-activation of every unit and output.
pub(super) struct RangeVisitor {
    pub ranges: Vec<Vec<PreActivationRange>>,
    /// Index of the next layer's first unit.
    first: usize,
}

impl RangeVisitor {
    pub(super) fn new(n_ranges: usize, n_networks: usize) -> Self {
        let empty = PreActivationRange { min: f64::INFINITY, max: f64::NEG_INFINITY };
        Self { ranges: vec![vec![empty; n_ranges]; n_networks], first: 0 }
    }
}

impl Visitor for RangeVisitor {
    const HIDDEN: bool = true;

    #[inline(always)]
    fn layer<V: Simd<Elem = f64>>(&mut self, chunk: &Chunk<'_, V>) {
        let n_units = chunk.values.len() / CHUNK;
        for (j, unit) in chunk.values.chunks(CHUNK).enumerate() {
            let (mut min, mut max) = (unit[0], unit[0]);
            for &value in &unit[1..chunk.n_samples] {
                min = min.min(value);
                max = max.max(value);
            }
            for (lane, ranges) in self.ranges.iter_mut().enumerate() {
                let range = &mut ranges[self.first + j];
                range.min = range.min.min(min.lane(lane));
                range.max = range.max.max(max.lane(lane));
            }
        }
        self.first = if chunk.is_output { 0 } else { self.first + n_units };
    }
}
