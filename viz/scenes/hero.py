"""The picture of `render`: one moment of one result in three dimensions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from biomech.viz import glyph, legend, words
from biomech.viz.bones.disc import Disc, discs
from biomech.viz.colour import ALERT, INK, QUIET, Scale
from biomech.viz.exaggerate import exaggerated
from biomech.viz.labels import spread
from biomech.viz.photo import edge_fronts, photograph
from biomech.viz.portrait import Portraits
from biomech.viz.probe import need_3d
from biomech.viz.reading import Frame, Pose, Result, Spine, turned
from biomech.viz.scenes import Wish
from biomech.viz.sheet import Sheet

if TYPE_CHECKING:
    from pyvista import PolyData

    from biomech.viz.stage import Stage

SIZE = (1600, 1200)
_HEIGHT = 8.0  # inches the layout is made for, whatever the pixels
_BOTTOM, _TOP = 1.40, _HEIGHT - 1.25
_LOIN = ("T12/L1", "L1/L2", "L2/L3", "L3/L4", "L4/L5", "L5/S1")
_BONES = ("T11", "T12", "L1", "L2", "L3", "L4", "L5", "pelvis")  # in sight there
_TORSO = ((("ribs", "around"), 0.36), (("bones", "discs"), 1.0))
_FRONTAL, _CURVED = (82.0, 4.0), 10.0  # deg; mm a spine must leave its middle plane to be seen from the front
_OBLIQUE = (42.0, 8.0)  # deg, azimuth (0 from the right, + towards the front) and elevation of the whole spine


def draw(results: Sequence[Result], wish: Wish) -> Sheet:
    """The whole spine from the front and the lumbar spine from the right, at one moment."""
    need_3d()
    from biomech.viz.bones.skeleton import COARSE

    size, exaggeration = wish.size or SIZE, wish.exaggeration or 1.0
    spine = Spine(results[0])
    index = wish.index(spine)
    pose = exaggerated(spine, index, exaggeration)
    changes = spine.height_changes(index)
    # fitted to the end as well, so that pictures of one result can be laid side by side
    scale = Scale.fitting([1.15 * v for v in [*changes.values(), *spine.height_changes(spine.end).values()]])
    made = discs(spine, pose, index)
    sheet = Sheet(_HEIGHT * size[0] / size[1], _HEIGHT, dpi=size[1] / _HEIGHT)
    legend.ground(sheet)
    portraits = Portraits()
    split = 0.44 * sheet.width
    # a bone of the whole spine is some thirty pixels high
    with _posed({**portraits.bones(spine, COARSE), **portraits.around(spine, COARSE)}, pose, made, scale, changes) as stage:
        _whole(sheet, stage, pose, split, exaggeration)
    with _posed(portraits.bones(spine, only=_BONES), pose, made, scale, changes) as stage:
        _loin(sheet, stage, made, changes, split)
    legend.heading(sheet, spine, index, legend.to_scale(exaggeration), exaggeration != 1)
    legend.footer(sheet, [spine], scale)
    return sheet


@contextmanager
def _posed(
    bones: Mapping[str, PolyData], pose: Pose, made: Mapping[str, Disc], scale: Scale, changes: Mapping[str, float]
) -> Iterator[Stage]:
    """A stage with bones and discs in their places."""
    from biomech.viz.stage import Stage

    stage = Stage(bones, (400, 400))
    try:
        stage.set_pose(pose)
        stage.set_discs(made, {level: scale.colour(v) for level, v in changes.items()})
        yield stage
    finally:
        stage.close()


def _sideways(pose: Pose) -> float:
    """How far the spine leaves its middle plane, mm."""
    return float(np.ptp([frame.origin[2] for frame in pose.values()]))


def _whole(sheet: Sheet, stage: Stage, pose: Pose, width: float, exaggeration: float) -> None:
    """The whole spine, obliquely from the front."""
    axes = turned(*(_FRONTAL if _sideways(pose) > _CURVED else _OBLIQUE))
    joints = np.array([frame.origin for frame in pose.values()]) @ axes
    # bones reach past their origins: sideways, above the atlas, and down to the coccyx
    left, right = joints[:, 0].min() - 150, joints[:, 0].max() + 150
    bottom, top = joints[:, 1].min() - 185, joints[:, 1].max() + 165
    per_mm = min((_TOP - _BOTTOM) / (top - bottom), width / (right - left))
    centre = axes @ np.array([(left + right) / 2, (bottom + top) / 2, float(joints[:, 2].mean())])
    photograph(sheet, stage, Frame(centre, axes), (0.10 * width, _BOTTOM), width, _TOP - _BOTTOM, per_mm, layers=_TORSO)
    glyph.scale_bar(sheet, (0.45, _BOTTOM), per_mm, 50, "50 mm" if exaggeration == 1 else "50 mm\nof bone")
    if exaggeration != 1:
        moved = 50 / exaggeration
        glyph.scale_bar(sheet, (0.45, _BOTTOM + 50 * per_mm + 0.2), per_mm, 50, f"{moved:.2g} mm\nmoved", ALERT)


def _loin(sheet: Sheet, stage: Stage, made: Mapping[str, Disc], changes: Mapping[str, float], left: float) -> None:
    """L1 to S1 from the right, with a number at every disc."""
    width = sheet.width - left
    shown = [level for level in _LOIN if level in made]
    fronts = np.array([made[level].front for level in shown])
    low, high = fronts[:, 1].min() - 40, fronts[:, 1].max() + 22
    per_mm = min((_TOP - _BOTTOM) / (high - low), (width - 1.3) / 120.0)
    # the discs' fronts a third from the right, the spinous processes to their left, the numbers to their right
    x = float(fronts[:, 0].max()) - (0.57 - 0.5) * width / per_mm
    centre = np.array([x, (low + high) / 2, 0.0])
    project = photograph(sheet, stage, Frame(centre, np.eye(3)), (left, _BOTTOM), width, _TOP - _BOTTOM, per_mm, fade=0.07)
    edge_fronts(sheet, [made[level] for level in shown], project)
    spots = project(fronts)
    column = min(sheet.width - 1.15, float(spots[:, 0].max()) + 0.60)
    rows = spread([float(y) for y in spots[:, 1]], 0.42, _BOTTOM + 0.2, _TOP - 0.2)
    for level, spot, row in zip(shown, spots, rows, strict=True):
        x, y = float(spot[0]) + 0.02, float(spot[1])
        sheet.dot((x, y), 0.022, facecolor=INK)
        sheet.line([(x, y), (column - 0.20, row), (column - 0.07, row)], QUIET, 0.8)
        sheet.text((column, row + 0.03), level, 9.5, bold=True)
        sheet.text((column, row - 0.15), f"{words.signed(changes[level])} mm", 9.5, gid=f"change {level}")
