"""`biomech plot`, `render` and `view`: results to look at."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from biomech.errors import InputError


def plot_results(files: Sequence[Path], target: Path, what: str, dpi: float | None, measure: str | None) -> None:
    """Time courses of one result or several, loops of the heart, or one result's series as a table."""
    from biomech import open_result, viz
    from biomech.cli import many
    from biomech.cli.places import PICTURES, writable
    from biomech.results import series
    from biomech.results.storage import open_dataset

    writable(target, (*PICTURES, *series.SUFFIXES))
    if len(files) == 1 and target.suffix.lower() in PICTURES and (runs := open_dataset(files[0])).attrs.get("kind"):
        _said([many.draw(runs, target, measure)])
        return
    if measure is not None:
        raise InputError("means something for a file of many runs only", key="--measure")
    results = [open_result(f) for f in files]
    if target.suffix.lower() in series.SUFFIXES:
        if what != "time":
            raise InputError(f"means nothing for a {target.suffix} file", key="--what")
        if len(results) != 1:
            raise InputError(f"{target.name} takes one result, not {len(results)}")
        if dpi is not None:
            raise InputError(f"means nothing for a {target.suffix} file", key="--dpi")
        _said(series.write_series(results[0].data, target))
        return
    if what == "loop":
        if dpi is not None:
            raise InputError("loops have a size of their own", key="--dpi")
        _said([viz.loop_figure(results, target)])
        return
    _said([viz.render(results, target, "timecourse", dpi=dpi)])


def render_results(
    files: Sequence[Path],
    target: Path,
    scene: str | None,
    time_s: float | None,
    exaggeration: float | None,
    size: str | None,
    dpi: float | None,
    seconds: float | None,
) -> None:
    """Whatever the suffix asks for."""
    from biomech import open_result, viz
    from biomech.cli.places import PICTURES, writable
    from biomech.viz.rendering import SUFFIXES

    writable(target, SUFFIXES)
    pixels = _pixels(size)
    results = [open_result(f) for f in files]
    chosen = scene or ("hero" if len(results) == 1 else "compare")
    if target.suffix.lower() not in PICTURES:
        chosen = scene or "hero"
    with _progress(target.name) as progress:
        written = viz.render(
            results, target, chosen, time_s=time_s, size=pixels, exaggeration=exaggeration, dpi=dpi, seconds=seconds, progress=progress
        )
    _said([written])


def view_result(file: Path, web: bool) -> None:
    """A window, or a page in the browser."""
    from biomech import open_result, viz

    shown = viz.view(open_result(file), web=web)
    if web:
        _said([shown])


def _pixels(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text.strip())
    if not found:
        raise InputError(f"{text!r} is not a size", key="--size", hint="for example --size 1600x1200")
    return int(found.group(1)), int(found.group(2))


def _said(files: Sequence[Path]) -> None:
    for file in files:
        print(f"written: {file}")


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, count: bar.update(task, completed=done, total=count)
