"""What the figure of `plot` shows over time: one panel per quantity the result has."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from biomech.library.anatomy import LUMBAR_LEVELS
from biomech.viz.colour import INK, SERIES
from biomech.viz.reading import Bools, Floats, Spine, Timeline


@dataclass
class Line:
    name: str
    values: Floats
    colour: str
    style: str = "-"
    time: Floats | None = None  # where it has a clock of its own; else the result's
    width: float = 1.6
    skips: Bools | None = None  # after which samples nothing was simulated for a while
    end: float | None = None  # the number at the line; by default the sample at the end of the last hold
    lying: float | None = None  # the same person at rest
    standing: float | None = None  # and before the session

    def on(self, course: Timeline) -> Floats:
        """The times of the values."""
        return course.time if self.time is None else self.time

    def at(self, course: Timeline, time_s: float) -> float:
        """The value nearest to a time."""
        return float(self.values[int(np.argmin(np.abs(self.on(course) - time_s)))])

    def at_end(self, course: Timeline) -> float:
        """The number written at the line."""
        return self.at(course, float(course.data.attrs["end_time_s"])) if self.end is None else self.end


@dataclass
class Panel:
    """One quantity over time."""

    title: str
    share: float  # of the height
    lines: list[Line]
    decimals: int
    sign: bool = True  # of the numbers at the lines
    suffix: str = ""  # after them
    zero: bool = True  # whether zero must be in sight
    band: Floats | None = None  # half width of a shaded band about zero
    between: tuple[int, int] | None = None  # two lines with a tint between them
    jolts: bool = False  # whether what lasts for seconds only must be in sight
    ticks: list[float] = field(default_factory=list)


def _since(spine: Timeline, values: Floats) -> Floats:
    return np.asarray(values - values[spine.reference])


def _tilt(course: Timeline) -> Panel | None:
    lines = [Line("tilt", course.tilts(), INK)]
    return Panel("Tilt (°)\n+ head-down", 0.75, lines, 0, sign=False, suffix="°", ticks=[-90, -45, 0, 45, 90])


def _lengths(spine: Timeline) -> Panel | None:
    known = (("spine_length", "column C7–S1"), ("lumbar_length", "lumbar L1–S1"), ("stature", "stature, legs included"))
    lines = [
        Line(label, _since(spine, spine.series(name)), colour, "--" if name == "stature" else "-")
        for (name, label), colour in zip(known, (SERIES[0], SERIES[1], SERIES[5]), strict=True)
        if name in spine.data
    ]
    return Panel("Change of\nlength (mm)", 1.3, lines, 2) if lines else None


def _heights(spine: Timeline) -> Panel | None:
    if not isinstance(spine, Spine):
        return None
    delta = _since(spine, spine.series("disc_height"))
    lines = [Line(v, delta[:, spine.levels.index(v)], SERIES[i]) for i, v in enumerate(LUMBAR_LEVELS) if v in spine.levels]
    return Panel("Change of\ndisc height (mm)", 1.3, lines, 2)


def _pressure(spine: Timeline) -> Panel | None:
    if not isinstance(spine, Spine) or "nucleus_pressure" not in spine.data or "L4/L5" not in spine.levels:
        return None
    values = spine.series("nucleus_pressure")[:, spine.levels.index("L4/L5")]
    return Panel("Nucleus pressure\nL4/L5 (MPa)", 0.9, [Line("L4/L5", values, SERIES[1])], 2, sign=False)


def _supports(spine: Timeline) -> Panel | None:
    lines: list[Line] = []
    band = None
    if "clamp_force" in spine.data and spine.data["clamp_force"].dims == ("time",):
        lines.append(Line("clamp", spine.series("clamp_force"), SERIES[0]))
    elif "support_axial" in spine.data:
        lines += _anchors(spine)
    if "support_normal" in spine.data:
        lines.append(Line("pressed on supports", np.nansum(spine.series("support_normal"), axis=1), SERIES[5]))
    if "support_friction" in spine.data:
        lines.append(Line("friction", np.nansum(spine.series("support_friction"), axis=1), SERIES[1]))
    if "support_friction_available" in spine.data:
        band = np.nansum(spine.series("support_friction_available"), axis=1)
    return Panel("Supports (N)\n+ towards the head", 1.0, lines, 0, sign=False, band=band) if lines else None


def _anchors(spine: Timeline) -> list[Line]:
    """What holds the body along its axis, strongest at the end first; at most two."""
    pull = spine.series("support_axial")
    names = [str(n) for n in spine.data["support"].values]
    order = np.argsort(-np.abs(np.nan_to_num(pull[spine.end])), kind="stable")
    real = [i for i in order[:2] if abs(pull[spine.end, i]) > 1.0]
    return [Line(names[i], pull[:, i], colour) for i, colour in zip(real, (SERIES[0], SERIES[2]), strict=False)]


_MAKERS: tuple[Callable[[Timeline], Panel | None], ...] = (_tilt, _lengths, _heights, _pressure, _supports)


def panels(course: Timeline) -> list[Panel]:
    """Tilt and spine from top to bottom; what the result lacks is left out."""
    return [panel for panel in (make(course) for make in _MAKERS) if panel is not None]
