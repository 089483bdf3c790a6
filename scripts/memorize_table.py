#!/usr/bin/env python3
"""The table of docs/MEMORIZE.md: memorisation with proof beside ordinary training of the same size.

Usage: memorize_table.py RELULAB [--seeds K] [--most-seconds S] [NAME ...]

Data sets come from scikit-learn. For each, the smallest number of neurons that the theorem allows is memorised with
every seed; then networks of the same shape are trained by full-batch Adam in f64, for about the same time per network
and for about a hundred times as long (at most S seconds per network), at the best of three step sizes.
"""

import argparse
import csv
import json
import math
import pathlib
import statistics
import subprocess
import tempfile
import time

REACHED = 1e-10
STEP_SIZES = [0.001, 0.003, 0.01]
PROBE_STEPS = 200


def write(folder, name):
    from sklearn import datasets

    load = getattr(datasets, f"load_{name}")
    data = load(scaled=False) if name == "diabetes" else load()
    path = folder / f"{name}.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow([f"x{i + 1}" for i in range(data.data.shape[1])] + ["y"])
        rows.writerows([*map(repr, map(float, x)), repr(float(y))] for x, y in zip(data.data, data.target))
    points = {tuple(x) for x in data.data}
    return path, len(points), data.data.shape[1]


def run(*command):
    start = time.perf_counter()
    output = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if output.returncode not in (0, 3):
        raise SystemExit(output.stderr)
    return json.loads(output.stdout), seconds


def whitened(path, folder):
    """The same data with inputs of mean 0 and deviation 1, and labels too: training gets the easier problem."""
    rows = list(csv.reader(path.open()))
    columns = [list(map(float, column)) for column in zip(*rows[1:])]
    scaled = []
    for column in columns:
        mean, deviation = statistics.fmean(column), statistics.pstdev(column) or 1.0
        scaled.append([(value - mean) / deviation for value in column])
    out = folder / f"standard-{path.name}"
    with out.open("w", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(rows[0])
        lines.writerows(map(repr, line) for line in zip(*scaled))
    return out


def train(relulab, path, neurons, activation, steps, rate, seeds, folder):
    out = folder / f"train-{time.monotonic_ns()}"
    document, seconds = run(
        relulab, "train", "--data", path, "--shape", neurons, "--activation", activation, "--precision", "f64",
        "--full-batch", "--test-fraction", 0, "--steps", steps, "--learning-rate", rate, "--seeds", seeds,
        "--out", out, "--threads", 1, "--json",
    )
    losses = [network["training_loss"] for network in document["networks"]]
    return [math.inf if loss is None else loss for loss in losses], seconds / seeds


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("relulab")
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--most-seconds", type=float, default=60.0)
    parser.add_argument("--activation", default="tanh")
    parser.add_argument("names", nargs="*", default=["iris", "wine", "diabetes", "breast_cancer"])
    options = parser.parse_args()
    print("| data | n | d | m | proved | loss at most | weights within | seconds | verify | Adam, same time | Adam, longer |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as home:
        folder = pathlib.Path(home)
        for name in options.names:
            path, points, dim = write(folder, name)
            neurons = 2 * math.ceil(points / dim)
            certificate = folder / "certificate.json"
            found = [
                run(options.relulab, "memorize", path, "--neurons", neurons, "--activation", options.activation,
                    "--seed", seed, "--certificate", certificate, "--threads", 1, "--json")
                for seed in range(options.seeds)
            ]
            proved = [document for document, _ in found if document["outcome"] == "proved"]
            seconds = statistics.median(seconds for _, seconds in found)
            verdict, verify = run(options.relulab, "verify", certificate, "--json")
            assert verdict["valid"]
            standard = whitened(path, folder)
            cells = []
            for factor in (1, 100):
                best = None
                for rate in STEP_SIZES:
                    _, probe = train(options.relulab, standard, neurons, options.activation, PROBE_STEPS, rate, 1, folder)
                    budget = min(factor * seconds, options.most_seconds)
                    steps = max(1, int(PROBE_STEPS * budget / probe))
                    losses, took = train(
                        options.relulab, standard, neurons, options.activation, steps, rate, options.seeds, folder
                    )
                    result = (sum(loss < REACHED for loss in losses), -statistics.median(losses), min(losses), took)
                    best = max(best, result) if best else result
                cells.append(
                    f"{best[0]}/{options.seeds} below 1e-10, median {-best[1]:.1e}, best {best[2]:.1e} ({best[3]:.1f} s)"
                )
            loss = max(document["loss"] for document in proved)
            distance = max(document["distance"] for document in proved)
            print(
                f"| {name} | {points} | {dim} | {neurons} | {len(proved)}/{options.seeds} | {loss:.0e} | {distance:.0e} "
                f"| {seconds:.2f} | {verify:.2f} | {cells[0]} | {cells[1]} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
