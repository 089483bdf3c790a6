//! What network files have in common: the tensors `W0, b0, W1, …`, their checks and their errors.

use crate::tensor::{Tensor, shape_text};
use relulab_net::{Activation, Network, NetworkError, Shape, ShapeError};
use std::collections::BTreeMap;

/// A network and what its file says about where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkFile {
    /// The network.
    pub network: Network,
    /// Free keys and values: seed, target, loss, plan…
    pub provenance: BTreeMap<String, String>,
}

/// How numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// 64 bits: nothing is lost.
    F64,
    /// 32 bits: rounded to nearest; exact for networks trained in f32.
    F32,
}

/// Why bytes are not a network file.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkFileError {
    /// The container cannot be read.
    #[error("the {format} file is damaged, or of another kind: {reason}")]
    Container {
        /// `safetensors` or `npz`.
        format: &'static str,
        /// What its reader says.
        reason: String,
    },
    /// A safetensors file that was not written by relulab.
    #[error("the file's metadata do not say that it is a relulab network (\"format\": \"{expected}\")")]
    NotNetwork {
        /// The format name that is missing.
        expected: &'static str,
    },
    /// A version that this program does not read.
    #[error("the network file has version {found}; this program reads version {expected}")]
    Version {
        /// The version in the file.
        found: String,
        /// The version that is read.
        expected: &'static str,
    },
    /// A metadata entry is missing or cannot be understood.
    #[error("metadata \"{key}\": {reason}")]
    Metadata {
        /// The entry.
        key: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A tensor that a network needs is not there.
    #[error("tensor {0} is missing")]
    MissingTensor(String),
    /// A tensor that has no place in the network.
    #[error("tensor {0} does not belong to the network's layers")]
    UnexpectedTensor(String),
    /// A tensor whose axes do not fit.
    #[error("tensor {name} has shape {found}: expected {expected}")]
    TensorShape {
        /// The tensor.
        name: String,
        /// Its axes.
        found: String,
        /// What fits.
        expected: String,
    },
    /// A tensor of numbers that a network cannot have.
    #[error("tensor {name} has numbers of type {found}: expected {expected}")]
    NumberType {
        /// The tensor.
        name: String,
        /// Its type.
        found: String,
        /// What is read.
        expected: &'static str,
    },
    /// A parameter is NaN or infinite.
    #[error("tensor {name}, element {index}: {value} is not a finite number")]
    NotFinite {
        /// The tensor.
        name: String,
        /// Place in row-major order, from 0.
        index: usize,
        /// The value.
        value: f64,
    },
    /// A parameter beyond the range of f32, in a file to be written in f32.
    #[error("tensor {name}, element {index}: {value} does not fit into 32 bits")]
    Range {
        /// The tensor.
        name: String,
        /// Place in row-major order, from 0.
        index: usize,
        /// The value.
        value: f64,
    },
    /// The widths are not those of a network that relulab handles.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// The parameters are not those of a network.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

/// The tensors of a network in the order of its parameters: `W0` (out × in), `b0` (out), `W1`, …
pub(crate) fn tensors(network: &Network) -> Vec<(String, Tensor)> {
    let parameters = network.parameters();
    let layers = network.shape().layers().enumerate();
    layers
        .flat_map(|(index, layer)| {
            let weights = Tensor { shape: vec![layer.n_out, layer.n_in], values: parameters[layer.weights].to_vec() };
            let biases = Tensor { shape: vec![layer.n_out], values: parameters[layer.biases].to_vec() };
            [(format!("W{index}"), weights), (format!("b{index}"), biases)]
        })
        .collect()
}

/// The network with these tensors, whatever their order; names that are not `W` or `b` and a number are passed over.
pub(crate) fn assemble(
    mut tensors: BTreeMap<String, Tensor>,
    activation: Activation,
) -> Result<Network, NetworkFileError> {
    let mut widths = Vec::new();
    let mut parameters = Vec::new();
    for index in 0.. {
        let (weights_name, biases_name) = (format!("W{index}"), format!("b{index}"));
        let Some(weights) = tensors.remove(&weights_name) else {
            if index == 0 {
                return Err(NetworkFileError::MissingTensor(weights_name));
            }
            break;
        };
        let biases = tensors.remove(&biases_name);
        let biases = biases.ok_or_else(|| NetworkFileError::MissingTensor(biases_name.clone()))?;
        let n_in = widths.last().copied();
        let [rows, columns] = *weights.shape.as_slice() else {
            return Err(wrong_shape(weights_name, &weights.shape, "a matrix, out × in".to_owned()));
        };
        if n_in.is_some_and(|n_in| n_in != columns) {
            let expected = format!("({rows}, {})", n_in.unwrap_or(columns));
            return Err(wrong_shape(weights_name, &weights.shape, expected));
        }
        if biases.shape != [rows] {
            return Err(wrong_shape(biases_name, &biases.shape, shape_text(&[rows])));
        }
        check_finite(&weights_name, &weights.values)?;
        check_finite(&biases_name, &biases.values)?;
        if index == 0 {
            widths.push(columns);
        }
        widths.push(rows);
        parameters.extend(weights.values);
        parameters.extend(biases.values);
    }
    if let Some(name) = tensors.into_keys().find(|name| is_layer_name(name)) {
        return Err(NetworkFileError::UnexpectedTensor(name));
    }
    let output_dim = widths.pop().unwrap_or(0);
    let input_dim = if widths.is_empty() { 0 } else { widths.remove(0) };
    Ok(Network::new(Shape::new(input_dim, widths, output_dim)?, activation, parameters)?)
}

/// Whether a name is `W` or `b` followed by digits only.
pub(crate) fn is_layer_name(name: &str) -> bool {
    let digits = name.strip_prefix(['W', 'b']);
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn wrong_shape(name: String, found: &[usize], expected: String) -> NetworkFileError {
    NetworkFileError::TensorShape { name, found: shape_text(found), expected }
}

fn check_finite(name: &str, values: &[f64]) -> Result<(), NetworkFileError> {
    match values.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(index) => Err(NetworkFileError::NotFinite { name: name.to_owned(), index, value: values[index] }),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Networks of any small shape and activation.
    pub(crate) fn networks() -> impl Strategy<Value = Network> {
        let activation = prop_oneof![
            Just(Activation::Relu),
            (0.0..0.99_f64).prop_map(|slope| Activation::LeakyRelu { slope }),
            Just(Activation::Gelu),
            Just(Activation::Softplus)
        ];
        (1..4_usize, prop::collection::vec(1..5_usize, 0..4), 1..4_usize, activation).prop_flat_map(
            |(input_dim, hidden, output_dim, activation)| {
                let shape = Shape::new(input_dim, hidden, output_dim).unwrap();
                let numbers = prop_oneof![-1e3..1e3_f64, prop::num::f64::NORMAL, prop::num::f64::SUBNORMAL];
                prop::collection::vec(numbers, shape.n_params())
                    .prop_map(move |parameters| Network::new(shape.clone(), activation, parameters).unwrap())
            },
        )
    }

    fn small() -> BTreeMap<String, Tensor> {
        let shape = Shape::new(2, vec![3], 1).unwrap();
        let parameters = (0..13).map(f64::from).collect();
        tensors(&Network::new(shape, Activation::Relu, parameters).unwrap()).into_iter().collect()
    }

    #[test]
    fn tensors_that_do_not_fit_are_named() {
        let refusal = |change: &dyn Fn(&mut BTreeMap<String, Tensor>)| {
            let mut tensors = small();
            change(&mut tensors);
            assemble(tensors, Activation::Relu).unwrap_err().to_string()
        };
        let renamed = |from: &str, to: &str| {
            refusal(&|tensors| {
                let tensor = tensors.remove(from).unwrap();
                tensors.insert(to.to_owned(), tensor);
            })
        };
        assert_eq!(renamed("W0", "w0"), "tensor W0 is missing");
        assert_eq!(renamed("b1", "c1"), "tensor b1 is missing");
        assert_eq!(renamed("W1", "W2"), "tensor W2 does not belong to the network's layers");
        let reshaped =
            |name: &str, shape: &[usize]| refusal(&|tensors| tensors.get_mut(name).unwrap().shape = shape.to_vec());
        assert_eq!(reshaped("W1", &[3, 1]), "tensor W1 has shape (3, 1): expected (3, 3)");
        assert_eq!(reshaped("b0", &[3, 1]), "tensor b0 has shape (3, 1): expected (3,)");
        assert_eq!(reshaped("W0", &[6]), "tensor W0 has shape (6,): expected a matrix, out × in");
        let poisoned = refusal(&|tensors| tensors.get_mut("W0").unwrap().values[4] = f64::NAN);
        assert_eq!(poisoned, "tensor W0, element 4: NaN is not a finite number");
        assert_eq!(refusal(&BTreeMap::clear), "tensor W0 is missing");
    }

    #[test]
    fn other_names_are_passed_over() {
        let mut tensors = small();
        tensors.insert("n_layers".to_owned(), Tensor { shape: vec![], values: vec![2.0] });
        let network = assemble(tensors, Activation::Tanh).unwrap();
        assert_eq!(network.parameters(), (0..13).map(f64::from).collect::<Vec<_>>());
        assert_eq!(network.shape().to_string(), "2→3→1");
    }
}
