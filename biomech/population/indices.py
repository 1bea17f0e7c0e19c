"""Designs and estimators of sensitivity: Morris's elementary effects, Sobol's shares of variance.

Sources of the methods: Morris 1991 (trajectories), Campolongo 2007 (mean of absolute effects); Saltelli 2010 (design and first order),
Jansen 1999 (total order). Tested against the exact indices of Ishigami's function and against scipy.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PLACES = np.array([0.125, 0.375, 0.625, 0.875])  # where Morris's trajectories turn
JUMP = 0.5
RESAMPLES = 200


def morris_design(dimensions: int, trajectories: int, seed: int) -> Floats:
    """Points (trajectories × (dimensions + 1), dimensions): each trajectory moves one coordinate after the other by `JUMP`."""
    out = np.empty((trajectories, dimensions + 1, dimensions))
    for t in range(trajectories):
        rng = np.random.default_rng([seed, t])
        point = rng.choice(PLACES, dimensions)
        out[t, 0] = point
        for step, k in enumerate(rng.permutation(dimensions)):
            point = point.copy()
            point[k] += JUMP if point[k] < JUMP else -JUMP
            out[t, step + 1] = point
    return out.reshape(-1, dimensions)


class Effects(NamedTuple):
    """Elementary effects by unknown: mean, mean of the sizes, standard deviation; all over half the span of the unknown."""

    mean: Floats
    size: Floats
    sd: Floats


def morris_effects(design: Floats, values: Floats) -> Effects:
    """Effects from values at a `morris_design`; steps next to a value that is not finite are left out."""
    k = design.shape[1]
    points, y = design.reshape(-1, k + 1, k), values.reshape(-1, k + 1)
    effects = np.full((points.shape[0], k), np.nan)
    for t in range(points.shape[0]):
        for step in range(k):
            change = points[t, step + 1] - points[t, step]
            moved = int(np.argmax(np.abs(change)))
            effects[t, moved] = (y[t, step + 1] - y[t, step]) * np.sign(change[moved])
    there = np.isfinite(effects)
    count = there.sum(axis=0)
    filled = np.where(there, effects, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = filled.sum(axis=0) / count
        size = np.abs(filled).sum(axis=0) / count
        sd = np.sqrt(np.where(there, (filled - mean) ** 2, 0.0).sum(axis=0) / (count - 1))
    return Effects(mean, size, sd)


def sobol_design(dimensions: int, samples: int, seed: int) -> Floats:
    """Points (samples × (dimensions + 2), dimensions): A, B, and A with each column in turn from B, sample by sample."""
    from scipy.stats import qmc

    both = qmc.Sobol(2 * dimensions, rng=seed).random_base2(samples.bit_length() - 1)
    a, b = both[:, :dimensions], both[:, dimensions:]
    out = np.empty((samples, dimensions + 2, dimensions))
    out[:, 0], out[:, 1] = a, b
    for k in range(dimensions):
        out[:, k + 2] = a
        out[:, k + 2, k] = b[:, k]
    return out.reshape(-1, dimensions)


class Indices(NamedTuple):
    """Share of the variance an unknown explains alone (first) and with all others together (total), with 95 % intervals."""

    first: Floats
    total: Floats
    first_low: Floats
    first_high: Floats
    total_low: Floats
    total_high: Floats


def sobol_indices(values: Floats, dimensions: int) -> Indices:
    """Indices from values at a `sobol_design`; samples in which a value is not finite are left out whole."""
    y = values.reshape(-1, dimensions + 2)
    y = y[np.isfinite(y).all(axis=1)]
    nan = np.full(dimensions, np.nan)
    if y.shape[0] < 4 or np.ptp(y[:, :2]) == 0.0:
        return Indices(nan, nan, nan, nan, nan, nan)
    first, total = _estimate(y)
    rng = np.random.default_rng(0)
    again = np.array([_estimate(y[rng.integers(y.shape[0], size=y.shape[0])]) for _ in range(RESAMPLES)])
    low, high = np.nanquantile(again, [0.025, 0.975], axis=0)
    return Indices(first, total, low[0], high[0], low[1], high[1])


def _estimate(y: Floats) -> tuple[Floats, Floats]:
    a, b, mixed = y[:, :1], y[:, 1:2], y[:, 2:]
    variance = np.var(y[:, :2])
    if variance == 0.0:
        nan = np.full(mixed.shape[1], np.nan)
        return nan, nan
    # centred: the estimators are exact for any constant, and less noisy near zero
    centre = y[:, :2].mean()
    first = ((b - centre) * (mixed - a)).mean(axis=0) / variance
    total = 0.5 * ((a - mixed) ** 2).mean(axis=0) / variance
    return first, total
