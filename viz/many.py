"""What the figures of many runs share: a sheet with heading and footer, and quiet axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from biomech.viz import words
from biomech.viz.colour import FAINT, INK, QUIET
from biomech.viz.sheet import Sheet

UNITS = {"deg": "°", "1": "", "1/min": "per minute"}


def paper(data: xr.Dataset, width: float, height: float, title: str, line: str) -> Sheet:
    """A sheet that says what was run, and what kind of model this is."""
    sheet = Sheet(width, height)
    sheet.text((0.4, height - 0.45), title, 15, bold=True, room=width - 0.8, smallest=10, gid="title")
    sheet.text((0.4, height - 0.70), line, 8.5, colour=QUIET, room=width - 0.8)
    notes = [str(data.attrs["disclaimer"]), f"biomech {data.attrs['biomech_version']}, data and code {data.attrs['digest']}"]
    if "inversion_table" in str(data.attrs["equipment"]):
        notes.insert(0, str(data.attrs["prediction"]))
    for i, note in enumerate(notes):
        sheet.text((0.4, 0.56 - 0.17 * i), note, 7, colour=QUIET, room=width - 0.8)
    return sheet


def axes_at(sheet: Sheet, left: float, bottom: float, width: float, height: float, label: str) -> Axes:
    """Axes at a place in inches."""
    with rc_context({"font.family": "DejaVu Sans"}):
        axes = sheet.figure.add_axes((left / sheet.width, bottom / sheet.height, width / sheet.width, height / sheet.height), label=label)
    axes.patch.set_alpha(0.0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(QUIET)
    axes.tick_params(colors=INK, labelsize=8, width=0.7, length=3, color=QUIET)
    return axes


def dress(axes: Axes, x: str, y: str, *, bins: int = 6) -> None:
    """Names of the axes and few ticks."""
    axes.set_xlabel(x, fontsize=8.5, color=INK)
    axes.set_ylabel(y, fontsize=8.5, color=INK)
    for axis in (axes.xaxis, axes.yaxis):
        if axis.get_scale() == "linear" and not axis.get_label().get_text().startswith("="):
            axis.set_major_locator(MaxNLocator(nbins=bins))
            axis.set_major_formatter(lambda v, _: f"{v:g}".replace("-", words.MINUS) if abs(v) > 1e-12 else "0")
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
    name = measure
    for end in ("_mm", "_N", "_MPa", "_deg", "_mmHg", "_mL", "_pct", "_per_min", "_L_per_min"):
        name = name.removesuffix(end)
    unit = UNITS.get(unit, unit)
    return f"{name.replace('_', ' ')} ({unit})" if unit else name.replace("_", " ")


def finite(values: Any) -> Sequence[float]:
    """The finite ones of some numbers."""
    flat = np.asarray(values, float).ravel()
    return [float(v) for v in flat[np.isfinite(flat)]]
