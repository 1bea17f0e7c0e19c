"""Measured against simulated: one row a quantity, and what all rows say together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import mean, median, stdev
from typing import Any, Literal

from biomech.evidence.bands import spread_of
from biomech.evidence.catalog import Entry
from biomech.evidence.derived import CIRCULATION
from biomech.evidence.readout import Readings, combine
from biomech.evidence.study import Quantity

Verdict = Literal["in", "out", "explained"]


@dataclass(frozen=True)
class Row:
    """A quantity with its verdict."""

    study: str
    quantity: Quantity
    role: str
    counted: bool
    n: int
    sd: float | None  # between subjects, the study's or its kind's
    simulated: float
    simulated_sd: float | None  # of the simulated sample
    difference_sd: float | None
    verdict: Verdict
    in_mean: bool | None  # within two standard errors of the mean
    proves: bool  # the band leaves out "no change"
    model_sd: float | None = None  # what the calibration leaves open


def rows_of(entry: Entry, people: Sequence[Readings]) -> list[Row]:
    """One row for every quantity of a study."""
    return [_row(entry, q, people) for q in entry.study.quantity]


def with_uncertainty(rows: Sequence[Row], moved: Sequence[Sequence[Readings]]) -> list[Row]:
    """The rows with what the calibration leaves open: root of the summed squares over its principal directions."""
    out = []
    for row in rows:
        q = row.quantity
        if moved and q.simulated.variable not in CIRCULATION:
            changes = [mean(combine(q, p) for p in people) - row.simulated for people in moved]
            row = replace(row, model_sd=math.hypot(*changes))
        out.append(row)
    return out


def _row(entry: Entry, q: Quantity, people: Sequence[Readings]) -> Row:
    n = q.n or entry.study.cohort.n
    sd = None if q.rule in ("sign", "bound") else spread_of(q, entry.kinds.get(q.kind), n)
    numbers = [combine(q, p) for p in people]
    value = mean(numbers)
    low, high = q.band
    verdict: Verdict = "in" if low <= value <= high else "explained" if q.id in entry.explained else "out"
    difference = in_mean = None
    if sd:
        difference = (value - q.middle) / sd
        if n and q.value is not None:
            in_mean = abs(value - q.middle) <= 2.0 * sd / math.sqrt(n)
    return Row(
        entry.name, q, entry.study.role_of(q), entry.study.counts(q), n, sd, value,
        stdev(numbers) if len(numbers) > 1 else None, difference, verdict, in_mean,
        # a measured "no change" is told by a band around nothing; a measured change is not
        proves=q.simulated.kind == "value" or not low <= 0.0 <= high or q.direction == "0" or (q.rule == "range" and not q.value),
    )


def summary(rows: Sequence[Row]) -> dict[str, Any]:
    """Counts and medians, by role, of what is counted."""
    out: dict[str, Any] = {
        "quantities": len(rows), "studies": len({r.study for r in rows}),
        "not_counted": sum(not r.counted for r in rows),
    }
    for role in ("independent", "calibration"):
        mine = [r for r in rows if r.role == role and r.counted]
        differences = [abs(r.difference_sd) for r in mine if r.difference_sd is not None]
        graded = [r for r in mine if r.in_mean is not None]
        out[role] = {
            "quantities": len(mine),
            "studies": len({r.study for r in mine}),
            "in_band": sum(r.verdict == "in" for r in mine),
            "explained": sum(r.verdict == "explained" for r in mine),
            "unexplained": sum(r.verdict == "out" for r in mine),
            "in_band_and_telling": sum(r.verdict == "in" and r.proves for r in mine),
            "telling": sum(r.proves for r in mine),
            "in_two_standard_errors": sum(bool(r.in_mean) for r in graded),
            "with_standard_error": len(graded),
            "median_difference_sd": median(differences) if differences else None,
        }
    return out


def failed(rows: Sequence[Row]) -> list[Row]:
    """Counted rows outside their band that nobody has explained."""
    return [r for r in rows if r.verdict == "out" and r.counted]


def as_json(rows: Sequence[Row]) -> dict[str, Any]:
    """Everything, stable, for programs."""
    return {
        "rows": [
            {
                "study": r.study, "quantity": r.quantity.id, "name": r.quantity.name, "unit": r.quantity.unit, "role": r.role,
                "counted": r.counted, "n": r.n, "measured": r.quantity.value, "sd": r.sd, "rule": r.quantity.rule,
                "direction": r.quantity.direction, "band": [_finite(x) for x in r.quantity.band], "simulated": r.simulated,
                "simulated_sd": r.simulated_sd, "model_sd": r.model_sd, "difference_sd": r.difference_sd,
                "verdict": r.verdict, "in_two_standard_errors": r.in_mean, "telling": r.proves,
            }
            for r in rows
        ],
        "summary": summary(rows),
    }


def _finite(x: float) -> float | None:
    return x if math.isfinite(x) else None
