//! Passes over a block of points in matrix products: forward, backward, and their directional derivatives.
//!
//! Points are rows. With the prefix R for the derivative along a direction (V, c) of the parameters (W, b):
//!
//! ```text
//! forward    z = h Wᵀ + b              Rz = h Vᵀ + Rh Wᵀ + c       h' = σ(z)       Rh' = σ'(z) Rz
//! backward   ∂h = δ W                  R∂h = Rδ W + δ V            δ' = σ'(z) ∂h   Rδ' = σ'(z) R∂h + σ''(z) Rz ∂h
//! gradient   δᵀ h                      Rδᵀ h + δᵀ Rh
//! ```
//!
//! A gradient takes three products a layer; a Hessian-vector product eight, six of which depend on the vector, and a
//! Gauss-Newton-vector product five, of which four do.
//!
//! *Reference*: Pearlmutter 1994, *Fast exact multiplication by the Hessian*.

use crate::dense::{View, multiply};
use crate::objective::Objective;
use crate::second_derivative::{OutputLoss, activation_second_derivative};
use relulab_net::{Activation, Layer};
use std::ops::Range;

/// Values of one affine layer at the points of a block, row-major points × units.
#[derive(Default)]
pub(crate) struct LayerSweep {
    /// Inputs h of the layer.
    pub(crate) inputs: Vec<f64>,
    /// σ'(z), and σ''(z) for smooth activations; the output layer has none.
    slope: Vec<f64>,
    bend: Vec<f64>,
    /// Rh and Rz.
    inputs_rate: Vec<f64>,
    z_rate: Vec<f64>,
    /// δ and Rδ.
    pub(crate) delta: Vec<f64>,
    delta_rate: Vec<f64>,
}

/// The memory of passes over at most `capacity` points.
pub(crate) struct Sweep<'a> {
    objective: Objective<'a>,
    parameters: &'a [f64],
    pub(crate) layers: Vec<Layer>,
    pub(crate) values: Vec<LayerSweep>,
    pub(crate) outputs: Vec<f64>,
    outputs_rate: Vec<f64>,
    output_loss: OutputLoss,
    is_smooth: bool,
    first: usize,
    n: usize,
}

impl<'a> Sweep<'a> {
    pub(crate) fn new(objective: Objective<'a>, parameters: &'a [f64], capacity: usize) -> Self {
        let layers: Vec<Layer> = objective.shape().layers().collect();
        let values = layers
            .iter()
            .map(|layer| LayerSweep {
                inputs: vec![0.0; capacity * layer.n_in],
                delta: vec![0.0; capacity * layer.n_out],
                slope: vec![0.0; capacity * layer.n_out],
                ..LayerSweep::default()
            })
            .collect();
        Self {
            objective,
            parameters,
            values,
            outputs: vec![0.0; capacity * objective.shape().output_dim()],
            outputs_rate: Vec::new(),
            output_loss: OutputLoss::new(objective.loss_function(), 1.0 / objective.n_points() as f64),
            is_smooth: !objective.activation().is_piecewise_linear(),
            layers,
            first: 0,
            n: 0,
        }
    }

    /// Values at some points.
    pub(crate) fn forward(&mut self, points: Range<usize>) {
        (self.first, self.n) = (points.start, points.len());
        let (n, d) = (self.n, self.objective.shape().input_dim());
        self.values[0].inputs[..n * d].copy_from_slice(&self.objective.inputs()[points.start * d..points.end * d]);
        for l in 0..self.layers.len() {
            let layer = &self.layers[l];
            let (below, above) = self.values.split_at_mut(l + 1);
            let here = &mut below[l];
            let out = above.first_mut().map_or(&mut self.outputs, |next| &mut next.inputs);
            let out = &mut out[..n * layer.n_out];
            fill_rows(out, &self.parameters[layer.biases.clone()]);
            let weights = View::new(&self.parameters[layer.weights.clone()], layer.n_out, layer.n_in);
            multiply(out, View::new(&here.inputs, n, layer.n_in), weights.transposed(), true);
            if l + 1 < self.layers.len() {
                if self.is_smooth {
                    here.bend.clear();
                    let activation = self.objective.activation();
                    here.bend.extend(out.iter().map(|z| activation_second_derivative(activation, *z)));
                }
                activate(self.objective.activation(), out, &mut here.slope);
            }
        }
    }

    /// Derivatives of the values along a direction in the parameters.
    pub(crate) fn forward_rate(&mut self, direction: &[f64]) {
        let n = self.n;
        for l in 0..self.layers.len() {
            let layer = &self.layers[l];
            let (below, above) = self.values.split_at_mut(l + 1);
            let here = &mut below[l];
            let out = above.first_mut().map_or(&mut self.outputs_rate, |next| &mut next.inputs_rate);
            out.resize(n * layer.n_out, 0.0);
            fill_rows(out, &direction[layer.biases.clone()]);
            let turn = View::new(&direction[layer.weights.clone()], layer.n_out, layer.n_in);
            multiply(out, View::new(&here.inputs, n, layer.n_in), turn.transposed(), true);
            if l > 0 {
                let weights = View::new(&self.parameters[layer.weights.clone()], layer.n_out, layer.n_in);
                multiply(out, View::new(&here.inputs_rate, n, layer.n_in), weights.transposed(), true);
            }
            if l + 1 < self.layers.len() {
                if self.is_smooth {
                    here.z_rate.clear();
                    here.z_rate.extend_from_slice(out);
                }
                out.iter_mut().zip(&here.slope).for_each(|(rate, slope)| *rate *= slope);
            }
        }
    }

    /// The share of the points in the loss; sets δ of the outputs to its derivative.
    pub(crate) fn seed_loss(&mut self) -> f64 {
        let o = self.objective.shape().output_dim();
        let labels = &self.objective.labels()[self.first * o..(self.first + self.n) * o];
        let Some(top) = self.values.last_mut() else { return 0.0 };
        let mut loss = 0.0;
        for ((outputs, labels), delta) in
            self.outputs.chunks_exact(o).zip(labels.chunks_exact(o)).zip(top.delta.chunks_exact_mut(o))
        {
            loss += self.output_loss.value(outputs, labels);
            self.output_loss.derivative(outputs, labels, delta);
        }
        loss
    }

    /// Sets Rδ of the outputs (or δ, for Gauss-Newton) to the output Hessian times the rate of the outputs.
    pub(crate) fn seed_rate(&mut self, gauss_newton: bool) {
        let (n, o) = (self.n, self.objective.shape().output_dim());
        let labels = &self.objective.labels()[self.first * o..(self.first + n) * o];
        let rates = &mut self.outputs_rate[..n * o];
        for ((outputs, labels), rate) in
            self.outputs.chunks_exact(o).zip(labels.chunks_exact(o)).zip(rates.chunks_exact_mut(o))
        {
            self.output_loss.times_hessian(outputs, labels, rate);
        }
        let Some(top) = self.values.last_mut() else { return };
        let delta = if gauss_newton { &mut top.delta } else { &mut top.delta_rate };
        delta.resize(delta.len().max(n * o), 0.0);
        delta[..n * o].copy_from_slice(rates);
    }

    /// Sets δ of the outputs to row r of a matrix per point: of the identity, or of the factor S of the output Hessian.
    pub(crate) fn seed_row(&mut self, r: usize, weighted: bool) {
        let o = self.objective.shape().output_dim();
        let labels = &self.objective.labels()[self.first * o..(self.first + self.n) * o];
        let Some(top) = self.values.last_mut() else { return };
        let mut factor = vec![0.0; o * o];
        for ((outputs, labels), delta) in
            self.outputs.chunks_exact(o).zip(labels.chunks_exact(o)).zip(top.delta.chunks_exact_mut(o))
        {
            if weighted {
                self.output_loss.factor(outputs, labels, &mut factor);
                delta.copy_from_slice(&factor[r * o..(r + 1) * o]);
            } else {
                delta.fill(0.0);
                delta[r] = 1.0;
            }
        }
    }

    /// δ of all layers from δ of the outputs.
    pub(crate) fn backward(&mut self) {
        let n = self.n;
        for l in (1..self.layers.len()).rev() {
            let layer = &self.layers[l];
            let (below, above) = self.values.split_at_mut(l);
            let (here, top) = (&mut below[l - 1], &above[0]);
            let weights = View::new(&self.parameters[layer.weights.clone()], layer.n_out, layer.n_in);
            let delta = &mut here.delta[..n * layer.n_in];
            multiply(delta, View::new(&top.delta, n, layer.n_out), weights, false);
            delta.iter_mut().zip(&here.slope).for_each(|(delta, slope)| *delta *= slope);
        }
    }

    /// The same, and σ'' ∂h in place of σ'': what [`Self::backward_rate`] needs.
    pub(crate) fn backward_with_bend(&mut self) {
        let n = self.n;
        for l in (1..self.layers.len()).rev() {
            let layer = &self.layers[l];
            let (below, above) = self.values.split_at_mut(l);
            let (here, top) = (&mut below[l - 1], &above[0]);
            let weights = View::new(&self.parameters[layer.weights.clone()], layer.n_out, layer.n_in);
            let delta = &mut here.delta[..n * layer.n_in];
            multiply(delta, View::new(&top.delta, n, layer.n_out), weights, false);
            here.bend.iter_mut().zip(&*delta).for_each(|(bend, delta)| *bend *= delta);
            delta.iter_mut().zip(&here.slope).for_each(|(delta, slope)| *delta *= slope);
        }
    }

    /// Rδ of all layers from that of the outputs; δ is there already, with [`Self::backward_with_bend`].
    pub(crate) fn backward_rate(&mut self, direction: &[f64]) {
        let n = self.n;
        for l in (1..self.layers.len()).rev() {
            let layer = &self.layers[l];
            let (below, above) = self.values.split_at_mut(l);
            let (here, top) = (&mut below[l - 1], &above[0]);
            let weights = View::new(&self.parameters[layer.weights.clone()], layer.n_out, layer.n_in);
            let turn = View::new(&direction[layer.weights.clone()], layer.n_out, layer.n_in);
            let size = n * layer.n_in;
            here.delta_rate.resize(here.delta_rate.len().max(size), 0.0);
            let rate = &mut here.delta_rate[..size];
            multiply(rate, View::new(&top.delta_rate, n, layer.n_out), weights, false);
            multiply(rate, View::new(&top.delta, n, layer.n_out), turn, true);
            rate.iter_mut().zip(&here.slope).for_each(|(rate, slope)| *rate *= slope);
            if self.is_smooth {
                for ((rate, bend), z_rate) in rate.iter_mut().zip(&here.bend).zip(&here.z_rate) {
                    *rate += bend * z_rate;
                }
            }
        }
    }

    /// Adds δᵀ(h, 1) of every layer.
    pub(crate) fn add_gradient(&self, out: &mut [f64]) {
        for (layer, here) in self.layers.iter().zip(&self.values) {
            self.add_outer(layer, &here.delta, &here.inputs, out);
            add_columns(&mut out[layer.biases.clone()], &here.delta[..self.n * layer.n_out]);
        }
    }

    /// Adds Rδᵀ(h, 1) + δᵀ(Rh, 0) of every layer.
    pub(crate) fn add_gradient_rate(&self, out: &mut [f64]) {
        for (l, (layer, here)) in self.layers.iter().zip(&self.values).enumerate() {
            self.add_outer(layer, &here.delta_rate, &here.inputs, out);
            if l > 0 {
                self.add_outer(layer, &here.delta, &here.inputs_rate, out);
            }
            add_columns(&mut out[layer.biases.clone()], &here.delta_rate[..self.n * layer.n_out]);
        }
    }

    fn add_outer(&self, layer: &Layer, delta: &[f64], inputs: &[f64], out: &mut [f64]) {
        let delta = View::new(delta, self.n, layer.n_out).transposed();
        multiply(&mut out[layer.weights.clone()], delta, View::new(inputs, self.n, layer.n_in), true);
    }
}

fn fill_rows(out: &mut [f64], row: &[f64]) {
    for out in out.chunks_exact_mut(row.len()) {
        out.copy_from_slice(row);
    }
}

fn add_columns(out: &mut [f64], rows: &[f64]) {
    for row in rows.chunks_exact(out.len()) {
        out.iter_mut().zip(row).for_each(|(out, value)| *out += value);
    }
}

/// Replaces z by σ(z) and notes σ'(z).
fn activate(activation: Activation, z: &mut [f64], slope: &mut [f64]) {
    match activation {
        Activation::Relu => {
            for (z, slope) in z.iter_mut().zip(slope) {
                let on = f64::from(u8::from(*z > 0.0));
                *slope = on;
                *z = if *z > 0.0 { *z } else { 0.0 };
            }
        }
        _ => {
            for (z, slope) in z.iter_mut().zip(slope) {
                *slope = activation.derivative(*z);
                *z = activation.value(*z);
            }
        }
    }
}
