//! Tensors that are known before any input is: constants, axes of values, and what is made of them.

use super::model::{Attribute, Node};
use crate::tensor::Tensor;
use std::collections::BTreeMap;

/// The tensor that a node makes of constants and axes alone, if it does.
///
/// *Errors*: in words, when it is a node of that kind but cannot be understood.
pub(super) fn constant(
    node: &Node,
    constants: &BTreeMap<String, Tensor>,
    all_axes: &BTreeMap<String, Vec<usize>>,
) -> Result<Option<Tensor>, String> {
    let of = |place: usize| node.inputs.get(place).and_then(|name| constants.get(name));
    match (node.operator.as_str(), of(0)) {
        ("Constant", _) => Ok(Some(literal(node).ok_or("it has no value that is read")?)),
        ("Shape", _) => {
            let axes = node.inputs.first().and_then(|name| all_axes.get(name));
            Ok(axes.map(|axes| list(axes.iter().map(|length| *length as f64).collect())))
        }
        ("Identity", Some(tensor)) => Ok(Some(tensor.clone())),
        ("Cast", Some(tensor)) => {
            let to = node.attributes.get("to").and_then(|attribute| attribute.integer);
            let is_whole = tensor.values.iter().all(|value| value.fract() == 0.0);
            match to {
                Some(1 | 11) => Ok(Some(tensor.clone())),
                Some(6 | 7) if is_whole => Ok(Some(tensor.clone())),
                _ => Err("it makes numbers of another type, or rounds them".to_owned()),
            }
        }
        ("Transpose", Some(tensor)) if node.attributes.is_empty() || tensor.shape.len() == 2 => {
            let [rows, columns] = *tensor.shape.as_slice() else { return Ok(None) };
            let keeps = node.attributes.get("perm").is_some_and(|attribute| attribute.integers == [0, 1]);
            if keeps {
                return Ok(Some(tensor.clone()));
            }
            Ok(Some(Tensor { shape: vec![columns, rows], values: transposed(&tensor.values, columns) }))
        }
        ("Unsqueeze", Some(tensor)) if tensor.values.len() == 1 => Ok(Some(list(tensor.values.clone()))),
        ("Gather", Some(tensor)) => {
            let places = of(1).ok_or("its indices are not constant")?;
            let n = tensor.values.len();
            let pick = |place: &f64| {
                let place = if *place < 0.0 { *place + n as f64 } else { *place };
                tensor.values.get(place as usize).copied().filter(|_| place >= 0.0)
            };
            let values = places.values.iter().map(pick).collect::<Option<Vec<_>>>();
            let values = values.filter(|_| tensor.shape.len() <= 1).ok_or("it picks what is not there")?;
            Ok(Some(Tensor { shape: places.shape.clone(), values }))
        }
        ("Concat", Some(_)) => {
            let parts = (0..node.inputs.len()).map(|place| of(place).filter(|part| part.shape.len() <= 1));
            let parts = parts.collect::<Option<Vec<_>>>().ok_or("it joins more than lists of constants")?;
            Ok(Some(list(parts.iter().flat_map(|part| part.values.iter().copied()).collect())))
        }
        _ => Ok(None),
    }
}

/// The value of a `Constant` node: a tensor, a number or a list.
fn literal(node: &Node) -> Option<Tensor> {
    let of = |name: &str| node.attributes.get(name);
    let number = |value: f64| Tensor { shape: Vec::new(), values: vec![value] };
    of("value")
        .and_then(|attribute| attribute.tensor.clone())
        .or_else(|| of("value_float").and_then(|attribute| attribute.float).map(|value| number(f64::from(value))))
        .or_else(|| of("value_int").and_then(|attribute| attribute.integer).map(|value| number(value as f64)))
        .or_else(|| of("value_floats").map(|attribute| list(attribute.floats.clone())))
        .or_else(|| of("value_ints").map(|attribute| list(reals(attribute))))
}

fn reals(attribute: &Attribute) -> Vec<f64> {
    attribute.integers.iter().map(|value| *value as f64).collect()
}

fn list(values: Vec<f64>) -> Tensor {
    Tensor { shape: vec![values.len()], values }
}

/// The axes that a node names, in its attribute or, in newer models, as an input; counted from the end when negative.
pub(super) fn axes_of(node: &Node, given: Option<&Tensor>, rank: usize) -> Option<Vec<usize>> {
    let named = match given {
        Some(tensor) => tensor.values.clone(),
        None => reals(node.attributes.get("axes")?),
    };
    Some(named.into_iter().map(|axis| if axis < 0.0 { axis + rank as f64 } else { axis } as usize).collect())
}

/// The transpose of a row-major matrix with so many columns.
pub(super) fn transposed(values: &[f64], columns: usize) -> Vec<f64> {
    let rows = values.len() / columns.max(1);
    (0..columns).flat_map(|column| (0..rows).map(move |row| values[row * columns + column])).collect()
}
