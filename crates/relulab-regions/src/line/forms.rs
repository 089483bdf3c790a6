//! Affine forms slope · x + intercept of all units of a layer.

use crate::layers::AffineLayer;
use relulab_exact::{Number, NumberVector};

/// One affine form per unit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Forms<N: Number> {
    pub slopes: N::Vector,
    pub intercepts: N::Vector,
}

impl<N: Number> Forms<N> {
    /// Makes this the single form x.
    pub fn set_identity(&mut self) {
        self.reset(1);
        if let Some(one) = N::from_f64(1.0) {
            self.slopes.set(0, one);
        }
    }

    /// `len` forms that are exactly zero.
    pub fn reset(&mut self, len: usize) {
        self.slopes.reset(len);
        self.intercepts.reset(len);
    }

    /// The forms of a layer's outputs on top of the forms of its inputs.
    pub fn apply(&mut self, layer: &AffineLayer, below: &Self) {
        let factors = [&below.slopes, &below.intercepts];
        let results = [&mut self.slopes, &mut self.intercepts];
        N::Vector::affine_pair(results, &layer.weights_by_input, &layer.biases, factors);
    }

    /// The same for a difference of two forms, in which the biases cancel; `zeros` is at least as long as the layer.
    pub fn apply_linear(&mut self, layer: &AffineLayer, below: &Self, zeros: &[f64]) {
        self.slopes.affine(&layer.weights_by_input, &zeros[..layer.biases.len()], &below.slopes);
        self.intercepts.affine(&layer.weights_by_input, &zeros[..layer.biases.len()], &below.intercepts);
    }

    /// The forms of a whole layer after the activation.
    pub fn activate_all(&mut self, source: &Self, on: &[bool], leak: &N) {
        self.slopes.activate(&source.slopes, on, leak);
        self.intercepts.activate(&source.intercepts, on, leak);
    }

    /// Sets one unit's form to that of `source` after the activation.
    #[inline]
    pub fn activate(&mut self, unit: usize, source: &Self, on: bool, leak: &N) {
        if on {
            self.slopes.set(unit, source.slopes.get(unit));
            self.intercepts.set(unit, source.intercepts.get(unit));
        } else if leak.approximate() == 0.0 {
            self.slopes.set(unit, N::zero());
            self.intercepts.set(unit, N::zero());
        } else {
            self.slopes.set(unit, source.slopes.get(unit) * leak);
            self.intercepts.set(unit, source.intercepts.get(unit) * leak);
        }
    }
}
