"""Writes crates/relulab-curvature/tests/fixtures/torch_hessians.json: Hessians by torch.func.hessian in float64.

Needs torch. Parameters and data are quotients of small integers, so that the test makes the very same numbers without
PyTorch; only losses, gradients and upper triangles (row by row) are stored.
"""

import json
import pathlib

import torch

N_POINTS = 24
CASES = [
    # widths, activation, loss
    ([1, 16, 1], "relu", "mse"),
    ([1, 5, 7, 4, 1], "relu", "mse"),
    ([2, 6, 4, 1], "leaky_relu:0.01", "absolute"),
    ([3, 5, 3, 4], "gelu", "softmax_cross_entropy"),
    ([2, 4, 3, 2], "tanh", "binary_cross_entropy"),
    ([1, 8, 1], "sigmoid", "mse"),
    ([2, 3, 3, 3, 2], "softplus", "mse"),
    ([3, 4], "relu", "softmax_cross_entropy"),
]
ACTIVATIONS = {
    "relu": torch.relu,
    "leaky_relu:0.01": lambda z: torch.nn.functional.leaky_relu(z, 0.01),
    "gelu": torch.nn.functional.gelu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softplus": torch.nn.functional.softplus,
}


def parameter(index):
    return ((index * 7919 + 13) % 1009) / 1009 * 2 - 1


def data_input(index):
    return ((index * 104729 + 71) % 4001) / 4001 * 4 - 2


def data_label(loss, index, n_outputs):
    if loss == "binary_cross_entropy":
        return (index * 31) % 7 / 6
    if loss == "softmax_cross_entropy":
        return float(index % n_outputs == (index // n_outputs * 5) % n_outputs)
    return ((index * 15485863 + 5) % 2003) / 2003 * 2 - 1


def run(widths, activation, loss):
    layers = list(zip(widths, widths[1:]))
    n_params = sum(n_in * n_out + n_out for n_in, n_out in layers)
    d, o = widths[0], widths[-1]
    theta = torch.tensor([parameter(i) for i in range(n_params)], dtype=torch.float64)
    x = torch.tensor([data_input(i) for i in range(N_POINTS * d)], dtype=torch.float64).reshape(-1, d)
    y = torch.tensor([data_label(loss, i, o) for i in range(N_POINTS * o)], dtype=torch.float64).reshape(-1, o)

    def value(theta):
        h, at = x, 0
        for l, (n_in, n_out) in enumerate(layers):
            weights = theta[at : at + n_in * n_out].reshape(n_out, n_in)
            at += n_in * n_out
            h = h @ weights.T + theta[at : at + n_out]
            at += n_out
            if l + 1 < len(layers):
                h = ACTIVATIONS[activation](h)
        functional = torch.nn.functional
        return {
            "mse": lambda: functional.mse_loss(h, y),
            "absolute": lambda: functional.l1_loss(h, y),
            "binary_cross_entropy": lambda: functional.binary_cross_entropy_with_logits(h, y),
            "softmax_cross_entropy": lambda: functional.cross_entropy(h, y),
        }[loss]()

    hessian = torch.func.hessian(value)(theta)
    rows, columns = torch.triu_indices(n_params, n_params)
    return {
        "widths": widths,
        "activation": activation,
        "loss": loss,
        "value": value(theta).item(),
        "gradient": torch.func.grad(value)(theta).tolist(),
        "upper": [float(f"{entry:.14g}") for entry in hessian[rows, columns].tolist()],
    }


if __name__ == "__main__":
    target = pathlib.Path(__file__).parent.parent / "crates/relulab-curvature/tests/fixtures/torch_hessians.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    cases = [run(*case) for case in CASES]
    target.write_text(json.dumps({"torch": torch.__version__, "cases": cases}) + "\n")
