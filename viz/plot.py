"""The figure of `plot`: one result over time, and level by level at the end."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from biomech.viz import bars, blood, glyph, words
from biomech.viz.clock import Clock
from biomech.viz.colour import FAINT, INK, PAPER, QUIET, SERIES, Scale
from biomech.viz.labels import spread
from biomech.viz.panels import Line, Panel, panels
from biomech.viz.reading import Bools, Floats, Result, Spine, Timeline, dataset
from biomech.viz.sheet import Sheet, without_frame
from biomech.viz.target import checked

_WIDTH = 15.6
_LEFT, _RIGHT = 1.05, 9.55  # of the time axes
_BOTTOM, _HEAD = 1.75, 1.45  # below and above the panels
_PANEL = 1.56  # inches a panel of share 1 takes
_COLUMN = 11.95  # where the level names of the bars begin
_MARKS = 0.34  # for the marks of lying and standing right of the axes
_EARLY = 120.0  # s after a session in which the circulation finds its feet
_LEVELS = 8.9  # inches the bars take
HOLD = "#eef3f1"


def plot_result(result: Result, path: str | os.PathLike[str] | None = None) -> Path | Figure:
    """Draw one result over time: what it has of spine, blood, brain and eye.

    Parameters
    ----------
    result : Result or xarray.Dataset
        A simulation result.
    path : path, optional
        ``.png``, ``.pdf`` or ``.svg``.

    Returns
    -------
    pathlib.Path or matplotlib.figure.Figure
        The file written, or without a path the figure itself.
    """
    if path is None:
        return draw_plot(result).figure
    target = checked(path)
    return draw_plot(result).save(target)


def draw_plot(result: Result) -> Sheet:
    """The same figure, not yet written."""
    beats = blood.beats_of(result)
    course: Timeline = beats if beats and "time" not in dataset(result).dims else Spine(result)
    above, below = panels(course), blood.panels(beats) if beats else []
    shown, clock = [*above, *below], Clock(course, early=_EARLY if beats else 0.0)
    gap, whole = 0.25, sum(p.share for p in shown)
    sheet = Sheet(_WIDTH, max(11.0, _BOTTOM + _HEAD + _PANEL * whole))
    top = sheet.height - _HEAD
    room = top - _BOTTOM - gap * (len(shown) - 1) - (gap if below else 0.0)
    for i, panel in enumerate(shown):
        height = room * panel.share / whole
        _draw(sheet, course, clock, panel, top - height, height, last=i in (len(above) - 1, len(shown) - 1))
        top -= height + gap
        if below and i == len(above) - 1:
            top -= gap
            sheet.text((_RIGHT + 0.04, top + 0.06), "○ lying   ● standing", 7, colour=QUIET)
    _strip(sheet, course, clock)
    _heading(sheet, course)
    top = sheet.height - _HEAD
    if isinstance(course, Spine):
        _levels(sheet, course)
        top -= _LEVELS
    if beats:
        blood.table(sheet, beats, _COLUMN, top, bars.WIDTH)
    _footer(sheet, course, clock, beats)
    return sheet


def _draw(sheet: Sheet, course: Timeline, clock: Clock, panel: Panel, bottom: float, height: float, *, last: bool) -> None:
    axes = sheet.axes_at(_LEFT, bottom, _RIGHT - _LEFT, height, panel.title.replace("\n", " "))
    axes.set_xlim(0, 1)
    x = clock.place(course.time)
    for phase in course.phases:
        if phase.get("role") == "session":
            a, b = clock.place(np.array([phase["start_s"], phase["end_s"]], float))
            axes.axvspan(a, b, facecolor=HOLD, linewidth=0, zorder=0)
    for part in clock.parts[1:]:
        axes.axvline(part.left, color=QUIET, linewidth=0.8, linestyle=(0, (2, 2)), zorder=1)
    axes.axhline(0, color=FAINT, linewidth=0.8, zorder=1)
    if panel.band is not None:
        axes.fill_between(x, -panel.band, panel.band, color=SERIES[1], alpha=0.13, linewidth=0, zorder=1)
    for line in panel.lines:
        trace(axes, clock.place(line.on(course)), line)
    if panel.between:
        lower, upper = (panel.lines[i] for i in panel.between)
        axes.fill_between(
            clock.place(lower.on(course)), lower.values, upper.values, where=_whole(lower), color=lower.colour, alpha=0.13,
            linewidth=0, zorder=2,
        )
    if len(panel.lines) == 1:
        for level in (panel.lines[0].lying, panel.lines[0].standing):
            if level is not None:
                axes.axhline(level, color=panel.lines[0].colour, linewidth=0.6, alpha=0.5, zorder=2)
    end = float(clock.place(float(course.time[course.end])))
    axes.axvline(end, color=INK, linewidth=0.7, zorder=2)
    _dress(axes, course, clock, panel, last)
    _label(sheet, course, axes, panel, end, bottom, height)


def _whole(line: Line) -> Bools:
    """Samples that were reached step by step."""
    whole = np.ones(len(line.values), bool)
    if line.skips is not None:
        whole[1:] &= ~line.skips
    return whole


def trace(axes: Axes, x: Floats, line: Line) -> None:
    """A line; thin and dotted over what was not simulated in between."""
    steps = np.flatnonzero(~_whole(line))
    axes.plot(
        np.insert(x, steps, np.nan), np.insert(line.values, steps, np.nan), color=line.colour, linewidth=line.width,
        linestyle=line.style, zorder=3, label=line.name,
    )  # fmt: skip
    for i in steps:
        axes.plot(x[i - 1 : i + 1], line.values[i - 1 : i + 1], color=line.colour, linewidth=0.8, linestyle=(0, (1.5, 2.5)), zorder=3)


def _dress(axes: Axes, course: Timeline, clock: Clock, panel: Panel, last: bool) -> None:
    without_frame(axes)
    axes.set_ylabel(panel.title, fontsize=8.5, color=INK, rotation=90, labelpad=6)
    axes.yaxis.set_label_coords(-0.075, 0.5)
    places, names = zip(*clock.ticks, strict=True)
    axes.set_xticks(places, names if last else [""] * len(names))
    if panel.ticks:
        axes.set_yticks(panel.ticks)
        axes.set_ylim(-100, max(100.0, float(np.nanmax(panel.lines[0].values)) + 10))
    else:
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
        axes.set_ylim(*limits(course, clock, panel.lines, zero=panel.zero, jolts=panel.jolts))
    axes.yaxis.set_major_formatter(words.tick)


def limits(course: Timeline, clock: Clock, lines: Sequence[Line], *, zero: bool, jolts: bool = False) -> tuple[float, float]:
    """What a panel must show: everything but, unless they matter, jolts of a few seconds while a posture changes."""
    found = [0.0] if zero else []
    for line in lines:
        time = line.on(course)
        found += [v for v in (line.at_end(course), line.lying, line.standing) if v is not None]
        if jolts:
            found += [float(np.nanmin(line.values)), float(np.nanmax(line.values))]
            continue
        for start, stop in clock.stretches:
            inside = (time >= start) & (time <= stop) & np.isfinite(line.values)
            found += _lasting(time[inside], line.values[inside])
    low, high = min(v for v in found if np.isfinite(v)), max(v for v in found if np.isfinite(v))
    margin = 0.12 * max(high - low, 1e-6)
    return low - margin, high + margin


def _lasting(time: Floats, values: Floats) -> list[float]:
    """Least and greatest value, but for the outermost hundredth of the time on either side."""
    if len(time) < 3:
        return [float(v) for v in values]
    order = np.argsort(values)
    weight = np.gradient(time)[order]
    run = np.cumsum(weight) / max(float(np.sum(weight)), 1e-12)
    inner = values[order][(run >= 0.01) & (run <= 0.99)]
    return [float(inner.min()), float(inner.max())] if len(inner) else []


def _label(sheet: Sheet, course: Timeline, axes: Axes, panel: Panel, end: float, bottom: float, height: float) -> None:
    """Each line's name and its number at the end of the last hold, right of the axes."""
    low, high = axes.get_ylim()

    def inch(value: float) -> float:
        return bottom + height * (value - low) / (high - low)

    at_end = [line.at_end(course) for line in panel.lines]
    # level with the dots at the end of the last hold, where the numbers are read off
    wanted = [inch(v) if np.isfinite(v) else inch(0) for v in at_end]
    places = spread(wanted, 0.155, bottom + 0.05, bottom + height - 0.02)
    marked = any(line.lying is not None or line.standing is not None for line in panel.lines)
    x = _RIGHT + (_MARKS if marked else 0.0)
    for line, value, y in zip(panel.lines, at_end, places, strict=True):
        number = words.signed(value, panel.decimals) if panel.sign else words.plain(value, panel.decimals)
        sheet.line([(x + 0.02, y), (x + 0.16, y)], line.colour, 1.6, linestyle=line.style)
        sheet.text(
            (x + 0.22, y),
            f"{line.name}  {number}{panel.suffix}",
            8,
            colour=line.colour,
            bold=True,
            va="center",
            room=_COLUMN - x - 0.4,
            gid=f"end {line.name}",
        )
        if np.isfinite(value):
            axes.plot([end], [value], marker="o", markersize=3.5, color=line.colour, zorder=4)
        for level, at, face in ((line.lying, 0.10, PAPER), (line.standing, 0.24, line.colour)):
            if level is not None and np.isfinite(level):
                sheet.dot((_RIGHT + at, inch(level)), 0.035, facecolor=face, edgecolor=line.colour, linewidth=1.0)


def _strip(sheet: Sheet, course: Timeline, clock: Clock) -> None:
    """Names of the parts and phases above the axes."""
    names = {"before": "before", "session": "session", "early": "up again", "after": "afterwards"}

    top = sheet.height - _HEAD

    def inch(place: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * place

    for part in clock.parts:
        a, b = inch(part.left), inch(part.right)
        sheet.line([(a + 0.03, top + 0.36), (b - 0.03, top + 0.36)], QUIET, 1.0)
        sheet.text(
            ((a + b) / 2, top + 0.42),
            f"{names[part.name]} ({words.duration(part.stop - part.start)})",
            8,
            colour=QUIET,
            ha="center",
            room=b - a,
        )
    for phase in course.phases:
        a, b = (inch(float(v)) for v in clock.place(np.array([phase["start_s"], phase["end_s"]], float)))
        if phase.get("role") == "session" and b - a > 0.3:
            sheet.text(((a + b) / 2, top + 0.15), str(phase.get("name", "")), 7.5, ha="center", room=b - a - 0.04, smallest=6.5)
    end = inch(float(clock.place(float(course.time[course.end]))))
    sheet.text((end, top + 0.03), "end ▾", 7, ha="center")


def _heading(sheet: Sheet, course: Timeline) -> None:
    title = str(course.data.attrs.get("title") or f"Session, {words.attitude(course.tilt(course.end))}")
    sheet.text((0.45, sheet.height - 0.50), title, 17, bold=True, room=_WIDTH - 0.9, smallest=12, gid="title")
    facts = [words.person(course), words.equipment(course), words.attitude(course.tilt(course.end))]
    line = "  ·  ".join(f for f in facts if f)
    sheet.text((0.45, sheet.height - 0.78), f"{line}  ·  changes against {words.reference(course)}", 9, colour=QUIET, room=_WIDTH - 0.9)


def _levels(sheet: Sheet, spine: Spine) -> None:
    changes, top = spine.height_changes(spine.end), sheet.height - _HEAD
    scale = Scale.fitting([1.15 * v for v in changes.values()])
    ruler = bars.Ruler.fitting(list(changes.values()), 0.2 * scale.limit)
    rows = bars.rows(spine.discs, top - 0.1, max(2.55, top - 7.0))
    sheet.text((_COLUMN, top + 0.40), "Every disc at the end", 12, bold=True)
    sheet.text(
        (_COLUMN, top + 0.18),
        f"Change of height (mm), {words.duration(spine.time[spine.end])} into the session",
        8,
        colour=QUIET,
        room=bars.WIDTH + 0.3,
    )
    colours = {level: scale.colour(v) for level, v in changes.items()}
    bars.column(sheet, ruler, rows, _COLUMN, changes, colours, "A")
    glyph.colour_bar(sheet, _COLUMN + 0.1, max(1.78, top - 7.77), bars.WIDTH - 0.2, scale, "")


def _footer(sheet: Sheet, course: Timeline, clock: Clock, beats: blood.Beats | None) -> None:
    middle = (_LEFT + _RIGHT) / 2
    jolts = "; brief jolts may leave a panel of the spine" if isinstance(course, Spine) else ""
    even = f"; the parts run at different speeds, history is compressed{jolts}" if clock.uneven else ""
    sheet.text((middle, 1.30), f"Minutes from the start of the session (h: hours){even}", 8.5, ha="center", gid="time axis")
    said = "Numbers at the lines: end of the last hold (vertical line).  Band: friction available."
    if not isinstance(course, Spine):
        said = ""
    notes = [
        words.prediction(course) if isinstance(course, Spine) else "",
        blood.PREDICTION if beats else "",
        f"{words.convention(course)}  {said}",
        blood.NOTE if beats else "",
        f"{words.disclaimer(course)}   {words.provenance([course])}",
    ]
    for i, note in enumerate(n for n in notes if n):
        sheet.text((0.45, 0.98 - 0.19 * i), note, 7.5, colour=QUIET, room=_WIDTH - 0.9)
