"""Persons drawn from a documented distribution of stature, mass and age (models/population/)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field

from biomech import library
from biomech.errors import InputError
from biomech.library.needed import Needed, fits
from biomech.library.shape import shaped
from biomech.library.strict import Part

Floats = NDArray[np.float64]

SAME = "same"  # no distribution: the person of the scenario, again and again
MASS_KG, STATURE_M = (30.0, 250.0), (1.2, 2.2)  # what a scenario allows
MOST_TRIES = 1000
CORRELATIONS = {"stature_with_mass": (0, 1), "stature_with_age": (0, 2), "mass_with_age": (1, 2)}


PERSONS = Needed(
    positive="persons.share", any_sign=" ".join(f"persons.{c}" for c in ("stature", "log_mass", "log_age", *CORRELATIONS)),
)


Years = Annotated[float, Field(ge=0, le=150)]


class Ages(Part):
    """The ages a survey covers."""

    model_config = ConfigDict(extra="ignore")
    youngest_years: Years
    oldest_years: Years


@dataclass(frozen=True)
class Drawn:
    """One person."""

    body: str
    stature_m: float
    mass_kg: float
    age_years: float


@dataclass(frozen=True)
class Population:
    """Means and covariance of (stature in m, ln mass, ln age) for every body, and the share of each."""

    bodies: tuple[str, ...]
    share: Floats
    mean: Floats  # (body, 3)
    root: Floats  # (body, 3, 3) lower Cholesky factor of the covariance
    age_years: tuple[float, float]

    def draw(self, rng: np.random.Generator) -> Drawn:
        """One person; who falls outside the ages of the survey, or what a scenario allows, is drawn again."""
        b = int(np.searchsorted(np.cumsum(self.share), rng.random(), side="right"))
        b = min(b, len(self.bodies) - 1)
        for _ in range(MOST_TRIES):
            stature, log_mass, log_age = self.mean[b] + self.root[b] @ rng.standard_normal(3)
            mass, age = float(np.exp(log_mass)), float(np.exp(log_age))
            if (
                self.age_years[0] <= age <= self.age_years[1]
                and MASS_KG[0] <= mass <= MASS_KG[1]
                and STATURE_M[0] <= stature <= STATURE_M[1]
            ):
                return Drawn(self.bodies[b], float(stature), mass, age)
        raise InputError("hardly anybody of this population can stand in a scenario", key="--population")


def load(name: str, body: str | None = None) -> Population:
    """A population of models/population/; ``body`` keeps the rows of one body."""
    file = library.load("population", name)
    if "persons" not in file.tables:
        known = [n for n in library.names("population") if "persons" in library.load("population", n).tables]
        raise InputError(f"{name!r} is no population", file.file, key="--population", allowed=[*known, SAME])
    fits(file, PERSONS)
    ages = shaped(Ages, file.file, file.data)
    table = file.table("persons")
    if body is not None and body not in table.rows:
        raise InputError(f"{name} has no {body}", key="--body", allowed=table.rows)
    rows = [i for i, row in enumerate(table.rows) if body in (None, row)]
    columns = [table.column(c) for c in ("stature", "log_mass", "log_age")]
    mean = np.array([table.si(c) for c in ("stature", "log_mass", "log_age")]).T[rows]
    if any(c.sd is None for c in columns):
        raise InputError("needs a standard deviation for stature, log_mass and log_age", file.file, key="tables.persons")
    sd = np.array([c.sd * library.to_si(1.0, c.unit) for c in columns if c.sd is not None]).T[rows]
    correlation = np.tile(np.eye(3), (len(rows), 1, 1))
    for c, (i, j) in CORRELATIONS.items():
        correlation[:, i, j] = correlation[:, j, i] = table.si(c)[rows]
    share = table.si("share")[rows]
    years = (ages.youngest_years, ages.oldest_years)
    try:
        root = np.linalg.cholesky(correlation * sd[:, :, None] * sd[:, None, :])
    except np.linalg.LinAlgError:
        raise file.error("deviations and correlations contradict each other", ("tables", "persons")) from None
    return Population(tuple(table.rows[i] for i in rows), share / share.sum(), mean, root, years)
