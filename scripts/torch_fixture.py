"""Writes crates/relulab-train/tests/fixtures/torch_adam.json: 100 steps of PyTorch's Adam on made-up data.

Needs torch. Initial parameters and data are quotients of small integers, so that the test makes the very same numbers
without PyTorch; only the results are stored.
"""

import json
import pathlib

import torch

STEPS, BATCH = 100, 16
CASES = [
    # name, widths, activation, loss, optimiser
    ("relu_5_7_4", [1, 5, 7, 4, 1], "relu", "mse", "adam"),
    ("relu_16", [2, 16, 1], "relu", "mse", "adam"),
    ("leaky_6_6", [2, 6, 6, 1], "leaky_relu:0.01", "absolute", "adam"),
    ("gelu_5_3", [3, 5, 3, 4], "gelu", "softmax_cross_entropy", "adam"),
    ("tanh_4_4_4_4", [1, 4, 4, 4, 4, 1], "tanh", "mse", "adam"),
    ("sigmoid_7", [2, 7, 2], "sigmoid", "binary_cross_entropy", "adam"),
    ("softplus_3_9", [2, 3, 9, 1], "softplus", "mse", "sgd"),
    ("relu_sgd_8_8", [2, 8, 8, 1], "relu", "mse", "sgd"),
    ("linear", [3, 2], "relu", "mse", "adam"),
]
ACTIVATIONS = {
    "relu": torch.relu,
    "leaky_relu:0.01": lambda z: torch.nn.functional.leaky_relu(z, 0.01),
    "gelu": lambda z: torch.nn.functional.gelu(z),
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softplus": torch.nn.functional.softplus,
}


def parameter(index):
    return ((index * 7919 + 13) % 1009) / 1009 - 0.5


def data_input(index):
    return ((index * 104729 + 71) % 4001) / 4001 * 4 - 2


def data_label(index):
    return ((index * 15485863 + 5) % 2003) / 2003 * 2 - 1


def run(widths, activation, loss, optimiser, dtype):
    parameters, at = [], 0
    for n_in, n_out in zip(widths, widths[1:]):
        for size, shape in [(n_in * n_out, (n_out, n_in)), (n_out, (n_out,))]:
            values = [parameter(at + k) for k in range(size)]
            parameters.append(torch.tensor(values, dtype=torch.float64).to(dtype).reshape(shape).requires_grad_())
            at += size
    step = (
        torch.optim.Adam(parameters, lr=0.01)
        if optimiser == "adam"
        else torch.optim.SGD(parameters, lr=0.02, momentum=0.9)
    )
    d, o = widths[0], widths[-1]
    losses = []
    for t in range(STEPS):
        rows = range(t * BATCH, (t + 1) * BATCH)
        x = torch.tensor([[data_input(r * d + i) for i in range(d)] for r in rows], dtype=torch.float64).to(dtype)
        if loss == "softmax_cross_entropy":
            y = torch.tensor([r * 31 % 7 % o for r in rows])
        elif loss == "binary_cross_entropy":
            y = torch.tensor([[float((r * 31 + k) % 7 % 2) for k in range(o)] for r in rows], dtype=dtype)
        else:
            y = torch.tensor([[data_label(r * o + k) for k in range(o)] for r in rows], dtype=torch.float64).to(dtype)
        h = x
        for layer in range(len(widths) - 1):
            h = h @ parameters[2 * layer].T + parameters[2 * layer + 1]
            if layer < len(widths) - 2:
                h = ACTIVATIONS[activation](h)
        value = {
            "mse": torch.nn.functional.mse_loss,
            "absolute": torch.nn.functional.l1_loss,
            "binary_cross_entropy": torch.nn.functional.binary_cross_entropy_with_logits,
            "softmax_cross_entropy": torch.nn.functional.cross_entropy,
        }[loss](h, y)
        step.zero_grad()
        value.backward()
        step.step()
        losses.append(value.item())
    flat = torch.cat([p.detach().reshape(-1) for p in parameters]).tolist()
    return losses[-1], flat


if __name__ == "__main__":
    cases = []
    for name, widths, activation, loss, optimiser in CASES:
        case = dict(name=name, widths=widths, activation=activation, loss=loss, optimiser=optimiser)
        for precision, dtype in [("f32", torch.float32), ("f64", torch.float64)]:
            value, flat = run(widths, activation, loss, optimiser, dtype)
            case[precision] = dict(loss=value, parameters=flat)
        cases.append(case)
    document = dict(torch=torch.__version__, steps=STEPS, batch=BATCH, cases=cases)
    root = pathlib.Path(__file__).resolve().parent.parent
    path = root / "crates/relulab-train/tests/fixtures/torch_adam.json"
    path.write_text(json.dumps(document, indent=1) + "\n")
