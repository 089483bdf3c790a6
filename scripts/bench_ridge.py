#!/usr/bin/env python3
"""Compares `relulab optimal --ridge` with the package pyscnn on the same data, in one run.

Usage: scripts/bench_ridge.py [RELULAB]      (RELULAB: the program, by default `relulab` on the path)

Needs numpy and pyscnn (`python3 -m pip install pyscnn`). Both are given the same points, labels and ridge; both networks are
evaluated here by the same formula, 1/2 sum (f - y)^2 + ridge/2 sum (|u|^2 + alpha^2), with biases as one more input of 1.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from scnn.activations import compute_activation_patterns, sample_gate_vectors
from scnn.metrics import Metrics
from scnn.models import ConvexReLU
from scnn.optimize import optimize_model
from scnn.regularizers import NeuronGL1
from scnn.solvers import AL

CASES = [(1, 25, 0.1), (1, 50, 0.1), (2, 20, 0.1), (2, 40, 0.1), (2, 40, 1.0)]
GATES = 3000


def data(dim, n):
    rng = np.random.default_rng(dim * 1000 + n)
    x = rng.normal(size=(n, dim))
    return x, np.sin(2 * x.sum(axis=1)) + 0.3 * rng.normal(size=n)


def objective(rows, y, ridge, units, outputs):
    fit = np.maximum(rows @ units.T, 0) @ outputs
    return 0.5 * np.sum((fit - y) ** 2) + 0.5 * ridge * (np.sum(units**2) + np.sum(outputs**2))


def theirs(rows, y, ridge):
    """The package minimises 1/(2n) |f - y|^2 + lambda sum |v|, over the patterns of random gates."""
    started = time.perf_counter()
    gates = sample_gate_vectors(0, rows.shape[1], GATES)
    _, gates = compute_activation_patterns(rows, gates)
    model = ConvexReLU(gates, bias=False)
    regularizer = NeuronGL1(ridge / len(y))
    labels = y.reshape(-1, 1)
    network, _ = optimize_model(
        model, AL(model, tol=1e-6), Metrics(), rows, labels, rows, labels, regularizer, verbose=False, unitize_data=False
    )
    seconds = time.perf_counter() - started
    units, outputs = (np.asarray(part, dtype=float) for part in network.parameters)
    return objective(rows, y, ridge, units, outputs.ravel()), gates.shape[1], seconds


def ours(program, x, y, ridge):
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "data.csv"
        header = ",".join([f"x{k}" for k in range(x.shape[1])] + ["y"])
        lines = [",".join(repr(float(value)) for value in [*row, label]) for row, label in zip(x, y)]
        table.write_text("\n".join([header, *lines]) + "\n")
        started = time.perf_counter()
        command = [program, "optimal", str(table), "--ridge", repr(ridge), "--out", str(Path(folder) / "out"), "--json"]
        found = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
        return found, time.perf_counter() - started


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else "relulab"
    print("d   n  ridge   ours: objective  lower bound  patterns      s   pyscnn: objective  excess  patterns      s   ratio")
    for dim, n, ridge in CASES:
        x, y = data(dim, n)
        rows = np.c_[x, np.ones(n)]
        found, seconds = ours(program, x, y, ridge)
        other, patterns, their_seconds = theirs(rows, y, ridge)
        excess = other / found["objective"] - 1
        print(
            f"{dim} {n:3d} {ridge:6.2f} {found['objective']:17.9f} {found['lower_bound']:12.9f} {found['n_patterns']:9d}"
            f" {seconds:6.2f} {other:19.9f} {excess:7.1e} {patterns:9d} {their_seconds:6.1f} {their_seconds / seconds:7.0f}"
        )


if __name__ == "__main__":
    main()
