//! Jumpstart in a network: deficits are measured on the way forward, and their penalty is added on the way back.

use super::Solo;
use super::measure::{Field, Measure};
use super::penalty::{Draws, Penalise, Slope};
use crate::jumpstart::Aggregation;
use crate::lanes::Simd;
use crate::structure::Stage;

impl<V: Simd> Solo<'_, V> {
    /// Whether the pre-activations of a layer are penalised.
    fn is_penalised(&self, l: usize) -> bool {
        self.recipe.regime.jumpstart.is_some_and(|jumpstart| l + 1 < self.stages.len() || jumpstart.on_outputs)
    }

    /// The pre-activations of a layer in one position, if they are penalised.
    fn field(&self, l: usize, position: usize) -> Option<Field<V>> {
        if !self.is_penalised(l) {
            return None;
        }
        let stage = &self.stages[l];
        let (n_units, unit) = (stage.n_out, position * stage.n_out * self.stride);
        let values = self.sums[self.starts[l + 1] + unit..].as_ptr();
        Some(Field { values, n_units, n_points: self.n_points, stride: self.stride })
    }

    /// Measures the deficits of a layer.
    #[inline(always)]
    pub(super) fn measure(&mut self, l: usize) {
        for position in 0..self.stages[l].positions {
            if let (Some(field), Some(jumpstart)) = (self.field(l, position), &self.recipe.regime.jumpstart) {
                V::call(Measure { jumpstart, field, deficits: &mut self.deficits });
            }
        }
    }

    /// Adds the derivatives of the penalty of a layer to those of the loss.
    #[inline(always)]
    pub(super) fn penalise(&mut self, l: usize, step: u64, slope: Slope) {
        for position in 0..self.stages[l].positions {
            if let (Some(field), Some(jumpstart)) = (self.field(l, position), &self.recipe.regime.jumpstart) {
                V::call(Penalise {
                    jumpstart,
                    slope,
                    field,
                    deltas: self.deltas[0][position * field.n_units * self.stride..].as_mut_ptr(),
                    measured: self.deficits.field(l * self.stages[0].positions + position),
                    draws: Draws { key: self.key, step, field: 2 * l + position },
                    deficits: &self.deficits,
                    scratch: &mut self.scratch,
                });
            }
        }
    }

    /// What was measured, summed from the last layer to the first or the other way round: the order is part of the bits, and
    /// losses have always been summed on the way back.
    #[inline(always)]
    fn measured(&self, from_last: bool) -> f64 {
        let Some(jumpstart) = &self.recipe.regime.jumpstart else { return 0.0 };
        let n_axes = usize::from(jumpstart.axes.has_units()) + usize::from(jumpstart.axes.has_points());
        let positions = self.stages[0].positions;
        let of_layer = |fields: &[f64]| fields.chunks_exact(n_axes).map(|axes| axes.iter().sum::<f64>()).sum::<f64>();
        // The outputs, which come last, have one position.
        let layers = self.deficits.totals().chunks(n_axes * positions).map(of_layer);
        if from_last { layers.rev().sum() } else { layers.sum() }
    }

    /// The slope of the penalty at this step's pre-activations.
    #[inline(always)]
    pub(super) fn slope(&self) -> Option<Slope> {
        let jumpstart = self.recipe.regime.jumpstart?;
        let is_norm = jumpstart.aggregation == Aggregation::TwoNorm;
        let squares = if is_norm { self.measured(false) } else { 0.0 };
        Some(Slope::new(&jumpstart, squares.sqrt(), self.n_deficits()))
    }

    /// Number of deficits of the whole network.
    fn n_deficits(&self) -> usize {
        let Some(jumpstart) = &self.recipe.regime.jumpstart else { return 0 };
        let hidden = self.stages.len() - usize::from(!jumpstart.on_outputs);
        let of = |stage: &Stage| {
            let units = if jumpstart.axes.has_units() { stage.units() } else { 0 };
            units + if jumpstart.axes.has_points() { self.n_points * stage.positions } else { 0 }
        };
        self.stages[..hidden].iter().map(of).sum()
    }

    /// The penalty at this step's pre-activations.
    pub(super) fn penalty(&self) -> f64 {
        let Some(jumpstart) = self.recipe.regime.jumpstart else { return 0.0 };
        let measured = self.measured(true);
        jumpstart.weight
            * match jumpstart.aggregation {
                Aggregation::SumOfSquares | Aggregation::OneNorm => measured,
                Aggregation::TwoNorm => measured.sqrt(),
                Aggregation::Mean => measured / self.n_deficits().max(1) as f64,
            }
    }
}
