"""Pictures of results: figures by matplotlib, bones by VTK where the machine can draw in 3D.

Reads results, and of models/ what bodies and devices look like; nothing here computes mechanics. Importing this package loads neither
matplotlib nor PyVista: that happens when a picture is asked for. Whether a machine can draw in 3D
is answered by `biomech.viz.probe.probe`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from xarray import Dataset

    from biomech.viz.reading import Result
    from biomech.viz.web.screened import Screening
    from biomech.viz.web.told import Measured

__all__ = [
    "compare_figure", "ensemble_figure", "loop_figure", "optimum_figure", "plot_result", "programme_figure", "render",
    "sensitivity_figure", "sweep_figure", "view", "write_report",
]  # fmt: skip


def compare_figure(results: Sequence[Result], path: str | os.PathLike[str], names: Sequence[str] | None = None) -> Path:
    """Two to four results side by side: see `biomech.viz.compare.compare_figure`."""
    from biomech.viz.compare import compare_figure as draw

    return draw(results, path, names)


def loop_figure(results: Sequence[Result], path: str | os.PathLike[str]) -> Path:
    """Pressure–volume loops of one to three results: see `biomech.viz.loop.loop_figure`."""
    from biomech.viz.loop import loop_figure as draw

    return draw(results, path)


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
    results: Result | Sequence[Result],
    path: str | os.PathLike[str],
    scene: str = "hero",
    *,
    time_s: float | None = None,
    size: tuple[int, int] | None = None,
    exaggeration: float | None = None,
    dpi: float | None = None,
    seconds: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """One result or several as a figure, a film, a model, by the suffix: see `biomech.viz.rendering.render`."""
    from biomech.viz.rendering import render as draw

    several = results if isinstance(results, Sequence) else [results]
    return draw(
        several, path, scene, time_s=time_s, size=size, exaggeration=exaggeration, dpi=dpi, seconds=seconds, progress=progress
    )


def view(result: Result, *, web: bool = False) -> Any:
    """A window with a time slider, or a page: in a notebook the page itself, with ``web`` in the browser."""
    from biomech.viz.looking import look

    return look(result, web=web)


def write_report(results: Sequence[Measured], path: str | os.PathLike[str], screening: Screening | None = None) -> Path:
    """One to four results as one web page that needs no network: see `biomech.viz.web.report.write_report`."""
    from biomech.viz.web.report import write_report as write

    return write(results, path, screening)
