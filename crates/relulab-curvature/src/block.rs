//! A block of points pushed through a network: values, derivatives and sensitivities, unit by unit.
//!
//! Every quantity is a matrix with one row per unit (or pair of units) and one column per point of the block, so that
//! all inner loops run over points. Columns beyond the last point hold zeros wherever they enter a sum.

use crate::kernel::{VectorUnit, add_product, add_scaled};
use crate::lanes::LANES;
use crate::objective::Objective;
use crate::second_derivative::{OutputLoss, activation_second_derivative};
use relulab_net::Layer;

/// Numbers that the sensitivities of a block may take: about half of a second-level cache.
const BLOCK_NUMBERS: usize = 1 << 16;
/// Points per block, at most.
const MAX_POINTS: usize = 256;
/// Points per block, at least.
const MIN_POINTS: usize = 32;

/// What is kept of one affine layer.
#[derive(Default)]
pub(crate) struct LayerBlock {
    /// Inputs of the layer, followed by a row of ones for the biases: (n_in + 1) rows.
    pub(crate) inputs: Vec<f64>,
    /// Pre-activations: n_out rows.
    pub(crate) z: Vec<f64>,
    /// σ'(z); for the output layer unused.
    pub(crate) slope: Vec<f64>,
    /// Derivative of the loss in z.
    pub(crate) delta: Vec<f64>,
    /// Derivative of the loss in σ(z), times σ''(z); for smooth hidden layers.
    pub(crate) bend: Vec<f64>,
    /// S ∂outputs/∂z for the factor S of the output Hessian: row r·n_out + i.
    pub(crate) seeds: Vec<f64>,
    /// For each hidden layer a below: ∂z/∂z_a, row k·n_a + i; for smooth hidden layers.
    pub(crate) z_from: Vec<Vec<f64>>,
    /// For each hidden layer a below: ∂σ(z)/∂z_a, row l·n_a + i; for hidden layers.
    pub(crate) value_from: Vec<Vec<f64>>,
}

/// The memory of a block and its contents.
pub(crate) struct Block {
    unit: VectorUnit,
    /// Columns.
    pub(crate) stride: usize,
    pub(crate) layers: Vec<LayerBlock>,
    pub(crate) is_smooth: bool,
    output_loss: OutputLoss,
    point: [Vec<f64>; 4],
}

impl Block {
    /// A block for an objective; it takes [`Self::stride`] points at a time.
    pub(crate) fn new(objective: &Objective<'_>) -> Self {
        let shape = objective.shape();
        let n_units = shape.n_units() + shape.output_dim();
        let stride = (BLOCK_NUMBERS / (n_units * n_units)).clamp(MIN_POINTS, MAX_POINTS) / LANES * LANES;
        let stride = stride.min(objective.n_points().next_multiple_of(LANES));
        let o = shape.output_dim();
        let layers = shape
            .layers()
            .map(|layer| {
                let rows = |n: usize| vec![0.0; n * stride];
                let mut block = LayerBlock {
                    inputs: rows(layer.n_in + 1),
                    z: rows(layer.n_out),
                    slope: rows(layer.n_out),
                    delta: rows(layer.n_out),
                    bend: rows(layer.n_out),
                    seeds: rows(layer.n_out * o),
                    ..LayerBlock::default()
                };
                block.inputs[layer.n_in * stride..].fill(1.0);
                block
            })
            .collect();
        Self {
            unit: VectorUnit::detect(),
            stride,
            layers,
            is_smooth: !objective.activation().is_piecewise_linear(),
            output_loss: OutputLoss::new(objective.loss_function(), 1.0 / objective.n_points() as f64),
            point: [vec![0.0; o], vec![0.0; o], vec![0.0; o], vec![0.0; o * o]],
        }
    }

    /// Values, loss derivatives and seeds of the points from `start` on; returns their share of the loss.
    pub(crate) fn load(
        &mut self,
        objective: &Objective<'_>,
        layers: &[Layer],
        parameters: &[f64],
        start: usize,
    ) -> f64 {
        let n = self.stride.min(objective.n_points() - start);
        self.forward(objective, layers, parameters, start, n);
        let loss = self.seed(objective, start, n);
        self.backward(objective, layers, parameters);
        loss
    }

    fn forward(&mut self, objective: &Objective<'_>, layers: &[Layer], parameters: &[f64], start: usize, n: usize) {
        let (unit, stride, d) = (self.unit, self.stride, objective.shape().input_dim());
        for i in 0..d {
            let row = &mut self.layers[0].inputs[i * stride..(i + 1) * stride];
            row.fill(0.0);
            for (s, value) in row[..n].iter_mut().enumerate() {
                *value = objective.inputs()[(start + s) * d + i];
            }
        }
        for (l, layer) in layers.iter().enumerate() {
            let (below, above) = self.layers.split_at_mut(l + 1);
            let here = &mut below[l];
            for k in 0..layer.n_out {
                let z = &mut here.z[k * stride..(k + 1) * stride];
                z.fill(parameters[layer.biases.start + k]);
                for i in 0..layer.n_in {
                    let weight = parameters[layer.weights.start + k * layer.n_in + i];
                    add_scaled(unit, z, weight, &here.inputs[i * stride..(i + 1) * stride]);
                }
            }
            if let Some(next) = above.first_mut() {
                let activation = objective.activation();
                for ((z, slope), value) in here.z.iter().zip(&mut here.slope).zip(&mut next.inputs) {
                    *value = activation.value(*z);
                    *slope = activation.derivative(*z);
                }
            }
        }
    }

    /// Loss derivatives and the factor of the output Hessian.
    fn seed(&mut self, objective: &Objective<'_>, start: usize, n: usize) -> f64 {
        let (stride, o) = (self.stride, objective.shape().output_dim());
        let Some(top) = self.layers.last_mut() else { return 0.0 };
        top.delta.fill(0.0);
        top.seeds.fill(0.0);
        let [outputs, labels, derivative, factor] = &mut self.point;
        let mut loss = 0.0;
        for s in 0..n {
            for k in 0..o {
                outputs[k] = top.z[k * stride + s];
                labels[k] = objective.labels()[(start + s) * o + k];
            }
            loss += self.output_loss.value(outputs, labels);
            self.output_loss.derivative(outputs, labels, derivative);
            self.output_loss.factor(outputs, labels, factor);
            for (row, derivative) in derivative.iter().enumerate() {
                top.delta[row * stride + s] = *derivative;
            }
            for (row, entry) in factor.iter().enumerate() {
                top.seeds[row * stride + s] = *entry;
            }
        }
        loss
    }

    fn backward(&mut self, objective: &Objective<'_>, layers: &[Layer], parameters: &[f64]) {
        let (unit, stride, o) = (self.unit, self.stride, objective.shape().output_dim());
        for l in (1..layers.len()).rev() {
            let layer = &layers[l];
            let weights = &parameters[layer.weights.clone()];
            let (below, above) = self.layers.split_at_mut(l);
            let (here, top) = (&mut below[l - 1], &above[0]);
            pull_back(unit, stride, weights, layer, &top.delta, &mut here.delta);
            for r in 0..o {
                let (from, to) = (r * layer.n_out * stride, r * layer.n_in * stride);
                let (from, to) = (from..from + layer.n_out * stride, to..to + layer.n_in * stride);
                pull_back(unit, stride, weights, layer, &top.seeds[from], &mut here.seeds[to.clone()]);
                here.seeds[to].iter_mut().zip(&here.slope).for_each(|(seed, slope)| *seed *= slope);
            }
            if self.is_smooth {
                for ((bend, z), delta) in here.bend.iter_mut().zip(&here.z).zip(&here.delta) {
                    *bend = delta * activation_second_derivative(objective.activation(), *z);
                }
            }
            here.delta.iter_mut().zip(&here.slope).for_each(|(delta, slope)| *delta *= slope);
        }
    }

    /// Sensitivities of each hidden layer to the pre-activations of the hidden layers below it.
    pub(crate) fn spread(&mut self, layers: &[Layer], parameters: &[f64]) {
        let (unit, stride) = (self.unit, self.stride);
        for c in 1..layers.len().saturating_sub(1) {
            let layer = &layers[c];
            let (below, above) = self.layers.split_at_mut(c);
            let here = &mut above[0];
            here.z_from.resize_with(c, Vec::new);
            here.value_from.resize_with(c, Vec::new);
            for a in 0..c {
                let n_a = layers[a].n_out;
                let z_from = &mut here.z_from[a];
                z_from.clear();
                z_from.resize(layer.n_out * n_a * stride, 0.0);
                for k in 0..layer.n_out {
                    for m in 0..layer.n_in {
                        let weight = parameters[layer.weights.start + k * layer.n_in + m];
                        if a + 1 == c {
                            // σ(z_a) depends on z_a unit by unit.
                            let row = (k * n_a + m) * stride;
                            let slope = &below[a].slope[m * stride..(m + 1) * stride];
                            add_scaled(unit, &mut z_from[row..row + stride], weight, slope);
                        } else {
                            let rows = &below[c - 1].value_from[a][m * n_a * stride..(m + 1) * n_a * stride];
                            add_scaled(unit, &mut z_from[k * n_a * stride..(k + 1) * n_a * stride], weight, rows);
                        }
                    }
                }
                let value_from = &mut here.value_from[a];
                value_from.clear();
                value_from.resize(z_from.len(), 0.0);
                for (row, (value, z)) in
                    value_from.chunks_exact_mut(stride).zip(z_from.chunks_exact(stride)).enumerate()
                {
                    let k = row / n_a;
                    add_product(unit, value, z, &here.slope[k * stride..(k + 1) * stride]);
                }
            }
        }
    }
}

/// `to = Wᵀ from`: from the pre-activations of a layer to its inputs.
fn pull_back(unit: VectorUnit, stride: usize, weights: &[f64], layer: &Layer, from: &[f64], to: &mut [f64]) {
    to.fill(0.0);
    for k in 0..layer.n_out {
        let from = &from[k * stride..(k + 1) * stride];
        for i in 0..layer.n_in {
            add_scaled(unit, &mut to[i * stride..(i + 1) * stride], weights[k * layer.n_in + i], from);
        }
    }
}
