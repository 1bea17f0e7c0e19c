"""What exercise does to the discs while it lasts, in numbers and in one sentence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from biomech.library.anatomy import LUMBAR_LEVELS
from biomech.results.recording import at_label

if TYPE_CHECKING:
    from biomech.results.recording import Recorded

NAME = "peak_compression_N"
DEFINITION = {"unit": "N", "definition": "largest compression along the disc normal in the repetitions of an exercise"}
NOT_IN_BLOOD = (
    "What exercising does to heart and pressures (harder work, held breath) is not modelled: blood, brain and eye are those of somebody "
    "who is moved the same way and does not strain; expect higher pressures."
)
LEAST = "It is the least force that holds the trunk like this: muscles that work against each other would press more."


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
    return f"Exercise loads the discs: {most}. {LEAST}"
