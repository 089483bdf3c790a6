//! Evaluation of trained networks, always in f64, one network per lane.

mod visitor;

use crate::activate::Activate;
use crate::dense::{Extent, Forward};
use crate::lanes::{Simd, Task, VectorUnit};
use rayon::prelude::*;
use relulab_net::{Activation, Layer, Loss, Shape};
use visitor::{CHUNK, Chunk, LossVisitor, OutputVisitor, RangeVisitor, Visitor};

/// The networks to evaluate: one shape and activation, many parameter vectors.
#[derive(Clone, Copy, Debug)]
pub struct Networks<'a> {
    /// Their shape.
    pub shape: &'a Shape,
    /// Their activation.
    pub activation: Activation,
    /// Their parameters, each in the order of the flat vector.
    pub parameters: &'a [&'a [f64]],
}

/// What a unit's pre-activation does over a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PreActivationRange {
    /// Smallest pre-activation.
    pub min: f64,
    /// Largest pre-activation.
    pub max: f64,
}

impl PreActivationRange {
    /// Observed dead: no sample with a positive pre-activation.
    pub fn is_dead(self) -> bool {
        self.max <= 0.0
    }

    /// Observed linear: all samples have a positive pre-activation.
    pub fn is_linear(self) -> bool {
        self.min > 0.0
    }
}

/// What one network does over a sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// Ranges of the hidden units, layer by layer, in one list.
    pub units: Vec<PreActivationRange>,
    /// Ranges of the outputs.
    pub outputs: Vec<PreActivationRange>,
}

impl Observation {
    /// Number of observed dead units.
    pub fn n_dead(&self) -> usize {
        self.units.iter().filter(|unit| unit.is_dead()).count()
    }

    /// Number of observed linear units.
    pub fn n_linear(&self) -> usize {
        self.units.iter().filter(|unit| unit.is_linear()).count()
    }

    /// Whether every output is the same number on the whole sample.
    pub fn is_constant(&self) -> bool {
        self.outputs.iter().all(|output| output.min == output.max)
    }
}

impl Networks<'_> {
    /// Mean loss of each network over labelled points.
    ///
    /// *Shapes*: `points` is n × input dimension, `labels` n × output dimension, row-major.
    pub fn mean_losses(&self, loss: Loss, points: &[f64], labels: &[f64], unit: VectorUnit) -> Vec<f64> {
        let n = points.len() / self.shape.input_dim();
        let n_outputs = self.shape.output_dim();
        let sums = self.visit(points, unit, |size| LossVisitor::new(loss, labels, n_outputs, size));
        sums.into_iter().flat_map(|visitor| visitor.sums).map(|sum| sum / n as f64).collect()
    }

    /// Outputs of each network at each point.
    ///
    /// *Shapes*: `points` is n × input dimension; each result is n × output dimension.
    pub fn outputs(&self, points: &[f64], unit: VectorUnit) -> Vec<Vec<f64>> {
        let n_outputs = self.shape.output_dim();
        let visitors = self.visit(points, unit, |size| OutputVisitor { n_outputs, outputs: vec![Vec::new(); size] });
        visitors.into_iter().flat_map(|visitor| visitor.outputs).collect()
    }

    /// Ranges of all pre-activations and outputs of each network over points.
    ///
    /// *Shapes*: `points` is n × input dimension.
    pub fn observe(&self, points: &[f64], unit: VectorUnit) -> Vec<Observation> {
        let n_ranges: usize = self.shape.widths().skip(1).sum();
        let n_units = self.shape.n_units();
        let visitors = self.visit(points, unit, |size| RangeVisitor::new(n_ranges, size));
        visitors
            .into_iter()
            .flat_map(|visitor| visitor.ranges)
            .map(|mut ranges| {
                let outputs = ranges.split_off(n_units);
                Observation { units: ranges, outputs }
            })
            .collect()
    }

    /// Runs one visitor over each group of networks that fills the lanes.
    fn visit<T: Visitor>(&self, points: &[f64], unit: VectorUnit, new: impl Fn(usize) -> T + Sync) -> Vec<T> {
        let lanes = unit.f32_lanes() / 2;
        self.parameters
            .par_chunks(lanes)
            .map(|parameters| {
                let networks = Networks { parameters, ..*self };
                unit.run(Visit { networks, points, visitor: new(parameters.len()) })
            })
            .collect()
    }
}

struct Visit<'a, T> {
    networks: Networks<'a>,
    points: &'a [f64],
    visitor: T,
}

impl<T: Visitor> Task for Visit<'_, T> {
    type Output = T;

    #[inline(always)]
    fn run<F32: Simd<Elem = f32>, F64: Simd<Elem = f64>>(self) -> T {
        self.visit::<F64>()
    }
}

impl<T: Visitor> Visit<'_, T> {
    #[inline(always)]
    fn visit<V: Simd<Elem = f64>>(mut self) -> T {
        let shape = self.networks.shape;
        let layers: Vec<Layer> = shape.layers().collect();
        let d = shape.input_dim();
        let mut parameters = vec![V::zero(); shape.n_params()];
        for lane in 0..V::LANES {
            let one = self.networks.parameters[lane.min(self.networks.parameters.len() - 1)];
            for (vector, &value) in parameters.iter_mut().zip(one) {
                vector.set_lane(lane, value);
            }
        }
        let widest = shape.widths().max().unwrap_or(1);
        let mut below = vec![V::zero(); widest * CHUNK];
        let mut above = below.clone();
        let mut derivatives = below.clone();
        for (index, rows) in self.points.chunks(d * CHUNK).enumerate() {
            let n_samples = rows.len() / d;
            for (s, row) in rows.chunks(d).enumerate() {
                for (i, &x) in row.iter().enumerate() {
                    below[i * CHUNK + s] = V::constant(x);
                }
            }
            for (l, layer) in layers.iter().enumerate() {
                let is_output = l + 1 == layers.len();
                let e = Extent { n_in: layer.n_in, n_out: layer.n_out, n_samples, stride: CHUNK };
                let fused = !T::HIDDEN && !is_output && self.networks.activation == Activation::Relu;
                // SAFETY: both buffers hold the widest layer, and the parameters are those of the shape.
                unsafe {
                    V::call(Forward {
                        extent: e,
                        weights: parameters.as_ptr().add(layer.weights.start),
                        biases: parameters.as_ptr().add(layer.biases.start),
                        inputs: below.as_ptr(),
                        outputs: above.as_mut_ptr(),
                        relu: fused,
                    });
                }
                let range = ..layer.n_out * CHUNK;
                if is_output || T::HIDDEN {
                    let first = index * CHUNK;
                    self.visitor.layer(&Chunk { values: &above[range], n_samples, first, is_output });
                }
                if !is_output && !fused {
                    let (values, derivatives) = (&mut above[range], &mut derivatives[range]);
                    V::call(Activate { activation: self.networks.activation, values, derivatives });
                }
                std::mem::swap(&mut below, &mut above);
            }
        }
        self.visitor
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_net::{Network, reference};

    const TOLERANCE: f64 = 1e-13;

    #[test]
    fn agrees_with_the_naive_reference() {
        let shape = Shape::new(2, vec![5, 3], 2).unwrap();
        let all: Vec<Vec<f64>> = (0..11)
            .map(|k| (0..shape.n_params()).map(|i| libm::sin(1.7 * i as f64 + 0.9 * f64::from(k))).collect())
            .collect();
        let parameters: Vec<&[f64]> = all.iter().map(Vec::as_slice).collect();
        let points: Vec<f64> = (0..2 * 37).map(|k| 2.0 * libm::cos(2.1 * f64::from(k))).collect();
        let labels: Vec<f64> = (0..2 * 37).map(|k| f64::from(u8::from(k % 2 == k / 2 % 2))).collect();
        for name in ["relu", "leaky_relu", "gelu", "tanh", "sigmoid", "softplus"] {
            let activation: Activation = name.parse().unwrap();
            let networks = Networks { shape: &shape, activation, parameters: &parameters };
            for unit in [VectorUnit::widest(), VectorUnit::Portable] {
                let outputs = networks.outputs(&points, unit);
                let observed = networks.observe(&points, unit);
                for (k, one) in all.iter().enumerate() {
                    let network = Network::new(shape.clone(), activation, one.clone()).unwrap();
                    let mut ranges = [(f64::INFINITY, f64::NEG_INFINITY); 10];
                    for (x, got) in points.chunks(2).zip(outputs[k].chunks(2)) {
                        let expected = reference::forward(&network, x);
                        assert!((0..2).all(|o| (expected[o] - got[o]).abs() < TOLERANCE));
                        let all = reference::pre_activations(&shape, activation, one, x).concat();
                        for (range, z) in ranges.iter_mut().zip(all) {
                            *range = (range.0.min(z), range.1.max(z));
                        }
                    }
                    let got = observed[k].units.iter().chain(&observed[k].outputs);
                    for (range, got) in ranges.iter().zip(got) {
                        assert!((range.0 - got.min).abs() < TOLERANCE && (range.1 - got.max).abs() < TOLERANCE);
                    }
                }
                for loss in [Loss::Mse, Loss::Absolute, Loss::BinaryCrossEntropy, Loss::SoftmaxCrossEntropy] {
                    let losses = networks.mean_losses(loss, &points, &labels, unit);
                    for (k, one) in all.iter().enumerate() {
                        let (expected, _) =
                            reference::loss_and_gradient(&shape, activation, loss, one, &points, &labels);
                        assert!((expected - losses[k]).abs() < TOLERANCE, "{name} {loss}");
                    }
                }
            }
        }
    }
}
