//! Public ONNX files of the aircraft networks are built in many ways; each is made here byte by byte and must give the
//! same network.

use relulab_io::onnx;
use relulab_net::{Network, reference};

/// A field that holds bytes.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![number << 3 | 2];
    let mut length = bytes.len();
    while length >= 0x80 {
        out.push(length as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend(bytes);
    out
}

/// A field that holds a small number.
fn number(field: u8, value: u8) -> Vec<u8> {
    assert!(value < 0x80);
    vec![field << 3, value]
}

fn tensor(name: &str, shape: &[u8], values: &[f32]) -> Vec<u8> {
    let mut out: Vec<u8> = shape.iter().flat_map(|length| number(1, *length)).collect();
    out.extend(number(2, 1));
    out.extend(field(8, name.as_bytes()));
    out.extend(field(9, &values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>()));
    out
}

fn integers(name: &str, values: &[i64]) -> Vec<u8> {
    let mut out = number(1, values.len() as u8);
    out.extend(number(2, 7));
    out.extend(field(8, name.as_bytes()));
    out.extend(field(9, &values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>()));
    out
}

fn node(operator: &str, inputs: &[&str], output: &str, attributes: &[Vec<u8>]) -> Vec<u8> {
    let mut out: Vec<u8> = inputs.iter().flat_map(|input| field(1, input.as_bytes())).collect();
    out.extend(field(2, output.as_bytes()));
    out.extend(field(4, operator.as_bytes()));
    attributes.iter().for_each(|attribute| out.extend(field(5, attribute)));
    out
}

/// A list of integers as an attribute.
fn list(name: &str, values: &[u8]) -> Vec<u8> {
    let mut out = field(1, name.as_bytes());
    values.iter().for_each(|value| out.extend(number(8, *value)));
    out
}

fn integer(name: &str, value: u8) -> Vec<u8> {
    [field(1, name.as_bytes()), number(3, value)].concat()
}

/// Name and axes of a graph's input or output.
fn value(name: &str, axes: &[u8]) -> Vec<u8> {
    let shape: Vec<u8> = axes.iter().flat_map(|length| field(1, &number(1, *length))).collect();
    let kind = [number(1, 1), field(2, &shape)].concat();
    [field(1, name.as_bytes()), field(2, &field(1, &kind))].concat()
}

fn model(nodes: &[Vec<u8>], constants: &[Vec<u8>], input: &[u8]) -> Vec<u8> {
    let mut graph: Vec<u8> = nodes.iter().flat_map(|node| field(1, node)).collect();
    constants.iter().for_each(|constant| graph.extend(field(5, constant)));
    graph.extend(field(11, &value("x", input)));
    graph.extend(field(12, &value("y", &[])));
    [number(1, 7), field(7, &graph)].concat()
}

const FIRST: [f32; 6] = [1.0, -2.0, 0.5, 0.25, 3.0, -1.0];
const FIRST_BIASES: [f32; 2] = [0.5, -1.5];
const SECOND: [f32; 2] = [2.0, -0.75];

/// FIRST as in × out.
fn first_by_input() -> [f32; 6] {
    [FIRST[0], FIRST[3], FIRST[1], FIRST[4], FIRST[2], FIRST[5]]
}

fn constants() -> Vec<Vec<u8>> {
    vec![
        tensor("W0", &[3, 2], &first_by_input()),
        tensor("b0", &[2], &FIRST_BIASES),
        tensor("W1", &[2, 1], &SECOND),
        tensor("b1", &[1], &[0.125]),
    ]
}

/// From a value "v" with three numbers in a row to the output.
fn layers() -> Vec<Vec<u8>> {
    vec![
        node("MatMul", &["v", "W0"], "m0", &[]),
        node("Add", &["m0", "b0"], "a0", &[]),
        node("Relu", &["a0"], "r0", &[]),
        node("MatMul", &["r0", "W1"], "m1", &[]),
        node("Add", &["m1", "b1"], "y", &[]),
    ]
}

fn check(name: &str, nodes: &[Vec<u8>], more: &[Vec<u8>], input: &[u8]) {
    let bytes = model(nodes, &[constants(), more.to_vec()].concat(), input);
    let network = onnx::read_network(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    agrees(name, &network);
}

fn agrees(name: &str, network: &Network) {
    assert_eq!(network.shape().to_string(), "3→2→1", "{name}");
    for x in [[0.0, 0.0, 0.0], [1.0, -0.5, 2.0], [-3.0, 1.0, 0.25]] {
        let hidden = |unit: usize| {
            let row = &FIRST[3 * unit..][..3];
            let z: f64 = row.iter().zip(x).map(|(w, x)| f64::from(*w) * x).sum::<f64>() + f64::from(FIRST_BIASES[unit]);
            z.max(0.0) * f64::from(SECOND[unit])
        };
        assert_eq!(reference::forward(network, &x), [hidden(0) + hidden(1) + 0.125], "{name}");
    }
}

#[test]
fn chains_after_many_beginnings() {
    let begin = |first: Vec<Vec<u8>>| [first, layers()].concat();
    let zero = tensor("mean", &[1, 1, 1, 3], &[0.0; 3]);
    check(
        "subtract and flatten",
        &begin(vec![node("Sub", &["x", "mean"], "s", &[]), node("Flatten", &["s"], "v", &[integer("axis", 1)])]),
        std::slice::from_ref(&zero),
        &[1, 1, 1, 3],
    );
    check(
        "layout changed before flattening",
        &begin(vec![node("Transpose", &["x"], "t", &[list("perm", &[0, 2, 3, 1])]), node("Flatten", &["t"], "v", &[])]),
        &[],
        &[1, 1, 1, 3],
    );
    check(
        "reshape by a constant",
        &begin(vec![node("Reshape", &["x", "n"], "v", &[])]),
        &[integers("n", &[-1, 3])],
        &[3, 1, 1],
    );
    check(
        "squeezed axes in an attribute",
        &begin(vec![node("Squeeze", &["x"], "v", &[list("axes", &[1, 2])])]),
        &[],
        &[1, 1, 1, 3],
    );
    check(
        "squeezed axes in an input",
        &begin(vec![node("Squeeze", &["x", "n"], "v", &[])]),
        &[integers("n", &[-2, 1])],
        &[1, 1, 1, 3],
    );
    check("a new axis", &begin(vec![node("Unsqueeze", &["x", "n"], "v", &[])]), &[integers("n", &[0])], &[3]);
    check("another type", &begin(vec![node("Cast", &["x"], "v", &[integer("to", 11)])]), &[], &[1, 3]);
}

/// `x.view(x.size(0), -1)` as it is exported: the shape is computed in the graph.
#[test]
fn shapes_computed_in_the_graph() {
    let begin = vec![
        node("Shape", &["x"], "shape", &[]),
        node("Constant", &[], "zero", &[[field(1, b"value_int"), number(3, 0)].concat()]),
        node("Gather", &["shape", "zero"], "batch", &[integer("axis", 0)]),
        node("Unsqueeze", &["batch"], "first", &[list("axes", &[0])]),
        node("Constant", &[], "rest", &[[field(1, b"value"), field(5, &integers("", &[-1]))].concat()]),
        node("Concat", &["first", "rest"], "wanted", &[integer("axis", 0)]),
        node("Reshape", &["x", "wanted"], "v", &[]),
    ];
    check("view", &[begin, layers()].concat(), &[], &[1, 3, 1]);
}

#[test]
fn general_matrix_products_and_columns() {
    let rows = [
        tensor("V0", &[2, 3], &FIRST),
        tensor("V1", &[1, 2], &SECOND),
        tensor("c0", &[2, 1], &FIRST_BIASES),
        tensor("c1", &[1, 1], &[0.125]),
    ];
    let gemm = [
        node("Gemm", &["x", "V0", "b0"], "g0", &[integer("transB", 1)]),
        node("Relu", &["g0"], "r0", &[]),
        node("Gemm", &["r0", "W1", "b1"], "y", &[]),
    ];
    check("Gemm", &gemm, &rows, &[1, 3]);
    let column = [
        node("MatMul", &["V0", "x"], "m0", &[]),
        node("Add", &["m0", "c0"], "a0", &[]),
        node("Relu", &["a0"], "r0", &[]),
        node("MatMul", &["V1", "r0"], "m1", &[]),
        node("Add", &["m1", "c1"], "y", &[]),
    ];
    check("columns", &column, &rows, &[3, 1]);
    let flat = [
        node("MatMul", &["V0", "x"], "m0", &[]),
        node("Add", &["m0", "b0"], "a0", &[]),
        node("Relu", &["a0"], "r0", &[]),
        node("MatMul", &["V1", "r0"], "m1", &[]),
        node("Add", &["m1", "b1"], "y", &[]),
    ];
    check("vectors", &flat, &rows, &[3]);
}

/// A transposition that moves numbers: two rows of three become three rows of two.
#[test]
fn numbers_move_with_their_axes() {
    let weights: Vec<f32> = (1..=6).map(|place| place as f32).collect();
    let nodes = [
        node("Transpose", &["x"], "t", &[list("perm", &[1, 0])]),
        node("Reshape", &["t", "n"], "v", &[]),
        node("MatMul", &["v", "W"], "y", &[]),
    ];
    let constants = [tensor("W", &[6, 1], &weights), integers("n", &[1, 6])];
    let network = onnx::read_network(&model(&nodes, &constants, &[2, 3])).unwrap();
    assert_eq!(network.parameters(), [1.0, 3.0, 5.0, 2.0, 4.0, 6.0, 0.0]);
}

#[test]
fn what_is_not_read_is_named() {
    let refusal = |nodes: &[Vec<u8>], more: &[Vec<u8>]| {
        onnx::read_network(&model(nodes, more, &[1, 1, 1, 3])).unwrap_err().to_string()
    };
    let conv = refusal(&[node("Conv", &["x", "W"], "y", &[])], &[tensor("W", &[1, 1, 1, 1], &[1.0])]);
    assert!(conv.starts_with("ONNX operator Conv (node \"y\"): this operator is not read"), "{conv}");
    let turned = refusal(&[node("Transpose", &["x"], "y", &[list("perm", &[0, 0, 1, 2])])], &[]);
    assert!(turned.contains("perm does not order the 4 axes"), "{turned}");
    let squeezed = refusal(&[node("Squeeze", &["x"], "y", &[list("axes", &[3])])], &[]);
    assert!(squeezed.contains("not of length 1"), "{squeezed}");
    let whole = refusal(&[node("Cast", &["x"], "y", &[integer("to", 7)])], &[]);
    assert!(whole.starts_with("ONNX operator Cast"), "{whole}");
}
