"""The figure of a programme: what every session gains, and what is left of all of them each morning."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import xarray as xr

from biomech.viz.colour import QUIET, SERIES
from biomech.viz.many import axes_at, dress, paper
from biomech.viz.target import checked


def programme_figure(data: xr.Dataset, path: str | os.PathLike[str]) -> Path:
    """Draw a programme.

    Parameters
    ----------
    data : xarray.Dataset
        As `biomech.population.programme.programme` makes it.
    path : path
        ``.png``, ``.pdf`` or ``.svg``.
    """
    target = checked(path)
    sessions = int(data["session"].sum())
    line = f"{sessions} sessions in {data.attrs['weeks']} weeks; left: against the same morning of a life without the sessions"
    sheet = paper(data, 13.6, 5.4, str(data.attrs["title"]), line)
    week = data["day"].values / 7.0
    for i, (key, title) in enumerate((("gain", "gained by a session (mm)"), ("left", "left in the morning (mm)"))):
        axes = axes_at(sheet, 0.9 + 6.7 * i, 1.35, 5.7, 2.95, key)
        for name, words, colour in (("stature", "stature", SERIES[0]), ("lumbar_discs", "lumbar discs", SERIES[1])):
            values = data[f"{name}_{key}"].values
            there = np.isfinite(values)
            axes.plot(week[there], values[there], color=colour, linewidth=0.8, marker="o", markersize=3, label=words)
        axes.axhline(0, color=QUIET, linewidth=0.7)
        top = max(float(np.nanmax(data[f"stature_{key}"].values)) * 1.15, 1e-3)
        axes.set_ylim(min(0.0, float(np.nanmin(data[f"stature_{key}"].values)) * 1.15), top)
        dress(axes, "weeks", title, bins=9)
        axes.legend(fontsize=8, frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return sheet.save(target)
