//! ONNX: networks from other libraries, as far as they are a chain of affine maps and one activation.
//!
//! Every parameter is taken over exactly: constants that are subtracted, multiplied or divided before a layer are
//! folded into it in rationals, and a network that would need rounded parameters is refused. Operators that are not
//! read are named. The bytes are read by a small reader of our own; there are no generated files.

mod affine;
mod chain;
mod constants;
mod model;
mod wire;

use relulab_net::{Network, NetworkError, ShapeError};

/// Why bytes are not an ONNX network that relulab can hold.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OnnxError {
    /// The bytes end too early, or are no ONNX model.
    #[error("the ONNX file is damaged, or of another kind")]
    Damaged,
    /// A tensor has not as many numbers as its shape says.
    #[error("tensor {name:?} of shape {shape} has {found} numbers")]
    Tensor {
        /// The tensor.
        name: String,
        /// Its axes.
        shape: String,
        /// How many numbers there are.
        found: usize,
    },
    /// An operation that has no place in a network of relulab.
    #[error("ONNX operator {operator} (node {node:?}): {reason}")]
    Node {
        /// The operator.
        operator: String,
        /// The node's name, or that of its output.
        node: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Something else that is not read.
    #[error("the ONNX file has {0}")]
    Unsupported(String),
    /// The widths are not those of a network that relulab handles.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// The parameters are not those of a network.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

/// Whether bytes look like an ONNX file: it begins with the version of its format, field 1, and unlike the header of
/// a safetensors file has no brace after eight bytes.
pub fn is_onnx(bytes: &[u8]) -> bool {
    bytes.first() == Some(&0x08) && bytes.get(8) != Some(&b'{')
}

/// Reads the network of an ONNX model, its parameters exactly.
///
/// The batch is one point: an axis without a number counts as 1. Where the model ends with an activation, the network
/// gets an identity as its last layer.
///
/// # Errors
/// When the bytes are damaged, the graph is not a chain, an operator is not read, the hidden layers have different
/// activations, or a parameter would have to be rounded.
pub fn read_network(bytes: &[u8]) -> Result<Network, OnnxError> {
    chain::network(model::read(bytes)?)
}
