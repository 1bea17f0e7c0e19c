"""A measure by the name people use (``lumbar_length_change_mm``, ``L4/L5:axial_force_N`` for one level), and what it hangs on most."""

from __future__ import annotations

import numpy as np
import xarray as xr

from biomech.errors import InputError
from biomech.library import did_you_mean

#: what is shown if nobody says: the first of these that there is
DEFAULTS = ("lumbar_length_change_mm", "iop_mmHg", "map_brain_mmHg")
#: for which a sensitivity study says what matters, if nobody names one
MATTERS = ("lumbar_length_change_mm", "L4/L5:disc_height_change_mm", "net_traction_N", "stature_gain_mm", "iop_peak_mmHg", "map_brain_mmHg")


def names(data: xr.Dataset) -> list[str]:
    """All measures of a dataset of many runs."""
    inputs = [n for n, v in data.data_vars.items() if v.attrs.get("role") == "input"]
    return [str(n) for n in data.data_vars if n != "failed" and n not in inputs and not str(n).startswith("course_")]


def default_measure(data: xr.Dataset) -> str:
    """The measure that is shown if nobody says which."""
    known = names(data)
    return next((name for name in DEFAULTS if name in known), known[0])


def split(measure: str) -> tuple[str, str | None]:
    """Name and level of a measure."""
    level, colon, name = measure.rpartition(":")
    return (name, level) if colon else (measure, None)


def chosen(data: xr.Dataset, measure: str) -> tuple[xr.DataArray, str, str]:
    """Values over the cases, name in words and unit of a measure.

    Raises
    ------
    InputError
        There is no such measure or level, or a level must be named.
    """
    name, level = split(measure)
    known = names(data)
    if name not in known:
        raise InputError(f"unknown measure {name!r}", key="measure", allowed=known, hint=did_you_mean(name, known))
    values = data[name]
    words = name
    if "level" in values.dims:
        levels = [str(v) for v in data["level"].values]
        if level not in levels:
            raise InputError(f"{name} has a value at every level", key="measure", allowed=f"LEVEL:{name} with {', '.join(levels)}")
        values, words = values.sel(level=level), f"{level} {name}"
    elif level is not None:
        raise InputError(f"{name} has no levels", key="measure", allowed=name)
    return values, words, str(values.attrs["units"])


def ranking(data: xr.Dataset, measure: xr.DataArray, most: int) -> list[str]:
    """The unknowns of a sensitivity study that matter most for a measure."""
    by = "size" if data.attrs["method"] == "morris" else "total"
    values = measure.sel(statistic=by).values
    order = np.argsort(np.where(np.isfinite(values), -values, np.inf), kind="stable")
    return [str(data["unknown"].values[i]) for i in order[:most] if np.isfinite(values[i])]
