"""What is not known: the numbers of models/ with a range or a standard deviation, as distributions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field

from biomech import library
from biomech.library.catalog import EVERY_SPINE
from biomech.library.equipment import holder
from biomech.library.shape import shaped
from biomech.library.strict import FIXED, Part, Text
from biomech.library.tables import LARGEST
from biomech.population.axis import MODELS
from biomech.scenario import Scenario
from biomech.simulation import Half

Floats = NDArray[np.float64]

FRICTION = "equipment.friction"
WIDE = 4.0  # a range over more than this factor is drawn on a logarithmic scale
ENDS = 2.0  # standard deviations at the ends of a range


Names = Annotated[tuple[Text, ...], FIXED]


class LeftOut(Part):
    """Numbers that are not drawn, and why."""

    names: Names
    why: Text


class Kept(LeftOut):
    """Rows of columns that are what they are where they have this value."""

    at: Annotated[float, Field(ge=-LARGEST, le=LARGEST)]


class About(Part):
    """What models/population/unknowns.toml says."""

    model_config = ConfigDict(extra="ignore")
    grades: Names
    left_out: Annotated[tuple[LeftOut, ...], FIXED]
    kept: Annotated[tuple[Kept, ...], FIXED]


@dataclass(frozen=True)
class Span:
    """A value with its range, or its standard deviation (then the range only cuts)."""

    value: float
    low: float
    high: float
    sd: float = 0.0

    def at(self, z: float) -> float:
        """The value at a standard normal deviate, cut at the ends."""
        if self.sd > 0:
            return min(max(self.value + z * self.sd, self.low), self.high)
        share = min(max(z / ENDS, -1.0), 1.0)
        end = self.high if share > 0 else self.low
        if self.low > 0 and self.high > WIDE * self.low:
            return float(self.value * (end / self.value) ** abs(share))
        return self.value + abs(share) * (end - self.value)


@dataclass(frozen=True)
class Unknown:
    """One thing that is not known.

    Attributes
    ----------
    key : str
        ``models.KIND.FILE.NAME`` (of a body: ``models.body.NAME``, for whichever body a person has), or a key of the scenario.
    unit : str
        Of its values; "sd" for a column, whose rows move together by that many standard deviations.
    spans : mapping
        File ("spine/disc") → one span (a scalar), or one a row (a column).
    """

    key: str
    unit: str
    name: str
    spans: tuple[tuple[str, tuple[Span, ...], bool], ...]

    def numbers(self, z: float, body: str) -> tuple[str, str, Any] | None:
        """File, name and value of a draw for a person with a body; None for a key of the scenario."""
        if self.key == FRICTION:
            return None
        for file, spans, scalar in self.spans:
            if not file.startswith("body/") or file == f"body/{body}":
                return file, self.name, spans[0].at(z) if scalar else tuple(span.at(z) for span in spans)
        return None

    def shown(self, z: float, body: str) -> float:
        """What is written down of a draw: its value, for a column the deviate."""
        if self.unit == "sd":
            return z
        return next(spans[0].at(z) for file, spans, _ in self.spans if not file.startswith("body/") or file == f"body/{body}")


def deviate(u: Floats) -> Floats:
    """Standard normal deviates, cut at `ENDS`, for shares of the probability between 0 and 1."""
    from scipy.stats import norm

    low, high = norm.cdf(-ENDS), norm.cdf(ENDS)
    return np.asarray(norm.ppf(low + u * (high - low)))


def unknowns(spec: Scenario, bodies: Sequence[str], only: Half | None, names: Sequence[str] = ()) -> list[Unknown]:
    """Everything that is not known about a scenario, sorted by key; ``names``: patterns of keys to keep."""
    file = library.load("population", "unknowns")
    about = shaped(About, file.file, file.data)
    left_out = [pattern for entry in about.left_out for pattern in entry.names]
    kept = {name: entry.at for entry in about.kept for name in entry.names}
    grades = about.grades
    files = [("body", body) for body in bodies]
    if only != "circulation":
        files += [("spine", name) for name in EVERY_SPINE]
    if only != "spine":
        files += [("circulation", name) for name in library.names("circulation")]
    found: dict[str, Unknown] = {}
    for kind, name in files:
        for unknown in _of_file(library.load(kind, name), kind, grades, left_out, kept):
            old = found.get(unknown.key)
            spans = unknown.spans if old is None else (*old.spans, *unknown.spans)
            found[unknown.key] = Unknown(unknown.key, unknown.unit, unknown.name, spans)
    if only != "circulation" and (friction := _friction(spec)):
        found[FRICTION] = friction
    return [u for key, u in sorted(found.items()) if not names or any(fnmatchcase(key, n) or fnmatchcase(key, f"*.{n}") for n in names)]


def _of_file(
    file: library.ParameterFile, kind: str, grades: Iterable[str], left_out: Sequence[str], kept: Mapping[str, float]
) -> list[Unknown]:
    where = f"{kind}/{file.name}"
    prefix = f"{MODELS}{kind}." if kind == "body" else f"{MODELS}{kind}.{file.name}."

    def wanted(name: str) -> bool:
        return not any(fnmatchcase(f"{where}.{name}", pattern) for pattern in left_out)

    out = []
    for name, q in file.scalars.items():
        span = _span(q.value, q.range, q.sd)
        if span and q.grade in grades and wanted(name):
            out.append(Unknown(prefix + name, q.unit, name, ((where, (span,), True),)))
    for key, table in file.tables.items():
        for column_name, column in table.columns.items():
            name = f"{key}.{column_name}"
            if not wanted(name) or column.grade not in grades:
                continue
            spans = []
            for i, value in enumerate(column.values):
                span = None
                if column.origin(table.rows[i]).grade in grades and math.isfinite(value) and value != kept.get(f"{where}.{name}"):
                    sd = None if column.sd is None else float(column.sd[i])
                    span = _span(float(value), None if column.range is None else tuple(column.range[i]), sd)
                spans.append(span or Span(float(value), float(value), float(value)))
            if any(s.sd > 0 or s.low < s.high for s in spans):
                out.append(Unknown(prefix + name, "sd", name, ((where, tuple(spans), False),)))
    return out


def _span(value: float, given: tuple[float, float] | None, sd: float | None) -> Span | None:
    if sd is not None and math.isfinite(sd) and sd > 0:
        low, high = given or (value - 3 * sd, value + 3 * sd)
        if value > 0 and given is None:
            low = max(low, 0.1 * value)  # a volume or a stiffness does not change its sign
        return Span(value, low, high, sd)
    if given is None or not all(map(math.isfinite, given)) or given[0] == given[1]:
        return None
    return Span(value, *given)


def _friction(spec: Scenario) -> Unknown | None:
    """Friction of the equipment's surface, where the scenario does not say it."""
    equipment = spec.equipment
    if equipment is None or equipment.friction is not None or not holder(equipment.model).surface:
        return None
    file = library.load("equipment", equipment.model)
    for i, support in enumerate(file.data["support"]):
        if support["kind"] == "surface":
            q = file.quantity("support", i, "friction")
            span = _span(q.value, q.range, q.sd) if q else None
            if span:
                return Unknown(FRICTION, "1", "friction", ((f"equipment/{equipment.model}", (span,), True),))
    return None
