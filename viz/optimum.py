"""The figure of a search: every session that was simulated, those within the limits, the best one, and the front."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import xarray as xr

from biomech.viz.colour import ALERT, FAINT, INK, QUIET, SERIES
from biomech.viz.many import axes_at, dress, measure_words, named, paper
from biomech.viz.target import checked

MOST_PANELS = 4


def optimum_figure(data: xr.Dataset, path: str | os.PathLike[str]) -> Path:
    """Draw a search.

    Parameters
    ----------
    data : xarray.Dataset
        As `biomech.population.optimum.optimize` makes it.
    path : path
        ``.png``, ``.pdf`` or ``.svg``.
    """
    target = checked(path)
    keys = json.loads(data.attrs["varied"])[:MOST_PANELS]
    objective, against = (str(data.attrs[k]) for k in ("objective", "against"))
    gain = data[objective.replace("/", "-")]
    what = measure_words(data, objective, str(gain.attrs["units"]))
    panels = [(named(k, str(data[k].attrs["units"])), data[k].values) for k in keys]
    if against:
        price = data[against.replace("/", "-")]
        panels.insert(0, (measure_words(data, against, str(price.attrs["units"])), price.values))
    within, best = data["within"].values.astype(bool), int(data["best"].values.argmax())
    width = max(0.5 + 4.6 * len(panels), 7.0)
    conditions = json.loads(data.attrs["conditions"])
    wish = f"{'most' if data.attrs['sense'] == 'max' else 'least'} {objective}" + (f" with {', '.join(conditions)}" if conditions else "")
    sheet = paper(
        data, width, 5.3, str(data.attrs["title"]), f"{wish}; {data.sizes['session']} sessions simulated; filled: within the limits"
    )
    for i, (name, x) in enumerate(panels):
        axes = axes_at(sheet, 0.85 + 4.6 * i, 1.35, 3.6, 2.9, f"panel {i}")
        y = gain.values
        axes.plot(x[~within], y[~within], linestyle="", marker="o", markersize=4, markerfacecolor="none", markeredgecolor=FAINT)
        axes.plot(x[within], y[within], linestyle="", marker="o", markersize=4, color=SERIES[1])
        if against and i == 0:
            on = np.flatnonzero(data["front"].values)
            on = on[np.argsort(x[on])]
            axes.plot(x[on], y[on], color=INK, linewidth=1.0, drawstyle="steps-post", zorder=1)
        axes.plot([x[best]], [y[best]], marker="D", markersize=7, markerfacecolor="none", markeredgecolor=ALERT, linestyle="")
        axes.annotate("best", (x[best], y[best]), textcoords="offset points", xytext=(7, -11), fontsize=8, color=QUIET)
        dress(axes, name, what if i == 0 else "")
    return sheet.save(target)
