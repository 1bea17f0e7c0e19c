"""Pictures of results: figures by matplotlib, bones by VTK where the machine can draw in 3D.

Reads results only; nothing here computes mechanics. Importing this package loads neither
matplotlib nor PyVista: that happens when a picture is asked for. Whether a machine can draw in 3D
is answered by `biomech.viz.probe.probe`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from xarray import Dataset

    from biomech.viz.reading import Result
    from biomech.viz.web.told import Measured

__all__ = [
    "compare_figure", "ensemble_figure", "optimum_figure", "plot_result", "programme_figure", "render", "sensitivity_figure",
    "sweep_figure", "view", "write_report",
]  # fmt: skip


def compare_figure(results: Sequence[Result], path: str | os.PathLike[str], names: Sequence[str] | None = None) -> Path:
    """Two to four results side by side: see `biomech.viz.compare.compare_figure`."""
    from biomech.viz.compare import compare_figure as draw

    return draw(results, path, names)


def plot_result(result: Result, path: str | os.PathLike[str] | None = None) -> Path | Figure:
    """One result over time: see `biomech.viz.plot.plot_result`."""
    from biomech.viz.plot import plot_result as draw

    return draw(result, path)


def ensemble_figure(data: Dataset, path: str | os.PathLike[str]) -> Path:
    """Many people as bands and histograms: see `biomech.viz.ensemble.ensemble_figure`."""
    from biomech.viz.ensemble import ensemble_figure as draw

    return draw(data, path)


def optimum_figure(data: Dataset, path: str | os.PathLike[str]) -> Path:
    """What a search found: see `biomech.viz.optimum.optimum_figure`."""
    from biomech.viz.optimum import optimum_figure as draw

    return draw(data, path)


def programme_figure(data: Dataset, path: str | os.PathLike[str]) -> Path:
    """Weeks of sessions: see `biomech.viz.programme.programme_figure`."""
    from biomech.viz.programme import programme_figure as draw

    return draw(data, path)


def sensitivity_figure(data: Dataset, path: str | os.PathLike[str], measure: str | None = None) -> Path:
    """What matters, as bars: see `biomech.viz.sensitivity.sensitivity_figure`."""
    from biomech.viz.sensitivity import sensitivity_figure as draw

    return draw(data, path, measure)


def sweep_figure(data: Dataset, path: str | os.PathLike[str], measure: str | None = None) -> Path:
    """Many runs over one, two or three keys: see `biomech.viz.sweep.sweep_figure`."""
    from biomech.viz.sweep import sweep_figure as draw

    return draw(data, path, measure)


def render(
    result: Result,
    path: str | os.PathLike[str],
    time_s: float | None = None,
    size: tuple[int, int] = (1600, 1200),
    exaggeration: float = 1.0,
) -> Path:
    """The spine at one moment, in 3D: see `biomech.viz.scene.render`."""
    from biomech.viz.scene import render as draw

    return draw(result, path, time_s, size, exaggeration)


def view(result: Result) -> None:
    """A window with a time slider: see `biomech.viz.window.view`."""
    from biomech.viz.window import view as open_window

    open_window(result)


def write_report(results: Sequence[Measured], path: str | os.PathLike[str]) -> Path:
    """One to four results as one web page that needs no network: see `biomech.viz.web.report.write_report`."""
    from biomech.viz.web.report import write_report as write

    return write(results, path)
