"""What the calibration of the spine leaves open, as directions in which its fitted values may move together by one SD."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from biomech.errors import InputError
from biomech.evidence.catalog import studies_folder
from biomech.spine.parameters import SpineParameters

Factors = Mapping[str, float]
_MINUTES = "branch.minutes."


def posterior_file() -> Path:
    """What benchmarks/calibration/calibrate.py has written."""
    file = studies_folder().parent / "calibration" / "posterior.toml"
    if not file.is_file():
        raise InputError("no calibration beside the studies", str(file), hint="uncertainty needs the repository, not only the package")
    return file


def directions() -> list[Factors]:
    """One set of factors on the fitted values for every principal direction of their posterior."""
    data = tomllib.loads(posterior_file().read_text(encoding="utf-8"))
    names = data["correlation"]["names"]
    spread = {f["name"]: np.log(f["factor"]) for f in data["free"].values()}
    sd = np.array([spread[n] for n in names])
    covariance = np.array(data["correlation"]["rows"]) * np.outer(sd, sd)
    value, vector = np.linalg.eigh(covariance)
    # rounding of the correlations may leave a direction a hair below nothing
    moves = vector * np.sqrt(np.maximum(value, 0.0))
    return [dict(zip(names, np.exp(move).tolist(), strict=True)) for move in moves.T]


def fitted(p: SpineParameters, names: Iterable[str]) -> dict[str, float]:
    """The values of these names: a scalar, or ``branch.minutes.COLUMN`` of the discs."""
    return {n: float(p.branches[_column(n)][1]) if n.startswith(_MINUTES) else p.scalars[n] for n in names}


def with_values(p: SpineParameters, values: Mapping[str, float]) -> SpineParameters:
    """The parameters with other values of these names."""
    branches = {k: a.copy() for k, a in p.branches.items()}
    for name, value in values.items():
        if name.startswith(_MINUTES):
            branches[_column(name)][1] = value
    return replace(p, scalars=p.scalars | {n: v for n, v in values.items() if not n.startswith(_MINUTES)}, branches=branches)


def moved(p: SpineParameters, factors: Factors) -> SpineParameters:
    """The parameters of a person with the fitted values times factors."""
    return with_values(p, {name: value * factors[name] for name, value in fitted(p, factors).items()})


def _column(name: str) -> str:
    return name.removeprefix(_MINUTES)
