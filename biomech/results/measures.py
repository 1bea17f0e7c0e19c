"""Named scalars of a run, with unit and definition (the contract of `run --json`)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from biomech.results import blood, exercise

if TYPE_CHECKING:
    from biomech.results.recording import Recorded

# how long after standing up again stature is read; a minute later as with a stadiometer
AFTER_S = {"after_time_s": 60.0, "after40_time_s": 2400.0}

START = "rested and lying (start)"  # every run starts from the equilibrium of the rested person, lying
REFERENCE = "standing just before the session"
END = "end of the last hold"

SPINE = {
    "lumbar_length_change_mm": ("lumbar_length", "mm", f"L1-S1 along the curve, {END} against {REFERENCE}"),
    "spine_length_change_mm": ("spine_length", "mm", f"C7-S1 along the curve, {END} against {REFERENCE}"),
    "lordosis_change_deg": ("lordosis", "deg", f"L1-S1, {END} against {REFERENCE}"),
    "kyphosis_change_deg": ("kyphosis", "deg", f"T1-T12, {END} against {REFERENCE}"),
}
STATURE_GAINS = {
    "stature_gain_mm": ("after_time_s", "standing one minute after standing up from the session"),
    "stature_gain_40min_mm": ("after40_time_s", "standing 40 minutes later"),
}
LEVEL_CHANGES = {
    "disc_height_change_mm": ("disc_height", "mm", f"disc height at the centre, {END} against {REFERENCE}"),
    "anterior_change_mm": ("disc_height_anterior", "mm", f"anterior edge, {END} against {REFERENCE}"),
    "posterior_change_mm": ("disc_height_posterior", "mm", f"posterior edge, {END} against {REFERENCE}"),
    "foramen_change_mm": ("foramen_height", "mm", f"mean of both sides, {END} against {REFERENCE}"),
}
LEVEL_VALUES = {
    "axial_force_N": ("axial_force", "N", f"along the disc normal, after muscle, tension +, {END}"),
    "traction_N": ("traction", "N", f"along the body axis, before muscle, tension +, {END}"),
    "muscle_force_N": ("muscle_force", "N", f"compression by muscle, {END}"),
    "nucleus_pressure_MPa": ("nucleus_pressure", "MPa", f"nucleus pressure, {END}"),
    "facet_force_N": ("facet_force", "N", f"sum of facet contacts, {END}"),
    "water_content_pct": ("water_content", "%", f"disc water against the rested state, {END}"),
}
LEVEL_STANDING = {
    "standing_nucleus_pressure_MPa": ("nucleus_pressure", "MPa", f"nucleus pressure, {REFERENCE}"),
}
LEVEL_START = {
    "supine_nucleus_pressure_MPa": ("nucleus_pressure", "MPa", f"nucleus pressure, {START}"),
}
OTHERS = ("tilt", "stature", "support_friction", "support_friction_available", "support_axial")


Moment = dict[str, NDArray[np.float64]]


class _Courses:
    """The variables measures are made of, as plain arrays: asking an xarray.Dataset for each of them would cost ten times as much."""

    def __init__(self, data: Recorded) -> None:
        wanted = {v for table in (SPINE, LEVEL_CHANGES, LEVEL_VALUES, LEVEL_STANDING, LEVEL_START) for v, *_ in table.values()}
        self.values = {name: data[name].values for name in (*wanted, *OTHERS)}
        self.time = data["time"].values
        self.levels = [str(level) for level in data["level"].values]
        self.supports = [str(support) for support in data["support"].values]
        self.sided = {name for name in wanted if "side" in data[name].dims}

    def at(self, time: float) -> Moment:
        """The state at a moment, linear between the recorded steps."""
        t = self.time
        time = min(max(time, float(t[0])), float(t[-1]))
        i = min(max(int(np.searchsorted(t, time, side="right")) - 1, 0), max(len(t) - 2, 0))
        k = min(i + 1, len(t) - 1)
        share = (time - t[i]) / (t[k] - t[i]) if t[k] > t[i] else 0.0
        return {name: v[i] + share * (v[k] - v[i]) for name, v in self.values.items()}


def measures(data: Recorded) -> dict[str, Any]:
    """All measures of a dataset.

    Returns
    -------
    dict
        ``{"scenario", "measures": {name: {"value", "unit", "definition"}}, "levels": {level: {name: value}},
        "level_definitions": {...}, "warnings": [text], "provenance": {...}}``. A measure that the run cannot speak about is absent.
    """
    a = data.attrs
    out: dict[str, dict[str, Any]] = {}

    def put(name: str, value: float, unit: str, definition: str) -> None:
        if np.isfinite(value):
            out[name] = {"value": float(value), "unit": unit, "definition": definition}

    levels, definitions = _spine(data, put) if "time" in data.dims else ({}, {})
    if "beat_time" in data.dims:
        blood.measures(data, put)
    if "bend_time" in data.dims:
        from biomech.results import flexibility

        flexibility.measures(data, put)
    return {
        "scenario": a.get("title", ""),
        "measures": out,
        "levels": levels,
        "level_definitions": definitions,
        "warnings": json.loads(a.get("warnings", "[]")),
        "provenance": {
            k: a[k] for k in ("biomech_version", "digest", "reference_time_s", "end_time_s", "person", "disclaimer")
            if k in a
        },
    }


def _spine(
    data: Recorded, put: Callable[[str, float, str, str], None]
) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, str]]]:
    """Measures of the spine, each given to ``put``; returns those of every level, and what they mean."""
    a = data.attrs
    courses = _Courses(data)
    reference, end = (courses.at(float(a[key])) for key in ("reference_time_s", "end_time_s"))
    for name, (variable, unit, text) in SPINE.items():
        put(name, float(end[variable] - reference[variable]), unit, text)
    if end["tilt"] < -89.0:  # stature means something upright only
        put("stature_change_mm", float(end["stature"] - reference["stature"]), "mm", f"stature, {END} against {REFERENCE}")
    for name, (key, text) in STATURE_GAINS.items():
        if key in a:
            later = courses.at(float(a[key]))
            put(name, float(later["stature"] - reference["stature"]), "mm", f"{text}, against {REFERENCE}")
    trunk = [i for i, s in enumerate(courses.supports) if s in exercise.ABOVE_PELVIS]
    anchors = [i for i, s in enumerate(courses.supports) if not s.startswith("surface ")]
    put("friction_used_N", -float(end["support_friction"][trunk].sum()), "N",
        f"friction on the body above the pelvis, towards the feet +, {END}")
    put("friction_available_N", float(end["support_friction_available"][trunk].sum()), "N",
        f"largest friction Coulomb allows there, {END}")
    put("net_traction_N", float(end["traction"][courses.levels.index("L5/S1")]), "N", f"traction at L5/S1 before muscle, {END}")
    put("gravity_along_spine_N", float(a["weight_above_L5S1_N"]) * float(np.sin(np.radians(end["tilt"]))), "N",
        f"weight above L5/S1 along the body axis at this tilt, head-down +, {END}")
    if anchors:
        held = end["support_axial"][anchors]
        # a harness at one end holds against the belt at the other: not twice the force
        put("clamp_force_N", float(max(held.clip(min=0.0).sum(), -held.clip(max=0.0).sum())), "N",
            f"force of clamps, harnesses and load points along the body axis, the legs included, {END}")
    start = {name: v[0] for name, v in courses.values.items()}
    rows, definitions = _by_level(courses, start, reference, end)
    for level, force in exercise.peaks(data).items():
        rows[level][exercise.NAME] = force
        definitions[exercise.NAME] = exercise.DEFINITION
    return rows, definitions


def _by_level(
    courses: _Courses, start: Moment, reference: Moment, end: Moment
) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, str]]]:
    """Measures of every level, and what they mean."""
    rows: dict[str, dict[str, float]] = {level: {} for level in courses.levels}
    definitions = {}
    for table, moment, before in (
        (LEVEL_CHANGES, end, reference), (LEVEL_VALUES, end, None), (LEVEL_STANDING, reference, None), (LEVEL_START, start, None),
    ):
        for name, (variable, unit, text) in table.items():
            values = moment[variable] if before is None else moment[variable] - before[variable]
            mean = values.mean(axis=-1) if variable in courses.sided else values
            definitions[name] = {"unit": unit, "definition": text}
            for row, value in zip(rows.values(), mean, strict=True):
                if np.isfinite(value):
                    row[name] = float(value)
    return rows, definitions
