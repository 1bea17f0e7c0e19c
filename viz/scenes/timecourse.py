"""Everything over time: one result in full, several laid over each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.ticker import MaxNLocator

from biomech.viz import blood, legend, words
from biomech.viz.clock import Clock
from biomech.viz.colour import FAINT, INK, QUIET, SERIES
from biomech.viz.compare import names_of
from biomech.viz.labels import spread
from biomech.viz.panels import Line, panels
from biomech.viz.plot import HOLD, draw_plot, limits
from biomech.viz.reading import Result, Spine
from biomech.viz.scenes import Wish
from biomech.viz.sheet import Sheet

_WIDTH, _LEFT, _RIGHT = 13.6, 1.15, 10.3
_BOTTOM, _HEAD, _EACH, _GAP = 2.05, 1.40, 1.18, 0.26
# of the panels of one result the line that tells the cases apart
_CHOSEN = {
    "tilt": "tilt", "column C7–S1": "change of column C7–S1", "L4/L5": "L4/L5", "heart rate": "heart rate",
    "systolic, cuff": "systolic pressure at the cuff", "mean, brain": "mean pressure at the brain", "eye (IOP)": "eye pressure",
    "head": "blood moved into the head",
}  # fmt: skip


def draw(results: Sequence[Result], wish: Wish) -> Sheet:
    """One result: the figure of `plot`. Several: one line a case and panel."""
    if len(results) == 1:
        return draw_plot(results[0])
    spines = [Spine(r) for r in results]
    titles = _lines(results, spines)
    sheet = Sheet(_WIDTH, _BOTTOM + _HEAD + len(titles) * (_EACH + _GAP))
    longest = max(spines, key=lambda s: float(s.time[s.end]))
    clock, top = Clock(longest), sheet.height - _HEAD
    cases = names_of(spines)
    for i, (title, (decimals, sign, suffix, lines)) in enumerate(titles.items()):
        bottom = top - _EACH - i * (_EACH + _GAP)
        with rc_context({"font.family": "DejaVu Sans"}):
            axes = sheet.figure.add_axes(
                (_LEFT / _WIDTH, bottom / sheet.height, (_RIGHT - _LEFT) / _WIDTH, _EACH / sheet.height), label=title
            )
        axes.set_xlim(0, 1)
        axes.patch.set_alpha(0.0)
        axes.spines[["top", "right"]].set_visible(False)
        axes.axhline(0, color=FAINT, linewidth=0.8, zorder=1)
        for phase in longest.phases:
            if phase.get("role") == "session":
                a, b = clock.place(np.array([phase["start_s"], phase["end_s"]], float))
                axes.axvspan(a, b, facecolor=HOLD, linewidth=0, zorder=0)
        low, high = zip(*(limits(s, clock, [line], zero=decimals > 0) for s, line in zip(spines, lines, strict=True)), strict=True)
        axes.set_ylim(min(low), max(high))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=4))
        axes.yaxis.set_major_formatter(lambda v, _: f"{v:g}".replace("-", words.MINUS) if abs(v) > 1e-12 else "0")
        places, labels = zip(*clock.ticks, strict=True)
        last = i == len(titles) - 1
        axes.set_xticks(places, labels if last else [""] * len(labels))
        axes.tick_params(labelsize=8, width=0.7, length=3, color=QUIET)
        axes.set_ylabel(title, fontsize=8.5)
        axes.yaxis.set_label_coords(-0.072, 0.5)
        ends = []
        for case, (spine, line) in enumerate(zip(spines, lines, strict=True)):
            colour, style = SERIES[case], ("-", (0, (5, 1.6)), (0, (1.4, 1.2)), (0, (5, 1.4, 1.2, 1.4)))[case]
            inside = line.on(spine) <= clock.parts[-1].stop
            axes.plot(
                clock.place(line.on(spine)[inside]), line.values[inside], color=colour, linewidth=1.6, linestyle=style, label=cases[case]
            )
            when = float(spine.time[spine.end])
            value = line.at(spine, when)
            axes.plot([float(clock.place(when))], [value], marker="o", markersize=3.5, color=colour)
            ends.append((value, colour))
        bottom_value, top_value = axes.get_ylim()
        wanted = [bottom + _EACH * (v - bottom_value) / (top_value - bottom_value) if np.isfinite(v) else bottom for v, _ in ends]
        spots = spread(wanted, 0.19, bottom + 0.05, bottom + _EACH)
        for case, ((value, colour), y) in enumerate(zip(ends, spots, strict=True)):
            number = words.signed(value, decimals) if sign else words.plain(value, decimals)
            sheet.text((_RIGHT + 0.12, y), f"{number}{suffix}", 9, bold=True, colour=colour, va="center", gid=f"end {case} {title}")
            sheet.text((_RIGHT + 0.75, y), cases[case], 7.5, colour=colour, va="center", room=_WIDTH - _RIGHT - 0.85)
    even = "; the parts run at different speeds, history is compressed" if clock.uneven else ""
    sheet.text(
        ((_LEFT + _RIGHT) / 2, _BOTTOM - 0.42), f"Minutes from the start of the session (h: hours){even}", 8.5, ha="center", colour=INK
    )
    legend.title(sheet, f"Over time: {' and '.join(cases)}", "Numbers: end of each case's last hold (dots).  Shaded: session.")
    legend.footer(sheet, spines)
    return sheet


def _lines(results: Sequence[Result], spines: Sequence[Spine]) -> dict[str, tuple[int, bool, str, list[Line]]]:
    """Title → decimals, whether signed, what follows the number, and one line a case; only what every case has."""
    found: dict[str, tuple[int, bool, str, list[Line]]] = {}
    beats = [blood.beats_of(r) for r in results]
    made = [[*panels(s), *(blood.panels(b) if b else [])] for s, b in zip(spines, beats, strict=True)]
    for panel in made[0]:
        for name in (line.name for line in panel.lines):
            if name not in _CHOSEN:
                continue
            same = [[line for p in m if p.title == panel.title for line in p.lines if line.name == name] for m in made]
            if all(same):
                title = panel.title if len(panel.title) < 44 else name
                if name in ("systolic, cuff", "mean, brain", "eye (IOP)", "head", "column C7–S1", "L4/L5") and "L4/L5" not in title:
                    title = f"{title}\n{name}"
                found[title] = panel.decimals, panel.sign, panel.suffix, [s[0] for s in same]
    return found
