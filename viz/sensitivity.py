"""The figure of a sensitivity study: for each measure, the unknowns that matter most, as bars."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import xarray as xr

from biomech.viz.colour import INK, QUIET, SERIES
from biomech.viz.many import UNITS, axes_at, finite, measure_words, paper
from biomech.viz.picked import MATTERS, chosen, names, ranking
from biomech.viz.target import checked

MOST = 10  # unknowns a panel
WORDS = {
    "morris": "bar: mean size of the effect of moving an unknown over half of its span; line: its spread over the trajectories",
    "sobol": "share of the variance: dark alone, light together with all others; line: 95 % of what chance leaves open",
}


def sensitivity_figure(data: xr.Dataset, path: str | os.PathLike[str], measure: str | None = None) -> Path:
    """Draw a sensitivity study.

    Parameters
    ----------
    data : xarray.Dataset
        As `biomech.population.sensitivity.sensitivity` makes it.
    path : path
        ``.png``, ``.pdf`` or ``.svg``.
    measure : str, optional
        One measure, in place of the headline measures.
    """
    target = checked(path)
    known = names(data)
    shown = [measure] if measure else [m for m in MATTERS if m.split(":")[-1] in known]
    columns = min(len(shown), 2)
    rows = -(-len(shown) // 2)
    width, height = 0.4 + 7.4 * columns, 2.1 + 3.4 * rows
    sobol = data.attrs["method"] == "sobol"
    line = f"{data.sizes['unknown']} unknowns, {data.attrs['runs']} simulations; {WORDS[data.attrs['method']]}"
    sheet = paper(data, width, height, f"What matters: {data.attrs['title']}", line)
    for i, name in enumerate(shown):
        values, said, unit = chosen(data, name)
        order = ranking(data, values, MOST)
        values = values.sel(unknown=order)
        by = values.sel(statistic="total" if sobol else "size").values
        left, bottom = 3.5 + 7.4 * (i % 2), height - 1.35 - 3.4 * (i // 2) - 2.45
        axes = axes_at(sheet, left, bottom, 4.0, 2.45, name)
        place = np.arange(len(order))[::-1]
        axes.barh(place, by, height=0.62, color=SERIES[1], alpha=0.45 if sobol else 0.85)
        if sobol:
            axes.barh(place, np.clip(values.sel(statistic="first").values, 0, None), height=0.62, color=SERIES[1])
            low, high = (values.sel(statistic=f"total_{end}").values for end in ("low", "high"))
            axes.hlines(place, low, high, color=INK, linewidth=0.9)
        else:
            axes.hlines(place, by, by + values.sel(statistic="sd").values, color=INK, linewidth=0.9)
        axes.set_yticks(place, [_short(key) for key in order], fontsize=7.5)
        axes.set_xlim(0, 1.05 * max([*finite(by), 1e-12]) * (1.0 if sobol else 1.3))
        axes.set_title(measure_words(data, said, "" if sobol else UNITS.get(unit, unit)), fontsize=9, color=INK, loc="left")
        axes.spines["left"].set_color(QUIET)
    return sheet.save(target)


def _short(key: str) -> str:
    parts = key.removeprefix("models.").split(".")
    return " ".join(parts[-2:]).replace("_", " ")
