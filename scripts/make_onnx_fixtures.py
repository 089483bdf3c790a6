#!/usr/bin/env python3
"""Writes the ONNX fixtures of relulab-io (pip install onnx onnxruntime numpy).

Usage: python3 scripts/make_onnx_fixtures.py
Each model comes with points and the outputs that onnxruntime gives there, in onnx_outputs.json, which
crates/relulab-io/tests/onnx.rs repeats.
"""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

FOLDER = Path(__file__).resolve().parent.parent / "crates" / "relulab-io" / "tests" / "fixtures"
RANDOM = np.random.default_rng(7)


def dyadic(*shape):
    """Multiples of 1/16 between −2 and 2."""
    return (RANDOM.integers(-32, 33, shape) / 16.0).astype(np.float32)


def constant(name, array):
    return numpy_helper.from_array(np.ascontiguousarray(array), name)


def model(nodes, constants, input_shape):
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, input_shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, None])],
        constants,
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7)
    onnx.checker.check_model(made)
    return made


def aircraft():
    """As the ACAS Xu files: Sub, Flatten, then MatMul, Add, Relu."""
    nodes = [
        helper.make_node("Sub", ["x", "mean"], ["s"]),
        helper.make_node("Flatten", ["s"], ["f"], axis=1),
        helper.make_node("MatMul", ["f", "W0"], ["m0"]),
        helper.make_node("Add", ["m0", "b0"], ["a0"]),
        helper.make_node("Relu", ["a0"], ["r0"]),
        helper.make_node("MatMul", ["r0", "W1"], ["m1"]),
        helper.make_node("Add", ["m1", "b1"], ["y"]),
    ]
    constants = [constant("mean", dyadic(1, 1, 1, 5)), constant("W0", dyadic(5, 4)), constant("b0", dyadic(4))]
    constants += [constant("W1", dyadic(4, 3)), constant("b1", dyadic(3))]
    return model(nodes, constants, [1, 1, 1, 5]), (1, 1, 1, 5)


def torch_like():
    """As PyTorch exports: Gemm with transB, a symbolic batch, LeakyRelu; numbers of either storage."""
    nodes = [
        helper.make_node("Div", ["x", "two"], ["d"]),
        helper.make_node("Gemm", ["d", "W0", "b0"], ["g0"], transB=1, alpha=0.5, beta=2.0),
        helper.make_node("LeakyRelu", ["g0"], ["l0"], alpha=0.25),
        helper.make_node("Reshape", ["l0", "shape"], ["q0"]),
        helper.make_node("Gemm", ["q0", "W1", "b1"], ["g1"]),
        helper.make_node("LeakyRelu", ["g1"], ["l1"], alpha=0.25),
        helper.make_node("Gemm", ["l1", "W2"], ["y"], transB=1),
    ]
    plain = lambda name, array: helper.make_tensor(name, TensorProto.FLOAT, array.shape, array.flatten().tolist())
    constants = [constant("two", np.float32(2.0)), constant("W0", dyadic(6, 2)), plain("b0", dyadic(6))]
    constants += [constant("shape", np.array([-1, 6])), plain("W1", dyadic(6, 3)), constant("b1", dyadic(1, 3))]
    constants += [constant("W2", dyadic(2, 3))]
    return model(nodes, constants, ["batch", 2]), (1, 2)


def column():
    """Matrices from the left, a last activation, constants as nodes, a matrix that is transposed first."""
    nodes = [
        helper.make_node("Constant", [], ["W0"], value=constant("", dyadic(3, 4))),
        helper.make_node("Transpose", ["W0"], ["T0"], perm=[1, 0]),
        helper.make_node("MatMul", ["T0", "x"], ["m0"]),
        helper.make_node("Sub", ["c", "m0"], ["s0"]),
        helper.make_node("Relu", ["s0"], ["r0"]),
        helper.make_node("Mul", ["half", "r0"], ["h0"]),
        helper.make_node("MatMul", ["W1", "h0"], ["m1"]),
        helper.make_node("Relu", ["m1"], ["y"]),
    ]
    constants = [constant("c", dyadic(4, 1)), constant("half", np.array([0.5], np.float32)), constant("W1", dyadic(2, 4))]
    return model(nodes, constants, [3, 1]), (3, 1)


def refused():
    """A residual network and one that ends in Softmax."""
    skip = [
        helper.make_node("MatMul", ["x", "W"], ["m"]),
        helper.make_node("Relu", ["m"], ["r"]),
        helper.make_node("Add", ["r", "x"], ["y"], name="join"),
    ]
    yield "skip", model(skip, [constant("W", dyadic(2, 2))], [1, 2])
    soft = [helper.make_node("MatMul", ["x", "W"], ["m"]), helper.make_node("Softmax", ["m"], ["y"], name="last")]
    yield "softmax", model(soft, [constant("W", dyadic(2, 2))], [1, 2])
    third = [helper.make_node("Div", ["x", "three"], ["d"]), helper.make_node("MatMul", ["d", "W"], ["y"])]
    yield "third", model(third, [constant("W", dyadic(2, 2)), constant("three", np.float32(3.0))], [1, 2])


def main():
    outputs = {}
    for name, (made, shape) in {"aircraft": aircraft(), "torch_like": torch_like(), "column": column()}.items():
        onnx.save(made, FOLDER / f"onnx_{name}.onnx")
        session = onnxruntime.InferenceSession(made.SerializeToString(), providers=["CPUExecutionProvider"])
        points = [dyadic(*shape) for _ in range(8)]
        outputs[name] = [
            {"x": [float(v) for v in point.flatten()], "y": [float(v) for v in session.run(None, {"x": point})[0].flatten()]}
            for point in points
        ]
    for name, made in refused():
        onnx.save(made, FOLDER / f"onnx_{name}.onnx")
    (FOLDER / "onnx_outputs.json").write_text(json.dumps(outputs, indent=1) + "\n")


if __name__ == "__main__":
    main()
