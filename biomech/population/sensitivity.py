"""`biomech sensitivity`: which of the things that are not known matters, measure by measure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from biomech import scenario
from biomech.errors import InputError
from biomech.population.axis import Axis, Case, case, parse_axes
from biomech.population.ensemble import drawn_case
from biomech.population.frame import COMPUTED, common
from biomech.population.grid import few_enough
from biomech.population.indices import morris_design, morris_effects, sobol_design, sobol_indices
from biomech.population.job import Job, bendable, check
from biomech.population.undertaking import Means, finish, undertake
from biomech.population.unknowns import Unknown, deviate, unknowns
from biomech.results.limits import most_sinking_mm
from biomech.simulation import Half

Method = Literal["morris", "sobol"]
Floats = NDArray[np.float64]

SAMPLES = {"morris": 10, "sobol": 64}
STATISTICS = {
    "morris": ("mean", "size", "sd"),
    "sobol": ("first", "total", "first_low", "first_high", "total_low", "total_high"),
}


def sensitivity(
    source: str | Path | scenario.Scenario,
    *,
    method: Method = "morris",
    samples: int | None = None,
    vary: Sequence[str | Axis] = (),
    names: Sequence[str] = (),
    seed: int = 0,
    only: Half | None = None,
    flexibility: bool = False,
    output: str | Path | None = None,
    means: Means = Means(),  # noqa: B008
) -> xr.Dataset:
    """Find out which unknowns matter.

    Parameters
    ----------
    source : path, name of a shipped scenario, or Scenario
    method : {"morris", "sobol"}
        Elementary effects (cheap, ranks many unknowns) or shares of the variance (dear, for a few).
    samples : int, optional
        Trajectories (Morris; unknowns + 1 runs each) or base samples (Sobol, a power of two; unknowns + 2 runs each).
    vary : sequence of str
        Further keys of the scenario, each with a span: ``"session.angle_deg=30:60"``.
    names : sequence of str
        Patterns of unknowns, in place of all: ``"models.spine.disc.*"``. With ``vary`` and none of them, ``vary`` alone.
    only, flexibility, output, means
        As in `biomech.population.sweep.sweep`.

    Returns
    -------
    xarray.Dataset
        Every measure over ``unknown`` and ``statistic`` (and ``level``).
    """
    spec = scenario.read(source)
    axes = parse_axes(vary)
    for axis in axes:
        if axis.span is None:
            raise InputError("needs a span", key=f"--vary {axis.key}", allowed="LOW:HIGH")
    known_not = unknowns(spec, [spec.person.body], only, names) if names or not axes else []
    keys = [axis.key for axis in axes] + [u.key for u in known_not]
    if not keys:
        raise InputError("no unknown is called so", key="--unknown", hint="see models/population/unknowns.toml, and biomech show")
    count = samples or SAMPLES[method]
    if method == "sobol" and count & (count - 1):
        raise InputError(f"{count} points of a Sobol sequence are not balanced", key="--samples", allowed="a power of two")
    if count < 2:
        raise InputError(f"{count} is too few", key="--samples", allowed="2 or more")
    few_enough(count * (len(keys) + 2), "--samples")
    design = (morris_design if method == "morris" else sobol_design)(len(keys), count, seed)
    job = Job(spec.to_toml(), only, most_sinking_mm=most_sinking_mm(), flexibility=flexibility)
    bendable(job)
    for axis in axes:
        for end in (0.0, 1.0):
            check(job, case([(axis.key, axis.at(end))]))
    makes = _Cases(axes, known_not, design, spec.person.body)
    gathered = undertake(job, len(design), makes.cases, json.dumps(["sensitivity", method, count, seed, keys]), output, means)
    data: dict[str, Any] = {}
    for name, column in gathered.columns.items():
        unit, words, further = gathered.words[name]
        table = column[:, None] if column.ndim == 1 else column
        found = np.stack([_statistics(method, design, table[:, i]) for i in range(table.shape[1])], axis=-1)  # unknown, statistic, level
        attrs = {"units": unit if method == "morris" else "1", "long_name": words, "source": COMPUTED}
        data[name] = (("unknown", "statistic", further), found, attrs) if further else (("unknown", "statistic"), found[..., 0], attrs)
    coords: dict[str, Any] = {"unknown": keys, "statistic": list(STATISTICS[method])}
    if gathered.levels:
        coords["level"] = list(gathered.levels)
    about = {
        "kind": "sensitivity",
        "method": method,
        "samples": count,
        "runs": len(design),
        "seed": seed,
        "failed_runs": len(gathered.failures),
    }
    out = xr.Dataset(data, coords=coords, attrs={**about, **common(job, gathered.failures)})
    return finish(out, output)


class _Cases:
    """Cases of a design, made when they are asked for."""

    def __init__(self, axes: Sequence[Axis], known_not: Sequence[Unknown], design: Floats, body: str) -> None:
        self.axes, self.known_not, self.design, self.body = axes, known_not, design, body

    def cases(self, start: int, stop: int) -> list[Case]:
        """Cases from one number to another."""
        return [self.one(u) for u in self.design[start:stop]]

    def one(self, u: Floats) -> Case:
        """The case at a point of the unit cube."""
        split = len(self.axes)
        ours = case([(axis.key, axis.at(float(x))) for axis, x in zip(self.axes, u[:split], strict=True)])
        drawn = drawn_case(self.known_not, deviate(u[split:]), None, self.body)
        return Case((*drawn.settings, *ours.settings), (*drawn.numbers, *ours.numbers))


def _statistics(method: Method, design: Floats, values: Floats) -> Floats:
    """(unknown, statistic)"""
    if method == "morris":
        return np.stack(morris_effects(design, values), axis=1)
    return np.stack(sobol_indices(values, design.shape[1]), axis=1)
