"""Numbers and states in words, the same in every picture."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from biomech.viz.reading import Timeline

MINUS = "\u2212"
_STILL = 1.0  # deg: who is farther from where a phase ends is still on the way
_PREDICTION = "Prediction: the one study of spine length at graded table angles gives no millimetres."
NOT_A_DEVICE = "For research and teaching; not a medical device."
CONVENTION = "Tilt is measured from horizontal: 0° lying, + head-down, \u221290° standing, +90° fully inverted."


def signed(value: float, decimals: int = 2) -> str:
    """A change with its sign; zero has none."""
    if not math.isfinite(value):
        return "–"
    text = f"{abs(value):.{decimals}f}"
    if float(text) == 0:
        return text
    return ("+" if value > 0 else MINUS) + text


def plain(value: float, decimals: int) -> str:
    """A number with a proper minus sign."""
    return "–" if not math.isfinite(value) else f"{value:.{decimals}f}".replace("-", MINUS)


def angle(degrees: float) -> str:
    """An angle without needless decimals."""
    rounded = round(degrees, 1) + 0.0
    return f"{rounded:g}°".replace("-", MINUS)


def attitude(tilt: float) -> str:
    """How the body lies, from its tilt in degrees."""
    if abs(tilt + 90) < 0.5:
        return "upright (−90°)".replace("-", MINUS)
    if abs(tilt) < 0.5:
        return "lying (0°)"
    if abs(tilt - 90) < 0.5:
        return "fully inverted (90°)"
    return f"{angle(abs(tilt))} head-{'down' if tilt > 0 else 'up'}"


def duration(seconds: float) -> str:
    """A time span: 45 s, 7 min 20 s, 3 h 5 min, 2 d 4 h."""
    total = round(abs(seconds))
    days, hours, minutes, rest = total // 86400, total // 3600 % 24, total // 60 % 60, total % 60
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (rest, "s")]
    first = next((i for i, (n, _) in enumerate(parts) if n), 3)
    return " ".join(f"{n} {unit}" for n, unit in parts[first : first + 2] if n) or "0 s"


def clock(seconds: float) -> str:
    """A running clock: 3:07, 1:02:09; before the session with a minus."""
    total = round(abs(seconds))
    hours, minutes, rest = total // 3600, total // 60 % 60, total % 60
    text = f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
    return (MINUS if seconds < -0.5 else "") + text


def tick(value: float, _: object = None) -> str:
    """A number at a tick, for matplotlib (which gives its position too)."""
    return f"{value:g}".replace("-", MINUS) if abs(value) > 1e-12 else "0"


def listed(parts: Sequence[str]) -> str:
    """One, two and three."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def moment(course: Timeline, index: int) -> str:
    """When a sample was taken, for instance "7 min 20 s into the session, end of hold 3"."""
    time = float(course.time[index])
    when = f"{duration(time)} into the session" if time > 0.5 else f"{duration(time)} before the session"
    when = "start of the session" if abs(time) <= 0.5 else when
    phase = course.phase_at(index)
    name, gear = str(phase.get("name", "")), str(phase.get("equipment", "")).replace("_", " ")
    if not name:
        return when
    end = float(phase["end_s"])
    there = course.tilt(course.index(min(end, float(course.time[-1]))))
    if abs(course.tilt(index) - there) > _STILL:
        return f"{when}, tilting: {attitude(there)} is to come"
    session = phase.get("role", "session") == "session"
    named = "the hold" if session and gear and name.lower().startswith(gear.lower()) else f"“{name}”"
    return f"{when}, {'end of' if abs(time - end) < 0.5 else 'in'} {named}"


def reference(course: Timeline) -> str:
    """The state changes are counted from."""
    time = float(course.time[course.reference])
    tilt = course.tilt(course.reference)
    stand = "standing" if abs(tilt + 90) < 0.5 else attitude(tilt)
    before = "just before the session" if abs(time) < 60 else f"{duration(time)} before the session"
    return f"{stand} {before}"


def equipment(course: Timeline, index: int | None = None) -> str:
    """What the person is in or on at a sample (by default at the end), in words."""
    phase = course.phase_at(course.end if index is None else index)
    name = str(phase.get("equipment") or course.data.attrs.get("equipment", ""))
    return name.replace("_", " ")


def person(course: Timeline) -> str:
    """Who lies there."""
    return str(course.data.attrs.get("person", "")).replace("_", " ")


def provenance(courses: Sequence[Timeline]) -> str:
    """Version and scenario digests."""
    versions = sorted({str(s.data.attrs.get("biomech_version", "?")) for s in courses})
    digests = [str(s.data.attrs.get("digest", "?"))[:12] for s in courses]
    plural = "s" if len(digests) > 1 else ""
    return f"biomech {', '.join(versions)}  ·  scenario{plural} {', '.join(digests)}"


def convention(course: Timeline) -> str:
    """The dataset's own statement of the angle convention, as a sentence."""
    text = str(course.data.attrs.get("angle_convention") or CONVENTION).strip().rstrip(".")
    text = text.replace(" -", f" {MINUS}").replace("(-", f"({MINUS}")
    return f"{text[:1].upper()}{text[1:]}."


def prediction(course: Timeline) -> str:
    """What nobody has measured yet."""
    return str(course.data.attrs.get("prediction") or _PREDICTION)


def disclaimer(course: Timeline) -> str:
    """The dataset's disclaimer; always says that this is not a medical device."""
    text = str(course.data.attrs.get("disclaimer") or "").strip()
    if "not a medical device" in text.lower():
        return text
    return f"{text} {NOT_A_DEVICE}".strip()


MOST_REST_N = 8  # a larger rest is that of another support


def moved_and_belly(measures: Mapping[str, Mapping[str, Any]]) -> float | None:
    """What weight less friction lacks to the traction where nothing else holds the trunk: moved blood, and the belly's pressure.

    Parameters
    ----------
    measures : mapping
        The measures of a result, by name.

    Returns
    -------
    float or None
        In N, towards the head +; None where it is nothing, or of something else.
    """
    parts = ("gravity_along_spine_N", "friction_used_N", "net_traction_N")
    if any(name not in measures for name in (*parts, "blood_shift_legs_mL")):
        return None
    weight, friction, net = (float(measures[p]["value"]) for p in parts)
    rest = net - (weight - friction)
    return rest if 0.5 < abs(rest) < MOST_REST_N else None
