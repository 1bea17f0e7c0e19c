"""What the pages show over time: one small chart a quantity, of whatever the result has."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from biomech.viz.reading import Floats, Spine
from biomech.viz.web.timeline import Timeline, thinned

_MOST = 120
# The circulation leaps over stretches in which only plasma moves, and is woken afterwards: the swing of the first 44 s
# is the method's, not the body's. The line goes straight to the beats after it.
_LEAP_S, _WAKING_S = 20.0, 44.0


@dataclass(frozen=True)
class Quantity:
    """A series of the dataset and how it is shown."""

    key: str
    title: str
    unit: str
    decimals: int
    group: str  # spine, blood, head
    variable: str
    since: bool = False  # change against standing before
    level: str = ""
    region: str = ""


QUANTITIES = (
    Quantity("tilt", "Tilt of the body (+ head-down)", "°", 0, "spine", "tilt"),
    Quantity("column", "Column C7–S1, change", "mm", 2, "spine", "spine_length", since=True),
    Quantity("lumbar", "Lumbar spine L1–S1, change", "mm", 2, "spine", "lumbar_length", since=True),
    Quantity("pressure", "Pressure in the disc L4/L5", "MPa", 2, "spine", "nucleus_pressure", level="L4/L5"),
    Quantity("traction", "Pull at L5/S1 before muscle (− pressed)", "N", 0, "spine", "traction", level="L5/S1"),
    Quantity("heart_rate", "Heart rate", "/min", 0, "blood", "heart_rate"),
    Quantity("sbp_cuff", "Systolic pressure at the arm cuff", "mmHg", 0, "blood", "sbp_cuff"),
    Quantity("map_brain", "Mean arterial pressure at the brain", "mmHg", 0, "blood", "map_brain"),
    Quantity("cardiac_output", "Cardiac output", "L/min", 1, "blood", "cardiac_output"),
    Quantity("legs", "Blood in the legs, change", "mL", 0, "blood", "region_volume", since=True, region="legs"),
    Quantity("thorax", "Blood in the chest, change", "mL", 0, "blood", "region_volume", since=True, region="thorax"),
    Quantity("iop", "Eye pressure", "mmHg", 1, "head", "iop"),
    Quantity("icp", "Pressure in the skull", "mmHg", 1, "head", "icp"),
    Quantity("ocular", "Perfusion pressure of the eye", "mmHg", 0, "head", "ocular_perfusion"),
)


def curves(spine: Spine, timeline: Timeline) -> list[dict[str, Any]]:
    """The series of one case: places on the axis, values, the value at the end of the last hold, and what to show."""
    out = []
    for q in QUANTITIES:
        found = _series(spine, q)
        if found is None:
            continue
        time, values = found
        keep = thinned(timeline.place(time), [values], _MOST)
        end = int(np.clip(np.searchsorted(time, spine.time[spine.end] + 1e-6, side="right") - 1, 0, len(time) - 1))
        keep = sorted({*keep, end})
        low, high = lasting(timeline.place(time), values)
        out.append(
            {
                "key": q.key, "title": q.title, "unit": q.unit, "decimals": q.decimals, "group": q.group,
                "signed": q.since or q.key == "traction",
                "x": timeline.places(time[keep]),
                "y": [_number(v) for v in values[keep]],
                "end": _number(values[end]), "end_x": round(float(timeline.place(time[end])), 5),
                "low": _number(min(low, values[end])), "high": _number(max(high, values[end])),
            }
        )  # fmt: skip
    return out


def _series(spine: Spine, q: Quantity) -> tuple[Floats, Floats] | None:
    """Times from the reference on, and values; None where the result lacks them."""
    if q.variable not in spine.data:
        return None
    data = spine.data[q.variable]
    for name, wanted in (("level", q.level), ("region", q.region)):
        if wanted:
            if wanted not in [str(v) for v in data[name].values]:
                return None
            data = data.sel({name: wanted})
    clock = str(data.dims[0])
    time, values = np.asarray(data[clock].values, float), np.asarray(data.values, float)
    known = np.isfinite(values) & (_awake(time) if clock == "beat_time" else True)
    time, values = time[known], values[known]
    before = np.flatnonzero(time <= float(spine.data.attrs["reference_time_s"]) + 1e-6)
    first = int(before[-1]) if before.size else 0
    if len(time) - first < 2:
        return None
    shown = values[first:] - (values[first] if q.since else 0.0)
    return time[first:], shown


def _awake(time: Floats) -> NDArray[np.bool_]:
    """Which beats do not come just after a leap."""
    leaps = np.flatnonzero(np.diff(time) > _LEAP_S) + 1
    if not leaps.size:
        return np.ones(len(time), bool)
    last = np.searchsorted(leaps, np.arange(len(time)), side="right") - 1
    return np.asarray((last < 0) | (time - time[leaps[last]] >= _WAKING_S))


def lasting(place: Floats, values: Floats, share: float = 0.006) -> tuple[float, float]:
    """Least and greatest value but for jolts: what fills less than a 160th of the axis on either side is left out."""
    order = np.argsort(values)
    run = np.cumsum(np.gradient(place)[order])
    run = run / max(float(run[-1]), 1e-12)
    inner = values[order][(run >= share) & (run <= 1 - share)]
    if not inner.size:
        inner = values
    return float(inner.min()), float(inner.max())


def _number(value: float) -> float:
    return float(f"{value:.5g}")


