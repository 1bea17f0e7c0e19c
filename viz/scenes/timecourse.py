"""Everything over time: one result in full, several laid over each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator

from biomech.viz import blood, legend, words
from biomech.viz.clock import Clock
from biomech.viz.colour import FAINT, INK, QUIET, SERIES
from biomech.viz.compare import names_of
from biomech.viz.labels import spread
from biomech.viz.many import ROUND
from biomech.viz.panels import Line, Panel, panels
from biomech.viz.plot import HOLD, draw_plot, limits, trace
from biomech.viz.reading import Result, Spine
from biomech.viz.scenes import Wish
from biomech.viz.sheet import Sheet

_WIDTH, _LEFT, _RIGHT = 13.6, 1.15, 10.3
_BOTTOM, _HEAD, _EACH, _GAP = 2.05, 1.40, 1.18, 0.26
_STYLES = ("-", "--", ":", "-.")  # colour is not the only carrier
# of the panels of one result the line that tells the cases apart, and what it is called where it stands alone
_CHOSEN = {
    "tilt": "", "column C7–S1": "Column C7–S1,\nchange (mm)", "L4/L5": "Disc L4/L5,\nchange (mm)", "heart rate": "",
    "systolic, cuff": "Arm cuff,\nsystolic (mmHg)", "mean, brain": "Arteries of brain,\nmean (mmHg)",
    "eye (IOP)": "Pressure in the\neye (mmHg)", "head": "Blood moved to\nthe head (mL)",
}


def draw(results: Sequence[Result], wish: Wish) -> Sheet:
    """One result: the figure of `plot`. Several: one line a case and panel."""
    if len(results) == 1:
        return draw_plot(results[0])
    spines = [Spine(r) for r in results]
    titles = _lines(spines)
    sheet = Sheet(_WIDTH, _BOTTOM + _HEAD + len(titles) * (_EACH + _GAP))
    longest = max(spines, key=lambda s: float(s.time[s.end]))
    clock, top = Clock(longest), sheet.height - _HEAD
    cases = names_of(spines)
    for i, (title, (panel, lines)) in enumerate(titles.items()):
        bottom = top - _EACH - i * (_EACH + _GAP)
        axes = sheet.axes_at(_LEFT, bottom, _RIGHT - _LEFT, _EACH, title)
        _dress(axes, longest, clock, title, panel, last=i == len(titles) - 1)
        reach = [limits(s, clock, [line], zero=panel.zero, jolts=panel.jolts) for s, line in zip(spines, lines, strict=True)]
        axes.set_ylim(min(low for low, _ in reach), max(high for _, high in reach))
        for case, (spine, line) in enumerate(zip(spines, lines, strict=True)):
            _trace(axes, spine, clock, line, case, cases[case])
        _name(sheet, axes, bottom, title, panel, [line.at_end(spine) for spine, line in zip(spines, lines, strict=True)], cases)
    even = "; the parts run at different speeds, history is compressed" if clock.uneven else ""
    sheet.text(
        ((_LEFT + _RIGHT) / 2, _BOTTOM - 0.42), f"Minutes from the start of the session (h: hours){even}", 8.5, ha="center", colour=INK
    )
    together = f"Over time: {' and '.join(cases)}"
    legend.title(
        sheet,
        together if len(together) < 75 else f"Over time: {len(cases)} cases",
        "Numbers: end of each case's last hold (dots).  Shaded: session.",
    )
    bridged = ["Dotted fine lines: bridged, not simulated beat by beat.", blood.PREDICTION]
    legend.footer(sheet, spines, None, bridged if any(blood.beats_of(s.data) for s in spines) else [])
    return sheet


def _dress(axes: Axes, longest: Spine, clock: Clock, title: str, panel: Panel, *, last: bool) -> None:
    """Where the session is, ticks and the panel's name."""
    axes.set_xlim(0, 1)
    axes.spines[["top", "right"]].set_visible(False)
    axes.axhline(0, color=FAINT, linewidth=0.8, zorder=1)
    for phase in longest.phases:
        if phase.get("role") == "session":
            a, b = clock.place(np.array([phase["start_s"], phase["end_s"]], float))
            axes.axvspan(a, b, facecolor=HOLD, linewidth=0, zorder=0)
    axes.yaxis.set_major_locator(FixedLocator(panel.ticks) if panel.ticks else MaxNLocator(nbins=4, steps=ROUND))
    axes.yaxis.set_major_formatter(words.tick)
    places, labels = zip(*clock.ticks, strict=True)
    axes.set_xticks(places, labels if last else [""] * len(labels))
    axes.tick_params(labelsize=8, width=0.7, length=3, color=QUIET)
    axes.set_ylabel(title, fontsize=8.5)
    axes.yaxis.set_label_coords(-0.072, 0.5)


def _trace(axes: Axes, spine: Spine, clock: Clock, line: Line, case: int, name: str) -> None:
    """One case's line as far as the clock runs, with a dot at the end of its last hold."""
    inside = line.on(spine) <= clock.parts[-1].stop
    skips = None if line.skips is None else line.skips[inside[:-1]][: max(0, int(inside.sum()) - 1)]
    mine = replace(line, name=name, values=line.values[inside], colour=SERIES[case], style=_STYLES[case], width=1.6, skips=skips)
    trace(axes, clock.place(line.on(spine)[inside]), mine)
    axes.plot([float(clock.place(float(spine.time[spine.end])))], [line.at_end(spine)], marker="o", markersize=3.5, color=SERIES[case])


def _name(sheet: Sheet, axes: Axes, bottom: float, title: str, panel: Panel, ends: Sequence[float], cases: Sequence[str]) -> None:
    """Each case's number at the end of its last hold and its name, right of the axes."""
    low, high = axes.get_ylim()
    wanted = [bottom + _EACH * (v - low) / (high - low) if np.isfinite(v) else bottom for v in ends]
    for case, (value, y) in enumerate(zip(ends, spread(wanted, 0.19, bottom + 0.05, bottom + _EACH), strict=True)):
        number, colour = words.signed(value, panel.decimals) if panel.sign else words.plain(value, panel.decimals), SERIES[case]
        sheet.text((_RIGHT + 0.12, y), f"{number}{panel.suffix}", 9, bold=True, colour=colour, va="center", gid=f"end {case} {title}")
        sheet.text((_RIGHT + 0.75, y), cases[case], 7.5, colour=colour, va="center", room=_WIDTH - _RIGHT - 0.85)


def _lines(spines: Sequence[Spine]) -> dict[str, tuple[Panel, list[Line]]]:
    """Title → how the panel looks, and one line a case; only what every case has."""
    found: dict[str, tuple[Panel, list[Line]]] = {}
    made = []
    for spine in spines:
        beats = blood.beats_of(spine.data)
        made.append([*panels(spine), *(blood.panels(beats) if beats else [])])
    for panel in made[0]:
        for name in (line.name for line in panel.lines if line.name in _CHOSEN):
            same = [[line for p in m if p.title == panel.title for line in p.lines if line.name == name] for m in made]
            if all(same):
                found[panel.title if len(panel.lines) == 1 else _CHOSEN[name]] = panel, [s[0] for s in same]
    return found
