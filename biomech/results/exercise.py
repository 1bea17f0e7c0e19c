"""What exercise does to the discs while it lasts, in numbers and in one sentence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from biomech.library.anatomy import LUMBAR_LEVELS, REGION
from biomech.results.recording import at_label

if TYPE_CHECKING:
    from biomech.results.recording import Recorded

ABOVE_PELVIS = tuple(f"surface {region}" for region in REGION if region != "pelvis")
NAME = "peak_compression_N"
DEFINITION = {"unit": "N", "definition": "largest compression along the disc normal in the repetitions of an exercise"}
NOT_IN_BLOOD = (
    "What exercising does to heart and pressures (harder work, held breath) is not modelled: blood, brain and eye are those of somebody "
    "who is moved the same way and does not strain; expect higher pressures."
)
LEAST = "It is the least force that holds the trunk like this: muscles that work against each other would press more."
HIPS = (
    "Hip flexors are no muscles of this model: the psoas, at 15 to 35 % of its maximum in a sit-up (Juker 1998), presses the lumbar discs "
    "and hardly turns them (Bogduk 1992), so expect more; 3.3 kN are published for one on the floor, where the model has 1.2."
)
SLID_N = 10.0  # less of a change of friction is not told


def peaks(data: Recorded) -> dict[str, float]:
    """Largest compression (N) of every level in the repetitions of exercises; empty without any."""
    spans = [(p["start_s"], p["end_s"]) for p in json.loads(data.attrs["phases"]) if p.get("exercise")]
    if not spans:
        return {}
    clock = data["time"].values
    inside = np.logical_or.reduce([(clock > a) & (clock <= b + 1e-6) for a, b in spans])
    most = -data["axial_force"].values[inside].min(axis=0)
    return {str(level): float(v) for level, v in zip(data["level"].values, most, strict=True) if np.isfinite(v)}


def words(data: Recorded) -> str:
    """The sentence of a run with exercise; empty without any."""
    found = peaks(data) if "axial_force" in data else {}
    if not found:
        return ""
    names = dict.fromkeys(p["exercise"] for p in json.loads(data.attrs["phases"]) if p.get("exercise"))
    level = max(LUMBAR_LEVELS, key=found.__getitem__)
    standing = -float(np.interp(data.attrs["reference_time_s"], data["time"].values, at_label(data, "axial_force", "level", level)))
    what = " and ".join(name.replace("_", " ") for name in names)
    most = f"in the {what} {level} is pressed with up to {found[level]:.0f} N (standing {standing:.0f} N)"
    hips = f" {HIPS}" if "sit_up" in names else ""
    return f"Exercise loads the discs: {most}. {LEAST}{hips}{_slid(data)}"


def _slid(data: Recorded) -> str:
    """Why traction after an exercise is not what it was before: the back has come off the device, and slid."""
    if "support_friction" not in data:
        return ""
    phases = json.loads(data.attrs["phases"])
    begin, end = next(p["start_s"] for p in phases if p.get("exercise")), float(data.attrs["end_time_s"])
    trunk = [i for i, support in enumerate(data["support"].values) if support in ABOVE_PELVIS]
    if not trunk or end <= begin:
        return ""
    force = -data["support_friction"].values[:, trunk].sum(axis=1)
    before, after = (float(np.interp(t, data["time"].values, force)) for t in (begin, end))
    if abs(before - after) < SLID_N:
        return ""
    then = f"{after:.0f} N" if after >= 0.0 else f"{-after:.0f} N towards the head"
    held = f"{before:.0f} N towards the feet before, {then} at the end"
    return f" The back came off the device meanwhile and slid: friction {held}, so traction changed by {before - after:+.0f} N."
