"""The figure of an ensemble: courses as bands, measures as histograms."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import xarray as xr

from biomech.viz import words
from biomech.viz.colour import INK, QUIET, SERIES
from biomech.viz.many import axes_at, dress, finite, measure_words, paper
from biomech.viz.picked import chosen, names
from biomech.viz.target import checked

COURSES = {  # name of the course: title, and whether it is drawn as a change against standing
    "course_lumbar_length": ("lumbar length, change (mm)", True),
    "course_stature": ("stature, change (mm)", True),
    "course_iop": ("pressure in the eye (mmHg)", False),
    "course_map_brain": ("mean pressure at the brain (mmHg)", False),
}
MEASURES = (
    "lumbar_length_change_mm", "L4/L5:disc_height_change_mm", "net_traction_N", "stature_gain_mm", "iop_peak_mmHg", "map_brain_mmHg",
    "blood_shift_head_mL", "heart_rate_per_min",
)  # fmt: skip
BANDS = ((0.025, 0.975, 0.16), (0.25, 0.75, 0.32))
MOST_COURSES, MOST_HISTOGRAMS = 2, 4
FEW = 40  # of whom everybody is a dot, from the least to the most: in bars they would be gaps


def ensemble_figure(data: xr.Dataset, path: str | os.PathLike[str]) -> Path:
    """Draw an ensemble.

    Parameters
    ----------
    data : xarray.Dataset
        As `biomech.population.ensemble.ensemble` makes it.
    path : path
        ``.png``, ``.pdf`` or ``.svg``.
    """
    target = checked(path)
    courses = [c for c in COURSES if c in data and finite(data[c].values)]
    courses = courses if len(courses) <= MOST_COURSES else [courses[0], courses[-2]]
    known = names(data)
    shown = [m for m in MEASURES if m.split(":")[-1] in known][: 2 * MOST_HISTOGRAMS]
    columns = min(len(shown), MOST_HISTOGRAMS)
    rows = -(-len(shown) // MOST_HISTOGRAMS)
    width, height = 14.4, 5.3 + 2.4 * rows
    drawn, failed = data.sizes["person"], int(data["failed"].sum())
    unknowns = len(json.loads(data.attrs["unknowns"]))
    people = str(data.attrs["population"])
    counted = "draws" if people == "same" else "people"
    whom = "this person" if people == "same" else f"people of {people.replace('_', ' ')}, not this person"
    line = f"{drawn} draws ({whom}; {unknowns} unknown numbers, seed {data.attrs['seed']})"
    line += f", {failed} of them not counted" if failed else ""
    sheet = paper(data, width, height, str(data.attrs["title"]), f"{line}; line: mean; bands: half and 95 % of {counted}")
    x = data["course_time"].values / 60.0
    for i, name in enumerate(courses):
        axes = axes_at(sheet, 0.85 + 6.95 * i, height - 3.55, 5.95, 2.5, name)
        values = data[name].values
        title, change = COURSES[name]
        if change:
            values = values - values[:, [int(np.argmin(np.abs(x)))]]
        there = np.isfinite(values).any(axis=0)
        course, when = values[:, there], x[there]
        for low, high, alpha in BANDS:
            axes.fill_between(
                when, np.nanquantile(course, low, axis=0), np.nanquantile(course, high, axis=0), color=SERIES[1], alpha=alpha, linewidth=0
            )
        axes.plot(when, np.nanmean(course, axis=0), color=SERIES[1], linewidth=1.6)
        dress(axes, "minutes from the start of the session", title)
    for i, measure in enumerate(shown):
        left, bottom = 0.85 + 3.45 * (i % columns), height - 6.3 - 2.4 * (i // columns)
        axes = axes_at(sheet, left, bottom, 2.75, 1.55, measure)
        picked, said, unit = chosen(data, measure)
        kept = picked.values[np.isfinite(picked.values)]
        if kept.size < FEW:
            axes.plot(np.sort(kept), np.arange(1, kept.size + 1), "o", color=SERIES[1], markersize=3.5)
        else:
            axes.hist(kept, bins=min(40, max(8, int(np.sqrt(kept.size)))), color=SERIES[1], alpha=0.75)
        (low, high), middle = np.quantile(kept, [0.025, 0.975]), kept.mean()
        for v, style in ((low, ":"), (middle, "-"), (high, ":")):
            axes.axvline(v, color=INK, linewidth=0.9, linestyle=style)
        upwards = counted if kept.size >= FEW else f"{counted}, counted up"
        dress(axes, measure_words(data, said, unit), upwards if i % columns == 0 else "", bins=5, whole=True)
        numbers = [f"{v:.3g}".replace("-", words.MINUS) for v in (low, middle, high)]
        axes.set_title(f"mean {numbers[1]}  (95 %: {numbers[0]} to {numbers[2]})", fontsize=8, color=QUIET)
    return sheet.save(target)
