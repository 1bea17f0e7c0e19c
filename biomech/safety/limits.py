"""A simulated session against the limits of models/safety/limits.toml: which are passed, when, how far and how long."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from biomech import library
from biomech.library.anatomy import CERVICAL, LUMBAR_LEVELS
from biomech.library.needed import Needed, fits
from biomech.results.recording import at_label
from biomech.safety.finding import Finding

if TYPE_CHECKING:
    from biomech.results.recording import Recorded

Floats = NDArray[np.float64]

LEVELS = {"neck": tuple(f"C{i}/C{i + 1}" for i in range(1, len(CERVICAL))) + ("C7/T1",), "lumbar": LUMBAR_LEVELS}
SIDES = ("above", "below", "either")
GETTING_UP_S = 600.0
WHENS = ("session", "always")


def screen_result(data: Recorded) -> list[Finding]:
    """The limits a run passes; a limit on something that was not simulated is not spoken of."""
    file, entries = limits()
    shortest = file.scalar("shortest").value_si
    found = []
    for name, entry in entries.items():
        if entry["variable"] in data:
            found += [f for f in _one(data, file, name, entry) if (f.lasts_s or 0.0) >= shortest]
    return found


def limits() -> tuple[library.ParameterFile, dict[str, Any]]:
    """models/safety/limits.toml and its entries, checked."""
    file = library.load("safety", "limits")
    fits(file, Needed(zero_or_more="shortest"))
    entries: dict[str, Any] = file.data.get("limits", {})
    if not isinstance(entries, dict):
        raise file.error("is not a table", ("limits",))
    for name, entry in entries.items():
        _check(file, name, entry)
    return file, entries


def _check(file: library.ParameterFile, name: str, entry: Any) -> None:
    if not isinstance(entry, dict):
        raise file.error("is not a table", ("limits", name))
    for key in ("variable", "words", "why", "side", "when", "levels", "support"):
        if key in entry and not isinstance(entry[key], str):
            raise file.error("is not a text", ("limits", name, key))
    for key in ("at", "area"):
        if key in entry and file.quantity("limits", name, key) is None:
            raise file.error("is not a number with unit and source", ("limits", name, key))
    for key, allowed in (("side", SIDES), ("when", WHENS), ("levels", tuple(LEVELS))):
        if key in entry and entry[key] not in allowed:
            raise file.error(f"{entry[key]!r} is not known", ("limits", name, key), allowed)
    for key in ("variable", "words", "why", "side", "when", "at"):
        if key not in entry:
            raise file.error("is missing", ("limits", name, key))


def _one(data: Recorded, file: library.ParameterFile, name: str, entry: dict[str, Any]) -> Iterator[Finding]:
    at = file.quantity("limits", name, "at")
    assert at is not None  # checked
    values = data[entry["variable"]]
    factor = 1.0
    if "support" in entry and entry["support"] not in data["support"].values:
        return
    area = file.quantity("limits", name, "area")
    if area is not None:
        # a force over an area, in the unit of the limit
        factor = library.to_si(1.0, str(values.attrs["units"])) / area.value_si / library.to_si(1.0, at.unit)
    elif str(values.attrs["units"]) != at.unit:
        raise file.error(f"is in {at.unit}, and {entry['variable']} in {values.attrs['units']}", ("limits", name, "at"))
    clock = data[str(values.dims[0])].values
    dim, places = ("level", LEVELS[entry["levels"]]) if "levels" in entry else ("support", (entry.get("support"),))
    worst: Finding | None = None
    for label in places:
        course = factor * (at_label(data, entry["variable"], dim, label) if label else values.values)
        place = label if dim == "level" else None
        finding = _passed(data, clock, course, at, name, entry, place)
        if finding and (worst is None or _beyond(finding) > _beyond(worst)):
            worst = finding
    if worst:
        yield worst


def _beyond(finding: Finding) -> float:
    assert finding.worst is not None and finding.limit is not None
    return abs(finding.worst - finding.limit)


def _passed(
    data: Recorded, clock: Floats, course: Floats, at: library.Quantity, name: str, entry: dict[str, Any], place: str | None
) -> Finding | None:
    begin = float(data.attrs["reference_time_s"])
    inside = np.isfinite(course)
    if entry["when"] == "session":
        phases = [p for p in json.loads(data.attrs["phases"]) if p["role"] in ("session", "rest")]
        inside &= (clock > begin) & (clock <= max(p["end_s"] for p in phases) + 1e-6)
    else:
        inside &= clock >= begin
    sign = -1.0 if entry["side"] == "below" else 1.0
    size = np.abs(course) if entry["side"] == "either" else course
    excess = np.where(inside, sign * (size - at.value), -np.inf)
    if not (excess > 0).any():
        return None
    first, most = int(np.argmax(excess > 0)), int(np.argmax(excess))
    words = f"{entry['words']} at {place}" if place else entry["words"]
    # standing up after the session is judged beside an ordinary one
    ordinary = _getting_up(data, clock, sign * size) if entry["when"] == "always" else None
    return Finding(
        "limit",
        name,
        words,
        entry["why"],
        at.source,
        at.place,
        unit=at.unit,
        limit=at.value,
        worst=float(size[most]),
        from_s=float(clock[first]),
        at_s=float(clock[most]),
        lasts_s=_time_beyond(clock, excess),
        phase=_phase(data, float(clock[first])),
        ordinary=None if ordinary is None else sign * ordinary,
    )


def _getting_up(data: Recorded, clock: Floats, values: Floats) -> float | None:
    """The largest value while getting up from bed on the same day, without any session; None if that was not simulated."""
    up = [p["start_s"] for p in json.loads(data.attrs["phases"]) if p["role"] == "history"][-1]
    last = min(up + GETTING_UP_S, float(data.attrs["reference_time_s"]))
    inside = (clock > up) & (clock <= last) & np.isfinite(values)
    return float(values[inside].max()) if inside.any() else None


def _time_beyond(clock: Floats, excess: Floats) -> float:
    """Seconds beyond the limit, the crossings found by linear interpolation."""
    total = 0.0
    for i in range(1, clock.size):
        a, b, span = excess[i - 1], excess[i], clock[i] - clock[i - 1]
        if not (np.isfinite(a) and np.isfinite(b)):
            total += span if b > 0 and not np.isfinite(a) else 0.0
        elif a > 0 and b > 0:
            total += span
        elif (a > 0) is not (b > 0):
            total += span * max(a, b) / abs(a - b)
    return float(total)


def _phase(data: Recorded, time: float) -> str:
    for phase in json.loads(data.attrs["phases"]):
        if phase["start_s"] < time <= phase["end_s"] + 1e-6:
            return str(phase["name"])
    return ""
