"""`biomech sweep`: every combination of some values, or a sample of some spans, as one labelled result."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import xarray as xr

from biomech import scenario
from biomech.population.axis import Axis, case, parse_axes
from biomech.population.frame import frame
from biomech.population.grid import Method, Plan, plan
from biomech.population.job import Job, bendable, check
from biomech.population.undertaking import Means, finish, undertake
from biomech.simulation import Half


def sweep(
    source: str | Path | scenario.Scenario,
    vary: Sequence[str | Axis],
    *,
    method: Method = "grid",
    samples: int | None = None,
    seed: int = 0,
    only: Half | None = None,
    flexibility: bool = False,
    output: str | Path | None = None,
    means: Means = Means(),  # noqa: B008
) -> xr.Dataset:
    """Simulate a scenario at many values of some keys.

    Parameters
    ----------
    source : path, name of a shipped scenario, or Scenario
    vary : sequence of str
        ``"session.angle_deg=0:90:10"``, ``"person.mass_kg=50,70,90"``; with ``samples`` also ``"equipment.friction=0.3:0.65"``.
        ``models.spine.disc.modulus_tension`` is a number of models/.
    method, samples, seed
        See `biomech.population.grid.plan`.
    only : {"spine", "circulation"}, optional
        Simulate one half.
    flexibility : bool, optional
        Also bend the trunk before and after each session.
    output : path, optional
        Where to write; an interrupted run with the same output goes on where it was.

    Returns
    -------
    xarray.Dataset
        Every measure over the varied keys (or over ``sample``), and over ``level`` where it has one.
    """
    spec = scenario.read(source)
    axes = parse_axes(vary)
    laid_out = plan(axes, method, samples, seed)
    job = Job(spec.to_toml(), only, flexibility=flexibility)
    bendable(job)
    _check(job, laid_out)
    about = json.dumps(["sweep", [a.key for a in laid_out.axes], laid_out.shape, laid_out.rows])
    gathered = undertake(job, len(laid_out), laid_out.cases, about, output, means)
    data = frame(gathered, dict(zip(laid_out.dims, laid_out.shape, strict=True)), _coords(laid_out), _attrs(laid_out, method, seed), job)
    return finish(data, output)


def _check(job: Job, laid_out: Plan) -> None:
    """Every value of every key once, the other keys as they come first: a typing error costs nothing."""
    first = dict(zip((a.key for a in laid_out.axes), laid_out.rows[0], strict=True))
    for axis in laid_out.axes:
        for value in axis.values or (axis.at(0.0), axis.at(1.0)):
            check(job, case({**first, axis.key: value}.items()))


def _coords(laid_out: Plan) -> dict[str, tuple[str, list[object], dict[str, str]]]:
    """Values of the varied keys, along their own dimensions or along ``sample``."""
    out: dict[str, tuple[str, list[object], dict[str, str]]] = {}
    for i, axis in enumerate(laid_out.axes):
        words = {"units": axis.unit, "long_name": axis.key} if axis.unit else {"long_name": axis.key}
        if laid_out.sampled:
            out[axis.key] = ("sample", [row[i] for row in laid_out.rows], words)
        else:
            out[axis.key] = (axis.key, list(axis.values), words)
    return out


def _attrs(laid_out: Plan, method: Method, seed: int) -> dict[str, object]:
    return {
        "kind": "sweep",
        "varied": json.dumps([axis.key for axis in laid_out.axes]),
        "method": method,
        "seed": seed if laid_out.sampled else -1,
    }
