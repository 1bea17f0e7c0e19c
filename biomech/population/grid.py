"""Which cases a sweep runs: every combination, or a sample of a span."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from biomech.errors import InputError
from biomech.population.axis import Axis, Case, case

Method = Literal["grid", "latin", "sobol", "random"]
MOST_CASES = 10_000_000


@dataclass(frozen=True)
class Plan:
    """The cases of a sweep in their order, and the dimensions they fill."""

    axes: tuple[Axis, ...]
    shape: tuple[int, ...]
    rows: tuple[tuple[Any, ...], ...]  # values of the axes, case by case
    sampled: bool

    @property
    def dims(self) -> tuple[str, ...]:
        """Names of the dimensions the cases fill, last one fastest."""
        return ("sample",) if self.sampled else tuple(axis.key for axis in self.axes)

    def cases(self, start: int, stop: int) -> list[Case]:
        """Cases number ``start`` … ``stop`` − 1."""
        return [case(zip((a.key for a in self.axes), row, strict=True)) for row in self.rows[start:stop]]

    def __len__(self) -> int:
        return len(self.rows)


def plan(axes: Sequence[Axis], method: Method = "grid", samples: int | None = None, seed: int = 0) -> Plan:
    """Lay out a sweep.

    Parameters
    ----------
    axes : sequence of Axis
        What varies.
    method : {"grid", "latin", "sobol", "random"}
        Every combination of values; or ``samples`` points of a Latin hypercube, a scrambled Sobol sequence, or at random.
    samples : int, optional
        How many points; for "sobol" a power of two.
    seed : int
        The same seed gives the same points.
    """
    if not axes:
        raise InputError("nothing to vary", key="--vary", allowed="at least one --vary KEY=…")
    keys = [axis.key for axis in axes]
    for i, key in enumerate(keys):
        if key in keys[:i]:
            raise InputError("is varied twice", key=f"--vary {key}")
    if method == "grid":
        if samples is not None:
            raise InputError("a grid has as many cases as combinations", key="--samples", hint="add --method latin, sobol or random")
        for axis in axes:
            if axis.span is not None:
                raise InputError(
                    "a grid needs a step", key=f"--vary {axis.key}", allowed="LOW:HIGH:STEP, or --method latin with --samples N"
                )
        shape = tuple(len(axis.values) for axis in axes)
        few_enough(math.prod(shape), "--vary")
        return Plan(tuple(axes), shape, tuple(itertools.product(*(axis.values for axis in axes))), False)
    if samples is None or samples < 1:
        raise InputError(f"--method {method} needs a number of cases", key="--samples", allowed="1 or more")
    few_enough(samples, "--samples")
    points = _points(method, len(axes), samples, seed)
    rows = tuple(tuple(axis.at(float(u)) for axis, u in zip(axes, point, strict=True)) for point in points)
    return Plan(tuple(axes), (samples,), rows, True)


def few_enough(count: int, key: str) -> None:
    """Refuse more cases than could ever be simulated, before memory is asked for them."""
    if count > MOST_CASES:
        raise InputError(f"{count if count < 1e15 else 'too many'} cases", key=key, allowed=f"at most {MOST_CASES}")


def _points(method: Method, dimensions: int, count: int, seed: int) -> NDArray[np.float64]:
    """Points in the unit cube, (count, dimensions)."""
    from scipy.stats import qmc

    if method == "random":
        return np.random.default_rng(seed).random((count, dimensions))
    if method == "latin":
        return np.asarray(qmc.LatinHypercube(dimensions, rng=seed).random(count))
    power = count.bit_length() - 1
    if count != 1 << power:
        raise InputError(
            f"{count} points of a Sobol sequence are not balanced", key="--samples", allowed=f"a power of two: {1 << power} or {2 << power}"
        )
    return np.asarray(qmc.Sobol(dimensions, rng=seed).random_base2(power))
