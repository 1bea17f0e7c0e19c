"""The figure of `plot --what loop`: pressure–volume loops of both ventricles and the waves behind them, beat by beat."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, MultipleLocator

from biomech.errors import InputError
from biomech.viz import words
from biomech.viz.blood import PREDICTION, Beats
from biomech.viz.colour import FAINT, INK, PAPER, QUIET, SERIES
from biomech.viz.labels import spread
from biomech.viz.reading import Floats, Result, dataset
from biomech.viz.sheet import Sheet, without_frame
from biomech.viz.target import checked

MOST = 3  # cases on one sheet
_WIDTH, _HEIGHT = 15.6, 12.4
_SIDES = {"lv": SERIES[0], "rv": SERIES[1]}
_CASES = ((INK, "-"), (SERIES[2], (0, (5, 1.5))), (SERIES[3], (0, (1.2, 1.2))))  # where there are several
_LOOPS = {"lv": "Left ventricle", "rv": "Right ventricle"}
_LEFT, _SIDE, _LOW = 0.95, 4.25, 6.85  # of the loops: where they begin, how large, how high
_FIGURES = 11.05  # where the numbers begin
_WAVES = {
    "Left heart\n(mmHg)": (("aortic_pressure", "aorta", INK), ("lv_pressure", "left ventricle", _SIDES["lv"])),
    "Right heart\n(mmHg)": (("cvp_pulse", "right atrium", INK), ("rv_pressure", "right ventricle", _SIDES["rv"])),
    "Volumes\n(mL)": (("lv_volume", "left ventricle", _SIDES["lv"]), ("rv_volume", "right ventricle", _SIDES["rv"])),
}


@dataclass(frozen=True)
class Loop:
    """One beat of one ventricle, from one end of diastole to the next."""

    volume: Floats  # mL
    pressure: Floats  # mmHg

    @property
    def filled(self) -> int:
        """Sample at the end of filling: the largest volume, when the pressure has not yet risen."""
        largest = np.flatnonzero(self.volume >= self.volume.max() - 0.005 * np.ptp(self.volume))
        return int(largest[np.argmin(self.pressure[largest])])

    @property
    def emptied(self) -> int:
        """Sample at the end of ejection: the smallest volume, when the pressure has not yet fallen."""
        smallest = np.flatnonzero(self.volume <= self.volume.min() + 0.005 * np.ptp(self.volume))
        return int(smallest[np.argmax(self.pressure[smallest])])

    @property
    def numbers(self) -> dict[str, float]:
        """What a cardiologist asks: volumes in mL, the fraction ejected in %, pressures in mmHg, work in J."""
        v, p = self.volume, self.pressure
        work = -float(np.sum(0.5 * (p + np.roll(p, -1)) * (np.roll(v, -1) - v)))
        return {
            "end-diastolic volume (mL)": float(v.max()),
            "end-systolic volume (mL)": float(v.min()),
            "stroke volume (mL)": float(np.ptp(v)),
            "ejected (%)": 100.0 * float(np.ptp(v)) / float(v.max()),
            "end-diastolic pressure (mmHg)": float(p[self.filled]),
            "peak pressure (mmHg)": float(p.max()),
            "stroke work (J)": work * 133.322e-6,
        }


def loop_of(beats: Beats, side: str) -> Loop:
    """The last whole beat of the pulsatile window; ``side``: lv or rv."""
    time = beats.data["pulse_time"].values
    ends = beats.time[(beats.time >= time[0]) & (beats.time <= time[-1] + 1e-6)]
    if len(ends) < 2:
        raise InputError("the pulse waves of this result hold no whole beat", hint="simulate again with biomech run")
    inside = (time > ends[-2]) & (time <= ends[-1])
    return Loop(*(np.asarray(beats.data[f"{side}_{what}"].values[inside], float) for what in ("volume", "pressure")))


def loop_figure(results: Sequence[Result], path: str | os.PathLike[str]) -> Path:
    """Draw pressure–volume loops and waves of one to three results and write the figure.

    Parameters
    ----------
    results : sequence
        Results or datasets with pulse waves (every run that includes the circulation keeps the last seconds of its last hold).
    path : path
        ``.png``, ``.pdf`` or ``.svg``.

    Returns
    -------
    pathlib.Path
        The file written.
    """
    target = checked(path)
    return draw_loops(results).save(target)


def draw_loops(results: Sequence[Result]) -> Sheet:
    """The same figure, not yet written."""
    if not 1 <= len(results) <= MOST:
        raise InputError(f"loops of 1 to {MOST} results fit on one sheet, not of {len(results)}")
    for result in results:
        if "pulse_time" not in dataset(result).dims:
            title = dataset(result).attrs.get("title", "")
            raise InputError(f"no pulse waves in {title!r}", hint="simulate it with the circulation: biomech run, without --only spine")
    cases = [Beats(r) for r in results]
    sheet = Sheet(_WIDTH, _HEIGHT)
    loops = {side: [loop_of(b, side) for b in cases] for side in _LOOPS}
    for i, side in enumerate(_LOOPS):
        _loops(sheet, loops[side], side, _LEFT + i * (_SIDE + 0.75))
    _numbers(sheet, loops, cases)
    _waves(sheet, cases)
    _words(sheet, cases)
    return sheet


def _axes(sheet: Sheet, left: float, bottom: float, width: float, height: float, label: str) -> Axes:
    axes = sheet.axes_at(left, bottom, width, height, label)
    without_frame(axes)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=5))
        axis.set_major_formatter(words.tick)
    return axes


def _loops(sheet: Sheet, loops: list[Loop], side: str, left: float) -> None:
    axes = _axes(sheet, left, _LOW, _SIDE, _SIDE - 0.35, _LOOPS[side])
    axes.set_title(_LOOPS[side], fontsize=11, fontweight="bold", loc="left", color=_SIDES[side])
    axes.set_xlabel("Volume (mL)", fontsize=8.5)
    axes.set_ylabel("Pressure (mmHg)", fontsize=8.5)
    top = max(float(loop.pressure.max()) for loop in loops)
    low = min(0.0, *(float(loop.pressure.min()) for loop in loops))
    wide = max(float(loop.volume.max()) for loop in loops)
    axes.set_xlim(0.0, 1.12 * wide)
    axes.set_ylim(low - 0.04 * top, 1.10 * top)
    axes.axhline(0, color=FAINT, linewidth=0.8, zorder=1)
    for case, (loop, (colour, style)) in enumerate(zip(loops, _CASES if len(loops) > 1 else [(_SIDES[side], "-")], strict=False)):
        v, p = np.append(loop.volume, loop.volume[0]), np.append(loop.pressure, loop.pressure[0])
        axes.fill(v, p, color=colour, alpha=0.08, linewidth=0)
        axes.plot(v, p, color=colour, linewidth=1.8, linestyle=style, label=f"{side} {case}", zorder=3)
        for at, face in ((loop.filled, colour), (loop.emptied, PAPER)):
            axes.plot([v[at]], [p[at]], "o", markersize=5.5, markerfacecolor=face, markeredgecolor=colour, zorder=5)
        _direction(axes, loop, colour)
    _letters(sheet, axes, loops, left)


def _direction(axes: Axes, loop: Loop, colour: str) -> None:
    """An arrow head on the way through ejection."""
    out = np.flatnonzero((loop.pressure > 0.5 * loop.pressure.max()) & (np.gradient(loop.volume) < 0))
    if len(out) < 8:
        return
    middle = out[len(out) // 2]
    a, b = ((float(loop.volume[i]), float(loop.pressure[i])) for i in (middle - 2, middle + 2))
    axes.annotate("", b, a, arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 1.4, "mutation_scale": 13})


def _letters(sheet: Sheet, axes: Axes, loops: list[Loop], left: float) -> None:
    """The case's letter left of where its loop ends ejection."""
    if len(loops) == 1:
        return
    (low, high), right, height = axes.get_ylim(), axes.get_xlim()[1], _SIDE - 0.35
    wanted = [_LOW + height * (float(loop.pressure[loop.emptied]) - low) / (high - low) for loop in loops]
    for case, (loop, y) in enumerate(zip(loops, spread(wanted, 0.2, _LOW, _LOW + height), strict=True)):
        x = left + _SIDE * float(loop.volume[loop.emptied]) / right
        sheet.text((x - 0.09, y), "ABC"[case], 11, bold=True, colour=_CASES[case][0], ha="right", va="center")


def _numbers(sheet: Sheet, loops: dict[str, list[Loop]], cases: list[Beats]) -> None:
    top = _LOW + _SIDE - 0.28
    width = _WIDTH - 0.45 - _FIGURES
    columns = [_FIGURES + width - 0.62 * (len(cases) - 1 - i) for i in range(len(cases))]
    y = top
    for side, title in _LOOPS.items():
        sheet.text((_FIGURES, y), title, 9.5, bold=True)
        if len(cases) > 1:
            for case, x in enumerate(columns):
                sheet.text((x, y), "ABC"[case], 10, bold=True, colour=_CASES[case][0], ha="right")
        sheet.line([(_FIGURES, y - 0.07), (_FIGURES + width, y - 0.07)], FAINT, 0.8)
        y -= 0.05
        for name in loops[side][0].numbers:
            y -= 0.215
            sheet.text((_FIGURES, y), name[:1].upper() + name[1:], 8)
            for case, (loop, x) in enumerate(zip(loops[side], columns, strict=True)):
                value = words.plain(loop.numbers[name], 2 if name.endswith("(J)") else int(side == "rv" and "mmHg" in name))
                sheet.text((x, y), value, 8, ha="right", bold=True, gid=f"{side} {case} {name}")
        y -= 0.36
    sheet.text((_FIGURES, y + 0.04), "● end of filling   ○ end of ejection", 7.5, colour=QUIET)


def _waves(sheet: Sheet, cases: list[Beats]) -> None:
    """Pressures of the left and the right heart and the volumes: a column a case, the same scales in all."""
    gap = 1.55
    width = (_WIDTH - _LEFT - 0.45 - gap * len(cases)) / len(cases)
    height, bottoms = 1.28, (4.62, 3.12, 1.62)
    for (title, row), bottom in zip(_WAVES.items(), bottoms, strict=True):
        values = np.concatenate([b.data[n].values for b in cases for n, _, _ in row])
        low, high = float(min(0.0, values.min())), float(values.max())
        margin = 0.06 * (high - low)
        for case, beats in enumerate(cases):
            left = _LEFT + case * (width + gap)
            axes = _axes(sheet, left, bottom, width, height, f"{title} {case}".replace("\n", " "))
            time = beats.data["pulse_time"].values
            since = time - time[0]
            axes.set_xlim(0.0, float(since[-1]))
            axes.xaxis.set_major_locator(MultipleLocator(0.5))
            axes.set_ylim(low - margin, high + margin)
            axes.axhline(0, color=FAINT, linewidth=0.8, zorder=1)
            for end in beats.time[(beats.time > time[0]) & (beats.time < time[-1])]:
                axes.axvline(end - time[0], color=FAINT, linewidth=0.8, linestyle=(0, (2, 2)), zorder=1)
            if case == 0:
                axes.set_ylabel(title, fontsize=8.5)
                axes.yaxis.set_label_coords(-0.56 / width, 0.5)
            if bottom == bottoms[-1]:
                axes.set_xlabel("Seconds", fontsize=8.5)
            else:
                axes.tick_params(labelbottom=False)
            _wave(sheet, axes, beats, row, (left + width, bottom, height))
            if bottom == bottoms[0] and len(cases) > 1:
                sheet.text((left, bottom + height + 0.10), "ABC"[case], 11, bold=True, colour=_CASES[case][0])


def _wave(
    sheet: Sheet, axes: Axes, beats: Beats, row: Sequence[tuple[str, str, str]], place: tuple[float, float, float]
) -> None:
    """Two lines, each named right of the axes with the range it swings through."""
    right, bottom, height = place
    low, high = axes.get_ylim()
    time = beats.data["pulse_time"].values
    found = [(name, said, colour, np.asarray(beats.data[name].values, float)) for name, said, colour in row]
    wanted = [bottom + height * (float(v[-1]) - low) / (high - low) for *_, v in found]
    for (name, said, colour, values), y in zip(found, spread(wanted, 0.34, bottom + 0.14, bottom + height), strict=True):
        axes.plot(time - time[0], values, color=colour, linewidth=1.5, zorder=3, label=name)
        decimals = int(name in ("rv_pressure", "cvp_pulse"))
        sheet.text((right + 0.08, y), said, 7.5, bold=True, colour=colour, va="center", room=1.3)
        span = f"{words.plain(float(values.min()), decimals)} to {words.plain(float(values.max()), decimals)}"
        sheet.text((right + 0.08, y - 0.135), span, 7.5, colour=colour, va="center", room=1.3, gid=f"wave {name}")


def _when(beats: Beats) -> str:
    return f"{words.duration(float(beats.data.attrs['end_time_s']))} into the session, end of the last hold"


def _words(sheet: Sheet, cases: list[Beats]) -> None:
    title = "Pressure–volume loops" + (f": {cases[0].data.attrs.get('title', '')}" if len(cases) == 1 else "")
    sheet.text((0.45, _HEIGHT - 0.50), title, 17, bold=True, room=_WIDTH - 0.9, smallest=12, gid="title")
    for i, b in enumerate(cases):
        facts = (words.person(b), words.equipment(b), words.attitude(b.tilt(b.end)), _when(b))
        line = "  ·  ".join(f for f in facts if f)
        letter = f"{'ABC'[i]}   " if len(cases) > 1 else ""
        sheet.text(
            (0.45, _HEIGHT - 0.78 - 0.19 * i), f"{letter}{line}", 9, colour=_CASES[i][0] if letter else QUIET, room=_WIDTH - 0.9
        )
    notes = [
        PREDICTION,
        "Loops: the last whole beat before the end of the last hold; pressures against the air, at heart level.  Waves: the last seconds; "
        "dashed: where a beat ends.",
        f"{words.disclaimer(cases[0])}   {words.provenance(cases)}",
    ]
    for i, note in enumerate(notes):
        sheet.text((0.45, 0.78 - 0.20 * i), note, 7.5, colour=QUIET, room=_WIDTH - 0.9)
