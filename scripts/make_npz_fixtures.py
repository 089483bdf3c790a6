#!/usr/bin/env python3
"""Writes the npz fixtures of relulab-io with NumPy itself (pip install numpy).

Usage: python3 scripts/make_npz_fixtures.py
Every number is an exact formula of its place, which crates/relulab-io/tests/numpy.rs repeats.
"""

from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent.parent / "crates" / "relulab-io" / "tests" / "fixtures"


def numbers(n, start):
    """n multiples of 1/8."""
    return (np.arange(n) + start) / 8.0 - 1.0


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    w0, b0 = numbers(6, 0).reshape(3, 2), numbers(3, 6)
    w1, b1 = numbers(3, 9).reshape(1, 3), numbers(1, 12)
    np.savez(FOLDER / "network_f64.npz", W0=w0, b0=b0, W1=w1, b1=b1, n_layers=2)
    np.savez_compressed(
        FOLDER / "network_f32_fortran.npz",
        W0=np.asfortranarray(w0.astype(np.float32)),
        b0=b0.astype(np.float32),
        W1=w1.astype(np.float32),
        b1=b1.astype(np.float32),
    )
    np.savez(FOLDER / "data_big_endian.npz", x=numbers(12, 0).reshape(3, 2, 2).astype(">f4"), y=np.array([2, 0, 1], dtype=np.int64))
    np.savez(FOLDER / "data_bool.npz", x=np.arange(3, dtype=np.uint8), y=np.array([True, False, True]))
    np.savez(FOLDER / "data_words.npz", x=numbers(2, 0), y=np.array(["cat", "dog"]))


if __name__ == "__main__":
    main()
