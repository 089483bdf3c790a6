//! The shape of a network: input dimension, hidden widths, output dimension.

use crate::conventions::{MAX_DEPTH, MAX_INPUT_DIM, MAX_OUTPUT_DIM, MAX_WIDTH};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;

/// Input dimension, hidden widths and output dimension of a fully connected network.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shape {
    input_dim: usize,
    hidden: Vec<usize>,
    output_dim: usize,
}

/// One affine layer of a shape and where its parameters lie in the flat vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Number of inputs, the columns of `W`.
    pub n_in: usize,
    /// Number of outputs, the rows of `W`.
    pub n_out: usize,
    /// Range of the row-major weights in the flat parameter vector.
    pub weights: Range<usize>,
    /// Range of the biases in the flat parameter vector.
    pub biases: Range<usize>,
}

/// Why a shape was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// The input dimension is outside its range.
    #[error("input dimension {0}: expected 1 to {MAX_INPUT_DIM}")]
    InputDim(usize),
    /// A hidden width is outside its range.
    #[error("hidden width {0}: expected 1 to {MAX_WIDTH}")]
    Width(usize),
    /// Too many hidden layers.
    #[error("{0} hidden layers: expected at most {MAX_DEPTH}")]
    Depth(usize),
    /// The output dimension is outside its range.
    #[error("output dimension {0}: expected 1 to {MAX_OUTPUT_DIM}")]
    OutputDim(usize),
    /// The text is not a comma-separated list of widths.
    #[error("shape \"{0}\": expected hidden widths separated by commas, such as 5,7,4, or \"linear\" for none")]
    Parse(String),
}

impl Shape {
    /// A shape from its three parts; `hidden` may be empty (a linear model).
    ///
    /// # Errors
    /// When a part is outside the limits in [`crate::conventions`].
    pub fn new(input_dim: usize, hidden: Vec<usize>, output_dim: usize) -> Result<Self, ShapeError> {
        if !(1..=MAX_INPUT_DIM).contains(&input_dim) {
            return Err(ShapeError::InputDim(input_dim));
        }
        if hidden.len() > MAX_DEPTH {
            return Err(ShapeError::Depth(hidden.len()));
        }
        if let Some(&width) = hidden.iter().find(|width| !(1..=MAX_WIDTH).contains(*width)) {
            return Err(ShapeError::Width(width));
        }
        if !(1..=MAX_OUTPUT_DIM).contains(&output_dim) {
            return Err(ShapeError::OutputDim(output_dim));
        }
        Ok(Self { input_dim, hidden, output_dim })
    }

    /// Reads hidden widths such as `5,7,4`; `linear` means no hidden layer.
    ///
    /// # Errors
    /// When the text is not a list of widths, or a part is outside its limits.
    pub fn parse_hidden(text: &str, input_dim: usize, output_dim: usize) -> Result<Self, ShapeError> {
        let hidden = if text.trim() == "linear" {
            Vec::new()
        } else {
            text.split(',')
                .map(|width| width.trim().parse().map_err(|_| ShapeError::Parse(text.to_owned())))
                .collect::<Result<_, _>>()?
        };
        Self::new(input_dim, hidden, output_dim)
    }

    /// Number of inputs.
    pub fn input_dim(&self) -> usize {
        self.input_dim
    }

    /// Hidden widths, first layer first.
    pub fn hidden(&self) -> &[usize] {
        &self.hidden
    }

    /// Number of outputs.
    pub fn output_dim(&self) -> usize {
        self.output_dim
    }

    /// Number of hidden layers.
    pub fn depth(&self) -> usize {
        self.hidden.len()
    }

    /// Number of hidden units.
    pub fn n_units(&self) -> usize {
        self.hidden.iter().sum()
    }

    /// Number of parameters, biases included.
    pub fn n_params(&self) -> usize {
        self.layers().last().map_or(0, |layer| layer.biases.end)
    }

    /// Input dimension, hidden widths and output dimension in one list.
    pub fn widths(&self) -> impl Iterator<Item = usize> + '_ {
        std::iter::once(self.input_dim).chain(self.hidden.iter().copied()).chain(std::iter::once(self.output_dim))
    }

    /// The affine layers, first to last, with their place in the flat parameter vector.
    pub fn layers(&self) -> impl Iterator<Item = Layer> + '_ {
        let mut start = 0;
        self.widths().zip(self.widths().skip(1)).map(move |(n_in, n_out)| {
            let weights = start..start + n_in * n_out;
            let biases = weights.end..weights.end + n_out;
            start = biases.end;
            Layer { n_in, n_out, weights, biases }
        })
    }

    /// The hidden widths as text, `5,7,4`, or `linear` when there are none.
    pub fn hidden_text(&self) -> String {
        if self.hidden.is_empty() {
            return "linear".to_owned();
        }
        self.hidden.iter().map(usize::to_string).collect::<Vec<_>>().join(",")
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths: Vec<String> = self.widths().map(|width| width.to_string()).collect();
        f.write_str(&widths.join("→"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameter_ranges_tile_the_flat_vector() {
        let shape = Shape::new(1, vec![5, 7, 4], 1).unwrap();
        assert_eq!(shape.n_params(), 89);
        let mut end = 0;
        for layer in shape.layers() {
            assert_eq!(layer.weights.start, end);
            assert_eq!(layer.weights.len(), layer.n_in * layer.n_out);
            assert_eq!(layer.biases.start, layer.weights.end);
            end = layer.biases.end;
        }
        assert_eq!(end, 89);
    }

    #[test]
    fn limits_are_named_in_errors() {
        assert_eq!(Shape::new(0, vec![], 1), Err(ShapeError::InputDim(0)));
        assert_eq!(Shape::new(1, vec![3, 0], 1), Err(ShapeError::Width(0)));
        assert_eq!(Shape::new(1, vec![1; 201], 1), Err(ShapeError::Depth(201)));
        assert!(Shape::parse_hidden("5,x", 1, 1).unwrap_err().to_string().contains("\"5,x\""));
        assert_eq!(Shape::parse_hidden("linear", 3, 2).unwrap().n_params(), 8);
    }
}
