//! The messages of an ONNX file: graph, nodes, attributes and tensors, as much of them as networks need.

use super::OnnxError;
use super::wire::{Damaged, Fields, Payload};
use crate::tensor::{Tensor, n_elements, shape_text};
use std::collections::BTreeMap;

impl From<Damaged> for OnnxError {
    fn from(_: Damaged) -> Self {
        Self::Damaged
    }
}

/// The computation of a model.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    /// The operations, each after those that it needs.
    pub nodes: Vec<Node>,
    /// Constant tensors by name.
    pub constants: BTreeMap<String, Tensor>,
    /// What has to be given, with its axes; an axis without a number is 1, for a batch of one point.
    pub inputs: Vec<(String, Vec<usize>)>,
    /// What comes out.
    pub outputs: Vec<String>,
}

/// One operation.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    pub inputs: Vec<String>,
    pub outputs: Vec<String>,
    pub name: String,
    pub operator: String,
    pub domain: String,
    pub attributes: BTreeMap<String, Attribute>,
}

/// A parameter of an operation; of its possible types, those that are read.
#[derive(Clone, Debug, Default)]
pub(super) struct Attribute {
    pub float: Option<f32>,
    pub integer: Option<i64>,
    pub tensor: Option<Tensor>,
    pub floats: Vec<f64>,
    pub integers: Vec<i64>,
}

/// The graph of a model.
pub(super) fn read(bytes: &[u8]) -> Result<Graph, OnnxError> {
    let mut graph = None;
    for field in Fields::of(bytes) {
        if let (7, Payload::Bytes(bytes)) = field? {
            graph = Some(read_graph(bytes)?);
        }
    }
    graph.ok_or(OnnxError::Damaged)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn read_graph(bytes: &[u8]) -> Result<Graph, OnnxError> {
    let mut graph = Graph::default();
    for field in Fields::of(bytes) {
        let (number, Payload::Bytes(bytes)) = field? else { continue };
        match number {
            1 => graph.nodes.push(read_node(bytes)?),
            5 => {
                let (name, tensor) = read_tensor(bytes)?;
                graph.constants.insert(name, tensor);
            }
            11 => graph.inputs.push(read_value(bytes)?),
            12 => graph.outputs.push(read_value(bytes)?.0),
            15 => return Err(OnnxError::Unsupported("a sparse initializer".to_owned())),
            _ => {}
        }
    }
    // Before version 4 of the format the initializers are listed among the inputs too.
    graph.inputs.retain(|(name, _)| !graph.constants.contains_key(name));
    Ok(graph)
}

fn read_node(bytes: &[u8]) -> Result<Node, OnnxError> {
    let mut node = Node::default();
    for field in Fields::of(bytes) {
        let (number, Payload::Bytes(bytes)) = field? else { continue };
        match number {
            1 => node.inputs.push(text(bytes)),
            2 => node.outputs.push(text(bytes)),
            3 => node.name = text(bytes),
            4 => node.operator = text(bytes),
            5 => {
                let (name, attribute) = read_attribute(bytes)?;
                node.attributes.insert(name, attribute);
            }
            7 => node.domain = text(bytes),
            _ => {}
        }
    }
    Ok(node)
}

fn read_attribute(bytes: &[u8]) -> Result<(String, Attribute), OnnxError> {
    let (mut name, mut attribute) = (String::new(), Attribute::default());
    for field in Fields::of(bytes) {
        match field? {
            (1, Payload::Bytes(bytes)) => name = text(bytes),
            (2, Payload::Four(bytes)) => attribute.float = Some(f32::from_le_bytes(bytes)),
            (3, Payload::Number(number)) => attribute.integer = Some(number.cast_signed()),
            (5, Payload::Bytes(bytes)) => attribute.tensor = Some(read_tensor(bytes)?.1),
            (7, Payload::Four(bytes)) => attribute.floats.push(f64::from(f32::from_le_bytes(bytes))),
            (7, Payload::Bytes(packed)) => attribute.floats.extend(floats(packed)),
            (8, Payload::Number(number)) => attribute.integers.push(number.cast_signed()),
            (8, Payload::Bytes(packed)) => {
                attribute.integers.extend(Fields::packed(packed)?.into_iter().map(u64::cast_signed));
            }
            _ => {}
        }
    }
    Ok((name, attribute))
}

/// Name and axes of an input or output.
fn read_value(bytes: &[u8]) -> Result<(String, Vec<usize>), OnnxError> {
    let (mut name, mut axes) = (String::new(), Vec::new());
    for field in Fields::of(bytes) {
        match field? {
            (1, Payload::Bytes(bytes)) => name = text(bytes),
            // TypeProto.tensor_type.shape.dim
            (2, Payload::Bytes(kind)) => {
                for shape in nested(kind, 1)?.into_iter().map(|tensor| nested(tensor, 2)) {
                    for axis in shape?.into_iter().map(|shape| nested(shape, 1)) {
                        axes = axis?.into_iter().map(read_axis).collect::<Result<_, _>>()?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok((name, axes))
}

/// The messages in the field `wanted`.
fn nested(bytes: &[u8], wanted: u64) -> Result<Vec<&[u8]>, OnnxError> {
    let mut messages = Vec::new();
    for field in Fields::of(bytes) {
        if let (number, Payload::Bytes(bytes)) = field?
            && number == wanted
        {
            messages.push(bytes);
        }
    }
    Ok(messages)
}

/// The length of an axis, 1 where it is left open.
fn read_axis(bytes: &[u8]) -> Result<usize, OnnxError> {
    let mut length = 1;
    for field in Fields::of(bytes) {
        if let (1, Payload::Number(number)) = field? {
            length = usize::try_from(number.cast_signed()).unwrap_or(1).max(1);
        }
    }
    Ok(length)
}

/// Name and numbers of a tensor; its numbers may be f32, f64, i32 or i64.
fn read_tensor(bytes: &[u8]) -> Result<(String, Tensor), OnnxError> {
    let (mut name, mut kind, mut shape, mut values) = (String::new(), 0, Vec::new(), Vec::new());
    let (mut raw, mut external) = (None, false);
    let length = |number: u64| usize::try_from(number).map_err(|_| OnnxError::Damaged);
    for field in Fields::of(bytes) {
        match field? {
            (1, Payload::Number(number)) => shape.push(length(number)?),
            (1, Payload::Bytes(packed)) => {
                for number in Fields::packed(packed)? {
                    shape.push(length(number)?);
                }
            }
            (2, Payload::Number(number)) => kind = number,
            (4, Payload::Four(bytes)) => values.push(f64::from(f32::from_le_bytes(bytes))),
            (4, Payload::Bytes(packed)) => values.extend(floats(packed)),
            (5 | 7, Payload::Number(number)) => values.push(number.cast_signed() as f64),
            (5 | 7, Payload::Bytes(packed)) => {
                values.extend(Fields::packed(packed)?.into_iter().map(|number| number.cast_signed() as f64));
            }
            (8, Payload::Bytes(bytes)) => name = text(bytes),
            (9, Payload::Bytes(bytes)) => raw = Some(bytes),
            (10, Payload::Eight(bytes)) => values.push(f64::from_le_bytes(bytes)),
            (10, Payload::Bytes(packed)) => values.extend(doubles(packed)),
            (13, _) | (14, Payload::Number(1)) => external = true,
            _ => {}
        }
    }
    if external {
        return Err(OnnxError::Unsupported(format!("tensor {name:?}, whose numbers are in another file")));
    }
    if !matches!(kind, 1 | 6 | 7 | 11) {
        return Err(OnnxError::Unsupported(format!(
            "tensor {name:?} with numbers of ONNX type {kind}: expected float (1), int32 (6), int64 (7) or double (11)"
        )));
    }
    if let Some(raw) = raw {
        values = match kind {
            1 => floats(raw).collect(),
            6 => raw.as_chunks().0.iter().map(|bytes| f64::from(i32::from_le_bytes(*bytes))).collect(),
            7 => raw.as_chunks().0.iter().map(|bytes| i64::from_le_bytes(*bytes) as f64).collect(),
            _ => doubles(raw).collect(),
        };
    }
    if n_elements(&shape) != Some(values.len()) {
        return Err(OnnxError::Tensor { name, shape: shape_text(&shape), found: values.len() });
    }
    Ok((name, Tensor { shape, values }))
}

fn floats(bytes: &[u8]) -> impl Iterator<Item = f64> {
    bytes.as_chunks().0.iter().map(|bytes| f64::from(f32::from_le_bytes(*bytes)))
}

fn doubles(bytes: &[u8]) -> impl Iterator<Item = f64> {
    bytes.as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes))
}
