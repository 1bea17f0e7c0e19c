"""L3 to S1 cut in the middle: nucleus pressure, annulus, and the holes the nerves leave through, upright and now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyvista as pv

from biomech.viz import glyph, legend, words
from biomech.viz.bones.dimensions import dimensions
from biomech.viz.bones.disc import Disc, discs
from biomech.viz.colour import ALERT, INK, PRESSURE_LIMIT, QUIET, pressure_colour, pressure_ramp, round_up
from biomech.viz.exaggerate import exaggerated
from biomech.viz.photo import SPINE, Project, photograph
from biomech.viz.portrait import Portraits
from biomech.viz.probe import need_3d
from biomech.viz.reading import Floats, Frame, Pose, Result, Spine
from biomech.viz.scenes import Wish
from biomech.viz.sheet import Sheet

_WIDTH, _HEIGHT, _PANEL = 13.6, 8.6, 5.75
_BOTTOM, _TOP = 1.62, 1.62
_LEVELS = ("L3/L4", "L4/L5", "L5/S1")
_CUT_BONES = ("L3", "L4", "L5", "pelvis")
_CUT, _RIND, _SHEET, _PALE = "#dcb483", "#f7ecd6", "#b49a72", "#efe3cd"
_OPENING = "#14566d"
_USUAL_BULGE = 3.0


def draw(results: Sequence[Result], wish: Wish) -> Sheet:
    """Two cuts of one result: the reference and the moment asked for."""
    need_3d()
    spine = Spine(results[0])
    index, k = wish.index(spine), wish.exaggeration or 1.0
    sheet = Sheet(_WIDTH, _HEIGHT)
    halves = _halves(Portraits().bones(spine, only=_CUT_BONES))
    pressures = [spine.levelled("nucleus_pressure", i)[v] for i in (spine.reference, index) for v in _LEVELS]
    limit = round_up(max([PRESSURE_LIMIT, *(p for p in pressures if np.isfinite(p))]))
    sides = ((spine.reference, "Reference"), (index, words.attitude(spine.value("tilt", index))))
    for n, (i, name) in enumerate(sides):
        left = 0.35 + n * (_PANEL + 0.35)
        _panel(sheet, spine, i, exaggerated(spine, i, k), halves, left, limit, k)
        note = words.reference(spine) if n == 0 else words.moment(spine, i)
        glyph.tilt(sheet, (left + 0.5, _HEIGHT - 1.30), spine.value("tilt", i), 0.55)
        sheet.text((left + 0.98, _HEIGHT - 1.27), name, 13, bold=True, room=_PANEL - 1.1)
        sheet.text((left + 0.98, _HEIGHT - 1.46), note, 8, colour=QUIET, room=_PANEL - 1.1)
    _pressure_bar(sheet, limit)
    much = f"bulge of the discs drawn ×{_USUAL_BULGE:g}" + (f", displacements ×{k:g}" if k != 1 else ", displacements to scale")
    legend.title(sheet, f"L3 to S1 in section: {words.attitude(spine.value('tilt', index))} against the reference",
                 f"Nucleus pressure and foramen height are results; {much}.", alarmed=True)  # fmt: skip
    legend.footer(
        sheet, [spine], None, ["Each vertebra is cut in its own middle plane.  The bulge follows the pressure: a look, not a result."]
    )
    return sheet


def _halves(bones: Mapping[str, pv.PolyData]) -> dict[str, tuple[pv.PolyData, list[Floats]]]:
    """What lies to the left of each bone's middle plane, and the outlines of the cut."""
    out = {}
    for name in _CUT_BONES:
        mesh = bones[name]
        half = mesh.clip(normal=(0, 0, 1), origin=(0, 0, 0.01))
        cut = mesh.slice(normal=(0, 0, 1), origin=(0, 0, 0.02)).strip()
        loops = [np.asarray(cell.points, float) for cell in cut.cell if cell.n_points > 8]
        out[name] = half, loops
    return out


def _panel(
    sheet: Sheet,
    spine: Spine,
    index: int,
    pose: Pose,
    halves: Mapping[str, tuple[pv.PolyData, list[Floats]]],
    left: float,
    limit: float,
    k: float,
) -> None:
    from biomech.viz.stage import Stage

    foot = pose["pelvis"].origin
    pose = {b: Frame(f.origin - foot, f.axes) for b, f in pose.items()}
    made = {v: d for v, d in discs(spine, pose, index, _USUAL_BULGE).items() if v in _LEVELS}
    height = _HEIGHT - _BOTTOM - _TOP
    stage = Stage({name: half for name, (half, _) in halves.items()}, (400, 400))
    try:
        stage.set_pose(pose)
        top = float(pose["L3"].origin[1]) + 34.0
        per_mm = height / (top + 62.0)
        centre = np.array([-12.0, top - height / per_mm / 2, 0.0])
        project = photograph(sheet, stage, Frame(centre, np.eye(3)), (left, _BOTTOM), _PANEL, height, per_mm, layers=SPINE)
    finally:
        stage.close()
    rear = left + _PANEL  # of the spinous processes, on the sheet
    for name, (_, loops) in halves.items():
        for loop in loops:
            spots = project(pose[name].at(loop))
            rear = rear if name == "pelvis" else min(rear, float(spots[:, 0].min()))
            inside = np.clip(spots, [left, _BOTTOM], [left + _PANEL, _BOTTOM + height])
            sheet.shape(inside, facecolor=_CUT, edgecolor=_RIND, linewidth=2.0, zorder=2.2, gid=f"cut {name}")
    pressure = spine.levelled("nucleus_pressure", index)
    for level, disc in made.items():
        _disc(sheet, disc, pressure[level], limit, project, "reference" if index == spine.reference else "now")
    _foramina(sheet, spine, index, pose, project, max(rear - 0.15, left + 0.8))
    if index != spine.reference:
        glyph.scale_bar(sheet, (left + _PANEL - 0.75, _BOTTOM + 0.1), per_mm, 20, "20 mm")
        if k != 1:
            glyph.scale_bar(sheet, (left + _PANEL - 0.75, _BOTTOM + 0.25 + 20 * per_mm), per_mm, 20, f"{20 / k:.2g} mm\nmoved", ALERT)


def _disc(sheet: Sheet, disc: Disc, pressure: float, limit: float, project: Project, tag: str) -> None:
    """Annulus with its sheets, the nucleus in the colour of its pressure, the number in it."""
    sheet.shape(project(disc.section(20)), facecolor=_PALE, edgecolor="#7a684b", linewidth=0.9, zorder=2.4)
    for behind in (False, True):
        for scale in np.linspace(0.68, 0.965, 7):
            sheet.line(project(disc.lamella(float(scale), 14, behind=behind)), _SHEET, 1.1, zorder=2.5)
    r, g, b = pressure_colour(pressure, limit)
    sheet.shape(project(disc.nucleus()), facecolor=(r, g, b), edgecolor="#3d3a5c", linewidth=0.8, zorder=2.6)
    spot = project(((disc.lower.frame.origin + disc.upper.frame.origin) / 2)[None])[0]
    dark = 0.3 * r + 0.59 * g + 0.11 * b < 0.55
    said = words.plain(pressure, 2)
    sheet.text(
        tuple(spot), said, 10, bold=True, ha="center", va="center", colour="white" if dark else INK, gid=f"pressure {tag} {disc.level}"
    )
    front = project(disc.front[None])[0]
    sheet.text((front[0] + 0.16, front[1]), disc.level, 10, bold=True, va="center")


def _foramina(sheet: Sheet, spine: Spine, index: int, pose: Pose, project: Project, right: float) -> None:
    """Height of the left foramen, which is the one to be seen, where it is; the numbers end at ``right``, behind the bones."""
    if "foramen_height" not in spine.data:
        return
    sizes = dimensions(spine)
    values = spine.data["foramen_height"].sel(side="left").values
    tag = "reference" if index == spine.reference else "now"
    for level in _LEVELS:
        upper, lower = spine.neighbours(level)
        d = sizes[upper]
        under = pose[upper].at(np.array([d.back - 6.0, d.height * 0.20 - d.pedicle_height / 2, -d.canal_width / 2]))
        if lower in sizes:
            e = sizes[lower]
            over = pose[lower].at(np.array([e.back - 6.0, e.height * 0.20 + e.pedicle_height / 2, -e.canal_width / 2]))
        else:
            over = pose[lower].then(spine.plates["pelvis"][0]).at(np.array([d.back - 8.0, 1.0, 0.0]))
        a, b = project(np.array([under, over]))
        height = float(values[index, spine.levels.index(level)])
        change = height - float(values[spine.reference, spine.levels.index(level)])
        sheet.line([tuple(a), tuple(b)], _OPENING, 1.4, zorder=5)
        for spot in (a, b):
            sheet.line([(spot[0] - 0.05, spot[1]), (spot[0] + 0.05, spot[1])], _OPENING, 1.4, zorder=5)
        x, y = right, float(a[1] + b[1]) / 2
        sheet.line([(x + 0.05, y), tuple((a + b) / 2)], _OPENING, 0.7, zorder=5)
        said = f"{words.plain(height, 1)} mm"
        sheet.text((x, y), said, 8.5, colour=_OPENING, bold=True, ha="right", va="center", gid=f"foramen {tag} {level}")
        if index != spine.reference:
            said = words.signed(change)
            sheet.text((x, y - 0.17), said, 8.5, colour=_OPENING, ha="right", va="center", gid=f"foramen change {level}")


def _pressure_bar(sheet: Sheet, limit: float) -> None:
    x, y, high = _WIDTH - 0.98, 2.6, 3.6
    sheet.image(pressure_ramp()[::-1], x, y, 0.16, high)
    sheet.box((x, y), 0.16, high, facecolor="none", edgecolor=INK, linewidth=0.6)
    for part in np.linspace(0, 1, 6):
        sheet.line([(x + 0.16, y + high * part), (x + 0.20, y + high * part)], INK, 0.6)
        sheet.text((x + 0.24, y + high * part), f"{part * limit:.2f}", 7.5, va="center", gid="pressure-tick")
    sheet.text((x + 0.08, y + high + 0.34), "Nucleus\npressure (MPa)", 8, bold=True, ha="center", va="center")
    sheet.text((x + 0.08, y - 0.22), "foramen", 7.5, ha="center", bold=True, colour=_OPENING)
    sheet.text((x + 0.08, y - 0.36), "height (mm)", 7.5, ha="center", colour=_OPENING)
