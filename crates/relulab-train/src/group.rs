//! A group of networks of one shape in training, one network per lane.

use crate::activate::Activate;
use crate::dense::{Backward, Extent, Forward};
use crate::initial::initial_parameters;
use crate::lanes::{Element, Simd};
use crate::philox::Key;
use crate::recipe::Recipe;
use crate::residual::{Outputs, Residual};
use crate::shallow::{self, Gradients, Sweep};
use crate::source::{Destination, Fill, Source};
use crate::start::OptimiserState;
use crate::trainee::Trainee;
use crate::update::{Moments, Update};
use relulab_net::{Activation, Layer, Loss, Shape};

/// Working memory aimed at, in bytes: the activations of a chunk should stay in the first-level cache.
const CHUNK_BYTES: usize = 24 * 1024;

/// Parameters, gradients and working memory of a group.
pub(crate) struct Group<'a, V: Simd> {
    recipe: &'a Recipe,
    layers: Vec<Layer>,
    source: Source<V>,
    /// Moments of the optimiser.
    pub moments: Moments<V>,
    /// Parameters, in the order of the flat vector.
    pub parameters: Vec<V>,
    gradient: Vec<V>,
    /// Inputs, hidden activations and outputs of a chunk, unit by unit; on the way back, deltas take their places.
    values: Vec<V>,
    /// Where each layer's inputs begin in `values`; the last entry is where the outputs begin.
    value_starts: Vec<usize>,
    /// Derivatives of the activations, as `values`; empty for ReLU, whose mask is read off the activations.
    derivatives: Vec<V>,
    labels: Vec<V>,
    chunk: usize,
    /// One hidden ReLU layer and one output: the backward pass has a sweep of its own.
    is_shallow: bool,
}

impl<'a, V: Simd> Group<'a, V> {
    #[inline(always)]
    pub(crate) fn new(recipe: &'a Recipe, shape: &Shape, keys: &[Key]) -> Self {
        let layers: Vec<Layer> = shape.layers().collect();
        let n_values: usize = shape.widths().sum();
        let fused = recipe.activation == Activation::Relu;
        let per_sample = n_values + shape.output_dim() + if fused { 0 } else { n_values };
        let fitting = CHUNK_BYTES / (per_sample * size_of::<V>());
        let chunk = (fitting / 8 * 8).clamp(8, 64).min(recipe.batch().next_multiple_of(8));
        let mut start = 0;
        let value_starts = shape
            .widths()
            .map(|width| {
                let this = start;
                start += width * chunk;
                this
            })
            .collect();
        Self {
            recipe,
            source: Source::new(&recipe.data, keys),
            moments: Moments::new(shape.n_params(), recipe.optimiser),
            parameters: parameters_in_lanes(recipe, shape, keys),
            gradient: vec![V::zero(); shape.n_params()],
            values: vec![V::zero(); n_values * chunk],
            value_starts,
            derivatives: if fused { Vec::new() } else { vec![V::zero(); n_values * chunk] },
            labels: vec![V::zero(); shape.output_dim() * chunk],
            chunk,
            is_shallow: fused && shape.depth() == 1 && shape.output_dim() == 1,
            layers,
        }
    }

    #[inline(always)]
    fn extent(&self, layer: &Layer, n_samples: usize) -> Extent {
        Extent { n_in: layer.n_in, n_out: layer.n_out, n_samples, stride: self.chunk }
    }

    /// Where the gradients of the two layers of a shallow network lie.
    #[inline(always)]
    fn shallow_gradients(&mut self) -> Gradients<V> {
        let (hidden, output) = (&self.layers[0], &self.layers[1]);
        let base = self.gradient.as_mut_ptr();
        // SAFETY: the ranges are those of the layers.
        unsafe {
            Gradients {
                weights: base.add(hidden.weights.start),
                biases: base.add(hidden.biases.start),
                output_weights: base.add(output.weights.start),
                output_bias: base.add(output.biases.start),
            }
        }
    }

    #[inline(always)]
    fn forward(&mut self, n: usize) {
        let last = self.layers.len() - 1;
        let fused = self.derivatives.is_empty();
        for l in 0..=last {
            let layer = &self.layers[l];
            let e = self.extent(layer, n);
            let to = self.value_starts[l + 1];
            // SAFETY: the ranges were laid out in `new`; a layer's outputs follow its inputs.
            unsafe {
                let base = self.values.as_mut_ptr();
                V::call(Forward {
                    extent: e,
                    weights: self.parameters.as_ptr().add(layer.weights.start),
                    biases: self.parameters.as_ptr().add(layer.biases.start),
                    inputs: base.add(self.value_starts[l]).cast_const(),
                    outputs: base.add(to),
                    relu: l < last && fused,
                });
            }
            if l < last && !fused {
                // Samples beyond n of each unit are leftovers of an earlier chunk: finite or not, nobody reads them.
                let range = to..to + e.n_out * self.chunk;
                let (values, derivatives) = (&mut self.values[range.clone()], &mut self.derivatives[range]);
                V::call(Activate { activation: self.recipe.activation, values, derivatives });
            }
        }
    }

    #[inline(always)]
    fn backward(&mut self, n: usize, share: V, total: V) -> V {
        let last = self.layers.len() - 1;
        let fused = self.derivatives.is_empty();
        let outputs = Outputs {
            // SAFETY: the outputs are the last block of `values`.
            outputs: unsafe { self.values.as_mut_ptr().add(self.value_starts[last + 1]) },
            labels: self.labels.as_ptr(),
            n_outputs: self.layers[last].n_out,
            n_samples: n,
            stride: self.chunk,
        };
        let total = V::call(Residual { loss: self.recipe.loss, outputs, share, total });
        if self.is_shallow {
            let e = self.extent(&self.layers[0], n);
            let to = self.shallow_gradients();
            // SAFETY: the ranges were laid out in `new`: inputs, hidden activations, outputs.
            unsafe {
                let base = self.values.as_ptr();
                let (h, e_out) = (base.add(self.value_starts[1]), base.add(self.value_starts[2]));
                V::call(Sweep { extent: e, inputs: base, activations: h, deltas: e_out, to });
            }
            return total;
        }
        for l in (0..=last).rev() {
            let layer = &self.layers[l];
            let e = self.extent(layer, n);
            // SAFETY: the ranges were laid out in `new`. A layer's deltas replace its activations, which the weight
            // gradient of the layer above, done before, was the last to need.
            unsafe {
                let base = self.values.as_mut_ptr();
                let dx = base.add(self.value_starts[l]);
                V::call(Backward {
                    extent: e,
                    weights: self.parameters.as_ptr().add(layer.weights.start),
                    deltas: base.add(self.value_starts[l + 1]).cast_const(),
                    inputs: dx,
                    weight_gradient: self.gradient.as_mut_ptr().add(layer.weights.start),
                    bias_gradient: self.gradient.as_mut_ptr().add(layer.biases.start),
                    is_first: l == 0,
                    relu: fused,
                });
                if l > 0 && !fused {
                    let derivative = self.derivatives.as_ptr().add(self.value_starts[l]);
                    for i in 0..e.n_in {
                        for s in 0..n {
                            let at = i * self.chunk + s;
                            *dx.add(at) = (*dx.add(at)).mul(*derivative.add(at));
                        }
                    }
                }
            }
        }
        total
    }
}

impl<V: Simd> Trainee<V> for Group<'_, V> {
    #[inline(always)]
    fn step(&mut self, step: u64) -> V {
        let batch = self.source.batch_at(step, self.recipe.batch());
        let outputs = if self.recipe.loss == Loss::SoftmaxCrossEntropy {
            1
        } else {
            self.layers.last().map_or(1, |layer| layer.n_out)
        };
        let share = V::constant(1.0 / (batch * outputs) as f64);
        let mut total = V::zero();
        let mut first = 0;
        while first < batch {
            let n = self.chunk.min(batch - first);
            let to = Destination { x: self.values.as_mut_ptr(), y: self.labels.as_mut_ptr(), stride: self.chunk };
            // `values` begins with input_dim · chunk vectors and `labels` holds output_dim · chunk; a chunk is a
            // multiple of 8.
            V::call(Fill { source: &mut self.source, step, first, n, to });
            self.forward(n);
            total = self.backward(n, share, total);
            first += n;
        }
        if self.is_shallow {
            let (hidden, output) = (&self.layers[0], &self.layers[1]);
            // SAFETY: the ranges are those of the layers.
            unsafe {
                let v = self.parameters.as_ptr().add(output.weights.start);
                shallow::apply_output_weights(hidden.n_in, hidden.n_out, v, self.shallow_gradients());
            }
        }
        V::call(Update {
            moments: &mut self.moments,
            optimiser: self.recipe.optimiser,
            parameters: &mut self.parameters,
            gradient: &mut self.gradient,
        });
        total.mul(share)
    }

    fn bytes(&self) -> usize {
        let vectors = [&self.parameters, &self.gradient, &self.values, &self.derivatives, &self.labels];
        self.moments.bytes() + vectors.map(|vectors| size_of_val(&vectors[..])).iter().sum::<usize>()
    }

    fn parameters(&self, lane: usize) -> Vec<f64> {
        self.parameters.iter().map(|vector| vector.lane(lane).to_f64()).collect()
    }

    fn state(&self, lane: usize) -> OptimiserState {
        self.moments.state(lane)
    }
}

/// The first parameters of all networks, one in each lane.
fn parameters_in_lanes<V: Simd>(recipe: &Recipe, shape: &Shape, keys: &[Key]) -> Vec<V> {
    let stages = recipe.regime.stages(shape);
    let mut parameters = vec![V::zero(); shape.n_params()];
    for lane in 0..V::LANES {
        let drawn = initial_parameters(recipe, &stages, keys[lane.min(keys.len() - 1)]);
        for (vector, value) in parameters.iter_mut().zip(drawn) {
            vector.set_lane(lane, V::Elem::from_f32(value));
        }
    }
    parameters
}
