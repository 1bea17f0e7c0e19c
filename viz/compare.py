"""The figure of `compare`: cases side by side, every disc with its number."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from biomech.errors import InputError
from biomech.viz import bars, blood, glyph, legend, words
from biomech.viz.colour import FAINT, QUIET, SLATE, Scale
from biomech.viz.portrait import Extent, Portraits
from biomech.viz.reading import Result, Spine
from biomech.viz.scenes import Wish
from biomech.viz.sheet import Sheet, Spot
from biomech.viz.target import checked

MOST = 4  # cases on one sheet
_HEIGHT, _MARGIN = 10.4, 0.45  # inches
_SPINE_TOP, _SPINE_BOTTOM = 8.45, 1.35
_LEADERS, _GAP = 0.95, 0.40  # from spine to names, and between cases
_LETTERS = "ABCD"
_BLOOD = 0.95  # inches more where there is blood to tell of
_COLUMN = 0.78  # inches, of one difference among several
_FINE = 8.0  # points of the notes
_LENGTHS = ("Column length C7–S1", "Lumbar length L1–S1")


@dataclass(frozen=True)
class _Case:
    """One result as the figure sees it."""

    spine: Spine
    name: str
    letter: str
    changes: dict[str, float]
    totals: tuple[float, float]  # C7–S1, L1–S1
    beats: blood.Beats | None

    @classmethod
    def of(cls, spine: Spine, name: str, letter: str) -> "_Case":
        end = spine.end
        totals = (spine.change("spine_length", end), spine.change("lumbar_length", end))
        return cls(spine, name, letter, spine.height_changes(end), totals, blood.beats_of(spine.data))


def compare_figure(results: Sequence[Result], path: str | os.PathLike[str], names: Sequence[str] | None = None) -> Path:
    """Draw two to four results side by side and write the figure.

    Parameters
    ----------
    results : sequence
        Results or datasets. Differences to the first stand beside them.
    path : path
        ``.png``, ``.pdf`` or ``.svg``.
    names : sequence of str, optional
        Headings; by default how the body lies at the end ("60° head-down").

    Returns
    -------
    pathlib.Path
        The file written.
    """
    target = checked(path)
    return Sheet.save(draw_compare(results, names), target)


def draw(results: Sequence[Result], wish: Wish) -> Sheet:
    """The figure as a scene of `render`."""
    return draw_compare(results)


def draw_compare(results: Sequence[Result], names: Sequence[str] | None = None, *, flat: bool | None = None) -> Sheet:
    """The same figure, not yet written; ``flat`` forces the drawing without 3D."""
    if not 2 <= len(results) <= MOST:
        raise InputError(f"a comparison shows 2 to {MOST} results, not {len(results)}")
    if names is not None and len(names) != len(results):
        raise InputError(f"{len(results)} results but {len(names)} names")
    spines = [Spine(r) for r in results]
    headings = names or names_of(spines)
    cases = [_Case.of(s, n, letter) for s, n, letter in zip(spines, headings, _LETTERS, strict=False)]
    portraits = Portraits(flat=flat)
    poses = [case.spine.anchored_pose(case.spine.end) for case in cases]
    view = _view([portraits.extent(c.spine, p) for c, p in zip(cases, poses, strict=True)])
    per_mm = (_SPINE_TOP - _SPINE_BOTTOM) / view.height
    panel = view.width * per_mm + _LEADERS + bars.WIDTH
    pair = len(cases) == 2
    beside = bars.WIDTH if pair else bars.NAMES + (len(cases) - 1) * _COLUMN  # of the differences
    width = 2 * _MARGIN + len(cases) * (panel + _GAP) + beside

    shown = [v for c in cases for v in c.changes.values()]
    scale = Scale.fitting([1.15 * v for v in shown])
    gaps = [cases[1].changes[v] - cases[0].changes[v] for v in cases[0].changes] if pair else []
    ruler = bars.Ruler.fitting([*shown, *gaps], 0.2 * scale.limit)
    lift = _BLOOD if any(case.beats for case in cases) else 0.0
    sheet = Sheet(width, _HEIGHT + lift)
    rows = bars.rows(cases[0].spine.discs, _SPINE_TOP - 0.1 + lift, 2.55 + lift)
    _title(sheet, cases)
    for i, (case, pose) in enumerate(zip(cases, poses, strict=True)):
        left = _MARGIN + i * (panel + _GAP)
        colours = {level: scale.colour(v) for level, v in case.changes.items()}
        foot = (left, _SPINE_BOTTOM + lift)
        anchors = portraits.draw(sheet, case.spine, pose, colours, foot, view, per_mm, index=case.spine.end)
        _heading(sheet, case, left, panel)
        column = left + view.width * per_mm + _LEADERS
        _leaders(sheet, anchors, rows, column)
        bars.column(sheet, ruler, rows, column, case.changes, colours, case.letter)
        _totals(sheet, case, column, lift)
        _gravity(sheet, case, left, _SPINE_TOP + lift)
        if case.beats:
            blood.strip(sheet, [case.beats], (left, _SPINE_BOTTOM + lift - 0.30), panel, case.letter)
        if i == 0:
            glyph.scale_bar(sheet, (left + view.width * per_mm - 0.45, _SPINE_BOTTOM + lift + 0.12), per_mm, 50)
    if pair:
        _difference(sheet, cases, ruler, rows, width - _MARGIN - beside, lift)
    else:
        _differences(sheet, cases, rows, width - _MARGIN - beside, beside, lift)
    _footer(sheet, cases, scale, portraits)
    return sheet


def names_of(spines: Sequence[Spine]) -> list[str]:
    """What tells the cases apart: how the body lies, in what where that differs, or who lies there; else the titles."""
    attitudes = [words.attitude(s.value("tilt", s.end)) for s in spines]
    gear = [words.equipment(s) for s in spines]
    choices = [
        attitudes,
        [f"{g[:1].upper()}{g[1:]}, {a}" for g, a in zip(gear, attitudes, strict=True)],
        _told_apart(spines) if len(set(gear)) == len(set(attitudes)) == 1 else [],
        [str(s.data.attrs.get("title", "")) for s in spines],
    ]
    if len(set(gear)) > 1:
        choices = choices[1:]
    return next((c for c in choices if len(set(c)) == len(c) and all(c)), attitudes)


def _told_apart(spines: Sequence[Spine]) -> list[str]:
    """What each person has that not all have: "scoliosis", "60 kg, 1.6 m"."""
    parts = [words.person(s).split(", ") for s in spines]
    own = [[p for p in mine if any(p not in other for other in parts)] for mine in parts]
    return [", ".join(mine) or "no condition" for mine in own]


def _view(extents: Sequence[Extent]) -> Extent:
    whole = extents[0]
    for other in extents[1:]:
        whole = whole.joined(other)
    return Extent(whole.left - 6, whole.right + 6, whole.bottom - 4, whole.top + 4)


def _title(sheet: Sheet, cases: Sequence[_Case]) -> None:
    room = sheet.width - 2 * _MARGIN
    against = "standing" if all(words.reference(c.spine).startswith("standing") for c in cases) else "before"
    what, names = f"Disc height against {against}", _versus([c.name for c in cases])
    # long names are left to the headings below, which have lines for them
    said = f"{what}: {names}" if len(legend.broken(sheet, names, 0.6 * room, 12)) == 1 else f"{what}: {len(cases)} cases"
    sheet.text((_MARGIN, sheet.height - 0.52), said, 17, bold=True, room=room, smallest=12, gid="title")
    references = sorted({words.reference(c.spine) for c in cases})
    line = f"Reference: {'; '.join(references)}.  Millimetres, subtracted before rounding.  To scale (×1), in the axes of the body."
    sheet.text((_MARGIN, sheet.height - 0.80), line, 9, colour=QUIET, room=room, gid="reference")


def _versus(names: Sequence[str]) -> str:
    """30° and 60° head-down, rather than 30° head-down and 60° head-down."""
    tails = {name.partition(" ")[2] for name in names}
    if len(tails) == 1 and (tail := tails.pop()):
        names = [*(name.partition(" ")[0] for name in names[:-1]), f"{names[-1].partition(' ')[0]} {tail}"]
    return words.listed(names)


def _heading(sheet: Sheet, case: _Case, left: float, panel: float) -> None:
    y, spine = sheet.height - 1.36, case.spine
    glyph.tilt(sheet, (left + 0.42, y - 0.02), spine.value("tilt", spine.end), 0.78)
    glyph.gravity(sheet, (left + 0.95, y + 0.24), (0.0, -1.0), 0.5, "g")
    x, room = left + 1.25, panel - 1.25
    sheet.text((x, y + 0.08), f"{case.letter}   {case.name}", 14, bold=True, room=room, smallest=10)
    where = words.equipment(spine)
    detail = "  ·  ".join(part for part in (where[:1].upper() + where[1:], words.moment(spine, spine.end)) if part)
    title = str(spine.data.attrs.get("title", ""))
    _notes(sheet, dict.fromkeys((detail, words.person(spine), title if title != case.name else detail)), (x, y - 0.12), room, 4)


def _notes(sheet: Sheet, notes: Iterable[str], at: Spot, room: float, most: int) -> None:
    """Quiet words on as many lines as they need; of a story the last line that fits is cut."""
    lines = [line for note in notes for line in legend.broken(sheet, note, room, _FINE)]
    for i, line in enumerate([*lines[: most - 1], " ".join(lines[most - 1 :])]):
        sheet.text((at[0], at[1] - 0.145 * i), line, _FINE, colour=QUIET, room=room, smallest=_FINE)


def _gravity(sheet: Sheet, case: _Case, left: float, top: float) -> None:
    """Which way the spine is pulled, in the axes of the drawing."""
    if "gravity" not in case.spine.data:
        return
    pull = case.spine.data["gravity"].values[case.spine.end]
    centre = np.array([left + 0.42, top - 0.62])
    d = np.array([float(pull[0]), float(pull[1])])
    start = centre - 0.25 * d
    glyph.gravity(sheet, (float(start[0]), float(start[1])), (float(d[0]), float(d[1])), 0.5 * float(np.hypot(*d)), "")
    sheet.text((left, top - 0.12), "gravity, in\nbody axes", 7, colour=glyph.GRAVITY, va="top")


def _leaders(sheet: Sheet, anchors: dict[str, Spot], rows: dict[str, float], column: float) -> None:
    for level, (x, y) in anchors.items():
        row = rows[level]
        sheet.dot((x + 0.012, y), 0.016, facecolor=QUIET)
        sheet.line([(x + 0.012, y), (column - 0.16, row), (column - 0.05, row)], FAINT, 0.7)


def _totals(sheet: Sheet, case: _Case, column: float, lift: float) -> None:
    x, y = column - 0.05, 2.08 + lift
    sheet.line([(x, y + 0.22), (x + bars.WIDTH, y + 0.22)], FAINT, 0.8)
    for i, (label, value) in enumerate(zip(_LENGTHS, case.totals, strict=True)):
        row = y - 0.235 * i
        sheet.text((x, row), label, 9.5, bold=True)
        sheet.text(
            (x + bars.WIDTH, row),
            f"{words.signed(value)} mm",
            11,
            bold=True,
            ha="right",
            gid=f"{case.letter} total {'spine' if i == 0 else 'lumbar'}",
        )
    later = _standing_again(case.spine)
    if later:
        sheet.text((x, y - 0.47), later, 7.5, colour=QUIET, room=bars.WIDTH)


def _standing_again(spine: Spine) -> str:
    """What is left of the gain in stature, where the scenario says."""
    parts = []
    for key, when in (("after_time_s", "standing again"), ("after40_time_s", "40 min later")):
        time = spine.data.attrs.get(key)
        if time is None or not np.isfinite(float(time)) or "stature" not in spine.data:
            continue
        # between two recorded steps as the measures read it
        stature = spine.data["stature"].values
        value = float(np.interp(float(time), spine.time, stature) - stature[spine.reference])
        if np.isfinite(value):
            parts.append(f"{when} {words.signed(value)} mm")
    return f"Stature: {', '.join(parts)}" if parts else ""


def _difference(sheet: Sheet, cases: Sequence[_Case], ruler: bars.Ruler, rows: dict[str, float], x: float, lift: float) -> None:
    a, b = cases
    width = bars.WIDTH
    sheet.box((x - 0.18, 1.42), width + 0.30, sheet.height - 2.50, facecolor="#f4f6f8", zorder=0)
    sheet.text((x, sheet.height - 1.30), "Difference  B − A".replace("-", words.MINUS), 14, bold=True, room=width)
    _notes(sheet, [f"{b.name} minus {a.name}"], (x, sheet.height - 1.51), width, 3)
    gaps = {level: b.changes[level] - a.changes[level] for level in rows}
    bars.column(sheet, ruler, rows, x, gaps, dict.fromkeys(rows, SLATE), "B-A")
    if a.beats and b.beats:
        blood.strip(sheet, [b.beats, a.beats], (x, _SPINE_BOTTOM + lift - 0.30), width, "B-A")
    y = 2.08 + lift
    sheet.line([(x, y + 0.22), (x + width, y + 0.22)], FAINT, 0.8)
    for i, (label, key) in enumerate(zip(_LENGTHS, ("spine", "lumbar"), strict=True)):
        sheet.text((x, y - 0.235 * i), label, 9.5, bold=True)
        sheet.text(
            (x + width, y - 0.235 * i),
            f"{words.signed(b.totals[i] - a.totals[i])} mm",
            11,
            bold=True,
            ha="right",
            gid=f"B-A total {key}",
        )


def _differences(sheet: Sheet, cases: Sequence[_Case], rows: dict[str, float], x: float, width: float, lift: float) -> None:
    """Every further case less the first, as numbers."""
    first, others = cases[0], cases[1:]
    sheet.box((x - 0.18, 1.42), width + 0.30, sheet.height - 2.50, facecolor="#f4f6f8", zorder=0)
    sheet.text((x, sheet.height - 1.30), "Difference to A", 14, bold=True, room=width, smallest=9)
    for i, case in enumerate(others):
        right, tag = x + bars.NAMES + (i + 1) * _COLUMN, f"{case.letter}-A"
        sheet.text((right, max(rows.values()) + 0.20), f"{case.letter} {words.MINUS} A", 9, bold=True, ha="right")
        for level, y in rows.items():
            strong = bars.strong(level)
            said = words.signed(case.changes[level] - first.changes[level])
            sheet.text((right, y), said, 8, ha="right", va="center", bold=strong, gid=f"{tag} {level}")
            if i == 0:
                sheet.text((x + bars.NAMES - 0.07, y), level, 8, ha="right", va="center", bold=strong)
        for n, key in enumerate(("spine", "lumbar")):
            said = words.signed(case.totals[n] - first.totals[n])
            sheet.text((right, 2.08 + lift - 0.235 * n), said, 9.5, bold=True, ha="right", gid=f"{tag} total {key}")
        if case.beats and first.beats:
            for n, (_, said) in enumerate(blood.differences(case.beats, first.beats)):
                sheet.text((right, _SPINE_BOTTOM + lift - 0.30 - 0.15 * n), said, 8, ha="right", gid=f"{tag} blood {n}")
    sheet.line([(x, 2.30 + lift), (x + width, 2.30 + lift)], FAINT, 0.8)
    for n, said in enumerate(("C7–S1", "L1–S1")):
        sheet.text((x, 2.08 + lift - 0.235 * n), said, 9, bold=True)
    known = next((c.beats for c in others if c.beats), None) if first.beats else None
    if first.beats and known:
        for n, (said, _) in enumerate(blood.differences(known, first.beats)):
            sheet.text((x, _SPINE_BOTTOM + lift - 0.30 - 0.15 * n), said, 7.5, colour=QUIET, room=bars.NAMES + 0.2, smallest=6.5)


def _footer(sheet: Sheet, cases: Sequence[_Case], scale: Scale, portraits: Portraits) -> None:
    bar = 3.6
    glyph.colour_bar(sheet, sheet.width - _MARGIN - bar - 0.15, 0.72, bar, scale, "Change of disc height (mm)")
    room = sheet.width - 2 * _MARGIN - bar - 0.6
    sheet.text((_MARGIN, 0.93), words.prediction(cases[0].spine), 9, bold=True, room=room, gid="prediction")
    notes = [
        words.convention(cases[0].spine) + "  Seen from the right, anterior to the right.",
        words.disclaimer(cases[0].spine),
        words.provenance([c.spine for c in cases]),
    ]
    if any(case.beats for case in cases):
        notes.insert(1, blood.BRIEF)
    if portraits.flat:
        notes[0] += "  Flat drawing" + (f" ({portraits.missing})." if portraits.missing else ".")
    for i, note in enumerate(notes):
        sheet.text((_MARGIN, 0.72 - 0.19 * i), note, 7.5, colour=QUIET, room=room)
