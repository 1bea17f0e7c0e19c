"""Named scalars of a run, with unit and definition (the contract of `run --json`)."""

import json
from typing import Any

import numpy as np
import xarray as xr

STANDING_DELAY_S = 60.0  # stature is read a minute after standing up, as with a stadiometer

REFERENCE = "standing just before the session"
END = "end of the last hold"

SPINE = {
    "lumbar_length_change_mm": ("lumbar_length", "mm", f"L1-S1 along the curve, {END} against {REFERENCE}"),
    "spine_length_change_mm": ("spine_length", "mm", f"C7-S1 along the curve, {END} against {REFERENCE}"),
    "lordosis_change_deg": ("lordosis", "deg", f"L1-S1, {END} against {REFERENCE}"),
    "kyphosis_change_deg": ("kyphosis", "deg", f"T1-T12, {END} against {REFERENCE}"),
}
LEVEL_CHANGES = {
    "disc_height_change_mm": ("disc_height", "mm", f"disc height at the centre, {END} against {REFERENCE}"),
    "anterior_change_mm": ("disc_height_anterior", "mm", f"anterior edge, {END} against {REFERENCE}"),
    "posterior_change_mm": ("disc_height_posterior", "mm", f"posterior edge, {END} against {REFERENCE}"),
}
LEVEL_VALUES = {
    "axial_force_N": ("axial_force", "N", f"along the disc normal, after muscle, tension +, {END}"),
    "traction_N": ("traction", "N", f"along the body axis, before muscle, tension +, {END}"),
    "muscle_force_N": ("muscle_force", "N", f"compression by muscle, {END}"),
    "nucleus_pressure_MPa": ("nucleus_pressure", "MPa", f"nucleus pressure, {END}"),
    "facet_force_N": ("facet_force", "N", f"sum of facet contacts, {END}"),
    "water_content_pct": ("water_content", "%", f"disc water against the rested state, {END}"),
}


def _at(data: xr.Dataset, time: float) -> int:
    """Index of the recorded step at (or last before) a time."""
    index = int(np.searchsorted(data["time"].values, time + 1e-6, side="right")) - 1
    return max(index, 0)


def measures(data: xr.Dataset) -> dict[str, Any]:
    """All measures of a dataset.

    Returns
    -------
    dict
        ``{"scenario", "measures": {name: {"value", "unit", "definition"}}, "levels": {level: {name: value}},
        "level_definitions": {...}, "warnings": [text], "provenance": {...}}``. A measure that the run cannot speak about is absent.
    """
    a = data.attrs
    ref = _at(data, float(a["reference_time_s"]))
    end = _at(data, float(a["end_time_s"]))
    out: dict[str, dict[str, Any]] = {}

    def put(name: str, value: float, unit: str, definition: str) -> None:
        if np.isfinite(value):
            out[name] = {"value": float(value), "unit": unit, "definition": definition}

    for name, (variable, unit, text) in SPINE.items():
        v = data[variable].values
        put(name, v[end] - v[ref], unit, text)
    stature = data["stature"].values
    if float(data["tilt"].values[end]) < -89.0:  # stature means something upright only
        put("stature_change_mm", stature[end] - stature[ref], "mm", f"stature, {END} against {REFERENCE}")
    for name, key, text in (
        ("stature_gain_mm", "after_time_s", "standing one minute after standing up from the session"),
        ("stature_gain_40min_mm", "after40_time_s", "standing 40 minutes later"),
    ):
        if key in a:
            k = _at(data, float(a[key]))
            put(name, stature[k] - stature[ref], "mm", f"{text}, against {REFERENCE}")
    support = data.isel(time=end)
    surfaces = [s for s in data["support"].values if str(s).startswith("surface ")]
    above = ["surface lumbar", "surface thorax", "surface neck", "surface head"]
    trunk = support.sel(support=[s for s in above if s in surfaces])
    l5 = support.sel(level="L5/S1")
    put("friction_used_N", float(-trunk["support_friction"].sum()), "N",
        f"friction on the body above the pelvis, towards the feet +, {END}")
    put("friction_available_N", float(trunk["support_friction_available"].sum()), "N",
        f"largest friction Coulomb allows there, {END}")
    put("net_traction_N", float(l5["traction"]), "N", f"traction at L5/S1 before muscle, {END}")
    put("gravity_along_spine_N", float(a["weight_above_L5S1_N"]) * float(np.sin(np.radians(float(support["tilt"])))),
        "N", f"weight above L5/S1 along the body axis at this tilt, head-down +, {END}")
    anchors = [s for s in data["support"].values if s not in surfaces]
    if anchors:
        held = support.sel(support=anchors)["support_axial"]
        put("clamp_force_N", float(np.abs(held).sum()), "N", f"axial force of clamps and load points, {END}")
    levels: dict[str, dict[str, float]] = {}
    disc = {name: data[v[0]].values for name, v in LEVEL_CHANGES.items()}
    value = {name: data[v[0]].values for name, v in LEVEL_VALUES.items()}
    foramen = data["foramen_height"].mean("side").values
    pressure = data["nucleus_pressure"].values
    for j, level in enumerate(str(x) for x in data["level"].values):
        row = {name: v[end, j] - v[ref, j] for name, v in disc.items()}
        row["foramen_change_mm"] = foramen[end, j] - foramen[ref, j]
        row |= {name: v[end, j] for name, v in value.items()}
        row["standing_nucleus_pressure_MPa"] = pressure[ref, j]
        # every run starts from the equilibrium of the rested person, lying
        row["supine_nucleus_pressure_MPa"] = pressure[0, j]
        levels[level] = {k: float(x) for k, x in row.items() if np.isfinite(x)}
    definitions = {n: {"unit": v[1], "definition": v[2]} for n, v in (LEVEL_CHANGES | LEVEL_VALUES).items()}
    definitions["foramen_change_mm"] = {"unit": "mm", "definition": f"mean of both sides, {END} against {REFERENCE}"}
    definitions["standing_nucleus_pressure_MPa"] = {"unit": "MPa", "definition": f"nucleus pressure, {REFERENCE}"}
    definitions["supine_nucleus_pressure_MPa"] = {"unit": "MPa", "definition": "nucleus pressure, rested and lying (start)"}
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
