//! What the layers of a network are: dense, or the published convolution over two positions.

use crate::recipe::RecipeError;
use relulab_net::Shape;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What the layers of a network are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Structure {
    /// Every unit sees every unit below. Parameters are those of the shape.
    #[default]
    Dense,
    /// A 2×1 image with one channel, convolutions with kernel (2, 1) and the padding that keeps two positions, then a
    /// dense layer. Hidden widths count channels. Channel j of position p is
    ///
    /// b_j + Σ_k Σ_i W\[j, k, i\] · x\[p + k, i\], with x = 0 beyond the second position.
    ///
    /// Parameters are W\[out, tap, in\], row-major, then biases, layer by layer; a layer's values lie position by
    /// position.
    Convolution,
}

/// Positions of the image of [`Structure::Convolution`].
pub const POSITIONS: usize = 2;

/// One affine layer: `positions` places that share its weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stage {
    /// Inputs of a place that one tap sees.
    pub n_in: usize,
    /// Outputs of a place.
    pub n_out: usize,
    /// Places, and taps of the kernel.
    pub positions: usize,
    /// Row-major weights, out × (tap, in).
    pub weights: Range<usize>,
    /// Biases.
    pub biases: Range<usize>,
    /// Scales of batch norm, one a channel; empty without it.
    pub scales: Range<usize>,
    /// Its shifts.
    pub shifts: Range<usize>,
}

impl Stage {
    /// Columns of the weights: all that an output of the first place sees.
    pub(crate) fn columns(&self) -> usize {
        self.n_in * self.positions
    }

    /// Outputs of all places.
    pub(crate) fn units(&self) -> usize {
        self.n_out * self.positions
    }
}

impl Structure {
    /// The affine layers of a shape; with `batch_norm`, hidden ones have scales and shifts.
    pub(crate) fn stages(self, shape: &Shape, batch_norm: bool) -> Vec<Stage> {
        let last = shape.depth();
        let mut start = 0;
        let mut stages = Vec::with_capacity(last + 1);
        for (index, layer) in shape.layers().enumerate() {
            let (n_in, positions) = match self {
                Self::Dense => (layer.n_in, 1),
                Self::Convolution if index == last => (layer.n_in * if index == 0 { 1 } else { POSITIONS }, 1),
                Self::Convolution if index == 0 => (layer.n_in / POSITIONS, POSITIONS),
                Self::Convolution => (layer.n_in, POSITIONS),
            };
            let weights = start..start + layer.n_out * n_in * positions;
            let biases = weights.end..weights.end + layer.n_out;
            let normalised = if batch_norm && index < last { layer.n_out } else { 0 };
            let scales = biases.end..biases.end + normalised;
            let shifts = scales.end..scales.end + normalised;
            start = shifts.end;
            stages.push(Stage { n_in, n_out: layer.n_out, positions, weights, biases, scales, shifts });
        }
        stages
    }

    pub(crate) fn check(self, shape: &Shape) -> Result<(), RecipeError> {
        if self == Self::Dense {
            return Ok(());
        }
        if shape.input_dim() != POSITIONS {
            return Err(RecipeError::Dimension { what: "inputs", expected: shape.input_dim(), got: POSITIONS });
        }
        let too_wide = shape.hidden().iter().find(|width| **width * POSITIONS > relulab_net::conventions::MAX_WIDTH);
        too_wide.map_or(Ok(()), |&width| Err(RecipeError::Channels { width }))
    }
}
