"""Gathered cases → one labelled dataset."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from biomech import __version__
from biomech.population.job import Job
from biomech.population.store import Gathered
from biomech.results.provenance import fingerprint
from biomech.scenario import Scenario, read
from biomech.simulation import DISCLAIMER, PREDICTION

COMPUTED = "computed by biomech: docs/population.md"


def frame(gathered: Gathered, dims: Mapping[str, int], coords: Mapping[str, Any], attrs: Mapping[str, Any], job: Job) -> xr.Dataset:
    """A dataset of all measures over ``dims`` (name → length, the cases fill them, last one fastest)."""
    shape = tuple(dims.values())
    data: dict[str, Any] = {}
    for name, column in gathered.columns.items():
        unit, words, further = gathered.words[name]
        more = (further,) if further else ()
        data[name] = ((*dims, *more), column.reshape(*shape, *column.shape[1:]), {"units": unit, "long_name": words, "source": COMPUTED})
    failed = np.zeros(int(np.prod(shape)), dtype=np.int8)
    failed[list(gathered.failures)] = 1
    data["failed"] = (
        tuple(dims),
        failed.reshape(shape),
        {"units": "1", "long_name": "1: this case could not be simulated (attrs: failures)"},
    )
    more_coords: dict[str, Any] = {}
    if gathered.levels:
        more_coords["level"] = list(gathered.levels)
    if job.courses:
        clock = {"units": "s", "long_name": "time from the start of the session"}
        more_coords["course_time"] = ("course_time", np.array(job.times), clock)
    return xr.Dataset(data, coords={**coords, **more_coords}, attrs={**attrs, **common(job, gathered.failures)})


def common(job: Job, failures: Mapping[int, str]) -> dict[str, Any]:
    """Attributes of every dataset of many runs: what was run, which cases failed and why, by what, and what it is not."""
    spec = read(job.scenario)
    return {
        "title": spec.title,
        "scenario": job.scenario,
        "only": job.only or "",
        "equipment": equipment_of(spec),
        "failures": json.dumps({str(k): v for k, v in sorted(failures.items())}),
        "biomech_version": __version__,
        "digest": fingerprint(),
        "disclaimer": DISCLAIMER,
        "prediction": PREDICTION,
    }


def equipment_of(spec: Scenario) -> str:
    """What holds the person at the end of the last hold."""
    return next(phase.equipment for phase in spec.phases() if phase.end)
