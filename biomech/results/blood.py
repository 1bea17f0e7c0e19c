"""Beats → variables of the dataset, and the measures of blood, brain and eye."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from biomech.circulation.kernels import layout as k
from biomech.circulation.model import CirculationModel
from biomech.circulation.piece import Beats
from biomech.head.model import HeadDrive, HeadModel, HeadPressures
from biomech.head.parameters import HeadParameters
from biomech.library.units import UNITS
from biomech.results.recording import Recording, at_label

if TYPE_CHECKING:
    from biomech.results.recording import Recorded

Floats = NDArray[np.float64]

MMHG, ML, CM, DEG = UNITS["mmHg"], UNITS["mL"], UNITS["cm"], UNITS["deg"]
SOURCE = "computed by biomech: docs/circulation.md"
WINDOW_S = 30.0  # measures are means over the last half minute
STILL_DEG = 0.1  # a body this near its final tilt is held
PLACES = ("heart", "carotid_sinus", "brain", "eye", "cuff")  # in the order of the kernel's layout
REGIONS = ("legs", "abdomen", "thorax", "arms", "head")

STANDING, SUPINE = "standing_", "supine_"
WHEN = {
    "": "mean over the last 30 s of the last hold, or all of a shorter one",
    STANDING: "mean over the last 30 s before the session, standing",
    SUPINE: "the same person rested and lying",
}
# measure: variable, unit, words
MEASURES = {
    "heart_rate_per_min": ("heart_rate", "1/min", "heart rate"),
    "stroke_volume_mL": ("stroke_volume", "mL", "blood through the aortic valve in a beat"),
    "cardiac_output_L_per_min": ("cardiac_output", "L/min", "blood through the aortic valve in a minute"),
    "sbp_cuff_mmHg": ("sbp_cuff", "mmHg", "systolic pressure as a cuff on the upper arm reads it, at the cuff's own height"),
    "dbp_cuff_mmHg": ("dbp_cuff", "mmHg", "diastolic pressure as a cuff on the upper arm reads it, at the cuff's own height"),
    "map_heart_mmHg": ("map_heart", "mmHg", "mean arterial pressure at heart level"),
    "map_brain_mmHg": ("map_brain", "mmHg", "mean arterial pressure at the height of the brain"),
    "cvp_mmHg": ("cvp", "mmHg", "mean pressure in the right atrium"),
    "jugular_pressure_mmHg": ("jugular_pressure", "mmHg", "mean pressure in the middle of the jugular veins"),
    "icp_mmHg": ("icp", "mmHg", "pressure in the skull at the height of the brain"),
    "iop_mmHg": ("iop", "mmHg", "pressure in the eye"),
    "ocular_perfusion_mmHg": ("ocular_perfusion", "mmHg", "mean arterial pressure at the eye less pressure in the eye"),
}
SHIFTED = ("legs", "thorax", "head")


class Blood(NamedTuple):
    """A marched circulation with the head that followed it."""

    model: CirculationModel
    beats: list[Beats]  # rest, then one item a phase
    head: HeadPressures


def follow_head(model: CirculationModel, beats: list[Beats], parameters: HeadParameters | None = None) -> HeadPressures:
    """March head and eye along the beats of all phases; ``parameters``: of the head, as the data files say if left out."""
    beat = np.concatenate([b.beat for b in beats])
    pressure = np.concatenate([b.pressure for b in beats])
    height = np.concatenate([b.height for b in beats])
    weight = model.plan.network.scalar[k.WEIGHT]
    sinus = int(model.plan.special[k.HEAD_VEINS])
    cava = int(model.plan.special[k.VENA_CAVA])
    drive = HeadDrive(
        time=beat[:, k.B_TIME],
        sinus=pressure[:, sinus] + weight * (height[:, sinus] - beat[:, k.B_BRAIN]),
        orbital=pressure[:, cava] + weight * (height[:, cava] - beat[:, k.B_EYE]),
        tilt=beat[:, k.B_TILT],
        brain=beat[:, k.B_BRAIN] - beat[:, k.B_HEART],
    )
    return HeadModel(model.person, parameters).march(drive)


def build(blood: Blood) -> Recording:
    """Variables over ``beat_time``, and the pulsatile window over ``pulse_time``."""
    model, beats, head = blood
    beat = np.concatenate([b.beat for b in beats])
    volume = np.concatenate([b.volume for b in beats])
    pressure = np.concatenate([b.pressure for b in beats])
    height = np.concatenate([b.height for b in beats])
    weight = model.plan.network.scalar[k.WEIGHT]
    special = model.plan.special
    arteries = int(special[k.HEAD_ARTERIES])
    rate = 60.0 / beat[:, k.B_PERIOD]
    stroke = beat[:, k.B_STROKE] / ML
    cuff = weight * (beat[:, k.B_HEART] - beat[:, k.B_CUFF])
    at_head = pressure[:, arteries] + weight * height[:, arteries]
    names = model.values.rows["vessels.compartment"]
    region = model.values.layout["vessels"]["region"]
    regional = np.stack([volume[:, [region[n] == r for n in names]].sum(axis=1) for r in REGIONS], axis=1)
    out = Recording()

    def put(name: str, values: Floats, unit: str, words: str, *dims: str) -> None:
        out.put(name, ("beat_time", *dims), values, units=unit, long_name=words, source=SOURCE)

    put("heart_rate", rate, "1/min", "heart rate")
    put("stroke_volume", stroke, "mL", "blood through the aortic valve in a beat")
    put("cardiac_output", rate * stroke / 1000.0, "L/min", "blood through the aortic valve in a minute")
    for name, column in (("sbp", k.B_SYSTOLIC), ("dbp", k.B_DIASTOLIC), ("map", k.B_MEAN)):
        words = {"sbp": "highest", "dbp": "lowest", "map": "mean"}[name] + " aortic pressure of the beat"
        put(f"{name}_heart", beat[:, column] / MMHG, "mmHg", f"{words}, at heart level")
        if name != "map":
            put(f"{name}_cuff", (beat[:, column] + cuff) / MMHG, "mmHg", f"{words}, at the height of a cuff on the upper arm")
    put("cuff_height", (beat[:, k.B_CUFF] - beat[:, k.B_HEART]) / CM, "cm", "height of the cuff above the heart, against gravity")
    put("map_brain", (at_head - weight * beat[:, k.B_BRAIN]) / MMHG, "mmHg", "mean arterial pressure at the height of the brain")
    put("cvp", pressure[:, special[k.RIGHT_ATRIUM]] / MMHG, "mmHg", "mean pressure in the right atrium")
    put("jugular_pressure", pressure[:, special[k.JUGULAR]] / MMHG, "mmHg", "mean pressure in the middle of the jugular veins")
    put("icp", head.icp / MMHG, "mmHg", "pressure in the skull at the height of the brain")
    put("iop", head.iop / MMHG, "mmHg", "pressure in the eye")
    put("episcleral_pressure", head.episcleral / MMHG, "mmHg", "pressure in the episcleral veins")
    put(
        "ocular_perfusion", (at_head - weight * beat[:, k.B_EYE] - head.iop) / MMHG, "mmHg",
        "mean arterial pressure at the eye less pressure in the eye",
    )
    put("translaminar", (head.iop - head.icp) / MMHG, "mmHg", "pressure in the eye less pressure in the skull")
    put("head_flow", beat[:, k.B_HEAD_FLOW] / UNITS["mL/min"], "mL/min", "blood through the vessels of head and brain")
    put("filtered_plasma", beat[:, k.B_FILTERED] / ML, "mL", "plasma out of the vessels by the end of the beat, against lying at rest")
    put("beat_tilt", np.degrees(np.arcsin(np.sin(beat[:, k.B_TILT]))), "deg", "head-down angle of the trunk from horizontal")
    put("compartment_volume", volume / ML, "mL", "blood in a compartment, mean over the beat", "compartment")
    put("compartment_pressure", pressure / MMHG, "mmHg", "pressure in a compartment at its own height", "compartment")
    put("compartment_height", (height - beat[:, [k.B_HEART]]) / CM, "cm", "height above the heart, against gravity", "compartment")
    out["compartment_height"].attrs["blood_density"] = float(model.values.value["vessels.blood_density"])  # kg/m3, of its column
    organs = (beat[:, k.B_HEART : k.B_HEART + k.PLACES] - beat[:, [k.B_HEART]]) / CM
    put("place_height", organs, "cm", "height of an organ above the heart, against gravity", "place")
    put("region_volume", regional / ML, "mL", "blood in a region of the body", "region")
    out.put("beat_time", ("beat_time",), beat[:, k.B_TIME], units="s", long_name="end of the beat, from the start of the session")
    for scale, labels in (("compartment", names), ("region", REGIONS), ("place", PLACES)):
        out.put(scale, (scale,), labels)
    out.put(
        "compartment_region", ("compartment",), [REGIONS.index(region[n]) for n in names],
        units="1", long_name="region a compartment belongs to, counted along region", source=SOURCE,
    )
    return out.joined(_pulse(beats))


def _pulse(beats: list[Beats]) -> Recording:
    """The pulsatile window, if one was kept."""
    out = Recording()
    pulse = np.concatenate([b.pulse for b in beats])
    if not pulse.size:
        return out
    columns = {
        "aortic_pressure": (k.P_AORTA, MMHG, "mmHg", "pressure in the ascending aorta, at heart level"),
        "lv_pressure": (k.P_LV_PRESSURE, MMHG, "mmHg", "pressure in the left ventricle"),
        "lv_volume": (k.P_LV_VOLUME, ML, "mL", "volume of the left ventricle"),
        "rv_pressure": (k.P_RV_PRESSURE, MMHG, "mmHg", "pressure in the right ventricle"),
        "rv_volume": (k.P_RV_VOLUME, ML, "mL", "volume of the right ventricle"),
        "cvp_pulse": (k.P_CENTRAL_VENOUS, MMHG, "mmHg", "pressure in the right atrium"),
    }
    for name, (column, unit, text, words) in columns.items():
        out.put(name, ("pulse_time",), pulse[:, column] / unit, units=text, long_name=words, source=SOURCE)
    out.put("pulse_time", ("pulse_time",), pulse[:, k.P_TIME], units="s", long_name="time from the start of the session")
    return out


def beats_before(data: Recorded, moment: float) -> NDArray[np.bool_]:
    """The beats of the last half minute before a moment (s) that belong to its phase, and to nothing of the turn that led there."""
    time, tilt = data["beat_time"].values, data["beat_tilt"].values
    phases = json.loads(data.attrs["phases"])
    begin = max((p["start_s"] for p in phases if abs(p["end_s"] - moment) < 1e-6), default=-np.inf)
    inside: NDArray[np.bool_] = (time <= moment + 1e-6) & (time > max(moment - WINDOW_S, begin))
    if inside.any():
        inside &= np.abs(tilt - tilt[inside][-1]) < STILL_DEG
    return inside


def measures(data: Recorded, put: Callable[[str, float, str, str], None]) -> None:
    """Measures of blood, brain and eye; ``put(name, value, unit, definition)`` takes each of them."""
    time = data["beat_time"].values
    reference, end = (float(data.attrs[key]) for key in ("reference_time_s", "end_time_s"))
    moments = {"": end, STANDING: reference, SUPINE: float(data.attrs["rest_time_s"])}
    found = {prefix: beats_before(data, moment) for prefix, moment in moments.items()}
    chosen = {prefix: inside for prefix, inside in found.items() if inside.any()}
    for prefix, inside in chosen.items():
        for name, (variable, unit, words) in MEASURES.items():
            put(prefix + name, float(data[variable].values[inside].mean()), unit, f"{words}, {WHEN[prefix]}")
        if prefix:
            when = WHEN[prefix].removeprefix("mean over ")
            put(f"{prefix}iop_peak_mmHg", float(data["iop"].values[inside].max()), "mmHg", f"highest pressure in the eye, {when}")
    session = (time > reference) & (time <= end + 1e-6)
    if session.any():
        put("iop_peak_mmHg", float(data["iop"].values[session].max()), "mmHg", "highest pressure in the eye from the start of the session")
    if "" in chosen and STANDING in chosen:
        for region in SHIFTED:
            v = at_label(data, "region_volume", "region", region)
            shift = float(v[chosen[""]].mean() - v[chosen[STANDING]].mean())
            put(f"blood_shift_{region}_mL", shift, "mL", f"blood in the {region}, end of the last hold against standing before the session")
