"""The figure of a sweep: lines over one key, a heat map over two, panels over three, dots for a sample."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from biomech.errors import InputError
from biomech.library.anatomy import LUMBAR_LEVELS
from biomech.viz import words
from biomech.viz.colour import INK, QUIET, SERIES
from biomech.viz.many import MOST_TICKS, axes_at, dress, finite, measure_words, named, paper
from biomech.viz.picked import chosen, default_measure
from biomech.viz.sheet import Sheet
from biomech.viz.target import checked

MOST_PANELS = 6
LARGEST_NUMBERED = 200  # cells of a heat map that carry their number
LINES = ("lumbar_length_change_mm", "spine_length_change_mm", "stature_gain_mm", "iop_mmHg", "map_brain_mmHg", "heart_rate_per_min")


def sweep_figure(data: xr.Dataset, path: str | os.PathLike[str], measure: str | None = None) -> Path:
    """Draw a sweep.

    Parameters
    ----------
    data : xarray.Dataset
        As `biomech.population.sweep.sweep` makes it.
    path : path
        ``.png``, ``.pdf`` or ``.svg``.
    measure : str, optional
        Which measure; with one varied key and without a measure, the headline measures and the lumbar discs.
    """
    target = checked(path)
    varied = json.loads(data.attrs["varied"])
    if "sample" in data.dims:
        sheet = _dots(data, varied, measure or default_measure(data))
    elif len(varied) == 1:
        sheet = _lines(data, varied[0], measure)
    elif len(varied) == 2:
        sheet = _maps(data, varied, measure or default_measure(data), None)
    elif len(varied) == 3 and data.sizes[varied[2]] <= MOST_PANELS:
        sheet = _maps(data, varied[:2], measure or default_measure(data), varied[2])
    else:
        raise InputError(
            f"{len(varied)} keys are too many for one picture", key="--vary", allowed=f"three, the third of {MOST_PANELS} values"
        )
    return sheet.save(target)


def _title(data: xr.Dataset) -> str:
    """The scenario with what is not its own in these runs: a title that says 60 degrees must not stand over 0 to 90."""
    keys = ", ".join(named(key, "") for key in json.loads(data.attrs["varied"]))
    return f"{data.attrs['title']} [{keys} varied]"


def _heading(data: xr.Dataset) -> str:
    cases = int(data["failed"].size)
    failed = int(data["failed"].sum())
    gaps = f", {failed} of which could not be completed" if failed else ""
    keys = ", ".join(json.loads(data.attrs["varied"]))
    return f"varied: {keys}; {cases} simulations{gaps}; changes: end of the last hold against standing before"


def _places(data: xr.Dataset, key: str) -> tuple[Any, list[str] | None]:
    """Numbers to draw a key at, and names where they are words."""
    values = data[key].values
    if values.dtype.kind in "fiu":
        return values.astype(float), None
    return np.arange(len(values), dtype=float), [str(v).replace("_", " ") for v in values]


def _lines(data: xr.Dataset, key: str, measure: str | None) -> Sheet:
    names = [measure] if measure else [n for n in LINES if n in data]
    groups: list[list[str]] = [[]]
    for name in names:  # one panel a unit
        unit = str(chosen(data, name)[0].attrs["units"])
        if groups[-1] and str(chosen(data, groups[-1][0])[0].attrs["units"]) != unit:
            groups.append([])
        groups[-1].append(name)
    if measure is None and "disc_height_change_mm" in data:
        groups.append([f"{level}:disc_height_change_mm" for level in LUMBAR_LEVELS])
    width = 0.6 + 4.6 * len(groups)
    sheet = paper(data, max(width, 7.0), 5.6, _title(data), _heading(data))
    x, labels = _places(data, key)
    for i, group in enumerate(groups):
        axes = axes_at(sheet, 0.85 + 4.6 * i, 1.45, 3.6 if len(groups) > 1 else 5.6, 2.9, f"panel {i}")
        unit = ""
        for name, colour in zip(group, SERIES * 3, strict=False):
            values, said, unit = chosen(data, name)
            label = said.split(" ")[0] if said.startswith(LUMBAR_LEVELS) else measure_words(data, said, "").replace(" change", "")
            axes.plot(x, values.values, color=colour, linewidth=1.6, marker="o", markersize=3, label=label)
        many = len(group) > 1
        if many and "disc_height" in group[0]:
            what = "change of disc height (mm)"
        elif many:  # lengths are told as changes, pressures as they are
            what = f"{'change' if unit == 'mm' else 'pressure'} ({unit})"
        else:
            what = measure_words(data, group[0], unit)
        dress(axes, named(key, str(data[key].attrs.get("units", ""))), what)
        if labels:
            axes.set_xticks(x, labels)
        elif len(x) <= MOST_TICKS and np.ptp(np.diff(x)) < 1e-9 * max(1.0, float(np.ptp(x))):
            axes.set_xticks(x)
        axes.axhline(0, color=QUIET, linewidth=0.7)
        if many:
            axes.legend(
                fontsize=7.5, frameon=False, labelcolor=INK, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, columnspacing=1.2
            )
    return sheet


def _maps(data: xr.Dataset, keys: list[str], measure: str, panels: str | None) -> Sheet:
    values, said, unit = chosen(data, measure)
    parts = [values] if panels is None else [values.sel({panels: v}) for v in data[panels].values]
    numbers = finite(values.values)
    low, high = (min(numbers), max(numbers)) if numbers else (0.0, 1.0)
    diverging = low < 0 < high
    limits = (-max(-low, high), max(-low, high)) if diverging else (low, high if high > low else low + 1.0)
    columns = min(len(parts), 3)
    rows = -(-len(parts) // columns)
    width, height = 1.9 + 4.3 * columns, 1.75 + 3.4 * rows
    sheet = paper(data, width, height, _title(data), f"{measure_words(data, said, unit)}; {_heading(data)}")
    image = None
    for i, part in enumerate(parts):
        left, bottom = 0.9 + 4.3 * (i % columns), height - 1.15 - 3.4 * (i // columns) - 2.45
        axes = axes_at(sheet, left, bottom + 0.1, 3.6, 2.5, f"map {i}")
        image = _map(axes, data, part, keys, limits, diverging)
        if panels is not None:
            axes.set_title(f"{named(panels, '')} = {data[panels].values[i]}", fontsize=8.5, color=INK)
    assert image is not None
    bar = sheet.figure.add_axes(((width - 0.85) / width, 1.65 / height, 0.14 / width, (height - 2.9) / height), label="colours")
    sheet.figure.colorbar(image, cax=bar)
    bar.tick_params(labelsize=8, colors=INK)
    return sheet


def _map(axes: Axes, data: xr.Dataset, part: xr.DataArray, keys: list[str], limits: tuple[float, float], diverging: bool) -> Any:
    from cmcrameri import cm

    down, across = keys
    grid = part.transpose(down, across).values
    image = axes.imshow(grid, origin="lower", aspect="auto", cmap=cm.vik if diverging else cm.batlow, vmin=limits[0], vmax=limits[1])
    for key, place in ((across, axes.set_xticks), (down, axes.set_yticks)):
        names = [f"{v:g}" if isinstance(v, float | int | np.number) else str(v).replace("_", " ") for v in data[key].values]
        step = max(1, -(-len(names) // 12))
        place(range(0, len(names), step), names[::step])
    axes.set_xlabel(named(across, str(data[across].attrs.get("units", ""))), fontsize=8.5, color=INK)
    axes.set_ylabel(named(down, str(data[down].attrs.get("units", ""))), fontsize=8.5, color=INK)
    axes.spines[["left", "bottom"]].set_visible(False)
    if grid.size <= LARGEST_NUMBERED:
        norm = image.norm
        for (i, j), v in np.ndenumerate(grid):
            if not np.isfinite(v):
                axes.text(j, i, "–", ha="center", va="center", fontsize=7, color=INK)
                continue
            r, g, b, _ = image.cmap(norm(v))
            ink = "white" if 0.3 * r + 0.59 * g + 0.11 * b < 0.5 else "black"
            axes.text(j, i, _short(v), ha="center", va="center", fontsize=min(7.5, 90 / max(grid.shape)), color=ink)
    return image


def _short(value: float) -> str:
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f}".replace("-", words.MINUS)


def _dots(data: xr.Dataset, varied: list[str], measure: str) -> Sheet:
    values, said, unit = chosen(data, measure)
    shown = varied[:MOST_PANELS]
    columns = min(len(shown), 3)
    rows = -(-len(shown) // columns)
    width, height = max(0.6 + 4.2 * columns, 7.0), 2.2 + 3.2 * rows
    sheet = paper(data, width, height, _title(data), _heading(data))
    for i, key in enumerate(shown):
        axes = axes_at(sheet, 0.85 + 4.2 * (i % columns), height - 1.0 - 3.2 * (i // columns) - 2.5, 3.3, 2.4, f"dots {i}")
        x, labels = _places_of_samples(data, key)
        axes.plot(x, values.values, linestyle="", marker="o", markersize=2.5, color=SERIES[0], alpha=0.6)
        dress(axes, named(key, str(data[key].attrs.get("units", ""))), measure_words(data, said, unit))
        if labels:
            axes.set_xticks(range(len(labels)), labels)
    return sheet


def _places_of_samples(data: xr.Dataset, key: str) -> tuple[Any, list[str] | None]:
    values = data[key].values
    if values.dtype.kind in "fiu":
        return values.astype(float), None
    names = sorted(set(map(str, values)))
    return np.array([names.index(str(v)) for v in values], dtype=float), names
