"""What the figure of `plot` shows over time: one panel per quantity the result has."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from biomech.viz.colour import INK, SERIES
from biomech.viz.reading import Floats, Spine

_LUMBAR = ("L1/L2", "L2/L3", "L3/L4", "L4/L5", "L5/S1")


@dataclass
class Line:
    name: str
    values: Floats
    colour: str
    style: str = "-"
    time: Floats | None = None  # where it has a clock of its own; else the result's

    def on(self, spine: Spine) -> Floats:
        """The times of the values."""
        return spine.time if self.time is None else self.time

    def at(self, spine: Spine, time_s: float) -> float:
        """The value nearest to a time."""
        return float(self.values[int(np.argmin(np.abs(self.on(spine) - time_s)))])


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
    ticks: list[float] = field(default_factory=list)


def _series(spine: Spine, name: str) -> Floats:
    return np.asarray(spine.data[name].values, float)


def _since(spine: Spine, values: Floats) -> Floats:
    return np.asarray(values - values[spine.reference])


def _tilt(spine: Spine) -> Panel | None:
    lines = [Line("tilt", _series(spine, "tilt"), INK)]
    return Panel("Tilt (°)\n+ head-down", 0.75, lines, 0, sign=False, suffix="°", ticks=[-90, -45, 0, 45, 90])


def _lengths(spine: Spine) -> Panel | None:
    known = (("spine_length", "column C7–S1"), ("lumbar_length", "lumbar L1–S1"), ("stature", "stature"))
    lines = [
        Line(label, _since(spine, _series(spine, name)), colour, "--" if name == "stature" else "-")
        for (name, label), colour in zip(known, (SERIES[0], SERIES[1], SERIES[5]), strict=True)
        if name in spine.data
    ]
    return Panel("Change of\nlength (mm)", 1.3, lines, 2) if lines else None


def _heights(spine: Spine) -> Panel | None:
    delta = _since(spine, _series(spine, "disc_height"))
    lines = [Line(v, delta[:, spine.levels.index(v)], SERIES[i]) for i, v in enumerate(_LUMBAR) if v in spine.levels]
    return Panel("Change of\ndisc height (mm)", 1.3, lines, 2)


def _pressure(spine: Spine) -> Panel | None:
    if "nucleus_pressure" not in spine.data or "L4/L5" not in spine.levels:
        return None
    values = _series(spine, "nucleus_pressure")[:, spine.levels.index("L4/L5")]
    return Panel("Nucleus pressure\nL4/L5 (MPa)", 0.9, [Line("L4/L5", values, SERIES[1])], 2, sign=False)


def _supports(spine: Spine) -> Panel | None:
    lines: list[Line] = []
    band = None
    if "clamp_force" in spine.data and spine.data["clamp_force"].dims == ("time",):
        lines.append(Line("clamp", _series(spine, "clamp_force"), SERIES[0]))
    elif "support_axial" in spine.data:
        lines += _anchors(spine)
    if "support_normal" in spine.data:
        lines.append(Line("pressed on supports", np.nansum(_series(spine, "support_normal"), axis=1), SERIES[5]))
    if "support_friction" in spine.data:
        lines.append(Line("friction", np.nansum(_series(spine, "support_friction"), axis=1), SERIES[1]))
    if "support_friction_available" in spine.data:
        band = np.nansum(_series(spine, "support_friction_available"), axis=1)
    return Panel("Supports (N)", 1.0, lines, 0, sign=False, band=band) if lines else None


def _anchors(spine: Spine) -> list[Line]:
    """What holds the body along its axis, strongest at the end first; at most two."""
    pull = _series(spine, "support_axial")
    names = [str(n) for n in spine.data["support"].values]
    order = np.argsort(-np.abs(np.nan_to_num(pull[spine.end])), kind="stable")
    real = [i for i in order[:2] if abs(pull[spine.end, i]) > 1.0]
    return [Line(names[i], pull[:, i], colour) for i, colour in zip(real, (SERIES[0], SERIES[2]), strict=False)]


def _beats(spine: Spine, known: tuple[tuple[str, str], ...]) -> list[Line]:
    """Lines of the circulation, which keeps its own clock: one value a beat."""
    if "beat_time" not in spine.data.dims:
        return []
    time = np.asarray(spine.data["beat_time"].values, float)
    named = [(name, label) for name, label in known if name in spine.data]
    return [Line(label, _series(spine, name), colour, time=time) for (name, label), colour in zip(named, SERIES, strict=False)]


def _heart(spine: Spine) -> Panel | None:
    lines = _beats(spine, (("heart_rate", "heart rate"),))
    return Panel("Heart rate\n(1/min)", 0.7, lines, 0, sign=False, zero=False) if lines else None


def _blood_pressure(spine: Spine) -> Panel | None:
    lines = _beats(spine, (("sbp_cuff", "systolic, cuff"), ("dbp_cuff", "diastolic, cuff"), ("map_brain", "mean, brain")))
    return Panel("Blood pressure\n(mmHg)", 0.9, lines, 0, sign=False, zero=False) if lines else None


def _head(spine: Spine) -> Panel | None:
    lines = _beats(spine, (("icp", "skull (ICP)"), ("iop", "eye (IOP)"), ("jugular_pressure", "jugular vein"), ("cvp", "central venous")))
    return Panel("Pressure in the\nhead (mmHg)", 1.0, lines, 0, sign=False) if lines else None


def _shift(spine: Spine) -> Panel | None:
    if "region_volume" not in spine.data:
        return None
    time = np.asarray(spine.data["beat_time"].values, float)
    start = int(np.argmin(np.abs(time - spine.time[spine.reference])))
    values = np.asarray(spine.data["region_volume"].values, float)
    lines = [
        Line(str(name), values[:, i] - values[start, i], colour, time=time)
        for i, (name, colour) in enumerate(zip(spine.data["region"].values, SERIES, strict=False))
    ]
    return Panel("Blood moved\n(mL)", 1.0, lines, 0)


_MAKERS: tuple[Callable[[Spine], Panel | None], ...] = (
    _tilt, _lengths, _heights, _pressure, _supports, _heart, _blood_pressure, _head, _shift,
)  # fmt: skip


def panels(spine: Spine) -> list[Panel]:
    """From top to bottom; what the result lacks is left out."""
    return [panel for panel in (make(spine) for make in _MAKERS) if panel is not None]
