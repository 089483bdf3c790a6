//! The samples of each step: fresh ones from a formula, or points of a fixed set.

use crate::lanes::{Element, Outlined, Simd};
use crate::normal::{normal_pair, unit_interval};
use crate::philox::{Key, LaneKeys, Purpose, ROUNDS};
use crate::program;
use crate::recipe::{Batching, Points, TrainingData};
use relulab_net::{Formula, Sampler};
use std::sync::Arc;

/// Samples that are spread at a time.
const TOGETHER: usize = 16;

/// Where a chunk of samples is written: input (i, s) at `x[i·stride + s]`, label (k, s) at `y[k·stride + s]`.
#[derive(Clone, Copy)]
pub(crate) struct Destination<V> {
    pub x: *mut V,
    pub y: *mut V,
    pub stride: usize,
}

/// The samples of a group of networks.
pub(crate) enum Source<V: Simd> {
    Fresh(Fresh<V>),
    Fixed(Fixed),
}

/// Fresh inputs from each network's own random stream, labelled by a formula.
pub(crate) struct Fresh<V: Simd> {
    keys: LaneKeys<V::Source>,
    sampler: Sampler,
    formula: Formula,
    stack: Vec<V>,
}

/// A fixed set of points; in minibatches, each network walks it in its own order.
pub(crate) struct Fixed {
    points: Arc<Points>,
    keys: Vec<Key>,
    batch: usize,
    /// One permutation per key of the current epoch; empty where the points keep their order.
    orders: Vec<Vec<u32>>,
    epoch: Option<u64>,
}

impl<V: Simd> Source<V> {
    #[inline(always)]
    pub(crate) fn new(data: &TrainingData, keys: &[Key]) -> Self {
        match data {
            TrainingData::Fresh { sampler, formula, .. } => Self::Fresh(Fresh {
                keys: LaneKeys::new(keys),
                sampler: *sampler,
                formula: formula.clone(),
                stack: Vec::new(),
            }),
            TrainingData::Fixed { points, batching } => Self::Fixed(Fixed {
                points: Arc::clone(points),
                keys: keys.to_vec(),
                batch: batching.size(points.n_points),
                orders: if matches!(batching, Batching::Shuffled(_)) {
                    vec![vec![0; points.n_points]; keys.len()]
                } else {
                    Vec::new()
                },
                epoch: None,
            }),
        }
    }

    /// Number of samples in the minibatch of step `step` (from 0).
    #[inline(always)]
    pub(crate) fn batch_at(&mut self, step: u64, nominal: usize) -> usize {
        match self {
            Self::Fresh(_) => nominal,
            Self::Fixed(fixed) => fixed.begin(step),
        }
    }

    /// Writes samples `first..first + n` of the minibatch of step `step`; `first` is a multiple of 4.
    ///
    /// # Safety
    /// The destination is valid for the data's dimensions, with `n` rounded up to a multiple of 4.
    #[inline(always)]
    unsafe fn fill(&mut self, step: u64, first: usize, n: usize, to: Destination<V>) {
        // SAFETY: passed on.
        unsafe {
            match self {
                Self::Fresh(fresh) => fresh.fill(step, first, n, to),
                Self::Fixed(fixed) => fixed.fill(step, first, n, to),
            }
        }
    }
}

impl<V: Simd> Fresh<V> {
    /// Input i of samples 4q to 4q+3 comes from the block (q·d + i, step) of the network's input stream.
    #[inline(always)]
    unsafe fn fill(&mut self, step: u64, first: usize, n: usize, to: Destination<V>) {
        let d = self.formula.input_dim();
        let (low, high) = match self.sampler {
            Sampler::Normal => (0.0, 0.0),
            Sampler::Box { lo, hi } => (lo, hi),
        };
        let normal = matches!(self.sampler, Sampler::Normal);
        // u in (0, 1) from `unit_interval` becomes low + (high − low) u.
        let (scale, shift) = (V::constant(high - low), V::constant(low));
        for i in 0..d {
            for q in first / 4..(first + n).div_ceil(4) {
                let block = (q * d + i) as u32;
                let words = self.keys.block([block, step as u32, Purpose::Inputs as u32, (step >> 32) as u32]);
                let values = if normal {
                    let [a, b] = normal_pair::<V::Source>(words[0], words[1]);
                    let [c, d] = normal_pair::<V::Source>(words[2], words[3]);
                    [V::widen(a), V::widen(b), V::widen(c), V::widen(d)]
                } else {
                    let mut values = [V::zero(); 4];
                    for k in 0..4 {
                        let u = V::widen(unit_interval::<V::Source>(words[k], 1.0 - 0.5 / 8_388_608.0));
                        values[k] = u.mul_add(scale, shift);
                    }
                    values
                };
                // SAFETY: the caller leaves room for whole blocks of four samples.
                unsafe {
                    let at = to.x.add(i * to.stride + 4 * q - first);
                    for k in 0..4 {
                        *at.add(k) = values[k];
                    }
                }
            }
        }
        // SAFETY: passed on.
        unsafe { program::evaluate(&self.formula, n, to.stride, to.x, to.y, &mut self.stack) };
    }
}

impl Fixed {
    /// Shuffles at the start of an epoch and returns the size of the minibatch of `step`.
    fn begin(&mut self, step: u64) -> usize {
        let n = self.points.n_points;
        let per_epoch = n.div_ceil(self.batch) as u64;
        let epoch = step / per_epoch;
        if !self.orders.is_empty() && self.epoch != Some(epoch) {
            for (order, key) in self.orders.iter_mut().zip(&self.keys) {
                shuffle(order, *key, epoch);
            }
            self.epoch = Some(epoch);
        }
        let start = (step % per_epoch) as usize * self.batch;
        self.batch.min(n - start)
    }

    /// Writes the first network's samples of a step's minibatch one beside the other: input i of sample s at
    /// `inputs[i · row + s]`, and labels alike.
    pub(crate) fn spread<E: Element>(&self, step: u64, row: usize, inputs: &mut [E], labels: &mut [E]) {
        let points = &self.points;
        let per_epoch = points.n_points.div_ceil(self.batch) as u64;
        let start = (step % per_epoch) as usize * self.batch;
        let end = points.n_points.min(start + self.batch);
        for (from, to) in [(&points.inputs, inputs), (&points.labels, labels)] {
            let columns = from.len() / points.n_points;
            // So many samples at a time that what is read and what is written stay in the first-level cache.
            for first in (start..end).step_by(TOGETHER) {
                let at: [usize; TOGETHER] = std::array::from_fn(|s| {
                    let place = (first + s).min(end - 1);
                    self.orders.first().map_or(place, |order| order[place] as usize)
                });
                let count = TOGETHER.min(end - first);
                for column in 0..columns {
                    let to = &mut to[column * row + first - start..][..count];
                    for (to, at) in to.iter_mut().zip(at) {
                        *to = E::from_f64(from[at * columns + column]);
                    }
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn fill<V: Simd>(&mut self, step: u64, first: usize, n: usize, to: Destination<V>) {
        let points = &self.points;
        let d = points.inputs.len() / points.n_points;
        let o = points.labels.len() / points.n_points;
        let per_epoch = points.n_points.div_ceil(self.batch) as u64;
        let start = (step % per_epoch) as usize * self.batch + first;
        for s in 0..n {
            // SAFETY: the caller guarantees the destination; `start + s` is below the number of points.
            unsafe {
                if self.orders.is_empty() {
                    let row = start + s;
                    for i in 0..d {
                        *to.x.add(i * to.stride + s) = V::constant(points.inputs[row * d + i]);
                    }
                    for k in 0..o {
                        *to.y.add(k * to.stride + s) = V::constant(points.labels[row * o + k]);
                    }
                } else {
                    for lane in 0..V::LANES {
                        let row = self.orders[lane.min(self.orders.len() - 1)][start + s] as usize;
                        for i in 0..d {
                            let value = V::Elem::from_f64(points.inputs[row * d + i]);
                            (*to.x.add(i * to.stride + s)).set_lane(lane, value);
                        }
                        for k in 0..o {
                            let value = V::Elem::from_f64(points.labels[row * o + k]);
                            (*to.y.add(k * to.stride + s)).set_lane(lane, value);
                        }
                    }
                }
            }
        }
    }
}

/// Fisher-Yates from the identity, with the words of the shuffle stream of an epoch.
fn shuffle(order: &mut [u32], key: Key, epoch: u64) {
    for (i, slot) in order.iter_mut().enumerate() {
        *slot = i as u32;
    }
    let mut words = [0; 4];
    for i in (1..order.len()).rev() {
        let k = order.len() - 1 - i;
        if k.is_multiple_of(4) {
            words = key.block::<ROUNDS>([(k / 4) as u32, epoch as u32, Purpose::Shuffle as u32, (epoch >> 32) as u32]);
        }
        // Lemire's multiply-shift: the bias is below 2^-32 · n.
        let j = ((u64::from(words[k % 4]) * (i as u64 + 1)) >> 32) as usize;
        order.swap(i, j);
    }
}

/// [`Source::fill`] as a function of its own.
pub(crate) struct Fill<'a, V: Simd> {
    pub source: &'a mut Source<V>,
    pub step: u64,
    pub first: usize,
    pub n: usize,
    pub to: Destination<V>,
}

impl<V: Simd> Outlined for Fill<'_, V> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        // SAFETY: whoever made the destination vouches for it.
        unsafe { self.source.fill(self.step, self.first, self.n, self.to) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shuffles_are_permutations_that_depend_on_key_and_epoch() {
        let mut orders = Vec::new();
        for (key, epoch) in [(1, 0), (1, 1), (2, 0), (1, 0)] {
            let mut order = vec![0; 103];
            shuffle(&mut order, Key::derive([key]), epoch);
            let mut sorted = order.clone();
            sorted.sort_unstable();
            assert!(sorted.iter().enumerate().all(|(i, &x)| i == x as usize));
            orders.push(order);
        }
        assert_eq!(orders[0], orders[3]);
        assert_ne!(orders[0], orders[1]);
        assert_ne!(orders[0], orders[2]);
    }
}
