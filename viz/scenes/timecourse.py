"""Everything over time: one result in full, several laid over each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
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
        axes.set_xlim(0, 1)
        axes.spines[["top", "right"]].set_visible(False)
        axes.axhline(0, color=FAINT, linewidth=0.8, zorder=1)
        for phase in longest.phases:
            if phase.get("role") == "session":
                a, b = clock.place(np.array([phase["start_s"], phase["end_s"]], float))
                axes.axvspan(a, b, facecolor=HOLD, linewidth=0, zorder=0)
        reach = [limits(s, clock, [line], zero=panel.zero, jolts=panel.jolts) for s, line in zip(spines, lines, strict=True)]
        axes.set_ylim(min(low for low, _ in reach), max(high for _, high in reach))
        axes.yaxis.set_major_locator(FixedLocator(panel.ticks) if panel.ticks else MaxNLocator(nbins=4, steps=ROUND))
        axes.yaxis.set_major_formatter(words.tick)
        places, labels = zip(*clock.ticks, strict=True)
        last = i == len(titles) - 1
        axes.set_xticks(places, labels if last else [""] * len(labels))
        axes.tick_params(labelsize=8, width=0.7, length=3, color=QUIET)
        axes.set_ylabel(title, fontsize=8.5)
        axes.yaxis.set_label_coords(-0.072, 0.5)
        ends = []
        for case, (spine, line) in enumerate(zip(spines, lines, strict=True)):
            colour, inside = SERIES[case], line.on(spine) <= clock.parts[-1].stop
            skips = None if line.skips is None else line.skips[inside[:-1]][: max(0, int(inside.sum()) - 1)]
            mine = replace(line, name=cases[case], values=line.values[inside], colour=colour, style=_STYLES[case], width=1.6, skips=skips)
            trace(axes, clock.place(line.on(spine)[inside]), mine)
            when = float(spine.time[spine.end])
            value = line.at_end(spine)
            axes.plot([float(clock.place(when))], [value], marker="o", markersize=3.5, color=colour)
            ends.append((value, colour))
        bottom_value, top_value = axes.get_ylim()
        wanted = [bottom + _EACH * (v - bottom_value) / (top_value - bottom_value) if np.isfinite(v) else bottom for v, _ in ends]
        spots = spread(wanted, 0.19, bottom + 0.05, bottom + _EACH)
        for case, ((value, colour), y) in enumerate(zip(ends, spots, strict=True)):
            number = words.signed(value, panel.decimals) if panel.sign else words.plain(value, panel.decimals)
            sheet.text((_RIGHT + 0.12, y), f"{number}{panel.suffix}", 9, bold=True, colour=colour, va="center", gid=f"end {case} {title}")
            sheet.text((_RIGHT + 0.75, y), cases[case], 7.5, colour=colour, va="center", room=_WIDTH - _RIGHT - 0.85)
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
