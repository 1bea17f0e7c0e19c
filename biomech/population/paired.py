"""The same draws through several sessions: how sure a *difference* is. What is not known moves both sessions alike, and cancels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from biomech.errors import InputError
from biomech.library.anatomy import LUMBAR_LEVELS
from biomech.population import persons
from biomech.population.ensemble import ensemble
from biomech.population.summary import Spread, spread
from biomech.population.undertaking import Means, Progress
from biomech.population.unknowns import unknowns
from biomech.scenario import Scenario
from biomech.simulation import Half
from biomech.viz.picked import names


def paired(
    specs: Sequence[Scenario],
    count: int,
    *,
    seed: int = 0,
    population: str = persons.SAME,
    only: Half | None = None,
    flexibility: bool = False,
    outputs: Sequence[str | Path] = (),
    means: Means = Means(),  # noqa: B008
) -> list[xr.Dataset]:
    """Simulate several scenarios with the same draws.

    Parameters
    ----------
    specs : sequence of Scenario
    count : int
        How many draws.
    seed, population, only, flexibility
        As in `biomech.population.ensemble.ensemble`. An unknown of one scenario alone (friction, where another device has no surface)
        is drawn for that one, and the others are not changed by it.
    outputs : sequence of path, optional
        Where to write the ensemble of every scenario; interrupted, the same call goes on where it was.
    means : Means
        Progress is told over all scenarios together.

    Returns
    -------
    list of xarray.Dataset
        One ensemble a scenario; draw number *i* is the same in all of them.
    """
    people = None if population == persons.SAME else persons.load(population)
    bodies = [people.bodies if people else (spec.person.body,) for spec in specs]
    before: dict[int, int] = {}  # draws of each scenario that were there already
    places: Sequence[str | Path | None] = outputs or [None] * len(specs)
    keys = {u.key for spec, body in zip(specs, bodies, strict=True) for u in unknowns(spec, body, only)}
    return [
        ensemble(
            spec, count, seed=seed, population=population, only=only, flexibility=flexibility, among=sorted(keys), output=output,
            means=replace(means, progress=_shifted(means.progress, i, len(specs), before)),
        )
        for i, (spec, output) in enumerate(zip(specs, places, strict=True))
    ]  # fmt: skip


def _shifted(progress: Progress | None, i: int, of: int, before: dict[int, int]) -> Progress | None:
    """Progress of scenario ``i`` as a part of the whole."""
    if progress is None:
        return None

    def told(done: int, found: int, count: int) -> None:
        before[i] = found
        progress(i * count + done, sum(before.values()), of * count)

    return told


@dataclass(frozen=True)
class Difference:
    """How much more the other session has of a measure than the first, over the draws."""

    spread: Spread
    unit: str
    more: float  # share of the draws in which it has more


def differences(first: xr.Dataset, other: xr.Dataset, levels: Sequence[str] = LUMBAR_LEVELS) -> dict[str, Difference]:
    """Difference of every measure that both sessions have, draw by draw; a draw that failed in one of them is left out."""
    if first.sizes["person"] != other.sizes["person"] or first.attrs["seed"] != other.attrs["seed"]:
        raise InputError("these are not the same draws", key="differences")
    out: dict[str, Difference] = {}
    for name in names(first):
        if name not in other:
            continue
        unit = str(first[name].attrs["units"])
        if "level" in first[name].dims:
            for level in levels:
                _put(out, f"{level}:{name}", other[name].sel(level=level).values - first[name].sel(level=level).values, unit)
        else:
            _put(out, name, other[name].values - first[name].values, unit)
    return out


def _put(out: dict[str, Difference], name: str, values: NDArray[np.float64], unit: str) -> None:
    kept = values[np.isfinite(values)]
    if kept.size > 1:
        out[name] = Difference(spread(kept), unit, float((kept > 0.0).mean()))
