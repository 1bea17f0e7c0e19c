"""What the calibration of the spine leaves open, as directions in which its fitted values may move together by one SD."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from biomech.errors import InputError
from biomech.evidence.catalog import studies_folder
from biomech.spine.parameters import SpineParameters

Factors = Mapping[str, float]


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


def moved(base: SpineParameters, factors: Factors) -> SpineParameters:
    """The parameters of a person with the fitted values times factors."""
    branches = {k: a.copy() for k, a in base.branches.items()}
    scalars = dict(base.scalars)
    for name, factor in factors.items():
        if name.startswith("branch.minutes."):
            branches[name.rpartition(".")[2]][1] *= factor
        else:
            scalars[name] *= factor
    return replace(base, scalars=scalars, branches=branches)
