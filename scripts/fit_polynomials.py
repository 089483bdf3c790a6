"""Fits the polynomials of relulab-train (normal.rs and elementary.rs). Needs numpy and mpmath; writes to stdout."""

import sys

import mpmath
import numpy as np


def near_minimax(function, low, high, degree, weight=lambda x: np.ones_like(x), points=4000, rounds=200):
    """Ascending coefficients of a near-minimax fit, by Lawson's reweighted least squares on Chebyshev points."""
    k = np.arange(points)
    x = 0.5 * (low + high) + 0.5 * (high - low) * np.cos(np.pi * (k + 0.5) / points)
    y, emphasis = function(x), weight(x)
    lawson = np.full(points, 1.0 / points)
    powers = np.vander(x, degree + 1, increasing=True)
    for _ in range(rounds):
        scale = np.sqrt(lawson) * emphasis
        fitted = np.linalg.lstsq(powers * scale[:, None], y * scale, rcond=None)[0]
        error = np.abs((powers @ fitted - y) * emphasis)
        lawson = lawson * (error + 1e-300)
        lawson /= lawson.sum()
    return fitted, error.max()


def erfcx_in_t(degree):
    """Coefficients of exp(x^2) erfc(x), x = 3(1+t)/(1-t), t in [-1, 1), by Chebyshev interpolation in 60 digits."""
    mpmath.mp.dps = 60
    n = degree + 1
    nodes = [mpmath.cos(mpmath.pi * (k + mpmath.mpf(1) / 2) / n) for k in range(n)]

    def value(t):
        x = 3 * (1 + t) / (1 - t)
        if x > 300:
            return 1 / (x * mpmath.sqrt(mpmath.pi)) * (1 - 1 / (2 * x * x))
        return mpmath.exp(x * x) * mpmath.erfc(x)

    values = [value(t) for t in nodes]
    chebyshev = [
        2 * mpmath.fsum(v * mpmath.cos(mpmath.pi * j * (k + mpmath.mpf(1) / 2) / n) for k, v in enumerate(values)) / n
        for j in range(n)
    ]
    chebyshev[0] /= 2
    before, now = [mpmath.mpf(1)], [mpmath.mpf(0), mpmath.mpf(1)]
    power = [mpmath.mpf(0)] * n
    power[0] += chebyshev[0]
    for j in range(1, n):
        for i, c in enumerate(now):
            power[i] += chebyshev[j] * c
        doubled = [mpmath.mpf(0)] + [2 * c for c in now]
        for i, c in enumerate(before):
            doubled[i] -= c
        before, now = now, doubled
    return [float(c) for c in power]


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "erfcx":
        print("[" + ", ".join(repr(c) for c in erfcx_in_t(int(sys.argv[2]))) + "]")
    else:
        root = np.sqrt(0.5)
        for name, fit in {
            "ln(1+f)/f": near_minimax(lambda f: np.log1p(f) / f, root - 1, np.sqrt(2) - 1, 6, np.abs),
            "sin(pi t)/t in t^2": near_minimax(lambda u: np.sin(np.pi * np.sqrt(u)) / np.sqrt(u), 1e-9, 0.25, 4),
            "cos(pi t) in t^2": near_minimax(lambda u: np.cos(np.pi * np.sqrt(u)), 0.0, 0.25, 4),
        }.items():
            print(name, "error", fit[1], fit[0].tolist())
