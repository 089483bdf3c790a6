//! Batch norm: each channel to mean 0 and variance 1 over the batch, then scaled and shifted.

use super::fold::{sum_of_block, vectors_of_block};
use crate::lanes::{Outlined, Simd};
use crate::regime::BATCH_NORM_EPSILON;

/// The channels of a layer: unit j of position p is row p·channels + j of `stride` vectors.
#[derive(Clone, Copy)]
pub(super) struct Channels<'a, V> {
    pub channels: usize,
    pub positions: usize,
    pub n_points: usize,
    pub stride: usize,
    /// 1 for a point, 0 for padding.
    pub valid: &'a [V],
}

impl<V: Simd> Channels<'_, V> {
    /// Where the rows of a channel begin.
    #[inline(always)]
    fn rows(&self, channel: usize) -> impl Iterator<Item = usize> + use<V> {
        let (channels, stride) = (self.channels, self.stride);
        (0..self.positions).map(move |position| (position * channels + channel) * stride)
    }

    /// The mean over points and positions of what `value` says of a place.
    #[inline(always)]
    fn mean(&self, channel: usize, value: impl Fn(usize) -> V) -> V {
        let parts = vectors_of_block::<V>();
        let mut sums = [V::zero(); 4];
        for row in self.rows(channel) {
            for at in 0..self.stride {
                let valid = self.valid[at].gt(V::zero());
                sums[at % parts] = sums[at % parts].add(value(row + at).keep(valid));
            }
        }
        sum_of_block(sums).mul(V::constant(1.0 / (self.n_points * self.positions) as f64))
    }
}

/// Replaces pre-activations, and keeps what the way back needs.
pub(super) struct Normalise<'a, V: Simd> {
    pub channels: Channels<'a, V>,
    /// Pre-activations, replaced.
    pub values: &'a mut [V],
    /// Normalised, before scale and shift.
    pub normals: &'a mut [V],
    /// 1/√(variance + ε) of each channel.
    pub inverses: &'a mut [V],
    pub scales: &'a [V::Elem],
    pub shifts: &'a [V::Elem],
}

impl<V: Simd> Outlined for Normalise<'_, V> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for channel in 0..self.channels.channels {
            let mean = self.channels.mean(channel, |place| self.values[place]);
            let variance = self.channels.mean(channel, |place| {
                let distance = self.values[place].sub(mean);
                distance.mul(distance)
            });
            let inverse = V::constant(1.0).div(variance.add(V::constant(BATCH_NORM_EPSILON)).sqrt());
            let (scale, shift) = (V::splat(self.scales[channel]), V::splat(self.shifts[channel]));
            self.inverses[channel] = inverse;
            for row in self.channels.rows(channel) {
                for place in row..row + self.channels.stride {
                    let normal = self.values[place].sub(mean).mul(inverse);
                    self.normals[place] = normal;
                    self.values[place] = normal.mul_add(scale, shift);
                }
            }
        }
    }
}

/// The way back: replaces derivatives, and writes those of scales and shifts.
pub(super) struct Denormalise<'a, V: Simd> {
    pub channels: Channels<'a, V>,
    /// Derivatives in the results of [`Normalise`], replaced by those in what it began with.
    pub deltas: &'a mut [V],
    pub normals: &'a [V],
    pub inverses: &'a [V],
    pub scales: &'a [V::Elem],
    pub scale_gradient: &'a mut [V::Elem],
    pub shift_gradient: &'a mut [V::Elem],
}

impl<V: Simd> Outlined for Denormalise<'_, V> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let n = V::constant((self.channels.n_points * self.channels.positions) as f64);
        for channel in 0..self.channels.channels {
            let mean = self.channels.mean(channel, |place| self.deltas[place]);
            let along = self.channels.mean(channel, |place| self.deltas[place].mul(self.normals[place]));
            self.shift_gradient[channel] = mean.mul(n).lane(0);
            self.scale_gradient[channel] = along.mul(n).lane(0);
            let factor = V::splat(self.scales[channel]).mul(self.inverses[channel]);
            for row in self.channels.rows(channel) {
                for at in 0..self.channels.stride {
                    let place = row + at;
                    let centred = self.deltas[place].sub(mean);
                    let delta = self.normals[place].neg_mul_add(along, centred).mul(factor);
                    self.deltas[place] = delta.keep(self.channels.valid[at].gt(V::zero()));
                }
            }
        }
    }
}
