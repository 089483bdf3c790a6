//! From the operations of a graph to the layers of a network, when they form one chain.

use super::OnnxError;
use super::affine::{Affine, Inexact, exact};
use super::constants::{axes_of, constant, transposed};
use super::model::{Attribute, Graph, Node};
use crate::tensor::{Tensor, n_elements, shape_text};
use relulab_exact::Rational;
use relulab_net::{Activation, Network, Shape};
use std::collections::BTreeMap;

/// The operators that are read.
pub(super) const OPERATORS: &str = "Gemm, MatMul, Add, Sub, Mul, Div, Relu, LeakyRelu, Tanh, Sigmoid, Softplus, \
                                    Flatten, Reshape, Transpose, Squeeze, Unsqueeze, Cast, Identity, Dropout and \
                                    Constant; of constants and axes also Shape, Gather and Concat";

/// The value that is on its way from the input to the output.
struct Chain {
    name: String,
    axes: Vec<usize>,
    /// The axes of all values so far, which some models ask for to reshape.
    all_axes: BTreeMap<String, Vec<usize>>,
    /// What has been applied since the last activation.
    pending: Affine,
    input_dim: usize,
    widths: Vec<usize>,
    parameters: Vec<f64>,
    activation: Option<Activation>,
}

/// Why an operation cannot be taken over; the caller adds which one it is.
type Refusal = String;

impl From<Inexact> for Refusal {
    fn from(_: Inexact) -> Self {
        "a parameter that it leads to is not exactly a finite 64-bit number".to_owned()
    }
}

/// The network that a graph computes.
pub(super) fn network(mut graph: Graph) -> Result<Network, OnnxError> {
    let [(input, axes)] = graph.inputs.as_slice() else {
        return Err(OnnxError::Unsupported(format!("a graph with {} inputs: expected one", graph.inputs.len())));
    };
    let [output] = graph.outputs.as_slice() else {
        return Err(OnnxError::Unsupported(format!("a graph with {} outputs: expected one", graph.outputs.len())));
    };
    let input_dim = n_elements(axes).filter(|n| *n <= relulab_net::conventions::MAX_INPUT_DIM);
    let Some(input_dim) = input_dim else {
        return Err(OnnxError::Unsupported(format!("an input of shape {}", shape_text(axes))));
    };
    let mut chain = Chain {
        name: input.clone(),
        axes: axes.clone(),
        all_axes: BTreeMap::from([(input.clone(), axes.clone())]),
        pending: Affine::identity(input_dim),
        input_dim,
        widths: Vec::new(),
        parameters: Vec::new(),
        activation: None,
    };
    for node in &graph.nodes {
        let refuse = |reason| OnnxError::Node { operator: node.operator.clone(), node: place(node), reason };
        if chain.name == *output {
            return Err(refuse(format!("it follows the output {output:?}")));
        }
        chain.apply(node, &mut graph.constants).map_err(refuse)?;
    }
    if chain.name != *output {
        return Err(OnnxError::Unsupported(format!("an output {output:?} that no chain of operations leads to")));
    }
    chain.finish(output)
}

/// How a node is called in messages: by its name, or by what it makes.
fn place(node: &Node) -> String {
    let made = || node.outputs.first().cloned().unwrap_or_default();
    if node.name.is_empty() { made() } else { node.name.clone() }
}

/// How `constant` meets the value in an elementwise operation: the value's axes and one factor or term per element.
fn spread(constant: &Tensor, axes: &[usize]) -> Result<(Vec<usize>, Vec<Rational>), Refusal> {
    let rank = axes.len().max(constant.shape.len());
    let padded = |shape: &[usize]| [vec![1; rank - shape.len()], shape.to_vec()].concat();
    let (value_axes, constant_axes) = (padded(axes), padded(&constant.shape));
    let fits = value_axes.iter().zip(&constant_axes).all(|(value, constant)| *constant == 1 || constant == value);
    if !fits {
        let (constant, value) = (shape_text(&constant.shape), shape_text(axes));
        return Err(format!("a constant of shape {constant} does not fit a value of shape {value}"));
    }
    let n = n_elements(&value_axes).unwrap_or(0);
    let numbers = (0..n).map(|element| {
        let (mut rest, mut place, mut stride) = (element, 0, 1);
        for (value, constant) in value_axes.iter().zip(&constant_axes).rev() {
            place += (rest % value) % constant * stride;
            stride *= constant;
            rest /= value;
        }
        Ok(exact(constant.values[place])?)
    });
    let numbers = numbers.collect::<Result<_, Refusal>>()?;
    Ok((value_axes, numbers))
}

impl Chain {
    /// Takes over one operation.
    fn apply(&mut self, node: &Node, constants: &mut BTreeMap<String, Tensor>) -> Result<(), Refusal> {
        if !matches!(node.domain.as_str(), "" | "ai.onnx") {
            return Err(format!("it is not of the standard domain but of {:?}", node.domain));
        }
        let made = node.outputs.first().ok_or("it has no output")?.clone();
        if let Some(constant) = constant(node, constants, &self.all_axes)? {
            constants.insert(made, constant);
            return Ok(());
        }
        let of = |place: usize| node.inputs.get(place).filter(|name| !name.is_empty());
        let given = |place: usize| of(place).and_then(|name| constants.get(name));
        let is_value = |place: usize| of(place) == Some(&self.name);
        // Whatever the operator, one input is the chain's value and the others are constants.
        let n_values = (0..node.inputs.len()).filter(|place| is_value(*place)).count();
        let stranger =
            node.inputs.iter().find(|name| !name.is_empty() && **name != self.name && !constants.contains_key(*name));
        if let Some(stranger) = stranger {
            return Err(format!(
                "it takes {stranger:?}, which is neither constant nor the value made last: branches and skip connections are not read"
            ));
        }
        let unread = || format!("this operator is not read; those that are: {OPERATORS}");
        if n_values != 1 {
            return Err("it does not take the value made last exactly once".to_owned());
        }
        match node.operator.as_str() {
            "Relu" => self.activate(Activation::Relu)?,
            "Tanh" => self.activate(Activation::Tanh)?,
            "Sigmoid" => self.activate(Activation::Sigmoid)?,
            "Softplus" => self.activate(Activation::Softplus)?,
            "LeakyRelu" => {
                let slope = f64::from(float(node, "alpha").unwrap_or(Activation::DEFAULT_LEAKY_SLOPE as f32));
                if !(0.0..1.0).contains(&slope) {
                    return Err(format!("its slope is {slope}: expected 0 ≤ slope < 1"));
                }
                self.activate(Activation::LeakyRelu { slope })?;
            }
            "MatMul" => match (given(0), given(1)) {
                (None, Some(matrix)) => self.multiply_right(matrix)?,
                (Some(matrix), None) => self.multiply_left(matrix)?,
                _ => return Err("it needs one constant matrix".to_owned()),
            },
            "Gemm" => self.gemm(node, given(1), of(2).is_some(), given(2))?,
            "Add" | "Sub" | "Mul" | "Div" => {
                let (value_first, constant) = (is_value(0), given(0).or(given(1)).ok_or("it needs one constant")?);
                let (axes, numbers) = spread(constant, &self.axes)?;
                self.elementwise(&node.operator, value_first, numbers)?;
                self.axes = axes;
            }
            "Flatten" => {
                let rank = self.axes.len();
                let axis = usize::try_from(wrapped(integer(node, "axis").unwrap_or(1), rank)).unwrap_or(rank);
                let (before, after) = self.axes.split_at(axis.min(rank));
                self.axes = vec![before.iter().product(), after.iter().product()];
            }
            "Reshape" => self.reshape(given(1).ok_or("its shape is not constant")?)?,
            // Leaving out or inserting axes of length 1 does not move any number.
            "Squeeze" => match axes_of(node, given(1), self.axes.len()) {
                Some(left_out) => {
                    let mut axis = 0..;
                    self.axes.retain(|_| axis.next().is_some_and(|axis| !left_out.contains(&axis)));
                    if n_elements(&self.axes) != Some(self.pending.n_out()) {
                        return Err("it leaves out an axis that is not of length 1".to_owned());
                    }
                }
                None => self.axes.retain(|length| *length != 1),
            },
            "Unsqueeze" => {
                let n_given = axes_of(node, given(1), 0).map_or(1, |axes| axes.len());
                let mut inserted =
                    axes_of(node, given(1), self.axes.len() + n_given).ok_or("it does not say which axes")?;
                inserted.sort_unstable();
                for axis in inserted {
                    self.axes.insert(axis.min(self.axes.len()), 1);
                }
            }
            "Transpose" => self.transpose(node)?,
            // Numbers are exact here, so all types of reals hold them.
            "Cast" if matches!(integer(node, "to"), Some(1 | 11)) => {}
            "Cast" => return Err("it makes numbers of another type than float (1) or double (11)".to_owned()),
            "Identity" | "Dropout" => {}
            _ => return Err(unread()),
        }
        self.all_axes.insert(made.clone(), self.axes.clone());
        self.name = made;
        Ok(())
    }

    /// value · matrix, the value a row.
    fn multiply_right(&mut self, matrix: &Tensor) -> Result<(), Refusal> {
        let n = self.pending.n_out();
        let [rows, columns] = *matrix.shape.as_slice() else {
            return Err(format!("its constant has shape {}: expected a matrix", shape_text(&matrix.shape)));
        };
        if rows != n || self.axes.last().is_some_and(|last| *last != n) {
            let (value, matrix) = (shape_text(&self.axes), shape_text(&matrix.shape));
            return Err(format!("a value of shape {value} does not fit a matrix of shape {matrix}"));
        }
        self.pending.multiply(transposed(&matrix.values, columns))?;
        self.axes.pop();
        self.axes.push(columns);
        Ok(())
    }

    /// matrix · value, the value a column.
    fn multiply_left(&mut self, matrix: &Tensor) -> Result<(), Refusal> {
        let [rows, columns] = *matrix.shape.as_slice() else {
            return Err(format!("its constant has shape {}: expected a matrix", shape_text(&matrix.shape)));
        };
        let axis = self.axes.len().saturating_sub(2);
        if columns != self.pending.n_out() || self.axes.get(axis).is_some_and(|length| *length != columns) {
            let (value, matrix) = (shape_text(&self.axes), shape_text(&matrix.shape));
            return Err(format!("a matrix of shape {matrix} does not fit a value of shape {value}"));
        }
        self.pending.multiply(matrix.values.clone())?;
        if let Some(length) = self.axes.get_mut(axis) {
            *length = rows;
        }
        Ok(())
    }

    /// alpha · value · matrix + beta · constant.
    fn gemm(
        &mut self,
        node: &Node,
        matrix: Option<&Tensor>,
        has_bias: bool,
        bias: Option<&Tensor>,
    ) -> Result<(), Refusal> {
        if integer(node, "transA").unwrap_or(0) != 0 {
            return Err("transA is not read".to_owned());
        }
        let matrix = matrix.ok_or("its second input must be a constant matrix")?;
        if integer(node, "transB").unwrap_or(0) == 0 {
            self.multiply_right(matrix)?;
        } else {
            let [rows, columns] = *matrix.shape.as_slice() else {
                return Err(format!("its constant has shape {}: expected a matrix", shape_text(&matrix.shape)));
            };
            let values = transposed(&matrix.values, columns);
            self.multiply_right(&Tensor { shape: vec![columns, rows], values })?;
        }
        let n = self.pending.n_out();
        let factor = |name| exact(f64::from(float(node, name).unwrap_or(1.0)));
        self.pending.scale(&vec![factor("alpha")?; n]);
        if has_bias {
            let (axes, mut terms) = spread(bias.ok_or("its third input must be constant")?, &self.axes)?;
            let beta = factor("beta")?;
            terms.iter_mut().for_each(|term| *term = std::mem::take(term) * &beta);
            self.pending.add(&terms);
            self.axes = axes;
        }
        Ok(())
    }

    /// value ∘ constant, or constant ∘ value.
    fn elementwise(&mut self, operator: &str, value_first: bool, mut numbers: Vec<Rational>) -> Result<(), Refusal> {
        let negate = |numbers: &mut [Rational]| numbers.iter_mut().for_each(|n| *n = -std::mem::take(n));
        match (operator, value_first) {
            ("Mul", _) => self.pending.scale(&numbers),
            ("Div", true) => {
                if numbers.iter().any(Rational::is_zero) {
                    return Err("it divides by zero".to_owned());
                }
                numbers.iter_mut().for_each(|n| *n = Rational::from(1) / std::mem::take(n));
                self.pending.scale(&numbers);
            }
            ("Div", false) => return Err("it divides by the value, which is not affine".to_owned()),
            ("Sub", true) => {
                negate(&mut numbers);
                self.pending.add(&numbers);
            }
            ("Sub", false) => {
                self.pending.scale(&vec![Rational::from(-1); numbers.len()]);
                self.pending.add(&numbers);
            }
            _ => self.pending.add(&numbers),
        }
        Ok(())
    }

    /// Moves the axes, and with them the numbers.
    fn transpose(&mut self, node: &Node) -> Result<(), Refusal> {
        let rank = self.axes.len();
        let given = node.attributes.get("perm").map(|attribute| attribute.integers.clone());
        let order: Vec<usize> = match given {
            Some(order) => order.iter().map(|axis| usize::try_from(*axis).unwrap_or(rank)).collect(),
            None => (0..rank).rev().collect(),
        };
        let mut sorted = order.clone();
        sorted.sort_unstable();
        if !sorted.into_iter().eq(0..rank) {
            return Err(format!("its perm does not order the {rank} axes of its input"));
        }
        let strides: Vec<usize> = (0..rank).map(|axis| self.axes[axis + 1..].iter().product()).collect();
        let moved: Vec<usize> = order.iter().map(|axis| self.axes[*axis]).collect();
        let places = (0..self.pending.n_out()).map(|element| {
            let (mut rest, mut place) = (element, 0);
            for (length, axis) in moved.iter().zip(&order).rev() {
                place += rest % length * strides[*axis];
                rest /= length;
            }
            place
        });
        let places: Vec<usize> = places.collect();
        // Where only axes of length 1 move, no number does.
        if !places.is_sorted() {
            self.pending.reorder(&places);
        }
        self.axes = moved;
        Ok(())
    }

    fn reshape(&mut self, wanted: &Tensor) -> Result<(), Refusal> {
        let n = self.pending.n_out();
        let mut axes = Vec::new();
        for (place, length) in wanted.values.iter().enumerate() {
            axes.push(match *length {
                0.0 => self.axes.get(place).copied().unwrap_or(1),
                -1.0 => 0,
                length if length >= 1.0 && length <= n as f64 => length as usize,
                length => return Err(format!("an axis of length {length}")),
            });
        }
        let known: usize = axes.iter().filter(|length| **length != 0).product();
        axes.iter_mut().filter(|length| **length == 0).for_each(|length| *length = n / known.max(1));
        if n_elements(&axes) != Some(n) {
            return Err(format!("{n} numbers do not fit the shape {}", shape_text(&axes)));
        }
        self.axes = axes;
        Ok(())
    }

    /// Closes a layer with an activation.
    fn activate(&mut self, activation: Activation) -> Result<(), Refusal> {
        if let Some(other) = self.activation.filter(|other| *other != activation) {
            return Err(format!("the network has {other} before and {activation} here: expected one activation"));
        }
        self.activation = Some(activation);
        self.close_layer()?;
        Ok(())
    }

    fn close_layer(&mut self) -> Result<(), Inexact> {
        let width = self.pending.n_out();
        let (weights, biases) = std::mem::replace(&mut self.pending, Affine::identity(width)).into_layer()?;
        self.widths.push(width);
        self.parameters.extend(weights);
        self.parameters.extend(biases);
        Ok(())
    }

    /// The network; after a last activation comes an identity, since a network's last layer is affine.
    fn finish(mut self, output: &str) -> Result<Network, OnnxError> {
        let at_output = |error: Inexact| OnnxError::Unsupported(format!("output {output:?}: {}", Refusal::from(error)));
        self.close_layer().map_err(at_output)?;
        let output_dim = self.widths.pop().unwrap_or(0);
        let shape = Shape::new(self.input_dim, self.widths, output_dim)?;
        Ok(Network::new(shape, self.activation.unwrap_or(Activation::Relu), self.parameters)?)
    }
}

fn float(node: &Node, name: &str) -> Option<f32> {
    node.attributes.get(name).and_then(|Attribute { float, .. }| *float)
}

fn integer(node: &Node, name: &str) -> Option<i64> {
    node.attributes.get(name).and_then(|Attribute { integer, .. }| *integer)
}

/// An axis counted from the end when negative.
fn wrapped(axis: i64, rank: usize) -> i64 {
    if axis < 0 { axis + rank as i64 } else { axis }
}
