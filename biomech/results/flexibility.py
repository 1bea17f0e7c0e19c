"""Bending tests → variables and measures: how far the trunk bends, what the session changed, and for how long."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from biomech.results.measures import AFTER_S, END, REFERENCE
from biomech.results.recording import Recording, at_label
from biomech.scenario import Phase
from biomech.spine.flexibility import MOMENTS, PARTS, Bending

if TYPE_CHECKING:
    from biomech.results.recording import Recorded

AFTER_MIN = (1.0, 5.0, 10.0, 20.0, 40.0)  # standing again; the first and the last are those of stature
GONE = 0.1  # of the change at the end: then it has gone
LEAST_DEG = 0.1  # a smaller change is not followed
COMPUTED = "computed by biomech: docs/physics.md"
HOW = "passive flexion, lying on the side, muscles at rest"
WAYS = {"lumbar": "L5/S1 to T12/L1 together", "trunk": "L5/S1 to T1/T2 together"}


def times(phases: list[Phase], ends: list[float]) -> list[float]:
    """When to test (s): on waking, standing before the session, at the end of the last hold, standing again."""
    nights = [t for p, t in zip(phases, ends, strict=True) if p.role == "history" and p.equipment == "lying"]
    end = next(t for p, t in zip(phases, ends, strict=True) if p.end)
    after = [t - p.duration_s + 60.0 * m for p, t in zip(phases, ends, strict=True) if p.role == "after"
             for m in AFTER_MIN if 60.0 * m <= p.duration_s]  # fmt: skip
    return [*nights[-1:], 0.0, end, *after]


def build(tests: Bending) -> Recording:
    """Bending angles over the tests and the moments."""
    out = Recording()
    for k, part in enumerate(PARTS):
        for name, values, words in (("bending", tests.angle, ""), ("bending_stood", tests.stood, ", had the person stood instead")):
            out.put(
                f"{part}_{name}", ("bend_time", "bend_moment"), np.degrees(values[:, k]),
                units="deg", long_name=f"{HOW}: {WAYS[part]}{words}", source=COMPUTED,
            )
    out.put("bend_time", ("bend_time",), tests.time, units="s", long_name="time of the test from the start of the session")
    out.put("bend_moment", ("bend_moment",), MOMENTS, units="N*m", long_name="moment in flexion, from T1 to the pelvis")
    return out


def measures(data: Recorded, put: Callable[[str, float, str, str], None]) -> None:
    """Bending before and at the end, what the session itself changed (against having stood instead), and how long that lasts."""
    clock = data["bend_time"].values
    end = float(data.attrs["end_time_s"])
    after = [float(data.attrs[key]) for key in AFTER_S if key in data.attrs]
    later = {"": end} | dict(zip(("_after", "_40min"), after, strict=False))
    words = {"": END, "_after": "one minute after standing up again", "_40min": "40 minutes later"}
    for part in PARTS:
        for moment in data["bend_moment"].values:
            found, stood = (at_label(data, f"{part}_{k}", "bend_moment", moment) for k in ("bending", "bending_stood"))
            name, how = f"{part}_bending_{moment:g}Nm", f"{HOW}, under {moment:g} N m: {WAYS[part]}"
            if clock[0] < 0.0:
                put(f"waking_{name}_deg", found[0], "deg", f"{how}; on waking")
            put(f"standing_{name}_deg", found[_index(clock, 0.0)], "deg", f"{how}; {REFERENCE}")
            put(f"{name}_deg", found[_index(clock, end)], "deg", f"{how}; {END}")
            for tail, at in later.items():
                i = _index(clock, at)
                put(f"{name}_gain{tail}_deg", found[i] - stood[i], "deg", f"{how}; {words[tail]}, against having stood instead")
            lasts = _lasts(clock, found - stood, end, data.attrs)
            if lasts is not None:
                put(f"{name}_lasts_min", lasts, "min", f"{how}; after standing up, until a tenth is left of what the session changed")


def _index(clock: np.ndarray, at: float) -> int:
    return int(np.argmin(np.abs(clock - at)))


def _lasts(clock: np.ndarray, gain: np.ndarray, end: float, attrs: dict[str, object]) -> float | None:
    """Minutes after standing up until the change is a tenth of that at the end; None if that was nothing, or it is not seen."""
    first = _index(clock, end)
    phases = json.loads(str(attrs["phases"]))
    up = [p["start_s"] for p in phases if p["role"] == "after"]
    if not up or abs(gain[first]) < LEAST_DEG:
        return None
    share = gain[first:] / gain[first]
    below = np.flatnonzero(share < GONE)
    if not below.size:
        return None
    k = int(below[0])
    time = np.interp(-GONE, -share[k - 1 : k + 1], clock[first + k - 1 : first + k + 1])
    return max(0.0, float(time) - float(up[0])) / 60.0
