"""What the figures of many runs share: a sheet with heading and footer, and quiet axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from biomech.viz import words
from biomech.viz.colour import FAINT, INK, QUIET
from biomech.viz.legend import broken
from biomech.viz.sheet import Sheet, without_frame

ROUND = (1, 2, 5, 10)  # what ticks are multiples of
MOST_TICKS = 10  # of a varied number: so many have a tick each
# measures whose names are abbreviations or formulas
WORDS = {
    "iop_mmHg": "pressure in the eye", "iop_peak_mmHg": "pressure in the eye, highest", "icp_mmHg": "pressure in the skull",
    "map_brain_mmHg": "mean pressure at the brain", "map_heart_mmHg": "mean pressure at the heart", "cvp_mmHg": "central venous pressure",
    "sbp_cuff_mmHg": "systolic pressure at the arm", "dbp_cuff_mmHg": "diastolic pressure at the arm",
    "net_traction_N": "pull at L5/S1 before muscle", "blood_shift_head_mL": "blood moved to the head",
    "stature_gain_mm": "stature gained, 1 min after", "stature_gain_40min_mm": "stature gained, 40 min after",
}  # fmt: skip
UNITS = {"deg": "°", "1": "", "1/min": "per minute"}


def paper(data: xr.Dataset, width: float, height: float, title: str, line: str) -> Sheet:
    """A sheet that says what was run, and what kind of model this is."""
    sheet = Sheet(width, height)
    sheet.text((0.4, height - 0.45), title, 15, bold=True, room=width - 0.8, smallest=10, gid="title")
    sheet.text((0.4, height - 0.70), line, 8.5, colour=QUIET, room=width - 0.8)
    notes = [str(data.attrs["disclaimer"]), f"biomech {data.attrs['biomech_version']}, data and code {data.attrs['digest']}"]
    if "inversion_table" in str(data.attrs["equipment"]):
        notes.insert(0, str(data.attrs["prediction"]))
    # what is said for honesty's sake is broken into lines, not shrunk and cut
    lines = [one for note in notes for one in broken(sheet, note, width - 0.8, 7)]
    for i, one in enumerate(lines):
        sheet.text((0.4, 0.22 + 0.17 * (len(lines) - 1 - i)), one, 7, colour=QUIET)
    return sheet


def axes_at(sheet: Sheet, left: float, bottom: float, width: float, height: float, label: str) -> Axes:
    """Quiet axes at a place in inches."""
    axes = sheet.axes_at(left, bottom, width, height, label)
    without_frame(axes)
    return axes


def dress(axes: Axes, x: str, y: str, *, bins: int = 6, whole: bool = False) -> None:
    """Names of the axes and few round ticks; ``whole`` numbers upwards where things are counted."""
    axes.set_xlabel(x, fontsize=8.5, color=INK)
    axes.set_ylabel(y, fontsize=8.5, color=INK)
    for axis in (axes.xaxis, axes.yaxis):
        if axis.get_scale() == "linear" and not axis.get_label().get_text().startswith("="):
            axis.set_major_locator(MaxNLocator(nbins=bins, steps=ROUND, integer=whole and axis is axes.yaxis))
            axis.set_major_formatter(words.tick)
    axes.grid(color=FAINT, linewidth=0.5)
    axes.set_axisbelow(True)


def named(key: str, unit: str) -> str:
    """``session.angle_deg`` → "session: angle (°)"."""
    table, _, name = key.rpartition(".")
    name = next(
        (name.removesuffix(f"_{end}") for end in (unit, "deg", "s", "kg", "m", "h", "min", "mm", "N") if name.endswith(f"_{end}")), name
    )
    said = f"{table.replace('models.', '').replace('.', ' ')}: {name}" if table else name
    unit = UNITS.get(unit, unit)
    return f"{said.replace('_', ' ')} ({unit})" if unit else said.replace("_", " ")


def measure_words(data: xr.Dataset, measure: str, unit: str) -> str:
    """A measure for an axis: its name without the unit, and the unit."""
    if measure in WORDS:
        return f"{WORDS[measure]} ({unit})" if unit else WORDS[measure]
    name = measure
    for end in ("_mm", "_N", "_MPa", "_deg", "_mmHg", "_mL", "_pct", "_per_min", "_L_per_min"):
        name = name.removesuffix(end)
    unit = UNITS.get(unit, unit)
    return f"{name.replace('_', ' ')} ({unit})" if unit else name.replace("_", " ")


def finite(values: Any) -> Sequence[float]:
    """The finite ones of some numbers."""
    flat = np.asarray(values, float).ravel()
    return [float(v) for v in flat[np.isfinite(flat)]]
