//! One network in training, with the samples of its batch in the lanes.
//!
//! A unit's values are as many vectors as its batch fills; weights are single numbers, broadcast. So few seeds of a
//! deep network use all lanes, and one step of one network can be penalised, as a whole, for what its units and points do.

mod fold;
mod jumpstart;
mod measure;
mod normalise;
mod outer;
mod pairs;
mod penalty;
mod product;

use crate::activate::Activate;
use crate::initial::initial_parameters;
use crate::lanes::{Element, Simd};
use crate::philox::Key;
use crate::recipe::{Batching, Recipe, TrainingData};
use crate::residual::{Outputs, Residual};
use crate::source::{Destination, Fill, Source};
use crate::start::{OptimiserState, Start};
use crate::structure::Stage;
use crate::trainee::Trainee;
use crate::update::{Moments, Update};
use fold::{BLOCK, sum_of_block, vectors_of_block};
use measure::Deficits;
use normalise::{Denormalise, Normalise};
use outer::{Outer, Term};
use pairs::Pairs;
use penalty::{Scratch, Slope};
use product::{Begin, End, Product, negligible};
use relulab_net::{Activation, Loss, Shape};

/// Samples that are taken from the source at a time.
const TAKEN: usize = 64;

/// Parameters, gradient and working memory of a network.
pub(crate) struct Solo<'a, V: Simd> {
    recipe: &'a Recipe,
    stages: Vec<Stage>,
    n_params: usize,
    key: Key,
    source: Source<V>,
    moments: Moments<V>,
    /// One after the other, in the order of the flat vector, padded with zeros.
    parameters: Vec<V>,
    gradient: Vec<V>,
    /// Vectors of a unit: those of the largest batch.
    stride: usize,
    /// Samples of the present batch; further lanes hold copies of the first.
    n_points: usize,
    /// Whether every step has the same batch, and it is there.
    is_loaded: bool,
    /// Inputs and hidden activations.
    values: Vec<V>,
    /// Where each stage's inputs begin in `values`; the last entry is their end.
    starts: Vec<usize>,
    /// Pre-activations of the hidden layers in the places of `values`, then outputs; empty unless there is a penalty.
    sums: Vec<V>,
    /// Derivatives of the activations, as `values`; empty where a layer is nothing but ReLU of its sums.
    derivatives: Vec<V>,
    /// What batch norm makes of the sums before scale and shift, as `values`; empty without it.
    normals: Vec<V>,
    /// Its factors, one for each scale, at the scale's place among the parameters.
    inverses: Vec<V>,
    /// What goes around a layer on the way back; empty without residual connections.
    around: Vec<V>,
    pairs: Option<Pairs>,
    /// Derivatives of the loss in the pre-activations of a layer, and room for those of the layer below.
    deltas: [Vec<V>; 2],
    labels: Vec<V>,
    /// Samples as the source writes them, one a vector.
    taken: [Vec<V>; 2],
    deficits: Deficits<V>,
    scratch: Scratch<V>,
}

impl<'a, V: Simd> Solo<'a, V> {
    #[inline(always)]
    pub(crate) fn new(recipe: &'a Recipe, shape: &Shape, key: Key, start: &Start) -> Self {
        let regime = &recipe.regime;
        let stages = regime.stages(shape);
        let n_params = regime.n_params(shape);
        let stride = recipe.batch().next_multiple_of(BLOCK) / V::LANES;
        let mut starts = vec![0, shape.input_dim() * stride];
        for stage in &stages[..stages.len() - 1] {
            starts.push(starts[starts.len() - 1] + stage.units() * stride);
        }
        let n_values = starts[starts.len() - 1];
        let widest = stages.iter().map(Stage::units).max().unwrap_or(1);
        let room = |n: usize| vec![V::zero(); n];
        let kept = |condition: bool, n: usize| room(if condition { n } else { 0 });
        let mut solo = Self {
            recipe,
            n_params,
            key,
            source: Source::new(&recipe.data, &[key]),
            moments: Moments::new(n_params.div_ceil(V::LANES), recipe.optimiser),
            parameters: room(n_params.div_ceil(V::LANES)),
            gradient: room(n_params.div_ceil(V::LANES)),
            stride,
            n_points: 0,
            is_loaded: false,
            values: room(n_values),
            sums: kept(regime.jumpstart.is_some(), n_values + shape.output_dim() * stride),
            derivatives: kept(recipe.activation != Activation::Relu || regime.batch_norm || regime.residual, n_values),
            normals: kept(regime.batch_norm, n_values),
            inverses: kept(regime.batch_norm, n_params),
            around: kept(regime.residual, widest * stride),
            pairs: None,
            deltas: [room(widest * stride), room(widest * stride)],
            labels: room(shape.output_dim() * stride),
            taken: [room(shape.input_dim() * TAKEN), room(shape.output_dim() * TAKEN)],
            deficits: Deficits::new(widest, stride),
            scratch: Scratch::new(stride),
            starts,
            stages,
        };
        solo.begin(start);
        solo
    }

    /// Takes first parameters and optimiser from where training begins.
    fn begin(&mut self, start: &Start) {
        let drawn = || initial_parameters(self.recipe, &self.stages, self.key).into_iter().map(f64::from).collect();
        let first: Vec<f64> = start.parameters.clone().unwrap_or_else(drawn);
        if let Some(mirrored) = self.recipe.regime.mirrored {
            // A run that goes on has begun at what was drawn.
            let centre = if start.steps_done == 0 { first.clone() } else { drawn() };
            self.pairs = Pairs::new(mirrored, &self.stages, &centre, self.recipe.optimiser);
        }
        for (element, value) in V::elements_mut(&mut self.parameters).iter_mut().zip(first) {
            *element = V::Elem::from_f64(value);
        }
        self.moments.set_steps(start.steps().1);
        if let Some(state) = &start.state {
            self.moments.restore_flat(state);
        }
    }

    /// Brings the batch of a step into the lanes.
    #[inline(always)]
    fn load(&mut self, step: u64) {
        if self.is_loaded {
            return;
        }
        let n = self.source.batch_at(step, self.recipe.batch());
        let row = self.stride * V::LANES;
        if let Source::Fixed(fixed) = &self.source {
            fixed.spread(step, row, V::elements_mut(&mut self.values), V::elements_mut(&mut self.labels));
        } else {
            self.take_fresh(step, n);
        }
        let [inputs, outputs] = [&self.taken[0], &self.taken[1]].map(|taken| taken.len() / TAKEN);
        for (lanes, units) in [(&mut self.values, inputs), (&mut self.labels, outputs)] {
            for unit in V::elements_mut(lanes).chunks_exact_mut(row).take(units) {
                let copied = unit[0];
                unit[n..].fill(copied);
            }
        }
        self.n_points = n;
        self.deficits.set_points(n);
        self.scratch.set_points(n);
        self.is_loaded = matches!(self.recipe.data, TrainingData::Fixed { batching: Batching::Full, .. });
    }

    /// Brings fresh samples into the lanes.
    #[inline(always)]
    fn take_fresh(&mut self, step: u64, n: usize) {
        let [x, y] = &mut self.taken;
        let mut first = 0;
        while first < n {
            let count = TAKEN.min(n - first);
            let to = Destination { x: x.as_mut_ptr(), y: y.as_mut_ptr(), stride: TAKEN };
            V::call(Fill { source: &mut self.source, step, first, n: count, to });
            for (taken, lanes) in [(&*x, &mut self.values), (&*y, &mut self.labels)] {
                let lanes = V::elements_mut(lanes);
                for (unit, samples) in taken.chunks_exact(TAKEN).enumerate() {
                    for (s, sample) in samples[..count].iter().enumerate() {
                        lanes[unit * self.stride * V::LANES + first + s] = sample.lane(0);
                    }
                }
            }
            first += count;
        }
    }

    #[inline(always)]
    fn forward(&mut self) {
        let last = self.stages.len() - 1;
        let relu = self.derivatives.is_empty();
        self.deficits.clear();
        for l in 0..=last {
            let stage = &self.stages[l];
            let to = self.starts[l + 1];
            // SAFETY: the ranges were laid out in `new`; a stage's outputs follow its inputs, and those of the last
            // have `deltas` to themselves.
            unsafe {
                let parameters = self.parameters.as_ptr().cast::<V::Elem>();
                let inputs = self.values.as_ptr().add(self.starts[l]);
                let sums = if self.sums.is_empty() { std::ptr::null_mut() } else { self.sums.as_mut_ptr().add(to) };
                let outputs = if l < last { self.values.as_mut_ptr().add(to) } else { self.deltas[0].as_mut_ptr() };
                for position in 0..stage.positions {
                    let unit = position * stage.n_out * self.stride;
                    let sums = if sums.is_null() { sums } else { sums.add(unit) };
                    V::call(Product {
                        rows: stage.n_out,
                        columns: stage.columns() - position * stage.n_in,
                        weights: parameters.add(stage.weights.start),
                        row_step: stage.columns(),
                        column_step: 1,
                        inputs: inputs.add(position * stage.n_in * self.stride),
                        outputs: outputs.add(unit),
                        stride: self.stride,
                        begin: Begin::Biases(parameters.add(stage.biases.start)),
                        end: if l < last && relu { End::Relu { sums } } else { End::Plain },
                    });
                }
            }
            if l < last && !relu {
                self.activate(l);
            } else if l == last && !self.sums.is_empty() {
                let n = stage.units() * self.stride;
                self.sums[to..to + n].copy_from_slice(&self.deltas[0][..n]);
            }
            self.measure(l);
        }
        self.deficits.finish();
    }

    /// From sums to activations, where that is more than ReLU.
    #[inline(always)]
    fn activate(&mut self, l: usize) {
        let stage = &self.stages[l];
        let (from, to) = (self.starts[l], self.starts[l + 1]);
        let range = to..to + stage.units() * self.stride;
        if !stage.scales.is_empty() {
            let parameters = V::elements(&self.parameters);
            V::call(Normalise {
                channels: self.deficits.channels(stage, self.n_points),
                values: &mut self.values[range.clone()],
                normals: &mut self.normals[range.clone()],
                inverses: &mut self.inverses[stage.scales.clone()],
                scales: &parameters[stage.scales.clone()],
                shifts: &parameters[stage.shifts.clone()],
            });
        }
        if !self.sums.is_empty() {
            self.sums[range.clone()].copy_from_slice(&self.values[range.clone()]);
        }
        let (values, derivatives) = (&mut self.values[range.clone()], &mut self.derivatives[range]);
        V::call(Activate { activation: self.recipe.activation, values, derivatives });
        if self.recipe.regime.skips(&self.stages, l) {
            let (below, values) = self.values.split_at_mut(to);
            values.iter_mut().zip(&below[from..]).for_each(|(value, carried)| *value = value.add(*carried));
        }
    }

    /// The loss, and its derivatives in place of the outputs.
    #[inline(always)]
    fn residual(&mut self) -> f64 {
        let n_outputs = self.stages[self.stages.len() - 1].n_out;
        let terms = if self.recipe.loss == Loss::SoftmaxCrossEntropy { 1 } else { n_outputs };
        let share = V::constant(1.0 / (self.n_points * terms) as f64);
        let parts = vectors_of_block::<V>();
        let mut totals = [V::zero(); 4];
        for at in 0..self.stride {
            let valid = self.deficits.valid(at);
            // SAFETY: outputs and labels have `stride` vectors each.
            let outputs = unsafe {
                Outputs {
                    outputs: self.deltas[0].as_mut_ptr().add(at),
                    labels: self.labels.as_ptr().add(at),
                    n_outputs,
                    n_samples: 1,
                    stride: self.stride,
                }
            };
            let share = share.keep(valid);
            let total = V::call(Residual { loss: self.recipe.loss, outputs, share, total: V::zero() });
            totals[at % parts] = totals[at % parts].add(total.keep(valid));
        }
        sum_of_block(totals).mul(share).lane(0).to_f64()
    }

    /// Writes the gradient of what is minimised.
    #[inline(always)]
    fn backward(&mut self, step: u64, slope: Option<Slope>) {
        let relu = self.derivatives.is_empty();
        let last = self.stages.len() - 1;
        for l in (0..=last).rev() {
            let skips = self.recipe.regime.skips(&self.stages, l);
            if l < last && !relu {
                self.deactivate(l, skips);
            }
            if let Some(slope) = slope {
                self.penalise(l, step, slope);
            }
            if !self.stages[l].scales.is_empty() {
                self.denormalise(l);
            }
            let stage = &self.stages[l];
            let [deltas, below] = &mut self.deltas;
            // SAFETY: the ranges were laid out in `new`.
            unsafe {
                let inputs = self.values.as_ptr().add(self.starts[l]);
                let gradient = self.gradient.as_mut_ptr().cast::<V::Elem>();
                let term = |position: usize| Term {
                    deltas: deltas.as_ptr().wrapping_add(position * stage.n_out * self.stride),
                    inputs: inputs.wrapping_add(position * stage.n_in * self.stride),
                    columns: stage.columns() - position * stage.n_in,
                };
                let terms = [term(0), term(stage.positions - 1)];
                V::call(Outer {
                    rows: stage.n_out,
                    columns: stage.columns(),
                    terms: &terms[..stage.positions],
                    stride: self.stride,
                    gradient: gradient.add(stage.weights.start),
                });
                if l == 0 {
                    return;
                }
                let weights = self.parameters.as_ptr().cast::<V::Elem>().add(stage.weights.start);
                // The derivative in input position q comes from output positions p ≤ q, by tap q − p.
                for q in 0..stage.positions {
                    let unit = q * stage.n_in * self.stride;
                    for p in 0..=q {
                        V::call(Product {
                            rows: stage.n_in,
                            columns: stage.n_out,
                            weights: weights.add((q - p) * stage.n_in),
                            row_step: 1,
                            column_step: stage.columns(),
                            inputs: deltas.as_ptr().add(p * stage.n_out * self.stride),
                            outputs: below.as_mut_ptr().add(unit),
                            stride: self.stride,
                            begin: if p == 0 { Begin::Zero } else { Begin::Outputs },
                            end: if p == q && relu { End::Gate { activations: inputs.add(unit) } } else { End::Plain },
                        });
                    }
                }
                if skips {
                    let carried = &self.around[..stage.units() * self.stride];
                    below.iter_mut().zip(carried).for_each(|(delta, carried)| *delta = delta.add(*carried));
                }
            }
            self.deltas.swap(0, 1);
        }
    }

    /// From derivatives in a layer's values to those in its pre-activations.
    #[inline(always)]
    fn deactivate(&mut self, l: usize, skips: bool) {
        let from = self.starts[l + 1];
        let n = self.stages[l].units() * self.stride;
        if skips {
            self.around[..n].copy_from_slice(&self.deltas[0][..n]);
        }
        let negligible = negligible::<V>();
        for (delta, factor) in self.deltas[0].iter_mut().zip(&self.derivatives[from..from + n]) {
            let product = delta.mul(*factor);
            *delta = product.keep(negligible.not_gt(product.abs()));
        }
    }

    /// From derivatives in what batch norm makes to those in its sums.
    #[inline(always)]
    fn denormalise(&mut self, l: usize) {
        let stage = &self.stages[l];
        let range = self.starts[l + 1]..self.starts[l + 1] + stage.units() * self.stride;
        let gradient = V::elements_mut(&mut self.gradient);
        let (scales, shifts) = gradient[stage.scales.start..stage.shifts.end].split_at_mut(stage.n_out);
        V::call(Denormalise {
            channels: self.deficits.channels(stage, self.n_points),
            deltas: &mut self.deltas[0][..range.len()],
            normals: &self.normals[range],
            inverses: &self.inverses[stage.scales.clone()],
            scales: &V::elements(&self.parameters)[stage.scales.clone()],
            scale_gradient: scales,
            shift_gradient: shifts,
        });
    }
}

impl<V: Simd> Trainee<V> for Solo<'_, V> {
    #[inline(always)]
    fn step(&mut self, step: u64) -> V {
        self.load(step);
        self.forward();
        let slope = self.slope();
        let loss = self.residual();
        self.backward(step, slope);
        if let Some(pairs) = &mut self.pairs {
            pairs.pair(V::elements(&self.parameters), V::elements_mut(&mut self.gradient));
        }
        V::call(Update {
            moments: &mut self.moments,
            optimiser: self.recipe.optimiser,
            parameters: &mut self.parameters,
            gradient: &mut self.gradient,
        });
        if let Some(pairs) = &mut self.pairs {
            pairs.project(V::elements_mut(&mut self.parameters));
        }
        V::constant(loss + self.penalty())
    }

    fn bytes(&self) -> usize {
        let vectors = [
            &self.parameters,
            &self.gradient,
            &self.values,
            &self.sums,
            &self.derivatives,
            &self.normals,
            &self.inverses,
            &self.around,
            &self.labels,
        ];
        let pairs = self.deltas.iter().chain(&self.taken);
        let lanes: usize = vectors.into_iter().chain(pairs).map(|vectors| size_of_val(&vectors[..])).sum();
        lanes + self.moments.bytes() + self.deficits.bytes() + self.scratch.bytes()
    }

    fn parameters(&self, _lane: usize) -> Vec<f64> {
        V::elements(&self.parameters).iter().take(self.n_params).map(|element| element.to_f64()).collect()
    }

    fn state(&self, _lane: usize) -> OptimiserState {
        self.moments.state_flat(self.n_params)
    }

    fn stationarity(&self) -> Option<f64> {
        self.pairs.as_ref().and_then(|pairs| pairs.stationarity)
    }
}
