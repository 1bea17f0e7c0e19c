"""The body on its equipment: how it lies, what carries it with how much, what the spine does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from biomech.library.anatomy import LUMBAR_LEVELS, REGION
from biomech.library.equipment import Clamp, Surface
from biomech.viz import bars, glyph, legend, words
from biomech.viz.colour import FAINT, INK, QUIET, Scale
from biomech.viz.labels import spread
from biomech.viz.photo import Project, projection
from biomech.viz.portrait import Portraits
from biomech.viz.probe import need_3d
from biomech.viz.reading import Floats, Frame, Result, Spine
from biomech.viz.room import Scene, furnish, picture, scene_at
from biomech.viz.scenes import Wish
from biomech.viz.sheet import Sheet, Spot

_HEIGHT, _LABELS, _NARROWEST = 8.6, 1.55, 8.4
_BOTTOM, _TOP = 1.62, 1.30
_LOIN = ("T12/L1", *LUMBAR_LEVELS)
_LEAST = 3.0  # N: less is not drawn
PUSH, PULL, RUB = "#14566d", "#a5480f", "#7a5195"
_LONGEST = 0.95  # inches of the longest arrow


@dataclass(frozen=True)
class Force:
    """One support's force on the body."""

    name: str
    kind: str  # "presses", "pulls", "rubs"
    newton: float
    at: Floats  # in the room, mm
    towards: Floats  # unit vector in the room: the direction the body is pushed


def draw(results: Sequence[Result], wish: Wish) -> Sheet:
    """One to three cases side by side, all to one scale."""
    need_3d()
    spines = [Spine(r) for r in results]
    moments = [wish.index(s) for s in spines]
    scenes = [scene_at(s, i) for s, i in zip(spines, moments, strict=True)]
    alone = len(scenes) == 1
    per_mm, widths = layout(scenes, _HEIGHT - _BOTTOM - _TOP - (0.35 if alone else 0.55))
    taken = sum(widths) + len(scenes) * _LABELS + (bars.WIDTH if alone else 0.0)
    sheet = Sheet(max(_NARROWEST, taken + 1.0), _HEIGHT)
    changes = [s.height_changes(i) for s, i in zip(spines, moments, strict=True)]
    scale = Scale.fitting([1.15 * v for c in changes for v in c.values()])
    spare = (sheet.width - taken) / (len(scenes) + 1)
    forces = [supports(scene) for scene in scenes]
    most = max([1.0, *(f.newton for group in forces for f in group)])
    left = spare
    for scene, width, change, group in zip(scenes, widths, changes, forces, strict=True):
        project = portrait(sheet, scene, change, scale, (left, _BOTTOM), width, per_mm)
        _forces(sheet, project, group, most, left + width)
        if len(scenes) > 1:
            heading(sheet, scene, left, width + _LABELS)
        left += width + _LABELS + spare
    first, index = spines[0], moments[0]
    note = "Body and displacements to scale (×1).  Arrows: what each support does to trunk and head, N (legs on a surface: not shown)."
    if alone:
        legend.heading(sheet, first, index, note)
        _discs(sheet, first, index, changes[0], scale)
    else:
        legend.title(sheet, f"The body at {versus(scenes)}", note)
    glyph.scale_bar(sheet, (sheet.width - 0.80, _BOTTOM + 0.15), per_mm, 500, "0.5 m")  # clear of the bodies
    legend.footer(
        sheet,
        spines,
        scale,
        ["Body outline and device are drawn, not computed."],
    )
    return sheet


def layout(scenes: Sequence[Scene], room: float) -> tuple[float, list[float]]:
    """Inches per mm at which all scenes fit into so many inches of height, and their widths."""
    sizes = np.array([(s.held.high - s.held.low)[:2] for s in scenes]) + [60.0, 40.0]
    per_mm = min(room / float(sizes[:, 1].max()), 5.4 / float(sizes[:, 0].max()))
    return per_mm, [float(w) * per_mm for w in sizes[:, 0]]


def portrait(
    sheet: Sheet,
    scene: Scene,
    changes: dict[str, float],
    scale: Scale,
    at: Spot,
    width: float,
    per_mm: float,
    flesh: Floats | None = None,
    opacity: float = 0.42,
) -> Project:
    """Draw a scene with the floor at the foot of its rectangle."""
    from biomech.viz.bones.skeleton import TINY
    from biomech.viz.stage import Stage

    portraits = Portraits()
    size = scene.held.high - scene.held.low
    height = (float(size[1]) + 40.0) * per_mm
    dpi = 1.3 * sheet.figure.dpi
    bones = {**portraits.bones(scene.spine, TINY), **portraits.around(scene.spine, TINY)}
    stage = Stage(bones, (max(2, round(width * dpi)), max(2, round(height * dpi))))
    try:
        furnish(stage, scene, {level: scale.colour(v) for level, v in changes.items()}, flesh)
        middle = (scene.held.high + scene.held.low) / 2
        stage.look(Frame(np.array([middle[0], scene.held.low[1] + height / per_mm / 2, 0.0]), np.eye(3)), height / per_mm / 2)
        image, shot = picture(stage, flesh=opacity)
    finally:
        stage.close()
    sheet.image(image, *at, width, height)
    return projection(shot, at, width, height)


def supports(scene: Scene) -> list[Force]:
    """The forces of a moment that are worth an arrow."""
    data, i = scene.spine.data, scene.index
    if "support" not in data.dims:
        return []
    back, place = scene.back(), scene.place
    outwards = place.axes[:, 0] * (-1.0 if scene.prone else 1.0)  # away from the surface, into the body
    cranial = place.axes[:, 1]
    found: list[Force] = []
    for k, name in enumerate(str(n) for n in data["support"].values):
        normal, rub, axial = (
            float(data[v].values[i, k]) if v in data else 0.0 for v in ("support_normal", "support_friction", "support_axial")
        )
        region = name.removeprefix("surface ")
        if region != name and region in REGION:
            spot = np.mean([back[b] for b in REGION[region] if b in back], axis=0)
            if normal > _LEAST:
                found.append(Force(region, "presses", normal, spot, outwards))
            if abs(rub) > _LEAST:
                found.append(Force(region, "rubs", abs(rub), spot, cranial * np.sign(rub)))
        elif scene.gear is None or name in {s.name for s in scene.gear.support}:
            if abs(axial) > _LEAST:
                found.append(Force(name, "pulls", abs(axial), _anchor(scene, name), cranial * np.sign(axial)))
            if abs(normal) > _LEAST:
                found.append(Force(name, "presses", abs(normal), _anchor(scene, name), place.axes[:, 0] * np.sign(normal)))
    return found


def _anchor(scene: Scene, name: str) -> Floats:
    """Where an anchor takes hold."""
    support = next((s for s in (scene.gear.support if scene.gear else ()) if s.name == name), None)
    limbs, place = scene.body.limbs, scene.place
    if (isinstance(support, Clamp) and support.through) or name in ("feet", "ankles", "legs"):
        return place.at(limbs.ankle * [1, 1, 0])
    for word, joint in (("forearm", limbs.elbow), ("hand", limbs.wrist)):
        if word in name:
            return place.at(joint * [1, 1, 0])
    body = "pelvis" if support is None or isinstance(support, Surface) else support.body
    if body == "skull":
        return place.at(scene.pose["skull"].at(np.array([0.0, scene.build.head_height, 0.0])))
    return place.at(scene.pose.get(body, scene.pose["pelvis"]).origin)


def _forces(sheet: Sheet, project: Project, forces: Sequence[Force], most: float, right: float) -> None:
    """Arrows at the body, numbers in a column beside it."""
    if not forces:
        return
    named = {"presses": "carries", "pulls": "holds", "rubs": "friction"}
    tips, starts = [], []
    for f in forces:
        length = _LONGEST * max(0.16, f.newton / most)
        at = project(f.at[None])[0]
        d = f.towards[:2] / max(float(np.linalg.norm(f.towards[:2])), 1e-9)
        start = at - length * d if f.kind == "presses" else at
        tips.append(start + length * d)
        starts.append(start)
        colour = {"presses": PUSH, "pulls": PULL, "rubs": RUB}[f.kind]
        sheet.arrow(tuple(start), tuple(tips[-1]), colour, 1.8, head=8.0)
    wanted = [float((a + b)[1] / 2) for a, b in zip(starts, tips, strict=True)]
    places = spread(wanted, 0.34, _BOTTOM + 0.25, _HEIGHT - _TOP - 0.75)
    x = max(right, *(float(tip[0]) for tip in tips)) + 0.05  # no arrow goes through the numbers
    for f, start, tip, y in zip(forces, starts, tips, places, strict=True):
        middle = (start + tip) / 2
        sheet.line([tuple(middle), (x - 0.12, y), (x - 0.03, y)], FAINT, 0.7)
        colour = {"presses": PUSH, "pulls": PULL, "rubs": RUB}[f.kind]
        sheet.text((x, y + 0.02), f"{words.plain(f.newton, 0)} N", 9, bold=True, colour=colour, gid=f"force {f.kind} {f.name}")
        sheet.text((x, y - 0.12), f"{f.name}: {named[f.kind]}", 7, colour=QUIET, room=_LABELS - 0.1)


def _discs(sheet: Sheet, spine: Spine, index: int, changes: dict[str, float], scale: Scale) -> None:
    """What the lumbar discs do meanwhile, in the upper right corner."""
    left, top = sheet.width - 0.45 - bars.WIDTH, _HEIGHT - 2.0
    shown = {level: changes[level] for level in _LOIN if level in changes}
    places = bars.rows(list(shown), top, top - 0.27 * len(shown))
    sheet.text((left, top + 0.30), "Disc height, change (mm)", 9, bold=True)
    ruler = bars.Ruler.fitting(list(shown.values()), 0.2 * scale.limit)
    bars.column(sheet, ruler, places, left, shown, {level: scale.colour(v) for level, v in shown.items()}, "disc")
    y = min(places.values()) - 0.42
    sheet.line([(left, y + 0.20), (left + bars.WIDTH, y + 0.20)], FAINT, 0.8)
    for i, (said, name) in enumerate((("Column C7–S1", "spine_length"), ("Lumbar spine L1–S1", "lumbar_length"))):
        change = f"{words.signed(spine.change(name, index))} mm"
        sheet.text((left, y - 0.22 * i), said, 8.5)
        sheet.text((left + bars.WIDTH, y - 0.22 * i), change, 9, bold=True, ha="right", gid=f"total {name}")


def heading(sheet: Sheet, scene: Scene, left: float, room: float) -> None:
    """What a case is, above it."""
    spine, y = scene.spine, _HEIGHT - 1.22
    tilt = spine.value("tilt", scene.index)
    sheet.text((left, y), words.attitude(tilt), 13, bold=True, room=room, colour=INK)
    facts = f"{words.equipment(spine, scene.index)}  ·  column {words.signed(spine.change('spine_length', scene.index))} mm"
    sheet.text((left, y - 0.18), facts, 8, colour=QUIET, room=room)


def versus(scenes: Sequence[Scene]) -> str:
    """How the bodies lie, in words."""
    return words.listed([words.attitude(s.spine.value("tilt", s.index)) for s in scenes])
