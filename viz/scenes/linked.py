"""Where the length comes from: the spine upright and in each case, displacements enlarged, the same vertebrae joined by lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from biomech.viz import glyph, legend, words
from biomech.viz.bones.disc import discs
from biomech.viz.colour import ALERT, FAINT, QUIET, Scale
from biomech.viz.exaggerate import exaggerated, most_bearable
from biomech.viz.photo import edge_fronts, photograph
from biomech.viz.portrait import Portraits
from biomech.viz.probe import need_3d
from biomech.viz.reading import Floats, Frame, Result, Spine, anchored
from biomech.viz.scenes import Wish
from biomech.viz.sheet import Sheet

_HEIGHT, _COLUMN, _LEFT, _RIGHT = 10.4, 2.75, 1.15, 1.0
_BOTTOM, _TOP = 1.66, 1.65
_USUAL = 20.0
_NARROWEST = 9.6  # inches, for the footer's sake
_SHOWN = ("C2", "C7", "T4", "T8", "T12", "L2", "L4", "L5")
_BEHIND, _BEFORE, _BELOW, _ABOVE = 92.0, 60.0, 150.0, 16.0  # mm round the joints


def draw(results: Sequence[Result], wish: Wish) -> Sheet:
    """Upright, then each result, side by side."""
    need_3d()
    from biomech.viz.bones.skeleton import COARSE
    from biomech.viz.stage import Stage

    spines = [Spine(r) for r in results]
    moments = [wish.index(s) for s in spines]
    k = _enlargement(spines, moments, wish.exaggeration)
    columns = [(spines[0], spines[0].reference), *zip(spines, moments, strict=True)]
    poses = [anchored(exaggerated(s, i, k)) for s, i in columns]
    high = max(p["C1"].origin[1] for p in poses) + _ABOVE
    per_mm = min((_HEIGHT - _BOTTOM - _TOP) / (high + _BELOW), _COLUMN / (_BEHIND + _BEFORE))
    sheet = Sheet(max(_NARROWEST, _LEFT + _COLUMN * len(columns) + _RIGHT), _HEIGHT)
    scale = Scale.fitting([1.15 * v for s, i in columns for v in s.height_changes(i).values()])
    portraits = Portraits()
    ends: list[dict[str, Floats]] = []
    for n, ((spine, index), pose) in enumerate(zip(columns, poses, strict=True)):
        stage = Stage(portraits.bones(spine, COARSE), (400, 400))
        try:
            stage.set_pose(pose)
            colours = {level: scale.colour(v) for level, v in spine.height_changes(index).items()}
            made = discs(spine, pose, index)
            stage.set_discs(made, colours)
            left, height = _LEFT + n * _COLUMN, _HEIGHT - _BOTTOM - _TOP
            centre = np.array([(_BEFORE - _BEHIND) / 2 - 8.0, height / per_mm / 2 - _BELOW, 0.0])
            project = photograph(sheet, stage, Frame(centre, np.eye(3)), (left, _BOTTOM), _COLUMN, height, per_mm)
        finally:
            stage.close()
        edge_fronts(sheet, made.values(), project)
        ends.append({b: project(pose[b].origin[None])[0] for b in _SHOWN})
        _name(sheet, spine, index, left, upright=n == 0)
    _links(sheet, columns, ends)
    for body in _SHOWN:
        x, y = ends[0][body]
        sheet.text((_LEFT - 0.1, y), body, 9, bold=True, ha="right", va="center")
        sheet.line([(_LEFT - 0.06, y), (x - 0.1, y)], FAINT, 0.5)
    _scales(sheet, per_mm, k)
    longer = all(summed(s, i)["C2"] > 0 for s, i in zip(spines, moments, strict=True))
    legend.title(
        sheet, "Where does the extra length come from?" if longer else "Where does the length come and go?", legend.to_scale(k), k != 1
    )
    legend.footer(sheet, spines, scale, ["Numbers: sum of the disc-height changes from S1 up to there, mm."])
    return sheet


def _enlargement(spines: Sequence[Spine], moments: Sequence[int], wanted: float | None) -> float:
    """What was asked for; otherwise as much as no disc vanishes at, at most ×20."""
    if wanted is not None:
        return wanted
    bearable = min(most_bearable(s, i) for s, i in zip(spines, moments, strict=True))
    return float(max(1, int(min(_USUAL, bearable))))


def summed(spine: Spine, index: int) -> dict[str, float]:
    """Sum of the disc-height changes between S1 and each body."""
    changes, total, out = spine.height_changes(index), 0.0, {}
    for body, level in zip(spine.bodies[-2:1:-1], spine.discs[::-1], strict=True):
        total += changes[level]
        out[body] = total
    return out


def _name(sheet: Sheet, spine: Spine, index: int, left: float, *, upright: bool) -> None:
    tilt, y = spine.value("tilt", index), _HEIGHT - 1.28
    glyph.tilt(sheet, (left + 0.42, y), tilt, 0.55)
    says = "Reference" if upright else words.attitude(tilt)
    sheet.text((left + 0.85, y + 0.04), says, 11, bold=True, room=_COLUMN - 0.9)
    under = words.reference(spine) if upright else words.equipment(spine, index)
    sheet.text((left + 0.85, y - 0.14), under, 7.5, colour=QUIET, room=_COLUMN - 0.9)


def _links(sheet: Sheet, columns: Sequence[tuple[Spine, int]], ends: Sequence[dict[str, Floats]]) -> None:
    for n in range(1, len(columns)):
        spine, index = columns[n]
        total = summed(spine, index)
        for body in _SHOWN:
            a, b = ends[n - 1][body], ends[n][body]
            sheet.line([tuple(a), tuple(b)], "#6d7681", 0.7)
            sheet.dot(tuple(a), 0.018, facecolor="#6d7681")
            sheet.dot(tuple(b), 0.018, facecolor="#6d7681")
            text = sheet.text(
                (b[0] + 0.32, b[1] - 0.03), f"{words.signed(total[body])} mm", 8.5, bold=True, va="center", gid=f"link {n} {body}"
            )
            text.set_bbox({"facecolor": "white", "edgecolor": "none", "alpha": 0.82, "pad": 0.8})


def _scales(sheet: Sheet, per_mm: float, k: float) -> None:
    x = 0.42
    glyph.scale_bar(sheet, (x, _BOTTOM + 0.1), per_mm, 50, "50 mm" if k == 1 else "50 mm\nbone")
    if k != 1:
        glyph.scale_bar(sheet, (x, _BOTTOM + 0.3 + 50 * per_mm), per_mm, 50, f"{50 / k:.2g} mm\nmoved", ALERT)
